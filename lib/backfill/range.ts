/**
 * Understands which days and which series somebody wants, from what a dialog or a message says: a date, an instant, a
 * word, or nothing. What can't be meant is one clear error, before anything is asked.
 */
import type { SeriesKey } from '../archive/archive';
import { EnedisError } from '../errors';
import { dayMeant, isNothing, understood } from '../readings/days-meant';
import { addDays } from '../readings/paris';
import { isRangeWord } from '../readings/ranges';
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
  const start = dayMeant('start', request.start, today);
  const last = dayMeant('end', request.end, today);
  // A flow that asks for this month every day makes no mistake on the first.
  const mayBeginToday = isRangeWord(typeof request.start === 'string' ? request.start.trim() : null);
  if (start !== null && (start > today || (start === today && !mayBeginToday))) throw invalid('start');
  if (last !== null && last > today) throw invalid('end');
  const end = last === null || last === today ? today : addDays(last, 1);
  if (start !== null && (start > end || (start === end && start < today))) throw invalid('start');
  const series = understood('series', () => seriesOf(request.series));
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

function invalid(property: string): EnedisError {
  return new EnedisError('inputInvalid', { property });
}
