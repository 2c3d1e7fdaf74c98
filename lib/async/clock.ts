/**
 * Time as a thing one can hand over: whoever waits or looks at the clock takes a `Clock`, so that tests live
 * through weeks of collection in milliseconds and never depend on today.
 */
import { readFileSync } from 'node:fs';
import { uptime } from 'node:os';

/** Instants are epoch ms; a machine's clock may be wrong, and may be set at any time. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Milliseconds since some moment of this process: only their difference means something, and nobody can set it. */
  steady(): number;
  /** Which start of the system this is, and the milliseconds since; null where the system doesn't say. */
  sinceStart(): { start: string; ms: number } | null;
  /**
   * Runs `task` once, at `when` (epoch ms) or at once if that is past; earlier where the clock is seen to be set back,
   * because `when` may then have been worked out from a wrong time. Returns what cancels it.
   * @param look how often the clock is looked at (ms; default a minute), for whoever has to be on time although the clock
   *   is put right or the machine sleeps in between.
   */
  at(when: number, task: () => void, look?: number): () => void;
  /** Resolves after `ms`; rejects with the signal's reason as soon as it is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** Linux only, by an id that it draws at each start. */
const START = startOfSystem();

function startOfSystem(): string | null {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return null;
  }
}

/** How often an appointment looks at the clock, which may be set: a machine without one of its own starts in 1970. */
const LOOK = 60_000;
/** A clock that is kept right by small steps isn't set back. */
const STEP = 30_000;

/** The machine's own. */
export const systemClock: Clock = {
  now: () => Date.now(),
  steady: () => performance.now(),
  sinceStart: () => (START === null ? null : { start: START, ms: uptime() * 1000 }),
  at(when, task, look = LOOK) {
    let timer: NodeJS.Timeout;
    const arm = (): void => {
      const now = Date.now();
      timer = setTimeout(
        () => {
          if (Date.now() >= when || Date.now() < now - STEP) task();
          else arm();
        },
        Math.min(Math.max(0, when - now), look),
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

/** Nobody is ever told to wait for longer: a gateway's word is believed for a week, what a person has to mend is tried daily. */
export const LONGEST_WAIT = 8 * 86_400_000;

/** Whether to wait until `when` (epoch ms). What lies too far ahead was worked out while the clock was wrong. */
export function isAhead(when: number, now: number): boolean {
  return when > now && when - now <= LONGEST_WAIT;
}

/** What an aborted signal was aborted with, always as an Error. */
export function abortReason(signal: AbortSignal | undefined): Error {
  const reason: unknown = signal?.reason;
  return reason instanceof Error ? reason : new Error('aborted');
}
