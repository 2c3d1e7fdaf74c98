/**
 * Faults in a real Node-RED: what it says of them at its most talkative never holds a secret nor a full PDL, it stays
 * responsive meanwhile, and a deploy in the middle of a request or of a wait is over at once and leaves no connection.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { createSimulator, createToken, faults, listen, type Simulator } from '../../lib/simulator';
import { type FlowNode, type NodeRed, sink, startNodeRed } from '../support/node-red';

const METER = '32320647321714';
const TOKEN = createToken({ sub: [METER], exp: 4_102_444_800 });
const CLIENT = { clientId: 'client-0123456789', clientSecret: 'secret-of-the-client-9876543210' };
const BASIC = Buffer.from(`${CLIENT.clientId}:${CLIENT.clientSecret}`).toString('base64');
/** Every secret there is, sent back in words. */
const ECHO = `${TOKEN} ${CLIENT.clientSecret} ${BASIC} ${METER}`;

const FAULTS: Record<string, Parameters<Simulator['inject']>[0]> = {
  // First: a token, once had, is kept for hours.
  'a refused application': {
    fault: faults.error('invalid_client', { message: ECHO }),
    when: { resource: 'token' },
  },
  reset: { fault: faults.reset() },
  'reset in the body': { fault: faults.resetMidBody() },
  oversize: { fault: faults.oversize() },
  'gzip bomb': { fault: faults.gzipBomb() },
  redirect: { fault: faults.redirect(`https://elsewhere.example/?token=${TOKEN}`) },
  html: { fault: faults.html200() },
  'no JSON': { fault: faults.notJson(ECHO) },
  truncated: { fault: faults.truncatedJson() },
  'another shape': { fault: faults.respond(200, { token: ECHO, [ECHO]: 1 }) },
  'another meter': { fault: faults.otherUsagePoint('12345678901234') },
  'an echo in words': { fault: faults.respond(400, { error: ECHO, error_description: ECHO }) },
  'an echo on a page': { fault: faults.respond(403, `<title>${ECHO}</title>`) },
  'an echo in a header': { fault: faults.respond(500, ECHO, { 'retry-after': ECHO }) },
  'no consent': { fault: faults.error('ADAM-DC-0008') },
  unavailable: { fault: faults.error('503') },
  'an expired token': { fault: faults.error('900901', { message: ECHO }) },
};

describe('faults in a real Node-RED', () => {
  const accessTokens = new Set<string>();
  let simulator: Simulator;
  let server: Awaited<ReturnType<typeof listen>>;
  let nodeRed: NodeRed;

  before(async () => {
    simulator = createSimulator({
      clock: { now: Date.now },
      publishAt: '00:00',
      usagePoints: { [METER]: { consumption: true, loadCurve: true } },
      clients: { [CLIENT.clientId]: CLIENT.clientSecret },
    });
    const handle: Simulator['handle'] = async (request) => {
      const response = await simulator.handle(request);
      const [, issued] = /"access_token":"([^"]+)"/.exec(response.body.toString()) ?? [];
      if (issued !== undefined) accessTokens.add(issued);
      return response;
    };
    server = await listen({ ...simulator, handle });
    nodeRed = await startNodeRed({ logLevel: 'trace' });
    await nodeRed.deploy(flow(), { official: CLIENT, relay: { token: TOKEN } });
  });

  after(async () => {
    await nodeRed.kill();
    await server.close();
  });

  function flow(): FlowNode[] {
    const meter = { usagePointId: METER, direction: 'consumption', loadCurve: true, baseUrl: server.url };
    const wires = [['sink-out'], ['sink-out']];
    return [
      { id: 'tab', type: 'tab', label: 'faults' },
      { id: 'official', type: 'enedis-config', gateway: 'data-connect', ...meter },
      { id: 'relay', type: 'enedis-config', gateway: 'conso-api', ...meter },
      { id: 'go', type: 'inject', z: 'tab', props: [], wires: [['fetch', 'fetch-relay']] },
      { id: 'go-fetch', type: 'inject', z: 'tab', props: [], wires: [['fetch']] },
      { id: 'go-back', type: 'inject', z: 'tab', props: [], wires: [['backfill']] },
      {
        id: 'fetch',
        type: 'enedis-fetch-yesterday',
        z: 'tab',
        config: 'official',
        schedule: 'input',
        firstCollect: false,
        wires,
      },
      {
        id: 'fetch-relay',
        type: 'enedis-fetch-yesterday',
        z: 'tab',
        config: 'relay',
        schedule: 'input',
        firstCollect: false,
        wires,
      },
      {
        id: 'backfill',
        type: 'enedis-backfill',
        z: 'tab',
        config: 'official',
        series: ['daily'],
        order: 'newest',
        startType: 'all',
        endType: 'yesterday',
        wires,
      },
      { id: 'catch', type: 'catch', z: 'tab', scope: null, wires: [['sink-caught']] },
      { id: 'status', type: 'status', z: 'tab', scope: null, wires: [['sink-status']] },
      sink('out', 'tab'),
      sink('caught', 'tab'),
      sink('status', 'tab'),
    ] as FlowNode[];
  }

  for (const [name, injection] of Object.entries(FAULTS)) {
    it(`${name}: Catch nodes are told, the editor answers meanwhile`, async () => {
      const end = simulator.inject(injection);
      await nodeRed.inject('go');
      const begun = performance.now();
      assert.equal((await nodeRed.request('settings')).status, 200);
      assert.ok(performance.now() - begun < 2_000, 'responsive');
      const caught = await nodeRed.next('caught', ({ error }) => sourceOf(error) === 'fetch');
      assert.match(String((caught.error as { code: string }).code), /^ENEDIS_/);
      // The other one may be within its gateway's rules still, or be refused by its own budget: told either way.
      if (injection.when === undefined)
        await nodeRed.next('caught', ({ error }) => sourceOf(error) === 'fetch-relay');
      end();
    });
  }

  const deploys: Record<
    string,
    { type: 'full' | 'flows' | 'nodes'; change: (nodes: FlowNode[]) => FlowNode[] }
  > = {
    'a full deploy': { type: 'full', change: (nodes) => nodes },
    'a deploy of the flow': { type: 'flows', change: renamed },
    'a deploy of the node': { type: 'nodes', change: renamed },
    'its being disabled': {
      type: 'nodes',
      change: (nodes) => nodes.map((node) => ({ ...node, ...(isOurs(node) ? { d: true } : {}) })),
    },
    'its being deleted': { type: 'nodes', change: (nodes) => nodes.filter((node) => !isOurs(node)) },
  };
  const asked = (): Promise<void> =>
    until(() => simulator.requests.some(({ series }) => series !== undefined), 10_000);
  const moments: Record<
    string,
    { button: string; fault: ReturnType<typeof faults.stall>; reached: () => Promise<unknown> }
  > = {
    'in the middle of a backfill’s request': { button: 'go-back', fault: faults.stall(), reached: asked },
    'in the middle of a daily request': { button: 'go-fetch', fault: faults.stall(), reached: asked },
    'during a wait': {
      button: 'go-back',
      fault: faults.reset(),
      reached: () =>
        nodeRed.next('out', ({ payload }) => (payload as { state?: string }).state === 'waiting'),
    },
  };
  for (const [what, { type, change }] of Object.entries(deploys)) {
    for (const [when, { button, fault, reached }] of Object.entries(moments)) {
      it(`${what} ${when} is over at once and leaves no connection`, async () => {
        // What another test's wait has left is gone with its node.
        await nodeRed.deploy(
          flow().filter((node) => !isOurs(node)),
          {},
          'nodes',
        );
        await nodeRed.deploy(flow(), {}, 'nodes');
        simulator.clearRequests();
        const end = simulator.inject({ fault });
        const before = nodeRed.log().length;
        await nodeRed.inject(button);
        await reached();
        const begun = performance.now();
        await nodeRed.deploy(change(flow()), {}, type);
        const took = performance.now() - begun;
        assert.ok(took < 1_000, `${Math.round(took)} ms`);
        // The request that a deploy has ended is made again by the node that follows, where there is one.
        if (!what.endsWith('deploy') && !what.includes('deploy of')) {
          await until(() => server.connections() === 0, 1_000);
        }
        end();
        assert.doesNotMatch(nodeRed.log().slice(before), /Close timed out|Error stopping node/);
      });
    }
  }

  it('nothing that was written holds a secret; logs, statuses and errors no full PDL', () => {
    const secrets = [TOKEN, ...Object.values(CLIENT), BASIC, ...accessTokens];
    assert.ok(accessTokens.size > 0);
    const told = JSON.stringify([
      nodeRed.arrived('caught').map(({ error }) => error),
      nodeRed.arrived('status'),
    ]);
    const places = new Map([
      ['the log', nodeRed.log()],
      ['errors and statuses', told],
      ['messages', JSON.stringify([nodeRed.arrived('out'), nodeRed.arrived('caught')])],
    ]);
    for (const [place, text] of places) {
      for (const secret of secrets) assert.ok(!text.includes(secret), `${place}: ${secret.slice(0, 8)}…`);
    }
    for (const place of ['the log', 'errors and statuses']) {
      assert.ok(!places.get(place)!.includes(METER), `${place} has the full PDL`);
    }
    const files = filesOf(nodeRed.userDir);
    assert.ok(
      files.some((file) => file.startsWith(join('enedis', 'budgets'))),
      files.join(' '),
    );
    for (const file of files) {
      const content = readFileSync(join(nodeRed.userDir, file), 'utf8');
      for (const secret of secrets) assert.ok(!content.includes(secret), `${file}: ${secret.slice(0, 8)}…`);
    }
  });
});

/** All of a user directory but what npm has put there and Node-RED's own store of credentials. */
function filesOf(userDir: string): string[] {
  return readdirSync(userDir, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(userDir, join(entry.parentPath, entry.name)))
    .filter((file) => !file.startsWith('node_modules') && !/^\.?flows_cred\.json/.test(file));
}

function sourceOf(error: unknown): string {
  return (error as { source: { id: string } }).source.id;
}

function isOurs({ type }: FlowNode): boolean {
  return type === 'enedis-backfill' || type === 'enedis-fetch-yesterday';
}

function renamed(nodes: FlowNode[]): FlowNode[] {
  return nodes.map((node) => (isOurs(node) ? { ...node, name: `${node.id} again` } : node));
}

async function until(condition: () => boolean, timeout: number): Promise<void> {
  const begun = performance.now();
  while (!condition()) {
    assert.ok(performance.now() - begun < timeout, `not within ${timeout} ms`);
    await new Promise(setImmediate);
  }
}
