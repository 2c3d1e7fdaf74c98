/**
 * A tariff answers one question: which rates are in force from here to there? Periods, prices, off-peak hours and day
 * kinds all end up as one list of stretches of time, each with its price or with the reason why there is none; whatever
 * prices a curve, shows the hours to come or draws a strip goes along that list.
 */
import { addDays, instantAt, parisDay, parisDayAt } from '../readings/paris';
import type { Direction } from '../readings/reading';
import { HIGHEST_PRICE } from './amounts';
import { isOutOfSeason, type DayKind } from './calendars';
import { DayPeriods, type PeriodStretch } from './day-periods';
import { OFFERS } from './offers/index';
import type { Unknown } from './rules';
import type { CalendarName, Contract, OfferKind, Price, Subscription, TariffTerms, Version } from './terms';
import { windowsOn, type DatedWindows } from './windows';

/** A stretch of time, `[start, end)` in epoch ms, in which one price is in force, or isn't known. */
export interface Rate {
  start: number;
  end: number;
  /** Null where it can't be said. */
  period: string | null;
  /** 10⁻⁵ €/kWh; null where there is none. */
  price: number | null;
  /** Why there is no price. */
  why: Unknown | null;
  /** Where the kind of a day isn't known: which day, `YYYY-MM-DD`. */
  day: string | null;
}

/** A rate of a market, told by hand: 10⁻⁵ €/kWh from `start` to `end` (excluded), epoch ms. */
export interface Slot {
  start: number;
  end: number;
  price: number;
}

/** A day of the tariff's calendar, which mostly doesn't begin at midnight. */
export interface CalendarDay {
  calendar: CalendarName;
  /** `YYYY-MM-DD` */
  date: string;
  /** Epoch ms. */
  start: number;
  /** Null: nothing is known of it. */
  known: DayKind | null;
  /** Whether it is what it is by the calendar alone, so that nobody has to tell. */
  isPlain: boolean;
}

/** What a tariff needs to know besides its own settings. All answer at once: they have been loaded before. */
export interface Facts {
  /** Official prices of an offer at a power, the oldest first. */
  officialVersions(offer: OfferKind, power: number): readonly Version[];
  /** What is known of a day of the calendar; undefined: nothing. */
  kindOf(calendar: CalendarName, date: string): DayKind | undefined;
  /** The rates told for this tariff that overlap `[from, to)`, sorted. */
  slots(from: number, to: number): readonly Slot[];
  /** Another number whenever any of it has changed. */
  revision(): number;
}

/** What the meter's own contract says, where the tariff has no hours of its own. */
export interface RatesOptions {
  windows?: readonly DatedWindows[] | undefined;
}

/** A contract with what is worked out of it. */
interface Ready {
  contract: Contract;
  /** The official prices that `versions` were made with: they may be renewed. */
  official: readonly Version[];
  /** Typed and official prices, sorted; the later in the list counts. */
  versions: readonly Version[];
  /** Place in `versions` of the one in force on a day asked for last: days come in a row. */
  place: number;
}

/** One tariff, with the facts it needs. Nothing of it changes but the facts. */
export class Tariff {
  readonly direction: Direction;
  readonly #contracts: readonly Ready[];
  readonly #facts: Facts;

  constructor({ direction, contracts }: TariffTerms, facts: Facts) {
    this.direction = direction;
    this.#facts = facts;
    this.#contracts = contracts.map((contract) => ({
      contract,
      official: [],
      versions: contract.versions,
      place: -1,
    }));
  }

  /** The rates from one instant to another, epoch ms: contiguous, sorted, none like the one before it. */
  rates(from: number, to: number, { windows: contractual = [] }: RatesOptions = {}): Rate[] {
    const rates: Rate[] = [];
    let ready: Ready | undefined;
    let days: DayPeriods | undefined;
    for (let day = parisDayAt(from); day.start < to; day = parisDay(addDays(day.date, 1))) {
      const inForce = this.#on(day.date);
      if (!days || inForce !== ready) {
        ready = inForce;
        days = new DayPeriods(ready.contract, this.#facts);
      }
      const { windows } = ready.contract;
      const version = this.#versionOn(day.date);
      const isInside = day.start >= from && day.end <= to;
      for (const stretch of days.of(day, windowsOn(windows.length > 0 ? windows : contractual, day.date))) {
        if (isInside || (stretch.end > from && stretch.start < to)) {
          const start = Math.max(stretch.start, from);
          this.#add(rates, stretch, start, Math.min(stretch.end, to), version);
        }
      }
    }
    return rates;
  }

  #add(
    rates: Rate[],
    { period, why, day }: PeriodStretch,
    start: number,
    end: number,
    version: Version | undefined,
  ): void {
    const price = period === null ? undefined : version?.prices[period];
    if (typeof price === 'object') addRates(rates, start, end, period, price, this.#facts);
    else if (price === undefined) add(rates, start, end, period, null, why ?? 'price', day);
    else add(rates, start, end, period, price, null, null);
  }

  /** Another number whenever what it is made of has changed; what was worked out before is to be thrown away then. */
  get revision(): number {
    return this.#facts.revision();
  }

  /** What a period costs on a day, 10⁻⁵ €/kWh; null where there is no one price for it. */
  priceOn(date: string, period: string): number | null {
    const price = this.#versionOn(date)?.prices[period];
    return typeof price === 'number' ? price : null;
  }

  /** The calendar's day that is in force at an instant; null where the contract asks for no days. */
  dayAt(instant: number): CalendarDay | null {
    const { date } = parisDayAt(instant);
    const today = this.#calendarDay(date);
    return today && instant < today.start ? this.#calendarDay(addDays(date, -1)) : today;
  }

  /** The calendar's day that follows the one in force; null where there is none. */
  dayAfter(instant: number): CalendarDay | null {
    const day = this.dayAt(instant);
    return day && this.#calendarDay(addDays(day.date, 1));
  }

  #calendarDay(date: string): CalendarDay | null {
    const { calendar, kindStartsAt } = this.#on(date).contract.schedule;
    if (calendar === null) return null;
    const known = this.#facts.kindOf(calendar, date);
    const isPlain = known === undefined && isOutOfSeason(calendar, date);
    const start = instantAt(date, `${Math.floor(kindStartsAt / 60)}:${kindStartsAt % 60}`);
    return {
      ...{ calendar, date, start, isPlain },
      known: isPlain ? { kind: 'normal', state: 'final' } : (known ?? null),
    };
  }

  /** What the contract of a day calls a period, where it has a name of its own; else the period itself. */
  nameOf(period: string, date: string): string {
    return this.#on(date).contract.schedule.periods[period] ?? period;
  }

  /** Whether one of its prices is made of the market's, so that rates mean something to it. */
  get asksForRates(): boolean {
    return this.#contracts.some(({ contract }) =>
      contract.versions.some(({ prices }) =>
        Object.values(prices).some((price) => typeof price === 'object'),
      ),
    );
  }

  /** From which day on the prices of a day count, `YYYY-MM-DD`; null where none are known. */
  pricedSince(date: string): string | null {
    const { from } = this.#on(date).contract;
    const version = this.#versionOn(date);
    return version ? [version.from, from].sort().at(-1)! : null;
  }

  /** Of official prices that count on a day: since when; null where typed ones do, or none are known. */
  officialSince(date: string): string | null {
    const ready = this.#on(date);
    const version = this.#versionOn(date);
    return version && !ready.contract.versions.includes(version) ? version.from : null;
  }

  /** What is due on a day whatever is consumed; null where no version tells it. */
  subscriptionOn(date: string): Subscription | null {
    return this.#versionOn(date)?.subscription ?? null;
  }

  /** The power of the contract on a day, kVA; null where it isn't told. */
  powerOn(date: string): number | null {
    return this.#on(date).contract.power;
  }

  /** What the supplier's registers count on a day, by register; null for an offer that has none of its own. */
  registersOn(date: string): Readonly<Record<string, string>> | null {
    const { offer } = this.#on(date).contract;
    return offer === 'custom' ? null : OFFERS[offer].registers;
  }

  #on(date: string): Ready {
    return this.#contracts.findLast(({ contract }) => contract.from <= date) ?? this.#contracts[0]!;
  }

  #versionOn(date: string): Version | undefined {
    const ready = this.#on(date);
    const { offer, power, isRegulated, versions } = ready.contract;
    const official = isRegulated && power !== null ? this.#facts.officialVersions(offer, power) : [];
    if (official.length > 0 && official !== ready.official) {
      ready.official = official;
      // On the same day what is typed counts, so it goes behind.
      ready.versions = [...official, ...versions].sort((a, b) =>
        a.from < b.from ? -1 : a.from > b.from ? 1 : 0,
      );
    }
    const next = ready.versions[ready.place + 1];
    const isStill =
      (ready.versions[ready.place]?.from ?? '~') <= date && (next === undefined || next.from > date);
    if (!isStill) ready.place = ready.versions.findLastIndex(({ from }) => from <= date);
    return ready.versions[ready.place];
  }
}

/** Rates as long as the market's own, where they are told. */
function addRates(
  rates: Rate[],
  from: number,
  to: number,
  period: string | null,
  { times, plus }: Exclude<Price, number>,
  facts: Facts,
): void {
  let at = from;
  for (const { start, end, price } of facts.slots(from, to)) {
    if (start > at) add(rates, at, start, period, null, 'rates', null);
    at = Math.max(at, start);
    const until = Math.min(end, to);
    const value = Math.round(price * times + plus) + 0;
    const isPlausible = Math.abs(value) <= HIGHEST_PRICE * 10;
    add(rates, at, until, period, isPlausible ? value : null, isPlausible ? null : 'rates', null);
    at = until;
  }
  if (at < to) add(rates, at, to, period, null, 'rates', null);
}

function add(
  rates: Rate[],
  start: number,
  end: number,
  period: string | null,
  price: number | null,
  why: Unknown | null,
  day: string | null,
): void {
  const last = rates.at(-1);
  const isSame =
    last?.end === start &&
    last.period === period &&
    last.price === price &&
    last.why === why &&
    last.day === day;
  if (isSame) last.end = end;
  else rates.push({ start, end, period, price, why, day });
}
