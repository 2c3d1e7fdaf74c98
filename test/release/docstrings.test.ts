/**
 * What a file offers to others says what it is: every function, class, type and constant that `lib/`, `nodes/` and the
 * widget export has a comment of its own. What is passed on from elsewhere has it there.
 */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, it } from 'node:test';
import ts from 'typescript';
import { ROOT } from '../support/installed';

const FOLDERS = ['lib', 'nodes', 'dashboard/lib', 'dashboard/faces', 'dashboard/nodes'];

function undocumented(file: string): string[] {
  const source = ts.createSourceFile(file, ts.sys.readFile(file)!, ts.ScriptTarget.Latest, true);
  return source.statements.flatMap((statement) => {
    const isExported =
      ts.canHaveModifiers(statement) &&
      ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);
    // A node's entry point is called by Node-RED alone: the file's own comment is about it.
    const isEntry = ts.isFunctionDeclaration(statement) && statement.name === undefined;
    const comments = ts.getLeadingCommentRanges(source.text, statement.pos) ?? [];
    const written = comments.filter(({ pos }) => source.text.startsWith('/**', pos)).length;
    // What stands first in a file has the file's own comment above its own.
    if (!isExported || isEntry || written > (statement === source.statements[0] ? 1 : 0)) return [];
    const { line } = source.getLineAndCharacterOfPosition(statement.getStart());
    const [first = ''] = statement.getText().split('\n');
    return [`${relative(ROOT, file)}:${line + 1} ${first}`];
  });
}

describe('docstrings', () => {
  it('are on everything exported', () => {
    const files = FOLDERS.flatMap((folder) =>
      readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts'))
        .map((name) => join(ROOT, folder, name)),
    );
    assert.ok(files.length > 80, `${files.length} files`);
    const found = files.flatMap(undocumented);
    assert.equal(found.length, 0, `\n${found.join('\n')}`);
  });
});
