/**
 * The edge from the user's flow: elements of a message, checked one by one, become measures again, by meter, direction
 * and series. What is wrong is named by its place and field and left out; the rest counts.
 */
import { isPlausible, parisDayAt } from './paris';
import {
  ALL_DIRECTIONS,
  ALL_SERIES,
  isUsagePointId,
  SERIES,
  type Measure,
  type Quality,
  type Reading,
} from './reading';
import { seriesKey, type ChangedMeasure, type SeriesId } from './to-readings';
import { InstantReader, STEPS } from './written';

const MINUTE = 60_000;
/** Of nearly every meter: asked about first, for there are years of them. */
const USUAL_STEP = 30 * MINUTE;
/** Of UTC: any stretch of time would do to sort a little at a time. */
const DAY = 24 * 60 * MINUTE;
/** Measures sorted into their days at once. */
const PAGE = 2_000;
const QUALITIES: readonly Quality[] = ['raw', 'corrected', 'estimated'];

/** An element that can't be used, e.g. `[12].value`. */
export interface InputProblem {
  index: number;
  /** Empty: the element as a whole. */
  field: keyof Reading | '';
}

/** Readings of one series, sorted, no time twice: of two for the same time the later in the message counts. */
export interface Group {
  id: SeriesId;
  measures: ChangedMeasure[];
}

interface Gathering extends Group {
  rising: boolean;
}

/** Reads a message's elements, a page at a time if the caller wants to draw breath in between. */
export class Intake {
  readonly problems: InputProblem[] = [];
  readonly #groups = new Map<string, Gathering>();
  readonly #times = new InstantReader();
  #last: Gathering | undefined;

  /** Reads the elements at `[from, to)`. */
  take(elements: readonly unknown[], from = 0, to = elements.length): void {
    for (let index = from; index < to; index++) {
      const wrong = this.#takeOne(elements[index]);
      if (wrong !== null) this.problems.push({ index, field: wrong });
    }
  }

  /** What was read, in the order in which the series came; null after a piece of the work, as `latestOfEach` does it. */
  *groups(): Generator<Group | null> {
    for (const { id, measures, rising } of this.#groups.values()) {
      if (measures.length > 0) yield { id, measures: rising ? measures : yield* latestOfEach(measures) };
    }
  }

  /** The field that is wrong; null when none is. */
  #takeOne(element: unknown): InputProblem['field'] | null {
    if (typeof element !== 'object' || element === null) return '';
    const reading = element as Partial<Record<keyof Reading, unknown>>;
    const group = this.#groupOf(reading);
    if (typeof group === 'string') return group;
    const rule = SERIES[group.id.series];
    if (reading.unit !== rule.unit) return 'unit';
    const { value } = reading;
    if (typeof value !== 'number' || !(value >= 0 && value * 1000 <= rule.largest)) return 'value';
    // Where one ends the next begins, as a rule, and a reader that is asked the same twice knows it.
    const start = this.#times.read(reading.start);
    if (!isPlausible(start)) return 'start';
    const end = this.#times.read(reading.end);
    if (!isInterval(rule.perDay, start, end)) return 'end';
    const { quality = 'raw' } = reading;
    if (quality !== 'raw' && !QUALITIES.includes(quality as Quality)) return 'quality';
    const amount = Math.round(value * 1000);
    const measure: ChangedMeasure = { start, end, amount, quality: quality as Quality };
    if (reading.at !== undefined) {
      measure.at = this.#times.read(reading.at);
      if (!(measure.at >= start && measure.at < end)) return 'at';
    }
    if (typeof reading.corrects === 'number') measure.corrects = Math.round(reading.corrects * 1000);
    const { measures } = group;
    group.rising &&= measures.length === 0 || start >= measures[measures.length - 1]!.end;
    measures.push(measure);
    return null;
  }

  /** Whose it is, or the field that doesn't say so. */
  #groupOf(reading: Partial<Record<keyof Reading, unknown>>): Gathering | keyof Reading {
    const { usagePointId, direction, series } = reading;
    const last = this.#last;
    if (
      last &&
      last.id.series === series &&
      last.id.direction === direction &&
      last.id.usagePointId === usagePointId
    )
      return last;
    if (!isUsagePointId(usagePointId)) return 'usagePointId';
    const id: Partial<SeriesId> = {
      usagePointId,
      direction: ALL_DIRECTIONS.find((each) => each === direction),
      series: ALL_SERIES.find((each) => each === series),
    } as Partial<SeriesId>;
    if (id.direction === undefined) return 'direction';
    if (id.series === undefined) return 'series';
    const key = seriesKey(id as SeriesId);
    const group = this.#groups.get(key) ?? { id: id as SeriesId, measures: [], rising: true };
    this.#groups.set(key, group);
    this.#last = group;
    return group;
  }
}

/** A whole Paris day, or one of the steps of a load curve. */
function isInterval(perDay: boolean, start: number, end: number): boolean {
  if (!perDay) return end - start === USUAL_STEP || STEPS.includes((end - start) / MINUTE);
  const day = parisDayAt(start);
  return start === day.start && end === day.end;
}

/**
 * Sorted measures without overlaps: of two for the same time the one given later counts, as a correction comes after
 * what it corrects. Goes day by day, with a null after each piece of the work, where the caller may pause.
 */
export function* latestOfEach<T extends Measure>(measures: readonly T[]): Generator<null, T[]> {
  const days = new Map<number, { measure: T; given: number }[]>();
  for (const [given, measure] of measures.entries()) {
    const day = Math.floor(measure.start / DAY);
    const known = days.get(day);
    if (known) known.push({ measure, given });
    else days.set(day, [{ measure, given }]);
    if (given % PAGE === PAGE - 1) yield null;
  }
  const kept: T[] = [];
  let last = -1;
  for (const day of [...days.keys()].sort((a, b) => a - b)) {
    const sorted = days.get(day)!.sort((a, b) => a.measure.start - b.measure.start || a.given - b.given);
    for (const { measure, given } of sorted) {
      const overlaps = kept.length > 0 && kept.at(-1)!.end > measure.start;
      if (overlaps && given < last) continue;
      if (overlaps) kept.pop();
      kept.push(measure);
      last = given;
    }
    yield null;
  }
  return kept;
}
