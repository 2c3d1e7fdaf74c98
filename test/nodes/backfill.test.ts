/** `enedis-backfill` as Node-RED sees it: done, Catch, steering, and messages that a core join node puts together. */
import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import splitAndJoin from '@node-red/nodes/core/sequence/17-split';
import helper from 'node-red-node-test-helper';
import type { Plan } from '../../lib/backfill/plan';
import type { Progress } from '../../lib/backfill/progress';
import { createHttp } from '../../lib/http/http';
import type { Reading } from '../../lib/readings/reading';
import { createSimulator, createToken, faults, listen, type Simulator } from '../../lib/simulator';
import backfillNode from '../../nodes/backfill/enedis-backfill';
import configNode from '../../nodes/config/enedis-config';
import { useServices } from '../../nodes/shared/services';
import { FakeClock } from '../support/fake-clock';

const METER = '22516914714270';
const TOKEN = createToken({ sub: [METER], exp: 4_102_444_800 });
/** Without a place on a tab, Node-RED takes a node for a config node. */
const onCanvas = { z: 'tab', x: 0, y: 0 };
const NONE = { complete: undefined, parts: undefined, enedis: undefined };

describe('enedis-backfill on the canvas', { timeout: 240_000 }, () => {
  let clock: FakeClock;
  let simulator: Simulator;
  let server: Awaited<ReturnType<typeof listen>>;

  before(() => new Promise<void>((resolve) => helper.startServer(resolve)));
  after(() => new Promise<void>((resolve) => helper.stopServer(resolve)));

  beforeEach(async () => {
    clock = new FakeClock('2026-06-10T12:00:00Z');
    simulator = createSimulator({ clock, tokens: [TOKEN] });
    server = await listen(simulator);
    helper.settings({ userDir: mkdtempSync(join(tmpdir(), 'enedis-nodes-')) });
    useServices({ clock, random: () => 0.5, http: createHttp() });
    const config = {
      gateway: 'conso-api',
      usagePointId: METER,
      direction: 'consumption',
      baseUrl: server.url,
    };
    const nodes = [
      { id: 'tab', type: 'tab', label: 'flow' },
      { id: 'config', type: 'enedis-config', ...config },
      {
        id: 'backfill',
        ...onCanvas,
        type: 'enedis-backfill',
        config: 'config',
        series: [],
        order: 'newest',
        start: 'from',
        startType: 'msg',
        endType: 'yesterday',
        wires: [['readings', 'join'], ['progress']],
      },
      {
        id: 'undated',
        ...onCanvas,
        type: 'enedis-backfill',
        config: 'config',
        series: [],
        order: 'newest',
        start: ' ',
        startType: 'date',
        endType: 'yesterday',
        wires: [[], ['progress']],
      },
      {
        id: 'undecided',
        ...onCanvas,
        type: 'enedis-backfill',
        config: 'config',
        start: 'lastDecade',
        startType: 'range',
        endType: 'yesterday',
        wires: [[], ['progress']],
      },
      { id: 'readings', ...onCanvas, type: 'helper' },
      { id: 'progress', ...onCanvas, type: 'helper' },
      { id: 'join', ...onCanvas, type: 'join', mode: 'auto', wires: [['joined']] },
      { id: 'joined', ...onCanvas, type: 'helper' },
      { id: 'complete', ...onCanvas, type: 'complete', scope: ['backfill'], wires: [['completed']] },
      { id: 'completed', ...onCanvas, type: 'helper' },
      {
        id: 'catch',
        ...onCanvas,
        type: 'catch',
        scope: ['backfill', 'undated', 'undecided'],
        wires: [['caught']],
      },
      { id: 'caught', ...onCanvas, type: 'helper' },
    ];
    await helper.load([configNode, backfillNode, splitAndJoin], nodes, { config: { token: TOKEN } });
  });

  afterEach(async () => {
    await helper.unload();
    await server.close();
    useServices();
  });

  /** The first message at a node for which `wanted` holds; the time goes on meanwhile. */
  function first<T>(id: string, wanted: (message: T) => boolean = () => true): Promise<T> {
    const arrived = new Promise<T>((resolve) => {
      helper.getNode(id).on('input', (message: unknown) => {
        if (wanted(message as T)) resolve(message as T);
      });
    });
    return clock.finish(arrived);
  }

  function all<T>(id: string): T[] {
    const messages: T[] = [];
    helper.getNode(id).on('input', (message: unknown) => void messages.push(message as T));
    return messages;
  }

  function send(message: Record<string, unknown>): void {
    helper.getNode('backfill').receive(message);
  }

  it('is done once it has started; brings everything, which a join node puts together', async () => {
    const done = first<{ payload: Progress }>('progress', ({ payload }) => payload.state === 'done');
    const [completed, joined] = [all('completed'), first<{ payload: Reading[][]; mine: string }>('joined')];
    const progress = all<{ payload: Progress; topic: string }>('progress');
    send({ from: '2026-06-01', mine: 'kept' });
    const { payload, mine } = await joined;
    assert.equal(mine, 'kept');
    const readings = payload.flat();
    assert.equal(readings.length, 9 * (1 + 1 + 48));
    assert.equal(new Set(readings.map(({ id }) => id)).size, readings.length);
    await done;
    assert.equal(completed.length, 1);
    assert.equal(progress.at(-1)?.topic, `enedis/${METER}/backfill`);
    assert.equal(progress.at(-1)?.payload.state, 'done');
    assert.equal(progress.at(-1)?.payload.percent, 100);
    assert.equal(
      simulator.requests.length,
      4,
      'nine days: one request a daily series, two of the load curve',
    );
  });

  it('plans without a request', async () => {
    const planned = first<{ payload: Plan }>('progress', ({ payload }) => payload.state === 'planned');
    send({ payload: 'plan', from: '2026-06-01' });
    const { payload } = await planned;
    assert.equal(payload.requests, 4);
    assert.equal(payload.from, '2026-06-01');
    assert.equal(simulator.requests.length, 0);
  });

  const wrong: Record<string, Record<string, unknown>> = {
    'start after end': { start: '2026-06-05', end: '2026-06-01' },
    'a date in the future': { start: '2026-07-01' },
    'a nonsense date': { start: '31/02/2026' },
    'a period that has no such name': { start: 'lastDecade' },
    'a period in words of its own': { end: 'last month' },
    'an unknown series': { series: ['hourly'] },
    'a series of numbers': { series: 12 },
    'a period Enedis has forgotten': { start: '1999-01-01', end: '1999-12-31' },
  };
  for (const [name, message] of Object.entries(wrong)) {
    it(`${name}: one clear error, nothing requested`, async () => {
      const caught = first<{ error: { code: string; message: string } }>('caught');
      const completed = all('completed');
      send({ mine: 'kept', ...message });
      const { error } = await caught;
      assert.match(error.code, /^ENEDIS_(INPUT|PERIOD)$/);
      assert.deepEqual(completed, []);
      assert.equal(simulator.requests.length, 0);
    });
  }

  it('last month, from a message: its first day and its last', async () => {
    const planned = first<{ payload: Plan }>('progress', ({ payload }) => payload.state === 'planned');
    send({ payload: 'plan', start: 'lastMonth', end: 'lastMonth' });
    const { from, to } = (await planned).payload;
    assert.deepEqual([from, to], ['2026-05-01', '2026-05-31']);
  });

  const hostile: Record<string, () => Record<string, unknown>> = {
    'a property that fails when it is looked at': () =>
      Object.defineProperty({}, 'start', {
        enumerable: true,
        get: () => {
          throw new Error('no');
        },
      }),
    'a proxy that is revoked': () => {
      const { proxy, revoke } = Proxy.revocable({}, {});
      revoke();
      return { start: proxy };
    },
    'an object in a circle for a day': () => {
      const circle: Record<string, unknown> = {};
      circle.itself = circle;
      return { start: circle };
    },
    'a megabyte for a day': () => ({ start: '2'.repeat(1_000_000) }),
    'a thousand series': () => ({ series: Array.from({ length: 1_000 }, () => 'gas') }),
    'a symbol': () => ({ end: Symbol('day') }),
  };
  for (const [name, made] of Object.entries(hostile)) {
    it(`${name}: the message is told to be wrong, not this package`, async () => {
      const caught = first<{ error: { code: string } }>('caught');
      send(made());
      const { error } = await caught;
      assert.equal(error.code, 'ENEDIS_INPUT');
      assert.equal(simulator.requests.length, 0);
    });
  }

  for (const [what, node] of [
    ['a date that was chosen and not typed in', 'undated'],
    ['a chosen period that has no such name', 'undecided'],
  ] as const)
    it(`${what} is an error, not everything`, async () => {
      const caught = first<{ error: { code: string; message: string } }>('caught');
      helper.getNode(node).receive({ payload: 'plan' });
      const { error } = await caught;
      assert.equal(error.code, 'ENEDIS_CONFIG');
      assert.match(error.message, /start/);
    });

  for (const payload of ['plan ', 'Plan']) {
    it(`takes ${JSON.stringify(payload)} for a command, not for a start`, async () => {
      const told = first<{ payload: Plan }>('progress');
      send({ payload, from: '2026-06-01' });
      assert.equal((await told).payload.state, 'planned');
    });
  }

  it('before any start nothing is left to be done', async () => {
    const told = first<{ payload: Progress }>('progress');
    send({ payload: 'status' });
    const { state, total, percent } = (await told).payload;
    assert.deepEqual({ state, total, percent }, { state: 'done', total: 0, percent: 100 });
  });

  it('what another backfill’s last message says of its sequence goes no further', async () => {
    const done = first<{ payload: Progress }>('progress', ({ payload }) => payload.state === 'done');
    const chunks = all<{ complete?: boolean; parts: { id: string; parts?: unknown }; mine?: number }>(
      'readings',
    );
    const progress = all<Record<string, unknown>>('progress');
    send({
      from: '2026-06-01',
      mine: 1,
      complete: true,
      parts: { id: 'other', index: 3, count: 4 },
      enedis: { series: 'daily' },
    });
    await done;
    assert.ok(chunks.length > 2);
    assert.deepEqual(
      chunks.map(({ complete }) => complete),
      chunks.map((_, place) => (place === chunks.length - 1 ? true : undefined)),
    );
    assert.ok(chunks.every(({ parts, mine }) => parts.id !== 'other' && !parts.parts && mine === 1));
    for (const { complete, parts, enedis, mine } of progress)
      assert.deepEqual({ complete, parts, enedis, mine }, { ...NONE, mine: 1 });
  });

  it('who steers a run, or starts it again, is answered with the message that asked', async () => {
    const waiting = first<{ payload: Progress }>('progress', ({ payload }) => payload.state === 'waiting');
    send({ series: 'loadCurve', mine: 'the start’s' });
    await waiting;
    for (const payload of ['status', 'pause', 'resume', 'again', 'cancel']) {
      const answer = first<{ asked?: string; mine?: string; payload: Progress }>(
        'progress',
        ({ asked }) => asked === payload,
      );
      send({ payload, asked: payload });
      assert.equal((await answer).mine, undefined);
    }
  });

  it('a plan or a bad message leaves a waiting run in sight', async ({ mock }) => {
    const waiting = first<{ payload: Progress }>('progress', ({ payload }) => payload.state === 'waiting');
    const status = mock.method(helper.getNode('backfill'), 'status').mock;
    const shown = (): unknown => status.calls.at(-1)?.arguments[0];
    send({ series: 'loadCurve' });
    await waiting;
    const waits = shown();
    assert.match(JSON.stringify(waits), /yellow/);
    const planned = first<{ payload: Plan }>('progress', ({ payload }) => payload.state === 'planned');
    send({ payload: 'plan', series: 'daily' });
    await planned;
    assert.deepEqual(shown(), waits);
    const caught = first('caught');
    send({ payload: 'plan', start: 'nonsense' });
    await caught;
    assert.deepEqual(shown(), waits);
  });

  it('a refusal while it runs goes to a Catch node', async () => {
    simulator.inject({ fault: faults.error('ADAM-DC-0008') });
    const caught = first<{ error: { code: string } }>('caught');
    send({ from: '2026-06-01' });
    assert.equal((await caught).error.code, 'ENEDIS_CONSENT');
    // A second series was asked, to know whether it is the meter's.
    assert.equal(simulator.requests.length, 2);
  });
});
