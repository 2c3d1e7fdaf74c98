/**
 * Where a series stands in the daily collection: what of it is due, and whether anything is still expected today. Worked
 * out from the states of its days and from what was learnt by asking for it. Pure: the caller reads and writes the archive.
 *
 *                  refused, or the request failed
 *      asked ─────────────────────────────────────▶ blocked, until its time comes or the settings change
 *        │
 *        ├── every day is settled ────────────────▶ settled, until the next day
 *        ├── yesterday isn't there yet ───────────▶ waiting: due again at every attempt
 *        ├── nothing new for three days, while
 *        │   another series gets its days ────────▶ left behind  ┐ dormant: due once a day,
 *        └── four days without any load curve,                  │ and nobody waits for it
 *            each with its daily energy ──────────▶ collection off ┘ (and that is told)
 */
import type { DayStatus } from '../archive/archive';
import type { SeriesState } from '../archive/series-state';
import { isAhead } from '../async/clock';
import { addDays, parisDate } from '../readings/paris';

/** The attempt that is being made. Instants are epoch ms, days `YYYY-MM-DD`. */
export interface Attempt {
  now: number;
  yesterday: string;
  /** A person asks: also what isn't due before tomorrow. */
  manual: boolean;
  /** Whoever has asked for yesterday since has asked for this attempt as well. */
  unlessAskedSince: number;
  /** Fingerprint of the meter's settings. */
  settings: string;
}

/** Where a series stands before it is asked. */
export type Standing =
  | { kind: 'blocked'; until: number }
  /** `dormant`: not expected to have yesterday soon, so that neither the others nor the day wait for it. */
  | { kind: 'open'; due: string[]; dormant: boolean };

const DAY = 86_400_000;
/** Without anything new for this long while others get theirs, a series is asked once a day only: it may never come. */
const DORMANT_AFTER = 3 * DAY;
/** How far back the others' days are compared. */
const COMPARED_DAYS = 30;
/** Days without any load curve, each with its daily energy, that make hourly collection look switched off. */
export const COLLECTION_OFF_DAYS = 4;

const PRESENT: ReadonlySet<DayStatus['state']> = new Set(['complete', 'partial']);
const ABSENT: ReadonlySet<DayStatus['state']> = new Set(['notPublished', 'notCollected', 'allNull']);

/**
 * Decides what of a series is due.
 * @param days those the collection answers for, up to yesterday.
 * @param dormant `isLeftBehind` or `isCollectionOff`.
 */
export function standingOf(
  state: Pick<SeriesState, 'blocked'>,
  days: readonly DayStatus[],
  dormant: boolean,
  { now, yesterday, manual, unlessAskedSince, settings }: Attempt,
): Standing {
  const { blocked } = state;
  if (blocked && isAhead(blocked.until, now) && blocked.settings === settings) {
    // A person who asks may have mended much, but no meter.
    if (!manual || blocked.reason === 'wrongDirection') return { kind: 'blocked', until: blocked.until };
  }
  const due = days.filter((day) => isDue(day, now, yesterday)).map(({ date }) => date);
  const { askedAt = 0 } = days.find(({ date }) => date === yesterday) ?? {};
  const onceADay = dormant && !manual;
  const isAsked = askedAt > 0 && askedAt <= now && (onceADay || askedAt >= unlessAskedSince);
  return { kind: 'open', due: isAsked && isOnly(due, yesterday) ? [] : due, dormant };
}

/** No other day than this one is due. */
export function isOnly(due: readonly string[], date: string): boolean {
  return due.every((each) => each === date);
}

/** More of a day is to be expected. What was ruled out by a clock that was ahead isn't ruled out. */
export function isOpen({ state, again, askedAt }: DayStatus, now: number): boolean {
  return state !== 'complete' && (again !== null || (askedAt ?? 0) > now);
}

/** Yesterday is due at every attempt; any other day when its time has come. */
function isDue(day: DayStatus, now: number, yesterday: string): boolean {
  if (!isOpen(day, now)) return false;
  const { date, again } = day;
  // Worked out by a clock that was ahead.
  if ((day.askedAt ?? 0) > now) return true;
  return date === yesterday || (again ?? 0) <= now;
}

/** The first day that isn't settled; `today` where all are. */
export function firstOpenDay(days: readonly DayStatus[], now: number, today: string): string {
  return days.find((day) => isOpen(day, now))?.date ?? today;
}

/** Yesterday isn't complete. */
export function lacksYesterday(days: readonly DayStatus[], yesterday: string): boolean {
  const last = days.at(-1);
  return last?.date === yesterday && last.state !== 'complete';
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
  const recent = curve.filter(({ date }) => date < yesterday).slice(-COLLECTION_OFF_DAYS);
  if (recent.length < COLLECTION_OFF_DAYS) return false;
  const known = new Set(daily.filter(({ state }) => state === 'complete').map(({ date }) => date));
  return recent.every(({ date, state, asked }) => asked && ABSENT.has(state) && known.has(date));
}
