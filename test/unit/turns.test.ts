/** When a meter's days appear, learnt from those that came; and whose turn it is to be asked. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { believed, halfWay, isLate, isWide, withArrival, type Appearance } from '../../lib/daily/lateness';
import { isHeldBack, nextLook, turnsOf, type Target } from '../../lib/daily/turns';
import type { Attempt } from '../../lib/daily/attempt';
import { addDays, parisDay } from '../../lib/readings/paris';

const HOUR = 3_600_000;

/** The days from 1 June on come at these ages, in hours: last missed, then seen. */
function learnt(...days: (readonly [missed: number, seen: number])[]): Appearance {
  let known: Appearance | undefined;
  for (const [place, [missed, seen]] of days.entries()) {
    const date = addDays('2026-06-01', place);
    const { end } = parisDay(date);
    known = withArrival(known, {
      date,
      missed: missed === 0 ? 0 : end + missed * HOUR,
      seen: end + seen * HOUR,
    });
  }
  return known!;
}

describe('when days appear', () => {
  const rows: {
    name: string;
    days: (readonly [number, number])[];
    after: number;
    by: number;
    late: boolean;
  }[] = [
    {
      name: 'in the morning',
      days: [
        [0, 8],
        [0, 9],
        [0, 7],
      ],
      after: 0,
      by: 7,
      late: false,
    },
    {
      name: 'once in the afternoon',
      days: [
        [0, 8],
        [14, 14.5],
      ],
      after: 14,
      by: 14.5,
      late: false,
    },
    {
      name: 'twice in the afternoon',
      days: [
        [14, 14.5],
        [13.8, 14.3],
      ],
      after: 14,
      by: 14.3,
      late: true,
    },
    {
      name: 'a little later than before',
      days: [
        [14, 14.3],
        [14.6, 15],
      ],
      after: 14.6,
      by: 15,
      late: true,
    },
    {
      name: 'in the evening once, in the afternoon once',
      days: [
        [19, 20],
        [14, 14.5],
      ],
      after: 14,
      by: 14.5,
      late: false,
    },
    { name: 'a day late', days: [[20, 32]], after: 20, by: 32, late: true },
    {
      name: 'three days late, ever more precisely',
      days: [
        [80, 92],
        [86, 92],
        [86, 89],
        [86, 87.5],
      ],
      after: 86,
      by: 87.5,
      late: true,
    },
    {
      name: 'late, and then as usual',
      days: [
        [38, 40],
        [38, 39],
        [0, 8],
      ],
      after: 0,
      by: 8,
      late: false,
    },
    { name: 'never asked for before', days: [[0, 50]], after: 0, by: 50, late: false },
  ];
  for (const { name, days, after, by, late } of rows) {
    it(`${name}: ${late ? 'late' : 'usual'}`, () => {
      const known = learnt(...days);
      assert.deepEqual([known.after / HOUR, known.by / HOUR, isLate(known)], [after, by, late]);
    });
  }

  it('is believed for a month, and not from a clock that was ahead', () => {
    const known = learnt([20, 32]);
    assert.equal(believed(known, known.at), known);
    assert.equal(believed(known, known.at + 31 * 24 * HOUR), null);
    assert.equal(believed(known, known.at - 1), null);
    assert.equal(believed(undefined, known.at), null);
  });

  it('is looked at half-way while the hour isn’t known', () => {
    assert.equal(isWide(learnt([20, 32])), true);
    assert.equal(halfWay(learnt([20, 32])), 26 * HOUR);
    assert.equal(isWide(learnt([31, 32])), false);
  });

  it('a day of which more comes is no news', () => {
    const known = learnt([0, 8], [0, 9]);
    assert.equal(withArrival(known, { date: '2026-06-02', missed: 0, seen: known.at + HOUR }), known);
  });
});

describe('whose turn it is', () => {
  const at = (time: string, day = '12'): number => Date.parse(`2026-06-${day}T${time}+02:00`);
  const attempt: Attempt = {
    now: at('09:00:00'),
    yesterday: '2026-06-11',
    midnight: at('00:00:00'),
    lastTry: at('20:00:00'),
    manual: false,
    unlessAskedSince: at('08:33:00'),
    settings: 'as they are',
  };
  const target = (series: Target['key']['series'], more: Partial<Target> = {}): Target => ({
    key: { direction: 'consumption', series },
    due: ['2026-06-11'],
    yesterdayAskedAt: 0,
    dormant: false,
    isNew: false,
    hasFailed: false,
    isStuck: false,
    expected: null,
    ...more,
  });
  const names = (targets: readonly Target[]): string => targets.map(({ key }) => key.series).join(' ');

  it('in the fixed order in the morning, then of the one that was asked longest ago', () => {
    assert.equal(
      names(turnsOf([target('daily'), target('maxPower'), target('loadCurve')], attempt, 0)),
      'daily maxPower loadCurve',
    );
    const later = [
      target('daily', { yesterdayAskedAt: at('08:00:00') }),
      target('maxPower', { yesterdayAskedAt: at('07:00:00') }),
      target('loadCurve', { yesterdayAskedAt: at('07:30:00') }),
    ];
    assert.equal(names(turnsOf(later, attempt, 3)), 'maxPower loadCurve daily');
  });

  it('nobody’s, where another node has just asked; but a first collection’s', () => {
    const asked = [
      target('daily', { yesterdayAskedAt: at('08:45:00') }),
      target('maxPower'),
      target('loadCurve', { isNew: true }),
    ];
    assert.equal(names(turnsOf(asked, attempt, 1)), 'loadCurve');
    assert.equal(
      names(turnsOf(asked, { ...attempt, unlessAskedSince: attempt.now, manual: true }, 1)),
      'maxPower daily loadCurve',
    );
  });

  it('not of those behind one that lacks the same and was asked in vain', () => {
    assert.equal(isHeldBack(target('loadCurve'), ['2026-06-11'], '2026-06-11'), true);
    assert.equal(
      isHeldBack(target('loadCurve', { due: ['2026-06-05', '2026-06-11'] }), ['2026-06-11'], '2026-06-11'),
      false,
    );
    assert.equal(isHeldBack(target('loadCurve', { dormant: true }), ['2026-06-11'], '2026-06-11'), false);
  });

  it('not any more, once something failed and there were twelve requests', () => {
    const broken = [target('daily', { hasFailed: true }), target('maxPower')];
    assert.equal(names(turnsOf(broken, attempt, 5)), 'daily maxPower');
    assert.equal(names(turnsOf(broken, attempt, 11)), 'maxPower');
    assert.equal(
      names(turnsOf(broken, { ...attempt, manual: true, unlessAskedSince: attempt.now }, 20)),
      'daily maxPower',
    );
  });

  describe('a meter that is late', () => {
    const late = { last: '2026-06-09', at: at('14:30:00', '11'), after: 38 * HOUR, by: 38.5 * HOUR, days: 3 };
    const due = ['2026-06-10', '2026-06-11'];
    const three = (more: Partial<Target>): Target[] =>
      (['daily', 'maxPower', 'loadCurve'] as const).map((series) =>
        target(series, { due, expected: late, isStuck: true, ...more }),
      );

    it('is looked at in the morning, and when its days were seen to come', () => {
      const evening = at('20:00:00', '11');
      assert.equal(
        names(turnsOf(three({ yesterdayAskedAt: evening }), attempt, 0)),
        'daily maxPower loadCurve',
      );
      const morning = three({ yesterdayAskedAt: at('08:00:00') });
      assert.equal(nextLook(morning, attempt, 1), at('14:30:00'));
      assert.deepEqual(turnsOf(morning, attempt, 1), []);
      assert.equal(turnsOf(morning, { ...attempt, now: at('14:31:00') }, 1).length, 3);
    });

    it('is looked at half-way as well, where the hour isn’t known', () => {
      const wide = three({
        yesterdayAskedAt: at('08:00:00'),
        expected: { ...late, after: 32 * HOUR, by: 44 * HOUR },
      });
      assert.equal(nextLook(wide, attempt, 1), at('14:00:00'));
    });

    it('that doesn’t come when it should is looked for an hour later, with six requests a day', () => {
      const overdue = three({ yesterdayAskedAt: at('14:31:00') });
      assert.equal(nextLook(overdue, { ...attempt, now: at('14:32:00') }, 2), at('15:31:00'));
      assert.equal(nextLook(overdue, { ...attempt, now: at('14:32:00') }, 3), at('19:50:00'));
      assert.equal(
        nextLook(overdue, { ...attempt, now: at('14:32:00') }, 4),
        at('14:30:00', '13'),
        'tomorrow',
      );
    });

    it('and has fallen a day behind in five series catches up: six requests don’t go for the day before yesterday', () => {
      const noon = { ...late, after: 12.1 * HOUR, by: 12.5 * HOUR };
      const nextMorning = { ...late, after: 17.5 * HOUR, by: 30.5 * HOUR };
      const asked = { yesterdayAskedAt: at('06:30:00', '11'), isStuck: true, due };
      const five = [
        ...three({ ...asked, expected: noon }),
        target('daily', { ...asked, expected: nextMorning }),
        target('loadCurve', { ...asked, expected: nextMorning }),
      ];
      const morning = { ...attempt, now: at('06:33:00') };
      assert.equal(nextLook(five, morning, 0), at('12:30:00'));
      assert.equal(turnsOf(five, { ...attempt, now: at('12:31:00') }, 0).length, 5);
    });

    it('of which nothing is known is looked for over the day', () => {
      const unknown = three({ yesterdayAskedAt: at('08:00:00'), expected: null });
      assert.equal(nextLook(unknown, attempt, 1), at('11:56:40'));
      assert.equal(nextLook(unknown, { ...attempt, now: at('12:00:00') }, 4), null);
    });
  });
});
