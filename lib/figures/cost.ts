/**
 * What energy has cost, or earned, by a tariff: figures like all others, of the same readings, whole or split by the
 * tariff's periods. What has no price is told beside them, with its reason.
 */
import { createHash } from 'node:crypto';
import type { Span } from '../readings/completeness';
import type { Measure } from '../readings/reading';
import type { ChangedMeasure } from '../readings/to-readings';
import { addDays, datesBetween, parisDate, parisDay, parisDayAt } from '../readings/paris';
import { seriesKey } from '../readings/series-id';
import { Bill, type Cost } from '../tariffs/bill';
import { priceCurve, priceDay } from '../tariffs/pricing';
import type { Rate, Tariff } from '../tariffs/tariff';
import type { Aggregate } from './aggregate';
import {
  datedId,
  describedEnergy,
  isWithinDay,
  type ChosenEnergy,
  type EnergyAggregate,
  type EnergyId,
  type EnergyRule,
  type KnownEnergy,
  type MadeEnergy,
} from './energy';

/** A tariff, and the node that it is of. */
export interface NamedTariff {
  id: string;
  name: string;
  tariff: Tariff;
}

/** What is to be told of energy by a tariff. */
export interface CostOptions {
  /** What it costs or, split only, its kWh. */
  fn: 'cost' | 'sum';
  /** A figure for each of the tariff's periods instead of one. */
  split: boolean;
  /** A cost with its share of the subscription. */
  fixed: boolean;
}

/** What a whole and its parts have in common. */
type CostContext = Omit<EnergyAggregate, 'id' | 'value'>;

/** See `EnergyRule`. */
export class TariffRule implements EnergyRule {
  readonly kind: string;
  readonly #id: EnergyId;
  readonly #period: Aggregate['period'];
  readonly #tariff: NamedTariff;
  readonly #options: CostOptions;
  /** What the ids of its figures begin with. */
  readonly #key: string;
  /** Rates of each civil year that was asked for. A rule is of one message: meanwhile its tariff stays the same. */
  readonly #years = new Map<number, Rate[]>();

  /** @param period `interval` for `intervals` alone. */
  constructor(id: EnergyId, period: Aggregate['period'], tariff: NamedTariff, options: CostOptions) {
    const { fn, split, fixed } = options;
    this.#id = id;
    this.#period = period;
    this.#tariff = tariff;
    this.#options = options;
    this.#key = [seriesKey({ ...id, series: 'energy' }), period, fn, tariff.id].join('/');
    this.kind = [fn, tariff.id, split ? 'split' : '', fixed ? 'fixed' : ''].filter(Boolean).join(' ');
  }

  *figure(
    span: Span,
    known: readonly KnownEnergy[],
    all: Span,
    partsSent: readonly string[],
  ): Generator<null, MadeEnergy | null> {
    const bill = new Bill();
    const chosen: ChosenEnergy[] = [];
    for (const each of known) {
      const choice = this.#price(each, bill);
      if (choice) chosen.push(choice);
      yield null;
    }
    if (chosen.length === 0) return null;
    if (this.#options.fixed) this.#addSubscription(span, all, bill);
    return this.#made(span, chosen, bill, partsSent);
  }

  /**
   * Each interval of a load curve (sorted) by itself. Nothing is kept in mind: a correction names what the value before it
   * comes to.
   */
  *intervals(measures: readonly ChangedMeasure[]): Generator<MadeEnergy | null> {
    for (const measure of measures) {
      const made = this.#interval(measure);
      const { corrects } = measure;
      if (corrects !== undefined && !made.parts) {
        const { value } = this.#interval({ ...measure, amount: corrects }).aggregate;
        if (value !== made.aggregate.value) made.aggregate.corrects = value;
      }
      yield made;
    }
  }

  #interval(measure: Measure): MadeEnergy {
    const bill = new Bill();
    const chosen: ChosenEnergy = { from: 'loadCurve', measures: [measure] };
    priceCurve(chosen.measures, this.#ratesAround(measure.start), bill);
    return this.#made(measure, [chosen], bill, []);
  }

  #made(span: Span, chosen: readonly ChosenEnergy[], bill: Bill, partsSent: readonly string[]): MadeEnergy {
    const cost = bill.total();
    const { figure, missing } = describedEnergy(this.#id, this.#period, span, chosen);
    const { fn, split } = this.#options;
    const { reasons, unknownDays, withoutFixed } = cost;
    const context: CostContext = {
      fn,
      ...figure,
      unit: fn === 'cost' ? 'EUR' : 'kWh',
      tariff: this.#tariff.id,
      tariffName: this.#tariff.name,
      exactness: cost.exactness,
    };
    const aggregate: EnergyAggregate = {
      id: this.#idOf(span),
      ...context,
      ...(fn === 'cost' ? { value: cost.value, energy: cost.energy } : { value: cost.energy }),
      ...(cost.fixed === null ? {} : { fixed: cost.fixed }),
      ...(cost.unpriced === 0 ? {} : { unpriced: cost.unpriced }),
      ...(cost.plusMinus === 0 || fn === 'sum' ? {} : { plusMinus: cost.plusMinus }),
    };
    const made: MadeEnergy = { aggregate, missing, lacks: { reasons, unknownDays, withoutFixed } };
    return split ? { ...made, parts: this.#partsOf(context, cost, span, partsSent) } : made;
  }

  /** The civil year's rates and subscriptions. */
  conditions(year: number): string {
    const { tariff } = this.#tariff;
    const [first, next] = [`${year}-01-01`, `${year + 1}-01-01`];
    const words = this.#ratesOf(year).map(({ start, period, price }) => `${start} ${period} ${price}`);
    if (this.#options.fixed)
      for (const date of datesBetween(first, next)) {
        const subscription = tariff.subscriptionOn(date);
        words.push(`${subscription?.amount} ${subscription?.per}`);
      }
    return createHash('sha256').update(words.join('\n')).digest('base64url').slice(0, 16);
  }

  #price(known: KnownEnergy, bill: Bill): ChosenEnergy | null {
    const { daily = [], loadCurve = [] } = known;
    const first = loadCurve[0] ?? daily[0];
    if (!first) return null;
    const rates = this.#ratesAround(first.start);
    if (isWithinDay(this.#period)) {
      if (loadCurve.length === 0) return null;
      priceCurve(loadCurve, rates, bill);
      bill.addSource('loadCurve');
      return { from: 'loadCurve', measures: loadCurve };
    }
    const day = { date: parisDate(first.start), curve: loadCurve, daily: daily[0]?.amount };
    const from = priceDay(day, rates, this.#tariff.tariff, bill);
    if (from === 'daily') return { from, measures: daily };
    return from === 'loadCurve' ? { from, measures: loadCurve } : null;
  }

  #ratesAround(instant: number): Rate[] {
    return this.#ratesOf(Number(parisDate(instant).slice(0, 4)));
  }

  #ratesOf(year: number): Rate[] {
    const known = this.#years.get(year);
    if (known) return known;
    const rates = this.#tariff.tariff.rates(
      parisDay(`${year}-01-01`).start,
      parisDay(`${year + 1}-01-01`).start,
    );
    this.#years.set(year, rates);
    return rates;
  }

  /** Every day of the period counts, whether there is a reading of it or not; but none before or behind all that is known. */
  #addSubscription(span: Span, all: Span, bill: Bill): void {
    const first = parisDayAt(Math.max(span.start, all.start)).date;
    const last = parisDayAt(Math.min(span.end, all.end) - 1).date;
    for (const date of datesBetween(first, addDays(last, 1)))
      bill.addFixed(date, this.#tariff.tariff.subscriptionOn(date));
  }

  /** A part that was sent before and is no more is sent as nothing. */
  #partsOf(context: CostContext, cost: Cost, span: Span, sent: readonly string[]): EnergyAggregate[] {
    const { fn } = this.#options;
    const part = (tariffPeriod: string, value: number, more?: Partial<EnergyAggregate>): EnergyAggregate => ({
      id: this.#idOf(span, tariffPeriod),
      ...context,
      tariffPeriod,
      value,
      ...more,
    });
    const parts = cost.byPeriod.map(({ period, energy, value }) =>
      fn === 'cost' ? part(period, value, { energy }) : part(period, energy),
    );
    if (cost.fixed !== null) parts.push(part('fixed', cost.fixed));
    if (cost.unpriced > 0)
      parts.push(
        fn === 'cost' ? part('unpriced', 0, { unpriced: cost.unpriced }) : part('unpriced', cost.unpriced),
      );
    for (const name of sent)
      if (!parts.some(({ tariffPeriod }) => tariffPeriod === name)) parts.push(part(name, 0));
    return parts;
  }

  #idOf(span: Span, part?: string): string {
    const key = part === undefined ? this.#key : `${this.#key}/${part}`;
    return datedId(key, this.#period, span);
  }
}
