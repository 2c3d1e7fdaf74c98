/** What a flow gets of a moment: the price in force, until when, what comes then, and the tariff's days around it. */
import { isoParis, parisDate } from '../../lib/readings/paris';
import { EURO } from '../../lib/tariffs/amounts';
import type { Moment } from '../../lib/tariffs/moment';
import type { PriceReason } from '../../lib/tariffs/price-watch';
import type { CalendarDay } from '../../lib/tariffs/tariff';

/** A day of the tariff; without `kind` it isn't known, with `candidates` sources don't agree on it. */
export interface PriceDay {
  date: string;
  kind?: string;
  state?: 'preliminary' | 'final';
  candidates?: readonly string[];
}

/** `msg.payload` of output 1; instants in ISO 8601, Paris. */
export interface PriceNow {
  reason: PriceReason | 'start' | 'asked';
  /** Both absent where it isn't known. */
  period?: string;
  label?: string;
  price?: number;
  unit: 'EUR/kWh';
  /** Absent where that is long ago and can't be said. */
  start?: string;
  /** Absent where no change is in sight. */
  end?: string;
  next?: { period: string; price: number; start: string };
  day?: PriceDay;
  tomorrow?: PriceDay;
  daysLeft?: Record<string, number>;
}

/** What isn't of the moment itself. */
export interface PriceContext {
  reason: PriceNow['reason'];
  /** What people call a period on a date. */
  labelOf: (period: string, date: string) => string;
  /** By kind; null where it isn't known. */
  daysLeft: Record<string, number> | null;
}

/** The message of a moment. */
export function priceNow(moment: Moment, { reason, labelOf, daysLeft }: PriceContext): PriceNow {
  const { at, period, price, start, end, next, day, tomorrow } = moment;
  return {
    reason,
    ...(period === null ? {} : { period, label: labelOf(period, parisDate(at)) }),
    ...(period === null || price === null ? {} : { price: price / EURO }),
    unit: 'EUR/kWh',
    ...(start === null ? {} : { start: isoParis(start) }),
    ...(end === null ? {} : { end: isoParis(end) }),
    ...(next && { next: { ...next, price: next.price / EURO, start: isoParis(next.start) } }),
    ...(day && { day: priceDay(day) }),
    ...(tomorrow && { tomorrow: priceDay(tomorrow) }),
    ...(daysLeft && { daysLeft }),
  };
}

function priceDay({ date, known }: CalendarDay): PriceDay {
  if (known === null) return { date };
  const { kind, state, candidates } = known;
  return kind === undefined ? { date, ...(candidates && { candidates }) } : { date, kind, state };
}
