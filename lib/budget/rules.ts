/**
 * What each gateway allows, as data. Windows are rolling, which keeps every calendar hour or day within the limit
 * too, wherever the gateway's own counter starts.
 *
 * Sources (November 2026): Conso API's ban job (100 requests, looked at every 12 hours, in effect per UTC day, per
 * address, for good); MyElectricalData's quota (50 uncached calls a day per token); Enedis' Data Connect 2026 (5 calls
 * a second and 1000 an hour per application). Ours stay well below: other programs share the address or the application.
 */
import type { GatewayKind } from '../gateways/gateway';

const SECOND = 1_000;
const HOUR = 3_600_000;

interface Allowance {
  requests: number;
  /** Length of the rolling window in ms. */
  within: number;
}

/** All of it holds at once: a request leaves when every allowance has room and the last one is far enough back. */
export interface GatewayRules {
  allowances: readonly Allowance[];
  /** Of each allowance of hours or more, how many are kept for the daily collection: a backfill can't have them. */
  keptForDaily: number;
  /** The least time between two requests, in ms. */
  spacing: number;
  /** What the gateway counts by: everybody behind the address, or one token or application. */
  countedBy: 'address' | 'credentials';
}

const MY_ELECTRICAL_DATA: GatewayRules = {
  allowances: [{ requests: 45, within: 24 * HOUR }],
  keptForDaily: 15,
  spacing: SECOND,
  countedBy: 'credentials',
};

/** `demo` has no rules: nobody is asked anything. */
export const GATEWAY_RULES: Readonly<Record<Exclude<GatewayKind, 'demo'>, GatewayRules>> = {
  'conso-api': {
    allowances: [
      { requests: 40, within: 12 * HOUR },
      { requests: 60, within: 24 * HOUR },
    ],
    keptForDaily: 15,
    spacing: SECOND,
    countedBy: 'address',
  },
  'my-electrical-data': MY_ELECTRICAL_DATA,
  'my-electrical-data-v1': MY_ELECTRICAL_DATA,
  'data-connect': {
    allowances: [
      { requests: 4, within: SECOND },
      { requests: 900, within: HOUR },
    ],
    keptForDaily: 200,
    spacing: 0,
    countedBy: 'credentials',
  },
};
