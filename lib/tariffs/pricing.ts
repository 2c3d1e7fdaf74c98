/**
 * Readings priced: two lists sorted by time, gone through together. An interval that a window, a price or a day's start
 * cuts is shared by the minute, as if its power had been the same throughout, and the bill says so.
 * A day is priced by one series: registers where they are whole; else the load curve; else, where the day has one price
 * alone, its daily energy.
 */
import { gaps, tally } from '../readings/completeness';
import { parisDay } from '../readings/paris';
import type { Measure } from '../readings/reading';
import type { Bill, PricedFrom } from './bill';
import type { Rate, Tariff } from './tariff';

const MINUTE = 60_000;
/** Watt-minutes of a watt-hour. */
const WATT_HOUR = 60;

/**
 * Adds intervals of mean power to a bill.
 * @param curve sorted, not overlapping; those to price are `[from, to)`.
 * @param rates sorted and contiguous; what they don't cover has no price.
 */
export function priceCurve(
  curve: readonly Measure[],
  rates: readonly Rate[],
  bill: Bill,
  from = 0,
  to = curve.length,
): void {
  let place = from < to ? firstAfter(rates, curve[from]!.start) : 0;
  let rate = rates[place];
  let part = partOf(bill, rate);
  for (let index = from; index < to; index++) {
    const { start, end, amount } = curve[index]!;
    while (rate && rate.end <= start) {
      rate = rates[++place];
      part = partOf(bill, rate);
    }
    if (rate && start >= rate.start && end <= rate.end) {
      const energy = (amount * (end - start)) / MINUTE;
      if (part) {
        part.energy += energy;
        part.cost += energy * rate.price!;
      } else bill.addUnpriced(rate.why ?? 'price', energy, rate.day);
    } else share(curve[index]!, rates, place, bill);
  }
}

function partOf(bill: Bill, rate: Rate | undefined): ReturnType<Bill['part']> | null {
  return rate?.period != null && rate.price !== null ? bill.part(rate.period) : null;
}

/** Place of the first rate that ends after an instant. */
function firstAfter(rates: readonly Rate[], instant: number): number {
  let low = 0;
  let high = rates.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (rates[middle]!.end <= instant) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** One interval over several rates, by the minute. What it may be off: all of its energy at the dearest or the cheapest. */
function share({ start, end, amount }: Measure, rates: readonly Rate[], first: number, bill: Bill): void {
  let covered = 0;
  let minutes = 0;
  let cost = 0;
  let highest = -Infinity;
  let lowest = Infinity;
  for (let place = first; place < rates.length && rates[place]!.start < end; place++) {
    const rate = rates[place]!;
    const length = (Math.min(end, rate.end) - Math.max(start, rate.start)) / MINUTE;
    const energy = amount * length;
    const part = partOf(bill, rate);
    covered += length;
    if (part) {
      const { price } = rate as { price: number };
      part.energy += energy;
      part.cost += energy * price;
      minutes += length;
      cost += energy * price;
      highest = Math.max(highest, price);
      lowest = Math.min(lowest, price);
    } else bill.addUnpriced(rate.why ?? 'price', energy, rate.day);
  }
  const rest = (end - start) / MINUTE - covered;
  if (rest > 0) bill.addUnpriced('price', amount * rest);
  const most = amount * minutes;
  bill.addCut(minutes > 0 ? Math.max(most * highest - cost, cost - most * lowest) : 0);
}

/** All that is known of a day's energy. */
export interface DayReadings {
  /** `YYYY-MM-DD` */
  date: string;
  /** Intervals that start in it, sorted. */
  curve: readonly Measure[];
  /** Wh. */
  daily?: number | undefined;
  /** Wh by register of the supplier (`F1`…). */
  registers?: Readonly<Record<string, number>> | undefined;
}

/**
 * Adds a day to a bill by the one series that tells most of it; null where nothing is known.
 * @param rates those of the day, or of a longer time.
 */
export function priceDay(
  day: DayReadings,
  rates: readonly Rate[],
  tariff: Pick<Tariff, 'priceOn' | 'registersOn'>,
  bill: Bill,
): PricedFrom | null {
  const from = priceRegisters(day, tariff, bill) ?? priceRest(day, rates, bill);
  if (from) bill.addSource(from);
  return from;
}

/** Registers count only where all of them are the offer's, and add up to the day: not after a change of supplier. */
function priceRegisters(
  { date, registers, daily }: DayReadings,
  tariff: Pick<Tariff, 'priceOn' | 'registersOn'>,
  bill: Bill,
): PricedFrom | null {
  const meaning = tariff.registersOn(date);
  const counted = Object.entries(registers ?? {}).filter(([, energy]) => energy !== 0);
  const known = Object.keys(registers ?? {}).length > 0;
  if (!known || !meaning || counted.some(([register]) => !(register in meaning))) return null;
  if (daily !== undefined && counted.reduce((sum, [, energy]) => sum + energy, 0) !== daily) return null;
  const priced = counted.map(([register, amount]) => {
    const period = meaning[register]!;
    return { period, energy: amount * WATT_HOUR, price: tariff.priceOn(date, period) };
  });
  // A price of its own for each half-hour, or none at all: the curve knows better.
  if (priced.some(({ price }) => price === null)) return null;
  for (const { period, energy, price } of priced) {
    const part = bill.part(period);
    part.energy += energy;
    part.cost += energy * price!;
  }
  return 'registers';
}

function priceRest(
  { date, curve, daily }: DayReadings,
  rates: readonly Rate[],
  bill: Bill,
): PricedFrom | null {
  const day = parisDay(date);
  const isWhole = curve.length > 0 && gaps(day, curve).length === 0;
  if (isWhole || daily === undefined) {
    if (curve.length === 0) return null;
    priceCurve(curve, rates, bill);
    return 'loadCurve';
  }
  const energy = daily * WATT_HOUR;
  const inForce = rates.slice(firstAfter(rates, day.start), firstAfter(rates, day.end - 1) + 1);
  const [only] = inForce;
  const isOne = only?.start !== undefined && only.start <= day.start && inForce.length === 1;
  const part = isOne && only.end >= day.end ? partOf(bill, only) : null;
  if (part) {
    part.energy += energy;
    part.cost += energy * only!.price!;
    return 'daily';
  }
  if (curve.length === 0) {
    const isUnknown = isOne && only.why !== null;
    bill.addUnpriced(isUnknown ? only.why! : 'daily', energy, isUnknown ? only.day : null);
    return 'daily';
  }
  priceCurve(curve, rates, bill);
  const missing = energy - tally(false, curve, day).total;
  if (missing > 0) bill.addUnpriced('missing', missing);
  return 'loadCurve';
}
