/** Intervals that a body gives twice: the same value is one, of two values the later in the body counts and it is said. */
import type { Measure, Problem } from '../../readings/reading';
import { problemOf, type StampedPoint } from './stamped';

/** A measure and the place of its point in the list. */
export interface Placed {
  index: number;
  measure: Measure;
}

/**
 * Sorts measures and removes overlaps; those that contradict a later one are added to `problems`.
 * @param points where the measures are from.
 */
export function withoutRepetitions(
  measures: Placed[],
  points: readonly StampedPoint[],
  problems: Problem[],
): Measure[] {
  const sorted = measures.sort((a, b) => a.measure.start - b.measure.start || a.index - b.index);
  const kept: Placed[] = [];
  for (const placed of sorted) {
    const previous = kept.at(-1);
    if (!previous || placed.measure.start >= previous.measure.end) {
      kept.push(placed);
      continue;
    }
    if (isSame(placed.measure, previous.measure)) continue;
    const isLater = placed.index > previous.index;
    const loser = isLater ? previous : placed;
    problems.push(problemOf(loser.index, 'conflict', points[loser.index]!.value));
    if (isLater) kept[kept.length - 1] = placed;
  }
  return kept.map(({ measure }) => measure);
}

function isSame(a: Measure, b: Measure): boolean {
  return a.start === b.start && a.end === b.end && a.amount === b.amount;
}
