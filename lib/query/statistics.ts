/**
 * Energy or its cost as Home Assistant keeps it: for each hour what it was, and the sum of all hours up to then, from the
 * archive's first on. An older or a corrected reading changes every sum after it: so each day bears a mark, by which whoever
 * has sent it before sees from where on the past is another.
 */
import { createHash } from 'node:crypto';
import type { Period } from '../archive/archive';
import { Turns } from '../async/turns';
import { addDays, datesBetween, isoParis, parisDay } from '../readings/paris';
import type { Measure } from '../readings/reading';
import { partsOfDay } from './parts-of-day';
import type { Source, ValueMaker } from './values';

/** One hour, as `recorder/import_statistics` takes it. */
export interface HourlySum {
  /** ISO 8601 with the Paris offset, the full hour. */
  start: string;
  /** kWh or EUR of the hour. */
  state: number;
  /** Of all hours up to its end. */
  sum: number;
}

/** A day's hours, and a mark that is another one where any of them is, or the sum before them. */
export interface DayOfSums {
  date: string;
  hours: HourlySum[];
  mark: string;
}

/** Sums are kept in units of 10⁻⁵ kWh or EUR, so that they don't drift. */
const SCALE = 100_000;
/** Days read at once. */
const PAGE = 28;

/**
 * Every day of the archive that there is something of, oldest first. A day of which only its energy is known counts in its
 * first hour; where that has several prices it has none.
 * @param days makes figures of days, `hours` those of hours; of the same value
 */
export async function* hourlySums<D, H>(
  { archive, id }: Source,
  known: Period,
  days: ValueMaker<D>,
  hours: ValueMaker<H>,
): AsyncGenerator<DayOfSums> {
  const { direction } = id;
  const turns = new Turns();
  let sum = 0;
  for (let start = known.start; start < known.end; start = addDays(start, PAGE)) {
    const next = addDays(start, PAGE);
    const page = { start, end: next < known.end ? next : known.end };
    const curves = await archive.read({ direction, series: 'loadCurve' }, page);
    const whole = await days.days(page);
    for (const [place, date] of datesBetween(page.start, page.end).entries()) {
      const values = curves[place]!.length > 0 ? ofHours(curves[place]!, hours) : ofDay(date, whole, days);
      const hoursOfDay: HourlySum[] = [];
      for (const { start: at, value } of values) {
        await turns.take();
        const amount = Math.round(value * SCALE);
        sum += amount;
        hoursOfDay.push({ start: isoParis(at), state: amount / SCALE, sum: sum / SCALE });
      }
      if (hoursOfDay.length === 0) continue;
      const mark = createHash('sha256').update(JSON.stringify(hoursOfDay)).digest('base64url').slice(0, 12);
      yield { date, hours: hoursOfDay, mark };
    }
  }
}

interface HourValue {
  start: number;
  value: number;
}

function ofHours<H>(curve: readonly Measure[], maker: ValueMaker<H>): HourValue[] {
  return partsOfDay('hour', curve).map(({ span, measures }) => ({
    start: span.start,
    value: maker.makePart(span, measures).aggregate.value,
  }));
}

function ofDay<D>(date: string, days: ReadonlyMap<string, D>, maker: ValueMaker<D>): HourValue[] {
  const day = days.get(date);
  if (day === undefined || !maker.isComparable(day)) return [];
  const span = parisDay(date);
  return [{ start: span.start, value: maker.make(span, [day], []).aggregate.value }];
}
