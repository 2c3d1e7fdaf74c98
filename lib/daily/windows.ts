/** Which requests cover the days that are due: as few as the series' window allows, newest first. */
import type { Period } from '../archive/archive';
import { addDays, daysBetween } from '../readings/paris';

/**
 * Enedis still corrects J-1 and J-2: a request up to today reaches back at least this many days, and after an outage two
 * before the first day it is made for, which nobody has asked for again since. A longer period is a first collection.
 */
export const OVERLAP_DAYS = 3;
const CORRECTED_DAYS = 2;
const LONGEST_OUTAGE = 10;

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
    const first = inside[0] ?? end;
    const reach = daysBetween(first, end) > LONGEST_OUTAGE ? 0 : CORRECTED_DAYS;
    const overlapping = earlier(addDays(first, -reach), addDays(end, -OVERLAP_DAYS));
    windows.push({ start: end === today ? later(overlapping, earliest) : first, end });
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
