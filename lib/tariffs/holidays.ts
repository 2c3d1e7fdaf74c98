/** Public holidays of France, worked out: they follow from the year (Code du travail L3133-1; Alsace-Moselle L3134-13). */
import { addDays } from '../readings/paris';

/** Whose: Alsace and Moselle have Good Friday and 26 December as well. */
export type Region = 'fr' | 'alsace-moselle';

const FIXED = new Set(['01-01', '05-01', '05-08', '07-14', '08-15', '11-01', '11-11', '12-25']);

const byYear = new Map<string, ReadonlySet<string>>();

/** @param date `YYYY-MM-DD` */
export function isHoliday(date: string, region: Region): boolean {
  const year = date.slice(0, 4);
  const key = region + year;
  let dates = byYear.get(key);
  if (!dates) {
    dates = movable(Number(year), region);
    byYear.set(key, dates);
  }
  const dayOfYear = date.slice(5);
  return FIXED.has(dayOfYear) || dates.has(date) || (region === 'alsace-moselle' && dayOfYear === '12-26');
}

/** Easter Monday, Ascension and Whit Monday; Good Friday in Alsace-Moselle. */
function movable(year: number, region: Region): Set<string> {
  const days = region === 'alsace-moselle' ? [-2, 1, 39, 50] : [1, 39, 50];
  const sunday = easter(year);
  return new Set(days.map((count) => addDays(sunday, count)));
}

/** Easter Sunday of a Gregorian year, by the anonymous algorithm of 1876 (Meeus, Astronomical Algorithms, ch. 8). */
function easter(year: number): string {
  const a = year % 19;
  const b = Math.floor(year / 100);
  const c = year % 100;
  const f = Math.floor((b + 8) / 25);
  const g = Math.floor((b - f + 1) / 3);
  const h = (19 * a + b - Math.floor(b / 4) - g + 15) % 30;
  const l = (32 + 2 * (b % 4) + 2 * Math.floor(c / 4) - h - (c % 4)) % 7;
  const m = Math.floor((a + 11 * h + 22 * l) / 451);
  const sum = h + l - 7 * m + 114;
  const month = String(Math.floor(sum / 31)).padStart(2, '0');
  const day = String((sum % 31) + 1).padStart(2, '0');
  return `${year}-${month}-${day}`;
}
