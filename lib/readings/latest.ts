/** Of measures in any order, those that count: of two for the same time the one given later. */
import type { Measure } from './reading';

/** Of UTC: any stretch of time would do to sort a little at a time. */
const DAY = 24 * 60 * 60_000;
/** Measures sorted into their days at once. */
const PAGE = 2_000;

/**
 * Sorts measures and removes overlaps: of two for the same time the one given later counts, as a correction comes after
 * what it corrects. Goes day by day, with a null after each piece of the work, where the caller may pause.
 * @param measures of one part of a series, where it has several.
 */
export function* latestOfEach<T extends Measure>(measures: readonly T[]): Generator<null, T[]> {
  const days = new Map<number, { measure: T; given: number }[]>();
  for (const [given, measure] of measures.entries()) {
    const day = Math.floor(measure.start / DAY);
    const known = days.get(day);
    if (known) known.push({ measure, given });
    else days.set(day, [{ measure, given }]);
    if (given % PAGE === PAGE - 1) yield null;
  }
  const kept: T[] = [];
  let last = -1;
  for (const day of [...days.keys()].sort((a, b) => a - b)) {
    const sorted = days.get(day)!.sort((a, b) => a.measure.start - b.measure.start || a.given - b.given);
    for (const { measure, given } of sorted) {
      const overlaps = kept.length > 0 && kept.at(-1)!.end > measure.start;
      if (overlaps && given < last) continue;
      if (overlaps) kept.pop();
      kept.push(measure);
      last = given;
    }
    yield null;
  }
  return kept;
}
