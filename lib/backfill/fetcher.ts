/**
 * Asks for what the archive lacks of a chunk. What Enedis would forget before its turn is asked for first, and where a
 * request reaches back too far, it is found out and noted where the history begins.
 */
import { seriesName, type Period } from '../archive/archive';
import type { BackfillRun, Track } from '../archive/format';
import type { Lane } from '../budget/budget';
import { EnedisError, type Reason } from '../errors';
import type { Collector } from '../meter/collector';
import { isTooEarly } from '../meter/history-search';
import { addDays, daysBetween, parisDate, parisDayAt } from '../readings/paris';
import type { Problem } from '../readings/reading';
import { expiringDays, firstDayWorthAsking, nextChunk, requestsNeeded } from './needs';
import { restOf, type Chunk } from './planner';
import { keyOf, withHistoryStart } from './run';
import type { RunRecord } from './run-record';

/** What a fetcher works with; `signal` ends what it has under way. */
interface FetcherOptions {
  collector: Collector;
  record: RunRecord;
  /** Told what was left out of an answer. */
  listener: { problems(problems: readonly Problem[]): void };
  signal: AbortSignal;
}

/** Requests that a day about to be forgotten leaves to the daily collection: two tries of one meter's three series. */
const LEFT_FOR_DAILY = 6;

/** One for each flow node; it knows how many requests its run still needs. */
export class Fetcher {
  readonly #collector: Collector;
  readonly #record: RunRecord;
  readonly #listener: FetcherOptions['listener'];
  readonly #signal: AbortSignal;
  /** By series, the requests still to come. */
  readonly #expected = new Map<string, number>();

  constructor({ collector, record, listener, signal }: FetcherOptions) {
    this.#collector = collector;
    this.#record = record;
    this.#listener = listener;
    this.#signal = signal;
  }

  /** Requests still to come: what `estimate` counted, less those made since. */
  get expected(): number {
    return [...this.#expected.values()].reduce((sum, each) => sum + each, 0);
  }

  /** Counts the requests still to come. */
  async estimate(run: BackfillRun): Promise<void> {
    const counts = new Map<string, number>();
    for (const track of run.tracks) {
      const count = track.ended === undefined ? await requestsNeeded(this.#collector, run, track) : 0;
      counts.set(seriesName(track), count);
    }
    this.#expected.clear();
    for (const [name, count] of counts) this.#expected.set(name, count);
  }

  /**
   * Asks for what is lacking of the next chunk of a track.
   * @returns the chunk; what there is of it is archived then.
   */
  fetch(run: BackfillRun, track: Track): Promise<Chunk> {
    return this.#collector.lock.run(async () => {
      const chunk = await nextChunk(this.#collector, run, track, restOf(track, run.order), run.order);
      if (chunk.ask) await this.#request(run, track, chunk.ask);
      return chunk;
    }, this.#signal);
  }

  /** Asks for the last day of a track, to see whether its series works. */
  askLastDay(run: BackfillRun, track: Track): Promise<void> {
    const period = { start: addDays(track.until, -1), end: track.until };
    return this.#collector.lock.run(() => this.#ask(run, track, period), this.#signal);
  }

  /**
   * Asks for what Enedis will have forgotten of a track when its turn comes.
   * @param others requests that leave meanwhile for other backfills.
   * @returns whether anything was asked.
   */
  rescue(run: BackfillRun, track: Track, others: number): Promise<boolean> {
    return this.#collector.lock.run(async () => {
      let current = track;
      for (let last = ''; ;) {
        const daysToGo = await this.daysToGo(run, track, others);
        const period = await expiringDays(this.#collector, run, current, daysToGo);
        // A day that is still lacking once it was asked for isn't asked for again and again.
        if (!period || period.start <= last) return last !== '';
        last = period.start;
        current = await this.#request(run, current, period, await this.#laneFor(run, current, period));
      }
    }, this.#signal);
  }

  /**
   * A day that is gone at midnight, while the backfills' share is spent until then, is worth some of the share that is
   * kept for the daily collection: that one can be made up for, the day can't.
   */
  async #laneFor(run: BackfillRun, track: Track, { start }: Period): Promise<Lane> {
    const { budget, clock } = this.#collector;
    if (!budget || start !== (await firstDayWorthAsking(this.#collector, track, run))) return 'backfill';
    const { next } = await budget.forecast('backfill');
    const { left } = await budget.forecast('daily');
    return next >= parisDayAt(clock.now()).end && left > LEFT_FOR_DAILY ? 'daily' : 'backfill';
  }

  /**
   * How many midnights pass until the last request of a track has left, those before it included.
   * @param others requests that leave meanwhile for other backfills.
   */
  async daysToGo(run: BackfillRun, track: Track, others: number): Promise<number> {
    const { budget, clock, today } = this.#collector;
    if (!budget) return 0;
    let requests = others;
    for (const each of run.tracks) {
      requests += this.#expected.get(seriesName(each)) ?? 0;
      if (seriesName(each) === seriesName(track)) break;
    }
    const now = clock.now();
    // An estimate is an estimate, and the daily collection asks as well: it may take twice as long.
    const end = now + 2 * ((await budget.lastOf(requests, 'backfill')) - now);
    return daysBetween(today, parisDate(end));
  }

  /** Asks for a period; where it reaches back too far, notes where the history begins. @returns the track then. */
  async #request(run: BackfillRun, track: Track, period: Period, lane: Lane = 'backfill'): Promise<Track> {
    try {
      await this.#ask(run, track, period, lane);
      const name = seriesName(track);
      this.#expected.set(name, Math.max(0, (this.#expected.get(name) ?? 0) - 1));
      return track;
    } catch (error) {
      if (!(error instanceof EnedisError) || !isTooEarly(error)) throw error;
      return this.#noteHistoryStart(run, track, period.end, error.reason);
    }
  }

  async #ask(run: BackfillRun, track: Track, period: Period, lane: Lane = 'backfill'): Promise<void> {
    const before = this.#collector.sent;
    try {
      const { problems } = await this.#collector.ask(keyOf(track), period, lane, this.#signal);
      if (problems.length > 0) this.#listener.problems(problems);
    } finally {
      await this.#record.countRequests(run, this.#collector.sent - before);
    }
  }

  /** Enedis has nothing before `end`: going back, that is the end; going forward, the first day is looked for by halves. */
  async #noteHistoryStart(run: BackfillRun, track: Track, end: string, reason: Reason): Promise<Track> {
    let floor = end;
    let accepted = run.order === 'newest' ? end : track.until;
    while (floor < accepted) {
      const day = addDays(floor, Math.floor(daysBetween(floor, accepted) / 2));
      try {
        await this.#ask(run, track, { start: day, end: addDays(day, 1) });
        accepted = day;
      } catch (error) {
        if (!(error instanceof EnedisError) || !isTooEarly(error)) throw error;
        floor = addDays(day, 1);
      }
    }
    await this.#collector.noteHistoryStart(track, floor, reason, floor < track.until);
    await this.#record.note(run, (current) => withHistoryStart(current, track, floor, reason));
    const current = await this.#record.current();
    if (current?.id === run.id) await this.estimate(current);
    return { ...track, floor, refused: reason };
  }
}
