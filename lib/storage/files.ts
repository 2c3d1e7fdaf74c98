/**
 * Documents in files of a folder, or in memory where there is no folder. Each is sealed with checksums; what is damaged
 * is set aside under another name, and the owner of the folder is told.
 */
import { randomUUID } from 'node:crypto';
import { EnedisError } from '../errors';
import type { Lease } from './lease';
import { Disk, lastName, Memory, type Place } from './places';
import { NewerFormat, open, openEntries, seal, sealEntries, type OpenedEntries } from './sealed';
import type { Check, CheckEntry, Entries, OnSetAside, Storage } from './storage';

/** The last write of a file that was asked for: under way, and perhaps one more after it with what is newest then. */
interface Writing {
  current: Promise<void>;
  next: Promise<void> | null;
  text: string;
}

/** See `Storage`. */
export class FileStorage implements Storage {
  readonly #place: Place;
  readonly #onSetAside: OnSetAside;
  readonly #writing = new Map<string, Writing>();

  /**
   * @param dir absolute; undefined keeps everything in memory.
   * @param lease held before anything is read or written.
   */
  constructor(dir: string | undefined, onSetAside: OnSetAside, lease?: Lease) {
    this.#place = dir === undefined ? new Memory() : new Disk(dir, lease);
    this.#onSetAside = onSetAside;
  }

  async read<T>(name: string, check: Check<T>, instead?: T): Promise<T | undefined> {
    const text = await this.#place.read(name);
    if (text === undefined) return undefined;
    try {
      return check(open(text));
    } catch (error) {
      if (error instanceof NewerFormat) throw newer(name);
      await this.#setAside(name);
      if (instead !== undefined) await this.write(name, instead);
      return instead;
    }
  }

  async readEntries<T>(name: string, check: CheckEntry<T>): Promise<Entries<T> | undefined> {
    const text = await this.#place.read(name);
    if (text === undefined) return undefined;
    const { entries, isWhole } = checked(name, text, check);
    if (isWhole) return { entries, isWhole };
    if (Object.keys(entries).length === 0) {
      await this.#setAside(name);
      return undefined;
    }
    // A copy, not the file itself: whatever ends this process now, what is left stays readable.
    const aside = asideOf(name);
    await this.#place.write(aside, text);
    this.#tell(name, aside);
    await this.writeEntries(name, entries);
    return { entries, isWhole };
  }

  write(name: string, content: unknown): Promise<void> {
    return this.#write(name, seal(content));
  }

  writeEntries(name: string, entries: Readonly<Record<string, unknown>>): Promise<void> {
    return this.#write(name, sealEntries(entries));
  }

  async remove(name: string): Promise<void> {
    await this.#writing.get(name)?.current.catch(noop);
    await this.#place.remove(name);
  }

  async list(folder: string): Promise<string[]> {
    return (await this.#place.list(folder)).filter((name) => name.endsWith('.json'));
  }

  async #setAside(name: string): Promise<void> {
    const aside = asideOf(name);
    // Where it is gone, another reader of the same file was faster.
    if (await this.#place.rename(name, aside)) this.#tell(name, aside);
  }

  #tell(name: string, aside: string): void {
    this.#onSetAside(lastName(name), lastName(aside), name.split('/')[0]!);
  }

  #write(name: string, text: string): Promise<void> {
    const writing = this.#writing.get(name);
    if (!writing) {
      const first = { current: this.#place.write(name, text), next: null, text };
      this.#writing.set(name, first);
      this.#forgetAfter(name, first.current);
      return first.current;
    }
    writing.text = text;
    writing.next ??= writing.current.then(noop, noop).then(() => {
      writing.next = null;
      writing.current = this.#place.write(name, writing.text);
      this.#forgetAfter(name, writing.current);
      return writing.current;
    });
    return writing.next;
  }

  #forgetAfter(name: string, done: Promise<void>): void {
    const settle = (): void => {
      const writing = this.#writing.get(name);
      if (writing?.current === done && writing.next === null) this.#writing.delete(name);
    };
    done.then(settle, settle);
  }
}

/** What of a text of entries can be understood. */
function checked<T>(name: string, text: string, check: CheckEntry<T>): Entries<T> {
  const opened = openedOf(name, text);
  const entries: Record<string, T> = {};
  let { isWhole } = opened;
  for (const [key, content] of opened.entries) {
    try {
      entries[key] = check(key, content);
    } catch {
      isWhole = false;
    }
  }
  return { entries, isWhole };
}

function openedOf(name: string, text: string): OpenedEntries {
  try {
    return openEntries(text);
  } catch (error) {
    throw error instanceof NewerFormat ? newer(name) : error;
  }
}

function newer(name: string): EnedisError {
  return new EnedisError('storageNewer', { file: lastName(name) });
}

function asideOf(name: string): string {
  return `${name}.damaged-${randomUUID().slice(0, 8)}`;
}

function noop(): void {
  // A failed write is told to those who asked for it; those who only wait for its end don't care.
}
