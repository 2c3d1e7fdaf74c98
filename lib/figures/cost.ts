/**
 * What energy has cost, or earned, by a tariff: figures like all others, of the same readings, whole or split by the
 * tariff's periods. What has no price is told beside them, with its reason.
 */
import { createHash } from 'node:crypto';
import type { Span } from '../readings/completeness';
import type { Measure } from '../readings/reading';
import type { ChangedMeasure } from '../readings/to-readings';
import { addDays, datesBetween, parisDate, parisDay, parisDayAt } from '../readings/paris';
import { spanAt } from '../readings/periods';
import { seriesKey } from '../readings/series-id';
import { Bill, type Cost } from '../tariffs/bill';
import { priceCurve, priceDay } from '../tariffs/pricing';
import type { Rate, Tariff } from '../tariffs/tariff';
import type { Aggregate } from './aggregate';
import {
  datedId,
  describedEnergy,
  energyPart,
  isWithinDay,
  type ChosenEnergy,
  type EnergyAggregate,
  type EnergyId,
  type EnergyPart,
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

/** A day (or an hour) of energy, and what it costs. */
export interface PricedPart {
  part: EnergyPart;
  bill: Bill;
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
  /** Rates of each month that was asked for. A rule is of one message: meanwhile its tariff stays the same. */
  readonly #months = new Map<number, Rate[]>();

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
    const priced: PricedPart[] = [];
    for (const each of known) {
      const part = this.part(each, span);
      if (part) priced.push(part);
      yield null;
    }
    return priced.length === 0 ? null : this.make(span, priced, daysIn(span, all), partsSent);
  }

  /** What is known of a day, or of the hour `span`, with its price; null where nothing is. */
  part(known: KnownEnergy, span: Span): PricedPart | null {
    const bill = new Bill();
    const chosen = this.#price(known, bill);
    return chosen && { part: energyPart(chosen, this.#period, span), bill };
  }

  /**
   * The figure of a period.
   * @param priced its days, or the hour itself, sorted; at least one
   * @param fixed the days whose subscription counts, where the figure has its share of it
   */
  make(
    span: Span,
    priced: readonly PricedPart[],
    fixed: readonly string[],
    partsSent: readonly string[] = [],
  ): MadeEnergy {
    const bill = new Bill();
    for (const each of priced) bill.add(each.bill);
    if (this.#options.fixed)
      for (const date of fixed) bill.addFixed(date, this.#tariff.tariff.subscriptionOn(date));
    return this.#made(
      span,
      priced.map(({ part }) => part),
      bill,
      partsSent,
    );
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
    return this.#made(measure, [energyPart(chosen, 'interval', measure)], bill, []);
  }

  #made(span: Span, parts: readonly EnergyPart[], bill: Bill, partsSent: readonly string[]): MadeEnergy {
    const cost = bill.total();
    const { figure, missing } = describedEnergy(this.#id, this.#period, span, parts);
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
    const words: string[] = [];
    for (let at = parisDay(first).start; at < parisDay(next).start; at = spanAt('month', at).end)
      for (const { start, period, price } of this.#ratesAround(at)) words.push(`${start} ${period} ${price}`);
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

  /** Those of a month: of a year they would hold up everybody else. */
  #ratesAround(instant: number): Rate[] {
    const { start, end } = spanAt('month', instant);
    const known = this.#months.get(start);
    if (known) return known;
    const rates = this.#tariff.tariff.rates(start, end);
    this.#months.set(start, rates);
    return rates;
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

/**
 * The days whose subscription counts: every one of the period, whether there is a reading of it or not; but none before or
 * behind all that is known.
 */
export function daysIn(span: Span, all: Span): string[] {
  const first = parisDayAt(Math.max(span.start, all.start)).date;
  const last = parisDayAt(Math.min(span.end, all.end) - 1).date;
  return datesBetween(first, addDays(last, 1));
}
