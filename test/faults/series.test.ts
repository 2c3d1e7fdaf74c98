/**
 * Some of a meter's series fail while the others work: which, how, and by which gateway. The answers are the second part
 * of the table beside this file, which must be what this run found: `npm run faults` writes it anew.
 */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { runProgram } from '../support/program';
import { casesOf, GATEWAYS_TRIED, type SeriesFinding } from './series-cases';
import { assertWritten, SECOND, tableOf } from './table';

const NODES = ['fetch-yesterday', 'backfill'] as const;
const HEAD = ['Fails', ...NODES.flatMap((node) => [`${node}: told`, 'requests', 'complete again'])];

describe('some series fail, the others work', { timeout: 300_000 }, () => {
  const found = new Map<string, SeriesFinding>();

  before(async () => {
    await Promise.all(
      NODES.map(async (node) => {
        for (const each of await runProgram<SeriesFinding[]>(join(__dirname, 'series.ts'), node))
          found.set(`${each.name} × ${node}`, each);
      }),
    );
  });

  for (const { name } of casesOf()) {
    for (const node of NODES) {
      it(`${name} × ${node}`, () => {
        const finding = found.get(`${name} × ${node}`);
        assert.ok(finding, 'it was tried');
        assert.equal(finding.problem, undefined);
      });
    }
  }

  it('is what the table says', async () => {
    const sections = GATEWAYS_TRIED.map((gateway) => {
      const rows = casesOf()
        .filter((each) => each.gateway === gateway)
        .map(({ name, how, which }) => [
          `${which.name}: ${how.name}`,
          ...NODES.flatMap((node) => {
            const cell = found.get(`${name} × ${node}`)?.cell;
            return cell ? [cell.codes, cell.requests, cell.recovered] : ['?', '?', '?'];
          }),
        ]);
      return `## Through ${gateway}\n\n${tableOf([HEAD, ...rows])}\n`;
    });
    await assertWritten('second', `${INTRODUCTION}\n${sections.join('\n')}`);
  });
});

const INTRODUCTION = `${SECOND}

A meter with consumption and production, so five series. Some are refused, dead, late or broken, the others are as ever: for
four days of the daily collection, and for the first nine hours of a backfill of three weeks. In each line the series that
work are complete on time: by the evening of each day, and within the backfill's first hour.

- **told**: what a Catch node gets, each as often as it is told: once, however long it lasts.
- **requests**: all / those for the series that fail; on the day that had most of them, or in the backfill's nine hours. All
  is well with 5 a day, and 9 for the backfill. At most 12 a day are made whatever is broken or refused, and 2 where nothing
  can be had. A first day that is late is asked for again at every try, one request each; from the second on it counts as
  late, with 12 a day at most.
- **complete again**: when the flow has every reading that Enedis has, counted from the end of the fault. A backfill gives
  up what only a person can mend, and takes a day that isn't there yet for one that will come to fetch-yesterday: a new
  start brings them.
`;
