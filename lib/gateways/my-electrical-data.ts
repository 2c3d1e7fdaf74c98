/**
 * MyElectricalData, second generation. It answers in the 2026 format when asked to, wrapped in `{success, data, error}`, and
 * moves load-curve labels to the start of their interval. Source: MyElectricalData/myelectricaldata_new, November 2026.
 */
import type { HttpRequest } from '../http/http';
import { ask, checkUsagePoint, type Source } from './ask';
import { addressOf, joinUrl } from './base-url';
import { credential, secretsOf } from './credentials';
import type { GatewayDefinition, GatewayRules } from './definition';
import type { Gateway, GatewaySettings, GatewayTools, MeasureRequest } from './gateway';
import type { Refusal } from './refusals';
import { NAMES_MED_V2, nameOf } from './series-names';

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
  open: (settings, tools) =>
    openGeneration(myElectricalData, settings, tools, (asked, base, token) => {
      const { usagePointId, start, end } = asked;
      return {
        method: 'GET',
        url: joinUrl(base, `/enedis/${nameOf(NAMES_MED_V2, asked)}/${usagePointId}`, { start, end }),
        headers: {
          Authorization: `Bearer ${token}`,
          Accept: 'application/json',
          'X-MED-Format': '2026',
        },
      };
    }),
};

/** Writes a question as one generation wants it. */
type Write = (asked: MeasureRequest, base: string, token: string) => HttpRequest;

/**
 * Opens either generation: the token alone opens it, and one request is one answer.
 * @throws EnedisError configBaseUrl
 */
export function openGeneration(
  definition: GatewayDefinition,
  settings: GatewaySettings,
  tools: GatewayTools,
  write: Write,
): Gateway {
  const base = addressOf(definition, settings);
  const source: Source = { gateway: definition, secrets: secretsOf(settings) };
  return {
    kind: settings.kind,
    check(usagePointId) {
      checkUsagePoint(usagePointId);
      credential(settings, 'token');
    },
    async measures(asked, signal) {
      const request = write(asked, base, credential(settings, 'token'));
      return ask(tools, source, request, asked, signal);
    },
  };
}
