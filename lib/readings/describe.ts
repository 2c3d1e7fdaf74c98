/** What every message says about the readings it carries (`msg.enedis`): which period, how complete, and whether it adds up. */
import { byDate, dayCoverage, gaps, reconcile } from './completeness';
import { isoParis, parisDay, parisDayAt, datesBetween, parisDate } from './paris';
import { SERIES, type Direction, type Measure, type Series, type Unit } from './reading';
import type { SeriesId } from './to-readings';

export interface Reconciliation {
  /** Days whose load curve adds up to their daily energy exactly. */
  days: number;
  /** Days where it doesn't, and by how many Wh. */
  offBy: { day: string; wh: number }[];
}

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

/** Whole days around measures: the period a message speaks of. Epoch ms. */
export function periodOf(measures: readonly Measure[]): { start: number; end: number } {
  const first = measures[0]!;
  const last = measures.at(-1)!;
  return { start: parisDayAt(first.start).start, end: parisDayAt(last.start).end };
}

/**
 * @param id whose readings these are
 * @param sent the readings of the message, sorted
 * @param known everything known of the series in the message's period
 * @param other the series to reconcile with: the load curve of daily readings, or the daily readings of a load curve
 * @param period the whole days the message speaks of, epoch ms
 */
export function describe(
  id: SeriesId,
  sent: readonly Measure[],
  known: readonly Measure[],
  other: readonly Measure[],
  origin: Pick<Description, 'source' | 'gateway'>,
  period = periodOf(sent),
): Description {
  const { perDay, unit } = SERIES[id.series];
  const dates = datesBetween(parisDate(period.start), parisDate(period.end));
  const knownOf = byDate(known);
  let expected = 0;
  let received = 0;
  for (const date of dates) {
    const coverage = dayCoverage(parisDay(date), knownOf.get(date) ?? [], perDay);
    expected += coverage.expected;
    received += coverage.received;
  }
  const reconciled = reconciliation(id.series, dates, knownOf, byDate(other));
  return {
    ...id,
    unit,
    start: isoParis(period.start),
    end: isoParis(period.end),
    count: sent.length,
    coverage: received / expected,
    missing: gaps(period, known).map(({ start, end }) => ({ start: isoParis(start), end: isoParis(end) })),
    ...(reconciled ? { reconciled } : {}),
    ...origin,
  };
}

function reconciliation(
  series: Series,
  dates: readonly string[],
  known: ReadonlyMap<string, Measure[]>,
  other: ReadonlyMap<string, Measure[]>,
): Reconciliation | null {
  if (series === 'maxPower') return null;
  const [curves, dailies] = series === 'loadCurve' ? [known, other] : [other, known];
  const result: Reconciliation = { days: 0, offBy: [] };
  for (const date of dates) {
    const wh = reconcile(parisDay(date), curves.get(date) ?? [], dailies.get(date)?.[0]);
    if (wh === 0) result.days++;
    else if (wh !== null) result.offBy.push({ day: date, wh });
  }
  return result.days + result.offBy.length > 0 ? result : null;
}
