/**
 * When official prices are asked for anew: some minutes after a start, then a day after each file was last asked for. What
 * goes wrong is told once and tried the next day. Which files are due is known by the prices themselves, and kept on
 * disk; so a restart asks for nothing twice.
 */
import type { Clock } from '../../async/clock';
import { Looks } from '../../async/looks';
import { asEnedisError, type EnedisError } from '../../errors';
import type { OfferKind } from '../terms';
import type { OfficialPrices } from './official-prices';
import type { RegulatedOffer } from './published';

const SPREAD = 15 * 60_000;
const DAY = 86_400_000;

/** The prices of one realm, and the offers of which the tariffs that run need them. */
export interface Needed {
  prices: Pick<OfficialPrices, 'renew' | 'dueAt'>;
  offers: readonly OfferKind[];
}

/** What the renewal needs of the house. */
export interface RenewalOptions {
  clock: Pick<Clock, 'now' | 'at'>;
  /** In [0, 1). */
  random: () => number;
  /** What is needed now: asked each time, for tariffs come and go. */
  needed: () => Promise<readonly Needed[]>;
  onChanged: (offers: readonly RegulatedOffer[]) => void;
  /** The same problem is told once in a row. */
  onProblem: (problem: EnedisError) => void;
}

/** Runs from `start` to `stop`; nothing of it throws or rejects. */
export class DailyRenewal extends Looks {
  constructor({ clock, random, needed, onChanged, onProblem }: RenewalOptions) {
    let told = '';
    const tell = (problem: EnedisError | null): void => {
      const { reason = '' } = problem ?? {};
      if (problem && reason !== told) onProblem(problem);
      told = reason;
    };
    const tomorrow = (): number => clock.now() + DAY;
    super({
      clock,
      random,
      spread: { first: SPREAD, later: SPREAD },
      async look(signal) {
        const due = [tomorrow()];
        let first: EnedisError | null = null;
        for (const { prices, offers } of await needed()) {
          signal.throwIfAborted();
          const { changed, problem } = await prices.renew(offers, signal);
          if (changed.length > 0) onChanged(changed);
          first ??= problem;
          due.push(prices.dueAt(offers) ?? Infinity);
        }
        tell(first);
        return Math.min(...due);
      },
      onFailure(error) {
        tell(asEnedisError(error));
        return tomorrow();
      },
    });
  }
}
