/** What comes along with the package: locked, without a script that runs at installation, without a known hole. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { ROOT } from '../support/installed';

interface Locked {
  dev?: boolean;
  hasInstallScript?: boolean;
  integrity?: string;
  link?: boolean;
}

const json = (name: string): unknown => JSON.parse(readFileSync(join(ROOT, name), 'utf8'));

describe('what is installed along', () => {
  const { packages } = json('package-lock.json') as { packages: Record<string, Locked> };
  const { scripts, dependencies } = json('package.json') as Record<'scripts' | 'dependencies', object>;

  it('is locked, with what each package must be', () => {
    for (const name of Object.keys(dependencies)) {
      assert.match(packages[`node_modules/${name}`]?.integrity ?? '', /^sha512-/, name);
    }
  });

  it('runs nothing at installation', () => {
    for (const name of ['preinstall', 'install', 'postinstall']) assert.ok(!(name in scripts), name);
    for (const [path, { dev, hasInstallScript }] of Object.entries(packages)) {
      if (!dev) assert.ok(!hasInstallScript, path);
    }
  });

  it('has no known hole', (t) => {
    const options = { cwd: ROOT, encoding: 'utf8', timeout: 60_000 } as const;
    const { stdout } = spawnSync('npm', ['audit', '--omit=dev', '--json'], options);
    const { metadata } = JSON.parse(stdout || '{}') as { metadata?: { vulnerabilities: { total: number } } };
    if (!metadata) return t.skip('the registry answers no audit');
    assert.equal(metadata.vulnerabilities.total, 0, stdout);
  });
});
