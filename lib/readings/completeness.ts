/**
 * Is it all there, and what does it come to? A stretch of readings is gone through once: how many intervals there are and
 * should be, what they add up to, the highest and the lowest. A day of a load curve is complete when its intervals cover
 * it from midnight to midnight, whatever their steps (46, 48 or 50 half-hours), and right when they add up to the day's
 * energy to the watt-hour.
 */
import type { Measure } from './reading';
import { parisDayAt, type ParisDay } from './paris';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
/** The step of a load curve of which nothing is there. */
const USUAL_STEP = 30 * MINUTE;

/** A stretch of time: `[start, end)` in epoch ms. */
export interface Span {
  start: number;
  end: number;
}

/** What a span's measures come to, in the series' small unit (Wh, W or VA), not divided yet. */
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

/**
 * Counts and adds up the measures of a span.
 * @param measures of one part of a series, sorted, not overlapping; those of the span are `[from, to)`.
 */
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

/** The stretches of a span that no measure covers. `measures` are sorted by their start. */
export function gaps(span: Span, measures: readonly Span[]): Span[] {
  const found: Span[] = [];
  let covered = span.start;
  for (const { start, end } of measures) {
    if (start >= span.end) break;
    if (start > covered) found.push({ start: covered, end: start });
    covered = Math.max(covered, end);
  }
  if (covered < span.end) found.push({ start: covered, end: span.end });
  return found;
}

/**
 * How many Wh a complete day's load curve is off its daily energy; 0 in every recorded day. Null when the day can't be
 * judged: intervals missing, or no daily figure.
 */
export function reconcile(
  day: ParisDay,
  curve: readonly Measure[],
  daily: Measure | undefined,
): number | null {
  const { expected, received, total } = tally(false, curve, day);
  if (!daily || received < expected) return null;
  // Watts times minutes, divided once, so that it stays exact.
  return total / 60 - daily.amount;
}

/**
 * Groups measures by register or phase, in the order in which these come; a series without parts is one group, maybe an
 * empty one.
 */
export function byPart<T extends Measure>(measures: readonly T[]): T[][] {
  const parts = groupBy(measures, ({ register, phase }) => register ?? phase);
  return parts.size === 0 ? [[]] : [...parts.values()];
}

/** Groups measures by the Paris day in which they start. */
export function byDate<T extends Measure>(measures: readonly T[]): Map<string, T[]> {
  return groupBy(measures, ({ start }) => parisDayAt(start).date);
}

function groupBy<T, K>(items: readonly T[], keyOf: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}
