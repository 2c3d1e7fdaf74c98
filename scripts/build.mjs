// Makes what Node-RED loads, of both packages: dist/ with the compiled TypeScript and, beside each node's .js (where
// Node-RED looks for them and nowhere else), its editor page, its two languages and the icons; for the dashboard's
// widget also resources/, the one file that browsers load.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { pageOf } from './page.mjs';
import { fail, root, setup } from './setup.mjs';

const LANGUAGES = ['en-US', 'fr'];

setup();

// Built aside and put in place whole: a build that fails, or one beside a running Node-RED, never leaves half a package.
const aside = join(root, '.tmp', `build-${process.pid}`);
process.on('exit', () => rmSync(aside, { recursive: true, force: true }));

compileCore(join(aside, 'core', 'dist'));
await addPages(root, join(aside, 'core'));

const dashboard = join(root, 'dashboard');
await bundleDashboard(join(aside, 'dashboard'));
await addPages(dashboard, join(aside, 'dashboard'));

put(join(aside, 'core', 'dist'), join(root, 'dist'));
for (const folder of ['dist', 'resources']) put(join(aside, 'dashboard', folder), join(dashboard, folder));

function compileCore(outDir) {
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const args = [tsc, '-p', join(root, 'tsconfig.build.json'), '--outDir', outDir];
  const { status } = spawnSync(process.execPath, args, { stdio: 'inherit' });
  if (status !== 0) fail('The TypeScript does not compile; nothing was built.');
}

/**
 * The widget shares small parts of `lib/` and `nodes/` with the core but must work without it, so each half becomes one
 * file with what it uses of them in it. Vue is Dashboard's own.
 */
async function bundleDashboard(outDir) {
  const { build } = await import('vite');
  const { default: vue } = await import('@vitejs/plugin-vue');
  const { default: stylesInScript } = await import('vite-plugin-css-injected-by-js');
  const shared = { root: dashboard, configFile: false, publicDir: false, logLevel: 'error' };
  const manifest = readManifest(dashboard);
  try {
    for (const [type, file] of Object.entries(manifest['node-red'].nodes)) {
      await build({
        ...shared,
        build: {
          ssr: join(dashboard, relative('dist', dirname(file)), `${type}.ts`),
          outDir: join(outDir, dirname(file)),
          target: 'node20',
          minify: false,
          rolldownOptions: { output: { format: 'cjs', exports: 'auto', entryFileNames: basename(file) } },
        },
      });
    }
    for (const [type, { output, component }] of Object.entries(manifest['node-red-dashboard-2'].widgets)) {
      await build({
        ...shared,
        // Browsers have no `process`; libraries in development mode ask it.
        define: { 'process.env.NODE_ENV': '"production"' },
        plugins: [vue(), stylesInScript()],
        build: {
          lib: {
            entry: join(dashboard, 'faces', type.replace('ui-enedis-', ''), 'index.ts'),
            formats: ['umd'],
            name: type,
            fileName: () => output,
          },
          outDir: join(outDir, 'resources'),
          emptyOutDir: false,
          // What tablets on the wall have: container queries are the newest thing used.
          target: ['chrome105', 'firefox110', 'safari16'],
          rolldownOptions: {
            external: ['vue'],
            output: { exports: 'named', globals: { vue: 'Vue' } },
          },
        },
      });
      const built = readFileSync(join(outDir, 'resources', output), 'utf8');
      if (!built.includes(component)) fail(`The widget has no ${component}; nothing was built.`);
    }
  } catch (error) {
    fail(`The widget could not be bundled; nothing was built.\n${error.message}`);
  }
  // The licence of the figures' font goes where the font goes.
  cpSync(
    join(root, 'node_modules', 'dseg', 'DSEG-LICENSE.txt'),
    join(outDir, 'resources', 'DSEG-LICENSE.txt'),
  );
}

/** The editor's half of a package's nodes, beside the compiled half: the page, the languages, the icons. */
async function addPages(source, built) {
  const missing = [];
  for (const [type, file] of Object.entries(readManifest(source)['node-red'].nodes)) {
    const beside = join(built, dirname(file));
    const from = join(source, relative('dist', dirname(file)));
    const page = await pageOf(from, type).catch((error) => fail(error.message));
    writeFileSync(join(beside, `${type}.html`), page);
    cpSync(join(from, 'locales'), join(beside, 'locales'), { recursive: true });
    const icon = /icon: '(enedis-[a-z-]+\.svg)'/.exec(page)?.[1];
    if (icon) cpSync(join(source, 'icons', icon), join(beside, 'icons', icon));
    missing.push(...lacking(beside, type, relative(root, from)));
  }
  if (missing.length > 0) fail(`The package is not complete:\n  ${missing.join('\n  ')}`);
}

function put(from, to) {
  rmSync(to, { recursive: true, force: true });
  mkdirSync(dirname(to), { recursive: true });
  renameSync(from, to);
}

function readManifest(folder) {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
}

/** Node-RED skips in silence what it doesn't find, and a user would see a node without a face or without help. */
function lacking(built, name, where) {
  const expected = [`${name}.js`, `${name}.html`];
  for (const language of LANGUAGES) {
    expected.push(`locales/${language}/${name}.html`, `locales/${language}/${name}.json`);
  }
  const missing = expected.filter((path) => !existsSync(join(built, path)));
  return missing.length > 0 ? missing.map((path) => `${where}/${path}`) : untranslated(built, name, where);
}

/** Names of the texts that one language has and another lacks. */
function untranslated(built, name, where) {
  const texts = LANGUAGES.map((language) => {
    const path = join(built, 'locales', language, `${name}.json`);
    try {
      return new Set(leaves(JSON.parse(readFileSync(path, 'utf8'))));
    } catch (error) {
      return fail(`${where}/locales/${language}/${name}.json: ${error.message}`);
    }
  });
  return LANGUAGES.flatMap((language, i) =>
    [...new Set(texts.flatMap((set) => [...set]))]
      .filter((key) => !texts[i].has(key))
      .map((key) => `${where}/locales/${language}/${name}.json: no text for ${key}`),
  );
}

function leaves(value, path = '') {
  if (typeof value !== 'object' || value === null) return [path];
  return Object.entries(value).flatMap(([key, inner]) => leaves(inner, path ? `${path}.${key}` : key));
}
