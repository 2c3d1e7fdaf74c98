/**
 * Which usage points the simulated Enedis knows, and what each of them has switched on. The fictional ones that Enedis
 * documents for its sandbox are here by default, each with the behaviour it is there to show.
 */

import type { OfferSpec } from './offers';

/** In minutes: the steps that the 2026 Swagger and the list of subscribed services have between them. */
export type StepMinutes = 5 | 10 | 15 | 30 | 60;

/** Dates are Paris days `YYYY-MM-DD`. Empty: a house that only draws, with everything switched on. */
export interface UsagePointSpec {
  /** Default true. */
  consumption?: boolean;
  /** Default false. */
  production?: boolean;
  /**
   * Hourly collection. `false`: nothing was ever collected (404); `'opposed'`: the holder opposed the recording
   * (ADAM-ERR0075). Default true.
   */
  loadCurve?: boolean | 'opposed';
  /** First day with a load curve (`YYYY-MM-DD`). */
  loadCurveSince?: string;
  /** Last commissioning: nothing before, and asking for it is an error. */
  activatedOn?: string;
  /** Asking for earlier days is an error. */
  consentSince?: string;
  /** From this day on there is no consent any more. */
  consentUntil?: string;
  /** Step of the load curve; a list gives its changes, each from a day on (30 before the first). Default 30. */
  stepMinutes?: StepMinutes | readonly { from: string; minutes: StepMinutes }[];
  /** Default 9. */
  subscribedKva?: number;
  /** The supplier's contract, which the household heeds. Default: none. */
  offer?: OfferSpec;
  /** One meter for both directions: what it records is net, in an interval one of the two is zero. */
  selfConsumption?: boolean;
  /** Intervals the load curve never gets, by weekday (1 is Monday) and by the clock, `HH:mm`, end excluded. */
  holes?: readonly { weekday: number; from: string; to: string }[];
}

/** By PDL: the fictional customers of Enedis' v5 sandbox, and the one that its 2026 sandbox leads to. */
export const DEFAULT_USAGE_POINTS: Readonly<Record<string, UsagePointSpec>> = {
  // Consumption without gaps in the sandbox; the demo gives it a roof as well.
  '22516914714270': { consumption: true, production: true },
  '11453290002823': { activatedOn: '2019-08-27' },
  '32320647321714': { loadCurve: false },
  '12345678901234': {},
  '10284856584123': { consumption: false, production: true },
  '42900589957123': {
    holes: [
      { weekday: 2, from: '08:00', to: '12:00' },
      { weekday: 3, from: '14:00', to: '18:00' },
    ],
  },
  '24880057139941': { consumption: false, production: true },
  '12655648759651': { production: true, selfConsumption: true },
  '64975835695673': {},
  '63695879465986': { subscribedKva: 6 },
  '22315546958763': { subscribedKva: 12 },
  // Consent given, then taken back at once.
  '26584978546985': { consentSince: '2023-01-02', consentUntil: '2023-01-02' },
  // What authorisation 11 of the 2026 sandbox leads to.
  '14000000000001': {},
};

/** The red days of the winter of 2024 to 2025, as they were. */
const RED_DAYS =
  '2024-12-03 2024-12-10 2024-12-11 2024-12-12 2024-12-13 2024-12-16 2024-12-27 2024-12-30 2025-01-02 2025-01-03 2025-01-10 2025-01-13 2025-01-14 2025-01-15 2025-01-16 2025-01-17 2025-01-20 2025-01-21 2025-01-22 2025-01-30 2025-01-31 2025-02-03'.split(
    ' ',
  );
/** Invented: those of no winter are published as data. */
const EJP_DAYS = '2025-12-10 2025-12-11 2026-01-08 2026-01-09 2026-01-13 2026-02-03 2026-03-14'.split(' ');

/** A household on each offer, by PDL. */
export const OFFER_USAGE_POINTS: Readonly<Record<string, UsagePointSpec>> = {
  '15000000000001': { subscribedKva: 6, offer: { kind: 'base' } },
  // Hours as odd as meters have them.
  '15000000000002': { offer: { kind: 'hphc', offPeak: { winter: '22H38-6H08;12H54-13H24' } } },
  '15000000000003': { offer: { kind: 'tempo', offPeak: { winter: '22H00-6H00' }, dearDays: RED_DAYS } },
  '15000000000004': {
    subscribedKva: 12,
    offer: { kind: 'ejp', offPeak: { winter: '1H00-7H00' }, dearDays: EJP_DAYS },
  },
  '15000000000005': {
    offer: { kind: 'seasons', offPeak: { winter: '0H00-7H00;13H00-16H00', summer: '11H00-17H00' } },
  },
};
