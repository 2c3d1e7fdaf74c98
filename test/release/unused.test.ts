/** No dead code, no dependency that isn't used, none used that isn't named: what knip finds is mended, not excused. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { describe, it } from 'node:test';
import { promisify } from 'node:util';
import { ROOT } from '../support/installed';
import { toolPath } from '../support/tools';

const run = promisify(execFile);

describe('the checkout', () => {
  it('holds nothing that nothing uses', async () => {
    // Exported types are what a function speaks of, whoever imports them.
    const args = [await toolPath('knip', '6.44.2'), '--exclude', 'types', '--no-progress'];
    const found = await run(process.execPath, args, { cwd: ROOT }).then(
      ({ stdout }) => stdout,
      (error: { stdout: string; stderr: string }) => error.stdout + error.stderr,
    );
    assert.equal(found, '');
  });
});
