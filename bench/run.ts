/** `npm run bench`: every figure, one after the other; `npm run bench -- two` only those whose name has it. */
import type { Figure } from './figure';
import { twoYears } from './two-years';

/** A new figure is a file and a line here. */
const FIGURES: readonly Figure[] = [twoYears];

async function main(): Promise<void> {
  const wanted = (process.argv[2] ?? '').toLowerCase();
  console.log(`Node.js ${process.version}, ${process.platform} ${process.arch}`);
  for (const figure of FIGURES.filter(({ name }) => name.toLowerCase().includes(wanted))) {
    console.log(`\n${figure.name}`);
    for (const line of await figure.run()) console.log(`  ${line}`);
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
