/**
 * When the daily collection asks: once a day at a random minute and second of the user's window, again while yesterday
 * is incomplete, until 20:00, then the next morning; at once where two days went by without an attempt, or a setting has
 * changed since the last one. Pure: what was drawn and attempted is handed in and out, and kept on
 * disk by the caller, so a restart neither draws again nor forgets an attempt.
 */
import type { Schedule } from '../archive/format';
import { addDays, instantAt, parisDate, parisDay } from '../readings/paris';

const MINUTE = 60_000;
/** Enedis publishes in the morning; what isn't there in the evening, or by the end of a later window, comes tomorrow. */
const LAST_TRY = '20:00';
/** After a start, a missed attempt is made up for within this time, spread so that a power cut doesn't end in a stampede. */
const CATCH_UP_SPREAD = 2 * MINUTE;
/** A node just dropped on the canvas starts within this time: its owner is watching. */
const FIRST_TIME_SPREAD = 5_000;
/** Retries are spread over this share of their pace. */
const JITTER = 0.2;

/** What of a node's settings, and of what it was given before, decides when it asks. */
export interface ScheduleSettings {
  /** `HH:mm`, Paris. */
  windowStart: string;
  windowEnd: string;
  /** Minutes. */
  retryEvery: number;
  /** Changes with whatever could mend a refusal. */
  settings: string;
  /** Nothing was ever collected for this node. */
  firstTime: boolean;
}

/**
 * `complete`: no more is expected today; `waiting`: yesterday isn't there yet; `failed`: that may pass by itself;
 * `refused`: only a person or Enedis can mend it, so until tomorrow it is tried again with other settings only.
 */
export type Outcome = NonNullable<Schedule['attempted']>['outcome'];

/**
 * The day's plan: the one in force, the one drawn the day before, or a fresh draw; in another window the day begins
 * anew, but for what was attempted.
 */
export function planOf(
  date: string,
  previous: Schedule | undefined,
  settings: ScheduleSettings,
  random: () => number,
): Schedule {
  const window = `${settings.windowStart}-${settings.windowEnd}`;
  const inForce = previous?.window === window ? previous : undefined;
  if (inForce?.date === date) return inForce;
  const drawn = inForce && addDays(inForce.date, 1) === date ? inForce.tomorrow : undefined;
  const firstAt = drawn ?? draw(date, settings, random);
  const { attempted, begun = date } = previous ?? {};
  if (!attempted) return { date, firstAt, window, settings: settings.settings, begun };
  return { date, firstAt, window, settings: previous!.settings, begun, attempted };
}

/** Epoch ms after which a day is given up: 20:00, or the end of a later window. */
export function lastTryOf(date: string, windowEnd: string = LAST_TRY): number {
  return Math.max(instantAt(date, LAST_TRY), instantAt(date, windowEnd));
}

/** A random second of the window. */
function draw(date: string, settings: ScheduleSettings, random: () => number): number {
  const start = instantAt(date, settings.windowStart);
  const end = Math.max(start, instantAt(date, settings.windowEnd));
  return Math.floor((start + random() * (end - start)) / 1000) * 1000;
}

/**
 * The next attempt.
 * @returns epoch ms, and the plan to keep.
 */
export function nextAttempt(
  previous: Schedule | undefined,
  settings: ScheduleSettings,
  now: number,
  random: () => number,
): { at: number; plan: Schedule } {
  const today = parisDate(now);
  const plan = planOf(today, previous, settings, random);
  const at = nextToday(plan, settings, now, random);
  if (at !== null) return { at, plan };
  const drawn = plan.tomorrow ?? draw(addDays(today, 1), settings, random);
  const tomorrow = Math.min(drawn, lookTomorrow(plan, settings) ?? drawn);
  return { at: tomorrow, plan: plan.tomorrow === tomorrow ? plan : { ...plan, tomorrow } };
}

/** Late days that are seen to come early in tomorrow's window are looked for then. */
function lookTomorrow({ date, attempted }: Schedule, { windowStart }: ScheduleSettings): number | null {
  if (attempted?.outcome !== 'waiting' || attempted.notBefore === undefined) return null;
  return attempted.notBefore >= instantAt(addDays(date, 1), windowStart) ? attempted.notBefore : null;
}

function nextToday(
  plan: Schedule,
  settings: ScheduleSettings,
  now: number,
  random: () => number,
): number | null {
  const lastTry = lastTryOf(plan.date, settings.windowEnd);
  const { attempted } = plan;
  if (settings.firstTime && !attempted) return now + random() * FIRST_TIME_SPREAD;
  // The person has changed something since: that is worth a try now.
  if (attempted && plan.settings !== settings.settings) return now;
  if (!attempted || parisDate(attempted.at) !== plan.date) {
    const catchUp = now + random() * CATCH_UP_SPREAD;
    if (missedYesterday(plan)) return catchUp;
    if (now <= plan.firstAt) return plan.firstAt;
    return now < lastTry || isOnInTheEvening(plan, settings) ? catchUp : null;
  }
  if (attempted.outcome === 'complete' || attempted.outcome === 'refused') return null;
  const pace = settings.retryEvery * MINUTE;
  // An attempt before the window (somebody pressed a button at night) doesn't bring the morning forward.
  const earliest = attempted.at < plan.firstAt ? plan.firstAt : attempted.at + pace * (1 + random() * JITTER);
  const at = Math.max(earliest, attempted.notBefore ?? 0, now);
  return at <= lastTry ? at : null;
}

/** Nothing was attempted yesterday, nor today. */
function missedYesterday({ date, begun = date, attempted }: Schedule): boolean {
  const yesterday = addDays(date, -1);
  return attempted ? attempted.at < parisDay(yesterday).start : begun <= yesterday;
}

/** The last attempt was a late one as well: this machine may be on in the evening only, and off tomorrow morning. */
function isOnInTheEvening({ date, attempted }: Schedule, { windowEnd }: ScheduleSettings): boolean {
  return attempted !== undefined && attempted.at > lastTryOf(addDays(date, -1), windowEnd);
}

/** The plan after an attempt. */
export function afterAttempt(
  plan: Schedule,
  settings: ScheduleSettings,
  at: number,
  outcome: Outcome,
  notBefore: number | undefined,
): Schedule {
  const attempted = { at, outcome, ...(notBefore === undefined ? {} : { notBefore }) };
  return { ...plan, settings: settings.settings, attempted };
}
