/** Rows of a database: one table for all figures. */
import { isoParis, isoUtc } from '../../readings/paris';
import type { Period } from '../../readings/periods';
import { partOf } from '../../readings/series-id';
import type { Direction, Part, Series, Unit } from '../../readings/reading';
import type { Aggregate, FigureFn } from '../aggregate';
import { isPriced, periodOf, type Figure } from './figure';

/** Its key is `id`. No column is named with a word of SQL; `register` or `phase` where there are several values at once. */
export interface Row extends Part {
  id: string;
  usage_point_id: string;
  direction: Direction;
  series: Series | 'energy';
  period: Period | 'reading' | 'interval';
  fn: FigureFn | null;
  /** `2026-10-24T22:00:00Z`: as text it sorts, and databases take it as a time. */
  start_utc: string;
  end_utc: string;
  /** `2026-10-25 00:00:00`, Paris: for `WHERE` and `GROUP BY` on days and months. */
  start_local: string;
  value: number;
  unit: Unit | 'EUR';
  peak_utc: string | null;
  quality: string | null;
  expected: number;
  received: number;
  coverage: number;
  /** Where a tariff was asked for: its node, its period where the figure is split, and what stands beside the value. */
  tariff?: string;
  tariff_period?: string | null;
  energy?: number | null;
  fixed?: number | null;
  unpriced?: number | null;
}

/** Makes the row of a figure. */
export function row(figure: Figure): Row {
  const start = Date.parse(figure.start);
  const isAggregate = 'fn' in figure;
  return {
    id: figure.id,
    usage_point_id: figure.usagePointId,
    direction: figure.direction,
    series: figure.series,
    ...partOf(figure),
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
    ...(isPriced(figure) ? priced(figure) : {}),
  };
}

/** The same columns in each, so that all rows of a table have one form. */
function priced({
  tariff,
  tariffPeriod,
  energy,
  fixed,
  unpriced,
}: Aggregate & { tariff: string }): Partial<Row> {
  return {
    tariff,
    tariff_period: tariffPeriod ?? null,
    energy: energy ?? null,
    fixed: fixed ?? null,
    unpriced: unpriced ?? null,
  };
}
