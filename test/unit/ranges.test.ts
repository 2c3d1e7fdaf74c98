/** What "last week" or "this month" means on a given day. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { daysOfRange, isRangeWord, RANGES, type RangeWord } from '../../lib/readings/ranges';

const table: Record<string, Record<RangeWord, [string | null, string]>> = {
  // A Thursday.
  '2026-11-26': {
    yesterday: ['2026-11-25', '2026-11-25'],
    last7days: ['2026-11-19', '2026-11-25'],
    last30days: ['2026-10-27', '2026-11-25'],
    last12months: ['2025-11-01', '2026-10-31'],
    thisWeek: ['2026-11-23', '2026-11-29'],
    lastWeek: ['2026-11-16', '2026-11-22'],
    thisMonth: ['2026-11-01', '2026-11-30'],
    lastMonth: ['2026-10-01', '2026-10-31'],
    thisYear: ['2026-01-01', '2026-12-31'],
    lastYear: ['2025-01-01', '2025-12-31'],
    everything: [null, '2026-11-25'],
  },
  // A Monday that begins a month, after a 29 February.
  '2032-03-01': {
    yesterday: ['2032-02-29', '2032-02-29'],
    last7days: ['2032-02-23', '2032-02-29'],
    last30days: ['2032-01-31', '2032-02-29'],
    last12months: ['2031-03-01', '2032-02-29'],
    thisWeek: ['2032-03-01', '2032-03-07'],
    lastWeek: ['2032-02-23', '2032-02-29'],
    thisMonth: ['2032-03-01', '2032-03-31'],
    lastMonth: ['2032-02-01', '2032-02-29'],
    thisYear: ['2032-01-01', '2032-12-31'],
    lastYear: ['2031-01-01', '2031-12-31'],
    everything: [null, '2032-02-29'],
  },
  // A Friday.
  '2027-01-01': {
    yesterday: ['2026-12-31', '2026-12-31'],
    last7days: ['2026-12-25', '2026-12-31'],
    last30days: ['2026-12-02', '2026-12-31'],
    last12months: ['2026-01-01', '2026-12-31'],
    thisWeek: ['2026-12-28', '2027-01-03'],
    lastWeek: ['2026-12-21', '2026-12-27'],
    thisMonth: ['2027-01-01', '2027-01-31'],
    lastMonth: ['2026-12-01', '2026-12-31'],
    thisYear: ['2027-01-01', '2027-12-31'],
    lastYear: ['2026-01-01', '2026-12-31'],
    everything: [null, '2026-12-31'],
  },
};

describe('a word for some days', () => {
  for (const [today, days] of Object.entries(table)) {
    it(`means, on ${today}`, () => {
      for (const word of RANGES) assert.deepEqual(Object.values(daysOfRange(word, today)), days[word], word);
    });
  }

  it('is one of a few', () => {
    assert.ok(isRangeWord('last7days'));
    for (const other of ['', 'last8days', 'toString', undefined, 7]) assert.ok(!isRangeWord(other));
  });
});
