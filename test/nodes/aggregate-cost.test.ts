/** What a flow gets of `enedis-aggregate` where it adds up euros, and what it is told where nothing says what they are. */
import assert from 'node:assert/strict';
import type { EventEmitter } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import type { NodeMessage } from 'node-red';
import helper from 'node-red-node-test-helper';
import type { AggregateDescription } from '../../lib/messages';
import type { Aggregate } from '../../lib/figures/aggregate';
import type { Direction } from '../../lib/readings/reading';
import { toReadings } from '../../lib/readings/to-readings';
import aggregateNode from '../../nodes/aggregate/enedis-aggregate';
import configNode from '../../nodes/config/enedis-config';
import { useServices } from '../../nodes/shared/services';
import tariffNode from '../../nodes/tariff/enedis-tariff';
import { FakeClock } from '../support/fake-clock';
import { curveOf } from '../support/tariffs';

const PDL = '22516914714270';
const onCanvas = { z: 'tab', x: 0, y: 0 };

interface Sent {
  topic: string;
  payload: Aggregate[];
  enedis: AggregateDescription;
}

interface Caught {
  error: Error & { code: string };
}

const HPHC = {
  id: 'bleu',
  type: 'enedis-tariff',
  name: 'Tarif Bleu',
  offer: 'hphc',
  prices: 'own',
  windows: [{ from: '', winter: '22:00-06:00' }],
  versions: [{ from: '2026-01-01', kwh: { HC: 0.1, HP: 0.2 } }],
};
const FEED_IN = {
  id: 'surplus',
  type: 'enedis-tariff',
  name: 'Surplus',
  direction: 'production',
  offer: 'base',
  prices: 'own',
  versions: [{ from: '2026-01-01', kwh: { BASE: 0.04 } }],
};

const message = (
  direction: Direction,
  from = '2026-11-20',
  to = '2026-11-21',
  watts = 1000,
): NodeMessage => ({
  payload: toReadings({ usagePointId: PDL, direction, series: 'loadCurve' }, curveOf(from, to, watts)),
});

helper.init(require.resolve('node-red'));

describe('the aggregate node and money', { timeout: 60_000 }, () => {
  let sent: Sent[];
  let caught: Caught[];

  before(() => new Promise<void>((resolve) => helper.startServer(resolve)));
  after(() => new Promise<void>((resolve) => helper.stopServer(resolve)));
  beforeEach(() => {
    helper.settings({ userDir: mkdtempSync(join(tmpdir(), 'enedis-nodes-')), lang: 'en-US' });
    useServices({
      clock: new FakeClock('2026-11-26T08:00:00Z'),
      random: () => 0.5,
      http: () => Promise.reject(new Error('nothing is asked here')),
    });
  });
  afterEach(async () => {
    await helper.unload();
    useServices();
  });

  async function start(
    settings: object,
    meter: object = { tariff: 'bleu', feedIn: 'surplus' },
  ): Promise<void> {
    const usual = { period: 'day', fn: 'cost', incomplete: 'emit', output: 'readings', store: '' };
    await helper.load(
      [configNode, tariffNode, aggregateNode],
      [
        { id: 'tab', type: 'tab', label: 'flow' },
        HPHC,
        FEED_IN,
        {
          id: 'meter',
          type: 'enedis-config',
          gateway: 'demo',
          usagePointId: PDL,
          direction: 'both',
          ...meter,
        },
        { id: 'aggregate', ...onCanvas, type: 'enedis-aggregate', ...usual, ...settings, wires: [['sent']] },
        { id: 'sent', ...onCanvas, type: 'helper' },
        { id: 'complete', ...onCanvas, type: 'complete', scope: ['aggregate'], wires: [['ended']] },
        { id: 'catch', ...onCanvas, type: 'catch', scope: ['aggregate'], wires: [['caught', 'ended']] },
        { id: 'ended', ...onCanvas, type: 'helper' },
        { id: 'caught', ...onCanvas, type: 'helper' },
      ],
      {},
    );
    sent = [];
    caught = [];
    helper.getNode('sent').on('input', (msg: unknown) => void sent.push(msg as Sent));
    helper.getNode('caught').on('input', (msg: unknown) => void caught.push(msg as Caught));
  }

  /** Until the node is done with it, be it by an error. */
  async function send(...messages: NodeMessage[]): Promise<void> {
    for (const each of messages) {
      const ended = new Promise<void>((resolve) => helper.getNode('ended').once('input', () => resolve()));
      helper.getNode('aggregate').receive(each);
      await ended;
    }
  }

  it('without a tariff of its own it takes the meter’s: consumption costs, feeding in earns', async () => {
    await start({});
    await send(message('consumption'), message('production'));
    assert.deepEqual(
      sent.map(({ topic, payload: [figure], enedis }) => [
        topic,
        figure?.value,
        figure?.unit,
        enedis.unit,
        enedis.fn,
        enedis.tariffName,
      ]),
      [
        [`enedis/${PDL}/consumption/energy`, 4, 'EUR', 'EUR', 'cost', 'Tarif Bleu'],
        [`enedis/${PDL}/production/energy`, 0.96, 'EUR', 'EUR', 'cost', 'Surplus'],
      ],
    );
    assert.deepEqual(caught, []);
  });

  it('a meter that isn’t in this Node-RED is priced by the node’s own tariff', async () => {
    await start({ tariff: 'bleu' }, { usagePointId: '32320647321714' });
    await send(message('consumption'));
    assert.equal(sent[0]?.payload[0]?.value, 4);
  });

  it('without any tariff it says so once, and what to do', async () => {
    await start({}, {});
    await send(message('consumption'));
    assert.equal(caught.length, 1);
    assert.equal(caught[0]?.error.code, 'ENEDIS_CONFIG');
    assert.match(caught[0].error.message, /No tariff tells what “consumption” costs/);
    await send(message('consumption', '2026-11-21', '2026-11-22'));
    assert.equal(caught.length, 1);
    assert.deepEqual(sent, []);
  });

  it('a tariff prices its own direction only', async () => {
    await start({ tariff: 'surplus' });
    await send(message('consumption'));
    assert.match(caught[0]?.error.message ?? '', /“Surplus” isn't made for “consumption”/);
    await send(message('production'));
    assert.equal(sent[0]?.payload[0]?.value, 0.96);
  });

  it('the subscription of an hour is refused with the name of the setting, and so is the split of a mean', async () => {
    await start({ period: 'hour', fixed: true });
    await send(message('consumption'));
    assert.match(caught[0]?.error.message ?? '', /fixed/);
    await helper.unload();
    await start({ fn: 'mean', split: true });
    await send(message('consumption'));
    assert.match(caught[0]?.error.message ?? '', /split/);
  });

  it('costs without a known subscription are sent without it, which is said once', async () => {
    await start({ fixed: true });
    await send(message('consumption'), message('consumption', '2026-11-21', '2026-11-22'));
    assert.deepEqual(
      sent.map(({ payload }) => [payload[0]?.value, payload[0]?.fixed]),
      [
        [4, undefined],
        [4, undefined],
      ],
    );
    assert.deepEqual(sent[0]?.enedis.unpriced?.withoutFixed, ['2026-11-20']);
    const said = helper.log().args.map(([entry]) => String((entry as { msg?: unknown }).msg));
    assert.equal(
      said.filter((each) => each.includes("doesn't tell the subscription of November 20, 2026")).length,
      1,
    );
  });

  it('what has no price is listed beside the figures, and the status says what is needed', async () => {
    await start({}, { tariff: 'bleu' });
    const shown: unknown[] = [];
    const node = helper.getNode('aggregate') as unknown as EventEmitter;
    node.on('call:status', ({ args: [{ text }] }: { args: [{ text: string }] }) => shown.push(text));
    await send(message('consumption', '2025-12-31', '2026-01-02'));
    assert.deepEqual(
      sent[0]?.payload.map(({ value, unpriced }) => [value, unpriced]),
      [
        [0, 24],
        [4, undefined],
      ],
    );
    assert.deepEqual(sent[0].enedis.unpriced?.reasons, { price: 24 });
    assert.equal(shown.at(-1), '24 kWh unpriced: no price for these dates · 09:00');
  });

  it('readings as they come have their cost, interval by interval', async () => {
    await start({ period: 'reading', output: 'rows' });
    await send(message('consumption'));
    assert.equal(sent[0]?.payload.length, 48);
    assert.deepEqual(
      [sent[0].enedis.period, sent[0].enedis.fn, sent[0].payload[0]?.value],
      ['interval', 'cost', 0.05],
    );
  });

  it('a new price of the tariff replaces what was sent, at the next message', async () => {
    await start({});
    await send(message('consumption'));
    const [first] = sent;
    await helper.unload();
    HPHC.versions = [{ from: '2026-01-01', kwh: { HC: 0.1, HP: 0.3 } }];
    await start({}).finally(() => (HPHC.versions = [{ from: '2026-01-01', kwh: { HC: 0.1, HP: 0.2 } }]));
    await send(message('consumption', '2026-11-21', '2026-11-22'));
    assert.deepEqual(
      sent[0]?.payload.map(({ id, value, corrects }) => [id === first?.payload[0]?.id, value, corrects]),
      [
        [true, 5.6, 4],
        [false, 5.6, undefined],
      ],
    );
  });
});
