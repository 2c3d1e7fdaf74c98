/** The lists of days that offers know: what each may say of a day, when its days begin, and when they are announced. */
import { addDays, instantAt } from '../readings/paris';
import type { CalendarName } from './terms';

/** Calendars that somebody publishes; own days are told to a tariff in messages. */
export type PublishedCalendar = Exclude<CalendarName, 'own'>;

/** Times of day are those of Paris, and of the day before the one they tell of. */
interface Calendar {
  kinds: readonly string[];
  /** Minutes after midnight. */
  startsAt: number;
  /** When its sources are asked: some minutes later, at random, and until both days are settled. */
  askedAt: readonly string[];
  /** Before it, a source that says `normalKind` of tomorrow only says that nothing was announced. */
  announcedFrom: string;
  /** From then on a word that is confirmed is the last one. */
  finalFrom: string;
}

/**
 * Tempo's colour is binding at 10:30, and what the sites beside RTE say of it from about 11:15; EJP is announced in the
 * afternoon. So no source is asked more than six times a day. Own days are told with any words, and begin with the tariff's.
 */
export const CALENDARS: Readonly<Record<PublishedCalendar, Calendar>> = {
  tempo: {
    kinds: ['blue', 'white', 'red'],
    startsAt: 6 * 60,
    askedAt: ['08:15', '11:20', '12:40', '17:15', '20:15'],
    announcedFrom: '06:00',
    finalFrom: '11:20',
  },
  ejp: {
    kinds: ['ejp', 'normal'],
    startsAt: 60,
    askedAt: ['16:10', '18:10', '20:10'],
    announcedFrom: '16:00',
    finalFrom: '20:00',
  },
};

/** What is known of a day. `preliminary` may still change. */
export interface DayKind {
  /** Absent where sources don't agree. */
  kind?: string;
  state: 'preliminary' | 'final';
  /** What they say then. */
  candidates?: readonly string[];
}

/** EJP days are between 1 November and 31 March: any other day is a normal one, known or not. */
export function isOutOfSeason(calendar: CalendarName, date: string): boolean {
  const dayOfYear = date.slice(5);
  return calendar === 'ejp' && dayOfYear > '03-31' && dayOfYear < '11-01';
}

/** When a day's kind may be believed for good, epoch ms. */
export function finalFrom(calendar: PublishedCalendar, date: string): number {
  return instantAt(addDays(date, -1), CALENDARS[calendar].finalFrom);
}

/** Whether a source's word of a day can be one before the day's announcement: else it says that there was none yet. */
export function isAnnounced(calendar: PublishedCalendar, date: string, kind: string, now: number): boolean {
  const from = instantAt(addDays(date, -1), CALENDARS[calendar].announcedFrom);
  return now >= from || kind === 'ejp';
}

/** Whether the rules of an offer allow a day to be of a kind: no red day is a Sunday, none is in summer. */
export function isPossible(calendar: PublishedCalendar, date: string, kind: string): boolean {
  const weekday = new Date(`${date}T00:00:00Z`).getUTCDay();
  const isWinter = date.slice(5) >= '11-01' || date.slice(5) <= '03-31';
  if (calendar === 'ejp') return kind !== 'ejp' || isWinter;
  if (kind === 'red') return isWinter && weekday > 0 && weekday < 6;
  return kind !== 'white' || weekday > 0;
}

/** Most days of a kind that a season can have: 22 red ones; a red one that isn't used is a white one more. */
const MOST = { red: 22, redOrWhite: 65, ejp: 22 };

/** Whether a season can have these days. @param kinds of one season's days */
export function isPossibleSeason(kinds: readonly string[]): boolean {
  const count = (...wanted: string[]): number => kinds.filter((kind) => wanted.includes(kind)).length;
  return count('red') <= MOST.red && count('red', 'white') <= MOST.redOrWhite && count('ejp') <= MOST.ejp;
}

/** From 1 September to 31 August: Tempo's, and one that any winter lies in. */
export interface Season {
  /** `2026-2027` */
  name: string;
  first: string;
  last: string;
}

/** The season that a date belongs to. */
export function seasonOf(date: string): Season {
  const year = Number(date.slice(0, 4)) - (date.slice(5) < '09-01' ? 1 : 0);
  return { name: `${year}-${year + 1}`, first: `${year}-09-01`, last: `${year + 1}-08-31` };
}
