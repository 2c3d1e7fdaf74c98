/** What CONTRIBUTING.md tells a newcomer to do, read from the document itself and done on a copy of the checkout. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** One snippet: a whole new file, or lines for one that is there. */
export interface Step {
  kind: 'new file' | 'change';
  path: string;
  lines: string[];
}

const SNIPPET = /<!-- (new file|change): (\S+) -->\n+```\w+\n([^]*?)^```$/gm;

/** The snippets below a heading of the document, in their order. */
export function stepsBelow(document: string, heading: string): Step[] {
  const from = document.indexOf(`\n## ${heading}`);
  if (from < 0) throw new Error(`no heading “${heading}”`);
  const to = document.indexOf('\n## ', from + 4);
  const section = document.slice(from, to < 0 ? undefined : to);
  return [...section.matchAll(SNIPPET)].map(([, kind, path = '', text = '']) => ({
    kind: kind as Step['kind'],
    path,
    lines: text.replace(/\n$/, '').split('\n'),
  }));
}

/** Does what a snippet says below a folder. Throws where the lines it stands between aren't there, or are there twice. */
export function follow(root: string, { kind, path, lines }: Step): void {
  const file = join(root, path);
  if (kind === 'new file') {
    if (existsSync(file)) throw new Error(`${path} is there already`);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, `${lines.join('\n')}\n`);
    return;
  }
  let text = readFileSync(file, 'utf8');
  for (const hunk of hunksOf(lines)) {
    const before = textOf(hunk, '+');
    if (text.split(before).length !== 2)
      throw new Error(`${path} has ${text.split(before).length - 1} times:\n${before}`);
    text = text.replace(before, () => textOf(hunk, '-'));
  }
  writeFileSync(file, text);
}

/** A line of three dots stands between places of one file. */
function hunksOf(lines: string[]): string[][] {
  const hunks: string[][] = [[]];
  for (const line of lines) {
    if (line.trim() === '…') hunks.push([]);
    else hunks.at(-1)!.push(line);
  }
  return hunks;
}

/** The lines as they were (without what is added) or will be (without what is taken away). */
function textOf(hunk: string[], without: '+' | '-'): string {
  return hunk
    .filter((line) => !line.startsWith(without))
    .map((line) => `${line.slice(1)}\n`)
    .join('');
}
