/** How a meter's series stand, read from its archive for the pure rules of `series-state.ts`. */
import type { DayStatus, SeriesKey } from '../archive/archive';
import type { Collector } from '../meter/collector';
import { tally } from '../readings/completeness';
import { addDays, parisDay } from '../readings/paris';
import { SERIES } from '../readings/reading';
import type { Attempt } from './attempt';
import {
  blockedUntil,
  COLLECTION_OFF_DAYS,
  comparedFrom,
  CORRECTED_DAYS,
  firstOpenDay,
  isCollectionOff,
  isLeftBehind,
  lacksYesterday,
  targetOf,
  type AddsUp,
  type View,
} from './series-state';
import type { Target } from './turns';

/** One for each attempt. */
export class MeterView {
  readonly #collector: Collector;
  readonly #attempt: Attempt;
  readonly #today: string;

  constructor(collector: Collector, attempt: Attempt) {
    this.#collector = collector;
    this.#attempt = attempt;
    this.#today = addDays(attempt.yesterday, 1);
  }

  /** What of a series is due; null where nothing is. @param retriesAt learns when a series that failed may be asked again. */
  async target(key: SeriesKey, retriesAt: number[]): Promise<Target | null> {
    const state = await this.#collector.archive.seriesState(key);
    const until = blockedUntil(state, this.#attempt);
    if (until === null) return targetOf(key, await this.view(key), this.#attempt);
    retriesAt.push(until);
    return null;
  }

  /** How a series stands now. */
  async view(key: SeriesKey): Promise<View> {
    const state = await this.#collector.archive.seriesState(key);
    const days = await this.days(key);
    const dormant = (await this.#isLeftBehind(state.quietSince)) || (await this.#isOff(key, days));
    return { state, days, addsUp: await this.#addsUp(key, days), dormant };
  }

  /** Moves the first day the collection answers for on to the first that isn't settled. */
  async moveOn(key: SeriesKey, { days, addsUp }: View): Promise<void> {
    const since = firstOpenDay(days, addsUp, this.#attempt.now, this.#today);
    if (since === (await this.since(key))) return;
    await this.#collector.archive.updateSeries(key, (state) => (state.since = since));
  }

  /** The days the collection answers for; looked at anew where a file turned out to be damaged and made them more. */
  async days(key: SeriesKey): Promise<DayStatus[]> {
    const { archive } = this.#collector;
    for (;;) {
      const start = await this.since(key);
      const days = await archive.days(key, { start, end: this.#today });
      if (start === (await this.since(key))) return days;
    }
  }

  /** The first day that may be asked for: Enedis may have it, and it wasn't erased. */
  async firstDay(key: SeriesKey): Promise<string> {
    const { erased = '' } = await this.#collector.archive.seriesState(key);
    const firstDay = await this.#collector.firstDay(key);
    return firstDay > erased ? firstDay : erased;
  }

  /** The first day the collection answers for. */
  async since(key: SeriesKey): Promise<string> {
    return (await this.#collector.archive.seriesState(key)).since ?? this.#attempt.yesterday;
  }

  /** Whether hourly collection looks switched off, whichever days the collection answers for. */
  async isOff(key: SeriesKey): Promise<boolean> {
    const start = addDays(this.#attempt.yesterday, -COLLECTION_OFF_DAYS);
    return this.#isOff(key, await this.#collector.archive.days(key, { start, end: this.#today }));
  }

  /** Whether yesterday of a series is settled: it is complete, or nothing of it is missing. */
  async isYesterdaySettled(key: SeriesKey): Promise<boolean> {
    const { yesterday } = this.#attempt;
    const days = await this.#collector.archive.days(key, { start: yesterday, end: this.#today });
    return !lacksYesterday(days, await this.#addsUp(key, days), yesterday);
  }

  async #isOff(key: SeriesKey, days: readonly DayStatus[]): Promise<boolean> {
    const { needsHourlyCollection, reconciledWith } = SERIES[key.series];
    if (!needsHourlyCollection || reconciledWith === null) return false;
    const { yesterday } = this.#attempt;
    const period = { start: addDays(yesterday, -COLLECTION_OFF_DAYS), end: yesterday };
    const daily = await this.#collector.archive.days({ ...key, series: reconciledWith }, period);
    return isCollectionOff(days, daily, yesterday);
  }

  async #isLeftBehind(quietSince: number | undefined): Promise<boolean> {
    const { midnight, now } = this.#attempt;
    const start = comparedFrom(quietSince, now);
    if (start === null) return false;
    for (const other of this.#collector.keys()) {
      const days = await this.#collector.archive.days(other, { start, end: this.#today });
      if (isLeftBehind(days, midnight)) return true;
    }
    return false;
  }

  /** Compares half-hours with the day's energy, of days that are there in part or may still be corrected. */
  async #addsUp(key: SeriesKey, days: readonly DayStatus[]): Promise<AddsUp> {
    const known = new Map<string, boolean | undefined>();
    if (key.series !== 'daily' && key.series !== 'loadCurve') return () => undefined;
    const recent = addDays(this.#today, -CORRECTED_DAYS);
    for (const { date, state } of days) {
      const isDoubtful = state === 'complete' && date >= recent;
      if (isDoubtful || state === 'partial' || state === 'allNull')
        known.set(date, await this.#compare(key, date, state));
    }
    return (date) => known.get(date);
  }

  async #compare(key: SeriesKey, date: string, state: DayStatus['state']): Promise<boolean | undefined> {
    const { archive } = this.#collector;
    const period = { start: date, end: addDays(date, 1) };
    const [energy] = (await archive.read({ ...key, series: 'daily' }, period)).flat();
    if (!energy) return undefined;
    const curve = (await archive.read({ ...key, series: 'loadCurve' }, period)).flat();
    const { expected, received, total } = tally(false, curve, parisDay(date));
    if (Math.abs(total / 60 - energy.amount) < 1)
      return received > 0 || state === 'allNull' ? true : undefined;
    return received === expected ? false : undefined;
  }
}
