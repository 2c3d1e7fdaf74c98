/**
 * What is known of a meter beside its readings: its revision, what was learnt of each series, and of each flow node what
 * it was given and where it stands. The meter's state is one document, each node's another, so that what a node does
 * rewrites a small one. It is kept in memory once read: whoever changes it changes the same object as everybody else.
 */
import type { Storage } from '../storage/storage';
import { checkMeterState, checkNodeState, type MeterState, type NodeState } from './format';
import { checkMeterState1, withState1, type MeterState1 } from './format-1';
import { STATE, type MeterNames } from './names';

/** Looks through all files of some folders: by file, the newest revision in it. */
type NewestRevisions = (folders: readonly string[]) => Promise<Record<string, number>>;

/** Rejects with an EnedisError ENEDIS_STORAGE. */
export class BookKeeping {
  readonly #storage: Storage;
  readonly #names: MeterNames;
  readonly #newestRevisions: NewestRevisions;
  #state: Promise<MeterState> | undefined;
  readonly #nodes = new Map<string, Promise<NodeState>>();
  /** Those whose state still lies with the meter's, as in format 1. */
  #nodes1: MeterState1['nodes'] = {};
  #hasFormat1 = false;

  constructor(storage: Storage, names: MeterNames, newestRevisions: NewestRevisions) {
    this.#storage = storage;
    this.#names = names;
    this.#newestRevisions = newestRevisions;
  }

  /** Reads everything afresh from here on. */
  forget(): void {
    this.#state = undefined;
    this.#nodes.clear();
  }

  /** One for all who ask at once: two copies would overwrite each other's changes. */
  state(): Promise<MeterState> {
    const state = (this.#state ??= this.#readState());
    // A disk that fails now may work at the next try.
    state.catch(() => {
      if (this.#state === state) this.#state = undefined;
    });
    return state;
  }

  async #readState(): Promise<MeterState> {
    const kept = await this.#storage.read(`${this.#names.folder}/${STATE}`, checkMeterState);
    const old = await this.#storage.read(`${this.#names.format1}/${STATE}`, checkMeterState1);
    this.#hasFormat1 = old !== undefined;
    this.#nodes1 = old?.nodes ?? {};
    const { folder, format1 } = this.#names;
    const state = kept ?? (await this.#recovered(old ? [folder] : [folder, format1]));
    return old ? withState1(state, old.state) : state;
  }

  /** A lost state must not restart revisions at 0: they would hide new readings from nodes that remember higher ones. */
  async #recovered(folders: readonly string[]): Promise<MeterState> {
    const files = await this.#newestRevisions(folders);
    let rev = Math.max(0, ...Object.values(files));
    for (const name of await this.#storage.list(this.#names.nodes)) {
      const node = await this.#storage.read(`${this.#names.nodes}/${name}`, checkNodeState);
      rev = Math.max(rev, node?.cursor ?? 0);
    }
    return { rev, files, series: {} };
  }

  /** Writes the meter's state. */
  async save(): Promise<void> {
    const state = await this.state();
    for (const id of Object.keys(this.#nodes1)) await this.#writeNode(id);
    await this.#storage.write(`${this.#names.folder}/${STATE}`, state);
    this.#nodes1 = {};
    if (!this.#hasFormat1) return;
    await this.#storage.remove(`${this.#names.format1}/${STATE}`);
    this.#hasFormat1 = false;
  }

  /** Empty for one that nothing is known of. */
  node(id: string): Promise<NodeState> {
    const known = this.#nodes.get(id);
    if (known) return known;
    const node = this.#readNode(id);
    this.#nodes.set(id, node);
    node.catch(() => {
      if (this.#nodes.get(id) === node) this.#nodes.delete(id);
    });
    return node;
  }

  async #readNode(id: string): Promise<NodeState> {
    const { rev } = await this.state();
    const node = (await this.#storage.read(this.#names.node(id), checkNodeState)) ?? this.#nodes1[id] ?? {};
    // It can't have been given what isn't there yet: that would hide what comes.
    if (node.cursor !== undefined) node.cursor = Math.min(node.cursor, rev);
    return node;
  }

  async updateNode(id: string, change: (node: NodeState) => void): Promise<void> {
    change(await this.node(id));
    await this.#writeNode(id);
  }

  async #writeNode(id: string): Promise<void> {
    await this.#storage.write(this.#names.node(id), await this.node(id));
  }

  async removeNode(id: string): Promise<void> {
    await this.state();
    // Else it would come back from there.
    if (Object.hasOwn(this.#nodes1, id)) await this.save();
    this.#nodes.delete(id);
    await this.#storage.remove(this.#names.node(id));
  }
}
