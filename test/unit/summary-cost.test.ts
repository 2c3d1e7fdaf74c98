/** Euros in the summary: what yesterday, the month and the year have cost, and what isn't known of it. */
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { MeterArchive } from '../../lib/archive/archive';
import { EnedisError } from '../../lib/errors';
import { withCosts, type PricedBy } from '../../lib/query/cost';
import { DaySums } from '../../lib/query/day-sums';
import { summarize, type Summary } from '../../lib/query/summary';
import { addDays, datesBetween, parisDay } from '../../lib/readings/paris';
import type { Direction, Measure } from '../../lib/readings/reading';
import { FileStorage } from '../../lib/storage/files';
import type { Tariff } from '../../lib/tariffs/tariff';
import { costOfDays, curveOf, loadShipped, tariffOf } from '../support/tariffs';

const TODAY = '2026-11-26';
const WANTED = [{ direction: 'consumption', series: 'daily' }] as const;
const HPHC = { offer: 'hphc', power: 6, windows: [{ from: '', winter: '22:38-06:38' }] };

/** Days added up from their curve. */
function dailyOf(curve: readonly Measure[]): Measure[] {
  const days = new Map<number, Measure>();
  for (const { start, end, amount } of curve) {
    const day = parisDay(new Date(start + 3 * 3_600_000).toISOString().slice(0, 10));
    const of = start >= day.start ? day : parisDay(addDays(day.date, -1));
    const known = days.get(of.start) ?? { start: of.start, end: of.end, amount: 0, quality: 'raw' };
    days.set(of.start, { ...known, amount: known.amount + (amount * (end - start)) / 3_600_000 });
  }
  return [...days.values()].map((day) => ({ ...day, amount: Math.round(day.amount) }));
}

/** A meter's archive, and the summary of what is in it. */
async function meter(
  curve: readonly Measure[],
  daily: readonly Measure[] = dailyOf(curve),
  direction: Direction = 'consumption',
): Promise<{ archive: MeterArchive; summary: Summary }> {
  const archive = new MeterArchive(new FileStorage(undefined, () => undefined), 'real', '22516914714270');
  await archive.merge({ direction, series: 'loadCurve' }, curve, 'conso-api');
  await archive.merge({ direction, series: 'daily' }, daily, 'conso-api');
  const maxPower: Measure[] = daily.slice(-1).map((day) => ({ ...day, amount: 5000, at: day.start + 1000 }));
  const known = {
    [direction]: { daily, loadCurve: curve, ...(direction === 'consumption' ? { maxPower } : {}) },
  };
  return { archive, summary: summarize(known, WANTED, parisDay(TODAY).start) };
}

const meterOf = (archive: MeterArchive) => ({
  usagePointId: '22516914714270',
  archive,
  daySums: new DaySums(archive),
});
const by = (tariff: Tariff | null, subscribedPower: number | null = null): PricedBy => ({
  tariffOf: (direction) => Promise.resolve(direction === 'consumption' ? tariff : null),
  subscribedPower,
});

describe('euros in the summary', () => {
  before(loadShipped);

  it('yesterday, the month and the year each cost what their days do, to the cent and beyond', async () => {
    const curve = curveOf('2026-01-01', TODAY, (place) => (place * 7919) % 3001);
    const { archive, summary } = await meter(curve);
    const tariff = tariffOf(HPHC);
    const { consumption } = (await withCosts(summary, meterOf(archive), by(tariff))).summary;
    for (const [name, start] of [
      ['day', '2026-11-25'],
      ['month', '2026-11-01'],
      ['year', '2026-01-01'],
    ] as const) {
      const days = datesBetween(start, TODAY).map((date) => {
        const { start: from, end } = parisDay(date);
        return { date, curve: curve.filter((each) => each.start >= from && each.start < end) };
      });
      const { value, byPeriod, unpriced } = costOfDays(days, tariff);
      const figure = consumption![name]!;
      assert.deepEqual([figure.cost!.value, figure.cost!.unpriced, unpriced], [value, 0, 0], name);
      assert.deepEqual(
        figure.byPeriod,
        Object.fromEntries(
          byPeriod.map(({ period, energy, value: cost }) => [period, { value: energy, cost }]),
        ),
      );
      const parts = Object.values(figure.byPeriod);
      const units = parts.reduce((sum, { cost }) => sum + Math.round(cost * 100_000), 0);
      assert.equal(units, Math.round(value * 100_000));
    }
  });

  it('the subscription stands beside, for the days of the figure', async () => {
    const { archive, summary } = await meter(curveOf('2026-11-01', TODAY, 500));
    const { consumption } = (await withCosts(summary, meterOf(archive), by(tariffOf(HPHC)))).summary;
    // 15.86 € a month since August, a day of November is a thirtieth.
    assert.equal(consumption!.day!.cost!.fixed, 0.52867);
    assert.equal(consumption!.month!.cost!.fixed, 13.21667);
    const own = { offer: 'base', prices: 'own', versions: [{ from: '2026-01-01', kwh: { BASE: 0.2 } }] };
    const without = (await withCosts(summary, meterOf(archive), by(tariffOf(own)))).summary.consumption!.day!
      .cost!;
    assert.deepEqual([without.value, without.fixed], [2.4, null]);
  });

  it('a day of which only the daily reading is there has no price with off-peak hours, and one with a single price', async () => {
    const { archive, summary } = await meter([], dailyOf(curveOf('2026-11-24', TODAY, 1000)));
    const { consumption } = (await withCosts(summary, meterOf(archive), by(tariffOf(HPHC)))).summary;
    assert.deepEqual([consumption!.day!.cost!.value, consumption!.day!.cost!.unpriced], [0, 24]);
    const base = (await withCosts(summary, meterOf(archive), by(tariffOf({ offer: 'base', power: 6 }))))
      .summary;
    assert.deepEqual(
      [base.consumption!.day!.cost!.value, base.consumption!.day!.cost!.unpriced],
      [4.8024, 0],
    );
  });

  it('without a tariff it is as it was, and so is a direction that has none', async () => {
    const { archive, summary } = await meter(curveOf('2026-11-24', TODAY, 1000));
    const before = JSON.stringify(summary);
    const { summary: same } = await withCosts(summary, meterOf(archive), by(null));
    assert.equal(JSON.stringify(same), before);
    const fed = await meter(curveOf('2026-11-24', TODAY, 1000), undefined, 'production');
    const { summary: production } = await withCosts(fed.summary, meterOf(fed.archive), by(tariffOf(HPHC)));
    assert.equal(JSON.stringify(production), JSON.stringify(fed.summary));
  });

  it('the highest power stands beside the subscribed one: as typed, else the tariff’s', async () => {
    const { archive, summary } = await meter(curveOf('2026-11-24', TODAY, 1000));
    const subscribed = async (pricedBy: PricedBy): Promise<number | undefined> =>
      (await withCosts(summary, meterOf(archive), pricedBy)).summary.consumption!.maxPower!.subscribed;
    assert.equal(await subscribed(by(tariffOf(HPHC))), 6);
    assert.equal(await subscribed(by(tariffOf(HPHC), 9)), 9);
    assert.equal(await subscribed(by(null, 9)), 9);
    assert.equal(await subscribed(by(null)), undefined);
  });

  it('a tariff that can’t be used leaves the summary without costs, and says why', async () => {
    const { archive, summary } = await meter(curveOf('2026-11-24', TODAY, 1000));
    const error = new EnedisError('configTariff', { tariff: 'x', at: 'rules', problem: 'json' });
    const refused: PricedBy = { tariffOf: () => Promise.reject(error), subscribedPower: null };
    const priced = await withCosts(summary, meterOf(archive), refused);
    assert.deepEqual(priced, { summary, problem: error });
  });

  it('a correction and a price that comes late are in the next summary', async () => {
    const curve = curveOf('2026-11-24', TODAY, 1000);
    const { archive, summary } = await meter(curve);
    const own = (price: number): Tariff =>
      tariffOf({ offer: 'base', prices: 'own', versions: [{ from: '2026-01-01', kwh: { BASE: price } }] });
    const cost = async (tariff: Tariff): Promise<number> =>
      (await withCosts(summary, meterOf(archive), by(tariff))).summary.consumption!.day!.cost!.value;
    assert.equal(await cost(own(0.2)), 4.8);
    assert.equal(await cost(own(0.3)), 7.2);
    await archive.merge(
      { direction: 'consumption', series: 'loadCurve' },
      curveOf('2026-11-25', TODAY, 2000),
      'conso-api',
    );
    assert.equal(await cost(own(0.2)), 9.6);
  });
});
