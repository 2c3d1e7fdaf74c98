/**
 * Understands which days and which series somebody wants, from what a dialog or a message says: a date, an instant, a
 * word, or nothing. What can't be meant is one clear error, before anything is asked.
 */
import type { SeriesKey } from '../archive/archive';
import { EnedisError } from '../errors';
import { addDays, isDate, parisDate } from '../readings/paris';
import { daysOfRange, isRangeWord, type RangeWord } from '../readings/ranges';
import { ALL_SERIES, type Series } from '../readings/reading';
import type { Order } from './planner';

/**
 * What somebody wants, as the dialog or a message says it. A day is `YYYY-MM-DD`, an ISO date-time, a `Date`, epoch ms,
 * or a word like `lastMonth`, of which the first day is taken (start) or the last (end); nothing at all is as far as
 * Enedis goes (start) or yesterday (end).
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

/**
 * Civil days, `YYYY-MM-DD`, and the series in the order they are asked in, at least one. Of a period that begins today
 * (this week, on a Monday) no day: `start` is `end`.
 */
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
  const start = understood('start', () => dayOf('start', request.start, today));
  const last = understood('end', () => dayOf('end', request.end, today));
  // A flow that asks for this month every day makes no mistake on the first.
  const mayBeginToday = isRangeWord(trimmed(request.start));
  if (start !== null && (start > today || (start === today && !mayBeginToday))) throw invalid('start');
  if (last !== null && last > today) throw invalid('end');
  const end = last === null || last === today ? today : addDays(last, 1);
  if (start !== null && (start > end || (start === end && start < today))) throw invalid('start');
  const series = understood('series', () => seriesOf(request.series));
  const chosen = keys.filter((key) => series === null || series.includes(key.series));
  if (chosen.length === 0) throw invalid('series');
  return { start, end, keys: chosen };
}

/** A message may hold objects that can't even be looked at: then they can't be meant. */
function understood<T>(property: string, understand: () => T): T {
  try {
    return understand();
  } catch (error) {
    throw error instanceof EnedisError ? error : invalid(property);
  }
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
function dayOf(property: 'start' | 'end', value: unknown, today: string): string | null {
  if (isNothing(value)) return null;
  if (typeof value === 'string') {
    const text = value.trim();
    const word = trimmed(value);
    if (isRangeWord(word)) return dayOfRange(property, word, today);
    if (isDate(value.trim())) return text;
    const [, date, , , , offset] = DATE_TIME.exec(text) ?? [];
    if (!isDate(date)) throw invalid(property);
    // Without an offset it is the time on a French wall, and the date is what is written.
    return offset === undefined ? date : dayAt(property, Date.parse(text.replace(' ', 'T')));
  }
  if (typeof value === 'number') return dayAt(property, value);
  if (value instanceof Date) return dayAt(property, value.getTime());
  throw invalid(property);
}

function dayOfRange(property: 'start' | 'end', word: RangeWord, today: string): string | null {
  const { first, last } = daysOfRange(word, today);
  if (property === 'start') return first;
  // Of what is still running there is something until yesterday.
  return last < today ? last : addDays(today, -1);
}

function dayAt(property: string, instant: number): string {
  // The first Linky was installed in 2010; what lies after 2100 is no date but another number.
  if (!(instant > Date.UTC(2010, 0) && instant < Date.UTC(2100, 0))) throw invalid(property);
  return parisDate(instant);
}

function trimmed(value: unknown): unknown {
  return typeof value === 'string' ? value.trim() : value;
}

function isNothing(value: unknown): boolean {
  return value === undefined || value === null || (typeof value === 'string' && value.trim() === '');
}

function invalid(property: string): EnedisError {
  return new EnedisError('inputInvalid', { property });
}
