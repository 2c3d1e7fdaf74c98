/** What it costs at one moment: the rate in force with its true beginning and end, what comes next, and the days around it. */
import { addDays, instantAt, parisDate, parisDay } from '../readings/paris';
import type { CalendarDay, Rate, Tariff } from './tariff';

/** When a day that isn't known yet is news. */
export const EVENING = '20:00';

/** How far to look for the change before or after, in days: hours are near, a holiday is farther, a season is the longest. */
const REACHES = [2, 31, 250];

/** `[start, end)` of what is in force, as far as it can be said. */
export interface Moment {
  at: number;
  period: string | null;
  /** 10⁻⁵ €/kWh; null where there is none. */
  price: number | null;
  /** Why there is no price. */
  why: Rate['why'];
  /** When it last became what it is, epoch ms; null where that is long ago and can't be said. */
  start: number | null;
  /** Null where no change is in sight. */
  end: number | null;
  /** What comes then; null where nothing is known of it. */
  next: { period: string; price: number; start: number } | null;
  /** The tariff's own days: the one in force, and the next. Null for a tariff without a calendar. */
  day: CalendarDay | null;
  tomorrow: CalendarDay | null;
}

/** What is in force at an instant, epoch ms. */
export function momentOf(tariff: Tariff, at: number): Moment {
  const [now] = tariff.rates(at, at + 1) as [Rate];
  const date = parisDate(at);
  let start: number | null = null;
  for (const days of REACHES) {
    const from = parisDay(addDays(date, -days)).start;
    const before = tariff.rates(from, at + 1);
    const change = before.findLast((rate) => !isSame(rate, now));
    start = change?.end ?? null;
    if (change) break;
  }
  // One price through all seasons has been since it was set.
  const since = now.price === null ? null : tariff.pricedSince(date);
  if (start === null && since !== null) start = parisDay(since).start;
  let next: Rate | undefined;
  for (const days of REACHES) {
    const to = parisDay(addDays(date, days)).start;
    next = tariff.rates(at, to).find((rate) => !isSame(rate, now));
    if (next) break;
  }
  return {
    ...{ at, period: now.period, price: now.price, why: now.why, start, end: next?.start ?? null },
    next:
      next?.price == null || next.period === null
        ? null
        : { period: next.period, price: next.price, start: next.start },
    day: tariff.dayAt(at),
    tomorrow: tariff.dayAfter(at),
  };
}

/** One is like another by what a flow is told of them: what isn't known of one day isn't known of the next either. */
function isSame(a: Rate, b: Rate): boolean {
  return a.period === b.period && a.price === b.price;
}

/** When something changes, or becomes news, without anybody saying so: epoch ms. */
export function nextEventAfter({ at, end, tomorrow }: Moment): number {
  const today = parisDate(at);
  const midnight = parisDay(today).end;
  const evening = tomorrow && instantAt(today, EVENING);
  const instants = [end, midnight, evening, tomorrow?.start].filter((each) => each != null && each > at);
  return Math.min(...(instants as number[]));
}
