/**
 * What a site says of a day, which is not always what the day is: not out yet, a pre-signal that the day's own decision
 * then contradicts, or wrong because a test wants it so. The sites share it; how they put it is theirs.
 */
import type { SimulatorResponse } from '../types';
import { dateAt, days, plusDays, weekday } from '../paris';
import { type DayCalendar, type DayKind, stageOf, type TempoColour, truthOf } from './days';

/** What may be wrong with a site from its next answer on. */
export type DayTrouble =
  | 'none'
  /** HTML with status 200. */
  | 'page'
  /** 503. */
  | 'down'
  /** 429, with `retry-after`. */
  | 'tooMany'
  /** HTML with status 403, as a firewall answers. */
  | 'forbidden'
  /** JSON of another shape. */
  | 'nonsense'
  /** The first half of the JSON. */
  | 'cut'
  /** Tomorrow never comes out, in the site's own words. */
  | 'unknown'
  /** RTE only: today and tomorrow are blue by default, and it says so. */
  | 'fallback'
  /** A Sunday, today or tomorrow, is dear. */
  | 'redSunday'
  /** All days are dear, and there are 400 of them, half of those yet to come. */
  | 'allRed'
  /** Yesterday was something else. */
  | 'yesterdayChanged'
  /** Tomorrow, once it is out, is something else. */
  | 'otherTomorrow'
  /** A whole season can't be had (500, as on 1 September 2025), today and tomorrow can. */
  | 'seasonError';

/** What is asked of one site, with all that its answer depends on. */
export interface DayQuestion {
  /** Without the query. */
  path: string;
  query: URLSearchParams;
  /** Lower-case names. */
  headers: Readonly<Record<string, string>>;
  now: number;
  trouble: DayTrouble;
  presignals: ReadonlyMap<string, TempoColour>;
}

type Voice = Pick<DayQuestion, 'now' | 'trouble' | 'presignals'>;

/** What is said of a day; undefined while it isn't out. */
export function said(calendar: DayCalendar, date: string, voice: Voice): DayKind | undefined {
  const { now, trouble, presignals } = voice;
  const dear = calendar === 'tempo' ? 'red' : 'ejp';
  if (trouble === 'allRed') return dear;
  const stage = stageOf(calendar, date, now);
  if (stage === 'unpublished') return undefined;
  const today = dateAt(now);
  const isTomorrow = date === plusDays(today, 1);
  if (trouble === 'unknown' && isTomorrow) return undefined;
  if (trouble === 'redSunday' && date >= today && weekday(date) === 7) return dear;
  const truth = truthOf(calendar, date);
  const kind = stage === 'preliminary' ? (presignals.get(date) ?? truth) : truth;
  const isWrong =
    (trouble === 'otherTomorrow' && isTomorrow) ||
    (trouble === 'yesterdayChanged' && date === plusDays(today, -1));
  return isWrong ? OTHER[kind] : kind;
}

const OTHER: Readonly<Record<DayKind, DayKind>> = {
  blue: 'white',
  white: 'blue',
  red: 'white',
  ejp: 'normal',
  normal: 'ejp',
};

/** The days an answer is about: those asked for, but 400 where there is trouble of that kind. */
export function reported(asked: readonly string[], { now, trouble }: Voice): readonly string[] {
  if (trouble !== 'allRed') return asked;
  const today = dateAt(now);
  return days(plusDays(today, -200), plusDays(today, 200));
}

/** An answer in JSON. */
export function json(body: unknown, status = 200): SimulatorResponse {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

/** What `seasonError` answers. */
export function seasonError(): SimulatorResponse {
  return json({ error: 'COMMON_ERROR_T03', error_description: 'Internal server error' }, 500);
}
