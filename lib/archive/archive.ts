/**
 * The readings of one meter on disk. Answers are merged into it as they come; it says what was new, what was corrected,
 * what state each day is in. Load curves lie in a file a month, daily series in a file a year, so that adding a day
 * rewrites one small file. Every change bears a revision that only grows; a flow node remembers the revision up to which
 * it has been served, which is how a crash between storing and sending loses nothing.
 */
import type { MeasureAnswer } from '../gateways/points/stamped';
import type { JsonFolder } from '../storage/files';
import { byDate } from '../readings/completeness';
import { datesBetween, parisDay, parisDayAt } from '../readings/paris';
import { SERIES, type Direction, type Series } from '../readings/reading';
import { Turns } from '../async/turns';
import {
  askAgainAt,
  changesOf,
  measuresOf,
  newSegments,
  stateOf,
  type ArchivedMeasure,
  type NewMeasure,
  type DayState,
} from './day';
import {
  checkMeterState,
  checkSeriesFile,
  type Absence,
  type DayRecord,
  type MeterState,
  type SeriesFile,
  type SeriesState,
} from './format';

/** Which of a meter's series: each has files and a state of its own. */
export interface SeriesKey {
  direction: Direction;
  series: Series;
}

/** Civil days, `end` excluded. */
export interface Period {
  start: string;
  end: string;
}

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

/** A year of load curve in memory; what a summary, a day's collection and a backfill chunk touch together. */
const FILES_IN_MEMORY = 12;

/**
 * One for each meter in a process, since it believes what it has in memory. Whatever touches readings queues, so that
 * nobody sees half a change. Rejects with an EnedisError `storageRead`, `storageWrite` or `storageInUse`.
 */
export class MeterArchive {
  readonly #folder: JsonFolder;
  readonly #name: string;
  readonly #files = new Map<string, SeriesFile>();
  #state: Promise<MeterState> | undefined;
  #queue: Promise<unknown> = Promise.resolve();

  /** @param name the sub-folder: the PDL, with a prefix where the data isn't the meter's own (demo, sandbox). */
  constructor(folder: JsonFolder, name: string) {
    this.#folder = folder;
    this.#name = name;
  }

  /** Reads everything afresh from here on: another process may have written. */
  forget(): void {
    this.#state = undefined;
    this.#files.clear();
  }

  /** The book-keeping about this meter. Change it through `update` only. */
  state(): Promise<Readonly<MeterState>> {
    return this.#openState();
  }

  /** One for all who ask at once: two copies would overwrite each other's changes. */
  #openState(): Promise<MeterState> {
    this.#state ??= this.#folder
      .read(`${this.#name}/state.json`, checkMeterState)
      .then((state) => state ?? this.#recoveredState());
    // A disk that fails now may work at the next try.
    this.#state.catch(() => (this.#state = undefined));
    return this.#state;
  }

  /** A lost state must not restart revisions at 0: they would hide new readings from nodes that remember higher ones. */
  async #recoveredState(): Promise<MeterState> {
    const state: MeterState = { version: 1, rev: 0, files: {}, series: {}, nodes: {} };
    for (const file of await this.#folder.list(this.#name)) {
      const content = await this.#folder.read(`${this.#name}/${file}`, checkSeriesFile);
      if (!content) continue;
      const revs = Object.values(content.days).flatMap((day) => day.segments.map((segment) => segment.rev));
      state.files[file] = Math.max(0, ...revs);
      state.rev = Math.max(state.rev, state.files[file]);
    }
    return state;
  }

  /** Changes the book-keeping and writes it. */
  async update(change: (state: MeterState) => void): Promise<void> {
    change(await this.#openState());
    await this.#saveState();
  }

  async #saveState(): Promise<void> {
    const state = await this.#openState();
    await this.#folder.write(`${this.#name}/state.json`, state);
  }

  /** Empty for a series that nothing was noted of yet. */
  async seriesState(key: SeriesKey): Promise<Readonly<SeriesState>> {
    return (await this.state()).series[seriesName(key)] ?? {};
  }

  /** Changes what is noted of one series and writes the whole book-keeping. */
  updateSeries(key: SeriesKey, change: (state: SeriesState) => void): Promise<void> {
    return this.update((state) => change((state.series[seriesName(key)] ??= {})));
  }

  /** How each day of a period stands. */
  days(key: SeriesKey, { start, end }: Period): Promise<DayStatus[]> {
    return this.#exclusively(async () => {
      const statuses: DayStatus[] = [];
      const turns = new Turns();
      for (const date of datesBetween(start, end)) {
        await turns.take();
        const record = (await this.#file(key, date)).days[date];
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

  /** Everything known of a period, sorted. */
  async measures(key: SeriesKey, period: Period): Promise<ArchivedMeasure[]> {
    return (await this.measuresByDay(key, period)).flat();
  }

  /** Everything known of a period, a sorted list for each of its days. */
  measuresByDay(key: SeriesKey, { start, end }: Period): Promise<ArchivedMeasure[][]> {
    return this.#exclusively(async () => {
      const days: ArchivedMeasure[][] = [];
      const turns = new Turns();
      for (const date of datesBetween(start, end)) {
        await turns.take();
        days.push(measuresOf(parisDay(date), (await this.#file(key, date)).days[date]));
      }
      return days;
    });
  }

  /** The first day of which there is a reading, however long ago. */
  firstDay(key: SeriesKey): Promise<string | undefined> {
    return this.#exclusively(async () => {
      for (const name of (await this.#names(key)).sort()) {
        const dates = Object.entries((await this.#load(key, name)).days)
          .filter(([, { segments }]) => segments.length > 0)
          .map(([date]) => date);
        if (dates.length > 0) return dates.sort()[0];
      }
      return undefined;
    });
  }

  /** The files of a series that hold readings. */
  async #names(key: SeriesKey): Promise<string[]> {
    const prefix = filePrefix(key);
    return Object.keys((await this.state()).files).filter((name) => name.startsWith(prefix));
  }

  /** What arrived after revision `since`, in days from `from` on, sorted. */
  changes(key: SeriesKey, since: number, from: string): Promise<NewMeasure[]> {
    return this.#exclusively(async () => {
      const { files } = await this.state();
      const changed: NewMeasure[] = [];
      const turns = new Turns();
      for (const name of await this.#names(key)) {
        if (files[name]! <= since) continue;
        for (const [date, record] of Object.entries((await this.#load(key, name)).days)) {
          await turns.take();
          if (date < from) continue;
          changed.push(...changesOf(parisDay(date), record, since));
        }
      }
      return changed.sort((a, b) => a.start - b.start);
    });
  }

  /**
   * Merges an answer for `period`; idempotent. Days of the period that it leaves without any reading are marked: null
   * throughout, or not there (`notPublished` while it may still come, `notCollected` once that is unlikely).
   * @returns how many readings were new or corrected.
   */
  record(
    key: SeriesKey,
    period: Period,
    answer: Pick<MeasureAnswer, 'measures' | 'blanks'>,
    now: number,
  ): Promise<number> {
    return this.#exclusively(async () => {
      const byDay = byDate(answer.measures);
      const blankDays = new Set(answer.blanks.map((blank) => parisDayAt(blank.start).date));
      const dates = new Set([...datesBetween(period.start, period.end), ...byDay.keys()]);
      const state = await this.#openState();
      const rev = state.rev + 1;
      const touched = new Map<string, SeriesFile>();
      let fresh = 0;
      const turns = new Turns();
      for (const date of dates) {
        await turns.take();
        // A period longer than the memory holds may come back to a file that it has changed already.
        const file = touched.get(fileName(key, date)) ?? (await this.#file(key, date));
        const day = parisDay(date);
        const before = file.days[date];
        const segments = newSegments(day, before, byDay.get(date) ?? [], rev);
        for (const segment of segments) fresh += segment.values.length;
        const record: DayRecord = { segments: [...(before?.segments ?? []), ...segments], asked: now };
        if (record.segments.length === 0) record.absence = absenceOf(day.end, blankDays.has(date), now);
        record.again = askAgainAt(stateOf(day, record), day, now, nextMidnight(now));
        file.days[date] = record;
        touched.set(fileName(key, date), file);
        if (segments.length > 0) state.files[fileName(key, date)] = rev;
      }
      await this.#save(touched, fresh > 0 ? rev : null);
      return fresh;
    });
  }

  /**
   * Marks days that the gateway refuses, without touching any that have readings.
   * @param forGood false: nothing that isn't refused confirms it; the next day may tell otherwise.
   */
  refuse(key: SeriesKey, period: Period, absence: Absence, now: number, forGood = true): Promise<void> {
    return this.#exclusively(async () => {
      const touched = new Map<string, SeriesFile>();
      const turns = new Turns();
      for (const date of datesBetween(period.start, period.end)) {
        await turns.take();
        const file = await this.#file(key, date);
        if ((file.days[date]?.segments.length ?? 0) > 0) continue;
        const day = parisDay(date);
        file.days[date] = {
          segments: [],
          absence,
          asked: now,
          again: forGood ? askAgainAt(absence, day, now, nextMidnight(now)) : nextMidnight(now),
        };
        touched.set(fileName(key, date), file);
      }
      await this.#save(touched, null);
    });
  }

  /** The revision is on disk before any reading that bears it: it can be skipped, never given twice. */
  async #save(touched: ReadonlyMap<string, SeriesFile>, rev: number | null): Promise<void> {
    try {
      if (rev !== null) {
        (await this.#openState()).rev = rev;
        await this.#saveState();
      }
      for (const [name, file] of touched) await this.#folder.write(`${this.#name}/${name}`, file);
    } catch (error) {
      // What isn't on disk must not be believed: the next look reads the files again.
      for (const name of touched.keys()) this.#files.delete(name);
      throw error;
    }
  }

  #file(key: SeriesKey, date: string): Promise<SeriesFile> | SeriesFile {
    return this.#load(key, fileName(key, date));
  }

  #load(key: SeriesKey, name: string): Promise<SeriesFile> | SeriesFile {
    const known = this.#files.get(name);
    if (!known) return this.#read(key, name);
    this.#files.delete(name);
    this.#files.set(name, known);
    return known;
  }

  async #read(key: SeriesKey, name: string): Promise<SeriesFile> {
    const kept = await this.#folder.read(`${this.#name}/${name}`, checkSeriesFile);
    if (!kept) await this.#answerAgain(key, name);
    const file = kept ?? { version: 1, days: {} };
    this.#files.set(name, file);
    for (const oldest of this.#files.keys()) {
      if (this.#files.size <= FILES_IN_MEMORY) break;
      this.#files.delete(oldest);
    }
    return file;
  }

  /** Where a file that held readings is gone, the daily collection looks again for its days, as far as they were its own. */
  async #answerAgain(key: SeriesKey, name: string): Promise<void> {
    const { files } = await this.#openState();
    if (files[name] === undefined) return;
    delete files[name];
    await this.updateSeries(key, (state) => {
      const { first, since } = state;
      if (first === undefined || since === undefined || name < fileName(key, first)) return;
      const firstInFile = `${name.slice(filePrefix(key).length, -'.json'.length)}-01-01`.slice(
        0,
        first.length,
      );
      const again = firstInFile > first ? firstInFile : first;
      if (again < since) state.since = again;
    });
  }

  /** One change at a time: read, merge and write belong together. */
  #exclusively<T>(task: () => Promise<T>): Promise<T> {
    const result = this.#queue.then(task, task);
    this.#queue = result.catch(() => undefined);
    return result;
  }
}

/** A week is what Enedis has been seen to take at the worst; after that a hole is taken for one. */
function absenceOf(dayEnd: number, blank: boolean, now: number): Absence {
  if (blank) return 'allNull';
  return now - dayEnd < 7 * 86_400_000 ? 'notPublished' : 'notCollected';
}

function nextMidnight(now: number): number {
  return parisDayAt(now).end;
}

/** What the book-keeping calls a series. */
export function seriesName({ direction, series }: SeriesKey): string {
  return `${direction}/${series}`;
}

function filePrefix({ direction, series }: SeriesKey): string {
  return `${direction}-${series}-`;
}

function fileName(key: SeriesKey, date: string): string {
  return `${filePrefix(key)}${SERIES[key.series].perDay ? date.slice(0, 4) : date.slice(0, 7)}.json`;
}
