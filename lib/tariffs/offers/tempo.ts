/**
 * Three colours of days, from 06:00 to 06:00, with off-peak hours from 22:00 to 06:00 whatever the meter's windows are.
 * A night therefore has the colour of the evening before.
 */
import type { Offer } from '../terms';

const SIX = 6 * 60;
const DAYTIME = [{ from: SIX, to: 22 * 60 }];

/** Option Tempo; the registers in the order of the meter's own tariff index. */
export const tempo: Offer = {
  schedule: {
    periods: { HCJB: 'HCJB', HPJB: 'HPJB', HCJW: 'HCJW', HPJW: 'HPJW', HCJR: 'HCJR', HPJR: 'HPJR' },
    rules: [
      { period: 'HPJR', day: ['red'], time: DAYTIME },
      { period: 'HCJR', day: ['red'] },
      { period: 'HPJW', day: ['white'], time: DAYTIME },
      { period: 'HCJW', day: ['white'] },
      { period: 'HPJB', day: ['blue'], time: DAYTIME },
      { period: 'HCJB', day: ['blue'] },
    ],
    calendar: 'tempo',
    dayStartsAt: SIX,
    kindStartsAt: SIX,
    holidays: 'fr',
  },
  powers: [6, 9, 12, 15, 18, 30, 36],
  registers: { F1: 'HCJB', F2: 'HPJB', F3: 'HCJW', F4: 'HPJW', F5: 'HCJR', F6: 'HPJR' },
};
