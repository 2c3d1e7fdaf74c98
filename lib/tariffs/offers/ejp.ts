/**
 * Twenty-two days of peak price a winter, from 07:00 to 01:00 of the next day. From 01:00 to 07:00 the price is the
 * normal one on any day, known or not.
 */
import type { Offer } from '../terms';

const ONE = 60;

/** Option EJP, closed to new customers. */
export const ejp: Offer = {
  schedule: {
    periods: { HN: 'HN', PM: 'PM' },
    rules: [
      {
        period: 'PM',
        day: ['ejp'],
        time: [
          { from: 0, to: ONE },
          { from: 7 * 60, to: 24 * 60 },
        ],
      },
      { period: 'HN' },
    ],
    calendar: 'ejp',
    dayStartsAt: ONE,
    kindStartsAt: ONE,
    holidays: 'fr',
  },
  powers: [9, 12, 15, 18, 36],
  registers: { F1: 'HN', F2: 'PM' },
};
