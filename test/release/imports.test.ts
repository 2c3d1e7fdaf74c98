/**
 * The house keeps its order: imports run downwards from room to room and never in a circle, those of types included.
 * Each room says in its README what it does, what it may import and where to add something.
 */
import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { IForbiddenRuleType, IViolation } from 'dependency-cruiser' with { 'resolution-mode': 'import' };
import { ROOT } from '../support/installed';

/** From the top to the bottom: each may import what stands below it. */
const FLOORS = [
  'daily',
  'backfill',
  'meter',
  'query',
  'figures',
  'tariffs',
  'archive',
  'budget',
  'gateways',
  'readings',
  'storage',
  'http',
  'async',
] as const;

const room = (name: string): string => `^lib/${name}/`;

const RULES: IForbiddenRuleType[] = [
  { name: 'no circles', from: {}, to: { circular: true } },
  ...FLOORS.slice(1).map((name, place) => ({
    name: `${name}: nothing from above`,
    from: { path: room(name) },
    to: { path: FLOORS.slice(0, place + 1).map(room) },
  })),
  { name: 'lib knows no node', from: { path: '^lib/' }, to: { path: '^(nodes|dashboard)/' } },
  { name: 'errors stand at the bottom', from: { path: '^lib/errors' }, to: { path: '^(lib|nodes)/' } },
  { name: 'messages are for flows', from: { path: '^lib/.+/' }, to: { path: '^lib/messages' } },
  {
    name: 'the simulator stands aside',
    from: { path: '^(lib|nodes|dashboard)/', pathNot: ['^lib/simulator/', '^lib/gateways/demo'] },
    to: { path: '^lib/simulator/' },
  },
  {
    name: 'what one node has, another has from nodes/shared',
    from: { path: '^nodes/([^/]+)/' },
    to: { path: '^nodes/', pathNot: ['^nodes/$1/', '^nodes/shared/'] },
  },
  {
    name: 'the dashboard takes from nodes/shared only',
    from: { path: '^dashboard/' },
    to: { path: '^nodes/', pathNot: '^nodes/shared/' },
  },
];

describe('imports', () => {
  it('run downwards, and never in a circle', async () => {
    const [{ cruise }, { default: extractTsConfig }] = await Promise.all([
      import('dependency-cruiser'),
      import('dependency-cruiser/config-utl/extract-ts-config'),
    ]);
    const { output } = await cruise(
      ['lib', 'nodes', 'dashboard/nodes', 'dashboard/lib'],
      {
        baseDir: ROOT,
        ruleSet: { forbidden: RULES },
        validate: true,
        doNotFollow: { path: 'node_modules' },
        tsPreCompilationDeps: true,
        exclude: { path: ['node_modules', '^dist/'] },
      },
      {},
      { tsConfig: extractTsConfig(join(ROOT, 'tsconfig.json')) },
    );
    assert.ok(typeof output === 'object');
    assert.ok(output.summary.totalCruised > 80, `${output.summary.totalCruised} files`);
    const found = output.summary.violations.map(
      ({ rule, from, to, cycle }: IViolation) =>
        `${rule.name}: ${from} → ${cycle ? cycle.map(({ name }) => name).join(' → ') : to}`,
    );
    assert.equal(found.length, 0, `\n${found.join('\n')}`);
  });

  it('know every room', () => {
    const rooms = readdirSync(join(ROOT, 'lib'), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name);
    assert.deepEqual(rooms.sort(), [...FLOORS, 'simulator'].sort());
    const silent = [...rooms.map((name) => `lib/${name}`), 'nodes/shared'].filter(
      (folder) => !existsSync(join(ROOT, folder, 'README.md')),
    );
    assert.deepEqual(silent, []);
  });
});
