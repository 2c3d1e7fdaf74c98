/**
 * The load curve as Enedis usually writes it: every label a wall time at the end of its interval, in rising order, with
 * its step. Two years of that take a few milliseconds here. Whatever is unusual is left, whole, to the careful reading in
 * `understand.ts`, which says the same of a plain curve, only more slowly.
 */
import { isRepeated, parisDay, wallToInstant, type ParisDay } from '../../readings/paris';
import { SERIES, type Measure } from '../../readings/reading';
import type { Bounds, Points, UnderstoodPoints } from './stamped';
import { clockAt, isOfDate, readAmount, readStep } from '../../readings/written';

const MINUTE = 60_000;

/** Null where a label, a step, a value or their order is not the usual one, or something is out of bounds. */
export function readPlainCurve(points: Points, bounds: Bounds): UnderstoodPoints | null {
  const measures: Measure[] = [];
  const blanks: { start: number; end: number }[] = [];
  const clock = new LabelClock();
  let step: unknown;
  let duration = NaN;
  let covered = bounds.start;
  for (let index = 0; index < points.length; index++) {
    const point = points.at(index)!;
    if (point.step !== step) {
      step = point.step;
      duration = (readStep(step) ?? NaN) * MINUTE;
    }
    const end = clock.read(point.stamp);
    const start = end - duration;
    // Also false for what couldn't be read.
    if (!(start >= covered && end <= bounds.end)) return null;
    covered = end;
    const amount = readAmount(point.value);
    if (amount === null) blanks.push({ start, end });
    else if (amount >= 0 && amount <= SERIES.loadCurve.largest)
      measures.push({ start, end, amount, quality: point.quality });
    else return null;
  }
  return { measures, blanks, problems: [] };
}

/** Turns rising labels into instants. October's repeated hour is told by the one time its labels fall back. */
class LabelClock {
  #date = '';
  #day: ParisDay | undefined;
  #wall = -1;
  #fallen = false;

  /** Epoch ms; NaN for a label that isn't a wall time later than the one before. */
  read(stamp: unknown): number {
    if (typeof stamp !== 'string' || stamp.length !== 19) return NaN;
    const wall = clockAt(stamp, 11);
    if (this.#day === undefined || !isOfDate(stamp, this.#date)) this.#turnTo(stamp);
    const day = this.#day;
    if (day === undefined || !(stamp[10] === ' ' || stamp[10] === 'T')) return NaN;
    if (wall <= this.#wall) {
      if (this.#fallen || !isRepeated(day, wall) || !isRepeated(day, this.#wall)) return NaN;
      this.#fallen = true;
    }
    this.#wall = wall;
    if (day.change === null) return day.start + wall * 1000;
    return wallToInstant(day, wall, this.#fallen ? 'second' : 'first') ?? NaN;
  }

  #turnTo(stamp: string): void {
    this.#date = stamp.slice(0, 10);
    this.#wall = -1;
    this.#fallen = false;
    try {
      this.#day = this.#date.startsWith('20') ? parisDay(this.#date) : undefined;
    } catch {
      // No such date.
      this.#day = undefined;
    }
  }
}
