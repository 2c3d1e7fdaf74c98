/**
 * What the month or the year that is running may come to: what last year's remaining days came to, by how this year compares
 * with last so far; where last year isn't known, every remaining day as the mean of those so far.
 */
import type { Period } from '../archive/archive';
import type { Aggregate } from '../figures/aggregate';
import type { Projection } from '../figures/compared';
import { addMonths, datesBetween, parisDate } from '../readings/paris';
import { spanAt } from '../readings/periods';
import type { Span } from '../readings/completeness';
import { spanOf, valueIn, valuesOf } from './comparison';
import type { ValueMaker } from './values';

/** Whether a span is the whole of the month or the year that is running. */
export function isRunning(span: Span, now: number): boolean {
  return (['month', 'year'] as const).some((period) => {
    const { start, end } = spanAt(period, now);
    return span.start === start && span.end === end;
  });
}

/** Last year's days of a period: 29 February's are those of the 28th. */
export function lastYearOf({ start, end }: Period): Period {
  return { start: addMonths(start, -12), end: addMonths(end, -12) };
}

/** What is known of a running period. */
export interface Running<D> {
  span: Span;
  /** The days of this year. */
  own: ReadonlyMap<string, D>;
  /** Those of the last. */
  last: ReadonlyMap<string, D>;
  maker: ValueMaker<D>;
  /** The first day whose subscription counts. */
  since: string;
}

/** What each figure of a running period, or part of one, may come to; undefined where that can't be said. */
export function projection<D>(
  running: Running<D>,
): (figure: Pick<Aggregate, 'tariffPeriod' | 'unit'>) => Projection | undefined {
  const { span, own, last, maker, since } = running;
  const dates = datesBetween(parisDate(span.start), parisDate(span.end));
  const known = dates.filter((date) => own.has(date));
  if (known.length === 0 || !valuesOf(known, own).every((day) => maker.isComparable(day)))
    return () => undefined;
  const remaining = dates.filter((date) => !own.has(date));
  const hadThen = known.filter((date) => last.has(yearBefore(date)));
  const before = (of: readonly string[]): D[] => valuesOf(of.map(yearBefore), last);
  const isKnownThen =
    hadThen.length > 0 &&
    remaining.every((date) => last.has(yearBefore(date))) &&
    [...before(hadThen), ...before(remaining)].every((day) => maker.isComparable(day));
  const sum = (days: readonly D[], of: readonly string[], figure: Pick<Aggregate, 'tariffPeriod'>): number =>
    days.length === 0 ? 0 : valueIn(maker.make(spanOf(of), days, []), figure);
  // What a subscription costs is known of every day, and doesn't depend on what is consumed.
  const whole = maker.make(
    span,
    valuesOf(known, own),
    dates.filter((date) => date >= since),
  );
  const fixed = whole.aggregate.fixed ?? 0;
  return (figure) => {
    if (figure.tariffPeriod === 'unpriced') return undefined;
    const { unit } = figure;
    const toDate = sum(valuesOf(known, own), known, figure);
    const isFixed = figure.tariffPeriod === 'fixed';
    const share = figure.tariffPeriod === undefined || isFixed ? fixed : 0;
    const then = isKnownThen ? sum(before(hadThen), hadThen.map(yearBefore), figure) : 0;
    const isByLastYear = isKnownThen && (then > 0 || isFixed);
    const rest = isByLastYear
      ? isFixed
        ? 0
        : sum(before(remaining), remaining.map(yearBefore), figure) *
          (sum(valuesOf(hadThen, own), hadThen, figure) / then)
      : (toDate / known.length) * remaining.length;
    const value = (isFixed ? 0 : toDate + rest) + share;
    return {
      // An estimate isn't known to the hundredth of a cent.
      value: Math.round(value * (unit === 'EUR' ? 100 : 1000)) / (unit === 'EUR' ? 100 : 1000),
      unit,
      method: isByLastYear ? 'lastYear' : 'average',
    };
  };
}

function yearBefore(date: string): string {
  return addMonths(date, -12);
}
