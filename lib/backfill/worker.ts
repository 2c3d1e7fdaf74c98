/**
 * Carries a run through, one chunk after the other: asks for what the archive lacks, hands all of it over, and remembers
 * how far it is. What fails is tried again at its time, or given up; what is archived is handed over in any case.
 */
import { setImmediate as turn } from 'node:timers/promises';
import type { SeriesKey } from '../archive/archive';
import type { BackfillRun, Track } from '../archive/format';
import { isAhead } from '../async/clock';
import { untilAborted, type Lock } from '../async/lock';
import type { UnderWay } from '../async/under-way';
import type { EnedisError } from '../errors';
import { asEnedisError } from '../errors';
import { retryTime, spreadOut, type Collector } from '../meter/collector';
import { soonestOver } from '../meter/series-rule';
import { Fetcher } from './fetcher';
import type { BackfillListener } from './listener';
import { progressOf, type Progress } from './progress';
import { failedOnce, inState, isOver, refusedOnce, trackOf, waitingUntil } from './run';
import type { RunRecord } from './run-record';
import { Sender, type BackfillParts } from './sender';
import { othersOf, share, type Sharer } from './sharing';
import { Suspects } from './suspects';

/** A series that fails for a day on end is given up; the others aren't held up by it. */
const MOST_FAILURES = 12;
/** What only a person can mend is tried once a day, for a week. */
const MOST_REFUSALS = 7;

/** One for each flow node; it works while the node's run is `running`. */
export class Worker implements Sharer {
  readonly #collector: Collector;
  readonly #record: RunRecord;
  readonly #listener: BackfillListener;
  readonly #underWay: UnderWay;
  readonly #signal: AbortSignal;
  readonly #lock: Lock;
  readonly #fetcher: Fetcher;
  readonly #sender: Sender;
  readonly #suspects = new Suspects();
  #isWorking = false;
  /** Somebody wanted work while it may have been about to end. */
  #again = false;
  #cancelTimer: () => void = () => undefined;
  /** Epoch ms of the next try, while it waits for a disk that has failed. */
  #stalledUntil: number | undefined;
  #rescuing: Promise<boolean> | undefined;
  readonly #leave: () => void;

  constructor(parts: BackfillParts) {
    const { collector, record, listener, underWay, lock } = parts;
    this.#collector = collector;
    this.#record = record;
    this.#listener = listener;
    this.#underWay = underWay;
    this.#signal = underWay.signal;
    this.#lock = lock;
    this.#fetcher = new Fetcher({ collector, record, listener, signal: underWay.signal });
    this.#sender = new Sender(parts, () => this.progress());
    this.#leave = collector.budget ? share(collector.budget, this) : () => undefined;
  }

  get isWorking(): boolean {
    return this.#isWorking;
  }

  /** True while it waits for a disk that has failed. */
  get isStalled(): boolean {
    return this.#stalledUntil !== undefined;
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
    this.#stalledUntil = undefined;
  }

  /** Nothing more is done from here on. */
  close(): void {
    this.stopWaiting();
    this.#leave();
  }

  async expected(): Promise<number> {
    const run = await this.#record.current().catch(() => undefined);
    return run?.state === 'running' ? this.#fetcher.expected : 0;
  }

  async rescue(): Promise<void> {
    const run = await this.#record.current().catch(() => undefined);
    if (!run || isAhead(run.waiting?.until ?? 0, this.#collector.clock.now())) return;
    await this.#underWay.track(this.#rescueAll()).catch(() => undefined);
  }

  /** Ends the series that the meter's settings no longer want. */
  keepOnly(wanted: readonly SeriesKey[]): Promise<void> {
    return this.#sender.keepOnly(wanted);
  }

  /** Counts the requests still to come. */
  estimate(run: BackfillRun): Promise<void> {
    return this.#fetcher.estimate(run);
  }

  /** How the node's run stands now. */
  async progress(): Promise<Progress> {
    return progressOf(this.#collector, await this.#record.current(), {
      expected: this.#fetcher.expected,
      stalledUntil: this.#stalledUntil,
    });
  }

  /**
   * After a failure of what it works with, the disk as a rule: tells it, and tries again once that may have passed. This
   * isn't noted with the run: a restart, or somebody who presses, need not wait for it.
   */
  stall(error: unknown, again: () => void): void {
    if (this.#signal.aborted) return;
    this.#listener.failed(error);
    const until = retryTime(asEnedisError(error), this.#collector.clock.now());
    this.callAt(until, again);
    this.#stalledUntil = until;
  }

  async #recover(error: unknown): Promise<void> {
    if (this.#signal.aborted) return;
    this.stall(error, () => this.work());
    try {
      this.#listener.progress(await this.progress());
    } catch {
      // The same disk, and it has been told.
    }
  }

  /** Until there is nothing left to do, or nothing to be done now. */
  async #workThrough(): Promise<void> {
    this.#suspects.restart();
    for (;;) {
      this.#signal.throwIfAborted();
      const run = await this.#record.current();
      if (run?.state !== 'running') return;
      const open = run.tracks.filter((track) => !isOver(track, run));
      if (open.length === 0) return this.#lock.run(() => this.#sender.finish(run), this.#signal);
      const now = this.#collector.clock.now();
      const ready = open.filter((track) => !isAhead(track.notBefore ?? 0, now) && !this.#suspects.has(track));
      const track = this.#suspects.next(ready);
      if (track) {
        if (!(await this.#workOn(run, track))) return;
      } else if (this.#suspects.all.length > 0) {
        if (!(await this.#decide(run))) return;
      } else {
        return this.#waitFor(run, Math.min(...open.map(({ notBefore = 0 }) => notBefore)));
      }
      // Whatever comes from the archive comes without waiting for anybody: others get their turn.
      await turn();
    }
  }

  /** One chunk of one series. @returns whether there is something to be done now. */
  async #workOn(run: BackfillRun, track: Track): Promise<boolean> {
    try {
      if (track.ended !== undefined) {
        await this.#sender.handOverArchived(run, track);
        return true;
      }
      if (!(await this.#isAllRescued())) return false;
      // What was rescued has changed the run: its days, and where its history begins.
      if ((await this.#record.current()) === run) await this.#takeChunk(run, track);
      return true;
    } catch (error) {
      if (this.#signal.aborted) throw error;
      return this.#goesOnAfter(asEnedisError(error), run, track);
    }
  }

  /** Lets all who share the budget fetch what they would lose. @returns whether this run may go on. */
  async #isAllRescued(): Promise<boolean> {
    for (const other of othersOf(this.#collector.budget, this)) {
      await untilAborted(other.rescue(), this.#signal);
    }
    return this.#rescueAll();
  }

  /** One at a time, whoever wants it. */
  #rescueAll(): Promise<boolean> {
    this.#rescuing ??= this.#rescueTracks().finally(() => (this.#rescuing = undefined));
    return this.#rescuing;
  }

  /** Fetches what Enedis would forget of each series before its turn. @returns whether the run may go on. */
  async #rescueTracks(): Promise<boolean> {
    const run = await this.#record.current();
    if (run?.state !== 'running') return true;
    const now = this.#collector.clock.now();
    let others = 0;
    for (const other of othersOf(this.#collector.budget, this)) others += await other.expected();
    const open = run.tracks.filter((track) => track.ended === undefined && !isOver(track, run));
    const tracks = open.filter((track) => !isAhead(track.notBefore ?? 0, now) && !this.#suspects.has(track));
    // What is done before midnight loses nothing, and may teach the others where the meter's history begins.
    if (!tracks[0] || (await this.#fetcher.daysToGo(run, tracks[0], others)) < 1) return true;
    for (const track of tracks) {
      try {
        if (await this.#fetcher.rescue(run, track, others)) await this.#noteAnswer(run, track);
      } catch (error) {
        if (this.#signal.aborted) throw error;
        if (!(await this.#goesOnAfter(asEnedisError(error), run, track))) return false;
      }
    }
    return true;
  }

  /** Asks for what the archive lacks of the next chunk, and hands over all of it. */
  async #takeChunk(run: BackfillRun, track: Track): Promise<void> {
    const { rev } = await this.#collector.archive.state();
    const chunk = await this.#fetcher.fetch(run, track);
    this.#signal.throwIfAborted();
    if (chunk.ask) await this.#noteAnswer(run, track);
    await this.#sender.handOver(run, track, chunk, rev);
  }

  /** One series works: those that were suspected have failed by themselves. */
  async #noteAnswer(run: BackfillRun, key: SeriesKey): Promise<void> {
    const now = this.#collector.clock.now();
    for (const suspect of this.#suspects.answered(key, now))
      await this.#noteFailure(suspect.error, run, suspect.key);
  }

  /** Finds out whose failure it is, and when to try again. @returns whether there is something to be done now. */
  async #goesOnAfter(error: EnedisError, run: BackfillRun, track: Track): Promise<boolean> {
    if (error.code === 'ENEDIS_STORAGE') throw error;
    const verdict = this.#suspects.failed(track, error, this.#collector.clock.now());
    if (error.concerns === 'meter') return this.#waitForMeter(error, run);
    if (verdict === 'meter') return this.#decide(run);
    if (verdict === 'series') await this.#noteFailure(error, run, track);
    return true;
  }

  /**
   * Nobody is left to show whether the suspects fail by themselves. Where one would be given up for it, or wait for a
   * day, a series that is done is asked once more: if it works, they do.
   * @returns whether there is something to be done now.
   */
  async #decide(run: BackfillRun): Promise<boolean> {
    const suspects = this.#suspects.all;
    const { error } = soonestOver(suspects)!;
    const done = run.tracks.filter((track) => track.ended === undefined && isOver(track, run));
    const witness = this.#suspects.next(done.filter((track) => !this.#suspects.has(track)));
    if (!witness) return this.#waitForMeter(error, run);
    const isLastTry = suspects.some(({ key }) => (trackOf(run, key)?.failures ?? 0) + 1 >= MOST_FAILURES);
    if (isLastTry || (typeof error.retry !== 'number' && suspects.length === 1)) {
      try {
        await this.#fetcher.askLastDay(run, witness);
        await this.#noteAnswer(run, witness);
        return true;
      } catch (refusal) {
        if (this.#signal.aborted) throw refusal;
        const other = asEnedisError(refusal);
        if (other.code === 'ENEDIS_STORAGE') throw other;
        if (other.concerns === 'meter') return this.#waitForMeter(other, run);
      }
    }
    // Counted all the same: a series that stays alone in failing is given up in the end.
    const then = this.#retryAt(error, this.#collector.clock.now());
    for (const { key } of suspects) await this.#record.note(run, (current) => failedOnce(current, key, then));
    return this.#waitForMeter(error, run);
  }

  /** A failure of the whole meter: nobody is asked before it may have passed. */
  async #waitForMeter(error: EnedisError, run: BackfillRun): Promise<false> {
    const now = this.#collector.clock.now();
    const isQuota = error.code === 'ENEDIS_QUOTA';
    const isRefusal = typeof error.retry !== 'number' && !isQuota;
    if (isRefusal) await this.#sender.handOverAll(run);
    const current = await this.#record.current();
    if (current?.id !== run.id || current.state !== 'running') return false;
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

  /** A failure of one series: the others go on. One that is given up is told, of a direction once. */
  async #noteFailure(error: EnedisError, run: BackfillRun, key: SeriesKey): Promise<void> {
    const current = await this.#record.current();
    const track = current?.id === run.id ? trackOf(current, key) : undefined;
    if (!current || !track) return;
    const isGivenUp = typeof error.retry !== 'number' || track.failures + 1 >= MOST_FAILURES;
    const then = isGivenUp ? error.reason : this.#retryAt(error, this.#collector.clock.now());
    await this.#record.note(run, (each) => failedOnce(each, key, then));
    const isTold = current.tracks.some(
      ({ direction, ended }) => direction === key.direction && ended === error.reason,
    );
    if (isGivenUp && !isTold) this.#listener.failed(error);
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
