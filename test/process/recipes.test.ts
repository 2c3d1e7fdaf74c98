/** Recipes of the README that end at somebody else's door, with the real thing behind it. */
import assert from 'node:assert/strict';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { ROOT } from '../support/installed';
import { readFlow, startNodeRed } from '../support/node-red';
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
