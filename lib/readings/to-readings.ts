/**
 * The edge towards the user's flow: whole watt-hours, watts and volt-amperes become kWh, kW and kVA, instants become
 * Paris time. The division by a thousand happens here and nowhere else.
 */
import { isoParis, isoUtc } from './paris';
import { SERIES, type Direction, type Measure, type Reading, type Series } from './reading';

/** One series of one meter, as every reading and every `msg.enedis` names it. */
export interface SeriesId {
  usagePointId: string;
  direction: Direction;
  series: Series;
}

/** A measure that is new to somebody, with what it replaces where it corrects one. */
export interface ChangedMeasure extends Measure {
  corrects?: number;
}

/** In the series' own unit, `corrects` included. */
export function toReading(id: SeriesId, measure: ChangedMeasure): Reading {
  return readingOf(id, `${seriesKey(id)}/`, measure, isoParis(measure.start), isoParis(measure.end));
}

/** Years of them at once: what is the same for all is made once. */
export function toReadings(id: SeriesId, measures: readonly ChangedMeasure[]): Reading[] {
  const key = `${seriesKey(id)}/`;
  // Where one ends the next begins, as a rule.
  let covered = NaN;
  let end = '';
  return measures.map((measure) => {
    const start = measure.start === covered ? end : isoParis(measure.start);
    covered = measure.end;
    end = isoParis(covered);
    return readingOf(id, key, measure, start, end);
  });
}

/** `usagePointId/direction/series`: what a reading's id and a message's topic are made of. */
export function seriesKey({ usagePointId, direction, series }: SeriesId): string {
  return `${usagePointId}/${direction}/${series}`;
}

function readingOf(
  { usagePointId, direction, series }: SeriesId,
  key: string,
  measure: ChangedMeasure,
  start: string,
  end: string,
): Reading {
  const reading: Reading = {
    id: key + isoUtc(measure.start),
    usagePointId,
    direction,
    series,
    start,
    end,
    value: measure.amount / 1000,
    unit: SERIES[series].unit,
    quality: measure.quality,
  };
  if (measure.at !== undefined) reading.at = isoParis(measure.at);
  if (measure.corrects !== undefined) reading.corrects = measure.corrects / 1000;
  return reading;
}
