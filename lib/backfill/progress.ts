/** Tells a flow how a backfill stands: how much is done, whether it waits, and when it should end. */
import { isAhead } from '../async/clock';
import type { BackfillRun } from '../archive/format';
import { addDays, isoParis } from '../readings/paris';
import type { Direction, Series } from '../readings/reading';
import { daysLeft, daysOf, isOver, totalDays } from './run';
import type { Collector } from '../meter/collector';

/**
 * What output 2 of `enedis-backfill` sends. `waiting` is a run that may not ask before `resumesAt`. Times are ISO 8601
 * with the Paris offset, days `YYYY-MM-DD`, the last one included.
 */
export interface Progress {
  state: BackfillRun['state'] | 'waiting';
  /** Days of series. */
  done: number;
  total: number;
  percent: number;
  readings: number;
  requests: number;
  /** Requests a backfill may make now; null where there is no limit. */
  budgetLeft: number | null;
  resumesAt?: string;
  /** When it should end. */
  endsAt?: string;
  /** What it is at, and that series' first and last day; absent where nothing was ever started. */
  direction?: Direction;
  series?: Series;
  from?: string;
  to?: string;
}

/**
 * How a run stands now.
 * @param expected requests still to come, for the estimate of its end.
 */
export async function progressOf(
  collector: Collector,
  run: BackfillRun | undefined,
  expected: number,
): Promise<Progress> {
  const left = await budgetLeft(collector);
  // Nothing was ever started: nothing is left to be done.
  if (!run) {
    return { state: 'done', done: 0, total: 0, percent: 100, readings: 0, requests: 0, budgetLeft: left };
  }
  const { budget, clock } = collector;
  const { state, readings, requests, waiting } = run;
  const track = run.tracks.find((each) => !isOver(each, run)) ?? run.tracks.at(-1)!;
  const { direction, series, from, until } = track;
  const done = run.tracks.reduce((sum, each) => sum + daysOf(each) - daysLeft(each, run.order), 0);
  const all = totalDays(run);
  const waits = state === 'running' && waiting !== undefined && isAhead(waiting.until, clock.now());
  const last = state === 'running' ? ((await budget?.lastOf(expected, 'backfill')) ?? clock.now()) : 0;
  return {
    state: waits ? 'waiting' : state,
    done,
    total: all,
    percent: Math.floor((100 * done) / all),
    readings,
    requests,
    budgetLeft: left,
    ...(waits ? { resumesAt: isoParis(waiting.until) } : {}),
    ...(state === 'running' ? { endsAt: isoParis(Math.max(last, waits ? waiting.until : 0)) } : {}),
    direction,
    series,
    from,
    to: addDays(until, -1),
  };
}

/** Requests a backfill may make now; null where there is no limit. */
export async function budgetLeft({ budget }: Collector): Promise<number | null> {
  return (await budget?.forecast('backfill'))?.left ?? null;
}
