/**
 * The daily collection: finds what is missing, asks for it with as few requests as possible, and hands over what is new
 * to the node that asks, be it from the network now or from the archive. Days that Enedis publishes late, corrects or
 * withholds for a while are simply due again later, so gaps heal by themselves.
 */
import { seriesName, type DayStatus, type SeriesKey } from '../archive/archive';
import { EnedisError, type Reason } from '../errors';
import type { Batch } from '../meter/batch';
import { checkClock, retryTime, type Collector } from '../meter/collector';
import type { Summary } from '../query/summary';
import { addDays, parisDay } from '../readings/paris';
import { SERIES, type Problem } from '../readings/reading';
import { batchesFor, firstDayOf, isNew, nextGivenUntil, type Given } from './handover';
import { latestSummary } from './latest';
import type { Outcome } from './schedule';
import {
  COLLECTION_OFF_DAYS,
  comparedFrom,
  firstOpenDay,
  isBeyond,
  isCollectionOff,
  isLeftBehind,
  isOnly,
  lacksYesterday,
  newSince,
  standingOf,
  type Attempt,
} from './series-state';
import { windowsFor } from './windows';

/** What is the node's and the attempt's own; which series, and from whom, the collector knows. */
export interface RunOptions {
  /** The flow node that asks: each is given everything once. */
  node: string;
  firstCollect: boolean;
  /** A person asks: also what isn't due before tomorrow. */
  manual: boolean;
  /** Epoch ms: whoever has asked for yesterday since has asked for this node as well. */
  unlessAskedSince: number;
  signal: AbortSignal;
}

/** Where the error concerns the whole meter, `key` is the series at which it showed: those after it weren't asked. */
export interface Failure {
  key: SeriesKey;
  error: EnedisError;
}

/**
 * What an attempt has to hand over, and how it went. Whatever failed, what others brought and the summary are there.
 */
export interface Run {
  usagePointId: string;
  /** One for each direction and series that has something new for the node. */
  batches: Batch[];
  summary: Summary;
  failures: Failure[];
  /** A direction that was refused before, beside one that isn't: worth mentioning, no failure. */
  reminders: Failure[];
  problems: (Problem & SeriesKey)[];
  outcome: Outcome;
  /** Epoch ms before which another attempt is pointless. */
  notBefore?: number;
  /** To be called once the batches are sent: they won't be handed out again. */
  delivered: () => Promise<void>;
}

/** One series on its way through a run. */
interface Target {
  key: SeriesKey;
  due: string[];
  /** Not expected to have yesterday soon: neither holds the others up nor makes the day incomplete. */
  dormant: boolean;
}

/**
 * Collects what is due and hands over what is new.
 * @throws EnedisError ENEDIS_STORAGE: nothing can be kept; `configClock`: nobody knows which day it is; the signal's reason once aborted. All other
 * failures are in the result.
 */
export function collectYesterday(collector: Collector, options: RunOptions): Promise<Run> {
  return collector.lock.run(() => new YesterdayRun(collector, options).run(), options.signal);
}

class YesterdayRun {
  readonly #collector: Collector;
  readonly #options: RunOptions;
  readonly #today: string;
  readonly #yesterday: string;
  readonly #failures: Failure[] = [];
  readonly #reminders: Failure[] = [];
  readonly #problems: (Problem & SeriesKey)[] = [];
  /** When series that failed may be asked again. */
  readonly #retriesAt: number[] = [];
  /** True as soon as a series that should have yesterday hasn't. */
  #waiting = false;

  constructor(collector: Collector, options: RunOptions) {
    this.#collector = collector;
    this.#options = options;
    this.#today = collector.today;
    this.#yesterday = addDays(this.#today, -1);
  }

  async run(): Promise<Run> {
    const { archive, clock } = this.#collector;
    checkClock(clock);
    const { node, firstCollect } = this.#options;
    const { rev: revBefore } = await archive.state();
    const given: Given = { ...(await archive.node(node)) };
    const stopped = await this.#askForAll(given);
    const { rev } = await archive.state();
    const today = this.#today;
    const batches = await batchesFor(this.#collector, given, { firstCollect, revBefore, today });
    const since = await this.#givenNow(given);
    return {
      usagePointId: this.#collector.settings.usagePointId,
      batches,
      summary: await this.#summary(),
      failures: this.#failures,
      reminders: this.#reminders,
      problems: this.#problems,
      ...this.#outcome(stopped),
      delivered: () =>
        archive.updateNode(node, (state) => {
          state.cursor = rev;
          state.since = since;
        }),
    };
  }

  /** @returns the error that concerns the whole meter, if one ended the round. */
  async #askForAll(given: Given): Promise<EnedisError | null> {
    const keys = this.#collector.keys();
    // What each series answers for is settled before anything can fail: a first collection that is refused today
    // still takes all of it tomorrow.
    for (const key of keys) await this.#answerFor(key, isNew(key, given));
    for (const key of keys) {
      const target = await this.#target(key);
      if (!target) continue;
      // A late day costs one request a try: while it is what everybody waits for, the others aren't asked.
      const isHeldUp = this.#waiting && !target.dormant && isOnly(target.due, this.#yesterday);
      if (target.due.length > 0 && !isHeldUp) {
        const stopped = await this.#askFor(target);
        if (stopped) return stopped;
      }
      await this.#settle(target);
    }
    return null;
  }

  /** Sets the first day this collection answers for; it moves on once the days before are settled. */
  async #answerFor(key: SeriesKey, isFirst: boolean): Promise<void> {
    const known = (await this.#collector.archive.seriesState(key)).since;
    const first = isFirst && this.#options.firstCollect;
    const isWrong = known !== undefined && isBeyond(known, this.#today);
    const wanted = first || isWrong ? firstDayOf(key, this.#today) : this.#yesterday;
    if (newSince(known, wanted, isFirst, this.#today) === null) return;
    const firstDay = await this.#collector.firstDay(key);
    const since = wanted > firstDay ? wanted : firstDay;
    await this.#collector.archive.updateSeries(key, (state) => {
      state.since = since;
      if (state.first === undefined || since < state.first) state.first = since;
    });
  }

  /** What of a series is due; null where it isn't to be asked, nor waited for. */
  async #target(key: SeriesKey): Promise<Target | null> {
    const { archive, clock, fingerprint } = this.#collector;
    const { manual, unlessAskedSince } = this.#options;
    const attempt: Attempt = {
      now: clock.now(),
      yesterday: this.#yesterday,
      manual,
      unlessAskedSince,
      settings: fingerprint,
    };
    const state = await archive.seriesState(key);
    const days = await this.#days(key);
    const dormant = (await this.#isLeftBehind(state.quietSince)) || (await this.#isOff(key, days));
    const standing = standingOf(state, days, dormant, attempt);
    if (standing.kind === 'open') return { key, ...standing };
    this.#retriesAt.push(standing.until);
    return null;
  }

  async #askFor({ key, due, dormant }: Target): Promise<EnedisError | null> {
    const windowDays = await this.#collector.windowDays(key);
    const notBefore = await this.#collector.firstDay(key);
    const windows = windowsFor(due, { windowDays, notBefore, today: this.#today });
    try {
      // Where nothing is expected, the newest window tells; the others follow once something came.
      for (const period of dormant ? windows.slice(0, 1) : windows) {
        const { problems } = await this.#collector.ask(key, period, 'daily', this.#options.signal);
        this.#problems.push(...problems.map((problem) => ({ ...problem, ...key })));
      }
      return null;
    } catch (error) {
      if (!(error instanceof EnedisError) || error.code === 'ENEDIS_STORAGE') throw error;
      const isKnown = error.reason === 'wrongDirection' && (await this.#isKnownToLack(key));
      (isKnown ? this.#reminders : this.#failures).push({ key, error });
      if (error.wholeMeter) return error;
      await this.#block(key, error);
      return null;
    }
  }

  /** Was the meter known not to have this direction, while it has the other? */
  async #isKnownToLack(key: SeriesKey): Promise<boolean> {
    const { archive, fingerprint } = this.#collector;
    const { blocked } = await archive.seriesState(key);
    if (blocked?.reason !== 'wrongDirection' || blocked.settings !== fingerprint) return false;
    const others = this.#collector.keys().filter(({ direction }) => direction !== key.direction);
    const states = await Promise.all(others.map((other) => archive.seriesState(other)));
    return states.some((state) => state.blocked?.reason !== 'wrongDirection');
  }

  /** A series isn't asked again before it makes sense; nor are those to follow, where the meter lacks their direction. */
  async #block(key: SeriesKey, error: EnedisError): Promise<void> {
    const { archive, clock, fingerprint: settings } = this.#collector;
    const { reason } = error;
    const until = retryTime(error, clock.now());
    this.#retriesAt.push(until);
    const keys = this.#collector.keys();
    const rest = keys.slice(keys.findIndex((each) => seriesName(each) === seriesName(key)));
    const lacksDirection = reason === 'wrongDirection';
    for (const [place, each] of rest.entries()) {
      if (place > 0 && !(lacksDirection && each.direction === key.direction)) continue;
      await archive.updateSeries(each, (state) => (state.blocked = { until, reason, settings }));
    }
  }

  /** After a series' turn: is yesterday still to come, is hourly collection off, up to which day is all settled? */
  async #settle({ key, due, dormant }: Target): Promise<void> {
    const { archive, clock } = this.#collector;
    const days = await this.#days(key);
    const since = firstOpenDay(days, clock.now(), this.#today);
    if (since !== (await this.#since(key))) await archive.updateSeries(key, (state) => (state.since = since));
    const failed = [...this.#failures, ...this.#reminders].some((failure) => failure.key === key);
    const isOff = await this.#isOff(key, days);
    if (isOff && !failed && due.length > 0)
      this.#failures.push({ key, error: new EnedisError('collectionOff') });
    if (!failed && !isOff && !dormant && lacksYesterday(days, this.#yesterday)) this.#waiting = true;
  }

  /** The days this collection answers for; looked at anew where a file turned out to be damaged and made them more. */
  async #days(key: SeriesKey): Promise<DayStatus[]> {
    const { archive } = this.#collector;
    for (;;) {
      const start = await this.#since(key);
      const days = await archive.days(key, { start, end: this.#today });
      if (start === (await this.#since(key))) return days;
    }
  }

  async #since(key: SeriesKey): Promise<string> {
    return (await this.#collector.archive.seriesState(key)).since ?? this.#yesterday;
  }

  async #isLeftBehind(quietSince: number | undefined): Promise<boolean> {
    const { archive, clock } = this.#collector;
    const start = comparedFrom(quietSince, clock.now());
    if (start === null) return false;
    const midnight = parisDay(this.#today).start;
    for (const other of this.#collector.keys()) {
      const days = await archive.days(other, { start, end: this.#today });
      if (isLeftBehind(days, midnight)) return true;
    }
    return false;
  }

  /** Whether hourly collection looks switched off. */
  async #isOff(key: SeriesKey, days: readonly DayStatus[]): Promise<boolean> {
    const { needsHourlyCollection, reconciledWith } = SERIES[key.series];
    if (!needsHourlyCollection || reconciledWith === null) return false;
    const period = { start: addDays(this.#yesterday, -COLLECTION_OFF_DAYS), end: this.#yesterday };
    const daily = await this.#collector.archive.days({ ...key, series: reconciledWith }, period);
    return isCollectionOff(days, daily, this.#yesterday);
  }

  #outcome(stopped: EnedisError | null): Pick<Run, 'outcome' | 'notBefore'> {
    const now = this.#collector.clock.now();
    if (stopped) {
      const outcome = typeof stopped.retry === 'number' ? 'failed' : 'refused';
      return { outcome, notBefore: retryTime(stopped, now) };
    }
    if (this.#waiting) return { outcome: 'waiting' };
    const nextRetry = Math.min(...this.#retriesAt);
    // What waits for a person or for tomorrow anyway doesn't make the day unfinished.
    return nextRetry < parisDay(this.#today).end
      ? { outcome: 'failed', notBefore: nextRetry }
      : { outcome: 'complete' };
  }

  /** Where the node stands once it is given what there is now. */
  async #givenNow(given: Given): Promise<Record<string, string>> {
    const since = { ...given.since };
    for (const key of this.#collector.keys()) {
      since[seriesName(key)] = nextGivenUntil(key, given, await this.#since(key), this.#today);
    }
    return since;
  }

  async #summary(): Promise<Summary> {
    const keys: SeriesKey[] = [];
    for (const key of this.#collector.keys()) if (!(await this.#isLeftOut(key))) keys.push(key);
    return latestSummary(this.#collector, keys, this.#today);
  }

  /** Whether a series is left out of the summary: the meter lacks its direction, or hourly collection is off. */
  async #isLeftOut(key: SeriesKey): Promise<boolean> {
    const { archive } = this.#collector;
    const { blocked } = await archive.seriesState(key);
    if (blocked && LEFT_OUT.has(blocked.reason)) return true;
    const start = addDays(this.#yesterday, -COLLECTION_OFF_DAYS);
    return this.#isOff(key, await archive.days(key, { start, end: this.#today }));
  }
}

const LEFT_OUT: ReadonlySet<string> = new Set<Reason>([
  'wrongDirection',
  'collectionOff',
  'collectionOpposed',
]);
