/**
 * What of a day is news, so that an alarm rings once: its kind once it is known, again once that is final or another, and
 * in the evening that tomorrow's isn't known. What was told outlives a restart, or each would ring again.
 */
import { addDays, instantAt, parisDate } from '../readings/paris';
import { EVENING, type Moment } from './moment';
import type { CalendarDay } from './tariff';

/** By date: `red preliminary`, `red final`, `unknown`; what was never told is absent. */
export type ToldDays = Readonly<Record<string, string>>;

const UNKNOWN = 'unknown';

/** What there is to tell of the days around a moment, and what will have been told then. */
export function newsOf({ at, day, tomorrow }: Moment, told: ToldDays): { isNews: boolean; told: ToldDays } {
  // What is over, or was told while the clock was wrong, is forgotten.
  const first = addDays(parisDate(at), -2);
  const last = addDays(first, 5);
  const now = Object.fromEntries(Object.entries(told).filter(([date]) => date >= first && date <= last));
  let isNews = false;
  for (const each of [day, tomorrow]) {
    const word = each && wordOf(each, now[each.date], at);
    if (word === null || word === now[each!.date]) continue;
    now[each!.date] = word;
    isNews = true;
  }
  return { isNews, told: now };
}

/** What is to be told of a day, where it is something else than before; null: nothing. */
function wordOf(
  { date, known, isPlain }: CalendarDay,
  before: string | undefined,
  at: number,
): string | null {
  if (isPlain) return null;
  if (known?.kind !== undefined) {
    // A last word that becomes less certain isn't news, another one is.
    return before === `${known.kind} final` ? null : `${known.kind} ${known.state}`;
  }
  const isTakenBack = before !== undefined && before !== UNKNOWN;
  const isEvening = at >= instantAt(addDays(date, -1), EVENING);
  return isTakenBack || isEvening ? UNKNOWN : null;
}
