/**
 * Words for stretches of days, seen from today: "last 7 days", "this month". Readings end yesterday, so "last N days" end
 * there; what is still running (this week, month, year) is given whole, and whoever asks takes what there is of it. Weeks
 * begin on Monday.
 */
import { addDays, addMonths } from './paris';
import { weekday } from './periods';

/** Every word there is, as flows save it: a word given once stays. */
export const RANGES = [
  'yesterday',
  'last7days',
  'last30days',
  'last12months',
  'thisWeek',
  'lastWeek',
  'thisMonth',
  'lastMonth',
  'thisYear',
  'lastYear',
  'everything',
] as const;

/** One of `RANGES`. */
export type RangeWord = (typeof RANGES)[number];

/** Civil days, `YYYY-MM-DD`. */
export interface Days {
  /** Null: as far back as there is anything. */
  first: string | null;
  /** Included. */
  last: string;
}

/** Whether something is one of the words. */
export function isRangeWord(word: unknown): word is RangeWord {
  return RANGES.some((known) => known === word);
}

/**
 * The first and last day that a word means.
 * @param today `YYYY-MM-DD`, Paris
 */
export function daysOfRange(word: RangeWord, today: string): Days {
  const yesterday = addDays(today, -1);
  const monday = addDays(today, -weekday(today));
  const month = `${today.slice(0, 7)}-01`;
  const year = `${today.slice(0, 4)}-01-01`;
  switch (word) {
    case 'yesterday':
      return { first: yesterday, last: yesterday };
    case 'last7days':
      return { first: addDays(today, -7), last: yesterday };
    case 'last30days':
      return { first: addDays(today, -30), last: yesterday };
    case 'last12months':
      // Whole months, the last of them complete.
      return { first: addMonths(month, -12), last: addDays(month, -1) };
    case 'thisWeek':
      return { first: monday, last: addDays(monday, 6) };
    case 'lastWeek':
      return { first: addDays(monday, -7), last: addDays(monday, -1) };
    case 'thisMonth':
      return { first: month, last: addDays(addMonths(month, 1), -1) };
    case 'lastMonth':
      return { first: addMonths(month, -1), last: addDays(month, -1) };
    case 'thisYear':
      return { first: year, last: addDays(addMonths(year, 12), -1) };
    case 'lastYear':
      return { first: addMonths(year, -12), last: addDays(year, -1) };
    case 'everything':
      return { first: null, last: yesterday };
  }
}
