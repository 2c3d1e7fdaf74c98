/** What stands beside a figure: the same of an earlier time, and what a period that is still running may come to. */
import type { Unit } from '../readings/reading';

/** The same of an earlier time: of the days that correspond to those of the figure. */
export interface Compared {
  value: number;
  /** ISO 8601 with the Paris offset: the first and (excluded) the last of those days. */
  start: string;
  end: string;
  /** Intervals received / intervals expected of those days; below 1 some of them are missing. */
  coverage: number;
  /** By how much the figure is above (0.08: 8 %) or below; over the days both have. Absent where they have none. */
  change?: number;
}

/** What a month or a year that is still running may come to. */
export interface Projection {
  value: number;
  unit: Unit | 'EUR';
  /** Last year's remaining days, by how this year compares to last so far; else every day as the mean of those so far. */
  method: 'lastYear' | 'average';
}
