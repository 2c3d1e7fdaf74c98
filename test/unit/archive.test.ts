/** The archive: the same readings whatever the order and however often they come; nothing lost, nothing given twice. */
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { MeterArchive, type Period, type SeriesKey } from '../../lib/archive/archive';
import { askAgainAt, type ArchivedMeasure, type DayState } from '../../lib/archive/day';
import { EnedisError } from '../../lib/errors';
import { FileStorage } from '../../lib/storage/files';
import type { Storage } from '../../lib/storage/storage';
import { addDays, datesBetween, instantAt, parisDay, parisDayAt } from '../../lib/readings/paris';
import type { Measure } from '../../lib/readings/reading';
import { createSimulator } from '../../lib/simulator';
import { FailingDisk } from '../support/failing-disk';

const MINUTE = 60_000;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const PDL = '22516914714270';
const FOLDER = `meters/real/${PDL}`;
const FORMAT_1 = PDL;
const NOW = Date.parse('2026-11-15T12:00:00Z');
const CURVE: SeriesKey = { direction: 'consumption', series: 'loadCurve' };
const DAILY: SeriesKey = { direction: 'consumption', series: 'daily' };
const PEAK: SeriesKey = { direction: 'consumption', series: 'maxPower' };
const SPRING: Period = { start: '2026-03-20', end: '2026-04-10' };
const simulator = createSimulator({ clock: { now: () => NOW } });

const open = (storage: Storage): MeterArchive => new MeterArchive(storage, 'real', PDL);
const only = (start: string): Period => ({ start, end: addDays(start, 1) });
const truth = ({ direction, series }: SeriesKey, { start, end }: Period): Measure[] =>
  simulator
    .truth(PDL, direction, series, start, end)
    .map((reading): Measure => ({ ...reading, quality: 'raw' }));
const bare = (measures: readonly Measure[]): Measure[] =>
  measures.map(({ start, end, amount, at, quality }) => ({
    start,
    end,
    amount,
    quality,
    ...(at === undefined ? {} : { at }),
  }));
const daily = (date: string, amount: number): Measure => {
  const { start, end } = parisDay(date);
  return { start, end, amount, quality: 'raw' };
};
const curveOf = (date: string, step = 30, amount = 100): Measure[] => {
  const { start, end } = parisDay(date);
  const measures: Measure[] = [];
  for (let from = start; from < end; from += step * MINUTE)
    measures.push({ start: from, end: from + step * MINUTE, amount, quality: 'raw' });
  return measures;
};
/** As a gateway's answer for a period comes in. */
const give = async (
  archive: MeterArchive,
  key: SeriesKey,
  period: Period,
  measures: Measure[],
  now = NOW,
  blanks: Measure[] = [],
): Promise<number> => {
  const fresh = await archive.merge(key, measures, 'conso-api');
  await archive.noteAsked(key, period, blanks, now);
  return fresh;
};
const known = async (archive: MeterArchive, key: SeriesKey, period: Period): Promise<ArchivedMeasure[]> =>
  (await archive.read(key, period)).flat();
const amounts = (measures: readonly Measure[]): number[] => measures.map(({ amount }) => amount);

describe('merging', () => {
  it('gives back what was recorded, in all series, over clock changes and the new year', async () => {
    const archive = open(new FailingDisk());
    for (const key of [CURVE, DAILY, PEAK]) {
      for (const period of [
        { start: '2026-03-27', end: '2026-04-02' },
        { start: '2026-10-23', end: '2026-10-28' },
        { start: '2025-12-29', end: '2026-01-03' },
      ]) {
        const measures = truth(key, period);
        assert.equal(await give(archive, key, period, measures), measures.length);
        assert.deepEqual(bare(await known(archive, key, period)), measures);
        const states = await archive.days(key, period);
        assert.ok(states.every(({ state, again }) => state === 'complete' && again === null));
      }
    }
  });

  it('the same answer again brings nothing new', async () => {
    const disk = new FailingDisk();
    const period = { start: '2026-10-24', end: '2026-10-27' };
    await give(open(disk), CURVE, period, truth(CURVE, period));
    const { rev } = await open(disk).state();
    assert.equal(await give(open(disk), CURVE, period, truth(CURVE, period)), 0);
    assert.equal((await open(disk).state()).rev, rev);
    assert.deepEqual(await open(disk).changes(CURVE, rev, ''), []);
  });

  it('any order, any partition, any overlap, with restarts: the same readings, each new once', async () => {
    const whole = { start: '2026-10-22', end: '2026-11-04' };
    const all = truth(CURVE, whole);
    const piece = fc
      .tuple(fc.nat({ max: all.length }), fc.nat({ max: all.length }), fc.boolean())
      .map(([a, b, restart]) => ({ from: Math.min(a, b), to: Math.max(a, b), restart }));
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 8 }), fc.nat(8), async (pieces, place) => {
        // Somewhere among the pieces comes all of it.
        const order = pieces.toSpliced(place, 0, { from: 0, to: all.length, restart: false });
        const disk = new FailingDisk();
        let archive = open(disk);
        let fresh = 0;
        let cursor = 0;
        const delivered: ArchivedMeasure[] = [];
        for (const { from, to, restart } of order) {
          if (restart) archive = open(disk);
          fresh += await give(archive, CURVE, whole, all.slice(from, to));
          delivered.push(...(await archive.changes(CURVE, cursor, '')));
          cursor = (await archive.state()).rev;
        }
        assert.deepEqual(bare(await known(open(disk), CURVE, whole)), all);
        assert.equal(fresh, all.length);
        assert.deepEqual(bare(delivered.toSorted((a, b) => a.start - b.start)), all);
      }),
      { numRuns: 40 },
    );
  });

  it('takes what lies outside of the period as well, also in a month that comes again', async () => {
    const archive = open(new FailingDisk());
    const period = { start: '2025-01-10', end: '2026-03-01' };
    const measures = [...curveOf('2025-01-10'), ...curveOf('2025-01-05')].sort((a, b) => a.start - b.start);
    assert.equal(await give(archive, CURVE, period, measures), 96);
    assert.equal((await known(archive, CURVE, { start: '2025-01-01', end: '2025-02-01' })).length, 96);
  });

  it('keeps directions and series apart', async () => {
    const archive = open(new FailingDisk());
    await give(archive, DAILY, only('2026-04-01'), [daily('2026-04-01', 1)]);
    const production: SeriesKey = { ...DAILY, direction: 'production' };
    assert.deepEqual(await known(archive, production, only('2026-04-01')), []);
    assert.deepEqual(await archive.changes(production, 0, ''), []);
    assert.deepEqual(await archive.changes(PEAK, 0, ''), []);
    assert.equal((await archive.changes(DAILY, 0, '')).length, 1);
  });

  it('keeps zeros, and an answer without a reading takes none away', async () => {
    const archive = open(new FailingDisk());
    const zeros = curveOf('2026-04-01', 30, 0);
    await give(archive, CURVE, only('2026-04-01'), zeros);
    await give(archive, CURVE, only('2026-04-01'), []);
    await give(archive, CURVE, only('2026-04-01'), [], NOW, zeros);
    await archive.noteRefused(CURVE, only('2026-04-01'), 'beforeActivation', NOW);
    assert.deepEqual(bare(await known(archive, CURVE, only('2026-04-01'))), zeros);
    assert.equal((await archive.days(CURVE, only('2026-04-01')))[0]!.state, 'complete');
  });

  it('many at once lose nothing', async () => {
    const disk = new FailingDisk();
    const archive = open(disk);
    const dates = datesBetween('2026-03-20', '2026-04-20');
    await Promise.all([
      ...dates.map((date, place) => give(archive, DAILY, only(date), [daily(date, place)])),
      ...dates.map((_, place) =>
        archive.updateSeries(PEAK, (state) => (state.windowDays = (state.windowDays ?? 0) + place + 1)),
      ),
    ]);
    const again = open(disk);
    assert.deepEqual(
      amounts(await known(again, DAILY, { start: '2026-03-20', end: '2026-04-20' })),
      dates.map((_, place) => place),
    );
    assert.equal((await again.state()).rev, dates.length);
    assert.equal((await again.seriesState(PEAK)).windowDays, (31 * 32) / 2);
  });
});

describe('corrections', () => {
  it('replace a value, say which, and are given once', async () => {
    const disk = new FailingDisk();
    await give(open(disk), DAILY, only('2026-04-01'), [daily('2026-04-01', 9000)]);
    const { rev } = await open(disk).state();
    assert.equal(await give(open(disk), DAILY, only('2026-04-01'), [daily('2026-04-01', 9271)]), 1);
    const archive = open(disk);
    assert.deepEqual(await archive.changes(DAILY, rev, ''), [
      { ...daily('2026-04-01', 9271), corrects: 9000, rev: rev + 1, origin: 'conso-api' },
    ]);
    assert.deepEqual(amounts(await known(archive, DAILY, only('2026-04-01'))), [9271]);
    assert.deepEqual(await archive.changes(DAILY, rev + 1, ''), []);
  });

  it('of the quality only, or of the second of a peak only, are kept and given once', async () => {
    const archive = open(new FailingDisk());
    const date = '2026-04-01';
    const raw = daily(date, 9000);
    const peak: Measure = { ...daily(date, 6000), at: parisDay(date).start + 19 * HOUR };
    await give(archive, DAILY, only(date), [raw]);
    await give(archive, PEAK, only(date), [peak]);
    const { rev } = await archive.state();
    const corrected: Measure = { ...raw, quality: 'corrected' };
    const later: Measure = { ...peak, at: peak.at! + 7_000 };
    assert.equal(await give(archive, DAILY, only(date), [corrected]), 1);
    assert.equal(await give(archive, PEAK, only(date), [later]), 1);
    const news = [...(await archive.changes(DAILY, rev, '')), ...(await archive.changes(PEAK, rev, ''))];
    assert.deepEqual(bare(news), [corrected, later]);
    assert.deepEqual(
      news.map(({ corrects }) => corrects),
      [9000, 6000],
    );
    assert.equal(await give(archive, DAILY, only(date), [corrected]), 0);
    assert.equal(await give(archive, PEAK, only(date), [later]), 0);
    assert.deepEqual(bare(await known(archive, PEAK, only(date))), [later]);
  });

  it('another gateway’s word for the quality of the same value is none', async () => {
    const archive = open(new FailingDisk());
    await archive.merge(DAILY, [daily('2026-04-01', 9000)], 'conso-api');
    const other: Measure = { ...daily('2026-04-01', 9000), quality: 'estimated' };
    assert.equal(await archive.merge(DAILY, [other], 'my-electrical-data'), 0);
  });

  it('from zero and to zero are corrections', async () => {
    const archive = open(new FailingDisk());
    const seen: unknown[] = [];
    for (const amount of [0, 5, 0]) {
      await give(archive, DAILY, only('2026-04-01'), [daily('2026-04-01', amount)]);
      const [known] = await archive.changes(DAILY, (await archive.state()).rev - 1, '');
      seen.push([known?.amount, known?.corrects]);
    }
    assert.deepEqual(seen, [
      [0, undefined],
      [5, 0],
      [0, 5],
    ]);
  });

  it('name the value this reader was given, whatever came in between; nothing, where they come back to it', async () => {
    const archive = open(new FailingDisk());
    for (const amount of [100, 120, 130, 100]) {
      await give(archive, DAILY, only('2026-04-01'), [daily('2026-04-01', amount)]);
    }
    const told = async (since: number): Promise<unknown[]> =>
      (await archive.changes(DAILY, since, '')).map(({ amount, corrects }) => [amount, corrects]);
    assert.deepEqual(await told(0), [[100, undefined]], 'nobody new hears of corrections');
    assert.deepEqual(await told(1), [], 'who has 100 has it all');
    assert.deepEqual(await told(2), [[100, 120]]);
    assert.deepEqual(await told(3), [[100, 130]]);
  });

  it('touch only the intervals that differ', async () => {
    const archive = open(new FailingDisk());
    const before = curveOf('2026-10-25');
    await give(archive, CURVE, only('2026-10-25'), before);
    const after = before.map((one, place) => (place === 4 || place === 6 ? { ...one, amount: 7 } : one));
    assert.equal(await give(archive, CURVE, only('2026-10-25'), after), 2);
    const changed = await archive.changes(CURVE, 1, '');
    assert.deepEqual(
      changed.map(({ start, amount, corrects }) => [start, amount, corrects]),
      [
        [before[4]!.start, 7, 100],
        [before[6]!.start, 7, 100],
      ],
    );
    assert.deepEqual(bare(await known(archive, CURVE, only('2026-10-25'))), after);
  });

  it('and what is merely new come apart in one answer', async () => {
    const archive = open(new FailingDisk());
    const day = curveOf('2026-04-01');
    await give(archive, CURVE, only('2026-04-01'), day.slice(0, 10));
    await give(
      archive,
      CURVE,
      only('2026-04-01'),
      day.map((one) => ({ ...one, amount: 50 })),
    );
    const changed = await archive.changes(CURVE, 1, '');
    assert.equal(changed.length, 48);
    assert.ok(changed.every(({ corrects }, place) => corrects === (place < 10 ? 100 : undefined)));
  });

  it('to another step replace what they overlap, and nothing else', async () => {
    for (const [before, after, amount] of [
      [60, 30, 80],
      [30, 60, 80],
      [30, 10, 80],
      // Of the same power, so that only the length tells them apart.
      [60, 30, 100],
      [30, 60, 100],
    ] as const) {
      const archive = open(new FailingDisk());
      await give(archive, CURVE, only('2026-10-25'), curveOf('2026-10-25', before));
      const noon = parisDay('2026-10-25').end - 12 * HOUR;
      const finer = curveOf('2026-10-25', after, amount).filter(({ start }) => start >= noon);
      await give(archive, CURVE, only('2026-10-25'), finer);
      assert.deepEqual(bare(await known(archive, CURVE, only('2026-10-25'))), [
        ...curveOf('2026-10-25', before).filter(({ end }) => end <= noon),
        ...finer,
      ]);
      assert.equal((await archive.days(CURVE, only('2026-10-25')))[0]!.state, 'complete');
      assert.equal(await give(archive, CURVE, only('2026-10-25'), finer), 0);
    }
  });
});

describe('the state of a day', () => {
  const stateOf = async (archive: MeterArchive, key: SeriesKey, date: string): Promise<DayState> =>
    (await archive.days(key, only(date)))[0]!.state;
  const noon = (date: string): number => instantAt(date, '12:00');

  it('is unknown before anybody asked', async () => {
    assert.deepEqual(await open(new FailingDisk()).days(CURVE, { start: '2026-10-25', end: '2026-10-27' }), [
      { date: '2026-10-25', state: 'unknown', again: undefined, asked: false },
      { date: '2026-10-26', state: 'unknown', again: undefined, asked: false },
    ]);
  });

  it('is complete with all its 46, 48 or 50 half-hours, partial with one less', async () => {
    for (const [date, count] of [
      ['2026-03-29', 46],
      ['2026-04-01', 48],
      ['2026-10-25', 50],
    ] as const) {
      const archive = open(new FailingDisk());
      const day = curveOf(date);
      assert.equal(day.length, count);
      await give(archive, CURVE, only(date), [...day.slice(0, 5), ...day.slice(6)]);
      assert.equal(await stateOf(archive, CURVE, date), 'partial');
      await give(archive, CURVE, only(date), day.slice(4, 7));
      assert.equal(await stateOf(archive, CURVE, date), 'complete');
    }
  });

  it('is all null, not published yet, or not collected when it is a week old', async () => {
    const archive = open(new FailingDisk());
    const date = '2026-10-25';
    const blanks = curveOf(date);
    await give(archive, CURVE, only(date), [], noon('2026-10-26'));
    assert.equal(await stateOf(archive, CURVE, date), 'notPublished');
    await give(archive, CURVE, only(date), [], noon('2026-10-26'), blanks);
    assert.equal(await stateOf(archive, CURVE, date), 'allNull');
    await give(archive, CURVE, only(date), [], noon('2026-11-05'));
    assert.equal(await stateOf(archive, CURVE, date), 'notCollected');
    await archive.noteRefused(CURVE, only(date), 'beforeActivation', noon('2026-11-05'));
    assert.equal(await stateOf(archive, CURVE, date), 'beforeActivation');
    await give(archive, CURVE, only(date), blanks, noon('2026-11-05'));
    assert.equal(await stateOf(archive, CURVE, date), 'complete');
  });

  it('is each day’s own, and kept', async () => {
    const disk = new FailingDisk();
    const period = { start: '2025-12-30', end: '2026-01-02' };
    await give(open(disk), DAILY, period, [daily('2025-12-30', 1), daily('2026-01-01', 3)]);
    const days = await open(disk).days(DAILY, period);
    assert.deepEqual(
      days.map(({ date, state, asked }) => [date, state, asked]),
      [
        ['2025-12-30', 'complete', true],
        ['2025-12-31', 'notCollected', true],
        ['2026-01-01', 'complete', true],
      ],
    );
  });
});

describe('asking again', () => {
  const date = '2026-10-25';
  const day = parisDay(date);
  const nextMidnight = (age: number): number => parisDayAt(day.end + age).end;
  const again = (state: DayState, age: number): number | null => askAgainAt(state, day, day.end + age);

  it('isn’t done for a complete day', () => {
    for (const age of [0, DAY, 100 * DAY]) assert.equal(again('complete', age), null);
  });

  it('is done at every attempt for yesterday, then daily, then ever more rarely, and not after four months', () => {
    for (const state of ['partial', 'allNull', 'notPublished', 'notCollected', 'unknown'] as const) {
      assert.equal(again(state, 10 * HOUR), day.end + 10 * HOUR);
      assert.equal(again(state, 24 * HOUR), day.end + 24 * HOUR);
      assert.equal(again(state, 2 * DAY), nextMidnight(2 * DAY));
      assert.equal(again(state, 7 * DAY), nextMidnight(7 * DAY));
      assert.equal(again(state, 10 * DAY), day.end + 13 * DAY);
      assert.equal(again(state, 60 * DAY), day.end + 74 * DAY);
      assert.equal(again(state, 121 * DAY), null);
    }
  });

  it('before the activation is done weekly for a month: a new meter gets its days later', () => {
    assert.equal(again('beforeActivation', 5 * DAY), day.end + 12 * DAY);
    assert.equal(again('beforeActivation', 40 * DAY), null);
  });

  it('counts as yesterday all day long, also on the days of 23 and 25 hours', async () => {
    for (const asked of ['2026-10-25', '2026-03-29', '2026-07-14']) {
      const archive = open(new FailingDisk());
      const now = instantAt(asked, '23:00');
      const yesterday = addDays(asked, -1);
      await give(archive, CURVE, only(yesterday), [], now);
      assert.equal((await archive.days(CURVE, only(yesterday)))[0]!.again, now, asked);
      const before = addDays(asked, -2);
      await give(archive, CURVE, only(before), [], now);
      assert.equal((await archive.days(CURVE, only(before)))[0]!.again, parisDay(asked).end, asked);
    }
  });
});

describe('what is new since', () => {
  it('a revision is given sorted, from a date on, over files and reopening', async () => {
    const disk = new FailingDisk();
    const dates = ['2026-02-01', '2025-12-31', '2026-01-15', '2024-06-01'];
    for (const [place, date] of dates.entries())
      await give(open(disk), DAILY, only(date), [daily(date, place)]);
    const since = async (rev: number, from = ''): Promise<number[]> =>
      amounts(await open(disk).changes(DAILY, rev, from));
    assert.deepEqual(await since(0), [3, 1, 2, 0]);
    assert.deepEqual(await since(1), [3, 1, 2]);
    assert.deepEqual(await since(3), [3]);
    assert.deepEqual(await since(4), []);
    assert.deepEqual(await since(0, '2026-01-01'), [2, 0]);
    assert.deepEqual(await since(0, '2026-02-01'), [0]);
  });

  it('has no file read that holds nothing new', async () => {
    const disk = new FailingDisk();
    for (const date of ['2024-06-01', '2025-06-01', '2026-06-01'])
      await give(open(disk), DAILY, only(date), [daily(date, 1)]);
    disk.reads = [];
    await open(disk).changes(DAILY, 2, '');
    assert.deepEqual(
      disk.reads,
      [FOLDER, FORMAT_1]
        .flatMap((folder) => `${folder}/state.json`)
        .concat([FOLDER, FORMAT_1].map((folder) => `${folder}/consumption-daily-2026.json`)),
    );
  });
});

describe('a crash', () => {
  /** Asks day by day as the collection does; whatever fails, Node-RED starts again and asks again. */
  const deliverAll = async (good: number, lateError: boolean): Promise<void> => {
    const disk = new FailingDisk();
    const dates = datesBetween('2026-03-28', '2026-04-03');
    let given: { rev: number; changes: ArchivedMeasure[] }[] = [];
    const seen = new Map<number, string>();
    const revisions = new Set<number>();
    disk.good = good;
    disk.lateError = lateError;
    let archive = open(disk);
    for (const [place, date] of dates.entries()) {
      const period = { start: addDays(date, -2), end: addDays(date, 1) };
      for (let attempt = 0; ; attempt++) {
        assert.ok(attempt < 3);
        try {
          const cursor = (await archive.node('node')).cursor ?? 0;
          await give(archive, CURVE, period, truth(CURVE, period));
          await give(archive, DAILY, period, truth(DAILY, period));
          const { rev } = await archive.state();
          const changes = [
            ...(await archive.changes(CURVE, cursor, '')),
            ...(await archive.changes(DAILY, cursor, '')),
          ];
          // As the nodes do: sent first, then remembered.
          given.push({ rev, changes });
          await archive.updateNode('node', (node) => (node.cursor = rev));
          break;
        } catch (error) {
          assert.ok(error instanceof EnedisError);
          disk.good = Infinity;
          disk.lateError = false;
          // Every other time the process survives its disk.
          if (place % 2 === 0) archive = open(disk);
          // What was sent but not remembered is sent again: to the cursor it never happened.
          const cursor = (await archive.node('node')).cursor ?? 0;
          given = given.filter(({ rev }) => rev <= cursor);
        }
      }
      // Readings that bear a revision have it for good: nobody else ever bears it.
      for (const measure of [
        ...(await known(open(disk), CURVE, SPRING)),
        ...(await known(open(disk), DAILY, SPRING)),
      ]) {
        const key = measure.start * 100 + (measure.end - measure.start) / HOUR;
        const bears = `${measure.rev}`;
        assert.ok((seen.get(key) ?? bears) === bears, 'a reading changed its revision');
        seen.set(key, bears);
        revisions.add(measure.rev);
      }
    }
    const expected = [CURVE, DAILY].flatMap((key) => truth(key, { start: '2026-03-26', end: '2026-04-03' }));
    const sorted = (measures: readonly Measure[]): Measure[] =>
      bare(measures).sort((a, b) => a.start - b.start || a.end - b.end);
    const all = given.flatMap(({ changes }) => changes);
    assert.deepEqual(sorted(all), sorted(expected), `after ${good} writes`);
    assert.ok((await open(disk).state()).rev >= Math.max(...revisions));
  };

  it('at any write, just before it: nothing is lost and nothing given twice', async () => {
    for (let good = 0; good < 40; good++) await deliverAll(good, false);
  });

  it('at any write, just after it: nothing is lost and nothing given twice', async () => {
    for (let good = 0; good < 40; good++) await deliverAll(good, true);
  });

  it('between the revision and the readings skips the revision, never gives it twice', async () => {
    const disk = new FailingDisk();
    await give(open(disk), DAILY, only('2026-04-01'), [daily('2026-04-01', 1)]);
    disk.good = 1;
    await assert.rejects(give(open(disk), DAILY, only('2026-04-02'), [daily('2026-04-02', 2)]));
    disk.good = Infinity;
    // A node is served in between: it has everything up to revision 2, which bears nothing.
    const cursor = (await open(disk).state()).rev;
    assert.equal(cursor, 2);
    await give(open(disk), DAILY, only('2026-04-02'), [daily('2026-04-02', 2)]);
    assert.deepEqual(amounts(await open(disk).changes(DAILY, cursor, '')), [2]);
  });

  it('what isn’t on the disk isn’t believed by the process that survives', async () => {
    const disk = new FailingDisk();
    const archive = open(disk);
    await archive.state();
    for (const good of [0, 1]) {
      disk.good = good;
      await assert.rejects(give(archive, DAILY, only('2026-04-01'), [daily('2026-04-01', 1)]));
      disk.good = Infinity;
      assert.deepEqual(await known(archive, DAILY, only('2026-04-01')), []);
      assert.deepEqual(await archive.changes(DAILY, 0, ''), []);
      assert.equal((await archive.days(DAILY, only('2026-04-01')))[0]!.asked, false);
    }
    assert.equal(await give(archive, DAILY, only('2026-04-01'), [daily('2026-04-01', 1)]), 1);
  });
});

describe('damaged files', () => {
  it('a month is set aside, its readings are new again, the others untouched', async () => {
    const disk = new FailingDisk();
    for (const date of ['2026-03-31', '2026-04-01']) await give(open(disk), CURVE, only(date), curveOf(date));
    await disk.write(`${FOLDER}/consumption-loadCurve-2026-04.json`, { version: 1, days: 'gone' });
    const archive = open(disk);
    assert.equal((await known(archive, CURVE, only('2026-03-31'))).length, 48);
    assert.equal((await archive.days(CURVE, only('2026-04-01')))[0]!.state, 'unknown');
    assert.deepEqual(disk.aside, ['consumption-loadCurve-2026-04.json']);
    const { rev } = await archive.state();
    assert.equal(await give(archive, CURVE, only('2026-04-01'), curveOf('2026-04-01')), 48);
    assert.equal((await open(disk).changes(CURVE, rev, '')).length, 48);
  });

  it('the daily collection answers again for what is gone, from its own first day on', async () => {
    for (const [first, lost, expected] of [
      ['2026-03-10', '2026-03', '2026-03-10'],
      ['2026-03-10', '2026-04', '2026-04-01'],
      ['2026-04-05', '2026-03', '2026-05-20'],
      [undefined, '2026-03', '2026-05-20'],
    ] as const) {
      const disk = new FailingDisk();
      for (const date of ['2026-03-20', '2026-04-20']) {
        await give(open(disk), CURVE, only(date), curveOf(date));
      }
      await open(disk).updateSeries(CURVE, (state) => {
        state.since = '2026-05-20';
        if (first !== undefined) state.first = first;
      });
      await disk.write(`${FOLDER}/consumption-loadCurve-${lost}.json`, 'gone');
      await open(disk).changes(CURVE, 0, '');
      assert.equal((await open(disk).seriesState(CURVE)).since, expected);
      await open(disk).updateSeries(CURVE, (state) => (state.since = '2026-05-20'));
      await open(disk).days(CURVE, { start: '2026-03-01', end: '2026-05-01' });
      assert.equal((await open(disk).seriesState(CURVE)).since, '2026-05-20', 'once');
    }
  });

  it('a day that no calendar has is damage like any other', async () => {
    const disk = new FailingDisk();
    const record = { segments: [{ rev: 1, from: 0, step: 1440, values: [8000], quality: 'raw' }] };
    await disk.writeEntries(`${FOLDER}/consumption-daily-2026.json`, { '2026-96-08': record });
    assert.deepEqual(await open(disk).changes(DAILY, 0, ''), []);
    assert.deepEqual(disk.aside, ['consumption-daily-2026.json']);
  });

  it('a state is set aside; readings stay and revisions go on above the highest', async () => {
    const disk = new FailingDisk();
    for (const date of ['2026-03-31', '2026-04-01', '2025-01-01'])
      await give(open(disk), DAILY, only(date), [daily(date, 1)]);
    for (const damaged of [{ version: 1, rev: -1 }, { rev: 3 }, null]) {
      await disk.write(`${FOLDER}/state.json`, damaged);
      const archive = open(disk);
      assert.equal((await archive.state()).rev, 3);
      assert.equal((await archive.changes(DAILY, 0, '')).length, 3);
      assert.equal((await archive.changes(DAILY, 2, '')).length, 1);
    }
    const archive = open(disk);
    await give(archive, DAILY, only('2026-04-02'), [daily('2026-04-02', 4)]);
    assert.deepEqual(amounts(await open(disk).changes(DAILY, 3, '')), [4]);
    assert.deepEqual(disk.aside, ['state.json', 'state.json', 'state.json']);
  });

  it('on a real disk: state and a month cut off at once', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'enedis-archive-'));
    try {
      const aside: string[] = [];
      const folder = (): FileStorage => new FileStorage(dir, (file) => aside.push(file));
      for (const date of ['2026-03-31', '2026-04-01'])
        await give(open(folder()), CURVE, only(date), curveOf(date));
      writeFileSync(join(dir, FOLDER, 'state.json'), '{"version":1,"re');
      writeFileSync(join(dir, FOLDER, 'consumption-loadCurve-2026-03.json'), '');
      const archive = open(folder());
      assert.equal((await archive.state()).rev, 2);
      assert.equal((await archive.changes(CURVE, 0, '')).length, 48);
      assert.deepEqual(aside.sort(), ['consumption-loadCurve-2026-03.json', 'state.json']);
      assert.equal(readdirSync(join(dir, FOLDER)).filter((name) => name.includes('.damaged-')).length, 2);
    } finally {
      await rm(dir, { recursive: true, force: true });
    }
  });

  it('a folder that can’t be read is an error without the PDL', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'enedis-archive-'));
    try {
      mkdirSync(join(dir, 'inside', 'meters/real'), { recursive: true });
      writeFileSync(join(dir, 'inside', FOLDER), '');
      const archive = open(new FileStorage(join(dir, 'inside'), () => undefined));
      await assert.rejects(archive.state(), (error) => {
        assert.ok(error instanceof EnedisError);
        assert.ok(!`${error.message}${JSON.stringify(error.params)}`.includes(PDL));
        return error.reason === 'storageRead';
      });
    } finally {
      await rm(dir, { recursive: true, force: true });
    }
  });

  it('a disk that fails to give the state now may give it later', async () => {
    const disk = new FailingDisk();
    await give(open(disk), DAILY, only('2026-04-01'), [daily('2026-04-01', 1)]);
    const archive = open(disk);
    const read = disk.read.bind(disk);
    disk.read = () => Promise.reject(new EnedisError('storageRead'));
    await assert.rejects(archive.state());
    disk.read = read;
    assert.equal((await archive.state()).rev, 1);
  });
});

describe('memory', () => {
  it('holds a year of load curve, not all of it, and nothing is lost by that', async () => {
    const disk = new FailingDisk();
    const archive = open(disk);
    const dates = Array.from(
      { length: 30 },
      (_, place) => `${2024 + Math.floor(place / 12)}-${String((place % 12) + 1).padStart(2, '0')}-10`,
    );
    for (const date of dates) await give(archive, CURVE, only(date), curveOf(date));
    const readAgain = async (date: string): Promise<boolean> => {
      disk.reads = [];
      assert.equal((await known(archive, CURVE, only(date))).length, 48);
      return disk.reads.length > 0;
    };
    assert.equal(await readAgain(dates[29]!), false);
    assert.equal(await readAgain(dates[18]!), false);
    assert.equal(await readAgain(dates[17]!), true);
    assert.equal(await readAgain(dates[0]!), true);
  });

  it('a day costs two small files', async () => {
    const disk = new FailingDisk();
    const archive = open(disk);
    await give(archive, CURVE, only('2026-04-01'), curveOf('2026-04-01'));
    const file = `${FOLDER}/consumption-loadCurve-2026-04.json`;
    assert.deepEqual(disk.writes, [`${FOLDER}/state.json`, file, file]);
    disk.writes = [];
    await give(archive, CURVE, only('2026-04-01'), curveOf('2026-04-01'));
    assert.deepEqual(disk.writes, [file]);
  });
});

describe('the book-keeping', () => {
  it('is one, whoever asks first', async () => {
    const disk = new FailingDisk();
    await give(open(disk), DAILY, only('2026-04-01'), [daily('2026-04-01', 1)]);
    const archive = open(disk);
    await Promise.all([
      archive.updateNode('a', (node) => (node.cursor = 1)),
      archive.updateNode('b', (node) => (node.cursor = 1)),
      archive.updateSeries(DAILY, (state) => (state.since = '2026-04-02')),
    ]);
    const state = await open(disk).state();
    for (const id of ['a', 'b']) assert.equal((await open(disk).node(id)).cursor, 1);
    assert.equal(state.series['consumption/daily']?.since, '2026-04-02');
    assert.equal(state.rev, 1);
  });
});
