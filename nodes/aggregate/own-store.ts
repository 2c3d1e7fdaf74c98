/**
 * The memory of an aggregating node in the data folder: it survives restarts without a line in `settings.js`. A node that
 * kept it in Node-RED's default context store until now brings along what is there, once.
 */
import type { Node, NodeAPI } from 'node-red';
import { fileName } from '../../lib/storage/file-name';
import type { Storage } from '../../lib/storage/storage';
import { homeOf } from '../shared/services';
import { ContextStore } from './context-store';
import { idOf, type FigureStore } from './keys';

/** One document for each series of each meter. */
export class OwnStore implements FigureStore {
  readonly #RED: NodeAPI;
  readonly #folder: string;
  readonly #before: ContextStore;
  #storage: Promise<Storage> | undefined;

  constructor(RED: NodeAPI, node: Node) {
    this.#RED = RED;
    this.#folder = `aggregates/${fileName(node.id)}`;
    this.#before = new ContextStore(node, undefined);
  }

  async get(key: string): Promise<unknown> {
    return (await this.#open()).read(this.#nameOf(key), (content) => content);
  }

  async set(key: string, value: unknown): Promise<void> {
    await (await this.#open()).write(this.#nameOf(key), value);
  }

  async keys(): Promise<string[]> {
    return this.#keysIn(await this.#open());
  }

  async clear(): Promise<void> {
    const storage = await this.#open();
    for (const key of await this.#keysIn(storage)) await storage.remove(this.#nameOf(key));
  }

  async #keysIn(storage: Storage): Promise<string[]> {
    const names = await storage.list(this.#folder);
    return names.map((name) => name.replace(/\.json$/, '')).filter((key) => idOf(key) !== null);
  }

  #nameOf(key: string): string {
    return `${this.#folder}/${key}.json`;
  }

  #open(): Promise<Storage> {
    const storage = (this.#storage ??= this.#takeOver());
    // What fails now may work with the next message.
    storage.catch(() => (this.#storage = undefined));
    return storage;
  }

  /**
   * Moves here what the default context store holds of series that have no document yet; that store forgets it once all of
   * it is written, so that a start that is cut off leaves the rest to the next one.
   */
  async #takeOver(): Promise<Storage> {
    const { storage } = await homeOf(this.#RED);
    const before = await this.#before.keys();
    if (before.length === 0) return storage;
    const known = new Set(await this.#keysIn(storage));
    for (const key of before.filter((each) => !known.has(each)))
      await storage.write(this.#nameOf(key), await this.#before.get(key));
    await this.#before.clear();
    return storage;
  }
}
