/**
 * The fault matrix: each fault against each node. The answers are a table beside this file, which must be what this run
 * found: `npm run faults` writes it anew.
 */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { runProgram } from '../support/program';
import { GROUPS } from './faults';
import type { Finding } from './matrix';
import { assertWritten, tableOf } from './table';

const DRIVERS = ['fetch-yesterday', 'backfill', 'test access'] as const;

describe('the fault matrix', { timeout: 300_000 }, () => {
  const found = new Map<string, Finding>();

  before(async () => {
    await Promise.all(
      DRIVERS.map(async (driver) => {
        for (const each of await runProgram<Finding[]>(join(__dirname, 'matrix.ts'), driver)) {
          found.set(`${each.title}: ${each.name} × ${driver}`, each);
        }
      }),
    );
  });

  for (const { title, faults } of GROUPS) {
    for (const { name } of faults) {
      for (const driver of DRIVERS) {
        it(`${title}: ${name} × ${driver}`, () => {
          assert.equal(found.get(`${title}: ${name} × ${driver}`)?.problem, undefined);
        });
      }
    }
  }

  it('is what the table says', async () => {
    await assertWritten('first', markdownOf(found));
  });
});

function markdownOf(found: ReadonlyMap<string, Finding>): string {
  const head = [
    'Fault',
    ...DRIVERS.flatMap((driver) => [`${driver}: code`, 'asks again', 'requests', 'complete again']),
  ];
  const sections = GROUPS.map(({ title, faults }) => {
    const rows = faults.map(({ name }) => [
      name,
      ...DRIVERS.flatMap((driver) => {
        const cell = found.get(`${title}: ${name} × ${driver}`)?.cell;
        return cell ? [cell.codes, cell.retry, cell.requests, cell.recovered] : ['?', '?', '?', '?'];
      }),
    ]);
    return `## ${title}\n\n${tableOf([head, ...rows])}\n`;
  });
  return `${INTRODUCTION}\n${sections.join('\n')}`;
}

const INTRODUCTION = `# What happens when something goes wrong

Written by \`npm run faults\` and checked by \`npm test\`: each line is a node in Node-RED, a Catch node beside it, against a
simulated gateway over HTTP; or the dialog’s test of the access, pressed every hour. The fault lasts from two in the
afternoon to eleven in the evening; then all is well again. What only a Node-RED that starts can find (damaged files,
another process) is there when it is started again; the archive then holds three days, and has to have them again.

- **code**: what a Catch node gets, or whoever presses. *None*: they needn't know; what was wrong is left out and asked
  for again.
- **asks again**: when the node tries next by itself after the first failure, give or take its random spread; for the
  test of the access, when its answer says that pressing makes sense again.
- **requests**: of the first attempt / while the fault lasts. All is well with 3 (fetch-yesterday, one a
  series), 4 (backfill of nine days, the load curve takes two) and 2 (test access: the day's energy, then the load curve,
  one a press).
- **complete again**: when the flow has every reading that Enedis has, each once, or the test
  says that all is well; counted from the end of the fault.

In each of them the fault was really met, no gateway's rule is broken, no socket is opened to anybody but the gateway,
nothing of a token, a secret or a full PDL is told, no file holds a token or a secret, nothing is told of a time to come,
no promise is left unhandled and the rest of the flow goes on. A dash stands where there is nothing to meet.
`;
