/** Recipes of the README that end at somebody else's door, with the real thing behind it, or in the real thing before it. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { aggregate } from '../../lib/figures/aggregate';
import { parisDay } from '../../lib/readings/paris';
import { ROOT } from '../support/installed';
import { type FlowNode, type NodeRed, readFlow, sink, startNodeRed } from '../support/node-red';
import { library } from '../support/tools';

interface Published {
  topic: string;
  payload: Buffer;
  retain: boolean;
}

interface Broker {
  handle(socket: Socket): void;
  on(event: 'publish', listener: (packet: Published) => void): void;
  close(done: () => void): void;
}

describe('MQTT', () => {
  it('has the summary as JSON, kept for whoever connects later', async () => {
    const { Aedes } = (await library('aedes', '1.2.0')) as { Aedes: { createBroker(): Promise<Broker> } };
    const broker = await Aedes.createBroker();
    const server = createServer((socket) => broker.handle(socket));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const published = new Promise<Published>((resolve) => {
      broker.on('publish', (packet) => {
        if (packet.topic.startsWith('enedis/')) resolve(packet);
      });
    });
    const example = readFlow(join(ROOT, 'examples', '1 - Yesterday to debug.json'));
    const fetchYesterday = example.find(({ type }) => type === 'enedis-fetch-yesterday')!;
    const flows = [
      ...example.map((node) =>
        node === fetchYesterday ? { ...node, wires: [[], ['mqtt']], schedule: 'input' } : node,
      ),
      {
        id: 'mqtt',
        type: 'mqtt out',
        z: fetchYesterday.z!,
        topic: '',
        retain: 'true',
        broker: 'broker',
        wires: [],
      },
      {
        ...{ id: 'broker', type: 'mqtt-broker', broker: '127.0.0.1', clientid: '', autoConnect: true },
        ...{ port: String((server.address() as AddressInfo).port), protocolVersion: '4', keepalive: '60' },
      },
    ];
    const nodeRed = await startNodeRed({ flows });
    try {
      await nodeRed.until(() => nodeRed.log().includes('Connected to broker'), 'the broker');
      await nodeRed.inject(flows.find(({ type }) => type === 'inject')!.id);
      const { topic, payload, retain } = await published;
      assert.match(topic, /^enedis\/\d{14}\/summary$/);
      assert.equal(retain, true);
      const summary = JSON.parse(payload.toString()) as { freshness: string };
      assert.equal(summary.freshness, 'complete');
    } finally {
      await nodeRed.kill();
      await new Promise<void>((resolve) => broker.close(resolve));
      server.close();
    }
  });
});

interface Imported {
  type: string;
  metadata: object;
  stats: { start: string; state: number; sum: number }[];
}

describe('Home Assistant', () => {
  const HALF_HOUR = 1_800_000;
  const READMES = [
    ['README.md', 'Linky, consumption'],
    ['README.fr.md', 'Linky, consommation'],
  ] as const;
  let nodeRed: NodeRed;

  /** What the aggregate node sends of a day by the hour: half-hours of 0, 100, 200… watts. */
  function hours(date: string, direction: 'consumption' | 'production'): object[] {
    const { start, end } = parisDay(date);
    const measures = Array.from({ length: (end - start) / HALF_HOUR }, (_, place) => ({
      start: start + place * HALF_HOUR,
      end: start + (place + 1) * HALF_HOUR,
      amount: place * 100,
      quality: 'raw' as const,
    }));
    const id = { usagePointId: '22516914714270', direction, series: 'loadCurve' } as const;
    return aggregate(id, measures, 'hour', 'auto');
  }

  /** Presses an inject that sends it; `to` is the function of one README. */
  const sends = (id: string, run: string, date: string, direction: 'consumption' | 'production') =>
    READMES.map(([file]): FlowNode => {
      const json = (p: string, value: unknown) => ({ p, v: JSON.stringify(value), vt: 'json' });
      const props = [
        json('payload', hours(date, direction)),
        json('enedis', { direction }),
        json('parts', { id: run }),
      ];
      return { id: `${id} ${file}`, type: 'inject', z: 'tab', props, wires: [[file]] };
    });

  before(async () => {
    nodeRed = await startNodeRed({
      flows: [
        { id: 'tab', type: 'tab', label: 'Home Assistant' },
        ...READMES.flatMap(([file]): FlowNode[] => {
          const [, code = ''] =
            /```js\n((?:(?!```)[^])*recorder\/import_statistics[^]*?)```/.exec(
              readFileSync(join(ROOT, file), 'utf8'),
            ) ?? [];
          return [
            { id: file, type: 'function', z: 'tab', func: code, outputs: 1, wires: [[`sink-${file}`]] },
            sink(file, 'tab'),
          ];
        }),
        ...sends('first', 'one', '2026-11-21', 'consumption'),
        ...sends('production', 'one', '2026-11-21', 'production'),
        ...sends('second', 'one', '2026-11-22', 'consumption'),
        ...sends('again', 'two', '2026-11-21', 'consumption'),
        { id: 'catch', type: 'catch', z: 'tab', scope: null, uncaught: false, wires: [['sink-errors']] },
        sink('errors', 'tab'),
      ],
    });
  });
  after(async () => {
    await nodeRed?.kill();
  });

  for (const [file, name] of READMES)
    it(`the function of ${file} runs as it stands in a function node, and adds up from the first message of a run`, async () => {
      const imported = async (id: string): Promise<Imported> => {
        await nodeRed.inject(`${id} ${file}`);
        const { payload } = await nodeRed.next(file);
        return payload as Imported;
      };
      const first = await imported('first');
      assert.equal(first.type, 'recorder/import_statistics');
      assert.deepEqual(first.metadata, {
        source: 'enedis',
        statistic_id: 'enedis:linky_consumption',
        name,
        unit_of_measurement: 'kWh',
        unit_class: 'energy',
        has_sum: true,
        mean_type: 0,
      });
      assert.equal(first.stats.length, 24);
      assert.deepEqual(first.stats[0], { start: '2026-11-21T00:00:00+01:00', state: 0.05, sum: 0.05 });
      // 0 + 100 + … + 4,700 watts for half an hour each.
      assert.equal(first.stats.at(-1)?.sum, 56.4);
      assert.equal((await imported('production')).stats.at(-1)?.sum, 56.4);
      assert.equal((await imported('second')).stats.at(-1)?.sum, 112.8);
      assert.equal((await imported('again')).stats.at(-1)?.sum, 56.4);
      assert.deepEqual(nodeRed.arrived('errors'), []);
    });
});
