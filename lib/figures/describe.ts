/** What every message says about the readings it carries (`msg.enedis`): which period, how complete, and whether it adds up. */
import { gaps, reconcile, type Span } from '../readings/completeness';
import { isoParis, type ParisDay } from '../readings/paris';
import { SERIES, type Direction, type Measure, type Series, type Unit } from '../readings/reading';
import { tally } from '../readings/completeness';
import type { SeriesId } from '../readings/to-readings';

/** The load curve against the day's own energy; days that lack one of the two, or part of the curve, are in neither. */
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

/** Goes through the days a message speaks of, one at a time, so that a year of half-hours never lies in memory at once. */
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
   * The next day.
   * @param known everything known of the series that day, sorted
   * @param other the same of the series to reconcile with: the load curve of a daily reading, or the daily reading of a
   * load curve
   */
  add(day: ParisDay, known: readonly Measure[], other: readonly Measure[]): void {
    this.#period = { start: this.#period?.start ?? day.start, end: day.end };
    const { expected, received } = tally(SERIES[this.#id.series].perDay, known, day);
    this.#expected += expected;
    this.#received += received;
    for (const gap of gaps(day, known)) {
      const last = this.#missing.at(-1);
      if (last?.end === gap.start) last.end = gap.end;
      else this.#missing.push(gap);
    }
    const wh = this.#difference(day, known, other);
    if (wh === 0) this.#reconciled.days++;
    else if (wh !== null) this.#reconciled.offBy.push({ day: day.date, wh });
  }

  #difference(day: ParisDay, known: readonly Measure[], other: readonly Measure[]): number | null {
    switch (this.#id.series) {
      case 'daily':
        return reconcile(day, other, known[0]);
      case 'loadCurve':
        return reconcile(day, known, other[0]);
      case 'maxPower':
        return null;
    }
  }

  /**
   * To be called once the days have been added, at least one.
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
