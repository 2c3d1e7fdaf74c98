/**
 * Whatever a flow sends: odd values, accessors that throw, objects without a prototype. A node that collects ends each
 * message once, with an error of ours or with what is valid, and takes the next as if nothing had been.
 */
import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import fc from 'fast-check';
import { hooks } from 'node-red';
import helper from 'node-red-node-test-helper';
import { createHttp } from '../../lib/http/http';
import type { Reading } from '../../lib/readings/reading';
import { createSimulator, createToken, listen } from '../../lib/simulator';
import backfillNode from '../../nodes/backfill/enedis-backfill';
import configNode from '../../nodes/config/enedis-config';
import fetchNode from '../../nodes/fetch-yesterday/enedis-fetch-yesterday';
import { useServices } from '../../nodes/shared/services';
import { FakeClock } from '../support/fake-clock';

const METER = '22516914714270';
const TOKEN = createToken({ sub: [METER], exp: 4_102_444_800 });
/** Without a place on a tab, Node-RED takes a node for a config node. */
const onCanvas = { z: 'tab', x: 0, y: 0 };
/** What can be one of a message's properties. */
const WORDS = [
  'plan',
  'cancel',
  'pause',
  'resume',
  'status',
  'daily',
  'loadCurve',
  '2026-06-05',
  '2026-06-09',
];
const VALUES = fc.oneof(
  fc.constantFrom<unknown>(...WORDS, 'now', true, '', null, undefined, new Date(NaN), Symbol('x'), () => 1),
  fc.anything({ withDate: true, withBigInt: true, withMap: true, withSet: true, withNullPrototype: true }),
);
/** How a property is there. */
const PROPERTY = fc.record({
  value: VALUES,
  as: fc.constantFrom('value', 'value', 'value', 'getter', 'thrower', 'hidden', 'fixed'),
});
const NAMES = [
  'payload',
  'start',
  'end',
  'series',
  'force',
  'from',
  'topic',
  'parts',
  'complete',
  'enedis',
  'x',
];
const MESSAGE = fc.record({
  properties: fc.dictionary(fc.constantFrom(...NAMES), PROPERTY, { maxKeys: 5 }),
  shape: fc.constantFrom('plain', 'plain', 'bare', 'sealed', 'cyclic', 'class'),
});

type Wanted = typeof MESSAGE extends fc.Arbitrary<infer T> ? T : never;

function built({ properties, shape }: Wanted): Record<string, unknown> {
  const message = (
    shape === 'bare' ? Object.create(null) : shape === 'class' ? new (class Message {})() : {}
  ) as Record<string, unknown>;
  message._msgid = 'id';
  for (const [name, { value, as }] of Object.entries(properties)) {
    const get = (): unknown => {
      if (as === 'thrower') throw new Error('not to be read');
      return value;
    };
    const isAccessor = as === 'getter' || as === 'thrower';
    const rest = isAccessor ? { get, configurable: true } : { value, writable: as !== 'fixed' };
    Object.defineProperty(message, name, { enumerable: as !== 'hidden', ...rest });
  }
  if (shape === 'cyclic') message.self = message;
  return shape === 'sealed' ? Object.seal(message) : message;
}

interface Ended {
  error?: Error & { code?: string; advice?: string };
}

describe('any message', { timeout: 120_000 }, () => {
  const unhandled: unknown[] = [];
  const note = (reason: unknown): void => void unhandled.push(reason);
  let clock: FakeClock;
  let server: Awaited<ReturnType<typeof listen>>;
  /** How the messages ended, as Node-RED itself hears of it. */
  let ended: Ended[];
  let sent: Record<string, unknown>[];

  before(async () => {
    helper.init(require.resolve('node-red'));
    process.on('unhandledRejection', note);
    await new Promise<void>((resolve) => helper.startServer(resolve));
  });
  after(async () => {
    await new Promise<void>((resolve) => helper.stopServer(resolve));
    process.off('unhandledRejection', note);
  });

  beforeEach(async () => {
    [clock, ended, sent] = [new FakeClock('2026-06-10T12:00:00Z'), [], []];
    server = await listen(createSimulator({ clock, tokens: [TOKEN] }));
    helper.settings({ userDir: mkdtempSync(join(tmpdir(), 'enedis-messages-')) });
    useServices({ clock, random: () => 0.5, http: createHttp({ timeoutMs: 2_000 }) });
    const config = { gateway: 'conso-api', usagePointId: METER, direction: 'consumption' };
    const ours = { ...onCanvas, config: 'config', wires: [['sent'], ['sent']] };
    await helper.load(
      [configNode, fetchNode, backfillNode],
      [
        { id: 'tab', type: 'tab', label: 'flow' },
        { id: 'config', type: 'enedis-config', ...config, baseUrl: server.url },
        { id: 'fetch', ...ours, type: 'enedis-fetch-yesterday', schedule: 'input' },
        {
          id: 'backfill',
          ...ours,
          type: 'enedis-backfill',
          startType: 'msg',
          start: 'from',
          series: ['daily'],
        },
        { id: 'sent', ...onCanvas, type: 'helper' },
      ],
      { config: { token: TOKEN } },
    );
    hooks.add('onComplete.messages', ({ node, error }: { node: { id: string }; error?: Error }) => {
      if (node.id === 'fetch' || node.id === 'backfill') ended.push(error ? { error } : {});
    });
    helper
      .getNode('sent')
      .on('input', (message: unknown) => void sent.push(message as (typeof sent)[number]));
  });

  afterEach(async () => {
    hooks.remove('*.messages');
    await helper.unload();
    await server.close();
    useServices();
  });

  /** Sends it and lives until its end, and until nothing is left to do at this moment. */
  async function take(node: string, message: Record<string, unknown>): Promise<Ended> {
    ended.length = 0;
    helper.getNode(node).receive(message);
    await clock.settle(async () => {
      while (ended.length === 0) await new Promise(setImmediate);
    });
    for (let turns = 0; turns < 20; turns++) await new Promise(setImmediate);
    assert.equal(ended.length, 1, 'ended once');
    assert.deepEqual(unhandled, []);
    return ended[0]!;
  }

  for (const node of ['fetch', 'backfill']) {
    it(`to ${node} is ended once, with an error of ours or without`, async () => {
      await fc.assert(
        fc.asyncProperty(MESSAGE, async (wanted) => {
          sent.length = 0;
          const { error } = await take(node, built(wanted));
          if (error) assert.match(String(error.code), /^ENEDIS_/, error.stack);
          for (const { payload } of sent) {
            if (!Array.isArray(payload)) continue;
            for (const { id, value } of payload as Reading[]) assert.ok(id && Number.isFinite(value));
          }
        }),
        { numRuns: 150 },
      );
      const { error } = await take(node, { payload: node === 'fetch' ? '' : 'status' });
      assert.equal(error, undefined, 'the next is served');
    });
  }

  it('to backfill that can’t be copied starts nothing that would stand still', async () => {
    const properties = { x: { value: 1, as: 'thrower' as const } };
    const { error } = await take('backfill', built({ properties, shape: 'plain' }));
    assert.match(String(error?.code), /^ENEDIS_/);
    sent.length = 0;
    await take('backfill', { from: '2026-06-01' });
    const state = (): unknown => (sent.at(-1)?.payload as { state?: unknown } | undefined)?.state;
    await clock.settle(async () => {
      while (state() !== 'done') await new Promise(setImmediate);
    });
  });
});
