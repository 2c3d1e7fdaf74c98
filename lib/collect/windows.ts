/** Which requests cover the days that are due: as few as the series' window allows, newest first. */
import type { Period } from '../archive/archive';
import { addDays, daysBetween } from '../readings/paris';

/** Enedis still corrects J-1 and J-2: a request up to today reaches back at least this many days. */
const OVERLAP_DAYS = 3;

/**
 * @param due dates, rising.
 * @param notBefore no request starts earlier.
 */
export function windowsFor(
  due: readonly string[],
  { windowDays, notBefore, today }: { windowDays: number; notBefore: string; today: string },
): Period[] {
  const windows: Period[] = [];
  let rest = due;
  while (rest.length > 0) {
    const end = addDays(rest.at(-1)!, 1);
    const earliest = later(addDays(end, -windowDays), notBefore);
    const inside = rest.filter((date) => date >= earliest);
    const overlapping = addDays(end, end === today ? -Math.min(OVERLAP_DAYS, windowDays) : 0);
    windows.push({ start: later(earlier(inside[0] ?? end, overlapping), notBefore), end });
    rest = rest.slice(0, rest.length - Math.max(1, inside.length));
  }
  return windows.filter(({ start, end }) => daysBetween(start, end) > 0);
}

function later(a: string, b: string): string {
  return a > b ? a : b;
}

function earlier(a: string, b: string): string {
  return a < b ? a : b;
}
