/** Sums that are right: the same total however it is cut, whatever the order, over clock changes, leap days and year ends. */
import assert from 'node:assert/strict';
import { describe, it, mock } from 'node:test';
import fc from 'fast-check';
import { IANAZone } from 'luxon';
import { Accumulator, type Incomplete } from '../../lib/figures/accumulate';
import { aggregate, type Aggregate, type Fn } from '../../lib/figures/aggregate';
import { Intake, type Group } from '../../lib/readings/from-readings';
import { LONGEST_MEMORY, SeriesMemory } from '../../lib/figures/memory';
import { SHAPES } from '../../lib/figures/shapes';
import { addDays, isoParis, parisDay } from '../../lib/readings/paris';
import { nameOf, PERIODS, spanAt, type Period } from '../../lib/readings/periods';
import type { Measure, Reading, Series } from '../../lib/readings/reading';
import type { SeriesId } from '../../lib/readings/series-id';
import { toReadings } from '../../lib/readings/to-readings';

const MINUTE = 60_000;
const PDL = '22516914714270';
const OCTOBER = '2026-10-25';
const MARCH = '2026-03-29';
const id = (series: Series = 'loadCurve'): SeriesId => ({
  usagePointId: PDL,
  direction: 'consumption',
  series,
});

/** Curve of whole days, amounts all different. */
function curve(from: string, days: number, stepOf: (day: number) => number = () => 30): Measure[] {
  const measures: Measure[] = [];
  for (let day = 0; day < days; day++) {
    const { start, end } = parisDay(addDays(from, day));
    const step = stepOf(day) * MINUTE;
    for (let at = start; at < end; at += step)
      measures.push({
        start: at,
        end: at + step,
        amount: 101 + ((measures.length * 7) % 4001),
        quality: 'raw',
      });
  }
  return measures;
}

function dailies(from: string, days: number, amount = (day: number) => 1000 + day): Measure[] {
  return Array.from({ length: days }, (_, day) => {
    const { start, end } = parisDay(addDays(from, day));
    return { start, end, amount: amount(day), quality: 'raw' as const };
  });
}

const without = <T>(list: readonly T[], ...places: number[]): T[] =>
  list.filter((_, i) => !places.includes(i));
/** Watt-minutes, a whole number. */
const exact = ({ value }: Aggregate): number => Math.round(value * 60_000);
const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0);

const groupsOf = (intake: Intake): Group[] => [...intake.groups()].filter((group) => group !== null);

/** Through readings, messages and the memory, as the node does it; the last aggregate of each id counts. */
function through(
  messages: readonly (readonly Reading[])[],
  period: Period,
  incomplete: Incomplete = 'emit',
  fn: Fn | 'auto' = 'auto',
): { sent: Map<string, Aggregate>; rest: Aggregate[] } {
  const memories = new Map<string, SeriesMemory>();
  const sent = new Map<string, Aggregate>();
  for (const message of messages) {
    const intake = new Intake();
    intake.take(message);
    assert.deepEqual(intake.problems, []);
    for (const group of groupsOf(intake)) {
      const key = JSON.stringify(group.id);
      // As a context store on disk gives it back.
      const memory = new SeriesMemory(JSON.parse(JSON.stringify(memories.get(key)?.state ?? null)));
      memories.set(key, memory);
      const accumulator = new Accumulator(group.id, memory, period, fn, incomplete);
      for (const made of accumulator.take(group.measures)) {
        if (made) sent.set(made.aggregate.id, made.aggregate);
      }
    }
  }
  const rest = [...memories].flatMap(([key, memory]) =>
    [...new Accumulator(JSON.parse(key) as SeriesId, memory, period, fn, incomplete).rest()].flatMap(
      (made) => made?.aggregate ?? [],
    ),
  );
  return { sent, rest };
}

/** Returns how many days had to be forgotten. */
function remember(memory: SeriesMemory, measures: readonly Measure[]): number {
  for (const step of memory.add(measures)) assert.equal(step, null);
  return memory.forgetOldest();
}

const sorted = (aggregates: Iterable<Aggregate>): Aggregate[] =>
  [...aggregates].sort((a, b) => (a.id < b.id ? -1 : 1));

const steps = fc.constantFrom(5, 10, 15, 30, 60);
const starts = fc.oneof(
  fc.integer({ min: 0, max: 3000 }).map((day) => addDays('2020-01-01', day)),
  fc.constantFrom('2026-10-23', '2026-03-27', '2024-02-27', '2025-12-29', '2020-12-27', '2027-02-26'),
);

describe('sums', () => {
  it('hours add up to days, weeks, months, years and the total, exactly', () => {
    fc.assert(
      fc.property(
        starts,
        fc.integer({ min: 1, max: 9 }),
        fc.array(steps, { minLength: 9, maxLength: 9 }),
        (from, days, each) => {
          const measures = curve(from, days, (day) => each[day]!);
          const truth = sum(measures.map(({ start, end, amount }) => (amount * (end - start)) / MINUTE));
          for (const period of PERIODS) {
            const aggregates = aggregate(id(), measures, period, 'auto');
            assert.equal(sum(aggregates.map(exact)), truth, period);
            assert.equal(sum(aggregates.map(({ received }) => received)), measures.length, period);
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('each hour, day, week, month and year is the sum of its parts', () => {
    const measures = curve('2024-02-26', 400);
    const parts: [Period, Period][] = [
      ['hour', 'day'],
      ['day', 'week'],
      ['day', 'month'],
      ['month', 'year'],
    ];
    for (const [small, large] of parts) {
      const pieces = aggregate(id(), measures, small, 'sum');
      for (const whole of aggregate(id(), measures, large, 'sum')) {
        const inside = pieces.filter(
          ({ start }) =>
            Date.parse(start) >= Date.parse(whole.start) && Date.parse(start) < Date.parse(whole.end),
        );
        assert.equal(sum(inside.map(exact)), exact(whole), `${small} in ${whole.id}`);
      }
    }
  });

  it('the energy of days and of their load curve agree', () => {
    const measures = curve('2026-10-20', 20).map((each) => ({ ...each, amount: each.amount * 2 }));
    const days = aggregate(id(), measures, 'day', 'auto');
    const dailyOnes = dailies('2026-10-20', 20, (day) => days[day]!.value * 1000);
    for (const period of ['day', 'week', 'month', 'total'] as const) {
      const [ofCurve, ofDays] = [
        aggregate(id(), measures, period, 'auto'),
        aggregate(id('daily'), dailyOnes, period, 'auto'),
      ];
      assert.deepEqual(
        ofCurve.map(({ value, unit, start, end }) => ({ value, unit, start, end })),
        ofDays.map(({ value, unit, start, end }) => ({ value, unit, start, end })),
      );
    }
  });

  it('permuting the readings changes nothing, several meters, directions and series interleaved', () => {
    const all = [
      ...toReadings(id(), curve('2026-10-24', 3)),
      ...toReadings({ ...id(), direction: 'production' }, curve('2026-10-24', 2)),
      ...toReadings({ ...id('daily'), usagePointId: '11453290002823' }, dailies('2026-10-20', 12)),
      ...toReadings(id('maxPower'), dailies('2026-10-20', 12)),
    ];
    const expected = sorted(through([all], 'day').sent.values());
    assert.equal(expected.length, 3 + 2 + 12 + 12);
    fc.assert(
      fc.property(fc.shuffledSubarray(all, { minLength: all.length }), (shuffled) => {
        assert.deepEqual(sorted(through([shuffled], 'day').sent.values()), expected);
      }),
      { numRuns: 20 },
    );
  });

  it('splitting the readings over messages, in any order, changes nothing', () => {
    const all = toReadings(
      id(),
      curve('2026-10-23', 10, (day) => (day < 5 ? 30 : 10)),
    );
    for (const period of PERIODS) {
      const expected = sorted(through([all], period).sent.values());
      fc.assert(
        fc.property(
          fc.shuffledSubarray(all, { minLength: all.length }),
          fc.integer({ min: 1, max: 200 }),
          (shuffled, size) => {
            const messages: Reading[][] = [];
            for (let from = 0; from < shuffled.length; from += size)
              messages.push(shuffled.slice(from, from + size));
            assert.deepEqual(sorted(through(messages, period).sent.values()), expected);
            const held = through(messages, period, 'hold');
            assert.deepEqual(sorted([...held.sent.values(), ...held.rest]), expected);
          },
        ),
        { numRuns: 6 },
      );
    }
  });
});

describe('periods', () => {
  const shown = (period: Exclude<Period, 'total'>, iso: string): string[] => {
    const { start, end } = spanAt(period, Date.parse(iso));
    return [isoParis(start), isoParis(end)];
  };

  it('are those of Paris, ISO weeks', () => {
    assert.deepEqual(shown('week', '2021-01-03T12:00:00Z'), [
      '2020-12-28T00:00:00+01:00',
      '2021-01-04T00:00:00+01:00',
    ]);
    assert.deepEqual(shown('month', '2026-02-28T23:30:00Z'), [
      '2026-03-01T00:00:00+01:00',
      '2026-04-01T00:00:00+02:00',
    ]);
    assert.deepEqual(shown('year', '2026-12-31T23:00:00Z'), [
      '2027-01-01T00:00:00+01:00',
      '2028-01-01T00:00:00+01:00',
    ]);
    assert.deepEqual(shown('hour', '2026-10-25T01:10:00Z'), [
      '2026-10-25T02:00:00+01:00',
      '2026-10-25T03:00:00+01:00',
    ]);
  });

  it('have names that sort, and no two hours the same', () => {
    const name = (period: Period, iso: string): string => {
      const { start, end } = spanAt(period as 'day', Date.parse(iso));
      return nameOf(period, start, end);
    };
    assert.equal(name('week', '2021-01-03T12:00:00Z'), '2020-W53');
    assert.equal(name('week', '2026-10-25T12:00:00Z'), '2026-W43');
    assert.equal(name('week', '2024-12-30T12:00:00Z'), '2025-W01');
    assert.deepEqual(
      [
        name('year', '2026-05-05T00:00:00Z'),
        name('month', '2026-05-05T00:00:00Z'),
        name('day', '2026-05-05T00:00:00Z'),
      ],
      ['2026', '2026-05', '2026-05-05'],
    );
    const hours = aggregate(id(), curve(OCTOBER, 1), 'hour', 'auto').map((hour) => SHAPES.chart(hour).label);
    assert.deepEqual(hours.slice(1, 5), [
      '2026-10-25 01:00',
      '2026-10-25 02:00+02:00',
      '2026-10-25 02:00+01:00',
      '2026-10-25 03:00',
    ]);
    assert.equal(new Set(hours).size, 25);
  });
});

describe('functions', () => {
  it('a mean is weighted by duration', () => {
    const { start } = parisDay('2026-04-01');
    const measures: Measure[] = [
      { start, end: start + 30 * MINUTE, amount: 1000, quality: 'raw' },
      { start: start + 30 * MINUTE, end: start + 40 * MINUTE, amount: 4000, quality: 'raw' },
    ];
    const [mean] = aggregate(id(), measures, 'hour', 'mean');
    assert.deepEqual([mean!.value, mean!.unit], [1.75, 'kW']);
    const [ofDays] = aggregate(
      id('daily'),
      dailies(MARCH, 2, (day) => [4000, 5001][day]!),
      'month',
      'mean',
    );
    assert.deepEqual([ofDays!.value, ofDays!.unit], [4.501, 'kWh']);
  });

  it('maximum power keeps the instant of the peak', () => {
    const peaks = dailies(OCTOBER, 3, (day) => [3000, 5000, 4000][day]!).map((each) => ({
      ...each,
      at: each.start + 12_345_000,
    }));
    const [peak] = aggregate(id('maxPower'), peaks, 'month', 'auto');
    assert.deepEqual(
      [peak!.fn, peak!.value, peak!.unit, peak!.at],
      ['max', 5, 'kVA', '2026-10-26T03:25:45+01:00'],
    );
    const [lowest] = aggregate(id(), curve(MARCH, 1), 'day', 'min');
    assert.deepEqual([lowest!.value, lowest!.unit, lowest!.at], [0.101, 'kW', '2026-03-29T00:00:00+01:00']);
    assert.equal('at' in aggregate(id('maxPower'), dailies(OCTOBER, 1), 'day', 'auto')[0]!, false);
  });

  it('what has no meaning is refused', () => {
    assert.throws(() => aggregate(id('maxPower'), dailies(MARCH, 1), 'day', 'sum'), {
      code: 'ENEDIS_INPUT',
      reason: 'inputFunction',
    });
    assert.throws(() => aggregate(id('daily'), dailies(MARCH, 1), 'hour', 'auto'), {
      code: 'ENEDIS_INPUT',
      reason: 'inputPeriod',
    });
  });
});

describe('coverage', () => {
  const counted = (measures: Measure[], period: Period, series: Series = 'loadCurve') =>
    aggregate(id(series), measures, period, 'auto').map(({ expected, received }) => [received, expected]);

  it('counts 46, 48 and 50 half-hours, and the days of a month', () => {
    assert.deepEqual(
      [MARCH, '2026-04-01', OCTOBER].map((date) => counted(curve(date, 1), 'day')[0]),
      [
        [46, 46],
        [48, 48],
        [50, 50],
      ],
    );
    assert.deepEqual(counted(without(curve(OCTOBER, 1), 4, 5, 6), 'day'), [[47, 50]]);
    assert.deepEqual(counted(without(dailies('2024-02-01', 29), 28), 'month', 'daily'), [[28, 29]]);
    assert.deepEqual(counted(dailies('2026-10-20', 3), 'month', 'daily'), [[3, 31]]);
    assert.deepEqual(counted(dailies('2026-01-01', 365), 'year', 'daily'), [[365, 365]]);
  });

  it('counts a hole in the step around it, also where the step changes', () => {
    const mixed = curve('2026-04-01', 2, (day) => (day === 0 ? 30 : 10));
    assert.deepEqual(counted(without(mixed, 0, 1), 'week'), [[46 + 144, 48 + 144 + 48 * 2 + 144 * 3]]);
    assert.deepEqual(counted(without(mixed, 50), 'day'), [
      [48, 48],
      [143, 144],
    ]);
  });
});

describe('what is remembered', () => {
  const readings = toReadings(id('daily'), dailies('2026-04-01', 30));

  it('a correction replaces what it corrects, and is counted once', () => {
    const corrected = { ...readings[3]!, value: 99, quality: 'corrected' as const };
    const { sent } = through([readings, [corrected]], 'month');
    const [month] = sent.values();
    assert.equal(month!.received, 30);
    assert.equal(
      month!.value,
      (sum(readings.map(({ value }) => Math.round(value * 1000))) - 1003 + 99_000) / 1000,
    );
    assert.deepEqual(through([[...readings, corrected]], 'month').sent, sent);
  });

  it('a finer step replaces the half-hour it lies in', () => {
    const day = curve('2026-04-01', 1);
    const { start } = day[4]!;
    const finer = [0, 1, 2].map((k) => ({
      start: start + k * 10 * MINUTE,
      end: start + (k + 1) * 10 * MINUTE,
      amount: 7,
      quality: 'raw' as const,
    }));
    const { sent } = through([toReadings(id(), day), toReadings(id(), finer)], 'day');
    const [made] = sent.values();
    assert.deepEqual([made!.received, made!.coverage], [50, 1]);
  });

  it('drop sends nothing incomplete, hold what is left at the end', () => {
    assert.equal(through([readings.slice(0, 29)], 'month', 'drop').sent.size, 0);
    assert.equal(through([readings.slice(5), readings.slice(0, 5)], 'month', 'drop').sent.size, 1);
    const { sent, rest } = through([readings.slice(0, 10), readings.slice(12)], 'month', 'hold');
    assert.equal(sent.size, 0);
    assert.deepEqual(
      rest.map(({ received, expected }) => [received, expected]),
      [[28, 30]],
    );
    assert.deepEqual(through([readings], 'month', 'hold').rest, []);
    assert.equal(through([readings], 'total', 'hold').sent.size, 0);
    assert.equal(through([readings], 'total', 'hold').rest.length, 1);
  });

  it('is bounded: the days heard of longest ago go first', () => {
    const memory = new SeriesMemory();
    const years = curve('2020-01-01', 366, () => 5);
    assert.equal(remember(memory, years), 0);
    remember(memory, years.slice(0, 288));
    assert.equal(
      remember(
        memory,
        curve('2026-01-01', 2, () => 5),
      ),
      2,
    );
    const size = Object.values(memory.state.days).flatMap((rows) =>
      rows.flatMap(({ amounts }) => amounts),
    ).length;
    assert.ok(size <= LONGEST_MEMORY);
    assert.ok('2020-01-01' in memory.state.days);
    assert.ok(!('2020-01-02' in memory.state.days));
  });

  it('what one message brings too much is sent before it is forgotten', () => {
    const memory = new SeriesMemory();
    const accumulator = new Accumulator(id(), memory, 'day', 'auto', 'emit');
    const steps = [...accumulator.take(curve('2023-01-01', 400, () => 5))];
    const received = steps.flatMap((made) => made?.aggregate.received ?? []);
    assert.deepEqual([received.length, sum(received)], [400, 400 * 288]);
    assert.equal(accumulator.forgotten, 34);
    assert.equal(Object.keys(memory.state.days).length, 366);
  });

  it('is added and added up in pieces of a day, for others to have their turn', () => {
    const year = curve('2023-01-01', 360, () => 5);
    for (const period of ['day', 'total'] as const) {
      const steps = [...new Accumulator(id(), new SeriesMemory(), period, 'auto', 'emit').take(year)];
      assert.equal(steps.filter((made) => made === null).length, 2 * 360, period);
    }
  });

  it('goes through the days that are known, not through those between', () => {
    const memory = new SeriesMemory();
    remember(memory, [...dailies('2000-01-01', 1), ...dailies('2099-12-31', 1)]);
    const [span] = memory.spansOf('total', []);
    // What each new day has to ask.
    const offset = mock.method(IANAZone.prototype, 'offset');
    assert.equal([...memory.measures(span!)].flat().length, 2);
    assert.ok(offset.mock.callCount() < 20, `${offset.mock.callCount()} times`);
    offset.mock.restore();
  });

  it('starts anew from what isn’t its own, and says so', () => {
    for (const state of [undefined, null, 'text', [], {}, { version: 2, days: {}, held: [] }]) {
      const memory = new SeriesMemory(state);
      assert.deepEqual(memory.state, { version: 1, days: {}, held: [] });
      assert.equal(memory.damaged, state === undefined || state === null ? 0 : 1);
    }
  });

  it('keeps what can be read of a damaged state, and counts the rest', () => {
    const memory = new SeriesMemory();
    remember(
      memory,
      curve('2026-01-01', 3, () => 5),
    );
    const whole = memory.state.days['2026-01-01']!;
    const days: Record<string, unknown> = {
      '2026-01-01': whole,
      '2026-02-30': whole,
      yesterday: whole,
      '2026-01-02': null,
      '2026-01-03': [{ from: 0, step: 0, amounts: [1] }],
      '2026-01-04': [{ from: 0, step: 30, amounts: ['1'] }],
      '2026-01-05': [{ from: 0, step: 30, amounts: 'many' }],
      '2026-01-06': [{ from: -30, step: 30, amounts: [1] }],
      '2026-01-07': [{ from: 0, step: 30, amounts: [1], at: 'noon' }],
      '2026-01-08': [{ from: 0, step: 30, amounts: new Array(1000).fill(1) }],
      '2026-01-09': [null],
      '1999-12-31': whole,
      '9999-12-30': whole,
    };
    const held = [Date.parse('2026-01-01'), 'x', '1767222000000', null, 1e20, -1];
    const damaged = new SeriesMemory({ version: 1, days, held });
    assert.equal(damaged.damaged, 12);
    assert.deepEqual(damaged.state, {
      version: 1,
      days: { '2026-01-01': whole },
      held: [Date.parse('2026-01-01')],
      hasForgotten: true,
    });
  });
});

describe('what comes in', () => {
  const good = toReadings(id(), curve('2026-04-01', 1));
  const cases: [string, Partial<Record<keyof Reading, unknown>>][] = [
    ['usagePointId', { usagePointId: '123' }],
    ['direction', { direction: 'sideways' }],
    ['series', { series: 'hourly' }],
    ['unit', { unit: 'kWh' }],
    ['value', { value: null }],
    ['value', { value: '1.2' }],
    ['value', { value: NaN }],
    ['value', { value: -1 }],
    ['value', { value: 1e9 }],
    ['start', { start: '2026-02-30T00:00:00+01:00' }],
    ['start', { start: '2026-04-01T25:00:00+02:00' }],
    ['start', { start: '2026-04-01T00:00:00' }],
    ['start', { start: 'yesterday' }],
    ['start', { start: undefined }],
    ['start', { start: '1999-12-31T23:30:00+01:00' }],
    ['start', { start: '2100-01-01T00:00:00+01:00' }],
    ['start', { start: '9999-12-31T23:30:00Z', end: '9999-12-31T23:59:00Z' }],
    ['end', { end: '2026-04-01T00:00:00+02:00' }],
    ['end', { end: '2026-04-01T00:07:00+02:00' }],
    ['at', { at: '2026-05-01T00:07:00+02:00' }],
    ['quality', { quality: 'excellent' }],
  ];
  for (const [field, change] of cases) {
    it(`names ${JSON.stringify(change)} and keeps the rest`, () => {
      const intake = new Intake();
      intake.take([...good.slice(1, 10), { ...good[0], ...change }, ...good.slice(10)]);
      assert.deepEqual(intake.problems, [{ index: 9, field }]);
      assert.equal(groupsOf(intake)[0]!.measures.length, 47);
    });
  }

  it('is sorted in pieces, for others to have their turn: of a year of five minutes newest first', () => {
    const readings = toReadings(
      id(),
      curve('2026-01-01', 365, () => 5),
    );
    const corrected = { ...readings[1000]!, value: 99 };
    const intake = new Intake();
    intake.take([...readings.toReversed(), corrected]);
    const steps = [...intake.groups()];
    // As many as there are days to sort, and thousands to go through.
    assert.ok(steps.length > 365 + readings.length / 2000, `${steps.length} steps`);
    const [group] = steps.filter((step) => step !== null);
    assert.deepEqual(toReadings(id(), group!.measures), readings.with(1000, corrected));
  });

  it('names what isn’t an object', () => {
    const intake = new Intake();
    intake.take([null, 12, 'x']);
    assert.deepEqual(
      intake.problems.map(({ field }) => field),
      ['', '', ''],
    );
  });

  it('takes any way of writing an instant, and gives the readings back as they were', () => {
    const intake = new Intake();
    const peak = {
      ...toReadings(id('maxPower'), dailies(OCTOBER, 1))[0]!,
      at: '2026-10-25T02:15:30+01:00',
      corrects: 2,
      quality: 'corrected' as const,
    };
    intake.take([
      ...good,
      peak,
      { ...good[0], start: '2026-03-31T22:00:00Z', end: '2026-03-31T22:30:00.000Z', value: 5 },
    ]);
    assert.deepEqual(intake.problems, []);
    const [first, second] = groupsOf(intake);
    assert.deepEqual(toReadings(first!.id, first!.measures), [{ ...good[0], value: 5 }, ...good.slice(1)]);
    assert.deepEqual(toReadings(second!.id, second!.measures), [peak]);
  });
});

describe('output shapes', () => {
  const [month] = aggregate(id('daily'), dailies(OCTOBER, 3), 'month', 'auto');
  const [reading] = toReadings(id(), curve(OCTOBER, 1));

  it('chart, InfluxDB and rows carry what identifies them', () => {
    assert.deepEqual(SHAPES.chart(month!), {
      x: Date.parse('2026-09-30T22:00:00Z'),
      y: 3.003,
      series: 'consumption/daily',
      label: '2026-10',
      usagePointId: PDL,
    });
    assert.deepEqual(SHAPES.influxdb(month!), {
      measurement: 'enedis',
      tags: {
        usagePointId: PDL,
        direction: 'consumption',
        series: 'daily',
        period: 'month',
        unit: 'kWh',
        fn: 'sum',
      },
      fields: { value: 3.003, coverage: 3 / 31 },
      timestamp: new Date('2026-09-30T22:00:00Z'),
    });
    assert.deepEqual(SHAPES.rows(month!), {
      id: `${PDL}/consumption/daily/month/sum/2026-09-30T22:00:00Z`,
      usage_point_id: PDL,
      direction: 'consumption',
      series: 'daily',
      period: 'month',
      fn: 'sum',
      start_utc: '2026-09-30T22:00:00Z',
      end_utc: '2026-10-31T23:00:00Z',
      start_local: '2026-10-01 00:00:00',
      value: 3.003,
      unit: 'kWh',
      peak_utc: null,
      quality: null,
      expected: 31,
      received: 3,
      coverage: 3 / 31,
    });
    assert.deepEqual(
      [SHAPES.rows(reading!).period, SHAPES.rows(reading!).id, SHAPES.rows(reading!).fn],
      ['reading', reading!.id, null],
    );
    assert.equal(SHAPES.influxdb(reading!).tags.period, 'reading');
  });

  it('a total replaces itself, though it grows backwards', () => {
    const [first, grown] = [20, 10].flatMap((day) =>
      aggregate(id('daily'), dailies(`2026-10-${day}`, 3), 'total', 'auto'),
    ) as [Aggregate, Aggregate];
    assert.notEqual(first.start, grown.start);
    assert.equal(first.id, grown.id);
    assert.deepEqual(
      [first, grown].map((total) => [SHAPES.chart(total).label, SHAPES.influxdb(total).timestamp]),
      [
        ['total', new Date(0)],
        ['total', new Date(0)],
      ],
    );
  });

  it('no aggregate shares its id with another', () => {
    const measures = curve('2026-10-20', 12);
    const all = PERIODS.flatMap((period) =>
      (['sum', 'mean', 'max'] as const).flatMap((fn) => aggregate(id(), measures, period, fn)),
    );
    assert.equal(new Set(all.map((each) => each.id)).size, all.length);
  });
});
