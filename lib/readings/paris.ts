/**
 * Paris time, the only clock a Linky knows. Everything else in the house works in epoch milliseconds; this file turns
 * civil dates and wall-clock labels into instants and back. The zone's rules come from luxon, once for each day and
 * kept: asking it takes microseconds, and a year of half-hours asks often. Inside a day it is arithmetic. Nothing here depends on the
 * machine's zone or on the season in which the process started.
 */
import { createRequire } from 'node:module';
import type * as Luxon from 'luxon';

const MINUTE = 60_000;
const DAY = 86_400_000;

let zone: Luxon.IANAZone | undefined;

/** Loaded at the first use: the nodes are loaded with every start of Node-RED, whether a flow has one or not. */
function parisOffset(instant: number): number {
  zone ??= (createRequire(__filename)('luxon') as typeof Luxon).IANAZone.create('Europe/Paris');
  return zone.offset(instant);
}

/** A civil day and its clock. Cached and handed to many: never to be changed. */
export interface ParisDay {
  /** `YYYY-MM-DD` */
  date: string;
  /** Midnight, epoch ms. */
  start: number;
  /** The next midnight: 23, 24 or 25 hours later. */
  end: number;
  /** Minutes to add to UTC at the day's start. */
  offset: number;
  /** The instant at which the clocks change this day, and by how many minutes (+60 in March, −60 in October). */
  change: { at: number; by: number } | null;
}

/** Enough for every day Enedis keeps; past that a fresh start is cheaper than book-keeping. */
const CACHE_SIZE = 4_000;
/** By the date's midnight in UTC. */
const days = new Map<number, ParisDay>();

/**
 * The civil day `date` (`YYYY-MM-DD`).
 * @throws RangeError when there is no such date.
 */
export function parisDay(date: string): ParisDay {
  return dayOf(utcMidnightOf(date));
}

/** The Paris day that contains an instant. */
export function parisDayAt(instant: number): ParisDay {
  // Paris is one or two hours ahead of UTC: one hour on is the right day but for the last summer hour.
  const midnight = Math.floor((instant + 60 * MINUTE) / DAY) * DAY;
  const guess = dayOf(midnight);
  return instant < guess.end ? guess : dayOf(midnight + DAY);
}

function dayOf(midnight: number): ParisDay {
  const known = days.get(midnight);
  if (known) return known;
  const day = computeDay(utcDate(midnight), midnight);
  if (days.size >= CACHE_SIZE) days.clear();
  days.set(midnight, day);
  return day;
}

function computeDay(date: string, midnight: number): ParisDay {
  const start = parisMidnight(midnight);
  const end = parisMidnight(midnight + DAY);
  const offset = parisOffset(start);
  const by = parisOffset(end) - offset;
  return {
    date,
    start,
    end,
    offset,
    change: by === 0 ? null : { at: changeBetween(start, end, offset), by },
  };
}

/** From a date's midnight in UTC. Paris midnight is never skipped nor repeated: its offset is the same around it. */
function parisMidnight(midnight: number): number {
  return midnight - parisOffset(midnight - 60 * MINUTE) * MINUTE;
}

/** The first instant, to the minute, at which the offset is no longer `offset`. */
function changeBetween(start: number, end: number, offset: number): number {
  let before = 0;
  let after = (end - start) / MINUTE;
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (parisOffset(start + middle * MINUTE) === offset) before = middle;
    else after = middle;
  }
  return start + after * MINUTE;
}

function utcMidnightOf(date: string): number {
  const midnight = utcMidnight(date);
  if (Number.isNaN(midnight)) throw new RangeError(`no such date: ${date}`);
  return midnight;
}

/** Midnight of a date in UTC, epoch ms; NaN where there is no such date. */
export function utcMidnight(date: string): number {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(date)) return NaN;
  const midnight = Date.parse(date);
  const day = Number(date.slice(8));
  // Each month has 28 days; 30 February has become 2 March.
  return day <= 28 || new Date(midnight).getUTCDate() === day ? midnight : NaN;
}

/** The date of an instant in UTC. */
function utcDate(instant: number): string {
  return new Date(instant).toISOString().slice(0, 10);
}

/** Midnights of 2000 and 2100: winter, an hour ahead of UTC. */
const CENTURY = { start: Date.UTC(2000, 0, 1) - 60 * MINUTE, end: Date.UTC(2100, 0, 1) - 60 * MINUTE };

/**
 * Whether something can have been metered then. No meter of this kind is older; other years are slips of a pen or of a
 * clock, and whoever walks from one of them to today walks for long. False for NaN.
 */
export function isPlausible(instant: number): boolean {
  return instant >= CENTURY.start && instant < CENTURY.end;
}

/** `YYYY-MM-DD`, and there is such a day. */
export function isDate(text: unknown): text is string {
  return typeof text === 'string' && !Number.isNaN(utcMidnight(text));
}

/** `YYYY-MM-DD` of an instant in epoch ms. */
export function parisDate(instant: number): string {
  return parisDayAt(instant).date;
}

/** `date` and `days` civil days later (or earlier). */
export function addDays(date: string, count: number): string {
  return utcDate(utcMidnightOf(date) + count * DAY);
}

/** How many civil days from `start` to `end` (excluded); negative when `end` comes first. */
export function daysBetween(start: string, end: string): number {
  return Math.round((utcMidnightOf(end) - utcMidnightOf(start)) / DAY);
}

/** Every date from `start` to `end` (excluded). */
export function datesBetween(start: string, end: string): string[] {
  const dates: string[] = [];
  for (let date = start; date < end; date = addDays(date, 1)) dates.push(date);
  return dates;
}

/** The same day of the month `count` months earlier or later, or that month's last day where it is shorter. */
export function addMonths(date: string, count: number): string {
  const [year = 0, month = 0, day = 0] = date.split('-').map(Number);
  const first = new Date(Date.UTC(year, month - 1 + count, 1));
  const lastDay = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0)).getUTCDate();
  return utcDate(first.getTime() + (Math.min(day, lastDay) - 1) * DAY);
}

/** Minutes since midnight as the clock on the wall shows them, to an instant; a wall time the clocks skip is null. */
export function wallToInstant(
  day: ParisDay,
  wallSeconds: number,
  passage: 'first' | 'second' = 'first',
): number | null {
  const asBefore = day.start + wallSeconds * 1000;
  if (!day.change || asBefore < day.change.at) {
    const repeated =
      day.change !== null && day.change.by < 0 && asBefore >= day.change.at + day.change.by * MINUTE;
    return repeated && passage === 'second' ? asBefore - day.change!.by * MINUTE : asBefore;
  }
  const asAfter = asBefore - day.change.by * MINUTE;
  if (asAfter >= day.change.at) return asAfter;
  // In the hour that March skips. Its very first instant is the change itself, seen from before.
  return asBefore === day.change.at ? asBefore : null;
}

/** True for a wall time that occurs twice that day. */
export function isRepeated(day: ParisDay, wallSeconds: number): boolean {
  if (!day.change || day.change.by >= 0) return false;
  const asBefore = day.start + wallSeconds * 1000;
  return asBefore < day.change.at && asBefore >= day.change.at + day.change.by * MINUTE;
}

/** `HH:mm` of a date as an instant; a time that March skips is moved to just after the change. */
export function instantAt(date: string, time: string): number {
  const day = parisDay(date);
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return wallToInstant(day, (hours * 60 + minutes) * 60) ?? day.change!.at;
}

/** Minutes to add to UTC at an instant of `day`. */
export function offsetAt(day: ParisDay, instant: number): number {
  return day.change && instant >= day.change.at ? day.offset + day.change.by : day.offset;
}

/** Minutes after midnight as the clock on the wall shows them, and whether October's clock shows them for the second time. */
export function wallClock(instant: number): { minute: number; isAgain: boolean } {
  const day = parisDayAt(instant);
  const { start, offset, change } = day;
  const minute = (instant - start) / MINUTE + offsetAt(day, instant) - offset;
  const isAgain =
    change !== null && change.by < 0 && instant >= change.at && instant < change.at - change.by * MINUTE;
  return { minute, isAgain };
}

/** ISO 8601 with the Paris offset, to the second: `2026-10-25T02:30:00+01:00`. */
export function isoParis(instant: number): string {
  const day = parisDayAt(instant);
  const offset = offsetAt(day, instant);
  const seconds = Math.floor((instant + offset * MINUTE - (day.start + day.offset * MINUTE)) / 1000);
  return `${day.date}T${clockTime(seconds)}+0${offset / 60}:00`;
}

/** ISO 8601 in UTC, to the second: `2026-10-25T00:30:00Z`. */
export function isoUtc(instant: number): string {
  const midnight = Math.floor(instant / DAY) * DAY;
  return `${dayOf(midnight).date}T${clockTime(Math.floor((instant - midnight) / 1000))}Z`;
}

/** `HH:mm:ss` of seconds since midnight. */
function clockTime(seconds: number): string {
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return `${twoDigits(hours)}:${twoDigits(minutes)}:${twoDigits(seconds % 60)}`;
}

function twoDigits(count: number): string {
  return count < 10 ? `0${count}` : String(count);
}
