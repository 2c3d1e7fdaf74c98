/**
 * Whose failure it is: a run asks several series, and one that fails may be alone in that, or the whole meter may be out
 * of reach. Keeps what the series have shown since the work began (a round), and who is still suspected. Asks for
 * nothing; the rule is the one in `lib/meter/series-rule.ts`.
 */
import { seriesName, type SeriesKey } from '../archive/archive';
import type { EnedisError } from '../errors';
import {
  NOTHING_SHOWN,
  verdictOf,
  withAnswer,
  withFailure,
  witnessesFirst,
  type Verdict,
  type Witness,
} from '../meter/series-rule';
import { parisDate } from '../readings/paris';

/** A series that has failed, be it by itself or because the meter can't be reached. */
export interface Suspect {
  key: SeriesKey;
  error: EnedisError;
}

/** One for each flow node. */
export class Suspects {
  #evidence = NOTHING_SHOWN;
  readonly #suspects = new Map<string, Suspect>();
  /** What is known of each series from earlier rounds, too. */
  readonly #witnesses = new Map<string, Omit<Witness, 'key'>>();

  /** Begins a round: nothing is shown any more, nobody is suspected. */
  restart(): void {
    this.#evidence = NOTHING_SHOWN;
    this.#suspects.clear();
  }

  /** Those who have failed in this round, and of whom it isn't clear yet; the latest last. */
  get all(): Suspect[] {
    return [...this.#suspects.values()];
  }

  has(key: SeriesKey): boolean {
    return this.#suspects.has(seriesName(key));
  }

  /** Notes that a series was answered. @returns those whose failures are their own, as that shows. */
  answered(key: SeriesKey, now: number): Suspect[] {
    this.#evidence = withAnswer(this.#evidence);
    this.#witnesses.set(seriesName(key), { workedOn: parisDate(now), askedAt: now });
    const cleared = this.all;
    this.#suspects.clear();
    return cleared;
  }

  /** Notes a failure. Whoever isn't known to be alone in it is suspected from here on. */
  failed(key: SeriesKey, error: EnedisError, now: number): Verdict {
    const name = seriesName(key);
    const workedOn = this.#witnesses.get(name)?.workedOn;
    this.#witnesses.set(name, { workedOn, askedAt: now });
    this.#evidence = withFailure(this.#evidence, name, error);
    const verdict = verdictOf(error, name, this.#evidence);
    if (verdict !== 'series') this.#suspects.set(name, { key, error });
    return verdict;
  }

  /** Which of them to ask next: the first, or while there are suspects the one that tells most about them. */
  next<K extends SeriesKey>(candidates: readonly K[]): K | undefined {
    const latest = this.all.at(-1);
    if (!latest) return candidates[0];
    const witnesses = candidates.map((key) => {
      const { workedOn, askedAt } = this.#witnesses.get(seriesName(key)) ?? {};
      return { key, workedOn, askedAt };
    });
    return witnessesFirst(latest.key, witnesses)[0]?.key;
  }
}
