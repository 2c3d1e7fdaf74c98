/** A day's load curve in hours, or in the meter's own intervals. */
import { wallClock } from '../readings/paris';
import { spanAt } from '../readings/periods';
import type { Span } from '../readings/completeness';
import type { Measure } from '../readings/reading';

/** A part of a day, and its readings. */
export interface PartOfDay {
  span: Span;
  /** Where it stands on the clock, the second passage of a repeated hour apart, and how long it is. */
  place: string;
  measures: readonly Measure[];
}

/** Those that there is anything of. @param curve of a day, sorted */
export function partsOfDay(step: 'hour' | 'interval', curve: readonly Measure[]): PartOfDay[] {
  const parts: PartOfDay[] = [];
  for (let from = 0; from < curve.length;) {
    const { start, end } = curve[from]!;
    const span = step === 'hour' ? spanAt('hour', start) : { start, end };
    let to = from + 1;
    while (to < curve.length && curve[to]!.start < span.end) to++;
    const { minute, isAgain } = wallClock(span.start);
    const place = `${minute} ${(span.end - span.start) / 60_000}${isAgain ? ' again' : ''}`;
    parts.push({ span, place, measures: curve.slice(from, to) });
    from = to;
  }
  return parts;
}
