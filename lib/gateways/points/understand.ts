/**
 * From the points of a gateway's body to measures: here the labels become instants. A load curve's label is the end of
 * its interval (Enedis) or its start (MyElectricalData v2), in local time without an offset, so that 25 hours of
 * October wear 24 hours' labels: only their order tells the two passages apart. What can't be understood is left out and
 * named; the rest is kept. A missing value is never a zero.
 */
import { type Measure, type Problem, SERIES, type Series } from '../../readings/reading';
import {
  addDays,
  isRepeated,
  parisDay,
  parisDayAt,
  wallToInstant,
  type ParisDay,
} from '../../readings/paris';
import { readPlainCurve } from './plain-curve';
import type { Bounds, Points, StampedPoint, UnderstoodPoints } from './stamped';
import { readAmount, readStep, STEPS } from '../../readings/written';

const MINUTE = 60_000;
const DAY = 86_400_000;
const USUAL_STEP = 30;
const ALWAYS: Bounds = { start: -Infinity, end: Infinity };

/** A stamp as read: a wall time of a date, or a complete instant when it carried an offset. */
interface Label {
  date: string;
  wallSeconds: number;
  instant: number | null;
}

/** A point whose label was read, on its way to an interval. */
interface Labelled {
  index: number;
  point: StampedPoint;
  label: Label;
  minutes: number;
}

interface Interval {
  start: number;
  end: number;
  at?: number;
}

/**
 * @param points gone through twice where they aren't the usual ones.
 * @param stamps which end of its interval a load-curve point is labelled with; daily figures and maxima carry their day.
 * @param bounds whatever isn't wholly inside is left out and named.
 */
export function understandPoints(
  series: Series,
  points: Points,
  stamps: 'end' | 'start',
  bounds = ALWAYS,
): UnderstoodPoints {
  const plain = series === 'loadCurve' && stamps === 'end' ? readPlainCurve(points, bounds) : null;
  return plain ?? understandCarefully(series, listed(points), stamps, bounds);
}

function listed(points: Points): StampedPoint[] {
  return Array.from({ length: points.length }, (_, index) => points.at(index)!);
}

/** Points in any order, with any label: what `understandPoints` does where nothing is taken for granted. */
function understandCarefully(
  series: Series,
  points: readonly StampedPoint[],
  stamps: 'end' | 'start',
  bounds: Bounds,
): UnderstoodPoints {
  const problems: Problem[] = [];
  const intervals = SERIES[series].perDay
    ? dayIntervals(series, points, bounds, problems)
    : curveIntervals(points, stamps, bounds, problems);
  return collect(series, points, intervals, bounds, problems);
}

/** Pairs each interval with its value; sorts, drops repetitions, names conflicts. */
function collect(
  series: Series,
  points: readonly StampedPoint[],
  intervals: ReadonlyMap<number, Interval>,
  bounds: Bounds,
  problems: Problem[],
): UnderstoodPoints {
  const { largest } = SERIES[series];
  const measures: (Measure & { index: number })[] = [];
  const blanks: Interval[] = [];
  for (const [index, interval] of intervals) {
    const point = points[index]!;
    if (interval.start < bounds.start || interval.end > bounds.end) {
      problems.push(problem(index, 'stamp', point.stamp));
      continue;
    }
    const amount = readAmount(point.value);
    if (amount === null) blanks.push({ start: interval.start, end: interval.end });
    else if (Number.isNaN(amount) || amount < 0 || amount > largest)
      problems.push(problem(index, 'value', point.value));
    else {
      const measure = { start: interval.start, end: interval.end, amount, quality: point.quality, index };
      measures.push(interval.at === undefined ? measure : { ...measure, at: interval.at });
    }
  }
  measures.sort((a, b) => a.start - b.start || a.index - b.index);
  const kept = withoutRepetitions(measures, points, problems);
  const starts = new Set(kept.map((measure) => measure.start));
  return {
    measures: kept,
    blanks: blanks.filter((blank) => !starts.has(blank.start)).sort((a, b) => a.start - b.start),
    problems: problems.sort((a, b) => indexOf(a) - indexOf(b)),
  };
}

/** An interval given twice with the same value is one; with another value, or overlapping, the later in the body counts and it is said. */
function withoutRepetitions(
  sorted: readonly (Measure & { index: number })[],
  points: readonly StampedPoint[],
  problems: Problem[],
): Measure[] {
  const kept: (Measure & { index: number })[] = [];
  for (const measure of sorted) {
    const previous = kept.at(-1);
    if (!previous || measure.start >= previous.end) {
      kept.push(measure);
      continue;
    }
    const same = measure.start === previous.start && measure.end === previous.end;
    if (same && measure.amount === previous.amount) continue;
    const [loser, winner] = measure.index > previous.index ? [previous, measure] : [measure, previous];
    problems.push(problem(loser.index, 'conflict', points[loser.index]!.value));
    if (winner === measure) {
      kept.pop();
      kept.push(measure);
    }
  }
  return kept.map(({ index: _index, ...measure }) => measure);
}

/** Daily energy and daily maxima: the stamp's date is the day; for a maximum its time is the second of the peak. */
function dayIntervals(
  series: Series,
  points: readonly StampedPoint[],
  bounds: Bounds,
  problems: Problem[],
): Map<number, Interval> {
  const intervals = new Map<number, Interval>();
  for (const [index, point] of points.entries()) {
    const label = readLabel(point.stamp, bounds);
    if (!label) {
      problems.push(problem(index, 'stamp', point.stamp));
      continue;
    }
    const day = label.instant === null ? parisDay(label.date) : parisDayAt(label.instant);
    const interval: Interval = { start: day.start, end: day.end };
    const at = label.instant ?? wallToInstant(day, label.wallSeconds);
    if (series === 'maxPower' && at !== null && hasTime(point.stamp)) interval.at = at;
    intervals.set(index, interval);
  }
  return intervals;
}

function hasTime(stamp: unknown): boolean {
  return typeof stamp === 'string' && stamp.trim().length > 10;
}

function curveIntervals(
  points: readonly StampedPoint[],
  stamps: 'end' | 'start',
  bounds: Bounds,
  problems: Problem[],
): Map<number, Interval> {
  const labelled = inRisingOrder(readLabels(points, bounds, problems));
  // A naive start is best read by adding its step back: MyElectricalData makes it by taking the step from Enedis' label
  // without regard to clock changes. A source that labels true starts betrays itself in October, and only there differs.
  const edge = stamps === 'start' && labelsTrueStarts(labelled) ? 'start' : 'end';
  const shifted = stamps !== edge;
  const labels = shifted
    ? labelled.map((entry) => ({ ...entry, label: addMinutes(entry.label, entry.minutes) }))
    : labelled;
  const intervals = new Map<number, Interval>();
  for (const [date, group] of groupByDate(labels)) {
    const instants = instantsOf(parisDay(date), group);
    for (const [place, { index, point, minutes }] of group.entries()) {
      const instant = instants[place];
      if (instant === null || instant === undefined) problems.push(problem(index, 'stamp', point.stamp));
      else if (edge === 'end') intervals.set(index, { start: instant - minutes * MINUTE, end: instant });
      else intervals.set(index, { start: instant, end: instant + minutes * MINUTE });
    }
  }
  return intervals;
}

function readLabels(points: readonly StampedPoint[], bounds: Bounds, problems: Problem[]): Labelled[] {
  const labelled: Labelled[] = [];
  const withoutStep: Labelled[] = [];
  for (const [index, point] of points.entries()) {
    const label = readLabel(point.stamp, bounds);
    const minutes = readStep(point.step);
    if (!label) problems.push(problem(index, 'stamp', point.stamp));
    else if (Number.isNaN(minutes)) problems.push(problem(index, 'step', point.step));
    else {
      const entry = { index, point, label, minutes: minutes ?? 0 };
      labelled.push(entry);
      if (minutes === null) withoutStep.push(entry);
    }
  }
  if (withoutStep.length > 0) deduceSteps(labelled);
  return labelled;
}

/** Points without a step take their neighbour's; where none says, the shortest distance between two labels. */
function deduceSteps(labelled: Labelled[]): void {
  const distances = labelled.map((entry, place) => {
    const next = labelled[place + 1];
    return next?.label.date === entry.label.date
      ? Math.abs(next.label.wallSeconds - entry.label.wallSeconds) / 60
      : Infinity;
  });
  const shortest = Math.min(...distances.filter((distance) => STEPS.includes(distance)));
  const said = labelled.find((entry) => entry.minutes > 0)?.minutes;
  let current = said ?? (Number.isFinite(shortest) ? shortest : USUAL_STEP);
  for (const entry of labelled) {
    if (entry.minutes > 0) current = entry.minutes;
    else entry.minutes = current;
  }
}

const STAMP = /^(20\d\d-\d\d-\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.\d+)?)?\s*(Z|[+-]\d\d:?\d\d)?)?$/;

/** Null also for a day so far out of bounds that its clock isn't worth working out: a body may list thousands of them. */
function readLabel(stamp: unknown, bounds: Bounds): Label | null {
  const match = typeof stamp === 'string' ? STAMP.exec(stamp.trim()) : null;
  if (!match) return null;
  const [, date = '', hours = '00', minutes = '00', seconds = '00', offset] = match;
  const about = Date.parse(`${date}T00:00:00Z`);
  if (about < bounds.start - 2 * DAY || about > bounds.end + 2 * DAY) return null;
  try {
    const day = parisDay(date);
    const wallSeconds = (Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds);
    if (Number(minutes) > 59 || Number(seconds) > 59 || wallSeconds > 86_400) return null;
    if (offset === undefined) return atMidnight(day, wallSeconds);
    const colon = offset === 'Z' ? offset : `${offset.slice(0, 3)}:${offset.slice(-2)}`;
    const instant = Date.parse(`${date}T${hours}:${minutes}:${seconds}${colon}`);
    return Number.isNaN(instant) ? null : { date: parisDayAt(instant).date, wallSeconds, instant };
  } catch {
    return null;
  }
}

/** Some tools write the day's last label 24:00: it is the next day's 00:00. */
function atMidnight(day: ParisDay, wallSeconds: number): Label {
  return wallSeconds === 86_400
    ? { date: addDays(day.date, 1), wallSeconds: 0, instant: null }
    : { date: day.date, wallSeconds, instant: null };
}

function addMinutes(label: Label, minutes: number): Label {
  if (label.instant !== null) return { ...label, instant: label.instant + minutes * MINUTE };
  const wallSeconds = label.wallSeconds + minutes * 60;
  return wallSeconds < 86_400
    ? { ...label, wallSeconds }
    : { ...label, date: addDays(label.date, 1), wallSeconds: wallSeconds - 86_400 };
}

/** Bodies come in rising order as a rule; one that falls more often than it rises is turned round. */
function inRisingOrder(labelled: Labelled[]): Labelled[] {
  let rises = 0;
  for (let place = 1; place < labelled.length; place++) {
    rises += Math.sign(compareLabels(labelled[place]!.label, labelled[place - 1]!.label));
  }
  return rises < 0 ? labelled.toReversed() : labelled;
}

function compareLabels(a: Label, b: Label): number {
  return a.date === b.date ? a.wallSeconds - b.wallSeconds : a.date < b.date ? -1 : 1;
}

function groupByDate(labelled: readonly Labelled[]): Map<string, Labelled[]> {
  const groups = new Map<string, Labelled[]>();
  for (const entry of labelled) {
    const group = groups.get(entry.label.date);
    if (group) group.push(entry);
    else groups.set(entry.label.date, [entry]);
  }
  return groups;
}

/** The instant of each label of one date, in the order they came; null for a wall time that never was. */
function instantsOf(day: ParisDay, group: readonly Labelled[]): (number | null)[] {
  const passages = day.change && day.change.by < 0 ? passagesOf(day, group) : null;
  return group.map(
    ({ label }, place) => label.instant ?? wallToInstant(day, label.wallSeconds, passages?.[place]),
  );
}

type Passage = 'first' | 'second';

/**
 * Which passage of October's repeated hour each label belongs to. Nothing marks it: where the labels fall back once, the
 * second passage begins; where they are merely listed twice each (02:00 02:00 02:30 02:30), the second of each pair is it.
 */
function passagesOf(day: ParisDay, group: readonly Labelled[]): Passage[] {
  const passages: Passage[] = group.map(() => 'first');
  for (const run of runsOfRepeatedHour(day, group)) {
    const walls = run.map((place) => group[place]!.label.wallSeconds);
    const fallsBack = walls.flatMap((wall, k) => (k > 0 && wall <= walls[k - 1]! ? [k] : []));
    const seen = new Set<number>();
    for (const [k, place] of run.entries()) {
      const second = fallsBack.length > 1 ? seen.has(walls[k]!) : k >= (fallsBack[0] ?? Infinity);
      if (second) passages[place] = 'second';
      seen.add(walls[k]!);
    }
  }
  return passages;
}

/** Places of the labels in the repeated hour, one list for each time the body goes through the night (blocks do get repeated). */
function runsOfRepeatedHour(day: ParisDay, group: readonly Labelled[]): number[][] {
  const runs: number[][] = [[]];
  for (const [place, { label }] of group.entries()) {
    if (isRepeated(day, label.wallSeconds)) runs.at(-1)!.push(place);
    else if (label.wallSeconds < 7200 && runs.at(-1)!.length > 0) runs.push([]);
  }
  return runs;
}

/**
 * Whether start labels are true local starts: then, on the October day, the last label before 03:00 stands twice and the
 * last before 02:00 once; labels made by taking the step from an end label have it the other way round. The two are
 * compared, so that a body that repeats its blocks doesn't look like the one when it is the other.
 */
function labelsTrueStarts(labelled: readonly Labelled[]): boolean {
  for (const [date, group] of groupByDate(labelled)) {
    const day = parisDay(date);
    if (!day.change || day.change.by > 0) continue;
    let inHour = 0;
    let before = 0;
    for (const { label, minutes } of group) {
      if (label.instant !== null) continue;
      const starts = isRepeated(day, label.wallSeconds);
      const ends = isRepeated(day, label.wallSeconds + minutes * 60);
      if (starts && !ends) inHour++;
      else if (ends && !starts) before++;
    }
    if (inHour > 1 && inHour > before) return true;
  }
  return false;
}

function problem(index: number, kind: Problem['kind'], found: unknown): Problem {
  const text = typeof found === 'string' ? found : (JSON.stringify(found) ?? 'undefined');
  return { field: `points[${index}]`, found: text, kind };
}

function indexOf({ field }: Problem): number {
  return Number(/\d+/.exec(field)?.[0] ?? 0);
}
