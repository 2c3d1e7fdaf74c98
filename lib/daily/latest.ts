/** The meter's summary out of the archive, for output 2: reads the days that the five figures are made of. */
import type { SeriesKey } from '../archive/archive';
import type { Collector } from '../meter/collector';
import { summarize, type Known, type Summary } from '../query/summary';
import { addDays, parisDay } from '../readings/paris';
import { SERIES, type Direction } from '../readings/reading';

/** Far enough back to find the last figures of a meter fallen silent. */
const SILENT_DAYS = 40;

/**
 * Reads what is known and sums it up.
 * @param keys the series whose figures are wanted.
 */
export async function latestSummary(
  { archive }: Collector,
  keys: readonly SeriesKey[],
  today: string,
): Promise<Summary> {
  const known: Partial<Record<Direction, Known>> = {};
  // From 1 January of yesterday's year.
  const newYear = `${addDays(today, -1).slice(0, 4)}-01-01`;
  const fallback = addDays(today, -SILENT_DAYS);
  const start = fallback < newYear ? `${fallback.slice(0, 4)}-01-01` : newYear;
  for (const key of keys) {
    const of = (known[key.direction] ??= {});
    const from = SERIES[key.series].toDate.length > 0 ? start : fallback;
    of[key.series] = (await archive.read(key, { start: from, end: today })).flat();
  }
  return summarize(known, keys, parisDay(today).start);
}
