/**
 * Is it all there? A day of a load curve is complete when its intervals cover it from midnight to midnight, whatever
 * their steps (46, 48 or 50 half-hours), and right when they add up to the day's energy to the watt-hour.
 */
import type { Measure } from './reading';
import { parisDayAt, type ParisDay } from './paris';

const MINUTE = 60_000;

export interface Coverage {
  /** Intervals there should be, counted in the step the day's readings have (30 minutes where it has none). */
  expected: number;
  received: number;
}

export interface Span {
  start: number;
  end: number;
}

/** Intervals received and expected for one day of a series. `measures` are that day's, sorted. */
export function dayCoverage(day: ParisDay, measures: readonly Measure[], perDay: boolean): Coverage {
  if (perDay) return { expected: 1, received: Math.min(1, measures.length) };
  const missing = gaps(day, measures).reduce((sum, gap) => sum + gap.end - gap.start, 0);
  if (missing === 0) return { expected: measures.length, received: measures.length };
  // The holes are counted in the step of what is there: a household's meter changes it once in years.
  const step = measures.at(-1) ? measures.at(-1)!.end - measures.at(-1)!.start : 30 * MINUTE;
  return { expected: measures.length + Math.ceil(missing / step), received: measures.length };
}

/** What of `[span.start, span.end)` no measure covers. `measures` are sorted and don't overlap. */
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

/** The energy of a load curve in Wh: watts times minutes, divided once, so that it stays exact. */
export function curveEnergy(measures: readonly Measure[]): number {
  return measures.reduce((sum, { amount, start, end }) => sum + amount * ((end - start) / MINUTE), 0) / 60;
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
  if (!daily || curve.length === 0 || gaps(day, curve).length > 0) return null;
  return curveEnergy(curve) - daily.amount;
}

/** Measures by the Paris day in which they start. */
export function byDate<T extends Measure>(measures: readonly T[]): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const measure of measures) {
    const { date } = parisDayAt(measure.start);
    const group = groups.get(date);
    if (group) group.push(measure);
    else groups.set(date, [measure]);
  }
  return groups;
}
