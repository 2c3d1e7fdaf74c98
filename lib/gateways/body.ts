/**
 * The two families of bodies that carry measures, told apart by looking: Data Connect 2026 (`grandeur[].points[]`) and v5
 * (`meter_reading.interval_reading[]`, or its inside alone as Conso API sends it). Whoever relays them, they come out as
 * the same stamped points. Here it is checked that the answer is the one that was asked for: meter, direction, unit.
 * Sources: ENEDIS' 2026 Swagger and recorded bodies of both families (bokub/linky, MyElectricalData), November 2026.
 */
import { z } from 'zod';
import { EnedisError } from '../errors';
import { parisDay } from '../readings/paris';
import { maskUsagePoint, SERIES, type Quality, type Series } from '../readings/reading';
import type { LabelledEdge, MeasureAnswer, StampedPoint } from './points/stamped';
import { understandPoints } from './points/understand';
import { safeExtract } from './extract';
import type { MeasureRequest } from './gateway';

/** Absent, null and blank are the same to us: not said. */
const said = z
  .union([z.string(), z.number()])
  .nullish()
  .transform((value) => (value === null || value === undefined ? '' : String(value).trim()));

/** Each row is judged by itself later: z.array would go through all of them here and copy the list. */
const rows = z.custom<unknown[]>(Array.isArray);

/**
 * More than two years of half-hours isn't an answer any more, nor more blocks than there are quantities: they would hold
 * everybody else up.
 */
const MOST_ROWS = 40_000;
const MOST_BLOCKS = 50;

const ENVELOPE_2026 = z.looseObject({
  idPrm: said,
  etapeMetier: said,
  grandeur: rows
    .refine(({ length }) => length <= MOST_BLOCKS)
    .pipe(
      z.array(
        z.looseObject({
          grandeurMetier: said,
          grandeurPhysique: said,
          unite: said,
          points: rows.nullish().transform((list) => list ?? []),
        }),
      ),
    ),
});

const ENVELOPE_V5 = z.looseObject({
  usage_point_id: said,
  quality: said,
  reading_type: z.looseObject({ unit: said }).nullish(),
  interval_reading: rows,
});

/** What both families say, in our words. */
interface Contents {
  usagePointId: string;
  quality: string;
  blocks: Block[];
}

interface Block {
  /** How the list is called in the body, to name a row in it. */
  path: string;
  pointOf: PointOf;
  /** CONS, PROD or nothing. */
  direction: string;
  /** EA, PA, PMA, … or nothing. */
  quantity: string;
  unit: string;
  rows: unknown[];
}

type Row = Record<string, unknown>;

/** @param scale of the unit. @param envelope the quality of rows that don't say theirs. */
type PointOf = (row: Row, scale: number, envelope: Quality) => StampedPoint;

const point2026: PointOf = ({ v, d, p, n }, scale, envelope) => ({
  stamp: d,
  value: scaled(v, scale),
  step: p,
  quality: qualityOf(n, envelope),
});
const pointV5: PointOf = ({ value, date, interval_length, measure_type }, scale, envelope) => ({
  stamp: date,
  value: scaled(value, scale),
  step: interval_length,
  quality: qualityOf(measure_type, envelope),
});

/** Names of quantities that are known: a block with another name may still be what was asked for. */
function isKnownQuantity(quantity: string): boolean {
  return Object.values(SERIES).some(
    (row) => row.quantity === quantity || row.notQuantities?.includes(quantity),
  );
}

const DIRECTIONS = { consumption: 'CONS', production: 'PROD' } as const;

/** False for what isn't a body of measures at all: a failure dressed as an answer, something unknown. */
export function isMeasureBody(json: unknown): boolean {
  const inner = unwrap(json);
  return isObject(inner) && ('grandeur' in inner || 'interval_reading' in inner);
}

/**
 * @param stamps which end of its interval a load-curve point is labelled with by this gateway.
 * @param now epoch ms; of what is still to come nobody can know anything.
 * @throws EnedisError responseShape `{field}`, responseOtherMeter `{asked, found}` (masked), responseOtherDirection
 * `{asked, found}`, responseUnit `{expected, found}`, noData `{}` when not one point is listed.
 */
export function readBody(
  json: unknown,
  asked: MeasureRequest,
  stamps: LabelledEdge,
  secrets: readonly string[],
  now: number,
): MeasureAnswer {
  const contents = readEnvelope(unwrap(json));
  checkMeter(contents.usagePointId, asked.usagePointId);
  const envelopeQuality = ENVELOPE_QUALITIES[contents.quality.toUpperCase()] ?? 'estimated';
  const blocks = blocksAsked(contents.blocks, asked, secrets).map((block) => ({
    ...block,
    scale: scaleOf(block, asked.series, secrets),
  }));
  const count = blocks.reduce((sum, { rows }) => sum + rows.length, 0);
  if (count === 0) throw new EnedisError('noData');
  if (count > MOST_ROWS) throw new EnedisError('responseShape', { field: blocks[0]!.path });
  const points = blocks.flatMap(({ rows, pointOf, scale }) =>
    rows.map((row) => readRow(row, pointOf, scale, envelopeQuality)),
  );
  const bounds = {
    start: parisDay(asked.start).start,
    end: Math.min(parisDay(asked.end).start, now),
  };
  const { measures, blanks, problems } = understandPoints(asked.series, points, stamps, bounds);
  return {
    measures,
    blanks,
    problems: problems.map((problem) => ({
      ...problem,
      field: problem.field.replace(/^points\[(\d+)\]/, (_, index) => nameOf(Number(index), blocks)),
      found: safeExtract(problem.found, secrets),
    })),
  };
}

/** How a point is called in the body, by its place among all the points that were asked. */
function nameOf(index: number, blocks: readonly Block[]): string {
  let place = index;
  for (const { path, rows } of blocks) {
    if (place < rows.length) return `${path}[${place}]`;
    place -= rows.length;
  }
  return `points[${index}]`;
}

/** Out of MyElectricalData v2's `{success, data}` and v5's `{meter_reading}`. */
function unwrap(json: unknown): unknown {
  let inner = json;
  if (isObject(inner) && 'success' in inner && 'data' in inner) inner = inner.data;
  if (isObject(inner) && 'meter_reading' in inner) inner = inner.meter_reading;
  return inner;
}

function readEnvelope(json: unknown): Contents {
  if (!isObject(json)) throw new EnedisError('responseShape', { field: 'body' });
  if ('grandeur' in json) {
    const { idPrm, etapeMetier, grandeur } = valid(ENVELOPE_2026, json);
    const blocks = grandeur.map(({ grandeurMetier, grandeurPhysique, unite, points }, index) => ({
      path: `grandeur[${index}].points`,
      pointOf: point2026,
      direction: grandeurMetier.toUpperCase(),
      quantity: grandeurPhysique.toUpperCase(),
      unit: unite,
      rows: points,
    }));
    return { usagePointId: idPrm, quality: etapeMetier, blocks };
  }
  if ('interval_reading' in json) {
    const { usage_point_id, quality, reading_type, interval_reading } = valid(ENVELOPE_V5, json);
    const block = { direction: '', quantity: '', unit: reading_type?.unit ?? '', rows: interval_reading };
    return {
      usagePointId: usage_point_id,
      quality,
      blocks: [{ path: 'interval_reading', pointOf: pointV5, ...block }],
    };
  }
  throw new EnedisError('responseShape', { field: 'grandeur' });
}

function valid<T>(schema: z.ZodType<T>, json: unknown): T {
  const result = schema.safeParse(json);
  if (result.success) return result.data;
  throw new EnedisError('responseShape', {
    field: result.error.issues[0]?.path.map(String).join('.') ?? 'body',
  });
}

/** An answer that doesn't name its meter is taken at its word; a number may have lost a leading zero. */
function checkMeter(found: string, asked: string): void {
  if (found === '' || found.padStart(14, '0') === asked) return;
  throw new EnedisError('responseOtherMeter', { asked: maskUsagePoint(asked), found: maskUsagePoint(found) });
}

function blocksAsked(
  blocks: readonly Block[],
  { direction, series }: MeasureRequest,
  secrets: readonly string[],
): Block[] {
  const wanted = DIRECTIONS[direction];
  const rightWay = blocks.filter((block) => block.direction === '' || block.direction === wanted);
  if (rightWay.length === 0 && blocks.length > 0) {
    throw new EnedisError('responseOtherDirection', {
      asked: wanted,
      found: safeExtract(blocks[0]!.direction, secrets).slice(0, 20),
    });
  }
  const { quantity } = SERIES[series];
  const right = rightWay.filter((block) => block.quantity === quantity || !isKnownQuantity(block.quantity));
  if (right.length === 0 && rightWay.length > 0) {
    throw new EnedisError('responseUnit', { expected: quantity, found: rightWay[0]!.quantity });
  }
  // Where the very quantity is there, one with an unknown name is something else.
  const exact = right.filter((block) => block.quantity === quantity);
  return exact.length > 0 ? exact : right;
}

/** A body without a unit is in the usual one. */
function scaleOf({ unit }: Block, series: Series, secrets: readonly string[]): number {
  if (unit === '') return 1;
  const { units, smallUnit: expected } = SERIES[series];
  const scale = Object.entries(units).find(([name]) => name === unit.toLowerCase())?.[1];
  if (scale !== undefined) return scale;
  throw new EnedisError('responseUnit', { expected, found: safeExtract(unit, secrets).slice(0, 20) });
}

/** `BRUT` as metered, `BEST` corrected; where nothing is said, as metered. */
const ENVELOPE_QUALITIES: Readonly<Record<string, Quality>> = { '': 'raw', BRUT: 'raw', BEST: 'corrected' };

/**
 * A row's nature: B (brut) or R (réel) as its envelope says, C corrected; the meaning of other letters is published
 * nowhere, so that they are at least not passed off as metered.
 */
function qualityOf(nature: unknown, envelope: Quality): Quality {
  if (nature === undefined || nature === null || nature === '' || nature === 'B') return envelope;
  const letter = typeof nature === 'string' ? nature.trim().toUpperCase() : '?';
  if (letter === '' || letter === 'B' || letter === 'R') return envelope;
  return letter === 'C' ? 'corrected' : 'estimated';
}

/** A row that isn't an object keeps its place, as a point whose stamp can't be read: it will be named. */
function readRow(row: unknown, pointOf: PointOf, scale: number, envelope: Quality): StampedPoint {
  if (!isObject(row)) return { stamp: row, value: null, step: undefined, quality: envelope };
  return pointOf(row, scale, envelope);
}

/** Only what is a number is multiplied: null and `"null"` go on as they are. */
function scaled(value: unknown, scale: number): unknown {
  if (scale === 1) return value;
  if (typeof value === 'number') return value * scale;
  if (typeof value !== 'string' || !/^\s*-?\d+([.,]\d+)?\s*$/.test(value)) return value;
  return Number(value.trim().replace(',', '.')) * scale;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
