/** An MQTT broker of one's own, on a free port of this machine, and what it is told. */
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { library } from './tools';

/** What somebody has published. */
export interface Published {
  topic: string;
  payload: Buffer;
  retain: boolean;
}

interface Aedes {
  handle(socket: Socket): void;
  on(event: 'publish', listener: (packet: Published) => void): void;
  close(done: () => void): void;
}

/** A broker that listens. */
export interface Broker {
  port: string;
  /** Resolves once so many topics of ours have something: the latest by topic. */
  published(count: number): Promise<Map<string, Published>>;
  close(): Promise<void>;
}

export async function startBroker(): Promise<Broker> {
  const { Aedes: broker } = (await library('aedes', '1.2.0')) as {
    Aedes: { createBroker(): Promise<Aedes> };
  };
  const aedes = await broker.createBroker();
  const server = createServer((socket) => aedes.handle(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const latest = new Map<string, Published>();
  let told = (): void => undefined;
  aedes.on('publish', (packet) => {
    if (packet.topic.startsWith('enedis/')) latest.set(packet.topic, packet);
    told();
  });
  return {
    port: String((server.address() as AddressInfo).port),
    published: (count) =>
      new Promise((resolve) => {
        told = () => latest.size >= count && resolve(latest);
        told();
      }),
    close: async () => {
      await new Promise<void>((resolve) => aedes.close(resolve));
      server.close();
    },
  };
}
