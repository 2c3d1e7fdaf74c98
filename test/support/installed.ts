/**
 * The packages as a user gets them: packed by npm and installed from the tarball. A test of the checkout would not notice
 * a file that `files` in package.json leaves out. Packing and installing take seconds, so one test run does it once.
 */
import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export const ROOT = resolve(__dirname, '..', '..');
export const PACKAGE = 'node-red-contrib-enedis';
export const WIDGET = 'node-red-dashboard-2-enedis';
/** Where FlowFuse Dashboard is found: among what the checkout itself has installed. */
export const DASHBOARD = '@flowfuse/node-red-dashboard';

export type Ours = typeof PACKAGE | typeof WIDGET;
const SOURCES: Record<Ours, string> = { [PACKAGE]: ROOT, [WIDGET]: join(ROOT, 'dashboard') };

let workspace: string | undefined;

/** A folder of this test run: the one `npm test` made for all its files, or one of this process alone. */
function runFolder(): string {
  workspace ??= process.env.ENEDIS_TEST_RUN ?? temporaryFolder('test-');
  return workspace;
}

/** A new folder below the checkout's `.tmp`, gone when this process ends. */
export function temporaryFolder(prefix: string): string {
  const parent = join(ROOT, '.tmp');
  mkdirSync(parent, { recursive: true });
  const folder = mkdtempSync(join(parent, prefix));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
  return folder;
}

const tarballs = new Map<Ours, Promise<string>>();

/** Path of a packed package. `npm test` has built it just before; run by hand, a test file lets npm build it first. */
export function packedTarball(name: Ours = PACKAGE): Promise<string> {
  const known = tarballs.get(name);
  if (known) return known;
  const packing = pack(name);
  tarballs.set(name, packing);
  return packing;
}

async function pack(name: Ours): Promise<string> {
  const built = process.env.ENEDIS_TEST_RUN !== undefined;
  const marker = join(runFolder(), `${name}.tgz`);
  if (existsSync(marker)) return marker;
  const { stdout } = await run(
    'npm',
    ['pack', '--json', '--pack-destination', runFolder(), ...(built ? ['--ignore-scripts'] : [])],
    { cwd: SOURCES[name] },
  );
  // A build that speaks, speaks on the same output: the answer begins at the first bracket that opens a line.
  const [packed] = JSON.parse(stdout.slice(stdout.search(/^\[/m))) as { filename: string }[];
  if (packed === undefined) throw new Error(`npm pack answered: ${stdout}`);
  cpSync(join(runFolder(), basename(packed.filename)), marker);
  return marker;
}

/** Installs tarballs into an empty userDir as Node-RED's own palette manager does. */
export async function installInto(userDir: string, packages: readonly Ours[] = [PACKAGE]): Promise<void> {
  mkdirSync(userDir, { recursive: true });
  writeFileSync(join(userDir, 'package.json'), JSON.stringify({ name: 'user-dir', private: true }));
  const files: string[] = [];
  // One after the other: packing by hand builds both.
  for (const name of packages) files.push(await packedTarball(name));
  await run('npm', ['install', ...files, '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: userDir,
  });
}

const templates = new Map<string, Promise<string>>();

/** A new userDir with these packages in it: installed once a run, copied afterwards. */
export async function userDirWith(packages: readonly Ours[]): Promise<string> {
  const name = ['installed', ...packages].join('+');
  const template = templates.get(name) ?? installOnce(join(runFolder(), name), packages);
  templates.set(name, template);
  const userDir = temporaryFolder('user-dir-');
  cpSync(await template, userDir, { recursive: true });
  return userDir;
}

async function installOnce(folder: string, packages: readonly Ours[]): Promise<string> {
  // Written last by npm: an installation that broke half-way is done again.
  if (!existsSync(join(folder, 'node_modules', '.package-lock.json'))) {
    rmSync(folder, { recursive: true, force: true });
    await installInto(folder, packages);
  }
  return folder;
}

/** A new userDir with the package in it. */
export function userDirWithPackage(): Promise<string> {
  return userDirWith([PACKAGE]);
}
