/**
 * Asks for what the archive lacks of a chunk. What Enedis would forget before its turn is asked for first, and where a
 * request reaches back too far, it is found out and noted where the history begins.
 */
import type { Period } from '../archive/archive';
import type { BackfillRun, Track } from '../archive/format';
import { EnedisError, type Reason } from '../errors';
import type { Collector } from '../meter/collector';
import { isTooEarly } from '../meter/history-search';
import { addDays, daysBetween } from '../readings/paris';
import { type Problem, SERIES } from '../readings/reading';
import { firstDayWorthAsking, nextChunk, requestsOfRun } from './needs';
import { expiringPart, restOf, type Chunk } from './planner';
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

const DAY = 86_400_000;

/** One for each flow node; it knows how many requests its run still needs. */
export class Fetcher {
  readonly #collector: Collector;
  readonly #record: RunRecord;
  readonly #listener: FetcherOptions['listener'];
  readonly #signal: AbortSignal;
  #expected = 0;

  constructor({ collector, record, listener, signal }: FetcherOptions) {
    this.#collector = collector;
    this.#record = record;
    this.#listener = listener;
    this.#signal = signal;
  }

  /** Requests still to come: what `estimate` counted, less those made since. */
  get expected(): number {
    return this.#expected;
  }

  /** Counts the requests still to come. */
  async estimate(run: BackfillRun): Promise<void> {
    this.#expected = await requestsOfRun(this.#collector, run);
  }

  /**
   * Asks for what is lacking of the next chunk of a track. To be called while the meter's lock is held.
   * @returns the chunk; what there is of it is archived then.
   */
  async fetch(run: BackfillRun, track: Track): Promise<Chunk> {
    const expiring = await this.#expiringDays(run, track);
    if (expiring) track = await this.#request(run, track, expiring);
    const chunk = await nextChunk(this.#collector, run, track, restOf(track, run.order), run.order);
    if (chunk.ask) await this.#request(run, track, chunk.ask);
    return chunk;
  }

  /**
   * Enedis forgets a day of load curve every day. Where a run takes days and begins at the other end, what would be
   * gone before its turn comes is fetched first. It costs no more: the days in between need one request less.
   */
  async #expiringDays(run: BackfillRun, track: Track): Promise<Period | null> {
    const { budget, clock } = this.#collector;
    if (run.order === 'oldest' || SERIES[track.series].perDay || !budget) return null;
    // Refused at that end: what Enedis doesn't give can't expire.
    if (track.refused !== undefined) return null;
    const daysToGo = Math.ceil(((await budget.lastOf(this.#expected, 'backfill')) - clock.now()) / DAY);
    const floor = await firstDayWorthAsking(this.#collector, track, run);
    const part = expiringPart(restOf(track, run.order), floor, daysToGo);
    return part && (await nextChunk(this.#collector, run, track, part, 'oldest')).ask;
  }

  /** Asks for a period; where it reaches back too far, notes where the history begins. @returns the track then. */
  async #request(run: BackfillRun, track: Track, period: Period): Promise<Track> {
    try {
      await this.#ask(run, track, period);
      this.#expected = Math.max(0, this.#expected - 1);
      return track;
    } catch (error) {
      if (!(error instanceof EnedisError) || !isTooEarly(error)) throw error;
      return this.#noteHistoryStart(run, track, period.end, error.reason);
    }
  }

  async #ask(run: BackfillRun, track: Track, period: Period): Promise<void> {
    const before = this.#collector.sent;
    try {
      const { problems } = await this.#collector.ask(keyOf(track), period, 'backfill', this.#signal);
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
