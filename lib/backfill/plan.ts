/** What a run would cost and when it would end: the answer to `plan`. */
import type { BackfillRun } from '../archive/format';
import type { Collector } from '../meter/collector';
import { addDays, isoParis } from '../readings/paris';
import type { Direction, Series } from '../readings/reading';
import { requestsNeeded } from './needs';
import { budgetLeft } from './progress';
import { totalDays } from './run';

/**
 * What output 2 of `enedis-backfill` sends for `plan`: an estimate, for a refusal on the way makes it less, and others
 * who share the budget make it longer. `endsAt` is ISO 8601 with the Paris offset; days are `YYYY-MM-DD`, the last one
 * included. `budgetLeft` is null where there is no limit.
 */
export interface Plan {
  state: 'planned';
  requests: number;
  /** Until it would end, begun days counted whole; 0 without any request. */
  days: number;
  endsAt: string;
  budgetLeft: number | null;
  /** Days of series. */
  total: number;
  from: string;
  to: string;
  series: { direction: Direction; series: Series; from: string; to: string; requests: number }[];
}

const DAY = 86_400_000;

/** Estimates a run that hasn't begun. Asks for nothing. */
export async function planOf(collector: Collector, run: BackfillRun): Promise<Plan> {
  const { budget, clock, today } = collector;
  const series: Plan['series'] = [];
  for (const track of run.tracks) {
    const { direction, series: name, from, until } = track;
    const requests = await requestsNeeded(collector, run, track);
    series.push({ direction, series: name, from, to: addDays(until, -1), requests });
  }
  const requests = series.reduce((sum, each) => sum + each.requests, 0);
  const endsAt = (await budget?.lastOf(requests, 'backfill')) ?? clock.now();
  return {
    state: 'planned',
    requests,
    days: requests === 0 ? 0 : Math.max(1, Math.ceil((endsAt - clock.now()) / DAY)),
    endsAt: isoParis(endsAt),
    budgetLeft: await budgetLeft(collector),
    total: totalDays(run),
    // Of a period that begins today: from today to yesterday, which is no day.
    from: series.map(({ from }) => from).sort()[0] ?? today,
    to:
      series
        .map(({ to }) => to)
        .sort()
        .at(-1) ?? addDays(today, -1),
    series,
  };
}
