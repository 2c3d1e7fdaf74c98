/** The summary's figures beside a week, a month and a year ago, and what the month and the year may come to. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { summarize, type Figure, type Summary } from '../../lib/query/summary';
import { withComparisons } from '../../lib/query/summary-compared';
import type { Period } from '../../lib/archive/archive';
import type { Measure } from '../../lib/readings/reading';
import { archived, dates, PDL, sourceOf, truth, type ArchivedOptions } from '../support/archived';

const NOW = Date.parse('2026-11-26T09:30:00+01:00');
const TODAY = '2026-11-26';

/** The summary of a meter that knows a period, as the daily node makes it. */
async function summaryOf(known: Period, options: ArchivedOptions = {}, now = NOW): Promise<Summary> {
  const archive = await archived(known, options);
  const since = `${known.end.slice(0, 4)}-01-01`;
  const start = known.start > since ? known.start : since;
  const daily = dates({ start, end: known.end })
    .filter((date) => options.has?.(date, 'daily', 'consumption') ?? true)
    .flatMap((date) => truth('consumption', 'daily', { start: date, end: plus(date, 1) }))
    .map((each): Measure => ({ ...each, quality: 'raw' }));
  const summary = summarize({ consumption: { daily } }, [{ direction: 'consumption', series: 'daily' }], now);
  const { daySums } = sourceOf(archive);
  return withComparisons(summary, { usagePointId: PDL, archive, daySums }, now);
}

function plus(date: string, days: number): string {
  return new Date(Date.parse(date) + days * 86_400_000).toISOString().slice(0, 10);
}

function kwh(first: string, end: string): number {
  return (
    truth('consumption', 'daily', { start: first, end }).reduce((sum, { amount }) => sum + amount, 0) / 1000
  );
}

const figure = (summary: Summary, name: 'day' | 'month' | 'year'): Figure => summary.consumption![name]!;
const nearly = (actual: number | undefined, expected: number): void =>
  assert.ok(Math.abs(actual! - expected) < 1e-6, `${actual} isn't ${expected}`);

describe('the summary beside earlier times', () => {
  const known = { start: '2024-01-01', end: TODAY };

  it('yesterday: the same weekday, last week and last year', async () => {
    const day = figure(await summaryOf(known), 'day');
    nearly(day.before?.value, kwh('2026-11-18', '2026-11-19'));
    nearly(day.lastYear?.value, kwh('2025-11-26', '2025-11-27'));
    nearly(day.before?.change, Math.round((day.value / day.before!.value - 1) * 1e4) / 1e4);
    assert.equal(day.before?.start, '2026-11-18T00:00:00+01:00');
    assert.equal(day.projected, undefined);
  });

  it('the month so far: the same days of the month before, and of last year', async () => {
    const month = figure(await summaryOf(known), 'month');
    nearly(month.before?.value, kwh('2026-10-01', '2026-10-26'));
    nearly(month.lastYear?.value, kwh('2025-11-01', '2025-11-26'));
    const expected =
      month.value + kwh('2025-11-26', '2025-12-01') * (month.value / kwh('2025-11-01', '2025-11-26'));
    assert.deepEqual(month.projected, {
      value: Math.round(expected * 1000) / 1000,
      unit: 'kWh',
      method: 'lastYear',
    });
  });

  it('the year so far: the same dates of last year, both ways', async () => {
    const year = figure(await summaryOf(known), 'year');
    nearly(year.before?.value, kwh('2025-01-01', '2025-11-26'));
    assert.deepEqual(year.before, year.lastYear);
    assert.equal(year.projected?.method, 'lastYear');
  });

  it('a meter of three weeks: nothing to compare a year with, and a projection by the mean', async () => {
    const young = await summaryOf({ start: '2026-11-05', end: TODAY });
    const [day, month] = [figure(young, 'day'), figure(young, 'month')];
    assert.ok(day.before);
    assert.equal(day.lastYear, undefined);
    assert.equal(month.lastYear, undefined);
    assert.equal(month.before, undefined);
    assert.equal(month.projected?.method, 'average');
  });

  it('a day that is missing on one side counts for neither in the change, and is seen in the coverage', async () => {
    const month = figure(await summaryOf(known, { has: (date) => date !== '2025-11-10' }), 'month');
    nearly(month.lastYear?.coverage, 24 / 25);
    const own = month.value - kwh('2026-11-10', '2026-11-11');
    const then = kwh('2025-11-01', '2025-11-26') - kwh('2025-11-10', '2025-11-11');
    nearly(month.lastYear?.change, Math.round((own / then - 1) * 1e4) / 1e4);
  });

  it('on the first of a month, the month that is over carries no projection', async () => {
    const now = Date.parse('2026-11-01T09:00:00+01:00');
    const summary = await summaryOf({ start: '2025-01-01', end: '2026-11-01' }, {}, now);
    assert.equal(figure(summary, 'month').start, '2026-10-01T00:00:00+02:00');
    assert.equal(figure(summary, 'month').projected, undefined);
    nearly(figure(summary, 'month').before?.value, kwh('2026-09-01', '2026-10-01'));
    assert.ok(figure(summary, 'year').projected);
  });
});
