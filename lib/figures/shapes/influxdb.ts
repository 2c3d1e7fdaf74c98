/** Points of InfluxDB, as `influxdb batch` takes them. */
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
  };
  fields: { value: number; coverage?: number; at?: string } & Pick<
    Aggregate,
    'energy' | 'fixed' | 'unpriced' | 'plusMinus'
  >;
  /**
   * Of the start; a Date, for a number would be taken in the node's own precision. Of a total 1970: its start moves as
   * older readings come, and it would no longer replace itself.
   */
  timestamp: Date;
}

/** Makes the point of a figure. */
export function influxPoint(figure: Figure): InfluxPoint {
  const { usagePointId, direction, series, register, phase, value, unit, at, start } = figure;
  const period = periodOf(figure);
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
    },
    fields: {
      value,
      ...('coverage' in figure ? { coverage: figure.coverage } : {}),
      ...(at === undefined ? {} : { at }),
      ...('fn' in figure ? amountsOf(figure) : {}),
    },
    timestamp: new Date(period === 'total' ? 0 : start),
  };
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
