/**
 * An installer's thousand meters on one contract with Enedis, in simulated time: a day's collection of all of them,
 * counted request by request against 5 a second and 1000 an hour.
 */
import type { Send } from '../../lib/http/http';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Collector } from '../../lib/meter/collector';
import { Daily } from '../../lib/daily/daily';
import { Home } from '../../lib/meter/home';
import { createSimulator } from '../../lib/simulator';
import { draw } from '../../lib/simulator/random';
import { FakeClock } from '../../test/support/fake-clock';
import { duration, type Figure } from '../table';

const START = '2026-11-20T05:00:00+01:00';
const END = '2026-11-20T23:59:00+01:00';
const SECOND = 1_000;
const HOUR = 3_600_000;

export async function measure(): Promise<Figure> {
  const rows = [];
  for (const meters of [1, 10, 100, 1000]) rows.push(await collect(meters));
  return {
    title: 'Many meters on one Data Connect contract: a day, three series each',
    columns: [
      'meters',
      'requests',
      'the fewest possible',
      'most in a second (5 allowed)',
      'most in an hour (1000 allowed)',
      'complete after',
      'processor time',
      'memory a meter',
    ],
    rows,
    note: 'Collection begins at a random moment between 06:00 and 10:00, Paris; whoever asks before 08:00, when the simulated Enedis publishes, asks again: one request a try. Processor time is the whole day’s, the simulated Enedis included.',
  };
}

async function collect(meters: number): Promise<(string | number)[]> {
  const dir = join(__dirname, '..', '..', '.tmp');
  mkdirSync(dir, { recursive: true });
  const folder = mkdtempSync(join(dir, 'bench-meters-'));
  const clock = new FakeClock(START);
  const pdls = Array.from({ length: meters }, (_, place) => String(10_000_000_000_001 + place * 7));
  const simulator = createSimulator({
    clock,
    usagePoints: Object.fromEntries(pdls.map((pdl) => [pdl, { consumption: true }])),
    clients: { client: 'secret' },
  });
  const send: Send = async ({ headers, ...request }) => {
    const lower = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
    );
    const { status, headers: received, body } = await simulator.handle({ ...request, headers: lower });
    return { status, headers: received, body: body.toString() };
  };
  let drawn = 0;
  const random = () => draw(42, drawn++);
  const home = new Home({ dir: folder, clock, random, http: send, onSetAside: () => undefined });
  const gateway = { kind: 'data-connect', clientId: 'client', clientSecret: 'secret' } as const;
  global.gc?.();
  const before = process.memoryUsage().heapUsed;
  const complete = new Map<string, number>();
  const nodes = pdls.map((usagePointId) => {
    const settings = { usagePointId, direction: 'consumption', loadCurve: true, gateway } as const;
    return new Daily(
      new Collector(home, settings),
      {
        node: `node-${usagePointId}`,
        firstCollect: false,
        schedule: { windowStart: '06:00', windowEnd: '10:00', retryEvery: 30 },
      },
      {
        asking: () => undefined,
        deliver: ({ outcome }) => void (outcome === 'complete' && complete.set(usagePointId, clock.now())),
        failed: (error) => {
          throw error;
        },
        planned: () => undefined,
      },
    );
  });
  const cpu = process.cpuUsage();
  await Promise.all(nodes.map((node) => node.start()));
  await clock.runUntil(END, async () => {
    await Promise.all(nodes.map((node) => node.idle()));
  });
  const { user, system } = process.cpuUsage(cpu);
  await Promise.all(nodes.map((node) => node.close()));
  const times = simulator.requests.map(({ time }) => Number(time)).sort((a, b) => a - b);
  const measures = simulator.requests.filter(({ resource }) => resource !== 'token').length;
  simulator.clearRequests();
  global.gc?.();
  const memory = (process.memoryUsage().heapUsed - before) / meters;
  rmSync(folder, { recursive: true, force: true });
  if (complete.size < meters) throw new Error(`${meters - complete.size} meters have no complete day`);
  const last = Math.max(...complete.values());
  return [
    meters,
    `${measures} + ${times.length - measures} for tokens`,
    3 * meters,
    busiest(times, SECOND),
    busiest(times, HOUR),
    new Date(last).toISOString().slice(11, 16) + ' UTC',
    duration((user + system) / 1000),
    `${Math.round(memory / 1000)} kB`,
  ];
}

/** The most requests in any window of that length. */
function busiest(times: readonly number[], within: number): number {
  let first = 0;
  let most = 0;
  for (const [place, time] of times.entries()) {
    while (times[first]! <= time - within) first++;
    most = Math.max(most, place - first + 1);
  }
  return most;
}
