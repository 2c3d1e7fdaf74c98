/**
 * What the widget shows, and the door it comes in by: a flow may wire anything to it, and what is not a summary must be
 * told to the user rather than drawn.
 */
import { EnedisError } from '../../lib/errors';
import { ALL_DIRECTIONS, maskUsagePoint } from '../../lib/readings/reading';
import type { DirectionSummary, Figure, Freshness, Summary } from '../../lib/query/summary';

/** What goes to the browsers and into the file: a summary, and whose it is in a form that anybody may see. */
export interface Shown {
  summary: Summary;
  /** The masked PDL; empty where the message's topic doesn't tell. */
  meter: string;
}

/** In the order of the meter's face. */
export const FIGURES = ['year', 'month', 'day', 'power', 'maxPower'] as const;
/** Also the property of a direction's summary that holds the figure. */
export type FigureName = (typeof FIGURES)[number];

const UNITS: readonly unknown[] = ['kWh', 'kW', 'kVA'];
const FRESHNESS: readonly unknown[] = ['complete', 'partial', 'none'];

/**
 * A message wired to the widget, as far as it is a summary: whatever else the payload holds is left out.
 * @param topic `enedis/<PDL>/summary`; anything else tells no meter.
 * @throws EnedisError `inputInvalid`, naming the property of the message that isn't a summary's.
 */
export function readMessage(topic: unknown, payload: unknown): Shown {
  const [, usagePointId] = typeof topic === 'string' ? (/^enedis\/(\d{14})\//.exec(topic) ?? []) : [];
  return {
    summary: readSummary(payload, 'msg.payload'),
    meter: usagePointId === undefined ? '' : maskUsagePoint(usagePointId),
  };
}

/** The content of a file this widget wrote. Throws for anything else. */
export function readShown(content: unknown): Shown {
  const { summary, meter } = recordOf(content, 'file');
  return { summary: readSummary(summary, 'file'), meter: typeof meter === 'string' ? meter : '' };
}

function readSummary(value: unknown, where: string): Summary {
  const given = recordOf(value, where);
  if (!FRESHNESS.includes(given.freshness)) throw wrong(`${where}.freshness`);
  const summary: Summary = { freshness: given.freshness as Freshness };
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
  const { value: amount, unit, start, end, upToDate, coverage = 1, at } = recordOf(value, where);
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
  };
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
