// Makes a node's editor page whole. Node-RED holds a page back until the scripts it names have come, and would serve them
// from nowhere: so what a page names of ours is put into it. The source keeps to what belongs into a page.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

const SCRIPT = /<script type="text\/javascript" src="([\w-]+)\.editor\.ts"><\/script>/;
const STYLE = /<link rel="stylesheet" href="([\w./-]+\.css)" \/>/;

/**
 * The page of a node type, with its TypeScript bundled into one global, named as the type (`enedis-backfill` →
 * `enedisBackfill`), and its style.
 */
export async function pageOf(folder, type) {
  const page = readFileSync(join(folder, `${type}.html`), 'utf8');
  const [element, name] = SCRIPT.exec(page) ?? [];
  if (name !== type) throw new Error(`${type}.html must name ${type}.editor.ts as its script.`);
  const script = await bundle(join(folder, `${type}.editor.ts`), globalOf(type));
  return page
    .replace(element, () => `<script type="text/javascript">\n${script}</script>`)
    .replace(STYLE, (_, href) => `<style>\n${readFileSync(join(folder, href), 'utf8')}</style>`);
}

function globalOf(type) {
  return type.replace(/-(\w)/g, (_, letter) => letter.toUpperCase());
}

async function bundle(entry, globalName) {
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    format: 'iife',
    globalName,
    // Browsers of the last years, as Node-RED's editor itself wants them.
    target: 'es2022',
    charset: 'utf8',
    legalComments: 'none',
  });
  return outputFiles[0].text;
}
