/** Runs the soak and looks at what it cost: it fails by itself where a reading is missing, wrong or there twice. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { it } from 'node:test';
import { runProgram } from '../support/program';

interface Found {
  days: number;
  troubles: number;
  /** Days on which one series or direction fails, for days on end. */
  standing: number;
  asked: number;
  /** On one day, after the first. */
  most: number;
  least: number;
  isBanned: boolean;
}

it('four hundred days of random trouble: every reading once, for twice the requests of quiet days', async (t) => {
  const found = await runProgram<Found>(join(__dirname, 'soak.ts'), '400');
  const { days, troubles, standing, asked, most, least, isBanned } = found;
  t.diagnostic(
    `${troubles} troubles in ${days} days, on ${standing} one series that fails for long; ${asked} requests where ${least} are the least`,
  );
  assert.ok(troubles > days / 3);
  assert.ok(asked >= least && asked < 2.2 * least, `${asked} requests where ${least} are the least`);
  assert.ok(standing > days / 8, `one series fails on ${standing} days only`);
  // Conso API's own limit is 100 in 12 hours, ours 40; an unusual late day alone is 26.
  assert.ok(most <= 40, `${most} requests on one day`);
  assert.equal(isBanned, false);
});
