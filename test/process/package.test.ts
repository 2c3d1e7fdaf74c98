/**
 * The package as its users meet it: packed, installed into a Node-RED that has never seen it, run, stopped. Everything
 * here crosses a real process boundary; what can be shown without is shown in `test/nodes`.
 */
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { installInto, PACKAGE, ROOT, temporaryFolder } from '../support/installed';
import {
  type FlowNode,
  type Message,
  type NodeRed,
  readFlow,
  sink,
  startNodeRed,
  withSinks,
} from '../support/node-red';

const PDL = '22516914714270';
const TYPES = Object.keys(
  (
    JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
      'node-red': { nodes: Record<string, string> };
    }
  )['node-red'].nodes,
);
const EXAMPLE = join(ROOT, 'examples', '1 - Yesterday to debug.json');
const UNITS: Record<string, string> = { daily: 'kWh', loadCurve: 'kW', maxPower: 'kVA' };

const byType = (flow: FlowNode[], type: string): FlowNode => {
  const found = flow.find((node) => node.type === type);
  assert.ok(found, `no ${type} in the flow`);
  return found;
};

/** Whether a message has readings that the flow didn't have before; a value that is another than the one before isn't one. */
const isNew = ({ payload, enedis }: Message): boolean =>
  (enedis as { source: string }).source !== 'archive' &&
  (payload as { corrects?: number }[]).some(({ corrects }) => corrects === undefined);

describe('installing the package', () => {
  it('works in an empty userDir and brings what package.json names, and nothing of the checkout', async () => {
    const userDir = temporaryFolder('empty-');
    await installInto(userDir);
    const installed = join(userDir, 'node_modules', PACKAGE);
    const { 'node-red': nodeRed } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8')) as {
      'node-red': { nodes: Record<string, string> };
    };
    for (const file of Object.values(nodeRed.nodes)) {
      for (const path of [file, file.replace(/\.js$/, '.html')]) {
        assert.ok(statSync(join(installed, path)).isFile(), path);
      }
    }
    const top = readdirSync(installed);
    for (const folder of ['test', 'scripts', 'lib', 'nodes', 'bench', '.ci', '.tmp']) {
      assert.ok(!top.includes(folder), `${folder} is in the package`);
    }
    assert.ok(top.includes('examples'));
  });
});

describe('the package in Node-RED', () => {
  let nodeRed: NodeRed;
  let demo: FlowNode[];

  before(async () => {
    demo = withSinks(readFlow(EXAMPLE));
    const fetch = byType(demo, 'enedis-fetch-yesterday');
    // Only when asked: whatever the hour, the test presses the button and nobody else does.
    fetch.schedule = 'input';
    const tab = byType(demo, 'tab').id;
    demo.push(
      { id: 'complete', type: 'complete', z: tab, name: '', scope: [fetch.id], wires: [['sink-done']] },
      sink('done', tab),
    );
    nodeRed = await startNodeRed();
    await nodeRed.deploy(demo);
  });

  after(async () => {
    if (nodeRed?.isRunning) await nodeRed.kill();
  });

  it('loads every node without an error', async () => {
    const sets =
      await nodeRed.json<{ id: string; types: string[]; enabled: boolean; err?: string }[]>('nodes');
    const ours = sets.filter((set) => set.id.startsWith(`${PACKAGE}/`));
    assert.deepEqual(ours.map((set) => set.id).sort(), TYPES.map((type) => `${PACKAGE}/${type}`).sort());
    for (const set of ours) {
      assert.equal(set.err, undefined, set.id);
      assert.equal(set.enabled, true, set.id);
    }
    const types = ours.flatMap((set) => set.types);
    for (const type of TYPES) assert.ok(types.includes(type), type);
  });

  for (const language of ['en-US', 'fr']) {
    it(`serves texts and help in ${language}`, async () => {
      for (const type of TYPES) {
        const catalogue = await nodeRed.json<Record<string, unknown>>(
          `nodes/${PACKAGE}/${type}/messages?lng=${language}`,
        );
        assert.ok(Object.keys(catalogue).length > 0, `${type}: empty catalogue`);
      }
      const page = await nodeRed.request('nodes', {
        headers: { accept: 'text/html', 'accept-language': language },
      });
      const html = await page.text();
      for (const type of TYPES) assert.match(html, new RegExp(`data-help-name=["']${type}["']`));
    });
  }

  it('offers its examples in the import menu', async () => {
    const examples = await nodeRed.json<{ fn?: string }[]>(`library/examples/flows/${PACKAGE}`);
    const files = readdirSync(join(ROOT, 'examples')).filter((file) => file.endsWith('.json'));
    assert.deepEqual(
      examples.flatMap(({ fn }) => fn ?? []).sort(),
      files.map((file) => file.slice(0, -'.json'.length)).sort(),
    );
  });

  it('runs the demonstration flow: readings of both directions, a summary, done', async () => {
    await nodeRed.inject(byType(demo, 'inject').id);
    const summary = await nodeRed.next('summary');
    await nodeRed.next('done');

    assert.equal(summary.topic, `enedis/${PDL}/summary`);
    const figures = summary.payload as Record<string, unknown>;
    for (const direction of ['consumption', 'production']) {
      assertShape(figures[direction], ['day', 'month', 'year', 'power'], `summary of ${direction}`);
    }

    const messages = nodeRed.arrived('readings');
    assert.deepEqual(nodeRed.arrived('errors'), []);
    const seen = new Set(messages.map((msg) => msg.topic));
    for (const series of ['consumption/daily', 'consumption/loadCurve', 'consumption/maxPower']) {
      assert.ok(seen.has(`enedis/${PDL}/${series}`), `nothing for ${series}`);
    }
    for (const series of ['production/daily', 'production/loadCurve']) {
      assert.ok(seen.has(`enedis/${PDL}/${series}`), `nothing for ${series}`);
    }
    for (const msg of messages) assertReadings(msg);
    // The first collection reaches back to the first of January, or a year on that day.
    const days = messages.find((msg) => msg.topic === `enedis/${PDL}/consumption/daily`)?.payload as {
      start: string;
    }[];
    assert.match(days[0]?.start ?? '', /-01-01T00:00:00\+01:00$/);
  });

  it('brings yesterday again at a second press, and says where from: the flow being built looked broken', async () => {
    const before = nodeRed.arrived('readings').length;
    await nodeRed.inject(byType(demo, 'inject').id);
    await nodeRed.next('done');
    const again = nodeRed.arrived('readings').slice(before);
    assert.deepEqual(again.map(({ topic }) => topic).sort(), [
      `enedis/${PDL}/consumption/daily`,
      `enedis/${PDL}/consumption/loadCurve`,
      `enedis/${PDL}/consumption/maxPower`,
      `enedis/${PDL}/production/daily`,
      `enedis/${PDL}/production/loadCurve`,
    ]);
    assert.deepEqual(again.filter(isNew), [], 'nothing is told to be new twice');
    for (const { enedis } of again) assert.equal((enedis as { coverage: number }).coverage, 1);
  });

  it('keeps its files to the user Node-RED runs as', { skip: process.platform === 'win32' }, () => {
    const files = filesBelow(join(nodeRed.userDir, 'enedis'));
    assert.ok(files.length > 0, 'nothing was kept');
    for (const file of files) assert.equal((statSync(file).mode & 0o777).toString(8), '600', file);
  });

  it('survives a redeploy', async () => {
    await nodeRed.deploy(demo);
    await nodeRed.inject(byType(demo, 'inject').id);
    await nodeRed.next('done');
    assert.deepEqual(nodeRed.arrived('errors'), []);
  });

  it('stops at once, and has written no PDL to the log', async () => {
    const { signal, took } = await nodeRed.stop();
    assert.equal(signal, null, 'it had to be killed');
    assert.ok(took < 5000, `${took} ms`);
    assert.doesNotMatch(nodeRed.log(), /Close timed out/);
    assert.doesNotMatch(nodeRed.log(), new RegExp(PDL));
  });

  it('knows after a restart what it had', async () => {
    const again = await startNodeRed({ userDir: nodeRed.userDir });
    try {
      await again.inject(byType(demo, 'inject').id);
      await again.next('done');
      await again.next('summary');
      assert.deepEqual(again.arrived('readings').filter(isNew), []);
    } finally {
      await again.stop();
    }
  });
});

describe('when something is wrong', () => {
  let nodeRed: NodeRed;
  let server: Server;
  let base: string;
  /** What the stand-in for a gateway answers to any request. */
  let answer: { status: number; type: string; body: string };

  before(async () => {
    server = createServer((_request, response) => {
      response.writeHead(answer.status, { 'content-type': answer.type }).end(answer.body);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    nodeRed = await startNodeRed();
  });

  after(async () => {
    server?.close();
    if (nodeRed?.isRunning) await nodeRed.kill();
  });

  const SECRET = 'a-token-nobody-may-see';
  const cases: {
    name: string;
    config: Partial<FlowNode>;
    reply?: typeof answer;
    code: string;
  }[] = [
    {
      name: 'a PDL of 13 digits',
      config: { gateway: 'demo', usagePointId: '2251691471427' },
      code: 'ENEDIS_CONFIG',
    },
    {
      name: 'an address nobody answers at',
      config: { gateway: 'my-electrical-data', baseUrl: 'http://127.0.0.1:1' },
      code: 'ENEDIS_NETWORK',
    },
    {
      name: 'an address without encryption that is not this machine’s',
      config: { gateway: 'my-electrical-data', baseUrl: 'http://192.0.2.1' },
      code: 'ENEDIS_CONFIG',
    },
    {
      name: 'a web page instead of data, with status 200',
      config: { gateway: 'my-electrical-data' },
      reply: { status: 200, type: 'text/html', body: '<!doctype html><html><body>Welcome</body></html>' },
      code: 'ENEDIS_RESPONSE',
    },
    {
      name: 'half an answer',
      config: { gateway: 'my-electrical-data' },
      reply: { status: 200, type: 'application/json', body: '{"meter_reading": {' },
      code: 'ENEDIS_RESPONSE',
    },
    {
      name: 'a gateway that fails',
      config: { gateway: 'my-electrical-data' },
      reply: { status: 503, type: 'text/html', body: '<h1>503</h1>' },
      code: 'ENEDIS_UNAVAILABLE',
    },
  ];

  // Each its own meter: what is remembered of one must not answer for the next.
  for (const [index, { name, config, reply, code }] of cases.entries()) {
    it(`${name}: the Catch node gets ${code}, and Node-RED goes on`, async () => {
      if (reply) answer = reply;
      const usagePointId = `2251691471427${index}`;
      await nodeRed.deploy(faultyFlow({ usagePointId, ...(reply ? { baseUrl: base } : {}), ...config }), {
        config: { token: SECRET },
      });
      await nodeRed.inject('inject');
      const msg = await nodeRed.next('errors');
      const error = msg.error as { code?: string; message?: string; cause?: unknown };
      assert.equal(error.code, code, JSON.stringify(error));
      assert.ok((error.message ?? '').length > 10, 'a sentence');
      assert.equal(error.cause, undefined, 'the error of the request goes no further');
      assert.ok(nodeRed.isRunning);
      assert.equal((await nodeRed.request('settings')).status, 200);
      assertNothingLeaked(msg);
    });
  }

  it('a node without configuration says so', async () => {
    await nodeRed.deploy(
      faultyFlow({}).map((node) => (node.id === 'fetch' ? { ...node, config: '' } : node)),
    );
    await nodeRed.inject('inject');
    const msg = await nodeRed.next('errors');
    assert.equal((msg.error as { code?: string }).code, 'ENEDIS_CONFIG');
  });

  it('stops at once all the same', async () => {
    const { signal, took } = await nodeRed.stop();
    assert.equal(signal, null, 'it had to be killed');
    assert.ok(took < 5000, `${took} ms`);
    assert.doesNotMatch(nodeRed.log(), /Close timed out|Uncaught Exception|UnhandledPromiseRejection/);
  });

  function faultyFlow(config: Partial<FlowNode>): FlowNode[] {
    return [
      { id: 'tab', type: 'tab', label: 'fault' },
      { id: 'inject', type: 'inject', z: 'tab', props: [], wires: [['fetch']] },
      {
        id: 'fetch',
        type: 'enedis-fetch-yesterday',
        z: 'tab',
        name: '',
        config: 'config',
        schedule: 'input',
        windowStart: '06:00',
        windowEnd: '10:00',
        retryEvery: 30,
        firstCollect: false,
        wires: [[], []],
      },
      { id: 'catch', type: 'catch', z: 'tab', scope: null, uncaught: false, wires: [['sink-errors']] },
      sink('errors', 'tab'),
      {
        id: 'config',
        type: 'enedis-config',
        name: '',
        gateway: 'demo',
        usagePointId: PDL,
        direction: 'consumption',
        loadCurve: true,
        environment: 'production',
        baseUrl: '',
        ...config,
      },
    ];
  }

  function assertNothingLeaked(msg: Message): void {
    const told = JSON.stringify(msg) + nodeRed.log();
    assert.ok(!told.includes(SECRET), 'the token was told');
    assert.doesNotMatch(nodeRed.log(), /\b2251691471427\d\b/);
    const stored = readFileSync(join(nodeRed.userDir, 'flows.json'), 'utf8');
    assert.ok(!stored.includes(SECRET), 'the token is in flows.json');
  }
});

describe('a data folder that a container doesn’t keep', () => {
  const flows = (gateway?: string): FlowNode[] => [
    { id: 'tab', type: 'tab', label: 'Test' },
    {
      id: 'meter',
      type: 'enedis-config',
      usagePointId: PDL,
      direction: 'consumption',
      ...(gateway === undefined ? {} : { gateway }),
    },
    ...['one', 'two'].map((id) => ({
      ...{
        id,
        type: 'enedis-fetch-yesterday',
        z: 'tab',
        config: 'meter',
        schedule: 'input',
        wires: [[], []],
      },
    })),
  ];
  const warnings = (nodeRed: NodeRed): number => nodeRed.log().split('There is no data folder').length - 1;

  for (const [gateway, name, count] of [
    [undefined, 'a meter saved without a choice of gateway', 1],
    ['data-connect', 'a meter of Data Connect', 1],
    ['demo', 'a simulated meter alone', 0],
  ] as const)
    it(`${count === 0 ? 'is no matter of' : 'is told once at the next start of'} ${name}`, async () => {
      const first = await startNodeRed({ flows: flows(gateway) });
      await first.deploy(flows(gateway));
      await first.stop();
      assert.equal(warnings(first), 0, 'a deploy is no start');
      const { userDir } = first;
      rmSync(join(userDir, 'enedis'), { recursive: true, force: true });
      const second = await startNodeRed({ userDir });
      await second.stop();
      assert.equal(warnings(second), count);
      mkdirSync(join(userDir, 'enedis'), { recursive: true });
      const third = await startNodeRed({ userDir });
      await third.stop();
      assert.equal(warnings(third), 0, 'the folder is there');
    });
});

/** One message of output 1, as section 4 of the contract describes it. */
function assertReadings(msg: Message): void {
  const { topic, payload, enedis } = msg as unknown as {
    topic: string;
    payload: Record<string, unknown>[];
    enedis: Record<string, unknown>;
  };
  const [, usagePointId, direction = '', series = ''] = topic.split('/');
  assert.equal(usagePointId, PDL);
  assertShape(
    enedis,
    ['usagePointId', 'direction', 'series', 'unit', 'start', 'end', 'count', 'coverage', 'missing', 'source'],
    topic,
  );
  assert.equal(enedis.gateway, 'demo');
  assert.equal(enedis.count, payload.length);
  assert.equal(enedis.unit, UNITS[series]);
  assert.ok(payload.length > 0, `${topic}: an empty message`);
  let previous = '';
  for (const reading of payload) {
    const where = `${topic} ${String(reading.start)}`;
    assert.equal(reading.usagePointId, PDL, where);
    assert.equal(reading.direction, direction, where);
    assert.equal(reading.series, series, where);
    assert.equal(reading.unit, UNITS[series], where);
    assert.ok(typeof reading.value === 'number' && Number.isFinite(reading.value), where);
    assert.match(String(reading.start), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+0[12]:00$/, where);
    assert.ok(Date.parse(String(reading.end)) > Date.parse(String(reading.start)), where);
    assert.ok(String(reading.id).startsWith(`${PDL}/${direction}/${series}/`), where);
    assert.match(String(reading.quality), /^(raw|corrected|estimated)$/, where);
    const start = new Date(String(reading.start)).toISOString();
    assert.ok(start > previous, `${where}: not in order`);
    previous = start;
  }
}

function assertShape(value: unknown, properties: string[], what: string): void {
  assert.ok(typeof value === 'object' && value !== null, `${what} is missing`);
  for (const property of properties) assert.ok(property in value, `${what} has no ${property}`);
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? filesBelow(join(folder, entry.name)) : [join(folder, entry.name)],
  );
}
