/**
 * Stretches of the day as the clock on the wall shows them, to the minute. Off-peak hours are written by Enedis, by
 * suppliers and by people in a dozen ways (`HC (22H38-6H38;12H-14H)`, `22:38-06:38`), all understood here. The start is
 * included, the end isn't.
 */
import type { ProblemKind } from './problems';

const DAY = 24 * 60;

/** Minutes since midnight, `from` before `to`: what passes midnight is two of them. */
export interface Stretch {
  from: number;
  to: number;
}

/** Off-peak hours from a date on; `from` is empty for ever since. */
export interface DatedWindows {
  from: string;
  winter: readonly Stretch[];
  summer: readonly Stretch[];
}

/** What is wrong with a text, and which part of it. */
export interface WindowProblem {
  kind: Extract<ProblemKind, 'time' | 'window' | 'emptyWindow' | 'overlap'>;
  found: string;
}

const TIME = /^(\d{1,2})(?:[:hH](\d{2})?)?$/;

/** Minutes since midnight of `6:05`, `06h05`, `6H` or `6`; NaN for what isn't a time of the day. 24:00 is 1440. */
export function minuteOf(text: string): number {
  const [, hours = '', minutes = '0'] = TIME.exec(text.trim()) ?? [];
  const minute = hours === '' ? NaN : Number(hours) * 60 + Number(minutes);
  return Number(minutes) < 60 && minute <= DAY ? minute : NaN;
}

/** Stretches, sorted, of windows separated by `;` or `,`; or the first thing wrong with them. */
export function readWindows(text: string): Stretch[] | WindowProblem {
  const inside = /^\s*(?:HC\s*)?\(?([^()]*)\)?\s*$/i.exec(text)?.[1] ?? text;
  const parts = inside.split(/[;,]/).filter((part) => part.trim() !== '');
  if (parts.length === 0) return { kind: 'emptyWindow', found: text };
  const stretches: Stretch[] = [];
  for (const part of parts) {
    const read = readWindow(part.trim());
    if ('kind' in read) return read;
    for (const stretch of read) {
      if (stretches.some(({ from, to }) => stretch.from < to && from < stretch.to)) {
        return { kind: 'overlap', found: part.trim() };
      }
    }
    stretches.push(...read);
  }
  return stretches.sort((a, b) => a.from - b.from);
}

function readWindow(part: string): Stretch[] | WindowProblem {
  const ends = part.split(/[-–]/);
  if (ends.length !== 2) return { kind: 'window', found: part };
  const [from, to] = ends.map(minuteOf) as [number, number];
  for (const [place, minute] of [from, to].entries()) {
    if (Number.isNaN(minute)) return { kind: 'time', found: ends[place]!.trim() };
  }
  if (from === DAY) return { kind: 'time', found: ends[0]!.trim() };
  if (from === to) return { kind: 'emptyWindow', found: part };
  if (from < to) return [{ from, to }];
  return to === 0
    ? [{ from, to: DAY }]
    : [
        { from, to: DAY },
        { from: 0, to },
      ];
}

/** Whether a minute of the day is in one of the stretches. */
export function isWithin(stretches: readonly Stretch[], minute: number): boolean {
  for (const { from, to } of stretches) if (minute >= from && minute < to) return true;
  return false;
}

/** The off-peak hours of a date; undefined where none are known yet. Summer is 1 April to 31 October. */
export function windowsOn(dated: readonly DatedWindows[], date: string): readonly Stretch[] | undefined {
  const inForce = dated.findLast(({ from }) => from <= date);
  const dayOfYear = date.slice(5);
  return dayOfYear >= '04-01' && dayOfYear <= '10-31' ? inForce?.summer : inForce?.winter;
}
