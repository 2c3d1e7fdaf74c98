/** The scorecard by which Node-RED's flow library shows a package, from the very tool that the library runs. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { promisify } from 'node:util';
import { ROOT, temporaryFolder } from '../support/installed';
import { toolPath } from '../support/tools';

const run = promisify(execFile);
const CHECKS = ['P01', 'P03', 'P04', 'P05', 'P06', 'P07', 'P08', 'N01', 'N02', 'D01', 'D02', 'D03'];

type Scorecard = Record<string, { test?: boolean; nodes?: string[] }>;

async function scorecardOf(path: string): Promise<Scorecard> {
  const output = join(temporaryFolder('scorecard-'), 'scorecard.json');
  await run(
    process.execPath,
    [
      '--require',
      join(ROOT, 'test', 'support', 'scorecard-offline.cjs'),
      ...[await toolPath('node-red-dev', '0.1.6'), 'validate', '--path', path, '--output', output],
    ],
    { cwd: ROOT },
  );
  return JSON.parse(readFileSync(output, 'utf8')) as Scorecard;
}

const PACKAGES = [
  { folder: ROOT, name: 'the nodes', excused: [] },
  // P04 wants a scope or a `node-red-contrib-` name. FlowFuse Dashboard loads widgets only from packages whose name
  // contains `node-red-dashboard-2-`; without a scope the package is found beside the other widgets, as they are named.
  { folder: join(ROOT, 'dashboard'), name: 'the widget', excused: ['P04'] },
];

/** They have no place in the palette, and need none in the examples. */
const CONFIG_NODES = ['enedis-config', 'enedis-tariff'];

describe('Node-RED’s scorecard', () => {
  for (const { folder, name, excused } of PACKAGES)
    it(`passes every check: ${name}`, () => passes(folder, excused));

  async function passes(folder: string, excused: string[]): Promise<void> {
    const card = await scorecardOf(folder);
    const failed = CHECKS.filter((check) => card[check]?.test !== true);
    assert.deepEqual(failed, excused);
    // Without a type it could read, the check would pass on nothing.
    const { 'node-red': nodeRed } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
      'node-red': { nodes: Record<string, string> };
    };
    const flowTypes = Object.keys(nodeRed.nodes).filter((type) => !CONFIG_NODES.includes(type));
    assert.deepEqual(card.N02?.nodes?.sort(), flowTypes.sort());
  }
});
