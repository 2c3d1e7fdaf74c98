/**
 * Sums, means and extremes of readings over a period. Everything is added up in whole watt-hours, or watts times
 * minutes, and divided once at the end: the hours of a month add up to its days and to the month itself.
 */
import { EnedisError } from '../errors';
import { gaps, tally, type Span, type Tally } from '../readings/completeness';
import { isoParis, isoUtc, parisDayAt } from '../readings/paris';
import { divides, spanAt, type Period } from '../readings/periods';
import { SERIES, type Direction, type Measure, type Part, type Series, type Unit } from '../readings/reading';
import { partKey, partOf, type SeriesId } from '../readings/series-id';
import type { Exactness, PricedFrom } from '../tariffs/bill';
import type { Compared, Projection } from './compared';

/** A sum is energy, so there is none of peaks; a mean of powers is weighted by how long each lasted. */
export type Fn = 'sum' | 'mean' | 'max' | 'min';

/** How a figure is made: of the readings alone, or, as `cost`, of what they cost or earn by a tariff. */
export type FigureFn = Fn | 'cost';

/** One figure over one period of one series. An interval counts for the period in which it starts. */
export interface Aggregate extends Part {
  /**
   * Stable key to upsert by: `usagePointId/direction/series[/register or phase]/period/fn/start in UTC`; a total has no
   * start in it. Where each day's energy is chosen among series, `energy` stands for the series; behind the function come
   * the id of the tariff, and its period, where there are any. A query's total, and a figure that its range cuts, ends with
   * its start and its end.
   */
  id: string;
  usagePointId: string;
  direction: Direction;
  series: Series | 'energy';
  /** `interval`: one reading, of which a price or energy was made. */
  period: Period | 'interval';
  fn: FigureFn;
  /** ISO 8601 with the Paris offset. */
  start: string;
  /** Excluded. */
  end: string;
  value: number;
  /** Of a sum kWh, of a cost EUR; of anything else the series' own. */
  unit: Unit | 'EUR';
  /** `max` and `min`: when. For maximum power the second of the peak, else the start of the interval. */
  at?: string;
  /** Intervals there should be from `start` to `end`. */
  expected: number;
  received: number;
  /** `received / expected`; below 1 the figure is incomplete. */
  coverage: number;
  /** Of `energy`: the series it was made of. */
  from?: PricedFrom[];
  /** Of `energy`: the value sent before, when this one replaces it. */
  corrects?: number;
  /** Priced or split: the tariff's node, and its name. */
  tariff?: string;
  tariffName?: string;
  /** Split: of which of the tariff's periods; `fixed` for the subscription, `unpriced` for energy without a price. */
  tariffPeriod?: string;
  /** kWh behind a cost. */
  energy?: number;
  /** EUR of subscription in `value`. */
  fixed?: number;
  /** kWh without a price: not in `value`. */
  unpriced?: number;
  exactness?: Exactness;
  /** EUR by which `value` may be off at most, where intervals were shared between prices by the minute. */
  plusMinus?: number;
  /** Of a query that compares. */
  compare?: Compared;
  /** Of a query, where the period is the month or the year that is running. */
  projected?: Projection;
}

/** Whose figures something is: one series', or energy chosen among series. */
export interface FigureId extends Omit<SeriesId, 'series'> {
  series: Series | 'energy';
}

/**
 * What `auto` stands for: energy is added up, of maximum power the highest counts.
 * @throws EnedisError inputFunction `{series, fn}` for a sum of peaks, which is no quantity.
 */
function functionFor(series: Series, fn: Fn | 'auto'): Fn {
  const { usualFunction, canBeSummed } = SERIES[series];
  if (fn === 'sum' && !canBeSummed) throw new EnedisError('inputFunction', { series, fn });
  return fn === 'auto' ? usualFunction : fn;
}

/** How a function makes its figure from what was counted. */
interface Rule {
  value: (counted: Tally, series: Series) => number;
  unit: (series: Series) => Unit;
  /** The interval whose value it is. */
  of?: (counted: Tally) => Measure | undefined;
}

const ownUnit = (series: Series): Unit => SERIES[series].unit;

/** A new function is a row here, in `Fn` and in the two catalogues. */
const RULES: Readonly<Record<Fn, Rule>> = {
  // W × min make Wh by 60, Wh make kWh by 1000: one division, so that nothing is rounded twice.
  sum: { value: ({ total }, series) => total / (SERIES[series].perDay ? 1000 : 60_000), unit: () => 'kWh' },
  mean: { value: ({ total, weights }) => Math.round(total / weights) / 1000, unit: ownUnit },
  max: { value: ({ highest }) => highest!.amount / 1000, unit: ownUnit, of: ({ highest }) => highest },
  min: { value: ({ lowest }) => lowest!.amount / 1000, unit: ownUnit, of: ({ lowest }) => lowest },
};

/**
 * The figure of one span.
 * @param measures sorted, not overlapping, at least one; those of the span are `[from, to)`. An interval belongs to the
 * span in which it starts.
 */
export function combine(
  series: Series,
  fn: Fn,
  measures: readonly Measure[],
  span: Span,
  from = 0,
  to = measures.length,
): Pick<Aggregate, 'value' | 'expected' | 'received'> {
  const counted = tally(SERIES[series].perDay, measures, span, from, to);
  const { expected, received } = counted;
  return { value: RULES[fn].value(counted, series), expected, received };
}

/**
 * Aggregates of one series, oldest first, one for each period that has a reading.
 * @param measures sorted, not overlapping
 * @throws EnedisError inputPeriod `{series, period}` where a value a day can't be told apart by hour, inputFunction.
 */
export function aggregate(
  id: SeriesId,
  measures: readonly Measure[],
  period: Period,
  choice: Fn | 'auto',
): Aggregate[] {
  const make = aggregator(id, period, choice);
  const aggregates: Aggregate[] = [];
  let from = 0;
  while (from < measures.length) {
    const span = period === 'total' ? wholeDays(measures) : spanAt(period, measures[from]!.start);
    let to = from + 1;
    while (to < measures.length && measures[to]!.start < span.end) to++;
    aggregates.push(make(measures, span, from, to));
    from = to;
  }
  return aggregates;
}

/** Of the measures `[from, to)`, all of them unless told: sorted, not overlapping, at least one. */
export type MakeAggregate = (
  measures: readonly Measure[],
  span: Span,
  from?: number,
  to?: number,
) => Aggregate;

/** Makes the aggregates of one series one by one, once its function and period are checked. Throws as `aggregate` does. */
export function aggregator(id: SeriesId, period: Aggregate['period'], choice: Fn | 'auto'): MakeAggregate {
  const { usagePointId, direction, series } = id;
  const fn = functionFor(series, choice);
  if (!divides(period, series)) throw new EnedisError('inputPeriod', { series, period });
  const key = `${partKey(id)}/${period}/${fn}`;
  const rule = RULES[fn];
  return (measures, span, from, to) => {
    const counted = tally(SERIES[series].perDay, measures, span, from, to);
    const { expected, received } = counted;
    const made: Aggregate = {
      id: period === 'total' ? key : `${key}/${isoUtc(span.start)}`,
      usagePointId,
      direction,
      series,
      ...partOf(id),
      period,
      fn,
      start: isoParis(span.start),
      end: isoParis(span.end),
      value: rule.value(counted, series),
      unit: rule.unit(series),
      expected,
      received,
      coverage: received / expected,
    };
    const of = rule.of?.(counted);
    const at = of && momentOf(series, of);
    if (at !== undefined) made.at = isoParis(at);
    return made;
  };
}

/** When a highest or lowest value was; a day isn't a moment, nor has a peak one whose second Enedis doesn't say. */
function momentOf(series: Series, { at, start }: Measure): number | undefined {
  return SERIES[series].hasMoment ? at : start;
}

/** From the midnight before the first measure to the midnight after the last: what a total is the total of. */
export function wholeDays(measures: readonly Measure[]): Span {
  return { start: parisDayAt(measures[0]!.start).start, end: parisDayAt(measures.at(-1)!.end - 1).end };
}

/** What an incomplete aggregate lacks. */
export function missingIn(span: Span, measures: readonly Measure[]): { start: string; end: string }[] {
  return gaps(span, measures).map(({ start, end }) => ({ start: isoParis(start), end: isoParis(end) }));
}
