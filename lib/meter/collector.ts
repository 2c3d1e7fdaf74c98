/**
 * One meter through one gateway: asks for periods, within the budget, and archives what comes. What a refusal teaches
 * (no data before the activation, fewer days a request) is remembered, so that it is learned once.
 */
import type { MeterArchive, Period, SeriesKey } from '../archive/archive';
import type { Absence, Refused } from '../archive/format';
import { isClosedBy, type Budget, type Lane } from '../budget/budget';
import { EnedisError, type Reason } from '../errors';
import { gatewayOf, openGateway } from '../gateways';
import { checkUsagePoint } from '../gateways/ask';
import type { Gateway, GatewaySettings } from '../gateways/gateway';
import { addDays, addMonths, daysBetween, parisDate, parisDayAt } from '../readings/paris';
import { ALL_DIRECTIONS, ALL_SERIES, type Direction, type Problem, SERIES } from '../readings/reading';
import { fingerprint, type Home } from './home';
import { Lock } from '../async/lock';

/**
 * One meter as its config node has it, or as typed into the dialog. The gateway's credentials are in it; what is kept
 * on disk bears only a fingerprint of it all.
 */
export interface CollectorSettings {
  usagePointId: string;
  direction: Direction | 'both';
  /** False when hourly collection is off: no load curve is asked for. */
  loadCurve: boolean;
  gateway: GatewaySettings;
}

/** What a period has brought, by however many requests. */
export interface Asked {
  /** New or corrected readings. */
  fresh: number;
  /** What was left out of the answer. */
  problems: Problem[];
}

const HOUR = 3_600_000;
/** A refusal may be a mistake, and a consent given anew: what one has taught is asked about again after a month. */
const BELIEVED_FOR = 30 * 24 * HOUR;
/** Within this time those who were told the same time come back. */
const SPREAD = 60_000;
/** A machine without a clock of its own starts in 1970, until the network tells it the time. */
const OLDEST_NOW = Date.UTC(2026, 0);

/**
 * One for each config node; those of one meter share its archive, its lock and the account's budget through `Home`. Its
 * requests leave one after the other.
 */
export class Collector {
  readonly settings: CollectorSettings;
  readonly archive: MeterArchive;
  /** Held for a whole collection. */
  readonly lock: Lock;
  /** Changes with any setting that could mend a refusal. */
  readonly fingerprint: string;
  readonly #home: Home;
  /** Null for the simulated meter. */
  readonly budget: Budget | null;
  readonly #requests = new Lock();
  #gateway: Promise<Gateway> | undefined;
  #lane: Lane = 'daily';
  #sent = 0;

  /** @throws EnedisError `configUsagePoint`, `configBaseUrl` */
  constructor(home: Home, settings: CollectorSettings) {
    const { usagePointId } = settings;
    checkUsagePoint(usagePointId);
    this.#home = home;
    this.settings = settings;
    const { archive, lock } = home.meter(usagePointId, settings.gateway);
    this.archive = archive;
    this.lock = lock;
    this.budget = home.budget(settings.gateway);
    this.fingerprint = fingerprint([settings]);
  }

  get clock(): Home['clock'] {
    return this.#home.clock;
  }

  get random(): Home['random'] {
    return this.#home.random;
  }

  /** Requests that left since this collector was made. */
  get sent(): number {
    return this.#sent;
  }

  get today(): string {
    return parisDate(this.clock.now());
  }

  /** Every series this meter is asked for, in the order of asking: the cheap daily figures first, each direction in turn. */
  keys(): SeriesKey[] {
    const { direction, loadCurve } = this.settings;
    const directions = direction === 'both' ? ALL_DIRECTIONS : [direction];
    return ALL_SERIES.filter((series) => series !== 'loadCurve' || loadCurve).flatMap((series) =>
      directions
        .filter((each) => SERIES[series].directions.includes(each))
        .map((each) => ({ direction: each, series })),
    );
  }

  /** How far back Enedis goes in a series, whichever the meter. */
  historyStart({ series }: SeriesKey): string {
    const grace = gatewayOf(this.settings.gateway.kind).historyGraceDays;
    return addDays(addMonths(this.today, -SERIES[series].historyMonths), -grace);
  }

  /** The first day Enedis may still have: the series' history, not before what was refused; yesterday at the latest. */
  async firstDay(key: SeriesKey): Promise<string> {
    const limit = this.historyStart(key);
    const yesterday = addDays(this.today, -1);
    const before = (await this.refused(key))?.before ?? limit;
    return before < limit ? limit : before < yesterday ? before : yesterday;
  }

  /** What a refusal taught of a series, as long as that is believed. */
  async refused(key: SeriesKey): Promise<Refused | undefined> {
    const { refused } = await this.archive.seriesState(key);
    return refused && isBelieved(refused, this.clock.now()) ? refused : undefined;
  }

  /**
   * Remembers that Enedis has nothing before this day.
   * @param isCertain false: this day itself may be refused, too; it is only for today that nobody asks again.
   */
  nothingBefore(key: SeriesKey, before: string, reason: Reason, isCertain: boolean): Promise<void> {
    const at = this.clock.now();
    const until = isCertain ? at + BELIEVED_FOR : parisDayAt(at).end;
    return this.archive.updateSeries(key, (state) => {
      const known = state.refused;
      if (known && isBelieved(known, at) && known.before > before) return;
      state.refused = { before, reason, at, until };
    });
  }

  /** The most days one request may ask for. */
  async windowDays(key: SeriesKey): Promise<number> {
    return (await this.archive.seriesState(key)).windowDays ?? SERIES[key.series].windowDays;
  }

  /**
   * Asks for a period no longer than `windowDays` and archives the answer. Nothing published is no error. A period that
   * reaches back too far is narrowed until Enedis accepts it; one that is too long for the gateway is cut.
   * @throws EnedisError for everything else.
   */
  async ask(key: SeriesKey, period: Period, lane: Lane, signal?: AbortSignal): Promise<Asked> {
    try {
      return await this.#request(key, period, lane, signal);
    } catch (error) {
      if (!(error instanceof EnedisError)) throw error;
      if (error.reason === 'periodTooLong') return this.#askInParts(key, period, lane, error, signal);
      const absence = ABSENCE_OF_REFUSAL[error.reason];
      if (absence === undefined) throw error;
      return this.#askFromFirstAccepted(key, period, lane, absence, error, signal);
    }
  }

  async #request(key: SeriesKey, period: Period, lane: Lane, signal?: AbortSignal): Promise<Asked> {
    return this.#requests.run(async () => {
      const gateway = await this.#open();
      gateway.check(this.settings.usagePointId);
      this.#lane = lane;
      const request = { usagePointId: this.settings.usagePointId, ...key, ...period };
      const answer = await gateway.measures(request, signal).catch(async (error: unknown) => {
        if (error instanceof EnedisError && error.reason === 'noData')
          return { measures: [], blanks: [], problems: [] };
        await standBack(this.budget, error, this.clock.now());
        throw error;
      });
      const now = this.clock.now();
      const fresh = await this.archive.record(key, period, answer, now);
      await this.archive.updateSeries(key, (state) => {
        if (fresh > 0) delete state.quietSince;
        else state.quietSince ??= now;
        delete state.blocked;
        // Not deleted: the days it was said of are still to be asked again.
        if (state.refused && period.start < state.refused.before) state.refused.until = 0;
      });
      return { fresh, problems: answer.problems };
    }, signal);
  }

  /** Two parts, newer first, the size remembered. Curves were seen refused at exactly 7 days: they go on with 6. */
  async #askInParts(
    key: SeriesKey,
    period: Period,
    lane: Lane,
    refusal: EnedisError,
    signal?: AbortSignal,
  ): Promise<Asked> {
    const days = daysBetween(period.start, period.end);
    if (days <= 1) throw refusal;
    const windowDays = days <= 7 ? days - 1 : Math.floor(days / 2);
    await this.archive.updateSeries(key, (state) => (state.windowDays = windowDays));
    const middle = addDays(period.end, -windowDays);
    const newer = await this.ask(key, { start: middle, end: period.end }, lane, signal);
    const older = await this.ask(key, { start: period.start, end: middle }, lane, signal);
    return { fresh: newer.fresh + older.fresh, problems: [...newer.problems, ...older.problems] };
  }

  /**
   * Looks for the first day that isn't refused: the newest week, else its last day, then by halves; each accepted try
   * brings its readings, so nothing is asked twice. The days before are marked. A refusal that no other confirms is
   * asked about once more.
   * @throws the refusal when even the last day is refused.
   */
  async #askFromFirstAccepted(
    key: SeriesKey,
    period: Period,
    lane: Lane,
    absence: Absence,
    refusal: EnedisError,
    signal?: AbortSignal,
  ): Promise<Asked> {
    let refused = period.start;
    let accepted = period.end;
    const sum: Asked = { fresh: 0, problems: [] };
    const attempt = async (start: string): Promise<void> => {
      const asked = await this.#unlessRefused(key, { start, end: accepted }, lane, signal);
      if (!asked) {
        refused = start;
        return;
      }
      accepted = start;
      sum.fresh += asked.fresh;
      sum.problems.push(...asked.problems);
    };
    const known = (await this.archive.seriesState(key)).refused;
    // Learned before, and said again: there is nothing to look for.
    const isConfirmed = known?.before === period.end;
    for (const days of isConfirmed ? [] : [7, 1]) {
      const start = addDays(period.end, -days);
      if (accepted === period.end && start > refused) await attempt(start);
    }
    while (accepted !== period.end && daysBetween(refused, accepted) > 1) {
      await attempt(addDays(refused, Math.floor(daysBetween(refused, accepted) / 2)));
    }
    if (accepted !== period.end && refused === period.start) await attempt(period.start);
    if (accepted === period.start) return sum;
    const isCertain = accepted !== period.end;
    const days = { start: period.start, end: accepted };
    await this.archive.refuse(key, days, absence, this.clock.now(), isCertain);
    if (!isCertain) throw refusal;
    await this.nothingBefore(key, accepted, refusal.reason, true);
    return sum;
  }

  async #unlessRefused(
    key: SeriesKey,
    period: Period,
    lane: Lane,
    signal?: AbortSignal,
  ): Promise<Asked | null> {
    try {
      return await this.#request(key, period, lane, signal);
    } catch (error) {
      if (error instanceof EnedisError && ABSENCE_OF_REFUSAL[error.reason] !== undefined) return null;
      throw error;
    }
  }

  #open(): Promise<Gateway> {
    this.#gateway ??= openGateway(this.settings.gateway, {
      now: () => this.clock.now(),
      memory: this.#home.gatewayMemory,
      send: async (request, signal) => {
        await this.budget?.take(this.#lane, signal);
        this.#sent++;
        return this.#home.http(request, signal);
      },
    });
    this.#gateway.catch(() => (this.#gateway = undefined));
    return this.#gateway;
  }
}

/** Refusals that mean: not that far back. What they make of the days. */
const ABSENCE_OF_REFUSAL: Partial<Record<EnedisError['reason'], Absence>> = {
  periodBeforeActivation: 'beforeActivation',
  periodBeforeConsent: 'notCollected',
  periodTooOld: 'notCollected',
};

function isBelieved({ at, until }: Refused, now: number): boolean {
  return at <= now && now < until;
}

/**
 * Days would be asked for that nobody wants, and all those since once the clock is put right.
 * @throws EnedisError configClock
 */
export function checkClock(clock: Home['clock']): void {
  const now = clock.now();
  if (now < OLDEST_NOW) throw new EnedisError('configClock', { date: parisDate(now) });
}

/** Refused because it reaches back too far: there is nothing earlier. */
export function isTooEarly({ reason }: EnedisError): boolean {
  return ABSENCE_OF_REFUSAL[reason] !== undefined;
}

/** A gateway that asks to be left alone is: by everybody who shares its budget. */
export async function standBack(budget: Budget | null, error: unknown, now: number): Promise<void> {
  if (error instanceof EnedisError && isClosedBy(error.reason)) {
    await budget?.close(retryTime(error, now), error.reason);
  }
}

/** Epoch ms before which trying again by oneself is no use: the next day for what only a person or Enedis can mend. */
export function retryTime(error: EnedisError, now: number): number {
  const earliest = typeof error.retry === 'number' ? now + (error.retry / 60) * HOUR : parisDayAt(now).end;
  return Math.max(earliest, error.retryAt ?? 0);
}

/** After a wait that a gateway or an outage imposed, not everybody is to come back in the same second. */
export function spreadOut(at: number, random: () => number): number {
  return Math.ceil(at + random() * SPREAD);
}
