/** An answer as a sentence that a person would write: what it was, against what, and what is missing of it. */
import type { Answer } from '../../lib/query/answer';
import type { Aggregate } from '../../lib/figures/aggregate';
import { daysBetween } from '../../lib/readings/paris';
import type { Direction } from '../../lib/readings/reading';
import { textIn, type Language } from '../shared/words';
import type { Settings } from './settings';
import { localeOf } from './shape-words';

/** What a sentence is made of. */
export interface Told {
  language: Language;
  settings: Pick<Settings, 'value' | 'range' | 'days' | 'step' | 'compare'>;
  direction: Direction;
  /** One figure at the most. */
  answer: Answer;
  /** The same by the tariff's periods, where that is asked for. */
  parts: readonly Aggregate[];
  /** What people call one of those. */
  periodOf: (tariffPeriod: string) => string;
  /** Undefined where the meter has no name. */
  meter: string | undefined;
}

type Params = Record<string, string | number>;

/** Writes it. */
export function sentence(told: Told): string {
  const { language, answer, meter } = told;
  const [figure] = answer.figures;
  const said = figure ? [headline(told, figure), ...remarks(told, figure)] : nothing(told);
  const text = said
    .map((each, place) => (place === 0 && meter !== undefined ? each : capital(each)))
    .join(' ');
  return meter === undefined
    ? text
    : textIn(language, 'enedis-query', 'text.named', { meter, sentence: text });
}

function headline(told: Told, figure: Aggregate): string {
  const { settings, direction } = told;
  const say = sayIn(told);
  const main = say(`${settings.value}.${direction}`, {
    when: when(told),
    value: amount(told, figure.value, figure.unit),
    energy: amount(told, figure.energy ?? 0, 'kWh'),
    fixed: say(`fixed.${figure.fixed === undefined ? 'without' : 'with'}`),
  });
  return `${main}${moment(told, figure)}${shares(told)}${change(told, figure)}.`;
}

/** Which days it is about. */
function when(told: Told): string {
  const { settings, answer } = told;
  const { range, days } = settings;
  const first = days.first ?? answer.known?.start ?? '';
  const isOne = days.first === days.last;
  const key = range === 'dates' ? (isOne ? 'day' : first === '' ? 'day' : 'dates') : range;
  return sayIn(told)(`when.${key}`, { start: first === '' ? days.last : first, end: days.last });
}

/** When the highest power was. */
function moment(told: Told, { at, start, end }: Aggregate): string {
  if (told.settings.value !== 'maxPower') return '';
  if (at === undefined) return '';
  const key = isOneDay(start, end) ? 'day' : 'dated';
  const time = at.slice(11, 16);
  return sayIn(told)(`at.${key}`, {
    date: at.slice(0, 10),
    time: told.language === 'fr' ? french(time) : time,
  });
}

function isOneDay(start: string, end: string): boolean {
  return daysBetween(start.slice(0, 10), end.slice(0, 10)) === 1;
}

/** `19 h 12` */
function french(time: string): string {
  return `${Number(time.slice(0, 2))}\u00a0h\u00a0${time.slice(3)}`;
}

/** By the tariff's periods, where there are several. */
function shares(told: Told): string {
  const { parts, periodOf } = told;
  const named = parts.filter(({ tariffPeriod, value }) => tariffPeriod !== 'unpriced' && value !== 0);
  if (named.length < 2) return '';
  const say = sayIn(told);
  const whole = parts.reduce((sum, { value }) => sum + value, 0);
  const list = named.map(({ tariffPeriod, value, unit }) => {
    const period = small(periodOf(tariffPeriod!));
    const written = amount(told, value, unit);
    if (tariffPeriod === 'fixed') return say('split.plain', { value: written, period });
    return unit === 'EUR'
      ? say('split.partCost', { value: written, period })
      : say('split.part', { value: written, period, share: percent(told, value / whole) });
  });
  const last = list.pop()!;
  return say('split.of', { list: [list.join(', '), last].join(say('split.and')) });
}

/** Against the time it is compared with; nothing where no day is known of both. */
function change(told: Told, { compare }: Aggregate): string {
  const { settings, answer } = told;
  if (compare?.change === undefined || settings.compare === 'none') return '';
  const say = sayIn(told);
  const { range } = settings;
  const isRunning = range === 'thisWeek' || range === 'thisMonth' || range === 'thisYear';
  const step = isRunning ? `${settings.step}SoFar` : settings.step;
  const count = answer.days ? daysBetween(answer.days.start.slice(0, 10), answer.days.end.slice(0, 10)) : 0;
  const than = say(`than.${settings.compare}.${step}`, { count });
  const rounded = Math.round(compare.change * 100);
  const key = rounded === 0 ? 'same' : rounded > 0 ? 'more' : 'less';
  return say(`change.${key}`, { percent: percent(told, Math.abs(rounded) / 100), than });
}

function remarks(told: Told, { projected, unpriced }: Aggregate): string[] {
  const { answer, settings } = told;
  const say = sayIn(told);
  const said: string[] = [];
  if (projected) {
    const value = amount(told, projected.value, projected.unit);
    said.push(say(`projected.${settings.step === 'year' ? 'year' : 'month'}`, { value }));
  }
  if (unpriced !== undefined && settings.value === 'cost')
    said.push(say('unpriced', { value: amount(told, unpriced, 'kWh') }));
  const { received, expected } = answer;
  // 99.9 % isn't all of it.
  if (received < expected)
    said.push(say('incomplete', { percent: percent(told, Math.floor((received / expected) * 100) / 100) }));
  return said;
}

/** There is no figure: why, as far as that is known. */
function nothing(told: Told): string[] {
  const { answer } = told;
  const say = sayIn(told);
  const { known, days } = answer;
  if (!known) return [say('emptyArchive')];
  const first = say(days ? 'none' : 'noneYet', { when: when(told) });
  return [first, say('known', { first: known.start, last: lastDay(known.end) })];
}

function lastDay(end: string): string {
  return new Date(Date.parse(end) - 86_400_000).toISOString().slice(0, 10);
}

function sayIn({ language }: Told): (key: string, params?: Params) => string {
  return (key, params) => textIn(language, 'enedis-query', `text.${key}`, params);
}

/** With as many digits as somebody reads aloud. */
function amount({ language }: Pick<Told, 'language'>, value: number, unit: Aggregate['unit']): string {
  const locale = localeOf(language);
  if (unit === 'EUR')
    return new Intl.NumberFormat(locale, { style: 'currency', currency: 'EUR' }).format(value);
  const size = Math.abs(value);
  const maximumFractionDigits = unit !== 'kWh' || size < 10 ? 2 : size < 1000 ? 1 : 0;
  return `${new Intl.NumberFormat(locale, { maximumFractionDigits }).format(value)}\u00a0${unit}`;
}

function percent({ language }: Told, share: number): string {
  return new Intl.NumberFormat(localeOf(language), { style: 'percent' }).format(share);
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function small(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
