/**
 * A past period brought to a flow, chunk by chunk: what the archive lacks is asked for within the budget's share for
 * backfills, all of it is handed over, and how far it is lies on disk, so that it goes on by itself after any kind of
 * end. Knows nothing of Node-RED: what happens is told to its listener.
 */
import { randomUUID } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import type { Period, SeriesKey } from '../archive/archive';
import type { ArchivedMeasure } from '../archive/day';
import type { BackfillRun, Track } from '../archive/format';
import type { Refused } from '../archive/series-state';
import { isAhead } from '../async/clock';
import { asEnedisError, EnedisError, REASONS, type Reason } from '../errors';
import { addDays, daysBetween, isoParis, parisDay } from '../readings/paris';
import { type Direction, type Problem, SERIES, type Series } from '../readings/reading';
import { after, chunkOf, isEmpty, isLacking, restOf, windowOf, type Chunk, type Order } from './planner';
import { batchOf, type Batch } from '../meter/batch';
import { budgetLeft, progressOf, type Progress } from './progress';
import { cameToNothing, handedTo, isOver, keyOf, total, unaskedOf } from './run';
import { checkClock, isTooEarly, retryTime, spreadOut, type Collector } from '../meter/collector';
import { Lock } from '../async/lock';
import { rangeOf, type Wish } from './range';
import { UnderWay } from '../async/under-way';

/** A wish as it comes from the dialog or a message, and how it is to be met. */
export interface Request extends Wish {
  order: Order;
  /** Ask again also for what is known. */
  force: boolean;
}

/**
 * What output 2 sends for `plan`: an estimate, for a refusal on the way makes it less, and others who share the budget
 * make it longer. `endsAt` is ISO 8601 with the Paris offset; days are `YYYY-MM-DD`, the last one included.
 * `budgetLeft` is null where there is no limit.
 */
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

/** Tells who gave a command how the run stands then. It may not throw. */
export type Answer = (progress: Progress) => void;

/** One chunk of one series. `parts` is what a join node goes by; only the last has a `count`, and it may be empty. */
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

type Forcing = Pick<BackfillRun, 'force' | 'startedAt'>;

const DAY = 86_400_000;
/** A series that fails for a day on end is given up; the others aren't held up by it. */
const MOST_FAILURES = 12;
/** What only a person can mend is tried once a day, for a week. */
const MOST_REFUSALS = 7;

/**
 * One for each flow node, with one run at a time. Commands queue; they reject with ENEDIS_STORAGE where the disk fails,
 * and with the signal's reason once it is closed.
 */
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
      this.#arm(retryTime(asEnedisError(error), this.#collector.clock.now()), () => void this.start());
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

  readonly #tell: Answer = (progress) => this.#listener.progress(progress);

  /**
   * Starts a run, or tells how the one under way stands.
   * @param started called where a run is started, before anything of it is told.
   * @throws EnedisError `inputInvalid`, `periodTooOld`, `periodBeforeActivation`; ENEDIS_STORAGE.
   */
  begin(request: Request, started: () => void = () => undefined, answer = this.#tell): Promise<void> {
    return this.#command(async () => {
      const current = await this.#run();
      if (current?.state !== 'running' && current?.state !== 'paused') {
        const run = await this.#prepare(request);
        await this.#estimate(run);
        await this.#keep(run);
        started();
        this.#work();
      }
      answer(await this.#progress());
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

  pause(answer = this.#tell): Promise<void> {
    return this.#command(() => this.#steer(answer, ['running'], 'paused'));
  }

  cancel(answer = this.#tell): Promise<void> {
    return this.#command(() => this.#steer(answer, ['running', 'paused'], 'cancelled'));
  }

  /** Goes on at once: what was paused, what waits, and what had failed. */
  resume(answer = this.#tell): Promise<void> {
    return this.#command(async () => {
      await this.#steer(answer, ['running', 'paused', 'failed'], 'running', (run) => {
        run.refusals = 0;
        for (const track of run.tracks) {
          track.failures = 0;
          delete track.ended;
          delete track.notBefore;
        }
      });
      const run = await this.#run();
      if (run?.state !== 'running') return;
      try {
        await this.#estimate(run);
      } finally {
        this.#work();
      }
    });
  }

  status(answer = this.#tell): Promise<void> {
    return this.#command(async () => answer(await this.#progress()));
  }

  async close(): Promise<void> {
    this.#cancelTimer();
    await this.#underWay.close();
  }

  /** The node is gone for good: so is what was remembered for it. */
  forget(): Promise<void> {
    return this.#collector.archive.removeNode(this.#node);
  }

  /** Resolves when nothing is under way. */
  idle(): Promise<void> {
    return this.#underWay.idle();
  }

  #command<T>(task: () => Promise<T>): Promise<T> {
    return this.#underWay.track(this.#commands.run(task, this.#underWay.signal));
  }

  async #run(): Promise<BackfillRun | undefined> {
    return (await this.#collector.archive.node(this.#node)).backfill;
  }

  /** A run that can't be written down isn't begun: nobody would go on with it. */
  async #keep(run: BackfillRun): Promise<void> {
    const { archive } = this.#collector;
    const before = await this.#run();
    try {
      await archive.updateNode(this.#node, (node) => (node.backfill = run));
    } catch (error) {
      // What couldn't be written is taken back, whether that can be written or not.
      await archive
        .updateNode(this.#node, (node) => {
          if (node.backfill !== run) return;
          if (before) node.backfill = before;
          else delete node.backfill;
        })
        .catch(() => undefined);
      throw error;
    }
  }

  /** Changes the run's state where it is one of `from`, and tells how it stands in any case. */
  async #steer(
    answer: Answer,
    from: readonly BackfillRun['state'][],
    to: BackfillRun['state'],
    change: (run: BackfillRun) => void = () => undefined,
  ): Promise<void> {
    const run = await this.#run();
    if (run && from.includes(run.state)) {
      const isWorking = this.#working;
      try {
        await this.#enter(run, to, change);
      } catch (error) {
        // The loop may have seen the other state meanwhile, and stopped.
        if (isWorking) this.#work();
        throw error;
      }
      this.#cancelTimer();
    }
    answer(await this.#progress());
  }

  /** A state that can't be written down isn't taken on: the next start wouldn't know of it. */
  async #enter(
    run: BackfillRun,
    state: BackfillRun['state'],
    change: (run: BackfillRun) => void = () => undefined,
  ): Promise<void> {
    const { state: before, waiting } = run;
    try {
      await this.#collector.archive.updateNode(this.#node, () => {
        run.state = state;
        delete run.waiting;
        change(run);
      });
    } catch (error) {
      run.state = before;
      if (waiting) run.waiting = waiting;
      throw error;
    }
  }

  async #prepare({ order, force, ...wish }: Request): Promise<BackfillRun> {
    const { archive, clock, today } = this.#collector;
    checkClock(clock);
    const range = rangeOf(wish, this.#collector.keys(), today);
    const startedAt = clock.now();
    const tracks: Track[] = [];
    let refusal: Reason = 'periodTooOld';
    for (const key of range.keys) {
      const floor = await this.#floor(key, { force, startedAt });
      // What was archived in its time is handed over even where Enedis has forgotten it.
      const archived = (await archive.firstDay(key)) ?? floor;
      const earliest = archived < floor ? archived : floor;
      const from = range.start !== null && range.start > earliest ? range.start : earliest;
      if (from >= range.end) {
        const refused = await this.#refused(key, { force, startedAt });
        if (refused?.before === floor) refusal = reasonOf(refused.reason);
        continue;
      }
      const next = order === 'newest' ? range.end : from;
      tracks.push({ ...key, from, until: range.end, next, failures: 0 });
    }
    if (tracks.length === 0) throw new EnedisError(refusal);
    return {
      id: randomUUID(),
      startedAt,
      order,
      force,
      state: 'running',
      tracks,
      messages: 0,
      readings: 0,
      requests: 0,
      refusals: 0,
    };
  }

  /** The first day worth asking for. */
  async #floor(key: SeriesKey & Pick<Track, 'floor'>, run: Forcing): Promise<string> {
    const limit = this.#collector.historyStart(key);
    const refused = await this.#refused(key, run);
    return [limit, refused?.before ?? '', key.floor ?? ''].sort().at(-1)!;
  }

  /**
   * What a refusal has taught. A meter's commissioning and a consent hold for all series of a direction: what the cheap
   * daily figures have learned, the load curve needn't learn again. Whoever forces wants to see for himself.
   */
  async #refused(
    { direction, series }: SeriesKey,
    { force, startedAt }: Forcing,
  ): Promise<Refused | undefined> {
    let latest: Refused | undefined;
    for (const each of new Set<Series>([series, 'daily'])) {
      const refused = await this.#collector.refused({ direction, series: each });
      if (!refused || (force && refused.at < startedAt)) continue;
      if (!latest || refused.before > latest.before) latest = refused;
    }
    return latest;
  }

  async #nextChunk(run: BackfillRun, track: Track, rest: Period): Promise<Chunk> {
    const { archive, clock } = this.#collector;
    const period = windowOf(rest, run.order, await this.#collector.windowDays(track));
    const wanting = {
      now: clock.now(),
      floor: await this.#floor(track, run),
      forcedSince: run.force ? run.startedAt : null,
      doubted: (await this.#collector.refused(track))
        ? undefined
        : (await archive.seriesState(track)).refused,
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
      if (track.ended === undefined) this.#expected += await this.#cost(run, track);
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
        .catch((error: unknown) => this.#stumble(error))
        .finally(() => {
          this.#working = false;
          if (this.#again) this.#work();
        }),
    );
  }

  /** What stops the loop itself is the disk, as a rule: it is told, and the work goes on once that may have passed. */
  async #stumble(error: unknown): Promise<void> {
    if (this.#underWay.signal.aborted) return;
    this.#listener.failed(error);
    const until = retryTime(asEnedisError(error), this.#collector.clock.now());
    this.#arm(until, () => this.#work());
    try {
      const run = await this.#run();
      if (run?.state === 'running') await this.#waitFor(run, until);
    } catch {
      // The same disk, and it has been told.
    }
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
        await this.#step(run, track, track.ended === undefined);
      } catch (error) {
        if (this.#underWay.signal.aborted) throw error;
        const cause = asEnedisError(error);
        if (!(await this.#goesOnAfter(cause, run, track))) return;
      }
      // Whatever comes from the archive comes without waiting for anybody: others get their turn.
      await turn();
    }
  }

  /**
   * One chunk: ask for what is missing, hand it over, remember that.
   * @param asks false: hand over what is archived, ahead of what is still to be asked for.
   */
  async #step(run: BackfillRun, track: Track, asks: boolean): Promise<void> {
    const { archive, lock } = this.#collector;
    const { order } = run;
    const { rev } = await archive.state();
    const { signal } = this.#underWay;
    const chunk = asks
      ? await lock.run(() => this.#fetch(run, track), signal)
      : windowOf(unaskedOf(track, order), order, await this.#collector.windowDays(track));
    signal.throwIfAborted();
    const next = after(chunk, order);
    const upTo = handedTo(track, order) === track.next ? rev : (track.ahead?.rev ?? rev);
    const moved = asks ? { next } : { ahead: { next, rev: upTo } };
    const archived = (await archive.read(track, chunk)).flat();
    const measures = archived.filter((each) => (asks ? !isGiven(each, track, order) : each.rev <= upTo));
    const isLast = run.tracks.every((each) => isOver(each === track ? { ...track, ...moved } : each, run));
    const sends = measures.length > 0 || (isLast && !cameToNothing(run));
    const batch = sends ? await batchOf(this.#collector, keyOf(track), measures, rev, chunk) : null;
    // Whoever answers a message with a command, the last one with the next backfill, finds it written down.
    await this.#commands.run(async () => {
      // Paused, cancelled or started afresh while it was asked for: it is in the archive, its turn comes.
      signal.throwIfAborted();
      if ((await this.#run()) !== run || run.state !== 'running') return;
      if (batch) this.#deliver(run, batch, isLast);
      await archive.updateNode(this.#node, () => {
        if (batch) {
          run.messages++;
          run.readings += measures.length;
        }
        Object.assign(track, moved);
        if (!asks) return;
        run.refusals = 0;
        track.failures = 0;
        delete track.notBefore;
        delete run.waiting;
      });
      if (isLast) await this.#finish(run);
      else this.#listener.progress(await this.#progress());
    }, signal);
  }

  /** Where nobody may be asked: what is archived is no secret, and doesn't wait for that. */
  async #handOver(run: BackfillRun): Promise<void> {
    for (const track of run.tracks) {
      while (
        run.state === 'running' &&
        (await this.#run()) === run &&
        !isOver(track, run) &&
        !isEmpty(unaskedOf(track, run.order))
      ) {
        await this.#step(run, track, false);
        await turn();
      }
    }
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
    const floor = await this.#floor(track, run);
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
    const { archive } = this.#collector;
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
    await this.#collector.nothingBefore(track, floor, reason, floor < track.until);
    await archive.updateNode(this.#node, () => {
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
    await this.#enter(run, failed ? 'failed' : 'done');
    // A series that was given up has said so itself.
    if (failed && given === undefined) this.#listener.failed(new EnedisError(reasonOf(refused)));
    this.#listener.progress(await this.#progress());
  }

  /** @returns whether there is something to be done now. */
  async #goesOnAfter(error: EnedisError, run: BackfillRun, track: Track): Promise<boolean> {
    const now = this.#collector.clock.now();
    const isQuota = error.code === 'ENEDIS_QUOTA';
    const isRefusal = error.wholeMeter && typeof error.retry !== 'number' && !isQuota;
    if (isRefusal) await this.#handOver(run);
    if (run.state !== 'running' || (await this.#run()) !== run) return true;
    if (error.wholeMeter) {
      if (!isQuota) this.#listener.failed(error);
      if (isRefusal) run.refusals++;
      if (error.retry === 'never' || run.refusals > MOST_REFUSALS) {
        await this.#enter(run, 'failed');
        this.#listener.progress(await this.#progress());
        return false;
      }
      await this.#waitFor(run, this.#retryAt(error, now));
      return false;
    }
    const failures = track.failures + 1;
    const givesUp = typeof error.retry !== 'number' || failures >= MOST_FAILURES;
    await this.#collector.archive.updateNode(this.#node, () => {
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
      await archive.updateNode(this.#node, () => (run.waiting = { until, settings: fingerprint }));
    } catch {
      // A disk that can't be written is why we wait, more often than not; this process waits all the same.
    }
    await this.#wait(until);
  }

  async #wait(until: number): Promise<void> {
    if (this.#underWay.signal.aborted) return;
    this.#arm(until, () => this.#work());
    this.#listener.progress(await this.#progress());
  }

  #arm(until: number, task: () => void): void {
    this.#cancelTimer();
    this.#cancelTimer = this.#collector.clock.at(until, task);
  }

  async #progress(): Promise<Progress> {
    return progressOf(this.#collector, await this.#run(), this.#expected);
  }
}

/** Handed over already, while nobody could be asked. */
function isGiven({ start, rev }: ArchivedMeasure, { ahead }: Track, order: Order): boolean {
  if (!ahead || rev > ahead.rev) return false;
  const until = parisDay(ahead.next).start;
  return order === 'newest' ? start >= until : start < until;
}

function reasonOf(kept: string | undefined): Reason {
  return kept !== undefined && Object.hasOwn(REASONS, kept) ? (kept as Reason) : 'periodTooOld';
}
