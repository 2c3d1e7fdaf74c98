/**
 * The edge from the user's flow: elements of a message, checked one by one, become measures again, by meter, direction
 * and series, and by register or phase where a series has them. What is wrong is named by its place and field and left
 * out; the rest counts.
 */
import { isPlausible, parisDayAt } from './paris';
import { SERIES, type Quality, type Reading } from './reading';
import { latestOfEach } from './latest';
import { partKey, readSeriesId, type SeriesId } from './series-id';
import type { ChangedMeasure } from './to-readings';
import { readInstant, STEPS } from './written';

const MINUTE = 60_000;
const QUALITIES: readonly Quality[] = ['raw', 'corrected', 'estimated'];

/** An element that can't be used, e.g. `[12].value`. */
export interface InputProblem {
  index: number;
  /** Empty: the element as a whole. */
  field: keyof Reading | '';
}

/** Readings of one series (one part of it), sorted, no time twice: of two for one time the later in the message counts. */
export interface Group {
  id: SeriesId;
  measures: ChangedMeasure[];
}

/** Anything that claims to be a reading. */
type Claimed = Partial<Record<keyof Reading, unknown>>;

/** Reads a message's elements; a page at a time where the caller wants to let others work in between. */
export class Intake {
  readonly problems: InputProblem[] = [];
  readonly #groups = new Map<string, Group>();

  /** Reads the elements at `[from, to)`. */
  take(elements: readonly unknown[], from = 0, to = elements.length): void {
    for (let index = from; index < to; index++) {
      const wrong = this.#takeOne(elements[index]);
      if (wrong !== null) this.problems.push({ index, field: wrong });
    }
  }

  /** What was read, in the order in which the series came; null after a piece of the work, as `latestOfEach` does it. */
  *groups(): Generator<Group | null> {
    for (const { id, measures } of this.#groups.values()) {
      yield { id, measures: isRising(measures) ? measures : yield* latestOfEach(measures) };
    }
  }

  /** Adds an element to its group. Returns the field that is wrong; null when none is. */
  #takeOne(element: unknown): InputProblem['field'] | null {
    if (typeof element !== 'object' || element === null) return '';
    const reading: Claimed = element;
    const id = readSeriesId(reading);
    if (typeof id === 'string') return id;
    const measure = readMeasure(id, reading);
    if (typeof measure === 'string') return measure;
    const key = partKey(id);
    const group = this.#groups.get(key);
    if (group) group.measures.push(measure);
    else this.#groups.set(key, { id, measures: [measure] });
    return null;
  }
}

/** What it says, or the field that can't be so. */
function readMeasure(
  { series, register, phase }: SeriesId,
  reading: Claimed,
): ChangedMeasure | keyof Reading {
  const { unit, largest, perDay } = SERIES[series];
  const { value, quality = 'raw', corrects } = reading;
  if (reading.unit !== unit) return 'unit';
  if (typeof value !== 'number' || !(value >= 0 && value * 1000 <= largest)) return 'value';
  const start = readInstant(reading.start);
  if (!isPlausible(start)) return 'start';
  const end = readInstant(reading.end);
  if (!isInterval(perDay, start, end)) return 'end';
  if (!isQuality(quality)) return 'quality';
  const measure: ChangedMeasure = { start, end, amount: Math.round(value * 1000), quality };
  if (reading.at !== undefined) {
    measure.at = readInstant(reading.at);
    if (!(measure.at >= start && measure.at < end)) return 'at';
  }
  if (register !== undefined) measure.register = register;
  if (phase !== undefined) measure.phase = phase;
  if (typeof corrects === 'number') measure.corrects = Math.round(corrects * 1000);
  return measure;
}

function isQuality(quality: unknown): quality is Quality {
  return QUALITIES.includes(quality as Quality);
}

/** A whole Paris day, or one of the steps of a load curve. */
function isInterval(perDay: boolean, start: number, end: number): boolean {
  if (!perDay) return STEPS.includes((end - start) / MINUTE);
  const day = parisDayAt(start);
  return start === day.start && end === day.end;
}

function isRising(measures: readonly ChangedMeasure[]): boolean {
  return measures.every(({ start }, place) => place === 0 || start >= measures[place - 1]!.end);
}
