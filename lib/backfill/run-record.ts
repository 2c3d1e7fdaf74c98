/** Where a backfill node's run is kept: in the meter's book-keeping on disk, so that it goes on after any kind of end. */
import type { MeterArchive } from '../archive/archive';
import type { BackfillRun, NodeState } from '../archive/format';
import { inState } from './run';

/** One for each flow node. Whatever writes rejects with ENEDIS_STORAGE where the disk fails. */
export class RunRecord {
  readonly #archive: MeterArchive;
  readonly #node: string;

  /** @param node the flow node's id. */
  constructor(archive: MeterArchive, node: string) {
    this.#archive = archive;
    this.#node = node;
  }

  /** The node's latest run, over or not. */
  async current(): Promise<BackfillRun | undefined> {
    return (await this.#archive.node(this.#node)).backfill;
  }

  /** Writes a run down. One that can't be written isn't begun: nobody would go on with it. */
  async begin(run: BackfillRun): Promise<void> {
    const before = await this.current();
    try {
      await this.#archive.updateNode(this.#node, (node) => (node.backfill = run));
    } catch (error) {
      await this.#takeBack((node) => {
        if (node.backfill !== run) return;
        if (before) node.backfill = before;
        else delete node.backfill;
      });
      throw error;
    }
  }

  /**
   * Takes the run into another state. One that can't be written isn't taken on: the next start wouldn't know of it.
   * @param change null: the run stays as it is.
   * @returns whether it changed.
   */
  async enter(change: (run: BackfillRun) => BackfillRun | null): Promise<boolean> {
    const before = await this.current();
    if (!before || !change(before)) return false;
    try {
      await this.note(before, (run) => change(run) ?? run);
      return true;
    } catch (error) {
      await this.#takeBack((node) => {
        if (!node.backfill) return;
        node.backfill = inState(node.backfill, before.state);
        if (before.waiting) node.backfill.waiting = before.waiting;
      });
      throw error;
    }
  }

  /**
   * Notes what has happened to a run, unless another has begun. Where it can't be written it holds in memory, and is
   * written with what comes next.
   */
  note({ id }: BackfillRun, change: (run: BackfillRun) => BackfillRun): Promise<void> {
    return this.#archive.updateNode(this.#node, (node) => {
      if (node.backfill?.id === id) node.backfill = change(node.backfill);
    });
  }

  /** Counts a run's requests. Where that can't be written, it is written with what comes next. */
  async countRequests(run: BackfillRun, sent: number): Promise<void> {
    await this.note(run, (current) => ({ ...current, requests: current.requests + sent })).catch(
      () => undefined,
    );
  }

  /** The node is gone for good: so is what was remembered for it. */
  forget(): Promise<void> {
    return this.#archive.removeNode(this.#node);
  }

  /** Undoes in memory what couldn't be written; the disk may refuse this as well. */
  async #takeBack(change: (node: NodeState) => void): Promise<void> {
    await this.#archive.updateNode(this.#node, change).catch(() => undefined);
  }
}
