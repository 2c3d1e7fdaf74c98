/**
 * The nodes as Node-RED sees them: messages in, messages out, `done` proven by Complete and Catch nodes, statuses, closing.
 * The gateways are simulated; the clock is ours.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import type { Node } from 'node-red';
import helper from 'node-red-node-test-helper';
import type { Reading } from '../../lib/readings/reading';
import type { SentSummary, Summary } from '../../lib/query/summary';
import type { Description } from '../../lib/figures/describe';
import { createSimulator, createToken, faults, listen, type Simulator } from '../../lib/simulator';
import { createHttp } from '../../lib/http/http';
import { useServices } from '../../nodes/shared/services';
import configNode from '../../nodes/config/enedis-config';
import fetchNode from '../../nodes/fetch-yesterday/enedis-fetch-yesterday';
import tariffNode from '../../nodes/tariff/enedis-tariff';
import { FakeClock } from '../support/fake-clock';

const METER = '22516914714270';
const TOKEN = createToken({ sub: [METER], exp: 4_102_444_800 });

interface ReadingsMessage {
  payload: Reading[];
  topic: string;
  enedis: Description;
  [property: string]: unknown;
}

type Flow = Record<string, unknown>[];

/** Without a place on a tab, Node-RED takes a node for a config node. */
const onCanvas = { z: 'tab', x: 0, y: 0 };

helper.init(require.resolve('node-red'));

describe('enedis-fetch-yesterday on the canvas', { timeout: 60_000 }, () => {
  let clock: FakeClock;
  let simulator: Simulator;
  let server: Awaited<ReturnType<typeof listen>>;
  let userDir: string;

  before(() => new Promise<void>((resolve) => helper.startServer(resolve)));
  after(() => new Promise<void>((resolve) => helper.stopServer(resolve)));

  beforeEach(async () => {
    clock = new FakeClock('2026-06-10T12:00:00Z');
    simulator = createSimulator({ clock, tokens: [TOKEN] });
    server = await listen(simulator);
    userDir = mkdtempSync(join(tmpdir(), 'enedis-nodes-'));
    helper.settings({ userDir, lang: 'en-US' });
    useServices({ clock, random: () => 0.5, http: createHttp({ timeoutMs: 2_000 }) });
  });

  afterEach(async () => {
    await helper.unload();
    await server.close();
    useServices();
  });

  function flow(config: Record<string, unknown> = {}, fetch: Record<string, unknown> = {}): Flow {
    return [
      { id: 'tab', type: 'tab', label: 'flow' },
      {
        id: 'config',
        type: 'enedis-config',
        gateway: 'conso-api',
        usagePointId: METER,
        direction: 'both',
        loadCurve: true,
        baseUrl: server.url,
        ...config,
      },
      {
        id: 'fetch',
        ...onCanvas,
        type: 'enedis-fetch-yesterday',
        config: 'config',
        schedule: 'input',
        firstCollect: true,
        wires: [['readings'], ['summary']],
        ...fetch,
      },
      { id: 'readings', ...onCanvas, type: 'helper' },
      { id: 'summary', ...onCanvas, type: 'helper' },
      { id: 'complete', ...onCanvas, type: 'complete', scope: ['fetch'], wires: [['completed']] },
      { id: 'completed', ...onCanvas, type: 'helper' },
      { id: 'catch', ...onCanvas, type: 'catch', scope: ['fetch'], wires: [['caught']] },
      { id: 'caught', ...onCanvas, type: 'helper' },
    ];
  }

  async function load(
    nodes: Flow,
    credentials: Record<string, unknown> = { config: { token: TOKEN } },
  ): Promise<void> {
    await helper.load([configNode, fetchNode], nodes, credentials);
  }

  /** Collects what arrives at a node; `next()` waits for one more. */
  function inbox<T>(id: string): { all: T[]; next: () => Promise<T> } {
    const all: T[] = [];
    const waiting: ((message: T) => void)[] = [];
    let taken = 0;
    helper.getNode(id).on('input', (message: unknown) => {
      all.push(message as T);
      const first = waiting.shift();
      if (first) {
        taken++;
        first(message as T);
      }
    });
    return {
      all,
      next: async () =>
        taken < all.length ? all[taken++]! : clock.finish(new Promise<T>((resolve) => waiting.push(resolve))),
    };
  }

  it('sends one message a direction and series, then the summary, then is done; what came in is preserved', async () => {
    await load(flow());
    const [readings, summary, completed, caught] = [
      inbox<ReadingsMessage>('readings'),
      inbox<{ payload: Summary; topic: string; mine: string }>('summary'),
      inbox<{ mine: string; _msgid: string }>('completed'),
      inbox('caught'),
    ];
    helper.getNode('fetch').receive({ mine: 'kept', _msgid: 'the-message', payload: 'go' });
    const done = await completed.next();
    assert.equal(done.mine, 'kept');
    assert.deepEqual(
      readings.all.map(({ topic }) => topic).sort(),
      [
        'consumption/daily',
        'consumption/loadCurve',
        'consumption/maxPower',
        'production/daily',
        'production/loadCurve',
      ].map((name) => `enedis/${METER}/${name}`),
    );
    for (const message of readings.all) {
      assert.equal(message.mine, 'kept');
      assert.equal(message._msgid, 'the-message');
      assert.equal(message.enedis.count, message.payload.length);
      assert.equal(message.enedis.coverage, 1);
      assert.deepEqual(message.enedis.missing, []);
      assert.equal(message.enedis.source, 'network');
    }
    const curve = readings.all.find(({ topic }) => topic.endsWith('consumption/loadCurve'))!;
    assert.equal(curve.payload.length, 7 * 48);
    assert.deepEqual(curve.enedis.reconciled, { days: 7, offBy: [] });
    assert.deepEqual(Object.keys(curve.payload[0]!), [
      'id',
      'usagePointId',
      'direction',
      'series',
      'start',
      'end',
      'value',
      'unit',
      'quality',
    ]);
    assert.equal(summary.all.length, 1);
    assert.equal(summary.all[0]!.topic, `enedis/${METER}/summary`);
    assert.equal(summary.all[0]!.payload.freshness, 'complete');
    assert.deepEqual(caught.all, []);

    // What is known isn't asked nor sent again.
    const requests = simulator.requests.length;
    helper.getNode('fetch').receive({ payload: 'again' });
    await completed.next();
    assert.equal(simulator.requests.length, requests);
    assert.equal(readings.all.length, 5);
    assert.equal(summary.all.length, 2);
  });

  it('a press hands over yesterday again from the archive, where that is wanted; nothing of it is news', async () => {
    await load(flow({ direction: 'consumption', name: 'Maison' }, { replay: true }));
    const [readings, summary, completed] = [
      inbox<ReadingsMessage>('readings'),
      inbox<{ payload: SentSummary }>('summary'),
      inbox('completed'),
    ];
    helper.getNode('fetch').receive({ payload: 'go' });
    await completed.next();
    assert.deepEqual(summary.all[0]!.payload.news, [
      'consumption.day',
      'consumption.month',
      'consumption.year',
      'consumption.maxPower',
      'consumption.power',
    ]);
    assert.equal(summary.all[0]!.payload.meter, 'Maison');
    assert.ok(readings.all.every(({ enedis }) => enedis.meter === 'Maison'));
    const requests = simulator.requests.length;
    helper.getNode('fetch').receive({ payload: 'again' });
    await completed.next();
    assert.equal(simulator.requests.length, requests);
    const again = readings.all.slice(3);
    assert.deepEqual(
      again.map(({ enedis, payload }) => [enedis.series, enedis.source, payload.length]),
      [
        ['daily', 'archive', 1],
        ['maxPower', 'archive', 1],
        ['loadCurve', 'archive', 48],
      ],
    );
    assert.deepEqual([summary.all.length, summary.all[1]!.payload.news], [2, []]);
  });

  it('the summary has euros where the meter has a tariff; one that can’t be used is told once, and the summary comes', async () => {
    const base = { id: 'bleu', type: 'enedis-tariff', offer: 'base', prices: 'regulated', power: '6' };
    const nodes = flow({ direction: 'consumption', tariff: 'bleu' });
    await helper.load([configNode, fetchNode, tariffNode], [...nodes, base], { config: { token: TOKEN } });
    let [summary, completed] = [inbox<{ payload: SentSummary }>('summary'), inbox('completed')];
    helper.getNode('fetch').receive({ payload: 'go' });
    await completed.next();
    const { day, month, maxPower } = summary.all[0]!.payload.consumption!;
    // The price of February 2026 at 6 kVA.
    assert.equal(day!.cost!.value, Math.round(day!.value * 19_400) / 100_000);
    assert.deepEqual(Object.keys(month!.byPeriod!), ['BASE']);
    assert.deepEqual([day!.cost!.unpriced, maxPower!.subscribed], [0, 6]);
    assert.ok(day!.cost!.fixed! > 0);

    await helper.unload();
    await helper.load([configNode, fetchNode, tariffNode], [...nodes, { ...base, power: '-6' }], {
      config: { token: TOKEN },
    });
    [summary, completed] = [inbox<{ payload: SentSummary }>('summary'), inbox('completed')];
    const caught = inbox<{ error: { code: string; message: string } }>('caught');
    for (const press of ['go', 'again']) {
      helper.getNode('fetch').receive({ payload: press });
      await completed.next();
    }
    assert.deepEqual(
      summary.all.map(({ payload }) => [payload.freshness, payload.consumption!.day!.cost]),
      [
        ['complete', undefined],
        ['complete', undefined],
      ],
    );
    assert.deepEqual(
      caught.all.map(({ error }) => error.code),
      ['ENEDIS_CONFIG'],
    );
    assert.match(caught.all[0]!.error.message, /power/);
  });

  it('the summary comes once a day, when yesterday’s energy is there', async () => {
    simulator.publish({ date: '2026-06-09', at: '14:10' });
    await load(flow({ direction: 'consumption' }, { summaryOnce: true, firstCollect: false }));
    const [summary, completed] = [inbox<{ payload: SentSummary }>('summary'), inbox('completed')];
    helper.getNode('fetch').receive({ payload: 'early' });
    await completed.next();
    assert.equal(summary.all.length, 0);
    clock.set('2026-06-10T12:30:00Z');
    for (let press = 0; press < 3; press++) {
      helper.getNode('fetch').receive({ payload: 'later' });
      await completed.next();
    }
    assert.equal(summary.all.length, 1);
    assert.ok(summary.all[0]!.payload.consumption?.day?.upToDate);
    clock.set('2026-06-11T12:30:00Z');
    helper.getNode('fetch').receive({ payload: 'the next day' });
    await completed.next();
    assert.equal(summary.all.length, 2);
  });

  it('a press before yesterday is there doesn’t use up the day’s only summary', async () => {
    simulator.publish({ date: '2026-06-09', at: '14:10' });
    await load(
      flow({ direction: 'consumption' }, { summaryOnce: true, replay: true, schedule: 'automatic' }),
    );
    const [summary, completed] = [inbox<{ payload: SentSummary }>('summary'), inbox('completed')];
    await live('2026-06-10T11:59:00Z');
    helper.getNode('fetch').receive({ payload: 'early' });
    await completed.next();
    assert.deepEqual(
      summary.all.map(({ payload }) => payload.consumption?.day?.upToDate),
      [false],
    );
    await live('2026-06-11T02:00:00Z');
    assert.deepEqual(
      summary.all.map(({ payload }) => payload.consumption?.day?.upToDate),
      [false, true],
    );
  });

  it('the once-a-day summary of a meter that only produces comes, although both directions were asked for', async () => {
    await server.close();
    simulator = createSimulator({
      clock,
      tokens: [TOKEN],
      usagePoints: { [METER]: { consumption: false, production: true, loadCurve: true } },
    });
    server = await listen(simulator);
    await load(flow({}, { summaryOnce: true }));
    const [summary, caught] = [inbox<{ payload: SentSummary }>('summary'), inbox('caught')];
    helper.getNode('fetch').receive({ payload: 'go' });
    await caught.next();
    assert.deepEqual(
      summary.all.map(({ payload }) => payload.production?.day?.upToDate),
      [true],
    );
  });

  it('the summary says what stands in the way, since when, and what to do', async () => {
    simulator.publish({ date: '2026-06-09', at: '19:10' });
    await load(flow({ direction: 'consumption' }));
    const [summary, completed, caught] = [
      inbox<{ payload: SentSummary }>('summary'),
      inbox('completed'),
      inbox('caught'),
    ];
    helper.getNode('fetch').receive({ payload: 'go' });
    await completed.next();
    assert.deepEqual(caught.all, [], 'no data yet isn’t an error');
    const { problem } = summary.all[0]!.payload;
    assert.equal(problem?.code, 'ENEDIS_NO_DATA');
    assert.match(problem.since, /^2026-06-10T14:00:0\d\+02:00$/);
    simulator.inject({ fault: faults.error('ADAM-DC-0008') });
    clock.set('2026-06-11T06:00:00Z');
    helper.getNode('fetch').receive({ payload: 'go' });
    await caught.next();
    const { code, advice, since, retryAt } = summary.all[1]!.payload.problem!;
    assert.deepEqual([code, since.slice(0, 16)], ['ENEDIS_CONSENT', '2026-06-11T08:00']);
    assert.ok(advice.length > 10 && retryAt !== undefined);
    simulator.clearFaults();
    helper.getNode('fetch').receive({ payload: 'go' });
    await completed.next();
    assert.equal(summary.all[2]!.payload.problem, undefined);
  });

  it('credentials that are gone are told at once, and not tomorrow', async () => {
    await load(flow({ direction: 'consumption' }, { schedule: 'automatic', firstCollect: false }), {
      config: {},
    });
    const caught = inbox<{ error: { code: string } }>('caught');
    await clock.settle(() => untilAppointment());
    await new Promise(setImmediate);
    assert.equal(caught.all[0]?.error.code, 'ENEDIS_CREDENTIALS');
    assert.match(statuses().at(-1)!, /^red /);
    assert.equal(simulator.requests.length, 0);
  });

  it('two messages at once are one round of requests', async () => {
    await load(flow({ direction: 'consumption' }));
    const completed = inbox('completed');
    helper.getNode('fetch').receive({ payload: 1 });
    helper.getNode('fetch').receive({ payload: 2 });
    await completed.next();
    await completed.next();
    assert.equal(simulator.requests.length, 3);
  });

  it('by itself: on the day’s schedule, told by status', async () => {
    await load(flow({}, { schedule: 'automatic' }));
    const readings = inbox<ReadingsMessage>('readings');
    const summary = inbox('summary');
    await clock.settle(() => untilAppointment());
    assert.deepEqual(statuses(), ['grey next try 14:00']);
    await live('2026-06-10T12:00:30Z');
    await summary.next();
    assert.equal(readings.all.length, 5);
    const count = readings.all.reduce((sum, { payload }) => sum + payload.length, 0);
    assert.deepEqual(statuses(), ['blue asking…', `green ${count} readings · 14:00`]);
    await live('2026-06-11T12:00:00Z');
    assert.match(statuses().at(-1)!, /^green \d+ readings · 08:00$/);
    helper.getNode('fetch').receive({ payload: 'now' });
    await inbox('completed').next();
    assert.deepEqual(statuses(), ['blue asking…', 'green up to date · 14:00']);
  });

  it('yesterday is late: that, and when it goes on', async () => {
    simulator.publish({ date: '2026-06-09', at: '15:30' });
    await load(flow({ direction: 'consumption' }, { schedule: 'automatic' }));
    await live('2026-06-10T12:30:00Z');
    assert.deepEqual(statuses().slice(-3), [
      'blue asking…',
      'yellow not published yet · 14:00',
      'yellow not published, retry 14:33',
    ]);
    await live('2026-06-10T13:45:00Z');
    assert.match(statuses().at(-1)!, /^green \d+ readings · 15:39$/);
  });

  it('a series that may never come: the day isn’t told to be complete', async () => {
    for (let day = 5; day < 16; day++) {
      const date = `2026-06-${String(day).padStart(2, '0')}`;
      simulator.publish({ date, at: Date.parse('2026-07-01T10:00:00Z'), series: 'maxPower' });
    }
    await load(flow({ direction: 'consumption' }));
    const completed = inbox('completed');
    for (let day = 10; day < 16; day++) {
      clock.set(`2026-06-${day}T12:00:00Z`);
      helper.getNode('fetch').receive({ payload: 'now' });
      await completed.next();
    }
    assert.equal(statuses().at(-1), 'yellow incomplete · 14:00');
  });

  it('a meter that has one direction only: an error when it is news, then a line in the log', async () => {
    await server.close();
    simulator = createSimulator({
      clock,
      tokens: [TOKEN],
      usagePoints: { [METER]: { consumption: true, loadCurve: true } },
    });
    server = await listen(simulator);
    await load(flow());
    const [completed, caught] = [inbox('completed'), inbox<{ error: { code: string } }>('caught')];
    const warned = (): unknown[][] => (helper.getNode('fetch').warn as unknown as { args: unknown[][] }).args;
    helper.getNode('fetch').receive({ payload: 'now' });
    assert.equal((await caught.next()).error.code, 'ENEDIS_WRONG_DIRECTION');
    assert.deepEqual(warned(), []);
    for (const day of [11, 12]) {
      clock.set(`2026-06-${day}T12:00:00Z`);
      helper.getNode('fetch').receive({ payload: 'now' });
      await completed.next();
      assert.match(statuses().at(-1)!, /^green/);
      assert.equal(warned().length, 1);
    }
    assert.match(String(warned()[0]), /measure this direction/);
  });

  const failures: Record<string, { code: string; start?: string; breaks?: () => void }> = {
    'a refusal': {
      code: 'check the consent',
      breaks: () => void simulator.inject({ fault: faults.error('ADAM-DC-0008') }),
    },
    'a disk that is gone': {
      code: 'disk problem',
      breaks: () => {
        renameSync(join(userDir, 'enedis'), join(userDir, 'moved'));
        writeFileSync(join(userDir, 'enedis'), '');
      },
    },
    'a clock that says 1970': { code: 'check the settings', start: '1970-01-01T00:00:20Z' },
  };
  for (const [name, { code, start, breaks }] of Object.entries(failures)) {
    it(`${name}: red, and stays so until the next attempt`, async () => {
      if (start === undefined) simulator.publish({ date: '2026-06-09', at: '19:00' });
      else clock.set(start);
      await load(flow({ direction: 'consumption' }, { schedule: 'automatic' }));
      await live(start === undefined ? '2026-06-10T12:10:00Z' : '1970-01-01T00:02:00Z');
      if (start === undefined) assert.equal(statuses().at(-1), 'yellow not published, retry 14:33');
      breaks?.();
      await live(start === undefined ? '2026-06-10T12:45:00Z' : '1970-01-01T00:03:00Z');
      assert.equal(statuses().at(-1), `red ${code}`);
    });
  }

  /** What the node has shown since the last look. */
  function statuses(): string[] {
    const { status } = helper.getNode('fetch') as unknown as {
      status: { args: [{ fill: string; text: string }][]; resetHistory: () => void };
    };
    const shown = status.args.map(([{ fill, text }]) => `${fill} ${text}`);
    status.resetHistory();
    return shown;
  }

  async function live(iso: string): Promise<void> {
    await clock.runUntil(iso, untilAppointment);
  }

  /** The node plans after it is made; there is nothing to await but the appointment itself. */
  async function untilAppointment(): Promise<void> {
    while (clock.appointments.length === 0) await new Promise(setImmediate);
  }

  const wrong: Record<
    string,
    {
      config?: Record<string, unknown>;
      fetch?: Record<string, unknown>;
      credentials?: object;
      fault?: () => void;
      code: string;
      requests?: number;
    }
  > = {
    'a PDL of 13 digits': { config: { usagePointId: '2251691471427' }, code: 'ENEDIS_CONFIG' },
    'no PDL': { config: { usagePointId: '' }, code: 'ENEDIS_CONFIG' },
    'an unknown gateway': { config: { gateway: 'linky.example' }, code: 'ENEDIS_CONFIG' },
    'a base URL over plain http': { config: { baseUrl: 'http://conso.example' }, code: 'ENEDIS_CONFIG' },
    'no config node': { fetch: { config: 'nowhere' }, code: 'ENEDIS_CONFIG' },
    'a window that ends before it starts': {
      fetch: { schedule: 'automatic', windowStart: '10:00', windowEnd: '06:00' },
      code: 'ENEDIS_CONFIG',
    },
    'a window that ends when it starts': {
      fetch: { schedule: 'automatic', windowStart: '06:00', windowEnd: '06:00' },
      code: 'ENEDIS_CONFIG',
    },
    'a pace of half a minute': {
      fetch: { schedule: 'automatic', retryEvery: '45.5' },
      code: 'ENEDIS_CONFIG',
    },
    'no token': { credentials: { config: {} }, code: 'ENEDIS_CREDENTIALS' },
    'another meter’s token': {
      credentials: { config: { token: createToken({ sub: ['12345678901234'], exp: 4_102_444_800 }) } },
      code: 'ENEDIS_CREDENTIALS',
    },
    'an expired token': {
      credentials: {
        config: { token: createToken({ sub: [METER], iat: 1_500_000_000, exp: 1_600_000_000 }) },
      },
      code: 'ENEDIS_CREDENTIALS',
    },
    'a gateway that can’t be reached': { config: { baseUrl: 'http://127.0.0.1:1' }, code: 'ENEDIS_NETWORK' },
    'an HTML page with status 200': {
      fault: () => simulator.inject({ fault: faults.html200() }),
      code: 'ENEDIS_RESPONSE',
      requests: 2,
    },
    'a body that isn’t JSON': {
      fault: () => simulator.inject({ fault: faults.notJson() }),
      code: 'ENEDIS_RESPONSE',
      requests: 2,
    },
    'a truncated body': {
      fault: () => simulator.inject({ fault: faults.truncatedJson() }),
      code: 'ENEDIS_RESPONSE',
      requests: 2,
    },
    'another meter’s answer': {
      fault: () => simulator.inject({ fault: faults.otherUsagePoint('12345678901234') }),
      code: 'ENEDIS_RESPONSE',
      requests: 2,
    },
    'no consent': {
      fault: () => simulator.inject({ fault: faults.error('ADAM-DC-0008') }),
      code: 'ENEDIS_CONSENT',
      requests: 2,
    },
    'a reset connection': {
      fault: () => simulator.inject({ fault: faults.reset() }),
      code: 'ENEDIS_NETWORK',
      requests: 2,
    },
  };
  for (const [name, { config, fetch, credentials, fault, code, requests = 0 }] of Object.entries(wrong)) {
    it(`${name}: ${code} to a Catch node, a red status, no Complete, no secret`, async () => {
      fault?.();
      await load(
        flow(config, fetch),
        (credentials ?? { config: { token: TOKEN } }) as Record<string, unknown>,
      );
      const caught = inbox<{ error: { code: string; message: string }; mine: string }>('caught');
      const completed = inbox('completed');
      const statuses: string[] = [];
      (helper.getNode('fetch') as Node & NodeJS.EventEmitter).on(
        'call:status',
        (call: { args: { fill: string }[] }) => {
          statuses.push(call.args[0]!.fill);
        },
      );
      helper.getNode('fetch').receive({ mine: 'kept' });
      let message = await caught.next();
      // In automatic mode the node has complained by itself before; the message's own error follows.
      if (message.mine === undefined) message = await caught.next();
      assert.equal(message.error.code, code);
      assert.equal(statuses.at(-1), 'red');
      assert.deepEqual(completed.all, []);
      assert.equal(simulator.requests.length, requests);
      const told = inspect([message, helper.log().args], { depth: 12 });
      for (const secret of [TOKEN, METER])
        assert.ok(!told.includes(secret), `${secret.slice(0, 6)}… was told`);
    });
  }

  it('closing during a request ends it within a second', async () => {
    simulator.inject({ fault: faults.stall() });
    await load(flow());
    const sent = new Promise<void>((resolve) => {
      const look = (): void => void (simulator.requests.length > 0 ? resolve() : setImmediate(look));
      look();
    });
    helper.getNode('fetch').receive({ payload: 'go' });
    await sent;
    const before = process.hrtime.bigint();
    await helper.unload();
    assert.ok(process.hrtime.bigint() - before < 1_000_000_000n);
  });
});
