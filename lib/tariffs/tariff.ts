/**
 * A tariff answers one question: which rates are in force from here to there? Periods, prices, off-peak hours and day
 * kinds all end up as one list of stretches of time, each with its price or with the reason why there is none; whatever
 * prices a curve, shows the hours to come or draws a strip goes along that list.
 */
import { addDays, instantAt, parisDay, parisDayAt, type ParisDay } from '../readings/paris';
import type { Direction } from '../readings/reading';
import { HIGHEST_PRICE } from './amounts';
import { isOutOfSeason, type DayKind } from './calendars';
import { isHoliday } from './holidays';
import { OFFERS } from './offers/index';
import { matches, type Moment, type Unknown } from './rules';
import type { CalendarName, Contract, OfferKind, Price, Subscription, TariffTerms, Version } from './terms';
import { isWithin, windowsOn, type DatedWindows, type Stretch } from './windows';

const MINUTE = 60_000;
const MIDNIGHT = 24 * 60;

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

/** What a tariff needs to know besides its own settings. All answer at once: they have been loaded before. */
export interface Facts {
  /** Official prices of an offer at a power, the oldest first. */
  officialVersions(offer: OfferKind, power: number): readonly Version[];
  /** What is known of a day of the calendar; undefined: nothing. */
  kindOf(calendar: CalendarName, date: string): DayKind | undefined;
  /** The rates told for this tariff that overlap `[from, to)`, sorted. */
  slots(from: number, to: number): readonly Slot[];
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
  /** Minutes of the day at which something may change, whatever the windows. */
  cuts: readonly number[];
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
      cuts: cutsOf(contract),
    }));
  }

  /** The rates from one instant to another, epoch ms: contiguous, sorted, none like the one before it. */
  rates(from: number, to: number, { windows: contractual }: RatesOptions = {}): Rate[] {
    const rates: Rate[] = [];
    for (let day = parisDayAt(from); day.start < to; day = parisDay(addDays(day.date, 1))) {
      const ready = this.#on(day.date);
      const { contract } = ready;
      const dated = contract.windows.length > 0 ? contract.windows : (contractual ?? []);
      const windows = windowsOn(dated, day.date);
      const version = this.#versionOn(day.date);
      const moments = new Moments(contract, this.#facts, day);
      for (const { start, end, minute } of stretches(day, allCuts(ready.cuts, windows))) {
        if (end <= from || start >= to) continue;
        const moment = moments.at(start, minute, windows);
        const rate = rateOf(contract, version, moment, Math.max(start, from), Math.min(end, to));
        const price = rate.period === null ? undefined : version?.prices[rate.period];
        if (typeof price === 'object') addRates(rates, rate, price, this.#facts);
        else add(rates, rate);
      }
    }
    return rates;
  }

  /** What a period costs on a day, 10⁻⁵ €/kWh; null where there is no one price for it. */
  priceOn(date: string, period: string): number | null {
    const price = this.#versionOn(date)?.prices[period];
    return typeof price === 'number' ? price : null;
  }

  /** What is due on a day whatever is consumed; null where no version tells it. */
  subscriptionOn(date: string): Subscription | null {
    return this.#versionOn(date)?.subscription ?? null;
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
    return ready.versions.findLast(({ from }) => from <= date);
  }
}

function cutsOf({ schedule }: Contract): number[] {
  const times = schedule.rules.flatMap(({ time = [] }) => time.flatMap(({ from, to }) => [from, to]));
  return [0, schedule.dayStartsAt, schedule.kindStartsAt, ...times];
}

/** Sorted, each once, midnight last. */
function allCuts(cuts: readonly number[], windows: readonly Stretch[] | undefined): number[] {
  const all = new Set([...cuts, MIDNIGHT]);
  for (const { from, to } of windows ?? []) all.add(from).add(to);
  return [...all].sort((a, b) => a - b);
}

/**
 * A day from cut to cut, in the order of time. Where the clocks change, each side of the change is gone through by the
 * clock on the wall: what lies in October's repeated hour comes twice, what March skips not at all.
 */
function* stretches(
  day: ParisDay,
  cuts: readonly number[],
): Generator<{ start: number; end: number; minute: number }> {
  const changesAt = day.change ? (day.change.at - day.start) / MINUTE : MIDNIGHT;
  const sides = day.change
    ? [
        { at: day.start, from: 0, to: changesAt },
        { at: day.change.at, from: changesAt + day.change.by, to: MIDNIGHT },
      ]
    : [{ at: day.start, from: 0, to: MIDNIGHT }];
  for (const { at, from, to } of sides) {
    let minute = from;
    for (const cut of cuts) {
      const next = Math.min(cut, to);
      if (next <= minute) continue;
      yield { start: at + (minute - from) * MINUTE, end: at + (next - from) * MINUTE, minute };
      minute = next;
    }
  }
}

/** What rules ask about, worked out as the tariff's days change: by the hour they begin at. */
class Moments {
  readonly #contract: Contract;
  readonly #facts: Facts;
  readonly #day: ParisDay;
  readonly #dayStart: number;
  readonly #kindStart: number;
  readonly #known = new Map<string, Pick<Moment, 'date' | 'weekday' | 'holiday'>>();
  readonly #kinds = new Map<string, string | null | undefined>();

  constructor(contract: Contract, facts: Facts, day: ParisDay) {
    this.#contract = contract;
    this.#facts = facts;
    this.#day = day;
    this.#dayStart = instantOf(day, contract.schedule.dayStartsAt);
    this.#kindStart = instantOf(day, contract.schedule.kindStartsAt);
  }

  at(
    instant: number,
    minute: number,
    windows: readonly Stretch[] | undefined,
  ): Moment & { kindDate: string } {
    const kindDate = this.#dateFrom(instant, this.#kindStart);
    return {
      ...this.#of(this.#dateFrom(instant, this.#dayStart)),
      minute,
      isOffPeak: windows && isWithin(windows, minute),
      kind: this.#kindOf(kindDate),
      kindDate,
    };
  }

  #dateFrom(instant: number, start: number): string {
    return instant >= start ? this.#day.date : addDays(this.#day.date, -1);
  }

  #of(date: string): Pick<Moment, 'date' | 'weekday' | 'holiday'> {
    let known = this.#known.get(date);
    if (!known) {
      const weekday = new Date(`${date}T00:00:00Z`).getUTCDay();
      known = { date, weekday, holiday: isHoliday(date, this.#contract.schedule.holidays) };
      this.#known.set(date, known);
    }
    return known;
  }

  #kindOf(date: string): string | null | undefined {
    const { calendar } = this.#contract.schedule;
    if (calendar === null) return null;
    if (!this.#kinds.has(date)) {
      const known = this.#facts.kindOf(calendar, date)?.kind;
      this.#kinds.set(date, known ?? (isOutOfSeason(calendar, date) ? 'normal' : undefined));
    }
    return this.#kinds.get(date);
  }
}

function instantOf(day: ParisDay, minute: number): number {
  if (minute === 0) return day.start;
  if (!day.change) return day.start + minute * MINUTE;
  return instantAt(day.date, `${Math.floor(minute / 60)}:${minute % 60}`);
}

/** The first rule that matches counts; one that might match, and can't be judged, ends the search. */
function rateOf(
  { schedule }: Contract,
  version: Version | undefined,
  moment: Moment & { kindDate: string },
  start: number,
  end: number,
): Rate {
  for (const rule of schedule.rules) {
    const matched = matches(rule, moment);
    if (matched === false) continue;
    if (matched !== true) {
      const day = matched === 'day' ? moment.kindDate : null;
      return { start, end, period: null, price: null, why: matched, day };
    }
    const price = version?.prices[rule.period];
    const isKnown = typeof price === 'number';
    return {
      start,
      end,
      period: rule.period,
      price: isKnown ? price : null,
      why: isKnown ? null : 'price',
      day: null,
    };
  }
  return { start, end, period: null, price: null, why: 'rule', day: null };
}

/** A rate as long as the market's own, where they are told. */
function addRates(rates: Rate[], rate: Rate, { times, plus }: Exclude<Price, number>, facts: Facts): void {
  let at = rate.start;
  for (const { start, end, price } of facts.slots(rate.start, rate.end)) {
    if (start > at) add(rates, { ...rate, start: at, end: start, why: 'rates' });
    at = Math.max(at, start);
    const until = Math.min(end, rate.end);
    const value = Math.round(price * times + plus) + 0;
    const isPlausible = Math.abs(value) <= HIGHEST_PRICE * 10;
    add(rates, {
      ...rate,
      start: at,
      end: until,
      price: isPlausible ? value : null,
      why: isPlausible ? null : 'rates',
    });
    at = until;
  }
  if (at < rate.end) add(rates, { ...rate, start: at, why: 'rates' });
}

function add(rates: Rate[], rate: Rate): void {
  const last = rates.at(-1);
  const isSame =
    last?.end === rate.start &&
    last.period === rate.period &&
    last.price === rate.price &&
    last.why === rate.why &&
    last.day === rate.day;
  if (isSame) last.end = rate.end;
  else rates.push(rate);
}
