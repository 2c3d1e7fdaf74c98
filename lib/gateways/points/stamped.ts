/**
 * What every gateway's body comes down to before the clock is understood: a list of points, each with the stamp as
 * written by Enedis (naive local French time, or a date).
 */
import type { Measure, Problem, Quality } from '../../readings/reading';

/** One point of a body, still to be checked; `quality` is in our words already. */
export interface StampedPoint {
  /** `2026-10-25 02:30:00`, `2026-10-25`, or ISO with an offset. */
  stamp: unknown;
  /** As it came: text, number, null, `"null"`, blank. */
  value: unknown;
  /** `PT30M` or the like; load curves only. Absent: deduced from the neighbours, else 30 minutes. */
  step?: unknown;
  quality: Quality;
}

/** Points made as they are looked at, so that a list of them all needn't live; a plain array will do as well. */
export interface Points {
  readonly length: number;
  at: (index: number) => StampedPoint | undefined;
}

/** What points may speak of, as [start, end) in epoch ms: what was asked for, as far as it is past. */
export interface Bounds {
  start: number;
  end: number;
}

/** Each point has become a measure, a blank or a problem; one that only repeats another is left out without a word. */
export interface UnderstoodPoints {
  /** Sorted by start, no interval twice. */
  measures: Measure[];
  /** Intervals Enedis lists without a value (null, "null", blank), as [start, end) in epoch ms. */
  blanks: { start: number; end: number }[];
  problems: Problem[];
}
