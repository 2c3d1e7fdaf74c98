/**
 * The daily collection as a flow node runs it: by the schedule or when somebody asks, one attempt remembered after the
 * other, closed at once. Knows nothing of Node-RED: what happens is told to its listener.
 */
import type { Schedule } from '../archive/format';
import { EnedisError } from '../errors';
import { parisDate } from '../readings/paris';
import { retryTime, type Collector } from './collector';
import { afterAttempt, nextAttempt, planOf, type Outcome, type ScheduleSettings } from './schedule';
import { collectYesterday, type Run } from './yesterday';

export interface DailyOptions {
  /** The flow node's id. */
  node: string;
  firstCollect: boolean;
  /** Null: only when asked. */
  schedule: Pick<ScheduleSettings, 'windowStart' | 'windowEnd' | 'retryEvery'> | null;
}

/** Told of what happens by itself. None of these may throw. */
export interface DailyListener {
  /** An attempt begins. */
  asking(): void;
  /** Send what there is: when this returns, it counts as delivered. */
  deliver(run: Run): void;
  /** An attempt of the schedule could not be carried through (a disk that can't be written). */
  failed(error: unknown): void;
  /** The next attempt of the schedule, epoch ms. */
  planned(at: number): void;
}

/** After a failure to even plan (the disk), the schedule looks again. */
const LOOK_AGAIN = 30 * 60_000;

export class Daily {
  readonly #collector: Collector;
  readonly #options: DailyOptions;
  readonly #listener: DailyListener;
  readonly #closing = new AbortController();
  readonly #running = new Set<Promise<unknown>>();
  #cancelTimer: () => void = () => undefined;

  constructor(collector: Collector, options: DailyOptions, listener: DailyListener) {
    this.#collector = collector;
    this.#options = options;
    this.#listener = listener;
  }

  /** Sets the schedule going. */
  start(): Promise<void> {
    return this.#track(this.#plan());
  }

  /**
   * Somebody asks now.
   * @throws EnedisError ENEDIS_STORAGE, or the reason of the closing.
   */
  async runNow(deliver: (run: Run) => void): Promise<Run> {
    const run = await this.#track(this.#attempt(true, deliver));
    await this.#track(this.#plan());
    return run;
  }

  /** Ends what is under way; resolves when nothing is left. */
  async close(): Promise<void> {
    this.#cancelTimer();
    this.#closing.abort(new Error('closed'));
    await Promise.allSettled(this.#running);
  }

  /** The node is gone for good: so is what was remembered for it. */
  forget(): Promise<void> {
    return this.#collector.archive.update((state) => {
      delete state.nodes[this.#options.node];
    });
  }

  /** Resolves when nothing is under way. */
  async idle(): Promise<void> {
    while (this.#running.size > 0) await Promise.allSettled(this.#running);
  }

  #track<T>(promise: Promise<T>): Promise<T> {
    const forget = (): void => void this.#running.delete(ended);
    const ended: Promise<void> = promise.then(forget, forget);
    this.#running.add(ended);
    return promise;
  }

  async #attempt(manual: boolean, deliver: (run: Run) => void): Promise<Run> {
    this.#listener.asking();
    const at = this.#collector.clock.now();
    const { node, firstCollect } = this.#options;
    try {
      const run = await collectYesterday(this.#collector, {
        node,
        firstCollect,
        manual,
        signal: this.#closing.signal,
      });
      this.#closing.signal.throwIfAborted();
      deliver(run);
      await run.delivered();
      await this.#remember(at, run.outcome, run.notBefore);
      return run;
    } catch (error) {
      if (error instanceof EnedisError) await this.#rememberFailure(at, error);
      throw error;
    }
  }

  async #rememberFailure(at: number, error: EnedisError): Promise<void> {
    try {
      await this.#remember(at, 'failed', retryTime(error, at));
    } catch {
      // The disk refuses this as well; the error on its way to the user says so already.
    }
  }

  async #remember(at: number, outcome: Outcome, notBefore: number | undefined): Promise<void> {
    const settings = await this.#scheduleSettings();
    if (!settings) return;
    const plan = planOf(parisDate(at), await this.#schedule(), settings, this.#collector.random);
    await this.#keep(afterAttempt(plan, settings, at, outcome, notBefore));
  }

  async #plan(): Promise<void> {
    try {
      const settings = await this.#scheduleSettings();
      if (!settings || this.#closing.signal.aborted) return;
      const { clock, random } = this.#collector;
      const previous = await this.#schedule();
      const { at, plan } = nextAttempt(previous, settings, clock.now(), random);
      if (plan !== previous) await this.#keep(plan);
      this.#arm(at);
      this.#listener.planned(at);
    } catch (error) {
      this.#listener.failed(error);
      this.#arm(this.#collector.clock.now() + LOOK_AGAIN);
    }
  }

  #arm(at: number): void {
    this.#cancelTimer();
    if (this.#closing.signal.aborted) return;
    this.#cancelTimer = this.#collector.clock.at(at, () => void this.#track(this.#tick()));
  }

  async #tick(): Promise<void> {
    try {
      await this.#attempt(false, (run) => this.#listener.deliver(run));
    } catch (error) {
      if (this.#closing.signal.aborted) return;
      this.#listener.failed(error);
    }
    await this.#plan();
  }

  async #scheduleSettings(): Promise<ScheduleSettings | null> {
    const { schedule, node, firstCollect } = this.#options;
    if (!schedule) return null;
    const { nodes } = await this.#collector.archive.state();
    const firstTime = firstCollect && nodes[node]?.cursor === undefined;
    return { ...schedule, settings: this.#collector.fingerprint, firstTime };
  }

  async #schedule(): Promise<Schedule | undefined> {
    return (await this.#collector.archive.state()).nodes[this.#options.node]?.schedule;
  }

  #keep(schedule: Schedule): Promise<void> {
    return this.#collector.archive.update((state) => {
      (state.nodes[this.#options.node] ??= {}).schedule = schedule;
    });
  }
}
