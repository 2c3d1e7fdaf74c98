/**
 * What becomes of the consents begun in the dialog. Enedis names a consent once, and doesn't share the same meter with
 * the same application a second time: the number of a consent is kept until Enedis has told which PDL it opens.
 */
import type { NodeAPI } from 'node-red';
import { asEnedisError, EnedisError } from '../../lib/errors';
import { CONSENT_LIFE, PendingConsents, readReturn } from '../../lib/gateways/consent';
import type { GatewaySettings } from '../../lib/gateways/gateway';
import { failureOf, flowError, type Failure } from '../shared/failure';
import { clock, homeOf } from '../shared/services';
import { text, type Language } from '../shared/words';

/** A consent that was begun: whose credentials, and the language of the editor it was begun from. */
export interface Begun {
  gateway: GatewaySettings;
  language: Language | undefined;
}

/** What a return led to; `unread` as long as Enedis is asked again for the PDL. */
export type Outcome = { language: Language | undefined } & (
  { usagePointIds: string[] } | { failure: Failure; unread?: Unread }
);

interface Unread extends Begun {
  autorisationId: number;
  /** Minutes to wait for each of the next tries. */
  pace: readonly number[];
  /** Epoch ms: not before. */
  from: number;
}

/** Enedis may be down for a while, and lists a new consent late at times. */
const PACE = [1, 2, 4, 8];
const MINUTE = 60_000;

/** One for each Node-RED, in memory only: a consent begun before a restart comes back as one that isn't known. */
export class ConsentOutcomes {
  readonly #RED: NodeAPI;
  readonly #consents = new PendingConsents<Begun, Outcome>(() => clock().now());
  readonly #running = new Map<string, Promise<Outcome>>();

  constructor(RED: NodeAPI) {
    this.#RED = RED;
  }

  /** The state to send along. */
  begin(begun: Begun): string {
    return this.#consents.begin(begun);
  }

  /**
   * The return from Enedis, once for each state; brought again, it only tells how things stand.
   * @returns no outcome for a state that is forged or too old; `isOld`: the PDL was known before.
   */
  async comeBack(
    state: string,
    query: URLSearchParams,
  ): Promise<{ outcome: Outcome | undefined; isOld: boolean }> {
    const begun = this.#consents.redeem(state);
    const before = this.#consents.resultOf(state);
    const isOld = typeof before === 'object' && 'usagePointIds' in before;
    const outcome = begun
      ? await this.#settle(state, () => this.#read(begun, query))
      : await this.outcomeOf(state);
    return { outcome: outcome === 'waiting' ? undefined : outcome, isOld };
  }

  /** How things stand, once Enedis was asked again where that is due; `waiting` for the return. */
  async outcomeOf(state: string): Promise<Outcome | 'waiting' | undefined> {
    const running = this.#running.get(state);
    if (running) return running;
    const known = this.#consents.resultOf(state);
    if (typeof known !== 'object' || !('unread' in known) || !known.unread) return known;
    const { unread } = known;
    return clock().now() < unread.from ? known : this.#settle(state, () => this.#lookUp(unread));
  }

  /** However many wait for it, it is done once. */
  async #settle(state: string, work: () => Promise<Outcome>): Promise<Outcome> {
    const mine = work();
    this.#running.set(state, mine);
    try {
      const outcome = await mine;
      this.#consents.settle(state, outcome);
      return outcome;
    } finally {
      this.#running.delete(state);
    }
  }

  async #read(begun: Begun, query: URLSearchParams): Promise<Outcome> {
    const { language } = begun;
    try {
      const returned = readReturn(query);
      if ('usagePointIds' in returned) return { language, usagePointIds: returned.usagePointIds };
      const { autorisationId } = returned;
      return await this.#lookUp({ ...begun, autorisationId, pace: PACE, from: clock().now() });
    } catch (error) {
      return { language, failure: this.#told(error) };
    }
  }

  async #lookUp(asked: Unread): Promise<Outcome> {
    const { language, gateway, autorisationId, pace } = asked;
    try {
      const [home, { askServices }] = await Promise.all([
        homeOf(this.#RED),
        import('../../lib/meter/access.js'),
      ]);
      const points = await askServices(home, gateway, { autorisationId });
      if (points.length === 0) throw new EnedisError('consentEmpty');
      return { language, usagePointIds: points.map(({ usagePointId }) => usagePointId) };
    } catch (cause) {
      const { reason, params } = this.#told(cause);
      const isOwn = reason === 'consentEmpty';
      const failure = isOwn
        ? failureOf(cause)
        : { ...failureOf(new EnedisError('consentUnread')), because: { reason, params } };
      const [wait, ...later] = pace;
      const { retry, retryAt = 0 } = asEnedisError(cause);
      const now = clock().now();
      const from = Math.max(now + (wait ?? Infinity) * MINUTE, retryAt);
      // What only a person can mend isn't mended by asking again, with what was typed in when the consent was begun.
      if (typeof retry !== 'number' || from >= now + CONSENT_LIFE) return { language, failure };
      return { language, failure, unread: { ...asked, pace: later, from } };
    }
  }

  #told(cause: unknown): Failure {
    const { message } = flowError(this.#RED, cause);
    this.#RED.log.warn(text(this.#RED, 'enedis-config', 'log.consent', { error: message }));
    return failureOf(cause);
  }
}
