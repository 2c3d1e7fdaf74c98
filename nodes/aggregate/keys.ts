/**
 * Where an aggregating node keeps what must outlive a message, and under which keys: plain JSON for each series of each
 * meter.
 */
import type { FigureId } from '../../lib/figures/aggregate';
import { partKey, readPartKey } from '../../lib/readings/series-id';

/** Rejects with an EnedisError (ENEDIS_STORAGE), as all of these do. */
export interface FigureStore {
  get(key: string): Promise<unknown>;
  set(key: string, value: unknown): Promise<void>;
  /** Those of this node's series. */
  keys(): Promise<string[]>;
  /** Forgets all of them. */
  clear(): Promise<void>;
}

/** The key of a series, or of the energy: no character in it means something in Node-RED's property paths. */
export function keyOf(id: FigureId): string {
  return `enedis_${partKey(id).replaceAll('/', '_')}`;
}

/** What a key stands for; null for a key of somebody else. */
export function idOf(key: string): FigureId | null {
  const [prefix, ...words] = key.split('_');
  if (prefix !== 'enedis') return null;
  const isEnergy = words.length === 3 && words[2] === 'energy';
  // Energy belongs to a meter and a direction as every series does.
  const id = readPartKey((isEnergy ? [...words.slice(0, 2), 'daily'] : words).join('/'));
  return id && isEnergy ? { ...id, series: 'energy' } : id;
}
