/** What the owner of a meter can do with what is kept: look at it, take it away, erase it. */
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { MeterArchive, type SeriesKey } from '../../lib/archive/archive';
import { COLUMNS, csvOf } from '../../lib/archive/export';
import { addDays, parisDay } from '../../lib/readings/paris';
import type { Measure } from '../../lib/readings/reading';
import { FileStorage } from '../../lib/storage/files';
import { FailingDisk } from '../support/failing-disk';
import { Household } from '../support/household';
import { ROOT } from '../support/installed';

const PDL = '22516914714270';
const DAILY: SeriesKey = { direction: 'consumption', series: 'daily' };
const PEAK: SeriesKey = { direction: 'consumption', series: 'maxPower' };
const dirs: string[] = [];
after(() => dirs.forEach((dir) => rmSync(dir, { recursive: true, force: true })));
const folder = (): string => {
  const dir = mkdtempSync(join(tmpdir(), 'enedis-owner-'));
  dirs.push(dir);
  return dir;
};
const daily = (date: string, amount: number): Measure => {
  const { start, end } = parisDay(date);
  return { start, end, amount, quality: 'raw' };
};
const TITLES = Object.fromEntries(COLUMNS.map((column) => [column, column])) as Record<
  (typeof COLUMNS)[number],
  string
>;

describe('the inventory', () => {
  it('says of each series that has readings from when to when, and how many', async () => {
    const archive = new MeterArchive(new FileStorage(undefined, () => undefined), 'real', PDL);
    assert.deepEqual(await archive.inventory(), []);
    await archive.noteAsked(DAILY, { start: '2026-01-01', end: '2026-02-01' }, [], 0);
    assert.deepEqual(await archive.inventory(), []);
    for (const amount of [1, 2])
      await archive.merge(DAILY, [daily('2025-12-31', amount), daily('2026-01-03', amount)], 'file');
    assert.deepEqual(await archive.inventory(), [
      { ...DAILY, from: '2025-12-31', to: '2026-01-03', readings: 2 },
    ]);
  });
});

describe('the export', () => {
  it('has every reading once, with a decimal comma, a page at a time', async () => {
    const archive = new MeterArchive(new FileStorage(undefined, () => undefined), 'real', PDL);
    await archive.merge(DAILY, [daily('2026-03-28', 12_345), daily('2026-06-01', 7_000)], 'conso-api');
    const { start, end } = parisDay('2026-03-29');
    await archive.merge(
      PEAK,
      [{ start, end, amount: 6_010, at: start + 8 * 3_600_000, quality: 'corrected' }],
      'conso-api',
    );
    const pages: string[] = [];
    for await (const page of csvOf(archive, PDL, { ...TITLES, value: 'a "value"; in kWh' })) pages.push(page);
    assert.equal(pages.length, 4);
    assert.equal(
      pages.join(''),
      [
        'direction;series;part;start;end;"a ""value""; in kWh";unit;at;quality',
        'consumption;daily;;2026-03-28T00:00:00+01:00;2026-03-29T00:00:00+01:00;12,345;kWh;;raw',
        'consumption;daily;;2026-06-01T00:00:00+02:00;2026-06-02T00:00:00+02:00;7;kWh;;raw',
        'consumption;maxPower;;2026-03-29T00:00:00+01:00;2026-03-30T00:00:00+02:00;6,01;kVA;2026-03-29T09:00:00+02:00;corrected',
        '',
      ].join('\r\n'),
    );
  });
});

describe('while readings come', () => {
  it('an export has every line whole and none twice', async () => {
    const house = new Household({ start: '2026-06-10T12:00:00Z' });
    const collector = house.collector();
    const { archive } = collector;
    await house.node({}, collector);
    await house.until('2026-06-11T12:00:00Z');
    const lines: string[] = [];
    let isBackfilled = false;
    for await (const page of csvOf(archive, PDL, TITLES)) {
      lines.push(...page.trimEnd().split('\r\n'));
      // Begun before its last page: what is written meanwhile lies beside what is read.
      if (!isBackfilled) await house.begin(await house.backfill(collector), { start: '2026-05-01' });
      isBackfilled = true;
    }
    assert.ok(lines.length > 300, `${lines.length} lines`);
    assert.ok(lines.every((line) => line.split(';').length === COLUMNS.length));
    assert.equal(new Set(lines).size, lines.length);
    assert.deepEqual(house.errors, []);
    await house.stop();
  });

  it('erasing lets a backfill go on from there, which ends without an error', async () => {
    const house = new Household({ start: '2026-06-10T12:00:00+02:00', gateway: 'conso-api' });
    const collector = house.collector();
    const backfill = await house.backfill(collector);
    await house.begin(backfill, { start: '2025-06-10', series: ['loadCurve'] });
    await house.until('2026-06-10T18:00:00+02:00');
    assert.equal(house.progress.at(-1)!.state, 'waiting');
    const before = house.received.length;
    assert.ok(before > 1000, `${before} readings`);
    await collector.archive.erase(collector.today);
    await house.until('2026-06-13T12:00:00+02:00');
    assert.equal(house.progress.at(-1)!.state, 'done');
    assert.deepEqual(house.errors, []);
    const handedOver = house.received.map(({ id }) => id);
    assert.equal(new Set(handedOver).size, handedOver.length, 'nothing is handed over twice');
    house.assertHas('consumption', 'loadCurve', '2025-06-10', '2026-06-10');
    const [kept] = await collector.archive.inventory();
    assert.equal(kept!.from, '2025-06-10');
    assert.equal(kept!.readings, handedOver.length - before, 'what was erased stays so');
    await house.stop();
  });
});

describe('erasing', () => {
  it('leaves no reading on disk, in either format nor in a copy; revision and nodes stay', async () => {
    const dir = folder();
    cpSync(join(ROOT, 'test/fixtures/format-1'), dir, { recursive: true });
    const meter = '32320647321714';
    const state = join(dir, meter, 'consumption-daily-2026.json.damaged-01234567');
    writeFileSync(state, 'readings');
    const archive = new MeterArchive(new FileStorage(dir, () => undefined), 'real', meter);
    const node = structuredClone(await archive.node('node-1'));
    const { rev } = await archive.state();
    await archive.merge(DAILY, [daily('2026-02-11', 1)], 'conso-api');
    await archive.erase('2026-02-12');
    for (const each of [archive, new MeterArchive(new FileStorage(dir, () => undefined), 'real', meter)]) {
      assert.deepEqual(await each.inventory(), []);
      assert.deepEqual((await each.read(DAILY, { start: '2026-01-01', end: '2026-03-01' })).flat(), []);
      assert.equal((await each.state()).rev, rev + 1);
      assert.deepEqual(await each.node('node-1'), node);
    }
    assert.deepEqual(readdirSync(join(dir, 'meters/real', meter)), ['state.json']);
    assert.ok(!readdirSync(dir).includes(meter));
    // Other meters and realms aren't his.
    assert.ok(readFileSync(join(dir, `sandbox-${meter}`, 'state.json'), 'utf8').length > 0);
    assert.ok((await archive.merge(DAILY, [daily('2026-02-13', 1)], 'conso-api')) === 1);
  });

  it('cut off at any step is finished by the next try', async () => {
    for (let good = 0; good < 6; good++) {
      const disk = new FailingDisk();
      const open = (): MeterArchive => new MeterArchive(disk, 'real', PDL);
      for (const date of ['2024-05-05', '2025-05-05', '2026-05-05'])
        await open().merge(DAILY, [daily(date, 1)], 'conso-api');
      disk.good = good;
      await open()
        .erase('2026-06-01')
        .catch(() => undefined);
      disk.good = Infinity;
      await open().erase('2026-06-01');
      assert.deepEqual(await disk.list(`meters/real/${PDL}`), ['state.json']);
      assert.equal((await open().state()).rev, 3);
    }
  });

  it('isn’t undone by the daily collection, old node or new; a backfill fills it again', async () => {
    const house = new Household({ start: '2026-06-10T12:00:00Z' });
    await house.node();
    await house.until('2026-06-11T12:00:00Z');
    await house.stop();
    const collector = house.collector();
    await collector.archive.erase(collector.today);
    house.requests();
    house.received.length = 0;
    await house.node({}, collector);
    await house.node({ node: 'new' }, collector);
    await house.until('2026-06-14T12:00:00Z');
    const firsts = (await collector.archive.inventory()).map(({ from }) => from);
    assert.deepEqual([...new Set(firsts)], ['2026-06-11']);
    assert.equal(house.received.filter(({ start }) => start < '2026-06-11').length, 0);
    await house.begin(await house.backfill(collector), { start: '2026-06-01', series: 'daily' });
    assert.equal((await collector.archive.inventory())[0]!.from, '2026-06-01');
    assert.equal(addDays((await collector.archive.inventory())[0]!.to, 1), '2026-06-14');
    await house.stop();
  });
});
