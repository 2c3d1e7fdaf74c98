/**
 * The way to Enedis' consent page and what comes back from it. Since 2026 the return names an `autorisation_id`, which
 * `subscribed_services` turns into a PDL; the v5 era named the PDL themselves. Sources: Enedis' documentation and returns
 * observed in October 2026 by MyElectricalData; esthesis-edge (a capitalised `State`), aeneria (commas).
 */
import { isLoopback } from '../http/loopback';
import { randomBytes } from 'node:crypto';
import { EnedisError } from '../errors';
import { isUsagePointId } from '../readings/reading';
import { joinUrl } from './base-url';
import { credential } from './credentials';
import type { GatewaySettings } from './gateway';
import { baseUrlOf } from './index';

const CONSENT_PAGE = 'https://mon-compte-particulier.enedis.fr';

/** The longest Enedis grants. */
const DURATION = 'P3Y';

/**
 * Where the holder of a meter agrees. `redirect_uri` is no parameter: Enedis knows the address of return from the
 * application's registration.
 * @throws EnedisError consentSandbox (its fictional holders have all agreed, there is no page), credentialsMissing, configBaseUrl
 */
export function consentUrl(settings: GatewaySettings, state: string): string {
  const base = baseUrlOf(settings);
  // A simulated Enedis on this machine has the page as well; a proxy for the data hasn't.
  const isLocal = isLoopback(new URL(base).hostname);
  if (settings.environment === 'sandbox' && !isLocal) throw new EnedisError('consentSandbox');
  return joinUrl(isLocal ? base : CONSENT_PAGE, '/dataconnect/v2/oauth2/authorize', {
    client_id: credential(settings, 'clientId'),
    response_type: 'code',
    duration: DURATION,
    state,
  });
}

/** What a return says: which consent to look up, or at once which PDL. */
export type ConsentReturn = { autorisationId: number } | { usagePointIds: string[] };

/**
 * @throws EnedisError consentRefused (the holder said no), consentFailed (Enedis couldn't), consentReturn (anything else)
 */
export function readReturn(query: URLSearchParams): ConsentReturn {
  const error = query.get('error');
  if (error !== null) throw new EnedisError(error === 'access_denied' ? 'consentRefused' : 'consentFailed');
  // As an error `code` is the status; otherwise it is a left-over of the first OAuth flow.
  if (query.get('code') === '500') throw new EnedisError('consentFailed');
  const id = query.get('autorisation_id')?.trim() ?? '';
  if (/^\d{1,15}$/.test(id)) return { autorisationId: Number(id) };
  const named = query
    .getAll('usage_point_id')
    .flatMap((list) => list.split(/[;,]/))
    .map((part) => part.trim())
    .filter((part) => part !== '');
  if (named.length > 0 && named.length <= MOST && named.every(isUsagePointId))
    return { usagePointIds: [...new Set(named)] };
  throw new EnedisError('consentReturn');
}

/** More PDL than this in one consent is somebody's joke. */
const MOST = 50;

/** The `state` a return brings, as it came, not yet known to be one of ours; empty without any. */
export function stateOf(query: URLSearchParams): string {
  return query.get('state') ?? query.get('State') ?? '';
}

/** ms. Time for creating an account at Enedis and finding the meter. */
export const CONSENT_LIFE = 30 * 60_000;
/** Each holds a secret until it is used: a dialog left open and pressed without end mustn't pile them up. */
const MOST_PENDING = 50;

interface Entry<T, R> {
  /** Gone once the return has come. */
  pending: T | undefined;
  result: R | undefined;
  until: number;
}

/**
 * The consents asked for and not yet returned, by their `state`: known to the asker and Enedis only, good for one
 * return, for half an hour. What it led to is kept as long again, for the asker to fetch.
 */
export class PendingConsents<T, R> {
  readonly #entries = new Map<string, Entry<T, R>>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** The state to send along: 256 bits, 43 characters (Enedis takes 100). */
  begin(pending: T): string {
    const state = randomBytes(32).toString('base64url');
    this.#sweep();
    const [oldest] = this.#entries.keys();
    if (oldest !== undefined && this.#entries.size >= MOST_PENDING) this.#entries.delete(oldest);
    this.#entries.set(state, { pending, result: undefined, until: this.#now() + CONSENT_LIFE });
    return state;
  }

  /** What was begun with this state; undefined when it is forged, used or too old. It can't be had twice. */
  redeem(state: string): T | undefined {
    this.#sweep();
    const entry = this.#entries.get(state);
    const pending = entry?.pending;
    if (entry) entry.pending = undefined;
    return pending;
  }

  settle(state: string, result: R): void {
    const entry = this.#entries.get(state);
    if (!entry) return;
    entry.result = result;
    entry.until = this.#now() + CONSENT_LIFE;
  }

  /** `waiting` until there is a result; undefined for a state that is unknown or too old. */
  resultOf(state: string): R | 'waiting' | undefined {
    this.#sweep();
    const entry = this.#entries.get(state);
    return entry && (entry.result ?? 'waiting');
  }

  #sweep(): void {
    const now = this.#now();
    for (const [state, { until }] of this.#entries) if (until <= now) this.#entries.delete(state);
  }
}
