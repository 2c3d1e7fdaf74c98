/**
 * What one flow node has been given of a meter, and what it is to be given now. Where it stands is kept on disk: a revision
 * of the archive, and for each series the day up to which it has everything. Of a series that is new to it, where it
 * begins is written down before anything is asked for: what is archived from then on reaches it, whatever is killed when.
 */
import { seriesName, type SeriesKey } from '../archive/archive';
import type { NewMeasure } from '../archive/day';
import type { NodeState } from '../archive/format';
import { batchOf, type Batch } from '../meter/batch';
import type { Collector } from '../meter/collector';
import { addDays } from '../readings/paris';
import { SERIES } from '../readings/reading';
import { OVERLAP_DAYS } from './windows';

/** How much load curve a first collection takes: one request. */
const FIRST_CURVE_DAYS = 7;

/** What a node has been given already, and which series it has begun with and not been given yet. */
export type Given = Pick<NodeState, 'cursor' | 'since' | 'begun'>;

/** Whether the node was never given anything of a series, be it the node that is new or the series. */
export function isNew(key: SeriesKey, { since }: Given): boolean {
  return since?.[seriesName(key)] === undefined;
}

/** Where a first collection begins: 1 January of this year (on 1 January: of the year before); a week of load curve. */
export function firstDayOf({ series }: SeriesKey, today: string): string {
  if (SERIES[series].firstCollection === 'week') return addDays(today, -FIRST_CURVE_DAYS);
  return `${addDays(today, -1).slice(0, 4)}-01-01`;
}

/**
 * Where the node begins with the series that are new to it: the first day, and the archive's revision after which what
 * arrives is its own. What was begun before stays; not where a clock that was ahead has begun it.
 * @param rev the archive's revision now.
 */
export function begunNow(
  keys: readonly SeriesKey[],
  given: Given,
  { firstCollect, rev, today }: { firstCollect: boolean; rev: number; today: string },
): NonNullable<Given['begun']> {
  const begun: NonNullable<Given['begun']> = {};
  for (const key of keys) {
    if (!isNew(key, given)) continue;
    const known = given.begun?.[seriesName(key)];
    const from = firstCollect ? firstDayOf(key, today) : addDays(today, -1 - OVERLAP_DAYS);
    begun[seriesName(key)] = known && known.from < today ? known : { from, rev: firstCollect ? 0 : rev };
  }
  return begun;
}

/**
 * What is new to the node in the days the daily collection answers for. The years that a backfill may have brought aren't
 * among them: those are the backfill's to hand over.
 * @param given with `begun` as it is now.
 * @param revBefore the archive's revision before anything was asked.
 */
export async function batchesFor(
  collector: Collector,
  given: Given,
  revBefore: number,
  today: string,
): Promise<Batch[]> {
  const batches: Batch[] = [];
  for (const key of collector.keys()) {
    const begun = given.begun?.[seriesName(key)];
    const since = givenUntil(key, given, today);
    const from =
      begun?.from ?? (since === undefined ? firstDayOf(key, today) : addDays(since, -OVERLAP_DAYS));
    const changes = await collector.archive.changes(key, begun?.rev ?? given.cursor ?? revBefore, from);
    if (changes.length > 0) batches.push(await batchOf(collector, key, changes, revBefore));
  }
  return batches;
}

/** Yesterday once more, out of the archive: of each series that isn't new in `batches`, what there is of it. */
export async function replayed(
  collector: Collector,
  batches: readonly Batch[],
  today: string,
): Promise<Batch[]> {
  const yesterday = { start: addDays(today, -1), end: today };
  const replays: Batch[] = [];
  for (const key of collector.keys()) {
    if (batches.some(({ description }) => seriesName(description) === seriesName(key))) continue;
    const measures: NewMeasure[] = (await collector.archive.read(key, yesterday)).flat();
    if (measures.length > 0) replays.push(await batchOf(collector, key, measures, Infinity, yesterday));
  }
  return replays;
}

/**
 * The day up to which the node has a series, once it is given what there is now.
 * @param since the first day of the series that isn't settled.
 */
export function nextGivenUntil(key: SeriesKey, given: Given, since: string, today: string): string {
  const before = givenUntil(key, given, today) ?? '';
  // Days that are looked for again, because another node wants them or a file was damaged, this node has had.
  return since > before ? since : before;
}

/** The day up to which the node has been given a series; unknown where a clock that was ahead has written it. */
function givenUntil(key: SeriesKey, { since }: Given, today: string): string | undefined {
  const day = since?.[seriesName(key)];
  return day !== undefined && day <= today ? day : undefined;
}
