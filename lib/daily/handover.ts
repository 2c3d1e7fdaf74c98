/**
 * What one flow node has been given of a meter, and what it is to be given now. Where it stands is kept with the meter's
 * book-keeping: a revision of the archive, and for each series the day up to which it has everything.
 */
import { seriesName, type SeriesKey } from '../archive/archive';
import type { NodeState } from '../archive/format';
import { batchOf, type Batch } from '../meter/batch';
import type { Collector } from '../meter/collector';
import { addDays } from '../readings/paris';
import { SERIES } from '../readings/reading';
import { OVERLAP_DAYS } from './windows';

/** How much load curve a first collection takes: one request. */
const FIRST_CURVE_DAYS = 7;

/** What a node has been given already. */
export type Given = Pick<NodeState, 'cursor' | 'since'>;

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
 * What is new to the node in the days the daily collection answers for. The years that a backfill may have brought aren't
 * among them: those are the backfill's to hand over.
 * @param revBefore the archive's revision before anything was asked.
 */
export async function batchesFor(
  collector: Collector,
  given: Given,
  { firstCollect, revBefore, today }: { firstCollect: boolean; revBefore: number; today: string },
): Promise<Batch[]> {
  const batches: Batch[] = [];
  for (const key of collector.keys()) {
    const since = givenUntil(key, given, today);
    const from = since === undefined ? firstDayOf(key, today) : addDays(since, -OVERLAP_DAYS);
    const unseen = firstCollect ? 0 : revBefore;
    const cursor = isNew(key, given) ? unseen : (given.cursor ?? unseen);
    const changes = await collector.archive.changes(key, cursor, from);
    if (changes.length > 0) batches.push(await batchOf(collector, key, changes, revBefore));
  }
  return batches;
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
