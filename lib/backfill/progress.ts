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

/** What is known of a run's future beside what is noted with it. */
export interface Outlook {
  /** Requests still to come, for the estimate of its end. */
  expected: number;
  /** Epoch ms of the next try, while it waits for a disk that has failed. */
  stalledUntil: number | undefined;
}

/** How a run stands now. */
export async function progressOf(
  collector: Collector,
  run: BackfillRun | undefined,
  { expected, stalledUntil }: Outlook,
): Promise<Progress> {
  // Nothing was ever started: nothing is left to be done.
  if (!run) return nothingToDo(collector);
  const left = await budgetLeft(collector);
  const { budget, clock } = collector;
  const { state, readings, requests, waiting } = run;
  const track = run.tracks.find((each) => !isOver(each, run)) ?? run.tracks.at(-1)!;
  const { direction, series, from } = track;
  const done = run.tracks.reduce((sum, each) => sum + daysOf(each) - daysLeft(each, run.order), 0);
  const all = totalDays(run);
  const until = stalledUntil ?? waiting?.until ?? 0;
  const waits = state === 'running' && isAhead(until, clock.now());
  const last = state === 'running' ? ((await budget?.lastOf(expected, 'backfill')) ?? clock.now()) : 0;
  return {
    state: waits ? 'waiting' : state,
    done,
    total: all,
    percent: Math.floor((100 * done) / all),
    readings,
    requests,
    budgetLeft: left,
    ...(waits ? { resumesAt: isoParis(until) } : {}),
    ...(state === 'running' ? { endsAt: isoParis(Math.max(last, waits ? until : 0)) } : {}),
    direction,
    series,
    from,
    to: addDays(track.until, -1),
  };
}

/** How a run stands that has no days. */
export async function nothingToDo(collector: Collector): Promise<Progress> {
  const left = await budgetLeft(collector);
  return { state: 'done', done: 0, total: 0, percent: 100, readings: 0, requests: 0, budgetLeft: left };
}

/** Requests a backfill may make now; null where there is no limit. */
export async function budgetLeft({ budget }: Collector): Promise<number | null> {
  return (await budget?.forecast('backfill'))?.left ?? null;
}
