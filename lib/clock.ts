/**
 * Time as a thing one can hand over: whoever waits or looks at the clock takes a `Clock`, so that tests live
 * through weeks of collection in milliseconds and never depend on today.
 */

export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Runs `task` once, at `when` (epoch ms) or at once if that is past. Returns what cancels it. */
  at(when: number, task: () => void): () => void;
  /** Resolves after `ms`; rejects with the signal's reason as soon as it is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** setTimeout holds its delay in 32 bits; a longer one would fire at once. */
const LONGEST_TIMEOUT = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => Date.now(),
  at(when, task) {
    let timer: NodeJS.Timeout;
    const arm = (): void => {
      const delay = Math.max(0, when - Date.now());
      // A wall clock that is set back, or a very long wait, ends the timer early: look again and wait for the rest.
      timer = setTimeout(
        () => {
          if (Date.now() < when) arm();
          else task();
        },
        Math.min(delay, LONGEST_TIMEOUT),
      );
    };
    arm();
    return () => clearTimeout(timer);
  },
  sleep(ms, signal) {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(abortReason(signal));
      const onAbort = (): void => {
        clearTimeout(timer);
        reject(abortReason(signal));
      };
      const timer = setTimeout(() => {
        signal?.removeEventListener('abort', onAbort);
        resolve();
      }, ms);
      signal?.addEventListener('abort', onAbort, { once: true });
    });
  },
};

/** What an aborted signal was aborted with, always as an Error. */
export function abortReason(signal: AbortSignal | undefined): Error {
  const reason: unknown = signal?.reason;
  return reason instanceof Error ? reason : new Error('aborted');
}
