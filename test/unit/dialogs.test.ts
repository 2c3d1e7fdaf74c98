/** The dialogs' pages and the scripts beside them: each takes what the other has, and nothing else. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';

const ROOT = join(__dirname, '..', '..');
const PAGES = [
  'nodes/config/enedis-config',
  'nodes/tariff/enedis-tariff',
  'nodes/fetch-yesterday/enedis-fetch-yesterday',
  'nodes/backfill/enedis-backfill',
  'nodes/aggregate/enedis-aggregate',
  'dashboard/nodes/linky/ui-enedis-linky',
];

/** As the build names what it puts into the page. */
const globalOf = (path: string): string =>
  path.replace(/^.*\//, '').replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());

describe('the dialogs', () => {
  for (const path of PAGES) {
    it(`${path}.html takes from its script what is there, and all of it`, async () => {
      const page = readFileSync(join(ROOT, `${path}.html`), 'utf8');
      const used = [...page.matchAll(new RegExp(`\\b${globalOf(path)}\\.(\\w+)`, 'g'))].map(
        ([, name]) => name,
      );
      const script = (await import(join(ROOT, `${path}.editor.ts`))) as object;
      const exported = Object.keys(script).filter((name) => name !== 'default');
      assert.deepEqual([...new Set(used)].sort(), exported.sort());
    });

    it(`${path}.editor.ts: a validator that gives a reason has two parameters, or it would count as right`, async () => {
      const script = (await import(join(ROOT, `${path}.editor.ts`))) as Record<string, unknown>;
      for (const [name, check] of Object.entries(script))
        if (typeof check === 'function' && name.startsWith('check') && name !== 'checkWidth') {
          // What makes a validator takes the property it is for.
          const made = check.length === 1 ? (check as (property: string) => unknown)('start') : check;
          assert.equal((made as () => void).length, 2, name);
        }
    });
  }
});
