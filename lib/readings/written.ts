/** How amounts, steps and times are written, in the bodies of gateways and in the readings of a message. */
import { utcMidnight } from './paris';

/** Character codes. */
const ZERO = 48;
const COLON = 58;

/** Minutes of one interval of a load curve: the steps meters use. */
export const STEPS: readonly number[] = [5, 10, 15, 30, 60];

/** Whole Wh, W or VA; null for a value that isn't there; NaN for what isn't a number. */
export function readAmount(value: unknown): number | null {
  if (value === null || value === undefined) return null;
  if (typeof value === 'number') return whole(value);
  if (typeof value !== 'string') return NaN;
  const digits = numberOfDigits(value);
  if (digits >= 0) return digits;
  const text = value.trim();
  if (text === '' || text.toLowerCase() === 'null') return null;
  return /^-?\d+([.,]\d+)?$/.test(text) ? whole(Number(text.replace(',', '.'))) : NaN;
}

/** Of a text of one to nine digits, as nearly every value is: years of them are read so. −1 for any other. */
function numberOfDigits(text: string): number {
  const { length } = text;
  if (length === 0 || length > 9) return -1;
  let number = 0;
  for (let place = 0; place < length; place++) {
    const digit = text.charCodeAt(place) - ZERO;
    if (digit < 0 || digit > 9) return -1;
    number = number * 10 + digit;
  }
  return number;
}

/** Rounded; adding zero turns the minus zero of a rounded −0.2 into a plain one. */
function whole(value: number): number {
  return Math.round(value) + 0;
}

/** Minutes; null when absent, NaN when it is none of the steps meters use. */
export function readStep(step: unknown): number | null {
  if (step === undefined || step === null || step === '') return null;
  const match = typeof step === 'string' ? /^PT(\d{1,2})([MH])$/.exec(step) : null;
  const minutes = match ? Number(match[1]) * (match[2] === 'H' ? 60 : 1) : NaN;
  return STEPS.includes(minutes) ? minutes : NaN;
}

/** The number that two digits make, or NaN. Years of labels are read with it, where a regular expression is ten times slower. */
function twoDigitsAt(text: string, place: number): number {
  const tens = text.charCodeAt(place) - ZERO;
  const units = text.charCodeAt(place + 1) - ZERO;
  return tens >= 0 && tens <= 9 && units >= 0 && units <= 9 ? tens * 10 + units : NaN;
}

/**
 * Seconds since midnight of the `HH:mm:ss` at a place of a text; NaN where there is none such, 24:00 included.
 */
export function clockAt(text: string, place: number): number {
  if (text.charCodeAt(place + 2) !== COLON || text.charCodeAt(place + 5) !== COLON) return NaN;
  const hours = twoDigitsAt(text, place);
  const minutes = twoDigitsAt(text, place + 3);
  const seconds = twoDigitsAt(text, place + 6);
  return hours < 24 && minutes < 60 && seconds < 60 ? (hours * 60 + minutes) * 60 + seconds : NaN;
}

/** Whether a text begins with a date of ten characters; looked at from the day on, where most others differ. */
export function isOfDate(text: string, date: string): boolean {
  for (let place = 9; place >= 0; place--) {
    if (text.charCodeAt(place) !== date.charCodeAt(place)) return false;
  }
  return true;
}

const DATE_TIME = /^(\d{4}-\d{2}-\d{2})T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/;

/**
 * Reads ISO 8601 date-times with an offset (`2026-10-25T02:30:00+01:00`), which is how readings say when: an instant in
 * epoch ms, NaN for anything else, a time without an offset and a day that no calendar has included. One of these reads
 * many: it remembers the text and the date it read last, because the next is mostly the same.
 */
export class InstantReader {
  #text: unknown;
  #instant = NaN;
  #date = '';
  #utcMidnight = NaN;

  read(text: unknown): number {
    if (text !== this.#text) {
      this.#text = text;
      this.#instant = typeof text === 'string' ? this.#understand(text) : NaN;
    }
    return this.#instant;
  }

  #understand(text: string): number {
    if (!isOfDate(text, this.#date)) {
      this.#date = text.slice(0, 10);
      this.#utcMidnight = utcMidnight(this.#date);
    }
    const wall = clockAt(text, 11);
    if (text.length === 25 && text[10] === 'T' && text[19] === '+' && text[22] === ':' && wall >= 0) {
      const offset = twoDigitsAt(text, 20) * 60 + twoDigitsAt(text, 23);
      if (offset < 15 * 60) return this.#utcMidnight + wall * 1000 - offset * 60_000;
    }
    return DATE_TIME.test(text) && !Number.isNaN(this.#utcMidnight) ? Date.parse(text) : NaN;
  }
}
