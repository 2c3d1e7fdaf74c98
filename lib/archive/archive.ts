/**
 * The readings of one meter that are kept. Values come in by one door, `merge`, which says what was new or corrected;
 * what a gateway was asked is noted by another, `noteAsked`, so that it is known of each day what state it is in and when
 * it is worth asking for again. Every change bears a revision that only grows; a flow node remembers the revision up to
 * which it has been served, which is how a crash between storing and sending loses nothing.
 */
import { Turns } from '../async/turns';
import { byDate } from '../readings/completeness';
import { datesBetween, parisDay, parisDayAt } from '../readings/paris';
import type { Measure } from '../readings/reading';
import type { Realm, Storage } from '../storage/storage';
import { BookKeeping } from './book-keeping';
import {
  absenceOf,
  askAgainAt,
  changesOf,
  measuresOf,
  newSegments,
  stateOf,
  type ArchivedMeasure,
  type DayState,
  type NewMeasure,
} from './day';
import type { Absence, DayRecord, MeterState, NodeState, Origin } from './format';
import {
  allKeys,
  fileName,
  filePrefix,
  MeterNames,
  periodOfFile,
  seriesName,
  type Period,
  type SeriesKey,
} from './names';
import { newestRevision, SeriesFiles, type SeriesFile } from './series-files';
import { noteErased, noteLoss, type SeriesState } from './series-state';

export { seriesName, type Period, type SeriesKey } from './names';

/** How one Paris day of a series stands, without its readings. */
export interface DayStatus {
  date: string;
  state: DayState;
  /** See `DayRecord.again`. */
  again: number | null | undefined;
  asked: boolean;
  /** Epoch ms of the last request that covered it. */
  askedAt?: number;
}

/** How much of a series there is: its first and last day with a reading. */
export interface Inventory extends SeriesKey {
  from: string;
  to: string;
  readings: number;
}

/** What a change of days needs to know of each. */
interface DayChange {
  date: string;
  record: DayRecord | undefined;
}

/**
 * One for each meter in a process, since it believes what it has in memory. Whatever touches readings queues, so that
 * nobody sees half a change. Rejects with an EnedisError ENEDIS_STORAGE.
 */
export class MeterArchive {
  readonly #files: SeriesFiles;
  readonly #book: BookKeeping;
  #queue: Promise<unknown> = Promise.resolve();

  constructor(storage: Storage, realm: Realm, usagePointId: string) {
    const names = new MeterNames(realm, usagePointId);
    this.#files = new SeriesFiles(storage, names);
    this.#book = new BookKeeping(storage, names, (folders) => this.#files.newestRevisions(folders));
  }

  /** Reads everything afresh from here on: another process may have written. */
  forget(): void {
    this.#book.forget();
    this.#files.clear();
  }

  /** What is known of the meter. Change it through `update` only. */
  state(): Promise<Readonly<MeterState>> {
    return this.#book.state();
  }

  /** Changes what is known of the meter, and writes it. */
  async update(change: (state: MeterState) => void): Promise<void> {
    change(await this.#book.state());
    await this.#book.save();
  }

  /** What was learnt of a series; empty where nothing was yet. */
  async seriesState(key: SeriesKey): Promise<Readonly<SeriesState>> {
    return (await this.state()).series[seriesName(key)] ?? {};
  }

  updateSeries(key: SeriesKey, change: (state: SeriesState) => void): Promise<void> {
    return this.update((state) => change((state.series[seriesName(key)] ??= {})));
  }

  /** What a flow node was given and where it stands. Change it through `updateNode` only. */
  node(id: string): Promise<Readonly<NodeState>> {
    return this.#book.node(id);
  }

  updateNode(id: string, change: (node: NodeState) => void): Promise<void> {
    return this.#book.updateNode(id, change);
  }

  /** The node is gone for good. */
  removeNode(id: string): Promise<void> {
    return this.#book.removeNode(id);
  }

  /** Everything known of a period, a sorted list for each of its days. */
  read(key: SeriesKey, { start, end }: Period): Promise<ArchivedMeasure[][]> {
    return this.#exclusively(async () => {
      const days: ArchivedMeasure[][] = [];
      const turns = new Turns();
      for (const date of datesBetween(start, end)) {
        await turns.take();
        days.push(measuresOf(parisDay(date), (await this.#file(key, date))[date]));
      }
      return days;
    });
  }

  /** How each day of a period stands. */
  days(key: SeriesKey, { start, end }: Period): Promise<DayStatus[]> {
    return this.#exclusively(async () => {
      const statuses: DayStatus[] = [];
      const turns = new Turns();
      for (const date of datesBetween(start, end)) {
        await turns.take();
        const record = (await this.#file(key, date))[date];
        statuses.push({
          date,
          state: stateOf(parisDay(date), record),
          again: record?.again,
          asked: record?.asked !== undefined,
          ...(record?.asked === undefined ? {} : { askedAt: record.asked }),
        });
      }
      return statuses;
    });
  }

  /** What there is: every series of which there are readings. */
  async inventory(): Promise<Inventory[]> {
    const found: Inventory[] = [];
    for (const key of allKeys()) {
      const each = await this.#exclusively(() => this.#inventoryOf(key));
      if (each) found.push(each);
    }
    return found;
  }

  async #inventoryOf(key: SeriesKey): Promise<Inventory | undefined> {
    const turns = new Turns();
    const dates: string[] = [];
    let readings = 0;
    for (const name of await this.#filesOf(key)) {
      for (const [date, record] of Object.entries(await this.#load(key, name))) {
        await turns.take();
        const { length } = measuresOf(parisDay(date), record);
        readings += length;
        if (length > 0) dates.push(date);
      }
    }
    const sorted = dates.sort();
    return readings === 0 ? undefined : { ...key, from: sorted[0]!, to: sorted.at(-1)!, readings };
  }

  /**
   * Removes every reading, copies of damaged files included. The revision and where nodes stand are kept; the daily
   * collection asks for nothing before `today` again, so that only a backfill does.
   */
  erase(today: string): Promise<void> {
    return this.#exclusively(async () => {
      // First: what is still there after a kill is erased by the next try, and not asked for meanwhile.
      await this.update((state) => {
        state.files = {};
        for (const key of allKeys()) noteErased((state.series[seriesName(key)] ??= {}), today);
      });
      await this.#files.erase();
    });
  }

  /** The first day of which there is a reading, however long ago. */
  firstDay(key: SeriesKey): Promise<string | undefined> {
    return this.#firstOf(
      key,
      (names) => names.sort(),
      (dates) => dates.sort(),
    );
  }

  /** The last day of which there is a reading. */
  lastDay(key: SeriesKey): Promise<string | undefined> {
    return this.#firstOf(
      key,
      (names) => names.sort().reverse(),
      (dates) => dates.sort().reverse(),
    );
  }

  #firstOf(
    key: SeriesKey,
    inOrder: (names: string[]) => string[],
    sorted: (dates: string[]) => string[],
  ): Promise<string | undefined> {
    return this.#exclusively(async () => {
      for (const name of inOrder(await this.#filesOf(key))) {
        const dates = Object.entries(await this.#load(key, name))
          .filter(([, { segments }]) => segments.length > 0)
          .map(([date]) => date);
        if (dates.length > 0) return sorted(dates)[0];
      }
      return undefined;
    });
  }

  /**
   * A word for what the documents hold in which a day of a series lies: another one once any of them has changed, so that
   * what was worked out of them is known to be out of date.
   */
  async revisionOf(key: SeriesKey, date: string): Promise<number> {
    return (await this.state()).files[fileName(key, date)] ?? 0;
  }

  /** What arrived after revision `since`, in days from `from` on, sorted. */
  changes(key: SeriesKey, since: number, from: string): Promise<NewMeasure[]> {
    return this.#exclusively(async () => {
      const { files } = await this.state();
      const changed: NewMeasure[] = [];
      const turns = new Turns();
      for (const name of await this.#filesOf(key)) {
        if (files[name]! <= since) continue;
        for (const [date, record] of Object.entries(await this.#load(key, name))) {
          await turns.take();
          if (date < from) continue;
          changed.push(...changesOf(parisDay(date), record, since));
        }
      }
      return changed.sort((a, b) => a.start - b.start);
    });
  }

  /**
   * Takes readings in; idempotent. What no day can hold is left out.
   * @param measures sorted.
   * @returns how many were new or corrected.
   */
  merge(key: SeriesKey, measures: readonly Measure[], origin: Origin): Promise<number> {
    return this.#exclusively(async () => {
      const byDay = byDate(measures);
      const state = await this.#book.state();
      const rev = state.rev + 1;
      let fresh = 0;
      const touched = await this.#change(key, byDay.keys(), ({ date, record }) => {
        const day = parisDay(date);
        const segments = newSegments(day, key.series, record, byDay.get(date)!, rev, origin);
        if (segments.length === 0) return undefined;
        for (const { values } of segments) fresh += values.length;
        const merged: DayRecord = { ...record, segments: [...(record?.segments ?? []), ...segments] };
        delete merged.absence;
        return merged;
      });
      if (touched.size === 0) return 0;
      // The revision is on disk before any reading that bears it: it can be skipped, never given twice.
      state.rev = rev;
      for (const name of touched.keys()) state.files[name] = rev;
      await this.#save(touched);
      return fresh;
    });
  }

  /**
   * Notes that a gateway was asked for a period and has answered, once what it answered is merged. Days without any
   * reading are marked: null throughout, or not there (`notPublished` while it may still come, `notCollected` once that
   * is unlikely).
   * @param blanks the intervals that the answer left empty.
   */
  noteAsked(
    key: SeriesKey,
    period: Period,
    blanks: readonly { start: number }[],
    now: number,
  ): Promise<void> {
    const blankDays = new Set(blanks.map(({ start }) => parisDayAt(start).date));
    return this.#note(key, period, ({ date, record }) => {
      const day = parisDay(date);
      const noted: DayRecord = { ...record, segments: record?.segments ?? [], asked: now };
      if (noted.segments.length === 0) noted.absence = absenceOf(day, blankDays.has(date), now);
      noted.again = askAgainAt(stateOf(day, noted), day, now);
      return noted;
    });
  }

  /**
   * Notes that a gateway refuses a period, without touching any day that has readings.
   * @param isCertain false: nothing that isn't refused confirms it; the next day may tell otherwise.
   */
  noteRefused(
    key: SeriesKey,
    period: Period,
    absence: Absence,
    now: number,
    isCertain = true,
  ): Promise<void> {
    return this.#note(key, period, ({ date, record }) => {
      if ((record?.segments.length ?? 0) > 0) return undefined;
      const again = isCertain ? askAgainAt(absence, parisDay(date), now) : parisDayAt(now).end;
      return { segments: [], absence, asked: now, again };
    });
  }

  #note(
    key: SeriesKey,
    { start, end }: Period,
    change: (day: DayChange) => DayRecord | undefined,
  ): Promise<void> {
    return this.#exclusively(async () => {
      await this.#files.save(await this.#change(key, datesBetween(start, end), change));
    });
  }

  /**
   * Changes days in memory.
   * @param change gives the day's new record; undefined leaves it.
   * @returns the files to be written.
   */
  async #change(
    key: SeriesKey,
    dates: Iterable<string>,
    change: (day: DayChange) => DayRecord | undefined,
  ): Promise<Map<string, SeriesFile>> {
    const touched = new Map<string, SeriesFile>();
    const turns = new Turns();
    for (const date of dates) {
      await turns.take();
      const name = fileName(key, date);
      // A period longer than the memory holds may come back to a file that it has changed already.
      const file = touched.get(name) ?? (await this.#load(key, name));
      const record = change({ date, record: file[date] });
      if (!record) continue;
      file[date] = record;
      touched.set(name, file);
    }
    return touched;
  }

  async #save(touched: ReadonlyMap<string, SeriesFile>): Promise<void> {
    try {
      await this.#book.save();
    } catch (error) {
      // What isn't on disk must not be believed: the next look reads the files again.
      this.#files.drop(touched.keys());
      throw error;
    }
    await this.#files.save(touched);
  }

  #file(key: SeriesKey, date: string): Promise<SeriesFile> | SeriesFile {
    return this.#load(key, fileName(key, date));
  }

  #load(key: SeriesKey, name: string): Promise<SeriesFile> | SeriesFile {
    return this.#files.known(name) ?? this.#read(key, name);
  }

  async #read(key: SeriesKey, name: string): Promise<SeriesFile> {
    const state = await this.#book.state();
    const { days, isWhole } = await this.#files.load(key, name, state.rev + 1);
    const newest = newestRevision(days);
    if (newest > state.rev) {
      state.rev = state.files[name] = newest;
      await this.#book.save();
    }
    if (!isWhole && state.files[name] !== undefined) {
      if (newest === 0) delete state.files[name];
      await this.updateSeries(key, (series) => noteLoss(series, periodOfFile(key, name)));
    }
    return days;
  }

  /** The files of a series that hold readings. */
  async #filesOf(key: SeriesKey): Promise<string[]> {
    const prefix = filePrefix(key);
    return Object.keys((await this.state()).files).filter((name) => name.startsWith(prefix));
  }

  /** One change at a time: read, merge and write belong together. */
  #exclusively<T>(task: () => Promise<T>): Promise<T> {
    const result = this.#queue.then(task, task);
    this.#queue = result.catch(() => undefined);
    return result;
  }
}
