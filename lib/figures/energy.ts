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
import type { Cost } from '../tariffs/bill';
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
export function isWithinDay(period: Aggregate['period']): boolean {
  return period === 'hour' || period === 'interval';
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
  /** What goes out instead of the figure, where it is split; they add up to it. */
  parts?: EnergyAggregate[];
  /** What has no price, and why. */
  lacks?: Lacks;
}

/** What has no price: kWh by reason, the days whose kind isn't known, and those without a known subscription. */
export type Lacks = Pick<Cost, 'reasons' | 'unknownDays' | 'withoutFixed'>;

/** How figures of energy are made of what is known. */
export interface EnergyRule {
  /** A word for what they are: figures of another kind replace nothing. */
  readonly kind: string;
  /**
   * The figure of a period, null after a piece of the work. None where nothing is known.
   * @param known of the period's days, or of the hour itself, sorted; at least one
   * @param all from the first day there is of this energy to the last
   * @param partsSent the parts of the figure as sent before
   */
  figure(
    span: Span,
    known: readonly KnownEnergy[],
    all: Span,
    partsSent: readonly string[],
  ): Generator<null, MadeEnergy | null>;
  /** What figures of a civil year depend on beside their readings, as a word to compare. Absent: nothing. */
  conditions?(year: number): string;
}

/** Sums, means and extremes: of each day's series one is chosen. */
export class EnergyChoice implements EnergyRule {
  readonly kind: Fn;
  readonly #id: EnergyId;
  readonly #period: Period;

  constructor(id: EnergyId, period: Period, fn: Fn | 'auto') {
    this.#id = id;
    this.#period = period;
    this.kind = fn === 'auto' ? 'sum' : fn;
  }

  *figure(span: Span, known: readonly KnownEnergy[]): Generator<null, MadeEnergy | null> {
    const chosen: ChosenEnergy[] = [];
    for (const each of known) {
      const choice = chooseEnergy(each, isWithinDay(this.#period));
      if (choice) chosen.push(choice);
      yield null;
    }
    if (chosen.length === 0) return null;
    const { figure, missing } = describedEnergy(this.#id, this.#period, span, chosen);
    const { value, at } = combined(this.kind, chosen);
    const key = `${seriesKey({ ...this.#id, series: 'energy' })}/${this.#period}/${this.kind}`;
    const aggregate: EnergyAggregate = {
      id: datedId(key, this.#period, span),
      fn: this.kind,
      value,
      unit: 'kWh',
      ...figure,
    };
    if (at !== undefined) aggregate.at = isoParis(at);
    return { aggregate, missing };
  }
}

/** A total has no start in its id: it moves as older readings come. */
export function datedId(key: string, period: Aggregate['period'], { start }: Span): string {
  return period === 'total' ? key : `${key}/${isoUtc(start)}`;
}

/** What a figure says beside its value. */
export type EnergyContext = Omit<EnergyAggregate, 'id' | 'fn' | 'value' | 'unit'>;

/**
 * Describes the figure of a period by what was chosen for its days, or, of an hour, for itself.
 *
 * Intervals are counted in days where all of it comes from daily readings. Where some comes from the load curve they are
 * counted in the curve's, and a daily reading counts as the half-hours of its day.
 * @param chosen sorted, at least one
 */
export function describedEnergy(
  { usagePointId, direction }: EnergyId,
  period: Aggregate['period'],
  span: Span,
  chosen: readonly ChosenEnergy[],
): { figure: EnergyContext; missing: MadeEnergy['missing'] } {
  const isDailyOnly = chosen.every(({ from }) => from === 'daily');
  const measures = chosen.flatMap((each) => each.measures);
  const counted = chosen.flatMap((each) =>
    each.from === 'daily' && !isDailyOnly ? each.measures.flatMap(halfHours) : each.measures,
  );
  const { expected, received } = tally(isDailyOnly, counted, span);
  const figure: EnergyContext = {
    usagePointId,
    direction,
    series: 'energy',
    period,
    start: isoParis(span.start),
    end: isoParis(span.end),
    expected,
    received,
    coverage: received / expected,
    from: ENERGY_SERIES.filter((series) => chosen.some(({ from }) => from === series)),
  };
  return { figure, missing: received < expected ? missingIn(span, measures) : [] };
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
