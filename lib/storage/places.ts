/**
 * Where the text of a document lies: on a disk or in memory. On a disk it is written beside, flushed, then renamed over
 * the old one, so that a power cut leaves the old text or the new one and never half of either. Everything is readable by
 * its owner only.
 */
import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, rmdir, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { EnedisError } from '../errors';
import type { Lease } from './lease';

/** Texts by name. May reject with an EnedisError `storageRead`, `storageWrite`, `storageInUse`. */
export interface Place {
  /** Undefined where there is none. */
  read(name: string): Promise<string | undefined>;
  write(name: string, text: string): Promise<void>;
  /** @returns false where there is nothing of this name any more. */
  rename(name: string, newName: string): Promise<boolean>;
  remove(name: string): Promise<void>;
  /** The last names of those directly in a folder. */
  list(folder: string): Promise<string[]>;
}

/** How a file ends that isn't whole yet. */
const HALF_WRITTEN = '.tmp';

/** A folder and those below it. */
export class Disk implements Place {
  readonly #dir: string;
  readonly #lease: Lease | undefined;

  /**
   * @param dir absolute.
   * @param lease held before anything is read or written.
   */
  constructor(dir: string, lease: Lease | undefined) {
    this.#dir = dir;
    this.#lease = lease;
  }

  async read(name: string): Promise<string | undefined> {
    await this.#lease?.hold('read');
    try {
      return await readFile(join(this.#dir, name), 'utf8');
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return undefined;
      throw failure('storageRead', name, error);
    }
  }

  async write(name: string, text: string): Promise<void> {
    await this.#lease?.hold('write');
    const path = join(this.#dir, name);
    const temporary = `${path}.${randomUUID().slice(0, 8)}${HALF_WRITTEN}`;
    try {
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      await writeFlushed(temporary, text);
      await rename(temporary, path);
      await flushFolder(dirname(path));
    } catch (error) {
      await rm(temporary, { force: true }).catch(ignored);
      throw failure('storageWrite', name, error);
    }
  }

  async rename(name: string, newName: string): Promise<boolean> {
    try {
      await rename(join(this.#dir, name), join(this.#dir, newName));
      return true;
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return false;
      throw failure('storageRead', name, error);
    }
  }

  async remove(name: string): Promise<void> {
    await this.#lease?.hold('write');
    const path = join(this.#dir, name);
    try {
      await unlink(path);
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return;
      throw failure('storageWrite', name, error);
    }
    // The folder as well, where that was the last of it.
    if (name.includes('/')) await rmdir(dirname(path)).catch(ignored);
  }

  async list(folder: string): Promise<string[]> {
    await this.#lease?.hold('read');
    try {
      return await readdir(join(this.#dir, folder));
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return [];
      // The folder's own name is the PDL.
      throw failure('storageRead', '*.json', error);
    }
  }
}

/** As long as the process lives. */
export class Memory implements Place {
  readonly #texts = new Map<string, string>();

  read(name: string): Promise<string | undefined> {
    return Promise.resolve(this.#texts.get(name));
  }

  write(name: string, text: string): Promise<void> {
    this.#texts.set(name, text);
    return Promise.resolve();
  }

  rename(name: string, newName: string): Promise<boolean> {
    const text = this.#texts.get(name);
    if (text !== undefined) this.#texts.set(newName, text);
    return Promise.resolve(this.#texts.delete(name));
  }

  remove(name: string): Promise<void> {
    this.#texts.delete(name);
    return Promise.resolve();
  }

  list(folder: string): Promise<string[]> {
    const prefix = folder === '' ? '' : `${folder}/`;
    const inside = [...this.#texts.keys()].filter((name) => name.startsWith(prefix));
    return Promise.resolve(
      inside.map((name) => name.slice(prefix.length)).filter((name) => !name.includes('/')),
    );
  }
}

/**
 * Removes what a power cut left half-written in a folder and those below it; nobody will ever read it. To be called by
 * the only process that works there, before it writes.
 */
export async function removeHalfWritten(dir: string): Promise<void> {
  const names = await readdir(dir, { recursive: true }).catch(() => []);
  for (const name of names) {
    if (name.endsWith(HALF_WRITTEN)) await rm(join(dir, name), { force: true }).catch(ignored);
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

function failure(reason: 'storageRead' | 'storageWrite', name: string, error: unknown): EnedisError {
  return new EnedisError(reason, { file: lastName(name), cause: codeOf(error) });
}

/** What is shown to people and in logs: the folder that bears the PDL isn't. */
export function lastName(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1);
}

function codeOf(error: unknown): string {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  return code ?? 'unknown';
}

function ignored(): void {
  // Nobody misses it: it is tidying up.
}
