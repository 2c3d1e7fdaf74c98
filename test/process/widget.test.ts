/**
 * The widget's package beside what it needs and without it, and its server half: what comes in by its door, what it
 * keeps, and that none of it ends a Node-RED.
 */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { BOTH, CONSUMPTION, dashboardWith, sends, TAB, TOPIC } from '../support/dashboard';
import { DASHBOARD, PACKAGE, userDirWith, WIDGET } from '../support/installed';
import { type FlowNode, type NodeRed, sink, startNodeRed } from '../support/node-red';

const CRASHED = /Uncaught Exception|UnhandledPromiseRejection/;

interface NodeSet {
  id: string;
  module: string;
  types: string[];
  enabled: boolean;
  err?: string;
}

describe('the widget’s package without what it needs', () => {
  let nodeRed: NodeRed;

  const start = async (...args: Parameters<typeof startNodeRed>): Promise<void> => {
    nodeRed = await startNodeRed(...args);
  };
  const sets = async (module: string): Promise<NodeSet[]> =>
    (await nodeRed.json<NodeSet[]>('nodes')).filter((set) => set.module === module);

  it('without FlowFuse Dashboard: says what to install; the other nodes work', async () => {
    const userDir = await userDirWith([PACKAGE, WIDGET]);
    await start({ userDir, without: [DASHBOARD], settings: { lang: 'fr' } });
    try {
      assert.deepEqual(await sets(DASHBOARD), [], 'it is not there');
      await nodeRed.until(
        () => nodeRed.log().includes('s’affiche dans Node-RED Dashboard 2'),
        'the sentence',
      );
      assert.match(nodeRed.log(), /\[warn\].*ajoutez @flowfuse\/node-red-dashboard/);
      assert.doesNotMatch(nodeRed.log(), /ajoutez node-red-contrib-enedis/);
      for (const set of [...(await sets(WIDGET)), ...(await sets(PACKAGE))])
        assert.deepEqual([set.id, set.err, set.enabled], [set.id, undefined, true]);
      // A flow that somebody imported: the widget in no group, beside a meter that works.
      await nodeRed.deploy([
        { id: TAB, type: 'tab', label: 'Linky' },
        { id: 'linky', type: 'ui-enedis-linky', version: 1, z: TAB, group: '', wires: [] },
        { id: 'inject', type: 'inject', z: TAB, props: [], wires: [['fetch', 'linky']] },
        {
          id: 'fetch',
          type: 'enedis-fetch-yesterday',
          version: 1,
          z: TAB,
          config: 'config',
          schedule: 'input',
          wires: [[], ['sink-summary']],
        },
        sink('summary', TAB),
        {
          id: 'config',
          type: 'enedis-config',
          version: 1,
          gateway: 'demo',
          usagePointId: '22516914714270',
          direction: 'consumption',
          loadCurve: false,
        },
      ]);
      await nodeRed.inject('inject');
      const { payload } = await nodeRed.next('summary');
      // Hourly collection is disabled: the widget gets no half-hour to show.
      const { consumption } = payload as { consumption: object };
      assert.deepEqual(Object.keys(consumption).sort(), ['day', 'maxPower', 'month', 'year']);
      assert.match(nodeRed.log(), /\[ui-enedis-linky:linky\] Le Linky n’a pas de groupe/);
      assert.doesNotMatch(nodeRed.log(), CRASHED);
      const { signal } = await nodeRed.stop();
      assert.equal(signal, null);
    } finally {
      if (nodeRed.isRunning) await nodeRed.kill();
    }
  });

  it('without the Enedis nodes: says what to install; shows a summary all the same', async () => {
    await start({
      userDir: await userDirWith([WIDGET]),
      flows: [...dashboardWith([{ id: 'linky' }]), sends('send', BOTH, ['linky'])],
    });
    try {
      await nodeRed.until(
        () => /\[warn\].*node-red-contrib-enedis.*isn't installed/.test(nodeRed.log()),
        'the sentence',
      );
      assert.doesNotMatch(nodeRed.log(), /draws on Node-RED Dashboard 2/);
      await nodeRed.inject('send');
      const file = join(nodeRed.userDir, 'enedis-dashboard', 'linky.json');
      while (!existsSync(file)) await nodeRed.json('settings');
      const { payload } = await nodeRed.json<{ payload: unknown }>('dashboard/_debug/datastore/linky');
      assert.deepEqual(payload, { summary: BOTH, meter: '22516•••••4270' });
      assert.doesNotMatch(nodeRed.log(), CRASHED);
    } finally {
      await nodeRed.kill();
    }
  });

  it('the Enedis nodes want neither the widget nor the dashboard', async () => {
    await start({ without: [DASHBOARD] });
    try {
      assert.deepEqual([await sets(DASHBOARD), await sets(WIDGET)], [[], []]);
      for (const set of await sets(PACKAGE))
        assert.deepEqual([set.id, set.err, set.enabled], [set.id, undefined, true]);
      assert.doesNotMatch(nodeRed.log(), /node-red-dashboard|\[warn\].*enedis/i);
    } finally {
      await nodeRed.kill();
    }
  });
});

describe('the widget’s node', () => {
  let nodeRed: NodeRed;
  const folder = (): string => join(nodeRed.userDir, 'enedis-dashboard');
  const file = (): string => join(folder(), 'linky.json');
  const shown = async (): Promise<unknown> => {
    const stored = await (await nodeRed.request('dashboard/_debug/datastore/linky')).text();
    return stored === '' ? undefined : (JSON.parse(stored) as { payload?: unknown }).payload;
  };

  const wrong: [string, unknown, RegExp][] = [
    ['readings', [{ id: 'x', value: 1 }], /msg\.payload is missing/],
    ['text', 'on', /msg\.payload is missing/],
    ['no freshness', { consumption: CONSUMPTION }, /msg\.payload\.freshness/],
    ['a figure that is text', withDay({ value: '34.2' }), /msg\.payload\.consumption\.day\.value/],
    ['another unit', withDay({ unit: 'MWh' }), /msg\.payload\.consumption\.day\.unit/],
    ['a day that ends before it begins', withDay({ end: '2026-11-01' }), /consumption\.day\.end/],
    ['a date that is none', withDay({ start: 'yesterday' }), /consumption\.day\.start/],
  ];
  const flows: FlowNode[] = [
    ...dashboardWith([{ id: 'linky' }]),
    sends('send', BOTH, ['linky']),
    sends('send-without-topic', BOTH, ['linky'], 'anything'),
    ...wrong.map(([name, payload]) => sends(`send ${name}`, payload, ['linky'])),
    {
      id: 'hide',
      type: 'inject',
      z: TAB,
      props: [{ p: 'enabled', v: 'false', vt: 'bool' }],
      wires: [['linky']],
    },
    { id: 'complete', type: 'complete', z: TAB, scope: ['linky'], wires: [['sink-done']] },
    { id: 'catch', type: 'catch', z: TAB, scope: null, uncaught: false, wires: [['sink-errors']] },
    sink('done', TAB),
    sink('errors', TAB),
  ];

  before(async () => {
    nodeRed = await startNodeRed({ userDir: await userDirWith([PACKAGE, WIDGET]), flows });
  });
  after(async () => {
    await nodeRed?.kill();
  });

  function withDay(more: object): unknown {
    return { consumption: { ...CONSUMPTION, day: { ...CONSUMPTION.day, ...more } }, freshness: 'complete' };
  }

  it('passes on a summary and what Dashboard understands, nothing else; the PDL masked', async () => {
    await nodeRed.inject('send');
    await nodeRed.next('done');
    assert.deepEqual(await shown(), { summary: BOTH, meter: '22516•••••4270' });
    await nodeRed.inject('send-without-topic');
    await nodeRed.next('done');
    assert.deepEqual(await shown(), { summary: BOTH, meter: '' });
    await nodeRed.inject('hide');
    await nodeRed.next('done');
    assert.deepEqual(await shown(), { summary: BOTH, meter: '' });
    const state = await nodeRed.json<{ enabled: boolean }>('dashboard/_debug/statestore/linky');
    assert.equal(state.enabled, false);
  });

  for (const [name, , property] of wrong) {
    it(`${name} instead of a summary: ENEDIS_INPUT names it, what is shown stays`, async () => {
      const before = await shown();
      await nodeRed.inject(`send ${name}`);
      const { error } = (await nodeRed.next('errors')) as { error?: { code?: string; message?: string } };
      assert.equal(error?.code, 'ENEDIS_INPUT');
      assert.match(error?.message ?? '', property);
      assert.match(error?.message ?? '', /Wire output 2/);
      assert.deepEqual(await shown(), before);
    });
  }

  it('keeps the last summary in a file of its own, for its own eyes', async () => {
    await nodeRed.inject('send');
    await nodeRed.next('done');
    // Written when Node-RED has stopped at the latest.
    const { signal, took } = await nodeRed.stop();
    assert.equal(signal, null);
    assert.ok(took < 5000, `${took} ms`);
    assert.deepEqual(readdirSync(folder()), ['linky.json']);
    assert.doesNotMatch(readFileSync(file(), 'utf8'), /22516914714270/);
    if (process.platform !== 'win32') assert.equal((statSync(file()).mode & 0o777).toString(8), '600');
  });

  it('a file that is damaged is set aside with a word about it', async () => {
    writeFileSync(file(), readFileSync(file(), 'utf8').slice(0, 40));
    nodeRed = await startNodeRed({ userDir: nodeRed.userDir });
    await nodeRed.until(
      () => nodeRed.log().includes('linky.json could not be read and was set aside'),
      'a warning',
    );
    assert.equal(await shown(), undefined);
    await nodeRed.inject('send');
    await nodeRed.next('done');
    assert.deepEqual(await shown(), { summary: BOTH, meter: '22516•••••4270' });
    assert.equal(readdirSync(folder()).filter((name) => name.includes('damaged')).length, 1);
  });

  it('deleting the node deletes what it kept, and neither a redeploy nor disabling it does', async () => {
    const disabled = (which: string): FlowNode[] =>
      flows.map((node) => (node.id === which ? { ...node, d: true, disabled: true } : node));
    for (const deployed of [flows, disabled('linky'), flows, disabled(TAB), flows]) {
      await nodeRed.deploy(deployed);
      assert.ok(existsSync(file()));
    }
    // It is read from its file while the dashboard is there already.
    for (let look = 0; look < 500 && (await shown()) === undefined; look++);
    assert.deepEqual(await shown(), { summary: BOTH, meter: '22516•••••4270' });
    await nodeRed.deploy(flows.filter(({ id, type }) => id !== 'linky' && type !== 'complete'));
    assert.equal(existsSync(file()), false);
    assert.doesNotMatch(nodeRed.log(), CRASHED);
    assert.doesNotMatch(nodeRed.log(), new RegExp(TOPIC.split('/')[1]!));
  });
});
