/** How amounts, steps and times are written, in the bodies of gateways and in the readings of a message. */
import { isDate } from './paris';

/** Minutes of one interval of a load curve: the steps meters use. */
export const STEPS: readonly number[] = [5, 10, 15, 30, 60];

/** Reads an amount in whole Wh, W or VA; null for a value that isn't there; NaN for what isn't a number. */
export function readAmount(value: unknown): number | null {
  if (value === null || value === undefined) return null;
  if (typeof value === 'number') return whole(value);
  if (typeof value !== 'string') return NaN;
  const text = value.trim();
  if (text === '' || text.toLowerCase() === 'null') return null;
  return /^-?\d+([.,]\d+)?$/.test(text) ? whole(Number(text.replace(',', '.'))) : NaN;
}

/** Rounded; adding zero turns the minus zero of a rounded −0.2 into a plain one. */
function whole(value: number): number {
  return Math.round(value) + 0;
}

/** Reads a step (`PT30M`, `PT1H`) in minutes; null when absent, NaN when it is none of the steps meters use. */
export function readStep(step: unknown): number | null {
  if (step === undefined || step === null || step === '') return null;
  const match = typeof step === 'string' ? /^PT(\d{1,2})([MH])$/.exec(step) : null;
  const minutes = match ? Number(match[1]) * (match[2] === 'H' ? 60 : 1) : NaN;
  return STEPS.includes(minutes) ? minutes : NaN;
}

const DATE_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/;

/**
 * Reads an ISO 8601 date-time with an offset (`2026-10-25T02:30:00+01:00`), which is how readings say when: epoch ms, NaN
 * for anything else, a time without an offset and a day that no calendar has included.
 */
export function readInstant(text: unknown): number {
  if (typeof text !== 'string' || !DATE_TIME.test(text)) return NaN;
  // Every month has 28 days; `Date.parse` takes 30 February for 2 March.
  return Number(text.slice(8, 10)) <= 28 || isDate(text.slice(0, 10)) ? Date.parse(text) : NaN;
}
