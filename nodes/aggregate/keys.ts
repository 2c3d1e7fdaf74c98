/**
 * Where an aggregating node keeps what must outlive a message, and under which keys: plain JSON for each series of each
 * meter.
 */
import { partKey, readPartKey, type SeriesId } from '../../lib/readings/series-id';

/** Rejects with an EnedisError (ENEDIS_STORAGE), as all of these do. */
export interface FigureStore {
  get(key: string): Promise<unknown>;
  set(key: string, value: unknown): Promise<void>;
  /** Those of this node's series. */
  keys(): Promise<string[]>;
  /** Forgets all of them. */
  clear(): Promise<void>;
}

/** The key of a series: no character in it means something in Node-RED's property paths. */
export function keyOf(id: SeriesId): string {
  return `enedis_${partKey(id).replaceAll('/', '_')}`;
}

/** The series that a key stands for; null for a key of somebody else. */
export function idOf(key: string): SeriesId | null {
  const [prefix, ...words] = key.split('_');
  return prefix === 'enedis' ? readPartKey(words.join('/')) : null;
}
