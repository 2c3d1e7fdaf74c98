// Makes dist/, which is all that Node-RED loads: the compiled TypeScript and, beside each node's .js (where Node-RED
// looks for them and nowhere else), its editor page, its two languages and the icons.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fail, root, setup } from './setup.mjs';

const LANGUAGES = ['en-US', 'fr'];

setup();

const dist = join(root, 'dist');
// Built aside and put in place whole: a build that fails, or one beside a running Node-RED, never leaves half a package.
const aside = join(root, '.tmp', `dist-${process.pid}`);
process.on('exit', () => rmSync(aside, { recursive: true, force: true }));

compile();
copy('nodes', (path) => path.endsWith('.html'));
copy('nodes/locales', () => true);
copy('icons', () => true, 'nodes/icons');
checkNodes();

mkdirSync(join(root, '.tmp'), { recursive: true });
rmSync(dist, { recursive: true, force: true });
renameSync(aside, dist);

function compile() {
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const { status } = spawnSync(
    process.execPath,
    [tsc, '-p', join(root, 'tsconfig.build.json'), '--outDir', aside],
    { stdio: 'inherit' },
  );
  if (status !== 0) fail('The TypeScript does not compile; nothing was built.');
}

/** Copies the files of one folder that `wanted` accepts, sub-folders included. */
function copy(folder, wanted, to = folder) {
  const from = join(root, folder);
  if (!existsSync(from)) return;
  const isFolder = (path) => !/\.[a-z]+$/i.test(basename(path));
  cpSync(from, join(aside, to), { recursive: true, filter: (path) => isFolder(path) || wanted(path) });
}

/** Node-RED skips in silence what it doesn't find, and a user would see a node without a face or without help. */
function checkNodes() {
  const missing = [];
  const nodes = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))['node-red'].nodes;
  for (const file of Object.values(nodes)) {
    const name = basename(file, '.js');
    const built = join(aside, 'nodes');
    const expected = [`${name}.js`, `${name}.html`];
    for (const language of LANGUAGES) {
      expected.push(`locales/${language}/${name}.html`, `locales/${language}/${name}.json`);
    }
    missing.push(...expected.filter((path) => !existsSync(join(built, path))).map((path) => `nodes/${path}`));
    if (missing.length === 0) missing.push(...untranslated(built, name));
  }
  if (missing.length > 0) fail(`The package is not complete:\n  ${missing.join('\n  ')}`);
}

/** Names of the texts that one language has and another lacks. */
function untranslated(built, name) {
  const texts = LANGUAGES.map((language) => {
    const path = join(built, 'locales', language, `${name}.json`);
    try {
      return new Set(leaves(JSON.parse(readFileSync(path, 'utf8'))));
    } catch (error) {
      return fail(`nodes/locales/${language}/${name}.json: ${error.message}`);
    }
  });
  return LANGUAGES.flatMap((language, i) =>
    [...new Set(texts.flatMap((set) => [...set]))]
      .filter((key) => !texts[i].has(key))
      .map((key) => `nodes/locales/${language}/${name}.json: no text for ${key}`),
  );
}

function leaves(value, path = '') {
  if (typeof value !== 'object' || value === null) return [path];
  return Object.entries(value).flatMap(([key, inner]) => leaves(inner, path ? `${path}.${key}` : key));
}
