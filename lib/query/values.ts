/**
 * What can be made of the archive, one class a kind: energy and its cost, out of the days that are kept added up, and
 * powers, out of the readings themselves. Each makes a figure of any set of days, which is all that steps, comparison and
 * projection need.
 */
import type { MeterArchive, Period } from '../archive/archive';
import { aggregator, missingIn, type Aggregate } from '../figures/aggregate';
import { TariffRule, type CostOptions, type NamedTariff, type PricedPart } from '../figures/cost';
import { EnergyChoice, type EnergyId, type EnergyPart, type Lacks, type MadeEnergy } from '../figures/energy';
import { gaps, tally, type Span } from '../readings/completeness';
import { datesBetween, parisDay } from '../readings/paris';
import { SERIES, type Measure, type Series } from '../readings/reading';
import type { DayRule, DaySums } from './day-sums';
import type { Step } from './question';

/** A figure, its gaps, and what goes out instead of it where it is split. */
export interface Made {
  aggregate: Aggregate;
  /** ISO 8601 with the Paris offset, `end` excluded. */
  missing: { start: string; end: string }[];
  parts?: readonly Aggregate[];
  lacks?: Lacks;
}

/** What makes the figures of an answer. `D` is what it holds of a day. */
export interface ValueMaker<D = unknown> {
  /** The series that tell anything of it. */
  readonly series: readonly Series[];
  /** What there is of the days of a period, by date, in their order. */
  days(period: Period): Promise<ReadonlyMap<string, D>>;
  /**
   * A figure of days.
   * @param days sorted, at least one
   * @param fixed the days whose subscription counts, where that is asked for
   */
  make(span: Span, days: readonly D[], fixed: readonly string[]): Made;
  /** What is known of a day, from 0 to 1, and its gaps. */
  coverage(day: D, date: string): { share: number; gaps: readonly Span[] };
  /** False where what is known of a day says too little to be compared. */
  isComparable(day: D): boolean;
  /** The figure of a part of a day. @param measures of the load curve, sorted, at least one */
  makePart(span: Span, measures: readonly Measure[]): Made;
}

/** Whose answer it is, and out of what. */
export interface Source {
  id: EnergyId;
  archive: MeterArchive;
  daySums: DaySums;
}

/** A meter, of which each direction is a source. */
export type MeterSource = Omit<Source, 'id'> & { usagePointId: string };

/** One direction of a meter. */
export function sourceOf(
  { usagePointId, archive, daySums }: MeterSource,
  direction: EnergyId['direction'],
): Source {
  return { id: { usagePointId, direction }, archive, daySums };
}

/** Plain energy is kept once for all who ask. */
const ENERGY = {};

/** Days as they are told where parts of them are: by their load curve alone. What is seldom asked for isn't kept. */
function stepOfDays(step: Step): 'day' | 'hour' {
  return step === 'interval' || step === 'hour' ? 'hour' : 'day';
}

/** kWh: of each day the series that tells it best. */
export class EnergyValue implements ValueMaker<EnergyPart> {
  readonly series = ['daily', 'loadCurve'] as const;
  readonly #source: Source;
  readonly #step: Step;
  readonly #rule: EnergyChoice;

  constructor(source: Source, step: Step) {
    this.#source = source;
    this.#step = step;
    this.#rule = new EnergyChoice(source.id, step, 'sum');
  }

  days(period: Period): Promise<ReadonlyMap<string, EnergyPart>> {
    const { id, daySums } = this.#source;
    const step = stepOfDays(this.#step);
    const days = new EnergyChoice(id, step, 'sum');
    const rule: DayRule<EnergyPart> = {
      key: step === 'day' ? ENERGY : {},
      revision: 0,
      part: (known, day) => days.part(known, day),
    };
    return daySums.days(id.direction, period, rule);
  }

  make(span: Span, days: readonly EnergyPart[]): MadeEnergy {
    return this.#rule.make(span, days);
  }

  coverage({ expected, received, gaps: open }: EnergyPart): { share: number; gaps: readonly Span[] } {
    return { share: received / expected, gaps: open };
  }

  isComparable(): boolean {
    return true;
  }

  makePart(span: Span, measures: readonly Measure[]): MadeEnergy {
    return this.#rule.make(span, [this.#rule.part({ loadCurve: measures }, span)!]);
  }
}

/** A day without a price for more than this share of its energy can't be compared with another. */
const MOST_UNPRICED = 0.005;

/** Euros, or kWh by the tariff's periods. */
export class PricedValue implements ValueMaker<PricedPart> {
  readonly series = ['daily', 'loadCurve'] as const;
  readonly #source: Source;
  readonly #step: Step;
  readonly #tariff: NamedTariff;
  readonly #options: CostOptions;
  readonly #rule: TariffRule;

  constructor(source: Source, step: Step, tariff: NamedTariff, options: CostOptions) {
    this.#source = source;
    this.#step = step;
    this.#tariff = tariff;
    this.#options = options;
    this.#rule = new TariffRule(source.id, step, tariff, options);
  }

  days(period: Period): Promise<ReadonlyMap<string, PricedPart>> {
    const { id, daySums } = this.#source;
    const { tariff } = this.#tariff;
    const step = stepOfDays(this.#step);
    const days = new TariffRule(id, step, this.#tariff, this.#options);
    const rule: DayRule<PricedPart> = {
      key: step === 'day' ? tariff : {},
      revision: tariff.revision,
      part: (known, day) => days.part(known, day),
    };
    return daySums.days(id.direction, period, rule);
  }

  make(span: Span, days: readonly PricedPart[], fixed: readonly string[]): MadeEnergy {
    return this.#rule.make(span, days, fixed);
  }

  coverage({ part }: PricedPart): { share: number; gaps: readonly Span[] } {
    return { share: part.received / part.expected, gaps: part.gaps };
  }

  isComparable({ bill }: PricedPart): boolean {
    if (this.#options.fn === 'sum') return true;
    const { energy, unpriced } = bill.energies();
    return unpriced <= energy * MOST_UNPRICED;
  }

  makePart(span: Span, measures: readonly Measure[]): MadeEnergy {
    return this.#rule.make(span, [this.#rule.part({ loadCurve: measures }, span)!], []);
  }
}

/** kW as their mean, or kVA as their highest: of one series. */
export class PowerValue implements ValueMaker<readonly Measure[]> {
  readonly series: readonly Series[];
  readonly #source: Source;
  readonly #name: 'loadCurve' | 'maxPower';
  readonly #make: ReturnType<typeof aggregator>;

  /** @throws EnedisError inputPeriod for the hours of what has one value a day. */
  constructor(source: Source, step: Step, series: 'loadCurve' | 'maxPower') {
    this.#source = source;
    this.#name = series;
    this.series = [series];
    const fn = series === 'loadCurve' ? 'mean' : 'max';
    this.#make = aggregator({ ...source.id, series }, step, fn);
  }

  async days({ start, end }: Period): Promise<ReadonlyMap<string, readonly Measure[]>> {
    const { archive, id } = this.#source;
    const key = { direction: id.direction, series: this.#name };
    const days = await archive.read(key, { start, end });
    const dates = datesBetween(start, end);
    return new Map(
      days.flatMap((day, place): [string, readonly Measure[]][] => {
        // Of the phases each has a peak of its own; this is the meter's.
        const measures = day.filter(({ phase }) => phase === undefined);
        return measures.length === 0 ? [] : [[dates[place]!, measures]];
      }),
    );
  }

  make(span: Span, days: readonly (readonly Measure[])[]): Made {
    const measures = days.flat();
    return { aggregate: this.#make(measures, span), missing: missingIn(span, measures) };
  }

  coverage(day: readonly Measure[], date: string): { share: number; gaps: readonly Span[] } {
    const span = parisDay(date);
    const { expected, received } = tally(SERIES[this.#name].perDay, day, span);
    return { share: received / expected, gaps: gaps(span, day) };
  }

  isComparable(): boolean {
    return true;
  }

  makePart(span: Span, measures: readonly Measure[]): Made {
    return this.make(span, [measures]);
  }
}
