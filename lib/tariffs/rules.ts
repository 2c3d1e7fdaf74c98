/** Whether a rule matches at a moment: yes, no, or that can't be said, because something it asks about isn't known. */
import type { Rule } from './terms';
import { isWithin } from './windows';

/** All that rules can ask about, as the tariff counts its days. */
export interface Moment {
  /** Since midnight, by the clock on the wall. */
  minute: number;
  /** The tariff's day. */
  date: string;
  weekday: number;
  holiday: boolean;
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

/** What is certain goes first: a rule for 06:00 to 22:00 doesn't match at night, whatever the day is. */
export function matches(rule: Rule, moment: Moment): boolean | 'day' | 'windows' {
  const { time, weekdays, holiday, season, months, windows, day } = rule;
  if (time && !isWithin(time, moment.minute)) return false;
  if (weekdays && !weekdays.includes(moment.weekday)) return false;
  if (holiday !== undefined && holiday !== moment.holiday) return false;
  if (season && !seasonHolds(season, moment.date)) return false;
  if (months && !months.includes(Number(moment.date.slice(5, 7)))) return false;
  const { isOffPeak, kind } = moment;
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
