/** What the examples of both packages promise each other and whoever imports them: all of it read from the files. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { DASHBOARD, PACKAGE, ROOT, WIDGET } from '../support/installed';
import { type FlowNode, readFlow } from '../support/node-red';

const EXAMPLES = ['examples', join('dashboard', 'examples')].flatMap((folder) =>
  readdirSync(join(ROOT, folder))
    .filter((file) => file.endsWith('.json'))
    .map((file) => ({ file, flow: readFlow(join(ROOT, folder, file)) })),
);
const ALL = EXAMPLES.flatMap(({ flow }) => flow);
const ofType = (type: string): FlowNode[] => ALL.filter((node) => node.type === type);

const versionOf = (folder: string): string =>
  (JSON.parse(readFileSync(join(ROOT, folder, 'package.json'), 'utf8')) as { version: string }).version;
/** Where a type of node comes from; those of Node-RED itself come from nowhere. */
function moduleOf(type: string): [name: string, version: string] | undefined {
  if (type === 'ui-enedis-linky') return [WIDGET, versionOf('dashboard')];
  if (type.startsWith('ui-')) return [DASHBOARD, versionOf(join('node_modules', DASHBOARD))];
  if (type.startsWith('enedis-')) return [PACKAGE, versionOf('.')];
  // Those that the tests install; test/support/tools.ts has the versions.
  if (type.startsWith('influxdb')) return ['node-red-contrib-influxdb', '0.7.0'];
  if (type.startsWith('sqlite')) return ['node-red-node-sqlite', '1.1.1'];
  return undefined;
}

describe('the examples together', () => {
  it('have ids of their own: the editor asked “Some of the nodes you are importing already exist”', () => {
    const ids = ALL.map(({ id }) => id);
    assert.deepEqual(
      ids.filter((id, place) => ids.indexOf(id) !== place),
      [],
    );
  });

  it('have pages of their own, by name and by path, that aren’t a user’s: two of them broke every page', () => {
    const pages = ofType('ui-page');
    assert.ok(pages.length > 2);
    for (const property of ['name', 'path'] as const) {
      const values = pages.map((page) => String(page[property]).toLowerCase());
      assert.equal(new Set(values).size, values.length, values.join(', '));
    }
    for (const { name, path } of pages) {
      assert.match(String(path), /^\/enedis-/);
      assert.notEqual(name, 'Linky');
    }
  });

  it('have one dashboard, equal in every property, so that the editor makes one of them; without the pop-up to install', () => {
    const bases = ofType('ui-base').map(({ id: _, ...properties }) => properties);
    for (const base of bases) assert.deepEqual(base, bases[0]);
    assert.equal(bases[0]?.allowInstall, false);
  });

  for (const { file, flow } of EXAMPLES)
    it(`${file} names what it needs: one type that was missing stopped all flows`, () => {
      const needed = flow.map(({ type }) => moduleOf(type)).filter((each) => each !== undefined);
      const [list, ...more] = flow.filter(({ type }) => type === 'global-config');
      assert.deepEqual(list?.modules, Object.fromEntries(needed));
      assert.deepEqual(more, []);
    });
});
