/**
 * What the package adds to a start of Node-RED, and to the disk. The nodes are loaded as Node-RED loads them, in a fresh
 * process that has loaded Node-RED before, so that what they share with it isn't counted as theirs.
 */
import { execFile } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { PACKAGE, packedTarball, ROOT, userDirWithPackage } from '../../test/support/installed';
import { duration, median, megabytes, type Figure } from '../table';

const run = promisify(execFile);
const TIMES = 9;

interface Loaded {
  ms: number;
  heap: number;
}

/** Runs in the fresh process: loads Node-RED, then the nodes that the installed package lists. */
const LOADER = `
  const [nodeRed, folder] = process.argv.slice(1);
  require(nodeRed);
  const manifest = require(folder + '/package.json');
  const RED = {
    nodes: { registerType() {} },
    settings: {},
    httpAdmin: { get() {}, post() {} },
    auth: { needsPermission: () => () => {} },
  };
  global.gc();
  const heap = process.memoryUsage().heapUsed;
  const begun = performance.now();
  for (const file of Object.values(manifest['node-red'].nodes)) require(folder + '/' + file)(RED);
  const ms = performance.now() - begun;
  global.gc();
  const after = process.memoryUsage().heapUsed;
  console.log(JSON.stringify({ ms, heap: after - heap }));
  process.exit(0);
`;

export async function measure(): Promise<Figure> {
  const userDir = await userDirWithPackage();
  const folder = join(userDir, 'node_modules', PACKAGE);
  const loads: Loaded[] = [];
  for (let time = 0; time < TIMES; time++) {
    const args = ['--expose-gc', '-e', LOADER, require.resolve('node-red'), folder];
    const { stdout } = await run(process.execPath, args, { cwd: ROOT });
    loads.push(JSON.parse(stdout) as Loaded);
  }
  return {
    title: 'Weight',
    columns: ['what', 'measured', 'goal'],
    rows: [
      ['time added to Node-RED’s start', duration(median(loads.map(({ ms }) => ms))), 'under 30 ms'],
      ['memory until a node is used', megabytes(median(loads.map(({ heap }) => heap))), 'under 8 MB'],
      ['packed', megabytes(statSync(await packedTarball()).size), ''],
      ['installed, itself', megabytes(sizeOf(folder)), ''],
      ['installed, with its dependencies', megabytes(sizeOf(join(userDir, 'node_modules'))), ''],
    ],
  };
}

function sizeOf(folder: string): number {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
}
