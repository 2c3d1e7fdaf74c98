/**
 * Two processes on one user directory: never both at work, never locked out by one that is gone. The other process is a
 * real one where it has to be killed, and one described by a file where it couldn't be had (another container, a reboot).
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  statSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import promises from 'node:fs/promises';
import { tmpdir, uptime } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { systemClock } from '../../lib/async/clock';
import { EnedisError } from '../../lib/errors';
import { isRunning, thisProcess, type Holder } from '../../lib/storage/holder';
import { Lease, type LeaseTimes } from '../../lib/storage/lease';
import { addDays } from '../../lib/readings/paris';
import { Household } from '../support/household';

const FILE = 'in-use.lock';
const TIMES: LeaseTimes = { beat: 10, silence: 60, idle: 40, settle: 5, look: 2 };
const STRANGER: Holder = {
  id: 'stranger',
  host: 'elsewhere',
  pid: process.pid,
  namespace: 'pid:[1]',
  boot: 'b',
};

function folder(): string {
  return mkdtempSync(join(tmpdir(), 'enedis-lease-'));
}

interface Watched {
  lease: Lease;
  taken: number;
  lost: number;
  waiting: boolean[];
}

function leaseOn(dir: string, holder?: Holder, times?: LeaseTimes): Watched {
  const watched: Partial<Watched> = { taken: 0, lost: 0, waiting: [] };
  const events = {
    taken: () => Promise.resolve(void watched.taken!++),
    lost: () => void watched.lost!++,
    waiting: (isWaiting: boolean) => void watched.waiting!.push(isWaiting),
  };
  watched.lease = new Lease(dir, events, systemClock, holder, times);
  return watched as Watched;
}

const inUse = (error: unknown): boolean => error instanceof EnedisError && error.reason === 'storageInUse';
const until = async (condition: () => boolean): Promise<void> => {
  while (!condition()) await new Promise(setImmediate);
};

describe('a folder that another process works in', () => {
  it('is waited for while that one shows signs of life, and taken over when it doesn’t', async () => {
    const dir = folder();
    const file = join(dir, FILE);
    writeFileSync(file, JSON.stringify(STRANGER));
    const its = leaseOn(dir, undefined, { ...TIMES, silence: 600 });
    let isHeld = false;
    const held = its.lease.hold('read').then(() => (isHeld = true));
    await assert.rejects(its.lease.refuseWhileInUse(), inUse);
    const since = performance.now();
    for (let beat = 1; performance.now() - since < 1_500; beat++) {
      // Whatever its clock says: a sign is a sign.
      utimesSync(file, 1000 - beat, 1000 - beat);
      await new Promise((resolve) => setTimeout(resolve, 20));
      assert.ok(!isHeld);
    }
    await held;
    assert.deepEqual(its.waiting, [true, false]);
    assert.notEqual((JSON.parse(readFileSync(file, 'utf8')) as Holder).id, STRANGER.id);
    await its.lease.release();
    assert.ok(!existsSync(file));
  });

  it('is taken as soon as that one gives it back, by all who wait', async () => {
    const dir = folder();
    writeFileSync(join(dir, FILE), JSON.stringify(STRANGER));
    const its = leaseOn(dir, undefined, { ...TIMES, silence: 60_000 });
    const all = Promise.all([its.lease.hold('read'), its.lease.hold('read'), its.lease.hold('write')]);
    await until(() => its.waiting.length > 0);
    unlinkSync(join(dir, FILE));
    await all;
    assert.deepEqual([its.taken, its.waiting], [1, [true, false]]);
    await its.lease.release();
  });

  it('isn’t waited for by a node that closes', async () => {
    const dir = folder();
    writeFileSync(join(dir, FILE), JSON.stringify(STRANGER));
    const its = leaseOn(dir, undefined, { ...TIMES, silence: 60_000, look: 60_000 });
    const refused = assert.rejects(its.lease.hold('read'), inUse);
    await until(() => its.waiting.length > 0);
    its.lease.stopWaiting();
    await refused;
    assert.deepEqual(its.waiting, [true, false]);
  });

  const here: Holder = { ...thisProcess(), host: 'nodered' };
  const ofEarlierStart = { ...here, id: 'gone', boot: 'another', pid: process.pid };
  const now = Date.now() / 1000;
  for (const [name, holder, lastSign, isGone] of [
    ['of an earlier start of this system', ofEarlierStart, now - uptime() - 60, true],
    ['of an earlier start, by a clock that has begun in the past since', ofEarlierStart, now + 3600, true],
    ['of another machine of this name', ofEarlierStart, now, undefined],
    ['of another machine', { ...ofEarlierStart, host: 'elsewhere' }, now - uptime() - 60, undefined],
    ['of this very process', here, now, here.started === undefined ? undefined : true],
    ['of another container', { ...here, namespace: 'pid:[1]' }, now, undefined],
  ] as const) {
    it(`a lock ${name} is ${isGone === undefined ? 'watched' : 'understood'} at once`, () => {
      const known = isRunning(JSON.stringify(holder), lastSign * 1000, here);
      assert.equal(known, isGone === undefined ? undefined : name === 'of this very process');
    });
  }

  it('a lock of a container before it was restarted is understood: its process is gone', () => {
    const container = { ...here, host: '0a1b2c3d4e5f' };
    const before = JSON.stringify({ ...container, id: 'before', namespace: 'pid:[1]' });
    assert.equal(isRunning(before, Date.now(), container), false);
  });

  for (const [name, text] of [
    ['half a word', '{"id":'],
    ['nothing', ''],
    ['nonsense', '[1,2]'],
    ['a process number that can’t be', JSON.stringify({ ...STRANGER, pid: -1 })],
  ] as const) {
    it(`and that left ${name} behind locks nobody out`, async () => {
      const dir = folder();
      writeFileSync(join(dir, FILE), text);
      const { lease } = leaseOn(dir, undefined, { ...TIMES, silence: 0 });
      await lease.hold('read');
      await lease.release();
    });
  }

  it('and was killed, is free at once; killed ones and their numbers are told apart', async () => {
    const dir = folder();
    const child = spawn(process.execPath, ['--import', 'tsx', '-e', HOLD_ON, dir], {
      stdio: ['ignore', 'pipe', 'inherit'],
      cwd: process.cwd(),
      env: { ...process.env, NODE_TEST_CONTEXT: undefined },
    });
    const ended = new Promise((resolve) => child.once('exit', resolve));
    await new Promise((resolve) => child.stdout.once('data', resolve));
    const { lease } = leaseOn(dir);
    await assert.rejects(lease.refuseWhileInUse(), inUse);
    const holder = JSON.parse(readFileSync(join(dir, FILE), 'utf8')) as Holder;
    child.kill('SIGKILL');
    await ended;
    await lease.hold('read');
    await lease.release();
    if (holder.started === undefined) return;
    // The number has come again: same system, same namespace, another start.
    writeFileSync(join(dir, FILE), JSON.stringify({ ...holder, pid: process.pid }));
    await lease.hold('read');
    await lease.release();
  });

  it('of two that find it left behind, one gets it', async () => {
    for (let round = 0; round < 10; round++) {
      const dir = folder();
      writeFileSync(join(dir, FILE), JSON.stringify(STRANGER));
      const times = { ...TIMES, silence: 0, look: 60_000 };
      const holders = [1, 2, 3].map((n) => leaseOn(dir, { ...STRANGER, id: `${n}`, boot: `${n}` }, times));
      const results = await Promise.allSettled(holders.map(({ lease }) => lease.refuseWhileInUse()));
      for (const { lease } of holders) lease.stopWaiting();
      assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 1);
      for (const result of results) if (result.status === 'rejected') assert.ok(inUse(result.reason));
      await Promise.all(holders.map(({ lease }) => lease.release()));
    }
  });
});

describe('a slow disk', () => {
  it('doesn’t let anybody write while left-overs are still being removed', async () => {
    let removed = (): void => undefined;
    const taken = (): Promise<void> => new Promise((resolve) => (removed = resolve));
    const dir = folder();
    const lease = new Lease(dir, { taken, lost: () => undefined, waiting: () => undefined }, systemClock);
    const looking = removed;
    let writing = false;
    const first = lease.hold('read');
    await until(() => removed !== looking);
    const second = lease.hold('write').then(() => (writing = true));
    // To see that the folder is held takes a look at the disk: it is given the time of many.
    for (let look = 0; look < 50; look++) await promises.readFile(join(dir, FILE));
    assert.equal(writing, false);
    removed();
    await Promise.all([first, second]);
    await lease.release();
  });

  it('doesn’t give a folder that was left behind to two', async () => {
    for (const held of ['rename', 'open'] as const) {
      const dir = folder();
      writeFileSync(join(dir, FILE), JSON.stringify(STRANGER));
      const [one, two] = ['1', '2'].map((id) =>
        leaseOn(dir, { ...STRANGER, id, pid: 1, boot: id }, { ...TIMES, silence: 0, look: 60_000 }),
      ) as [Watched, Watched];
      const usual = { ...promises };
      let free = (): void => undefined;
      // The second one to come is held up between looking and taking, until the first is long at work.
      let calls = 0;
      const slowly = async (...args: unknown[]): Promise<unknown> => {
        if (++calls === (held === 'rename' ? 2 : 4)) await new Promise<void>((resolve) => (free = resolve));
        return (usual[held] as (...each: unknown[]) => Promise<unknown>)(...args);
      };
      Object.assign(promises, { [held]: slowly });
      try {
        const both = [one, two].map(({ lease }) =>
          lease.refuseWhileInUse().then(
            () => 'held',
            (error: unknown) => (inUse(error) ? 'in use' : error),
          ),
        );
        await Promise.race(both);
        free();
        assert.deepEqual((await Promise.all(both)).sort(), ['held', 'in use']);
        const holders = [one, two].filter(({ taken, lost }) => taken > lost);
        assert.equal(holders.length, 1);
        assert.ok(existsSync(join(dir, FILE)));
      } finally {
        Object.assign(promises, usual);
      }
      for (const { lease } of [one, two]) lease.stopWaiting();
      await Promise.all([one.lease.release(), two.lease.release()]);
    }
  });

  it('doesn’t take from under somebody what is being given back', async () => {
    for (let turns = 0; turns < 40; turns++) {
      const dir = folder();
      const { lease } = leaseOn(dir);
      await lease.hold('read');
      const released = lease.release();
      for (let turn = 0; turn < turns; turn++) await Promise.resolve();
      if (turns > 20) await new Promise(setImmediate);
      await lease.hold('read');
      await released;
      assert.ok(existsSync(join(dir, FILE)), `${turns}`);
      await lease.release();
      assert.ok(!existsSync(join(dir, FILE)));
    }
  });
});

describe('a folder that is ours', () => {
  it('is given back when nothing is done, for the other to take', async () => {
    const dir = folder();
    const one = leaseOn(dir, undefined, TIMES);
    await one.lease.hold('write');
    assert.equal(statSync(join(dir, FILE)).mode & 0o777, 0o600);
    await until(() => one.lost > 0);
    const two = leaseOn(dir, STRANGER, TIMES);
    await until(() => !existsSync(join(dir, FILE)));
    await two.lease.hold('read');
    assert.equal(two.taken, 1);
    await two.lease.release();
  });

  it('and was taken while we were suspended, takes no word from before', async () => {
    const dir = folder();
    const { lease } = leaseOn(dir, undefined, TIMES);
    await lease.hold('read');
    const after = leaseOn(dir, STRANGER, TIMES);
    writeFileSync(join(dir, FILE), JSON.stringify(STRANGER));
    await after.lease.hold('read');
    await assert.rejects(async () => {
      for (;;) {
        await lease.hold('write');
        await new Promise(setImmediate);
      }
    }, inUse);
    await assert.rejects(lease.hold('write'), inUse);
    await after.lease.release();
    await assert.rejects(lease.hold('write'), inUse, 'what it read is out of date');
    await lease.hold('read');
    await lease.hold('write');
    await lease.release();
  });

  it('has what a power cut left half-written removed, and nothing else', async () => {
    const house = new Household({ start: '2026-06-10T08:00:00Z' });
    const meter = join(house.dir, 'meters/real', house.settings.usagePointId);
    mkdirSync(meter, { recursive: true });
    const left = [join(house.dir, 'x.json.0a1b2c3d.tmp'), join(meter, 'state.json.0a1b2c3d.tmp')];
    const kept = [join(house.dir, 'note.txt'), join(meter, 'consumption-daily-2020.json.damaged-0a1b2c3d')];
    for (const file of [...left, ...kept]) writeFileSync(file, '{');
    await house.node();
    await house.stop();
    for (const file of left) assert.ok(!existsSync(file), file);
    for (const file of kept) assert.ok(existsSync(file), file);
  });
});

describe('two processes on one user directory', () => {
  it('never together: one works, the other waits; nothing asked twice, no reading lost or given twice', async () => {
    const house = new Household({ start: '2026-06-10T08:00:00Z' });
    const other: Holder = { ...STRANGER, id: 'other' };
    let today = '2026-06-10';
    for (let day = 0; day < 6; day++) {
      const [mine, theirs] = [house.collector(), house.collector({}, day % 2 === 0 ? other : undefined)];
      const first = await house.node({ schedule: null }, mine);
      await house.ask(first);
      if (day % 2 === 0) {
        const second = await house.node({ schedule: null }, theirs);
        const refused = assert.rejects(second.runNow(house.take), inUse);
        for (let look = 0; look < 20; look++) await promises.readFile(join(house.dir, FILE));
        await second.close();
        await refused;
      }
      await house.stop();
      today = addDays(today, 1);
      house.clock.set(`${today}T08:00:00Z`);
    }
    const requests = house.requests();
    assert.equal(requests.length, 3 * 6);
    const truth = house.truth('consumption', 'loadCurve', '2026-06-03', '2026-06-15');
    assert.deepEqual(house.ledger('consumption', 'loadCurve'), truth);
  });
});

const HOLD_ON = `
const { Lease } = require('./lib/storage/lease');
const { systemClock } = require('./lib/async/clock');
const events = { taken: async () => {}, lost: () => {}, waiting: () => {} };
new Lease(process.argv[1], events, systemClock).hold('write').then(() => {
  process.stdout.write('held');
  setInterval(() => {}, 1000);
});`;
