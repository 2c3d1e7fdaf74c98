/**
 * Paris civil time for the simulated Enedis. It has its own, although the product has one too: a mistake about clock
 * changes must show as a disagreement between the two, not hide in shared code.
 */
import { DateTime, IANAZone } from 'luxon';

const PARIS = IANAZone.create('Europe/Paris');
const MINUTE = 60_000;
const DAY = 86_400_000;

/** Keeps the answers of `compute`, but never more than `limit` of them: a demo may run for years. */
export function remember<K, V>(limit: number, compute: (key: K) => V): (key: K) => V {
  const known = new Map<K, V>();
  return (key) => {
    const found = known.get(key);
    if (found !== undefined) return found;
    const value = compute(key);
    if (known.size >= limit) known.delete(known.keys().next().value as K);
    known.set(key, value);
    return value;
  };
}

/** A real calendar day written `YYYY-MM-DD`. */
export function isDate(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && DateTime.fromISO(text, { zone: 'utc' }).isValid;
}

function civil(date: string): DateTime {
  return DateTime.fromISO(date, { zone: 'utc' });
}

function text(day: DateTime): string {
  return day.toFormat('yyyy-MM-dd');
}

/** Instant at which a Paris day begins. */
export const dayStart = remember(8000, (date: string) =>
  DateTime.fromISO(date, { zone: PARIS }).startOf('day').toMillis(),
);

/** Civil days, either way; a clock change is none of their business. */
export function plusDays(date: string, count: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + count * DAY).toISOString().slice(0, 10);
}

/** Either way; a day that the month doesn't have becomes its last one. */
export function plusMonths(date: string, count: number): string {
  return text(civil(date).plus({ months: count }));
}

/** Civil days from `start` to `end`, the latter excluded. */
export function days(start: string, end: string): string[] {
  const list: string[] = [];
  for (let date = start; date < end; date = plusDays(date, 1)) list.push(date);
  return list;
}

/** Civil days in `[start, end)`; negative where they are the wrong way round. */
export function countDays(start: string, end: string): number {
  return Math.round((Date.parse(`${end}T00:00:00Z`) - Date.parse(`${start}T00:00:00Z`)) / DAY);
}

/** 1 is Monday, 7 Sunday. */
export function weekday(date: string): number {
  return new Date(`${date}T00:00:00Z`).getUTCDay() || 7;
}

/** The zone's offset is asked twice a day; only the two odd days of a year need to look closer. */
const offsetsOfUtcDay = remember(8000, (utcDay: number) => ({
  first: PARIS.offset(utcDay * DAY),
  last: PARIS.offset((utcDay + 1) * DAY - 1),
}));

/** Minutes Paris is ahead of UTC. */
export function offsetAt(instant: number): number {
  const { first, last } = offsetsOfUtcDay(Math.floor(instant / DAY));
  return first === last ? first : PARIS.offset(instant);
}

/** `2026-04-01 00:30:00`: what a Paris clock shows, with nothing to tell the two 02:30 of October apart. */
export function stampAt(instant: number): string {
  return naiveText(instant + offsetAt(instant) * MINUTE);
}

/** Moves a stamp as one moves a text: no zone, no clock change. */
export function shiftStamp(stamp: string, minutes: number): string {
  return naiveText(Date.parse(`${stamp.replace(' ', 'T')}Z`) + minutes * MINUTE);
}

function naiveText(wallClock: number): string {
  return new Date(wallClock).toISOString().slice(0, 19).replace('T', ' ');
}

/** The Paris day (`YYYY-MM-DD`) of an instant. */
export function dateAt(instant: number): string {
  return stampAt(instant).slice(0, 10);
}

/** Minute of the Paris day a clock shows, 0 to 1439. */
export function minuteOfDay(instant: number): number {
  const wall = instant + offsetAt(instant) * MINUTE;
  return Math.floor((((wall % DAY) + DAY) % DAY) / MINUTE);
}

/** Instant of `HH:mm` on a Paris day. */
export function instantAt(date: string, time: string): number {
  return DateTime.fromISO(`${date}T${time}`, { zone: PARIS }).toMillis();
}
