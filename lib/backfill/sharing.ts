/**
 * Which backfills share a budget. Enedis forgets a day each day: whoever is about to spend a request lets the others
 * fetch first what they would otherwise lose, and counts their requests when it estimates how long all of it takes.
 */
import type { Budget } from '../budget/budget';

/** One backfill among those that share a budget. */
export interface Sharer {
  /** Requests its run still needs; 0 where none is running. */
  expected(): Promise<number>;
  /** Fetches what Enedis would forget before its turn. Doesn't reject. */
  rescue(): Promise<void>;
}

const sharers = new WeakMap<Budget, Set<Sharer>>();

/** Makes a backfill known to those it shares a budget with; what is returned takes it out again. */
export function share(budget: Budget, sharer: Sharer): () => void {
  const all = sharers.get(budget) ?? new Set();
  sharers.set(budget, all.add(sharer));
  return () => void all.delete(sharer);
}

/** The others that share a budget with one. */
export function othersOf(budget: Budget | null, sharer: Sharer): Sharer[] {
  const all = budget ? sharers.get(budget) : undefined;
  return [...(all ?? [])].filter((each) => each !== sharer);
}
