/**
 * Asks for what is due, series by series, and sees whose failure it is when one fails: the series', which isn't asked again
 * before it makes sense, or the meter's, which ends the round.
 */
import { seriesName, type DayStatus, type SeriesKey } from '../archive/archive';
import { EnedisError } from '../errors';
import { retryTime, type Collector } from '../meter/collector';
import {
  NOTHING_SHOWN,
  soonestOver,
  verdictOf,
  withAnswer,
  withFailure,
  witnessesFirst,
  type Evidence,
} from '../meter/series-rule';
import { addDays, parisDate, parisDayAt } from '../readings/paris';
import type { Problem } from '../readings/reading';
import type { Attempt } from './attempt';
import { withArrival } from './lateness';
import type { MeterView } from './meter-view';

import { isHeldBack, isWaiting, lastProbe, type Target } from './turns';
import { windowsFor } from './windows';

/** Where the error concerns the whole meter, `key` is the series at which it showed. */
export interface Failure {
  key: SeriesKey;
  error: EnedisError;
}

/** What a round of requests came to. */
export interface Round {
  /** The failure of the whole meter that ended the round. */
  stopped?: EnedisError;
  /** Something of the meter works, now or earlier today. */
  works: boolean;
  failures: Failure[];
  /** Refused before for the same reason, by the same settings. */
  reminders: Failure[];
  problems: (Problem & SeriesKey)[];
  /** The series that were asked for, by name. */
  asked: ReadonlySet<string>;
}

/**
 * Asks for these, in this order as long as none fails.
 * @throws EnedisError ENEDIS_STORAGE; the signal's reason once aborted.
 */
export function askInTurn(
  collector: Collector,
  view: MeterView,
  attempt: Attempt,
  targets: readonly Target[],
  signal: AbortSignal,
): Promise<Round> {
  return new Asking(collector, view, attempt, signal).ask(targets);
}

/** Days older than this that appear aren't how they come, but the end of an outage. */
const OLDEST_ARRIVAL = 8;

class Asking {
  readonly #collector: Collector;
  readonly #view: MeterView;
  readonly #attempt: Attempt;
  readonly #signal: AbortSignal;
  readonly #failures: Failure[] = [];
  readonly #reminders: Failure[] = [];
  readonly #problems: (Problem & SeriesKey)[] = [];
  readonly #asked = new Set<string>();
  #evidence: Evidence = NOTHING_SHOWN;

  constructor(collector: Collector, view: MeterView, attempt: Attempt, signal: AbortSignal) {
    this.#collector = collector;
    this.#view = view;
    this.#attempt = attempt;
    this.#signal = signal;
  }

  async ask(targets: readonly Target[]): Promise<Round> {
    const { yesterday } = this.#attempt;
    if (await this.#hasWorkedToday()) this.#evidence = withAnswer(NOTHING_SHOWN);
    const probedAt = lastProbe(targets, yesterday);
    let queue = await this.#untriedFirst(targets);
    let isOpened = false;
    let inVain: readonly string[] = [];
    for (let target = queue.shift(); target; target = queue.shift()) {
      if (!isOpened && isHeldBack(target, inVain, yesterday)) continue;
      const came = await this.#askFor(target, probedAt);
      if (!(came instanceof EnedisError)) {
        // The first that comes opens the way for the others.
        isOpened ||= came;
        if (!came && isWaiting(target, yesterday)) inVain = [...inVain, ...target.due];
        continue;
      }
      const verdict = verdictOf(came, seriesName(target.key), this.#evidence);
      if (verdict === 'meter') return this.#stop(target.key, came);
      await this.#block(target.key, came);
      if (came.reason === 'wrongDirection')
        queue = queue.filter(({ key }) => key.direction !== target.key.direction);
      if (verdict === 'unclear') queue = await this.#tellingFirst(target.key, queue);
    }
    const [only, ...more] = this.#failures;
    // Nobody else is left to be asked: as far as anybody knows it is the meter's.
    if (only?.error.concerns === 'suspected' && more.length === 0 && !this.#evidence.worked)
      return this.#stop(only.key, only.error);
    return this.#round();
  }

  #round(): Round {
    const isBeside = this.#evidence.worked;
    return {
      works: isBeside,
      failures: isBeside ? this.#failures : [...this.#failures, ...this.#reminders],
      reminders: isBeside ? this.#reminders : [],
      problems: this.#problems,
      asked: this.#asked,
    };
  }

  /** @returns whether a day that was missing has come; the failure. */
  async #askFor({ key, due, dormant, isNew }: Target, probedAt: number): Promise<boolean | EnedisError> {
    const name = seriesName(key);
    const before = await this.#view.days(key);
    const sentBefore = this.#collector.sent;
    this.#asked.add(name);
    try {
      if (due[0] !== undefined) await this.#collector.learnFromOthers(key, due[0]);
      const notBefore = await this.#view.firstDay(key);
      const windows = windowsFor(due, {
        windowDays: await this.#collector.windowDays(key),
        notBefore,
        today: addDays(this.#attempt.yesterday, 1),
      });
      // Where nothing is expected, the newest window tells; the others follow once something came.
      for (const period of dormant ? windows.slice(0, 1) : windows) {
        const { problems } = await this.#collector.ask(key, period, 'daily', this.#signal);
        this.#problems.push(...problems.map((problem) => ({ ...problem, ...key })));
        this.#evidence = withAnswer(this.#evidence);
      }
    } catch (error) {
      if (!(error instanceof EnedisError) || error.code === 'ENEDIS_STORAGE') throw error;
      this.#evidence = withFailure(this.#evidence, name, error);
      return error;
    } finally {
      if (!this.#attempt.manual && !isNew) await this.#count(this.#collector.sent - sentBefore);
    }
    return this.#noteAnswer(key, before, isNew, probedAt);
  }

  /** Remembers that the series works, and when its newest day appeared. */
  async #noteAnswer(
    key: SeriesKey,
    before: readonly DayStatus[],
    isNew: boolean,
    probedAt: number,
  ): Promise<boolean> {
    const { archive, clock, fingerprint: settings } = this.#collector;
    const now = clock.now();
    const known = new Map(before.map((day) => [day.date, day]));
    const came = (await this.#view.days(key)).filter(
      ({ date, state }) => isPresent(state) && known.has(date) && !isPresent(known.get(date)!.state),
    );
    const newest = came.at(-1)?.date;
    const isRecent = newest !== undefined && newest >= addDays(this.#attempt.yesterday, -OLDEST_ARRIVAL);
    await archive.update((state) => {
      const series = (state.series[seriesName(key)] ??= {});
      series.answered = { at: now, settings };
      if (isRecent && !isNew) {
        const missed = Math.max(known.get(newest)?.askedAt ?? 0, probedAt);
        series.appears = withArrival(series.appears, { date: newest, missed, seen: now });
      }
      delete state.trouble;
    });
    return came.length > 0;
  }

  /** Asks a series again only when it makes sense, ever more rarely within a day. */
  async #block(key: SeriesKey, error: EnedisError): Promise<void> {
    const { archive, clock, fingerprint: settings } = this.#collector;
    const { reason, params } = error;
    const now = clock.now();
    const { blocked: before } = await archive.seriesState(key);
    const isKnown =
      before?.reason === reason && before.settings === settings && typeof error.retry !== 'number';
    const told = [...this.#failures, ...this.#reminders].some(
      (other) => other.key.direction === key.direction && other.error.reason === reason,
    );
    if (!told) (isKnown ? this.#reminders : this.#failures).push({ key, error });
    const isAgain = (before?.at ?? 0) >= this.#attempt.midnight && before?.settings === settings;
    const times = isAgain ? (before?.times ?? 0) + 1 : 1;
    const blocked = { at: now, times, until: retryAgain(error, now, times), reason, params, settings };
    // What the meter doesn't measure, it doesn't measure in any series.
    const keys =
      reason === 'wrongDirection'
        ? this.#collector.keys().filter(({ direction }) => direction === key.direction)
        : [key];
    await archive.update((state) => {
      for (const each of keys) (state.series[seriesName(each)] ??= {}).blocked = blocked;
    });
  }

  /** Ends the round: whatever is asked now fails alike. */
  async #stop(key: SeriesKey, latest: EnedisError): Promise<Round> {
    const { archive, clock, fingerprint: settings } = this.#collector;
    const now = clock.now();
    const { suspects } = this.#evidence;
    const isShown = (failure: Failure): boolean => suspects.includes(seriesName(failure.key));
    const last = { key, error: latest };
    const shown = [...this.#failures.filter(isShown), last];
    const first = latest.concerns === 'suspected' ? (soonestOver(shown) ?? last) : last;
    const { error } = first;
    const own = this.#failures.filter((failure) => !isShown(failure));
    await archive.update((state) => {
      // It isn't theirs.
      for (const name of suspects) delete state.series[name]?.blocked;
      if (error.concerns !== 'suspected') return;
      const before = state.trouble;
      const isAgain =
        before !== undefined && before.at >= this.#attempt.midnight && before.settings === settings;
      const times = isAgain ? before.times + 1 : 1;
      const tried = new Set([...(before?.tried ?? []), ...suspects]);
      const isAll = this.#collector.keys().every((each) => tried.has(seriesName(each)));
      const { reason, params } = error;
      state.trouble = {
        reason,
        params,
        at: now,
        times,
        until: retryAgain(error, now, times),
        settings,
        tried: isAll ? [] : [...tried],
      };
    });
    return { ...this.#round(), failures: [first, ...own], stopped: error };
  }

  /** After a failure of the whole meter, others than those it showed at begin: one may be dead for good. */
  async #untriedFirst(targets: readonly Target[]): Promise<Target[]> {
    const tried = new Set((await this.#collector.archive.state()).trouble?.tried ?? []);
    const isTried = ({ key }: Target): boolean => tried.has(seriesName(key));
    return [...targets.filter((each) => !isTried(each)), ...targets.filter(isTried)];
  }

  async #tellingFirst(failed: SeriesKey, queue: readonly Target[]): Promise<Target[]> {
    const { series } = await this.#collector.archive.state();
    const witnesses = queue.map((target) => {
      const { answered, blocked } = series[seriesName(target.key)] ?? {};
      const workedOn = answered && parisDate(answered.at);
      return { key: target.key, workedOn, askedAt: Math.max(answered?.at ?? 0, blocked?.at ?? 0), target };
    });
    return witnessesFirst(failed, witnesses).map(({ target }) => target);
  }

  /** Something was answered today, with these settings. */
  async #hasWorkedToday(): Promise<boolean> {
    const { archive, fingerprint } = this.#collector;
    return Object.values((await archive.state()).series).some(
      ({ answered }) => answered?.settings === fingerprint && answered.at >= this.#attempt.midnight,
    );
  }

  /** Counts what was asked for by itself today. */
  async #count(requests: number): Promise<void> {
    const date = addDays(this.#attempt.yesterday, 1);
    await this.#collector.archive.update((state) => {
      const before = state.asked?.date === date ? state.asked.requests : 0;
      state.asked = { date, requests: before + requests };
    });
  }
}

function isPresent(state: DayStatus['state']): boolean {
  return state === 'complete' || state === 'partial';
}

/** Epoch ms before which it isn't tried again: twice as long each time, but what passes by itself is tried tomorrow. */
function retryAgain(error: EnedisError, now: number, times: number): number {
  const usual = retryTime(error, now);
  if (typeof error.retry !== 'number') return usual;
  const longer = now + (usual - now) * 2 ** (times - 1);
  return Math.max(usual, Math.min(longer, parisDayAt(now).end));
}
