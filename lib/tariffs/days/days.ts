/**
 * What is known of the days of one calendar: what ships with the package, over it what sources have said, over that what
 * people have told by hand. A source never replaces what was told by hand, nor what is settled; `null` takes a day back.
 */
import { once } from '../../async/once';
import { EnedisError } from '../../errors';
import {
  addDays,
  datesBetween,
  daysBetween,
  isDate,
  isPlausible,
  parisDate,
  parisDay,
} from '../../readings/paris';
import { fileName } from '../../storage/file-name';
import type { Realm, Storage } from '../../storage/storage';
import {
  CALENDARS,
  finalFrom,
  isAnnounced,
  isOutOfSeason,
  isPossible,
  isPossibleSeason,
  seasonOf,
  type DayKind,
  type PublishedCalendar,
  type Season,
} from '../calendars';
import type { CalendarName } from '../terms';

const LONGEST_KIND = 30;

interface Book {
  /** Told by people. */
  hand: Record<string, string>;
  /** Said by sources, and settled. */
  settled: Record<string, string>;
  /** Said by sources, and not settled: the last word of each. */
  said: Record<string, Record<string, string>>;
}

/** What telling days came to. */
export interface Told {
  /** Dates on which something else is known now than before. */
  changed: string[];
  /** What couldn't be used; the rest was. */
  problems: EnedisError[];
}

/** A source's word that isn't believed. */
export interface Doubt {
  source: string;
  /** `impossible`: no such day can be; `changed`: it was settled as another; `tooMany`: no season has so many. */
  why: 'impossible' | 'changed' | 'tooMany';
  date: string;
  kind: string;
}

/** What hearing sources came to. */
export interface Heard {
  changed: string[];
  doubts: Doubt[];
}

/** One calendar. Answers at once what is known; `load` comes first. */
export class Days {
  readonly #storage: Pick<Storage, 'read' | 'write'>;
  readonly #calendar: CalendarName;
  readonly #file: string;
  #book: Book = { hand: {}, settled: {}, said: {} };
  #shipped: Readonly<Record<string, string>> = {};

  /** @param tariff whose own days they are; the others' are everybody's. */
  constructor(storage: Pick<Storage, 'read' | 'write'>, realm: Realm, calendar: CalendarName, tariff = '') {
    this.#storage = storage;
    this.#calendar = calendar;
    this.#file = `tariffs/${realm}/days-${calendar === 'own' ? `own-${fileName(tariff)}` : calendar}.json`;
  }

  /** Reads what ships and what is kept, once. Rejects with `storageRead`; what ships counts all the same. */
  readonly load = once(() => this.#load());

  async #load(): Promise<void> {
    if (this.#calendar === 'tempo') this.#shipped = (await import('./tempo-days.js')).TEMPO_SEASONS;
    this.#book = (await this.#storage.read(this.#file, (content) => this.#check(content))) ?? this.#book;
  }

  /** What is known of a day (`YYYY-MM-DD`); undefined: nothing. */
  of(date: string): DayKind | undefined {
    const kind = this.#book.hand[date] ?? this.#settled(date);
    if (kind !== undefined) return { kind, state: 'final' };
    const [first, ...others] = new Set(Object.values(this.#book.said[date] ?? {}));
    if (first === undefined) return undefined;
    if (others.length > 0) return { state: 'preliminary', candidates: [first, ...others] };
    return { kind: first, state: 'preliminary' };
  }

  /** What each source has said of a day that isn't settled. */
  saidOf(date: string): Readonly<Record<string, string>> {
    return this.#book.said[date] ?? {};
  }

  #settled(date: string): string | undefined {
    return this.#book.settled[date] ?? this.#shippedOn(date);
  }

  #shippedOn(date: string): string | undefined {
    const { first } = seasonOf(date);
    const letter = this.#shipped[first]?.[daysBetween(first, date)];
    return CALENDARS.tempo.kinds.find((kind) => kind.startsWith(letter ?? ' '));
  }

  /** Whether nobody has to be asked about a day any more. */
  isSettled(date: string): boolean {
    return (
      this.#book.hand[date] !== undefined ||
      this.#settled(date) !== undefined ||
      isOutOfSeason(this.#calendar, date)
    );
  }

  /**
   * How many days of each kind a season has so far, tomorrow's among them where it is known. Null where a day until
   * `today` isn't known: who can't count doesn't say.
   */
  count({ first }: Season, today: string): Record<string, number> | null {
    const counts: Record<string, number> = {};
    for (const date of datesBetween(first, addDays(today, 2))) {
      const kind = this.of(date)?.kind ?? (isOutOfSeason(this.#calendar, date) ? 'normal' : undefined);
      if (kind === undefined && date <= today) return null;
      if (kind !== undefined) counts[kind] = (counts[kind] ?? 0) + 1;
    }
    return counts;
  }

  /**
   * `msg.days`: `{'2026-11-26': 'red', '2026-11-27': null}`; null takes a day back, and what a source has said of it counts
   * again. Rejects where the disk fails: nothing has changed then.
   */
  async tell(told: unknown): Promise<Told> {
    if (typeof told !== 'object' || told === null || Array.isArray(told)) {
      return { changed: [], problems: [new EnedisError('inputInvalid', { property: 'msg.days' })] };
    }
    const hand = { ...this.#book.hand };
    const problems: EnedisError[] = [];
    const dates: string[] = [];
    for (const [date, kind] of Object.entries(told as Record<string, unknown>)) {
      if (!isDay(date) || !(kind === null || this.#isKind(kind))) {
        problems.push(new EnedisError('inputInvalid', { property: `msg.days.${date.slice(0, 20)}` }));
        continue;
      }
      if (kind === null) delete hand[date];
      else hand[date] = kind;
      dates.push(date);
    }
    return { changed: await this.#keep({ ...this.#book, hand }, dates), problems };
  }

  /**
   * What sources say of days, each in one answer. A day until today is settled where nobody says otherwise; a day to come
   * once it is late enough, and the word was heard before or comes from two of them. What can't be is left out, and named.
   */
  async hear(answers: ReadonlyMap<string, ReadonlyMap<string, string>>, now: number): Promise<Heard> {
    const doubts: Doubt[] = [];
    const today = parisDate(now);
    const fresh: Book['said'] = {};
    for (const [source, words] of answers) {
      if (isTooMuch(words, this.#book.settled)) {
        const [date, kind] = [...words].at(-1)!;
        doubts.push({ source, why: 'tooMany', date, kind });
        continue;
      }
      for (const [date, kind] of words) {
        if (!isDay(date) || date > addDays(today, 1)) continue;
        const why = this.#doubtOf(date, kind, now);
        if (why === null) fresh[date] = { ...fresh[date], [source]: kind };
        else if (why !== 'nothing') doubts.push({ source, why, date, kind });
      }
    }
    const book: Book = { ...this.#book, settled: { ...this.#book.settled }, said: { ...this.#book.said } };
    for (const [date, words] of Object.entries(fresh)) {
      const before = Object.values(book.said[date] ?? {});
      const said = { ...book.said[date], ...words };
      const [kind = '', ...others] = new Set(Object.values(said));
      const isConfirmed = Object.keys(words).length > 1 || before.includes(kind);
      const isDue =
        date <= today || (isConfirmed && now >= finalFrom(this.#calendar as PublishedCalendar, date));
      if (others.length === 0 && isDue) {
        book.settled[date] = kind;
        delete book.said[date];
      } else book.said[date] = said;
    }
    return { changed: await this.#keep(book, Object.keys(fresh)), doubts };
  }

  /** Why a source's word doesn't count; `nothing`: it says nothing new, or nothing yet. */
  #doubtOf(date: string, kind: string, now: number): 'impossible' | 'changed' | 'nothing' | null {
    const calendar = this.#calendar;
    if (calendar === 'own' || !this.#isKind(kind)) return 'nothing';
    const settled = this.#settled(date);
    if (settled !== undefined) return settled === kind ? 'nothing' : 'changed';
    if (!isPossible(calendar, date, kind)) return 'impossible';
    return date > parisDate(now) && !isAnnounced(calendar, date, kind, now) ? 'nothing' : null;
  }

  async #keep(book: Book, dates: readonly string[]): Promise<string[]> {
    if (dates.length === 0) return [];
    await this.#storage.write(this.#file, book);
    const before = dates.map((date) => JSON.stringify(this.of(date)));
    this.#book = book;
    return dates.filter((date, place) => JSON.stringify(this.of(date)) !== before[place]);
  }

  #isKind(kind: unknown): kind is string {
    if (typeof kind !== 'string') return false;
    if (this.#calendar !== 'own') return CALENDARS[this.#calendar].kinds.includes(kind);
    return kind.trim() !== '' && kind.length <= LONGEST_KIND;
  }

  /** Days that can't be are left out. */
  #check(content: unknown): Book {
    const { hand, settled, said } = content as Partial<Book>;
    if (!hand || !settled || !said) throw new Error('not a file of days');
    const checked = (kinds: Record<string, string>): Record<string, string> =>
      Object.fromEntries(Object.entries(kinds).filter(([, kind]) => this.#isKind(kind)));
    const ofDays = <T>(entries: Record<string, T>): [string, T][] =>
      Object.entries(entries).filter(([date]) => isDay(date));
    return {
      hand: checked(Object.fromEntries(ofDays(hand))),
      settled: checked(Object.fromEntries(ofDays(settled))),
      said: Object.fromEntries(ofDays(said).map(([date, words]) => [date, checked(words)])),
    };
  }
}

/** Whether an answer tells of days as no season can have them, with those that are settled. */
function isTooMuch(words: ReadonlyMap<string, string>, settled: Readonly<Record<string, string>>): boolean {
  const seasons = new Map<string, string[]>();
  for (const [date, kind] of Object.entries({ ...settled, ...Object.fromEntries(words) })) {
    if (!isDay(date)) continue;
    const { name } = seasonOf(date);
    const kinds = seasons.get(name) ?? [];
    seasons.set(name, kinds);
    kinds.push(kind);
  }
  return ![...seasons.values()].every(isPossibleSeason);
}

function isDay(date: string): boolean {
  return isDate(date) && isPlausible(parisDay(date).start);
}
