/**
 * The daily collection: finds what is missing, asks for it with as few requests as possible, and hands over what is new
 * to the node that asks, be it from the network now or from the archive. Days that Enedis publishes late, corrects or
 * withholds for a while are simply due again later, so gaps heal by themselves.
 */
import { seriesName, type DayStatus, type SeriesKey } from '../archive/archive';
import type { NodeState } from '../archive/format';
import { isAhead } from '../async/clock';
import { EnedisError, type Reason } from '../errors';
import { addDays, parisDate, parisDay } from '../readings/paris';
import { type Direction, type Problem, SERIES } from '../readings/reading';
import { summarize, type Known, type Summary } from '../query/summary';
import { batchOf, type Batch } from '../meter/batch';
import { checkClock, retryTime, type Collector } from '../meter/collector';
import type { Outcome } from './schedule';
import { OVERLAP_DAYS, windowsFor } from './windows';

/** Asked in vain for this long while another gets what it lacks, and a series is asked once a day only: it may never come. */
const DORMANT_AFTER = 3 * 86_400_000;
/** How far back it is looked for what another series got in the meantime. */
const COMPARED_DAYS = 30;
/** How much load curve the first collection takes: one request. */
const FIRST_CURVE_DAYS = 7;
/** Days without any load curve, each with its daily energy, that make hourly collection look switched off. */
const COLLECTION_OFF_DAYS = 4;

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

/** What the node has been given already. */
type Given = Pick<NodeState, 'cursor' | 'since'>;

/** One series on its way through a run. */
interface Target {
  key: SeriesKey;
  due: string[];
  /** Not expected to have yesterday soon: neither holds the others up nor makes the day incomplete. */
  dormant: boolean;
}

/**
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
    const { node } = this.#options;
    const { rev: revBefore } = await archive.state();
    const given: Given = { ...(await archive.node(node)) };
    const stopped = await this.#askForAll(given);
    const { rev } = await archive.state();
    const batches = await this.#batches(given, revBefore);
    const since = await this.#givenUntil(given);
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
      const isHeldUp = this.#waiting && !target.dormant && this.#isOnlyYesterday(target.due);
      if (target.due.length > 0 && !isHeldUp) {
        const stopped = await this.#askFor(target);
        if (stopped) return stopped;
      }
      await this.#settle(target);
    }
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

  /** What of a series is due; null where it isn't to be asked, nor waited for. */
  async #target(key: SeriesKey): Promise<Target | null> {
    const { archive, clock, fingerprint } = this.#collector;
    const { manual, unlessAskedSince } = this.#options;
    const now = clock.now();
    const state = await archive.seriesState(key);
    const { blocked } = state;
    if (blocked && isAhead(blocked.until, now) && blocked.settings === fingerprint) {
      // Asking by hand may mend much, but no meter.
      if (!manual || blocked.reason === 'wrongDirection') {
        this.#retriesAt.push(blocked.until);
        return null;
      }
    }
    const days = await this.#days(key);
    const dormant =
      (await this.#isLeftBehind(state.quietSince ?? now)) || (await this.#collectionIsOff(key, days));
    const due = days.filter((day) => isDue(day, now, this.#yesterday)).map(({ date }) => date);
    const { askedAt = 0 } = days.find(({ date }) => date === this.#yesterday) ?? {};
    const onceADay = dormant && !manual;
    const isAsked = askedAt > 0 && askedAt <= now && (onceADay || askedAt >= unlessAskedSince);
    return { key, due: isAsked && this.#isOnlyYesterday(due) ? [] : due, dormant };
  }

  #isOnlyYesterday(due: readonly string[]): boolean {
    return due.every((date) => date === this.#yesterday);
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

  /**
   * Is a series without anything new for days while others get theirs? Where none does, it is Enedis that is late; where
   * they came only today, it has the day to follow.
   */
  async #isLeftBehind(quietSince: number): Promise<boolean> {
    const { archive, clock } = this.#collector;
    if (clock.now() - quietSince <= DORMANT_AFTER) return false;
    const [quietDay, recently] = [parisDate(quietSince), addDays(this.#today, -COMPARED_DAYS)];
    const start = quietDay > recently ? quietDay : recently;
    const midnight = parisDay(this.#today).start;
    for (const other of this.#collector.keys()) {
      const days = await archive.days(other, { start, end: this.#today });
      if (days.some(({ state, askedAt = 0 }) => PRESENT.has(state) && askedAt < midnight)) return true;
    }
    return false;
  }

  /** Sets the first day this collection answers for; it moves on once the days before are settled. */
  async #answerFor(key: SeriesKey, isFirst: boolean): Promise<void> {
    const known = (await this.#collector.archive.seriesState(key)).since;
    // Beyond today it was set by a clock that was ahead: what it skipped is looked for again.
    const isWrong = known !== undefined && known > this.#today;
    const first = isFirst && this.#options.firstCollect;
    const wanted = first || isWrong ? this.#firstDayOf(key) : this.#yesterday;
    if (known !== undefined && !isWrong && !(isFirst && wanted < known)) return;
    const firstDay = await this.#collector.firstDay(key);
    const since = wanted > firstDay ? wanted : firstDay;
    await this.#collector.archive.updateSeries(key, (state) => {
      state.since = since;
      if (state.first === undefined || since < state.first) state.first = since;
    });
  }

  /** 1 January of this year (on 1 January: of the year before); the last week of a load curve. */
  #firstDayOf({ series }: SeriesKey): string {
    if (!SERIES[series].perDay) return addDays(this.#today, -FIRST_CURVE_DAYS);
    return `${this.#yesterday.slice(0, 4)}-01-01`;
  }

  /** After a series' turn: is yesterday still to come, is hourly collection off, up to which day is all settled? */
  async #settle(target: Target): Promise<void> {
    const { archive, clock } = this.#collector;
    const { key } = target;
    const days = await this.#days(key);
    const since = days.find((day) => isOpen(day, clock.now()))?.date ?? this.#today;
    if (since !== (await this.#since(key))) await archive.updateSeries(key, (state) => (state.since = since));
    const failed = [...this.#failures, ...this.#reminders].some((failure) => failure.key === key);
    const isOff = await this.#collectionIsOff(key, days);
    if (isOff && !failed && target.due.length > 0)
      this.#failures.push({ key, error: new EnedisError('collectionOff') });
    if (failed || isOff || target.dormant) return;
    if (days.at(-1)?.date === this.#yesterday && days.at(-1)!.state !== 'complete') this.#waiting = true;
  }

  /** Days with their daily energy but, each of them, without any load curve: somebody has to switch collection on. */
  async #collectionIsOff(key: SeriesKey, days: readonly DayStatus[]): Promise<boolean> {
    if (key.series !== 'loadCurve') return false;
    const recent = days.filter(({ date }) => date < this.#yesterday).slice(-COLLECTION_OFF_DAYS);
    if (
      recent.length < COLLECTION_OFF_DAYS ||
      recent.some(({ state, asked }) => !asked || !ABSENT.has(state))
    )
      return false;
    const daily = await this.#collector.archive.days(
      { ...key, series: 'daily' },
      { start: recent[0]!.date, end: this.#yesterday },
    );
    return daily.every(({ state }) => state === 'complete');
  }

  /** Neither a figure nor a reproach: a direction the meter doesn't have, a load curve nobody collects any more. */
  async #isOff(key: SeriesKey): Promise<boolean> {
    const { archive } = this.#collector;
    const { blocked } = await archive.seriesState(key);
    if (blocked && OFF.has(blocked.reason)) return true;
    const start = addDays(this.#yesterday, -COLLECTION_OFF_DAYS);
    return this.#collectionIsOff(key, await archive.days(key, { start, end: this.#today }));
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

  /** What is new in the days this collection answers for: the years a backfill may have brought are that one's to hand over. */
  async #batches(given: Given, revBefore: number): Promise<Batch[]> {
    const { archive } = this.#collector;
    const batches: Batch[] = [];
    for (const key of this.#collector.keys()) {
      const since = this.#givenBefore(key, given);
      const from = since === undefined ? this.#firstDayOf(key) : addDays(since, -OVERLAP_DAYS);
      const unseen = this.#options.firstCollect ? 0 : revBefore;
      const cursor = isNew(key, given) ? unseen : (given.cursor ?? unseen);
      const changes = await archive.changes(key, cursor, from);
      if (changes.length > 0) batches.push(await batchOf(this.#collector, key, changes, revBefore));
    }
    return batches;
  }

  /** The day up to which the node has been given a series; unknown where a clock that was ahead has written it. */
  #givenBefore(key: SeriesKey, { since }: Given): string | undefined {
    const day = since?.[seriesName(key)];
    return day !== undefined && day <= this.#today ? day : undefined;
  }

  /** For each series the day up to which the node has it, once it is given what there is now. */
  async #givenUntil(given: Given): Promise<Record<string, string>> {
    const until = { ...given.since };
    for (const key of this.#collector.keys()) {
      const before = this.#givenBefore(key, given) ?? '';
      const since = await this.#since(key);
      // What is looked for again, because somebody else wants it or a file was damaged, this node has had.
      until[seriesName(key)] = since > before ? since : before;
    }
    return until;
  }

  async #summary(): Promise<Summary> {
    const { archive } = this.#collector;
    const keys = this.#collector.keys();
    const known: Partial<Record<Direction, Known>> = {};
    // From 1 January of yesterday's year, and far enough back to find the last figures of a meter fallen silent.
    const newYear = `${this.#yesterday.slice(0, 4)}-01-01`;
    const fallback = addDays(this.#today, -40);
    const start = fallback < newYear ? `${fallback.slice(0, 4)}-01-01` : newYear;
    const expected: SeriesKey[] = [];
    for (const key of keys) {
      if (await this.#isOff(key)) continue;
      const of = (known[key.direction] ??= { daily: [], loadCurve: [], maxPower: [] });
      expected.push(key);
      const from = key.series === 'daily' ? start : fallback;
      of[key.series] = (await archive.read(key, { start: from, end: this.#today })).flat();
    }
    return summarize(known, expected, parisDay(this.#today).start);
  }
}

/** A series the node has never been given anything of, be it the node that is new or the series. */
function isNew(key: SeriesKey, { since }: Given): boolean {
  return since?.[seriesName(key)] === undefined;
}

/** Is more of a day to be expected? What a clock that was ahead has ruled out isn't. */
function isOpen({ state, again, askedAt }: DayStatus, now: number): boolean {
  return state !== 'complete' && (again !== null || (askedAt ?? 0) > now);
}

const OFF: ReadonlySet<string> = new Set<Reason>(['wrongDirection', 'collectionOff', 'collectionOpposed']);
const PRESENT: ReadonlySet<DayStatus['state']> = new Set(['complete', 'partial']);
const ABSENT: ReadonlySet<DayStatus['state']> = new Set(['notPublished', 'notCollected', 'allNull']);

/** Yesterday is due at every attempt; any other day when its time has come. */
function isDue(day: DayStatus, now: number, yesterday: string): boolean {
  if (!isOpen(day, now)) return false;
  const { date, again } = day;
  // Worked out by a clock that was ahead.
  if ((day.askedAt ?? 0) > now) return true;
  return date === yesterday || (again ?? 0) <= now;
}
