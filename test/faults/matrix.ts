/**
 * A program, run by matrix.test.ts: each fault against one node or the dialog's test, as a flow or a person sees it.
 * Something is wrong for a day, then it is right again: what is told, what is asked meanwhile, and is every reading there
 * in the end, once?
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { inspect } from 'node:util';
import helper from 'node-red-node-test-helper';
import { GATEWAY_RULES } from '../support/gateway-rules';
import { ALL_SERIES, type Series } from '../../lib/readings/reading';
import { GROUPS, type Fault, type Running } from './faults';
import { METER, Scene, SECRETS, type Tested } from './scene';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** From two in the afternoon into the night: past the hour at which the day is given up. */
const LASTS = 9 * HOUR;
/** Of collecting, before the files that came of it are damaged. */
const SOME_DAYS = 3 * DAY;
/** Enedis is asked for more when a day comes late: how long that may take in the end. */
const PATIENCE = 4;

export interface Cell {
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
  /** The day after the last, where that isn't yesterday whenever one looks. */
  until?: string;
  /** Sets the node to work. */
  begin: (scene: Scene) => void;
  /** Whether it has nothing to do at this moment. */
  rests: (scene: Scene) => boolean;
  /** What a person does when all is well again and it doesn't go on by itself; `time` counts from 0. Says what it was. */
  nudge: (scene: Scene, time: number) => string;
}

const DRIVERS: readonly Driver[] = [
  {
    name: 'fetch-yesterday',
    node: { type: 'enedis-fetch-yesterday', schedule: 'automatic', firstCollect: false },
    from: '2026-06-09',
    begin: () => undefined,
    rests: ({ clock }) => clock.appointments.length > 0,
    nudge: (scene) => {
      scene.send({ payload: 'now' });
      return 'on a message';
    },
  },
  {
    name: 'backfill',
    node: { type: 'enedis-backfill', series: [], order: 'newest', startType: 'msg', start: 'from' },
    from: '2026-06-01',
    until: '2026-06-10',
    begin: (scene) => scene.send({ from: '2026-06-01' }),
    rests: ({ clock, progress, caught }) =>
      clock.appointments.length > 0 ||
      ['done', 'failed'].includes(String(progress.at(-1)?.state)) ||
      (progress.length === 0 && caught.length > 0),
    nudge: (scene, time) => {
      const resumes = time === 0 && scene.progress.at(-1)?.state === 'failed';
      const force = time >= 2;
      scene.send({ ...(resumes ? { payload: 'resume' } : {}), force, from: '2026-06-01' });
      return resumes ? 'on `resume`' : force ? 'on a new start with `msg.force`' : 'on a new start';
    },
  },
];

/** What became of one fault. */
export interface Finding {
  title: string;
  name: string;
  cell?: Cell;
  /** Why there is none. */
  problem?: string;
}

/** Has no node of its own: it is a button of the dialog. */
const TEST_ACCESS = 'test access';

/** Where there is nothing to see: the test of an access keeps no readings. */
const NOTHING: Cell = { codes: '—', retry: '—', requests: '—', recovered: '—' };

async function lived(fault: Fault, name: string): Promise<Cell> {
  if (name === TEST_ACCESS && fault.restarts === 'after days') return NOTHING;
  if (name === TEST_ACCESS) {
    return through(fault, { type: 'helper' }, (scene, begin, end) => tested(scene, fault, begin, end));
  }
  const driver = DRIVERS.find((each) => each.name === name)!;
  return through(fault, driver.node, (scene, begin, end) => collected(scene, fault, driver, begin, end));
}

async function main(name: string): Promise<void> {
  helper.init(require.resolve('node-red'));
  await new Promise<void>((resolve) => helper.startServer(resolve));
  const findings: Finding[] = [];
  let unhandled: unknown;
  process.on('unhandledRejection', (reason) => (unhandled = reason));
  for (const { title, faults } of GROUPS) {
    for (const fault of faults) {
      const finding: Finding = { title, name: fault.name };
      findings.push(finding);
      try {
        finding.cell = await lived(fault, name);
        assert.equal(unhandled, undefined);
      } catch (error) {
        unhandled = undefined;
        finding.problem = inspect(error);
      }
    }
  }
  await new Promise<void>((resolve) => helper.stopServer(resolve));
  process.stdout.write(`${JSON.stringify(findings)}\n`, () => process.exit(0));
}

/** Lives through a fault in a flow with `node`; whatever happens, what never may happen didn't. */
async function through(
  fault: Fault,
  node: Record<string, unknown>,
  live: (scene: Scene, begin: () => void, end: () => void) => Promise<Cell>,
): Promise<Cell> {
  const gateway = fault.gateway ?? 'conso-api';
  const scene = await Scene.open(gateway, node);
  let running: Running | undefined;
  const end = (): void => {
    running?.end();
    running = undefined;
  };
  try {
    const cell = await live(
      scene,
      () => (running = fault.begin(scene)),
      () => {
        assert.ok(running?.met(), 'nobody came upon it');
        end();
      },
    );
    assert.deepEqual(scene.foretold, [], 'nothing is told before its time');
    assertSecretive(scene);
    assertNothingKept(scene);
    assertWithinRules(scene, gateway);
    assert.deepEqual(
      [...scene.asked].filter((host) => host !== scene.gatewayHost),
      [],
      'nobody else was asked',
    );
    return cell;
  } finally {
    end();
    await scene.close();
  }
}

/** A node that collects, as a Catch node and the end of its wire see it. */
async function collected(
  scene: Scene,
  fault: Fault,
  driver: Driver,
  begin: () => void,
  end: () => void,
): Promise<Cell> {
  const { clock, simulator, caught } = scene;
  const idle = async (): Promise<void> => {
    while (!driver.rests(scene)) await setTimeout(1);
  };
  // The node has planned, or lies ready.
  if (driver.name === 'fetch-yesterday') await clock.settle(idle);
  if (fault.restarts === 'after days') {
    driver.begin(scene);
    await clock.settle(idle);
    await clock.runUntil(iso(clock.now() + SOME_DAYS), idle);
    assert.ok(await isComplete(scene, driver, fault), 'there are days to lose');
    simulator.clearRequests();
  }
  begin();
  if (fault.restarts) {
    await scene.restart();
    if (driver.name === 'fetch-yesterday') await clock.settle(idle);
  }
  driver.begin(scene);
  const first = clock.appointments[0];
  if (driver.name === 'fetch-yesterday') await clock.runUntil(iso(first ?? clock.now()), idle);
  await clock.settle(idle);
  const asked = simulator.requests.length;
  const [next] = clock.appointments;
  const retry = next === undefined ? '—' : waitOf(next - clock.now());
  const codes = new Set(caught.map(({ code }) => code));

  await clock.runUntil(iso(clock.now() + LASTS), idle);
  const meanwhile = simulator.requests.length;
  for (const { code } of caught) codes.add(code);
  assert.ok(await scene.isResponsive(), 'the rest of the flow goes on');
  end();
  await clock.settle(idle);

  const ended = clock.now();
  let recovered = (await isComplete(scene, driver, fault)) ? 'nothing was missing' : '';
  let nudges = 0;
  while (recovered === '' && clock.now() - ended < PATIENCE * DAY) {
    // A run that is over waits for nothing: somebody has to want it again.
    if (clock.appointments.length === 0) {
      const nudge = driver.nudge(scene, nudges++);
      await clock.settle(async () => {
        const before = scene.progress.length + caught.length;
        while (scene.progress.length + caught.length === before) await setTimeout(1);
        await idle();
      });
      if (await isComplete(scene, driver, fault)) recovered = nudge;
    }
    await clock.runUntil(iso(clock.appointments[0] ?? clock.now() + 8 * HOUR), idle);
    const hours = (clock.now() - ended) / HOUR;
    if (recovered === '' && (await isComplete(scene, driver, fault)))
      recovered = `by itself, ${within(hours)}`;
  }
  assert.notEqual(recovered, '', `something is missing; caught ${inspect(caught)}`);
  assertOnce(scene);
  return { codes: listed(codes), retry, requests: `${asked} / ${meanwhile}`, recovered };
}

/** Somebody with the dialog open, who tests the access every hour while it lasts, and until all is well. */
async function tested(scene: Scene, fault: Fault, begin: () => void, end: () => void): Promise<Cell> {
  const { clock, simulator } = scene;
  begin();
  if (fault.restarts) await scene.restart();
  const codes = new Set<string>();
  const first = await testAll(scene);
  const asked = simulator.requests.length;
  const retryAt = first.failure?.retryAt;
  const retry = retryAt === undefined ? '—' : waitOf(Date.parse(retryAt) - clock.now());
  for (let last = first, hours = 0; ; last = await testAll(scene)) {
    if (last.failure) codes.add(last.failure.code);
    if (hours++ * HOUR >= LASTS) break;
    clock.set(iso(clock.now() + HOUR));
  }
  const meanwhile = simulator.requests.length;
  assert.ok(await scene.isResponsive(), 'the rest of the flow goes on');
  end();

  const ended = clock.now();
  let recovered = codes.size === 0 ? 'nothing was wrong' : '';
  while (recovered === '' && clock.now() - ended < PATIENCE * DAY) {
    const hours = (clock.now() - ended) / HOUR;
    const { failure } = await testAll(scene);
    if (!failure) recovered = hours === 0 ? 'at once' : within(hours);
    clock.set(iso(clock.now() + HOUR));
  }
  assert.notEqual(recovered, '', 'the access is tested in vain');
  return { codes: listed(codes), retry, requests: `${asked} / ${meanwhile}`, recovered };
}

/** Presses until there is nothing left to ask, or what is wrong is said: never more than one question a press. */
async function testAll(scene: Scene): Promise<Tested> {
  const { requests } = scene.simulator;
  const checked: string[] = [];
  for (;;) {
    const before = requests.filter(({ resource }) => resource !== 'token').length;
    const answer = await scene.testAccess(checked);
    const asked = requests.filter(({ resource }) => resource !== 'token').length - before;
    assert.ok(asked <= 1, `${asked} questions with one press`);
    const { failure, open = [], unchecked = [] } = answer;
    if (!failure) assert.ok(open.length > 0, 'nothing is open, and nothing is wrong');
    if (failure || unchecked.length === 0) return answer;
    checked.push(...open.map(({ direction, series }) => `${direction}/${series}`));
  }
}

function listed(codes: ReadonlySet<string>): string {
  return [...codes].map((code) => `\`${code}\``).join(' ') || 'none';
}

/** Each series has what Enedis has, and no value is another; where files were damaged, the archive has it again as well. */
async function isComplete(
  scene: Scene,
  { from, until }: Driver,
  { asIs, restarts }: Fault,
): Promise<boolean> {
  for (const series of ALL_SERIES) {
    const truth = [...scene.truth(series, from, until)];
    const places = [ledgerOf(scene, series)];
    if (restarts === 'after days') places.push(await scene.archived(series, from, until));
    for (const got of places) {
      if (!truth.every(([start, value]) => asIs ?? got.get(start) === value)) return false;
    }
  }
  return true;
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

/** Nor does anything of it stay on the disk. */
function assertNothingKept({ userDir }: Scene): void {
  const { token, clientSecret } = SECRETS;
  for (const entry of readdirSync(userDir, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue;
    const kept = `${entry.name} ${readFileSync(join(entry.parentPath, entry.name), 'utf8')}`;
    assert.ok(!kept.includes(token) && !kept.includes(clientSecret), `${entry.name} holds a secret`);
    // As the simulator calls the application's tokens.
    assert.doesNotMatch(kept, /simulated-\d/);
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

void main(process.argv[2]!);
