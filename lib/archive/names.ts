/** What the archive's documents are called, now and in format 1. */
import { ALL_DIRECTIONS, ALL_SERIES, SERIES, type Direction, type Series } from '../readings/reading';
import { addMonths } from '../readings/paris';
import type { Realm } from '../storage/storage';

/** Which of a meter's series: each has documents and a state of its own. */
export interface SeriesKey {
  direction: Direction;
  series: Series;
}

/** Civil days, `end` excluded. */
export interface Period {
  start: string;
  end: string;
}

/** Where one meter's documents are. */
export class MeterNames {
  /** Of the meter's state and its series. */
  readonly folder: string;
  readonly nodes: string;
  /** Of all of it in format 1. */
  readonly format1: string;

  constructor(realm: Realm, usagePointId: string) {
    this.folder = `meters/${realm}/${usagePointId}`;
    this.nodes = `nodes/${realm}/${usagePointId}`;
    this.format1 = realm === 'real' ? usagePointId : `${realm}-${usagePointId}`;
  }

  /** Ids are what an imported flow says they are: nothing in one may lead out of the folder. */
  node(id: string): string {
    return `${this.nodes}/${encodeURIComponent(id)}.json`;
  }
}

/** The meter's own document. */
export const STATE = 'state.json';

/** What the state calls a series. */
export function seriesName({ direction, series }: SeriesKey): string {
  return `${direction}/${series}`;
}

/** What the names of a series' documents begin with. */
export function filePrefix({ direction, series }: SeriesKey): string {
  return `${direction}-${series}-`;
}

/** The document that holds a day: one a year, of a load curve one a month. */
export function fileName(key: SeriesKey, date: string): string {
  return `${filePrefix(key)}${SERIES[key.series].perDay ? date.slice(0, 4) : date.slice(0, 7)}.json`;
}

/** Whose days a document holds; undefined where it isn't a series'. */
export function keyOfFile(name: string): SeriesKey | undefined {
  const keys = ALL_DIRECTIONS.flatMap((direction) => ALL_SERIES.map((series) => ({ direction, series })));
  return keys.find((key) => name.startsWith(filePrefix(key)));
}

/** The days that a series' document may hold. */
export function periodOfFile(key: SeriesKey, name: string): Period {
  const label = name.slice(filePrefix(key).length, -'.json'.length);
  return SERIES[key.series].perDay
    ? { start: `${label}-01-01`, end: addMonths(`${label}-01-01`, 12) }
    : { start: `${label}-01`, end: addMonths(`${label}-01`, 1) };
}
