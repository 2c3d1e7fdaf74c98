/** Tariffs for tests: made from settings as they are saved, with facts of the test's own. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { addDays, parisDay } from '../../lib/readings/paris';
import type { Measure } from '../../lib/readings/reading';
import { Bill, type Cost } from '../../lib/tariffs/bill';
import type { DayKind } from '../../lib/tariffs/calendars';
import { shippedPrices, versionsAt, type PublishedPrice } from '../../lib/tariffs/prices/published';
import { priceCurve, priceDay, type DayReadings } from '../../lib/tariffs/pricing';
import { readTariff } from '../../lib/tariffs/settings/read-tariff';
import { Tariff, type Facts, type RatesOptions, type Slot } from '../../lib/tariffs/tariff';

const MINUTE = 60_000;

let shipped: PublishedPrice[] | undefined;

/** What is known besides the settings: day kinds by date, market rates; official prices where they were loaded. */
export interface Known {
  days?: Record<string, string>;
  slots?: Slot[];
}

/** To be awaited before tests with regulated prices. */
export async function loadShipped(): Promise<void> {
  shipped ??= await shippedPrices();
}

export function tariffOf(settings: object, { days = {}, slots = [] }: Known = {}): Tariff {
  const kindOf = (_calendar: string, date: string): DayKind | undefined => {
    const kind = days[date];
    return kind === undefined ? undefined : { kind, state: 'final' };
  };
  return tariffKnowing(settings, kindOf, slots);
}

/** The same for days that become known, or aren't final. */
export function tariffKnowing(
  settings: object,
  kindOf: Facts['kindOf'],
  slots: readonly Slot[] = [],
): Tariff {
  const { terms, problems } = readTariff(settings);
  assert.deepEqual(problems, []);
  const facts: Facts = {
    officialVersions: (offer, power) =>
      offer === 'custom' || !shipped ? [] : versionsAt(shipped, offer, power),
    kindOf,
    slots: (from, to) => slots.filter(({ start, end }) => start < to && end > from),
    revision: () => 0,
  };
  return new Tariff(terms!, facts);
}

/** Half-hours of whole days in watts, those of `watts` or all alike. */
export function curveOf(from: string, to: string, watts: number | ((place: number) => number)): Measure[] {
  const measures: Measure[] = [];
  const { start } = parisDay(from);
  const { start: end } = parisDay(to);
  for (let at = start; at < end; at += 30 * MINUTE) {
    const amount = typeof watts === 'number' ? watts : watts(measures.length);
    measures.push({ start: at, end: at + 30 * MINUTE, amount, quality: 'raw' });
  }
  return measures;
}

/** A curve priced, whole. */
export function cost(curve: readonly Measure[], tariff: Tariff, options?: RatesOptions): Cost {
  const bill = new Bill();
  if (curve.length > 0) {
    priceCurve(curve, tariff.rates(curve[0]!.start, curve.at(-1)!.end, options), bill);
  }
  return bill.total();
}

/** Days priced one by one, as a month is. */
export function costOfDays(days: readonly DayReadings[], tariff: Tariff, options?: RatesOptions): Cost {
  const bill = new Bill();
  for (const day of days) {
    const { start } = parisDay(day.date);
    const { end } = parisDay(addDays(day.date, 1));
    priceDay(day, tariff.rates(start, end, options), tariff, bill);
  }
  return bill.total();
}

/** Whole tenths of watt-hours by period. */
export function wattHours({ byPeriod }: Cost): Record<string, number> {
  return Object.fromEntries(byPeriod.map(({ period, energy }) => [period, Math.round(energy * 10_000) / 10]));
}

/** The 144 half-hours of 1 to 3 March 2023, a recorded curve. */
export function recordedCurve(): Measure[] {
  const text = readFileSync(join(__dirname, 'half-hours-2023-03.csv'), 'utf8');
  const { start } = parisDay('2023-03-01');
  return text
    .trim()
    .split('\n')
    .slice(1)
    .map((line, place) => ({
      start: start + place * 30 * MINUTE,
      end: start + (place + 1) * 30 * MINUTE,
      amount: Number(line.split(';')[1]),
      quality: 'raw',
    }));
}
