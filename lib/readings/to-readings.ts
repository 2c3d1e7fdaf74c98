/**
 * The edge towards the user's flow: whole watt-hours, watts and volt-amperes become kWh, kW and kVA, instants become
 * Paris time. The division by a thousand happens here and nowhere else.
 */
import { isoParis, isoUtc } from './paris';
import { SERIES, type Direction, type Measure, type Reading, type Series } from './reading';

export interface SeriesId {
  usagePointId: string;
  direction: Direction;
  series: Series;
}

/** A measure that is new to somebody, with what it replaces where it corrects one. */
export interface ChangedMeasure extends Measure {
  corrects?: number;
}

export function toReading({ usagePointId, direction, series }: SeriesId, measure: ChangedMeasure): Reading {
  return {
    id: `${usagePointId}/${direction}/${series}/${isoUtc(measure.start)}`,
    usagePointId,
    direction,
    series,
    start: isoParis(measure.start),
    end: isoParis(measure.end),
    value: measure.amount / 1000,
    unit: SERIES[series].unit,
    ...(measure.at === undefined ? {} : { at: isoParis(measure.at) }),
    quality: measure.quality,
    ...(measure.corrects === undefined ? {} : { corrects: measure.corrects / 1000 }),
  };
}
