/** From labels to instants: every convention, every step, both clock changes, and what can't be understood. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { Settings } from 'luxon';
import { byDate } from '../../lib/readings/completeness';
import { addDays, isoParis, parisDay } from '../../lib/readings/paris';
import type { Measure } from '../../lib/readings/reading';
import type { StampedPoint, MeasureAnswer } from '../../lib/gateways/points/stamped';
import { understandPoints } from '../../lib/gateways/points/understand';
import { createSimulator } from '../../lib/simulator';

const MINUTE = 60_000;
const MARCH = '2026-03-29';
const OCTOBER = '2026-10-25';
const PLAIN = '2026-04-01';

type Minutes = 5 | 10 | 15 | 30 | 60;
interface Interval {
  start: number;
  end: number;
  amount: number;
}

const at = (iso: string): number => Date.parse(iso);
const point = (stamp: unknown, value: unknown = '100', step: unknown = 'PT30M'): StampedPoint => ({
  stamp,
  value,
  step,
  quality: 'raw',
});
const points = (date: string, times: string[], step = 'PT30M'): StampedPoint[] =>
  times.map((time, place) => point(`${date} ${time}:00`, String(100 + place), step));
const curve = (from: readonly StampedPoint[], stamps: 'end' | 'start' = 'end'): MeasureAnswer =>
  understandPoints('loadCurve', from, stamps);
const bare = (measures: readonly Measure[]): Interval[] =>
  measures.map(({ start, end, amount }) => ({ start, end, amount }));
/** `[start, end, amount]` with the offsets in sight. */
const shown = ({ measures }: MeasureAnswer): [string, string, number][] =>
  measures.map(({ start, end, amount }) => [isoParis(start).slice(11), isoParis(end).slice(11), amount]);

/** The true intervals of a day; each has its own amount, so that none can take another's place unseen. */
function dayOf(date: string, minutes: Minutes, first = 1): Interval[] {
  const { start, end } = parisDay(date);
  const intervals: Interval[] = [];
  for (let from = start; from < end; from += minutes * MINUTE)
    intervals.push({ start: from, end: from + minutes * MINUTE, amount: first + intervals.length });
  return intervals;
}

const label = (instant: number): string => isoParis(instant).slice(0, 19).replace('T', ' ');
/** What a reader without a zone makes of Enedis' label when it takes the step from it. */
const naively = (stamp: string, minutes: number): string =>
  new Date(Date.parse(`${stamp.replace(' ', 'T')}Z`) - minutes * MINUTE)
    .toISOString()
    .slice(0, 19)
    .replace('T', ' ');

/** The three ways in which a gateway labels an interval. */
const CONVENTIONS = {
  'the end (Enedis)': { stamps: 'end', of: ({ end }: Interval) => label(end) },
  'the end less the step, without a zone (MyElectricalData v2)': {
    stamps: 'start',
    of: ({ start, end }: Interval) => naively(label(end), (end - start) / MINUTE),
  },
  'the true local start': { stamps: 'start', of: ({ start }: Interval) => label(start) },
} as const;
const conventions = Object.entries(CONVENTIONS);

type Convention = (typeof CONVENTIONS)[keyof typeof CONVENTIONS];

const written = (intervals: readonly Interval[], { of }: Convention): StampedPoint[] =>
  intervals.map((interval) =>
    point(of(interval), String(interval.amount), `PT${(interval.end - interval.start) / MINUTE}M`),
  );

const steps = fc.constantFrom<Minutes[]>(5, 10, 15, 30, 60);
const dates = fc.oneof(
  fc.integer({ min: 0, max: 4_500 }).map((count) => addDays('2018-01-01', count)),
  fc.constantFrom(MARCH, OCTOBER, '2025-03-30', '2025-10-26', '2024-03-31', '2023-10-29'),
  fc.constantFrom('2024-02-28', '2024-02-29', '2025-12-31', '2026-01-01', '2026-03-28', '2026-10-24'),
);

describe('a load curve is read back as it was measured', () => {
  for (const [name, convention] of conventions) {
    it(`labels are ${name}: any days, any step`, () => {
      fc.assert(
        fc.property(dates, fc.integer({ min: 1, max: 3 }), steps, (date, count, step) => {
          const truth = Array.from({ length: count }, (_, place) =>
            dayOf(addDays(date, place), step, 1 + place * 1000),
          ).flat();
          const { measures, problems, blanks } = curve(written(truth, convention), convention.stamps);
          assert.deepEqual(problems, []);
          assert.deepEqual(blanks, []);
          assert.deepEqual(bare(measures), truth);
        }),
        { numRuns: 150 },
      );
    });

    it(`labels are ${name}: backwards`, () => {
      fc.assert(
        fc.property(dates, steps, (date, step) => {
          const truth = dayOf(date, step);
          const body = written(truth, convention).toReversed();
          assert.deepEqual(bare(curve(body, convention.stamps).measures), truth);
        }),
        { numRuns: 60 },
      );
    });

    it(`labels are ${name}: the whole body twice`, () => {
      for (const date of [PLAIN, MARCH, OCTOBER]) {
        const truth = dayOf(date, 30);
        const body = written(truth, convention);
        const { measures, problems } = curve([...body, ...body], convention.stamps);
        assert.deepEqual(problems, [], date);
        assert.deepEqual(bare(measures), truth, date);
      }
    });

    it(`labels are ${name}: in any order, on days whose labels are all different`, () => {
      const shuffled = dates
        .filter((date) => parisDay(date).change === null)
        .chain((date) =>
          steps.chain((step) => {
            const truth = dayOf(date, step);
            return fc.record({
              truth: fc.constant(truth),
              order: fc.shuffledSubarray([...truth.keys()], { minLength: truth.length }),
            });
          }),
        );
      fc.assert(
        fc.property(shuffled, ({ truth, order }) => {
          const body = written(truth, convention);
          const { measures, problems } = curve(
            order.map((place) => body[place]!),
            convention.stamps,
          );
          assert.deepEqual(problems, []);
          assert.deepEqual(bare(measures), truth);
        }),
        { numRuns: 60 },
      );
    });

    it(`labels are ${name}: the step changes inside a day`, () => {
      for (const date of [PLAIN, MARCH, OCTOBER]) {
        for (const [before, after] of [
          [60, 30],
          [30, 10],
          [15, 60],
          [10, 5],
        ] as const) {
          const noon = parisDay(date).end - 12 * 3_600_000;
          const truth = [
            ...dayOf(date, before).filter(({ end }) => end <= noon),
            ...dayOf(date, after, 500).filter(({ start }) => start >= noon),
          ];
          const { measures, problems } = curve(written(truth, convention), convention.stamps);
          assert.deepEqual(problems, [], date);
          assert.deepEqual(bare(measures), truth, `${date} ${before} → ${after}`);
        }
      }
    });
  }

  it('does not depend on the season in which the process started', () => {
    const before = Settings.now;
    try {
      for (const frozen of ['2026-01-15T12:00:00Z', '2026-07-15T12:00:00Z']) {
        Settings.now = () => at(frozen);
        // A year whose days nothing has put into the cache of days: each freeze has its own.
        const year = frozen.includes('-01-') ? 2032 : 2033;
        for (const date of year === 2032 ? ['2032-03-28', '2032-10-31'] : ['2033-03-27', '2033-10-30']) {
          const truth = dayOf(date, 30);
          assert.equal(truth.length, date.includes('-03-') ? 46 : 50);
          assert.deepEqual(bare(curve(written(truth, CONVENTIONS['the end (Enedis)'])).measures), truth);
        }
      }
    } finally {
      Settings.now = before;
    }
  });

  it('is what the simulated meter recorded, around both clock changes and the new year', () => {
    const simulator = createSimulator({ clock: { now: () => at('2026-11-15T12:00:00Z') } });
    for (const [from, to] of [
      ['2026-03-27', '2026-04-01'],
      ['2026-10-23', '2026-10-28'],
      ['2025-12-30', '2026-01-03'],
    ] as const) {
      const truth = simulator.truth('22516914714270', 'consumption', 'loadCurve', from, to);
      assert.ok(truth.length > 190);
      for (const [name, convention] of conventions)
        assert.deepEqual(bare(curve(written(truth, convention), convention.stamps).measures), truth, name);
    }
  });
});

describe('the bugs of others', () => {
  it("the October hour isn't averaged away (ha-linky) nor overwritten (jeedom, the v2 gateway, domoticz)", () => {
    const { measures } = curve(points(OCTOBER, ['02:00', '02:30', '02:00', '02:30', '03:00']));
    assert.deepEqual(
      measures.map(({ start, end, amount }) => [isoParis(start), isoParis(end), amount]),
      [
        ['2026-10-25T01:30:00+02:00', '2026-10-25T02:00:00+02:00', 100],
        ['2026-10-25T02:00:00+02:00', '2026-10-25T02:30:00+02:00', 101],
        ['2026-10-25T02:30:00+02:00', '2026-10-25T02:00:00+01:00', 102],
        ['2026-10-25T02:00:00+01:00', '2026-10-25T02:30:00+01:00', 103],
        ['2026-10-25T02:30:00+01:00', '2026-10-25T03:00:00+01:00', 104],
      ],
    );
  });

  it('half-hour 23:30–00:00 belongs to its own day (jeedom)', () => {
    const { measures } = curve([point('2026-04-02 00:00:00')]);
    assert.deepEqual([...byDate(measures).keys()], [PLAIN]);
    assert.equal(measures[0]!.end, parisDay(PLAIN).end);
  });

  it('31 December belongs to its year, its last half-hour too', () => {
    const { measures } = curve([point('2026-01-01 00:00:00')]);
    assert.equal(isoParis(measures[0]!.start), '2025-12-31T23:30:00+01:00');
    const daily = understandPoints('daily', [point('2025-12-31', '9271', undefined)], 'end');
    assert.equal(isoParis(daily.measures[0]!.start), '2025-12-31T00:00:00+01:00');
    assert.equal(isoParis(daily.measures[0]!.end), '2026-01-01T00:00:00+01:00');
  });

  it('a zero is a value (myelectricaldata_import)', () => {
    for (const zero of ['0', 0, '0.0', ' 0 ', '00']) {
      const { measures, blanks, problems } = curve([point('2026-04-01 03:00:00', zero)]);
      assert.deepEqual([measures.map(({ amount }) => amount), blanks, problems], [[0], [], []], String(zero));
    }
  });

  it("Number(null) isn't 0, and neither is the text (ha-linky)", () => {
    for (const nothing of [null, undefined, 'null', 'NULL', ' null ', '', '  ']) {
      const { measures, blanks, problems } = curve([
        point('2026-04-01 00:30:00'),
        { ...point('2026-04-01 01:00:00'), value: nothing },
      ]);
      assert.equal(measures.length, 1, String(nothing));
      assert.deepEqual(blanks, [{ start: at('2026-03-31T22:30:00Z'), end: at('2026-03-31T23:00:00Z') }]);
      assert.deepEqual(problems, []);
    }
  });

  it("a missing half-hour isn't made up from its neighbour (ha-linky, domoticz)", () => {
    const { measures } = curve(points(PLAIN, ['00:30', '01:30']));
    assert.deepEqual(
      measures.map(({ start }) => isoParis(start).slice(11, 16)),
      ['00:00', '01:00'],
    );
  });
});

describe('the repeated hour of October', () => {
  const first = '+02:00';
  const second = '+01:00';

  it('listed twice each', () => {
    const body = points(OCTOBER, ['01:30', '02:00', '02:00', '02:30', '02:30', '03:00']);
    assert.deepEqual(shown(curve(body)), [
      [`01:00:00${first}`, `01:30:00${first}`, 100],
      [`01:30:00${first}`, `02:00:00${first}`, 101],
      [`02:00:00${first}`, `02:30:00${first}`, 103],
      [`02:30:00${first}`, `02:00:00${second}`, 102],
      [`02:00:00${second}`, `02:30:00${second}`, 104],
      [`02:30:00${second}`, `03:00:00${second}`, 105],
    ]);
  });

  it('listed twice each, every ten minutes and every hour', () => {
    for (const step of [10, 60] as const) {
      const truth = dayOf(OCTOBER, step);
      const change = parisDay(OCTOBER).change!.at;
      const ends = truth.filter(({ end }) => end < change + 3_600_000 && end >= change - 3_600_000);
      const half = ends.length / 2;
      const pairs = ends.slice(0, half).flatMap((one, place) => [one, ends[place + half]!]);
      const rest = truth.filter((interval) => !ends.includes(interval));
      const [early, late] = [rest.filter(({ end }) => end < change), rest.filter(({ end }) => end > change)];
      const body = written([...early, ...pairs, ...late], CONVENTIONS['the end (Enedis)']);
      assert.deepEqual(bare(curve(body).measures), truth);
    }
  });

  it('with one missing', () => {
    const cases: [string[], string[]][] = [
      [
        ['02:00', '02:30', '02:30', '03:00'],
        [`02:00:00${first}`, `02:30:00${first}`, `02:30:00${second}`],
      ],
      [
        ['02:30', '02:00', '02:30', '03:00'],
        [`02:30:00${first}`, `02:00:00${second}`, `02:30:00${second}`],
      ],
      [
        ['02:00', '02:00', '02:30', '03:00'],
        [`02:00:00${first}`, `02:00:00${second}`, `02:30:00${second}`],
      ],
      [
        ['02:00', '02:30', '02:00', '03:00'],
        [`02:00:00${first}`, `02:30:00${first}`, `02:00:00${second}`],
      ],
    ];
    for (const [times, ends] of cases) {
      const understood = curve(points(OCTOBER, times));
      assert.deepEqual(understood.problems, []);
      assert.deepEqual(
        shown(understood).map(([, end]) => end),
        [...ends, `03:00:00${second}`],
        times.join(' '),
      );
    }
  });

  it('with a value missing: the blank is at its own passage', () => {
    const body = points(OCTOBER, ['01:30', '02:00', '02:30', '02:00', '02:30', '03:00']);
    body[3] = { ...body[3]!, value: null };
    const { measures, blanks } = curve(body);
    assert.equal(measures.length, 5);
    assert.deepEqual(blanks, [{ start: at('2026-10-25T00:30:00Z'), end: at('2026-10-25T01:00:00Z') }]);
  });

  it('a maximum in it keeps its day and a second', () => {
    const { measures } = understandPoints('maxPower', [point('2026-10-25 02:15:30', '3533')], 'end');
    assert.equal(measures[0]!.start, parisDay(OCTOBER).start);
    assert.equal(isoParis(measures[0]!.at!), '2026-10-25T02:15:30+02:00');
  });

  it('needs no order where the labels have offsets', () => {
    const { measures, problems } = curve([
      point('2026-10-25T02:30:00+01:00', '2'),
      point('2026-10-25T02:30:00+02:00', '1'),
    ]);
    assert.deepEqual(problems, []);
    assert.deepEqual(bare(measures), [
      { start: at('2026-10-25T00:00:00Z'), end: at('2026-10-25T00:30:00Z'), amount: 1 },
      { start: at('2026-10-25T01:00:00Z'), end: at('2026-10-25T01:30:00Z'), amount: 2 },
    ]);
  });
});

describe('the hour that March skips', () => {
  it('has 46 half-hours, none of them in it (29 March 2020: 1:00, 1:30, 3:00, 3:30)', () => {
    const { measures, problems } = curve(points('2020-03-29', ['01:00', '01:30', '03:00', '03:30']));
    assert.deepEqual(problems, []);
    assert.deepEqual(
      measures.map(({ start, end }) => (end - start) / MINUTE),
      [30, 30, 30, 30],
    );
    assert.equal(measures.at(-1)!.end - measures[0]!.start, 120 * MINUTE);
  });

  it('an end at 02:00 is the change itself; 02:30 never was and is named', () => {
    const { measures, problems } = curve(points(MARCH, ['01:30', '02:00', '02:30', '03:30']));
    assert.deepEqual(
      measures.map(({ end }) => isoParis(end).slice(11, 16)),
      ['01:30', '03:00', '03:30'],
    );
    assert.deepEqual(problems, [{ field: 'points[2]', found: '2026-03-29 02:30:00', kind: 'stamp' }]);
  });

  it('an end at 02:00 and one at 03:00 are one interval: the same value once, another is a conflict', () => {
    const same = curve([point('2026-03-29 02:00:00', '7'), point('2026-03-29 03:00:00', '7')]);
    assert.deepEqual([same.measures.length, same.problems], [1, []]);
    const other = curve([point('2026-03-29 02:00:00', '7'), point('2026-03-29 03:00:00', '8')]);
    assert.deepEqual(
      [other.measures.map(({ amount }) => amount), other.problems.map(({ kind }) => kind)],
      [[8], ['conflict']],
    );
  });

  it('a maximum in it keeps its day, without a second that never was', () => {
    const { measures } = understandPoints('maxPower', [point('2026-03-29 02:15:30', '3533')], 'end');
    assert.deepEqual(measures, [
      { start: parisDay(MARCH).start, end: parisDay(MARCH).end, amount: 3533, quality: 'raw' },
    ]);
  });
});

describe('values', () => {
  const valueOf = (value: unknown): unknown => {
    const { measures, blanks, problems } = curve([point('2026-04-01 00:30:00', value)]);
    if (problems.length > 0) return problems.map(({ field, kind }) => `${field} ${kind}`).join();
    return blanks.length > 0 ? null : measures[0]?.amount;
  };

  it('are whole, from text or number, with a point or a comma', () => {
    assert.equal(valueOf('540'), 540);
    assert.equal(valueOf(540), 540);
    assert.equal(valueOf(' 540 '), 540);
    assert.equal(valueOf('540.6'), 541);
    assert.equal(valueOf('540,4'), 540);
    assert.equal(valueOf(539.5), 540);
  });

  it('are named and left out when they are none', () => {
    for (const wrong of ['NaN', 'Infinity', '-1', -1, '1e3', '0x10', '12 W', '1 000', '--', NaN, Infinity])
      assert.equal(valueOf(wrong), 'points[0] value', String(wrong));
    for (const wrong of [true, false, {}, [], [5]]) assert.equal(valueOf(wrong), 'points[0] value');
  });

  it('are never minus zero', () => {
    for (const value of ['-0', '-0.2', -0.2, -0]) {
      const amount = valueOf(value);
      assert.ok(amount === 'points[0] value' || Object.is(amount, 0), String(amount));
    }
  });

  it('have a household for a limit', () => {
    assert.equal(valueOf('250000'), 250_000);
    assert.equal(valueOf('250001'), 'points[0] value');
    const daily = (value: string) => understandPoints('daily', [point(PLAIN, value, undefined)], 'end');
    assert.equal(daily('250001').measures[0]?.amount, 250_001);
    assert.equal(daily('99999999').problems[0]?.kind, 'value');
  });

  it('leave the others alone, and a wrong one is named', () => {
    const { measures, problems } = curve([
      point('2026-04-01 00:30:00', '1'),
      point('2026-04-01 01:00:00', 'one'),
      point('2026-04-01 01:30:00', '3'),
    ]);
    assert.deepEqual(
      measures.map(({ amount }) => amount),
      [1, 3],
    );
    assert.deepEqual(problems, [{ field: 'points[1]', found: 'one', kind: 'value' }]);
  });

  it('keep what Enedis says of them', () => {
    const { measures } = curve([{ ...point('2026-04-01 00:30:00'), quality: 'estimated' }]);
    assert.equal(measures[0]!.quality, 'estimated');
  });
});

describe('intervals given twice', () => {
  it('with the same value are one', () => {
    const { measures, problems } = curve([point('2026-04-01 00:30:00', '5'), point('2026-04-01T00:30', '5')]);
    assert.deepEqual([measures.length, problems], [1, []]);
  });

  it('with another value: the later in the body counts, the other is named', () => {
    const { measures, problems } = curve([
      point('2026-04-01 00:30:00', '5'),
      point('2026-04-01 01:00:00', '9'),
      point('2026-04-01 00:30:00', '6'),
    ]);
    assert.deepEqual(
      measures.map(({ amount }) => amount),
      [6, 9],
    );
    assert.deepEqual(problems, [{ field: 'points[0]', found: '5', kind: 'conflict' }]);
  });

  it('once without a value: the value counts, nothing is blank', () => {
    const { measures, blanks } = curve([
      point('2026-04-01 00:30:00', null),
      point('2026-04-01 00:30:00', '6'),
    ]);
    assert.deepEqual([measures.map(({ amount }) => amount), blanks], [[6], []]);
  });

  it('never overlap in the end, whatever the body holds', () => {
    const anyPoint = fc
      .tuple(fc.nat({ max: 287 }), fc.constantFrom('PT5M', 'PT10M', 'PT15M', 'PT30M', 'PT60M'), fc.nat(99))
      .map(([place, step, value]) =>
        point(label(parisDay(OCTOBER).start + place * 5 * MINUTE), String(value), step),
      );
    fc.assert(
      fc.property(fc.array(anyPoint, { maxLength: 40 }), fc.constantFrom('end', 'start'), (body, stamps) => {
        const { measures } = curve(body, stamps);
        for (const [place, measure] of measures.entries()) {
          assert.ok(measure.end > measure.start);
          assert.ok(place === 0 || measure.start >= measures[place - 1]!.end);
        }
      }),
    );
  });
});

describe('stamps', () => {
  const endOf = (stamp: unknown): string | undefined => {
    const { measures, problems } = curve([point(stamp)]);
    return measures[0] ? isoParis(measures[0].end) : problems[0]?.kind;
  };

  it('come in several dresses', () => {
    for (const stamp of [
      '2026-04-01 12:30:00',
      '2026-04-01T12:30:00',
      ' 2026-04-01 12:30 ',
      '2026-04-01T12:30:00.000',
      '2026-04-01T12:30:00+02:00',
      '2026-04-01T12:30:00+0200',
      '2026-04-01T10:30:00Z',
      '2026-04-01T10:30:00.000Z',
    ])
      assert.equal(endOf(stamp), '2026-04-01T12:30:00+02:00', stamp);
  });

  it('24:00 is the next midnight', () => {
    assert.equal(endOf('2026-04-01 24:00:00'), '2026-04-02T00:00:00+02:00');
    assert.equal(endOf('2025-12-31 24:00:00'), '2026-01-01T00:00:00+01:00');
    assert.equal(endOf('2026-04-01 24:30:00'), 'stamp');
  });

  it('that are none are named', () => {
    for (const wrong of [
      '2026-02-30 00:30:00',
      '2026-04-01 00:60:00',
      '2026-04-01 25:00:00',
      '01/04/2026 00:30',
      '1999-04-01 00:30:00',
      'yesterday',
      '',
      null,
      undefined,
      1_775_000_000_000,
      {},
    ])
      assert.equal(endOf(wrong), 'stamp', JSON.stringify(wrong));
  });

  it('with an offset are right for a start as well', () => {
    const { measures } = curve([point('2026-10-25T02:30:00+01:00')], 'start');
    assert.equal(isoParis(measures[0]!.start), '2026-10-25T02:30:00+01:00');
  });

  it('of a day are the consumed local day, 23, 24 or 25 hours long', () => {
    const days = [MARCH, '2026-04-01 00:00:00', OCTOBER, '2026-11-01T23:00:00Z'].map((stamp) =>
      point(stamp, '9271', undefined),
    );
    const { measures } = understandPoints('daily', days, 'start');
    assert.deepEqual(
      measures.map(({ start, end, at }) => [isoParis(start).slice(0, 10), (end - start) / 3_600_000, at]),
      [
        [MARCH, 23, undefined],
        [PLAIN, 24, undefined],
        [OCTOBER, 25, undefined],
        ['2026-11-02', 24, undefined],
      ],
    );
  });

  it('of a maximum are the second of the peak; a day without one has none', () => {
    const { measures, blanks } = understandPoints(
      'maxPower',
      [
        point('2026-04-01 04:18:59', '3533', undefined),
        point('2026-04-02', '3000', undefined),
        point('2026-04-03 00:00:00', 'null', undefined),
      ],
      'end',
    );
    assert.deepEqual(
      measures.map(({ at }) => (at === undefined ? undefined : isoParis(at))),
      ['2026-04-01T04:18:59+02:00', undefined],
    );
    assert.deepEqual(blanks, [{ start: parisDay('2026-04-03').start, end: parisDay('2026-04-03').end }]);
  });
});

describe('steps', () => {
  const lengths = (body: StampedPoint[]): number[] =>
    curve(body).measures.map(({ start, end }) => (end - start) / MINUTE);

  it('are said as PT30M or PT1H', () => {
    assert.deepEqual(lengths([point('2026-04-01 01:00:00', '1', 'PT1H')]), [60]);
    assert.deepEqual(lengths([point('2026-04-01 01:00:00', '1', 'PT60M')]), [60]);
  });

  it('unknown ones are named', () => {
    for (const wrong of ['PT7M', 'PT0M', 'P1D', '30', 30, 'PT30', 'PT2H', {}]) {
      const { measures, problems } = curve([point('2026-04-01 01:00:00', '1', wrong)]);
      assert.deepEqual([measures, problems[0]?.kind, problems[0]?.field], [[], 'step', 'points[0]']);
    }
  });

  it('absent ones are the neighbour’s, else the shortest distance, else half an hour', () => {
    const without = (times: string[]) =>
      times.map((time): StampedPoint => ({ stamp: `${PLAIN} ${time}`, value: '1', quality: 'raw' }));
    assert.deepEqual(lengths(without(['00:10', '00:20', '00:30', '01:00'])), [10, 10, 10, 10]);
    assert.deepEqual(lengths(without(['05:00'])), [30]);
    assert.deepEqual(lengths([point('2026-04-01 01:00:00', '1', 'PT60M'), ...without(['02:00'])]), [60, 60]);
    for (const absent of [undefined, null, ''])
      assert.deepEqual(lengths([{ ...point('2026-04-01 01:00:00'), step: absent }]), [30]);
  });

  it('of October’s night are still found where nothing says them', () => {
    const truth = dayOf(OCTOBER, 30);
    const body = truth.map(({ end, amount }): StampedPoint => ({
      stamp: label(end),
      value: amount,
      quality: 'raw',
    }));
    assert.deepEqual(bare(curve(body).measures), truth);
  });
});

it('nothing understood is nothing, not an error', () => {
  for (const series of ['daily', 'loadCurve', 'maxPower'] as const)
    assert.deepEqual(understandPoints(series, [], 'end'), { measures: [], blanks: [], problems: [] });
});
