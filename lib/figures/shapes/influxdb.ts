/** Points of InfluxDB, as `influxdb batch` takes them. */
import { isoUtc } from '../../readings/paris';
import type { Aggregate, FigureFn } from '../aggregate';
import { isPriced, periodOf, type Figure } from './figure';

/** A point is identified by measurement, tags and timestamp: the same figure again overwrites it. */
export interface InfluxPoint {
  measurement: 'enedis';
  tags: Record<'usagePointId' | 'direction' | 'series' | 'period' | 'unit', string> & {
    register?: string;
    phase?: string;
    fn?: FigureFn;
    tariff?: string;
    tariffPeriod?: string;
    /** Of a figure that a query's range cuts, and of its totals: the end, or it would overwrite the whole period's. */
    until?: string;
  };
  fields: { value: number; coverage?: number; at?: string } & Pick<
    Aggregate,
    'energy' | 'fixed' | 'unpriced' | 'plusMinus'
  >;
  /**
   * Of the start; a Date, for a number would be taken in the node's own precision. Of a total of all there is 1970: its
   * start moves as older readings come, and it would no longer replace itself.
   */
  timestamp: Date;
}

/** Makes the point of a figure. */
export function influxPoint(figure: Figure): InfluxPoint {
  const { usagePointId, direction, series, register, phase, value, unit, at, start } = figure;
  const period = periodOf(figure);
  const until = endInId(figure);
  return {
    measurement: 'enedis',
    tags: {
      usagePointId,
      direction,
      series,
      ...(register === undefined ? {} : { register }),
      ...(phase === undefined ? {} : { phase: String(phase) }),
      period,
      unit,
      ...('fn' in figure ? { fn: figure.fn } : {}),
      ...(isPriced(figure) ? tariffOf(figure) : {}),
      ...(until === undefined ? {} : { until }),
    },
    fields: {
      value,
      ...('coverage' in figure ? { coverage: figure.coverage } : {}),
      ...(at === undefined ? {} : { at }),
      ...('fn' in figure ? amountsOf(figure) : {}),
    },
    timestamp: new Date(period === 'total' && until === undefined ? 0 : start),
  };
}

/** The end, where a figure's id has it because its start doesn't tell it from others. */
function endInId({ id, end }: Figure): string | undefined {
  const until = isoUtc(Date.parse(end));
  return id.endsWith(`/${until}`) ? until : undefined;
}

function tariffOf({ tariff, tariffPeriod }: Aggregate & { tariff: string }): {
  tariff: string;
  tariffPeriod?: string;
} {
  return { tariff, ...(tariffPeriod === undefined ? {} : { tariffPeriod }) };
}

/** What stands beside the value of a cost. */
function amountsOf({ energy, fixed, unpriced, plusMinus }: Aggregate): InfluxPoint['fields'] | object {
  return Object.fromEntries(
    Object.entries({ energy, fixed, unpriced, plusMinus }).filter(([, amount]) => amount !== undefined),
  );
}
