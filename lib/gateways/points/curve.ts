/** From the points of a load curve to intervals: each label is one edge, the step gives the other. */
import { parisDay } from '../../readings/paris';
import type { Problem } from '../../readings/reading';
import { readStep, STEPS } from '../../readings/written';
import { addMinutes, groupByDate, inRisingOrder, readLabel, type Labelled } from './labels';
import { areTrueStarts, instantsOf } from './passages';
import { problemOf, type Bounds, type LabelledEdge, type StampedPoint } from './stamped';

const MINUTE = 60_000;
const USUAL_STEP = 30;

/** Where a point's value belongs, `[start, end)` in epoch ms; `at` is the second of a peak. */
export interface Interval {
  start: number;
  end: number;
  at?: number;
}

/**
 * The interval of each point, by its place in the list; what can't be understood is added to `problems`.
 * @param stamps which edge of its interval a point is labelled with.
 */
export function curveIntervals(
  points: readonly StampedPoint[],
  stamps: LabelledEdge,
  bounds: Bounds,
  problems: Problem[],
): Map<number, Interval> {
  const labelled = inRisingOrder(readLabels(points, bounds, problems));
  // A start without an offset is best read by adding its step back, for that is how it was made; unless it is a true one.
  const edge = stamps === 'start' && areTrueStarts(labelled) ? 'start' : 'end';
  const labels =
    stamps === edge
      ? labelled
      : labelled.map((entry) => ({ ...entry, label: addMinutes(entry.label, entry.minutes) }));
  const intervals = new Map<number, Interval>();
  for (const [date, group] of groupByDate(labels)) {
    const instants = instantsOf(parisDay(date), group);
    for (const [place, { index, point, minutes }] of group.entries()) {
      const instant = instants[place] ?? null;
      if (instant === null) problems.push(problemOf(index, 'stamp', point.stamp));
      else if (edge === 'end') intervals.set(index, { start: instant - minutes * MINUTE, end: instant });
      else intervals.set(index, { start: instant, end: instant + minutes * MINUTE });
    }
  }
  return intervals;
}

function readLabels(points: readonly StampedPoint[], bounds: Bounds, problems: Problem[]): Labelled[] {
  const labelled: Labelled[] = [];
  for (const [index, point] of points.entries()) {
    const label = readLabel(point.stamp, bounds);
    const minutes = readStep(point.step);
    if (!label) problems.push(problemOf(index, 'stamp', point.stamp));
    else if (Number.isNaN(minutes)) problems.push(problemOf(index, 'step', point.step));
    else labelled.push({ index, point, label, minutes: minutes ?? 0 });
  }
  if (labelled.some(({ minutes }) => minutes === 0)) deduceSteps(labelled);
  return labelled;
}

/** Points without a step take their neighbour's; where none says, the shortest distance between two labels. */
function deduceSteps(labelled: Labelled[]): void {
  const said = labelled.find((entry) => entry.minutes > 0)?.minutes;
  let current = said ?? shortestDistance(labelled) ?? USUAL_STEP;
  for (const entry of labelled) {
    if (entry.minutes > 0) current = entry.minutes;
    else entry.minutes = current;
  }
}

/** Between two labels of one date, where it is one of the steps meters use; undefined where there are none such. */
function shortestDistance(labelled: readonly Labelled[]): number | undefined {
  const distances = labelled.flatMap(({ label }, place) => {
    const next = labelled[place + 1]?.label;
    return next?.date === label.date ? [Math.abs(next.wallSeconds - label.wallSeconds) / 60] : [];
  });
  return STEPS.find((step) => distances.includes(step));
}
