/**
 * The fault matrix: each fault against each node, as a flow sees it. Something is wrong for a day, then it is right
 * again: what does a Catch node get, what is asked meanwhile, and is every reading there in the end, once? The answers
 * are a table beside this file, which must be what this run found: `npm run faults` writes it anew.
 */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { inspect } from 'node:util';
import helper from 'node-red-node-test-helper';
import * as prettier from 'prettier';
import { GATEWAY_RULES } from '../../lib/budget/rules';
import { ALL_SERIES, type Series } from '../../lib/readings/reading';
import { GROUPS, type Fault } from './faults';
import { METER, Scene, SECRETS } from './scene';

const TABLE = join(__dirname, 'FAULTS.md');
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** Enedis is asked for more when a day comes late: how long that may take in the end. */
const PATIENCE = 4;

interface Cell {
  codes: string;
  retry: string;
  requests: string;
  recovered: string;
}

interface Driver {
  name: string;
  node: Record<string, unknown>;
  /** The first day whose readings are due. */
  from: string;
  /** Sets the node to work. */
  begin: (scene: Scene) => void;
  /** Whether it has nothing to do at this moment. */
  rests: (scene: Scene) => boolean;
  /** What a person does when all is well again and it doesn't go on by itself. */
  nudge: (scene: Scene) => void;
}

const DRIVERS: readonly Driver[] = [
  {
    name: 'fetch-yesterday',
    node: { type: 'enedis-fetch-yesterday', schedule: 'automatic', firstCollect: false },
    from: '2026-06-09',
    begin: () => undefined,
    rests: ({ clock }) => clock.appointments.length > 0,
    nudge: (scene) => scene.send({ payload: 'now' }),
  },
  {
    name: 'backfill',
    node: { type: 'enedis-backfill', series: [], order: 'newest', startType: 'msg', start: 'from' },
    from: '2026-06-01',
    begin: (scene) => scene.send({ from: '2026-06-01' }),
    rests: ({ clock, progress, caught }) =>
      clock.appointments.length > 0 ||
      ['done', 'failed'].includes(String(progress.at(-1)?.state)) ||
      (progress.length === 0 && caught.length > 0),
    nudge: (scene) =>
      scene.send({ payload: scene.progress.at(-1)?.state === 'failed' ? 'resume' : '', from: '2026-06-01' }),
  },
];

helper.init(require.resolve('node-red'));

describe('the fault matrix', { timeout: 300_000 }, () => {
  const cells = new Map<string, Cell>();
  const unhandled: unknown[] = [];
  const note = (reason: unknown): void => void unhandled.push(reason);

  before(async () => {
    process.on('unhandledRejection', note);
    await new Promise<void>((resolve) => helper.startServer(resolve));
  });
  after(async () => {
    process.off('unhandledRejection', note);
    await new Promise<void>((resolve) => helper.stopServer(resolve));
  });

  for (const { title, faults } of GROUPS) {
    for (const fault of faults) {
      for (const driver of DRIVERS) {
        it(`${title}: ${fault.name} × ${driver.name}`, async () => {
          cells.set(`${title}/${fault.name}/${driver.name}`, await live(fault, driver));
          assert.deepEqual(unhandled, []);
        });
      }
    }
  }

  it('is what the table says', async () => {
    const table = await tableOf(cells);
    if (process.env.ENEDIS_WRITE_FAULTS) writeFileSync(TABLE, table);
    assert.equal(readFileSync(TABLE, 'utf8'), table, 'FAULTS.md is out of date: npm run faults');
  });
});

async function live(fault: Fault, driver: Driver): Promise<Cell> {
  const gateway = fault.gateway ?? 'conso-api';
  const scene = await Scene.open(gateway, driver.node);
  const { clock, simulator, caught } = scene;
  const idle = async (): Promise<void> => {
    while (!driver.rests(scene)) await new Promise(setImmediate);
  };
  let end: (() => void) | undefined;
  try {
    // The node has planned, or lies ready.
    if (driver.name === 'fetch-yesterday') await clock.settle(idle);
    end = fault.begin(scene);
    driver.begin(scene);
    const first = clock.appointments[0];
    if (driver.name === 'fetch-yesterday') await clock.runUntil(iso(first ?? clock.now()), idle);
    await clock.settle(idle);
    const asked = simulator.requests.length;
    const [next] = clock.appointments;
    const retry = next === undefined ? '—' : waitOf(next - clock.now());
    const codes = new Set(caught.map(({ code }) => code));

    await clock.runUntil(iso(clock.now() + DAY), idle);
    const inADay = simulator.requests.length;
    for (const { code } of caught) codes.add(code);
    assert.ok(await scene.isResponsive(), 'the rest of the flow goes on');
    end();
    end = undefined;
    await clock.settle(idle);

    const ended = clock.now();
    let recovered = isComplete(scene, driver, fault) ? 'nothing was missing' : '';
    while (recovered === '' && clock.now() - ended < PATIENCE * DAY) {
      // A run that is over waits for nothing: somebody has to want it again.
      if (clock.appointments.length === 0) {
        driver.nudge(scene);
        await clock.settle(async () => {
          const before = scene.progress.length + caught.length;
          while (scene.progress.length + caught.length === before) await new Promise(setImmediate);
          await idle();
        });
        if (isComplete(scene, driver, fault)) recovered = 'on a message';
      }
      await clock.runUntil(iso(clock.appointments[0] ?? clock.now() + HOUR), idle);
      const hours = (clock.now() - ended) / HOUR;
      if (recovered === '' && isComplete(scene, driver, fault)) recovered = `by itself, ${within(hours)}`;
    }
    assert.notEqual(recovered, '', `something is missing; caught ${inspect(caught)}`);
    assertOnce(scene);
    assertSecretive(scene);
    assertWithinRules(scene, gateway);
    assert.deepEqual([...scene.asked], [scene.gatewayHost], 'nobody else was asked');
    return {
      codes: [...codes].map((code) => `\`${code}\``).join(' ') || 'none',
      retry,
      requests: `${asked} / ${inADay}`,
      recovered,
    };
  } finally {
    end?.();
    await scene.close();
  }
}

/** Each series has what Enedis has, and no value is another. */
function isComplete(scene: Scene, { from }: Driver, { asIs }: Fault): boolean {
  return ALL_SERIES.every((series) => {
    const got = ledgerOf(scene, series);
    return [...scene.truth(series, from)].every(([start, value]) => asIs ?? got.get(start) === value);
  });
}

function ledgerOf({ readings }: Scene, series: Series): Map<number, number> {
  const own = readings.filter((reading) => reading.series === series);
  return new Map(own.map(({ start, value }) => [Date.parse(start), value]));
}

/** Nothing comes twice within a run, unless it corrects what came before. */
function assertOnce({ readings }: Scene): void {
  const seen = new Map<string, number>();
  for (const { id, run, value, corrects } of readings) {
    const key = `${run} ${id}`;
    if (seen.has(key)) assert.equal(corrects, seen.get(key), `${key} came twice`);
    seen.set(key, value);
  }
}

function assertSecretive(scene: Scene): void {
  const said = inspect([scene.told, helper.log().args], {
    depth: 12,
    maxStringLength: null,
    maxArrayLength: null,
  });
  for (const secret of [...Object.values(SECRETS), METER]) {
    assert.ok(!said.includes(secret), `${secret.slice(0, 6)}… was told`);
  }
}

/** In no window more requests than the rules of the gateway allow. */
function assertWithinRules({ simulator }: Scene, gateway: keyof typeof GATEWAY_RULES): void {
  const times = simulator.requests.map(({ time }) => time).sort((a, b) => a - b);
  for (const { requests, within: span } of GATEWAY_RULES[gateway].allowances) {
    times.forEach((time, place) => {
      const before = times[place - requests];
      if (before !== undefined) assert.ok(time - before >= span, `more than ${requests} in ${span} ms`);
    });
  }
}

const iso = (instant: number): string => new Date(instant).toISOString();

function waitOf(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  if (minutes < 1) return 'at once';
  return minutes < 120 ? `after ${minutes} min` : `after ${Math.round(minutes / 60)} h`;
}

function within(hours: number): string {
  return hours <= 24 ? 'within a day' : `within ${Math.ceil(hours / 24)} days`;
}

async function tableOf(cells: ReadonlyMap<string, Cell>): Promise<string> {
  const head = [
    'Fault',
    ...DRIVERS.flatMap(({ name }) => [`${name}: code`, 'asks again', 'requests', 'complete again']),
  ];
  const sections = GROUPS.map(({ title, faults }) => {
    const rows = faults.map(({ name }) => [
      name,
      ...DRIVERS.flatMap((driver) => {
        const cell = cells.get(`${title}/${name}/${driver.name}`);
        return cell ? [cell.codes, cell.retry, cell.requests, cell.recovered] : ['?', '?', '?', '?'];
      }),
    ]);
    const lines = [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`);
    return `## ${title}\n\n${lines.join('\n')}\n`;
  });
  const markdown = `${INTRODUCTION}\n${sections.join('\n')}`;
  return prettier.format(markdown, { ...(await prettier.resolveConfig(TABLE)), parser: 'markdown' });
}

const INTRODUCTION = `# What happens when something goes wrong

Written by \`npm run faults\` and checked by \`npm test\`: each line is a node in Node-RED, a Catch node beside it, against a
simulated gateway over HTTP. The fault lasts a day, from two in the afternoon on; then all is well again.

- **code**: what a Catch node gets. *None*: the flow needn't know, what was wrong is left out and asked for again.
- **asks again**: when the node tries next by itself after the first failure, give or take its random spread.
- **requests**: of the first attempt / of the whole day on which it fails. All is well with 3 (fetch-yesterday, one a
  series) and 4 (backfill of nine days, the load curve takes two).
- **complete again**: when the flow has every reading that Enedis has, each once; counted from the end of the fault.

In each of them no gateway's rule is broken, nobody but the gateway is asked, nothing of a token, a secret or a full
PDL is told, no promise is left unhandled and the rest of the flow goes on.
`;
