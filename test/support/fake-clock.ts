/**
 * A clock that only moves when a test moves it, and that waits for the code under test to come to rest in between. What
 * the machine's own clock would make a wait of no time at all is refused.
 */
import { abortReason, type Clock } from '../../lib/async/clock';

/** A longer `setTimeout` ends at once. */
const LONGEST_TIMEOUT = 2 ** 31 - 1;

interface Timer {
  when: number;
  fire: () => void;
  /** Somebody is in the middle of something, waiting for this; otherwise it is an appointment. */
  sleeping: boolean;
}

export class FakeClock implements Clock {
  #now: number;
  /** How far the clock on the wall is ahead of what has really passed since its start. */
  #wrong = 0;
  #start = 'start of the system';
  #timers: Timer[] = [];
  #onSleeper: () => void = nothing;

  constructor(iso: string) {
    this.#now = Date.parse(iso);
  }

  now = (): number => this.#now;

  steady = (): number => this.#now - this.#wrong;

  sinceStart = (): { start: string; ms: number } => ({ start: this.#start, ms: this.steady() });

  /** The machine starts again, by a clock that may say anything. */
  reboot(iso: string): void {
    this.jump(Date.parse(iso) - this.#now);
    this.#start += '+';
  }

  /** Is set to another time by somebody, while nothing passes. */
  jump(ms: number): void {
    this.#now += ms;
    this.#wrong += ms;
  }

  at = (when: number, task: () => void): (() => void) => {
    if (Number.isNaN(when)) throw new RangeError('an appointment at no time');
    return this.#add({ when, fire: task, sleeping: false });
  };

  sleep = (ms: number, signal?: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(abortReason(signal));
      if (!(ms <= LONGEST_TIMEOUT)) return reject(new RangeError(`a sleep of ${ms} ms`));
      const onAbort = (): void => {
        cancel();
        reject(abortReason(signal));
      };
      const fire = (): void => {
        signal?.removeEventListener('abort', onAbort);
        resolve();
      };
      const cancel = this.#add({ when: this.#now + ms, fire, sleeping: true });
      signal?.addEventListener('abort', onAbort, { once: true });
    });

  #add(timer: Timer): () => void {
    this.#timers.push(timer);
    if (timer.sleeping) this.#onSleeper();
    return () => (this.#timers = this.#timers.filter((each) => each !== timer));
  }

  /** Lets time pass while nobody looks; nothing fires. Backwards it is put right: nothing passes. */
  set(iso: string): void {
    const passed = Date.parse(iso) - this.#now;
    if (passed < 0) this.jump(passed);
    else this.#now += passed;
  }

  /** Jumps, and whoever has an appointment notices, as the system's clock promises. */
  putRight(iso: string): void {
    const isSetBack = Date.parse(iso) < this.#now;
    this.set(iso);
    if (!isSetBack) return;
    const missed = this.#timers.filter(({ sleeping }) => !sleeping);
    this.#timers = this.#timers.filter(({ sleeping }) => sleeping);
    for (const { fire } of missed) fire();
  }

  /** Appointments made, rising. */
  get appointments(): number[] {
    return this.#timers
      .filter(({ sleeping }) => !sleeping)
      .map(({ when }) => when)
      .sort((a, b) => a - b);
  }

  get sleepers(): number {
    return this.#timers.filter(({ sleeping }) => sleeping).length;
  }

  /** Fires the earliest timer due by `until`, moving the time to it. */
  #fireNext(until: number, onlySleepers: boolean): boolean {
    const due = this.#timers
      .filter(({ when, sleeping }) => when <= until && (sleeping || !onlySleepers))
      .sort((a, b) => a.when - b.when)[0];
    if (!due) return false;
    this.#timers = this.#timers.filter((each) => each !== due);
    this.#now = Math.max(this.#now, due.when);
    due.fire();
    return true;
  }

  /** Lets what is under way come to its end, however long it sleeps in between. */
  async settle(idle: () => Promise<void>): Promise<void> {
    for (;;) {
      let resting = false;
      const rest = idle().then(() => (resting = true));
      // Told, not looked for: a loop would cost more than what it waits for.
      const sleeper = new Promise<void>((resolve) => (this.#onSleeper = resolve));
      if (this.sleepers === 0) await Promise.race([rest, sleeper]);
      await new Promise(setImmediate);
      if (resting) return;
      this.#fireNext(Infinity, true);
    }
  }

  /** Lives through the time until `iso`: every appointment is kept, and what it starts is finished before the next. */
  async runUntil(iso: string, idle: () => Promise<void>): Promise<void> {
    const until = Date.parse(iso);
    await this.settle(idle);
    while (this.#fireNext(until, false)) await this.settle(idle);
    this.#now = Math.max(this.#now, until);
  }

  /** Drives a promise to its end. */
  async finish<T>(promise: Promise<T>): Promise<T> {
    await this.settle(() => promise.then(nothing, nothing));
    return promise;
  }
}

function nothing(): void {
  // Only that it ended matters here.
}
