/**
 * The five figures of the Linky widget. Month and year are to date: they add up the days there are, say which days
 * those are, and how complete that is.
 */
import { combine } from '../figures/aggregate';
import { isoParis, parisDayAt } from '../readings/paris';
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
}

/** The latest that is known, be it of yesterday or older (`upToDate`); absent where nothing is. */
export interface DirectionSummary {
  day?: Figure;
  month?: Figure;
  year?: Figure;
  /** The latest interval of the load curve. */
  power?: Figure;
  /** Consumption only. */
  maxPower?: Figure & { at?: string };
}

/** Whether all, some or none of the series wanted reach the end of yesterday. */
export type Freshness = 'complete' | 'partial' | 'none';

/**
 * What output 2 of `enedis-fetch-yesterday` sends; a direction the meter doesn't have, or isn't asked for, is absent.
 */
export type Summary = Partial<Record<Direction, DirectionSummary>> & { freshness: Freshness };

/** What is known of one direction, each list sorted; what is added up to date, from 1 January of its last day's year on. */
export type Known = Partial<Record<Series, readonly Measure[]>>;

/**
 * Makes the summary of one meter.
 * @param wanted the series this meter is asked for; their figures decide the freshness.
 * @param now epoch ms
 */
export function summarize(
  known: Partial<Record<Direction, Known>>,
  wanted: readonly { direction: Direction; series: Series }[],
  now: number,
): Summary {
  const today = parisDayAt(now).start;
  const summary: Partial<Record<Direction, DirectionSummary>> = {};
  for (const [direction, of] of Object.entries(known) as [Direction, Known][])
    summary[direction] = summarizeDirection(of, today);
  return { ...summary, freshness: freshnessOf(summary, wanted) };
}

/** Figures of the summary by their name. */
type Figures = Record<string, Figure & { at?: string }>;

/** In the order of the widget, where the peak comes last. */
const IN_SUMMARY = ALL_SERIES.toSorted((a, b) => Number(SERIES[a].hasMoment) - Number(SERIES[b].hasMoment));

function summarizeDirection(known: Known, today: number): DirectionSummary {
  const figures: Figures = {};
  for (const series of IN_SUMMARY) {
    const measures = known[series] ?? [];
    const latest = measures.at(-1);
    const { figure, toDate } = SERIES[series];
    if (!latest || figure === null) continue;
    figures[figure] = latestFigure(series, latest, today);
    for (const period of toDate) figures[period] = figureToDate(series, measures, period, latest, today);
  }
  return figures;
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

/** The sum of the month or year of the latest value, up to that one. */
function figureToDate(
  series: Series,
  measures: readonly Measure[],
  period: 'month' | 'year',
  latest: Measure,
  today: number,
): Figure {
  const span = { start: spanAt(period, latest.start).start, end: latest.end };
  const from = measures.findIndex((measure) => measure.start >= span.start);
  const { value, expected, received } = combine(series, 'sum', measures, span, from);
  return {
    ...latestFigure(series, latest, today),
    start: isoParis(span.start),
    value,
    coverage: received / expected,
  };
}

/** Only of the series that have a figure. */
function freshnessOf(
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
