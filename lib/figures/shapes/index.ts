/**
 * The shapes in which readings and aggregates leave, each what some other node takes. Sending the same figure again
 * overwrites it everywhere, for each shape carries what identifies it. A new shape is one file and one row.
 */
import { chartPoint } from './chart';
import type { Figure } from './figure';
import { influxPoint } from './influxdb';
import { row } from './rows';

/** How each shape is made of a figure. */
export const SHAPES = {
  readings: (figure: Figure): Figure => figure,
  chart: chartPoint,
  influxdb: influxPoint,
  rows: row,
} as const;

/** As the node saves it: a name given once stays. `readings` is the figures as they are. */
export type Output = keyof typeof SHAPES;
