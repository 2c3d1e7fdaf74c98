/** What comes, in the forms that others take: to the letter what was measured of them. */
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { instantAt } from '../../lib/readings/paris';
import { AHEAD_SHAPES, type AheadName } from '../../lib/tariffs/ahead/index';
import { aheadOf } from '../../lib/tariffs/ahead/shape';
import type { Tariff } from '../../lib/tariffs/tariff';
import { checkEvcc, checkPowerSaver } from '../support/neighbours';
import { loadShipped, tariffOf } from '../support/tariffs';

const OWN = { prices: 'own', versions: [{ from: '2025-01-01', kwh: { HC: 0.1579, HP: 0.2065 } }] };
const HPHC = { offer: 'hphc', ...OWN, windows: [{ from: '', winter: '22:00-06:00' }] };
const TEMPO = { offer: 'tempo', prices: 'regulated', power: 9 };

describe('what comes', () => {
  before(loadShipped);

  const shaped = (name: AheadName, tariff: Tariff, date: string, time: string): unknown =>
    AHEAD_SHAPES[name](aheadOf(tariff, instantAt(date, time)));

  it('rates: from the one in force, 48 hours at most', () => {
    assert.deepEqual(shaped('rates', tariffOf(HPHC), '2026-11-25', '12:20'), [
      { start: '2026-11-25T06:00:00+01:00', end: '2026-11-25T22:00:00+01:00', period: 'HP', price: 0.2065 },
      { start: '2026-11-25T22:00:00+01:00', end: '2026-11-26T06:00:00+01:00', period: 'HC', price: 0.1579 },
      { start: '2026-11-26T06:00:00+01:00', end: '2026-11-26T22:00:00+01:00', period: 'HP', price: 0.2065 },
      { start: '2026-11-26T22:00:00+01:00', end: '2026-11-27T06:00:00+01:00', period: 'HC', price: 0.1579 },
      { start: '2026-11-27T06:00:00+01:00', end: '2026-11-27T12:00:00+01:00', period: 'HP', price: 0.2065 },
    ]);
  });

  it('evcc: a bare list of start, end and value, which it takes', () => {
    const list = shaped('evcc', tariffOf(HPHC), '2026-11-25', '12:20') as object[];
    assert.deepEqual(list[0], {
      start: '2026-11-25T06:00:00+01:00',
      end: '2026-11-25T22:00:00+01:00',
      value: 0.2065,
    });
    checkEvcc(JSON.stringify(list));
  });

  it('power-saver: today from midnight, to the minute for strategies, in half-hours for ps-receive-price', () => {
    const windows = [{ from: '', winter: '22:38-06:38' }];
    const { priceData, today, tomorrow } = checkPowerSaver(
      shaped('power-saver', tariffOf({ ...HPHC, windows }), '2026-11-25', '12:20'),
    );
    assert.deepEqual(priceData[0], {
      value: 0.1579,
      start: '2026-11-25T00:00:00+01:00',
      end: '2026-11-25T06:38:00+01:00',
    });
    assert.equal(priceData.at(-1)?.end, '2026-11-27T00:00:00+01:00');
    assert.deepEqual([today.length, tomorrow.length], [48, 48]);
    // 8 of 30 minutes at the low price.
    assert.deepEqual(today[13], { value: 0.19354, start: '2026-11-25T06:30:00+01:00' });
  });

  it('power-saver on the days of the clock changes: 50 and 46 half-hours, each with its offset', () => {
    const of = (date: string) => checkPowerSaver(shaped('power-saver', tariffOf(HPHC), date, '12:00'));
    const october = of('2026-10-25').today;
    assert.equal(october.length, 50);
    assert.deepEqual(
      october.slice(4, 8).map(({ start }) => start.slice(11)),
      ['02:00:00+02:00', '02:30:00+02:00', '02:00:00+01:00', '02:30:00+01:00'],
    );
    assert.equal(of('2027-03-28').today.length, 46);
  });

  it('where tomorrow isn’t known: up to the end of what is, no element without a price', () => {
    const tariff = tariffOf(TEMPO, { days: { '2026-11-24': 'blue', '2026-11-25': 'blue' } });
    const { priceData, today, tomorrow } = checkPowerSaver(
      shaped('power-saver', tariff, '2026-11-25', '12:00'),
    );
    assert.equal(priceData.at(-1)?.end, '2026-11-26T06:00:00+01:00');
    assert.deepEqual([today.length, tomorrow], [48, []]);
    const rates = shaped('rates', tariff, '2026-11-25', '12:00') as { end: string }[];
    assert.equal(rates.at(-1)?.end, '2026-11-26T06:00:00+01:00');
    checkEvcc(JSON.stringify(shaped('evcc', tariff, '2026-11-25', '12:00')));
  });

  it('where this moment’s price isn’t known: empty lists, and nothing for power-saver, which can’t take one', () => {
    const tariff = tariffOf(TEMPO, { days: { '2026-11-26': 'blue' } });
    assert.deepEqual(shaped('rates', tariff, '2026-11-25', '12:00'), []);
    assert.deepEqual(shaped('evcc', tariff, '2026-11-25', '12:00'), []);
    assert.equal(shaped('power-saver', tariff, '2026-11-25', '12:00'), null);
  });

  it('our own checks refuse what the others were measured to refuse', () => {
    const hour = { start: '2026-11-25T00:00:00+01:00', end: '2026-11-25T01:00:00+01:00' };
    const good = { ...hour, value: 0.1579 };
    for (const bad of [
      { rates: [good] },
      [{ ...hour, price: 0.1579 }],
      [{ ...good, value: '0.1579' }],
      [{ start: hour.start, value: 0.1579 }],
      [{ ...good, end: null }],
      [{ ...good, start: 1_795_561_200_000 }],
      [{ ...good, start: '2026-11-25 00:00' }],
    ])
      assert.throws(() => checkEvcc(JSON.stringify(bad)), JSON.stringify(bad));
    const whole = { source: 'Enedis', priceData: [good], today: [], tomorrow: [] };
    checkPowerSaver(whole);
    for (const bad of [
      {},
      { ...whole, priceData: [] },
      { ...whole, priceData: [{ ...hour, price: 0.1579 }] },
      { ...whole, priceData: [{ start: hour.start, value: 0.1579 }] },
      { ...whole, priceData: [{ ...good, value: null }] },
      { ...whole, priceData: [{ ...good, start: 1_795_561_200_000 }] },
      { ...whole, tomorrow: [{ start: hour.start, value: null }] },
      {
        ...whole,
        today: [
          { start: hour.start, value: 0.1 },
          { start: '2026-11-25T06:00:00+01:00', value: 0.2 },
        ],
      },
    ])
      assert.throws(() => checkPowerSaver(bad), JSON.stringify(bad));
  });
});
