/**
 * Enedis itself, behind every gateway: which questions it accepts, what it has published by
 * now, and what it answers. Formats and relays are not its business.
 */
import { failure, type Failure, type FailureName } from './failures';
import { createMeter, measures, readingsOf, type Meter, type TrueReading } from './meter';
import { countDays, dateAt, days, instantAt, isDate, plusDays, plusMonths, remember, stampAt } from './paris';
import type { Direction, Series, Answer, Generation, Point } from './types';
import type { StepMinutes, UsagePointSpec } from './usage-points';

/** A question as it came in, nothing checked: `start` and `end` (excluded) may be any text. */
export interface MeasureQuery {
  usagePointId: string;
  direction: Direction;
  series: Series;
  start: string;
  end: string;
  period?: 'P1D' | 'P1M';
  /** How errors are worded and which apply. Default 2026. */
  generation?: Generation;
}

/** When a day becomes available: `HH:mm` of the next day, an instant, or never. Fields left out mean all. */
export interface Publication {
  date: string;
  at: string | number;
  usagePointId?: string;
  direction?: Direction;
  series?: Series;
}

/** Enedis corrects a day: from `at` on, its energy is multiplied. */
export interface Correction {
  date: string;
  factor: number;
  /** Epoch ms. Default: from now on. */
  at?: number;
  usagePointId?: string;
}

/** `publishAt` is `HH:mm`, Paris: when a day appears on the day after. `usagePoints` is changed by `setStep`. */
export interface EnedisOptions {
  clock: { now(): number };
  seed: number;
  publishAt: string;
  usagePoints: Record<string, UsagePointSpec>;
  /** Whose calendar decides what "today" is: just after midnight, UTC's still says yesterday. */
  serverDay: 'paris' | 'utc';
}

/** A refusal is an outcome like any other: nothing here throws. */
export type Outcome = { answer: Answer } | { failure: Failure };

/** What dialects ask. Dates are Paris days `YYYY-MM-DD`, readings are whole Wh, W or VA. */
export interface Enedis {
  /** A question that breaks no rule has only published days in its answer; `no_data_found` where there is none. */
  ask(query: MeasureQuery): Outcome;
  /** A refusal for another reason than the rules that `ask` knows. */
  fail(name: FailureName, message?: string): Outcome;
  /**
   * What the meter recorded over `[startDate, endDate)`, before today, published or not, with today's corrections; nothing
   * of a series that it doesn't measure.
   */
  truth(
    usagePointId: string,
    direction: Direction,
    series: string,
    startDate: string,
    endDate: string,
  ): TrueReading[];
  /** Late (or early, or no) publication of a day. */
  publish(publication: Publication): void;
  /** From `at` (default now) on, a day's energy is multiplied by `factor`. */
  correct(correction: Correction): void;
  /** The load curve's step changes with a day. */
  setStep(usagePointId: string, from: string, minutes: StepMinutes): void;
  /** Undefined for a usage point that Enedis has never heard of, with or without consent. */
  spec(usagePointId: string): UsagePointSpec | undefined;
  usagePointIds(): string[];
  /** As `serverDay` has it. */
  today(): string;
  /** Today in Paris, whatever `serverDay` is. False for an unknown usage point. */
  hasConsent(usagePointId: string): boolean;
}

const CURVE_DAYS = 7;
const HISTORY_MONTHS: Record<Series, number> = { daily: 36, maxPower: 36, loadCurve: 24 };

function isMeasured(series: string): series is Series {
  return Object.hasOwn(HISTORY_MONTHS, series);
}
const HISTORY_DAYS = 15;

/** Documented limits: 7 days of load curve at once; 24 months and 15 days back for it, 36 and 15 for the rest. */
export function createEnedis(options: EnedisOptions): Enedis {
  const { clock, usagePoints } = options;
  const publications: Publication[] = [];
  const corrections: (Correction & { at: number })[] = [];
  let meterOf = remember(64, buildMeter);

  function buildMeter(usagePointId: string): Meter {
    return createMeter(usagePointId, usagePoints[usagePointId] ?? {}, options.seed);
  }

  const parisToday = (): string => dateAt(clock.now());
  const today = (): string =>
    options.serverDay === 'utc' ? new Date(clock.now()).toISOString().slice(0, 10) : parisToday();

  const fail = (name: FailureName, message?: string): Outcome => ({
    failure: failure(name, clock.now(), message === undefined ? {} : { message }),
  });

  const factorOn = (usagePointId: string, date: string): number =>
    corrections
      .filter((correction) => correction.date === date && correction.at <= clock.now())
      .filter((correction) => (correction.usagePointId ?? usagePointId) === usagePointId)
      .reduce((factor, correction) => factor * correction.factor, 1);

  const isPublished = (query: MeasureQuery, date: string): boolean => {
    const override = publications.findLast(
      (publication) =>
        publication.date === date &&
        (publication.usagePointId ?? query.usagePointId) === query.usagePointId &&
        (publication.direction ?? query.direction) === query.direction &&
        (publication.series ?? query.series) === query.series,
    );
    // Three years of days are asked at once: only yesterday needs its hour worked out.
    if (override === undefined && date < plusDays(parisToday(), -1)) return true;
    const at = override?.at ?? options.publishAt;
    if (at === 'never') return false;
    const instant = typeof at === 'number' ? at : instantAt(plusDays(date, 1), at);
    return date < parisToday() && clock.now() >= instant;
  };

  const readings = (query: Omit<MeasureQuery, 'period'>, date: string): TrueReading[] =>
    meterOf(query.usagePointId).day(query.direction, query.series, date, factorOn(query.usagePointId, date));

  const published = (query: MeasureQuery): Point[] => {
    const list = days(query.start, query.end)
      .filter((date) => isPublished(query, date))
      .flatMap((date) => readings(query, date).map((reading) => pointOf(query.series, date, reading)));
    return query.period === 'P1M' ? monthlyMaxima(list) : list;
  };

  const hasConsent = (usagePointId: string): boolean => {
    const spec = usagePoints[usagePointId];
    return spec !== undefined && (spec.consentUntil === undefined || parisToday() < spec.consentUntil);
  };

  /** The first rule the question breaks. */
  const refusal = (query: MeasureQuery): Outcome | undefined => {
    const { usagePointId, start, end, series } = query;
    const isV5 = query.generation === 'v5';
    if (!/^\d{14}$/.test(usagePointId)) return fail('invalid_request', 'The usage point must be 14 digits.');
    if (!isDate(start) || !isDate(end)) return fail('invalid_request', 'Dates must be written YYYY-MM-DD.');
    if (isV5 && end === start) return fail('technical_error');
    if (end <= start) {
      return isV5 ? fail('invalid_request', 'The start must be before the end.') : fail('ADAM-ERR0002');
    }
    if (end > today()) {
      return fail('invalid_request', 'The end date must be earlier than the current date.');
    }
    const spec = usagePoints[usagePointId];
    if (spec === undefined || !hasConsent(usagePointId)) return fail('ADAM-DC-0008');
    if (spec.consentSince !== undefined && start < spec.consentSince) return fail('ADAM-DC-0009');
    if (!measures(spec, query.direction)) return fail('ADAM-ERR0069');
    if (series === 'loadCurve' && countDays(start, end) > CURVE_DAYS) return fail('ADAM-ERR0126');
    const oldest = plusDays(plusMonths(today(), -HISTORY_MONTHS[series]), -HISTORY_DAYS);
    if (start < oldest) return fail('ADAM-ERR0125');
    if (spec.activatedOn !== undefined && start < spec.activatedOn) return fail('ADAM-ERR0123');
    if (series === 'loadCurve' && spec.loadCurve === 'opposed') return fail('ADAM-ERR0075');
    return undefined;
  };

  return {
    fail,
    today,
    hasConsent,
    spec: (usagePointId) => usagePoints[usagePointId],
    usagePointIds: () => Object.keys(usagePoints),
    ask(query) {
      const refused = refusal(query);
      if (refused) return refused;
      const points = published(query);
      if (points.length === 0) return fail('no_data_found');
      const { usagePointId, direction, series, start, end, period = 'P1D' } = query;
      return { answer: { usagePointId, direction, series, start, end, period, points } };
    },
    truth(usagePointId, direction, series, startDate, endDate) {
      if (usagePoints[usagePointId] === undefined || !isMeasured(series)) return [];
      const now = parisToday();
      const until = endDate < now ? endDate : now;
      const factor = (date: string): number => factorOn(usagePointId, date);
      return readingsOf(meterOf(usagePointId), direction, series, startDate, until, factor);
    },
    publish: (publication) => void publications.push(publication),
    correct: (correction) => void corrections.push({ ...correction, at: correction.at ?? clock.now() }),
    setStep(usagePointId, from, minutes) {
      const spec = usagePoints[usagePointId] ?? {};
      const known = spec.stepMinutes ?? 30;
      const before = typeof known === 'number' ? [{ from: '0000-01-01', minutes: known }] : known;
      usagePoints[usagePointId] = { ...spec, stepMinutes: [...before, { from, minutes }] };
      meterOf = remember(64, buildMeter);
    },
  };
}

function pointOf(series: Series, date: string, reading: TrueReading): Point {
  const value = String(reading.amount);
  switch (series) {
    case 'daily':
      return { value, stamp: date, date };
    case 'maxPower':
      return { value, stamp: stampAt(reading.at ?? reading.start), date };
    case 'loadCurve':
      return { value, stamp: stampAt(reading.end), minutes: (reading.end - reading.start) / 60_000, date };
  }
}

/** `P1M`: the highest of each month, at its own second. */
function monthlyMaxima(points: readonly Point[]): Point[] {
  const highest = new Map<string, Point>();
  for (const point of points) {
    const month = point.date.slice(0, 7);
    const known = highest.get(month);
    if (known === undefined || Number(point.value) > Number(known.value)) highest.set(month, point);
  }
  return [...highest.values()];
}
