/**
 * Packages that only a few tests want, each installed apart and kept for the next run: as devDependencies they would be
 * more than half of what a contributor downloads, and some have to be compiled.
 */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from './installed';

const run = promisify(execFile);

/** Path of the tool's command, a script for node. */
export async function toolPath(name: string, version: string): Promise<string> {
  const installed = join(await installedApart(name, version, ['--ignore-scripts']), name);
  const { bin } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8')) as {
    bin: Record<string, string>;
  };
  return join(installed, bin[name]!);
}

/** Gives a userDir, before Node-RED starts there, a package of nodes, compiled where it wants to be. */
async function addNodes(userDir: string, name: string, version: string): Promise<void> {
  const modules = join(userDir, 'node_modules');
  mkdirSync(modules, { recursive: true });
  // What the package requires is found from where it really lies.
  symlinkSync(join(await installedApart(name, version), name), join(modules, name), 'dir');
}

/** Gives a userDir the packages of others that our examples send to, Dashboard aside. */
export async function addNodesOfExamples(userDir: string): Promise<void> {
  await addNodes(userDir, 'node-red-contrib-influxdb', '0.7.0');
  await addNodes(userDir, 'node-red-node-sqlite', '1.1.1');
}

/** A library for a test, as `require` gives it. */
export async function library(name: string, version: string): Promise<unknown> {
  return createRequire(join(await installedApart(name, version, ['--ignore-scripts']), 'x.js'))(name);
}

/** The `node_modules` that hold the package and what it needs. */
async function installedApart(name: string, version: string, more: readonly string[] = []): Promise<string> {
  const folder = join(ROOT, '.tmp', `${name.replace('/', '-')}-${version}`);
  const modules = join(folder, 'node_modules');
  // Written by npm before it compiles: what tells the end is ours, and what broke half-way is done again.
  const complete = join(folder, 'complete');
  if (!existsSync(complete)) {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'package.json'), '{"private":true}');
    const quietly = [...more, '--no-audit', '--no-fund', '--loglevel=error'];
    await run('npm', ['install', `${name}@${version}`, ...quietly], {
      cwd: folder,
      // What is compiled is compiled on all cores, and quickly rather than well.
      env: { ...process.env, JOBS: 'max', npm_config_debug: 'true' },
    });
    if (!existsSync(join(modules, name))) throw new Error(`npm has not installed ${name}`);
    writeFileSync(complete, '');
  }
  return modules;
}
