/** The periods readings are added up over, in Paris time whatever the machine's zone. Weeks are ISO weeks, from Monday. */
import type { Span } from './completeness';
import { addDays, addMonths, isoParis, offsetAt, parisDay, parisDayAt } from './paris';
import { SERIES, type Series } from './reading';

/** `total` has no bounds on the calendar: it reaches from the first day there is to the last. */
export type Period = 'hour' | 'day' | 'week' | 'month' | 'year' | 'total';

/** The shortest first. */
export const PERIODS: readonly Period[] = ['hour', 'day', 'week', 'month', 'year', 'total'];

const HOUR = 3_600_000;

/** Whether a series can be told apart that finely: what has one value a day has nothing to say about hours. */
export function divides(period: Period | 'interval', series: Series): boolean {
  return period !== 'hour' || !SERIES[series].perDay;
}

/** The period that contains an instant, `[start, end)` in epoch ms. */
export function spanAt(period: Exclude<Period, 'total'>, instant: number): Span {
  if (period === 'hour') {
    // Paris is whole hours ahead of UTC, in both of October's passages.
    const start = Math.floor(instant / HOUR) * HOUR;
    return { start, end: start + HOUR };
  }
  const { date, start, end } = parisDayAt(instant);
  switch (period) {
    case 'day':
      return { start, end };
    case 'week': {
      const monday = addDays(date, -weekday(date));
      return between(monday, addDays(monday, 7));
    }
    case 'month':
      return between(`${date.slice(0, 7)}-01`, addMonths(`${date.slice(0, 7)}-01`, 1));
    case 'year':
      return between(`${date.slice(0, 4)}-01-01`, addMonths(`${date.slice(0, 4)}-01-01`, 12));
  }
}

function between(first: string, next: string): Span {
  return { start: parisDay(first).start, end: parisDay(next).start };
}

/** The day of the week of a date: 0 for Monday. */
export function weekday(date: string): number {
  return (new Date(`${date}T00:00:00Z`).getUTCDay() + 6) % 7;
}

/**
 * What a person calls the period, which also sorts: `2026`, `2026-10`, `2026-W43`, `2026-10-25`, `2026-10-25 02:00`. Both
 * passages of October's repeated hour bear their offset, so that no two hours share a name. A total has the same name
 * whatever it grows by.
 */
export function nameOf(period: Period | 'reading' | 'interval', start: number, end: number): string {
  const iso = isoParis(start);
  const date = iso.slice(0, 10);
  switch (period) {
    case 'year':
      return date.slice(0, 4);
    case 'month':
      return date.slice(0, 7);
    case 'week':
      return isoWeek(date);
    case 'day':
      return date;
    case 'total':
      return 'total';
    case 'hour':
      return timeName(iso, start);
    case 'reading':
    case 'interval':
      return end - start > HOUR ? date : timeName(iso, start);
  }
}

function timeName(iso: string, start: number): string {
  const day = parisDayAt(start);
  const name = `${iso.slice(0, 10)} ${iso.slice(11, 16)}`;
  if (!day.change || day.change.by > 0) return name;
  const other = offsetAt(day, start) === day.offset ? start + HOUR : start - HOUR;
  return isoParis(other).slice(11, 16) === iso.slice(11, 16) ? name + iso.slice(19) : name;
}

/** The week belongs to the year of its Thursday. */
function isoWeek(monday: string): string {
  const thursday = addDays(monday, 3);
  const dayOfYear = (Date.parse(thursday) - Date.parse(`${thursday.slice(0, 4)}-01-01`)) / (24 * HOUR);
  return `${thursday.slice(0, 4)}-W${String(Math.floor(dayOfYear / 7) + 1).padStart(2, '0')}`;
}
