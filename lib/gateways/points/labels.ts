/**
 * Labels of points as they are written: a wall time of a date, seldom with its offset. Which instant a wall time is comes
 * after this (`passages.ts`), for in October only the order of the labels tells.
 */
import { addDays, parisDayAt, utcMidnight } from '../../readings/paris';
import type { Bounds, StampedPoint } from './stamped';

const MINUTE = 60_000;
const DAY = 86_400_000;
const MIDNIGHT = 86_400;

/** A stamp as read: a wall time of a Paris date, and the instant where it carried an offset. */
export interface Label {
  date: string;
  /** Seconds since midnight, as the clock on the wall shows them. */
  wallSeconds: number;
  /** Epoch ms; null where the label has no offset. */
  instant: number | null;
  /** Without seconds, or with none but zeros. */
  isWholeMinute: boolean;
}

/** A point of a load curve whose label was read, on its way to an interval. */
export interface Labelled {
  /** Its place in the list of points. */
  index: number;
  point: StampedPoint;
  label: Label;
  /** The length of its interval. */
  minutes: number;
}

const STAMP = /^(20\d\d-\d\d-\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)?\s*(Z|[+-]\d\d:?\d\d)?)?$/;

/**
 * Reads a stamp. Null for what is none, and for a day so far out of bounds that its clock isn't worth working out: a body
 * may list thousands of them.
 */
export function readLabel(stamp: unknown, bounds: Bounds): Label | null {
  const match = typeof stamp === 'string' ? STAMP.exec(stamp.trim()) : null;
  if (!match) return null;
  const [, date = '', hours = '00', minutes = '00', seconds = '00', fraction = '0', offset] = match;
  const midnight = utcMidnight(date);
  // Also false where there is no such date.
  if (!(midnight >= bounds.start - 2 * DAY && midnight <= bounds.end + 2 * DAY)) return null;
  const wallSeconds = (Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds);
  if (Number(minutes) > 59 || Number(seconds) > 59 || wallSeconds > MIDNIGHT) return null;
  const isWholeMinute = Number(seconds) === 0 && Number(fraction) === 0;
  // Some tools write the day's last label 24:00: it is the next day's 00:00.
  if (offset === undefined && wallSeconds === MIDNIGHT)
    return { date: addDays(date, 1), wallSeconds: 0, instant: null, isWholeMinute };
  if (offset === undefined) return { date, wallSeconds, instant: null, isWholeMinute };
  const colon = offset === 'Z' ? offset : `${offset.slice(0, 3)}:${offset.slice(-2)}`;
  const instant = Date.parse(`${date}T${hours}:${minutes}:${seconds}${colon}`);
  return Number.isNaN(instant)
    ? null
    : { date: parisDayAt(instant).date, wallSeconds, instant, isWholeMinute };
}

/** Moves a label on by some minutes, without regard to clock changes where it has no offset. */
export function addMinutes(label: Label, minutes: number): Label {
  if (label.instant !== null) return { ...label, instant: label.instant + minutes * MINUTE };
  const wallSeconds = label.wallSeconds + minutes * 60;
  return wallSeconds < MIDNIGHT
    ? { ...label, wallSeconds }
    : { ...label, date: addDays(label.date, 1), wallSeconds: wallSeconds - MIDNIGHT };
}

/** Puts labels into rising order: bodies come so as a rule; one that falls more often than it rises is turned round. */
export function inRisingOrder(labelled: readonly Labelled[]): readonly Labelled[] {
  let rises = 0;
  for (let place = 1; place < labelled.length; place++) {
    rises += Math.sign(compareLabels(labelled[place]!.label, labelled[place - 1]!.label));
  }
  return rises < 0 ? labelled.toReversed() : labelled;
}

function compareLabels(a: Label, b: Label): number {
  return a.date === b.date ? a.wallSeconds - b.wallSeconds : a.date < b.date ? -1 : 1;
}

/** Groups labels by their date, each group in the order in which they came. */
export function groupByDate(labelled: readonly Labelled[]): Map<string, Labelled[]> {
  const groups = new Map<string, Labelled[]>();
  for (const entry of labelled) {
    const group = groups.get(entry.label.date);
    if (group) group.push(entry);
    else groups.set(entry.label.date, [entry]);
  }
  return groups;
}
