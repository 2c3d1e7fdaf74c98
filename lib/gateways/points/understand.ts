/**
 * From the points of a gateway's body to measures: labels become instants, texts become amounts. A load curve's label is
 * the end of its interval (Enedis) or its start (MyElectricalData v2), in local time without an offset; a day's energy
 * and a day's peak carry their day. What can't be understood is left out and named; the rest is kept. A missing value is
 * never a zero.
 */
import { parisDay, parisDayAt, wallToInstant } from '../../readings/paris';
import { SERIES, type Measure, type Problem, type Series } from '../../readings/reading';
import { readAmount } from '../../readings/written';
import { curveIntervals, type Interval } from './curve';
import { readLabel } from './labels';
import { withoutRepetitions, type Placed } from './repetitions';
import { problemOf, type Bounds, type LabelledEdge, type MeasureAnswer, type StampedPoint } from './stamped';

const ALWAYS: Bounds = { start: -Infinity, end: Infinity };

/**
 * Understands points in any order, with any label.
 * @param stamps which edge of its interval a point of a load curve is labelled with.
 * @param bounds whatever isn't wholly inside is left out and named.
 */
export function understandPoints(
  series: Series,
  points: readonly StampedPoint[],
  stamps: LabelledEdge,
  bounds = ALWAYS,
): MeasureAnswer {
  const problems: Problem[] = [];
  const intervals = SERIES[series].perDay
    ? dayIntervals(series, points, bounds, problems)
    : curveIntervals(points, stamps, bounds, problems);
  const { largest } = SERIES[series];
  const measures: Placed[] = [];
  const blanks: MeasureAnswer['blanks'] = [];
  for (const { index, start, end, at } of intervals) {
    const { stamp, value, quality } = points[index]!;
    const amount = readAmount(value);
    // No interval lies in two days: the archive keeps each with its day.
    const isInOneDay = end <= parisDayAt(start).end;
    if (start < bounds.start || end > bounds.end || !isInOneDay)
      problems.push(problemOf(index, 'stamp', stamp));
    else if (amount === null) blanks.push({ start, end });
    else if (!(amount >= 0 && amount <= largest)) problems.push(problemOf(index, 'value', value));
    else {
      const measure: Measure = { start, end, amount, quality };
      if (at !== undefined) measure.at = at;
      measures.push({ index, measure });
    }
  }
  const kept = withoutRepetitions(measures, points, problems);
  const starts = new Set(kept.map(({ start }) => start));
  return {
    measures: kept,
    blanks: blanks.filter(({ start }) => !starts.has(start)).sort((a, b) => a.start - b.start),
    problems: problems.sort((a, b) => indexOf(a) - indexOf(b)),
  };
}

/** What has one value a day: the stamp's date is the day; where the value was reached at one moment, its time is that. */
function dayIntervals(
  series: Series,
  points: readonly StampedPoint[],
  bounds: Bounds,
  problems: Problem[],
): Interval[] {
  const intervals: Interval[] = [];
  for (const [index, { stamp }] of points.entries()) {
    const label = readLabel(stamp, bounds);
    if (!label) {
      problems.push(problemOf(index, 'stamp', stamp));
      continue;
    }
    const day = label.instant === null ? parisDay(label.date) : parisDayAt(label.instant);
    const at = label.instant ?? wallToInstant(day, label.wallSeconds);
    const isMoment = SERIES[series].hasMoment && at !== null && hasTime(stamp);
    intervals.push({ index, start: day.start, end: day.end, ...(isMoment ? { at } : {}) });
  }
  return intervals;
}

function hasTime(stamp: unknown): boolean {
  return typeof stamp === 'string' && stamp.trim().length > 10;
}

function indexOf({ field }: Problem): number {
  return Number(/\d+/.exec(field)?.[0] ?? 0);
}
