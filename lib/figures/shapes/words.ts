/** What shapes that people read need of a language: names, and the locale that numbers and dates are written in. */
import type { Direction } from '../../readings/reading';

/** In one language. */
export interface ShapeWords {
  /** Such as `fr-FR`, for `Intl`. */
  locale: string;
  directions: Record<Direction, string>;
  /** What a figure is compared with, in the words of a legend. */
  compared: string;
  /** What something is called, and its value. */
  valued: (name: string, value: string) => string;
  /** What a line of a chart stands for, where its axis can't say it: charts write numbers as English does. */
  line: (value: string) => string;
  /** A tariff's period, as people call it. */
  periodOf: (tariffPeriod: string) => string;
  /** The header of a table. */
  columns: Record<
    | 'start'
    | 'end'
    | 'offset'
    | 'period'
    | 'value'
    | 'unit'
    | 'coverage'
    | 'energy'
    | 'fixed'
    | 'unpriced'
    | 'compare'
    | 'change'
    | 'projected',
    string
  >;
}
