/**
 * What kind of day it is, by calendar: told by hand, learnt from a source, or shipped with the package, in that order.
 * What a person has said stays until that person takes it back.
 */
import { EnedisError } from '../../errors';
import { daysBetween, isDate, isPlausible, parisDay } from '../../readings/paris';
import type { Realm, Storage } from '../../storage/storage';
import { CALENDARS, type DayKind } from '../calendars';
import type { CalendarName } from '../terms';

const LONGEST_KIND = 30;

/** A source's word: the kind, whether it may still change, and whose it is. */
type Learnt = [kind: string, state: DayKind['state'], source: string];

interface Book {
  hand: Record<string, string>;
  learnt: Record<string, Learnt>;
}

/** What telling days came to. */
export interface Told {
  /** Dates on which something else is known now than before. */
  changed: string[];
  /** What couldn't be used; the rest was. */
  problems: EnedisError[];
}

/** One calendar. Answers at once what is known; `load` comes first. */
export class Days {
  readonly #storage: Pick<Storage, 'read' | 'write'>;
  readonly #calendar: CalendarName;
  readonly #file: string;
  #book: Book = { hand: {}, learnt: {} };
  #shipped: Readonly<Record<string, string>> = {};
  #loading: Promise<void> | null = null;

  /** @param tariff whose own days they are; the others' are everybody's. */
  constructor(storage: Pick<Storage, 'read' | 'write'>, realm: Realm, calendar: CalendarName, tariff = '') {
    this.#storage = storage;
    this.#calendar = calendar;
    this.#file = `tariffs/${realm}/days-${calendar === 'own' ? `own-${tariff}` : calendar}.json`;
  }

  /** Reads what ships and what is kept, once. Rejects with `storageRead`; what ships counts all the same. */
  load(): Promise<void> {
    this.#loading ??= this.#load().catch((error: unknown) => {
      this.#loading = null;
      throw error;
    });
    return this.#loading;
  }

  async #load(): Promise<void> {
    if (this.#calendar === 'tempo') this.#shipped = (await import('./tempo-days.js')).TEMPO_SEASONS;
    this.#book = (await this.#storage.read(this.#file, (content) => this.#check(content))) ?? this.#book;
  }

  /** What is known of a day (`YYYY-MM-DD`); undefined: nothing. */
  of(date: string): DayKind | undefined {
    const told = this.#book.hand[date];
    if (told !== undefined) return { kind: told, state: 'final' };
    const learnt = this.#book.learnt[date];
    if (learnt) return { kind: learnt[0], state: learnt[1] };
    const shipped = this.#shippedOn(date);
    return shipped === undefined ? undefined : { kind: shipped, state: 'final' };
  }

  #shippedOn(date: string): string | undefined {
    const year = Number(date.slice(0, 4)) - (date.slice(5) < '09-01' ? 1 : 0);
    const season = this.#shipped[`${year}-09-01`];
    const letter = season?.[daysBetween(`${year}-09-01`, date)];
    return CALENDARS.tempo.kinds.find((kind) => kind.startsWith(letter ?? ' '));
  }

  /**
   * `msg.days`: `{'2026-11-26': 'red', '2026-11-27': null}`; null takes a day back, and what a source has said of it counts
   * again. Rejects where the disk fails: nothing has changed then.
   */
  async tell(told: unknown): Promise<Told> {
    if (typeof told !== 'object' || told === null || Array.isArray(told)) {
      return { changed: [], problems: [new EnedisError('inputInvalid', { property: 'days' })] };
    }
    const hand = { ...this.#book.hand };
    const problems: EnedisError[] = [];
    const dates: string[] = [];
    for (const [date, kind] of Object.entries(told as Record<string, unknown>)) {
      if (!isDay(date) || !(kind === null || this.#isKind(kind))) {
        problems.push(new EnedisError('inputInvalid', { property: `days.${date.slice(0, 20)}` }));
        continue;
      }
      if (kind === null) delete hand[date];
      else hand[date] = kind;
      dates.push(date);
    }
    return { changed: await this.#keep({ ...this.#book, hand }, dates), problems };
  }

  /** What a source says; days that can't be are left out. A final word isn't replaced by a preliminary one. */
  async learn(source: string, days: ReadonlyMap<string, DayKind>): Promise<string[]> {
    const learnt = { ...this.#book.learnt };
    const dates: string[] = [];
    for (const [date, { kind, state }] of days) {
      const isSettled = learnt[date]?.[1] === 'final' && state === 'preliminary';
      if (!isDay(date) || !this.#isKind(kind) || isSettled) continue;
      learnt[date] = [kind, state, source];
      dates.push(date);
    }
    return this.#keep({ ...this.#book, learnt }, dates);
  }

  async #keep(book: Book, dates: readonly string[]): Promise<string[]> {
    if (dates.length === 0) return [];
    await this.#storage.write(this.#file, book);
    const before = dates.map((date) => this.of(date));
    this.#book = book;
    return dates.filter((date, place) => {
      const now = this.of(date);
      return now?.kind !== before[place]?.kind || now?.state !== before[place]?.state;
    });
  }

  #isKind(kind: unknown): kind is string {
    if (typeof kind !== 'string') return false;
    if (this.#calendar !== 'own') return CALENDARS[this.#calendar].kinds.includes(kind);
    return kind.trim() !== '' && kind.length <= LONGEST_KIND;
  }

  /** Days that can't be are left out. */
  #check(content: unknown): Book {
    const { hand, learnt } = content as Partial<Book>;
    if (!hand || !learnt) throw new Error('not a file of days');
    return {
      hand: Object.fromEntries(
        Object.entries(hand).filter(([date, kind]) => isDay(date) && this.#isKind(kind)),
      ),
      learnt: Object.fromEntries(
        Object.entries(learnt).filter(
          ([date, word]) => isDay(date) && Array.isArray(word) && this.#isKind(word[0]),
        ),
      ),
    };
  }
}

function isDay(date: string): boolean {
  return isDate(date) && isPlausible(parisDay(date).start);
}
