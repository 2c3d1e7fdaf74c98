/** One price at any time. */
import type { Offer } from '../terms';

/** Option Base: the meter counts it in its first register. */
export const base: Offer = {
  schedule: {
    periods: { BASE: 'BASE' },
    rules: [{ period: 'BASE' }],
    calendar: null,
    dayStartsAt: 0,
    kindStartsAt: 0,
    holidays: 'fr',
  },
  powers: [3, 6, 9, 12, 15, 18, 24, 30, 36],
  registers: { F1: 'BASE' },
};
