/** What a backfill's run on disk says of itself: how far each of its series is, and whether it came to anything. Pure. */
import type { Period, SeriesKey } from '../archive/archive';
import type { BackfillRun, Track } from '../archive/format';
import { daysBetween } from '../readings/paris';
import { isEmpty, restOf, type Order } from './planner';

/** Without the rest of the track: what a key is spread into goes to the gateway, or out to the flow. */
export function keyOf({ direction, series }: Track): SeriesKey {
  return { direction, series };
}

/** Nothing of it is left to be asked for; of a series given up, nothing to be handed over. */
export function isOver(track: Track, { order }: BackfillRun): boolean {
  return isEmpty(track.ended === undefined ? restOf(track, order) : unaskedOf(track, order));
}

/** The days of which what is archived can still be handed over without asking. */
export function unaskedOf(track: Track, order: Order): Period {
  return restOf({ ...track, next: handedTo(track, order) }, order);
}

/** As far as was asked, or further. */
export function handedTo({ next, ahead }: Track, order: Order): string {
  const isAhead = ahead && (order === 'newest' ? ahead.next < next : ahead.next > next);
  return isAhead ? ahead.next : next;
}

/** All of them, done or not. */
export function daysOf({ from, until }: Track): number {
  return daysBetween(from, until);
}

/** Days whose turn is still to come; of a series given up, those of which what is archived wasn't handed over. */
export function daysLeft(track: Track, order: Order): number {
  const { start, end } = track.ended === undefined ? restOf(track, order) : unaskedOf(track, order);
  return Math.max(0, daysBetween(start, end));
}

/** Days of series. */
export function total({ tracks }: BackfillRun): number {
  return tracks.reduce((sum, track) => sum + daysOf(track), 0);
}

/** Nothing was received because of a refusal: that is a failure, where an empty period is none. */
export function cameToNothing({ readings, tracks }: BackfillRun): boolean {
  return readings === 0 && tracks.some(({ ended, refused }) => (ended ?? refused) !== undefined);
}
