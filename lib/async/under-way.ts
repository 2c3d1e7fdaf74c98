/** What a node has under way: waited for when somebody wants to know the end of it, ended when the node closes. */
import { setMaxListeners } from 'node:events';

/**
 * Promises and one signal: whatever doesn't heed the signal holds `close` up. A rejection is for whoever tracked it;
 * nothing here rejects by itself.
 */
export class UnderWay {
  readonly #closing = new AbortController();
  readonly #running = new Set<Promise<unknown>>();

  constructor() {
    // As many listen as messages wait: more than ten are a busy flow, no leak.
    setMaxListeners(0, this.#closing.signal);
  }

  /** Aborted once the node closes. */
  get signal(): AbortSignal {
    return this.#closing.signal;
  }

  track<T>(promise: Promise<T>): Promise<T> {
    const forget = (): void => void this.#running.delete(ended);
    const ended: Promise<void> = promise.then(forget, forget);
    this.#running.add(ended);
    return promise;
  }

  /** Ends it all; resolves when nothing is left. */
  async close(): Promise<void> {
    this.#closing.abort(new Error('closed'));
    await Promise.allSettled(this.#running);
  }

  /** Resolves when nothing is under way. */
  async idle(): Promise<void> {
    while (this.#running.size > 0) await Promise.allSettled(this.#running);
  }
}
