/** What the rules of the daily collection know of the attempt that is being made. */

/** The attempt that is being made. Instants are epoch ms, days `YYYY-MM-DD`. */
export interface Attempt {
  now: number;
  yesterday: string;
  /** When today began. */
  midnight: number;
  /** When the day is given up. */
  lastTry: number;
  /** A person asks: also what isn't due before tomorrow. */
  manual: boolean;
  /** Whoever has asked for yesterday since has asked for this attempt as well. */
  unlessAskedSince: number;
  /** Fingerprint of the meter's settings. */
  settings: string;
}
