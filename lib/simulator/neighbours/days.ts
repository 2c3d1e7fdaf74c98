/**
 * The truth behind the simulated sites: which days are Tempo's white and red ones and EJP's, of any year, and when that
 * becomes public. One truth for all sites, so that where two of them disagree a test wanted it. It heeds what is
 * documented of the draw, and the simulated households' own dear days are among its days.
 */
import { days, plusDays, remember, stampAt, weekday } from '../paris';
import { draw, drift, keyOf } from '../random';
import { OFFER_USAGE_POINTS } from '../usage-points';

/** Whose days. */
export type DayCalendar = 'tempo' | 'ejp';
/** A Tempo day's colour. */
export type TempoColour = 'blue' | 'white' | 'red';
/** What a day is in its calendar: the first three are Tempo's. */
export type DayKind = TempoColour | 'ejp' | 'normal';
/** How far a day's publication has come. */
export type Stage = 'unpublished' | 'preliminary' | 'binding';

/** Dear days of a season. */
export const QUOTAS = { white: 43, red: 22, ejp: 22 } as const;

const SEED = 1;
const DAY = 86_400_000;
/** A forced day comes before any that is only cold. */
const FORCED = 100;

/** What a day really is; nothing but its date decides. */
export function truthOf(calendar: DayCalendar, date: string): DayKind {
  const year = seasonYear(date);
  if (calendar === 'ejp') return ejpDays(year).has(date) ? 'ejp' : 'normal';
  return tempoDays(year).get(date) ?? 'blue';
}

/** Whether a day is out at an instant. Tempo: the eve 6:30, to be confirmed at 10:30. EJP: the eve 15:30. */
export function stageOf(calendar: DayCalendar, date: string, now: number): Stage {
  const eve = plusDays(date, -1);
  // What a Paris clock shows is enough: no clock change comes near these hours.
  const stamp = stampAt(now);
  if (calendar === 'ejp') return stamp < `${eve} 15:30` ? 'unpublished' : 'binding';
  if (stamp < `${eve} 06:30`) return 'unpublished';
  return stamp < `${eve} 10:30` ? 'preliminary' : 'binding';
}

/** The season a day is in: `2026-2027` is from 1 September 2026 to 31 August 2027. */
export function seasonOf(date: string): string {
  const year = seasonYear(date);
  return `${year}-${year + 1}`;
}

/** All days of a season by its name; none if there is no such season. */
export function daysOfSeason(season: string): string[] {
  const [first = 0, second] = season.split('-').map(Number);
  if (!/^\d{4}-\d{4}$/.test(season) || second !== first + 1) return [];
  return days(`${first}-09-01`, `${second}-09-01`);
}

function seasonYear(date: string): number {
  return Number(date.slice(0, 4)) - (date.slice(5) < '09-01' ? 1 : 0);
}

const tempoDays = remember(100, (year: number): Map<string, TempoColour> => {
  const cold = coldness('tempo');
  const winter = winterOf(year);
  const red = coldest(winter.filter(isWorkday), QUOTAS.red, cold);
  // Most winters leave some white days for the spring.
  const late = 2 + Math.floor(4 * draw(keyOf(SEED, 'late'), year));
  const spring = days(`${year + 1}-04-01`, `${year + 1}-06-16`).filter((date) => weekday(date) < 7);
  const rest = winter.filter((date) => weekday(date) < 7 && !red.includes(date));
  const white = [...coldest(rest, QUOTAS.white - late, cold), ...coldest(spring, late, cold)];
  const colours = new Map<string, TempoColour>();
  for (const date of white) colours.set(date, 'white');
  for (const date of red) colours.set(date, 'red');
  return colours;
});

const ejpDays = remember(100, (year: number): Set<string> => {
  const cold = coldness('ejp');
  const winter = winterOf(year);
  // One season in three has a Saturday, as that of 2025 to 2026 had.
  const [saturday = ''] = coldest(
    winter.filter((date) => weekday(date) === 6),
    1,
    cold,
  );
  const taken = cold(saturday) > FORCED / 2 || draw(keyOf(SEED, 'saturday'), year) < 1 / 3 ? [saturday] : [];
  return new Set([...taken, ...coldest(winter.filter(isWorkday), QUOTAS.ejp - taken.length, cold)]);
});

/** 1 November to 31 March. */
function winterOf(year: number): string[] {
  return days(`${year}-11-01`, `${year + 1}-04-01`);
}

/** Monday to Friday, so that there are never more than five red days in a row. */
function isWorkday(date: string): boolean {
  return weekday(date) <= 5;
}

function coldest(dates: readonly string[], count: number, cold: (date: string) => number): string[] {
  return [...dates].sort((a, b) => cold(b) - cold(a)).slice(0, count);
}

/** How much a day asks to be dear: the depth of the winter, spells of some days, and chance. */
function coldness(calendar: DayCalendar): (date: string) => number {
  const spell = keyOf(SEED, calendar, 'spell');
  const chance = keyOf(SEED, calendar, 'chance');
  const offers = Object.values(OFFER_USAGE_POINTS).map(({ offer }) => offer);
  const forced = new Set(offers.flatMap((offer) => (offer?.kind === calendar ? (offer.dearDays ?? []) : [])));
  return remember(1000, (date) => {
    if (forced.has(date)) return FORCED;
    const day = Date.parse(date) / DAY;
    const season = Math.cos((2 * Math.PI * (day - 15)) / 365.25);
    return season + drift(spell, day / 5) + draw(chance, day) / 2;
  });
}
