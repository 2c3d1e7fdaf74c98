/**
 * Official prices in a real Node-RED: they come from the regulator's files, once a day, and outlast a restart and
 * whatever the file may be instead. The regulator is a simulated one on this machine, and the days pass by a clock that
 * is ahead.
 */
import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { createCre, type Cre } from '../../lib/simulator';
import { PACKAGE } from '../support/installed';
import { type FlowNode, type NodeRed, type StartOptions, startNodeRed } from '../support/node-red';

const DAY = 86_400_000;
/** The regulator's file has other digits from here on than what ships. */
const START = Date.parse('2026-11-25T10:00:00+01:00');

const TARIFF: FlowNode = {
  id: 'tariff',
  type: 'enedis-tariff',
  name: 'Maison',
  ...{ offer: 'base', prices: 'regulated', power: '9', windows: [], versions: [] },
  earlier: [{ until: '2025-01-01', offer: 'tempo', prices: 'regulated', power: 9 }],
};
const meter = (gateway: string): FlowNode => ({
  id: 'meter',
  type: 'enedis-config',
  ...{ gateway, usagePointId: '22516914714270', direction: 'consumption', tariff: 'tariff' },
});
const FLOW = [{ id: 'tab', type: 'tab', label: 'Test' }, meter('conso-api'), TARIFF];

interface Official {
  from: string;
  isOfficial: boolean;
  checkedAt: string | null;
}

describe('official prices in Node-RED', { timeout: 240_000 }, () => {
  let cre: Cre;
  let server: Server;
  let url: string;
  let nodeRed: NodeRed;
  /** How far the clocks of Node-RED and of the regulator are ahead of the machine's. */
  let ahead = START - Date.now();

  before(async () => {
    cre = createCre({ clock: { now: () => Date.now() + ahead } });
    server = createServer((request, response) => {
      void cre
        .handle({ method: 'GET', url: request.url ?? '/', headers: {} })
        .then(({ status, headers, body }) => {
          response.writeHead(status, headers).end(body);
        });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/files`;
  });
  after(async () => {
    server?.close();
    if (nodeRed?.isRunning) await nodeRed.kill();
  });

  /** Looks for prices at once: what is drawn at random is nought. */
  async function start(options: StartOptions): Promise<NodeRed> {
    const prologue = `
      const { join } = require('node:path');
      const built = join(__dirname, 'node_modules', '${PACKAGE}', 'dist');
      const { systemClock } = require(join(built, 'lib', 'async', 'clock.js'));
      const { useServices } = require(join(built, 'nodes', 'shared', 'services.js'));
      const now = () => Date.now() + ${ahead};
      const at = (when, task) => systemClock.at(when - ${ahead}, task);
      useServices({ clock: { ...systemClock, now, at }, random: () => 0 });`;
    nodeRed = await startNodeRed({ settings: { enedis: { sources: { cre: url } } }, prologue, ...options });
    return nodeRed;
  }

  async function preview(): Promise<{ official: Official | null; price: number | undefined }> {
    const answer = await nodeRed.request('enedis-tariff/preview', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(TARIFF),
    });
    const { official, days } = (await answer.json()) as {
      official: Official | null;
      days: { stretches: { price: number }[] }[];
    };
    return { official, price: days[0]?.stretches[0]?.price };
  }

  const base = async (): Promise<number | undefined> => (await preview()).price;
  const lastChecked = async (): Promise<string | null> => (await preview()).official?.checkedAt ?? null;

  it('arrive, of the offers that a tariff has or had, once a day and whatever is deployed', async () => {
    await start({ flows: FLOW });
    await nodeRed.until(() => /regulator has published new ones \(.*tempo/.test(nodeRed.log()), 'new prices');
    assert.equal(await base(), 0.19852);
    const { official } = await preview();
    assert.deepEqual([official?.from, official?.isOfficial], ['2026-08-01', true]);
    assert.match(official?.checkedAt ?? '', /^2026-11-25T10:/);
    await nodeRed.deploy([
      ...FLOW,
      { ...TARIFF, id: 'second', offer: 'hphc', windows: [{ winter: '22-6' }] },
    ]);
    await nodeRed.until(() => nodeRed.log().includes('new ones (hphc)'), 'the prices of another offer');
    assert.deepEqual(cre.asked, ['Option_Base.csv', 'Option_Tempo.csv', 'Option_HPHC.csv']);
    const { took } = await nodeRed.stop();
    assert.ok(took < 5000, `${took} ms`);
  });

  it('outlast a restart without a network, and nobody is asked before a day is over', async () => {
    ahead += DAY / 2;
    await start({ userDir: nodeRed.userDir });
    assert.equal(await base(), 0.19852);
    assert.equal(cre.asked.length, 3);
    await nodeRed.stop();
    ahead += DAY;
    const { userDir } = nodeRed;
    await start({ userDir, settings: { enedis: { sources: { cre: 'http://127.0.0.1:1/' } } } });
    await nodeRed.until(() => nodeRed.log().includes("127.0.0.1:1 can't be reached"), 'what went wrong');
    assert.equal(await base(), 0.19852);
    await nodeRed.deploy(FLOW);
    assert.equal(nodeRed.log().match(/can't be reached/g)?.length, 1, 'once');
    await nodeRed.stop();
  });

  it('stay what they were when the file is a web page, late, of the future or has its dates swapped', async () => {
    const { userDir } = nodeRed;
    for (const [prepare, says] of [
      [() => cre.trouble('page'), /file can't be read/],
      [() => cre.publishDaysBefore(-200), null],
      [() => cre.publishDaysBefore(100), /new ones/],
      [() => cre.trouble('swappedDates'), null],
    ] as const) {
      ahead += 1.1 * DAY;
      cre.trouble('none');
      cre.publishDaysBefore(0);
      prepare();
      await start({ userDir });
      const checkedAt = await lastChecked();
      if (says) await nodeRed.until(() => says.test(nodeRed.log()), String(says));
      else while ((await lastChecked()) === checkedAt) assert.ok(nodeRed.isRunning);
      await nodeRed.stop();
      cre.trouble('missing');
      await start({ userDir });
      assert.equal(await base(), 0.19852, String(prepare));
      assert.equal(nodeRed.isRunning, true);
      await nodeRed.stop();
    }
  });

  it('of a tariff that demo meters alone use come from the simulator', async () => {
    const before = cre.asked.length;
    await start({ flows: [FLOW[0]!, meter('demo'), TARIFF] });
    await nodeRed.until(() => nodeRed.log().includes('regulator has published new ones'), 'new prices');
    assert.equal(await base(), 0.19852);
    assert.equal(cre.asked.length, before, 'nothing went over the network');
    await nodeRed.stop();
  });

  it('are asked of nobody where settings.js says so, or names an address that can’t be one', async () => {
    const before = cre.asked.length;
    for (const [address, says] of [
      [false, /Started flows/],
      ['http://192.0.2.1/files', /address of enedis\.sources\.cre in settings\.js can't be used/],
    ] as const) {
      await start({ flows: FLOW, settings: { enedis: { sources: { cre: address } } } });
      await nodeRed.until(() => says.test(nodeRed.log()), String(says));
      assert.equal(await base(), 0.1985, 'what ships counts');
      assert.doesNotMatch(nodeRed.log(), /could not be checked/);
      await nodeRed.stop();
    }
    assert.equal(cre.asked.length, before);
  });
});
