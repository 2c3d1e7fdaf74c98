/** Readings of one series as a flow gets them: the readings themselves and what is to be said of them. */
import type { Period, SeriesKey } from '../archive/archive';
import type { NewMeasure } from '../archive/day';
import { describe, periodOf, type Description } from '../readings/describe';
import { parisDate, parisDay } from '../readings/paris';
import type { Reading } from '../readings/reading';
import { toReading } from '../readings/to-readings';
import type { Collector } from './collector';

export interface Batch {
  readings: Reading[];
  description: Description;
}

/**
 * @param measures sorted; what is handed over. At least one, unless a period is given.
 * @param revBefore the archive's revision before anything was asked: what came later is from the network.
 * @param period what the batch speaks of; without it, the days of its measures.
 */
export async function batchOf(
  { archive, settings }: Collector,
  key: SeriesKey,
  measures: readonly NewMeasure[],
  revBefore: number,
  period?: Period,
): Promise<Batch> {
  const id = { usagePointId: settings.usagePointId, ...key };
  const span = period
    ? { start: parisDay(period.start).start, end: parisDay(period.end).start }
    : periodOf(measures);
  const days: Period = { start: parisDate(span.start), end: parisDate(span.end) };
  const other = key.series === 'loadCurve' ? 'daily' : 'loadCurve';
  const fromNetwork = measures.filter(({ rev }) => rev > revBefore).length;
  const source = fromNetwork === 0 ? 'archive' : fromNetwork === measures.length ? 'network' : 'both';
  const description = describe(
    id,
    measures,
    await archive.measures(key, days),
    key.series === 'maxPower' ? [] : await archive.measures({ ...key, series: other }, days),
    { source, gateway: settings.gateway.kind },
    span,
  );
  return { readings: measures.map((measure) => toReading(id, measure)), description };
}
