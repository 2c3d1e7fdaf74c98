/**
 * One energy where there are several series of it: for each day the series is chosen that says most surely what was used
 * that day, and finely enough for what is asked. Daily readings and the load curve are the same energy twice; added up
 * together they would count double.
 */
import { gaps, tally, type Span } from '../readings/completeness';
import { isoParis, isoUtc, parisDayAt } from '../readings/paris';
import type { Direction, Measure } from '../readings/reading';
import { seriesKey } from '../readings/series-id';
import type { Cost } from '../tariffs/bill';
import type { Aggregate, Fn } from './aggregate';

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

/**
 * What the chosen series comes to on a day (or in an hour): enough to make a figure of many days without their readings.
 */
export interface EnergyPart extends Span {
  from: EnergySeries;
  /** Watts times minutes, which stay whole numbers, whatever the step. */
  amount: number;
  /** Intervals of that series. */
  expected: number;
  received: number;
  /** Of its intervals, ms. */
  step: number;
  gaps: readonly Span[];
}

const MINUTE = 60_000;
const HALF_HOUR = 30 * MINUTE;
const DAY = 48 * HALF_HOUR;

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
  readonly #period: Aggregate['period'];

  constructor(id: EnergyId, period: Aggregate['period'], fn: Fn | 'auto') {
    this.#id = id;
    this.#period = period;
    this.kind = fn === 'auto' ? 'sum' : fn;
  }

  *figure(span: Span, known: readonly KnownEnergy[]): Generator<null, MadeEnergy | null> {
    const parts: EnergyPart[] = [];
    for (const each of known) {
      const part = this.part(each, span);
      if (part) parts.push(part);
      yield null;
    }
    return parts.length === 0 ? null : this.make(span, parts);
  }

  /** What is known of a day, or of the hour `span`, added up; null where nothing is. */
  part(known: KnownEnergy, span: Span): EnergyPart | null {
    const chosen = chooseEnergy(known, isWithinDay(this.#period));
    return chosen && energyPart(chosen, this.#period, span);
  }

  /** The figure of a period. @param parts of its days, or of the hour itself, sorted; at least one */
  make(span: Span, parts: readonly EnergyPart[]): MadeEnergy {
    const { figure, missing } = describedEnergy(this.#id, this.#period, span, parts);
    const { value, at } = combined(this.kind, parts);
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

/**
 * Adds up what was chosen of a day, or of a part of it.
 * @param span the hour or the interval, where parts of a day are told apart
 */
export function energyPart(
  { from, measures }: ChosenEnergy,
  period: Aggregate['period'],
  span: Span,
): EnergyPart {
  const { start, end } = isWithinDay(period) ? span : parisDayAt(measures[0]!.start);
  const { expected, received, total } = tally(from === 'daily', measures, { start, end });
  const last = measures.at(-1)!;
  return {
    from,
    start,
    end,
    // Watt-hours are watts for 60 minutes.
    amount: from === 'daily' ? total * 60 : total,
    expected,
    received,
    step: last.end - last.start,
    gaps: received < expected ? gaps({ start, end }, measures) : [],
  };
}

/** What a figure says beside its value. */
export type EnergyContext = Omit<EnergyAggregate, 'id' | 'fn' | 'value' | 'unit'>;

/**
 * Describes the figure of a period by what was chosen for its days, or, of an hour, for itself.
 *
 * Intervals are counted in days where all of it comes from daily readings. Where some comes from the load curve they are
 * counted in the curve's, and a daily reading counts as the half-hours of its day.
 * @param parts sorted, at least one
 */
export function describedEnergy(
  { usagePointId, direction }: EnergyId,
  period: Aggregate['period'],
  span: Span,
  parts: readonly EnergyPart[],
): { figure: EnergyContext; missing: MadeEnergy['missing'] } {
  const isDailyOnly = parts.every(({ from }) => from === 'daily');
  const missing: Span[] = [];
  // What is wholly absent is counted in the step of what comes before it, or after it where it is the first.
  let step = parts.find(({ from }) => from === 'loadCurve')?.step ?? HALF_HOUR;
  let [expected, received, covered] = [0, 0, span.start];
  const addAbsent = (end: number): void => {
    if (end <= covered) return;
    expected += isDailyOnly ? Math.round((end - covered) / DAY) : Math.ceil((end - covered) / step);
    addGap(missing, { start: covered, end });
  };
  for (const part of parts) {
    addAbsent(part.start);
    const isSplit = part.from === 'daily' && !isDailyOnly;
    const halfHours = Math.round((part.end - part.start) / HALF_HOUR);
    expected += isSplit ? halfHours : part.expected;
    received += isSplit ? halfHours : part.received;
    for (const gap of part.gaps) addGap(missing, gap);
    if (part.from === 'loadCurve') ({ step } = part);
    covered = part.end;
  }
  addAbsent(span.end);
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
    from: ENERGY_SERIES.filter((series) => parts.some(({ from }) => from === series)),
  };
  return {
    figure,
    missing: missing.map(({ start, end }) => ({ start: isoParis(start), end: isoParis(end) })),
  };
}

/** Adds a gap to those before it; where it continues the last they are one. */
export function addGap(missing: Span[], { start, end }: Span): void {
  const last = missing.at(-1);
  if (last?.end === start) last.end = end;
  else missing.push({ start, end });
}

/** In kWh, divided once; `at` is where the day or hour with the extreme begins. */
function combined(fn: Fn, parts: readonly EnergyPart[]): { value: number; at?: number } {
  const amounts = parts.map(({ amount }) => amount);
  const total = amounts.reduce((sum, amount) => sum + amount, 0);
  if (fn === 'sum') return { value: total / 60_000 };
  if (fn === 'mean') return { value: Math.round(total / amounts.length / 60) / 1000 };
  const extreme = amounts.reduce((a, b) => (fn === 'max' ? Math.max(a, b) : Math.min(a, b)));
  return { value: extreme / 60_000, at: parts[amounts.indexOf(extreme)]!.start };
}
