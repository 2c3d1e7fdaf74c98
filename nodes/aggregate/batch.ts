/** Figures of one series on their way to one message: gathered, described, and brought into their shape. */
import { Turns } from '../../lib/async/turns';
import type { Made } from '../../lib/figures/accumulate';
import type { Aggregate, FigureId } from '../../lib/figures/aggregate';
import type { Lacks, MadeEnergy } from '../../lib/figures/energy';
import type { Unpriced } from '../../lib/tariffs/bill';
import type { Output } from '../../lib/figures/shapes';
import type { Figure } from '../../lib/figures/shapes/figure';
import type { AggregateDescription } from '../../lib/messages';
import { type Coverage, inPages, originOf } from '../shared/readings-input';
import type { Settings } from './settings';

/** `coverage` is that of all figures together. */
export interface Batch {
  id: FigureId;
  figures: Figure[];
  coverage: Coverage;
  /** What of them has no price. */
  lacks?: Lacks;
}

/** Goes through what an accumulator gives, with pauses, and adds up how complete it is. */
export async function gather(
  id: FigureId,
  steps: Iterable<(Made & Pick<Partial<MadeEnergy>, 'parts' | 'lacks'>) | null>,
): Promise<Batch> {
  const coverage: Coverage = { expected: 0, received: 0, missing: [] };
  const batch: Batch = { id, figures: [], coverage };
  const turns = new Turns();
  for (const made of steps) {
    if (made) {
      batch.figures.push(...(made.parts ?? [made.aggregate]));
      if (made.lacks) batch.lacks = together(batch.lacks ?? NOTHING, made.lacks);
      coverage.expected += made.aggregate.expected;
      coverage.received += made.aggregate.received;
      for (const span of made.missing) coverage.missing.push(span);
    }
    await turns.take();
  }
  return batch;
}

const NOTHING: Lacks = { reasons: {}, unknownDays: [], withoutFixed: [] };

/** Reasons add up, days are named once. */
function together(a: Lacks, b: Lacks): Lacks {
  const reasons = { ...a.reasons };
  for (const [reason, energy] of Object.entries(b.reasons) as [Unpriced, number][])
    reasons[reason] = (reasons[reason] ?? 0) + energy;
  return {
    reasons,
    unknownDays: union(a.unknownDays, b.unknownDays),
    withoutFixed: union(a.withoutFixed, b.withoutFixed),
  };
}

function union(a: readonly string[], b: readonly string[]): string[] {
  return b.length === 0 ? [...a] : [...new Set([...a, ...b])].sort();
}

/** kWh without a price, and the reason for most of them; null where all have one. */
export function unpricedIn(batches: readonly Batch[]): { kwh: number; why: Unpriced } | null {
  const lacks = batches.flatMap(({ lacks: each }) => each ?? []).reduce(together, NOTHING);
  const reasons = Object.entries(lacks.reasons) as [Unpriced, number][];
  const [most] = reasons.sort(([, a], [, b]) => b - a);
  return most ? { kwh: reasons.reduce((sum, [, energy]) => sum + energy, 0), why: most[0] } : null;
}

/**
 * Figures in the shape that what comes next takes.
 * @param meter what tells theirs from the others in a chart
 */
export async function shaped(
  figures: readonly Figure[],
  output: Output,
  meter: string | undefined,
): Promise<unknown[]> {
  const { SHAPES } = await import('../../lib/figures/shapes/index.js');
  const shape: (figure: Figure, meter?: string) => unknown = SHAPES[output];
  return inPages(figures, (page) => page.map((figure) => shape(figure, meter)));
}

/**
 * `msg.enedis` of a message with these figures (at least one).
 * @param incoming `msg.enedis` of the message they were made of
 * @param meter the name of theirs
 */
export function describe(
  { id, figures, coverage, lacks }: Batch,
  { period, output }: Settings,
  incoming: unknown,
  meter: string | undefined,
): AggregateDescription {
  const first = figures[0]!;
  const last = figures.at(-1)!;
  const isAggregate = 'fn' in first;
  return {
    ...id,
    ...(meter === undefined ? {} : { meter }),
    unit: first.unit,
    period: isAggregate ? first.period : period,
    ...(isAggregate ? { fn: first.fn, ...namesOf(first) } : {}),
    output,
    start: first.start,
    end: last.end,
    count: figures.length,
    coverage: coverage.received / coverage.expected,
    ...coverage,
    ...(lacks && hasAny(lacks) ? { unpriced: lacks } : {}),
    ...originOf(incoming),
  };
}

function namesOf({ tariff, tariffName }: Aggregate): Pick<AggregateDescription, 'tariff' | 'tariffName'> {
  return tariff === undefined || tariffName === undefined ? {} : { tariff, tariffName };
}

function hasAny({ reasons, withoutFixed }: Lacks): boolean {
  return Object.keys(reasons).length > 0 || withoutFixed.length > 0;
}

/** Adds what was held back of the same series. */
export function join(batch: Batch, held: Batch): void {
  const { expected, received, missing } = batch.coverage;
  batch.figures = [...batch.figures, ...held.figures].sort(byStart);
  if (held.lacks) batch.lacks = together(batch.lacks ?? NOTHING, held.lacks);
  batch.coverage = {
    expected: expected + held.coverage.expected,
    received: received + held.coverage.received,
    missing: [...missing, ...held.coverage.missing].sort(byStart),
  };
}

function byStart(a: { start: string }, b: { start: string }): number {
  return Date.parse(a.start) - Date.parse(b.start);
}
