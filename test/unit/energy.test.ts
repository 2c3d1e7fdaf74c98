/** One figure of energy where daily readings and the load curve tell the same energy twice. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { EnergyAccumulator } from '../../lib/figures/accumulate-energy';
import type { Incomplete } from '../../lib/figures/accumulate';
import type { Fn } from '../../lib/figures/aggregate';
import { chooseEnergy, EnergyChoice, type EnergyAggregate, type KnownEnergy } from '../../lib/figures/energy';
import { SeriesMemory } from '../../lib/figures/memory';
import { addDays, parisDay } from '../../lib/readings/paris';
import type { Period } from '../../lib/readings/periods';
import type { Measure } from '../../lib/readings/reading';

const MINUTE = 60_000;

/** A day's energy in Wh. */
function daily(date: string, amount: number, count = 1): Measure[] {
  return Array.from({ length: count }, (_, day) => {
    const { start, end } = parisDay(addDays(date, day));
    return { start, end, amount, quality: 'raw' };
  });
}

/** Half-hours of a day at one power in W; all of them unless told. */
function curve(date: string, watts: number, count = Infinity): Measure[] {
  const { start, end } = parisDay(date);
  return Array.from({ length: Math.min(count, (end - start) / (30 * MINUTE)) }, (_, place) => ({
    start: start + place * 30 * MINUTE,
    end: start + (place + 1) * 30 * MINUTE,
    amount: watts,
    quality: 'raw',
  }));
}

/** A node's life: what outlasts a message stays between `take`s. */
function node(
  period: Period,
  { fn = 'auto', incomplete = 'emit' }: { fn?: Fn | 'auto'; incomplete?: Incomplete } = {},
) {
  const memories = { daily: new SeriesMemory(), loadCurve: new SeriesMemory() };
  let state: unknown;
  const accumulator = (): EnergyAccumulator =>
    new EnergyAccumulator(
      new EnergyChoice({ usagePointId: '22516914714270', direction: 'consumption' }, period, fn),
      memories,
      // As a store gives it back.
      state === undefined ? undefined : JSON.parse(JSON.stringify(state)),
      period,
      incomplete,
    );
  const run = (
    work: (of: EnergyAccumulator) => Iterable<{ aggregate: EnergyAggregate } | null>,
  ): EnergyAggregate[] => {
    const of = accumulator();
    const made = [...work(of)].flatMap((step) => (step ? [step.aggregate] : []));
    ({ state } = of);
    return made;
  };
  return {
    take: (known: KnownEnergy) => run((of) => of.take(known)),
    rest: () => run((of) => of.rest()),
  };
}

const brief = ({ start, value, from, received, expected, corrects }: EnergyAggregate): unknown[] => [
  start.slice(0, 10),
  value,
  from,
  `${received}/${expected}`,
  ...(corrects === undefined ? [] : [corrects]),
];

describe('which series tells a day’s energy', () => {
  const day = daily('2026-11-20', 24_000);
  const whole = curve('2026-11-20', 1000);
  const half = curve('2026-11-20', 1000, 24);
  const rows: [string, KnownEnergy, boolean, string | undefined][] = [
    ['nothing is known', {}, false, undefined],
    ['daily alone', { daily: day }, false, 'daily'],
    ['the curve alone', { loadCurve: whole }, false, 'loadCurve'],
    ['an incomplete curve alone', { loadCurve: half }, false, 'loadCurve'],
    ['both', { daily: day, loadCurve: whole }, false, 'daily'],
    ['daily above an incomplete curve', { daily: day, loadCurve: half }, false, 'daily'],
    ['hours, daily alone', { daily: day }, true, undefined],
    ['hours, both', { daily: day, loadCurve: whole }, true, 'loadCurve'],
    ['hours, an incomplete curve', { daily: day, loadCurve: half }, true, 'loadCurve'],
    ['series without a reading', { daily: [], loadCurve: [] }, false, undefined],
  ];
  for (const [what, known, isWithinDay, from] of rows)
    it(`${what}: ${from ?? 'none'}`, () => {
      assert.equal(chooseEnergy(known, isWithinDay)?.from, from);
    });
});

describe('figures of energy', () => {
  it('daily readings and the load curve of a day come to one figure, not to twice the energy', () => {
    const [figure, ...more] = node('day').take({
      daily: daily('2026-11-20', 24_000),
      loadCurve: curve('2026-11-20', 1000),
    });
    assert.deepEqual(more, []);
    assert.deepEqual(figure, {
      id: '22516914714270/consumption/energy/day/sum/2026-11-19T23:00:00Z',
      usagePointId: '22516914714270',
      direction: 'consumption',
      series: 'energy',
      period: 'day',
      fn: 'sum',
      start: '2026-11-20T00:00:00+01:00',
      end: '2026-11-21T00:00:00+01:00',
      value: 24,
      unit: 'kWh',
      expected: 1,
      received: 1,
      coverage: 1,
      from: ['daily'],
    });
  });

  it('daily readings that come later replace an incomplete curve, and say what they replace', () => {
    const { take } = node('day');
    assert.deepEqual(take({ loadCurve: curve('2026-11-20', 1000, 24) }).map(brief), [
      ['2026-11-20', 12, ['loadCurve'], '24/48'],
    ]);
    assert.deepEqual(take({ daily: daily('2026-11-20', 24_000) }).map(brief), [
      ['2026-11-20', 24, ['daily'], '1/1', 12],
    ]);
    assert.deepEqual(take({ loadCurve: curve('2026-11-20', 1000) }), []);
  });

  it('the same energy again isn’t sent again, whichever series tells it', () => {
    const { take } = node('day');
    assert.equal(take({ loadCurve: curve('2026-11-20', 1000) }).length, 1);
    assert.deepEqual(take({ daily: daily('2026-11-20', 24_000) }), []);
    assert.deepEqual(take({ daily: daily('2026-11-20', 24_000) }), []);
  });

  it('a figure that becomes complete without growing, as at night, is told', () => {
    const { take } = node('day');
    take({ loadCurve: [...curve('2026-11-20', 1000, 24)] });
    const night = curve('2026-11-20', 0).slice(24);
    assert.deepEqual(take({ loadCurve: night }).map(brief), [['2026-11-20', 12, ['loadCurve'], '48/48']]);
  });

  it('a day without a daily reading is filled from the curve, and counted in half-hours', () => {
    const [figure] = node('month').take({
      daily: [...daily('2026-10-01', 24_000, 24), ...daily('2026-10-26', 24_000, 6)],
      // The day of 25 hours.
      loadCurve: curve('2026-10-25', 1000),
    });
    assert.deepEqual(brief(figure!), ['2026-10-01', 745, ['daily', 'loadCurve'], '1490/1490']);
  });

  it('hours are the load curve’s, and a daily reading disturbs none', () => {
    const { take } = node('hour');
    const hours = take({ daily: daily('2026-10-25', 25_000), loadCurve: curve('2026-10-25', 1000) });
    assert.equal(hours.length, 25);
    assert.deepEqual(
      [...new Set(hours.map(({ value, from }) => `${value} ${from.join()}`))],
      ['1 loadCurve'],
    );
    assert.deepEqual(take({ daily: daily('2026-10-25', 25_500) }), []);
  });

  it('a running month is sent as it grows; a total keeps its id', () => {
    for (const period of ['month', 'total'] as const) {
      const { take } = node(period);
      const [first] = take({ daily: daily('2026-11-20', 10_000) });
      const [second] = take({ daily: daily('2026-11-19', 10_000) });
      assert.equal(first!.id, second!.id);
      assert.deepEqual([second!.value, second!.corrects], [20, 10]);
    }
  });

  it('mean and extremes are of the days’ energies', () => {
    const known = { daily: daily('2026-11-20', 24_000), loadCurve: curve('2026-11-21', 500) };
    const figures = (['mean', 'max', 'min'] as const).map((fn) => node('month', { fn }).take(known)[0]!);
    assert.deepEqual(
      figures.map(({ value, at }) => [value, at]),
      [
        [18, undefined],
        [24, '2026-11-20T00:00:00+01:00'],
        [12, '2026-11-21T00:00:00+01:00'],
      ],
    );
  });

  it('hold sends a month once, when it is there or the stream has ended', () => {
    const { take, rest } = node('month', { incomplete: 'hold' });
    assert.deepEqual(take({ daily: daily('2026-10-01', 24_000, 30) }), []);
    assert.deepEqual(
      rest().map(({ value }) => value),
      [720],
    );
    assert.deepEqual(rest(), []);
    assert.deepEqual(take({ loadCurve: curve('2026-10-31', 1000) }).map(brief), [
      ['2026-10-01', 744, ['daily', 'loadCurve'], '1490/1490', 720],
    ]);
  });

  it('a memory that another version or a person has written counts as nothing sent', () => {
    for (const state of [
      null,
      1,
      'x',
      {},
      { version: 1, period: 'day', fn: 'sum', sent: { a: 'x' }, held: [] },
    ]) {
      const memories = { daily: new SeriesMemory(), loadCurve: new SeriesMemory() };
      const id = { usagePointId: '22516914714270', direction: 'consumption' } as const;
      const made = [
        ...new EnergyAccumulator(new EnergyChoice(id, 'day', 'auto'), memories, state, 'day', 'emit').take({
          daily: daily('2026-11-20', 24_000),
        }),
      ];
      assert.equal(made.filter((step) => step !== null).length, 1);
    }
  });
});
