// `npm test`: all that must hold before anything is committed, in the order in which it is cheapest to fail.
// `npm test -- test/process` (folders or files) builds, type-checks and runs only those tests.
// The last line is always `N passed, N failed`, and `, N skipped` where there were any.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import { root, setup } from './setup.mjs';

// Readings are in Paris time wherever the machine is; a test that passes at home only would hide the contrary.
const ZONES = ['UTC', 'America/New_York', 'Pacific/Auckland'];
const PURE = ['test/unit'];
const SIMULATED = ['test/simulation'];
const REAL = ['test/faults', 'test/nodes', 'test/process', 'test/browser', 'test/release'];

const total = { passed: 0, failed: 0, skipped: 0 };
const only = process.argv.slice(2);

setup();

mkdirSync(join(root, '.tmp'), { recursive: true });
// Shared by the test files of this run: the package packed and installed once.
const workspace = mkdtempSync(join(root, '.tmp', 'test-'));
process.on('exit', () => rmSync(workspace, { recursive: true, force: true }));
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    total.failed++;
    finish();
  });
}

const bin = (path) => join(root, 'node_modules', path);
stage('build', [join(root, 'scripts', 'build.mjs')]);
stage('types', [bin('typescript/bin/tsc'), '--noEmit', '-p', root]);
stage('types of the dialogs', [bin('typescript/bin/tsc'), '--noEmit', '-p', join(root, 'nodes')]);
stage('types of the widget', [bin('vue-tsc/bin/vue-tsc.js'), '--noEmit', '-p', join(root, 'dashboard')]);
if (only.length === 0) {
  stage('lint', [bin('eslint/bin/eslint.js'), '.']);
  stage('format', [bin('prettier/bin/prettier.cjs'), '--check', '--log-level', 'warn', '.']);
}
for (const zone of ZONES) await tests(`unit tests, TZ=${zone}`, PURE, { TZ: zone });
await tests('simulated months', SIMULATED);
await tests('faults, nodes, real Node-RED, browser, release', REAL);
if (total.passed + total.failed + total.skipped === 0) {
  console.error(`\nNo test found${only.length > 0 ? ` in ${only.join(', ')}` : ''}.`);
  total.failed++;
}
finish();

/** A step that either holds or ends the run. */
function stage(name, args) {
  console.log(`\n— ${name}`);
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' });
  if (status === 0) return;
  console.error(`\nStopped: ${name} failed.`);
  total.failed++;
  finish();
}

/** Runs the test files of `folders` with node's own runner and adds up what it counted. Ends the run on a failure. */
async function tests(name, folders, env = {}) {
  const files = folders.flatMap((folder) => testFiles(join(root, folder))).filter(isWanted);
  if (files.length === 0) return;
  console.log(`\n— ${name}`);
  const counts = join(workspace, 'counts');
  rmSync(counts, { force: true });
  const status = await new Promise((done) => {
    spawn(
      process.execPath,
      [
        ...['--import', 'tsx', '--test', '--test-reporter', './test/support/reporter.mjs'],
        // Real processes and a browser want the machine for themselves; pure functions don't mind company.
        ...['--test-concurrency', folders === REAL ? '1' : '2'],
        ...files,
      ],
      {
        cwd: root,
        stdio: 'inherit',
        env: { ...process.env, ENEDIS_TEST_RUN: workspace, ENEDIS_TEST_COUNTS: counts, ...env },
      },
    ).on('exit', (code) => done(code));
  });
  const counted = existsSync(counts) ? JSON.parse(readFileSync(counts, 'utf8')) : {};
  const { pass = 0, fail = 0, cancelled = 0, skipped = 0, todo = 0 } = counted;
  total.passed += pass;
  total.failed += fail + cancelled;
  total.skipped += skipped + todo;
  if (status === 0 && fail + cancelled === 0 && existsSync(counts)) return;
  // The runner itself broke: that is a failure even where no test says so.
  if (fail + cancelled === 0) total.failed++;
  console.error(`\nStopped: ${name} failed.`);
  finish();
}

function testFiles(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.test.ts'))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort()
    .map((file) => relative(root, file));
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
