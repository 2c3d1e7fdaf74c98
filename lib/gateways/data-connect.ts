/** Enedis Data Connect itself, for those who have a contract (or the sandbox). */
import type { GatewayDefinition } from './definition';

const SECOND = 1_000;
const HOUR = 3_600_000;

/** Enedis Data Connect. It allows 5 calls a second and 1000 an hour per application (2026 Swagger). */
export const dataConnect: GatewayDefinition<'data-connect'> = {
  kind: 'data-connect',
  address: 'https://gw.ext.prod.api.enedis.fr',
  sandbox: 'https://gw.ext.prod-sandbox.api.enedis.fr',
  credentials: ['clientId', 'clientSecret'],
  link: 'https://datahub-enedis.fr',
  authorize: 'consent',
  stamps: 'end',
  historyGraceDays: 15,
  isRelay: false,
  refusals: { marks: [], words: [] },
  rules: {
    allowances: [
      { requests: 4, within: SECOND },
      { requests: 900, within: HOUR },
    ],
    keptForDaily: 200,
    spacing: 0,
    countedBy: 'credentials',
  },
  open: async (...args) => (await import('./data-connect/open.js')).openDataConnect(...args),
};
