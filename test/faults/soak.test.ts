/** Runs the soak and looks at what it cost: it fails by itself where a reading is missing, wrong or there twice. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { it } from 'node:test';
import { runProgram } from '../support/program';

interface Found {
  days: number;
  troubles: number;
  asked: number;
  least: number;
  isBanned: boolean;
}

it('four hundred days of random trouble: every reading once, for twice the requests of quiet days', async (t) => {
  const found = await runProgram<Found>(join(__dirname, 'soak.ts'), '400');
  const { days, troubles, asked, least, isBanned } = found;
  t.diagnostic(`${troubles} troubles in ${days} days; ${asked} requests where ${least} are the least`);
  assert.ok(troubles > days / 3);
  assert.ok(asked >= least && asked < 2.2 * least, `${asked} requests where ${least} are the least`);
  assert.equal(isBanned, false);
});
