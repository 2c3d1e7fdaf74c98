/**
 * How long each interval of a load curve is: what its point says, what the others say where it says nothing, and what
 * the labels around it say where it contradicts them.
 */
import { STEPS } from '../../readings/written';
import type { Labelled } from './labels';
import type { Bounds, LabelledEdge } from './stamped';

const MINUTE = 60_000;
const USUAL_STEP = 30;

/** Gives points without a step their neighbour's; where none says, the shortest distance between two labels. */
export function deduceSteps(labelled: readonly Labelled[]): void {
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

/** A label whose instant is known, and the step that goes with it. */
export interface Stamped {
  instant: number;
  minutes: number;
}

/**
 * Corrects steps that contradict the labels beside them: one that reaches over the neighbour, or that nothing else near it
 * has, while the distance to the neighbour is the neighbours' own step. Steps do change inside a period, but then the
 * labels change with them.
 * @param edge which end of its interval a label names: from there the interval reaches towards a neighbour.
 * @param bounds the edge of the period counts as a neighbour.
 */
export function correctSteps(stamped: readonly Stamped[], edge: LabelledEdge, bounds: Bounds): void {
  const way = edge === 'end' ? 1 : -1;
  const border = edge === 'end' ? bounds.start : bounds.end;
  const groups = byInstant(stamped.toSorted((a, b) => way * (a.instant - b.instant)));
  const said = groups.map(([{ minutes }]) => minutes);
  for (const [place, group] of groups.entries()) {
    const [{ instant }] = group;
    const distance = Math.abs(instant - (groups[place - 1]?.[0].instant ?? border)) / MINUTE;
    const around = [said[place - 1], said[place + 1]];
    if (!STEPS.includes(distance) || !around.includes(distance)) continue;
    for (const entry of group) {
      if (entry.minutes > distance || !around.includes(entry.minutes)) entry.minutes = distance;
    }
  }
}

/** Groups what stands at one instant; bodies do get repeated. */
function byInstant<T extends Stamped>(sorted: readonly T[]): [T, ...T[]][] {
  const groups: [T, ...T[]][] = [];
  for (const entry of sorted) {
    const group = groups.at(-1);
    if (group?.[0].instant === entry.instant) group.push(entry);
    else groups.push([entry]);
  }
  return groups;
}
