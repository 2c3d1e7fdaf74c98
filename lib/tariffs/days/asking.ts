/**
 * Asks the sources of days, politely: at the hours at which something can be new, the next source only where one didn't
 * know, each at most six times a day, and nobody once a day is settled. That a source is asked is on disk before it is; so
 * neither a restart nor a clock that jumps asks for more. A season that has passed is fetched once and kept.
 */
import { z } from 'zod';
import type { Clock } from '../../async/clock';
import { once } from '../../async/once';
import { asEnedisError, EnedisError } from '../../errors';
import type { Send } from '../../http/http';
import { addDays, datesBetween, instantAt, parisDate } from '../../readings/paris';
import type { Realm, Storage } from '../../storage/storage';
import { textOf } from '../answer';
import { CALENDARS, finalFrom, seasonOf, type PublishedCalendar, type Season } from '../calendars';
import type { Days, Doubt } from './days';
import { DAY_SOURCES } from './sources/index';
import { type DaySource, type SourceName } from './sources/source';

/** Calls a day to each source. */
const MOST_CALLS = 6;
/** Days that are looked for in the past: as far back as Enedis has readings. */
const PAST_DAYS = 3 * 366;

/** A calendar that tariffs need, from which day on (empty: for ever since), and until which, excluded (null: still). */
export interface NeededDays {
  calendar: PublishedCalendar;
  from: string;
  until: string | null;
}

/** Sources that don't agree on a day: what each says. */
export interface Disagreement {
  date: string;
  said: Readonly<Record<string, string>>;
}

/** What asking came to. */
export interface Turn {
  /** Dates of which something else is known than before. */
  changed: string[];
  doubts: Doubt[];
  disagreements: Disagreement[];
  /** Why nobody could say anything, where that is so. */
  problem: EnedisError | null;
}

/** Addresses in the place of the sources' own; null: not to be asked. */
export type SourceAddresses = Partial<Record<SourceName, string | null>>;

/** What asking needs of the house. */
export interface DayAskingOptions {
  storage: Pick<Storage, 'read' | 'write'>;
  realm: Realm;
  send: Send;
  clock: Pick<Clock, 'now'>;
  sources?: SourceAddresses | undefined;
  /** The days of a calendar. */
  days(calendar: PublishedCalendar): Days;
}

const COUNT = z.number().int().nonnegative();

/** What is kept on disk. */
const KEPT = z.object({
  /** How often each source was asked on a day. */
  calls: z.record(z.string(), z.record(z.string(), COUNT)),
  /** When today and tomorrow of a calendar were last asked for, epoch ms. */
  latest: z.record(z.string(), z.number()),
  /** Of a calendar's season (`tempo/2026-2027`): the days on which it was last asked for, and had. */
  seasons: z.record(z.string(), z.object({ askedOn: z.string(), hadOn: z.string() })),
  /** How many days of each kind a season is to have (null: not known), and the day on which that was last asked. */
  quotas: z.record(
    z.string(),
    z.object({ askedOn: z.string(), days: z.record(z.string(), COUNT).nullable() }),
  ),
});
type Kept = z.infer<typeof KEPT>;

/** One for a realm. `load` comes first. */
export class DayAsking {
  readonly #options: DayAskingOptions;
  readonly #file: string;
  #kept: Kept = { calls: {}, latest: {}, seasons: {}, quotas: {} };

  constructor(options: DayAskingOptions) {
    this.#options = options;
    this.#file = `tariffs/${options.realm}/asked.json`;
  }

  /** Reads what is kept, once. Rejects with `storageRead`. */
  readonly load = once(() => this.#load());

  async #load(): Promise<void> {
    this.#kept =
      (await this.#options.storage.read(this.#file, (content) => KEPT.parse(content))) ?? this.#kept;
  }

  /**
   * Days of each kind that are left of the season of `today`, tomorrow's taken off where it is known. Null where its quota
   * or one of its days isn't known.
   */
  daysLeft(calendar: PublishedCalendar, today: string): Record<string, number> | null {
    const season = seasonOf(today);
    const quota = this.#kept.quotas[`${calendar}/${season.name}`]?.days;
    const counts = quota && this.#options.days(calendar).count(season, today);
    if (!quota || !counts) return null;
    const left = Object.entries(quota).map(([kind, days]) => [kind, days - (counts[kind] ?? 0)] as const);
    return left.every(([, days]) => days >= 0) ? Object.fromEntries(left) : null;
  }

  /** When somebody may have to be asked next, epoch ms; null where nothing is needed. */
  dueAt(needed: readonly NeededDays[]): number | null {
    const now = this.#options.clock.now();
    const today = parisDate(now);
    const slots = needed.flatMap(({ calendar }) =>
      [today, addDays(today, 1)].flatMap((date) => slotsOn(calendar, date)),
    );
    const due = Math.min(...slots.filter((slot) => slot > now));
    return Number.isFinite(due) ? due : null;
  }

  /** Asks for what is due. Rejects only where the disk fails, or with the signal's reason. */
  async ask(needed: readonly NeededDays[], signal?: AbortSignal): Promise<Turn> {
    await this.load();
    const turn: Turn = { changed: [], doubts: [], disagreements: [], problem: null };
    const today = parisDate(this.#options.clock.now());
    for (const each of needed) {
      const { calendar, until } = each;
      const isStill = until === null || until > today;
      await this.#options.days(calendar).load();
      if (isStill) await this.#askLatest(calendar, turn, signal);
      await this.#askSeasons(each, turn, signal);
      if (isStill) await this.#askQuota(calendar, signal);
    }
    return turn;
  }

  /** Today and tomorrow. Once a word can be the last one, two sources are asked: one alone may be wrong for long. */
  async #askLatest(calendar: PublishedCalendar, turn: Turn, signal?: AbortSignal): Promise<void> {
    const now = this.#options.clock.now();
    const days = this.#options.days(calendar);
    const today = parisDate(now);
    const tomorrow = addDays(today, 1);
    const isEarly = now < slotsOn(calendar, today)[0]!;
    const wanted = (isEarly ? [today] : [today, tomorrow]).filter((date) => !days.isSettled(date));
    const askedAt = this.#kept.latest[calendar] ?? 0;
    // One that lies ahead is of a clock that was wrong.
    const isDue = askedAt > now || askedAt < latestSlot(calendar, now);
    if (wanted.length === 0 || !isDue) return;
    await this.#keep({ latest: { ...this.#kept.latest, [calendar]: now } });
    const enough = now >= finalFrom(calendar, tomorrow) ? 2 : 1;
    const answers = new Map<string, ReadonlyMap<string, string>>();
    let problem: EnedisError | null = null;
    let knowing = 0;
    for (const source of this.#sourcesOf(calendar)) {
      if (knowing >= enough) break;
      try {
        const answer = await this.#request(source, source.latest(calendar, today), MOST_CALLS, signal);
        if (answer === null) continue;
        const words = source.read(answer);
        answers.set(source.name, words);
        if (wanted.every((date) => words.has(date))) knowing++;
      } catch (error) {
        problem ??= this.#problemOf(error, signal);
      }
    }
    if (answers.size === 0) turn.problem ??= problem;
    await this.#hear(calendar, answers, wanted, turn);
  }

  /** Days that have passed and that nobody has told yet, by season, the last one first. */
  async #askSeasons({ calendar, from, until }: NeededDays, turn: Turn, signal?: AbortSignal): Promise<void> {
    const days = this.#options.days(calendar);
    const today = parisDate(this.#options.clock.now());
    const first = [addDays(today, -PAST_DAYS), from].sort().at(-1)!;
    for (const season of seasonsBetween(first, today)) {
      const start = [first, season.first].sort().at(-1)!;
      const end = [today, addDays(season.last, 1), until ?? today].sort()[0]!;
      if (datesBetween(start, end).every((date) => days.isSettled(date))) continue;
      const key = `${calendar}/${season.name}`;
      const { askedOn = '', hadOn = '' } = this.#kept.seasons[key] ?? {};
      if (askedOn === today || hadOn > season.last) continue;
      const words = await this.#firstAnswer(
        calendar,
        (source) => source.season(calendar, season),
        (source, answer) => source.read(answer),
        signal,
      );
      if (words === 'nobody') continue;
      const isHad = words !== null && words.value.size > 0;
      if (isHad) await this.#hear(calendar, new Map([[words.source, words.value]]), [], turn);
      const noted = { askedOn: today, hadOn: isHad ? today : hadOn };
      await this.#keep({ seasons: { ...this.#kept.seasons, [key]: noted } });
    }
  }

  /** How many days of each kind this season is to have: once a season, from whoever tells. */
  async #askQuota(calendar: PublishedCalendar, signal?: AbortSignal): Promise<void> {
    const today = parisDate(this.#options.clock.now());
    const key = `${calendar}/${seasonOf(today).name}`;
    const { askedOn = '', days = null } = this.#kept.quotas[key] ?? {};
    if (days !== null || askedOn === today) return;
    const quota = await this.#firstAnswer(
      calendar,
      (source) => source.quota?.path(calendar, today),
      (source, answer) => source.quota?.read(answer) ?? {},
      signal,
    );
    if (quota === 'nobody') return;
    const isHad = quota !== null && Object.keys(quota.value).length > 0;
    const noted = { askedOn: today, days: isHad ? quota.value : null };
    await this.#keep({ quotas: { ...this.#kept.quotas, [key]: noted } });
  }

  /**
   * The first usable answer about what has passed, or can wait; null where those who were asked had none, `nobody` where
   * none may be asked any more today.
   */
  async #firstAnswer<T>(
    calendar: PublishedCalendar,
    pathOf: (source: DaySource) => string | undefined,
    read: (source: DaySource, answer: unknown) => T,
    signal?: AbortSignal,
  ): Promise<{ source: string; value: T } | null | 'nobody'> {
    let result: null | 'nobody' = 'nobody';
    for (const source of this.#sourcesOf(calendar)) {
      const path = pathOf(source);
      if (path === undefined) continue;
      try {
        const answer = await this.#request(source, path, this.#sparedCalls(calendar), signal);
        if (answer !== null) return { source: source.name, value: read(source, answer) };
      } catch (error) {
        // The next day is another try; today's colour is what counts.
        this.#problemOf(error, signal);
        result = null;
      }
    }
    return result;
  }

  async #hear(
    calendar: PublishedCalendar,
    answers: ReadonlyMap<string, ReadonlyMap<string, string>>,
    wanted: readonly string[],
    turn: Turn,
  ): Promise<void> {
    const days = this.#options.days(calendar);
    const { changed, doubts } = await days.hear(answers, this.#options.clock.now());
    turn.changed.push(...changed);
    turn.doubts.push(...doubts);
    for (const date of wanted)
      if (days.of(date)?.candidates) turn.disagreements.push({ date, said: days.saidOf(date) });
  }

  #sourcesOf(calendar: PublishedCalendar): DaySource[] {
    return DAY_SOURCES.filter(
      ({ name, calendars }) => calendars.includes(calendar) && this.#options.sources?.[name] !== null,
    );
  }

  /** Calls that may have been made today where it is about what has passed: it can wait, today's colour can't. */
  #sparedCalls(calendar: PublishedCalendar): number {
    const now = this.#options.clock.now();
    return MOST_CALLS - slotsOn(calendar, parisDate(now)).filter((slot) => slot > now).length;
  }

  /** The JSON of an answer; null where the source was asked often enough today. */
  async #request(source: DaySource, path: string, most: number, signal?: AbortSignal): Promise<unknown> {
    const { send, clock, sources } = this.#options;
    const today = parisDate(clock.now());
    const calls = this.#kept.calls[source.name] ?? {};
    const made = calls[today] ?? 0;
    if (made >= most) return null;
    // Some days are kept, because a clock that jumps comes back to them.
    const recent = Object.fromEntries(Object.entries(calls).slice(-7));
    await this.#keep({ calls: { ...this.#kept.calls, [source.name]: { ...recent, [today]: made + 1 } } });
    const url = new URL(path, sources?.[source.name] ?? source.address).href;
    const headers = { Accept: 'application/json', ...source.headers };
    const text = textOf(await send({ method: 'GET', url, headers }, signal));
    try {
      return JSON.parse(text) as unknown;
    } catch {
      throw new EnedisError('responseNotJson', { status: 200, text: '' });
    }
  }

  /** What went wrong with one source. Throws where it is the disk, or the end of it all: that is everybody's. */
  #problemOf(error: unknown, signal?: AbortSignal): EnedisError {
    const problem = asEnedisError(error);
    if (signal?.aborted === true || problem.code === 'ENEDIS_STORAGE') throw error;
    return problem;
  }

  async #keep(changed: Partial<Kept>): Promise<void> {
    const kept = { ...this.#kept, ...changed };
    await this.#options.storage.write(this.#file, kept);
    this.#kept = kept;
  }
}

function slotsOn(calendar: PublishedCalendar, date: string): number[] {
  return CALENDARS[calendar].askedAt.map((time) => instantAt(date, time));
}

/** The last hour at which a calendar is asked for that has come, epoch ms. */
function latestSlot(calendar: PublishedCalendar, now: number): number {
  const today = parisDate(now);
  const slots = [addDays(today, -1), today].flatMap((date) => slotsOn(calendar, date));
  return Math.max(...slots.filter((slot) => slot <= now));
}

function seasonsBetween(first: string, last: string): Season[] {
  const seasons: Season[] = [];
  for (let season = seasonOf(last); season.last >= first; season = seasonOf(addDays(season.first, -1)))
    seasons.push(season);
  return seasons;
}
