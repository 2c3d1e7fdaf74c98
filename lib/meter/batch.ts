/** Readings of one series as a flow gets them: the readings themselves and what is to be said of them. */
import type { Period, SeriesKey } from '../archive/archive';
import type { NewMeasure } from '../archive/day';
import { Describer, type Description } from '../figures/describe';
import { addDays, datesBetween, parisDate, parisDay } from '../readings/paris';
import { SERIES, type Reading } from '../readings/reading';
import { toReading } from '../readings/to-readings';
import { Turns } from '../async/turns';
import type { Collector } from './collector';

/** A message's payload, sorted, and its `msg.enedis`. */
export interface Batch {
  readings: Reading[];
  description: Description;
}

/** Days described at once; of a load curve, 336 half-hours in memory. */
const PAGE = 7;

/**
 * @param measures sorted; what is handed over. At least one, unless a period is given.
 * @param revBefore the archive's revision before anything was asked: what came later is from the network.
 * @param period what the batch speaks of; without it, the days of its measures.
 */
export async function batchOf(
  collector: Collector,
  key: SeriesKey,
  measures: readonly NewMeasure[],
  revBefore: number,
  period = daysOf(measures),
): Promise<Batch> {
  const { settings } = collector;
  const id = { usagePointId: settings.usagePointId, ...key };
  const describer = new Describer(id);
  const turns = new Turns();
  await describeDays(collector, key, period, describer, turns);
  const fromNetwork = measures.filter(({ rev }) => rev > revBefore).length;
  const source = fromNetwork === 0 ? 'archive' : fromNetwork === measures.length ? 'network' : 'both';
  const readings: Reading[] = [];
  for (const measure of measures) {
    await turns.take();
    readings.push(toReading(id, measure));
  }
  const origin = { source, gateway: settings.gateway.kind } as const;
  return { readings, description: describer.description(readings.length, origin) };
}

async function describeDays(
  { archive }: Collector,
  key: SeriesKey,
  { start, end }: Period,
  describer: Describer,
  turns: Turns,
): Promise<void> {
  const { reconciledWith } = SERIES[key.series];
  for (let from = start; from < end; from = addDays(from, PAGE)) {
    const page = { start: from, end: earlier(addDays(from, PAGE), end) };
    const known = await archive.read(key, page);
    const others =
      reconciledWith === null ? [] : await archive.read({ ...key, series: reconciledWith }, page);
    for (const [place, date] of datesBetween(page.start, page.end).entries()) {
      await turns.take();
      describer.add(parisDay(date), known[place]!, others[place] ?? []);
    }
  }
}

function daysOf(measures: readonly NewMeasure[]): Period {
  return {
    start: parisDate(measures[0]!.start),
    end: addDays(parisDate(measures.at(-1)!.start), 1),
  };
}

function earlier(a: string, b: string): string {
  return a < b ? a : b;
}
