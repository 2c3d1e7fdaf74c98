/**
 * Aggregates where they go: the examples run in a real Node-RED with the very packages they name, a chart, InfluxDB's
 * protocol, SQLite; and what a node holds over a restart.
 */
import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, afterEach, before, describe, it } from 'node:test';
import type { Aggregate } from '../../lib/figures/aggregate';
import { ROOT, userDirWithPackage } from '../support/installed';
import { type FlowNode, type NodeRed, readFlow, sink, startNodeRed, withSinks } from '../support/node-red';
import { addNodesOfExamples } from '../support/tools';

const PDL = '22516914714270';

/** An example, its nodes found by type or name. */
function example(name: string): { flow: FlowNode[]; find: (label: string) => FlowNode } {
  const flow = withSinks(readFlow(join(ROOT, 'examples', `${name}.json`)));
  const find = (label: string): FlowNode => {
    const found = flow.find((node) => node.type === label || node.name === label);
    assert.ok(found, label);
    return found;
  };
  return { flow, find };
}

/** What the example's function makes of the figures, for the chart. */
interface Update {
  chartOptions: {
    xAxis: { data: string[] };
    series: { name: string; data: { name: string; value: number | null }[] }[];
  };
}

// The first time, SQLite is compiled.
describe('examples that aggregate', { timeout: 600_000 }, () => {
  let nodeRed: NodeRed;

  before(async () => {
    const userDir = await userDirWithPackage();
    await addNodesOfExamples(userDir);
    nodeRed = await startNodeRed({ userDir });
  });
  after(async () => {
    await nodeRed?.kill();
  });
  afterEach(() => {
    assert.deepEqual(nodeRed.arrived('errors'), []);
  });

  it('has every node that the examples use', async () => {
    const sets = await nodeRed.json<{ types: string[]; enabled: boolean; err?: string }[]>('nodes');
    for (const type of ['ui-chart', 'influxdb batch', 'sqlite', 'enedis-aggregate']) {
      const set = sets.find(({ types }) => types.includes(type));
      assert.ok(set, `${type} isn't installed`);
      assert.equal(set.err, undefined, `${type}: ${set.err}`);
    }
  });

  it('3: daily energy on a chart, a bar a day', async () => {
    const { flow, find } = example('3 - Daily energy to a chart');
    const days = find('function');
    days.wires = [[...(days.wires?.[0] ?? []), 'sink-chart']];
    await nodeRed.deploy([...flow, sink('chart', days.z ?? '')]);
    await nodeRed.inject(find('inject').id);
    // Both directions have come.
    const { ui_update: update } = await nodeRed.next(
      'chart',
      ({ ui_update }) => (ui_update as Update).chartOptions.series.length === 2,
    );
    const { xAxis, series } = (update as Update).chartOptions;
    assert.ok(xAxis.data.length >= 58, `${xAxis.data.length} days`);
    assert.equal(new Set(xAxis.data).size, xAxis.data.length);
    assert.deepEqual(
      series.map(({ name }) => name),
      ['Consommation', 'Production'],
    );
    for (const [place, day] of xAxis.data.entries()) {
      const bar = series[0]!.data[place]!;
      assert.ok(bar.value! > 0, `${day}: ${bar.value}`);
      // As a French reader sees it: lun. 28 sept. · Consommation 8,123 kWh.
      assert.match(bar.name, /^\S+ \d+ \S+ · Consommation \d+(,\d+)? kWh$/);
      assert.ok(bar.name.startsWith(day));
    }
  });

  it('8: what yesterday cost, whole, by period, and the month with its subscription', async () => {
    const { flow, find } = example('8 - What yesterday cost');
    await nodeRed.deploy(flow);
    await nodeRed.inject(find('inject').id);
    const isPriced = ({ payload }: { payload?: unknown }): boolean =>
      (payload as Aggregate[]).some(({ energy = 0 }) => energy > 0);
    const [days, parts, month] = await Promise.all(
      ['cost', 'cost by period', 'cost of the month'].map(async (name) => {
        const { payload } = await nodeRed.next(name, isPriced);
        return payload as Aggregate[];
      }),
    );
    const yesterday = days!.at(-1)!;
    assert.deepEqual([yesterday.unit, yesterday.coverage, yesterday.unpriced], ['EUR', 1, undefined]);
    assert.ok(yesterday.value > 0.5 && yesterday.value < 50, String(yesterday.value));
    const ofYesterday = parts!.filter(({ start }) => start === yesterday.start);
    assert.deepEqual(ofYesterday.map(({ tariffPeriod }) => tariffPeriod).sort(), ['HC', 'HP']);
    const sum = ofYesterday.reduce((units, { value }) => units + Math.round(value * 100_000), 0);
    assert.equal(sum, Math.round(yesterday.value * 100_000));
    assert.ok(month!.at(-1)!.fixed! > 0);
  });

  describe('4: half-hours to InfluxDB', () => {
    let server: Server;
    const lines = new Set<string>();
    let received = 0;

    before(async () => {
      server = createServer((request, response) => {
        let body = '';
        request.setEncoding('utf8').on('data', (text: string) => (body += text));
        request.on('end', () => {
          assert.match(request.url ?? '', /^\/write\?.*db=linky/);
          for (const line of body.split('\n').filter(Boolean)) {
            received++;
            lines.add(line);
          }
          response.writeHead(204).end();
        });
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    });
    after(() => server.close());

    it('leaves as line protocol, each half-hour at its start, in kW; sent again, the same lines', async () => {
      const { flow, find } = example('4 - Half-hours to InfluxDB');
      find('influxdb').port = String((server.address() as AddressInfo).port);
      const aggregate = find('enedis-aggregate');
      aggregate.wires = [[...(aggregate.wires?.[0] ?? []), 'sink-points']];
      const written = {
        id: 'complete',
        type: 'complete',
        z: aggregate.z ?? '',
        scope: [find('influxdb batch').id],
        wires: [['sink-written']],
      };
      await nodeRed.deploy(
        [...flow, sink('points', aggregate.z ?? ''), written, sink('written', aggregate.z ?? '')],
        {
          [find('influxdb').id]: { username: '', password: '' },
        },
      );
      await nodeRed.inject(find('inject').id);
      const points: { fields: { value: number }; timestamp: string; tags: Record<string, string> }[] = [];
      for (const direction of ['consumption', 'production']) {
        while (points.filter(({ tags }) => tags.direction === direction).length < 29 * 48 - 2) {
          points.push(...((await nodeRed.next('points')).payload as typeof points));
          await nodeRed.next('written');
        }
      }
      assert.equal(received, points.length);
      for (const { fields, timestamp, tags } of points) {
        assert.deepEqual(tags, {
          usagePointId: PDL,
          direction: tags.direction,
          series: 'loadCurve',
          period: 'reading',
          unit: 'kW',
        });
        const key = Object.entries(tags).map(([name, value]) => `,${name}=${value}`);
        const line = `enedis${key.join('')} value=${fields.value} ${Date.parse(timestamp)}000000`;
        assert.ok(lines.has(line), `${line} isn't among ${[...lines][0]}`);
      }
      const before = lines.size;
      assert.equal(before, points.length);
      const messages = nodeRed.arrived('written').length;
      await nodeRed.inject(find('inject').id);
      await nodeRed.until(() => nodeRed.arrived('written').length >= 2 * messages, 'the same again');
      assert.equal(lines.size, before, 'a point that should replace another');
    });
  });

  it('5: readings into SQLite, run twice, no duplicate row', async () => {
    const { flow, find } = example('5 - Readings into SQLite');
    find('sqlitedb').db = join(nodeRed.userDir, 'linky.sqlite');
    const insert = find('insérer / insert');
    insert.wires = [['sink-inserted']];
    await nodeRed.deploy([...flow, sink('inserted', insert.z ?? '')]);
    const aggregate = find('enedis-aggregate');
    assert.equal(aggregate.output, 'rows');

    const run = async (): Promise<Record<string, unknown>[]> => {
      await nodeRed.inject(find('30 jours / 30 days').id);
      await nodeRed.next('inserted', ({ complete }) => complete === true);
      await nodeRed.inject(find('combien ? / how many?').id);
      return (await nodeRed.next('lignes / rows')).payload as Record<string, unknown>[];
    };
    const once = await run();
    const counts = Object.fromEntries(
      once.map(({ series, direction, readings }) => [
        `${String(direction)}/${String(series)}`,
        Number(readings),
      ]),
    );
    assert.deepEqual(Object.keys(counts).sort(), [
      'consumption/daily',
      'consumption/loadCurve',
      'consumption/maxPower',
      'production/daily',
      'production/loadCurve',
    ]);
    assert.ok(counts['consumption/loadCurve']! >= 48 * 29 - 2, JSON.stringify(counts));
    assert.ok(once.every(({ total }) => Number(total) > 0));
    assert.deepEqual(await run(), once);
  });
});

describe('what is held', { timeout: 120_000 }, () => {
  const day = (date: number): Record<string, unknown> => ({
    usagePointId: PDL,
    direction: 'consumption',
    series: 'daily',
    unit: 'kWh',
    value: date,
    start: `2026-11-${String(date).padStart(2, '0')}T00:00:00+01:00`,
    end: new Date(
      Date.parse(`2026-11-${String(date).padStart(2, '0')}T00:00:00+01:00`) + 86_400_000,
    ).toISOString(),
  });
  const days = (from: number, to: number): string =>
    JSON.stringify(Array.from({ length: to - from + 1 }, (_, k) => day(from + k)));
  const inject = (id: string, payload: string): FlowNode => ({
    id,
    type: 'inject',
    z: 'tab',
    props: [{ p: 'payload' }],
    payload,
    payloadType: 'json',
    repeat: '',
    crontab: '',
    once: false,
    wires: [['aggregate']],
  });

  it('survives a restart in a store on disk', async () => {
    const settings = {
      contextStorage: { default: { module: 'memory' }, disk: { module: 'localfilesystem' } },
    };
    const flows: FlowNode[] = [
      { id: 'tab', type: 'tab', label: 'held' },
      inject('second', days(11, 30)),
      inject('first', days(1, 10)),
      {
        id: 'aggregate',
        type: 'enedis-aggregate',
        z: 'tab',
        name: '',
        period: 'month',
        fn: 'auto',
        incomplete: 'hold',
        output: 'readings',
        store: 'disk',
        wires: [['sink-sent']],
      },
      { id: 'complete', type: 'complete', z: 'tab', scope: ['aggregate'], wires: [['sink-done']] },
      sink('sent', 'tab'),
      sink('done', 'tab'),
    ];
    const nodeRed = await startNodeRed({ flows, settings });
    await nodeRed.inject('second');
    await nodeRed.next('done');
    assert.deepEqual(nodeRed.arrived('sent'), []);
    assert.equal((await nodeRed.stop()).signal, null);
    const again = await startNodeRed({ userDir: nodeRed.userDir, settings });
    try {
      await again.inject('first');
      const [month] = (await again.next('sent')).payload as { value: number; coverage: number }[];
      assert.deepEqual([month!.value, month!.coverage], [465, 1]);
    } finally {
      await again.stop();
    }
  });
});
