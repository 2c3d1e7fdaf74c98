/** The settings of the aggregate node, from what was saved. */
import { EnedisError } from '../../lib/errors';
import type { Incomplete } from '../../lib/figures/accumulate';
import type { FigureFn } from '../../lib/figures/aggregate';
import type { CostOptions } from '../../lib/figures/cost';
import type { Output } from '../../lib/figures/shapes';
import type { Period } from '../../lib/readings/periods';
import { ALL_SERIES, SERIES, type Series } from '../../lib/readings/series';

/** The properties as saved: texts, whatever they are. */
export interface AggregateProperties {
  period?: string;
  fn?: string;
  incomplete?: string;
  output?: string;
  series?: string;
  store?: string;
  /** Id of an `enedis-tariff`; empty: the meter's. */
  tariff?: string;
  split?: boolean | string;
  fixed?: boolean | string;
}

/** What is chosen in the dialog. */
export interface Settings {
  period: Period | 'reading';
  fn: FigureFn | 'auto';
  incomplete: Incomplete;
  output: Output;
  /** Readings of other series are left alone. `energy`: of each day's series one is chosen. */
  series: Series | 'all' | 'energy';
  /** What is to be told by a tariff; null where none is asked. */
  byTariff: ByTariff | null;
}

/** What is to be told by a tariff: what energy costs, or its kWh by the tariff's periods. */
export interface ByTariff extends CostOptions {
  /** The tariff's node; empty: the meter's. */
  tariff: string;
}

type Choice = Exclude<keyof Settings, 'byTariff'>;

/** Of each property; the first is what a node does where nothing is chosen. */
const CHOICES: { readonly [K in Choice]: readonly Settings[K][] } = {
  period: ['day', 'reading', 'hour', 'week', 'month', 'year', 'total'],
  fn: ['auto', 'sum', 'mean', 'max', 'min', 'cost'],
  incomplete: ['emit', 'drop', 'hold'],
  output: ['readings', 'chart', 'influxdb', 'rows'],
  series: ['all', 'energy', ...ALL_SERIES],
};

/**
 * Reads the saved properties.
 * @throws EnedisError configProperty `{property}` for a value that is none of the choices, for `energy` of readings that
 *   aren't added up (it is one figure a period), and for what no tariff can tell: a peak's cost, the split of a mean, the
 *   subscription of an hour.
 */
export function settingsOf(def: AggregateProperties): Settings {
  const choose = <K extends Choice>(property: K): Settings[K] => {
    const value = def[property];
    const choices: readonly Settings[K][] = CHOICES[property];
    const found = choices.find(
      (choice) => choice === (value === undefined || value === '' ? choices[0] : value),
    );
    if (found === undefined) throw new EnedisError('configProperty', { property });
    return found;
  };
  const settings = {
    period: choose('period'),
    fn: choose('fn'),
    incomplete: choose('incomplete'),
    output: choose('output'),
    series: choose('series'),
  };
  const byTariff = byTariffOf(def, settings);
  if (settings.series === 'energy' && settings.period === 'reading' && !byTariff)
    throw new EnedisError('configProperty', { property: 'series' });
  return { ...settings, byTariff };
}

function byTariffOf(
  def: AggregateProperties,
  { period, fn, series }: Pick<Settings, 'period' | 'fn' | 'series'>,
): ByTariff | null {
  const isCost = fn === 'cost';
  // Readings as they come aren't added up: of a function saved before, only the cost means something.
  const isSplit = isTicked(def.split) && (isCost || period !== 'reading');
  const isFixed = isCost && isTicked(def.fixed);
  if (!isCost && !isSplit) return null;
  const wrong = [
    !isCost && fn !== 'auto' && fn !== 'sum' && 'split',
    isFixed && (period === 'reading' || period === 'hour') && 'fixed',
    series !== 'all' && series !== 'energy' && !SERIES[series].canBeSummed && 'series',
  ].find((property) => property !== false);
  if (wrong !== undefined) throw new EnedisError('configProperty', { property: wrong });
  return { fn: isCost ? 'cost' : 'sum', split: isSplit, fixed: isFixed, tariff: def.tariff ?? '' };
}

function isTicked(value: boolean | string | undefined): boolean {
  return value === true || value === 'true';
}
