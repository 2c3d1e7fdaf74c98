/** Conso API (conso.boris.sh, by Boris K): a free relay for households, and the default. Source: bokub/conso-api, November 2026. */
import { readConsoToken } from './conso-api/token';
import type { GatewayDefinition } from './definition';

const SECOND = 1_000;
const HOUR = 3_600_000;

/** Cloudflare's numbers for an address that is shut out (its documentation of 1xxx errors). */
const CLOUDFLARE_BANS = ['1005', '1006', '1007', '1008', '1009', '1010', '1012', '1020', '1106'];

/** Conso API. It bans an address for good that makes 100 requests, looked at every 12 hours, in effect per UTC day. */
export const consoApi: GatewayDefinition<'conso-api'> = {
  kind: 'conso-api',
  address: 'https://conso.boris.sh',
  credentials: ['token'],
  link: 'https://conso.boris.sh',
  authorize: 'link',
  readToken: readConsoToken,
  stamps: 'end',
  historyGraceDays: 15,
  isRelay: true,
  refusals: {
    marks: [
      // Cloudflare in front of it.
      { codes: CLOUDFLARE_BANS, status: [403], reason: 'banned' },
      { page: true, status: [403], reason: 'banned' },
      { says: /^Cloudflare ray$/, status: [403], reason: 'banned' },
      { says: /^type invalid$/, status: [400], reason: 'responseStatus' },
    ],
    words: [
      {
        status: [401],
        says: /\bprms?\b|\bpdl\b|point de livraison|usage.?point/i,
        reason: 'credentialsForeign',
      },
      {
        status: [400],
        says: /authorization|bearer|en-?t[êe]te/i,
        reason: 'credentialsMissing',
        params: { field: 'token' },
      },
    ],
  },
  rules: {
    allowances: [
      { requests: 40, within: 12 * HOUR },
      { requests: 60, within: 24 * HOUR },
    ],
    keptForDaily: 15,
    spacing: SECOND,
    countedBy: 'address',
  },
  open: async (...args) => (await import('./conso-api/open.js')).openConsoApi(...args),
};
