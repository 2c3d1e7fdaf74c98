/** What can be asked of the archive, once the words of a dialog or a message are understood. */
import type { Direction } from '../readings/reading';
import type { Days, RangeWord } from '../readings/ranges';

/** Energy in kWh, what it costs, mean power, the highest power of a day. */
export const VALUES = ['energy', 'cost', 'power', 'maxPower'] as const;
/** One of `VALUES`. */
export type Value = (typeof VALUES)[number];

/** The shortest first; `interval` is the meter's own, mostly half an hour. */
export const STEPS = ['interval', 'hour', 'day', 'week', 'month', 'year', 'total'] as const;
/** One of `STEPS`. */
export type Step = (typeof STEPS)[number];

/** With what a figure is compared. */
export const COMPARISONS = ['none', 'before', 'lastYear'] as const;
/** One of `COMPARISONS`. */
export type Comparison = (typeof COMPARISONS)[number];

/** One question about one direction of a meter. */
export interface Question {
  value: Value;
  direction: Direction;
  /** Civil days, the last included. */
  days: Days;
  step: Step;
  compare: Comparison;
}

/** Whether the step tells parts of a day apart; a peak is the day's, which is its interval. */
export function isWithinDays({ value, step }: Pick<Question, 'value' | 'step'>): boolean {
  return value !== 'maxPower' && (step === 'interval' || step === 'hour');
}

/** Of ranges that are one figure of a step. */
const STEP_OF: Partial<Record<RangeWord | 'dates', Step>> = {
  yesterday: 'day',
  thisWeek: 'week',
  lastWeek: 'week',
  thisMonth: 'month',
  lastMonth: 'month',
  thisYear: 'year',
  lastYear: 'year',
};

/** The step at which a stretch of days is one figure, as people speak of it: last week is a week. */
export function stepOf(range: RangeWord | 'dates', { first, last }: Days): Step {
  return STEP_OF[range] ?? (first === last ? 'day' : 'total');
}
