/**
 * Two years of half-hours from the text a gateway sends to hourly, daily and monthly energy: against `JSON.parse` alone on
 * the same bytes (goal: at most three times), and against the way the tools of the field do it, a date object for each
 * point and a group for each formatted date, with luxon and with dayjs (goal: ten times faster at least).
 */
import dayjs from 'dayjs';
import timezone from 'dayjs/plugin/timezone';
import utc from 'dayjs/plugin/utc';
import { DateTime } from 'luxon';
import { readBody } from '../lib/gateways/body';
import { parseJson } from '../lib/gateways/json';
import { aggregate } from '../lib/readings/aggregate';
import { Intake } from '../lib/readings/from-readings';
import { isoParis, parisDay } from '../lib/readings/paris';
import { toReadings } from '../lib/readings/to-readings';
import { bodyOf } from '../lib/simulator/bodies';
import type { Generation, Point } from '../lib/simulator';
import { ms, race, table, type Figure } from './figure';

dayjs.extend(utc);
dayjs.extend(timezone);

const ASKED = {
  usagePointId: '22516914714270',
  direction: 'consumption',
  series: 'loadCurve',
  start: '2024-11-20',
  end: '2026-11-20',
} as const;
const PERIODS = ['hour', 'day', 'month'] as const;
const HALF_HOUR = 1_800_000;
const POINTS = 35_040;
const PART = 20;

export const twoYears: Figure = {
  name: 'Two years of half-hours: body → readings → hours, days, months',
  run() {
    const rows = [['', 'median', '× JSON.parse', 'ours is faster by']];
    for (const generation of ['2026', 'v5'] as const) {
      const text = bodyText(generation);
      const [parse, ours] = race({
        parse: () => JSON.parse(text) as unknown,
        ours: () => readAndAggregate(text),
      });
      rows.push([`${generation}: JSON.parse`, ms(parse!.median), '1.0', '']);
      const ratio = (time: number): string => (time / parse!.median).toFixed(1);
      rows.push([`${generation}: ours`, ms(ours!.median), ratio(ours!.median), '']);
      for (const [name, way] of Object.entries({ luxon: withLuxon, dayjs: withDayjs })) {
        // Seconds each: a part of the points, once, tells enough.
        const part = pointsOf(text, generation).slice(0, POINTS / PART);
        const time = race({ way: () => way(part) }, 1, 0)[0]!.median * PART + parse!.median;
        const faster = `${(time / ours!.median).toFixed(0)} times`;
        rows.push([`${generation}: ${name}`, ms(time), ratio(time), faster]);
      }
    }
    return table(rows);
  },
};

/** Ours, every check included, and through the readings that a flow would see. */
function readAndAggregate(text: string): unknown {
  const { measures } = readBody(parseJson(text, 200, []), ASKED, 'end', []);
  const intake = new Intake();
  intake.take(toReadings(ASKED, measures));
  return intake
    .groups()
    .map(({ id, measures }) => PERIODS.map((period) => aggregate(id, measures, period, 'auto')));
}

/** A body as the gateway sends it, its values those of an imaginary household. */
function bodyText(generation: Generation): string {
  const points: Point[] = [];
  const { start } = parisDay(ASKED.start);
  for (let end = start + HALF_HOUR; end <= parisDay(ASKED.end).start; end += HALF_HOUR) {
    const value = String(200 + ((points.length * 7919) % 3000));
    const stamp = isoParis(end).slice(0, 19).replace('T', ' ');
    points.push({ date: stamp.slice(0, 10), stamp, value, minutes: 30 });
  }
  return JSON.stringify(bodyOf({ ...ASKED, period: 'P1D', points }, generation));
}

interface PlainPoint {
  value: string;
  stamp: string;
}

function pointsOf(text: string, generation: Generation): PlainPoint[] {
  if (generation === 'v5') {
    const body = JSON.parse(text) as {
      meter_reading: { interval_reading: { value: string; date: string }[] };
    };
    return body.meter_reading.interval_reading.map(({ value, date }) => ({ value, stamp: date }));
  }
  const body = JSON.parse(text) as { grandeur: { points: { v: string; d: string }[] }[] };
  return body.grandeur.flatMap(({ points }) => points.map(({ v, d }) => ({ value: v, stamp: d })));
}

/** As one writes it who hasn't thought of speed (nor of the repeated hour, which it gets wrong). */
function withLuxon(points: readonly PlainPoint[]): unknown {
  const zone = 'Europe/Paris';
  const readings = points.map(({ value, stamp }) => {
    const start = DateTime.fromFormat(stamp, 'yyyy-MM-dd HH:mm:ss', { zone }).minus({ minutes: 30 });
    return { start: start.toISO()!, value: Number(value) / 1000 };
  });
  return PERIODS.map((period) => {
    const sums = new Map<string, number>();
    for (const { start, value } of readings) {
      const key = DateTime.fromISO(start, { zone }).startOf(period).toISO()!;
      sums.set(key, (sums.get(key) ?? 0) + value / 2);
    }
    return sums;
  });
}

function withDayjs(points: readonly PlainPoint[]): unknown {
  const zone = 'Europe/Paris';
  const readings = points.map(({ value, stamp }) => {
    const start = dayjs.tz(stamp, zone).subtract(30, 'minute');
    return { start: start.format(), value: Number(value) / 1000 };
  });
  return PERIODS.map((period) => {
    const sums = new Map<string, number>();
    for (const { start, value } of readings) {
      const key = dayjs(start).tz(zone).startOf(period).format();
      sums.set(key, (sums.get(key) ?? 0) + value / 2);
    }
    return sums;
  });
}
