/**
 * Where others than gateways are asked, as settings.js has it: `enedis: { sources: { cre: 'https://…/', rte: false } }`, or
 * `sources: false` for a Node-RED that is to ask nobody. One that can't be used is told, and then nobody is asked there:
 * whoever names an address doesn't want another one.
 */
import type { NodeAPI } from 'node-red';
import { parseBaseUrl } from '../../lib/gateways/base-url';
import type { Sources } from '../../lib/meter/home';
import { text } from './words';

const NAMES: readonly (keyof Sources)[] = ['cre', 'rte', 'couleurTempo', 'edf'];

/** The sources that are named in settings.js. */
export function sourcesOf(RED: NodeAPI): Sources {
  const { enedis } = RED.settings as { enedis?: { sources?: false | Record<string, unknown> } };
  const named = enedis?.sources;
  const sources: Sources = {};
  for (const name of NAMES) {
    const address = named === false ? false : named?.[name];
    if (address === undefined || address === null || address === '') continue;
    sources[name] = address === false ? null : addressOf(RED, name, address);
  }
  return sources;
}

function addressOf(RED: NodeAPI, name: string, address: unknown): string | null {
  try {
    return `${parseBaseUrl(typeof address === 'string' ? address : '')}/`;
  } catch {
    RED.log.warn(text(RED, 'enedis-config', 'log.source', { source: `enedis.sources.${name}` }));
    return null;
  }
}
