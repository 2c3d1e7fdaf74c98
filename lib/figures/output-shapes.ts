/**
 * Readings and aggregates in the shape that what comes next takes: points of a chart, points of InfluxDB, rows of a
 * database. Sending the same figure again overwrites it everywhere, for each shape carries what identifies it.
 */
import type { Aggregate, Fn } from './aggregate';
import { isoParis, isoUtc } from '../readings/paris';
import { nameOf, type Period } from '../readings/periods';
import type { Direction, Reading, Series, Unit } from '../readings/reading';

/** Told apart by `fn` and `period`, which only an aggregate has. */
export type Figure = Reading | Aggregate;

/** For ui-chart of FlowFuse Dashboard: time axis on `x`, bars on `label`, one line or colour for each `series`. */
export interface ChartPoint {
  /** Epoch ms of the start. */
  x: number;
  y: number;
  /** Direction and series: `consumption/daily`. */
  series: string;
  /** The period in words that sort, as a category: `2026-10`, `2026-W43`, `2026-10-25`; `total` of a total. */
  label: string;
  usagePointId: string;
}

/** For `influxdb batch`. A point is identified by measurement, tags and timestamp. */
export interface InfluxPoint {
  measurement: 'enedis';
  tags: Record<'usagePointId' | 'direction' | 'series' | 'period' | 'unit', string> & { fn?: Fn };
  fields: { value: number; coverage?: number; at?: string };
  /**
   * Of the start; a Date, for a number would be taken in the node's own precision. Of a total 1970: its start moves as
   * older readings come, and it would no longer replace itself.
   */
  timestamp: Date;
}

/** A row of one table for all figures; its key is `id`. No column is named with a word of SQL. */
export interface Row {
  id: string;
  usage_point_id: string;
  direction: Direction;
  series: Series;
  period: Period | 'reading';
  fn: Fn | null;
  /** `2026-10-24T22:00:00Z`: as text it sorts, and databases take it as a time. */
  start_utc: string;
  end_utc: string;
  /** `2026-10-25 00:00:00`, Paris: for `WHERE` and `GROUP BY` on days and months. */
  start_local: string;
  value: number;
  unit: Unit;
  peak_utc: string | null;
  quality: string | null;
  expected: number;
  received: number;
  coverage: number;
}

/** A new shape is a row here. */
export const SHAPES = {
  readings: (figure: Figure): Figure => figure,
  chart: chartPoint,
  influxdb: influxPoint,
  rows: row,
} as const;

/** As the node saves it: a name given once stays. `readings` is the figures as they are. */
export type Output = keyof typeof SHAPES;

function chartPoint(figure: Figure): ChartPoint {
  const { usagePointId, direction, series, value } = figure;
  const x = Date.parse(figure.start);
  const label = nameOf(periodOf(figure), x, Date.parse(figure.end));
  return { x, y: value, series: `${direction}/${series}`, label, usagePointId };
}

function influxPoint(figure: Figure): InfluxPoint {
  const { usagePointId, direction, series, value, unit, at, start } = figure;
  const period = periodOf(figure);
  return {
    measurement: 'enedis',
    tags: {
      usagePointId,
      direction,
      series,
      period,
      unit,
      ...('fn' in figure ? { fn: figure.fn } : {}),
    },
    fields: {
      value,
      ...('coverage' in figure ? { coverage: figure.coverage } : {}),
      ...(at === undefined ? {} : { at }),
    },
    timestamp: new Date(period === 'total' ? 0 : start),
  };
}

function row(figure: Figure): Row {
  const start = Date.parse(figure.start);
  const isAggregate = 'fn' in figure;
  return {
    id: figure.id,
    usage_point_id: figure.usagePointId,
    direction: figure.direction,
    series: figure.series,
    period: periodOf(figure),
    fn: isAggregate ? figure.fn : null,
    start_utc: isoUtc(start),
    end_utc: isoUtc(Date.parse(figure.end)),
    start_local: isoParis(start).slice(0, 19).replace('T', ' '),
    value: figure.value,
    unit: figure.unit,
    peak_utc: figure.at === undefined ? null : isoUtc(Date.parse(figure.at)),
    quality: isAggregate ? null : figure.quality,
    expected: isAggregate ? figure.expected : 1,
    received: isAggregate ? figure.received : 1,
    coverage: isAggregate ? figure.coverage : 1,
  };
}

function periodOf(figure: Figure): Period | 'reading' {
  return 'period' in figure ? figure.period : 'reading';
}
