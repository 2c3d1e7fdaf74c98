/**
 * A single bit of a file that is kept goes wrong, as disks and memory cards do it. Of every kind of file that collecting
 * leaves in the data folder: whoever reads it then notices, or reads what was written.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { it } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { MeterArchive } from '../../lib/archive/archive';
import { keyOfFile, periodOfFile } from '../../lib/archive/names';
import { LedgerFile } from '../../lib/budget/ledger';
import { EnedisError } from '../../lib/errors';
import { FileStorage } from '../../lib/storage/files';
import { Household, METER } from '../support/household';
import { randomFrom } from '../support/random';

const FLIPS = 1000;
const ALL_SPENT = { spent: [1, 2, 3] };

/** Each kind of file, and how its owner reads it. */
const KINDS: [kind: string, name: RegExp, read: (storage: FileStorage, name: string) => Promise<unknown>][] =
  [
    ['a series', /^meters\/real\/\d+\/(consumption|production)-/, readSeries],
    ['what is known of the meter', /^meters\/.*\/state\.json$/, (storage) => archiveOf(storage).state()],
    ['a node’s', /^nodes\//, (storage, name) => archiveOf(storage).node(lastOf(name))],
    ['the accounts of a meter', /^budgets\/.*-meter-/, (storage, name) => storage.read(name, (all) => all)],
    ['the ledger', /^budgets\//, readLedger],
    ['an aggregate’s memory', /^aggregates\//, (storage, name) => storage.read(name, (all) => all)],
  ];

function archiveOf(storage: FileStorage): MeterArchive {
  return new MeterArchive(storage, 'real', METER);
}

function lastOf(name: string): string {
  return name.split('/').at(-1)!.replace('.json', '');
}

async function readSeries(storage: FileStorage, name: string): Promise<unknown> {
  const file = `${lastOf(name)}.json`;
  const key = keyOfFile(file)!;
  const archive = archiveOf(storage);
  const period = periodOfFile(key, file);
  return [await archive.read(key, period), await archive.days(key, period)];
}

function readLedger(storage: FileStorage, name: string): Promise<unknown> {
  return new LedgerFile(storage, { realm: 'real', name: lastOf(name) }).read(ALL_SPENT);
}

/** Some days of everything: both directions, a run of a backfill, sums of an aggregate. */
async function lived(): Promise<Household> {
  const house = new Household({
    start: '2026-05-29T12:00:00Z',
    direction: 'both',
    gateway: 'my-electrical-data-v1',
  });
  await house.node();
  await house.until('2026-06-02T20:00:00Z');
  await house.begin(await house.backfill(), { start: '2026-04-20', series: 'loadCurve' });
  await house.stop();
  const sums = { version: 1, figures: { '2026-06': { sum: 161_078, received: 23 }, '2026-05': { sum: 0 } } };
  await new FileStorage(house.dir, () => undefined).write('aggregates/sums/month.json', sums);
  return house;
}

it('of a thousand bits that go wrong, in every kind of file, each is noticed or harmless', async (t) => {
  const { dir } = await lived();
  const list = (): string[] =>
    readdirSync(dir, { withFileTypes: true, recursive: true })
      .filter((entry) => entry.isFile() && !entry.name.endsWith('.lock'))
      .map((entry) => relative(dir, join(entry.parentPath, entry.name)));
  const good = new Map(list().map((name) => [name, readFileSync(join(dir, name))]));
  const kinds = KINDS.map(([kind, pattern, read], place) => {
    const isOwn = (name: string): boolean =>
      KINDS.findIndex(([, other]) => other.test(name)) === place && pattern.test(name);
    return { kind, read, names: [...good.keys()].filter(isOwn) };
  });
  for (const { kind, names } of kinds) assert.ok(names.length > 0, `there is no file of ${kind}`);
  assert.equal(kinds.flatMap(({ names }) => names).length, good.size, 'a file of a kind that isn’t known');
  const restore = (): void => {
    for (const name of list()) if (!good.has(name)) rmSync(join(dir, name));
    for (const [name, content] of good) writeFileSync(join(dir, name), content);
  };

  const seed = Number(process.env.ENEDIS_SEED ?? Date.now() % 2 ** 31);
  t.diagnostic(`seed ${seed}`);
  const random = randomFrom(seed);
  const pick = <T>(all: readonly T[]): T => all[Math.floor(random() * all.length)]!;
  let noticed = 0;
  for (let flip = 0; flip < FLIPS; flip++) {
    const { kind, read, names } = kinds[flip % kinds.length]!;
    const name = pick(names);
    const expected = await read(new FileStorage(dir, assert.fail), name);
    const bad = Buffer.from(good.get(name)!);
    const bit = Math.floor(random() * bad.length * 8);
    bad[bit >> 3]! ^= 1 << (bit & 7);
    writeFileSync(join(dir, name), bad);
    let isTold = false;
    const storage = new FileStorage(dir, () => (isTold = true));
    const found = await read(storage, name).catch((error: unknown) => {
      if (!(error instanceof EnedisError)) throw error;
      isTold = true;
    });
    noticed += Number(isTold);
    assert.ok(
      isTold || isDeepStrictEqual(found, expected),
      `ENEDIS_SEED=${seed}: bit ${bit} of ${name} (${kind})`,
    );
    if (isTold) restore();
    else writeFileSync(join(dir, name), good.get(name)!);
  }
  t.diagnostic(`${noticed} noticed, ${FLIPS - noticed} harmless`);
  assert.ok(noticed > FLIPS / 2);
});
