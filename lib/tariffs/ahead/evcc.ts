/**
 * What evcc takes as a forecast: a bare list, the price per kWh as a number named `value`, and an end of every element.
 */
import { isoParis } from '../../readings/paris';
import { EURO } from '../amounts';
import { coming, type Ahead } from './shape';

/** evcc cuts it into quarters of an hour, and drops what has passed. */
export function evcc(ahead: Ahead): unknown {
  return coming(ahead).map(({ start, end, price }) => ({
    start: isoParis(start),
    end: isoParis(end),
    value: price / EURO,
  }));
}
