/**
 * One day of one series in the archive: what it holds, what an answer adds to it, which state that leaves it in and when
 * it is worth asking for again. Pure functions; the files are somebody else's business.
 */
import { gaps } from '../readings/completeness';
import { parisDayAt, type ParisDay } from '../readings/paris';
import { SERIES, type Measure, type Series } from '../readings/reading';
import { partOf } from '../readings/series-id';
import type { ChangedMeasure } from '../readings/to-readings';
import { fitsInto, type Absence, type DayRecord, type Origin, type Segment } from './format';

const MINUTE = 60_000;
const DAY = 86_400_000;

/**
 * `complete`: readings cover the whole day; `partial`: some of it; an absence: there is none, and why; `unknown`: there
 * is none, and nobody has asked.
 */
export type DayState = 'complete' | 'partial' | Absence | 'unknown';

/** A measure with the revision at which it arrived, and where it came from, as far as that is known. */
export interface ArchivedMeasure extends Measure {
  rev: number;
  origin?: string;
}

/** One that is new to a reader, with the value they had where it replaces one. */
export type NewMeasure = ArchivedMeasure & ChangedMeasure;

/** What the archive knows of a day, sorted; later segments have replaced earlier ones. */
export function measuresOf(day: ParisDay, record: DayRecord | undefined): ArchivedMeasure[] {
  let measures: ArchivedMeasure[] = [];
  for (const segment of record?.segments ?? []) {
    const later = segmentMeasures(day, segment);
    measures = [...measures.filter((measure) => !later.some((other) => replaces(other, measure))), ...later];
  }
  return measures.sort((a, b) => a.start - b.start);
}

/**
 * What of a day is new to somebody who has been given everything up to revision `since`; `corrects` is the value they
 * were given, which after several corrections isn't the one replaced last.
 */
export function changesOf(day: ParisDay, record: DayRecord, since: number): NewMeasure[] {
  const given = record.segments.filter(({ rev }) => rev <= since);
  const before = byPlace(measuresOf(day, { ...record, segments: given }));
  return measuresOf(day, record).flatMap((measure) => {
    const old = before.get(placeOf(measure));
    if (measure.rev <= since || (old && isSame(day, old, measure))) return [];
    return [old ? { ...measure, corrects: old.amount } : measure];
  });
}

function segmentMeasures(day: ParisDay, segment: Segment): ArchivedMeasure[] {
  const { from, step, values, quality, rev, origin, at } = segment;
  const common = {
    quality,
    rev,
    ...partOf(segment),
    ...(origin === undefined ? {} : { origin }),
    ...(at === undefined ? {} : { at: day.start + at * 1000 }),
  };
  return values.flatMap((amount, place) => {
    if (amount === null) return [];
    const start = day.start + (from + place * step) * MINUTE;
    return { start, end: start + step * MINUTE, amount, ...common };
  });
}

function replaces(later: ArchivedMeasure, earlier: ArchivedMeasure): boolean {
  return later.start < earlier.end && earlier.start < later.end && isSamePart(later, earlier);
}

function isSamePart(a: Pick<Segment, 'register' | 'phase'>, b: typeof a): boolean {
  return a.register === b.register && a.phase === b.phase;
}

function byPlace(measures: readonly ArchivedMeasure[]): Map<string, ArchivedMeasure> {
  return new Map(measures.map((measure) => [placeOf(measure), measure]));
}

function placeOf({ start, register, phase }: Measure): string {
  return `${start} ${register ?? phase ?? ''}`;
}

/**
 * The segments that `incoming` (sorted, of this day) adds to a day: only what is new or different, and only what a day of
 * this series can hold. Empty when all is known.
 */
export function newSegments(
  day: ParisDay,
  series: Series,
  record: DayRecord | undefined,
  incoming: readonly Measure[],
  rev: number,
  origin?: Origin,
): Segment[] {
  const known = byPlace(measuresOf(day, record));
  const segments: Segment[] = [];
  for (const measure of incoming) {
    const before = known.get(placeOf(measure));
    if (before && isSame(day, before, asKept(measure, before, origin))) continue;
    append(segments, day, series, segmentOf(day, measure, rev, origin));
  }
  return segments;
}

/** Whether two of one place say the same, the quality and the second of a peak included. */
function isSame(day: ParisDay, before: Measure, { amount, end, quality, at }: Measure): boolean {
  if (before.amount !== amount || before.end !== end || before.quality !== quality) return false;
  return at === undefined || (before.at !== undefined && secondOf(day, before.at) === secondOf(day, at));
}

/** Gateways have words of their own for a quality: one differing from another's isn't a correction of Enedis'. */
function asKept(measure: Measure, before: ArchivedMeasure, origin: Origin | undefined): Measure {
  const isOther = before.origin !== undefined && before.origin !== origin;
  return isOther ? { ...measure, quality: before.quality } : measure;
}

function secondOf(day: ParisDay, at: number): number {
  return Math.round((at - day.start) / 1000);
}

function segmentOf(day: ParisDay, measure: Measure, rev: number, origin: Origin | undefined): Segment {
  const { start, end, amount, quality, at } = measure;
  return {
    rev,
    from: (start - day.start) / MINUTE,
    step: (end - start) / MINUTE,
    values: [amount],
    quality,
    ...(origin === undefined ? {} : { origin }),
    ...(at === undefined ? {} : { at: secondOf(day, at) }),
    ...partOf(measure),
  };
}

/** Adds a segment of one value to the last one where it continues it, else behind it. */
function append(segments: Segment[], day: ParisDay, series: Series, segment: Segment): void {
  if (!fitsInto(segment, day.end - day.start, SERIES[series].largest)) return;
  const last = segments.at(-1);
  const continues =
    last?.step === segment.step &&
    last.quality === segment.quality &&
    last.from + last.values.length * last.step === segment.from &&
    isSamePart(last, segment);
  if (continues) last.values.push(...segment.values);
  else segments.push(segment);
}

/** Judged by the time that readings cover, not by their number: steps change, and two days a year aren't 24 hours. */
export function stateOf(day: ParisDay, record: DayRecord | undefined): DayState {
  if (!record) return 'unknown';
  if (record.segments.length === 0) return record.absence ?? 'unknown';
  return gaps(day, measuresOf(day, record)).length === 0 ? 'complete' : 'partial';
}

/**
 * When a day that was just asked for is worth asking for again: epoch ms, or null for never by itself. Yesterday is due
 * at every attempt; the days before it once a day, since Enedis completes and corrects J-1 and J-2 and sometimes
 * publishes days later; older ones ever more rarely, and after four months not at all.
 */
export function askAgainAt(state: DayState, day: ParisDay, now: number): number | null {
  const nextMidnight = parisDayAt(now).end;
  const age = (now - day.end) / DAY;
  switch (state) {
    case 'complete':
      return null;
    case 'beforeActivation':
      // A brand-new meter is refused for days it has; an old one isn't.
      return age < 30 ? now + 7 * DAY : null;
    case 'partial':
    case 'allNull':
    case 'notPublished':
    case 'notCollected':
    case 'unknown':
      if (age < 1.1) return now;
      if (age < 8) return nextMidnight;
      if (age < 30) return now + 3 * DAY;
      return age < 120 ? now + 14 * DAY : null;
  }
}

/** Why a day without readings has none, once asked for. A week is what Enedis has been seen to take at the worst. */
export function absenceOf(day: ParisDay, isBlank: boolean, now: number): Absence {
  if (isBlank) return 'allNull';
  return now - day.end < 7 * DAY ? 'notPublished' : 'notCollected';
}
