/**
 * Takes readings in: what a message brings in its payload, sorted by meter, direction and series, page by page, with
 * what is wrong in it named; and what the message said of them (`msg.enedis`), where that still fits.
 */
import { Turns } from '../../lib/async/turns';
import { EnedisError } from '../../lib/errors';
import type { AggregateDescription, Description } from '../../lib/messages';
import type { Group, InputProblem } from '../../lib/readings/from-readings';
import type { Measure } from '../../lib/readings/reading';
import type { SeriesId } from '../../lib/readings/series-id';

/** Readings, or figures, handled at once: a millisecond or less of work. */
const PAGE = 500;

/** The readings that could be used, and one error for all that couldn't. */
export interface ReadingsInput {
  groups: Group[];
  /** ENEDIS_INPUT */
  problem?: EnedisError;
}

/** How complete figures are; the times (ISO 8601, `end` excluded) are there where they aren't those of the figures. */
export type Coverage = Pick<AggregateDescription, 'expected' | 'received' | 'missing'> &
  Partial<Pick<AggregateDescription, 'start' | 'end' | 'coverage' | 'reconciled'>>;

/** Reads `msg.payload`: a list of readings, or one alone, as a split node makes them. */
export async function readReadings(payload: unknown): Promise<ReadingsInput> {
  if (typeof payload !== 'object' || payload === null)
    return { groups: [], problem: new EnedisError('inputInvalid', { property: 'msg.payload' }) };
  const { Intake } = await import('../../lib/readings/from-readings.js');
  const elements: unknown[] = Array.isArray(payload) ? payload : [payload];
  const intake = new Intake();
  const turns = new Turns();
  for (let from = 0; from < elements.length; from += PAGE) {
    intake.take(elements, from, Math.min(from + PAGE, elements.length));
    await turns.take();
  }
  const groups: Group[] = [];
  for (const group of intake.groups()) {
    if (group) groups.push(group);
    await turns.take();
  }
  return intake.problems.length === 0 ? { groups } : { groups, problem: problemOf(payload, intake.problems) };
}

/** Names the first by its place and field, and says how many there are. */
function problemOf(payload: unknown, problems: readonly InputProblem[]): EnedisError {
  const [{ index, field }] = problems as [InputProblem];
  const element = Array.isArray(payload) ? `msg.payload[${index}]` : 'msg.payload';
  return new EnedisError('inputReading', {
    count: problems.length,
    property: field === '' ? element : `${element}.${field}`,
  });
}

/** Does the work a page at a time, so that Node-RED does other things in between; gives all results in order. */
export async function inPages<T, U>(
  items: readonly T[],
  work: (page: readonly T[]) => readonly U[],
): Promise<U[]> {
  const done: U[] = [];
  const turns = new Turns();
  for (let from = 0; from < items.length; from += PAGE) {
    for (const item of work(items.slice(from, from + PAGE))) done.push(item);
    await turns.take();
  }
  return done;
}

/**
 * How complete readings are that leave as they came: what their message said of them, where they still are the very
 * readings that it was sent with, else what lacks between the first and the last.
 * @param measures sorted, at least one
 * @param enedis `msg.enedis`: anything at all
 */
export async function coverageOf(
  id: SeriesId,
  measures: readonly Measure[],
  enedis: unknown,
): Promise<Coverage> {
  const { missingIn } = await import('../../lib/figures/aggregate.js');
  const { SERIES } = await import('../../lib/readings/reading.js');
  const { tally } = await import('../../lib/readings/completeness.js');
  const { perDay } = SERIES[id.series];
  const span = { start: measures[0]!.start, end: measures.at(-1)!.end };
  if (isDescriptionOf(enedis, id, measures.length)) {
    const { start, end, coverage, missing, reconciled } = enedis;
    const described = { start: Date.parse(start), end: Date.parse(end) };
    if (described.start <= span.start && described.end >= span.end) {
      const { expected } = tally(perDay, measures, described);
      // Of a correction alone the rest is known as well.
      const received = Math.round(coverage * expected);
      const kept = { start, end, expected, received, coverage, missing };
      return reconciled === undefined ? kept : { ...kept, reconciled };
    }
  }
  const { expected, received } = tally(perDay, measures, span);
  return { expected, received, missing: missingIn(span, measures) };
}

/** Whether `msg.enedis` is what our nodes say of that many readings of this series. */
function isDescriptionOf(enedis: unknown, id: SeriesId, count: number): enedis is Description {
  if (typeof enedis !== 'object' || enedis === null) return false;
  const description = enedis as Partial<Record<keyof Description, unknown>>;
  return (
    description.usagePointId === id.usagePointId &&
    description.direction === id.direction &&
    description.series === id.series &&
    description.count === count &&
    typeof description.start === 'string' &&
    typeof description.end === 'string' &&
    typeof description.coverage === 'number' &&
    Array.isArray(description.missing)
  );
}

/** Who relayed the readings, where `msg.enedis` says so. */
export function originOf(enedis: unknown): Pick<AggregateDescription, 'source' | 'gateway'> {
  if (typeof enedis !== 'object' || enedis === null) return {};
  const { source, gateway } = enedis as Record<string, unknown>;
  return { ...(source === undefined ? {} : { source }), ...(gateway === undefined ? {} : { gateway }) };
}
