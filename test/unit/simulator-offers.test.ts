/**
 * A simulated household on each offer: its water heater heeds the off-peak hours to the minute, its people the dear days;
 * and each offer prices it whole. Households without a contract are what they have always been.
 */
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { addDays, parisDay } from '../../lib/readings/paris';
import type { Measure } from '../../lib/readings/reading';
import { OFFER_USAGE_POINTS, type UsagePointSpec } from '../../lib/simulator';
import { createHousehold } from '../../lib/simulator/household';
import { createMeter } from '../../lib/simulator/meter';
import { cost, loadShipped, tariffOf } from '../support/tariffs';

const spec = (kind: string): [pdl: string, spec: UsagePointSpec] =>
  Object.entries(OFFER_USAGE_POINTS).find(([, { offer }]) => offer?.kind === kind)!;

/** Mean watts of each five minutes of the clock, over days of a household. */
function clockOf(kind: string, from: string, days: number, without = false): number[] {
  const [usagePointId, { subscribedKva = 9, offer }] = spec(kind);
  const household = createHousehold({
    seed: 1,
    usagePointId,
    subscribedKva,
    offer: without ? undefined : offer,
  });
  const sums = new Array<number>(288).fill(0);
  for (let day = 0; day < days; day++) {
    const grains = household.grains('consumption', addDays(from, day));
    for (const [place, energy] of grains.entries()) sums[place]! += (energy * 12) / days;
  }
  return sums;
}
const at = (clock: readonly number[], time: string): number => {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return clock[(hours * 60 + minutes) / 5]!;
};

describe('the households on offers', () => {
  before(loadShipped);

  it('a household without a contract is the one it has always been', () => {
    const household = createHousehold({ seed: 1, usagePointId: '22516914714270', subscribedKva: 9 });
    let sum = 0;
    let check = 0;
    for (const date of ['2026-01-15', '2026-07-14', '2026-10-25']) {
      for (const [place, energy] of household.grains('consumption', date).entries()) {
        sum += energy;
        check = (check * 31 + energy * (place + 1)) % 1_000_003;
      }
    }
    assert.deepEqual([sum, check], [68_187, 328_811]);
  });

  it('a water heater starts at 22:38: two minutes of the five before 22:40, all of those after', () => {
    const clock = clockOf('hphc', '2026-05-01', 28);
    const started = at(clock, '22:40') - at(clock, '22:30');
    assert.ok(started > 1800 && started < 2100, `${started} W`);
    const first = at(clock, '22:35') - at(clock, '22:30');
    assert.ok(first > 700 && first < 900, `${first} W`);
  });

  it('a season has its own hours: at noon in summer, at midnight in winter', () => {
    const summer = clockOf('seasons', '2026-06-01', 28);
    assert.ok(at(summer, '11:00') - at(summer, '10:55') > 1700);
    assert.ok(Math.abs(at(summer, '00:00') - at(summer, '23:55')) < 300);
    const winter = clockOf('seasons', '2026-01-05', 21);
    assert.ok(at(winter, '00:00') - at(winter, '23:55') > 1000);
    assert.ok(Math.abs(at(winter, '11:00') - at(winter, '10:55')) < 300);
  });

  for (const [kind, dear, hours] of [
    ['tempo', '2025-01-14', [6, 22]],
    ['ejp', '2026-01-08', [7, 24]],
  ] as const)
    it(`people hold back on a dear day, ${kind}, and on no other`, () => {
      const between = (date: string, without: boolean): number => {
        const clock = clockOf(kind, date, 1, without);
        return clock.slice(hours[0] * 12, hours[1] * 12).reduce((sum, watts) => sum + watts / 12, 0);
      };
      // Without the heater, which runs on none of these hours either way.
      const usual = clockOf(kind, dear, 1, true);
      const heater = usual.slice(hours[0] * 12, hours[1] * 12).filter((watts) => watts > 2000).length;
      assert.ok(between(dear, false) < 0.8 * (between(dear, true) - heater * 170), 'held back');
      assert.ok(between(addDays(dear, 20), false) > 0, 'lived on');
    });

  it('an EJP day lasts until 1 o’clock of the next', () => {
    const [usagePointId, { offer }] = spec('ejp');
    const of = (dearDays: readonly string[]) =>
      createHousehold({ seed: 1, usagePointId, subscribedKva: 12, offer: { ...offer!, dearDays } });
    const energy = (dearDays: readonly string[], from: number, to: number): number =>
      of(dearDays)
        .grains('consumption', '2026-01-09')
        .slice(from * 12, to * 12)
        .reduce((sum, each) => sum + each, 0);
    assert.ok(energy(['2026-01-08'], 0, 1) < energy([], 0, 1));
    assert.equal(energy(['2026-01-08'], 1, 24), energy([], 1, 24));
  });

  const OFFERS: Record<string, object> = {
    base: { offer: 'base', power: 6 },
    hphc: { offer: 'hphc', power: 9, windows: [{ winter: '22:38-06:08;12:54-13:24' }] },
    tempo: { offer: 'tempo', power: 9 },
    ejp: { offer: 'ejp', power: 12 },
    seasons: {
      offer: 'custom',
      rules: {
        periods: { HC: 'Creuses', HP: 'Pleines' },
        rules: [{ period: 'HC', windows: true }, { period: 'HP' }],
      },
      windows: [{ winter: '00:00-07:00;13:00-16:00', summer: '11:00-17:00' }],
      versions: [{ from: '2020-01-01', kwh: { HC: 0.15, HP: 0.25 } }],
    },
  };
  for (const [kind, settings] of Object.entries(OFFERS))
    it(`its offer prices all of it, by the same figures each time: ${kind}`, () => {
      const [usagePointId, usagePoint] = spec(kind);
      const days: Record<string, string> = {};
      const curve: Measure[] = [];
      for (let date = '2026-08-31'; date < '2026-11-20'; date = addDays(date, 1)) {
        days[date] = kind === 'ejp' ? 'normal' : 'blue';
        const meter = createMeter(usagePointId, usagePoint, 1);
        if (date === '2026-08-31') continue;
        for (const { start, end, amount } of meter.day('consumption', 'loadCurve', date))
          curve.push({ start, end, amount, quality: 'raw' });
      }
      const { value, energy, unpriced, byPeriod } = cost(curve, tariffOf(settings, { days }));
      assert.equal(unpriced, 0);
      const last = parisDay('2026-11-19').end;
      assert.equal(curve.at(-1)?.end, last);
      assert.ok(energy > 500 && value > 100, `${energy} kWh, ${value} €`);
      if (kind === 'hphc' || kind === 'seasons') {
        const share = byPeriod[0]!.energy / energy;
        // A third of the time.
        assert.ok(share > 0.35, `${share} off-peak`);
      }
    });
});
