/**
 * Command-line tools that only a few tests want, each installed apart and kept for the next run: as devDependencies they
 * would be more than half of what a contributor downloads.
 */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from './installed';

const run = promisify(execFile);

/** Path of the tool's command, a script for node. */
export async function toolPath(name: string, version: string): Promise<string> {
  const folder = join(ROOT, '.tmp', `${name}-${version}`);
  const installed = join(folder, 'node_modules', name);
  if (!existsSync(join(folder, 'node_modules', '.package-lock.json'))) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'package.json'), '{"private":true}');
    const quietly = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
    await run('npm', ['install', `${name}@${version}`, ...quietly], { cwd: folder });
  }
  const { bin } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8')) as {
    bin: Record<string, string>;
  };
  return join(installed, bin[name]!);
}
