/**
 * Understands which day somebody means, from what a dialog or a message says: a date, an instant, a word for a stretch of
 * days, or nothing. What can't be meant is one clear error that names the property.
 */
import { EnedisError } from '../errors';
import { addDays, isDate, parisDate } from './paris';
import { daysOfRange, isRangeWord, type RangeWord } from './ranges';

/** Which end of a period a day is. */
export type PeriodEnd = 'start' | 'end';

const DATE_TIME = /^(\d{4}-\d{2}-\d{2})[T ]([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?$/;

/**
 * The Paris day meant (`YYYY-MM-DD`), or null where nothing is said.
 * @param value `YYYY-MM-DD`, an ISO date-time, a `Date`, epoch ms, or a word like `lastMonth`, of which the first day is
 *   taken (start) or the last that is over (end).
 * @throws EnedisError `inputInvalid` `{property}`
 */
export function dayMeant(property: PeriodEnd, value: unknown, today: string): string | null {
  return understood(property, () => dayOf(property, value, today));
}

/** Runs what looks at a message's property: there may be objects in it that can't even be looked at. */
export function understood<T>(property: string, understand: () => T): T {
  try {
    return understand();
  } catch (error) {
    throw error instanceof EnedisError ? error : new EnedisError('inputInvalid', { property });
  }
}

/** Whether a property says nothing at all. */
export function isNothing(value: unknown): boolean {
  return value === undefined || value === null || (typeof value === 'string' && value.trim() === '');
}

function dayOf(property: PeriodEnd, value: unknown, today: string): string | null {
  if (isNothing(value)) return null;
  if (typeof value === 'string') {
    const text = value.trim();
    if (isRangeWord(text)) return dayOfRange(property, text, today);
    if (isDate(value.trim())) return text;
    const [, date, , , , offset] = DATE_TIME.exec(text) ?? [];
    if (!isDate(date)) throw new EnedisError('inputInvalid', { property });
    // Without an offset it is the time on a French wall, and the date is what is written.
    return offset === undefined ? date : dayAt(property, Date.parse(text.replace(' ', 'T')));
  }
  if (typeof value === 'number') return dayAt(property, value);
  if (value instanceof Date) return dayAt(property, value.getTime());
  throw new EnedisError('inputInvalid', { property });
}

function dayOfRange(property: PeriodEnd, word: RangeWord, today: string): string | null {
  const { first, last } = daysOfRange(word, today);
  if (property === 'start') return first;
  // Of what is still running there is something until yesterday.
  return last < today ? last : addDays(today, -1);
}

function dayAt(property: PeriodEnd, instant: number): string {
  // The first Linky was installed in 2010; what lies after 2100 is no date but another number.
  if (!(instant > Date.UTC(2010, 0) && instant < Date.UTC(2100, 0)))
    throw new EnedisError('inputInvalid', { property });
  return parisDate(instant);
}
