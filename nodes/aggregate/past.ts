/**
 * What a period had before the first reading that a node has seen of it, from the archive: so that after a restart, or in
 * a flow built in the middle of a month, a month isn't only what came since.
 */
import type { NodeAPI } from 'node-red';
import type { Period } from '../../lib/archive/names';
import { Turns } from '../../lib/async/turns';
import type { Collector } from '../../lib/meter/collector';
import { addDays, parisDate, parisDay } from '../../lib/readings/paris';
import type { Span } from '../../lib/readings/completeness';
import type { Measure } from '../../lib/readings/reading';
import type { SeriesId } from '../../lib/readings/series-id';
import { runningMeters } from '../shared/running-meters';

/**
 * The measures (sorted) that the archive of a meter has in some spans.
 * @param gateway kind of the one the readings came through: simulated readings aren't a real meter's.
 * @returns none where the meter isn't in this Node-RED.
 * @throws EnedisError ENEDIS_STORAGE where the archive can't be read.
 */
export async function archived(
  RED: NodeAPI,
  id: SeriesId,
  gateway: unknown,
  spans: readonly Span[],
): Promise<Measure[]> {
  if (spans.length === 0) return [];
  const collector = await collectorOf(RED, id.usagePointId, gateway);
  if (!collector) return [];
  const first = await collector.archive.firstDay(id);
  if (first === undefined) return [];
  const found: Measure[] = [];
  const turns = new Turns();
  for (const span of spans) {
    const days = daysOf(span, first, collector.today);
    for (const day of await collector.archive.read(id, days)) {
      await turns.take();
      for (const measure of day) {
        const isPart = measure.register === id.register && measure.phase === id.phase;
        if (isPart && measure.start >= span.start && measure.end <= span.end) found.push(measure);
      }
    }
  }
  return found;
}

/** The days of a span that an archive may have, which may be of all time. */
function daysOf(span: Span, first: string, today: string): Period {
  const start = Math.max(span.start, parisDay(first).start);
  const end = Math.min(span.end, parisDay(today).start);
  return end <= start
    ? { start: first, end: first }
    : { start: parisDate(start), end: addDays(parisDate(end - 1), 1) };
}

/** That of a meter whose node runs; undefined where there is none, or its settings are no good. */
async function collectorOf(
  RED: NodeAPI,
  usagePointId: string,
  gateway: unknown,
): Promise<Collector | undefined> {
  const meter = runningMeters(RED).find(
    ({ settings }) => settings.usagePointId === usagePointId && settings.gateway.kind === gateway,
  );
  return meter?.node.collector().catch(() => undefined);
}
