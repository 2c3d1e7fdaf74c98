// Runs several test files in one process: `node --import tsx test/support/together.mjs <file>…`.
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

for (const file of process.argv.slice(2)) await import(pathToFileURL(resolve(file)));
