/**
 * A node's own context in the store that its user chose, as promises. (Only the callback form of Node-RED's API works with
 * every store.)
 */
import type { Node } from 'node-red';
import { EnedisError } from '../../lib/errors';

/** Keys hold nothing that means something in Node-RED's property paths; values are plain JSON, as stores want it. */
export class ContextStore {
  readonly #node: Node;
  readonly #store: string | undefined;

  /** @param store empty or absent: Node-RED's default store. */
  constructor(node: Node, store: string | undefined) {
    this.#node = node;
    this.#store = store === '' ? undefined : store;
  }

  /** Rejects with an EnedisError (ENEDIS_STORAGE), as all of these do. */
  get(key: string): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.#node.context().get(key, this.#store, (error: Error | null, value: unknown) => {
        if (error) reject(this.#failed('storageRead'));
        else resolve(value);
      });
    });
  }

  /** An undefined value removes the key. */
  set(key: string, value: unknown): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#node.context().set(key, value, this.#store, (error: Error | null) => {
        if (error) reject(this.#failed('storageWrite'));
        else resolve();
      });
    });
  }

  keys(): Promise<string[]> {
    return new Promise((resolve, reject) => {
      this.#node.context().keys(this.#store, (error: Error | null, keys?: unknown[]) => {
        if (error) reject(this.#failed('storageRead'));
        else resolve((keys ?? []).map(String));
      });
    });
  }

  #failed(reason: 'storageRead' | 'storageWrite'): EnedisError {
    return new EnedisError(reason, { file: `context store “${this.#store ?? 'default'}”` });
  }
}
