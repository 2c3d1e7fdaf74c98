/**
 * One attempt of the daily collection: finds what is missing, asks for it with as few requests as possible, and hands over
 * what is new to the node that asks, be it from the network now or from the archive. Days that Enedis publishes late,
 * corrects or withholds for a while are simply due again later, so gaps heal by themselves.
 */
import { seriesName, type SeriesKey } from '../archive/archive';
import { isAhead } from '../async/clock';
import { EnedisError, type Reason } from '../errors';
import type { Batch } from '../meter/batch';
import { checkClock, retryTime, type Collector } from '../meter/collector';
import { withCosts, type PricedBy, type PricedSummary } from '../query/cost';
import { newsOf, type Summary } from '../query/summary';
import { withComparisons } from '../query/summary-compared';
import { addDays, parisDay } from '../readings/paris';
import type { Problem } from '../readings/reading';
import { askInTurn, type Failure, type Round } from './asking';
import type { Attempt } from './attempt';
import { batchesFor, begunNow, firstDayOf, isNew, nextGivenUntil, replayed, type Given } from './handover';
import { latestSummary } from './latest';
import { MeterView } from './meter-view';
import type { Outcome } from './schedule';
import { isBeyond, newSince } from './series-state';
import { isLateTarget, isWaiting, nextLook, turnsOf, type Target } from './turns';

/** What is the node's and the attempt's own; which series, and from whom, the collector knows. */
export interface RunOptions {
  /** The flow node that asks: each is given everything once. */
  node: string;
  firstCollect: boolean;
  /** A person asks: also what isn't due before tomorrow. */
  manual: boolean;
  /** Hand over yesterday once more where nothing of it is new. */
  replay: boolean;
  /** The summary is wanted once a day only, when yesterday's energy has come. */
  summaryOnce: boolean;
  /** What the summary's energy is priced by; absent: nothing. */
  pricedBy?: PricedBy | undefined;
  /** Epoch ms: whoever has asked for yesterday since has asked for this node as well. */
  unlessAskedSince: number;
  /** Epoch ms after which the day is given up. */
  lastTry: number;
  signal: AbortSignal;
}

/** What stands in the way of yesterday being complete, for whoever wants to tell it. Instants are epoch ms. */
export interface Obstacle {
  error: EnedisError;
  since: number;
  retryAt?: number;
}

/**
 * What an attempt has to hand over, and how it went. Whatever failed, what others brought and the summary are there.
 */
export interface Run {
  usagePointId: string;
  /** One for each direction and series that has something new for the node. */
  batches: Batch[];
  /** Yesterday once more, where the attempt was to replay it; nothing of it is new. */
  replays: Batch[];
  summary: Summary;
  /** Why the summary is without costs, where it should have some. */
  unpriced?: EnedisError;
  /** The figures of the summary that are new to the node: `consumption.day`. */
  news: string[];
  /** Whether the summary is to be sent now. */
  isSummaryDue: boolean;
  failures: Failure[];
  /** What was refused before, beside something that works: worth mentioning, no failure. */
  reminders: Failure[];
  problems: (Problem & SeriesKey)[];
  obstacle?: Obstacle;
  /** Nothing failed, and nothing that may pass by itself failed when it was last asked. */
  isWell: boolean;
  outcome: Outcome;
  /** Epoch ms before which another attempt is pointless. */
  notBefore?: number;
  /** To be called once the batches are sent: they won't be handed out again. */
  delivered: () => Promise<void>;
}

/**
 * Collects what is due and hands over what is new.
 * @throws EnedisError ENEDIS_STORAGE: nothing can be kept; `configClock`: nobody knows which day it is; the signal's reason
 * once aborted. All other failures are in the result.
 */
export function collectYesterday(collector: Collector, options: RunOptions): Promise<Run> {
  return collector.lock.run(() => new YesterdayRun(collector, options).run(), options.signal);
}

class YesterdayRun {
  readonly #collector: Collector;
  readonly #options: RunOptions;
  readonly #today: string;
  #attempt: Attempt;
  #view: MeterView;
  /** When series that failed may be asked again. */
  readonly #retriesAt: number[] = [];

  constructor(collector: Collector, options: RunOptions) {
    const { manual, unlessAskedSince, lastTry } = options;
    this.#collector = collector;
    this.#options = options;
    this.#today = collector.today;
    const now = collector.clock.now();
    const [yesterday, midnight] = [addDays(this.#today, -1), parisDay(this.#today).start];
    const settings = collector.fingerprint;
    this.#attempt = { now, yesterday, midnight, lastTry, manual, unlessAskedSince, settings };
    this.#view = new MeterView(collector, this.#attempt);
  }

  async run(): Promise<Run> {
    const { archive, clock, settings } = this.#collector;
    checkClock(clock);
    const { node, replay } = this.#options;
    const today = this.#today;
    const { rev: revBefore } = await archive.state();
    const given = await this.#begin(revBefore);
    const round = await this.#ask();
    const left = round.stopped ? [] : await this.#settle(round);
    const { rev } = await archive.state();
    const batches = await batchesFor(this.#collector, given, revBefore, today);
    const ending = await this.#ending(round, left);
    const since = await this.#givenNow(given);
    const failing = round.failures[0]?.error ?? (await this.#stillFailing());
    const { summary, problem } = await this.#priced(await this.#summary());
    const isEnergyThere = await this.#isEnergyThere();
    const isSummaryDue = await this.#isSummaryDue(isEnergyThere);
    return {
      usagePointId: settings.usagePointId,
      batches,
      replays: replay ? await replayed(this.#collector, batches, today) : [],
      summary,
      ...(problem ? { unpriced: problem } : {}),
      news: newsOf(summary, batches.map(changeOf)),
      isSummaryDue,
      failures: round.failures,
      reminders: round.reminders,
      problems: round.problems,
      ...ending,
      ...(await this.#obstacle(failing, left, ending.notBefore)),
      isWell: failing === undefined,
      delivered: () =>
        archive.updateNode(node, (state) => {
          state.cursor = rev;
          state.since = since;
          delete state.begun;
          // One that a press brought before there was anything to tell isn't the day's.
          if (isSummaryDue && isEnergyThere) state.summaryOf = today;
        }),
    };
  }

  /**
   * Writes down what each series answers for and where the node begins with those that are new to it, before anything can
   * fail: a first collection that is refused or cut off today still takes all of it tomorrow.
   */
  async #begin(rev: number): Promise<Given> {
    const { archive } = this.#collector;
    const { node, firstCollect } = this.#options;
    const given: Given = { ...(await archive.node(node)) };
    const keys = this.#collector.keys();
    for (const key of keys) await this.#answerFor(key, isNew(key, given));
    const begun = begunNow(keys, given, { firstCollect, rev, today: this.#today });
    if (Object.keys(begun).some((name) => begun[name] !== given.begun?.[name]))
      await archive.updateNode(node, (state) => (state.begun = begun));
    return { ...given, begun };
  }

  /** Sets the first day this collection answers for; it moves on once the days before are settled. */
  async #answerFor(key: SeriesKey, isFirst: boolean): Promise<void> {
    const { archive } = this.#collector;
    const known = (await archive.seriesState(key)).since;
    const first = isFirst && this.#options.firstCollect;
    const isWrong = known !== undefined && isBeyond(known, this.#today);
    const wanted = first || isWrong ? firstDayOf(key, this.#today) : this.#attempt.yesterday;
    if (newSince(known, wanted, isFirst, this.#today) === null) return;
    const firstDay = await this.#view.firstDay(key);
    const since = wanted > firstDay ? wanted : firstDay;
    await archive.updateSeries(key, (state) => {
      state.since = since;
      if (state.first === undefined || since < state.first) state.first = since;
    });
  }

  async #ask(): Promise<Round> {
    const [first] = this.#collector.keys();
    const standing = await this.#standing();
    if (first && standing) {
      const failures = [{ key: first, error: standing }];
      return { stopped: standing, works: false, failures, reminders: [], problems: [], asked: new Set() };
    }
    const targets = await this.#targets();
    const turns = turnsOf(targets, this.#attempt, await this.#requests());
    return askInTurn(this.#collector, this.#view, this.#attempt, turns, this.#options.signal);
  }

  /** What keeps everybody from asking, as far as it is known without a request. */
  async #standing(): Promise<EnedisError | undefined> {
    const { archive, fingerprint } = this.#collector;
    try {
      await this.#collector.check();
    } catch (error) {
      if (error instanceof EnedisError) return error;
      throw error;
    }
    const { trouble } = await archive.state();
    const holds = trouble && isAhead(trouble.until, this.#attempt.now) && trouble.settings === fingerprint;
    if (!holds || this.#options.manual) return undefined;
    return new EnedisError(trouble.reason as Reason, trouble.params, trouble.until);
  }

  /** Requests made by themselves for this meter today. */
  async #requests(): Promise<number> {
    const { asked } = await this.#collector.archive.state();
    return asked?.date === this.#today ? asked.requests : 0;
  }

  async #targets(): Promise<Target[]> {
    const targets: Target[] = [];
    for (const key of this.#collector.keys()) {
      const target = await this.#view.target(key, this.#retriesAt);
      if (target) targets.push(target);
    }
    return targets;
  }

  /** After the requests: which days are settled now, and what is still expected today. */
  async #settle(round: Round): Promise<Target[]> {
    this.#attempt = { ...this.#attempt, now: this.#collector.clock.now() };
    this.#view = new MeterView(this.#collector, this.#attempt);
    const failed = new Set([...round.failures, ...round.reminders].map(({ key }) => seriesName(key)));
    for (const key of this.#collector.keys()) {
      const view = await this.#view.view(key);
      await this.#view.moveOn(key, view);
      const isAsked = round.asked.has(seriesName(key)) && !failed.has(seriesName(key));
      if (isAsked && (await this.#view.isOff(key)))
        round.failures.push({ key, error: new EnedisError('collectionOff') });
    }
    this.#retriesAt.length = 0;
    return (await this.#targets()).filter((target) => isWaiting(target, this.#attempt.yesterday));
  }

  async #ending({ stopped }: Round, left: readonly Target[]): Promise<Pick<Run, 'outcome' | 'notBefore'>> {
    const tomorrow = parisDay(this.#today).end;
    if (stopped) {
      const { trouble } = await this.#collector.archive.state();
      const outcome = typeof stopped.retry === 'number' ? 'failed' : 'refused';
      const until = trouble?.reason === stopped.reason ? trouble.until : 0;
      return { outcome, notBefore: Math.max(until, retryTime(stopped, this.#collector.clock.now())) };
    }
    const nextRetry = Math.min(...this.#retriesAt);
    if (left.some((target) => !isLateTarget(target))) return { outcome: 'waiting' };
    if (left.length > 0) {
      const look = nextLook(left, this.#attempt, await this.#requests());
      return { outcome: 'waiting', notBefore: Math.min(look ?? tomorrow, nextRetry) };
    }
    // What waits for a person or for tomorrow anyway doesn't make the day unfinished.
    return nextRetry < tomorrow ? { outcome: 'failed', notBefore: nextRetry } : { outcome: 'complete' };
  }

  /** A failure of a series that this attempt didn't ask: that doesn't mean that it has passed. */
  async #stillFailing(): Promise<EnedisError | undefined> {
    const { archive, fingerprint } = this.#collector;
    for (const key of this.#collector.keys()) {
      const { blocked } = await archive.seriesState(key);
      if (blocked?.settings !== fingerprint) continue;
      const error = new EnedisError(blocked.reason as Reason, blocked.params);
      // What only a person can mend was told, and is worth a reminder.
      if (typeof error.retry === 'number') return error;
    }
    return undefined;
  }

  /** Remembers what stands in the way, and since when. */
  async #obstacle(
    failing: EnedisError | undefined,
    left: readonly Target[],
    notBefore: number | undefined,
  ): Promise<Pick<Run, 'obstacle'>> {
    const { archive } = this.#collector;
    const error = failing ?? (left.length > 0 ? new EnedisError('noData') : undefined);
    const { problem } = await archive.state();
    if (!error) {
      if (problem) await archive.update((state) => delete state.problem);
      return {};
    }
    const { now } = this.#attempt;
    const since = problem?.reason === error.reason && problem.since <= now ? problem.since : now;
    if (since === now) await archive.update((state) => (state.problem = { reason: error.reason, since }));
    const retryAt = error.retryAt ?? notBefore;
    return { obstacle: { error, since, ...(retryAt === undefined ? {} : { retryAt }) } };
  }

  /** Where the node stands once it is given what there is now. */
  async #givenNow(given: Given): Promise<Record<string, string>> {
    const since = { ...given.since };
    for (const key of this.#collector.keys()) {
      since[seriesName(key)] = nextGivenUntil(key, given, await this.#view.since(key), this.#today);
    }
    return since;
  }

  /** With what its figures are beside, and what they cost. */
  async #priced(summary: Summary): Promise<PricedSummary> {
    const { archive, daySums, settings } = this.#collector;
    const meter = { usagePointId: settings.usagePointId, archive, daySums };
    const compared = await withComparisons(summary, meter, this.#attempt.now);
    const { pricedBy } = this.#options;
    return pricedBy ? withCosts(compared, meter, pricedBy) : { summary: compared };
  }

  async #summary(): Promise<Summary> {
    const keys: SeriesKey[] = [];
    const settled: SeriesKey[] = [];
    for (const key of this.#collector.keys()) {
      if (await this.#isLeftOut(key)) continue;
      keys.push(key);
      if (await this.#view.isYesterdaySettled(key)) settled.push(key);
    }
    return latestSummary(this.#collector, keys, settled, this.#today);
  }

  /** Where it is wanted once a day: yesterday's energy is there, and wasn't told yet. */
  async #isSummaryDue(isEnergyThere: boolean): Promise<boolean> {
    const { node, summaryOnce, replay } = this.#options;
    if (!summaryOnce || replay) return true;
    return isEnergyThere && (await this.#collector.archive.node(node)).summaryOf !== this.#today;
  }

  /** Whether yesterday's consumption has come; of a meter that only produces, whatever was asked for, its production. */
  async #isEnergyThere(): Promise<boolean> {
    const yesterday = { start: this.#attempt.yesterday, end: this.#today };
    for (const key of this.#collector.keys()) {
      if (key.series !== 'daily' || (await this.#isLeftOut(key))) continue;
      const [energy] = await this.#collector.archive.read(key, yesterday);
      return (energy ?? []).length > 0;
    }
    return false;
  }

  /** Whether a series is left out of the summary: it isn't the node's to have, or nobody collects it. */
  async #isLeftOut(key: SeriesKey): Promise<boolean> {
    const { blocked } = await this.#collector.archive.seriesState(key);
    return (blocked !== undefined && LEFT_OUT.has(blocked.reason)) || this.#view.isOff(key);
  }
}

function changeOf({
  readings,
  description: { direction, series },
}: Batch): Parameters<typeof newsOf>[1][number] {
  const spans = readings.map(({ start, end }) => ({ start: Date.parse(start), end: Date.parse(end) }));
  return { direction, series, spans };
}

const LEFT_OUT: ReadonlySet<string> = new Set<Reason>([
  'wrongDirection',
  'collectionOff',
  'collectionOpposed',
  'consentMissing',
  'consentNotHolder',
  'consentService',
  'consentApplication',
]);
