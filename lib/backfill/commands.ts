/**
 * What a message may do with a backfill: begin one, estimate it, pause, resume, cancel it, ask how it stands. Knows
 * nothing of Node-RED: what happens is told to its listener. How far a run is lies on disk, so that it goes on by itself
 * after any kind of end.
 */
import type { BackfillRun } from '../archive/format';
import { isAhead } from '../async/clock';
import { Lock } from '../async/lock';
import { UnderWay } from '../async/under-way';
import type { Collector } from '../meter/collector';
import type { BackfillListener } from './listener';
import { planOf, type Plan } from './plan';
import { prepareRun } from './prepare';
import { nothingToDo, type Progress } from './progress';
import type { BackfillRequest } from './range';
import { commanded, isUnderWay, type Command } from './run';
import { RunRecord } from './run-record';
import { Worker } from './worker';

/** Tells who gave a command how the run stands then. It may not throw. */
export type Answer = (progress: Progress) => void;

/**
 * One for each flow node, with one run at a time. Commands queue; they reject with ENEDIS_STORAGE where the disk fails,
 * and with the signal's reason once it is closed.
 */
export class Backfill {
  readonly #collector: Collector;
  readonly #listener: BackfillListener;
  readonly #record: RunRecord;
  readonly #worker: Worker;
  readonly #underWay = new UnderWay();
  /** Two messages at once must not start two runs, and none comes between a delivery and the note of it. */
  readonly #lock = new Lock();

  /** @param node the flow node's id. */
  constructor(collector: Collector, node: string, listener: BackfillListener) {
    this.#collector = collector;
    this.#listener = listener;
    this.#record = new RunRecord(collector.archive, node);
    this.#worker = new Worker({
      collector,
      record: this.#record,
      listener,
      underWay: this.#underWay,
      lock: this.#lock,
    });
  }

  /** Goes on with what a restart interrupted; where the disk doesn't let it, says so and tries again later. */
  async start(): Promise<void> {
    try {
      await this.#do(() => this.#goOn());
    } catch (error) {
      this.#worker.stall(error, () => void this.start());
    }
  }

  async #goOn(): Promise<void> {
    const run = await this.#record.current();
    if (run?.state === 'paused') this.#listener.progress(await this.#worker.progress());
    if (run?.state !== 'running') return;
    const { waiting } = run;
    await this.#worker.keepOnly(this.#collector.keys());
    await this.#worker.estimate(run);
    // Mended settings are tried at once.
    const isSame = waiting?.settings === this.#collector.fingerprint;
    if (isSame && isAhead(waiting.until, this.#collector.clock.now()))
      await this.#worker.waitUntil(waiting.until);
    else this.#worker.work();
  }

  readonly #tell: Answer = (progress) => this.#listener.progress(progress);

  /**
   * Starts a run, or tells how the one under way stands; one that waits for the disk goes on at once.
   * @param started called where a run is started, before anything of it is told.
   * @throws EnedisError `inputInvalid`, `periodTooOld`, `periodBeforeActivation`; ENEDIS_STORAGE.
   */
  begin(request: BackfillRequest, started: () => void = () => undefined, answer = this.#tell): Promise<void> {
    return this.#do(async () => {
      const current = await this.#record.current();
      if (isUnderWay(current)) {
        if (this.#worker.isStalled && current.state === 'running') await this.#workOn(current);
      } else {
        const run = await prepareRun(this.#collector, request);
        if (run.tracks.length === 0) return answer(await nothingToDo(this.#collector));
        await this.#worker.estimate(run);
        await this.#record.begin(run);
        started();
        this.#worker.work();
      }
      answer(await this.#worker.progress());
    });
  }

  /** What a run would cost. Asks for nothing. */
  plan(request: BackfillRequest): Promise<Plan> {
    return this.#do(async () => planOf(this.#collector, await prepareRun(this.#collector, request)));
  }

  pause(answer = this.#tell): Promise<void> {
    return this.#do(() => this.#command('pause', answer));
  }

  cancel(answer = this.#tell): Promise<void> {
    return this.#do(() => this.#command('cancel', answer));
  }

  /** Goes on at once: what was paused, what waits, and what had failed. */
  resume(answer = this.#tell): Promise<void> {
    return this.#do(async () => {
      await this.#command('resume', answer);
      await this.#worker.keepOnly(this.#collector.keys());
      const run = await this.#record.current();
      if (run?.state === 'running') await this.#workOn(run);
    });
  }

  async #workOn(run: BackfillRun): Promise<void> {
    try {
      await this.#worker.estimate(run);
    } finally {
      this.#worker.work();
    }
  }

  status(answer = this.#tell): Promise<void> {
    return this.#do(async () => answer(await this.#worker.progress()));
  }

  async close(): Promise<void> {
    this.#worker.close();
    const closed = this.#underWay.close();
    this.#collector.stopWaiting();
    await closed;
  }

  /** The node is gone for good: so is what was remembered for it. */
  forget(): Promise<void> {
    return this.#record.forget();
  }

  /** Resolves when nothing is under way. */
  idle(): Promise<void> {
    return this.#underWay.idle();
  }

  #do<T>(task: () => Promise<T>): Promise<T> {
    return this.#underWay.track(this.#lock.run(task, this.#underWay.signal));
  }

  /** Changes the run's state where the command has a meaning in it, and tells how it stands in any case. */
  async #command(command: Command, answer: Answer): Promise<void> {
    const wasWorking = this.#worker.isWorking;
    try {
      const isChanged = await this.#record.enter((run) => commanded(run, command));
      if (isChanged) this.#worker.stopWaiting();
    } catch (error) {
      // The worker may have seen the other state meanwhile, and stopped.
      if (wasWorking) this.#worker.work();
      throw error;
    }
    answer(await this.#worker.progress());
  }
}
