/** Saved nodes of earlier versions: brought up to date step by step, and each dialog saves the version it is. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { MIGRATIONS, migrated, type Step } from '../../nodes/shared/migrations';

/** As two later versions might have it. */
const STEPS: Record<string, Step[]> = {
  'enedis-backfill': [{ rename: { kinds: 'series' } }, { rename: { series: 'what', from: 'start' } }],
};

/** As a node of any version may be: with whatever names it had. */
const upToDate = (node: object): object => migrated('enedis-backfill', node, STEPS);

describe('a saved node', () => {
  it('goes through every step since its version, and no other', () => {
    const now = { id: 'n', version: 3, what: 'daily', start: '2026-01-01' };
    assert.deepEqual(upToDate({ id: 'n', kinds: 'daily', from: '2026-01-01' }), now);
    assert.deepEqual(upToDate({ id: 'n', version: 1, kinds: 'daily', from: '2026-01-01' }), now);
    assert.deepEqual(upToDate({ id: 'n', version: 2, series: 'daily', from: '2026-01-01' }), now);
    assert.deepEqual(upToDate(now), now);
  });

  it('stays itself: only what is returned is changed', () => {
    const saved = { id: 'n', kinds: 'daily' };
    upToDate(saved);
    assert.deepEqual(saved, { id: 'n', kinds: 'daily' });
  });

  it('of a later version is taken as it comes', () => {
    assert.deepEqual(upToDate({ version: 9, kinds: 'x' }), { version: 9, kinds: 'x' });
  });

  for (const [type, steps] of Object.entries(MIGRATIONS)) {
    it(`${type} is saved with the version that its steps lead to`, () => {
      // The widget is a package of its own.
      const house = type.startsWith('ui-') ? 'dashboard' : '.';
      const folder = type.replace(/^(ui-)?enedis-/, '');
      const page = readFileSync(join(__dirname, '..', '..', house, 'nodes', folder, `${type}.html`), 'utf8');
      assert.match(page, new RegExp(`defaults: \\{\\s*version: \\{ value: ${steps.length + 1} \\},`));
    });
  }
});
