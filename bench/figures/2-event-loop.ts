/**
 * How long a backfill ever keeps others waiting: three years of both directions in a real Node-RED, once from Enedis
 * (simulated, in this process) and once from the archive, with a flow beside it that ticks every 100 ms.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createSimulator, listen } from '../../lib/simulator';
import { temporaryFolder, userDirWithPackage } from '../../test/support/installed';
import { sink, startNodeRed, type FlowNode } from '../../test/support/node-red';
import { duration, type Figure } from '../table';

const METER = '32320647321714';
/** A backfill of both directions takes a minute at the pace Enedis allows. */
const PATIENCE = 10 * 60_000;

/** A node for this measurement: `start` on its first kind of message, figures on `stop`, ticks counted in between. */
const MONITOR = `
  const { monitorEventLoopDelay } = require('node:perf_hooks');
  module.exports = (RED) => {
    RED.nodes.registerType('loop-monitor', function (def) {
      RED.nodes.createNode(this, def);
      let delays, ticks, last, late, begun;
      this.on('input', (msg, send, done) => {
        const now = performance.now();
        if (msg.topic === 'start') {
          delays = monitorEventLoopDelay({ resolution: 1 });
          delays.enable();
          [ticks, last, late, begun] = [0, now, 0, now];
        } else if (msg.topic === 'tick' && delays) {
          ticks++;
          late = Math.max(late, now - last - 100);
          last = now;
        } else if (msg.topic === 'stop') {
          delays.disable();
          const [p999, max] = [delays.percentile(99.9) / 1e6, delays.max / 1e6];
          send({ payload: { p999, max, ticks, late, took: now - begun, rss: process.memoryUsage().rss } });
          delays = undefined;
        }
        done();
      });
    });
  };
`;

interface Figures {
  p999: number;
  max: number;
  ticks: number;
  late: number;
  took: number;
  rss: number;
}

export async function measure(): Promise<Figure> {
  const simulator = createSimulator({
    clock: { now: Date.now },
    publishAt: '00:00',
    usagePoints: { [METER]: { consumption: true, production: true } },
    clients: { client: 'secret' },
  });
  const server = await listen(simulator);
  const monitor = temporaryFolder('bench-nodes-');
  writeFileSync(join(monitor, 'loop-monitor.js'), MONITOR);
  writeFileSync(
    join(monitor, 'loop-monitor.html'),
    "<script>RED.nodes.registerType('loop-monitor', { defaults: {} });</script>",
  );
  const nodeRed = await startNodeRed({ userDir: await userDirWithPackage(), nodesDir: [monitor] });
  try {
    await nodeRed.deploy(flow(server.url), { config: { clientId: 'client', clientSecret: 'secret' } });
    const rows = [];
    for (const what of ['from Enedis', 'from the archive']) {
      await nodeRed.inject('start');
      await nodeRed.inject('go');
      const last = await nodeRed.next('last', undefined, PATIENCE);
      await nodeRed.inject('stop');
      const { payload } = await nodeRed.next('figures');
      const { p999, max, ticks, late, took, rss } = payload as Figures;
      rows.push([
        what,
        Number(last.payload),
        duration(took),
        duration(p999),
        duration(max),
        `${ticks} of ${Math.floor(took / 100)}, ${duration(late)} late at most`,
        `${Math.round(rss / 1e6)} MB`,
      ]);
    }
    return {
      title: 'Three years of both directions in a running Node-RED',
      columns: [
        'readings',
        'how many',
        'took',
        'held, 99.9 %',
        'held at most',
        'ticks of 100 ms',
        'resident',
      ],
      rows,
      note: 'Goals: under 10 ms at the 99.9th percentile, never more than 25 ms, no tick missed.',
    };
  } finally {
    await nodeRed.kill();
    await server.close();
  }
}

function flow(baseUrl: string): FlowNode[] {
  const z = 'tab';
  const press = (id: string, topic: string) => ({
    id,
    type: 'inject',
    z,
    topic,
    props: [{ p: 'topic', vt: 'str' }],
    wires: [['monitor']],
  });
  return [
    { id: z, type: 'tab', label: 'bench' },
    {
      id: 'config',
      type: 'enedis-config',
      gateway: 'data-connect',
      usagePointId: METER,
      direction: 'both',
      baseUrl,
    },
    { id: 'go', type: 'inject', z, props: [], wires: [['backfill']] },
    {
      id: 'backfill',
      type: 'enedis-backfill',
      z,
      config: 'config',
      series: [],
      order: 'newest',
      startType: 'all',
      endType: 'yesterday',
      wires: [['count'], []],
    },
    {
      id: 'count',
      type: 'function',
      z,
      func: `const n = (context.get('n') ?? 0) + msg.payload.length;
        context.set('n', msg.complete ? 0 : n);
        return msg.complete ? { payload: n } : null;`,
      outputs: 1,
      wires: [['sink-last']],
    },
    press('start', 'start'),
    press('stop', 'stop'),
    { ...press('tick', 'tick'), repeat: '0.1' },
    { id: 'monitor', type: 'loop-monitor', z, wires: [['sink-figures']] },
    sink('last', z),
    sink('figures', z),
  ];
}
