/** What every message says of its readings in `msg.enedis`: which period, how complete, and whether it adds up. */
import { byPart, gaps, reconcile, tally, type Span } from '../readings/completeness';
import { isoParis, type ParisDay } from '../readings/paris';
import { SERIES, type Direction, type Measure, type Series, type Unit } from '../readings/reading';
import type { SeriesId } from '../readings/series-id';

/** The load curve compared with the day's own energy; a day that lacks one of the two, or part of the curve, isn't counted. */
export interface Reconciliation {
  /** Days whose load curve adds up to their daily energy exactly. */
  days: number;
  /** Days where it doesn't, and by how many Wh. */
  offBy: { day: string; wh: number }[];
}

/**
 * `start` and `end` (excluded) are midnights; these and the gaps are ISO 8601 with the Paris offset. `coverage` and
 * `missing` are about all that is known of those days, not only what the message brings.
 */
export interface Description {
  usagePointId: string;
  direction: Direction;
  series: Series;
  unit: Unit;
  start: string;
  end: string;
  /** Readings in the message. */
  count: number;
  /** Intervals known / intervals expected, from `start` to `end`. */
  coverage: number;
  missing: { start: string; end: string }[];
  reconciled?: Reconciliation;
  source: 'network' | 'archive' | 'both';
  gateway: string;
}

/** Describes the readings of a message day by day, so that a year of half-hours never lies in memory at once. */
export class Describer {
  readonly #id: SeriesId;
  readonly #reconciled: Reconciliation = { days: 0, offBy: [] };
  readonly #missing: Span[] = [];
  #period: Span | null = null;
  #expected = 0;
  #received = 0;

  /** @param id whose readings these are */
  constructor(id: SeriesId) {
    this.#id = id;
  }

  /**
   * Adds the next day.
   * @param known everything known of the series that day, sorted
   * @param other the same of the series it is reconciled with; empty where there is none
   */
  add(day: ParisDay, known: readonly Measure[], other: readonly Measure[]): void {
    this.#period = { start: this.#period?.start ?? day.start, end: day.end };
    const { perDay } = SERIES[this.#id.series];
    for (const part of byPart(known)) {
      const { expected, received } = tally(perDay, part, day);
      this.#expected += expected;
      this.#received += received;
    }
    for (const gap of gaps(day, known)) {
      const last = this.#missing.at(-1);
      if (last?.end === gap.start) last.end = gap.end;
      else this.#missing.push(gap);
    }
    const wh = this.#difference(day, known, other);
    if (wh === 0) this.#reconciled.days++;
    else if (wh !== null) this.#reconciled.offBy.push({ day: day.date, wh });
  }

  /** How many Wh the two series of a day differ by; null where they can't be compared. */
  #difference(day: ParisDay, known: readonly Measure[], other: readonly Measure[]): number | null {
    const { perDay, reconciledWith } = SERIES[this.#id.series];
    if (reconciledWith === null) return null;
    return perDay ? reconcile(day, other, known[0]) : reconcile(day, known, other[0]);
  }

  /**
   * What is to be said of all days added, at least one.
   * @param count readings in the message
   */
  description(count: number, origin: Pick<Description, 'source' | 'gateway'>): Description {
    const period = this.#period!;
    const { days, offBy } = this.#reconciled;
    return {
      ...this.#id,
      unit: SERIES[this.#id.series].unit,
      start: isoParis(period.start),
      end: isoParis(period.end),
      count,
      coverage: this.#received / this.#expected,
      missing: this.#missing.map(({ start, end }) => ({ start: isoParis(start), end: isoParis(end) })),
      ...(days + offBy.length > 0 ? { reconciled: this.#reconciled } : {}),
      ...origin,
    };
  }
}
