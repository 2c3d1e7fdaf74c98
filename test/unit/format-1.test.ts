/**
 * What an older version of this package left on disk (`test/fixtures/format-1`, written by its own code): all of it is
 * carried over, whatever ends the process at whichever step, and what is wrong in it costs no more than a day.
 */
import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { MeterArchive, type SeriesKey } from '../../lib/archive/archive';
import type { ArchivedMeasure } from '../../lib/archive/day';
import { Budget } from '../../lib/budget/budget';
import { GATEWAY_RULES } from '../support/gateway-rules';
import { EnedisError } from '../../lib/errors';
import { parisDay } from '../../lib/readings/paris';
import { FileStorage } from '../../lib/storage/files';
import type { Realm } from '../../lib/storage/storage';
import { ROOT } from '../support/installed';
import { FailingDisk } from '../support/failing-disk';
import { FakeClock } from '../support/fake-clock';
import { Household, METER } from '../support/household';

const FIXTURE = join(ROOT, 'test', 'fixtures', 'format-1');
const DEMO = '22516914714270';
const DAILY: SeriesKey = { direction: 'consumption', series: 'daily' };
const CURVE: SeriesKey = { direction: 'consumption', series: 'loadCurve' };
const PEAK: SeriesKey = { direction: 'consumption', series: 'maxPower' };
const KEYS = [DAILY, PEAK, CURVE];
const ALL = { start: '2025-12-01', end: '2026-03-01' };
const LEDGER = 'budget-conso-api-conso.boris.sh.json';
const ACCOUNT = { realm: 'real', name: 'conso-api-conso.boris.sh' } as const;
const METERS: readonly (readonly [realm: Realm, usagePointId: string, old: string])[] = [
  ['real', METER, METER],
  ['demo', DEMO, `demo-${DEMO}`],
  ['sandbox', METER, `sandbox-${METER}`],
];

const dirs: string[] = [];
after(() => dirs.forEach((dir) => rmSync(dir, { recursive: true, force: true })));
function copy(): string {
  const dir = mkdtempSync(join(tmpdir(), 'enedis-format-1-'));
  dirs.push(dir);
  cpSync(FIXTURE, dir, { recursive: true });
  return dir;
}

const storageOf = (dir: string): FileStorage =>
  new FileStorage(dir, (file) => assert.fail(`${file} set aside`));
const archiveOf = (dir: string, realm: Realm = 'real', usagePointId = METER): MeterArchive =>
  new MeterArchive(storageOf(dir), realm, usagePointId);
const readingsOf = async (archive: MeterArchive, key: SeriesKey): Promise<ArchivedMeasure[]> =>
  (await archive.read(key, ALL)).flat();
const jsonOf = <T>(...path: string[]): T => JSON.parse(readFileSync(join(...path), 'utf8')) as T;
const filesIn = (dir: string): string[] =>
  readdirSync(dir, { recursive: true, encoding: 'utf8' }).filter((name) => name.includes('.'));

interface File1 {
  days: Record<
    string,
    { segments: { rev: number; from: number; step: number; values: (number | null)[] }[] }
  >;
}
interface State1 {
  rev: number;
  nodes: Record<string, { cursor?: number; backfill?: unknown }>;
}

/** Start and amount of everything the old files hold of a series, read here by hand. */
function heldBy(
  old: string,
  { direction, series }: SeriesKey,
): [start: number, amount: number, rev: number][] {
  const held: [number, number, number][] = [];
  const names = readdirSync(join(FIXTURE, old)).filter((name) => name.startsWith(`${direction}-${series}-`));
  for (const name of names.sort()) {
    const { days } = jsonOf<File1>(FIXTURE, old, name);
    for (const [date, { segments }] of Object.entries(days))
      for (const { from, step, values, rev } of segments)
        values.forEach((amount, place) => {
          const start = parisDay(date).start + (from + place * step) * 60_000;
          if (amount !== null) held.push([start, amount, rev]);
        });
  }
  return held.sort(([a], [b]) => a - b);
}
const bare = (measures: readonly ArchivedMeasure[]): [number, number, number][] =>
  measures.map(({ start, amount, rev }) => [start, amount, rev]);

/** What a day of collecting changes: readings of each series, what was asked, what a node was given. */
async function aDay(archive: MeterArchive): Promise<void> {
  const { start, end } = parisDay('2026-02-11');
  for (const key of KEYS) {
    await archive.merge(key, [{ start, end, amount: 1, quality: 'raw' }], 'conso-api');
    await archive.noteAsked(key, { start: '2026-01-31', end: '2026-02-12' }, [], end);
  }
  const { rev } = await archive.state();
  await archive.updateNode('node-1', (node) => (node.cursor = rev));
}

describe('an archive of format 1', () => {
  for (const [realm, usagePointId, old] of METERS) {
    it(`${realm}: is read where it lies, to the last value, and left as it is while nothing is written`, async () => {
      const dir = copy();
      const archive = archiveOf(dir, realm, usagePointId);
      for (const key of KEYS) {
        const held = heldBy(old, key);
        assert.ok(held.length > 0);
        assert.deepEqual(bare(await readingsOf(archive, key)), held);
      }
      const { rev, nodes } = jsonOf<State1>(FIXTURE, old, 'state.json');
      assert.equal((await archive.state()).rev, rev);
      for (const [id, node] of Object.entries(nodes)) assert.deepEqual(await archive.node(id), node);
      assert.deepEqual(filesIn(dir).sort(), filesIn(FIXTURE).sort());
    });

    it(`${realm}: becomes format 2 as it is written, and goes then`, async () => {
      const dir = copy();
      await aDay(archiveOf(dir, realm, usagePointId));
      const archive = archiveOf(dir, realm, usagePointId);
      for (const key of KEYS)
        assert.deepEqual(bare(await readingsOf(archive, key)).slice(0, -1), heldBy(old, key));
      const left = existsSync(join(dir, old)) ? readdirSync(join(dir, old)) : [];
      // A month that nobody has touched is read where it lies, for ever.
      assert.deepEqual(left, []);
      for (const name of filesIn(join(dir, 'meters', realm))) {
        assert.equal(jsonOf<{ version: number }>(dir, 'meters', realm, name).version, 2, name);
      }
      const { nodes } = jsonOf<State1>(FIXTURE, old, 'state.json');
      const { cursor: _, ...given } = await archive.node('backfill-1');
      if (nodes['backfill-1']) assert.deepEqual(given, nodes['backfill-1']);
    });
  }

  it('loses nothing and gives nothing twice, whichever step of it is the last', async () => {
    for (const lateError of [false, true]) {
      for (let good = 0; good < 24; good++) {
        const dir = copy();
        const disk = new FailingDisk(dir);
        disk.good = good;
        disk.lateError = lateError;
        await aDay(new MeterArchive(disk, 'real', METER)).catch((error: unknown) => {
          assert.ok(error instanceof EnedisError, String(error));
        });
        const what = `${good} steps`;
        const archive = archiveOf(dir);
        const cursor = (await archive.node('node-1')).cursor!;
        assert.ok(cursor >= 6, what);
        for (const key of KEYS) {
          const found = bare(await readingsOf(archive, key));
          const held = heldBy(METER, key);
          assert.deepEqual(found.slice(0, held.length), held, what);
          // And what the node had been given already isn't new to it.
          const changes = await archive.changes(key, cursor, '');
          assert.ok(
            changes.every(({ rev }) => rev > 6),
            what,
          );
          assert.equal(new Set(found.map(([start]) => start)).size, found.length, what);
        }
        const { nodes } = jsonOf<State1>(FIXTURE, METER, 'state.json');
        assert.deepEqual(await archive.node('backfill-1'), nodes['backfill-1'], what);
        // Whoever goes on from there ends where nothing had happened.
        await aDay(archive);
        for (const key of KEYS) {
          const again = bare(await readingsOf(archiveOf(dir), key));
          assert.deepEqual(again.slice(0, -1), heldBy(METER, key), what);
        }
        assert.ok(!existsSync(join(dir, METER)), what);
      }
    }
  });

  it('beside one of format 2 (an older version ran for a while) adds what only it has', async () => {
    const dir = copy();
    await aDay(archiveOf(dir));
    const { rev } = await archiveOf(dir).state();
    const days = (date: string, amount: number): object => ({
      [date]: {
        segments: [{ rev: 2, from: 0, step: 1440, values: [amount], quality: 'raw' }],
        asked: 1,
        again: null,
      },
    });
    cpSync(join(FIXTURE, METER, 'state.json'), join(dir, METER, 'state.json'), { recursive: true });
    const old = { version: 1, days: { ...days('2026-02-10', 999_999), ...days('2026-02-12', 5_000) } };
    writeFileSync(join(dir, METER, 'consumption-daily-2026.json'), JSON.stringify(old));
    const before = heldBy(METER, DAILY);
    const archive = archiveOf(dir);
    const found = bare(await readingsOf(archive, DAILY));
    assert.deepEqual(found.slice(0, before.length), before, 'what format 2 has counts');
    assert.deepEqual(
      found.slice(before.length).map(([, amount]) => amount),
      [1, 5_000],
    );
    assert.ok((await archive.state()).rev >= rev);
    await aDay(archive);
    await archive.update(() => undefined);
    assert.ok(!existsSync(join(dir, METER)));
    assert.deepEqual(
      bare(await readingsOf(archiveOf(dir), DAILY))
        .map(([, amount]) => amount)
        .slice(-2),
      [1, 5_000],
    );
  });

  it('of which a node is deleted doesn’t bring it back', async () => {
    const dir = copy();
    await archiveOf(dir).removeNode('backfill-1');
    assert.deepEqual(await archiveOf(dir).node('backfill-1'), {});
    assert.equal((await archiveOf(dir).node('node-1')).cursor, 6);
  });
});

describe('damage in an archive of format 1', () => {
  const damaged = (file: string, change: (content: File1 & State1) => void) => {
    const dir = copy();
    const content = jsonOf<File1 & State1>(dir, METER, file);
    change(content);
    writeFileSync(join(dir, METER, file), JSON.stringify(content));
    const aside: string[] = [];
    const storage = (): FileStorage => new FileStorage(dir, (name) => aside.push(name));
    return { dir, aside, archive: () => new MeterArchive(storage(), 'real', METER) };
  };
  const DAY = '2026-02-05';
  const changes: Record<string, (segment: File1['days'][string]['segments'][number]) => void> = {
    'a value of terawatts': (segment) => (segment.values[3] = 9_007_199_254_740_991),
    'a value below zero': (segment) => (segment.values[3] = -1),
    'half a watt': (segment) => (segment.values[3] = 0.5),
    'a start out of range': (segment) => (segment.from = 1e15),
    'a start within a minute': (segment) => (segment.from = 630.1166666),
    'an end in the next day': (segment) => (segment.from = 30),
    'more intervals than a day holds': (segment) => segment.values.push(1),
    'a revision of nonsense': (segment) => (segment.rev = 1e12),
  };
  for (const [what, change] of Object.entries(changes)) {
    it(`${what} costs that day; the file is kept aside, all others stay`, async () => {
      const file = 'consumption-loadCurve-2026-02.json';
      const its = damaged(file, ({ days }) => change(days[DAY]!.segments[0]!));
      const { start, end } = parisDay(DAY);
      const left = heldBy(METER, CURVE).filter(([at]) => at < start || at >= end);
      assert.deepEqual(bare(await readingsOf(its.archive(), CURVE)), left);
      assert.deepEqual(its.aside, [file]);
      assert.equal(filesIn(its.dir).filter((name) => name.includes('.damaged-')).length, 1);
      // It is looked for again, and once only told.
      assert.deepEqual(bare(await readingsOf(its.archive(), CURVE)), left);
      assert.equal((await its.archive().seriesState(CURVE)).since, '2026-02-03');
      assert.deepEqual(its.aside, [file]);
    });
  }

  it('a cursor beyond all revisions doesn’t silence its node', async () => {
    for (const cursor of [9, 1e15]) {
      const { archive } = damaged('state.json', ({ nodes }) => (nodes['node-1']!.cursor = cursor));
      assert.equal((await archive().node('node-1')).cursor, 8);
    }
  });
});

describe('a ledger of format 1', () => {
  const budgetOn = (disk: FileStorage): Budget =>
    new Budget(GATEWAY_RULES['conso-api'], disk, ACCOUNT, new FakeClock('2026-02-11T12:05:00Z'));
  const spent1 = jsonOf<{ spent: number[] }>(FIXTURE, LEDGER).spent;
  const spent2 = (dir: string): number[] =>
    jsonOf<{ content: { spent: number[] } }>(dir, 'budgets', 'real', `${ACCOUNT.name}.json`).content.spent;

  it('is moved before the first request, and counts', async () => {
    const dir = copy();
    await budgetOn(storageOf(dir)).take('daily');
    assert.equal(spent2(dir).length, spent1.length + 1);
    assert.ok(!existsSync(join(dir, LEDGER)));
    assert.equal((await budgetOn(storageOf(dir)).forecast('daily')).left, 40 - spent1.length - 1);
  });

  it('counts once, whichever step of the move is the last', async () => {
    for (const lateError of [false, true]) {
      for (let good = 0; good < 4; good++) {
        const dir = copy();
        const disk = new FailingDisk(dir);
        Object.assign(disk, { good, lateError });
        const left = await budgetOn(disk)
          .take('daily')
          .then(
            () => 1,
            () => 0,
          );
        const counted = 40 - (await budgetOn(storageOf(dir)).forecast('daily')).left - spent1.length;
        assert.ok(counted >= left && counted <= 1, `${good}: ${counted}`);
      }
    }
  });
});

it('a house that goes on with it asks for what is new only, and its backfill ends', async () => {
  const house = new Household({ start: '2026-02-12T07:00:00Z' });
  cpSync(FIXTURE, house.dir, { recursive: true });
  const collector = house.collector();
  await house.node({}, collector);
  await house.backfill(collector);
  await house.until('2026-02-13T12:00:00Z');
  assert.deepEqual(house.errors, []);
  assert.deepEqual(house.setAside, []);
  const given = (series: string): string[] =>
    house.received
      .filter((each) => each.series === series && each.start.endsWith('T00:00:00+01:00'))
      .map(({ start }) => start.slice(0, 10));
  assert.deepEqual(given('daily'), ['2026-02-11', '2026-02-12']);
  assert.deepEqual(given('loadCurve').sort(), [
    ...Array.from({ length: 10 }, (_, place) => `2026-01-${10 + place}`),
    '2026-02-11',
    '2026-02-12',
  ]);
  assert.equal(house.progress.at(-1)?.state, 'done');
  await house.stop();
});
