/**
 * Which days a figure is compared with, by its step, and how the two compare. A day without a partner (29 February, a 31st)
 * drops out on both sides; days that are missing on one side count for neither when it is said by how much it changed.
 */
import type { Aggregate } from '../figures/aggregate';
import type { Compared } from '../figures/compared';
import { addGap } from '../figures/energy';
import type { Span } from '../readings/completeness';
import { addDays, addMonths, isoParis, parisDay } from '../readings/paris';
import type { Comparison, Step } from './question';
import type { Made, ValueMaker } from './values';

/** A day and the one it is compared with. */
export interface Pair {
  date: string;
  partner: string;
}

/** The day that a day is compared with; null where there is none. */
export type PartnerOf = (date: string) => string | null;

/**
 * How days find their partners.
 * @param count days that a total is made of: it is compared with as many before them
 */
export function partnersFor(step: Step, compare: Exclude<Comparison, 'none'>, count: number): PartnerOf {
  const isBefore = compare === 'before';
  switch (step) {
    case 'interval':
    case 'hour':
    case 'day':
    case 'week':
      // The same weekday, last year as well.
      return (date) => addDays(date, isBefore ? -7 : -364);
    case 'month':
      return (date) => sameDay(date, isBefore ? -1 : -12);
    case 'year':
      return (date) => sameDay(date, -12);
    case 'total':
      return (date) => (isBefore ? addDays(date, -count) : sameDay(date, -12));
  }
}

function sameDay(date: string, months: number): string | null {
  const moved = addMonths(date, months);
  return moved.slice(8) === date.slice(8) ? moved : null;
}

/** The pairs of those days that have a partner. */
export function pairsOf(dates: readonly string[], partnerOf: PartnerOf): Pair[] {
  return dates.flatMap((date) => {
    const partner = partnerOf(date);
    return partner === null ? [] : [{ date, partner }];
  });
}

/** What there is of days, and of those they are compared with. */
export interface BothSides<D> {
  maker: ValueMaker<D>;
  own: ReadonlyMap<string, D>;
  other: ReadonlyMap<string, D>;
  /** Whether a day lies within all that the archive knows, so that its subscription counts. */
  isKnownDay: (date: string) => boolean;
}

/** What stands beside a figure, or beside each of its parts; undefined where nothing is known of the other side. */
export type ComparedOf = (figure: Pick<Aggregate, 'tariffPeriod'>) => Compared | undefined;

/** Compares the days of a figure with their partners. */
export function comparison<D>(pairs: readonly Pair[], sides: BothSides<D>): ComparedOf {
  const { maker, own, other, isKnownDay } = sides;
  const partners = pairs.map(({ partner }) => partner);
  const there = partners.filter((date) => other.has(date));
  if (there.length === 0) return () => undefined;
  const make = (dates: readonly string[], from: ReadonlyMap<string, D>, fixed = dates): Made =>
    maker.make(spanOf(dates), valuesOf(dates, from), fixed);
  const compared = make(there, other, partners.filter(isKnownDay));
  const both = pairs.filter(
    ({ date, partner }) => isComparable(date, own, maker) && isComparable(partner, other, maker),
  );
  const [mine, theirs] =
    both.length === 0
      ? []
      : [
          make(
            both.map(({ date }) => date),
            own,
          ),
          make(
            both.map(({ partner }) => partner),
            other,
          ),
        ];
  const { start, end } = spanOf(partners);
  const coverage = coverageOver(partners, sides);
  return (figure) => {
    const value = valueIn(compared, figure);
    const [now, then] = [mine && valueIn(mine, figure), theirs && valueIn(theirs, figure)];
    const hasChange = now !== undefined && then !== undefined && then > 0;
    return {
      value,
      start: isoParis(start),
      end: isoParis(end),
      coverage,
      ...(hasChange ? { change: rounded(now / then - 1) } : {}),
    };
  };
}

function isComparable<D>(date: string, days: ReadonlyMap<string, D>, maker: ValueMaker<D>): boolean {
  const day = days.get(date);
  return day !== undefined && maker.isComparable(day);
}

/** To the hundredth of a per cent. */
export function rounded(change: number): number {
  return Math.round(change * 10_000) / 10_000 + 0;
}

/** The value of a figure, or of the same part of it; 0 for a part that isn't there. */
export function valueIn(
  { aggregate, parts }: Made,
  { tariffPeriod }: Pick<Aggregate, 'tariffPeriod'>,
): number {
  if (tariffPeriod === undefined) return aggregate.value;
  return parts?.find((part) => part.tariffPeriod === tariffPeriod)?.value ?? 0;
}

/** How much of some days is known, every day counted by its length. */
function coverageOver<D>(dates: readonly string[], { maker, other }: BothSides<D>): number {
  let [received, expected] = [0, 0];
  for (const date of dates) {
    const { start, end } = parisDay(date);
    const day = other.get(date);
    expected += end - start;
    if (day !== undefined) received += (end - start) * maker.coverage(day, date).share;
  }
  return received / expected;
}

/** What is missing of some days (sorted). */
export function missingOf<D>(
  dates: readonly string[],
  days: ReadonlyMap<string, D>,
  maker: ValueMaker<D>,
): { start: string; end: string }[] {
  const missing: Span[] = [];
  for (const date of dates) {
    const day = days.get(date);
    if (day === undefined) addGap(missing, parisDay(date));
    else for (const gap of maker.coverage(day, date).gaps) addGap(missing, gap);
  }
  return missing.map(({ start, end }) => ({ start: isoParis(start), end: isoParis(end) }));
}

/** From the first of some days (sorted, at least one) to the end of the last. */
export function spanOf(dates: readonly string[]): Span {
  return { start: parisDay(dates[0]!).start, end: parisDay(dates.at(-1)!).end };
}

/** What there is of those days that there is something of. */
export function valuesOf<D>(dates: readonly string[], days: ReadonlyMap<string, D>): D[] {
  return dates.flatMap((date) => {
    const day = days.get(date);
    return day === undefined ? [] : [day];
  });
}
