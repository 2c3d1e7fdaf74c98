/** What leaves the house: the files of the packed package are those listed here, no other, and none of these is missing. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { packedTarball, ROOT } from '../support/installed';

const run = promisify(execFile);

const ALLOWED: readonly RegExp[] = [
  /^package\.json$/,
  /^(README(\.fr)?|CHANGELOG)\.md$/,
  /^LICENSE$/,
  /^dist\/lib\/([a-z0-9-]+\/)*[a-z0-9-]+\.(js|d\.ts)$/,
  /^dist\/nodes\/[a-z-]+\.(js|d\.ts|html)$/,
  /^dist\/nodes\/icons\/enedis-[a-z-]+\.svg$/,
  /^dist\/nodes\/locales\/(en-US|fr)\/enedis-[a-z-]+\.(json|html)$/,
  /^examples\/\d+ - [^/]+\.json$/,
];

describe('the packed package', () => {
  let files: string[];

  before(async () => {
    const { stdout } = await run('tar', ['-tzf', await packedTarball()]);
    files = stdout
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => line.replace(/^package\//, ''));
  });

  it('holds nothing but what a user needs', () => {
    assert.deepEqual(
      files.filter((file) => !ALLOWED.some((allowed) => allowed.test(file))),
      [],
    );
  });

  it('holds everything a user needs', () => {
    for (const allowed of ALLOWED)
      assert.ok(
        files.some((file) => allowed.test(file)),
        String(allowed),
      );
    const { 'node-red': nodeRed } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
      'node-red': { nodes: Record<string, string> };
    };
    for (const [type, path] of Object.entries(nodeRed.nodes)) {
      const needed = [
        path,
        path.replace(/\.js$/, '.html'),
        ...['en-US', 'fr'].flatMap((language) =>
          ['json', 'html'].map((kind) => `dist/nodes/locales/${language}/${type}.${kind}`),
        ),
      ];
      for (const file of needed) assert.ok(files.includes(file), file);
    }
  });

  it('asks nothing of the machine it is installed on', () => {
    const { scripts = {} } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
      scripts?: Record<string, string>;
    };
    for (const hook of ['preinstall', 'install', 'postinstall', 'prepare'])
      assert.ok(!(hook in scripts), `a ${hook} script would run on every user's machine`);
  });
});
