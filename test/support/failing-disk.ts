/** Documents in memory, shared by all who open them, on a disk that can fail at any write. */
import { EnedisError } from '../../lib/errors';
import { FileStorage } from '../../lib/storage/files';
import type { Check, CheckEntry, Entries } from '../../lib/storage/storage';

export class FailingDisk extends FileStorage {
  readonly aside: string[];
  reads: string[] = [];
  /** Also what was removed, with a `-` before. */
  writes: string[] = [];
  /** Changes that still succeed; then each fails. */
  good = Infinity;
  /** True: the change reaches the disk before the error does. */
  lateError = false;

  /** @param dir absolute; without it in memory. */
  constructor(dir?: string) {
    const aside: string[] = [];
    super(dir, (file) => aside.push(file));
    this.aside = aside;
  }

  override async read<T>(name: string, check: Check<T>, instead?: T): Promise<T | undefined> {
    this.reads.push(name);
    const content = await super.read(name, check, instead);
    // As on a real one, an answer takes its time.
    await new Promise(setImmediate);
    return content;
  }

  override async readEntries<T>(name: string, check: CheckEntry<T>): Promise<Entries<T> | undefined> {
    this.reads.push(name);
    const content = await super.readEntries(name, check);
    await new Promise(setImmediate);
    return content;
  }

  override write(name: string, content: unknown): Promise<void> {
    return this.#change(name, () => super.write(name, content));
  }

  override writeEntries(name: string, entries: Readonly<Record<string, unknown>>): Promise<void> {
    return this.#change(name, () => super.writeEntries(name, entries));
  }

  override remove(name: string): Promise<void> {
    return this.#change(`-${name}`, () => super.remove(name));
  }

  async #change(name: string, change: () => Promise<void>): Promise<void> {
    const fails = this.good-- <= 0;
    if (!fails || this.lateError) {
      this.writes.push(name);
      await change();
    }
    if (fails) throw new EnedisError('storageWrite', { file: name, cause: 'ENOSPC' });
  }
}
