/**
 * A past period brought to a flow, chunk by chunk: what the archive lacks is asked for within the budget's share for
 * backfills, all of it is handed over, and how far it is lies on disk, so that it goes on by itself after any kind of
 * end. Knows nothing of Node-RED: what happens is told to its listener.
 */
import { randomUUID } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import type { Period, SeriesKey } from '../archive/archive';
import type { BackfillRun, Track } from '../archive/format';
import { isAhead } from '../clock';
import { asEnedisError, EnedisError, REASONS, type Reason } from '../errors';
import { addDays, daysBetween, isoParis } from '../readings/paris';
import { SERIES, type Direction, type Series } from '../readings/reading';
import type { Problem } from '../readings/stamped';
import {
  after,
  chunkOf,
  isEmpty,
  isLacking,
  restOf,
  windowOf,
  type Chunk,
  type Order,
} from './backfill-plan';
import { batchOf, type Batch } from './batch';
import { budgetLeft, progressOf, type Progress } from './backfill-progress';
import { cameToNothing, isOver, keyOf, total } from './backfill-run';
import { checkClock, isTooEarly, retryTime, spreadOut, type Collector } from './collector';
import { Lock } from './lock';
import { rangeOf, type Wish } from './range';
import { UnderWay } from './under-way';

export interface Request extends Wish {
  order: Order;
  /** Ask again also for what is known. */
  force: boolean;
}

export interface Plan {
  state: 'planned';
  requests: number;
  /** Until it would end, begun days counted whole; 0 without any request. */
  days: number;
  endsAt: string;
  budgetLeft: number | null;
  /** Days of series. */
  total: number;
  from: string;
  to: string;
  series: { direction: Direction; series: Series; from: string; to: string; requests: number }[];
}

export interface Delivery extends Batch {
  parts: { id: string; index: number; count?: number; type: 'array'; len: 1 };
  /** The last of its run. */
  complete: boolean;
}

/** None of these may throw. */
export interface BackfillListener {
  /** Send it: when this returns, it counts as delivered. */
  deliver(delivery: Delivery): void;
  progress(progress: Progress): void;
  /** A failure nobody's message waits for. */
  failed(error: unknown): void;
  /** What was left out of an answer. */
  problems(problems: readonly Problem[]): void;
}

const DAY = 86_400_000;
/** A series that fails for a day on end is given up; the others aren't held up by it. */
const MOST_FAILURES = 12;
/** What only a person can mend is tried once a day, for a week. */
const MOST_REFUSALS = 7;

export class Backfill {
  readonly #collector: Collector;
  readonly #node: string;
  readonly #listener: BackfillListener;
  readonly #underWay = new UnderWay();
  /** Two messages at once must not start two runs, and none comes between a delivery and the note of it. */
  readonly #commands = new Lock();
  #working = false;
  /** Somebody wanted work while the loop may have been on its way out. */
  #again = false;
  #cancelTimer: () => void = () => undefined;
  /** Requests still expected, for the estimate; counted when the work begins. */
  #expected = 0;

  /** @param node the flow node's id. */
  constructor(collector: Collector, node: string, listener: BackfillListener) {
    this.#collector = collector;
    this.#node = node;
    this.#listener = listener;
  }

  /** Goes on with what a restart interrupted; where the disk doesn't let it, says so and tries again later. */
  async start(): Promise<void> {
    try {
      await this.#goOn();
    } catch (error) {
      if (this.#underWay.signal.aborted) return;
      this.#listener.failed(error);
      if (!(error instanceof EnedisError)) return;
      const { clock } = this.#collector;
      this.#cancelTimer();
      this.#cancelTimer = clock.at(retryTime(error, clock.now()), () => void this.start());
    }
  }

  #goOn(): Promise<void> {
    return this.#command(async () => {
      const run = await this.#run();
      if (run?.state === 'paused') this.#listener.progress(await this.#progress());
      if (run?.state !== 'running') return;
      const { waiting } = run;
      await this.#estimate(run);
      // Mended settings are tried at once.
      if (
        waiting?.settings === this.#collector.fingerprint &&
        isAhead(waiting.until, this.#collector.clock.now())
      )
        await this.#wait(waiting.until);
      else this.#work();
    });
  }

  /**
   * Starts a run, or tells how the one under way stands.
   * @param started called where a run is started, before anything of it is told.
   * @throws EnedisError `inputInvalid`, `periodTooOld`, `periodBeforeActivation`; ENEDIS_STORAGE.
   */
  begin(request: Request, started: () => void = () => undefined): Promise<void> {
    return this.#command(async () => {
      const current = await this.#run();
      if (current?.state !== 'running' && current?.state !== 'paused') {
        const run = await this.#prepare(request);
        await this.#collector.archive.update((state) => ((state.nodes[this.#node] ??= {}).backfill = run));
        started();
        await this.#estimate(run);
        this.#work();
      }
      this.#listener.progress(await this.#progress());
    });
  }

  /** What a run would cost. Asks for nothing. */
  plan(request: Request): Promise<Plan> {
    return this.#command(async () => {
      const { budget, clock } = this.#collector;
      const run = await this.#prepare(request);
      const series: Plan['series'] = [];
      for (const track of run.tracks) {
        const { direction, series: name, from, until } = track;
        const requests = await this.#cost(run, track);
        series.push({ direction, series: name, from, to: addDays(until, -1), requests });
      }
      const requests = series.reduce((sum, each) => sum + each.requests, 0);
      const endsAt = (await budget?.lastOf(requests, 'backfill')) ?? clock.now();
      return {
        state: 'planned',
        requests,
        days: requests === 0 ? 0 : Math.max(1, Math.ceil((endsAt - clock.now()) / DAY)),
        endsAt: isoParis(endsAt),
        budgetLeft: await budgetLeft(this.#collector),
        total: total(run),
        from: series.map(({ from }) => from).sort()[0]!,
        to: series
          .map(({ to }) => to)
          .sort()
          .at(-1)!,
        series,
      };
    });
  }

  pause(): Promise<void> {
    return this.#command(() => this.#steer(['running'], (run) => (run.state = 'paused')));
  }

  cancel(): Promise<void> {
    return this.#command(() => this.#steer(['running', 'paused'], (run) => (run.state = 'cancelled')));
  }

  /** Goes on at once: what was paused, what waits, and what had failed. */
  resume(): Promise<void> {
    return this.#command(async () => {
      await this.#steer(['running', 'paused', 'failed'], (run) => {
        run.state = 'running';
        run.refusals = 0;
        delete run.waiting;
        for (const track of run.tracks) {
          track.failures = 0;
          delete track.ended;
          delete track.notBefore;
        }
      });
      const run = await this.#run();
      if (run?.state !== 'running') return;
      await this.#estimate(run);
      this.#work();
    });
  }

  status(): Promise<void> {
    return this.#command(async () => this.#listener.progress(await this.#progress()));
  }

  async close(): Promise<void> {
    this.#cancelTimer();
    await this.#underWay.close();
  }

  /** The node is gone for good: so is what was remembered for it. */
  forget(): Promise<void> {
    return this.#collector.archive.update((state) => {
      delete state.nodes[this.#node];
    });
  }

  /** Resolves when nothing is under way. */
  idle(): Promise<void> {
    return this.#underWay.idle();
  }

  #command<T>(task: () => Promise<T>): Promise<T> {
    return this.#underWay.track(this.#commands.run(task, this.#underWay.signal));
  }

  async #run(): Promise<BackfillRun | undefined> {
    return (await this.#collector.archive.state()).nodes[this.#node]?.backfill;
  }

  /** Changes the run's state where it is one of `from`, and tells how it stands in any case. */
  async #steer(from: readonly BackfillRun['state'][], change: (run: BackfillRun) => void): Promise<void> {
    const run = await this.#run();
    if (run && from.includes(run.state)) {
      this.#cancelTimer();
      await this.#collector.archive.update(() => change(run));
    }
    this.#listener.progress(await this.#progress());
  }

  async #prepare({ order, force, ...wish }: Request): Promise<BackfillRun> {
    const { archive, clock, today } = this.#collector;
    checkClock(clock);
    const range = rangeOf(wish, this.#collector.keys(), today);
    const tracks: Track[] = [];
    let known = false;
    for (const key of range.keys) {
      const floor = await this.#floor(key);
      known ||= (await archive.seriesState(key)).notBefore === floor;
      // What was archived in its time is handed over even where Enedis has forgotten it.
      const archived = (await archive.firstDay(key)) ?? floor;
      const earliest = archived < floor ? archived : floor;
      const from = range.start !== null && range.start > earliest ? range.start : earliest;
      if (from >= range.end) continue;
      const next = order === 'newest' ? range.end : from;
      tracks.push({ ...key, from, until: range.end, next, failures: 0 });
    }
    if (tracks.length === 0) throw new EnedisError(known ? 'periodBeforeActivation' : 'periodTooOld');
    return {
      id: randomUUID(),
      startedAt: clock.now(),
      order,
      force,
      state: 'running',
      tracks,
      messages: 0,
      readings: 0,
      requests: 0,
      complete: false,
      refusals: 0,
    };
  }

  /**
   * The first day worth asking for. A meter's commissioning and a consent hold for all series of a direction: what the
   * cheap daily figures have taught, the load curve needn't learn again.
   */
  async #floor(key: SeriesKey, track?: Track): Promise<string> {
    const daily = await this.#collector.archive.seriesState({ ...key, series: 'daily' });
    const own = await this.#collector.firstDay(key);
    return [own, daily.notBefore ?? '', track?.floor ?? ''].sort().at(-1)!;
  }

  async #nextChunk(run: BackfillRun, track: Track, rest: Period): Promise<Chunk> {
    const { archive, clock } = this.#collector;
    const period = windowOf(rest, run.order, await this.#collector.windowDays(track));
    const wanting = {
      now: clock.now(),
      floor: await this.#floor(track, track),
      forcedSince: run.force ? run.startedAt : null,
    };
    return chunkOf(await archive.days(track, period), (day) => isLacking(day, wanting), run.order);
  }

  /** Requests that the rest of a track needs. */
  async #cost(run: BackfillRun, track: Track): Promise<number> {
    let requests = 0;
    let { next } = track;
    for (let rest: Period; !isEmpty((rest = restOf({ ...track, next }, run.order))); await turn()) {
      const chunk = await this.#nextChunk(run, track, rest);
      if (chunk.ask) requests++;
      next = after(chunk, run.order);
    }
    return requests;
  }

  async #estimate(run: BackfillRun): Promise<void> {
    this.#expected = 0;
    for (const track of run.tracks) {
      if (!isOver(track, run)) this.#expected += await this.#cost(run, track);
    }
  }

  #work(): void {
    this.#cancelTimer();
    if (this.#underWay.signal.aborted) return;
    this.#again = this.#working;
    if (this.#working) return;
    this.#working = true;
    void this.#underWay.track(
      this.#loop()
        .catch((error: unknown) => {
          if (!this.#underWay.signal.aborted) this.#listener.failed(error);
        })
        .finally(() => {
          this.#working = false;
          if (this.#again) this.#work();
        }),
    );
  }

  /** Until there is nothing left to do, or nothing to be done now. */
  async #loop(): Promise<void> {
    for (;;) {
      this.#underWay.signal.throwIfAborted();
      const run = await this.#run();
      if (run?.state !== 'running') return;
      const open = run.tracks.filter((track) => !isOver(track, run));
      if (open.length === 0) return this.#commands.run(() => this.#finish(run), this.#underWay.signal);
      const now = this.#collector.clock.now();
      const track = open.find(({ notBefore = 0 }) => !isAhead(notBefore, now));
      if (!track) return this.#waitFor(run, Math.min(...open.map(({ notBefore = 0 }) => notBefore)));
      try {
        await this.#step(run, track);
      } catch (error) {
        if (this.#underWay.signal.aborted) throw error;
        const cause = asEnedisError(error);
        if (!(await this.#goesOnAfter(cause, run, track))) return;
      }
      // Whatever comes from the archive comes without waiting for anybody: others get their turn.
      await turn();
    }
  }

  /** One chunk: ask for what is missing, hand it over, remember that. */
  async #step(run: BackfillRun, track: Track): Promise<void> {
    const { archive, lock } = this.#collector;
    const { rev } = await archive.state();
    const { signal } = this.#underWay;
    const chunk = await lock.run(() => this.#fetch(run, track), signal);
    signal.throwIfAborted();
    const measures = await archive.measures(track, chunk);
    const next = after(chunk, run.order);
    const isLast = run.tracks.every((each) =>
      each === track ? isEmpty(restOf({ ...track, next }, run.order)) : isOver(each, run),
    );
    const sends = measures.length > 0 || (isLast && !cameToNothing(run));
    const batch = sends ? await batchOf(this.#collector, keyOf(track), measures, rev, chunk) : null;
    // Whoever answers a message with a command, the last one with the next backfill, finds it written down.
    await this.#commands.run(async () => {
      // Paused, cancelled or started afresh while it was asked for: it is in the archive, its turn comes.
      signal.throwIfAborted();
      if ((await this.#run()) !== run || run.state !== 'running') return;
      if (batch) this.#deliver(run, batch, isLast);
      await archive.update(() => {
        if (batch) {
          run.messages++;
          run.readings += measures.length;
        }
        run.complete ||= isLast && sends;
        run.refusals = 0;
        track.next = next;
        track.failures = 0;
        delete track.notBefore;
        delete run.waiting;
      });
      if (isLast) await this.#finish(run);
      else this.#listener.progress(await this.#progress());
    }, signal);
  }

  async #fetch(run: BackfillRun, track: Track): Promise<Chunk> {
    const expiring = await this.#expiring(run, track);
    if (expiring) await this.#askBack(run, track, expiring);
    const chunk = await this.#nextChunk(run, track, restOf(track, run.order));
    if (chunk.ask) await this.#askBack(run, track, chunk.ask);
    return chunk;
  }

  /**
   * Enedis forgets a day of load curve every day. Where a run takes days and begins at the other end, what would be
   * gone before its turn comes is fetched first. It costs no more: the days in between need one request less.
   */
  async #expiring(run: BackfillRun, track: Track): Promise<Period | null> {
    const { budget, clock } = this.#collector;
    if (run.order === 'oldest' || SERIES[track.series].perDay || !budget) return null;
    // Refused at that end: what Enedis doesn't give can't expire.
    if (track.refused !== undefined) return null;
    const daysToGo = Math.ceil(((await budget.lastOf(this.#expected, 'backfill')) - clock.now()) / DAY);
    if (daysToGo < 1) return null;
    const floor = await this.#floor(track, track);
    const rest = restOf(track, run.order);
    const start = rest.start > floor ? rest.start : floor;
    // A day is kept in reserve: an estimate is an estimate.
    if (start >= rest.end || daysBetween(floor, start) > daysToGo) return null;
    const chunk = await this.#nextChunk({ ...run, order: 'oldest' }, track, { start, end: rest.end });
    return chunk.ask;
  }

  async #askBack(run: BackfillRun, track: Track, period: Period): Promise<void> {
    try {
      await this.#ask(run, track, period);
      this.#expected = Math.max(0, this.#expected - 1);
    } catch (error) {
      if (!(error instanceof EnedisError) || !isTooEarly(error)) throw error;
      await this.#nothingEarlier(run, track, period.end, error.reason);
    }
  }

  async #ask(run: BackfillRun, track: Track, period: Period): Promise<void> {
    const before = this.#collector.sent;
    try {
      const signal = this.#underWay.signal;
      const { problems } = await this.#collector.ask(keyOf(track), period, 'backfill', signal);
      if (problems.length > 0) this.#listener.problems(problems);
    } finally {
      run.requests += this.#collector.sent - before;
    }
  }

  /** Enedis has nothing before `end`: going back, that is the end; going forward, the first day is looked for by halves. */
  async #nothingEarlier(run: BackfillRun, track: Track, end: string, reason: Reason): Promise<void> {
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
    const found = run.order === 'oldest' && floor < track.until;
    if (found) await this.#collector.archive.updateSeries(track, (state) => (state.notBefore = floor));
    await this.#collector.archive.update(() => {
      track.floor = floor;
      track.refused = reason;
    });
    await this.#estimate(run);
  }

  #deliver(run: BackfillRun, batch: Batch, isLast: boolean): void {
    const index = run.messages;
    const parts = {
      id: run.id,
      index,
      ...(isLast ? { count: index + 1 } : {}),
      type: 'array',
      len: 1,
    } as const;
    this.#listener.deliver({ ...batch, parts, complete: isLast });
  }

  async #finish(run: BackfillRun): Promise<void> {
    if ((await this.#run()) !== run || run.state !== 'running') return;
    const given = run.tracks.find(({ ended }) => ended !== undefined);
    const refused = run.tracks.find((track) => track.refused !== undefined)?.refused;
    const failed = cameToNothing(run);
    if (!failed && !run.complete) {
      // The series that was to be the last was given up: who waits for the end must still hear of it.
      const track = given ?? run.tracks.at(-1)!;
      const { rev } = await this.#collector.archive.state();
      const batch = await batchOf(this.#collector, keyOf(track), [], rev, restOf(track, run.order));
      this.#deliver(run, batch, true);
    }
    await this.#collector.archive.update(() => {
      if (!failed && !run.complete) run.messages++;
      run.complete ||= !failed;
      run.state = failed ? 'failed' : 'done';
      delete run.waiting;
    });
    // A series that was given up has said so itself.
    if (failed && given === undefined) this.#listener.failed(new EnedisError(reasonOf(refused)));
    this.#listener.progress(await this.#progress());
  }

  /** @returns whether there is something to be done now. */
  async #goesOnAfter(error: EnedisError, run: BackfillRun, track: Track): Promise<boolean> {
    const now = this.#collector.clock.now();
    if (run.state !== 'running' || (await this.#run()) !== run) return true;
    if (error.wholeMeter) {
      const isQuota = error.code === 'ENEDIS_QUOTA';
      if (!isQuota) this.#listener.failed(error);
      if (error.retry === 'daily' && !isQuota) run.refusals++;
      if (error.retry === 'never' || run.refusals > MOST_REFUSALS) {
        await this.#collector.archive.update(() => {
          run.state = 'failed';
          delete run.waiting;
        });
        this.#listener.progress(await this.#progress());
        return false;
      }
      await this.#waitFor(run, this.#retryAt(error, now));
      return false;
    }
    const failures = track.failures + 1;
    const givesUp = typeof error.retry !== 'number' || failures >= MOST_FAILURES;
    await this.#collector.archive.update(() => {
      track.failures = failures;
      if (givesUp) track.ended = error.reason;
      else track.notBefore = this.#retryAt(error, now);
    });
    if (givesUp) this.#listener.failed(error);
    return true;
  }

  #retryAt(error: EnedisError, now: number): number {
    if (error.reason === 'quotaBudget') return error.retryAt ?? now;
    return spreadOut(retryTime(error, now), this.#collector.random);
  }

  async #waitFor(run: BackfillRun, until: number): Promise<void> {
    const { archive, fingerprint } = this.#collector;
    try {
      await archive.update(() => (run.waiting = { until, settings: fingerprint }));
    } catch {
      // A disk that can't be written is why we wait, more often than not; this process waits all the same.
    }
    await this.#wait(until);
  }

  async #wait(until: number): Promise<void> {
    this.#cancelTimer();
    if (this.#underWay.signal.aborted) return;
    this.#cancelTimer = this.#collector.clock.at(until, () => this.#work());
    this.#listener.progress(await this.#progress());
  }

  async #progress(): Promise<Progress> {
    return progressOf(this.#collector, await this.#run(), this.#expected);
  }
}

function reasonOf(kept: string | undefined): Reason {
  return kept !== undefined && kept in REASONS ? (kept as Reason) : 'periodTooOld';
}
