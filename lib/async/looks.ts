/**
 * Looks after something from time to time: soon after a start, then whenever it says that something is due again. A power
 * cut ends for everybody at once, and a site publishes for everybody at once: so each look is some time late, at random.
 */
import type { Clock } from './clock';
import { untilAborted } from './lock';

/** What looks need of the house. */
export interface LooksOptions {
  clock: Pick<Clock, 'now' | 'at'>;
  /** In [0, 1). */
  random: () => number;
  /** How late a look may be, in ms: the first after a start, and the others. */
  spread: { first: number; later: number };
  /** Does what is due; resolves to when something is due again, epoch ms. What it rejects with is for `onFailure`. */
  look: (signal: AbortSignal) => Promise<number>;
  /** @returns when to look again, epoch ms. */
  onFailure: (error: unknown) => number;
}

/** Runs from `start` to `stop`; nothing of it throws or rejects. */
export class Looks {
  readonly #options: LooksOptions;
  #closing = new AbortController();
  #cancel: () => void = () => undefined;
  #looking: Promise<void> = Promise.resolve();

  constructor(options: LooksOptions) {
    this.#options = options;
  }

  /** Begins, or looks again soon because something else is to be looked after. */
  start(): void {
    if (this.#closing.signal.aborted) this.#closing = new AbortController();
    this.#lookAt(0, this.#options.spread.first);
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

  #lookAt(when: number, spread: number): void {
    const { clock, random } = this.#options;
    const { signal } = this.#closing;
    this.#cancel();
    this.#cancel = clock.at(Math.max(when, clock.now()) + random() * spread, () => {
      this.#looking = this.#looking.then(() => this.#look(signal));
    });
  }

  async #look(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    let next: number;
    try {
      // A disk may keep one waiting, and a closing node doesn't wait for that.
      next = await untilAborted(this.#options.look(signal), signal);
    } catch (error) {
      if (signal.aborted) return;
      next = this.#options.onFailure(error);
    }
    if (!signal.aborted) this.#lookAt(next, this.#options.spread.later);
  }
}
