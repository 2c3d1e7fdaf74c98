/** `enedis-price` on the canvas: what it sends, what it takes in, and what it says of what can't be used. */
import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import helper from 'node-red-node-test-helper';
import { truthOf } from '../../lib/simulator';
import configNode from '../../nodes/config/enedis-config';
import priceNode from '../../nodes/price/enedis-price';
import type { PriceNow } from '../../nodes/price/messages';
import { useServices } from '../../nodes/shared/services';
import tariffNode from '../../nodes/tariff/enedis-tariff';
import { FakeClock } from '../support/fake-clock';

const WINDOWS = [{ from: '', winter: '22:38-06:38' }];
const HPHC = {
  id: 'tariff',
  type: 'enedis-tariff',
  name: 'Maison',
  ...{ offer: 'hphc', prices: 'regulated', power: '9', windows: WINDOWS },
};
const TEMPO = { ...HPHC, offer: 'tempo', windows: [] };
const METER = {
  id: 'meter',
  type: 'enedis-config',
  ...{ gateway: 'demo', usagePointId: '22516914714270', tariff: 'tariff', feedIn: '' },
};
const PRICE = {
  id: 'price',
  type: 'enedis-price',
  z: 'tab',
  x: 1,
  y: 1,
  tariff: 'tariff',
  wires: [['now'], ['ahead']],
};
const TAB = { id: 'tab', type: 'tab' };
const helpers = ['now', 'ahead', 'errors'].map((id) => ({ id, type: 'helper', z: 'tab', x: 1, y: 1 }));
const CATCH = { id: 'catch', type: 'catch', z: 'tab', x: 1, y: 1, wires: [['errors']] };

type Message = Record<string, unknown> & { payload: PriceNow; error?: { code?: string; message: string } };

helper.init(require.resolve('node-red'));

describe('the price node', { timeout: 60_000 }, () => {
  before(() => new Promise<void>((resolve) => helper.startServer(resolve)));
  after(() => new Promise<void>((resolve) => helper.stopServer(resolve)));

  let clock: FakeClock;
  let userDir: string;
  let arrived: Record<string, Message[]>;

  beforeEach(() => {
    userDir = mkdtempSync(join(tmpdir(), 'enedis-price-'));
    clock = new FakeClock('2026-11-25T12:00:00+01:00');
    arrived = { now: [], ahead: [], errors: [] };
    use();
  });
  afterEach(async () => {
    await helper.unload();
    useServices();
  });

  const use = (sources?: unknown): void => {
    helper.settings({ userDir, lang: 'en-US', ...(sources === undefined ? {} : { enedis: { sources } }) });
    useServices({ clock, random: () => 0.5, http: () => Promise.reject(new Error('nobody is asked here')) });
  };
  const until = async (what: string, condition: () => boolean): Promise<void> => {
    // What is loaded with the first question takes its time on a busy machine.
    const giveUp = performance.now() + 20_000;
    while (performance.now() < giveUp) {
      if (condition()) return;
      await new Promise((resolve) => setImmediate(resolve));
    }
    assert.fail(`${what}: ${JSON.stringify(arrived)}`);
  };
  const load = async (...nodes: object[]): Promise<void> => {
    await helper.load(
      [configNode, tariffNode, priceNode],
      [TAB, ...helpers, CATCH, ...nodes] as Parameters<typeof helper.load>[1],
      {},
    );
    for (const id of ['now', 'ahead', 'errors'])
      helper.getNode(id).on('input', (msg) => void arrived[id]!.push(msg as Message));
  };
  const started = (...nodes: object[]): Promise<void> =>
    load(...nodes).then(() => until('the start', () => arrived.now!.length > 0));
  const live = (iso: string): Promise<void> => clock.runUntil(iso, () => Promise.resolve());
  const ask = async (message: Record<string, unknown>): Promise<void> => {
    const before = arrived.now!.length;
    helper.getNode('price').receive(message);
    await until('an answer', () => arrived.now!.length > before);
  };
  const reasons = (): string[] => arrived.now!.map(({ payload }) => payload.reason);
  const said = (): string[] => helper.log().args.map(([event]) => String((event as { msg: unknown }).msg));
  const status = (): string => {
    const calls = (helper.getNode('price').status as unknown as { args: [{ text?: string }][] }).args;
    return calls.at(-1)?.[0].text ?? '';
  };

  it('tells the state of the moment at a deploy, each change on its second, and what comes', async () => {
    await started(HPHC, METER, PRICE);
    assert.deepEqual(arrived.now![0]!.payload, {
      reason: 'start',
      period: 'HP',
      label: 'Peak',
      price: 0.2142,
      unit: 'EUR/kWh',
      start: '2026-11-25T06:38:00+01:00',
      end: '2026-11-25T22:38:00+01:00',
      next: { period: 'HC', price: 0.1589, start: '2026-11-25T22:38:00+01:00' },
    });
    assert.equal((arrived.ahead![0]!.payload as unknown as object[]).length, 5);
    assert.equal(status(), 'HP · 0.2142\u00a0€ · until 22:38 · price of August 1, 2026');
    await live('2026-11-25T22:38:00+01:00');
    await until('off-peak', () => arrived.now!.length === 2);
    assert.deepEqual([reasons()[1], arrived.now![1]!.payload.period], ['period', 'HC']);
    const before = arrived.ahead!.length;
    await live('2026-11-26T00:00:00+01:00');
    await until('midnight', () => arrived.ahead!.length > before);
    assert.equal(arrived.now!.length, 2, 'at midnight only what comes is sent');
  });

  it('a message is answered, with all it brought, req and res as they were', async () => {
    await started(HPHC, METER, { ...PRICE, ahead: 'evcc' });
    const [req, res] = [{ url: '/' }, { send: () => undefined }];
    await ask({ topic: 'question', req, res });
    const { topic, payload, req: back, res: same } = arrived.now!.at(-1)!;
    assert.deepEqual([topic, payload.reason], ['question', 'asked']);
    assert.equal(back, req);
    assert.equal(same, res);
    await until('what comes', () => arrived.ahead!.at(-1)?.res === res);
    const list = arrived.ahead!.at(-1)!.payload as unknown as object[];
    assert.deepEqual(Object.keys(list[0]!), ['start', 'end', 'value']);
  });

  it('Tempo of a simulated meter: colours from the simulated sites, told once preliminary, once final', async () => {
    clock = new FakeClock('2026-11-25T07:00:00+01:00');
    use();
    await started(TEMPO, METER, PRICE);
    await live('2026-11-25T07:01:00+01:00');
    const today = truthOf('tempo', '2026-11-25');
    await until('today’s colour', () => arrived.now!.some(({ payload }) => payload.day?.kind === today));
    const tomorrow = truthOf('tempo', '2026-11-26');
    await until('tomorrow’s', () => arrived.now!.at(-1)?.payload.tomorrow?.state === 'preliminary');
    assert.match(status(), new RegExp(`tomorrow: ${tomorrow} \\(to be confirmed\\)`));
    await live('2026-11-25T11:30:00+01:00');
    await until('the last word', () => arrived.now!.at(-1)?.payload.tomorrow?.state === 'final');
    const { reason, day, tomorrow: next, daysLeft } = arrived.now!.at(-1)!.payload;
    assert.equal(reason, 'day');
    assert.deepEqual(day, { date: '2026-11-25', kind: today, state: 'final' });
    assert.deepEqual(next, { date: '2026-11-26', kind: tomorrow, state: 'final' });
    assert.deepEqual(Object.keys(daysLeft ?? {}).sort(), ['blue', 'red', 'white']);
    assert.match(status(), new RegExp(`tomorrow: ${tomorrow} · `));
    assert.deepEqual(
      reasons(),
      ['start', 'period', 'day'],
      'with a period that was unknown, tomorrow came as well',
    );
    await helper.unload();
    arrived = { now: [], ahead: [], errors: [] };
    use();
    await started(TEMPO, METER, PRICE);
    await ask({});
    assert.deepEqual(reasons(), ['start', 'asked'], 'a restart rings no alarm again');
  });

  it('days told by hand change the price at once, are kept, and can be taken back', async () => {
    use(false);
    await started(TEMPO, METER, PRICE);
    assert.deepEqual(arrived.now![0]!.payload, {
      reason: 'start',
      unit: 'EUR/kWh',
      day: { date: '2026-11-25' },
      tomorrow: { date: '2026-11-26' },
    });
    await ask({ days: { '2026-11-25': 'red', '2026-11-26': 'blue' } });
    await until('both', () => arrived.now!.length >= 3);
    assert.deepEqual(reasons(), ['start', 'period', 'asked']);
    const { period, price, tomorrow } = arrived.now!.at(-1)!.payload;
    assert.deepEqual([period, price, tomorrow?.kind], ['HPJR', 0.7295, 'blue']);
    await ask({ days: { '2026-11-25': null } });
    await until('unknown again', () => arrived.now!.length >= 5);
    assert.equal(arrived.now!.at(-1)!.payload.period, undefined);
    assert.match(status(), /^price unknown: kind of the day/);
  });

  it('nonsense in msg.days and msg.rates is named, the rest counts, and the answer comes all the same', async () => {
    use(false);
    const SPOT = {
      ...HPHC,
      offer: 'custom',
      prices: 'own',
      versions: [{ from: '2026-01-01', kwh: { S: { rates: true, times: 1, plus: 0 } } }],
      rules: JSON.stringify({ periods: { S: 'Spot' }, rules: [{ period: 'S' }] }),
    };
    await started(SPOT, METER, PRICE);
    const rate = { start: '2026-11-25T11:00:00Z', end: '2026-11-25T12:00:00Z', value: 0.08 };
    await ask({ rates: [rate, { ...rate, value: 'cheap' }, 7] });
    await until('both errors', () => arrived.errors!.length === 2);
    assert.deepEqual(
      arrived.errors!.map(({ error }) => error?.code),
      ['ENEDIS_INPUT', 'ENEDIS_INPUT'],
    );
    assert.ok(arrived.errors!.some(({ error }) => error?.message.includes('msg.rates[1].value')));
    assert.equal(arrived.now!.at(-1)!.payload.price, 0.08);
    assert.equal(arrived.now!.at(-1)!.payload.label, 'Spot');
    await ask({ days: { '2026-11-25': 'red' } });
    await until('no days here', () => arrived.errors!.length === 3);
    assert.match(arrived.errors![2]!.error!.message, /msg\.days.*Maison/);
    await helper.unload();
    arrived = { now: [], ahead: [], errors: [] };
    use(false);
    await started(TEMPO, METER, PRICE);
    for (const days of [
      7,
      'red',
      { '2026-02-30': 'red' },
      { '2026-11-26': 'green' },
      { __proto__: 1, x: null },
    ]) {
      const count = arrived.errors!.length;
      await ask({ days });
      await until(JSON.stringify(days), () => arrived.errors!.length === count + 1);
    }
    await ask({ rates: [] });
    await until('no rates here', () =>
      arrived.errors!.some(({ error }) => error?.message.includes('msg.rates')),
    );
    assert.deepEqual(new Set(arrived.errors!.map(({ error }) => error?.code)), new Set(['ENEDIS_INPUT']));
  });

  it('without a tariff, or with one that can’t be used, says so once, and to whoever asks', async () => {
    for (const tariff of [[], [{ ...HPHC, windows: [{ from: '', winter: '25:00-06:00' }] }]]) {
      await load(...tariff, METER, PRICE);
      await until(
        'the complaint',
        () => arrived.errors!.length > 0 || said().some((each) => /tariff/i.test(each)),
      );
      const before = arrived.errors!.length;
      helper.getNode('price').receive({ topic: 'question' });
      await until('the answer', () => arrived.errors!.length > before);
      assert.equal(arrived.errors!.at(-1)!.error?.code, 'ENEDIS_CONFIG');
      assert.equal(arrived.now!.length, 0);
      await helper.unload();
      arrived = { now: [], ahead: [], errors: [] };
      use();
    }
    await load(HPHC, METER, { ...PRICE, ahead: 'tibber' });
    await until('the property', () => status() !== '');
    helper.getNode('price').receive({});
    await until('its error', () => arrived.errors!.some(({ error }) => error?.message.includes('ahead')));
  });

  it('power-saver gets half-hours, and nothing while this moment’s price isn’t known', async () => {
    use(false);
    await started(TEMPO, METER, { ...PRICE, ahead: 'power-saver' });
    assert.equal(arrived.ahead!.length, 0);
    await ask({ days: { '2026-11-24': 'blue', '2026-11-25': 'blue' } });
    await until('prices', () => arrived.ahead!.length > 0);
    const { today, tomorrow } = arrived.ahead!.at(-1)!.payload as unknown as Record<string, unknown[]>;
    assert.deepEqual([today?.length, tomorrow?.length], [48, 0]);
  });

  it('closes at once, and leaves no appointment', async () => {
    await started(TEMPO, METER, PRICE);
    assert.ok(clock.appointments.length > 0);
    await helper.unload();
    assert.deepEqual(clock.appointments, []);
  });
});
