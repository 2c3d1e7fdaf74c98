/**
 * When the sources of days are asked: within a minute of a start, then some minutes after each hour at which something can
 * be new. What is wrong with one is told once in a row; who was asked when is kept on disk by the asking itself.
 */
import type { Clock } from '../../async/clock';
import { Looks } from '../../async/looks';
import { asEnedisError, type EnedisError } from '../../errors';
import type { DayAsking, Disagreement, NeededDays } from './asking';
import type { Doubt } from './days';

const SPREAD = { first: 60_000, later: 8 * 60_000 };
const DAY = 86_400_000;
const HOUR = 3_600_000;
/** Doubts are told by day: those of this many are remembered, so as not to be told twice. */
const MOST_REMEMBERED = 1000;

/** The sources of one realm, and the days that the tariffs that run need of them. */
export interface NeededOfSources {
  asking: Pick<DayAsking, 'ask' | 'dueAt'>;
  days: readonly NeededDays[];
  /** Something else is known than before. */
  onChanged: () => void;
}

/** What the renewal needs of the house. What is told is told once in a row. */
export interface DayRenewalOptions {
  clock: Pick<Clock, 'now' | 'at'>;
  /** In [0, 1). */
  random: () => number;
  /** What is needed now: asked each time, for tariffs come and go. */
  needed: () => Promise<readonly NeededOfSources[]>;
  onDoubt: (doubt: Doubt) => void;
  onDisagreement: (disagreement: Disagreement) => void;
  onProblem: (problem: EnedisError) => void;
}

/** Runs from `start` to `stop`; nothing of it throws or rejects. */
export class DayRenewal extends Looks {
  constructor({ clock, random, needed, onDoubt, onDisagreement, onProblem }: DayRenewalOptions) {
    let told = '';
    const tell = (problem: EnedisError | null): void => {
      const { reason = '' } = problem ?? {};
      if (problem && reason !== told) onProblem(problem);
      told = reason;
    };
    const remembered = new Set<string>();
    const isNew = (said: object): boolean => {
      const key = JSON.stringify(said);
      if (remembered.has(key)) return false;
      if (remembered.size >= MOST_REMEMBERED) remembered.clear();
      remembered.add(key);
      return true;
    };
    super({
      clock,
      random,
      spread: SPREAD,
      async look(signal) {
        const due = [clock.now() + DAY];
        let first: EnedisError | null = null;
        for (const { asking, days, onChanged } of await needed()) {
          signal.throwIfAborted();
          const { changed, doubts, disagreements, problem } = await asking.ask(days, signal);
          if (changed.length > 0) onChanged();
          doubts.filter(isNew).forEach(onDoubt);
          disagreements.filter(isNew).forEach(onDisagreement);
          first ??= problem;
          due.push(asking.dueAt(days) ?? Infinity);
        }
        tell(first);
        return Math.min(...due);
      },
      onFailure(error) {
        tell(asEnedisError(error));
        return clock.now() + HOUR;
      },
    });
  }
}
