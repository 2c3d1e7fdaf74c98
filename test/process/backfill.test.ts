/**
 * A backfill in a real Node-RED that is killed under it, or whose flows are deployed again and again: what the flow has
 * received in the end, over all its lives, is what Enedis has, and Enedis was asked no more than it had to be.
 */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { addDays, parisDate } from '../../lib/readings/paris';
import type { Reading, Series } from '../../lib/readings/reading';
import { createSimulator, faults, listen, type Simulator } from '../../lib/simulator';
import { ROOT } from '../support/installed';
import { type FlowNode, type NodeRed, readFlow, sink, startNodeRed, withSinks } from '../support/node-red';

const METER = '32320647321714';
const WEEKS = 10;
const SERIES: readonly Series[] = ['daily', 'maxPower', 'loadCurve'];

const today = parisDate(Date.now());
const start = addDays(today, -7 * WEEKS);
const CREDENTIALS = { config: { clientId: 'client', clientSecret: 'secret' } };

interface Chunk {
  payload: Reading[];
  parts: { id: string; index: number; count?: number };
  complete?: boolean;
}

/** An Enedis and a Node-RED for the tests of a `describe`; a test may put another Node-RED in the place of its own. */
function onStage(): { simulator: Simulator; server: Awaited<ReturnType<typeof listen>>; nodeRed: NodeRed } {
  const its = {} as ReturnType<typeof onStage>;
  before(async () => {
    its.simulator = createEnedis();
    its.server = await listen(its.simulator);
    its.nodeRed = await startNodeRed();
  });
  after(async () => {
    if (its.nodeRed.isRunning) await its.nodeRed.kill();
    await its.server.close();
  });
  return its;
}

describe('a backfill that is killed', () => {
  const its = onStage();

  it('goes on by itself after each SIGKILL; nothing is lost, nothing asked for again but what was under way', async () => {
    const lives: Chunk[][] = [];
    const kills = [1, 3, 2];
    await its.nodeRed.deploy(flow(its.server.url), CREDENTIALS);
    await its.nodeRed.inject('go');
    for (const messages of kills) {
      for (let message = 0; message < messages; message++) await its.nodeRed.next('readings');
      await its.nodeRed.kill();
      lives.push(chunksOf(its.nodeRed));
      its.nodeRed = await startNodeRed({ userDir: its.nodeRed.userDir });
    }
    await its.nodeRed.next('readings', (message) => (message as unknown as Chunk).complete === true);
    lives.push(chunksOf(its.nodeRed));

    const chunks = lives.flat();
    assertHasAll(
      its.simulator,
      chunks.flatMap(({ payload }) => payload),
    );
    assert.equal(new Set(chunks.map(({ parts }) => parts.id)).size, 1, 'one sequence');
    // Killed between a message and the note of it: that one comes again, as the same part of the sequence.
    const places = chunks.map(({ parts }) => parts.index);
    let expected = 0;
    for (const life of lives) {
      const [first] = life;
      if (first?.parts.index === expected - 1) {
        const before = chunks[places.indexOf(expected - 1)]!;
        assert.deepEqual(idsOf(first), idsOf(before));
        expected--;
      }
      for (const { parts } of life) assert.equal(parts.index, expected++);
    }
    assert.equal(chunks.at(-1)?.parts.count, expected);
    const asked = its.simulator.requests.filter(({ resource }) => resource !== 'token').length;
    const least = WEEKS + 2;
    assert.ok(asked >= least && asked <= least + kills.length, `${asked} requests where ${least} are needed`);
  });

  it('replays it all without a request', async () => {
    its.simulator.clearRequests();
    const before = chunksOf(its.nodeRed).length;
    await its.nodeRed.inject('go');
    await its.nodeRed.next('readings', (message) => (message as unknown as Chunk).complete === true);
    assert.equal(
      chunksOf(its.nodeRed)
        .slice(before)
        .flatMap(({ payload }) => payload).length,
      7 * WEEKS * (2 + 48) + clockChange(),
    );
    assert.equal(its.simulator.requests.length, 0);
  });

  /** The half-hours that the period has more or less for a clock change inside it. */
  function clockChange(): number {
    return its.simulator.truth(METER, 'consumption', 'loadCurve', start, today).length - 7 * WEEKS * 48;
  }
});

describe('a backfill while people deploy', () => {
  it('every kind of deploy: goes on where it was, nothing lost, nothing twice, nobody kept waiting', async () => {
    const simulator = createEnedis();
    const server = await listen(simulator);
    const nodeRed = await startNodeRed();
    try {
      const canvas = flow(server.url);
      const change = (id: string): void => {
        const node = canvas.find((each) => each.id === id)!;
        node.name = `${node.name ?? ''}*`;
      };
      await nodeRed.deploy(canvas, CREDENTIALS);
      await nodeRed.inject('go');
      const deploys = [
        ['full', 'sink-progress'],
        ['nodes', 'sink-progress'],
        ['nodes', 'backfill'],
        ['flows', 'go'],
        ['nodes', 'config'],
      ] as const;
      for (const [type, id] of deploys) {
        await nodeRed.next('readings');
        change(id);
        const begun = performance.now();
        await nodeRed.deploy(canvas, {}, type);
        assert.ok(performance.now() - begun < 5_000, `a deploy of ${type} after a change of ${id}`);
      }
      await nodeRed.next('readings', (message) => (message as unknown as Chunk).complete === true);

      const received = chunksOf(nodeRed).flatMap(({ payload }) => payload);
      assertHasAll(simulator, received);
      assert.equal(new Set(received.map(({ id }) => id)).size, received.length, 'no reading twice');
      const indexes = chunksOf(nodeRed).map(({ parts }) => parts.index);
      assert.deepEqual(
        indexes,
        indexes.map((_, place) => place),
      );
      const asked = simulator.requests.filter(({ resource }) => resource !== 'token').length;
      const least = WEEKS + 2;
      assert.ok(asked >= least && asked <= least + deploys.length, `${asked} requests, ${least} needed`);
      assert.doesNotMatch(nodeRed.log(), /Close timed out|Error stopping node/);
    } finally {
      await nodeRed.kill();
      await server.close();
    }
  });
});

describe('a backfill that isn’t wanted for a while', () => {
  const its = onStage();

  function canvas(): FlowNode[] {
    const fetch: FlowNode = {
      id: 'fetch',
      type: 'enedis-fetch-yesterday',
      z: 'tab',
      config: 'config',
      schedule: 'automatic',
      firstCollect: false,
      wires: [[], []],
    };
    return [...flow(its.server.url), fetch];
  }

  const OURS = ['backfill', 'fetch'];

  /** The nodes of which anything is remembered. */
  function remembered(): string[] {
    const folder = join(its.nodeRed.userDir, 'enedis', 'nodes', 'real', METER);
    return OURS.filter((id) => existsSync(join(folder, `${id}.json`)));
  }

  const disabled = (...ids: string[]): FlowNode[] =>
    canvas().map((node) =>
      ids.includes(node.id) ? { ...node, ...(node.type === 'tab' ? { disabled: true } : { d: true }) } : node,
    );

  it('disabled, with its tab or without, it is remembered and goes on; deleted, it is forgotten', async () => {
    const end = its.simulator.inject({ fault: faults.error('ADAM-DC-0008') });
    await its.nodeRed.deploy(canvas(), CREDENTIALS);
    await its.nodeRed.inject('go');
    await its.nodeRed.next('progress', ({ payload }) => (payload as { state: string }).state === 'waiting');
    await its.nodeRed.until(() => remembered().length === OURS.length, 'all nodes to be remembered');

    const deploys = [
      ['nodes', OURS],
      ['full', ['tab']],
      ['flows', ['tab']],
    ] as const;
    for (const [type, ids] of deploys) {
      await its.nodeRed.deploy(disabled(...ids), {}, type);
      assert.deepEqual(remembered(), OURS, `${type}: ${ids.join()}`);
      const before = its.nodeRed.arrived('progress').length;
      await its.nodeRed.deploy(canvas(), {}, type);
      const goesOn = (): boolean =>
        its.nodeRed
          .arrived('progress')
          .slice(before)
          .some(({ payload }) => (payload as { state: string }).state === 'waiting');
      await its.nodeRed.until(goesOn, 'the run to go on');
    }
    end();

    const without = (...ids: string[]): FlowNode[] => canvas().filter(({ id }) => !ids.includes(id));
    await its.nodeRed.deploy(without('backfill'), {}, 'nodes');
    assert.deepEqual(remembered(), ['fetch']);
    await its.nodeRed.deploy(
      canvas().filter(({ id, z }) => id !== 'tab' && z !== 'tab'),
      {},
      'full',
    );
    assert.deepEqual(remembered(), []);
  });
});

describe('the example of a backfill', () => {
  it('brings the whole history of the simulated meter and shows a bar', async () => {
    const nodeRed = await startNodeRed();
    try {
      const example = withSinks(readFlow(join(ROOT, 'examples', '2 - Backfill on inject.json')));
      await nodeRed.deploy(example);
      const everything = example.find(({ name }) => String(name).includes('Everything'))!;
      await nodeRed.inject(everything.id);
      const bar = await nodeRed.next('avancement / progress', ({ payload }) =>
        String(payload).includes('100 %'),
      );
      assert.match(String(bar.payload), /^▓{10} 100 %/);
      const last = chunksOf(nodeRed).at(-1);
      assert.equal(last?.complete, true);
    } finally {
      await nodeRed.kill();
    }
  });
});

function idsOf({ payload }: Chunk): string[] {
  return payload.map(({ id }) => id);
}

function chunksOf(nodeRed: NodeRed): Chunk[] {
  return nodeRed.arrived('readings') as unknown as Chunk[];
}

function createEnedis(): Simulator {
  return createSimulator({
    clock: { now: Date.now },
    publishAt: '00:00',
    usagePoints: { [METER]: { consumption: true, loadCurve: true } },
    clients: { client: 'secret' },
  });
}

function flow(baseUrl: string): FlowNode[] {
  return [
    { id: 'tab', type: 'tab', label: 'history' },
    {
      id: 'config',
      type: 'enedis-config',
      gateway: 'data-connect',
      usagePointId: METER,
      direction: 'consumption',
      loadCurve: true,
      environment: 'production',
      baseUrl,
    },
    { id: 'go', type: 'inject', z: 'tab', props: [], wires: [['backfill']] },
    {
      id: 'backfill',
      type: 'enedis-backfill',
      z: 'tab',
      config: 'config',
      series: [],
      order: 'newest',
      start,
      startType: 'date',
      end: '',
      endType: 'yesterday',
      wires: [['sink-readings'], ['sink-progress']],
    },
    sink('readings', 'tab'),
    sink('progress', 'tab'),
  ] as FlowNode[];
}

/** Reading by reading. */
function assertHasAll(simulator: Simulator, received: readonly Reading[]): void {
  for (const series of SERIES) {
    const truth = simulator.truth(METER, 'consumption', series, start, today);
    const got = new Map(
      received
        .filter((each) => each.series === series)
        .map(({ start: at, value }) => [Date.parse(at), value]),
    );
    assert.deepEqual(
      [...got].sort(([a], [b]) => a - b),
      truth.map((each) => [each.start, each.amount / 1000]),
      series,
    );
  }
}
