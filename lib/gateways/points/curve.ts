/** From the points of a load curve to intervals: each label is one edge, the step gives the other. */
import { parisDay } from '../../readings/paris';
import type { Problem } from '../../readings/reading';
import { readStep } from '../../readings/written';
import { addMinutes, groupByDate, inRisingOrder, readLabel, type Labelled } from './labels';
import { areTrueStarts, instantsOf } from './passages';
import { correctSteps, deduceSteps, type Stamped } from './steps';
import { problemOf, type Bounds, type LabelledEdge, type StampedPoint } from './stamped';

const MINUTE = 60_000;

/** Where a point's value belongs, `[start, end)` in epoch ms; `at` is the second of a peak. */
export interface Interval {
  /** The point's place in the list. */
  index: number;
  start: number;
  end: number;
  at?: number;
}

/**
 * The interval of each point; what can't be understood is added to `problems`.
 * @param stamps which edge of its interval a point is labelled with.
 */
export function curveIntervals(
  points: readonly StampedPoint[],
  stamps: LabelledEdge,
  bounds: Bounds,
  problems: Problem[],
): Interval[] {
  const labelled = inRisingOrder(readLabels(points, bounds, problems));
  // A start without an offset is best read by adding its step back, for that is how it was made; unless it is a true one.
  const edge = stamps === 'start' && areTrueStarts(labelled) ? 'start' : 'end';
  const labels =
    stamps === edge
      ? labelled
      : labelled.map((entry) => ({ ...entry, label: addMinutes(entry.label, entry.minutes) }));
  const stamped = stampedOf(labels, problems);
  correctSteps(stamped, edge, bounds);
  return stamped.map(({ index, instant, minutes }) => {
    const length = minutes * MINUTE;
    const start = edge === 'end' ? instant - length : instant;
    return { index, start, end: start + length };
  });
}

/** Labels with their instants, without those of a time that never was. */
function stampedOf(labels: readonly Labelled[], problems: Problem[]): (Stamped & { index: number })[] {
  const stamped: (Stamped & { index: number })[] = [];
  for (const [date, group] of groupByDate(labels)) {
    const instants = instantsOf(parisDay(date), group);
    for (const [place, { index, point, minutes }] of group.entries()) {
      const instant = instants[place] ?? null;
      if (instant === null) problems.push(problemOf(index, 'stamp', point.stamp));
      else stamped.push({ index, instant, minutes });
    }
  }
  return stamped;
}

/** A label off the whole minute is no edge of an interval. */
function readLabels(points: readonly StampedPoint[], bounds: Bounds, problems: Problem[]): Labelled[] {
  const labelled: Labelled[] = [];
  for (const [index, point] of points.entries()) {
    const label = readLabel(point.stamp, bounds);
    const minutes = readStep(point.step);
    if (!label?.isWholeMinute) problems.push(problemOf(index, 'stamp', point.stamp));
    else if (Number.isNaN(minutes)) problems.push(problemOf(index, 'step', point.step));
    else labelled.push({ index, point, label, minutes: minutes ?? 0 });
  }
  if (labelled.some(({ minutes }) => minutes === 0)) deduceSteps(labelled);
  return labelled;
}
