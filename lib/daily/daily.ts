/**
 * The daily collection as a flow node runs it: by the schedule or when somebody asks, one attempt remembered after the
 * other, closed at once. Knows nothing of Node-RED: what happens is told to its listener.
 */
import type { Schedule } from '../archive/format';
import { asEnedisError, EnedisError } from '../errors';
import type { PricedBy } from '../query/cost';
import { parisDate } from '../readings/paris';
import { retryTime, spreadOut, type Collector } from '../meter/collector';
import {
  afterAttempt,
  lastTryOf,
  nextAttempt,
  planOf,
  type Outcome,
  type ScheduleSettings,
} from './schedule';
import { UnderWay } from '../async/under-way';
import { collectYesterday, type Run } from './yesterday';

/** A flow node's own. With `firstCollect` its first collection takes this year so far, and a week of load curve. */
export interface DailyOptions {
  /** The flow node's id. */
  node: string;
  firstCollect: boolean;
  /** The summary is wanted once a day only, when yesterday's energy has come. */
  summaryOnce?: boolean;
  /** What the summary's energy is priced by; absent: nothing. */
  pricedBy?: PricedBy;
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

const MINUTE = 60_000;
/** The part of a retry's pace within which another node's question is as good as one's own: an answer takes its time. */
const SHARED = 0.9;

/** An appointment this late wasn't kept but slept through, or skipped by a clock put right: it is made anew. */
const TOO_LATE = 5 * MINUTE;

/** After a failure to even plan (the disk), the schedule looks again. */
const LOOK_AGAIN = 30 * MINUTE;

/** One for each flow node. The plan and the last attempt lie with the meter's state on disk, not here. */
export class Daily {
  readonly #collector: Collector;
  readonly #options: DailyOptions;
  readonly #listener: DailyListener;
  readonly #underWay = new UnderWay();
  #cancelTimer: () => void = () => undefined;
  /** When the next attempt is due, epoch ms. */
  #due = 0;

  constructor(collector: Collector, options: DailyOptions, listener: DailyListener) {
    this.#collector = collector;
    this.#options = options;
    this.#listener = listener;
  }

  /** Sets the schedule going; what can be known without a request is told at once. */
  start(): Promise<void> {
    return this.#underWay.track(this.#check().then(() => this.#plan()));
  }

  async #check(): Promise<void> {
    try {
      await this.#collector.check();
    } catch (error) {
      this.#listener.failed(error);
    }
  }

  /**
   * Asks now, because somebody wants it.
   * @param replay hand over yesterday once more where nothing of it is new.
   * @throws EnedisError ENEDIS_STORAGE, or the reason of the closing.
   */
  async runNow(deliver: (run: Run) => void, replay = false): Promise<Run> {
    const run = await this.#underWay.track(this.#attempt(true, replay, deliver));
    await this.#underWay.track(this.#plan());
    return run;
  }

  /** Ends what is under way; resolves when nothing is left. */
  async close(): Promise<void> {
    this.#cancelTimer();
    const closed = this.#underWay.close();
    this.#collector.stopWaiting();
    await closed;
  }

  /** The node is gone for good: so is what was remembered for it. */
  forget(): Promise<void> {
    return this.#collector.archive.removeNode(this.#options.node);
  }

  /** Resolves when nothing is under way. */
  idle(): Promise<void> {
    return this.#underWay.idle();
  }

  async #attempt(manual: boolean, replay: boolean, deliver: (run: Run) => void): Promise<Run> {
    this.#listener.asking();
    const at = this.#collector.clock.now();
    const { node, firstCollect, summaryOnce = false, pricedBy, schedule } = this.#options;
    const shared = manual || !schedule ? 0 : SHARED * schedule.retryEvery * MINUTE;
    try {
      const run = await collectYesterday(this.#collector, {
        node,
        firstCollect,
        manual,
        replay,
        summaryOnce,
        pricedBy,
        unlessAskedSince: at - shared,
        lastTry: lastTryOf(parisDate(at), schedule?.windowEnd),
        signal: this.#underWay.signal,
      });
      this.#underWay.signal.throwIfAborted();
      deliver(run);
      await run.delivered();
      await this.#remember(at, run.outcome, run.notBefore);
      return run;
    } catch (error) {
      if (this.#underWay.signal.aborted) throw error;
      // A fault of ours is an attempt as well: forgotten, it would be made again within minutes, and again.
      const failure = asEnedisError(error);
      await this.#rememberFailure(at, failure);
      throw failure;
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
    const spread = notBefore === undefined ? undefined : spreadOut(notBefore, this.#collector.random);
    await this.#keep(afterAttempt(plan, settings, at, outcome, spread));
  }

  async #plan(): Promise<void> {
    try {
      const settings = await this.#scheduleSettings();
      if (!settings || this.#underWay.signal.aborted) return;
      const { clock, random } = this.#collector;
      const previous = await this.#schedule();
      const { at, plan } = nextAttempt(previous, settings, clock.now(), random);
      if (plan !== previous) await this.#keep(plan);
      this.#arm(at);
      this.#listener.planned(at);
    } catch (error) {
      this.#listener.failed(error);
      const now = this.#collector.clock.now();
      const again = error instanceof EnedisError ? retryTime(error, now) : now + LOOK_AGAIN;
      this.#arm(Math.min(again, now + LOOK_AGAIN));
    }
  }

  #arm(at: number): void {
    this.#cancelTimer();
    if (this.#underWay.signal.aborted) return;
    this.#due = at;
    this.#cancelTimer = this.#collector.clock.at(at, () => void this.#underWay.track(this.#tick()));
  }

  async #tick(): Promise<void> {
    // Before its time because the clock was set back, or long after: the attempt is to be planned again.
    const late = this.#collector.clock.now() - this.#due;
    if (late < 0 || late > TOO_LATE) return this.#plan();
    try {
      await this.#attempt(false, false, (run) => this.#listener.deliver(run));
    } catch (error) {
      if (this.#underWay.signal.aborted) return;
      this.#listener.failed(error);
    }
    await this.#plan();
  }

  async #scheduleSettings(): Promise<ScheduleSettings | null> {
    const { schedule, node, firstCollect } = this.#options;
    if (!schedule) return null;
    const { cursor } = await this.#collector.archive.node(node);
    const firstTime = firstCollect && cursor === undefined;
    return { ...schedule, settings: this.#collector.fingerprint, firstTime };
  }

  async #schedule(): Promise<Schedule | undefined> {
    return (await this.#collector.archive.node(this.#options.node)).schedule;
  }

  #keep(schedule: Schedule): Promise<void> {
    return this.#collector.archive.updateNode(this.#options.node, (node) => {
      node.schedule = schedule;
    });
  }
}
