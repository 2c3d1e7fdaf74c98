/**
 * What a reading is. The words here are the contract with users' flows (`Reading`) and the house's own, more compact
 * way of holding the same thing (`Measure`): whole watt-hours, watts and volt-amperes, instants in epoch milliseconds.
 */
import type { Direction, Series, Unit } from './series';

export { ALL_DIRECTIONS, ALL_SERIES, SERIES, type Direction, type Series, type Unit } from './series';

/** What Enedis says of a value: as metered, corrected afterwards, or reconstituted. */
export type Quality = 'raw' | 'corrected' | 'estimated';

/** Which of several values at one instant; empty for a series that has only one. */
export interface Part {
  /** The meter's register: `F1` to `F10` of the supplier, `D1` to `D4` of the network, `T` for the total. */
  register?: string;
  phase?: 1 | 2 | 3;
}

/** One typed value over one interval of one series: what a flow receives. */
export interface Reading extends Part {
  /** Stable key to upsert by: `usagePointId/direction/series[/register or phase]/start in UTC`. */
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
export interface Measure extends Part {
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
