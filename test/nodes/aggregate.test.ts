/** `enedis-aggregate` on the canvas: what it sends, holds and refuses. */
import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, describe, it, mock } from 'node:test';
import splitAndJoin from '@node-red/nodes/core/sequence/17-split';
import helper from 'node-red-node-test-helper';
import { Accumulator } from '../../lib/figures/accumulate';
import type { Aggregate } from '../../lib/figures/aggregate';
import { Intake, type Group } from '../../lib/readings/from-readings';
import { SeriesMemory } from '../../lib/figures/memory';
import { addDays, parisDay } from '../../lib/readings/paris';
import type { Reading, Series } from '../../lib/readings/reading';
import type { SeriesId } from '../../lib/readings/series-id';
import { toReadings } from '../../lib/readings/to-readings';
import { Turns } from '../../lib/async/turns';
import aggregateNode from '../../nodes/aggregate/enedis-aggregate';

const PDL = '22516914714270';
const onCanvas = { z: 'tab', x: 0, y: 0 };

interface Sent {
  payload: Aggregate[];
  topic: string;
  enedis: Record<string, unknown>;
  [property: string]: unknown;
}
interface Caught {
  error: { code: string; message: string };
}

const ID: SeriesId = { usagePointId: PDL, direction: 'consumption', series: 'daily' };

function read(readings: readonly Reading[]): Group[] {
  const intake = new Intake();
  intake.take(readings);
  return [...intake.groups()].filter((group) => group !== null);
}

function days(from: string, count: number, series: Series = 'daily'): Reading[] {
  const measures = Array.from({ length: count }, (_, day) => {
    const { start, end } = parisDay(addDays(from, day));
    return { start, end, amount: 1000 + day, quality: 'raw' as const };
  });
  return toReadings({ usagePointId: PDL, direction: 'consumption', series }, measures);
}

function halfHours(from: string, count = 1): Reading[] {
  const { start } = parisDay(from);
  const { end } = parisDay(addDays(from, count - 1));
  const measures = Array.from({ length: (end - start) / 1_800_000 }, (_, k) => {
    return {
      start: start + k * 1_800_000,
      end: start + (k + 1) * 1_800_000,
      amount: 500 + (k % 50),
      quality: 'raw' as const,
    };
  });
  return toReadings({ usagePointId: PDL, direction: 'consumption', series: 'loadCurve' }, measures);
}

describe('enedis-aggregate on the canvas', { timeout: 60_000 }, () => {
  let sent: Sent[];
  let caught: Caught[];
  let completed: unknown[];

  before(() => new Promise<void>((resolve) => helper.startServer(resolve)));
  after(() => new Promise<void>((resolve) => helper.stopServer(resolve)));
  afterEach(() => helper.unload());

  async function load(settings: Record<string, unknown> = {}, wires = ['sent']): Promise<void> {
    helper.settings({ userDir: mkdtempSync(join(tmpdir(), 'enedis-nodes-')) });
    await helper.load([aggregateNode, splitAndJoin], flow(settings, wires), {});
    listen();
  }

  function flow(settings: Record<string, unknown>, wires: string[]): object[] {
    const usual = { period: 'month', fn: 'auto', incomplete: 'emit', output: 'readings', store: '' };
    return [
      { id: 'tab', type: 'tab', label: 'flow' },
      { id: 'aggregate', ...onCanvas, type: 'enedis-aggregate', ...usual, ...settings, wires: [wires] },
      { id: 'sent', ...onCanvas, type: 'helper' },
      { id: 'join', ...onCanvas, type: 'join', mode: 'auto', wires: [['joined']] },
      { id: 'joined', ...onCanvas, type: 'helper' },
      { id: 'complete', ...onCanvas, type: 'complete', scope: ['aggregate'], wires: [['completed']] },
      { id: 'completed', ...onCanvas, type: 'helper' },
      { id: 'catch', ...onCanvas, type: 'catch', scope: ['aggregate'], wires: [['caught']] },
      { id: 'caught', ...onCanvas, type: 'helper' },
    ];
  }

  function listen(): void {
    [sent, caught, completed] = [[], [], []];
    helper.getNode('sent').on('input', (message: unknown) => void sent.push(message as Sent));
    helper.getNode('caught').on('input', (message: unknown) => void caught.push(message as Caught));
    helper.getNode('completed').on('input', (message: unknown) => void completed.push(message));
  }

  /** Sends one after the other without waiting, then waits until the node has done with all. */
  async function send(...messages: Record<string, unknown>[]): Promise<void> {
    const before = completed.length + caught.length;
    const ended = new Promise<void>((resolve) => {
      const look = (): void => {
        // After the handlers above.
        setImmediate(() => {
          if (completed.length + caught.length >= before + messages.length) resolve();
        });
      };
      helper.getNode('completed').on('input', look);
      helper.getNode('caught').on('input', look);
    });
    for (const message of messages) helper.getNode('aggregate').receive(message);
    await ended;
  }

  const shown = (): unknown[] =>
    sent.map(({ payload }) =>
      payload.map(({ start, value, received, expected }) => [start.slice(0, 7), value, received, expected]),
    );

  it('sends one message a series with what it says of it, and keeps what came along', async () => {
    await load();
    await send({
      payload: [...days('2026-04-01', 30), ...days('2026-04-01', 3, 'maxPower')],
      mine: 'kept',
      enedis: { gateway: 'demo', source: 'archive' },
      parts: { id: 'x', index: 3 },
    });
    assert.deepEqual(
      sent.map(({ topic }) => topic),
      [`enedis/${PDL}/consumption/daily`, `enedis/${PDL}/consumption/maxPower`],
    );
    const [energy, power] = sent;
    assert.equal(energy!.payload[0]!.value, 30.435);
    assert.equal(energy!.mine, 'kept');
    assert.deepEqual(energy!.enedis, {
      usagePointId: PDL,
      direction: 'consumption',
      series: 'daily',
      unit: 'kWh',
      period: 'month',
      fn: 'sum',
      output: 'readings',
      start: '2026-04-01T00:00:00+02:00',
      end: '2026-05-01T00:00:00+02:00',
      count: 1,
      expected: 30,
      received: 30,
      coverage: 1,
      missing: [],
      gateway: 'demo',
      source: 'archive',
    });
    assert.deepEqual(power!.enedis.missing, [
      { start: '2026-04-04T00:00:00+02:00', end: '2026-05-01T00:00:00+02:00' },
    ]);
    assert.deepEqual(
      [energy, power].map((each) => each!.parts as { index: number; count: number; parts: object }),
      [
        {
          id: `${String(energy!._msgid)}-enedis`,
          type: 'array',
          len: 1,
          index: 0,
          count: 2,
          parts: { id: 'x', index: 3 },
        },
        {
          id: `${String(energy!._msgid)}-enedis`,
          type: 'array',
          len: 1,
          index: 1,
          count: 2,
          parts: { id: 'x', index: 3 },
        },
      ],
    );
    assert.equal(completed.length, 1);
    assert.deepEqual(caught, []);
  });

  it('one message for one keeps its place in a sequence, which a join node puts together', async () => {
    await load({ period: 'day' }, ['join']);
    const joined = new Promise<{ payload: Aggregate[][] }>((resolve) =>
      helper.getNode('joined').on('input', (message: unknown) => resolve(message as never)),
    );
    const parts = (index: number): object => ({ parts: { id: 's', type: 'array', len: 1, index } });
    await send(
      { payload: days('2026-04-01', 2), ...parts(0) },
      { payload: days('2026-04-03', 2), ...parts(1) },
      { payload: [], complete: true, ...parts(2) },
    );
    assert.equal((await joined).payload.flat().length, 4);
  });

  it('adds what several messages bring of a month', async () => {
    await load();
    await send({ payload: days('2026-04-11', 20) }, { payload: days('2026-04-01', 5) });
    assert.deepEqual(shown(), [[['2026-04', 20.19, 20, 30]], [['2026-04', 25.2, 25, 30]]]);
    await send({ payload: days('2026-04-06', 5) });
    assert.deepEqual(shown()[2], [['2026-04', 30.21, 30, 30]]);
    assert.equal(sent[2]!.payload[0]!.coverage, 1);
  });

  it('holds a month until it is there, in whatever order', async () => {
    await load({ incomplete: 'hold' });
    await send({ payload: days('2026-04-11', 30) });
    assert.deepEqual(shown(), []);
    await send({ payload: days('2026-04-01', 10) });
    assert.deepEqual(shown(), [[['2026-04', 30.235, 30, 30]]]);
    await send({ payload: days('2026-06-01', 3), complete: true });
    assert.deepEqual(shown()[1], [
      ['2026-05', 10.245, 10, 31],
      ['2026-06', 3.003, 3, 30],
    ]);
    assert.equal(sent[1]!.complete, true);
    await send({ payload: [], complete: true });
    assert.deepEqual(sent[2]!.payload, []);
  });

  it('drops what is incomplete', async () => {
    await load({ incomplete: 'drop' });
    await send({ payload: days('2026-04-01', 29) }, { payload: days('2026-05-01', 31) });
    assert.deepEqual(shown(), [[['2026-05', 31.465, 31, 31]]]);
    await send({ payload: days('2026-04-30', 1) });
    assert.deepEqual(shown()[1], [['2026-04', 30.406, 30, 30]]);
  });

  it('forgets on msg.reset', async () => {
    await load();
    await send(
      { payload: days('2026-04-01', 20) },
      { reset: true },
      { payload: days('2026-04-21', 10) },
      { payload: days('2026-04-01', 1), reset: true },
    );
    assert.deepEqual(
      shown().map((each) => (each as unknown[][])[0]![2]),
      [20, 10, 1],
    );
  });

  for (const payload of [undefined, null, 1795302000000, { state: 'running' }]) {
    it(`forgets without readings, whatever an inject node sends: ${JSON.stringify(payload)}`, async () => {
      await load();
      await send({ payload: days('2026-04-01', 20) }, { payload, reset: true });
      await send({ payload: days('2026-04-21', 10) });
      assert.deepEqual(shown()[1], [['2026-04', 10.045, 10, 30]]);
      assert.deepEqual(caught, []);
    });
  }

  for (const payload of [undefined, null, '', 1795302000000, 'a text']) {
    it(`sends what is held without readings: ${JSON.stringify(payload)}`, async () => {
      await load({ incomplete: 'hold' });
      await send({ payload: days('2026-04-01', 3) }, { payload, complete: true });
      assert.deepEqual(shown(), [[['2026-04', 3.003, 3, 30]]]);
      assert.equal(sent[0]!.complete, true);
      // A text is a mistake all the same.
      assert.equal(caught.length, payload === 'a text' ? 1 : 0);
    });
  }

  it('two messages at once don’t race', async () => {
    await load({ period: 'total' });
    const all = halfHours('2026-03-20', 20);
    await send(
      ...Array.from({ length: 20 }, (_, k) => ({ payload: all.filter((__, place) => place % 20 === k) })),
    );
    assert.deepEqual(sent.map(({ payload }) => payload[0]!.received).at(-1), all.length);
    assert.equal(sent.at(-1)!.payload[0]!.coverage, 1);
  });

  it('passes readings on in another shape without adding them up', async () => {
    await load({ period: 'reading', output: 'influxdb' });
    await send({ payload: halfHours('2026-10-25') });
    const points = sent[0]!.payload as unknown as { timestamp: Date; tags: object }[];
    assert.equal(points.length, 50);
    assert.ok(points[0]!.timestamp instanceof Date);
    assert.equal(sent[0]!.enedis.count, 50);
  });

  describe('readings passed on', () => {
    const some = halfHours('2026-04-01').slice(0, 40);
    const missing = [{ start: some[39]!.end, end: '2026-04-02T00:00:00+02:00' }];
    const enedis = {
      usagePointId: PDL,
      direction: 'consumption',
      series: 'loadCurve',
      unit: 'kW',
      start: '2026-04-01T00:00:00+02:00',
      end: '2026-04-02T00:00:00+02:00',
      count: 40,
      coverage: 40 / 48,
      missing,
      reconciled: { days: 0, offBy: [] },
      source: 'network',
      gateway: 'demo',
    };
    const said = { ...enedis, period: 'reading', output: 'readings', expected: 48, received: 40 };

    it('are said to be as complete as they came', async () => {
      await load({ period: 'reading' });
      await send({ payload: some, enedis });
      assert.deepEqual(sent[0]!.enedis, said);
    });

    it('a correction alone isn’t a day with one half-hour', async () => {
      await load({ period: 'reading' });
      const whole = { ...enedis, count: 1, coverage: 1, missing: [] };
      await send({ payload: some.slice(7, 8), enedis: whole });
      assert.deepEqual(sent[0]!.enedis, { ...said, ...whole, received: 48 });
    });

    it('are counted where nothing says how complete they are, or of others', async () => {
      await load({ period: 'reading' });
      const holed = some.filter((_, place) => place !== 7);
      const others = [
        undefined,
        { ...enedis, coverage: 1 },
        { ...enedis, count: 39, direction: 'production' },
        { ...enedis, count: 39, start: '2026-04-01T12:00:00+02:00' },
        { ...enedis, count: 39, end: 'tomorrow' },
        { ...enedis, count: 39, missing: 'none' },
      ];
      await send(...others.map((each) => ({ payload: holed, enedis: each })));
      for (const { enedis: described } of sent) {
        const { start, end, expected, received, coverage } = described;
        assert.deepEqual([start, end], [some[0]!.start, some[39]!.end]);
        assert.deepEqual([expected, received, coverage], [40, 39, 39 / 40]);
        assert.deepEqual(described.missing, [{ start: some[7]!.start, end: some[7]!.end }]);
        assert.ok(!('reconciled' in described));
      }
      assert.equal(sent.length, others.length);
    });
  });

  it('two years of half-hours don’t hold the event loop', async () => {
    await load({ period: 'hour', output: 'rows' });
    const payload = halfHours('2024-11-20', 730);
    const take = mock.method(Turns.prototype, 'take');
    await send({ payload });
    const chances = take.mock.callCount();
    take.mock.restore();
    const hours = payload.length / 2;
    // Others may have their turn after every 500 readings and rows, every day remembered, every hour added up and made.
    assert.ok(chances >= payload.length / 500 + hours / 500 + 730 + 2 * hours, `${chances} times`);
    assert.equal(sent[0]!.payload.length, hours);
  });

  describe('what can’t be used', () => {
    const bad = days('2026-04-01', 3).map((reading, place) =>
      place === 1 ? { ...reading, unit: 'kW' } : reading,
    );

    it('is named; the rest is sent', async () => {
      await load();
      await send({ payload: bad });
      assert.deepEqual(shown(), [[['2026-04', 2.002, 2, 30]]]);
      assert.equal(caught[0]!.error.code, 'ENEDIS_INPUT');
      assert.match(caught[0]!.error.message, /msg\.payload\[1\]\.unit/);
      assert.equal(completed.length, 0);
    });

    for (const payload of ['text', 12, null, undefined, { state: 'running' }, [1]]) {
      it(`a payload that isn’t readings: ${JSON.stringify(payload)}`, async () => {
        await load();
        await send({ payload });
        assert.equal(caught[0]!.error.code, 'ENEDIS_INPUT');
        assert.match(caught[0]!.error.message, /msg\.payload/);
        assert.deepEqual(sent, []);
      });
    }

    it('a series that doesn’t go with the settings is told of once, the others go on', async () => {
      await load({ period: 'hour' });
      await send({ payload: [...days('2026-04-01', 2), ...halfHours('2026-04-01')] });
      assert.equal(sent[0]!.payload.length, 24);
      assert.equal(caught[0]!.error.code, 'ENEDIS_INPUT');
      await send({ payload: days('2026-04-03', 1) });
      assert.deepEqual([caught.length, completed.length], [1, 1]);
    });

    it('what was held before the settings were changed is told of once, the others go on', async () => {
      await load({ period: 'hour', incomplete: 'hold' });
      const memory = new SeriesMemory();
      const accumulator = new Accumulator(ID, memory, 'month', 'auto', 'hold');
      const [{ measures }] = read(days('2026-04-01', 3)) as [Group];
      for (const made of accumulator.take(measures)) assert.equal(made, null);
      helper.getNode('aggregate').context().set(`enedis_${PDL}_consumption_daily`, memory.state);
      await send({ payload: halfHours('2026-04-01').slice(0, 47), complete: true });
      assert.deepEqual([sent[0]!.payload.length, sent[0]!.complete], [24, true]);
      assert.match(caught[0]!.error.message, /daily/);
      await send({ payload: halfHours('2026-04-02'), complete: true });
      assert.deepEqual([sent[1]!.payload.length, caught.length, completed.length], [24, 1, 1]);
    });

    it('two things wrong with one message are both told', async () => {
      await load({ period: 'hour' });
      await send({ payload: [...bad, ...halfHours('2026-04-01')] });
      await send({ payload: [] });
      assert.equal(sent[0]!.payload.length, 24);
      assert.deepEqual(
        caught.map(({ error }) => /unit|daily/.exec(error.message)?.[0]),
        ['unit', 'daily'],
      );
    });

    it('a series that was told of stays in the status, beside another that goes well', async () => {
      await load({ period: 'hour' });
      const statuses: { fill: string; text: string }[] = [];
      helper.getNode('aggregate').status = (status) => void statuses.push(status as never);
      const payload = [...days('2026-04-01', 2), ...halfHours('2026-04-01')];
      await send({ payload });
      assert.equal(statuses.at(-1)!.fill, 'red');
      await send({ payload });
      assert.equal(statuses.at(-1)!.fill, 'yellow');
    });

    it('a sum of maximum power', async () => {
      await load({ fn: 'sum' });
      await send({ payload: days('2026-04-01', 2, 'maxPower') });
      assert.match(caught[0]!.error.message, /maxPower/);
    });

    it('a setting that doesn’t exist', async () => {
      await load({ period: 'fortnight' });
      await send({ payload: days('2026-04-01', 2) });
      assert.equal(caught[0]!.error.code, 'ENEDIS_CONFIG');
    });
  });
});
