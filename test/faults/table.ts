/** FAULTS.md: each part of it is what one test has found, and `npm run faults` writes it anew. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as prettier from 'prettier';

const TABLE = join(__dirname, 'FAULTS.md');
/** The second part begins with this line. */
export const SECOND = '# What happens when some series fail and others work';

/** A table as Markdown. @param rows the first is its head. */
export function tableOf([head = [], ...rows]: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
}

/** A part of FAULTS.md is what was found now; where that is wanted, it is written first. */
export async function assertWritten(part: 'first' | 'second', markdown: string): Promise<void> {
  const options = { ...(await prettier.resolveConfig(TABLE)), parser: 'markdown' };
  const found = (await prettier.format(markdown, options)).trim();
  const parts = readFileSync(TABLE, 'utf8').split(`${SECOND}\n`);
  const [first = '', second = ''] = [parts[0]?.trim(), `${SECOND}\n${parts[1] ?? ''}`.trim()];
  if (process.env.ENEDIS_WRITE_FAULTS) {
    const both = part === 'first' ? [found, second] : [first, found];
    writeFileSync(TABLE, `${both.join('\n\n')}\n`);
    return;
  }
  const written = (part === 'first' ? first : second).split('\n');
  const news = found.split('\n').filter((line) => !written.includes(line));
  assert.equal(news.join('\n'), '', 'FAULTS.md is out of date: npm run faults');
  assert.equal(written.length, found.split('\n').length);
}
