/**
 * What every gateway is to the rest of the house: something that can be asked for one series over one period. Each
 * gateway is one file beside this one; it knows its own addresses, headers, dialect and errors, and nothing of budgets
 * or disks: every request it makes goes through the `send` it is given.
 */
import type { ConsoDialects } from './conso-api';
import type { TokenKeepers } from './data-connect-token';
import type { Send } from '../http/http';
import type { Direction, Series } from '../readings/reading';
import type { MeasureAnswer } from './points/stamped';

/** As nodes save it: a name given once stays. `my-electrical-data` is its second generation. */
export type GatewayKind =
  'conso-api' | 'my-electrical-data' | 'my-electrical-data-v1' | 'data-connect' | 'demo';

/** As typed into the dialog, trimmed; of the credentials only those that the kind uses. */
export interface GatewaySettings {
  kind: GatewayKind;
  /** Empty: the gateway's own. */
  baseUrl?: string;
  /** data-connect only. */
  environment?: 'production' | 'sandbox';
  /** conso-api and both my-electrical-data. */
  token?: string;
  /** data-connect. */
  clientId?: string;
  clientSecret?: string;
}

/** One series of one meter over the civil days `[start, end)` (`YYYY-MM-DD`, Paris). */
export interface MeasureRequest {
  usagePointId: string;
  direction: Direction;
  series: Series;
  start: string;
  end: string;
}

/**
 * Open for one set of settings, any meter. It may keep something in memory from one request to the next (a token, a
 * dialect), nothing on disk.
 */
export interface Gateway {
  readonly kind: GatewayKind;
  /** Checks what can be checked without a request (credentials there, token for this PDL and not expired). Throws EnedisError. */
  check(usagePointId: string): void;
  /**
   * One request as a rule (a token or a fallback may add one). Nothing for the period is an EnedisError `noData`;
   * every failure is an EnedisError; an aborted signal rejects with its reason.
   */
  measures(request: MeasureRequest, signal?: AbortSignal): Promise<MeasureAnswer>;
}

/** All that a gateway has of the outside. */
export interface GatewayTools {
  send: Send;
  /** Epoch ms. */
  now: () => number;
  /** Held for all who share an application; without them a gateway has its own. */
  tokens?: TokenKeepers;
  /** What each relay understands, learnt by all who ask it; without it a gateway learns for itself. */
  dialects?: ConsoDialects;
  /** By address, where Enedis' subscribed services were looked for in vain, and are to be looked for instead. */
  servicesPaths?: Map<string, string>;
  /** For a test of the access: one question, and no second one in other words or with another token than a stale one's. */
  once?: boolean;
}
