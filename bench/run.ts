/**
 * `npm run bench`: the figures that the README quotes, each measured in this one run and printed beside its goal.
 * `npm run bench -- archive requests` prints those alone.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { print, type Figure } from './table';

const folder = join(__dirname, 'figures');
const wanted = process.argv.slice(2);
const names = readdirSync(folder)
  .map((file) => file.replace(/\.ts$/, ''))
  .filter((name) => wanted.length === 0 || wanted.some((each) => name.includes(each)));

async function run(): Promise<void> {
  for (const name of names) {
    const { measure } = (await import(join(folder, `${name}.ts`))) as { measure: () => Promise<Figure> };
    print(await measure());
  }
}

run().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
