/** What `enedis-aggregate` remembers: nothing it has sent is replaced by less, whatever restarts in between. */
import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import helper from 'node-red-node-test-helper';
import type { Aggregate } from '../../lib/figures/aggregate';
import { SeriesMemory } from '../../lib/figures/memory';
import { addDays, parisDay } from '../../lib/readings/paris';
import type { Measure, Reading } from '../../lib/readings/reading';
import type { SeriesId } from '../../lib/readings/series-id';
import { toReadings } from '../../lib/readings/to-readings';
import aggregateNode from '../../nodes/aggregate/enedis-aggregate';
import configNode from '../../nodes/config/enedis-config';
import type { EnedisConfigNode } from '../../nodes/shared/config-node';
import { useServices } from '../../nodes/shared/services';
import { FakeClock } from '../support/fake-clock';

const PDL = '22516914714270';
const OTHER = '32320647321714';
const KEY = `enedis_${PDL}_consumption_daily`;
const onCanvas = { z: 'tab', x: 0, y: 0 };

interface Sent {
  topic: string;
  payload: Aggregate[];
  enedis: { meter?: string };
  reset?: unknown;
}

const measures = (from: string, count: number): Measure[] =>
  Array.from({ length: count }, (_, day) => {
    const { start, end } = parisDay(addDays(from, day));
    return { start, end, amount: 20_000, quality: 'raw' };
  });
const idOf = (usagePointId: string): SeriesId => ({
  usagePointId,
  direction: 'consumption',
  series: 'daily',
});
const days = (from: string, count: number, usagePointId = PDL): Reading[] =>
  toReadings(idOf(usagePointId), measures(from, count));
/** As fetch-yesterday sends them. */
const described = (payload: Reading[], count = payload.length): Record<string, unknown> => {
  const [first, last] = [payload[0]!, payload.at(-1)!];
  const { start } = first;
  const { end } = last;
  return { payload, enedis: { ...idOf(PDL), start, end, count, coverage: 1, missing: [], gateway: 'demo' } };
};

describe('what the aggregate node remembers', { timeout: 300_000 }, () => {
  let userDir: string;
  let sent: Sent[];
  let isLoaded = false;

  before(() => new Promise<void>((resolve) => helper.startServer(resolve)));
  after(() => new Promise<void>((resolve) => helper.stopServer(resolve)));
  beforeEach(() => {
    userDir = mkdtempSync(join(tmpdir(), 'enedis-nodes-'));
    useServices({ clock: new FakeClock('2026-11-26T08:00:00Z'), random: () => 0.5 });
  });
  afterEach(async () => {
    await helper.unload();
    isLoaded = false;
    useServices();
  });

  /** A start of Node-RED, or another after the flows were stopped; what was only in memory is gone. */
  async function start(settings: Record<string, unknown> = {}, more: object[] = []): Promise<void> {
    if (isLoaded) await helper.unload();
    isLoaded = true;
    useServices({ clock: new FakeClock('2026-11-26T08:00:00Z'), random: () => 0.5 });
    helper.settings({ userDir });
    const usual = { period: 'month', fn: 'auto', incomplete: 'emit', output: 'readings', store: '' };
    await helper.load(
      [configNode, aggregateNode],
      [
        { id: 'tab', type: 'tab', label: 'flow' },
        { id: 'meter', type: 'enedis-config', gateway: 'demo', usagePointId: PDL, direction: 'consumption' },
        ...more,
        { id: 'aggregate', ...onCanvas, type: 'enedis-aggregate', ...usual, ...settings, wires: [['sent']] },
        { id: 'sent', ...onCanvas, type: 'helper' },
        { id: 'complete', ...onCanvas, type: 'complete', scope: ['aggregate'], wires: [['completed']] },
        { id: 'completed', ...onCanvas, type: 'helper' },
        { id: 'catch', ...onCanvas, type: 'catch', scope: ['aggregate'], wires: [['caught']] },
        { id: 'caught', ...onCanvas, type: 'helper' },
      ],
      {},
    );
    sent = [];
    helper.getNode('sent').on('input', (message: unknown) => void sent.push(message as Sent));
  }

  function send(message: Record<string, unknown>): Promise<void> {
    const done = new Promise<void>((resolve) =>
      helper.getNode('completed').once('input', () => setImmediate(resolve)),
    );
    helper.getNode('aggregate').receive(message);
    return done;
  }

  const shown = (): unknown[] =>
    sent.map(({ payload }) =>
      payload.map(({ usagePointId, start, value }) => [usagePointId.slice(-4), start.slice(0, 7), value]),
    );

  async function archive(from: string, count: number): Promise<void> {
    const collector = await (helper.getNode('meter') as unknown as EnedisConfigNode).collector();
    await collector.archive.merge(
      { direction: 'consumption', series: 'daily' },
      measures(from, count),
      'demo',
    );
  }

  it('a restart in the middle of a month doesn’t make the month a day', async () => {
    await start();
    await send({ payload: days('2026-11-01', 24) });
    await start();
    await send({ payload: days('2026-11-25', 1) });
    assert.deepEqual(shown(), [[['4270', '2026-11', 500]]]);
  });

  it('a month that began before the node’s first reading is filled from the archive', async () => {
    await start();
    await archive('2026-11-01', 25);
    await send(described(days('2026-11-25', 1)));
    assert.deepEqual(shown(), [[['4270', '2026-11', 500]]]);
  });

  it('a correction of an early day after a lost memory doesn’t make the month less', async () => {
    await start();
    await archive('2026-11-01', 25);
    await send(described(days('2026-11-03', 1)));
    assert.deepEqual(shown(), [[['4270', '2026-11', 500]]]);
    await send(described(days('2026-11-01', 1)));
    assert.deepEqual(shown()[1], [['4270', '2026-11', 500]]);
  });

  it('a total and a year are filled as well', async () => {
    for (const period of ['total', 'year']) {
      await start({ period });
      await archive('2026-10-01', 56);
      await send(described(days('2026-11-25', 1)));
      assert.equal(sent[0]!.payload[0]!.value, 1120, period);
      await send({ reset: true });
    }
  });

  it('readings that a flow has filtered are added up alone', async () => {
    await start();
    await archive('2026-11-01', 25);
    await send(described(days('2026-11-25', 1), 25));
    assert.deepEqual(shown(), [[['4270', '2026-11', 20]]]);
  });

  it('what lay in the default context store is taken over, once', async () => {
    const before = new SeriesMemory();
    for (const step of before.add(measures('2026-11-01', 24))) assert.equal(step, null);
    await start();
    helper.getNode('aggregate').context().set(KEY, before.state);
    await send({ payload: days('2026-11-25', 1) });
    assert.deepEqual(shown(), [[['4270', '2026-11', 500]]]);
    assert.equal(helper.getNode('aggregate').context().get(KEY), undefined);
    await send({ reset: true });
    await start();
    await send({ payload: days('2026-11-25', 1) });
    assert.deepEqual(shown(), [[['4270', '2026-11', 20]]]);
  });

  it('a start that was cut off while taking over loses nothing: the next one takes the rest', async () => {
    const remembered = (count: number): SeriesMemory['state'] => {
      const memory = new SeriesMemory();
      for (const step of memory.add(measures('2026-11-01', count))) assert.equal(step, null);
      return memory.state;
    };
    await start();
    await send({ payload: days('2026-11-01', 24) });
    // One series has its document; when the power went nothing had left the context store.
    await start();
    const context = helper.getNode('aggregate').context();
    context.set(KEY, remembered(20));
    context.set(KEY.replace('consumption', 'production'), remembered(24));
    await send({ payload: days('2026-11-25', 1).map((each) => ({ ...each, direction: 'production' })) });
    await send({ payload: days('2026-11-25', 1) });
    assert.deepEqual(shown(), [[['4270', '2026-11', 500]], [['4270', '2026-11', 500]]]);
    assert.deepEqual(context.keys(), []);
  });

  it('days that a damaged document has cost are looked for whenever their month comes up again', async () => {
    await start();
    await archive('2026-10-01', 56);
    const { state } = new SeriesMemory();
    for (const step of new SeriesMemory(state).add(measures('2026-10-01', 55))) assert.equal(step, null);
    (state.days as Record<string, unknown>)['2026-10-12'] = 'damaged';
    helper.getNode('aggregate').context().set(KEY, state);
    await send(described(days('2026-11-25', 1)));
    await send(described(days('2026-10-31', 1)));
    assert.deepEqual(shown(), [[['4270', '2026-11', 500]], [['4270', '2026-10', 620]]]);
  });

  it('a flow with a store of its own choice keeps it', async () => {
    await start({ store: 'default' });
    await send({ payload: days('2026-11-01', 2) });
    assert.notEqual(helper.getNode('aggregate').context().get(KEY), undefined);
  });

  it('the end of another meter’s backfill leaves a running month alone', async () => {
    await start({ incomplete: 'hold' });
    await send({ payload: days('2026-11-20', 1) });
    await send({ payload: days('2026-10-01', 1, OTHER), complete: true });
    assert.deepEqual(shown(), [[['1714', '2026-10', 20]]]);
    const parts = { id: 'run', type: 'array', len: 1, index: 0 };
    await send({ payload: days('2026-09-01', 2, OTHER), parts });
    await send({ payload: [], parts: { ...parts, index: 1, count: 2 }, complete: true });
    assert.deepEqual(shown()[1], [['1714', '2026-09', 40]]);
    await send({ payload: [], complete: true });
    assert.deepEqual(shown()[2], [['4270', '2026-11', 20]]);
  });

  it('a reset goes no further', async () => {
    await start();
    await send({ payload: days('2026-11-20', 1), reset: true });
    assert.equal('reset' in sent[0]!, false);
  });

  describe('in a chart', () => {
    const series = (): unknown[] =>
      sent.flatMap(({ payload }) => payload.map((point) => (point as unknown as { series: string }).series));
    const settings = { output: 'chart', period: 'day' };

    it('the only meter needs no name', async () => {
      await start(settings);
      await send(described(days('2026-11-20', 1)));
      assert.deepEqual(series(), ['consumption/daily']);
    });

    it('two meters don’t share a line, and no PDL stands in the legend', async () => {
      await start(settings);
      await send({ payload: [...days('2026-11-20', 1), ...days('2026-11-20', 1, OTHER)] });
      await send({
        payload: days('2026-11-21', 1, OTHER),
        enedis: { ...idOf(OTHER), meter: 'Atelier' },
      });
      assert.deepEqual(series(), [
        'consumption/daily',
        'Linky 1714 · consumption/daily',
        'Atelier · consumption/daily',
      ]);
    });

    it('two meters of one name are told apart, and the message says whose figures they are', async () => {
      await start(settings, [
        { id: 'other', type: 'enedis-config', gateway: 'demo', usagePointId: OTHER, name: 'Maison' },
        {
          id: 'third',
          type: 'enedis-config',
          gateway: 'demo',
          usagePointId: '09876543210987',
          name: 'Maison',
        },
      ]);
      await send({ payload: [...days('2026-11-20', 1), ...days('2026-11-20', 1, OTHER)] });
      assert.deepEqual(series(), ['Linky 4270 · consumption/daily', 'Maison 1714 · consumption/daily']);
      assert.deepEqual(
        sent.map(({ enedis }) => enedis.meter),
        [undefined, 'Maison'],
      );
    });
  });

  describe('of energy chosen among series', () => {
    /** Half-hours of one power, from a day on. */
    const curve = (from: string, count: number): Measure[] =>
      measures(from, count).flatMap(({ start, end }) =>
        Array.from({ length: (end - start) / 1_800_000 }, (_, place) => ({
          start: start + place * 1_800_000,
          end: start + (place + 1) * 1_800_000,
          amount: 500,
          quality: 'raw' as const,
        })),
      );
    const halfHours = (from: string, count: number): Reading[] =>
      toReadings({ ...idOf(PDL), series: 'loadCurve' }, curve(from, count));
    const figures = (): unknown[] =>
      sent.map(({ topic, payload }) => [
        topic,
        ...payload.map(({ value, from, corrects }) => [value, from?.join('+'), corrects]),
      ]);
    const topic = `enedis/${PDL}/consumption/energy`;

    it('a daily reading replaces the curve’s figure, once, after a restart as well', async () => {
      await start({ series: 'energy', period: 'day' });
      await send({ payload: [...halfHours('2026-11-20', 1), ...days('2026-11-19', 1)] });
      await send({ payload: halfHours('2026-11-20', 1) });
      assert.deepEqual(figures(), [[topic, [20, 'daily', undefined], [12, 'loadCurve', undefined]]]);
      await start({ series: 'energy', period: 'day' });
      await send({ payload: days('2026-11-20', 1) });
      await send({ payload: days('2026-11-20', 1) });
      assert.deepEqual(figures(), [[topic, [20, 'daily', 12]]]);
    });

    it('a month whose curve comes first is filled with the days that are archived', async () => {
      await start({ series: 'energy' });
      await archive('2026-11-01', 24);
      const payload = halfHours('2026-11-25', 1);
      const { enedis } = described(days('2026-11-25', 1), payload.length) as { enedis: object };
      await send({ payload, enedis: { ...enedis, series: 'loadCurve' } });
      assert.deepEqual(figures(), [[topic, [492, 'daily+loadCurve', undefined]]]);
    });

    it('a reset forgets what was sent', async () => {
      await start({ series: 'energy', period: 'day' });
      for (const reset of [undefined, true]) await send({ payload: days('2026-11-20', 1), reset });
      assert.deepEqual(figures(), [
        [topic, [20, 'daily', undefined]],
        [topic, [20, 'daily', undefined]],
      ]);
    });

    it('what is held comes out with the end of the stream, and maximum power disturbs nothing', async () => {
      await start({ series: 'energy', incomplete: 'hold' });
      const power = toReadings({ ...idOf(PDL), series: 'maxPower' }, measures('2026-11-20', 1));
      await send({ payload: [...days('2026-11-20', 1), ...power] });
      assert.deepEqual(sent, []);
      await send({ payload: [], complete: true });
      assert.deepEqual(figures(), [[topic, [20, 'daily', undefined]]]);
    });

    it('without a period there is no figure to choose for: the setting is refused', async () => {
      await start({ series: 'energy', period: 'reading' });
      const failed = new Promise<unknown>((resolve) => {
        helper.getNode('caught').once('input', (message: unknown) => resolve(message));
      });
      helper.getNode('aggregate').receive({ payload: days('2026-11-20', 1) });
      assert.equal(((await failed) as { error: { code: string } }).error.code, 'ENEDIS_CONFIG');
    });
  });
});
