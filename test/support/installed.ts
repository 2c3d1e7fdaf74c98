/**
 * The package as a user gets it: packed by npm and installed from the tarball. A test of the checkout would not notice
 * a file that `files` in package.json leaves out. Packing and installing take seconds, so one test run does it once.
 */
import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export const ROOT = resolve(__dirname, '..', '..');
export const PACKAGE = 'node-red-contrib-enedis';

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

let tarball: Promise<string> | undefined;

/** Path of the packed package. `npm test` has built it just before; run by hand, a test file lets npm build it first. */
export function packedTarball(): Promise<string> {
  tarball ??= (async () => {
    const built = process.env.ENEDIS_TEST_RUN !== undefined;
    const marker = join(runFolder(), 'package.tgz');
    if (existsSync(marker)) return marker;
    const { stdout } = await run(
      'npm',
      ['pack', '--json', '--pack-destination', runFolder(), ...(built ? ['--ignore-scripts'] : [])],
      { cwd: ROOT },
    );
    // A build that speaks, speaks on the same output: the answer begins at the first bracket that opens a line.
    const [packed] = JSON.parse(stdout.slice(stdout.search(/^\[/m))) as { filename: string }[];
    if (packed === undefined) throw new Error(`npm pack answered: ${stdout}`);
    cpSync(join(runFolder(), basename(packed.filename)), marker);
    return marker;
  })();
  return tarball;
}

/** Installs the tarball into an empty userDir as Node-RED's own palette manager does. */
export async function installInto(userDir: string): Promise<void> {
  mkdirSync(userDir, { recursive: true });
  writeFileSync(join(userDir, 'package.json'), JSON.stringify({ name: 'user-dir', private: true }));
  await run(
    'npm',
    ['install', await packedTarball(), '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error'],
    { cwd: userDir },
  );
}

let template: Promise<string> | undefined;

/** A new userDir with the package in it: installed once a run, copied afterwards. */
export async function userDirWithPackage(): Promise<string> {
  template ??= (async () => {
    const folder = join(runFolder(), 'installed');
    // Written last by npm: an installation that broke half-way is done again.
    if (!existsSync(join(folder, 'node_modules', '.package-lock.json'))) {
      rmSync(folder, { recursive: true, force: true });
      await installInto(folder);
    }
    return folder;
  })();
  const userDir = temporaryFolder('user-dir-');
  cpSync(await template, userDir, { recursive: true });
  return userDir;
}
