/** Whether a rule matches: on a day, and at a minute of it; or that can't be said, because what it asks about isn't known. */
import type { Rule } from './terms';
import { isWithin } from './windows';

/** A tariff's day, as rules ask about it. */
export interface RuleDay {
  date: string;
  /** 0 is Sunday. */
  weekday: number;
  holiday: boolean;
}

/** The rest of what rules ask about. */
export interface RuleMoment {
  /** Since midnight, by the clock on the wall. */
  minute: number;
  /** Undefined: the windows aren't known. */
  isOffPeak: boolean | undefined;
  /** Of the calendar's day. Undefined: not known; null: there is no calendar. */
  kind: string | null | undefined;
}

/** Why a moment has no price. */
export type Unknown =
  /** What kind of day it is isn't known. */
  | 'day'
  /** The off-peak hours aren't. */
  | 'windows'
  /** No rule matches. */
  | 'rule'
  /** No version of the prices covers that day. */
  | 'price'
  /** No rate was told for that time. */
  | 'rates';

/** Whether a rule asks about the date at all. */
export function asksForDate({ weekdays, holiday, season, months }: Rule): boolean {
  return weekdays !== undefined || holiday !== undefined || season !== undefined || months !== undefined;
}

/** Whether a rule may match on a day. */
export function holdsOn({ weekdays, holiday, season, months }: Rule, day: RuleDay): boolean {
  return (
    (weekdays?.includes(day.weekday) ?? true) &&
    (holiday === undefined || holiday === day.holiday) &&
    (season === undefined || seasonHolds(season, day.date)) &&
    (months?.includes(Number(day.date.slice(5, 7))) ?? true)
  );
}

/**
 * Whether a rule matches at a moment of a day on which it holds. What is certain goes first: a rule for 06:00 to 22:00
 * doesn't match at night, whatever the day is.
 */
export function holdsAt({ time, windows, day }: Rule, moment: RuleMoment): boolean | 'day' | 'windows' {
  const { minute, isOffPeak, kind } = moment;
  if (time && !isWithin(time, minute)) return false;
  if (windows !== undefined && isOffPeak !== undefined && windows !== isOffPeak) return false;
  if (day && typeof kind === 'string' && !day.includes(kind)) return false;
  if (day && typeof kind !== 'string') return 'day';
  return windows !== undefined && isOffPeak === undefined ? 'windows' : true;
}

/** Both days included; a season may pass the new year. */
export function seasonHolds([first, last]: readonly [string, string], date: string): boolean {
  const day = date.slice(5);
  return first <= last ? day >= first && day <= last : day >= first || day <= last;
}
