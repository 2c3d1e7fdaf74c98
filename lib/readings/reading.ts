/**
 * What a reading is. The words here are the contract with users' flows (`Reading`) and the house's own, more compact
 * way of holding the same thing (`Measure`): whole watt-hours, watts and volt-amperes, instants in epoch milliseconds.
 */

/**
 * Enedis' `soutirage` and `injection`: what is drawn from the grid and what is fed into it. What a household uses of its
 * own panels is in neither.
 */
export type Direction = 'consumption' | 'production';

/** The energy of a day; the mean power of each interval, mostly half an hour; the highest apparent power of a day. */
export type Series = 'daily' | 'loadCurve' | 'maxPower';

/** Energy, power, apparent power: which one is the series' (`SERIES`), but for a load curve added up. */
export type Unit = 'kWh' | 'kW' | 'kVA';

/** What Enedis says of a value: as metered, corrected afterwards, or reconstituted. */
export type Quality = 'raw' | 'corrected' | 'estimated';

/** One typed value over one interval of one series: what a flow receives. */
export interface Reading {
  /** Stable key to upsert by: `usagePointId/direction/series/start in UTC`. */
  id: string;
  usagePointId: string;
  direction: Direction;
  series: Series;
  /** ISO 8601 with the Paris offset, e.g. `2026-10-25T02:30:00+01:00`. */
  start: string;
  /** Excluded. */
  end: string;
  /** Never null: a missing value is an absent reading. */
  value: number;
  unit: Unit;
  /** `maxPower`: the second of the peak. */
  at?: string;
  quality: Quality;
  /** The value emitted before, when this one replaces it. */
  corrects?: number;
}

/** A reading as the house holds it: `amount` is a whole number of the series' small unit (Wh, W or VA). */
export interface Measure {
  start: number;
  end: number;
  amount: number;
  at?: number;
  quality: Quality;
}

/** Something of a body that was left out, named so that a person can find it. */
export interface Problem {
  /** e.g. `points[12].v` */
  field: string;
  /** What was found, as it came: shortened, and rid of secrets, by whoever knows them. */
  found: string;
  /** `stamp` unreadable, impossible or out of bounds, `value` not a number or out of range, `step` unknown, `conflict` two values for one interval. */
  kind: 'stamp' | 'value' | 'step' | 'conflict';
}

interface SeriesRule {
  unit: Unit;
  /** What the gateways count in; a thousand of them make one `unit`. */
  smallUnit: 'Wh' | 'W' | 'VA';
  /** One value a day, or one an interval of some minutes. */
  perDay: boolean;
  directions: readonly Direction[];
  /** The longest period one request may ask, in days (Enedis: 7 for curves; 365 is safe for the others). */
  windowDays: number;
  /** How far back Enedis keeps it: this many months and 15 days. */
  historyMonths: number;
  /** Above this an amount can't be a household's: 250 kVA is the largest connection these meters are on. */
  largest: number;
}

/** Every series there is: a new one is a row here. The order is the one they are asked in. */
export const SERIES: Readonly<Record<Series, SeriesRule>> = {
  daily: {
    unit: 'kWh',
    smallUnit: 'Wh',
    perDay: true,
    directions: ['consumption', 'production'],
    windowDays: 365,
    historyMonths: 36,
    largest: 250_000 * 25,
  },
  maxPower: {
    unit: 'kVA',
    smallUnit: 'VA',
    perDay: true,
    directions: ['consumption'],
    windowDays: 365,
    historyMonths: 36,
    largest: 250_000,
  },
  loadCurve: {
    unit: 'kW',
    smallUnit: 'W',
    perDay: false,
    directions: ['consumption', 'production'],
    windowDays: 7,
    historyMonths: 24,
    largest: 250_000,
  },
};

/** In the order they are asked in. */
export const ALL_SERIES = Object.keys(SERIES) as readonly Series[];

/** Not every series has both: `SERIES` says which. */
export const ALL_DIRECTIONS: readonly Direction[] = ['consumption', 'production'];

/**
 * `22516•••••4270`: enough of a PDL to recognise one's own, for logs, statuses and errors. Of anything else nothing is
 * shown: a token may have been pasted there.
 */
export function maskUsagePoint(usagePointId: string): string {
  return isUsagePointId(usagePointId) ? `${usagePointId.slice(0, 5)}•••••${usagePointId.slice(-4)}` : '•••';
}

/** A PDL (PRM): 14 digits without blanks, as text, for a number would lose a leading zero. */
export function isUsagePointId(text: unknown): text is string {
  return typeof text === 'string' && /^\d{14}$/.test(text);
}
