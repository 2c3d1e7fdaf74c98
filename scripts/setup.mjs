// Brings a checkout to the point where anything else can run. `npm start` and `npm test` begin here, on a fresh clone
// too, so this file may import nothing that would have to be installed first.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

const OLDEST_NODE = 20;

/** Checks Node's version and installs the dependencies where they are absent or not those of the lock file. */
export function setup() {
  if (Number(process.versions.node.split('.')[0]) < OLDEST_NODE) {
    fail(
      `This project needs Node.js ${OLDEST_NODE} or later; this is ${process.version}. Install it and try again.`,
    );
  }
  if (isInstalled()) return;
  console.log('Installing the dependencies (once, about a minute)…');
  const locked = existsSync(join(root, 'package-lock.json'));
  // NODE_ENV=production would leave out the tools that build and test.
  run('npm', [locked ? 'ci' : 'install', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'], {
    failure: 'The dependencies could not be installed.',
  });
}

/**
 * Compares what npm says it installed with the lock file. By content, not by date: git gives files the date of the
 * checkout, and a needless `npm ci` would empty node_modules under a running Node-RED.
 */
function isInstalled() {
  const wanted = packagesOf(join(root, 'package-lock.json'));
  const installed = packagesOf(join(root, 'node_modules', '.package-lock.json'));
  if (!installed) return false;
  if (!wanted) return true;
  return Object.entries(wanted).every(
    // Optional ones are for other platforms; '' is this package itself, links are its workspaces.
    ([path, entry]) =>
      path === '' ||
      entry.optional ||
      entry.peer ||
      entry.link ||
      !path.includes('node_modules/') ||
      installed[path]?.version === entry.version,
  );
}

function packagesOf(lockFile) {
  try {
    return JSON.parse(readFileSync(lockFile, 'utf8')).packages;
  } catch {
    return undefined;
  }
}

/** Runs a command to its end with its output shown; ends this process with `failure` where it fails. */
export function run(command, args, { failure, env = {} }) {
  // npm is a script on Windows, which only a shell finds.
  const shell = process.platform === 'win32' && command === 'npm';
  const { status, error } = spawnSync(command, args, {
    cwd: root,
    stdio: 'inherit',
    shell,
    env: { ...process.env, ...env },
  });
  if (status !== 0) fail(error ? `${failure} ${error.message}` : failure);
}

export function fail(sentence) {
  console.error(`\n${sentence}`);
  process.exit(1);
}
