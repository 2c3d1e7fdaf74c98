// `npm test`: all that must hold before anything is committed.
// `npm test -- test/process` (folders or files) builds, type-checks and runs only those tests.
// The last line is always `N passed, N failed`, and `, N skipped` where there were any.
//
// After the build, jobs run side by side, one on each core: the checks, then the unit tests of each zone in one process,
// and each other test file in a process of its own.
// What a job wrote is shown when it has ended, so that two never speak at once.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, relative, resolve, sep } from 'node:path';
import { root, setup } from './setup.mjs';

// Readings are in Paris time wherever the machine is; a test that passes at home only would hide the contrary.
const ZONES = ['UTC', 'America/New_York', 'Pacific/Auckland'];
// What the machine's zone could change runs in each zone, all else once. Quick tests come first, then the folders with
// the longest files, so that no core is left with a long one at the end.
const IN_EACH_ZONE = 'test/unit';
const ONCE = ['test/browser', 'test/faults', 'test/simulation', 'test/process', 'test/release', 'test/nodes'];
// Beyond four, browsers and Node-REDs only wait for each other.
const AT_ONCE = Math.max(2, Math.min(4, availableParallelism()));
// Loading what they test takes longer than most unit tests.
const TOGETHER = join(root, 'test', 'support', 'together.mjs');

const total = { passed: 0, failed: 0, skipped: 0 };
const failed = [];
const running = new Set();
const only = process.argv.slice(2);

setup();

mkdirSync(join(root, '.tmp'), { recursive: true });
// Shared by the test files of this run: the packages packed and installed once.
const workspace = mkdtempSync(join(root, '.tmp', 'test-'));
process.on('exit', () => rmSync(workspace, { recursive: true, force: true, maxRetries: 3 }));
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    for (const child of running) child.kill(signal);
    total.failed++;
    finish();
  });
}

const bin = (path) => join(root, 'node_modules', path);
const inEachZone = testFiles(IN_EACH_ZONE);
const once = ONCE.flatMap(testFiles);

await all([check('build', [join(root, 'scripts', 'build.mjs')])]);
const style = [
  check('lint', [bin('eslint/bin/eslint.js'), '.']),
  check('format', [bin('prettier/bin/prettier.cjs'), '--check', '--log-level', 'warn', '.']),
];
const types = [
  check('types', [bin('typescript/bin/tsc'), '--noEmit', '-p', root]),
  check('types of the dialogs', [bin('typescript/bin/tsc'), '--noEmit', '-p', join(root, 'nodes')]),
  check('types of the widget', [bin('vue-tsc/bin/vue-tsc.js'), '--noEmit', '-p', join(root, 'dashboard')]),
];
await all([
  ...(only.length > 0 ? [] : style),
  // Another Node-RED changes nothing in them.
  ...(process.env.ENEDIS_TEST_NODE_RED === undefined ? types : []),
  // Two files that need the packages at the same moment would both pack and install them.
  ...(once.length > 0
    ? [check('packages', ['--import', 'tsx', join(root, 'test', 'support', 'prepare.ts')])]
    : []),
]);
await all([
  ...(inEachZone.length > 0 ? ZONES.map((zone) => tests(inEachZone, zone)) : []),
  ...once.map((file) => tests([file])),
]);
if (total.passed + total.failed + total.skipped === 0) {
  console.error(`\nNo test found${only.length > 0 ? ` in ${only.join(', ')}` : ''}.`);
  total.failed++;
}
finish();

/** Runs jobs, as many at once as there are cores; ends the run where one failed. */
async function all(jobs) {
  const queue = [...jobs];
  const work = async () => {
    for (let job = queue.shift(); job; job = queue.shift()) await job();
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  if (total.failed === 0) return;
  console.error(`\nFailed: ${failed.join(', ')}.`);
  finish();
}

/** A step that holds or doesn't, and counts only where it doesn't. */
function check(name, args) {
  return async () => {
    const { status, seconds, output } = await run(args, { ENEDIS_TEST_RUN: workspace });
    console.log(`\n— ${name} (${seconds} s)\n${output}`.trimEnd());
    if (status !== 0) fail(name, 1);
  };
}

/** The tests of some files, in one process, counted by the reporter. */
function tests(files, zone) {
  return async () => {
    const name = zone ? `${files.length === 1 ? files[0] : IN_EACH_ZONE}, TZ=${zone}` : files.join(', ');
    const counts = join(workspace, `counts-${name.replace(/\W+/g, '-')}`);
    const { status, seconds, output } = await run(
      ['--import', 'tsx', '--test-reporter', './test/support/reporter.mjs', TOGETHER, ...files],
      {
        ...{ ENEDIS_TEST_RUN: workspace, ENEDIS_TEST_COUNTS: counts },
        ...(zone ? { TZ: zone } : {}),
      },
    );
    console.log(`\n— ${name} (${seconds} s)\n${output}`.trimEnd());
    const counted = existsSync(counts) ? JSON.parse(readFileSync(counts, 'utf8')) : {};
    const { pass = 0, fail: failures = 0, cancelled = 0, skipped = 0, todo = 0 } = counted;
    total.passed += pass;
    total.skipped += skipped + todo;
    if (failures + cancelled > 0) fail(name, failures + cancelled);
    // It broke outside of its tests, or ended before they did.
    else if (status !== 0 || !existsSync(counts)) fail(name, 1);
  };
}

function fail(name, count) {
  total.failed += count;
  failed.push(name);
}

/** Runs node to its end and keeps what it wrote. */
async function run(args, env = {}) {
  const begun = performance.now();
  const child = spawn(process.execPath, args, {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  running.add(child);
  const written = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => written.push(chunk));
  const status = await new Promise((done) => child.on('close', done));
  running.delete(child);
  const seconds = Math.round((performance.now() - begun) / 1000);
  return { status, seconds, output: Buffer.concat(written).toString() };
}

/** The test files of a folder that were asked for. */
function testFiles(folder) {
  const path = join(root, folder);
  if (!existsSync(path)) return [];
  return readdirSync(path, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.test.ts'))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort()
    .map((file) => relative(root, file))
    .filter(isWanted);
}

function isWanted(file) {
  if (only.length === 0) return true;
  return only.some((wanted) => {
    const path = relative(root, resolve(wanted));
    const isFolder = existsSync(resolve(wanted)) && statSync(resolve(wanted)).isDirectory();
    return file === path || (isFolder && file.startsWith(path + sep));
  });
}

function finish() {
  const { passed, failed, skipped } = total;
  console.log(`\n${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
  process.exit(failed > 0 ? 1 : 0);
}
