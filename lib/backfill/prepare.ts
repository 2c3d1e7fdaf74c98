/** Turns what somebody wants into a run: which days of which series, as far as Enedis or the archive has them. */
import { randomUUID } from 'node:crypto';
import type { BackfillRun, Track } from '../archive/format';
import { EnedisError, REASONS, type Reason } from '../errors';
import { checkClock, type Collector } from '../meter/collector';
import { firstDayWorthAsking, learntRefusal } from './needs';
import { rangeOf, type BackfillRequest } from './range';
import { newRun } from './run';

/**
 * The run for a request; without any series where its period has no day yet. Asks for nothing and writes nothing.
 * @throws EnedisError `inputInvalid`; `periodTooOld` or what a refusal has taught, where there is nothing to be had;
 * `configClock`; ENEDIS_STORAGE.
 */
export async function prepareRun(collector: Collector, request: BackfillRequest): Promise<BackfillRun> {
  const { archive, clock, today } = collector;
  checkClock(clock);
  const { order, force } = request;
  const range = rangeOf(request, collector.keys(), today);
  const startedAt = clock.now();
  const tracks: Track[] = [];
  let refusal: Reason = 'periodTooOld';
  const hasDays = range.start !== range.end;
  for (const key of hasDays ? range.keys : []) {
    const floor = await firstDayWorthAsking(collector, key, { force, startedAt });
    // What was archived in its time is handed over even where Enedis has forgotten it.
    const archived = (await archive.firstDay(key)) ?? floor;
    const earliest = archived < floor ? archived : floor;
    const from = range.start !== null && range.start > earliest ? range.start : earliest;
    if (from >= range.end) {
      const refused = await learntRefusal(collector, key, { force, startedAt });
      if (refused?.before === floor) refusal = reasonOf(refused.reason);
      continue;
    }
    const next = order === 'newest' ? range.end : from;
    tracks.push({ ...key, from, until: range.end, next, failures: 0 });
  }
  if (tracks.length === 0 && hasDays) throw new EnedisError(refusal);
  return newRun({ id: randomUUID(), startedAt, order, force, tracks });
}

/** A reason kept on disk, as one that has words; `periodTooOld` for one that hasn't (any more). */
export function reasonOf(kept: string | undefined): Reason {
  return kept !== undefined && Object.hasOwn(REASONS, kept) ? (kept as Reason) : 'periodTooOld';
}
