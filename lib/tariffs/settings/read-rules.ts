/**
 * A custom offer's own rules, JSON as a person writes it: periods, a calendar, seasons, and rules of which the first that
 * matches counts.
 */
import { isDate } from '../../readings/paris';
import { CALENDARS } from '../calendars';
import type { Problems } from '../problems';
import { reachedRules } from '../reach';
import type { CalendarName, Rule, Schedule } from '../terms';
import { minuteOf } from '../windows';
import { isEmpty, readChoice, readFilledList, readJson, readObject, type Fields } from './fields';
import { readTimes } from './read-windows';

const FIELDS = ['periods', 'calendar', 'dayStartsAt', 'seasons', 'holidays', 'rules'];
const CONDITIONS = ['period', 'time', 'windows', 'weekdays', 'holiday', 'season', 'months', 'day'];
const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
/** Where a tariff names none: those of the windows, and of every offer with two seasons. */
const USUAL_SEASONS: Seasons = { summer: ['04-01', '10-31'], winter: ['11-01', '03-31'] };
/** Names of parts of a figure, and what would break its id. */
const RESERVED = ['fixed', 'unpriced'];
const PERIOD_NAME = /^[\p{L}\p{N}][\p{L}\p{N} _.+-]{0,29}$/u;

type Seasons = Record<string, readonly [string, string]>;

/** @param value an object, or its text. Null where there is nothing to read; what is wrong is in `problems`. */
export function readRules(value: unknown, at: string, problems: Problems): Schedule | null {
  const before = problems.list.length;
  if (isEmpty(value)) problems.add(at, 'required');
  const content = isEmpty(value) ? null : readJson(value, at, problems);
  const isRead = problems.list.length === before;
  const fields = isRead ? readObject(content, at, problems, FIELDS) : null;
  if (!fields) return null;
  const periods = readPeriods(fields.periods, `${at}.periods`, problems);
  const calendar = isEmpty(fields.calendar)
    ? null
    : readChoice(fields.calendar, `${at}.calendar`, problems, ['tempo', 'ejp', 'own'] as const);
  const kindsStart = calendar === 'tempo' || calendar === 'ejp' ? CALENDARS[calendar].startsAt : null;
  const dayStartsAt = isEmpty(fields.dayStartsAt)
    ? (kindsStart ?? 0)
    : readTime(fields.dayStartsAt, `${at}.dayStartsAt`, problems);
  const seasons = isEmpty(fields.seasons)
    ? USUAL_SEASONS
    : readSeasons(fields.seasons, `${at}.seasons`, problems);
  const holidays = readChoice(
    fields.holidays,
    `${at}.holidays`,
    problems,
    ['fr', 'alsace-moselle'] as const,
    'fr',
  );
  const reader = new RuleReader(Object.keys(periods), calendar, seasons, problems);
  const rules = (readFilledList(fields.rules, `${at}.rules`, problems) ?? []).map((rule, place) =>
    reader.read(rule, `${at}.rules[${place}]`),
  );
  const schedule: Schedule = {
    periods,
    rules,
    calendar,
    dayStartsAt,
    kindStartsAt: kindsStart ?? dayStartsAt,
    holidays: holidays ?? 'fr',
  };
  if (before === problems.list.length) {
    const reached = reachedRules(schedule);
    for (const place of rules.keys()) {
      if (!reached.has(place)) problems.add(`${at}.rules[${place}]`, 'neverMatches');
    }
  }
  return schedule;
}

function readPeriods(value: unknown, at: string, problems: Problems): Record<string, string> {
  const periods: Record<string, string> = {};
  const fields = readObject(value, at, problems);
  if (!fields) return periods;
  for (const [name, label] of Object.entries(fields)) {
    if (!PERIOD_NAME.test(name) || RESERVED.includes(name)) problems.add(`${at}.${name}`, 'periodName', name);
    periods[name] = typeof label === 'string' && label.trim() !== '' ? label : name;
  }
  if (Object.keys(periods).length === 0) problems.add(at, 'required');
  return periods;
}

function readTime(value: unknown, at: string, problems: Problems): number {
  const minute = typeof value === 'string' ? minuteOf(value) : NaN;
  if (minute < 24 * 60) return minute;
  problems.add(at, 'time', value);
  return 0;
}

function readSeasons(value: unknown, at: string, problems: Problems): Seasons {
  const seasons: Seasons = {};
  for (const [name, days] of Object.entries(readObject(value, at, problems) ?? {})) {
    const [first, last] = Array.isArray(days) ? (days as unknown[]) : [];
    if (!Array.isArray(days) || days.length !== 2) problems.add(`${at}.${name}`, 'list', days);
    else if (!isDayOfYear(first)) problems.add(`${at}.${name}[0]`, 'date', first);
    else if (!isDayOfYear(last)) problems.add(`${at}.${name}[1]`, 'date', last);
    else seasons[name] = [first, last];
  }
  return seasons;
}

/** `MM-DD`, 29 February included. */
function isDayOfYear(value: unknown): value is string {
  return typeof value === 'string' && isDate(`2024-${value}`);
}

/** Reads rules one by one, against the names that the tariff has given. */
class RuleReader {
  readonly #periods: readonly string[];
  readonly #calendar: CalendarName | null;
  readonly #seasons: Seasons;
  readonly #problems: Problems;

  constructor(
    periods: readonly string[],
    calendar: CalendarName | null,
    seasons: Seasons,
    problems: Problems,
  ) {
    this.#periods = periods;
    this.#calendar = calendar;
    this.#seasons = seasons;
    this.#problems = problems;
  }

  read(value: unknown, at: string): Rule {
    const problems = this.#problems;
    const fields = readObject(value, at, problems, CONDITIONS) ?? {};
    const { period } = fields;
    const isKnown = typeof period === 'string' && this.#periods.includes(period);
    if (!isKnown) {
      problems.add(`${at}.period`, isEmpty(period) ? 'required' : 'period', period, this.#periods);
    }
    const rule: Rule = { period: isKnown ? period : '' };
    if (fields.time !== undefined) rule.time = readTimes(fields.time, `${at}.time`, problems);
    if (fields.windows !== undefined) rule.windows = this.#flag(fields, 'windows', at);
    if (fields.holiday !== undefined) rule.holiday = this.#flag(fields, 'holiday', at);
    if (fields.weekdays !== undefined) {
      const names = this.#words(fields.weekdays, `${at}.weekdays`, WEEKDAYS);
      rule.weekdays = names.map((name) => WEEKDAYS.indexOf(name));
    }
    if (fields.months !== undefined) rule.months = this.#months(fields.months, `${at}.months`);
    if (fields.season !== undefined) {
      const name = readChoice(fields.season, `${at}.season`, problems, Object.keys(this.#seasons));
      const season = name === null ? undefined : this.#seasons[name];
      if (season) rule.season = season;
    }
    if (fields.day !== undefined) rule.day = this.#kinds(fields.day, `${at}.day`);
    return rule;
  }

  #flag(fields: Fields, name: 'windows' | 'holiday', at: string): boolean {
    const value = fields[name];
    if (typeof value !== 'boolean') this.#problems.add(`${at}.${name}`, 'choice', value, ['true', 'false']);
    return value === true;
  }

  #words(value: unknown, at: string, known: readonly string[]): string[] {
    const words = readFilledList(value, at, this.#problems) ?? [];
    return words.flatMap((word, place) => {
      const found = readChoice(word, `${at}[${place}]`, this.#problems, known);
      return found === null ? [] : [found];
    });
  }

  #months(value: unknown, at: string): number[] {
    const months = readFilledList(value, at, this.#problems) ?? [];
    return months.flatMap((month, place) => {
      if (typeof month === 'number' && Number.isInteger(month) && month >= 1 && month <= 12) return [month];
      this.#problems.add(`${at}[${place}]`, 'choice', month, ['1–12']);
      return [];
    });
  }

  #kinds(value: unknown, at: string): string[] {
    if (this.#calendar === null) {
      this.#problems.add(at, 'calendar', value, ['tempo', 'ejp', 'own']);
      return [];
    }
    if (this.#calendar !== 'own') return this.#words(value, at, CALENDARS[this.#calendar].kinds);
    const kinds = readFilledList(value, at, this.#problems) ?? [];
    return kinds.flatMap((kind, place) => {
      if (typeof kind === 'string' && kind.trim() !== '') return [kind];
      this.#problems.add(`${at}[${place}]`, 'choice', kind);
      return [];
    });
  }
}
