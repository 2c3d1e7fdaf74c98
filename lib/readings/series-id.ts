/** Whose readings something is: one series of one meter and, where a series has several values at one instant, which. */
import {
  ALL_DIRECTIONS,
  isUsagePointId,
  SERIES,
  type Direction,
  type Part,
  type Reading,
  type Series,
} from './reading';
import { isSeries } from './series';

/** One series of one meter, as every reading and every `msg.enedis` names it; where it has parts, one of them or all. */
export interface SeriesId extends Part {
  usagePointId: string;
  direction: Direction;
  series: Series;
}

/** `usagePointId/direction/series`: a message's topic, whichever parts of the series are in it. */
export function seriesKey({
  usagePointId,
  direction,
  series,
}: Pick<SeriesId, 'usagePointId' | 'direction'> & { series: string }): string {
  return `${usagePointId}/${direction}/${series}`;
}

/** `usagePointId/direction/series[/register or phase]`: what ids of readings and figures begin with. */
export function partKey(
  id: Omit<SeriesId, 'series'> & { series: string },
  { register, phase }: Part = id,
): string {
  const part = register ?? phase;
  return part === undefined ? seriesKey(id) : `${seriesKey(id)}/${part}`;
}

/** Only what says which of several values something is. */
export function partOf({
  register,
  phase,
}: {
  register?: string | undefined;
  phase?: Part['phase'] | undefined;
}): Part {
  return { ...(register === undefined ? {} : { register }), ...(phase === undefined ? {} : { phase }) };
}

/** Reads back a `partKey`; null for any other text. */
export function readPartKey(key: string): SeriesId | null {
  const [usagePointId, direction, series, part, ...rest] = key.split('/');
  const phase = part === undefined ? undefined : Number(part);
  const id = readSeriesId({ usagePointId, direction, series, register: part, phase });
  return typeof id !== 'string' && rest.length === 0 && partKey(id) === key ? id : null;
}

/** Checks whose something claims to be. Returns the field that doesn't say so where one doesn't. */
export function readSeriesId(
  claimed: Partial<Record<keyof SeriesId, unknown>>,
): SeriesId | (keyof SeriesId & keyof Reading) {
  const { usagePointId, series, register, phase } = claimed;
  if (!isUsagePointId(usagePointId)) return 'usagePointId';
  const direction = ALL_DIRECTIONS.find((each) => each === claimed.direction);
  if (direction === undefined) return 'direction';
  if (!isSeries(series)) return 'series';
  const id = { usagePointId, direction, series };
  const { parts } = SERIES[series];
  if (parts === 'register') return isRegister(register) ? { ...id, register } : 'register';
  if (parts === 'phase' && phase !== undefined) return isPhase(phase) ? { ...id, phase } : 'phase';
  return id;
}

function isRegister(register: unknown): register is string {
  return typeof register === 'string' && /^[A-Z]\d{0,2}$/.test(register);
}

function isPhase(phase: unknown): phase is NonNullable<Part['phase']> {
  return phase === 1 || phase === 2 || phase === 3;
}
