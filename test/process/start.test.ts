/** What somebody sees who types `npm start` for the first time: the demonstration, and nothing that looks like a mistake. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { ROOT, temporaryFolder } from '../support/installed';

const SETTINGS = join(ROOT, 'scripts', 'start-settings.cjs');
const DEMONSTRATION = join(ROOT, 'dashboard', 'examples', '1 - Linky on the dashboard.json');

interface Heard {
  said?: string;
}

describe('npm start', () => {
  for (const language of ['en-US', 'fr', 'de'])
    it(`warned of projects and credentials before its welcome: it says nothing until the flows run (${language})`, async () => {
      const userDir = temporaryFolder('start-');
      writeFileSync(join(userDir, 'flows.json'), readFileSync(DEMONSTRATION));
      const settings = join(userDir, 'settings.cjs');
      writeFileSync(
        settings,
        `const start = require(${JSON.stringify(SETTINGS)});
        const listening = { level: 'info', handler: () => ({ msg }) => process.send({ said: String(msg) }) };
        module.exports = {
          ...start, uiPort: 0, lang: ${JSON.stringify(language)}, credentialSecret: 'secret',
          logging: { ...start.logging, listening },
        };`,
      );
      const child = spawn(
        process.env.ENEDIS_TEST_NODE ?? process.execPath,
        [
          process.env.ENEDIS_TEST_NODE_RED ?? require.resolve('node-red/red.js'),
          '-s',
          settings,
          '-u',
          userDir,
        ],
        { cwd: userDir, stdio: ['ignore', 'pipe', 'pipe', 'ipc'], env: { ...process.env, NODE_OPTIONS: '' } },
      );
      let written = '';
      for (const stream of [child.stdout, child.stderr])
        stream?.on('data', (text: Buffer) => (written += text.toString()));
      try {
        const started = new Promise<void>((resolve, reject) => {
          child.on('message', ({ said = '' }: Heard) => {
            if (/Started flows|Flux démarrés|Flows sind gestartet/.test(said)) resolve();
          });
          child.on('exit', () => reject(new Error(`it ended: ${written}`)));
        });
        await started;
        assert.equal(written, '');
      } finally {
        child.removeAllListeners('exit');
        const ended = once(child, 'exit');
        child.kill('SIGKILL');
        await ended;
      }
    });

  it('shows the demonstration on its first page', () => {
    const flows = JSON.parse(readFileSync(DEMONSTRATION, 'utf8')) as { type: string; path?: string }[];
    assert.deepEqual(
      flows.filter(({ type }) => type === 'ui-page').map(({ path }) => path),
      ['/enedis-linky'],
    );
  });
});
