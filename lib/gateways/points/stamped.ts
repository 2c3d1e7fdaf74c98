/**
 * What stands at both ends of reading points: a list of stamped points, to which every gateway's body comes down, and
 * what is understood of them.
 */
import type { Measure, Problem, Quality } from '../../readings/reading';

/** One point of a body, still to be checked; `quality` is in our words already. */
export interface StampedPoint {
  /** As written by Enedis: naive French time (`2026-10-25 02:30:00`), a date, or ISO with an offset. */
  stamp: unknown;
  /** As it came: text, number, null, `"null"`, blank. */
  value: unknown;
  /** `PT30M` or the like; load curves only. Absent: deduced from the neighbours, else 30 minutes. */
  step?: unknown;
  quality: Quality;
}

/** What points may speak of, as [start, end) in epoch ms: what was asked for, as far as it is past. */
export interface Bounds {
  start: number;
  end: number;
}

/** What of a point's interval its label names: Enedis labels a load curve's ends, MyElectricalData v2 its starts. */
export type LabelledEdge = 'end' | 'start';

/**
 * What could be read of a body, in whole Wh, W or VA. Each point has become a measure, a blank or a problem; one that only
 * repeats another is left out without a word.
 */
export interface MeasureAnswer {
  /** Sorted by start, no interval twice; empty when the gateway has nothing. */
  measures: Measure[];
  /** Intervals listed without a value (null, "null", blank), as [start, end) in epoch ms. */
  blanks: { start: number; end: number }[];
  /** What was left out of the body, and why. */
  problems: Problem[];
}

/** The problem of one point, named by its place in the list. */
export function problemOf(index: number, kind: Problem['kind'], found: unknown): Problem {
  const text = typeof found === 'string' ? found : (JSON.stringify(found) ?? 'undefined');
  return { field: `points[${index}]`, found: text, kind };
}
