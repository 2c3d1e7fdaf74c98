/** The lists of days that offers know: what each may say of a day, and when its days begin. */
import type { CalendarName } from './terms';

/** Own days are told with any words, and begin with the tariff's. */
export const CALENDARS: Readonly<
  Record<Exclude<CalendarName, 'own'>, { kinds: readonly string[]; startsAt: number }>
> = {
  tempo: { kinds: ['blue', 'white', 'red'], startsAt: 6 * 60 },
  ejp: { kinds: ['ejp', 'normal'], startsAt: 60 },
};

/** What is known of a day. `preliminary` may still change. */
export interface DayKind {
  kind: string;
  state: 'preliminary' | 'final';
}

/** EJP days are between 1 November and 31 March: any other day is a normal one, known or not. */
export function isOutOfSeason(calendar: CalendarName, date: string): boolean {
  const dayOfYear = date.slice(5);
  return calendar === 'ejp' && dayOfYear > '03-31' && dayOfYear < '11-01';
}
