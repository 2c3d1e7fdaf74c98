/** Off-peak hours that are the meter's own, and the rest of the day. */
import type { Offer } from '../terms';

/** Option Heures Pleines/Creuses. In real files of registers F1 is off-peak, F2 peak. */
export const hphc: Offer = {
  schedule: {
    periods: { HC: 'HC', HP: 'HP' },
    rules: [{ period: 'HC', windows: true }, { period: 'HP' }],
    calendar: null,
    dayStartsAt: 0,
    kindStartsAt: 0,
    holidays: 'fr',
  },
  powers: [6, 9, 12, 15, 18, 24, 30, 36],
  registers: { F1: 'HC', F2: 'HP' },
};
