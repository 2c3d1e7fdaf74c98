/** What a kWh costs: worked examples whose figures are known, and every fault that other tools have had, by its name. */
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { addDays, datesBetween, instantAt, isoParis, parisDay } from '../../lib/readings/paris';
import type { Measure } from '../../lib/readings/reading';
import { Bill } from '../../lib/tariffs/bill';
import { isHoliday } from '../../lib/tariffs/holidays';
import { priceCurve } from '../../lib/tariffs/pricing';
import { readWindows } from '../../lib/tariffs/windows';
import type { Rate, Tariff } from '../../lib/tariffs/tariff';
import {
  cost,
  costOfDays,
  curveOf,
  loadShipped,
  recordedCurve,
  tariffOf,
  wattHours,
} from '../support/tariffs';

const HOUR = 3_600_000;

const own = (kwh: object, from = '2000-01-01') => ({ prices: 'own', versions: [{ from, kwh }] });
const hphc = (winter: string, rest: object = {}) => ({
  offer: 'hphc',
  windows: [{ from: '', winter }],
  ...own({ HC: 0.1, HP: 0.2 }),
  ...rest,
});
const TEMPO_PRICES = { HCJB: 0.1356, HPJB: 0.1654, HCJW: 0.1536, HPJW: 0.1921, HCJR: 0.1615, HPJR: 0.7295 };
const tempo = { offer: 'tempo', ...own(TEMPO_PRICES) };
const custom = (rules: object, kwh: object = { HC: 0.1, HP: 0.2 }) => ({
  offer: 'custom',
  rules: { periods: { HC: 'HC', HP: 'HP' }, ...rules },
  ...own(kwh),
});

/** The rate in force at a local time. */
function at(tariff: Tariff, local: string): Rate {
  const [date = '', time = ''] = local.split(' ');
  const instant = instantAt(date, time);
  return tariff.rates(instant, instant + 60_000)[0]!;
}

const periodAt = (tariff: Tariff, local: string): string | null => at(tariff, local).period;

before(loadShipped);

describe('worked examples', () => {
  const curve = recordedCurve();

  for (const [windows, energy] of [
    ['22:00–06:00', 68_048],
    ['1H30-8H00;12H30-14H00', 95_657],
    ['0H54-6H54;11H54-13H54', 85_035.6],
    ['22H38-6H38', 77_879],
  ] as const) {
    it(`three recorded days: off-peak energy by the windows ${windows}`, () => {
      const priced = cost(curve, tariffOf(hphc(windows)));
      const { HC, HP } = wattHours(priced);
      assert.ok(Math.abs(HC! - energy) <= 0.5, `${HC}`);
      assert.ok(Math.abs(HC! + HP! - 228_211) < 0.11);
      assert.equal(priced.exactness, /38|54/.test(windows) ? 'prorata' : 'aligned');
      assert.equal(priced.plusMinus > 0, /38|54/.test(windows));
    });
  }

  it('three recorded days: each day by itself', () => {
    const split = (windows: string) =>
      ['2023-03-01', '2023-03-02', '2023-03-03'].map((date, day) => {
        const readings = { date, curve: curve.slice(day * 48, day * 48 + 48) };
        const { HC, HP } = wattHours(costOfDays([readings], tariffOf(hphc(windows))));
        return [Math.floor(HC!), Math.ceil(HP!)];
      });
    assert.deepEqual(split('22:00-06:00'), [
      [26184, 51375],
      [21499, 47181],
      [20365, 61607],
    ]);
    assert.deepEqual(split('1H30-8H00;12H30-14H00'), [
      [36247, 41312],
      [27528, 41152],
      [31882, 50090],
    ]);
  });

  it('the night before the first red day is of the colour of the evening before', () => {
    const tariff = tariffOf(tempo, {
      days: { '2023-02-28': 'white', '2023-03-01': 'blue', '2023-03-02': 'red', '2023-03-03': 'blue' },
    });
    const { HCJW } = wattHours(cost(curve.slice(0, 48), tariff));
    assert.equal(Math.floor(HCJW!), 22_917);
  });

  it('a red day of 10 kWh at the prices of August 2026: Tempo 3.8870 €, Base 2.0010 €, HP/HC 1.8102 €', () => {
    // 4 kWh between 06:00 and 22:00, 6 kWh in the other eight hours.
    const watts = (place: number) => (place >= 12 && place < 44 ? 250 : 750);
    const day = curveOf('2026-08-11', '2026-08-12', watts);
    const regulated = (offer: string) => ({ offer, power: 6, windows: [{ winter: '22:00-06:00' }] });
    const red = { days: { '2026-08-10': 'red', '2026-08-11': 'red' } };
    assert.equal(cost(day, tariffOf(regulated('tempo'), red)).value, 3.887);
    assert.equal(cost(day, tariffOf(regulated('base'))).value, 2.001);
    assert.equal(cost(day, tariffOf(regulated('hphc'))).value, 1.8102);
  });

  it('red on 12 January 2026, white on the 13th: noon, evening, the night after', () => {
    const kwh = { HCJB: 0.1296, HPJB: 0.1609, HCJW: 0.1486, HPJW: 0.1894, HCJR: 0.1568, HPJR: 0.7562 };
    const tariff = tariffOf(
      { offer: 'tempo', ...own(kwh) },
      { days: { '2026-01-12': 'red', '2026-01-13': 'white' } },
    );
    const priceAt = (local: string) => [periodAt(tariff, local), at(tariff, local).price! / 100_000];
    assert.deepEqual(priceAt('2026-01-12 12:00'), ['HPJR', 0.7562]);
    assert.deepEqual(priceAt('2026-01-12 23:00'), ['HCJR', 0.1568]);
    assert.deepEqual(priceAt('2026-01-13 03:00'), ['HCJR', 0.1568]);
    assert.deepEqual(priceAt('2026-01-13 12:00'), ['HPJW', 0.1894]);
  });

  it('a half-hour of 1000 W at 0.10 €, 48 times, and a month of 30 €: 2.40 + 0.9677', () => {
    const tariff = tariffOf({
      offer: 'base',
      prices: 'own',
      versions: [{ from: '2026-01-01', subscription: 30, per: 'month', kwh: { BASE: 0.1 } }],
    });
    const bill = new Bill();
    const day = curveOf('2026-01-10', '2026-01-11', 1000);
    priceCurve(day, tariff.rates(day[0]!.start, day.at(-1)!.end), bill);
    bill.addFixed('2026-01-10', tariff.subscriptionOn('2026-01-10'));
    const { value, fixed, byPeriod } = bill.total();
    assert.deepEqual([value, fixed, byPeriod[0]!.value], [3.36774, 0.96774, 2.4]);
  });
});

describe('faults that others have', () => {
  it('end-stamped 00:00 belongs to the evening before (cost too)', () => {
    const tariff = tariffOf({
      offer: 'base',
      prices: 'own',
      versions: [
        { from: '2026-01-01', kwh: { BASE: 0.1 } },
        { from: '2026-02-01', kwh: { BASE: 0.2 } },
      ],
    });
    const midnight = parisDay('2026-02-01').start;
    const last: Measure = { start: midnight - HOUR / 2, end: midnight, amount: 2000, quality: 'raw' };
    assert.equal(cost([last], tariff).value, 0.1);
  });

  it('window over midnight matches at 23:59, 00:00 and not at end minute', () => {
    const tariff = tariffOf(hphc('22:38-06:38'));
    for (const [time, period] of Object.entries({
      '22:37': 'HP',
      '22:38': 'HC',
      '23:59': 'HC',
      '00:00': 'HC',
      '06:37': 'HC',
      '06:38': 'HP',
    })) {
      assert.equal(periodAt(tariff, `2026-03-04 ${time}`), period, time);
    }
  });

  it('two windows: the gap between them stays peak', () => {
    const tariff = tariffOf(hphc('02:00-07:00;14:00-17:00'));
    assert.equal(periodAt(tariff, '2026-03-04 10:00'), 'HP');
    assert.equal(periodAt(tariff, '2026-03-04 15:00'), 'HC');
  });

  it('window 22H38-6H38 is split inside the half-hour', () => {
    const [halfHour] = curveOf('2026-03-04', '2026-03-05', 600).filter(({ start }) =>
      isoParis(start).includes('T22:30'),
    );
    const priced = cost([halfHour!], tariffOf(hphc('22H38-6H38')));
    assert.deepEqual(wattHours(priced), { HP: 80, HC: 220 });
    assert.equal(priced.value, 0.038);
    assert.equal(priced.exactness, 'prorata');
    // All of it peak: 0.06 €; all of it off-peak: 0.03 €.
    assert.equal(priced.plusMinus, 0.022);
  });

  it('MED style: a weekday has several windows', () => {
    const time = ['01:00-05:00', '12:00-14:00', '22:00-23:00'];
    const tariff = tariffOf(custom({ rules: [{ period: 'HC', weekdays: ['wed'], time }, { period: 'HP' }] }));
    const periods = ['00:30', '04:59', '13:00', '22:30', '23:00'].map((each) =>
      periodAt(tariff, `2026-03-04 ${each}`),
    );
    assert.deepEqual(periods, ['HP', 'HC', 'HC', 'HC', 'HP']);
    assert.equal(periodAt(tariff, '2026-03-05 13:00'), 'HP');
  });

  it('Friday 22-06 window ends on Saturday morning', () => {
    const tariff = tariffOf(
      custom({
        dayStartsAt: '12:00',
        rules: [{ period: 'HC', weekdays: ['fri'], time: ['22:00-06:00'] }, { period: 'HP' }],
      }),
    );
    assert.equal(periodAt(tariff, '2026-03-06 05:00'), 'HP');
    assert.equal(periodAt(tariff, '2026-03-06 23:00'), 'HC');
    assert.equal(periodAt(tariff, '2026-03-07 05:59'), 'HC');
    assert.equal(periodAt(tariff, '2026-03-07 06:00'), 'HP');
    assert.equal(periodAt(tariff, '2026-03-07 23:00'), 'HP');
  });

  it("Tempo 05:30 uses yesterday's colour, 06:00 today's", () => {
    const tariff = tariffOf(tempo, { days: { '2026-01-12': 'red', '2026-01-13': 'white' } });
    assert.equal(periodAt(tariff, '2026-01-13 05:30'), 'HCJR');
    assert.equal(periodAt(tariff, '2026-01-13 06:00'), 'HPJW');
  });

  it('Tempo HC are 22-06 even if the contract says 1H30-7H30', () => {
    const contract = readWindows('HC (1H30-7H30)');
    assert.ok(Array.isArray(contract));
    const windows = [{ from: '', winter: contract, summer: contract }];
    const tariff = tariffOf(
      { ...tempo, windows: [{ winter: '1H30-7H30' }] },
      { days: { '2026-01-12': 'blue' } },
    );
    const { start, end } = parisDay('2026-01-12');
    const rates = tariff.rates(start + 6 * HOUR, end, { windows });
    assert.deepEqual(
      rates.map(({ start: from, period }) => [isoParis(from).slice(11, 16), period]),
      [
        ['06:00', 'HPJB'],
        ['22:00', 'HCJB'],
      ],
    );
  });

  it('unknown colour = unpriced, listed, total partial', () => {
    const tariff = tariffOf(tempo, { days: { '2026-01-11': 'blue', '2026-01-13': 'blue' } });
    const priced = cost(curveOf('2026-01-12', '2026-01-14', 1000), tariff);
    assert.equal(priced.unpriced, 24);
    assert.deepEqual(priced.reasons, { day: 24 });
    assert.deepEqual(priced.unknownDays, ['2026-01-12']);
    // Six hours of the night before, eighteen of the day after.
    assert.equal(priced.energy, 24);
    assert.equal(priced.value, Math.round((8 * 0.1356 + 16 * 0.1654) * 1e5) / 1e5);
  });

  it('first nine days of a month keep their colour', () => {
    const days = Object.fromEntries(
      datesBetween('2026-01-01', '2026-01-20').map((date) => [date, date.endsWith('5') ? 'red' : 'white']),
    );
    const tariff = tariffOf(tempo, { days });
    const periods = datesBetween('2026-01-01', '2026-01-10').map((date) => periodAt(tariff, `${date} 12:00`));
    assert.deepEqual(
      periods,
      [1, 2, 3, 4, 5, 6, 7, 8, 9].map((day) => (day === 5 ? 'HPJR' : 'HPJW')),
    );
  });

  it('EJP 00:30 belongs to the peak day before, 01:00 does not; Saturday allowed', () => {
    const tariff = tariffOf(
      { offer: 'ejp', ...own({ HN: 0.1789, PM: 0.4324 }) },
      { days: { '2026-03-13': 'normal', '2026-03-14': 'ejp', '2026-03-15': 'normal' } },
    );
    for (const [local, period] of Object.entries({
      '2026-03-14 00:30': 'HN',
      '2026-03-14 06:59': 'HN',
      '2026-03-14 07:00': 'PM',
      '2026-03-15 00:30': 'PM',
      '2026-03-15 01:00': 'HN',
      '2026-03-15 12:00': 'HN',
      '2026-07-14 12:00': 'HN',
    })) {
      assert.equal(periodAt(tariff, local), period, local);
    }
    // Known without knowing the day: from 01:00 to 07:00 nothing else is possible.
    assert.equal(periodAt(tariff, '2026-03-20 03:00'), 'HN');
    assert.deepEqual(at(tariff, '2026-03-21 00:30'), {
      ...at(tariff, '2026-03-21 00:30'),
      period: null,
      price: null,
      why: 'day',
      day: '2026-03-20',
    });
  });

  it('price change 1 Feb 00:00 local splits the evening', () => {
    const tariff = tariffOf({ offer: 'base', power: 6 });
    const evening = parisDay('2025-02-01').start - 2 * HOUR;
    assert.deepEqual(
      tariff.rates(evening, evening + 4 * HOUR).map(({ start, price }) => [isoParis(start), price]),
      [
        ['2025-01-31T22:00:00+01:00', 25_160],
        ['2025-02-01T00:00:00+01:00', 20_160],
      ],
    );
  });

  it('a price change inside an off-peak window, at local midnight in summer', () => {
    const tariff = tariffOf({ offer: 'hphc', power: 9, windows: [{ winter: '22:38-06:38' }] });
    const from = instantAt('2025-07-31', '20:00');
    assert.deepEqual(
      tariff.rates(from, from + 12 * HOUR).map(({ start, price }) => [isoParis(start), price]),
      [
        ['2025-07-31T20:00:00+02:00', 21_460],
        ['2025-07-31T22:38:00+02:00', 16_960],
        ['2025-08-01T00:00:00+02:00', 16_350],
        ['2025-08-01T06:38:00+02:00', 20_810],
      ],
    );
  });

  it('windows change dated: the past keeps old windows', () => {
    const tariff = tariffOf({
      ...hphc(''),
      windows: [
        { from: '', winter: '22:00-06:00' },
        { from: '2026-12-15', winter: '23:10-07:10', summer: '00:40-05:40;12:10-15:10' },
      ],
    });
    assert.equal(periodAt(tariff, '2026-12-14 22:30'), 'HC');
    assert.equal(periodAt(tariff, '2026-12-15 06:30'), 'HC');
    assert.equal(periodAt(tariff, '2026-12-15 22:30'), 'HP');
    assert.equal(periodAt(tariff, '2027-07-01 13:00'), 'HC');
    assert.equal(periodAt(tariff, '2027-12-01 13:00'), 'HP');
  });

  it('season edge 31 Mar/1 Apr, 31 Oct/1 Nov and DST same week', () => {
    const tariff = tariffOf({
      ...hphc(''),
      windows: [{ winter: '23:00-07:00', summer: '01:00-06:00;12:00-15:00' }],
    });
    for (const [local, period] of Object.entries({
      '2026-03-31 23:30': 'HC',
      '2026-04-01 00:30': 'HP',
      '2026-04-01 01:00': 'HC',
      '2026-04-01 06:30': 'HP',
      '2026-10-31 23:30': 'HP',
      '2026-11-01 00:00': 'HC',
      '2026-11-01 06:30': 'HC',
      '2026-10-25 05:30': 'HC',
      '2026-03-29 06:30': 'HC',
    })) {
      assert.equal(periodAt(tariff, local), period, local);
    }
    const seasons = tariffOf(
      custom({ rules: [{ period: 'HC', season: 'winter', time: ['11:00-18:00'] }, { period: 'HP' }] }),
    );
    assert.equal(periodAt(seasons, '2026-03-31 12:00'), 'HC');
    assert.equal(periodAt(seasons, '2026-04-01 12:00'), 'HP');
    assert.equal(periodAt(seasons, '2026-10-31 12:00'), 'HP');
    assert.equal(periodAt(seasons, '2026-11-01 12:00'), 'HC');
  });

  it('DST Sunday: 46/50 slots, Tempo day 23/25 h, 02:30 twice priced twice', () => {
    const lengths = (date: string): number[] => {
      const tariff = tariffOf(tempo, { days: { [addDays(date, -1)]: 'blue', [date]: 'white' } });
      const { start, end } = parisDay(date);
      return tariff.rates(start, end).map((rate) => (rate.end - rate.start) / HOUR);
    };
    assert.deepEqual(lengths('2026-10-25'), [7, 16, 2]);
    assert.deepEqual(lengths('2026-03-29'), [5, 16, 2]);
    const october = curveOf('2026-10-25', '2026-10-26', 1000);
    assert.equal(october.length, 50);
    const tariff = tariffOf(hphc('02:15-02:45'));
    assert.deepEqual(wattHours(cost(october, tariff)), { HP: 24_000, HC: 1000 });
    const march = curveOf('2026-03-29', '2026-03-30', 1000);
    assert.equal(march.length, 46);
    assert.deepEqual(wattHours(cost(march, tariff)), { HP: 23_000 });
    assert.deepEqual(wattHours(cost(october, tariffOf(hphc('22:00-06:00')))), { HC: 9000, HP: 16_000 });
  });

  it('missing half-hours: cost of known + "n slots unpriced", no extrapolation', () => {
    const curve = curveOf('2026-03-04', '2026-03-05', 1000).filter((_, place) => place % 8 > 0);
    const tariff = tariffOf(hphc('22:00-06:00'));
    const alone = costOfDays([{ date: '2026-03-04', curve }], tariff);
    assert.equal(alone.energy, 21);
    assert.equal(alone.unpriced, 0);
    const known = costOfDays([{ date: '2026-03-04', curve, daily: 24_500 }], tariff);
    assert.equal(known.energy, 21);
    assert.deepEqual([known.unpriced, known.reasons], [3.5, { missing: 3.5 }]);
    assert.equal(known.value, alone.value);
  });

  it('JC: 10-minute day with one point missing keeps its step', () => {
    const { start } = parisDay('2026-03-04');
    const curve = Array.from({ length: 144 }, (_, place): Measure => {
      const from = start + place * (HOUR / 6);
      return { start: from, end: from + HOUR / 6, amount: 600, quality: 'raw' };
    }).filter((_, place) => place !== 50);
    const tariff = tariffOf({ offer: 'base', ...own({ BASE: 0.2 }) });
    assert.equal(cost(curve, tariff).energy, 14.3);
    assert.equal(cost(curve, tariff).value, 2.86);
  });

  it('zero price, zero Wh, negative spot', () => {
    const free = tariffOf({ offer: 'base', ...own({ BASE: 0 }) });
    const day = curveOf('2026-03-04', '2026-03-05', 1000);
    const { value, energy, unpriced } = cost(day, free);
    assert.deepEqual([value, energy, unpriced], [0, 24, 0]);
    assert.equal(cost(curveOf('2026-03-04', '2026-03-05', 0), free).energy, 0);
    const { start } = parisDay('2026-03-04');
    const spot = tariffOf(
      { offer: 'base', ...own({ BASE: { rates: true, times: 1.2, plus: 0.05 } }) },
      {
        slots: [
          { start, end: start + HOUR, price: -10_000 },
          { start: start + HOUR, end: start + 2 * HOUR, price: 0 },
        ],
      },
    );
    const priced = cost(day, spot);
    // 1 kWh at −0.12 + 0.05, 1 kWh at 0.05; the other 22 have no rate.
    assert.equal(priced.value, -0.02);
    assert.deepEqual(priced.reasons, { rates: 22 });
  });

  it('holiday: 1 May, Easter Monday, Ascension, Whit Monday; Alsace-Moselle optional', () => {
    const days2026 = [
      '01-01',
      '04-06',
      '05-01',
      '05-08',
      '05-14',
      '05-25',
      '07-14',
      '08-15',
      '11-01',
      '11-11',
      '12-25',
    ];
    const found = (region: 'fr' | 'alsace-moselle', year: number) =>
      datesBetween(`${year}-01-01`, `${year + 1}-01-01`)
        .filter((date) => isHoliday(date, region))
        .map((date) => date.slice(5));
    assert.deepEqual(found('fr', 2026), days2026);
    assert.deepEqual(found('alsace-moselle', 2026), [...days2026, '04-03', '12-26'].sort());
    assert.ok(found('fr', 2024).includes('04-01') && found('fr', 2024).includes('05-20'));
    assert.ok(found('fr', 2038).includes('04-26'));
    const rules = [{ period: 'HC', holiday: true }, { period: 'HP' }];
    assert.equal(periodAt(tariffOf(custom({ rules })), '2026-05-01 12:00'), 'HC');
    assert.equal(periodAt(tariffOf(custom({ rules })), '2026-12-26 12:00'), 'HP');
    const alsace = tariffOf(custom({ holidays: 'alsace-moselle', rules }));
    assert.equal(periodAt(alsace, '2026-12-26 12:00'), 'HC');
  });

  it('subscription due on days without data; kVA change mid-month', () => {
    const tariff = tariffOf({
      offer: 'base',
      power: 9,
      earlier: [{ until: '2025-10-16', offer: 'base', power: 6 }],
    });
    const bill = new Bill();
    for (const date of datesBetween('2025-10-01', '2025-11-01')) {
      bill.addFixed(date, tariff.subscriptionOn(date));
    }
    const { fixed, value, energy } = bill.total();
    assert.equal(energy, 0);
    assert.equal(fixed, Math.round(((15 * 185.94 + 16 * 233.7) / 365) * 1e5) / 1e5);
    assert.equal(value, fixed);
  });

  it('registers: Σ D = T, Σ F may be < T after a supplier change', () => {
    const date = '2026-06-10';
    const curve = curveOf(date, '2026-06-11', 1000);
    const tariff = tariffOf(hphc('22:38-06:38'));
    const whole = costOfDays([{ date, curve, daily: 24_000, registers: { F1: 9000, F2: 15_000 } }], tariff);
    assert.deepEqual([whole.from, whole.exactness, whole.value], [['registers'], 'registers', 3.9]);
    assert.deepEqual(wattHours(whole), { HC: 9000, HP: 15_000 });
    // The supplier changed that day: its registers tell a part only.
    const part = costOfDays([{ date, curve, daily: 24_000, registers: { F1: 3000, F2: 2000 } }], tariff);
    assert.deepEqual([part.from, part.energy], [['loadCurve'], 24]);
    // Registers of an offer that isn't the tariff's.
    const other = costOfDays([{ date, curve, daily: 24_000, registers: { F1: 9000, F3: 15_000 } }], tariff);
    assert.deepEqual(other.from, ['loadCurve']);
  });

  it('registers know the colour that nobody has told', () => {
    const registers = { F1: 0, F2: 0, F3: 0, F4: 0, F5: 3000, F6: 1000 };
    const readings = { date: '2026-01-12', curve: [], daily: 4000, registers };
    const priced = costOfDays([readings], tariffOf(tempo));
    assert.equal(priced.value, Math.round((3 * 0.1615 + 0.7295) * 1e5) / 1e5);
    assert.equal(priced.unpriced, 0);
  });

  it('a daily figure alone prices what has one price, and nothing else', () => {
    const readings = { date: '2026-03-04', curve: [], daily: 10_000 };
    const base = costOfDays([readings], tariffOf({ offer: 'base', ...own({ BASE: 0.2 }) }));
    assert.deepEqual([base.value, base.from, base.unpriced], [2, ['daily'], 0]);
    const split = costOfDays([readings], tariffOf(hphc('22:00-06:00')));
    assert.deepEqual([split.value, split.unpriced, split.reasons], [0, 10, { daily: 10 }]);
  });

  it('one price a day: the daily energy counts as long as the curve has holes', () => {
    const tariff = tariffOf({ offer: 'base', ...own({ BASE: 0.2 }) });
    const curve = curveOf('2026-03-04', '2026-03-05', 1000);
    const date = '2026-03-04';
    const holes = costOfDays([{ date, curve: curve.slice(5), daily: 24_001 }], tariff);
    assert.deepEqual([holes.from, holes.energy], [['daily'], 24.001]);
    const whole = costOfDays([{ date, curve, daily: 24_001 }], tariff);
    assert.deepEqual([whole.from, whole.energy], [['loadCurve'], 24]);
  });

  it('a reading before the first price is unpriced, and says so', () => {
    const tariff = tariffOf({ offer: 'base', ...own({ BASE: 0.2 }, '2026-03-05') });
    const priced = costOfDays([{ date: '2026-03-04', curve: [], daily: 10_000 }], tariff);
    assert.deepEqual([priced.value, priced.reasons], [0, { price: 10 }]);
  });

  it('a power that the official prices do not know at that time has none, whatever other powers cost', () => {
    const tariff = tariffOf({ offer: 'base', power: 18 });
    assert.deepEqual(at(tariff, '2026-07-31 12:00').why, 'price');
    assert.equal(at(tariff, '2026-08-01 12:00').price, 19_850);
    assert.equal(tariffOf({ offer: 'tempo', power: 6 }).subscriptionOn('2026-03-01'), null);
  });

  it('off-peak hours that nobody has told are not guessed; those of the contract count', () => {
    const tariff = tariffOf({ offer: 'hphc', ...own({ HC: 0.1, HP: 0.2 }) });
    const day = curveOf('2026-03-04', '2026-03-05', 1000);
    assert.deepEqual(cost(day, tariff).reasons, { windows: 24 });
    const told = readWindows('HC (22H00-6H00)');
    assert.ok(Array.isArray(told));
    const windows = [{ from: '', winter: told, summer: told }];
    assert.deepEqual(wattHours(cost(day, tariff, { windows })), { HC: 8000, HP: 16_000 });
  });

  it('a former contract keeps its offer, its windows and its prices', () => {
    const tariff = tariffOf({
      ...tempo,
      earlier: [
        { until: '2024-01-01', offer: 'base', ...own({ BASE: 0.15 }) },
        { until: '2025-01-01', ...hphc('22:00-06:00') },
      ],
    });
    assert.equal(periodAt(tariff, '2023-12-31 23:59'), 'BASE');
    assert.equal(periodAt(tariff, '2024-01-01 00:00'), 'HC');
    assert.equal(periodAt(tariff, '2024-12-31 12:00'), 'HP');
    assert.equal(at(tariff, '2025-01-01 12:00').why, 'day');
  });

  it('an official price that is newer than a typed one counts from its day on; on the same day the typed one', () => {
    const settings = { offer: 'base', power: 6 };
    const typed = (from: string) => tariffOf({ ...settings, versions: [{ from, kwh: { BASE: 0.3 } }] });
    assert.equal(at(typed('2026-03-01'), '2026-07-31 12:00').price, 30_000);
    assert.equal(at(typed('2026-03-01'), '2026-08-01 12:00').price, 20_010);
    assert.equal(at(typed('2026-08-01'), '2026-08-01 12:00').price, 30_000);
    assert.equal(at(typed('2026-03-01'), '2026-02-28 12:00').price, 19_400);
  });

  it('OctoTempo: red days override the season; a night of a red day stays red until 06:00', () => {
    const tariff = tariffOf(
      {
        offer: 'custom',
        rules: {
          periods: { RED: 'Rouge', HC: 'HC', HP: 'HP' },
          calendar: 'tempo',
          dayStartsAt: '00:00',
          rules: [
            { period: 'RED', day: ['red'], time: ['06:00-22:00'] },
            { period: 'HC', time: ['21:00-07:00'] },
            { period: 'HC', season: 'summer', time: ['11:00-17:00'] },
            { period: 'HP' },
          ],
        },
        ...own({ RED: 0.6, HC: 0.12, HP: 0.2 }),
      },
      { days: { '2026-01-12': 'red', '2026-01-13': 'blue', '2026-07-01': 'blue' } },
    );
    assert.equal(periodAt(tariff, '2026-01-12 12:00'), 'RED');
    assert.equal(periodAt(tariff, '2026-01-12 22:30'), 'HC');
    assert.equal(periodAt(tariff, '2026-01-13 06:30'), 'HC');
    assert.equal(periodAt(tariff, '2026-01-13 12:00'), 'HP');
    assert.equal(periodAt(tariff, '2026-07-01 12:00'), 'HC');
    assert.equal(at(tariff, '2026-07-02 12:00').why, 'day');
    assert.equal(periodAt(tariff, '2026-07-02 23:00'), 'HC');
  });

  it('production earns by its own tariff, zero included', () => {
    const tariff = tariffOf({ direction: 'production', offer: 'base', ...own({ BASE: 0.04 }) });
    assert.equal(tariff.direction, 'production');
    assert.equal(cost(curveOf('2026-06-01', '2026-06-02', 500), tariff).value, 0.48);
  });
});
