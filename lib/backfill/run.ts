/**
 * A backfill's run and what happens to it. Pure: each function gives a new run and leaves the old one as it was;
 * `run-record.ts` keeps the run on disk, for a restart to go on with.
 *
 *   begin ─────────────────▶ running ── pause ──────────────▶ paused ── resume ──▶ running
 *                            running ── nothing is left ────▶ done; failed where a refusal left it without a reading
 *                            running ── refused too often ──▶ failed ── resume ──▶ running
 *                            running, paused ── cancel ─────▶ cancelled
 *
 * A run that is `running` may have to wait: `waiting` says until when. A new run may begin in every state but `running`
 * and `paused`. Of each series (a track) `next` says how far it was asked for and handed over; `ahead` how far it was
 * handed over from the archive while nobody could be asked; `notBefore` when it may be asked again after a failure;
 * `ended` why it was given up; `floor` and `refused` where its history begins, and how Enedis said so.
 */
import type { Period, SeriesKey } from '../archive/archive';
import type { ArchivedMeasure } from '../archive/day';
import type { BackfillRun, Track } from '../archive/format';
import type { Reason } from '../errors';
import { daysBetween, parisDay } from '../readings/paris';
import { isEmpty, restOf, type Order } from './planner';

type State = BackfillRun['state'];

/** What a person may do with a run there is. */
export type Command = 'pause' | 'resume' | 'cancel';

const COMMANDS: Readonly<Record<Command, { from: readonly State[]; to: State }>> = {
  pause: { from: ['running'], to: 'paused' },
  resume: { from: ['running', 'paused', 'failed'], to: 'running' },
  cancel: { from: ['running', 'paused'], to: 'cancelled' },
};

/** A run that begins, with nothing done yet. */
export function newRun(
  settings: Pick<BackfillRun, 'id' | 'startedAt' | 'order' | 'force' | 'tracks'>,
): BackfillRun {
  return { ...settings, state: 'running', messages: 0, readings: 0, requests: 0, refusals: 0 };
}

/** True while a run keeps another from beginning. */
export function isUnderWay(run: BackfillRun | undefined): run is BackfillRun {
  return run?.state === 'running' || run?.state === 'paused';
}

/** The run after a command; null where that has no meaning in its state. */
export function commanded(run: BackfillRun, command: Command): BackfillRun | null {
  const { from, to } = COMMANDS[command];
  if (!from.includes(run.state)) return null;
  const next = inState(run, to);
  if (command !== 'resume') return next;
  // A person wants it: what had failed is tried again at once.
  next.refusals = 0;
  for (const track of next.tracks) {
    track.failures = 0;
    delete track.ended;
    delete track.notBefore;
  }
  return next;
}

/** The run once nothing is left to be done. */
export function finished(run: BackfillRun): BackfillRun {
  return inState(run, isEmptyFailure(run) ? 'failed' : 'done');
}

/** The run in a state, waiting for nothing. */
export function inState(run: BackfillRun, state: State): BackfillRun {
  const next = structuredClone(run);
  next.state = state;
  delete next.waiting;
  return next;
}

/** What was done for one track: days asked for and handed over, or only handed over from the archive. */
export interface Step {
  asked: boolean;
  /** The track's `next`, or that of `ahead`. */
  next: string;
  /** The archive's revision up to which the days were handed over, where they weren't asked for. */
  rev: number;
  /** Readings sent; undefined where there was no message. */
  sent: number | undefined;
}

/** The run after one chunk of one series. */
export function advanced(run: BackfillRun, key: SeriesKey, { asked, next, rev, sent }: Step): BackfillRun {
  return withTrack(run, key, (track, copy) => {
    if (sent !== undefined) {
      copy.messages++;
      copy.readings += sent;
    }
    if (!asked) {
      track.ahead = { next, rev };
      return;
    }
    track.next = next;
    track.failures = 0;
    delete track.notBefore;
    copy.refusals = 0;
    delete copy.waiting;
  });
}

/**
 * The run after a failure of one series only.
 * @param then epoch ms at which it is asked again, or the reason for which it is given up.
 */
export function failedOnce(run: BackfillRun, key: SeriesKey, then: number | Reason): BackfillRun {
  return withTrack(run, key, (track) => {
    track.failures++;
    if (typeof then === 'number') track.notBefore = then;
    else track.ended = then;
  });
}

/** The run after a refusal of the whole meter that only a person can mend. */
export function refusedOnce(run: BackfillRun): BackfillRun {
  return { ...run, refusals: run.refusals + 1 };
}

/** The run while it may not ask before `until` (epoch ms), as long as the meter's settings have this fingerprint. */
export function waitingUntil(run: BackfillRun, until: number, settings: string): BackfillRun {
  return { ...run, waiting: { until, settings } };
}

/** The run once it is known that Enedis has nothing of a series before a day. */
export function withHistoryStart(
  run: BackfillRun,
  key: SeriesKey,
  floor: string,
  reason: Reason,
): BackfillRun {
  return withTrack(run, key, (track) => {
    track.floor = floor;
    track.refused = reason;
  });
}

function withTrack(
  run: BackfillRun,
  { direction, series }: SeriesKey,
  change: (track: Track, copy: BackfillRun) => void,
): BackfillRun {
  const copy = structuredClone(run);
  const track = copy.tracks.find((each) => each.direction === direction && each.series === series);
  if (track) change(track, copy);
  return copy;
}

/** The key alone: what it is spread into goes to the gateway, or out to the flow. */
export function keyOf({ direction, series }: Track): SeriesKey {
  return { direction, series };
}

/** True where nothing of a track is left to be asked for; of one given up, nothing to be handed over. */
export function isOver(track: Track, { order }: Pick<BackfillRun, 'order'>): boolean {
  return isEmpty(track.ended === undefined ? restOf(track, order) : unaskedOf(track, order));
}

/** The days of which what is archived can still be handed over without asking. */
export function unaskedOf(track: Track, order: Order): Period {
  return restOf({ ...track, next: deliveredUpTo(track, order) }, order);
}

/** How far a track was handed over: as far as it was asked for, or further. */
export function deliveredUpTo({ next, ahead }: Track, order: Order): string {
  const isAhead = ahead && (order === 'newest' ? ahead.next < next : ahead.next > next);
  return isAhead ? ahead.next : next;
}

/** True for a reading that was handed over already, while nobody could be asked. */
export function isDelivered({ start, rev }: ArchivedMeasure, { ahead }: Track, order: Order): boolean {
  if (!ahead || rev > ahead.rev) return false;
  const until = parisDay(ahead.next).start;
  return order === 'newest' ? start >= until : start < until;
}

/** How many days a track has, done or not. */
export function daysOf({ from, until }: Track): number {
  return daysBetween(from, until);
}

/** Days whose turn is still to come; of a series given up, those of which what is archived wasn't handed over. */
export function daysLeft(track: Track, order: Order): number {
  const { start, end } = track.ended === undefined ? restOf(track, order) : unaskedOf(track, order);
  return Math.max(0, daysBetween(start, end));
}

/** How many days of series a run has. */
export function totalDays({ tracks }: BackfillRun): number {
  return tracks.reduce((sum, track) => sum + daysOf(track), 0);
}

/** True where a refusal left the run without any reading: that is a failure, where an empty period is none. */
export function isEmptyFailure({ readings, tracks }: BackfillRun): boolean {
  return readings === 0 && tracks.some(({ ended, refused }) => (ended ?? refused) !== undefined);
}

/** True while a run is under way and a track of it stands where it stood: nobody has paused it or begun another. */
export function isUnchanged(
  run: BackfillRun,
  now: BackfillRun | undefined,
  track: Track,
): now is BackfillRun {
  if (now?.id !== run.id || now.state !== 'running') return false;
  const current = now.tracks.find(
    ({ direction, series }) => direction === track.direction && series === track.series,
  );
  return current?.next === track.next && current.ahead?.next === track.ahead?.next;
}
