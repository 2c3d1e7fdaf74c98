/** The settings of the aggregate node, from what was saved. */
import { EnedisError } from '../../lib/errors';
import type { Incomplete } from '../../lib/figures/accumulate';
import type { Fn } from '../../lib/figures/aggregate';
import type { Output } from '../../lib/figures/shapes';
import type { Period } from '../../lib/readings/periods';
import { ALL_SERIES, type Series } from '../../lib/readings/series';

/** The properties as saved: texts, whatever they are. */
export interface AggregateProperties {
  period?: string;
  fn?: string;
  incomplete?: string;
  output?: string;
  series?: string;
  store?: string;
}

/** What is chosen in the dialog. */
export interface Settings {
  period: Period | 'reading';
  fn: Fn | 'auto';
  incomplete: Incomplete;
  output: Output;
  /** Readings of other series are left alone. `energy`: of each day's series one is chosen. */
  series: Series | 'all' | 'energy';
}

/** Of each property; the first is what a node does where nothing is chosen. */
const CHOICES: { readonly [K in keyof Settings]: readonly Settings[K][] } = {
  period: ['day', 'reading', 'hour', 'week', 'month', 'year', 'total'],
  fn: ['auto', 'sum', 'mean', 'max', 'min'],
  incomplete: ['emit', 'drop', 'hold'],
  output: ['readings', 'chart', 'influxdb', 'rows'],
  series: ['all', 'energy', ...ALL_SERIES],
};

/**
 * Reads the saved properties.
 * @throws EnedisError configProperty `{property}` for a value that is none of the choices, or for `energy` of readings that
 *   aren't added up: it is one figure a period.
 */
export function settingsOf(def: AggregateProperties): Settings {
  const choose = <K extends keyof Settings>(property: K): Settings[K] => {
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
  if (settings.series === 'energy' && settings.period === 'reading')
    throw new EnedisError('configProperty', { property: 'series' });
  return settings;
}
