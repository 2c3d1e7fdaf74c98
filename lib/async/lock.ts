import { abortReason } from './clock';

/** One at a time: two runs on one meter would ask the same things twice, the second finds them answered. */
export class Lock {
  #last: Promise<unknown> = Promise.resolve();

  /** Runs `task` when all before it are done; an abort while waiting gives the place up at once. */
  async run<T>(task: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    const before = this.#last;
    let release: () => void = () => undefined;
    this.#last = new Promise<void>((resolve) => (release = resolve)).then(() => before);
    try {
      await untilAborted(before, signal);
      return await task();
    } finally {
      release();
    }
  }
}

/** Waits for a promise, but no longer than until the signal is aborted; rejects with its reason then. */
export async function untilAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise;
  signal.throwIfAborted();
  let onAbort: () => void = () => undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    onAbort = () => reject(abortReason(signal));
    signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
