// `npm start`: from a fresh clone to a running Node-RED with the package and its demonstration, in one command.
// It lives in .tmp/demo, apart from any Node-RED the user may have.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { inOneLanguage } from './in-one-language.cjs';
import { fail, root, run, setup } from './setup.mjs';

setup();
run(process.execPath, [join(root, 'scripts', 'build.mjs')], { failure: 'Node-RED was not started.' });

const userDir = join(root, '.tmp', 'demo');
mkdirSync(userDir, { recursive: true });

// Only the first time: from then on the flows are the user's.
const flows = join(userDir, 'flows.json');
const demonstration = join(root, 'dashboard', 'examples', '1 - Linky on the dashboard.json');
if (!existsSync(flows)) {
  const { languageSaid } = createRequire(import.meta.url)(join(root, 'dist', 'nodes', 'shared', 'words.js'));
  const example = JSON.parse(readFileSync(demonstration, 'utf8'));
  writeFileSync(flows, JSON.stringify(inOneLanguage(example, languageSaid() === 'fr'), null, 4));
}

const port = await choosePort();
const nodeRed = spawn(
  process.execPath,
  [
    join(root, 'node_modules', 'node-red', 'red.js'),
    ...['--settings', join(root, 'scripts', 'start-settings.cjs')],
    ...['--userDir', userDir],
    ...['--port', String(port)],
  ],
  { stdio: 'inherit', env: { ...process.env, NODE_RED_CREDENTIAL_SECRET: secret() } },
);

let stopping = false;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    stopping = true;
    nodeRed.kill(signal);
    // Node-RED waits 15 s for a node that doesn't close; whoever pressed Ctrl-C doesn't.
    setTimeout(() => nodeRed.kill('SIGKILL'), 5000).unref();
  });
}
nodeRed.on('exit', (code) => process.exit(stopping ? 0 : (code ?? 1)));

const address = `http://127.0.0.1:${port}/`;
await untilReady(address);
console.log(`
  Enedis for Node-RED is running.        Enedis pour Node-RED est lancé.

      →  ${address}dashboard

  Open this address: a Linky and its     Ouvrez cette adresse : un Linky et
  charts. The flows behind them:         ses graphiques. Les flux derrière :

      →  ${address}

  The meter is a simulated one.          Le compteur est simulé.
  Ctrl-C stops.                          Ctrl-C arrête.
`);

/** The port asked for with PORT, else 1880 or the first free one after it. */
async function choosePort() {
  const asked = process.env.PORT;
  if (asked !== undefined && asked !== '') {
    const wanted = Number(asked);
    if (!Number.isInteger(wanted) || wanted < 1 || wanted > 65535)
      fail(`PORT is ${asked}: it must be 1 to 65535.`);
    if (!(await isFree(wanted))) fail(`Port ${wanted} is taken. / Le port ${wanted} est occupé.`);
    return wanted;
  }
  for (let candidate = 1880; candidate < 1980; candidate++) {
    if (await isFree(candidate)) return candidate;
  }
  return fail('No free port from 1880 to 1979. Choose one: PORT=3000 npm start');
}

/** Whether nobody listens there: neither on this machine's loopback nor on all of its addresses. */
async function isFree(candidate) {
  for (const host of ['127.0.0.1', '0.0.0.0']) {
    const free = await new Promise((resolve) => {
      const probe = createServer();
      probe.once('error', () => resolve(false));
      probe.listen(candidate, host, () => probe.close(() => resolve(true)));
    });
    if (!free) return false;
  }
  return true;
}

/** The key of this demonstration's credentials: made once, kept beside them, never in the repository. */
function secret() {
  const file = join(userDir, 'credential-secret');
  if (!existsSync(file)) writeFileSync(file, randomBytes(32).toString('hex'), { mode: 0o600 });
  return readFileSync(file, 'utf8').trim();
}

async function untilReady(url) {
  const giveUp = Date.now() + 120_000;
  while (Date.now() < giveUp) {
    const answer = await fetch(`${url}settings`).catch(() => undefined);
    if (answer?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  nodeRed.kill('SIGKILL');
  fail('Node-RED did not answer within two minutes.');
}
