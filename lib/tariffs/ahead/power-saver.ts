/**
 * What node-red-contrib-power-saver takes: `priceData` straight into a strategy node, `today` and `tomorrow` into
 * ps-receive-price. The latter gives the last element the length of the one before, and both take an unknown price for
 * none at all: so these two are half-hours, and what isn't known has no element.
 */
import { isoParis } from '../../readings/paris';
import { EURO } from '../amounts';
import type { Ahead, KnownRate } from './shape';

const HALF_HOUR = 30 * 60_000;

/** Today from midnight, and tomorrow where all of it is known; null, so no message, where now isn't: it can't take an empty list. */
export function powerSaver({ rates, midnights: [today, tomorrow, end] }: Ahead): unknown {
  if (rates.length === 0) return null;
  const whole = rates
    .filter((rate) => rate.start < end)
    .map((rate) => ({ ...rate, end: Math.min(rate.end, end) }));
  const isTomorrowKnown = whole.at(-1)?.end === end;
  return {
    source: 'Enedis',
    priceData: whole.map(({ start, end: until, price }) => ({
      value: price / EURO,
      start: isoParis(start),
      end: isoParis(until),
    })),
    today: halfHours(whole, today, tomorrow),
    tomorrow: isTomorrowKnown ? halfHours(whole, tomorrow, end) : [],
  };
}

/** Those that are known whole, each at its mean price. */
function halfHours(
  rates: readonly KnownRate[],
  from: number,
  to: number,
): { value: number; start: string }[] {
  const means: { value: number; start: string }[] = [];
  for (let start = from; start < to; start += HALF_HOUR) {
    let known = 0;
    let sum = 0;
    for (const rate of rates) {
      const shared = Math.min(rate.end, start + HALF_HOUR) - Math.max(rate.start, start);
      if (shared <= 0) continue;
      known += shared;
      sum += shared * rate.price;
    }
    if (known === HALF_HOUR)
      means.push({ value: Math.round(sum / HALF_HOUR) / EURO, start: isoParis(start) });
  }
  return means;
}
