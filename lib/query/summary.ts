/**
 * The five figures of the Linky widget. Month and year are to date: they add up the days there are, say which days
 * those are, and how complete that is.
 */
import { combine } from '../figures/aggregate';
import { isoParis, parisDayAt } from '../readings/paris';
import { spanAt } from '../readings/periods';
import { SERIES, type Direction, type Measure, type Series, type Unit } from '../readings/reading';

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

/** What is known of one direction, each list sorted: `daily` from at least 1 January of the last day's year on. */
export interface Known {
  daily: readonly Measure[];
  loadCurve: readonly Measure[];
  maxPower: readonly Measure[];
}

/**
 * @param wanted the series this meter is asked for; their figures decide the freshness.
 * @param now epoch ms
 */
export function summarize(
  known: Partial<Record<Direction, Known>>,
  wanted: readonly { direction: Direction; series: Series }[],
  now: number,
): Summary {
  const summary: Partial<Record<Direction, DirectionSummary>> = {};
  for (const [direction, of] of Object.entries(known) as [Direction, Known][]) {
    summary[direction] = summarizeDirection(of, now);
  }
  return { ...summary, freshness: freshnessOf(summary, wanted) };
}

function summarizeDirection({ daily, loadCurve, maxPower }: Known, now: number): DirectionSummary {
  const today = parisDayAt(now).start;
  const figures: DirectionSummary = {};
  const lastDay = daily.at(-1);
  if (lastDay) {
    figures.day = figure('daily', lastDay, today);
    figures.month = toDate(daily, 'month', lastDay, today);
    figures.year = toDate(daily, 'year', lastDay, today);
  }
  const lastInterval = loadCurve.at(-1);
  if (lastInterval) figures.power = figure('loadCurve', lastInterval, today);
  const peak = maxPower.at(-1);
  if (peak) {
    figures.maxPower = {
      ...figure('maxPower', peak, today),
      ...(peak.at === undefined ? {} : { at: isoParis(peak.at) }),
    };
  }
  return figures;
}

function figure(series: Series, { amount, start, end }: Measure, today: number): Figure {
  return {
    value: amount / 1000,
    unit: SERIES[series].unit,
    start: isoParis(start),
    end: isoParis(end),
    upToDate: end >= today,
    coverage: 1,
  };
}

/** The energy of the month or year of the last day known, up to that day. */
function toDate(daily: readonly Measure[], period: 'month' | 'year', last: Measure, today: number): Figure {
  const span = { start: spanAt(period, last.start).start, end: last.end };
  const from = daily.findIndex((measure) => measure.start >= span.start);
  const { value, expected, received } = combine('daily', 'sum', daily, span, from);
  const whole = { ...figure('daily', last, today), start: isoParis(span.start) };
  return { ...whole, value, coverage: received / expected };
}

const FIGURE_OF = { daily: 'day', loadCurve: 'power', maxPower: 'maxPower' } as const satisfies Record<
  Series,
  keyof DirectionSummary
>;

function freshnessOf(
  summary: Partial<Record<Direction, DirectionSummary>>,
  wanted: readonly { direction: Direction; series: Series }[],
): Freshness {
  const upToDate = wanted.filter(
    ({ direction, series }) => summary[direction]?.[FIGURE_OF[series]]?.upToDate,
  );
  if (upToDate.length === 0) return 'none';
  return upToDate.length === wanted.length ? 'complete' : 'partial';
}
