/**
 * When official prices are asked for anew: some minutes after a start, at random, because a power cut ends for everybody
 * at once; then a day after each file was last asked for. What goes wrong is told once and tried the next day. Which
 * files are due is known by the prices themselves, and kept on disk; so a restart asks for nothing twice.
 */
import type { Clock } from '../../async/clock';
import { untilAborted } from '../../async/lock';
import { asEnedisError, type EnedisError } from '../../errors';
import type { OfferKind } from '../terms';
import type { OfficialPrices } from './official-prices';
import type { RegulatedOffer } from './published';

/** Whoever is due together asks within this time. */
const SPREAD = 15 * 60_000;
const DAY = 86_400_000;

/** The prices of one realm, and the offers of which the tariffs that run need them. */
export interface Needed {
  prices: Pick<OfficialPrices, 'renew' | 'dueAt'>;
  offers: readonly OfferKind[];
}

/** What the renewal needs of the house. */
export interface RenewalOptions {
  clock: Pick<Clock, 'now' | 'at'>;
  /** In [0, 1). */
  random: () => number;
  /** What is needed now: asked each time, for tariffs come and go. */
  needed(): Promise<readonly Needed[]>;
  onChanged(offers: readonly RegulatedOffer[]): void;
  /** The same problem is told once in a row. */
  onProblem(problem: EnedisError): void;
}

/** Runs from `start` to `stop`; nothing of it throws or rejects. */
export class DailyRenewal {
  readonly #options: RenewalOptions;
  #closing = new AbortController();
  #cancel: () => void = () => undefined;
  #looking: Promise<void> = Promise.resolve();
  #told = '';

  constructor(options: RenewalOptions) {
    this.#options = options;
  }

  /** Begins, or looks again soon because other tariffs run now. */
  start(): void {
    if (this.#closing.signal.aborted) this.#closing = new AbortController();
    this.#lookAt(0);
  }

  /** Ends what is under way; resolves when nothing is left. */
  async stop(): Promise<void> {
    this.#cancel();
    this.#closing.abort(new Error('closed'));
    await this.#looking;
  }

  /** Resolves when nothing is under way. */
  idle(): Promise<void> {
    return this.#looking;
  }

  #lookAt(when: number): void {
    const { clock, random } = this.#options;
    const { signal } = this.#closing;
    this.#cancel();
    this.#cancel = clock.at(Math.max(when, clock.now()) + random() * SPREAD, () => {
      this.#looking = this.#looking.then(() => this.#look(signal));
    });
  }

  async #look(signal: AbortSignal): Promise<void> {
    const { clock } = this.#options;
    let next = clock.now() + DAY;
    if (signal.aborted) return;
    try {
      // A disk may keep one waiting, and a closing node doesn't wait for that.
      const renewing = (async () => (next = await this.#renew(await this.#options.needed(), signal)))();
      await untilAborted(renewing, signal);
    } catch (error) {
      if (signal.aborted) return;
      this.#tell(asEnedisError(error));
    }
    if (!signal.aborted) this.#lookAt(next);
  }

  /** @returns when something is due again, epoch ms. */
  async #renew(needed: readonly Needed[], signal: AbortSignal): Promise<number> {
    const due: number[] = [this.#options.clock.now() + DAY];
    let first: EnedisError | null = null;
    for (const { prices, offers } of needed) {
      signal.throwIfAborted();
      const { changed, problem } = await prices.renew(offers, signal);
      if (changed.length > 0) this.#options.onChanged(changed);
      first ??= problem;
      due.push(prices.dueAt(offers) ?? Infinity);
    }
    this.#tell(first);
    return Math.min(...due);
  }

  #tell(problem: EnedisError | null): void {
    const { reason = '' } = problem ?? {};
    if (problem && reason !== this.#told) this.#options.onProblem(problem);
    this.#told = reason;
  }
}
