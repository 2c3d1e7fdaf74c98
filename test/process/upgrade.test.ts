/**
 * A user directory that the version of 25 November 2026 has filled (`test/fixtures/user-dir`: flows, credentials, the archive of
 * a meter in both directions), under this version: nothing is lost, nothing is asked for again, nothing has to be done.
 */
import assert from 'node:assert/strict';
import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Reading } from '../../lib/readings/reading';
import { ROOT, userDirWithPackage } from '../support/installed';
import { type NodeRed, startNodeRed } from '../support/node-red';

const NOW = '2026-11-26T09:00:00+01:00';
const METER = '22516914714270';

/** What the old version had handed over of the days from 12 to 25 November: how many readings, and their sum. */
const BEFORE: Record<string, [count: number, thousandths: number]> = {
  'consumption/daily': [14, 502_789],
  'consumption/loadCurve': [672, 1_005_578],
  'consumption/maxPower': [14, 57_838],
  'production/daily': [14, 88_695],
  'production/loadCurve': [672, 177_390],
};

describe('after the upgrade', () => {
  let nodeRed: NodeRed;
  let userDir: string;
  let gateway: Server;
  const asked: string[] = [];

  const start = async (): Promise<void> => {
    const preloaded = join(ROOT, 'test', 'support', 'lives-at.cjs');
    nodeRed = await startNodeRed({
      userDir,
      env: { ENEDIS_TEST_NOW: NOW, NODE_OPTIONS: `--require ${JSON.stringify(preloaded)}` },
    });
  };

  before(async () => {
    gateway = createServer(({ url = '' }, response) => {
      asked.push(url);
      response.statusCode = 503;
      response.end();
    });
    await new Promise<void>((resolve) => gateway.listen(0, '127.0.0.1', resolve));
    userDir = await userDirWithPackage();
    cpSync(join(ROOT, 'test', 'fixtures', 'user-dir'), userDir, { recursive: true });
    const flows = join(userDir, 'flows.json');
    const { port } = gateway.address() as AddressInfo;
    writeFileSync(
      flows,
      readFileSync(flows, 'utf8').replace('http://127.0.0.1:9"', `http://127.0.0.1:${port}"`),
    );
    await start();
  });
  after(async () => {
    await nodeRed?.kill();
    gateway?.close();
  });

  async function replay(): Promise<void> {
    const seen = nodeRed.arrived('past').length;
    await nodeRed.inject('go');
    await nodeRed.next('past', ({ complete }) => complete === true);
    const messages = nodeRed.arrived('past').slice(seen);
    const found: typeof BEFORE = {};
    for (const { payload, enedis } of messages as unknown as {
      payload: Reading[];
      enedis: { source: string };
    }[]) {
      assert.equal(enedis.source, 'archive');
      for (const { direction, series, value } of payload) {
        const sum = (found[`${direction}/${series}`] ??= [0, 0]);
        sum[0]++;
        sum[1] += Math.round(value * 1000);
      }
    }
    assert.deepEqual(Object.fromEntries(Object.entries(found).sort()), BEFORE);
  }

  it('a backfill hands over every reading that was archived, without a request', async () => {
    await replay();
    assert.deepEqual(asked, []);
  });

  it('the summary is the one of before', async () => {
    await nodeRed.inject('press');
    const { payload } = (await nodeRed.next('summary')) as unknown as {
      payload: Record<string, Record<string, { value: number }>> & { freshness: string };
    };
    const values = (direction: string): number[] =>
      ['day', 'month', 'year', 'power'].map((name) => payload[direction]![name]!.value);
    assert.deepEqual(values('consumption'), [35.621, 711.149, 8125.471, 3.312]);
    assert.deepEqual(values('production'), [5.528, 162.158, 5259.916, 0]);
    assert.equal(payload.freshness, 'complete');
    assert.deepEqual(asked, []);
  });

  it('nothing was set aside, nobody was told of anything, and the token is still there', () => {
    assert.deepEqual(nodeRed.arrived('errors'), []);
    assert.doesNotMatch(nodeRed.log(), /\[(warn|error)\].*enedis/i);
    const left = readdirSync(join(userDir, 'enedis'), { recursive: true, encoding: 'utf8' });
    assert.deepEqual(
      left.filter((name) => name.includes('damaged')),
      [],
    );
    assert.ok(left.some((name) => name.includes(METER)));
  });

  it('and so once more after the next start', async () => {
    await nodeRed.stop();
    await start();
    await replay();
    assert.deepEqual(asked, []);
    assert.deepEqual(nodeRed.arrived('errors'), []);
  });
});
