/** What comes, in this package's own words. */
import { isoParis } from '../../readings/paris';
import { EURO } from '../amounts';
import { coming, type Ahead } from './shape';

/** From the rate in force on; it begins when it began, at midnight at the earliest. */
export function ratesAhead(ahead: Ahead): unknown {
  return coming(ahead).map(({ start, end, period, price }) => ({
    start: isoParis(start),
    end: isoParis(end),
    period,
    price: price / EURO,
  }));
}
