/** A backfill whose meter gets other settings, whose disk fails, and that more is asked of than it can answer at once. */
import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { EnedisError } from '../../lib/errors';
import { FileStorage } from '../../lib/storage/files';
import { Household } from '../support/household';

const NOW = '2026-06-15T08:00:00Z';
const TODAY = '2026-06-15';

function asked(one: Household): string[] {
  return [...new Set(one.requests().map(({ direction, series }) => `${direction}/${series}`))].sort();
}

describe('settings that change while a backfill runs', () => {
  it('hourly collection and production unticked: nothing of them is asked for any more, and the run ends', async () => {
    const one = new Household({ start: NOW, direction: 'both' });
    await one.begin(await one.backfill());
    await one.stop();
    asked(one);
    await one.backfill(one.collector({ loadCurve: false, direction: 'consumption' }));
    await one.until('2026-06-18T10:00:00Z');
    assert.deepEqual(asked(one), []);
    assert.equal(one.progress.at(-1)?.state, 'done');
    assert.equal(one.progress.at(-1)?.percent, 100);
    // A join node gets its end, with all messages counted.
    const last = one.deliveries.at(-1);
    assert.equal(last?.complete, true);
    assert.equal(last?.parts.count, one.deliveries.length);
    assert.deepEqual(last?.readings, []);
  });

  it('production unticked: the load curve of consumption goes on', async () => {
    const one = new Household({ start: NOW, direction: 'both' });
    await one.begin(await one.backfill(), { start: '2025-10-01' });
    await one.stop();
    asked(one);
    await one.backfill(one.collector({ direction: 'consumption' }));
    await one.until('2026-06-20T10:00:00Z');
    assert.deepEqual(asked(one), ['consumption/loadCurve']);
    one.assertHas('consumption', 'loadCurve', '2025-10-01', TODAY);
    assert.equal(one.progress.at(-1)?.state, 'done');
    assert.equal(one.deliveries.filter(({ complete }) => complete).length, 1);
  });

  it('all of it unwanted: the run is cancelled, and stays so when it is wanted again', async () => {
    const one = new Household({ start: NOW, direction: 'both' });
    await one.begin(await one.backfill(), { series: 'loadCurve' });
    await one.stop();
    asked(one);
    await one.backfill(one.collector({ loadCurve: false }));
    await one.until('2026-06-17T10:00:00Z');
    assert.equal(one.progress.at(-1)?.state, 'cancelled');
    await one.stop();
    await one.backfill();
    await one.until('2026-06-19T10:00:00Z');
    assert.deepEqual(asked(one), []);
  });

  it('changed while it is paused: resumed, it takes what is still wanted', async () => {
    const one = new Household({ start: NOW, direction: 'both' });
    const backfill = await one.backfill();
    await one.begin(backfill, { start: '2025-10-01' });
    await one.clock.finish(backfill.pause());
    await one.stop();
    asked(one);
    const again = await one.backfill(one.collector({ loadCurve: false }));
    await one.clock.finish(again.resume());
    await one.until('2026-06-18T10:00:00Z');
    assert.deepEqual(asked(one), []);
    assert.equal(one.progress.at(-1)?.state, 'done');
  });
});

describe('after a disk that failed', () => {
  /** Nothing can be written while `isFull` is true. */
  function disk({ mock }: TestContext): { isFull: boolean } {
    const state = { isFull: false };
    for (const act of ['write', 'writeEntries'] as const) {
      const works: unknown = Reflect.get(FileStorage.prototype, act);
      assert.ok(works instanceof Function);
      mock.method(FileStorage.prototype, act, function (this: FileStorage, ...args: unknown[]) {
        if (state.isFull) return Promise.reject(new EnedisError('storageWrite', { file: String(args[0]) }));
        return Reflect.apply(works, this, args) as unknown;
      });
    }
    return state;
  }

  for (const restarts of [false, true]) {
    it(`a new press goes on at once${restarts ? ', and so does a restart' : ''}`, async (t) => {
      const one = new Household({ start: NOW, gateway: 'data-connect' });
      const state = disk(t);
      let backfill = await one.backfill();
      one.onDelivery = () => void (state.isFull = one.deliveries.length === 3);
      await one.begin(backfill, { start: '2026-05-01' });
      const progress = one.progress.at(-1);
      assert.equal(progress?.state, 'waiting');
      assert.ok(progress.resumesAt !== undefined);
      assert.equal((one.errors[0] as EnedisError).reason, 'storageWrite');
      state.isFull = false;
      one.onDelivery = () => undefined;
      if (restarts) {
        await one.stop();
        one.received.length = 0;
        one.deliveries.length = 0;
        backfill = await one.backfill();
        await one.clock.settle(() => backfill.idle());
      } else {
        await one.begin(backfill, { start: '2026-05-01' });
        one.assertHas('consumption', 'loadCurve', '2026-05-01', TODAY);
      }
      assert.equal(one.progress.at(-1)?.state, 'done');
      assert.equal(one.deliveries.at(-1)?.complete, true);
    });
  }
});

describe('many messages at once', () => {
  it('are answered without a warning of Node’s', async () => {
    const warnings: Error[] = [];
    const note = (warning: Error): void => void warnings.push(warning);
    process.on('warning', note);
    const one = new Household({ start: NOW });
    const backfill = await one.backfill();
    const commands = Array.from({ length: 40 }, () => backfill.status());
    await one.clock.finish(Promise.all(commands));
    await new Promise(setImmediate);
    process.off('warning', note);
    assert.equal(one.progress.length, 40);
    assert.deepEqual(warnings, []);
  });
});
