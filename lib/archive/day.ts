/**
 * One day of one series in the archive: what it holds, what an answer adds to it, which state that leaves it in and when
 * it is worth asking for again. Pure functions; the files are somebody else's business.
 */
import { gaps } from '../readings/completeness';
import type { ParisDay } from '../readings/paris';
import type { Measure } from '../readings/reading';
import type { ChangedMeasure } from '../readings/to-readings';
import type { Absence, DayRecord, Segment } from './format';

const MINUTE = 60_000;
const DAY = 86_400_000;

/**
 * `complete`: readings cover the whole day; `partial`: some of it; an absence: there is none, and why; `unknown`: there
 * is none, and nobody has asked.
 */
export type DayState = 'complete' | 'partial' | Absence | 'unknown';

/** A measure with the revision at which it arrived. */
export interface ArchivedMeasure extends Measure {
  rev: number;
}

/** One that is new to a reader, with the value they had where it replaces one. */
export type NewMeasure = ArchivedMeasure & ChangedMeasure;

/** What the archive knows of a day, sorted; later segments have replaced earlier ones. */
export function measuresOf(day: ParisDay, record: DayRecord | undefined): ArchivedMeasure[] {
  let measures: ArchivedMeasure[] = [];
  for (const segment of record?.segments ?? []) {
    const later = segmentMeasures(day, segment);
    measures = [...measures.filter((measure) => !later.some((other) => overlap(measure, other))), ...later];
  }
  return measures.sort((a, b) => a.start - b.start);
}

/**
 * What of a day is new to somebody who has been given everything up to revision `since`; `corrects` is the value they
 * were given, which after several corrections isn't the one replaced last.
 */
export function changesOf(day: ParisDay, record: DayRecord, since: number): NewMeasure[] {
  const given = record.segments.filter(({ rev }) => rev <= since);
  const before = new Map(
    measuresOf(day, { ...record, segments: given }).map((measure) => [measure.start, measure]),
  );
  return measuresOf(day, record).flatMap((measure) => {
    const old = before.get(measure.start);
    if (measure.rev <= since || (old?.amount === measure.amount && old.end === measure.end)) return [];
    return [old ? { ...measure, corrects: old.amount } : measure];
  });
}

function segmentMeasures(day: ParisDay, segment: Segment): ArchivedMeasure[] {
  return segment.values.flatMap((amount, place) => {
    if (amount === null) return [];
    const start = day.start + (segment.from + place * segment.step) * MINUTE;
    return {
      start,
      end: start + segment.step * MINUTE,
      amount,
      quality: segment.quality,
      rev: segment.rev,
      ...(segment.at === undefined ? {} : { at: day.start + segment.at * 1000 }),
    };
  });
}

function overlap(a: Measure, b: Measure): boolean {
  return a.start < b.end && b.start < a.end;
}

/** The segments that `incoming` (sorted, of this day) adds to a day: only what is new or different. Empty when all is known. */
export function newSegments(
  day: ParisDay,
  record: DayRecord | undefined,
  incoming: readonly Measure[],
  rev: number,
): Segment[] {
  const known = new Map(measuresOf(day, record).map((measure) => [measure.start, measure]));
  const segments: Segment[] = [];
  for (const measure of incoming) {
    const before = known.get(measure.start);
    if (before?.amount === measure.amount && before.end === measure.end) continue;
    append(segments, day, measure, rev);
  }
  return segments;
}

/** Adds a measure to the last segment where it continues it, else opens one. */
function append(segments: Segment[], day: ParisDay, measure: Measure, rev: number): void {
  const from = (measure.start - day.start) / MINUTE;
  const step = (measure.end - measure.start) / MINUTE;
  const last = segments.at(-1);
  const continues =
    last?.step === step && last.quality === measure.quality && last.from + last.values.length * step === from;
  if (continues) {
    last.values.push(measure.amount);
    return;
  }
  segments.push({
    rev,
    from,
    step,
    values: [measure.amount],
    quality: measure.quality,
    ...(measure.at === undefined ? {} : { at: Math.round((measure.at - day.start) / 1000) }),
  });
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
export function askAgainAt(state: DayState, day: ParisDay, now: number, nextMidnight: number): number | null {
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
