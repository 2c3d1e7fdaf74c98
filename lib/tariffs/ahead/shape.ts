/** What comes, before it is given a shape: the rates in a row around now, as far as they are known. */
import { addDays, parisDate, parisDay } from '../../readings/paris';
import type { Rate, Tariff } from '../tariff';

const HOUR = 3_600_000;
/** No further than this, in whole hours: what is known of later days mostly changes. */
const AHEAD = 48 * HOUR;

/** A rate with its price. */
export type KnownRate = Rate & { period: string; price: number };

/** Epoch ms. */
export interface Ahead {
  now: number;
  /** Midnights: before today, after today, after tomorrow. */
  midnights: readonly [number, number, number];
  /** Contiguous, the one in force among them, from midnight on where that is known; empty where now isn't known. */
  rates: readonly KnownRate[];
  /** Where `rates` end for whoever wants what comes, not whole days. */
  end: number;
}

/** One form of what comes, as `ahead` of the node names it. */
export type AheadShape = (ahead: Ahead) => unknown;

/** What is known around an instant, epoch ms. */
export function aheadOf(tariff: Tariff, now: number): Ahead {
  const { start, end } = parisDay(parisDate(now));
  const { end: afterTomorrow } = parisDay(addDays(parisDate(now), 1));
  const last = Math.floor((now + AHEAD) / HOUR) * HOUR;
  const rates = tariff.rates(start, Math.max(last, afterTomorrow));
  const place = rates.findIndex((rate) => rate.end > now);
  let from = place;
  while (from >= 0 && rates[from - 1]?.price != null) from--;
  let to = place;
  while (rates[to]?.price != null) to++;
  return {
    now,
    midnights: [start, end, afterTomorrow],
    rates: rates.slice(from, to) as KnownRate[],
    end: last,
  };
}

/** The rate in force and those after it, until the end of what comes. */
export function coming({ now, rates, end }: Ahead): KnownRate[] {
  return rates
    .filter((rate) => rate.end > now && rate.start < end)
    .map((rate) => ({ ...rate, end: Math.min(rate.end, end) }));
}
