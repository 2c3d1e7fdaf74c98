/** What the archive costs once it holds three years: adding a day, reading a year back. On this machine's own disk. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { MeterArchive, type SeriesKey } from '../../lib/archive/archive';
import { FileStorage } from '../../lib/storage/files';
import { addDays, parisDay } from '../../lib/readings/paris';
import type { Measure } from '../../lib/readings/reading';
import { duration, median, type Figure } from '../table';

const CURVE: SeriesKey = { direction: 'consumption', series: 'loadCurve' };
const DAILY: SeriesKey = { direction: 'consumption', series: 'daily' };
const METER = '22516914714270';
const TODAY = '2026-11-20';
const TIMES = 15;

export async function measure(): Promise<Figure> {
  const rows = [];
  for (const months of [1, 12, 36]) rows.push(await withHistory(months));
  return {
    title: 'Archive',
    columns: [
      'history',
      'adding a day of half-hours',
      'file it rewrites',
      'a year of days back',
      'a year of half-hours back',
    ],
    rows,
    note: 'Each reading back opens the archive afresh, nothing in memory. Goals: a day costs one small file’s rewrite (and the state’s); a year reads in under 50 ms.',
  };
}

async function withHistory(months: number): Promise<string[]> {
  const parent = join(__dirname, '..', '..', '.tmp');
  mkdirSync(parent, { recursive: true });
  const dir = mkdtempSync(join(parent, 'bench-archive-'));
  try {
    const start = addDays(TODAY, -Math.round(months * 30.4));
    const archive = open(dir);
    await fill(archive, start);
    const adding: number[] = [];
    for (let place = 0; place < TIMES; place++) {
      const date = addDays(TODAY, place);
      adding.push(await timed(() => add(archive, CURVE, [date], halfHours)));
    }
    const year = { start: addDays(TODAY, -365), end: TODAY };
    const back = (key: SeriesKey) => repeated(() => open(dir).read(key, year));
    const curve = await back(CURVE);
    const daily = await back(DAILY);
    const folder = join(dir, 'meters', 'real', METER);
    const sizes = readdirSync(folder).map((file) => statSync(join(folder, file)).size);
    return [
      months === 1 ? '1 month' : `${months / 12} ${months === 12 ? 'year' : 'years'}`,
      duration(median(adding)),
      `${(Math.max(...sizes) / 1000).toFixed(0)} kB at most`,
      duration(daily),
      duration(curve),
    ];
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

function open(dir: string): MeterArchive {
  return new MeterArchive(new FileStorage(dir, () => undefined), 'real', METER);
}

async function fill(archive: MeterArchive, start: string): Promise<void> {
  for (let date = start; date < TODAY; date = addDays(date, 7)) {
    const dates = Array.from({ length: 7 }, (_, place) => addDays(date, place)).filter(
      (each) => each < TODAY,
    );
    await add(archive, CURVE, dates, halfHours);
    await add(archive, DAILY, dates, wholeDay);
  }
}

/** As a gateway's answer comes in. */
async function add(
  archive: MeterArchive,
  key: SeriesKey,
  dates: readonly string[],
  readingsOf: (date: string) => Measure[],
): Promise<void> {
  const period = { start: dates[0]!, end: addDays(dates.at(-1)!, 1) };
  await archive.merge(key, dates.flatMap(readingsOf), 'conso-api');
  await archive.noteAsked(key, period, [], parisDay(period.end).start);
}

function halfHours(date: string): Measure[] {
  const { start, end } = parisDay(date);
  const count = (end - start) / 1_800_000;
  return Array.from({ length: count }, (_, place) => ({
    start: start + place * 1_800_000,
    end: start + (place + 1) * 1_800_000,
    amount: 200 + ((place * 37) % 4000),
    quality: 'raw' as const,
  }));
}

function wholeDay(date: string): Measure[] {
  const { start, end } = parisDay(date);
  return [{ start, end, amount: 12_345, quality: 'raw' }];
}

async function timed(task: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await task();
  return performance.now() - begun;
}

async function repeated(task: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let time = 0; time < TIMES; time++) times.push(await timed(task));
  return median(times);
}
