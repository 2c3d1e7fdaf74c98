/** What is said of readings: complete or not, adding up or not, and the five figures of the widget. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { aggregate } from '../../lib/figures/aggregate';
import { byDate, gaps, isAccountedFor, reconcile } from '../../lib/readings/completeness';
import { Describer, type Description } from '../../lib/figures/describe';
import {
  addDays,
  datesBetween,
  instantAt,
  isoParis,
  parisDay,
  type ParisDay,
} from '../../lib/readings/paris';
import {
  isUsagePointId,
  maskUsagePoint,
  type Direction,
  type Measure,
  type Series,
} from '../../lib/readings/reading';
import { summarize } from '../../lib/query/summary';
import { tally, type Tally } from '../../lib/readings/completeness';
import { toReading } from '../../lib/readings/to-readings';
import { createSimulator } from '../../lib/simulator';

const MINUTE = 60_000;
const PDL = '22516914714270';
const OCTOBER = '2026-10-25';
const MARCH = '2026-03-29';
const PLAIN = '2026-04-01';
const CURVE = { usagePointId: PDL, direction: 'consumption', series: 'loadCurve' } as const;
const simulator = createSimulator({ clock: { now: () => Date.parse('2026-11-15T12:00:00Z') } });

const truth = (series: Series, from: string, to = addDays(from, 1)): Measure[] =>
  simulator
    .truth(PDL, 'consumption', series, from, to)
    .map((reading): Measure => ({ ...reading, quality: 'raw' }));
const daily = (date: string, amount: number): Measure => {
  const { start, end } = parisDay(date);
  return { start, end, amount, quality: 'raw' };
};
const dayOf = (date: string, step = 30): Measure[] => {
  const { start, end } = parisDay(date);
  const measures: Measure[] = [];
  for (let from = start; from < end; from += step * MINUTE)
    measures.push({ start: from, end: from + step * MINUTE, amount: 100, quality: 'raw' });
  return measures;
};
const without = (measures: Measure[], ...places: number[]): Measure[] =>
  measures.filter((_, place) => !places.includes(place));

function dayCoverage(
  day: ParisDay,
  measures: Measure[],
  perDay: boolean,
): Pick<Tally, 'expected' | 'received'> {
  const { expected, received } = tally(perDay, measures, day);
  return { expected, received };
}

describe('coverage', () => {
  it('counts 46, 48 and 50 half-hours', () => {
    for (const [date, expected] of [
      [MARCH, 46],
      [PLAIN, 48],
      [OCTOBER, 50],
    ] as const)
      assert.deepEqual(dayCoverage(parisDay(date), dayOf(date), false), { expected, received: expected });
  });

  it('counts the 48 half-hours of an October day as two too few', () => {
    assert.deepEqual(dayCoverage(parisDay(OCTOBER), without(dayOf(OCTOBER), 4, 5), false), {
      expected: 50,
      received: 48,
    });
  });

  it('counts in the step that the day has', () => {
    const day = parisDay(PLAIN);
    assert.deepEqual(dayCoverage(day, dayOf(PLAIN, 10), false), { expected: 144, received: 144 });
    assert.deepEqual(dayCoverage(day, without(dayOf(PLAIN, 10), 0, 7, 100), false), {
      expected: 144,
      received: 141,
    });
    const mixed = [...dayOf(PLAIN, 60).slice(0, 12), ...dayOf(PLAIN, 30).slice(24)];
    assert.deepEqual(dayCoverage(day, mixed, false), { expected: 36, received: 36 });
    // A hole among half-hours is one of half an hour, whatever comes later; a message and its aggregate say the same.
    const finer = [...without(dayOf(PLAIN, 30).slice(0, 24), 3), ...dayOf(PLAIN, 10).slice(72)];
    assert.deepEqual(dayCoverage(day, finer, false), { expected: 96, received: 95 });
    const described = new Describer(CURVE);
    described.add(day, finer, []);
    const { coverage } = described.description(finer.length, { source: 'network', gateway: 'demo' });
    assert.equal(coverage, aggregate(CURVE, finer, 'day', 'auto')[0]!.coverage);
  });

  it('expects half-hours of a day that has nothing, and one of a day’s energy', () => {
    const day = parisDay(PLAIN);
    assert.deepEqual(dayCoverage(day, [], false), { expected: 48, received: 0 });
    assert.deepEqual(dayCoverage(day, [], true), { expected: 1, received: 0 });
    assert.deepEqual(dayCoverage(day, [daily(PLAIN, 0)], true), { expected: 1, received: 1 });
  });

  it('finds the holes, and what is there and what isn’t make up the whole', () => {
    const day = parisDay(OCTOBER);
    const all = dayOf(OCTOBER);
    assert.deepEqual(gaps(day, []), [{ start: day.start, end: day.end }]);
    assert.deepEqual(gaps(day, all), []);
    assert.deepEqual(
      gaps(day, without(all, 0, 4, 5, 49)).map(({ start, end }) => [
        isoParis(start).slice(11),
        isoParis(end).slice(11),
      ]),
      [
        ['00:00:00+02:00', '00:30:00+02:00'],
        ['02:00:00+02:00', '02:00:00+01:00'],
        ['23:30:00+01:00', '00:00:00+01:00'],
      ],
    );
    fc.assert(
      fc.property(fc.subarray(all), (some) => {
        const lengths = [...some, ...gaps(day, some)].map(({ start, end }) => end - start);
        assert.ok(lengths.every((length) => length > 0));
        assert.equal(
          lengths.reduce((sum, length) => sum + length, 0),
          day.end - day.start,
        );
      }),
    );
  });

  it('looks no further than the span, whatever lies outside', () => {
    const day = parisDay(PLAIN);
    const around = [
      ...dayOf('2026-03-31'),
      ...without(dayOf(PLAIN), 47),
      ...without(dayOf('2026-04-02'), 0, 3, 10),
    ];
    assert.deepEqual(gaps(day, around), [{ start: day.end - 30 * MINUTE, end: day.end }]);
  });
});

describe('a day that its known half-hours account for', () => {
  const day = parisDay(PLAIN);
  /** A roof: 1000 W from 08:00 to 18:00, and nothing listed at night. */
  const daylight = dayOf(PLAIN)
    .slice(16, 36)
    .map((measure) => ({ ...measure, amount: 1000 }));

  it('lacks nothing, though half-hours are missing', () => {
    assert.ok(isAccountedFor(day, daylight, daily(PLAIN, 10_000)));
    assert.ok(isAccountedFor(day, [], daily(PLAIN, 0)));
  });

  it('lacks something where energy is missing, or where nobody knows the day’s energy', () => {
    assert.ok(!isAccountedFor(day, daylight, daily(PLAIN, 10_001)));
    assert.ok(!isAccountedFor(day, daylight.slice(1), daily(PLAIN, 10_000)));
    assert.ok(!isAccountedFor(day, [], daily(PLAIN, 10_000)));
    assert.ok(!isAccountedFor(day, daylight, undefined));
  });
});

describe('reconciliation', () => {
  it('is exact on every day of a year, clock changes included', () => {
    const curves = byDate(truth('loadCurve', '2025-11-01', '2026-11-01'));
    const dailies = byDate(truth('daily', '2025-11-01', '2026-11-01'));
    assert.equal(curves.size, 365);
    for (const [date, curve] of curves)
      assert.equal(reconcile(parisDay(date), curve, dailies.get(date)![0]), 0, date);
  });

  it('sees one watt-hour', () => {
    const day = parisDay(PLAIN);
    const [total] = truth('daily', PLAIN);
    assert.equal(reconcile(day, truth('loadCurve', PLAIN), { ...total!, amount: total!.amount - 1 }), 1);
    assert.equal(reconcile(day, truth('loadCurve', PLAIN), { ...total!, amount: total!.amount + 1 }), -1);
  });

  it('stays exact where a third of an hour isn’t (PT5M, PT10M)', () => {
    const energy = (step: number, amount: number): number | null =>
      reconcile(
        parisDay(PLAIN),
        dayOf(PLAIN, step).map((measure) => ({ ...measure, amount })),
        daily(PLAIN, 0),
      );
    assert.deepEqual([energy(5, 100), energy(10, 7), energy(5, 1)], [2400, 168, 24]);
  });

  it('judges no day that it can’t: a hole, no curve, no daily figure', () => {
    const day = parisDay(PLAIN);
    const [total] = truth('daily', PLAIN);
    assert.equal(reconcile(day, without(truth('loadCurve', PLAIN), 20), total), null);
    assert.equal(reconcile(day, [], total), null);
    assert.equal(reconcile(day, truth('loadCurve', PLAIN), undefined), null);
  });

  it('accepts a day without any consumption', () => {
    const zeros = dayOf(PLAIN).map((measure) => ({ ...measure, amount: 0 }));
    assert.equal(reconcile(parisDay(PLAIN), zeros, daily(PLAIN, 0)), 0);
  });
});

describe('a reading for the flow', () => {
  const id = { usagePointId: PDL, direction: 'consumption', series: 'daily' } as const;

  it('is in kWh, kW or kVA, with the day in Paris time', () => {
    assert.deepEqual(toReading(id, daily(PLAIN, 9271)), {
      id: `${PDL}/consumption/daily/2026-03-31T22:00:00Z`,
      usagePointId: PDL,
      direction: 'consumption',
      series: 'daily',
      start: '2026-04-01T00:00:00+02:00',
      end: '2026-04-02T00:00:00+02:00',
      value: 9.271,
      unit: 'kWh',
      quality: 'raw',
    });
    const peak = toReading(
      { ...id, series: 'maxPower' },
      { ...daily(PLAIN, 3533), at: Date.parse('2026-04-01T02:18:59Z'), quality: 'corrected', corrects: 3500 },
    );
    assert.deepEqual(
      [peak.value, peak.unit, peak.at, peak.quality, peak.corrects],
      [3.533, 'kVA', '2026-04-01T04:18:59+02:00', 'corrected', 3.5],
    );
    assert.equal(toReading({ ...id, series: 'loadCurve' }, dayOf(PLAIN)[0]!).unit, 'kW');
  });

  it('has no more than three decimals, ever, and gives the amount back', () => {
    fc.assert(
      fc.property(fc.nat(6_250_000), (amount) => {
        const { value } = toReading(id, daily(PLAIN, amount));
        assert.match(String(value), /^\d+(\.\d{1,3})?$/);
        assert.equal(Math.round(value * 1000), amount);
      }),
    );
  });

  it('keeps a zero, also as what it corrects', () => {
    const reading = toReading(id, { ...daily(PLAIN, 0), corrects: 0 });
    assert.deepEqual([reading.value, reading.corrects], [0, 0]);
    assert.equal('corrects' in toReading(id, daily(PLAIN, 0)), false);
  });

  it('has an id of its own in October’s repeated hour, and always the same', () => {
    const ids = (step: number) =>
      dayOf(OCTOBER, step).map((measure) => toReading({ ...id, series: 'loadCurve' }, measure).id);
    assert.equal(new Set(ids(30)).size, 50);
    assert.equal(ids(30)[4], `${PDL}/consumption/loadCurve/2026-10-25T00:00:00Z`);
    assert.equal(ids(30)[6], `${PDL}/consumption/loadCurve/2026-10-25T01:00:00Z`);
    assert.equal(new Set(ids(5)).size, 300);
    assert.deepEqual(ids(30), ids(30));
  });
});

describe('what a message says of its readings', () => {
  const id = { usagePointId: PDL, direction: 'consumption', series: 'loadCurve' } as const;
  const origin = { source: 'network', gateway: 'conso-api' } as const;
  /** What is said of `count` readings over the days of what is known. */
  const said = (
    count: number,
    known: Measure[],
    other: Measure[],
    series: Series = 'loadCurve',
  ): Description => {
    const describer = new Describer({ ...id, series });
    const [knownOf, otherOf] = [byDate(known), byDate(other)];
    const dates = [...knownOf.keys()];
    for (const date of datesBetween(dates[0]!, addDays(dates.at(-1)!, 1)))
      describer.add(parisDay(date), knownOf.get(date) ?? [], otherOf.get(date) ?? []);
    return describer.description(count, origin);
  };

  it('is the whole days around them, complete and adding up', () => {
    const curve = truth('loadCurve', '2026-10-24', '2026-10-27');
    const dailies = truth('daily', '2026-10-24', '2026-10-27');
    assert.deepEqual(said(curve.length, curve, dailies), {
      ...id,
      unit: 'kW',
      start: '2026-10-24T00:00:00+02:00',
      end: '2026-10-27T00:00:00+01:00',
      count: 48 + 50 + 48,
      coverage: 1,
      missing: [],
      reconciled: { days: 3, offBy: [] },
      ...origin,
    });
  });

  it('names what is missing and what doesn’t add up', () => {
    const dates = ['2026-04-01', '2026-04-02', '2026-04-03'];
    const known = [
      ...without(truth('loadCurve', dates[0]!), 10, 11),
      ...truth('loadCurve', dates[1]!),
      ...truth('loadCurve', dates[2]!),
    ];
    const dailies = dates.flatMap((date) => truth('daily', date));
    dailies[1] = { ...dailies[1]!, amount: dailies[1]!.amount - 3 };
    const { coverage, missing, reconciled } = said(known.length, known, dailies);
    assert.equal(coverage, 142 / 144);
    assert.deepEqual(missing, [{ start: '2026-04-01T05:00:00+02:00', end: '2026-04-01T06:00:00+02:00' }]);
    assert.deepEqual(reconciled, { days: 1, offBy: [{ day: '2026-04-02', wh: 3 }] });
  });

  it('counts what is known, not only what is sent', () => {
    const known = truth('loadCurve', PLAIN);
    const { count, coverage, missing, reconciled } = said(8, known, []);
    assert.deepEqual([count, coverage, missing], [8, 1, []]);
    assert.equal(reconciled, undefined);
  });

  it('takes a hole over midnight for one', () => {
    const known = [
      ...without(truth('loadCurve', '2026-04-01'), 46, 47),
      ...without(truth('loadCurve', '2026-04-02'), 0),
    ];
    assert.deepEqual(said(known.length, known, []).missing, [
      { start: '2026-04-01T23:00:00+02:00', end: '2026-04-02T00:30:00+02:00' },
    ]);
  });

  it('reconciles daily readings with the curve, and maxima with nothing', () => {
    const dailies = truth('daily', MARCH, '2026-03-31');
    const curve = truth('loadCurve', MARCH, '2026-03-31');
    assert.deepEqual(said(2, dailies, curve, 'daily').reconciled, { days: 2, offBy: [] });
    const peaks = truth('maxPower', MARCH);
    const ofPeaks = said(1, peaks, [], 'maxPower');
    assert.equal(ofPeaks.reconciled, undefined);
    assert.deepEqual([ofPeaks.unit, ofPeaks.coverage], ['kVA', 1]);
  });

  it('finds the missing day in the middle of daily readings', () => {
    const dailies = [daily('2026-04-01', 1), daily('2026-04-03', 3)];
    const { coverage, missing } = said(2, dailies, [], 'daily');
    assert.equal(coverage, 2 / 3);
    assert.deepEqual(missing, [{ start: '2026-04-02T00:00:00+02:00', end: '2026-04-03T00:00:00+02:00' }]);
  });
});

describe('the summary', () => {
  const of = (
    dailies: Measure[],
    loadCurve: Measure[] = [],
    maxPower: Measure[] = [],
  ): Partial<Record<Direction, { daily: Measure[]; loadCurve: Measure[]; maxPower: Measure[] }>> => ({
    consumption: { daily: dailies, loadCurve, maxPower },
  });
  const wanted = (...series: Series[]) =>
    series.map((one) => ({ direction: 'consumption' as const, series: one }));
  const days = (from: string, to: string): Measure[] =>
    datesBetween(from, to).map((date, place) => daily(date, 1000 + place));

  it('adds up month and year to date', () => {
    const { consumption } = summarize(
      of(days('2026-01-01', '2026-03-03')),
      wanted('daily'),
      instantAt('2026-03-03', '09:00'),
    );
    assert.deepEqual(consumption!.day, {
      value: 1.06,
      unit: 'kWh',
      start: '2026-03-02T00:00:00+01:00',
      end: '2026-03-03T00:00:00+01:00',
      upToDate: true,
      coverage: 1,
    });
    assert.deepEqual(consumption!.month, {
      ...consumption!.day,
      value: 2.119,
      start: '2026-03-01T00:00:00+01:00',
    });
    // 61 days: 61 × 1000 + (0 + 1 + … + 60) Wh.
    assert.deepEqual(consumption!.year, {
      ...consumption!.day,
      value: 62.83,
      start: '2026-01-01T00:00:00+01:00',
    });
  });

  it('counts a new contract from its first day: nothing is missing of what never was', () => {
    const known = { production: { daily: days('2026-02-05', '2026-03-03') } };
    const now = instantAt('2026-03-03', '09:00');
    const whole = [{ direction: 'production' as const, series: 'daily' as const }];
    assert.ok(summarize(known, whole, now).production!.year!.coverage < 0.5);
    const { production } = summarize(known, whole, now, { production: '2026-02-05' });
    assert.equal(production!.year!.coverage, 1);
    assert.equal(production!.year!.start, '2026-02-05T00:00:00+01:00');
    assert.equal(production!.month!.start, '2026-03-01T00:00:00+01:00');
    // Days missing since then are missing; and what is there counts, whatever was believed.
    const later = summarize(known, whole, now, { production: '2026-02-01' }).production!;
    assert.equal(later.year!.coverage, 26 / 30);
    const wrong = summarize(known, whole, now, { production: '2026-02-20' }).production!;
    assert.deepEqual(wrong.year, production!.year);
  });

  it('on 1 January is the whole year before', () => {
    const { consumption } = summarize(
      of(days('2025-01-01', '2026-01-01')),
      wanted('daily'),
      instantAt('2026-01-01', '09:00'),
    );
    assert.equal(consumption!.year!.start, '2025-01-01T00:00:00+01:00');
    assert.equal(consumption!.year!.end, '2026-01-01T00:00:00+01:00');
    assert.equal(consumption!.year!.coverage, 1);
    assert.equal(consumption!.month!.start, '2025-12-01T00:00:00+01:00');
  });

  it('of production has the best half-hour of the last day: its last one was always 0', () => {
    const { start, end } = parisDay('2026-03-02');
    const sun = (at: number): number =>
      at - start === 12 * 3_600_000 ? 1840 : at - start === 11 * 3_600_000 ? 900 : 0;
    const curve = Array.from({ length: (end - start) / 1_800_000 }, (_, place) => {
      const at = start + place * 1_800_000;
      return { start: at, end: at + 1_800_000, amount: sun(at), quality: 'raw' as const };
    });
    // The day before was sunnier.
    const before = { ...curve[24]!, start: start - 43_200_000, end: start - 41_400_000, amount: 5000 };
    const now = instantAt('2026-03-03', '09:00');
    const peakOf = (loadCurve: Measure[], direction: Direction = 'production') =>
      summarize({ [direction]: { loadCurve } }, [], now)[direction]!.peak;
    assert.deepEqual(peakOf([before, ...curve]), {
      value: 1.84,
      unit: 'kW',
      start: '2026-03-02T12:00:00+01:00',
      end: '2026-03-02T12:30:00+01:00',
      upToDate: true,
      coverage: 1,
    });
    assert.equal(peakOf([before])!.upToDate, false);
    assert.equal(peakOf([]), undefined);
    assert.equal(peakOf(curve.map((each) => ({ ...each, amount: 0 }))), undefined);
    assert.equal(peakOf([before, ...curve], 'consumption'), undefined);
  });

  it('31 December published on 2 January: until then the old year stands and says it is late (jeedom)', () => {
    const late = instantAt('2026-01-02', '07:00');
    const before = summarize(of(days('2025-01-01', '2025-12-31')), wanted('daily'), late);
    assert.equal(before.consumption!.year!.start, '2025-01-01T00:00:00+01:00');
    assert.equal(before.consumption!.year!.upToDate, false);
    assert.equal(before.freshness, 'none');
    const after = summarize(of(days('2025-01-01', '2026-01-02')), wanted('daily'), late);
    assert.deepEqual(
      [after.consumption!.year!.start, after.consumption!.year!.value, after.consumption!.year!.coverage],
      ['2026-01-01T00:00:00+01:00', 1.365, 1],
    );
    assert.equal(after.freshness, 'complete');
  });

  it('leaves last year out of this year, and says which share of the days it has', () => {
    const known = [...days('2025-12-01', '2026-01-01'), ...without(days('2026-01-01', '2026-02-05'), 3, 33)];
    const { consumption } = summarize(of(known), wanted('daily'), instantAt('2026-02-05', '09:00'));
    assert.equal(consumption!.year!.coverage, 33 / 35);
    assert.equal(consumption!.month!.coverage, 3 / 4);
    assert.equal(consumption!.month!.value, (1031 + 1032 + 1034) / 1000);
  });

  it('counts days over a clock change', () => {
    const { consumption } = summarize(
      of(days('2026-10-01', '2026-10-27')),
      wanted('daily'),
      instantAt('2026-10-27', '09:00'),
    );
    assert.equal(consumption!.month!.coverage, 1);
    assert.equal(consumption!.month!.end, '2026-10-27T00:00:00+01:00');
  });

  it('sums without the noise of floats', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(99_999), { minLength: 1, maxLength: 365 }), (amounts) => {
        const known = amounts.map((amount, place) => daily(addDays('2025-01-01', place), amount));
        const { consumption } = summarize(of(known), wanted('daily'), instantAt('2026-01-01', '09:00'));
        assert.match(String(consumption!.year!.value), /^\d+(\.\d{1,3})?$/);
      }),
    );
  });

  it('shows the latest power and the day’s peak with its second', () => {
    const { consumption, freshness } = summarize(
      of([], truth('loadCurve', PLAIN), truth('maxPower', PLAIN)),
      wanted('loadCurve', 'maxPower'),
      instantAt('2026-04-02', '09:00'),
    );
    const last = truth('loadCurve', PLAIN).at(-1)!;
    assert.deepEqual(
      [consumption!.power!.value, consumption!.power!.unit, consumption!.power!.end],
      [last.amount / 1000, 'kW', '2026-04-02T00:00:00+02:00'],
    );
    assert.equal(consumption!.maxPower!.unit, 'kVA');
    assert.equal(Date.parse(consumption!.maxPower!.at!), truth('maxPower', PLAIN)[0]!.at);
    assert.equal(consumption!.day, undefined);
    assert.equal(freshness, 'complete');
  });

  it('is complete, partial or none, by what was asked for', () => {
    const now = instantAt('2026-04-02', '09:00');
    const both = wanted('daily', 'loadCurve');
    const freshness = (dailies: Measure[], curve: Measure[], which = both) =>
      summarize(of(dailies, curve), which, now).freshness;
    assert.equal(freshness([daily(PLAIN, 1)], dayOf(PLAIN)), 'complete');
    assert.equal(freshness([daily(PLAIN, 1)], []), 'partial');
    assert.equal(freshness([daily(PLAIN, 1)], dayOf('2026-03-31')), 'partial');
    assert.equal(freshness([daily('2026-03-31', 1)], dayOf('2026-03-31')), 'none');
    assert.equal(freshness([daily(PLAIN, 1)], [], wanted('daily')), 'complete');
    assert.equal(freshness([daily(PLAIN, 0)], [], wanted('daily')), 'complete');
    assert.equal(summarize({}, both, now).freshness, 'none');
  });
});

it('a PDL is fourteen digits, and masked but for its ends', () => {
  assert.equal(maskUsagePoint(PDL), '22516•••••4270');
  assert.equal(maskUsagePoint('123'), '•••');
  assert.equal(maskUsagePoint('a-token.pasted-into-the.wrong-field'), '•••');
  assert.equal(isUsagePointId(PDL), true);
  for (const wrong of [`${PDL}0`, '2251691471427', ' 22516914714270', 22516914714270, null])
    assert.equal(isUsagePointId(wrong), false);
});
