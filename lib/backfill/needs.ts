/** Reads what the planner decides by: what the archive has of a series, and what refusals have taught about it. */
import { setImmediate as turn } from 'node:timers/promises';
import type { DayStatus, Period, SeriesKey } from '../archive/archive';
import type { BackfillRun, Track } from '../archive/format';
import type { Refused } from '../archive/series-state';
import type { Collector } from '../meter/collector';
import { addDays } from '../readings/paris';
import {
  chunkOf,
  expiringPart,
  isEmpty,
  requestsFor,
  restOf,
  windowOf,
  type Chunk,
  type LackCriteria,
  type Order,
} from './planner';

/** What of a run decides on its needs, known before the run is. */
type Forcing = Pick<BackfillRun, 'force' | 'startedAt'>;

/** Days looked up at once: a month, as a load curve's files have them. */
const PAGE = 31;

/** The first day worth asking for: Enedis keeps nothing longer, or has refused what lies before. */
export async function firstDayWorthAsking(
  collector: Collector,
  key: SeriesKey & Pick<Track, 'floor'>,
  forcing: Forcing,
): Promise<string> {
  const limit = collector.historyStart(key);
  const refused = await learntRefusal(collector, key, forcing);
  return [limit, refused?.before ?? '', key.floor ?? ''].sort().at(-1)!;
}

/**
 * What a refusal has taught about where a series begins: its own, or one of another series of the direction. What the cheap
 * daily figures have learned, the load curve needn't learn again. Whoever forces wants to see for himself.
 */
export async function learntRefusal(
  collector: Collector,
  { direction, series }: SeriesKey,
  { force, startedAt }: Forcing,
): Promise<Refused | undefined> {
  const key = { direction, series };
  const found = [await collector.refused(key), await collector.refusedBeside(key)];
  const believed = found.filter((each) => each !== undefined && !(force && each.at < startedAt));
  return believed.sort((a, b) => (a!.before < b!.before ? -1 : 1)).at(-1);
}

/** The next chunk of `rest`, and what of it is to be asked for. */
export async function nextChunk(
  collector: Collector,
  forcing: Forcing,
  track: Track,
  rest: Period,
  order: Order,
): Promise<Chunk> {
  const period = windowOf(rest, order, await collector.windowDays(track));
  const criteria = await lackCriteria(collector, forcing, track);
  return chunkOf(await collector.archive.days(track, period), criteria, order);
}

/** How many requests the rest of a track needs. */
export async function requestsNeeded(
  collector: Collector,
  run: Forcing & Pick<BackfillRun, 'order'>,
  track: Track,
): Promise<number> {
  const { order } = run;
  const rest = restOf(track, order);
  if (isEmpty(rest)) return 0;
  const criteria = await lackCriteria(collector, run, track);
  const days = await daysOf(collector, track, rest);
  return requestsFor(days, criteria, order, await collector.windowDays(track));
}

/**
 * The days of a track to ask for before all others, because Enedis forgets a day each day and the track's turn comes
 * later; null: none. It costs no more: the days in between need one request less.
 * @param daysToGo midnights until the track's last request, as it is estimated.
 */
export async function expiringDays(
  collector: Collector,
  run: Forcing & Pick<BackfillRun, 'order'>,
  track: Track,
  daysToGo: number,
): Promise<Period | null> {
  // Refused at that end: what Enedis doesn't give can't expire.
  if (daysToGo < 1 || track.refused !== undefined) return null;
  const criteria = await lackCriteria(collector, run, track);
  const windowDays = await collector.windowDays(track);
  const rest = restOf(track, run.order);
  const start = rest.start > criteria.floor ? rest.start : criteria.floor;
  const reach = addDays(criteria.floor, daysToGo + windowDays);
  const end = rest.end < reach ? rest.end : reach;
  if (isEmpty({ start, end })) return null;
  return expiringPart(await daysOf(collector, track, { start, end }), criteria, daysToGo, windowDays);
}

async function lackCriteria(collector: Collector, forcing: Forcing, track: Track): Promise<LackCriteria> {
  const { archive, clock } = collector;
  return {
    now: clock.now(),
    floor: await firstDayWorthAsking(collector, track, forcing),
    forcedSince: forcing.force ? forcing.startedAt : null,
    doubted: (await collector.refused(track)) ? undefined : (await archive.seriesState(track)).refused,
  };
}

/** Page by page: whoever needs the archive meanwhile gets a turn. */
async function daysOf({ archive }: Collector, key: SeriesKey, { start, end }: Period): Promise<DayStatus[]> {
  const days: DayStatus[] = [];
  for (let from = start; from < end; await turn()) {
    const next = addDays(from, PAGE);
    const until = next < end ? next : end;
    days.push(...(await archive.days(key, { start: from, end: until })));
    from = until;
  }
  return days;
}
