/**
 * What every gateway is to the rest of the house: something that can be asked for one series over one period. It knows
 * its own addresses, headers, dialect and errors, and nothing of budgets or disks: every request it makes goes through
 * the `send` it is given.
 */
import type { Send } from '../http/http';
import type { Direction, Series } from '../readings/reading';
import type { MeasureAnswer } from './points/stamped';

/** The secrets a gateway may want, in the order the dialog shows them. */
export const CREDENTIAL_FIELDS = ['token', 'clientId', 'clientSecret'] as const;
/** One of `CREDENTIAL_FIELDS`. */
export type CredentialField = (typeof CREDENTIAL_FIELDS)[number];

/** A gateway as typed into the dialog, trimmed; of the credentials only those that its definition names. */
export interface GatewaySettings extends Partial<Record<CredentialField, string>> {
  /** One of the kinds in the list of gateways. */
  kind: string;
  /** Empty: the gateway's own address. */
  baseUrl?: string;
  /** Only where the gateway has a sandbox. */
  environment?: 'production' | 'sandbox';
}

/** One series of one meter over the civil days `[start, end)` (`YYYY-MM-DD`, Paris). */
export interface MeasureRequest {
  usagePointId: string;
  direction: Direction;
  series: Series;
  start: string;
  end: string;
}

/** One kind of data that the holder of a meter has opened, or is about to. */
export interface OpenService {
  direction: Direction;
  series: Series;
  /** First day, `YYYY-MM-DD`; null where Enedis doesn't say. */
  since: string | null;
  /** Asked for at Enedis, not in force yet. */
  isPending: boolean;
}

/** A PDL with something open, or about to be. `services` is empty where that is only what isn't read here. */
export interface OpenUsagePoint {
  usagePointId: string;
  /** Each kind of data once. */
  services: OpenService[];
}

/** Which subscribed services to list: those of one consent, or those of some usage points. */
export type ServicesFilter = { autorisationId: number } | { pointId: string[] };

/**
 * A gateway opened for one set of settings; it answers for any meter. It may keep something in memory from one request to
 * the next (a token, a dialect), nothing on disk.
 */
export interface Gateway {
  readonly kind: string;
  /** Checks what can be checked without a request (credentials there, token for this PDL and not expired). Throws EnedisError. */
  check(usagePointId: string): void;
  /**
   * One request as a rule (a token or a fallback may add one). Nothing for the period is an EnedisError `noData`;
   * every failure is an EnedisError; an aborted signal rejects with its reason.
   */
  measures(request: MeasureRequest, signal?: AbortSignal): Promise<MeasureAnswer>;
  /**
   * What is open to the application, where Enedis itself is asked. One request (and one for a token where none is held).
   * Every failure is an EnedisError; an aborted signal rejects with its reason.
   */
  services?(filter: ServicesFilter, signal?: AbortSignal): Promise<OpenUsagePoint[]>;
}

/** All that a gateway has of the outside. */
export interface GatewayTools {
  send: Send;
  /** Epoch ms. */
  now: () => number;
  /** Gateways opened with the same object share what they learn (`sharedMemory`); without one, each learns for itself. */
  memory?: object;
  /** For a test of the access: one question, and no second one in other words or with another token than a stale one's. */
  once?: boolean;
}

/**
 * Keeps something for all gateways that are opened with the same `memory`, and only for as long as that object lives.
 * Each gateway makes its own with this, so that nobody else has to know what it learns.
 */
export function sharedMemory<T>(create: () => T): (tools: Pick<GatewayTools, 'memory'>) => T {
  const kept = new WeakMap<object, T>();
  return ({ memory = {} }) => {
    let found = kept.get(memory);
    if (found === undefined) kept.set(memory, (found = create()));
    return found;
  };
}
