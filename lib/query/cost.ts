/**
 * What the energy of a summary has cost, or earned: each day of its figures is priced by the one series that tells most of
 * it, out of the archive, and added up exactly.
 */
import type { MeterArchive, Period } from '../archive/archive';
import { asEnedisError, type EnedisError } from '../errors';
import { datesBetween, parisDate, parisDay } from '../readings/paris';
import { spanAt } from '../readings/periods';
import type { Direction } from '../readings/reading';
import { Bill } from '../tariffs/bill';
import type { DayReadings } from '../tariffs/pricing';
import type { Rate, Tariff } from '../tariffs/tariff';
import type { DirectionSummary, Figure, Summary } from './summary';
import { PricedValue, sourceOf, type MeterSource, type Source } from './values';

/** What a meter's energy is priced by. */
export interface PricedBy {
  /** Null where a direction has no tariff. Rejects with an EnedisError where there is one that can't be used. */
  tariffOf(direction: Direction): Promise<Tariff | null>;
  /** kVA as typed for the meter; null: the tariff's. */
  subscribedPower: number | null;
}

/** A summary with its costs; where they couldn't be made, without them, and why. */
export interface PricedSummary {
  summary: Summary;
  problem?: EnedisError;
}

/** The figures of a summary that are energy. */
export const PRICED = ['day', 'month', 'year'] as const;

const COST = { fn: 'cost', split: false, fixed: false } as const;

/** The days of a figure. */
export function daysOf({ start, end }: Pick<Figure, 'start' | 'end'>): Period {
  return { start: start.slice(0, 10), end: end.slice(0, 10) };
}

/** Adds what the figures cost to those of directions that have a tariff, and the subscribed power to the highest. */
export async function withCosts(summary: Summary, meter: MeterSource, by: PricedBy): Promise<PricedSummary> {
  const priced: PricedSummary = { summary: { ...summary } };
  for (const direction of ['consumption', 'production'] as const) {
    const figures = summary[direction];
    if (!figures) continue;
    try {
      const tariff = await by.tariffOf(direction);
      const made = tariff ? await pricedFigures(figures, sourceOf(meter, direction), tariff) : figures;
      priced.summary[direction] = withPower(made, by.subscribedPower, tariff);
    } catch (error) {
      priced.problem ??= asEnedisError(error);
    }
  }
  return priced;
}

async function pricedFigures(
  figures: DirectionSummary,
  source: Source,
  tariff: Tariff,
): Promise<DirectionSummary> {
  const priced: DirectionSummary = { ...figures };
  const days = new PricedValue(source, 'day', { id: '', name: '', tariff }, COST);
  for (const name of PRICED) {
    const figure = figures[name];
    if (!figure) continue;
    const bill = new Bill();
    for (const day of (await days.days(daysOf(figure))).values()) bill.add(day.bill);
    priced[name] = withCost(figure, bill, tariff);
  }
  return priced;
}

/** A day with the rates of its month, for `priceDay`. */
export interface DayToPrice extends DayReadings {
  rates: readonly Rate[];
}

/** All that is known of the energy of a period, day by day; a month is in memory at a time. */
export async function* daysToPrice(
  archive: MeterArchive,
  direction: Direction,
  tariff: Tariff,
  { start, end }: Period,
): AsyncGenerator<DayToPrice> {
  for (let from = start; from < end;) {
    const month = spanAt('month', parisDay(from).start);
    const next = parisDate(month.end);
    const page = { start: from, end: next < end ? next : end };
    const rates = tariff.rates(month.start, month.end);
    const curves = await archive.read({ direction, series: 'loadCurve' }, page);
    const dailies = await archive.read({ direction, series: 'daily' }, page);
    for (const [place, date] of datesBetween(page.start, page.end).entries())
      yield { date, curve: curves[place]!, daily: dailies[place]![0]?.amount, rates };
    from = page.end;
  }
}

function withCost(figure: Figure, bill: Bill, tariff: Tariff): Figure {
  const { value, unpriced, byPeriod } = bill.total();
  const subscription = new Bill();
  const { start, end } = daysOf(figure);
  for (const date of datesBetween(start, end)) subscription.addFixed(date, tariff.subscriptionOn(date));
  const { fixed } = subscription.total();
  return {
    ...figure,
    cost: { value, unit: 'EUR', fixed, unpriced },
    byPeriod: Object.fromEntries(
      byPeriod.map(({ period, energy, value: cost }) => [period, { value: energy, cost }]),
    ),
  };
}

function withPower(figures: DirectionSummary, typed: number | null, tariff: Tariff | null): DirectionSummary {
  const { maxPower } = figures;
  if (!maxPower) return figures;
  const subscribed = typed ?? tariff?.powerOn(maxPower.start.slice(0, 10)) ?? null;
  return subscribed === null ? figures : { ...figures, maxPower: { ...maxPower, subscribed } };
}
