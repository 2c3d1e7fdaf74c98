/**
 * Prices in a real Node-RED: colours over HTTP from simulated sites on this machine, changes on their second by the
 * system's own timers, restarts; and the recipes, each as it is imported.
 */
import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, afterEach, before, describe, it } from 'node:test';
import { addDays, datesBetween, isoParis } from '../../lib/readings/paris';
import { createDaySites, truthOf, type DaySites } from '../../lib/simulator';
import { ROOT } from '../support/installed';
import { checkEvcc } from '../support/neighbours';
import {
  type FlowNode,
  type NodeRed,
  readFlow,
  sink,
  type StartOptions,
  startNodeRed,
  startsAt,
  withSinks,
} from '../support/node-red';

interface Price {
  reason: string;
  period?: string;
  start?: string;
  day?: { date: string; kind?: string; state?: string };
  tomorrow?: { date: string; kind?: string; state?: string };
}

const FLOW: FlowNode[] = [
  { id: 'tab', type: 'tab', label: 'Test' },
  { id: 'tariff', type: 'enedis-tariff', name: '', ...{ offer: 'tempo', prices: 'regulated', power: '9' } },
  {
    id: 'price',
    type: 'enedis-price',
    z: 'tab',
    tariff: 'tariff',
    ahead: 'rates',
    wires: [['sink-now'], ['sink-ahead']],
  },
  sink('now', 'tab'),
  sink('ahead', 'tab'),
];

describe('prices in Node-RED', { timeout: 240_000 }, () => {
  let sites: DaySites;
  let server: Server;
  let nodeRed: NodeRed;
  /** How far the clocks of Node-RED and of the sites are ahead of the machine's. */
  let ahead = 0;

  before(async () => {
    sites = createDaySites({ clock: { now: () => Date.now() + ahead } });
    server = createServer((request, response) => {
      const { url = '/', headers } = request;
      void sites
        .handle({ method: 'GET', url, headers: headers as Record<string, string> })
        .then(({ status, headers: answered, body }) => {
          response.writeHead(status, answered).end(body);
        });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  after(() => {
    server?.close();
  });
  afterEach(async () => {
    if (nodeRed?.isRunning) await nodeRed.kill();
  });

  /**
   * A Node-RED whose clock is at an instant when it is first looked at, however long Node-RED took to come to it; what is
   * drawn at random is nought.
   */
  async function start(iso: string, options: StartOptions = {}): Promise<void> {
    ahead = Date.parse(iso) - Date.now();
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const sources = {
      cre: false,
      rte: `${url}/rte`,
      couleurTempo: `${url}/couleur-tempo`,
      edf: `${url}/edf`,
    };
    nodeRed = await startNodeRed({ settings: { enedis: { sources } }, prologue: startsAt(iso), ...options });
  }

  const next = async (fits: (price: Price) => boolean, sinkName = 'now'): Promise<Price> =>
    (await nodeRed.next(sinkName, ({ payload }) => fits(payload as Price))).payload as Price;

  it('colours come over HTTP, a change comes on its second, and a restart tells nothing again', async () => {
    await start('2026-11-25T21:59:56+01:00', { flows: FLOW });
    const first = await next(({ reason }) => reason === 'start');
    const begun = Date.now();
    assert.equal(first.period, undefined, 'nothing is known yet');
    const known = await next(({ tomorrow, day }) => day?.kind !== undefined && tomorrow?.kind !== undefined);
    assert.equal(known.day?.kind, truthOf('tempo', '2026-11-25'));
    assert.equal(known.tomorrow?.kind, truthOf('tempo', '2026-11-26'));
    assert.equal(known.tomorrow?.state, 'final', 'two sources have said so');
    const change = await next(
      ({ period, reason }) => reason === 'period' && period?.startsWith('HC') === true,
    );
    const passed = Date.now() - begun;
    assert.ok(
      passed > 2000 && passed < 5500,
      `${passed} ms after the start, four seconds before ten o'clock`,
    );
    assert.equal(change.start, '2026-11-25T22:00:00+01:00');
    for (const { headers } of sites.asked)
      assert.match(headers['user-agent'] ?? '', /^node-red-contrib-enedis\/\d/);

    const asked = sites.asked.length;
    const { userDir } = nodeRed;
    await nodeRed.stop();
    await start('2026-11-25T22:30:00+01:00', { userDir });
    const again = await next(({ reason }) => reason === 'start');
    assert.equal(again.tomorrow?.state, 'final', 'from the disk, without a network');
    assert.deepEqual(
      nodeRed.arrived('now').map(({ payload }) => (payload as Price).reason),
      ['start'],
    );
    assert.equal(sites.asked.length, asked);
  });

  it('a hostile site breaks nothing, and is told once', async () => {
    for (const site of ['rte', 'couleur-tempo', 'edf'] as const) sites.trouble(site, 'page');
    await start('2026-11-25T12:00:00+01:00', { flows: FLOW });
    await nodeRed.until(() => nodeRed.log().includes('no source gave a usable answer'), 'the warning');
    const { day } = await next(({ reason }) => reason === 'start');
    assert.deepEqual(day, { date: '2026-11-25' });
    assert.equal(nodeRed.log().split('no source gave').length, 2);
    for (const site of ['rte', 'couleur-tempo', 'edf'] as const) sites.trouble(site, 'none');
  });

  /** An example whose debug nodes are sinks. */
  function example(name: string): { flow: FlowNode[]; find: (label: string) => FlowNode } {
    const flow = withSinks(readFlow(join(ROOT, 'examples', `${name}.json`)));
    return { flow, find: (label) => flow.find((node) => node.type === label || node.name === label)! };
  }
  /** The first date from one on whose colour is this, by the simulated sites. */
  const dateOf = (kind: string, from = '2026-11-26'): string =>
    datesBetween(from, addDays(from, 200)).find((date) => truthOf('tempo', date) === kind)!;
  const noon = (date: string): string => `${date}T12:00:00+01:00`;

  it('recipe: the water heater at off-peak', async () => {
    const { flow } = example('9 - Water heater at off-peak');
    await start('2026-11-25T22:29:57+01:00', { flows: flow });
    assert.equal((await nodeRed.next('relay')).payload, false, 'after a deploy it is as it should be');
    assert.equal((await nodeRed.next('relay')).payload, true);
    assert.deepEqual(nodeRed.arrived('errors'), []);
  });

  it('recipe: tomorrow is red, once, and not on other evenings', async () => {
    const red = dateOf('red');
    const { flow, find } = example('10 - Tomorrow is red');
    await start(noon(addDays(red, -1)), { flows: flow });
    await nodeRed.until(() => /Days|started/i.test(nodeRed.log()), 'the flows');
    const press = (): Promise<void> => nodeRed.inject(find('inject').id);
    // Until the simulated sites have been asked tomorrow isn't known, and nothing comes.
    for (let turn = 0; turn < 100 && nodeRed.arrived('notification').length === 0; turn++) {
      await press();
      await new Promise((resolve) => setImmediate(resolve));
    }
    const { payload } = await nodeRed.next('notification');
    assert.match(String(payload), new RegExp(`Demain, ${red}, est un jour rouge`));
    await nodeRed.kill();

    const blue = dateOf('blue', addDays(red, 1));
    await start(noon(addDays(blue, -1)), { flows: flow });
    for (let turn = 0; turn < 20; turn++) await press();
    assert.deepEqual(nodeRed.arrived('notification'), []);
    assert.deepEqual(nodeRed.arrived('errors'), []);
  });

  for (const [kind, charges] of [
    ['blue', true],
    ['red', false],
  ] as const)
    it(`recipe: the car on a ${kind} day`, async () => {
      const date = dateOf(kind);
      const { flow } = example('11 - Charge on blue days');
      await start(noon(date), { flows: flow });
      assert.equal((await nodeRed.next('charger')).payload, false, 'not known yet');
      // A message at each change: the colour comes with the sites' first answer.
      assert.equal((await nodeRed.next('charger')).payload, charges);
    });

  it('recipe: yesterday’s peak above the subscribed power', async () => {
    const { flow, find } = example('12 - Peak above the subscribed power');
    await start(noon('2026-11-25'), { flows: flow });
    await nodeRed.inject(find('inject').id);
    const { payload } = await nodeRed.next('notification');
    assert.match(String(payload), /\d kVA > 3 kVA/);
  });

  it('recipe: evcc asks over HTTP, and is answered with what it takes', async () => {
    const { flow } = example('13 - Prices for evcc');
    await start(noon(dateOf('blue')), { flows: flow });
    const list = async (): Promise<{ start: string; end?: string }[]> => {
      const answer = await nodeRed.request('linky/prices');
      assert.equal(answer.status, 200);
      return checkEvcc(await answer.text());
    };
    let prices = await list();
    for (let turn = 0; turn < 100 && prices.length === 0; turn++) prices = await list();
    assert.ok(Date.parse(prices.at(-1)!.end!) > Date.now() + ahead, isoParis(Date.now() + ahead));
    assert.ok(Date.parse(prices[0]!.start) <= Date.now() + ahead);
    assert.doesNotMatch(nodeRed.log(), /No response object/);
    const broken = flow.map((node) => (node.type === 'enedis-price' ? { ...node, tariff: '' } : node));
    await nodeRed.deploy(broken);
    const refused = await nodeRed.request('linky/prices');
    assert.equal(refused.status, 503);
    assert.match(await refused.text(), /tarif/i);
  });
});
