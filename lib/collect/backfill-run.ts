/** What a backfill's run on disk says of itself: how far each of its series is, and whether it came to anything. Pure. */
import type { SeriesKey } from '../archive/archive';
import type { BackfillRun, Track } from '../archive/format';
import { daysBetween } from '../readings/paris';
import { isEmpty, restOf, type Order } from './backfill-plan';

export function keyOf({ direction, series }: Track): SeriesKey {
  return { direction, series };
}

export function isOver(track: Track, { order }: BackfillRun): boolean {
  return track.ended !== undefined || isEmpty(restOf(track, order));
}

export function daysOf({ from, until }: Track): number {
  return daysBetween(from, until);
}

export function daysLeft(track: Track, order: Order): number {
  const { start, end } = restOf(track, order);
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
