/**
 * The name this package gives itself: Conso API blocks clients that don't say who they are (its documentation, November 2026).
 */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const NAME = 'node-red-contrib-enedis';

/** `node-red-contrib-enedis/1.2.3`; the version is read from the nearest package.json above, built or not. */
export function packageUserAgent(): string {
  for (let folder = __dirname; folder !== dirname(folder); folder = dirname(folder)) {
    const file = join(folder, 'package.json');
    if (!existsSync(file)) continue;
    const { version } = JSON.parse(readFileSync(file, 'utf8')) as { version?: unknown };
    if (typeof version === 'string') return `${NAME}/${version}`;
  }
  return NAME;
}
