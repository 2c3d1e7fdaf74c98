/** MyElectricalData, second generation. Source: MyElectricalData/myelectricaldata_new, November 2026. */
import type { GatewayDefinition, GatewayRules } from './definition';
import type { Refusal } from './refusals';

const HOUR = 3_600_000;

/** Of both generations: 50 uncached calls a day. */
export const RULES: GatewayRules = {
  allowances: [{ requests: 45, within: 24 * HOUR }],
  keptForDaily: 15,
  spacing: 1_000,
  countedBy: 'credentials',
};

/** v2's codes and v1's tags for what is MyElectricalData's own affair. */
const MARKS: readonly Refusal[] = [
  { codes: ['RATE-LIMIT-EXCEEDED', 'LIMIT-REACHED'], reason: 'quotaDay' },
  { says: /quota (is )?reached/i, reason: 'quotaDay' },
  { says: /token.*(match|correspond)/i, status: [401, 403], reason: 'credentialsForeign' },
];

/** Rows of the table of failures for both generations; 422 is its framework's complaint about what was asked. */
export const REFUSALS: GatewayDefinition['refusals'] = {
  marks: MARKS,
  words: [{ status: [422], reason: 'periodRefused' }],
};

/** MyElectricalData v2. Its own server refuses what lies before the calendar day (its source). */
export const myElectricalData: GatewayDefinition<'my-electrical-data'> = {
  kind: 'my-electrical-data',
  address: 'https://www.v2.myelectricaldata.fr/api',
  credentials: ['token'],
  link: 'https://www.v2.myelectricaldata.fr',
  authorize: 'link',
  stamps: 'start',
  historyGraceDays: 0,
  isRelay: true,
  refusals: REFUSALS,
  rules: RULES,
  open: async (...args) => (await import('./my-electrical-data/open.js')).openV2(...args),
};
