/**
 * Small JSON files that survive: written beside, flushed, then renamed over the old one, so that a power cut leaves the
 * old file or the new one and never half of either. A file that can't be understood is set aside, never overwritten.
 * Everything is readable by its owner only. Without a folder the same calls keep everything in memory.
 */
import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { EnedisError } from '../errors';
import type { Lease } from './lease';

/** What the owner of a folder is told about: a file that was damaged and where it is now. */
export type OnSetAside = (file: string, aside: string) => void;

/** Checks what a file holds and returns it typed; throws when it isn't what it should be. */
export type Check<T> = (content: unknown) => T;

/** How a file ends that isn't whole yet. */
const HALF_WRITTEN = '.tmp';

/**
 * A folder and those below it; names are relative, with `/` between. Every call may reject with an EnedisError
 * `storageRead`, `storageWrite` or, while another process holds the lease, `storageInUse`.
 */
export class JsonFolder {
  readonly #dir: string | undefined;
  readonly #onSetAside: OnSetAside;
  readonly #lease: Lease | undefined;
  readonly #memory = new Map<string, string>();
  readonly #writing = new Map<
    string,
    { current: Promise<void>; next: Promise<void> | null; content: string }
  >();

  /**
   * @param dir absolute; undefined keeps everything in memory.
   * @param lease held before anything is read or written.
   */
  constructor(dir: string | undefined, onSetAside: OnSetAside, lease?: Lease) {
    this.#dir = dir;
    this.#lease = lease;
    this.#onSetAside = onSetAside;
  }

  /**
   * The content of `name`, or undefined where there is none.
   * @param instead what counts where there is one that can't be understood: that one is set aside.
   */
  async read<T>(name: string, check: Check<T>, instead?: T): Promise<T | undefined> {
    await this.#lease?.hold('read');
    const text = await this.#text(name);
    if (text === undefined) return undefined;
    try {
      return check(JSON.parse(text));
    } catch {
      await this.#setAside(name);
      if (instead !== undefined) await this.write(name, instead);
      return instead;
    }
  }

  async #text(name: string): Promise<string | undefined> {
    if (this.#dir === undefined) return this.#memory.get(name);
    try {
      return await readFile(join(this.#dir, name), 'utf8');
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return undefined;
      throw new EnedisError('storageRead', { file: shortName(name), cause: codeOf(error) });
    }
  }

  async #setAside(name: string): Promise<void> {
    const aside = `${name}.damaged-${randomUUID().slice(0, 8)}`;
    if (this.#dir === undefined) {
      const text = this.#memory.get(name);
      if (text === undefined) return;
      this.#memory.delete(name);
      this.#memory.set(aside, text);
    } else {
      try {
        await rename(join(this.#dir, name), join(this.#dir, aside));
      } catch (error) {
        // Another reader of the same file was faster.
        if (codeOf(error) === 'ENOENT') return;
        throw new EnedisError('storageRead', { file: shortName(name), cause: codeOf(error) });
      }
    }
    this.#onSetAside(shortName(name), shortName(aside));
  }

  /**
   * Resolves once `content` is on the disk. Writes of one file follow each other; while one is under way, later ones
   * collapse into the last, and all their callers wait for that.
   */
  write(name: string, content: unknown): Promise<void> {
    const text = JSON.stringify(content);
    const under = this.#writing.get(name);
    if (!under) {
      const entry = { current: this.#put(name, text), next: null, content: text };
      this.#writing.set(name, entry);
      this.#release(name, entry.current);
      return entry.current;
    }
    under.content = text;
    under.next ??= under.current.then(noop, noop).then(() => {
      under.next = null;
      under.current = this.#put(name, under.content);
      this.#release(name, under.current);
      return under.current;
    });
    return under.next;
  }

  #release(name: string, done: Promise<void>): void {
    const settle = (): void => {
      const under = this.#writing.get(name);
      if (under?.current === done && under.next === null) this.#writing.delete(name);
    };
    done.then(settle, settle);
  }

  async #put(name: string, text: string): Promise<void> {
    if (this.#dir === undefined) {
      this.#memory.set(name, text);
      return;
    }
    await this.#lease?.hold('write');
    const path = join(this.#dir, name);
    const temporary = `${path}.${randomUUID().slice(0, 8)}${HALF_WRITTEN}`;
    try {
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      await writeFlushed(temporary, text);
      await rename(temporary, path);
      await flushFolder(dirname(path));
    } catch (error) {
      await rm(temporary, { force: true }).catch(noop);
      throw new EnedisError('storageWrite', { file: shortName(name), cause: codeOf(error) });
    }
  }

  /** Names of the files there are in `folder` (relative, '' for this one), without those set aside or half-written. */
  async list(folder: string): Promise<string[]> {
    await this.#lease?.hold('read');
    if (this.#dir === undefined) {
      const prefix = folder === '' ? '' : `${folder}/`;
      return [...this.#memory.keys()]
        .filter((name) => name.startsWith(prefix) && name.endsWith('.json'))
        .map((name) => name.slice(prefix.length))
        .filter((name) => !name.includes('/'));
    }
    try {
      return (await readdir(join(this.#dir, folder))).filter((name) => name.endsWith('.json'));
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return [];
      // The folder's own name is the PDL.
      throw new EnedisError('storageRead', { file: '*.json', cause: codeOf(error) });
    }
  }
}

/**
 * What a power cut left half-written in a folder and those directly below it; nobody will ever read it. To be called by
 * the only process that works there, before it writes.
 */
export async function removeHalfWritten(dir: string): Promise<void> {
  const entries = await readdir(dir, { withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    const path = join(dir, entry.name);
    const names = entry.isDirectory() ? await readdir(path).catch(() => []) : [];
    const inside = names.map((name) => join(path, name));
    for (const file of entry.isFile() ? [path] : inside) {
      if (file.endsWith(HALF_WRITTEN)) await rm(file, { force: true }).catch(noop);
    }
  }
}

async function writeFlushed(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Makes the rename itself durable where the system allows to flush a folder. */
async function flushFolder(path: string): Promise<void> {
  try {
    const folder = await open(path, 'r');
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  } catch {
    // Windows can't; the data itself is flushed already.
  }
}

/** File names are shown to people and in logs: the folder that bears the PDL isn't. */
function shortName(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1);
}

function codeOf(error: unknown): string {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  return code ?? 'unknown';
}

function noop(): void {
  // A failed write is told to those who asked for it; those who only wait for its end don't care.
}
