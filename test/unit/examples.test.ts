/** What the examples reckon by themselves, on the days of a year on which it could go wrong. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { runInNewContext } from 'node:vm';
import jsonata from 'jsonata';
import { addDays, datesBetween, instantAt, isoParis, parisDay } from '../../lib/readings/paris';
import { ROOT } from '../support/installed';

interface Example {
  type: string;
  props?: { p: string; v?: string }[];
  func?: string;
}

interface Month {
  month: string;
  days: number;
  thisYear: number;
  lastYear: number;
  missing: string[];
}

describe('6: this year beside last year', () => {
  const nodes = JSON.parse(
    readFileSync(join(ROOT, 'examples', '6 - This year beside last year.json'), 'utf8'),
  ) as Example[];
  const find = (type: string): Example => nodes.find((node) => node.type === type)!;
  const expression = find('inject').props!.find(({ p }) => p === 'start')!.v!;
  // As in a function node: without `require`, `process` and the rest of Node.
  const compare = runInNewContext(`(function (msg) {${find('function').func!}\n})`) as (msg: object) => {
    payload: Month[];
  };

  /** As the flow does it on a day, when the readings up to another are published. */
  async function months(today: string, lastKnown: string): Promise<Month[]> {
    const at = instantAt(today, '10:00');
    const now = (picture: string, zone: string): Promise<unknown> =>
      jsonata('$fromMillis(at, picture, zone)').evaluate({ at, picture, zone });
    const start = (await jsonata(expression).evaluate({}, { now })) as string;
    const readings = datesBetween(start, addDays(lastKnown, 1)).map((date) => ({
      direction: 'consumption',
      start: isoParis(parisDay(date).start),
      value: Number(date.slice(0, 4)),
    }));
    // Objects of another context are equal to none of this one.
    return JSON.parse(JSON.stringify(compare({ payload: [readings] }).payload)) as Month[];
  }

  for (const [today, lastKnown, count] of [
    ['2027-01-01', '2026-12-31', 12],
    ['2027-01-02', '2026-12-31', 12],
    ['2027-01-02', '2027-01-01', 1],
    ['2028-03-01', '2028-02-29', 2],
    ['2026-11-24', '2026-11-23', 11],
  ] as const)
    it(`on ${today}, known up to ${lastKnown}: every day has its counterpart`, async () => {
      const rows = await months(today, lastKnown);
      assert.deepEqual(
        rows.map(({ missing }) => missing),
        Array.from({ length: count }, () => []),
      );
      const year = Number(lastKnown.slice(0, 4));
      for (const { days, thisYear, lastYear } of rows) {
        assert.ok(days > 0);
        assert.deepEqual([thisYear, lastYear], [days * year, days * (year - 1)]);
      }
    });
});
