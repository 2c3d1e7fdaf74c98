/**
 * Which period it is through a day. Rules ask about the clock, the off-peak hours and the tariff's days, of which a civil
 * day meets two: the one that began the day before, and its own. Days that agree in all of this have the same periods,
 * so that those of three years are worked out a few times only.
 */
import { addDays, instantAt, type ParisDay } from '../readings/paris';
import { isOutOfSeason, type DayKind } from './calendars';
import { isHoliday } from './holidays';
import { asksForDate, holdsAt, holdsOn, type Unknown } from './rules';
import type { CalendarName, Contract, Rule } from './terms';
import { isWithin, type Stretch } from './windows';

const MINUTE = 60_000;
const MIDNIGHT = 24 * 60;

/** A stretch of one day, epoch ms. */
export interface PeriodStretch {
  start: number;
  end: number;
  /** Null where it can't be said. */
  period: string | null;
  why: Unknown | null;
  /** Which day's kind isn't known. */
  day: string | null;
}

/** What rules find on one of the tariff's days. */
interface TariffDay {
  date: string;
  /** Rules that may match on it. */
  rules: readonly Rule[];
  /** The same as a word, to compare days by. */
  key: string;
  kind: string | null | undefined;
}

/** A stretch without a date, in minutes that have passed since midnight; and whose kind isn't known. */
interface Shape {
  from: number;
  to: number;
  period: string | null;
  why: Unknown | null;
  unknown: 'before' | 'today' | null;
}

/** For days of one contract, asked for in a row. */
export class DayPeriods {
  readonly #contract: Contract;
  readonly #kindOf: (calendar: CalendarName, date: string) => DayKind | undefined;
  readonly #asksForDates: boolean;
  readonly #cuts: readonly number[];
  readonly #shapes = new Map<string, readonly Shape[]>();
  /** Shapes are of these off-peak hours. */
  #windows: readonly Stretch[] | undefined;
  #last: TariffDay | undefined;

  constructor(
    contract: Contract,
    facts: { kindOf(calendar: CalendarName, date: string): DayKind | undefined },
  ) {
    const { rules, dayStartsAt, kindStartsAt } = contract.schedule;
    this.#contract = contract;
    this.#kindOf = (calendar, date) => facts.kindOf(calendar, date);
    this.#asksForDates = rules.some(asksForDate);
    const times = rules.flatMap(({ time = [] }) => time.flatMap(({ from, to }) => [from, to]));
    this.#cuts = [0, dayStartsAt, kindStartsAt, ...times];
  }

  /** The stretches of a day from midnight to midnight, sorted. @param windows undefined: not known. */
  of(day: ParisDay, windows: readonly Stretch[] | undefined): PeriodStretch[] {
    if (windows !== this.#windows) this.#shapes.clear();
    this.#windows = windows;
    const dateBefore = addDays(day.date, -1);
    const before = this.#last?.date === dateBefore ? this.#last : this.#tariffDay(dateBefore);
    const today = this.#tariffDay(day.date);
    this.#last = today;
    const key = `${day.change?.by} ${before.key} ${before.kind} ${today.key} ${today.kind}`;
    let shapes = this.#shapes.get(key);
    if (!shapes) {
      shapes = this.#shapesOf(day, before, today);
      this.#shapes.set(key, shapes);
    }
    return shapes.map(({ from, to, period, why, unknown }) => ({
      start: day.start + from * MINUTE,
      end: day.start + to * MINUTE,
      period,
      why,
      day: unknown && (unknown === 'today' ? day.date : dateBefore),
    }));
  }

  #tariffDay(date: string): TariffDay {
    const { rules, holidays, calendar } = this.#contract.schedule;
    const known = calendar === null ? null : this.#kindOf(calendar, date)?.kind;
    const kind = known === undefined && calendar && isOutOfSeason(calendar, date) ? 'normal' : known;
    if (!this.#asksForDates) return { date, rules, key: '', kind };
    const weekday = new Date(`${date}T00:00:00Z`).getUTCDay();
    const day = { date, weekday, holiday: isHoliday(date, holidays) };
    const holding = rules.map((rule) => holdsOn(rule, day));
    return {
      date,
      rules: rules.filter((_rule, place) => holding[place]),
      key: holding.map(Number).join(''),
      kind,
    };
  }

  #shapesOf(day: ParisDay, before: TariffDay, today: TariffDay): Shape[] {
    const { dayStartsAt, kindStartsAt } = this.#contract.schedule;
    const dayStart = minutesUntil(day, dayStartsAt);
    const kindStart = minutesUntil(day, kindStartsAt);
    const windows = this.#windows;
    const cuts = new Set([...this.#cuts, MIDNIGHT]);
    for (const { from, to } of windows ?? []) cuts.add(from).add(to);
    return stretches(
      day,
      [...cuts].sort((a, b) => a - b),
    ).map(({ from, to, minute }) => {
      const { rules } = from >= dayStart ? today : before;
      const { kind } = from >= kindStart ? today : before;
      const moment = { minute, isOffPeak: windows && isWithin(windows, minute), kind };
      // The first rule that matches counts; one that might match, and can't be judged, ends the search.
      for (const rule of rules) {
        const holds = holdsAt(rule, moment);
        if (holds === true) return { from, to, period: rule.period, why: null, unknown: null };
        if (holds === false) continue;
        const unknown = holds === 'windows' ? null : from >= kindStart ? 'today' : 'before';
        return { from, to, period: null, why: holds, unknown };
      }
      return { from, to, period: null, why: 'rule', unknown: null };
    });
  }
}

/** Minutes from midnight until the clock first shows a minute of the day. */
function minutesUntil(day: ParisDay, minute: number): number {
  if (!day.change) return minute;
  return (instantAt(day.date, `${Math.floor(minute / 60)}:${minute % 60}`) - day.start) / MINUTE;
}

/**
 * A day from cut to cut, in the order of time. Where the clocks change, each side of the change is gone through by the
 * clock on the wall (`minute`): what lies in October's repeated hour comes twice, what March skips not at all.
 */
function stretches(
  { start, change }: ParisDay,
  cuts: readonly number[],
): { from: number; to: number; minute: number }[] {
  const changesAt = change ? (change.at - start) / MINUTE : MIDNIGHT;
  const sides = [{ passed: 0, from: 0, to: changesAt }];
  if (change) sides.push({ passed: changesAt, from: changesAt + change.by, to: MIDNIGHT });
  return sides.flatMap(({ passed, from, to }) => {
    const ends = [...new Set(cuts.map((cut) => Math.min(cut, to)).filter((end) => end > from))];
    return ends.map((end, place) => {
      const minute = ends[place - 1] ?? from;
      return { from: passed + minute - from, to: passed + end - from, minute };
    });
  });
}
