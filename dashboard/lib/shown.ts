/**
 * What the widget shows, and the door it comes in by: a flow may wire anything to it, and what is not a summary must be
 * told to the user rather than drawn.
 */
import { EnedisError } from '../../lib/errors';
import { ALL_DIRECTIONS, maskUsagePoint, type Direction } from '../../lib/readings/reading';
import type { DirectionSummary, Figure, FigureCost, Freshness, Summary } from '../../lib/query/summary';

/** What goes to the browsers and into the file: a summary, and whose it is in a form that anybody may see. */
export interface Shown {
  summary: Figures;
  /** The masked PDL; empty where the message's topic doesn't tell. */
  meter: string;
  /** What the meter is called; absent where it has no name. */
  name?: string;
  /** What stands in the way of readings, in the words of the node that sent the summary. */
  problem?: ShownProblem;
}

/** The part of a summary that is drawn. */
export type Figures = Pick<Summary, Direction | 'freshness'>;

/** A sentence, what to do about it, and since when it is so (ISO 8601), as far as each is known. */
export interface ShownProblem {
  message: string;
  advice?: string;
  since?: string;
  retryAt?: string;
}

/** In the order of the face: yesterday first. */
export const FIGURES = ['day', 'power', 'peak', 'maxPower', 'month', 'year'] as const;
/** Also the property of a direction's summary that holds the figure. */
export type FigureName = (typeof FIGURES)[number];

const UNITS: readonly unknown[] = ['kWh', 'kW', 'kVA'];
const LONGEST_SENTENCE = 600;
/** Of a tariff's periods, and of the name of one. */
const MOST_PERIODS = 20;
const LONGEST_PERIOD = 30;
const FRESHNESS: readonly unknown[] = ['complete', 'partial', 'none'];

/**
 * A message wired to the widget, as far as it is a summary: whatever else the payload holds is left out.
 * @param topic `enedis/<PDL>/summary`; anything else tells no meter.
 * @throws EnedisError `inputInvalid`, naming the property of the message that isn't a summary's.
 */
export function readMessage(topic: unknown, payload: unknown): Shown {
  const [, usagePointId] = typeof topic === 'string' ? (/^enedis\/(\d{14})\//.exec(topic) ?? []) : [];
  const { meter, problem } = recordOf(payload, 'msg.payload');
  return {
    summary: readSummary(payload, 'msg.payload'),
    meter: usagePointId === undefined ? '' : maskUsagePoint(usagePointId),
    ...described(meter, problem, 'msg.payload'),
  };
}

/** The content of a file this widget wrote. Throws for anything else. */
export function readShown(content: unknown): Shown {
  const { summary, meter, name, problem } = recordOf(content, 'file');
  return {
    summary: readSummary(summary, 'file'),
    meter: typeof meter === 'string' ? meter : '',
    ...described(name, problem, 'file'),
  };
}

/** A name and a problem, each left out where it isn't there. */
function described(name: unknown, problem: unknown, where: string): Pick<Shown, 'name' | 'problem'> {
  return {
    ...(typeof name === 'string' && name.trim() !== '' ? { name: name.trim().slice(0, 100) } : {}),
    ...(problem === undefined || problem === null
      ? {}
      : { problem: readProblem(problem, `${where}.problem`) }),
  };
}

function readProblem(value: unknown, where: string): ShownProblem {
  const { message, advice, since, retryAt } = recordOf(value, where);
  if (typeof message !== 'string' || message.trim() === '') throw wrong(`${where}.message`);
  return {
    message: message.slice(0, LONGEST_SENTENCE),
    ...(typeof advice === 'string' && advice !== '' ? { advice: advice.slice(0, LONGEST_SENTENCE) } : {}),
    ...(isInstant(since) ? { since } : {}),
    ...(isInstant(retryAt) ? { retryAt } : {}),
  };
}

function readSummary(value: unknown, where: string): Figures {
  const given = recordOf(value, where);
  if (!FRESHNESS.includes(given.freshness)) throw wrong(`${where}.freshness`);
  const summary: Figures = { freshness: given.freshness as Freshness };
  for (const direction of ALL_DIRECTIONS) {
    if (given[direction] !== undefined)
      summary[direction] = readDirection(given[direction], `${where}.${direction}`);
  }
  return summary;
}

function readDirection(value: unknown, where: string): DirectionSummary {
  const given = recordOf(value, where);
  const figures: DirectionSummary = {};
  for (const name of FIGURES) {
    if (given[name] !== undefined) figures[name] = readFigure(given[name], `${where}.${name}`);
  }
  return figures;
}

function readFigure(value: unknown, where: string): Figure & { at?: string } {
  const given = recordOf(value, where);
  const { value: amount, unit, start, end, upToDate, coverage = 1, at, cost, byPeriod } = given;
  const { before, lastYear, projected } = given;
  if (typeof amount !== 'number' || !Number.isFinite(amount)) throw wrong(`${where}.value`);
  if (!UNITS.includes(unit)) throw wrong(`${where}.unit`);
  if (!isInstant(start)) throw wrong(`${where}.start`);
  if (!isInstant(end) || Date.parse(end) <= Date.parse(start)) throw wrong(`${where}.end`);
  if (typeof upToDate !== 'boolean') throw wrong(`${where}.upToDate`);
  if (typeof coverage !== 'number' || !(coverage >= 0 && coverage <= 1)) throw wrong(`${where}.coverage`);
  if (at !== undefined && !isInstant(at)) throw wrong(`${where}.at`);
  return {
    value: amount,
    unit: unit as Figure['unit'],
    start,
    end,
    upToDate,
    coverage,
    ...(at === undefined ? {} : { at }),
    ...(cost === undefined ? {} : { cost: readCost(cost, `${where}.cost`) }),
    ...(byPeriod === undefined ? {} : { byPeriod: readPeriods(byPeriod, `${where}.byPeriod`) }),
    ...(before === undefined ? {} : { before: readCompared(before, `${where}.before`) }),
    ...(lastYear === undefined ? {} : { lastYear: readCompared(lastYear, `${where}.lastYear`) }),
    ...(projected === undefined ? {} : { projected: readProjection(projected, `${where}.projected`) }),
  };
}

function readCompared(value: unknown, where: string): NonNullable<Figure['before']> {
  const { value: amount, start, end, coverage, change } = recordOf(value, where);
  if (!isNumber(amount)) throw wrong(`${where}.value`);
  if (!isInstant(start)) throw wrong(`${where}.start`);
  if (!isInstant(end) || Date.parse(end) <= Date.parse(start)) throw wrong(`${where}.end`);
  if (typeof coverage !== 'number' || !(coverage >= 0 && coverage <= 1)) throw wrong(`${where}.coverage`);
  if (change !== undefined && !isNumber(change)) throw wrong(`${where}.change`);
  return { value: amount, start, end, coverage, ...(change === undefined ? {} : { change }) };
}

function readProjection(value: unknown, where: string): NonNullable<Figure['projected']> {
  const { value: amount, unit, method } = recordOf(value, where);
  if (!isNumber(amount)) throw wrong(`${where}.value`);
  if (unit !== 'EUR' && !UNITS.includes(unit)) throw wrong(`${where}.unit`);
  if (method !== 'lastYear' && method !== 'average') throw wrong(`${where}.method`);
  return { value: amount, unit: unit as NonNullable<Figure['projected']>['unit'], method };
}

function readCost(value: unknown, where: string): FigureCost {
  const { value: amount, fixed = null, unpriced = 0 } = recordOf(value, where);
  if (!isNumber(amount)) throw wrong(`${where}.value`);
  if (!isNumber(unpriced)) throw wrong(`${where}.unpriced`);
  if (fixed !== null && !isNumber(fixed)) throw wrong(`${where}.fixed`);
  return { value: amount, unit: 'EUR', fixed, unpriced };
}

function readPeriods(value: unknown, where: string): NonNullable<Figure['byPeriod']> {
  const periods: NonNullable<Figure['byPeriod']> = {};
  for (const [period, given] of Object.entries(recordOf(value, where)).slice(0, MOST_PERIODS)) {
    const { value: energy, cost } = recordOf(given, `${where}.${period}`);
    if (!isNumber(energy) || !isNumber(cost)) throw wrong(`${where}.${period}`);
    periods[period.slice(0, LONGEST_PERIOD)] = { value: energy, cost };
  }
  return periods;
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

function recordOf(value: unknown, where: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrong(where);
  return value as Record<string, unknown>;
}

function isInstant(value: unknown): value is string {
  return typeof value === 'string' && Number.isFinite(Date.parse(value));
}

function wrong(property: string): EnedisError {
  return new EnedisError('inputInvalid', { property });
}
