/**
 * Two years of half-hours, from the texts a gateway sends (a week each, the most that Enedis gives at once) to checked
 * measures, which is what collecting does, and on to hourly, daily and monthly energy: against `JSON.parse` alone on the
 * same bytes, and against two ways in which the field does the whole, on the same points: a date object for each point
 * and a group for each start of a period (luxon), and the grouping by formatted local hour that ha-linky has (dayjs).
 */
import dayjs from 'dayjs';
import timezone from 'dayjs/plugin/timezone';
import utc from 'dayjs/plugin/utc';
import { DateTime } from 'luxon';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type * as body from '../../lib/gateways/body';
import type * as json from '../../lib/gateways/json';
import type * as aggregates from '../../lib/figures/aggregate';
import type * as intake from '../../lib/readings/from-readings';
import type * as paris from '../../lib/readings/paris';
import type { Measure } from '../../lib/readings/reading';
import type * as out from '../../lib/readings/to-readings';
import type * as bodies from '../../lib/simulator/bodies';
import type { Generation, Point } from '../../lib/simulator';
import { duration, median, type Figure } from '../table';

// As it is installed: compiled, without what a loader of TypeScript adds to each call.
const load = createRequire(join(__dirname, '..', '..', 'dist', 'lib', 'x.js'));
const { readBody } = load('./gateways/body') as typeof body;
const { parseJson } = load('./gateways/json') as typeof json;
const { aggregate } = load('./figures/aggregate') as typeof aggregates;
const { Intake } = load('./readings/from-readings') as typeof intake;
const { addDays, isoParis, parisDay } = load('./readings/paris') as typeof paris;
const { toReadings } = load('./readings/to-readings') as typeof out;
const { bodyOf } = load('./simulator/bodies') as typeof bodies;

dayjs.extend(utc);
dayjs.extend(timezone);

const SERIES = { usagePointId: '22516914714270', direction: 'consumption', series: 'loadCurve' } as const;
const NOW = Date.parse('2026-11-20T12:00:00Z');
const PERIODS = ['hour', 'day', 'month'] as const;
const HALF_HOUR = 1_800_000;
const WEEKS = Array.from({ length: 104 }, (_, week) => addDays('2024-11-22', 7 * week));

export function measure(): Promise<Figure> {
  const rows: string[][] = [];
  for (const generation of ['2026', 'v5'] as const) {
    const texts = WEEKS.map((start) => bodyText(generation, start));
    const points = (): PlainPoint[] => texts.flatMap((text) => pointsOf(text, generation));
    const ways: Record<string, () => unknown> = {
      '`JSON.parse` alone': () => texts.map((text) => JSON.parse(text) as unknown),
      'ours, to checked measures': () => texts.map(measuresOf),
      'ours, through messages to hours, days and months': () => readAndAggregate(texts),
      'a date object for each point, luxon': () => withLuxon(points()),
      'formatted hours, dayjs (as ha-linky; hours only)': () => byFormattedHour(points()),
    };
    const times = race(Object.values(ways));
    for (const [place, name] of Object.keys(ways).entries()) {
      const time = times[place]!;
      rows.push([`${generation}: ${name}`, duration(time), (time / times[0]!).toFixed(1)]);
    }
  }
  return Promise.resolve({
    title: 'Two years of half-hours: the bodies’ texts → checked readings → hours, days, months',
    columns: ['', 'median', '× `JSON.parse`'],
    rows,
    note: 'Goal of the checked measures: four to five times `JSON.parse`. All go through the same 34,944 points, in turns, as often and as warm; ours compiled as installed.',
  });
}

/**
 * Times ways of doing things against each other: each round runs every one of them once, so that whatever else the
 * machine does in the meantime slows all alike. The first rounds, in which the engine learns, don't count.
 */
function race(ways: readonly (() => unknown)[], rounds = 5, warmUp = 2): number[] {
  const times = ways.map((): number[] => []);
  for (let round = -warmUp; round < rounds; round++) {
    for (const [place, way] of ways.entries()) {
      // Each pays for its own garbage, not for what the one before has left.
      global.gc?.({ type: 'minor' });
      const begun = performance.now();
      way();
      if (round >= 0) times[place]!.push(performance.now() - begun);
    }
  }
  return times.map(median);
}

/** What a week's answer says, every check included. */
function measuresOf(text: string, week: number): Measure[] {
  const asked = { ...SERIES, start: WEEKS[week]!, end: addDays(WEEKS[week]!, 7) };
  return readBody(parseJson(text, 200, []), asked, 'end', [], NOW).measures;
}

/** The whole way, through the readings that a flow would see, a message for each answer. */
function readAndAggregate(texts: readonly string[]): unknown {
  const intake = new Intake();
  for (const [week, text] of texts.entries()) intake.take(toReadings(SERIES, measuresOf(text, week)));
  return [...intake.groups()].map(
    (group) => group && PERIODS.map((period) => aggregate(group.id, group.measures, period, 'auto')),
  );
}

/** A body as the gateway sends it, its values those of an imaginary household. */
function bodyText(generation: Generation, week: string): string {
  const points: Point[] = [];
  const asked = { ...SERIES, start: week, end: addDays(week, 7) };
  for (let end = parisDay(week).start + HALF_HOUR; end <= parisDay(asked.end).start; end += HALF_HOUR) {
    const value = String(200 + (((end / HALF_HOUR) * 7919) % 3000));
    const stamp = isoParis(end).slice(0, 19).replace('T', ' ');
    points.push({ date: stamp.slice(0, 10), stamp, value, minutes: 30 });
  }
  return JSON.stringify(bodyOf({ ...asked, period: 'P1D', points }, generation));
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

/** What ha-linky does to make hours (`format.ts`): points by the text of their local hour, of each hour the mean. */
function byFormattedHour(points: readonly PlainPoint[]): unknown {
  const hours = new Map<string, number[]>();
  for (const { value, stamp } of points) {
    const hour = dayjs(stamp).subtract(1, 'minute').startOf('hour').format('YYYY-MM-DDTHH:mm:ss');
    const values = hours.get(hour);
    if (values) values.push(Number(value));
    else hours.set(hour, [Number(value)]);
  }
  return [...hours].map(([hour, values]) => ({
    date: dayjs.tz(hour, 'Europe/Paris').format(),
    value: values.reduce((sum, each) => sum + each, 0) / values.length,
  }));
}
