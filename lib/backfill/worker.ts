/**
 * Carries a run through, one chunk after the other: asks for what the archive lacks, hands all of it over, and remembers
 * how far it is. What fails is tried again at its time, or given up; what is archived is handed over in any case.
 */
import { setImmediate as turn } from 'node:timers/promises';
import type { Period } from '../archive/archive';
import type { ArchivedMeasure } from '../archive/day';
import type { BackfillRun, Track } from '../archive/format';
import { isAhead } from '../async/clock';
import type { Lock } from '../async/lock';
import type { UnderWay } from '../async/under-way';
import { asEnedisError, EnedisError } from '../errors';
import { batchOf, type Batch } from '../meter/batch';
import { retryTime, spreadOut, type Collector } from '../meter/collector';
import type { Problem } from '../readings/reading';
import { Fetcher } from './fetcher';
import { isEmpty, nextAfter, windowOf } from './planner';
import { reasonOf } from './prepare';
import { progressOf, type Progress } from './progress';
import {
  advanced,
  deliveredUpTo,
  failedOnce,
  finished,
  inState,
  isDelivered,
  isEmptyFailure,
  isOver,
  isUnchanged,
  keyOf,
  refusedOnce,
  unaskedOf,
  waitingUntil,
  type Step,
} from './run';
import type { RunRecord } from './run-record';

/** One chunk of one series. `parts` is what a join node goes by; only the last has a `count`, and it may be empty. */
export interface Delivery extends Batch {
  parts: { id: string; index: number; count?: number; type: 'array'; len: 1 };
  /** The last of its run. */
  complete: boolean;
}

/** Whoever is told what happens. None of these may throw. */
export interface BackfillListener {
  /** Send it: when this returns, it counts as delivered. */
  deliver(delivery: Delivery): void;
  progress(progress: Progress): void;
  /** A failure nobody's message waits for. */
  failed(error: unknown): void;
  /** What was left out of an answer. */
  problems(problems: readonly Problem[]): void;
}

/** What a worker shares with the commands of its node. */
interface WorkerOptions {
  collector: Collector;
  record: RunRecord;
  listener: BackfillListener;
  underWay: UnderWay;
  /** Held by a command, and from a delivery to the note of it: neither comes between the other. */
  lock: Lock;
}

/** A chunk with what of it is to be sent. */
interface Outgoing {
  chunk: Period;
  measures: ArchivedMeasure[];
  /** The archive's revision before anything was asked. */
  revBefore: number;
  step: Omit<Step, 'sent'>;
}

/** A series that fails for a day on end is given up; the others aren't held up by it. */
const MOST_FAILURES = 12;
/** What only a person can mend is tried once a day, for a week. */
const MOST_REFUSALS = 7;

/** One for each flow node; it works while the node's run is `running`. */
export class Worker {
  readonly #collector: Collector;
  readonly #record: RunRecord;
  readonly #listener: BackfillListener;
  readonly #underWay: UnderWay;
  readonly #signal: AbortSignal;
  readonly #lock: Lock;
  readonly #fetcher: Fetcher;
  #isWorking = false;
  /** Somebody wanted work while it may have been about to end. */
  #again = false;
  #cancelTimer: () => void = () => undefined;

  constructor({ collector, record, listener, underWay, lock }: WorkerOptions) {
    this.#collector = collector;
    this.#record = record;
    this.#listener = listener;
    this.#underWay = underWay;
    this.#signal = underWay.signal;
    this.#lock = lock;
    this.#fetcher = new Fetcher({ collector, record, listener, signal: underWay.signal });
  }

  get isWorking(): boolean {
    return this.#isWorking;
  }

  /** Works at once, whatever it waits for. */
  work(): void {
    this.stopWaiting();
    if (this.#signal.aborted) return;
    this.#again = this.#isWorking;
    if (this.#isWorking) return;
    this.#isWorking = true;
    void this.#underWay.track(
      this.#workThrough()
        .catch((error: unknown) => this.#recover(error))
        .finally(() => {
          this.#isWorking = false;
          if (this.#again) this.work();
        }),
    );
  }

  /** Works from `until` (epoch ms) on, and tells how the run stands. */
  async waitUntil(until: number): Promise<void> {
    if (this.#signal.aborted) return;
    this.callAt(until, () => this.work());
    this.#listener.progress(await this.progress());
  }

  /** Makes an appointment (epoch ms) in place of the one there is. */
  callAt(until: number, task: () => void): void {
    this.stopWaiting();
    this.#cancelTimer = this.#collector.clock.at(until, task);
  }

  /** Gives up the appointment there is. */
  stopWaiting(): void {
    this.#cancelTimer();
  }

  /** Counts the requests still to come. */
  estimate(run: BackfillRun): Promise<void> {
    return this.#fetcher.estimate(run);
  }

  /** How the node's run stands now. */
  async progress(): Promise<Progress> {
    return progressOf(this.#collector, await this.#record.current(), this.#fetcher.expected);
  }

  /** What stops the work itself is the disk, as a rule: it is told, and the work goes on once that may have passed. */
  async #recover(error: unknown): Promise<void> {
    if (this.#signal.aborted) return;
    this.#listener.failed(error);
    const until = retryTime(asEnedisError(error), this.#collector.clock.now());
    this.callAt(until, () => this.work());
    try {
      const run = await this.#record.current();
      if (run?.state === 'running') await this.#waitFor(run, until);
    } catch {
      // The same disk, and it has been told.
    }
  }

  /** Until there is nothing left to do, or nothing to be done now. */
  async #workThrough(): Promise<void> {
    for (;;) {
      this.#signal.throwIfAborted();
      const run = await this.#record.current();
      if (run?.state !== 'running') return;
      const open = run.tracks.filter((track) => !isOver(track, run));
      if (open.length === 0) return this.#lock.run(() => this.#finish(run), this.#signal);
      const now = this.#collector.clock.now();
      const track = open.find(({ notBefore = 0 }) => !isAhead(notBefore, now));
      if (!track) return this.#waitFor(run, Math.min(...open.map(({ notBefore = 0 }) => notBefore)));
      try {
        if (track.ended === undefined) await this.#takeChunk(run, track);
        else await this.#handOverChunk(run, track);
      } catch (error) {
        if (this.#signal.aborted) throw error;
        if (!(await this.#goesOnAfter(asEnedisError(error), run, track))) return;
      }
      // Whatever comes from the archive comes without waiting for anybody: others get their turn.
      await turn();
    }
  }

  /** Asks for what the archive lacks of the next chunk, and hands over all of it. */
  async #takeChunk(run: BackfillRun, track: Track): Promise<void> {
    const { archive, lock } = this.#collector;
    const { rev: revBefore } = await archive.state();
    const chunk = await lock.run(() => this.#fetcher.fetch(run, track), this.#signal);
    this.#signal.throwIfAborted();
    const known = (await archive.read(track, chunk)).flat();
    const measures = known.filter((each) => !isDelivered(each, track, run.order));
    const step = { asked: true, next: nextAfter(chunk, run.order), rev: revBefore };
    await this.#send(run, track, { chunk, measures, revBefore, step });
  }

  /** Hands over what is archived of the next chunk, without asking for the rest. */
  async #handOverChunk(run: BackfillRun, track: Track): Promise<void> {
    const { archive } = this.#collector;
    const { order } = run;
    const { rev: revBefore } = await archive.state();
    const chunk = windowOf(unaskedOf(track, order), order, await this.#collector.windowDays(track));
    // All chunks that go ahead of the asking speak of the same state of the archive: what came later is still to be sent.
    const isFirst = deliveredUpTo(track, order) === track.next;
    const rev = isFirst ? revBefore : (track.ahead?.rev ?? revBefore);
    const measures = (await archive.read(track, chunk)).flat().filter((each) => each.rev <= rev);
    const step = { asked: false, next: nextAfter(chunk, order), rev };
    await this.#send(run, track, { chunk, measures, revBefore, step });
  }

  /** Hands over what is archived of all series: it doesn't wait for a refusal to be mended. */
  async #handOverAll(run: BackfillRun): Promise<void> {
    for (const { direction, series } of run.tracks) {
      for (;;) {
        const now = await this.#record.current();
        if (now?.id !== run.id || now.state !== 'running') return;
        const track = now.tracks.find((each) => each.direction === direction && each.series === series);
        if (!track || isOver(track, now) || isEmpty(unaskedOf(track, now.order))) break;
        await this.#handOverChunk(now, track);
        await turn();
      }
    }
  }

  /** Sends a chunk and notes it, unless the run was paused, cancelled or begun anew meanwhile: then its turn comes again. */
  async #send(run: BackfillRun, track: Track, { chunk, measures, revBefore, step }: Outgoing): Promise<void> {
    const before = await this.#record.current();
    if (!isUnchanged(run, before, track)) return;
    const after = advanced(before, track, { ...step, sent: undefined });
    const isLast = after.tracks.every((each) => isOver(each, after));
    const isSent = measures.length > 0 || (isLast && !isEmptyFailure(before));
    const batch = isSent
      ? await batchOf(this.#collector, keyOf(track), measures, revBefore, chunk)
      : undefined;
    // Whoever answers a message with a command, the last one with the next backfill, finds it written down.
    await this.#lock.run(async () => {
      this.#signal.throwIfAborted();
      const now = await this.#record.current();
      if (!isUnchanged(run, now, track)) return;
      if (batch) this.#deliver(now, batch, isLast);
      const sent = batch ? measures.length : undefined;
      await this.#record.note(run, (current) => advanced(current, track, { ...step, sent }));
      if (isLast) await this.#finish(run);
      else this.#listener.progress(await this.progress());
    }, this.#signal);
  }

  #deliver({ id, messages: index }: BackfillRun, batch: Batch, isLast: boolean): void {
    const parts = { id, index, ...(isLast ? { count: index + 1 } : {}), type: 'array', len: 1 } as const;
    this.#listener.deliver({ ...batch, parts, complete: isLast });
  }

  async #finish(run: BackfillRun): Promise<void> {
    const now = await this.#record.current();
    if (now?.id !== run.id || now.state !== 'running') return;
    await this.#record.enter(finished);
    // A series that was given up has said so itself.
    const isTold = now.tracks.some(({ ended }) => ended !== undefined);
    const refused = now.tracks.find((track) => track.refused !== undefined)?.refused;
    if (isEmptyFailure(now) && !isTold) this.#listener.failed(new EnedisError(reasonOf(refused)));
    this.#listener.progress(await this.progress());
  }

  /** Notes a failure, and when to try again. @returns whether there is something to be done now. */
  async #goesOnAfter(error: EnedisError, run: BackfillRun, track: Track): Promise<boolean> {
    const now = this.#collector.clock.now();
    const isQuota = error.code === 'ENEDIS_QUOTA';
    const isRefusal = error.wholeMeter && typeof error.retry !== 'number' && !isQuota;
    if (isRefusal) await this.#handOverAll(run);
    const current = await this.#record.current();
    if (current?.id !== run.id || current.state !== 'running') return true;
    if (!error.wholeMeter) {
      await this.#noteFailure(error, current, track);
      return true;
    }
    if (!isQuota) this.#listener.failed(error);
    const counted = isRefusal ? refusedOnce : (each: BackfillRun): BackfillRun => each;
    if (error.retry === 'never' || counted(current).refusals > MOST_REFUSALS) {
      await this.#record.enter((each) => inState(counted(each), 'failed'));
      this.#listener.progress(await this.progress());
    } else {
      await this.#waitFor(current, this.#retryAt(error, now), counted);
    }
    return false;
  }

  /** A failure of one series: the others go on. */
  async #noteFailure(error: EnedisError, run: BackfillRun, track: Track): Promise<void> {
    const isGivenUp = typeof error.retry !== 'number' || track.failures + 1 >= MOST_FAILURES;
    const then = isGivenUp ? error.reason : this.#retryAt(error, this.#collector.clock.now());
    await this.#record.note(run, (current) => failedOnce(current, track, then));
    if (isGivenUp) this.#listener.failed(error);
  }

  #retryAt(error: EnedisError, now: number): number {
    if (error.reason === 'quotaBudget') return error.retryAt ?? now;
    return spreadOut(retryTime(error, now), this.#collector.random);
  }

  async #waitFor(
    run: BackfillRun,
    until: number,
    change: (run: BackfillRun) => BackfillRun = (each) => each,
  ): Promise<void> {
    const { fingerprint } = this.#collector;
    try {
      await this.#record.note(run, (current) => waitingUntil(change(current), until, fingerprint));
    } catch {
      // A disk that can't be written is why we wait, more often than not; this process waits all the same.
    }
    await this.waitUntil(until);
  }
}
