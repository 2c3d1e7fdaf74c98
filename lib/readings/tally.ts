/**
 * What a stretch of readings comes to, gone through once: how many intervals there are and should be, what they add up
 * to, the highest and the lowest. Whoever judges readings, by day, by month or in a message, takes it from here.
 */
import type { Span } from './completeness';
import type { Measure } from './reading';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
/** Of a load curve of which nothing is there. */
const USUAL_STEP = 30 * MINUTE;

/** In the series' small unit (Wh, W or VA), not divided yet. */
export interface Tally {
  /** Intervals there should be: those received, and those that fit into the holes. */
  expected: number;
  received: number;
  /** Amounts times weights: watts times minutes, which stays exact, or a day's amounts. */
  total: number;
  /** Minutes of a load curve, for a mean weighted by duration; days of the other series. */
  weights: number;
  /** Undefined where nothing was received. */
  highest: Measure | undefined;
  lowest: Measure | undefined;
}

/** @param measures sorted, not overlapping; those of the span are `[from, to)`. */
export function tally(
  perDay: boolean,
  measures: readonly Measure[],
  span: Span,
  from = 0,
  to = measures.length,
): Tally {
  let highest = measures[from];
  let lowest = highest;
  let total = 0;
  let weights = 0;
  let absent = 0;
  let covered = span.start;
  // A hole is counted in the step of what comes before it, or after it where it is the first.
  let step = highest ? highest.end - highest.start : USUAL_STEP;
  for (let place = from; place < to; place++) {
    const measure = measures[place]!;
    const { start, end, amount } = measure;
    if (start > covered) absent += holes(perDay, start - covered, step);
    step = end - start;
    covered = end;
    const weight = perDay ? 1 : step / MINUTE;
    total += amount * weight;
    weights += weight;
    if (amount > highest!.amount) highest = measure;
    else if (amount < lowest!.amount) lowest = measure;
  }
  if (covered < span.end) absent += holes(perDay, span.end - covered, step);
  const received = to - from;
  return { expected: received + absent, received, total, weights, highest, lowest };
}

/** Intervals missing from a stretch of time. A day has 23 to 25 hours. */
function holes(perDay: boolean, length: number, step: number): number {
  return perDay ? Math.round(length / DAY) : Math.ceil(length / step);
}
