/**
 * CONTRIBUTING.md is true: what it tells a newcomer to do for a gateway and for a series is done here, word for word, on a
 * copy of the checkout; the copy is built and type-checked, and its Node-RED collects a meter's past through the one and
 * of the other.
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { addDays, parisDate } from '../../lib/readings/paris';
import { PACKAGE, ROOT, temporaryFolder } from '../support/installed';
import { type NodeRed, sink, startNodeRed } from '../support/node-red';
import { follow, stepsBelow } from '../support/walkthrough';

const run = promisify(execFile);
const PDL = '22516914714270';
const DOCUMENT = readFileSync(join(ROOT, 'CONTRIBUTING.md'), 'utf8');
const GATEWAY = stepsBelow(DOCUMENT, 'A new gateway, step by step');
const SERIES = stepsBelow(DOCUMENT, 'A new series, step by step');
const filesOf = (steps: typeof GATEWAY): string[] => [...new Set(steps.map(({ path }) => path))];

describe('what CONTRIBUTING.md says', () => {
  let copy: string;
  let server: Server;
  let nodeRed: NodeRed;
  const asked: string[] = [];
  const yesterday = addDays(parisDate(Date.now()), -1);

  before(async () => {
    copy = copyOfCheckout();
    for (const step of [...GATEWAY, ...SERIES]) follow(copy, step);
    server = createServer((request, response) => {
      asked.push(request.url ?? '');
      assert.equal(request.headers.authorization, 'Bearer token-of-the-test');
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(answerTo(new URL(request.url ?? '', 'http://wattbox'))));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  after(async () => {
    await nodeRed?.kill();
    server?.close();
  });

  it('takes as many files as it says: four for a gateway, three for a series', () => {
    assert.equal(filesOf(GATEWAY).length, 4);
    assert.equal(filesOf(SERIES).length, 3);
  });

  it('compiles, tests included', async () => {
    await run(process.execPath, [join(copy, 'scripts', 'build.mjs')], { cwd: copy });
    const tsc = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
    const complaints = await run(process.execPath, [tsc, '--noEmit', '-p', copy]).then(
      ({ stdout }) => stdout,
      (error: { stdout: string }) => error.stdout,
    );
    assert.equal(complaints, '');
  });

  it('is offered by the dialog, and a backfill brings the new series through the new gateway', async () => {
    const userDir = temporaryFolder('user-dir-');
    mkdirSync(join(userDir, 'node_modules'));
    symlinkSync(copy, join(userDir, 'node_modules', PACKAGE), 'dir');
    nodeRed = await startNodeRed({ userDir });
    const settings = await nodeRed.json<{ enedisConfigGateways: { kind: string; credentials: string[] }[] }>(
      'settings',
    );
    const offered = settings.enedisConfigGateways.find(({ kind }) => kind === 'wattbox');
    assert.deepEqual(offered?.credentials, ['token']);
    await nodeRed.deploy(
      [
        { id: 'tab', type: 'tab' },
        {
          id: 'config',
          type: 'enedis-config',
          gateway: 'wattbox',
          usagePointId: PDL,
          direction: 'consumption',
          baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
        },
        { id: 'go', type: 'inject', z: 'tab', props: [], wires: [['backfill']] },
        {
          id: 'backfill',
          type: 'enedis-backfill',
          z: 'tab',
          config: 'config',
          series: ['daily', 'minPower'],
          order: 'newest',
          startType: 'date',
          start: addDays(yesterday, -9),
          endType: 'yesterday',
          wires: [['sink-readings'], ['sink-progress']],
        },
        sink('readings', 'tab'),
        sink('progress', 'tab'),
      ],
      { config: { token: 'token-of-the-test' } },
    );
    await nodeRed.inject('go');
    await nodeRed.next('progress', ({ payload }) => (payload as { state: string }).state === 'done');
    const readings = nodeRed
      .arrived('readings')
      .flatMap(({ payload }) => payload as { id: string; series: string; value: number; unit: string }[]);
    for (const [series, value, unit] of [
      ['daily', 12.345, 'kWh'],
      ['minPower', 0.21, 'kVA'],
    ] as const) {
      const found = readings.filter((reading) => reading.series === series);
      assert.equal(found.length, 10, series);
      for (const reading of found) {
        assert.deepEqual([reading.value, reading.unit], [value, unit]);
        assert.ok(reading.id.startsWith(`${PDL}/consumption/${series}/`), reading.id);
      }
    }
    assert.equal(asked.length, 2, asked.join('\n'));
  });
});

/** What is kept of the checkout, with the packages of the original. */
function copyOfCheckout(): string {
  const copy = temporaryFolder('contributing-');
  const made = ['node_modules', '.git', '.tmp', 'dist', 'resources'];
  for (const name of readdirSync(ROOT).filter((each) => !made.includes(each))) {
    const filter = (path: string): boolean => !made.includes(basename(path));
    cpSync(join(ROOT, name), join(copy, name), { recursive: true, filter });
  }
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'), 'dir');
  return copy;
}

/** A day's energy or a day's lowest power, as Enedis writes them. */
function answerTo({ pathname, searchParams }: URL): object {
  const [start, end] = [searchParams.get('start')!, searchParams.get('end')!];
  const isEnergy = pathname.includes('consommation_quotidienne');
  const points = [];
  for (let day = start; day < end; day = addDays(day, 1))
    points.push({ d: day, v: isEnergy ? '12345' : '210' });
  return {
    idPrm: PDL,
    etapeMetier: 'BRUT',
    periode: { dateDebut: start, dateFin: end },
    pas: 'P1D',
    grandeur: [
      {
        grandeurMetier: 'CONS',
        grandeurPhysique: isEnergy ? 'EA' : 'PMI',
        unite: isEnergy ? 'Wh' : 'VA',
        points,
      },
    ],
  };
}
