/**
 * When do the days of a series appear? Learnt from the days that came: each was there when it was seen, and wasn't yet
 * when it was last asked for before. Most meters' days are there in the morning; some come in the afternoon, or one, two
 * or three days late, for weeks on end. Asking those every half-hour is no use: they are looked for when they were seen to
 * come. Pure.
 *
 *      usual ── two days in a row after noon, or one that came a day late ──▶ late
 *        ▲                                                                   │
 *        └──────── a day that is there earlier, a month without any ─────────┘
 */
import type { SeriesState } from '../archive/series-state';
import { parisDay } from '../readings/paris';

/**
 * What is known of when days appear: later than `after` and by `by`, in ms since the end of the day in question; borne out
 * by `days` in a row, the newest of them `last` (`YYYY-MM-DD`), seen `at` (epoch ms).
 */
export type Appearance = NonNullable<SeriesState['appears']>;

/** A day that came, when it was seen, and until when it was known not to be there (epoch ms; 0: not asked before). */
export interface Arrival {
  date: string;
  missed: number;
  seen: number;
}

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** What was learnt is believed for a month after the last day that bore it out. */
const BELIEVED_FOR = 30 * DAY;
/** A day that isn't there by noon is late; two in a row, or one that came a day later, are how this meter is for now. */
const LATE_AGE = 12 * HOUR;
const LATE_DAYS = 2;
/** Once it is known this well, looking more closely is no use. */
const CLOSE_ENOUGH = HOUR;
/** Days that come this much earlier or later still come at the same time of the day. */
const SAME_TIME = 3 * HOUR;

/** What is known once one more day has come: the times that all in a row agree on, or else the new one. */
export function withArrival(known: Appearance | undefined, { date, missed, seen }: Arrival): Appearance {
  const { end } = parisDay(date);
  const [after, by] = [Math.max(0, missed - end), seen - end];
  const alone = { last: date, at: seen, after, by, days: 1 };
  if (!known) return alone;
  // It came before, and something of it once more.
  if (known.last >= date) return known;
  const both = {
    ...alone,
    after: Math.max(known.after, after),
    by: Math.min(known.by, by),
    days: known.days + 1,
  };
  if (both.after < both.by) return both;
  const isNear = both.after - both.by < SAME_TIME;
  return isNear ? { ...alone, days: known.days + 1 } : alone;
}

/** What is known, as long as it is believed. */
export function believed(known: Appearance | undefined, now: number): Appearance | null {
  return known && known.at <= now && now - known.at <= BELIEVED_FOR ? known : null;
}

/** Whether that is later than waiting for it every half-hour is worth. */
export function isLate({ after, by, days }: Appearance): boolean {
  return after >= LATE_AGE && (by >= DAY || days >= LATE_DAYS);
}

/** Whether the hour isn't known yet: looking half-way as well makes it known. */
export function isWide({ after, by }: Appearance): boolean {
  return by - after > CLOSE_ENOUGH;
}

/** The age half-way between. */
export function halfWay({ after, by }: Appearance): number {
  return Math.ceil((after + by) / 2);
}
