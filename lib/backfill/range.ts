/**
 * Understands which days and which series somebody wants, from what a dialog or a message says: a date, an instant, or
 * nothing. What can't be meant is one clear error, before anything is asked.
 */
import type { SeriesKey } from '../archive/archive';
import { EnedisError } from '../errors';
import { addDays, isDate, parisDate } from '../readings/paris';
import { ALL_SERIES, type Series } from '../readings/reading';
import type { Order } from './planner';

/**
 * What somebody wants, as the dialog or a message says it. A day is `YYYY-MM-DD`, an ISO date-time, a `Date` or epoch
 * ms; nothing at all is as far as Enedis goes (start) or yesterday (end).
 */
export interface BackfillRequest {
  start?: unknown;
  /** The last day, included. */
  end?: unknown;
  /** A name, several with commas between, or a list; nothing: all that the meter has. */
  series?: unknown;
  order: Order;
  /** Ask again also for what is known. */
  force: boolean;
}

/** Civil days, `YYYY-MM-DD`, and the series in the order they are asked in, at least one. */
export interface Range {
  /** Null: as far back as there is anything. */
  start: string | null;
  /** Excluded. */
  end: string;
  keys: SeriesKey[];
}

/**
 * The days and series that a request means, of those the meter has.
 * @throws EnedisError `inputInvalid` `{property}`
 */
export function rangeOf(
  request: Pick<BackfillRequest, 'start' | 'end' | 'series'>,
  keys: readonly SeriesKey[],
  today: string,
): Range {
  const start = dayOf('start', request.start);
  const last = dayOf('end', request.end);
  if (start !== null && start >= today) throw invalid('start');
  if (last !== null && last > today) throw invalid('end');
  const end = last === null || last === today ? today : addDays(last, 1);
  if (start !== null && start >= end) throw invalid('start');
  const series = seriesOf(request.series);
  const chosen = keys.filter((key) => series === null || series.includes(key.series));
  if (chosen.length === 0) throw invalid('series');
  return { start, end, keys: chosen };
}

function seriesOf(value: unknown): Series[] | null {
  const names: unknown[] = Array.isArray(value)
    ? value
    : typeof value === 'string'
      ? value.split(',').filter((name) => name.trim() !== '')
      : isNothing(value)
        ? []
        : [value];
  if (names.length === 0) return null;
  return names.map((name) => {
    const found = ALL_SERIES.find((series) => typeof name === 'string' && series === name.trim());
    if (found === undefined) throw invalid('series');
    return found;
  });
}

const DATE_TIME = /^(\d{4}-\d{2}-\d{2})[T ]([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?$/;

/** The Paris day meant, or null where nothing is said. */
function dayOf(property: 'start' | 'end', value: unknown): string | null {
  if (isNothing(value)) return null;
  if (typeof value === 'string') {
    if (isDate(value.trim())) return value.trim();
    const text = value.trim();
    const [, date, , , , offset] = DATE_TIME.exec(text) ?? [];
    if (!isDate(date)) throw invalid(property);
    // Without an offset it is the time on a French wall, and the date is what is written.
    return offset === undefined ? date : dayAt(property, Date.parse(text.replace(' ', 'T')));
  }
  if (typeof value === 'number') return dayAt(property, value);
  if (value instanceof Date) return dayAt(property, value.getTime());
  throw invalid(property);
}

function dayAt(property: string, instant: number): string {
  // The first Linky was installed in 2010; what lies after 2100 is no date but another number.
  if (!(instant > Date.UTC(2010, 0) && instant < Date.UTC(2100, 0))) throw invalid(property);
  return parisDate(instant);
}

function isNothing(value: unknown): boolean {
  return value === undefined || value === null || (typeof value === 'string' && value.trim() === '');
}

function invalid(property: string): EnedisError {
  return new EnedisError('inputInvalid', { property });
}
