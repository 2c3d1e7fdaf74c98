/**
 * The edge towards the user's flow: whole watt-hours, watts and volt-amperes become kWh, kW and kVA, instants become
 * Paris time. The division by a thousand happens here and nowhere else.
 */
import { isoParis, isoUtc } from './paris';
import { SERIES, type Measure, type Reading } from './reading';
import { partKey, type SeriesId } from './series-id';

/** A measure that is new to somebody, with what it replaces where it corrects one. */
export interface ChangedMeasure extends Measure {
  corrects?: number;
}

/** A reading as a flow receives it: in the series' own unit, `corrects` included. */
export function toReading(id: SeriesId, measure: ChangedMeasure): Reading {
  const { usagePointId, direction, series } = id;
  const { register, phase, start, end, amount, at, quality, corrects } = measure;
  const reading: Reading = {
    id: `${partKey(id, measure)}/${isoUtc(start)}`,
    usagePointId,
    direction,
    series,
    start: isoParis(start),
    end: isoParis(end),
    value: amount / 1000,
    unit: SERIES[series].unit,
    quality,
  };
  if (register !== undefined) reading.register = register;
  if (phase !== undefined) reading.phase = phase;
  if (at !== undefined) reading.at = isoParis(at);
  if (corrects !== undefined) reading.corrects = corrects / 1000;
  return reading;
}

/** Several of them, in the order in which they are given. */
export function toReadings(id: SeriesId, measures: readonly ChangedMeasure[]): Reading[] {
  return measures.map((measure) => toReading(id, measure));
}
