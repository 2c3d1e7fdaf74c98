/** What a backfill tells: the messages it has for the flow, how it stands, and what goes wrong. */
import type { Batch } from '../meter/batch';
import type { Problem } from '../readings/reading';
import type { Progress } from './progress';

/** One chunk of one series. `parts` is what a join node goes by; only the last has a `count`, and it may be empty. */
export interface Delivery extends Batch {
  parts: { id: string; index: number; count?: number; type: 'array'; len: 1 };
  /** The last of its run. */
  complete: boolean;
}

/** Whoever is told what happens. None of these may throw. */
export interface BackfillListener {
  /** Send it: when this returns, it counts as delivered. */
  deliver(delivery: Delivery): void;
  progress(progress: Progress): void;
  /** A failure nobody's message waits for. */
  failed(error: unknown): void;
  /** What was left out of an answer. */
  problems(problems: readonly Problem[]): void;
}
