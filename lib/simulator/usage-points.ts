/**
 * Which usage points the simulated Enedis knows, and what each of them has switched on. The fictional ones that Enedis
 * documents for its sandbox are here by default, each with the behaviour it is there to show.
 */

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
