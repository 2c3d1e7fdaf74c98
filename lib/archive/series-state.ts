/**
 * What was learnt of one series by asking for it, so as to ask less: one object, and how each answer changes it. Pure.
 *
 *     since ──────► moves on with every day that is settled, back where a file was damaged or a node wants more
 *     first         the earliest `since` there ever was
 *
 *                 nothing new                    something new
 *     (none) ───────────────► quietSince ───────────────────────► (none)
 *
 *              refused for a reason of its own               until over, other settings, an answer
 *     (none) ──────────────────────────────────► blocked ──────────────────────────────────────────► (none)
 *
 *              Enedis has nothing that early                 until over, an answer from before it
 *     (none) ──────────────────────────────────► refused ──────────────────────────────────────────► doubted
 *                                                   ▲                  said again                       │
 *                                                   └───────────────────────────────────────────────────┘
 *
 *              the gateway wants fewer days                  a month, another gateway
 *     (none) ──────────────────────────────────► windowDays ───────────────────────────────────────► (none)
 *
 *              a day of it has come                          one that came at another time
 *     (none) ──────────────────────────────────► appears ─────────────────────────────────────────► appears
 *
 *              everything was erased
 *     (none) ──────────────────────────────────► erased: `since` and `first` never before it again
 *
 * A doubted refusal is kept: the days it was said of are still to be asked again.
 */
import { z } from 'zod';
import { date, instant } from '../storage/values';
import type { Period } from './names';

const DAY = 86_400_000;
/** A refusal may be a mistake, and a consent given anew: what one has taught is asked about again after a month. */
const BELIEVED_FOR = 30 * DAY;

/** How it lies on disk, in both formats. */
export const seriesState = z.object({
  /** The first day the daily collection answers for. */
  since: date.optional(),
  /** The first it has ever answered for: what a damaged file held from then on is looked for again. */
  first: date.optional(),
  /** The archive was erased: the daily collection asks for nothing before this day again. */
  erased: date.optional(),
  /** Epoch ms since when asking has brought nothing new. */
  quietSince: instant.optional(),
  /** Not to be asked by itself before `until`, for `reason`, as long as the settings have this fingerprint. */
  blocked: z
    .object({
      until: instant,
      reason: z.string(),
      params: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
      settings: z.string(),
      /** When it failed last, and how many times in a row that day. */
      at: instant.optional(),
      times: z.number().int().positive().optional(),
    })
    .optional(),
  /** When it was last answered, asked with the settings that have this fingerprint. */
  answered: z.object({ at: instant, settings: z.string() }).optional(),
  /** When its days appear: see `Appearance` in `lib/daily/lateness.ts`. */
  appears: z
    .object({
      last: date,
      at: instant,
      after: z.number().nonnegative(),
      by: z.number(),
      days: z.number().int().positive(),
    })
    .optional(),
  /**
   * Enedis has nothing before this day: the meter's activation, or the consent's start. Its `reason`, when it said so and
   * until when that is believed (epoch ms).
   */
  refused: z.object({ before: date, reason: z.string(), at: instant, until: instant }).optional(),
  /** Fewer days a request than the series allows, because a gateway refused more: */
  windowDays: z.number().int().positive().optional(),
  /** which one, and when. */
  windowLearnt: z.object({ gateway: z.string(), at: instant }).optional(),
});

/** See above. */
export type SeriesState = z.infer<typeof seriesState>;
/** What a refusal has taught, believed for a while only. */
export type Refused = NonNullable<SeriesState['refused']>;

/** Whether what a refusal has taught still holds; not where a clock that was ahead has noted it. */
export function isBelieved({ at, until }: Refused, now: number): boolean {
  return at <= now && now < until;
}

/** The most days one request may ask this gateway for, where it has refused more in the last month. */
export function learntWindow(
  { windowDays, windowLearnt }: SeriesState,
  gateway: string,
  now: number,
): number | undefined {
  if (windowLearnt?.gateway !== gateway) return undefined;
  const { at } = windowLearnt;
  return at <= now && now - at <= BELIEVED_FOR ? windowDays : undefined;
}

/** Notes that a request for days from `start` on was answered, with `fresh` new readings. */
export function noteAnswer(state: SeriesState, start: string, fresh: number, now: number): void {
  if (fresh > 0) delete state.quietSince;
  else state.quietSince ??= now;
  delete state.blocked;
  if (state.refused && start < state.refused.before) state.refused.until = 0;
}

/**
 * Notes that Enedis has nothing before a day. What is known and believed of a later day stays.
 * @param endOfDay epoch ms until which it is believed where the day itself may be refused, too; null: for a month.
 */
export function noteHistoryStart(
  state: SeriesState,
  before: string,
  reason: string,
  now: number,
  endOfDay: number | null,
): void {
  const known = state.refused;
  if (known && isBelieved(known, now) && known.before > before) return;
  state.refused = { before, reason, at: now, until: endOfDay ?? now + BELIEVED_FOR };
}

/** Notes on the day `today` that everything was erased: only a backfill asks for the days before again. */
export function noteErased(state: SeriesState, today: string): void {
  state.erased = today;
  if (state.since !== undefined) state.since = state.first = today;
}

/** Moves the first day answered for back to where a damaged file began, as far as it ever was answered for. */
export function noteLoss(state: SeriesState, lost: Period): void {
  const { first, since } = state;
  if (first === undefined || since === undefined || lost.end <= first) return;
  const again = lost.start > first ? lost.start : first;
  if (again < since) state.since = again;
}
