/**
 * One energy where there are several series of it: for each day the series is chosen that says most surely what was used
 * that day, and finely enough for what is asked. Daily readings and the load curve are the same energy twice; added up
 * together they would count double.
 */
import { tally, type Span } from '../readings/completeness';
import { isoParis, isoUtc } from '../readings/paris';
import type { Period } from '../readings/periods';
import type { Direction, Measure } from '../readings/reading';
import { seriesKey } from '../readings/series-id';
import { type Aggregate, type Fn, missingIn } from './aggregate';

/** The series that tell energy, the one that is believed first at the beginning. */
export const ENERGY_SERIES = ['daily', 'loadCurve'] as const;

/** What a figure of energy may be made of. */
export type EnergySeries = (typeof ENERGY_SERIES)[number];

/** What is known of the energy of a day (or of an hour), by series; sorted. */
export type KnownEnergy = Readonly<Partial<Record<EnergySeries, readonly Measure[]>>>;

/** The energy of a day (or of an hour), and the series that tells it. */
export interface ChosenEnergy {
  from: EnergySeries;
  measures: readonly Measure[];
}

/** One direction of one meter: whose energy it is. */
export interface EnergyId {
  usagePointId: string;
  direction: Direction;
}

const MINUTE = 60_000;
const HALF_HOUR = 30 * MINUTE;

/** Whether something is the name of a series that tells energy. */
export function tellsEnergy(series: string): series is EnergySeries {
  return ENERGY_SERIES.some((each) => each === series);
}

/**
 * Chooses the series that tells a day's energy: daily readings, which are what is billed and never half there; where they
 * don't suffice, or haven't come, the load curve, complete or not. Null where nothing is known.
 * @param known of the day, or of the hour where hours are told apart
 * @param isWithinDay whether parts of the day are told apart: one figure for all of it says nothing of them.
 */
export function chooseEnergy(known: KnownEnergy, isWithinDay: boolean): ChosenEnergy | null {
  for (const from of ENERGY_SERIES) {
    const measures = known[from] ?? [];
    if (measures.length > 0 && !(from === 'daily' && isWithinDay)) return { from, measures };
  }
  return null;
}

/** Whether a period tells parts of a day apart. */
export function isWithinDay(period: Period): boolean {
  return period === 'hour';
}

/** A figure of energy: the constant `energy` stands for the series, `from` says which ones it was made of. */
export interface EnergyAggregate extends Aggregate {
  series: 'energy';
  from: EnergySeries[];
}

/** A figure and its gaps: ISO 8601 with the Paris offset, `end` excluded. */
export interface MadeEnergy {
  aggregate: EnergyAggregate;
  missing: { start: string; end: string }[];
}

/**
 * Makes the figure of a period of what was chosen for its days, or, of an hour, for itself.
 *
 * Intervals are counted in days where all of it comes from daily readings. Where some comes from the load curve they are
 * counted in the curve's, and a daily reading counts as the half-hours of its day.
 * @param chosen sorted, at least one
 */
export function energyFigure(
  { usagePointId, direction }: EnergyId,
  period: Period,
  fn: Fn,
  span: Span,
  chosen: readonly ChosenEnergy[],
): MadeEnergy {
  const isDailyOnly = chosen.every(({ from }) => from === 'daily');
  const measures = chosen.flatMap((each) => each.measures);
  const counted = chosen.flatMap((each) =>
    each.from === 'daily' && !isDailyOnly ? each.measures.flatMap(halfHours) : each.measures,
  );
  const { expected, received } = tally(isDailyOnly, counted, span);
  const id = { usagePointId, direction, series: 'energy' as const };
  const key = `${seriesKey(id)}/${period}/${fn}`;
  const { value, at } = combined(fn, chosen);
  const aggregate: EnergyAggregate = {
    id: period === 'total' ? key : `${key}/${isoUtc(span.start)}`,
    ...id,
    period,
    fn,
    start: isoParis(span.start),
    end: isoParis(span.end),
    value,
    unit: 'kWh',
    expected,
    received,
    coverage: received / expected,
    from: ENERGY_SERIES.filter((series) => chosen.some(({ from }) => from === series)),
  };
  if (at !== undefined) aggregate.at = isoParis(at);
  return { aggregate, missing: received < expected ? missingIn(span, measures) : [] };
}

/** In kWh, divided once; `at` is where the day or hour with the extreme begins. */
function combined(fn: Fn, chosen: readonly ChosenEnergy[]): { value: number; at?: number } {
  const amounts = chosen.map(wattMinutes);
  const total = amounts.reduce((sum, amount) => sum + amount, 0);
  if (fn === 'sum') return { value: total / 60_000 };
  if (fn === 'mean') return { value: Math.round(total / amounts.length / 60) / 1000 };
  const extreme = amounts.reduce((a, b) => (fn === 'max' ? Math.max(a, b) : Math.min(a, b)));
  return { value: extreme / 60_000, at: chosen[amounts.indexOf(extreme)]!.measures[0]!.start };
}

/** Watts times minutes stay whole numbers, whatever the step. */
function wattMinutes({ from, measures }: ChosenEnergy): number {
  return measures.reduce(
    (sum, { start, end, amount }) => sum + amount * (from === 'daily' ? 60 : (end - start) / MINUTE),
    0,
  );
}

function halfHours(day: Measure): Measure[] {
  return Array.from({ length: Math.round((day.end - day.start) / HALF_HOUR) }, (_, place) => ({
    ...day,
    start: day.start + place * HALF_HOUR,
    end: day.start + (place + 1) * HALF_HOUR,
  }));
}
