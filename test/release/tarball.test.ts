/** What leaves the house: the files of each packed package are those listed here, no other, and none of these is missing. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { type Ours, PACKAGE, packedTarball, ROOT, WIDGET } from '../support/installed';

const run = promisify(execFile);

const SHARED: readonly RegExp[] = [
  /^package\.json$/,
  /^(README(\.fr)?|CHANGELOG)\.md$/,
  /^LICENSE$/,
  /^examples\/\d+ - [^/]+\.json$/,
];

const PACKAGES: { name: Ours; folder: string; allowed: readonly RegExp[] }[] = [
  {
    name: PACKAGE,
    folder: ROOT,
    allowed: [
      ...SHARED,
      /^dist\/lib\/([a-z0-9-]+\/)*[a-z0-9-]+\.(js|d\.ts)$/,
      /^dist\/nodes\/[a-z-]+\/[a-z-]+\.(js|d\.ts|html)$/,
      /^dist\/nodes\/[a-z-]+\/icons\/enedis-[a-z-]+\.svg$/,
      /^dist\/nodes\/[a-z-]+\/locales\/(en-US|fr)\/enedis-[a-z-]+\.(json|html)$/,
    ],
  },
  {
    name: WIDGET,
    folder: join(ROOT, 'dashboard'),
    allowed: [
      ...SHARED,
      /^dist\/nodes\/[a-z-]+\/ui-enedis-[a-z-]+\.(js|html)$/,
      /^dist\/nodes\/[a-z-]+\/icons\/enedis-[a-z-]+\.svg$/,
      /^dist\/nodes\/[a-z-]+\/locales\/(en-US|fr)\/ui-enedis-[a-z-]+\.(json|html)$/,
      /^resources\/ui-enedis-[a-z-]+\.umd\.js$/,
      /^resources\/DSEG-LICENSE\.txt$/,
    ],
  },
];

for (const { name, folder, allowed } of PACKAGES)
  describe(`the packed package ${name}`, () => {
    let files: string[];
    const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
      scripts?: Record<string, string>;
      'node-red': { nodes: Record<string, string> };
    };

    before(async () => {
      const { stdout } = await run('tar', ['-tzf', await packedTarball(name)]);
      files = stdout
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => line.replace(/^package\//, ''));
    });

    it('holds nothing but what a user needs', () => {
      assert.deepEqual(
        files.filter((file) => !allowed.some((each) => each.test(file))),
        [],
      );
    });

    it('holds everything a user needs', () => {
      for (const each of allowed)
        assert.ok(
          files.some((file) => each.test(file)),
          String(each),
        );
      for (const [type, path] of Object.entries(manifest['node-red'].nodes)) {
        const needed = [
          path,
          path.replace(/\.js$/, '.html'),
          ...['en-US', 'fr'].flatMap((language) =>
            ['json', 'html'].map((kind) => `${dirname(path)}/locales/${language}/${type}.${kind}`),
          ),
        ];
        for (const file of needed) assert.ok(files.includes(file), file);
      }
    });

    it('asks nothing of the machine it is installed on', () => {
      for (const hook of ['preinstall', 'install', 'postinstall', 'prepare'])
        assert.ok(!(hook in (manifest.scripts ?? {})), `a ${hook} script would run on every user's machine`);
    });
  });
