/**
 * What a query is to answer: the properties as saved, unless the message says otherwise. Whatever can't be meant is one error
 * that says whether the node or the message is to be mended.
 */
import { EnedisError } from '../../lib/errors';
import type { CostOptions } from '../../lib/figures/cost';
import { isNothing, dayMeant, type PeriodEnd } from '../../lib/readings/days-meant';
import { addDays, isPlausible, parisDay } from '../../lib/readings/paris';
import { daysOfRange, isRangeWord, type Days, type RangeWord } from '../../lib/readings/ranges';
import type { Direction } from '../../lib/readings/reading';
import {
  COMPARISONS,
  STEPS,
  stepOf,
  VALUES,
  type Comparison,
  type Step,
  type Value,
} from '../../lib/query/question';
import { OUTPUTS, ruleOf, type Output } from './outputs';

/** The properties as saved: texts, whatever they are. */
export interface QueryProperties {
  value?: string;
  direction?: string;
  range?: string;
  start?: string;
  startType?: string;
  end?: string;
  endType?: string;
  step?: string;
  split?: boolean | string;
  fixed?: boolean | string;
  tariff?: string;
  compare?: string;
  output?: string;
  language?: string;
  statisticId?: string;
}

/** What is to be answered. */
export interface Settings {
  value: Value;
  directions: readonly Direction[];
  range: RangeWord | 'dates';
  days: Days;
  step: Step;
  compare: Comparison;
  /** What is to be told by a tariff; null where none is asked. */
  byTariff: (CostOptions & { tariff: string }) | null;
  output: Output;
  /** Empty: the runtime's. */
  language: '' | 'fr' | 'en-US';
  /** Empty: made of the meter's name. */
  statisticId: string;
}

/** What a message may say; anything at all. */
export type Incoming = Readonly<Partial<Record<keyof QueryProperties, unknown>>>;

const DIRECTIONS = ['consumption', 'production', 'both'] as const;
const RANGES_AND_DATES = 'dates';

/**
 * Reads what is saved and what a message says.
 * @param typed the day that a typed property of the node means, where it is one of the message
 * @param today `YYYY-MM-DD`, Paris
 * @throws EnedisError `configProperty` `{property}`, `inputInvalid` `{property: 'msg.…'}`, `inputRange` `{start, end}`
 */
export function settingsOf(
  saved: QueryProperties,
  message: Incoming,
  typed: (property: PeriodEnd) => unknown,
  today: string,
): Settings {
  const wrong = (property: keyof QueryProperties): EnedisError =>
    isNothing(message[property])
      ? new EnedisError('configProperty', { property })
      : new EnedisError('inputInvalid', { property: `msg.${property}` });
  const choose = <T extends string>(property: keyof QueryProperties, choices: readonly T[]): T => {
    const given = isNothing(message[property]) ? saved[property] : message[property];
    const word = isNothing(given) ? choices[0] : given;
    const found = choices.find((choice) => choice === (typeof word === 'string' ? word.trim() : word));
    if (found === undefined) throw wrong(property);
    return found;
  };
  const isOn = (property: 'split' | 'fixed'): boolean => {
    const given = isNothing(message[property]) ? (saved[property] ?? false) : message[property];
    if (given === true || given === 'true') return true;
    if (given === false || given === 'false' || given === '') return false;
    throw wrong(property);
  };
  const value = choose('value', VALUES);
  const direction = choose('direction', DIRECTIONS);
  const output = choose('output', Object.keys(OUTPUTS) as Output[]);
  const { range, days } = daysAsked(saved, message, typed, today, wrong);
  const rule = ruleOf(output);
  const step =
    rule.step === 'range' ? stepOf(range, days) : (rule.step ?? choose<Step>('step', ['day', ...STEPS]));
  if (value === 'maxPower' && direction === 'production') throw wrong('direction');
  if (!rule.values.includes(value)) throw wrong('output');
  const split = isOn('split') && !rule.isPlain;
  const fixed = isOn('fixed') && value === 'cost';
  if (split && value !== 'energy' && value !== 'cost') throw wrong('split');
  // A subscription is by the day.
  const isBelowDay = step === 'interval' || step === 'hour';
  if (fixed && isBelowDay && !rule.isPlain) throw wrong('fixed');
  const tariff = text(isNothing(message.tariff) ? saved.tariff : message.tariff, () => wrong('tariff'));
  return {
    value,
    directions:
      value === 'maxPower' || direction === 'consumption' ? ['consumption'] : directionsOf(direction),
    range,
    days,
    step,
    compare: rule.isPlain ? 'none' : choose('compare', COMPARISONS),
    byTariff:
      value === 'cost' || split
        ? { fn: value === 'cost' ? 'cost' : 'sum', split, fixed: fixed && !isBelowDay, tariff }
        : null,
    output,
    language: languageOf(choose('language', ['', 'fr', 'en', 'en-US', 'fr-FR'])),
    statisticId: statisticIdOf(isNothing(message.statisticId) ? saved.statisticId : message.statisticId, () =>
      wrong('statisticId'),
    ),
  };
}

function directionsOf(direction: 'production' | 'both'): readonly Direction[] {
  return direction === 'both' ? ['consumption', 'production'] : ['production'];
}

/** Days that a message names count before a word, a word before what is saved. */
function daysAsked(
  saved: QueryProperties,
  message: Incoming,
  typed: (property: PeriodEnd) => unknown,
  today: string,
  wrong: (property: keyof QueryProperties) => EnedisError,
): Pick<Settings, 'range' | 'days'> {
  const isDated = !isNothing(message.start) || !isNothing(message.end);
  const word = isNothing(message.range) ? (saved.range ?? 'last7days') : message.range;
  const range = isDated ? RANGES_AND_DATES : typeof word === 'string' ? word.trim() : word;
  if (range === '') return { range: 'last7days', days: daysOfRange('last7days', today) };
  if (isRangeWord(range)) return { range, days: daysOfRange(range, today) };
  if (range !== RANGES_AND_DATES) throw wrong('range');
  const dayOf = (property: PeriodEnd): string | null => {
    if (!isNothing(message[property])) return dayMeant(property, message[property], today);
    // What the dialog says for dates is for nobody whose dates come with the message.
    return isDated && saved.range !== RANGES_AND_DATES ? null : dayMeant(property, typed(property), today);
  };
  const [first, last] = [dayOf('start'), dayOf('end') ?? addDays(today, -1)];
  if (first !== null && !isPlausible(parisDay(first).start)) throw wrong('start');
  if (!isPlausible(parisDay(last).start)) throw wrong('end');
  if (first !== null && last < first) throw new EnedisError('inputRange', { start: first, end: last });
  return { range: RANGES_AND_DATES, days: { first, last } };
}

function text(value: unknown, wrong: () => EnedisError): string {
  if (isNothing(value)) return '';
  if (typeof value !== 'string') throw wrong();
  return value.trim();
}

function languageOf(language: string): Settings['language'] {
  if (language === '') return '';
  return language.startsWith('fr') ? 'fr' : 'en-US';
}

/** As Home Assistant wants those that aren't its own entities': two names with a colon between. */
function statisticIdOf(value: unknown, wrong: () => EnedisError): string {
  const id = text(value, wrong);
  if (id !== '' && !/^[a-z\d]+(_[a-z\d]+)*:[a-z\d]+(_[a-z\d]+)*$/.test(id)) throw wrong();
  return id;
}
