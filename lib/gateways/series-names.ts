/** What a gateway calls a series, or why it can't be asked for. */
import { EnedisError } from '../errors';
import { SERIES, type Dialect, type Direction, type Series } from '../readings/series';

/**
 * The name of a series in a dialect.
 * @throws EnedisError wrongDirection for a series that doesn't exist that way round.
 */
export function nameOf(
  dialect: Dialect,
  { series, direction }: { series: Series; direction: Direction },
): string {
  const name = SERIES[series].names[dialect][direction];
  if (name === undefined) throw new EnedisError('wrongDirection', { series, direction });
  return name;
}
