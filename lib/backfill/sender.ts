/**
 * Hands chunks over to the flow and remembers how far a run is: the two belong together, and no command comes between
 * them. Whoever answers the last message with the next backfill finds this one written down as ended.
 */
import { setImmediate as turn } from 'node:timers/promises';
import type { Period, SeriesKey } from '../archive/archive';
import type { ArchivedMeasure } from '../archive/day';
import type { BackfillRun, Track } from '../archive/format';
import type { Lock } from '../async/lock';
import type { UnderWay } from '../async/under-way';
import { EnedisError } from '../errors';
import { batchOf, type Batch } from '../meter/batch';
import type { Collector } from '../meter/collector';
import type { BackfillListener } from './listener';
import { isEmpty, nextAfter, windowOf } from './planner';
import { reasonOf } from './prepare';
import type { Progress } from './progress';
import {
  advanced,
  deliveredUpTo,
  finished,
  isDelivered,
  isEmptyFailure,
  isOver,
  isUnchanged,
  keyOf,
  trackOf,
  unaskedOf,
  withOnly,
  type Step,
} from './run';
import type { RunRecord } from './run-record';

/** What the parts of one node's backfill share. */
export interface BackfillParts {
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

/** One for each flow node. */
export class Sender {
  readonly #collector: Collector;
  readonly #record: RunRecord;
  readonly #listener: BackfillListener;
  readonly #signal: AbortSignal;
  readonly #lock: Lock;
  readonly #progress: () => Promise<Progress>;

  /** @param progress tells how the run stands. */
  constructor(
    { collector, record, listener, underWay, lock }: BackfillParts,
    progress: () => Promise<Progress>,
  ) {
    this.#collector = collector;
    this.#record = record;
    this.#listener = listener;
    this.#signal = underWay.signal;
    this.#lock = lock;
    this.#progress = progress;
  }

  /**
   * Hands over a chunk that was asked for.
   * @param revBefore the archive's revision before that.
   */
  async handOver(run: BackfillRun, track: Track, chunk: Period, revBefore: number): Promise<void> {
    const known = (await this.#collector.archive.read(track, chunk)).flat();
    const measures = known.filter((each) => !isDelivered(each, track, run.order));
    const step = { asked: true, next: nextAfter(chunk, run.order), rev: revBefore };
    await this.#send(run, track, { chunk, measures, revBefore, step });
  }

  /** Hands over what is archived of the next chunk, without asking for the rest. */
  async handOverArchived(run: BackfillRun, track: Track): Promise<void> {
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
  async handOverAll(run: BackfillRun): Promise<void> {
    for (const key of run.tracks) {
      for (;;) {
        const now = await this.#record.current();
        if (now?.id !== run.id || now.state !== 'running') return;
        const track = trackOf(now, key);
        if (!track || isOver(track, now) || isEmpty(unaskedOf(track, now.order))) break;
        await this.handOverArchived(now, track);
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
      if (isLast) await this.finish(run);
      else this.#listener.progress(await this.#progress());
    }, this.#signal);
  }

  #deliver({ id, messages: index }: BackfillRun, batch: Batch, isLast: boolean): void {
    const parts = { id, index, ...(isLast ? { count: index + 1 } : {}), type: 'array', len: 1 } as const;
    this.#listener.deliver({ ...batch, parts, complete: isLast });
  }

  /** Ends a run of which nothing is left to be done. To be called while the lock is held. */
  async finish(run: BackfillRun): Promise<void> {
    const now = await this.#record.current();
    if (now?.id !== run.id || now.state !== 'running') return;
    await this.#record.enter(finished);
    // A series that was given up has said so itself.
    const isTold = now.tracks.some(({ ended }) => ended !== undefined);
    const refused = now.tracks.find((track) => track.refused !== undefined)?.refused;
    if (isEmptyFailure(now) && !isTold) this.#listener.failed(new EnedisError(reasonOf(refused)));
    this.#listener.progress(await this.#progress());
  }

  /** Ends the series that the meter's settings no longer want. */
  async keepOnly(wanted: readonly SeriesKey[]): Promise<void> {
    const run = await this.#record.current();
    if (run?.state !== 'running') return;
    const kept = withOnly(run, wanted);
    if (kept === run) return;
    const isComplete = kept.state === 'running' && kept.tracks.every((track) => isOver(track, kept));
    // Whoever waits for the last message gets one, though there is nothing left to say in it.
    const ends = isComplete && !isEmptyFailure(kept);
    if (ends) this.#deliver(kept, await this.#emptyBatch(kept), true);
    await this.#record.note(run, (current) => {
      const next = withOnly(current, wanted);
      return ends ? { ...next, messages: next.messages + 1 } : next;
    });
    this.#listener.progress(await this.#progress());
  }

  /** Nothing, of the days that were handed over last. */
  async #emptyBatch({ tracks, order }: BackfillRun): Promise<Batch> {
    const track = tracks.at(-1)!;
    const { rev } = await this.#collector.archive.state();
    const windowDays = await this.#collector.windowDays(track);
    const whole = { start: track.from, end: track.until };
    const chunk = windowOf(whole, order === 'newest' ? 'oldest' : 'newest', windowDays);
    return batchOf(this.#collector, keyOf(track), [], rev, chunk);
  }
}
