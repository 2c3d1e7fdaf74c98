/** Points of a chart: ui-chart of FlowFuse Dashboard takes them as they are. */
import { nameOf } from '../../readings/periods';
import { periodOf, type Figure } from './figure';

/** Time axis on `x`, bars on `label`, one line or colour for each `series`. */
export interface ChartPoint {
  /** Epoch ms of the start. */
  x: number;
  y: number;
  /**
   * Direction and series: `consumption/daily`, `consumption/cost` of a cost; with the register, the phase or the tariff's
   * period where there are several. Where there are several
   * meters theirs come first: `Home · consumption/daily`.
   */
  series: string;
  /** The period in words that sort, as a category: `2026-10`, `2026-W43`, `2026-10-25`; `total` of a total. */
  label: string;
  usagePointId: string;
}

/**
 * Makes the point of a figure.
 * @param meter what tells its meter from the others in the chart, where there are any
 */
export function chartPoint(figure: Figure, meter?: string): ChartPoint {
  const { usagePointId, direction, series, register, phase, value } = figure;
  const x = Date.parse(figure.start);
  const part = register ?? phase ?? ('fn' in figure ? figure.tariffPeriod : undefined);
  const what = 'fn' in figure && figure.fn === 'cost' ? 'cost' : series;
  return {
    x,
    y: value,
    series: `${meter === undefined ? '' : `${meter} · `}${direction}/${what}${part === undefined ? '' : `/${part}`}`,
    label: nameOf(periodOf(figure), x, Date.parse(figure.end)),
    usagePointId,
  };
}
