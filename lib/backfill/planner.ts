/**
 * Decides what a backfill asks for next: how a period is cut into chunks, which days are worth a request, how many
 * requests that takes, and which days Enedis would forget before their turn. Pure functions over plain data; `needs.ts`
 * reads that data. Each request begins at the first day not covered yet, which makes their number the least possible.
 */
import type { DayStatus, Period } from '../archive/archive';
import type { BackfillRun, Track } from '../archive/format';
import type { Refused } from '../archive/series-state';
import { addDays, daysBetween } from '../readings/paris';

/** Which end of the period comes first; it decides on which side of a track's `next` the work is done. */
export type Order = BackfillRun['order'];

/** Days handed over together: no more than one request may ask for. */
export interface Chunk extends Period {
  /** The days of it to ask for, from the first that is lacking to the last; null: none. */
  ask: Period | null;
}

/** What decides, beside a day's own state, whether it is worth a request. Days are `YYYY-MM-DD`, instants epoch ms. */
export interface LackCriteria {
  now: number;
  /** Enedis has nothing before this day. */
  floor: string;
  /** Epoch ms: days not asked since are wanted, known or not. Null: only what the archive lacks. */
  forcedSince: number | null;
  /** A refusal that isn't believed any more. */
  doubted: Refused | undefined;
}

/** The days of a track that are still to come. */
export function restOf({ from, until, next }: Pick<Track, 'from' | 'until' | 'next'>, order: Order): Period {
  return order === 'newest' ? { start: from, end: next } : { start: next, end: until };
}

/** True where a period has no day; its `end` is excluded. */
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

/**
 * The next chunk of a window: all of it, to be asked for, where its first day is lacking; else the known days up to the
 * first that is.
 * @param days the window's, rising; at least one.
 */
export function chunkOf(days: readonly DayStatus[], criteria: LackCriteria, order: Order): Chunk {
  const start = days[0]!.date;
  const end = addDays(days.at(-1)!.date, 1);
  const lacking = days.filter((day) => isLacking(day, criteria)).map(({ date }) => date);
  const [first, last] = [lacking[0], lacking.at(-1)];
  if (first === undefined || last === undefined) return { start, end, ask: null };
  if (order === 'newest' && addDays(last, 1) < end) return { start: addDays(last, 1), end, ask: null };
  if (order === 'oldest' && first > start) return { start, end: first, ask: null };
  return { start, end, ask: { start: first, end: addDays(last, 1) } };
}

/** A track's `next` once a chunk is done. */
export function nextAfter(chunk: Period, order: Order): string {
  return order === 'newest' ? chunk.start : chunk.end;
}

/** Is a day worth a request? Not when it is known, nor when it was asked in vain and its time hasn't come again. */
export function isLacking(
  { date, state, again, askedAt }: DayStatus,
  { now, floor, forcedSince, doubted }: LackCriteria,
): boolean {
  if (date < floor) return false;
  if (forcedSince !== null) return (askedAt ?? 0) < forcedSince;
  if (state === 'complete') return false;
  // Asked by a clock that was ahead: what was worked out from that time means nothing.
  if ((askedAt ?? 0) > now) return true;
  if (doubted && date < doubted.before && (askedAt ?? 0) <= doubted.at) return true;
  return again !== null && (again ?? 0) <= now;
}

/** How many requests these days (rising) take, of `windowDays` at most each. */
export function requestsFor(
  days: readonly DayStatus[],
  criteria: LackCriteria,
  order: Order,
  windowDays: number,
): number {
  let requests = 0;
  let covered = 0;
  for (const [place, day] of (order === 'newest' ? [...days].reverse() : days).entries()) {
    if (place < covered || !isLacking(day, criteria)) continue;
    requests++;
    covered = place + windowDays;
  }
  return requests;
}

/**
 * The part of `rest` to be looked through for days that Enedis will have forgotten once the run gets there, beginning
 * with the oldest; null: none will be.
 * @param floor the oldest day Enedis still has; tomorrow it is the next one.
 * @param daysToGo until the run ends, as it is estimated.
 */
export function expiringPart(rest: Period, floor: string, daysToGo: number): Period | null {
  if (daysToGo < 1) return null;
  const start = rest.start > floor ? rest.start : floor;
  // A day is kept in reserve: an estimate is an estimate.
  return start >= rest.end || daysBetween(floor, start) > daysToGo ? null : { start, end: rest.end };
}
