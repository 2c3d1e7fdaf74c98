/**
 * The days of a meter's series, in files of a year or a month, so that adding a day rewrites one small file. A few of
 * them are kept in memory.
 */
import { parisDay } from '../readings/paris';
import type { Storage } from '../storage/storage';
import { dayChecker, type DayRecord } from './format';
import { withDay1 } from './format-1';
import { keyOfFile, type MeterNames, type SeriesKey } from './names';

/** Days (`YYYY-MM-DD`) of one series. */
export type SeriesFile = Record<string, DayRecord>;

/** What was read, and what its readers have to be told. */
export interface LoadedFile {
  days: SeriesFile;
  /** False where there is none, or some of it was damaged. */
  isWhole: boolean;
}

/** A year of load curve in memory; what a summary, a day's collection and a backfill chunk touch together. */
const FILES_IN_MEMORY = 12;

/** Rejects with an EnedisError ENEDIS_STORAGE. */
export class SeriesFiles {
  readonly #storage: Storage;
  readonly #names: MeterNames;
  readonly #files = new Map<string, SeriesFile>();
  /** Those that still lie at the place of format 1. */
  readonly #format1 = new Set<string>();

  constructor(storage: Storage, names: MeterNames) {
    this.#storage = storage;
    this.#names = names;
  }

  /** Reads everything afresh from here on. */
  clear(): void {
    this.#files.clear();
    this.#format1.clear();
  }

  /** As it is in memory, used last now. */
  known(name: string): SeriesFile | undefined {
    const known = this.#files.get(name);
    if (!known) return undefined;
    this.#files.delete(name);
    this.#files.set(name, known);
    return known;
  }

  /** @param rev the revision that readings get which only format 1 has, where format 2 has others of the same day. */
  async load({ series }: SeriesKey, name: string, rev: number): Promise<LoadedFile> {
    const check = dayChecker(series);
    const kept = await this.#storage.readEntries(`${this.#names.folder}/${name}`, check);
    const old = await this.#storage.readEntries(`${this.#names.format1}/${name}`, check);
    const days = { ...kept?.entries };
    for (const [date, record] of Object.entries(old?.entries ?? {})) {
      days[date] = withDay1(parisDay(date), series, days[date], record, rev);
    }
    if (old) this.#format1.add(name);
    this.#files.set(name, days);
    for (const oldest of this.#files.keys()) {
      if (this.#files.size <= FILES_IN_MEMORY) break;
      this.#files.delete(oldest);
    }
    const found = [kept, old].filter((each) => each !== undefined);
    return { days, isWhole: found.length > 0 && found.every(({ isWhole }) => isWhole) };
  }

  /** Writes files; what can't be written must not be believed, so it is read again at the next look. */
  async save(touched: ReadonlyMap<string, SeriesFile>): Promise<void> {
    try {
      for (const [name, days] of touched) {
        await this.#storage.writeEntries(`${this.#names.folder}/${name}`, days);
        if (!this.#format1.has(name)) continue;
        await this.#storage.remove(`${this.#names.format1}/${name}`);
        this.#format1.delete(name);
      }
    } catch (error) {
      this.drop(touched.keys());
      throw error;
    }
  }

  drop(names: Iterable<string>): void {
    for (const name of names) this.#files.delete(name);
  }

  /** The newest revision in each file of some folders: reads all of them. */
  async newestRevisions(folders: readonly string[]): Promise<Record<string, number>> {
    const newest: Record<string, number> = {};
    for (const folder of folders) {
      for (const name of await this.#storage.list(folder)) {
        const key = keyOfFile(name);
        if (!key) continue;
        const read = await this.#storage.readEntries(`${folder}/${name}`, dayChecker(key.series));
        newest[name] = Math.max(newest[name] ?? 0, newestRevision(read?.entries ?? {}));
      }
    }
    return newest;
  }
}

/** 0 where there is no reading. */
export function newestRevision(days: SeriesFile): number {
  return Math.max(0, ...Object.values(days).flatMap(({ segments }) => segments.map(({ rev }) => rev)));
}
