/**
 * The five figures of the Linky widget. Month and year are to date: they add up the days there are, say which days
 * those are, and how complete that is.
 */
import type { EnedisCode } from '../errors';
import { combine } from '../figures/aggregate';
import type { Compared, Projection } from '../figures/compared';
import type { Span } from '../readings/completeness';
import { isoParis, parisDay, parisDayAt } from '../readings/paris';
import { spanAt } from '../readings/periods';
import {
  ALL_SERIES,
  SERIES,
  type Direction,
  type Measure,
  type Series,
  type Unit,
} from '../readings/reading';

/**
 * A figure in kWh, kW or kVA and when it is of: ISO 8601 with the Paris offset. Month and year end with the last day
 * known, not with the calendar's.
 */
export interface Figure {
  value: number;
  unit: Unit;
  start: string;
  /** Excluded. */
  end: string;
  /** Reaches the end of yesterday. */
  upToDate: boolean;
  /** Days received / days there are, for month and year. */
  coverage: number;
  /** Of energy, where the meter has a tariff for it. */
  cost?: FigureCost;
  /** Of the same by tariff period: kWh and EUR. */
  byPeriod?: Record<string, { value: number; cost: number }>;
  /** Day: the same weekday a week ago; month: the month before; year: the year before. The same days only. */
  before?: Compared;
  /** Day: the same weekday a year ago (364 days); month and year: the same dates. */
  lastYear?: Compared;
  /** Month and year: what the whole of it may come to. */
  projected?: Projection;
}

/** What energy has cost or earned. */
export interface FigureCost {
  /** Without the subscription. */
  value: number;
  unit: 'EUR';
  /** EUR of subscription for the days of the figure; null where the tariff doesn't tell it. */
  fixed: number | null;
  /** kWh without a price: not in `value`. */
  unpriced: number;
}

/** The latest that is known, be it of yesterday or older (`upToDate`); absent where nothing is. */
export interface DirectionSummary {
  day?: Figure;
  month?: Figure;
  year?: Figure;
  /** The latest interval of the load curve. */
  power?: Figure;
  /** Production only: the strongest interval of the curve's last day. The latest one, at midnight, is always nothing. */
  peak?: Figure;
  /** Consumption only; `subscribed` is the power of the contract in kVA, where it is known. */
  maxPower?: Figure & { at?: string; subscribed?: number };
}

/** Whether all, some or none of the series wanted reach the end of yesterday. */
export type Freshness = 'complete' | 'partial' | 'none';

/** The figures of one meter; a direction that it doesn't have, or isn't asked for, is absent. */
export type Summary = Partial<Record<Direction, DirectionSummary>> & { freshness: Freshness };

/** What stands in the way of yesterday being complete, in the language of Node-RED. */
export interface SummaryProblem {
  code: EnedisCode;
  message: string;
  /** What to do. */
  advice: string;
  /** ISO 8601, Paris. */
  since: string;
  /** When it goes on by itself, where that is known. */
  retryAt?: string;
}

/** The summary as output 2 of `enedis-fetch-yesterday` sends it. */
export type SentSummary = Summary & {
  /** The meter's name, where it has one. */
  meter?: string;
  /** The figures that are new in this one: `['consumption.day', …]`. */
  news: string[];
  problem?: SummaryProblem;
};

/** What is known of one direction, each list sorted; what is added up to date, from 1 January of its last day's year on. */
export type Known = Partial<Record<Series, readonly Measure[]>>;

/**
 * Makes the summary of one meter.
 * @param wanted the series this meter is asked for; their figures decide the freshness.
 * @param now epoch ms
 * @param firstDays of directions that the meter hasn't always had: the first day (`YYYY-MM-DD`) there can be a reading of.
 *   Month and year begin there, so that nothing is missing of them that never was.
 */
export function summarize(
  known: Partial<Record<Direction, Known>>,
  wanted: readonly { direction: Direction; series: Series }[],
  now: number,
  firstDays: Partial<Record<Direction, string>> = {},
): Summary {
  const today = parisDayAt(now).start;
  const summary: Partial<Record<Direction, DirectionSummary>> = {};
  for (const [direction, of] of Object.entries(known) as [Direction, Known][]) {
    const firstDay = firstDays[direction];
    const since = firstDay === undefined ? -Infinity : parisDay(firstDay).start;
    summary[direction] = summarizeDirection(direction, of, today, since);
  }
  return { ...summary, freshness: freshnessOf(summary, wanted) };
}

/** Figures of the summary by their name. */
type Figures = Record<string, Figure & { at?: string }>;

/** In the order of the widget, where the peak comes last. */
const IN_SUMMARY = ALL_SERIES.toSorted((a, b) => Number(SERIES[a].hasMoment) - Number(SERIES[b].hasMoment));

function summarizeDirection(
  direction: Direction,
  known: Known,
  today: number,
  since: number,
): DirectionSummary {
  const figures: Figures = {};
  for (const series of IN_SUMMARY) {
    const measures = known[series] ?? [];
    const latest = measures.at(-1);
    const { figure, toDate } = SERIES[series];
    if (!latest || figure === null) continue;
    figures[figure] = latestFigure(series, latest, today);
    for (const period of toDate) {
      // A reading from before the first day there can be one of says that this day is wrong.
      const begun = Math.min(since, measures[0]!.start);
      const start = Math.max(spanAt(period, latest.start).start, begun);
      figures[period] = figureToDate(series, measures, { start, end: latest.end }, today);
    }
  }
  const peak = direction === 'production' ? strongest(known.loadCurve ?? []) : undefined;
  // As fresh as the curve it is of.
  const upToDate = figures.power?.upToDate === true;
  if (peak) figures.peak = { ...latestFigure('loadCurve', peak, today), upToDate };
  return figures;
}

/** The strongest interval of a curve's last day, the first of several; undefined where nothing was produced on it. */
function strongest(curve: readonly Measure[]): Measure | undefined {
  const last = curve.at(-1);
  if (!last) return undefined;
  const { start } = parisDayAt(last.start);
  let found: Measure | undefined;
  for (const measure of curve.slice(curve.findIndex((each) => each.start >= start)))
    if (measure.amount > (found?.amount ?? 0)) found = measure;
  return found;
}

function latestFigure(series: Series, measure: Measure, today: number): Figures[string] {
  const { amount, start, end, at } = measure;
  return {
    value: amount / 1000,
    unit: SERIES[series].unit,
    start: isoParis(start),
    end: isoParis(end),
    upToDate: end >= today,
    coverage: 1,
    ...(at === undefined ? {} : { at: isoParis(at) }),
  };
}

/** The sum of a month or year, up to the latest value. */
function figureToDate(series: Series, measures: readonly Measure[], span: Span, today: number): Figure {
  const from = measures.findIndex((measure) => measure.start >= span.start);
  const { value, expected, received } = combine(series, 'sum', measures, span, from);
  return {
    ...latestFigure(series, measures.at(-1)!, today),
    start: isoParis(span.start),
    value,
    coverage: received / expected,
  };
}

/** Tells how many of the series wanted reach the end of yesterday; of those that have a figure. */
export function freshnessOf(
  summary: Partial<Record<Direction, DirectionSummary>>,
  wanted: readonly { direction: Direction; series: Series }[],
): Freshness {
  const areUpToDate = wanted.flatMap(({ direction, series }) => {
    const { figure } = SERIES[series];
    const figures = summary[direction] as Figures | undefined;
    return figure === null ? [] : [figures?.[figure]?.upToDate === true];
  });
  if (!areUpToDate.includes(true)) return 'none';
  return areUpToDate.includes(false) ? 'partial' : 'complete';
}

/**
 * Names the figures that new readings have changed, in their order: `consumption.day`.
 * @param changed of each direction and series the readings that are new: the first and the last instant of each (epoch ms).
 */
export function newsOf(
  summary: Summary,
  changed: readonly { direction: Direction; series: Series; spans: readonly Span[] }[],
): string[] {
  const news: string[] = [];
  for (const { direction, series, spans } of changed) {
    const { figure, toDate } = SERIES[series];
    const figures = summary[direction] as Figures | undefined;
    for (const name of [figure, ...toDate]) {
      const of = name === null ? undefined : figures?.[name];
      if (!of) continue;
      const [start, end] = [Date.parse(of.start), Date.parse(of.end)];
      if (spans.some((span) => span.start < end && span.end > start)) news.push(`${direction}.${name}`);
    }
  }
  return news;
}
