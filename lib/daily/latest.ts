/** The meter's summary out of the archive, for output 2: reads the days that the five figures are made of. */
import type { MeterArchive, SeriesKey } from '../archive/archive';
import type { Collector } from '../meter/collector';
import { freshnessOf, summarize, type Figure, type Known, type Summary } from '../query/summary';
import { addDays, parisDay } from '../readings/paris';
import { SERIES, type Direction } from '../readings/reading';

/** Far enough back to find the last figures of a meter fallen silent. */
const SILENT_DAYS = 40;

/**
 * Reads what is known and sums it up.
 * @param keys the series whose figures are wanted.
 * @param settled those of which nothing is missing of yesterday, although their last value may be older.
 */
export async function latestSummary(
  { archive }: Collector,
  keys: readonly SeriesKey[],
  settled: readonly SeriesKey[],
  today: string,
): Promise<Summary> {
  const known: Partial<Record<Direction, Known>> = {};
  const firstDays: Partial<Record<Direction, string>> = {};
  // From 1 January of yesterday's year.
  const newYear = `${addDays(today, -1).slice(0, 4)}-01-01`;
  const fallback = addDays(today, -SILENT_DAYS);
  const start = fallback < newYear ? `${fallback.slice(0, 4)}-01-01` : newYear;
  for (const key of keys) {
    const of = (known[key.direction] ??= {});
    const isToDate = SERIES[key.series].toDate.length > 0;
    of[key.series] = (await archive.read(key, { start: isToDate ? start : fallback, end: today })).flat();
    const firstDay = isToDate ? await historyStart(archive, key, start) : undefined;
    if (firstDay !== undefined) firstDays[key.direction] = firstDay;
  }
  const summary = summarize(known, keys, parisDay(today).start, firstDays);
  for (const { direction, series } of settled) {
    const { figure } = SERIES[series];
    const figures = summary[direction] as Record<string, Figure | undefined> | undefined;
    const of = figure === null ? undefined : figures?.[figure];
    if (of) of.upToDate = true;
  }
  return { ...summary, freshness: freshnessOf(summary, keys) };
}

/**
 * The first day of which there is anything, where all days before it from `start` on were asked for in vain: the meter or
 * its contract is that young. Undefined where there may be more.
 */
async function historyStart(
  archive: MeterArchive,
  key: SeriesKey,
  start: string,
): Promise<string | undefined> {
  const first = await archive.firstDay(key);
  if (first === undefined || first <= start) return undefined;
  const days = await archive.days(key, { start, end: first });
  return days.every(({ asked }) => asked) ? first : undefined;
}
