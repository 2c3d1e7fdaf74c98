/**
 * Runs a test program in a process of its own, compiled into one file beforehand: for what lives through so many days
 * that the test runner's bookkeeping and a compiler between each `import()` would cost more than the days themselves.
 */
import { execFile } from 'node:child_process';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { ROOT, temporaryFolder } from './installed';

const run = promisify(execFile);
const LONGEST = 280_000;

/** Of all programs of this process, which may start together, the one build. */
let building: Promise<unknown> | undefined;

/**
 * @param entry absolute path of a .ts file that writes one JSON value to its standard output. It finds the package's own
 * nodes, built, below its working directory.
 */
export async function runProgram<T>(entry: string, ...args: string[]): Promise<T> {
  const outfile = join(temporaryFolder('program-'), `${basename(entry, '.ts')}.cjs`);
  const options = { bundle: true, platform: 'node', format: 'cjs', packages: 'external' } as const;
  await build({ ...options, entryPoints: [entry], outfile, logLevel: 'error' });
  // `npm test` has built the package just before.
  if (process.env.ENEDIS_TEST_RUN === undefined) {
    building ??= run(process.execPath, [join(ROOT, 'scripts', 'build.mjs')], { cwd: ROOT });
    await building;
  }
  const { stdout } = await run(process.execPath, [outfile, ...args], {
    cwd: ROOT,
    env: { ...process.env, NODE_OPTIONS: '', NODE_TEST_CONTEXT: undefined },
    timeout: LONGEST,
    maxBuffer: 2 ** 24,
  });
  return JSON.parse(stdout.slice(stdout.lastIndexOf('\n', stdout.length - 2) + 1)) as T;
}
