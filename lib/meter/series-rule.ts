/**
 * Whose failure is it, the series' or the meter's? The one rule for whoever asks several series of a meter: the daily
 * collection, the backfill, the test of an access. Pure.
 *
 * Series are independent: a dead route, or a direction that isn't shared, says nothing about the others. So a failure that
 * may be the whole meter's is only suspected to be until another series was asked as well. It is the meter's where that
 * one fails, too, in whatever way, and nothing works; it is the series' own as soon as anything else works. That costs one
 * request more, and none where something worked lately. Two that are dead by themselves look like it once: whoever asks
 * begins with others the next time.
 */
import type { SeriesKey } from '../archive/archive';
import type { EnedisError } from '../errors';

/**
 * `series`: its own, the others are asked as if nothing had happened. `meter`: nobody else needs to be asked now.
 * `unclear`: ask another series (`witnessesFirst`) to know.
 */
export type Verdict = 'series' | 'meter' | 'unclear';

/** What a meter's series have shown in one run so far. Start with `NOTHING_SHOWN`. */
export interface Evidence {
  /** A series was answered, be it that there is nothing yet: the gateway, the credentials and the consent are good. */
  worked: boolean;
  /** Series that have failed in a way that may be the whole meter's. */
  suspects: readonly string[];
}

/** Nothing was asked yet. */
export const NOTHING_SHOWN: Evidence = { worked: false, suspects: [] };

/** Adds that a series was answered. */
export function withAnswer(evidence: Evidence): Evidence {
  return { ...evidence, worked: true };
}

/** Adds a failure. A refusal that is plainly about one series or direction shows nothing about the others. */
export function withFailure(evidence: Evidence, series: string, error: EnedisError): Evidence {
  if (error.concerns === 'series') return evidence;
  return { ...evidence, suspects: [...new Set([...evidence.suspects, series])] };
}

/**
 * Whose failure it is, as far as can be said.
 * @param evidence with this failure in it, or without.
 */
export function verdictOf(error: EnedisError, series: string, { worked, suspects }: Evidence): Verdict {
  if (error.concerns !== 'suspected') return error.concerns;
  if (worked) return 'series';
  return suspects.some((other) => other !== series) ? 'meter' : 'unclear';
}

/** What is known of a series that could show whether the others work. */
export interface Witness {
  key: SeriesKey;
  /** Day (`YYYY-MM-DD`) on which it was last answered; undefined: never. */
  workedOn: string | undefined;
  /** Epoch ms of the last time it was asked; undefined: never. */
  askedAt: number | undefined;
}

/**
 * The order in which to ask others after a suspicious failure of `failed`, the most telling first: what worked last, the
 * other direction before the same one, and what wasn't asked for longest, so that in the end all get their turn.
 */
export function witnessesFirst<W extends Witness>(failed: SeriesKey, others: readonly W[]): W[] {
  const isSameWay = ({ key }: W): number => (key.direction === failed.direction ? 1 : 0);
  return [...others].sort(
    (a, b) =>
      (b.workedOn ?? '').localeCompare(a.workedOn ?? '') ||
      isSameWay(a) - isSameWay(b) ||
      (a.askedAt ?? 0) - (b.askedAt ?? 0),
  );
}

/** Of the failures that together are the meter's, the one that may be over first: it decides when to try again. */
export function soonestOver<F extends { error: EnedisError }>(failures: readonly F[]): F | undefined {
  const minutes = ({ error: { retry } }: F): number => (typeof retry === 'number' ? retry : Infinity);
  return [...failures].sort((a, b) => Math.sign(minutes(a) - minutes(b)) || 0)[0];
}
