/** From the figures of a summary to what the display shows and what a screen reader says. Pure: `now` is given. */
import { FIGURES, type FigureName, type Figures } from '../../lib/shown';
import type { Direction } from '../../../lib/readings/reading';
import type { DirectionSummary, Figure, Freshness } from '../../../lib/query/summary';
import type { Words } from './words';

/** One figure, ready to be shown: every text is in the user's language and, as to numbers and dates, locale. */
export interface Row {
  name: FigureName;
  label: string;
  /** Four digits or so, with the locale's decimal separator. */
  value: string;
  /** The segments that are off around and behind it: as many digits as the display has, all of them 8. */
  segments: string;
  unit: string;
  /** The day, the days or the moment the figure is of. */
  date: string;
  /** What is to be said of it: that days are missing, that it is old, what isn't in its cost. */
  remarks: string;
  /** `95 %` where days are missing, else empty. */
  coverage: string;
  /** What it is beside and may come to: `−8 % sur 7 jours`, `+3 % sur un an`, `≈ 812 kWh en fin de mois`. */
  changes: string[];
  /** `5,23 €`; empty where there is no tariff, or too much of the energy has no price. */
  cost: string;
  stale: boolean;
  /** All of it in one sentence. */
  spoken: string;
}

/** What `wordsFor` finds: the locale may be finer than the language of the words (`fr-CA`). */
export interface Speech {
  words: Words;
  locale: string;
}

const ZONE = 'Europe/Paris';
const DIGITS = 5;
/**
 * A day's readings reach up to its midnight; those of the next day are there by noon of the day after. A figure that
 * nothing has replaced by then is old, whatever was said of it when it came: Node-RED may be off.
 */
const FRESH_FOR = 36 * 3_600_000;

/** The directions there are figures of, consumption first. */
export function directionsOf(summary: Figures): Direction[] {
  return (['consumption', 'production'] as const).filter((direction) => hasFigures(summary[direction]));
}

function hasFigures(of: DirectionSummary | undefined): boolean {
  return of !== undefined && FIGURES.some((name) => of[name] !== undefined);
}

/**
 * A figure that isn't there has no row: power without hourly collection, the maximum of production. Where the day's peak
 * is known it stands for the latest half-hour, which for production is always that of midnight, and nothing.
 */
export function rowsOf(of: DirectionSummary, speech: Speech, now: number): Row[] {
  return FIGURES.flatMap((name) => {
    const figure = of[name];
    if (figure === undefined || (name === 'power' && of.peak !== undefined)) return [];
    // The peak, somewhere in its day, is as old as the curve that it is of.
    const dated = name === 'peak' ? (of.power ?? figure) : figure;
    return [rowOf(name, figure, speech, now, !isFresh(dated, now))];
  });
}

function rowOf(
  name: FigureName,
  figure: Figure & { at?: string },
  speech: Speech,
  now: number,
  stale: boolean,
): Row {
  const { words, locale } = speech;
  const label = labelOf(name, figure, speech, now);
  const value = formatValue(figure.value, locale);
  // 99.9 % is not complete: never rounded up to a hundred.
  const percent = Math.floor(figure.coverage * 100);
  const isComplete = figure.coverage === 1;
  const exact = new Intl.NumberFormat(locale, { maximumFractionDigits: 3 }).format(figure.value);
  const money = moneyOf(figure, speech);
  const beside = besideOf(name, figure, speech);
  const state = [...(isComplete ? [] : [words.incomplete(percent)]), ...(stale ? [words.stale] : [])];
  // Yesterday's changes stand in its row, where there is room. Those of others stand on the line of the date, which then
  // has none for the parts of a cost; for the reason why there is no cost it has.
  const isCompared = name !== 'day' && beside.short.length > 0;
  const remarks = [...state, ...(isCompared && money.said.length > 0 ? [] : money.remarks)];
  const said = [
    ...money.said,
    dateOf(name, figure, speech, 'full'),
    ...state,
    ...money.remarks,
    ...beside.spoken,
  ].join(', ');
  const isLong = name === 'power' || name === 'peak' || remarks.length > 0 || isCompared;
  return {
    name,
    label,
    value,
    segments: value.replace(/\d/g, '8').padStart(DIGITS + (/\D/.test(value) ? 1 : 0), '8'),
    unit: figure.unit,
    date: dateOf(name, figure, speech, isLong ? 'brief' : 'full'),
    remarks: remarks.join('\u00a0· '),
    coverage: isComplete ? '' : new Intl.NumberFormat(locale, { style: 'percent' }).format(percent / 100),
    changes: beside.short,
    cost: money.said[0] ?? '',
    stale,
    spoken: `${words.spoken[name]?.(minutesOf(figure)) ?? label}${words.language === 'fr' ? '\u00a0' : ''}: ${exact} ${figure.unit}, ${said}`,
  };
}

/** What a figure is beside: earlier ones, and what its month or year may come to. */
function besideOf(
  name: FigureName,
  figure: Figure,
  { words, locale }: Speech,
): { short: string[]; spoken: string[] } {
  const beside: { short: string[]; spoken: string[] } = { short: [], spoken: [] };
  if (name !== 'day' && name !== 'month' && name !== 'year') return beside;
  const percent = new Intl.NumberFormat(locale, { style: 'percent' });
  // As on a bill: with its sign, the minus as long as the plus.
  const signed = new Intl.NumberFormat(locale, { style: 'percent', signDisplay: 'exceptZero' });
  // The year before is last year.
  for (const which of name === 'year' ? (['lastYear'] as const) : (['before', 'lastYear'] as const)) {
    const change = figure[which]?.change;
    if (change === undefined) continue;
    const { short, long } = words.compared[which][name];
    const rounded = Math.round(change * 100) / 100;
    const size = percent.format(Math.abs(rounded));
    beside.short.push(
      rounded === 0 ? words.unchanged(short) : words.changed(signed.format(rounded).replace('-', '−'), short),
    );
    beside.spoken.push(
      rounded === 0 ? words.same(long) : rounded > 0 ? words.more(size, long) : words.less(size, long),
    );
  }
  if (name === 'day' || figure.projected === undefined) return beside;
  const { value, unit } = figure.projected;
  const isMoney = unit === 'EUR';
  const style: Intl.NumberFormatOptions = isMoney ? { style: 'currency', currency: unit } : {};
  const number = new Intl.NumberFormat(locale, { ...style, maximumFractionDigits: 0 }).format(value);
  const whole = isMoney ? number : `${number}\u00a0${unit}`;
  beside.short.push(words.projected[name].short(whole));
  beside.spoken.push(words.projected[name].long(whole));
  return beside;
}

/** Of what has a cost: a figure whose price isn't known of more than this share of it shows none. */
const MOST_UNPRICED = 0.005;
/** More of them don't fit into the line. */
const MOST_PERIODS = 2;

/** What a figure has cost, and its parts by tariff period; or what is missing to say so. */
function moneyOf(
  { value, coverage, cost, byPeriod = {} }: Figure,
  { words, locale }: Speech,
): { said: string[]; remarks: string[] } {
  if (!cost || coverage < 1) return { said: [], remarks: [] };
  if (cost.unpriced > value * MOST_UNPRICED) {
    const kwh = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 }).format(cost.unpriced);
    return { said: [], remarks: [words.noCost(kwh)] };
  }
  const euros = new Intl.NumberFormat(locale, { style: 'currency', currency: 'EUR' });
  const parts = Object.entries(byPeriod);
  const isSplit = parts.length > 1 && parts.length <= MOST_PERIODS;
  return {
    said: [euros.format(cost.value)],
    remarks: [
      ...(isSplit ? parts.map(([period, part]) => `${period}\u00a0${euros.format(part.cost)}`) : []),
      words.withoutFixed,
    ],
  };
}

/** Which day, which half-hour: “yesterday” is true for a day only, and “half-hour” says nothing. */
function labelOf(name: FigureName, figure: Figure, { words, locale }: Speech, now: number): string {
  if (name === 'power' || name === 'peak') {
    const time = new Intl.DateTimeFormat(locale, { timeZone: ZONE, timeStyle: 'short' });
    return words.figures[name](time.format(new Date(figure.start)));
  }
  if (name !== 'day') return words.figures[name];
  if (civilDay(Date.parse(figure.end)) === civilDay(now)) return words.yesterday;
  return new Intl.DateTimeFormat(locale, { timeZone: ZONE, ...words.shortDay }).format(
    new Date(figure.start),
  );
}

/** `2026-11-22`, in Paris. */
function civilDay(instant: number): string {
  return new Intl.DateTimeFormat('en-CA', { timeZone: ZONE }).format(instant);
}

/**
 * The light: what the summary said, and less than that once figures have grown old since.
 */
export function lightOf(summary: Figures, now: number): Freshness {
  const figures = directionsOf(summary).flatMap((direction) => {
    const { day, power, maxPower } = summary[direction] ?? {};
    return [day, power, maxPower].filter((figure) => figure !== undefined);
  });
  const fresh = figures.filter((figure) => isFresh(figure, now));
  if (summary.freshness === 'none' || fresh.length === 0) return 'none';
  return figures.some((figure) => figure.upToDate && !isFresh(figure, now)) ? 'partial' : summary.freshness;
}

/** What the line of the dates says while no figure is pointed at: up to which day readings are known. */
export function latestOf(of: DirectionSummary, { words, locale }: Speech): string {
  const ends = FIGURES.flatMap((name) => of[name]?.end ?? []).map((end) => Date.parse(end));
  const day = new Intl.DateTimeFormat(locale, {
    timeZone: ZONE,
    day: 'numeric',
    month: 'long',
    year: 'numeric',
  });
  return words.upTo(day.format(Math.max(...ends) - 1));
}

function isFresh({ upToDate, end }: Figure, now: number): boolean {
  return upToDate && now < Date.parse(end) + FRESH_FOR;
}

/** As many decimals as fill four digits: 8020, 605.6, 34.26, 3.096. Ungrouped, as on a meter: a comma has one meaning. */
export function formatValue(value: number, locale: string): string {
  const size = Math.abs(value);
  const decimals = size >= 999.95 ? 0 : size >= 99.995 ? 1 : size >= 9.9995 ? 2 : 3;
  return new Intl.NumberFormat(locale, {
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
    useGrouping: false,
  }).format(value);
}

/** In full for a voice, in brief for a line that has more to say. */
type Length = 'full' | 'brief';
const DAY: Record<Length, Intl.DateTimeFormatOptions> = {
  full: { timeZone: ZONE, weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' },
  brief: { timeZone: ZONE, day: 'numeric', month: 'short', year: 'numeric' },
};

function dateOf(
  name: FigureName,
  figure: Figure & { at?: string },
  { words, locale }: Speech,
  length: Length,
): string {
  const start = new Date(figure.start);
  // The end is excluded: the last day is the one before midnight.
  const last = new Date(Date.parse(figure.end) - 1);
  const day = new Intl.DateTimeFormat(locale, DAY[length]);
  const time = new Intl.DateTimeFormat(locale, { timeZone: ZONE, timeStyle: 'short' });
  if (name === 'power' || name === 'peak')
    return words.between(day.format(start), time.format(start), time.format(new Date(figure.end)));
  if (figure.at !== undefined) {
    const at = new Date(figure.at);
    return words.at(day.format(at), time.format(at));
  }
  if (day.format(start) === day.format(last)) return day.format(start);
  // The weekdays of both ends would say nothing.
  return new Intl.DateTimeFormat(locale, { ...DAY[length], weekday: undefined }).formatRange(start, last);
}

function minutesOf({ start, end }: Figure): number {
  return Math.round((Date.parse(end) - Date.parse(start)) / 60_000);
}
