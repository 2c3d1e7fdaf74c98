/**
 * What an aggregating node remembers of one series, so that a period whose readings come in several messages, or are
 * corrected later, is added up whole: the intervals themselves, day by day, in plain JSON that any context store keeps.
 * Its size is bounded; the days that nothing was heard of for longest are forgotten first.
 */
import type { Span } from '../readings/completeness';
import { latestOfEach } from '../readings/latest';
import { isDate, isPlausible, parisDay, parisDayAt } from '../readings/paris';
import { spanAt, type Period } from '../readings/periods';
import type { Measure } from '../readings/reading';
import { wholeDays } from './aggregate';

/** Intervals kept of one series: six years of half-hours, or a leap year of five minutes, the shortest step there is. */
export const LONGEST_MEMORY = 366 * 288;

/** Intervals that follow each other without a gap, in one step. */
interface Row {
  /** Minutes from the day's midnight to the first. */
  from: number;
  /** Minutes of each; a whole day's for what has one value a day. */
  step: number;
  amounts: number[];
  /** Maximum power: ms from midnight to the peak. */
  at?: number;
}

/** What goes into the context store. */
export interface Remembered {
  version: 1;
  /** By date, the one heard of last at the end. */
  days: Record<string, Row[]>;
  /** Starts (epoch ms) of periods with readings that no aggregate was sent for yet. */
  held: number[];
  /** `msg.parts.id` of the sequence whose readings were held back last. */
  sequence?: string;
  /** Days were forgotten, because there was no room for them, or lost with a damaged state. */
  hasForgotten?: boolean;
}

const MINUTE = 60_000;
const ALWAYS: Span = { start: -Infinity, end: Infinity };

/**
 * Made for each message: its `state` comes from the context store and goes back there. Of a measure it keeps neither
 * the quality nor what was corrected: what it gives back is `raw`.
 */
export class SeriesMemory {
  readonly #state: Remembered;
  #count: number;
  /** The dates that are known, sorted; undefined where that changed since. */
  #dates: string[] | undefined;
  /** Days are asked for one hour after the other. */
  #decoded: { date: string; measures: Measure[] } | undefined;

  /** Days (or, where nothing could be read, 1) that a damaged state has cost. */
  readonly damaged: number;

  /**
   * @param state as `state` was before, which is changed in place. A store may hold what another version or a person has
   *   put there: of a damaged one, the days that can be read are kept.
   */
  constructor(state?: unknown) {
    const isNew = state === undefined || state === null;
    this.#state = isRemembered(state) ? state : { version: 1, days: {}, held: [] };
    const { days, held } = this.#state;
    const unreadable = Object.keys(days).filter((date) => !isDay(date) || !areRows(days[date]));
    for (const date of unreadable) delete days[date];
    this.#state.held = held.filter((start) => Number.isFinite(start) && isPlausible(start));
    this.damaged = unreadable.length + (isNew || this.#state === state ? 0 : 1);
    if (unreadable.length > 0) this.#state.hasForgotten = true;
    this.#count = Object.values(this.#state.days).reduce((sum, rows) => sum + sizeOf(rows), 0);
  }

  get state(): Remembered {
    return this.#state;
  }

  /**
   * Adds measures (sorted), replacing what was known of the same time. A step a day: the caller may pause in between. What
   * is too much then is still there, until `forgetOldest`.
   */
  *add(measures: readonly Measure[]): Generator<null> {
    const { days } = this.#state;
    let from = 0;
    while (from < measures.length) {
      const { date, end } = parisDayAt(measures[from]!.start);
      let to = from + 1;
      while (to < measures.length && measures[to]!.start < end) to++;
      const added = measures.slice(from, to);
      const known = this.#day(date);
      const rows = encode(date, known.length === 0 ? added : yield* latestOfEach([...known, ...added]));
      this.#count += sizeOf(rows) - sizeOf(days[date] ?? []);
      this.#dates = undefined;
      // Taken out first, so that it comes last.
      delete days[date];
      days[date] = rows;
      this.#decoded = undefined;
      from = to;
      yield null;
    }
  }

  /** Makes the memory as small as it has to be. Returns how many days that has cost. */
  forgetOldest(): number {
    let forgotten = 0;
    for (const [date, rows] of Object.entries(this.#count > LONGEST_MEMORY ? this.#state.days : {})) {
      if (this.#count <= LONGEST_MEMORY) break;
      this.#count -= sizeOf(rows);
      this.#state.hasForgotten = true;
      delete this.#state.days[date];
      this.#dates = undefined;
      forgotten++;
    }
    return forgotten;
  }

  /** The periods in which measures (sorted) lie, oldest first. */
  spansOf(period: Period, measures: readonly Measure[]): Span[] {
    if (period === 'total') return this.#whole();
    const spans: Span[] = [];
    let end = -Infinity;
    for (const { start } of measures) {
      if (start < end) continue;
      const span = spanAt(period, start);
      spans.push(span);
      ({ end } = span);
    }
    return spans;
  }

  /**
   * The periods of measures (sorted, about to be added) of which this memory may lack something that was known before:
   * nothing of them is remembered, or not their beginning, or days were lost or forgotten. Where they follow each other
   * they are one; a total is all of time.
   */
  doubtfulSpans(period: Period, measures: readonly Measure[]): Span[] {
    const hasLost = this.#state.hasForgotten === true;
    if (period === 'total') return hasLost || this.#count === 0 ? [ALWAYS] : [];
    const spans: Span[] = [];
    for (const span of this.spansOf(period, measures)) {
      const first = this.#firstIn(span);
      if (!hasLost && first !== undefined && first <= span.start) continue;
      const last = spans.at(-1);
      if (last?.end === span.start) last.end = span.end;
      else spans.push({ ...span });
    }
    return spans;
  }

  #firstIn(span: Span): number | undefined {
    for (const [measure] of this.measures(span)) if (measure) return measure.start;
    return undefined;
  }

  /** What is known of `[span.start, span.end)`, sorted, day by day. */
  *measures({ start, end }: Span): Generator<Measure[]> {
    const dates = this.#sortedDates();
    const last = parisDayAt(end - 1).date;
    for (let place = placeOf(parisDayAt(start).date, dates); place < dates.length; place++) {
      const date = dates[place]!;
      if (date > last) break;
      yield this.#day(date).filter((measure) => measure.start >= start && measure.start < end);
    }
  }

  /** Keeps in mind that a period is still to be sent. */
  hold({ start }: Span): void {
    if (!this.#state.held.includes(start)) this.#state.held.push(start);
  }

  /** It was sent. */
  release({ start, end }: Span): void {
    if (this.#state.held.length === 0) return;
    this.#state.held = this.#state.held.filter((held) => held < start || held >= end);
  }

  /** The periods still to be sent, oldest first. */
  heldSpans(period: Period): Span[] {
    if (period === 'total') return this.#state.held.length === 0 ? [] : this.#whole();
    const spans: Span[] = [];
    for (const start of [...this.#state.held].sort((a, b) => a - b)) {
      // Another period may have been chosen since.
      if (start >= (spans.at(-1)?.end ?? -Infinity)) spans.push(spanAt(period, start));
    }
    return spans;
  }

  #whole(): Span[] {
    const dates = this.#sortedDates();
    const [first, last] = [dates[0], dates.at(-1)];
    if (first === undefined || last === undefined) return [];
    return [wholeDays([this.#day(first)[0]!, this.#day(last).at(-1)!])];
  }

  #sortedDates(): readonly string[] {
    return (this.#dates ??= Object.keys(this.#state.days).sort());
  }

  #day(date: string): Measure[] {
    if (this.#decoded?.date !== date)
      this.#decoded = { date, measures: decode(date, this.#state.days[date] ?? []) };
    return this.#decoded.measures;
  }
}

/** Where a date stands in a sorted list, or would stand. */
function placeOf(date: string, dates: readonly string[]): number {
  let [low, high] = [0, dates.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (dates[middle]! < date) low = middle + 1;
    else high = middle;
  }
  return low;
}

function encode(date: string, measures: readonly Measure[]): Row[] {
  const midnight = parisDay(date).start;
  const rows: Row[] = [];
  let covered = NaN;
  for (const { start, end, amount, at } of measures) {
    const step = (end - start) / MINUTE;
    const last = rows.at(-1);
    if (last?.step === step && start === covered) last.amounts.push(amount);
    else rows.push({ from: (start - midnight) / MINUTE, step, amounts: [amount] });
    if (at !== undefined) rows.at(-1)!.at = at - midnight;
    covered = end;
  }
  return rows;
}

function decode(date: string, rows: readonly Row[]): Measure[] {
  const midnight = parisDay(date).start;
  return rows.flatMap(({ from, step, amounts, at }) =>
    amounts.map((amount, place) => {
      const start = midnight + (from + place * step) * MINUTE;
      const measure: Measure = { start, end: start + step * MINUTE, amount, quality: 'raw' };
      if (at !== undefined) measure.at = midnight + at;
      return measure;
    }),
  );
}

function sizeOf(rows: readonly Row[]): number {
  return rows.reduce((sum, { amounts }) => sum + amounts.length, 0);
}

function isRemembered(state: unknown): state is Remembered {
  if (typeof state !== 'object' || state === null) return false;
  const { version, days, held } = state as Partial<Record<keyof Remembered, unknown>>;
  return version === 1 && typeof days === 'object' && days !== null && Array.isArray(held);
}

function isDay(date: string): boolean {
  return isDate(date) && isPlausible(parisDay(date).start);
}

function areRows(rows: unknown): rows is Row[] {
  return Array.isArray(rows) && rows.every(isRow);
}

function isRow(row: unknown): row is Row {
  if (typeof row !== 'object' || row === null) return false;
  const { from, step, amounts, at } = row as Partial<Record<keyof Row, unknown>>;
  return (
    isWithinDay(from) &&
    isWithinDay(step) &&
    step > 0 &&
    Array.isArray(amounts) &&
    isWithinDay(from + step * amounts.length) &&
    amounts.every((amount) => Number.isFinite(amount)) &&
    (at === undefined || Number.isFinite(at))
  );
}

/** Minutes of the longest day, and of an interval that begins in it and ends in the next. */
function isWithinDay(minutes: unknown): minutes is number {
  return typeof minutes === 'number' && minutes >= 0 && minutes <= 2 * 25 * 60;
}
