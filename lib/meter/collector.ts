/**
 * One meter through one gateway: asks for periods, within the budget, and archives what comes. What a refusal teaches
 * (no data before the activation, fewer days a request) is remembered, so that it is learned once.
 */
import type { MeterArchive, Period, SeriesKey } from '../archive/archive';
import type { Absence } from '../archive/format';
import {
  isBelieved,
  noteAnswer,
  noteHistoryStart,
  learntWindow,
  type Refused,
} from '../archive/series-state';
import type { Lock } from '../async/lock';
import type { DaySums } from '../query/day-sums';
import { isClosedBy, type Budget, type Lane } from '../budget/budget';
import { EnedisError, type Reason } from '../errors';
import { gatewayOf, openGateway } from '../gateways';
import { checkUsagePoint } from '../gateways/ask';
import type { Gateway, GatewaySettings } from '../gateways/gateway';
import { addDays, addMonths, daysBetween, parisDate, parisDayAt } from '../readings/paris';
import {
  ALL_DIRECTIONS,
  ALL_SERIES,
  type Direction,
  type Problem,
  type Series,
  SERIES,
} from '../readings/reading';
import { ABSENCE_OF_REFUSAL, firstAcceptedDay, isTooEarly } from './history-search';
import { fingerprint, type Home } from './home';

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

interface Request {
  key: SeriesKey;
  period: Period;
  /** Whose share of the budget it comes out of. */
  lane: Lane;
  signal: AbortSignal | undefined;
}

const HOUR = 3_600_000;
/** Whoever was told to come back at the same time does so within this time. */
const SPREAD = 60_000;
/** A machine without a clock of its own starts in 1970, until the network tells it the time. */
const OLDEST_NOW = Date.UTC(2026, 0);

/**
 * One for each config node; those of one meter share its archive, its lock and the account's budget through `Home`.
 * Whoever asks holds the lock meanwhile, so that a meter's requests leave one after the other and nothing is asked twice.
 */
export class Collector {
  readonly settings: CollectorSettings;
  readonly archive: MeterArchive;
  readonly daySums: DaySums;
  /** One for each meter; held by whoever calls `ask`, a daily collection for all of its requests. */
  readonly lock: Lock;
  /** Changes with any setting that could mend a refusal. */
  readonly fingerprint: string;
  readonly #home: Home;
  /** Null for the simulated meter. */
  readonly budget: Budget | null;
  /** Opened with the first request of a lane. */
  readonly #gateways = new Map<Lane, Promise<Gateway>>();
  #sent = 0;

  /** @throws EnedisError `configUsagePoint`, `configBaseUrl` */
  constructor(home: Home, settings: CollectorSettings) {
    const { usagePointId } = settings;
    checkUsagePoint(usagePointId);
    this.#home = home;
    this.settings = settings;
    const { archive, daySums, lock } = home.meter(usagePointId, settings.gateway);
    this.archive = archive;
    this.daySums = daySums;
    this.lock = lock;
    this.budget = home.budget(settings.gateway, usagePointId);
    this.fingerprint = fingerprint([settings]);
  }

  get clock(): Home['clock'] {
    return this.#home.clock;
  }

  get random(): Home['random'] {
    return this.#home.random;
  }

  /** Whoever waits for the data folder is refused: to be called by a node that closes. */
  stopWaiting(): void {
    this.#home.stopWaiting();
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
    return ALL_SERIES.filter((series) => loadCurve || !SERIES[series].needsHourlyCollection).flatMap(
      (series) =>
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

  /**
   * Checks what can be known without a request: the credentials are there, and for this meter.
   * @throws EnedisError
   */
  async check(): Promise<void> {
    (await this.#open('daily')).check(this.settings.usagePointId);
  }

  /** The first day Enedis may still have: the series' history, not before what was refused; yesterday at the latest. */
  async firstDay(key: SeriesKey): Promise<string> {
    const limit = this.historyStart(key);
    const yesterday = addDays(this.today, -1);
    const before = (await this.refused(key))?.before ?? limit;
    return before < limit ? limit : before < yesterday ? before : yesterday;
  }

  /** Takes over, for days from `start` on, where a series is seen to begin by what was learnt of others. */
  async learnFromOthers(key: SeriesKey, start: string): Promise<void> {
    if (await this.refused(key)) return;
    const refused = await this.refusedBeside(key);
    const reason = refused?.reason as Reason;
    if (!refused || reason === 'periodTooOld' || refused.before <= start) return;
    const absence = ABSENCE_OF_REFUSAL[reason] ?? 'notCollected';
    await this.archive.noteRefused(key, { start, end: refused.before }, absence, this.clock.now(), true);
    await this.noteHistoryStart(key, refused.before, reason, true);
  }

  /**
   * The latest beginning that was learnt of the other series of a direction, as far as it holds for this one. Like what a
   * series has learnt itself, it is believed for a month.
   */
  async refusedBeside(key: SeriesKey): Promise<Refused | undefined> {
    let latest: Refused | undefined;
    for (const series of ALL_SERIES) {
      if (series === key.series || !SERIES[series].directions.includes(key.direction)) continue;
      const refused = await this.refused({ direction: key.direction, series });
      if (!refused || !holdsFor(key.series, series, refused.reason)) continue;
      if (!latest || refused.before > latest.before) latest = refused;
    }
    return latest;
  }

  /** What a refusal taught of a series, as long as that is believed. */
  async refused(key: SeriesKey): Promise<Refused | undefined> {
    const { refused } = await this.archive.seriesState(key);
    return refused && isBelieved(refused, this.clock.now()) ? refused : undefined;
  }

  /**
   * Remembers the first day that Enedis has of a series.
   * @param isCertain false: this day itself may be refused as well; it is believed for today only.
   */
  noteHistoryStart(key: SeriesKey, before: string, reason: Reason, isCertain: boolean): Promise<void> {
    const now = this.clock.now();
    const endOfDay = isCertain ? null : parisDayAt(now).end;
    return this.archive.updateSeries(key, (state) => noteHistoryStart(state, before, reason, now, endOfDay));
  }

  /** The most days one request may ask for. */
  async windowDays(key: SeriesKey): Promise<number> {
    const state = await this.archive.seriesState(key);
    const learnt = learntWindow(state, this.settings.gateway.kind, this.clock.now());
    return learnt ?? SERIES[key.series].windowDays;
  }

  /**
   * Asks for a period no longer than `windowDays` and archives the answer. Nothing published is no error. A period that
   * reaches back too far is narrowed until Enedis accepts it; one that is too long for the gateway is cut.
   * @throws EnedisError for everything else.
   */
  async ask(key: SeriesKey, period: Period, lane: Lane, signal?: AbortSignal): Promise<Asked> {
    const request = { key, period, lane, signal };
    try {
      return await this.#request(request);
    } catch (error) {
      if (!(error instanceof EnedisError)) throw error;
      if (error.reason === 'periodTooLong') return this.#askInParts(request, error);
      const absence = ABSENCE_OF_REFUSAL[error.reason];
      if (absence === undefined) throw error;
      return this.#askFromFirstAccepted(request, absence, error);
    }
  }

  async #request({ key, period, lane, signal }: Request): Promise<Asked> {
    const { usagePointId } = this.settings;
    const gateway = await this.#open(lane);
    gateway.check(usagePointId);
    const answer = await gateway
      .measures({ usagePointId, ...key, ...period }, signal)
      .catch(async (error: unknown) => {
        if (error instanceof EnedisError && error.reason === 'noData')
          return { measures: [], blanks: [], problems: [] };
        await closeBudget(this.budget, error, this.clock.now());
        throw error;
      });
    const now = this.clock.now();
    const fresh = await this.archive.merge(key, answer.measures, this.settings.gateway.kind);
    await this.archive.noteAsked(key, period, answer.blanks, now);
    await this.archive.updateSeries(key, (state) => noteAnswer(state, period.start, fresh, now));
    return { fresh, problems: answer.problems };
  }

  /** Two parts, newer first, the size remembered. Curves were seen refused at exactly 7 days: they go on with 6. */
  async #askInParts({ key, period, lane, signal }: Request, refusal: EnedisError): Promise<Asked> {
    const days = daysBetween(period.start, period.end);
    if (days <= 1) throw refusal;
    const windowDays = days <= 7 ? days - 1 : Math.floor(days / 2);
    await this.archive.updateSeries(key, (state) => {
      state.windowDays = windowDays;
      state.windowLearnt = { gateway: this.settings.gateway.kind, at: this.clock.now() };
    });
    const middle = addDays(period.end, -windowDays);
    const newer = await this.ask(key, { start: middle, end: period.end }, lane, signal);
    const older = await this.ask(key, { start: period.start, end: middle }, lane, signal);
    return together(newer, older);
  }

  /**
   * Looks for the first day that isn't refused, and marks the days before.
   * @throws the refusal when even the last day is refused.
   */
  async #askFromFirstAccepted(request: Request, absence: Absence, refusal: EnedisError): Promise<Asked> {
    const { key, period } = request;
    const known = (await this.archive.seriesState(key)).refused;
    let asked: Asked = { fresh: 0, problems: [] };
    const accepted = await firstAcceptedDay(period, known?.before === period.end, async (part) => {
      const answer = await this.#unlessTooEarly({ ...request, period: part });
      if (answer) asked = together(asked, answer);
      return answer !== null;
    });
    if (accepted === period.start) return asked;
    const isCertain = accepted !== period.end;
    const days = { start: period.start, end: accepted };
    await this.archive.noteRefused(key, days, absence, this.clock.now(), isCertain);
    if (!isCertain) throw refusal;
    await this.noteHistoryStart(key, accepted, refusal.reason, true);
    return asked;
  }

  /** Null where the period reaches back too far. */
  async #unlessTooEarly(request: Request): Promise<Asked | null> {
    try {
      return await this.#request(request);
    } catch (error) {
      if (error instanceof EnedisError && isTooEarly(error)) return null;
      throw error;
    }
  }

  /** The gateway, whose requests come out of the lane's share of the budget. */
  #open(lane: Lane): Promise<Gateway> {
    const known = this.#gateways.get(lane);
    if (known) return known;
    const gateway = openGateway(this.settings.gateway, {
      now: () => this.clock.now(),
      memory: this.#home.gatewayMemory,
      send: async (request, signal) => {
        await this.budget?.take(lane, signal);
        this.#sent++;
        return this.#home.http(request, signal);
      },
    });
    this.#gateways.set(lane, gateway);
    gateway.catch(() => this.#gateways.delete(lane));
    return gateway;
  }
}

/**
 * Whether what one series was refused for holds for another. A meter is put into service once. A consent begins for all at
 * once, but hourly collection may have been opened later. How far back Enedis keeps a series holds for those it keeps no
 * longer.
 */
function holdsFor(series: Series, refused: Series, reason: string): boolean {
  const [one, other] = [SERIES[series], SERIES[refused]];
  if (reason === 'periodTooOld') return other.historyMonths >= one.historyMonths;
  return reason === 'periodBeforeActivation' || one.needsHourlyCollection || !other.needsHourlyCollection;
}

function together(one: Asked, other: Asked): Asked {
  return { fresh: one.fresh + other.fresh, problems: [...one.problems, ...other.problems] };
}

/**
 * Refuses to work by a clock that can't be right: days would be asked for that nobody wants, and all those since once it
 * is put right.
 * @throws EnedisError configClock
 */
export function checkClock(clock: Home['clock']): void {
  const now = clock.now();
  if (now < OLDEST_NOW) throw new EnedisError('configClock', { date: parisDate(now) });
}

/** Closes the budget, for everybody who shares it, where a gateway asks to be left alone. */
export async function closeBudget(budget: Budget | null, error: unknown, now: number): Promise<void> {
  if (error instanceof EnedisError && isClosedBy(error.reason)) {
    await budget?.close(retryTime(error, now), error.reason);
  }
}

/** Epoch ms before which trying again by oneself is no use: the next day for what only a person or Enedis can mend. */
export function retryTime(error: EnedisError, now: number): number {
  const earliest = typeof error.retry === 'number' ? now + (error.retry / 60) * HOUR : parisDayAt(now).end;
  return Math.max(earliest, error.retryAt ?? 0);
}

/** Delays an instant by up to a minute: after an outage not everybody is to come back in the same second. */
export function spreadOut(at: number, random: () => number): number {
  return Math.ceil(at + random() * SPREAD);
}
