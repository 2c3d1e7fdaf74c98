// What a developer reads while the tests run: one line a file's suite, everything about a failure, every skipped test by
// name. It also leaves the run's counts in the file named by ENEDIS_TEST_COUNTS, for scripts/test.mjs to add up.
import { appendFileSync } from 'node:fs';
import { relative } from 'node:path';
import { inspect } from 'node:util';

const INDENT = '    ';

export default async function* reporter(source) {
  // The names of the suites around the running test, by depth, so that a failure says where it happened.
  const path = [];
  const counts = {};
  const failures = [];
  for await (const { type, data } of source) {
    if (type === 'test:start') {
      path.length = data.nesting;
      path[data.nesting] = data.name;
    } else if (type === 'test:pass' && (data.skip !== undefined || data.todo !== undefined)) {
      const why = typeof data.skip === 'string' ? `: ${data.skip}` : '';
      yield `  - ${where(path, data)} (skipped${why})\n`;
    } else if (type === 'test:pass' && data.nesting === 0) {
      yield `  ✔ ${data.name} (${Math.round(data.details.duration_ms)} ms)\n`;
    } else if (type === 'test:fail') {
      const { error } = data.details;
      // A suite fails because a test in it did: that one has been told.
      if (error?.failureType !== 'subtestsFailed') {
        const name = `  ✖ ${where(path, data)}\n`;
        failures.push(name);
        yield `${name}${indent(explain(error))}\n`;
      }
    } else if (type === 'test:stdout' || type === 'test:stderr') {
      yield data.message;
    } else if (type === 'test:diagnostic' && data.nesting === 0) {
      const [, name, count] = /^(tests|pass|fail|cancelled|skipped|todo) (\d+)$/.exec(data.message) ?? [];
      if (name) counts[name] = Number(count);
    }
  }
  if (failures.length > 1) yield `\n  All failures of this run:\n${failures.join('')}`;
  if (process.env.ENEDIS_TEST_COUNTS)
    appendFileSync(process.env.ENEDIS_TEST_COUNTS, JSON.stringify(counts) + '\n');
}

function where(path, { name, nesting, file }) {
  const names = [...path.slice(0, nesting), name].join(' > ');
  return file && file !== name ? `${names} (${relative(process.cwd(), file)})` : names;
}

/** Node wraps what a test threw; the cause is what its author wants to see. */
function explain(error) {
  const cause = error?.cause ?? error;
  return (cause?.stack ?? inspect(cause)).replace(/\n +at .*node:(internal|async_hooks).*/g, '');
}

function indent(text) {
  return text.replace(/^/gm, INDENT);
}
