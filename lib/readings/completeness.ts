/**
 * Is it all there? A day of a load curve is complete when its intervals cover it from midnight to midnight, whatever
 * their steps (46, 48 or 50 half-hours), and right when they add up to the day's energy to the watt-hour.
 */
import type { Measure } from './reading';
import { parisDayAt, type ParisDay } from './paris';
import { tally } from './tally';

/** `[start, end)` in epoch ms. */
export interface Span {
  start: number;
  end: number;
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
