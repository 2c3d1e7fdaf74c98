/** Intervals that a body gives twice: the same value is one, of two values the later in the body counts and it is said. */
import type { Measure, Problem } from '../../readings/reading';
import { problemOf, type StampedPoint } from './stamped';

/** A measure and the place of its point in the list. */
export type Placed = Measure & { index: number };

/**
 * Sorts measures and removes overlaps; those that contradict a later one are added to `problems`.
 * @param points where the measures are from.
 */
export function withoutRepetitions(
  measures: Placed[],
  points: readonly StampedPoint[],
  problems: Problem[],
): Measure[] {
  const sorted = measures.sort((a, b) => a.start - b.start || a.index - b.index);
  const kept: Placed[] = [];
  for (const measure of sorted) {
    const previous = kept.at(-1);
    if (!previous || measure.start >= previous.end) {
      kept.push(measure);
      continue;
    }
    const isSame =
      measure.start === previous.start && measure.end === previous.end && measure.amount === previous.amount;
    if (isSame) continue;
    const isLater = measure.index > previous.index;
    const loser = isLater ? previous : measure;
    problems.push(problemOf(loser.index, 'conflict', points[loser.index]!.value));
    if (isLater) kept[kept.length - 1] = measure;
  }
  return kept.map(({ index: _index, ...measure }) => measure);
}
