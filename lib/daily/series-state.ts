/**
 * Where a series stands in the daily collection: what of it is due, and whether anything is still expected today. Worked
 * out from the states of its days and from what was learnt by asking for it. Pure: the caller reads and writes the archive.
 *
 *                  refused, or the request failed
 *      asked ─────────────────────────────────────▶ blocked, until its time comes or the settings change
 *        │
 *        ├── every day is settled ────────────────▶ settled, until the next day
 *        ├── yesterday isn't there yet ───────────▶ waiting: due again at every try, the series take turns
 *        ├── nor was the day before by its evening,
 *        │   or yesterday is there in part and
 *        │   doesn't grow, or its days are known
 *        │   to come late ────────────────────────▶ late: a few looks a day, when its days were seen to come
 *        ├── nothing new for three days, while
 *        │   another series gets its days ────────▶ left behind  ┐ dormant: due once a day,
 *        └── four days without any load curve,                  │ and nobody waits for it
 *            each with its daily energy ──────────▶ collection off ┘ (and that is told)
 *
 * A day is settled when it is complete, or when the half-hours there are add up to its energy: what is missing then was
 * nothing. One that is complete and doesn't add up is asked for again for a week. One that is there in part is asked for
 * daily at first, then weekly.
 */
import type { DayStatus } from '../archive/archive';
import type { SeriesState } from '../archive/series-state';
import { isAhead } from '../async/clock';
import { addDays, parisDate, parisDay } from '../readings/paris';
import type { Attempt } from './attempt';
import { believed, isLate } from './lateness';
import type { Target } from './turns';

/** Whether the half-hours of a day add up to its energy; undefined where that can't be said. */
export type AddsUp = (date: string) => boolean | undefined;

/** What is known of a series before it is asked. */
export interface View {
  state: Pick<SeriesState, 'answered' | 'blocked' | 'quietSince' | 'appears'>;
  /** Those the collection answers for, up to yesterday. */
  days: readonly DayStatus[];
  addsUp: AddsUp;
  /** `isLeftBehind` or `isCollectionOff`. */
  dormant: boolean;
}

const DAY = 86_400_000;
/** Without anything new for this long while others get theirs, a series is asked once a day only: it may never come. */
const DORMANT_AFTER = 3 * DAY;
/** How far back the others' days are compared. */
const COMPARED_DAYS = 30;
/** Days without any load curve, each with its daily energy, that make hourly collection look switched off. */
export const COLLECTION_OFF_DAYS = 4;
/** So many days a complete day that doesn't add up may still be corrected. */
export const CORRECTED_DAYS = 7;
/** So many days a day that is there in part is asked for daily; then it is left in peace for a week at a time. */
const GROWS_FOR_DAYS = 3;
const LEFT_IN_PEACE = 7 * DAY;
/** A day before yesterday, no older than this, that is missing altogether shows that the series is late for days. */
const LATE_FOR_DAYS = 5;

const PRESENT: ReadonlySet<DayStatus['state']> = new Set(['complete', 'partial']);
const ABSENT: ReadonlySet<DayStatus['state']> = new Set(['notPublished', 'notCollected', 'allNull']);

/** Epoch ms until which a series isn't asked for, because it failed; null where it is. */
export function blockedUntil({ blocked }: View['state'], attempt: Attempt): number | null {
  const { now, manual, settings } = attempt;
  if (!blocked || !isAhead(blocked.until, now) || blocked.settings !== settings) return null;
  // A person who asks may have mended much, but no meter.
  return manual && blocked.reason !== 'wrongDirection' ? null : blocked.until;
}

/** What of a series is due, and how it stands; null where nothing is. */
export function targetOf(key: Target['key'], view: View, attempt: Attempt): Target | null {
  const { state, days, dormant } = view;
  const { now, yesterday, manual, midnight } = attempt;
  const last = days.find(({ date }) => date === yesterday);
  const expected = believed(state.appears, now);
  const stuck = isStuck(view, last, yesterday);
  const isAwaited = stuck || (expected !== null && isLate(expected));
  const due = days.filter((day) => isDue(day, view, attempt, isAwaited)).map(({ date }) => date);
  const askedAt = last?.askedAt ?? 0;
  const yesterdayAskedAt = askedAt <= now ? askedAt : 0;
  const isDone =
    dormant && !manual && yesterdayAskedAt >= midnight && due.every((date) => date === yesterday);
  if (due.length === 0 || isDone) return null;
  return {
    key,
    due,
    yesterdayAskedAt,
    dormant,
    isNew: state.answered === undefined && state.blocked === undefined,
    hasFailed: state.blocked?.at !== undefined && state.blocked.at >= midnight,
    isStuck: stuck,
    expected,
  };
}

/** More of a day is to be expected. What was ruled out by a clock that was ahead isn't ruled out. */
function isOpen({ date, state, again, askedAt = 0 }: DayStatus, addsUp: AddsUp, now: number): boolean {
  if (state === 'complete') return addsUp(date) === false && now - parisDay(date).end < CORRECTED_DAYS * DAY;
  if (addsUp(date) === true) return false;
  return again !== null || askedAt > now;
}

/** Yesterday is due at every attempt, with the days before it where it is late; any other day when its time has come. */
function isDue(
  day: DayStatus,
  { addsUp }: View,
  { now, yesterday, midnight }: Attempt,
  isAwaited: boolean,
): boolean {
  if (!isOpen(day, addsUp, now)) return false;
  const { date, state, again, askedAt = 0 } = day;
  // Worked out by a clock that was ahead.
  if (askedAt > now) return true;
  if (state === 'complete') return askedAt < midnight;
  if (date === yesterday) return true;
  if (isAwaited && ABSENT.has(state) && date >= addDays(yesterday, -LATE_FOR_DAYS)) return true;
  const isLeftInPeace = state === 'partial' && date < addDays(yesterday, -GROWS_FOR_DAYS);
  return isLeftInPeace ? now - askedAt >= LEFT_IN_PEACE : (again ?? 0) <= now;
}

function isStuck({ state, days }: View, last: DayStatus | undefined, yesterday: string): boolean {
  if (last?.state === 'partial' && state.quietSince !== undefined) return true;
  const from = addDays(yesterday, -LATE_FOR_DAYS);
  return days.some((day) => day.date >= from && day.date < yesterday && day.asked && ABSENT.has(day.state));
}

/** The first day that isn't settled; `today` where all are. */
export function firstOpenDay(days: readonly DayStatus[], addsUp: AddsUp, now: number, today: string): string {
  return days.find((day) => isOpen(day, addsUp, now))?.date ?? today;
}

/** Yesterday isn't settled. */
export function lacksYesterday(days: readonly DayStatus[], addsUp: AddsUp, yesterday: string): boolean {
  const last = days.at(-1);
  return last?.date === yesterday && last.state !== 'complete' && addsUp(yesterday) !== true;
}

/**
 * The first day the collection answers for from now on; null where the one known stands.
 * @param wanted what this attempt would like it to be.
 * @param mayLower the attempt wants earlier days than those before it.
 */
export function newSince(
  known: string | undefined,
  wanted: string,
  mayLower: boolean,
  today: string,
): string | null {
  if (known === undefined || isBeyond(known, today)) return wanted;
  return mayLower && wanted < known ? wanted : null;
}

/** Set by a clock that was ahead: what it skipped is looked for again. */
export function isBeyond(since: string, today: string): boolean {
  return since > today;
}

/**
 * The first day whose presence in another series would show this one to be left behind; null while it is too early to
 * say.
 * @param quietSince epoch ms since when asking has brought nothing new.
 */
export function comparedFrom(quietSince: number | undefined, now: number): string | null {
  if (quietSince === undefined || now - quietSince <= DORMANT_AFTER) return null;
  const [quietDay, recently] = [parisDate(quietSince), addDays(parisDate(now), -COMPARED_DAYS)];
  return quietDay > recently ? quietDay : recently;
}

/**
 * Whether another series got its days meanwhile. Where none did, it is Enedis that is late; where they came only today,
 * this one has the day to follow.
 * @param midnight today's, epoch ms.
 */
export function isLeftBehind(others: readonly DayStatus[], midnight: number): boolean {
  return others.some(({ state, askedAt = 0 }) => PRESENT.has(state) && askedAt < midnight);
}

/**
 * Whether hourly collection looks switched off: days with their daily energy but, each of them, without any load curve.
 * @param daily the states of the daily energy, of the same days at least.
 */
export function isCollectionOff(
  curve: readonly DayStatus[],
  daily: readonly DayStatus[],
  yesterday: string,
): boolean {
  // It has just come back: nobody needs to be told that it is off.
  if (curve.some(({ date, state }) => date === yesterday && PRESENT.has(state))) return false;
  const recent = curve.filter(({ date }) => date < yesterday).slice(-COLLECTION_OFF_DAYS);
  if (recent.length < COLLECTION_OFF_DAYS) return false;
  const known = new Set(daily.filter(({ state }) => state === 'complete').map(({ date }) => date));
  return recent.every(({ date, state, asked }) => asked && ABSENT.has(state) && known.has(date));
}
