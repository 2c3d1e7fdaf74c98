/**
 * What has been priced so far, exactly: energy and cost of each period, what has no price and why. Bills add up: those of
 * a month's days make the month's. Rounding happens in `total`, once.
 */
import { EURO, exactCost, exactShare, fitted, KILOWATT_HOUR, sumOf, type Exact } from './amounts';
import type { Unknown } from './rules';
import type { Subscription } from './terms';

/** The series that a day's price was made of. */
export type PricedFrom = 'registers' | 'loadCurve' | 'daily';

/** Why energy has no price: besides what isn't known of the tariff, what isn't known of the energy. */
export type Unpriced =
  | Unknown
  /** Only the day's energy is known, and the day has several prices. */
  | 'daily'
  /** The day's energy is above what its known intervals add up to. */
  | 'missing';

/** `registers`: as the meter has counted; `aligned`: no interval is cut; `prorata`: some are, and shared by the minute. */
export type Exactness = 'registers' | 'aligned' | 'prorata';

/** Watt-minutes, and those times 10⁻⁵ €/kWh: whole numbers. */
interface Part {
  period: string;
  energy: number;
  cost: number;
}

/** One period's part of a bill: kWh and €. */
export interface PeriodCost {
  period: string;
  energy: number;
  value: number;
}

/** A bill added up and rounded. The values of `byPeriod` and `fixed` add up to `value`, which is a multiple of 0.00001 €. */
export interface Cost {
  value: number;
  /** Priced energy in kWh. */
  energy: number;
  byPeriod: PeriodCost[];
  /** Null unless the subscription was asked for, and is known for every day. */
  fixed: number | null;
  /** Days on which no version tells the subscription. */
  withoutFixed: string[];
  /** kWh without a price; not in `value`. */
  unpriced: number;
  /** The same by its reason. */
  reasons: Partial<Record<Unpriced, number>>;
  /** Days whose kind isn't known. */
  unknownDays: string[];
  from: PricedFrom[];
  exactness: Exactness;
  /** €, by which the value may be off at most because intervals were cut. */
  plusMinus: number;
}

const NOTHING: Exact = { whole: 0, fractions: 0 };
const SERIES_ORDER: readonly PricedFrom[] = ['registers', 'loadCurve', 'daily'];

/** Energy, its cost, and a subscription's days. */
export class Bill {
  // A bill is often an hour's: what most don't need is made when it is needed.
  readonly #parts: Part[] = [];
  readonly #from: PricedFrom[] = [];
  #unpriced: Map<Unpriced, number> | undefined;
  #unknownDays: Set<string> | undefined;
  #withoutFixed: Set<string> | undefined;
  #fixed: Exact | null = null;
  #isCut = false;
  #plusMinus = 0;

  /** The part of a period, to add to; made when it is first asked for. */
  part(period: string): Part {
    for (const part of this.#parts) if (part.period === period) return part;
    const part = { period, energy: 0, cost: 0 };
    this.#parts.push(part);
    return part;
  }

  addUnpriced(why: Unpriced, energy: number, day: string | null = null): void {
    this.#unpriced ??= new Map();
    this.#unpriced.set(why, (this.#unpriced.get(why) ?? 0) + energy);
    if (day !== null) (this.#unknownDays ??= new Set()).add(day);
  }

  /** An interval was shared between two rates. @param plusMinus watt-minutes times 10⁻⁵ €/kWh */
  addCut(plusMinus: number): void {
    this.#isCut = true;
    this.#plusMinus += plusMinus;
  }

  addSource(series: PricedFrom): void {
    if (!this.#from.includes(series)) this.#from.push(series);
  }

  /** A day's share of the subscription: a year's by the days of that year, a month's by those of that month. */
  addFixed(date: string, subscription: Subscription | null): void {
    const { amount, per } = subscription ?? { amount: 0, per: 'year' };
    this.#fixed = sumOf(this.#fixed ?? NOTHING, exactShare(amount, daysOf(date, per)));
    if (!subscription) (this.#withoutFixed ??= new Set()).add(date);
  }

  /** Adds what another bill holds. */
  add(other: Bill): void {
    for (const { period, energy, cost } of other.#parts) {
      const part = this.part(period);
      part.energy += energy;
      part.cost += cost;
    }
    for (const [why, energy] of other.#unpriced ?? []) this.addUnpriced(why, energy);
    for (const day of other.#unknownDays ?? []) (this.#unknownDays ??= new Set()).add(day);
    for (const date of other.#withoutFixed ?? []) (this.#withoutFixed ??= new Set()).add(date);
    for (const series of other.#from) this.addSource(series);
    if (other.#fixed) this.#fixed = sumOf(this.#fixed ?? NOTHING, other.#fixed);
    this.#isCut ||= other.#isCut;
    this.#plusMinus += other.#plusMinus;
  }

  /** Watt-minutes with a price, and without one. */
  energies(): { energy: number; unpriced: number } {
    let unpriced = 0;
    for (const energy of this.#unpriced?.values() ?? []) unpriced += energy;
    return { energy: this.#parts.reduce((sum, { energy }) => sum + energy, 0), unpriced };
  }

  /** @param periods the order in which they are shown; others follow. */
  total(periods: readonly string[] = []): Cost {
    const parts = this.#inOrder(periods);
    const exact = parts.map(({ cost }) => exactCost(cost));
    const fixed = this.#withoutFixed ? null : this.#fixed;
    if (fixed) exact.push(fixed);
    const { total, parts: values } = fitted(exact);
    let all = 0;
    const byPeriod = parts.map(({ period, energy }, place) => {
      all += energy;
      return { period, energy: energy / KILOWATT_HOUR, value: values[place]! };
    });
    const reasons: Cost['reasons'] = {};
    let unpriced = 0;
    for (const [why, energy] of this.#unpriced ?? []) {
      unpriced += energy;
      reasons[why] = energy / KILOWATT_HOUR;
    }
    return {
      value: total,
      energy: all / KILOWATT_HOUR,
      byPeriod,
      fixed: fixed ? values.at(-1)! : null,
      withoutFixed: [...(this.#withoutFixed ?? [])].sort(),
      unpriced: unpriced / KILOWATT_HOUR,
      reasons,
      unknownDays: [...(this.#unknownDays ?? [])].sort(),
      from: SERIES_ORDER.filter((series) => this.#from.includes(series)),
      exactness: this.#exactness(),
      plusMinus: Math.ceil(this.#plusMinus / KILOWATT_HOUR) / EURO,
    };
  }

  #exactness(): Exactness {
    if (this.#isCut) return 'prorata';
    return this.#from.length === 1 && this.#from[0] === 'registers' ? 'registers' : 'aligned';
  }

  #inOrder(periods: readonly string[]): Part[] {
    if (this.#parts.length < 2) return this.#parts;
    const place = (period: string): number =>
      periods.includes(period) ? periods.indexOf(period) : periods.length;
    return [...this.#parts].sort((a, b) => place(a.period) - place(b.period));
  }
}

function daysOf(date: string, per: Subscription['per']): number {
  const year = Number(date.slice(0, 4));
  if (per === 'month') return new Date(Date.UTC(year, Number(date.slice(5, 7)), 0)).getUTCDate();
  return new Date(Date.UTC(year, 1, 29)).getUTCMonth() === 1 ? 366 : 365;
}
