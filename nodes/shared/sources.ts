/**
 * Where others than gateways are asked, as settings.js has it: `enedis: { sources: { cre: 'https://…/' } }`, or `false` for
 * a Node-RED that is to ask nobody. One that can't be used is told, and then nobody is asked: whoever names an address
 * doesn't want another one.
 */
import type { NodeAPI } from 'node-red';
import { parseBaseUrl } from '../../lib/gateways/base-url';
import type { Sources } from '../../lib/meter/home';
import { text } from './words';

/** The sources that are named in settings.js. */
export function sourcesOf(RED: NodeAPI): Sources {
  const { enedis } = RED.settings as { enedis?: { sources?: { cre?: unknown } } };
  const cre = enedis?.sources?.cre;
  if (cre === undefined || cre === null || cre === '') return {};
  if (cre === false) return { cre: null };
  try {
    return { cre: `${parseBaseUrl(typeof cre === 'string' ? cre : '')}/` };
  } catch {
    RED.log.warn(text(RED, 'enedis-config', 'log.source', { source: 'enedis.sources.cre' }));
    return { cre: null };
  }
}
