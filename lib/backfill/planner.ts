/**
 * How a past period is cut into chunks: as few requests as the windows allow, over the days the archive lacks only. Each
 * request begins at the first day not covered yet, which is what makes their number the least possible. Pure; what it
 * needs to know of the archive is handed in, a window at a time, so that three years never lie in memory.
 */
import type { DayStatus, Period } from '../archive/archive';
import type { Track } from '../archive/format';
import type { Refused } from '../archive/series-state';
import { addDays, daysBetween } from '../readings/paris';

/** Which end of the period comes first; it decides on which side of a track's `next` the work is done. */
export type Order = 'newest' | 'oldest';

/** Days handed over together: no more than one request may ask for. */
export interface Chunk extends Period {
  /** What of it the archive lacks; null: nothing. */
  ask: Period | null;
}

/** The days of a track that are still to come. */
export function restOf({ from, until, next }: Pick<Track, 'from' | 'until' | 'next'>, order: Order): Period {
  return order === 'newest' ? { start: from, end: next } : { start: next, end: until };
}

/** `end` is excluded: without a day between them nothing is left. */
export function isEmpty({ start, end }: Period): boolean {
  return start >= end;
}

/** The part of `rest` that decides on the next chunk: as long as one request may be. */
export function windowOf(rest: Period, order: Order, windowDays: number): Period {
  if (daysBetween(rest.start, rest.end) <= windowDays) return rest;
  return order === 'newest'
    ? { start: addDays(rest.end, -windowDays), end: rest.end }
    : { start: rest.start, end: addDays(rest.start, windowDays) };
}

/** The next chunk: a request's worth where the first day is lacking, else what is known up to the first that isn't. */
export function chunkOf(days: readonly DayStatus[], lacks: (day: DayStatus) => boolean, order: Order): Chunk {
  const start = days[0]!.date;
  const end = addDays(days.at(-1)!.date, 1);
  const lacking = days.filter(lacks).map(({ date }) => date);
  const [first, last] = [lacking[0], lacking.at(-1)];
  if (first === undefined || last === undefined) return { start, end, ask: null };
  if (order === 'newest' && addDays(last, 1) < end) return { start: addDays(last, 1), end, ask: null };
  if (order === 'oldest' && first > start) return { start, end: first, ask: null };
  return { start, end, ask: { start: first, end: addDays(last, 1) } };
}

/** Where a track stands once a chunk is done. */
export function after(chunk: Period, order: Order): string {
  return order === 'newest' ? chunk.start : chunk.end;
}

/** What decides, beside a day's own state, whether it is worth a request. Days are `YYYY-MM-DD`, instants epoch ms. */
export interface Wanting {
  now: number;
  /** Enedis has nothing before this day. */
  floor: string;
  /** Epoch ms: days not asked since are wanted, known or not. Null: only what the archive lacks. */
  forcedSince: number | null;
  /** A refusal that isn't believed any more. */
  doubted: Refused | undefined;
}

/** Is a day worth a request? Not when it is known, nor when it was asked in vain and its time hasn't come again. */
export function isLacking(
  { date, state, again, askedAt }: DayStatus,
  { now, floor, forcedSince, doubted }: Wanting,
): boolean {
  if (date < floor) return false;
  if (forcedSince !== null) return (askedAt ?? 0) < forcedSince;
  if (state === 'complete') return false;
  // Asked by a clock that was ahead: what was worked out from that time means nothing.
  if ((askedAt ?? 0) > now) return true;
  if (doubted && date < doubted.before && (askedAt ?? 0) <= doubted.at) return true;
  return again !== null && (again ?? 0) <= now;
}
