/** Where a series stands in the daily collection: its days and what was learnt on one side, what is due on the other. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { DayStatus } from '../../lib/archive/archive';
import type { SeriesState } from '../../lib/archive/series-state';
import {
  comparedFrom,
  firstOpenDay,
  isCollectionOff,
  isLeftBehind,
  lacksYesterday,
  newSince,
  standingOf,
  type Attempt,
  type Standing,
} from '../../lib/daily/series-state';

/** Paris, in summer. */
const at = (time: string, day = '12'): number => Date.parse(`2026-06-${day}T${time}+02:00`);
const NOW = at('08:00:00');
const ATTEMPT: Attempt = {
  now: NOW,
  yesterday: '2026-06-11',
  manual: false,
  unlessAskedSince: at('07:33:00'),
  settings: 'as they are',
};

/** A day of June, never asked for unless something else is said. */
function day(date: number, state: DayStatus['state'], more: Partial<DayStatus> = {}): DayStatus {
  const asked = more.askedAt !== undefined;
  return { date: `2026-06-${String(date).padStart(2, '0')}`, state, again: undefined, asked, ...more };
}

describe('where a series stands', () => {
  const open = (due: string[], dormant = false): Standing => ({ kind: 'open', due, dormant });
  const blocked = (
    reason: string,
    until: number,
    settings = 'as they are',
  ): Pick<SeriesState, 'blocked'> => ({
    blocked: { reason, until, settings },
  });
  const rows: {
    name: string;
    state?: Pick<SeriesState, 'blocked'>;
    days: DayStatus[];
    dormant?: boolean;
    attempt?: Partial<Attempt>;
    stands: Standing;
  }[] = [
    { name: 'settled', days: [day(10, 'complete'), day(11, 'complete')], stands: open([]) },
    { name: 'yesterday was never asked for', days: [day(11, 'unknown')], stands: open(['2026-06-11']) },
    {
      name: 'asked for yesterday in vain, some time ago: at every attempt',
      days: [day(11, 'notPublished', { askedAt: at('07:00:00'), again: at('07:00:00') })],
      stands: open(['2026-06-11']),
    },
    {
      name: 'another node has just asked',
      days: [day(11, 'notPublished', { askedAt: at('07:45:00'), again: at('07:45:00') })],
      stands: open([]),
    },
    {
      name: 'another node has just asked, and an older day is due',
      days: [
        day(9, 'partial', { askedAt: at('07:00:00', '11'), again: at('00:00:00') }),
        day(11, 'notPublished', { askedAt: at('07:45:00'), again: at('07:45:00') }),
      ],
      stands: open(['2026-06-09', '2026-06-11']),
    },
    {
      name: 'an older day whose time hasn’t come',
      days: [
        day(9, 'partial', { askedAt: at('07:00:00'), again: at('00:00:00', '13') }),
        day(11, 'complete'),
      ],
      stands: open([]),
    },
    {
      name: 'a day that never comes again',
      days: [day(9, 'notCollected', { askedAt: at('07:00:00'), again: null }), day(11, 'complete')],
      stands: open([]),
    },
    {
      name: 'a day ruled out by a clock that was ahead',
      days: [day(9, 'notCollected', { askedAt: at('07:00:00', '30'), again: null }), day(11, 'complete')],
      stands: open(['2026-06-09']),
    },
    {
      name: 'dormant and asked today: not again',
      days: [day(11, 'notPublished', { askedAt: at('06:10:00'), again: at('06:10:00') })],
      dormant: true,
      stands: open([], true),
    },
    {
      name: 'dormant, and a person asks',
      days: [day(11, 'notPublished', { askedAt: at('06:10:00'), again: at('06:10:00') })],
      dormant: true,
      attempt: { manual: true, unlessAskedSince: NOW },
      stands: open(['2026-06-11'], true),
    },
    {
      name: 'blocked until tomorrow',
      state: blocked('consentService', at('00:00:00', '13')),
      days: [day(11, 'unknown')],
      stands: { kind: 'blocked', until: at('00:00:00', '13') },
    },
    {
      name: 'blocked until now',
      state: blocked('consentService', NOW),
      days: [day(11, 'unknown')],
      stands: open(['2026-06-11']),
    },
    {
      name: 'blocked with other settings',
      state: blocked('consentService', at('00:00:00', '13'), 'as they were'),
      days: [day(11, 'unknown')],
      stands: open(['2026-06-11']),
    },
    {
      name: 'blocked by a clock that was ahead',
      state: blocked('consentService', at('00:00:00', '30')),
      days: [day(11, 'unknown')],
      stands: open(['2026-06-11']),
    },
    {
      name: 'blocked, and a person asks',
      state: blocked('consentService', at('00:00:00', '13')),
      days: [day(11, 'unknown')],
      attempt: { manual: true },
      stands: open(['2026-06-11']),
    },
    {
      name: 'a direction the meter lacks, and a person asks',
      state: blocked('wrongDirection', at('00:00:00', '13')),
      days: [day(11, 'unknown')],
      attempt: { manual: true },
      stands: { kind: 'blocked', until: at('00:00:00', '13') },
    },
  ];
  for (const { name, state = {}, days, dormant = false, attempt, stands } of rows) {
    it(name, () => assert.deepEqual(standingOf(state, days, dormant, { ...ATTEMPT, ...attempt }), stands));
  }
});

describe('hourly collection', () => {
  const daily = [7, 8, 9, 10].map((date) => day(date, 'complete'));
  const absent = (date: number): DayStatus => day(date, 'notCollected', { askedAt: NOW });
  const rows: { name: string; curve: DayStatus[]; daily?: DayStatus[]; isOff: boolean }[] = [
    { name: 'four days without', curve: [7, 8, 9, 10].map(absent), isOff: true },
    { name: 'three days without', curve: [8, 9, 10].map(absent), isOff: false },
    {
      name: 'one of four has some',
      curve: [absent(7), absent(8), day(9, 'partial'), absent(10)],
      isOff: false,
    },
    {
      name: 'one of four was never asked for',
      curve: [absent(7), absent(8), absent(9), day(10, 'notPublished')],
      isOff: false,
    },
    {
      name: 'neither has the energy come',
      curve: [7, 8, 9, 10].map(absent),
      daily: daily.slice(1),
      isOff: false,
    },
  ];
  for (const { name, curve, daily: energy = daily, isOff } of rows) {
    it(`${name}: ${isOff ? 'looks off' : 'is on'}`, () =>
      assert.equal(isCollectionOff(curve, energy, ATTEMPT.yesterday), isOff));
  }
});

describe('a series left behind', () => {
  it('is one that was quiet for three days', () => {
    assert.equal(comparedFrom(undefined, NOW), null);
    assert.equal(comparedFrom(at('08:00:00', '09'), NOW), null);
    assert.equal(comparedFrom(at('07:59:59', '09'), NOW), '2026-06-09');
    assert.equal(comparedFrom(Date.parse('2026-01-01T00:00:00Z'), NOW), '2026-05-13', 'a month at most');
  });

  it('is one that sees another get its days before today', () => {
    const midnight = at('00:00:00');
    assert.equal(isLeftBehind([day(10, 'complete', { askedAt: at('08:00:00', '11') })], midnight), true);
    assert.equal(isLeftBehind([day(10, 'complete', { askedAt: at('08:00:00') })], midnight), false);
    assert.equal(isLeftBehind([day(10, 'notPublished', { askedAt: at('08:00:00', '11') })], midnight), false);
  });
});

describe('the days it answers for', () => {
  it('begin with the first that isn’t settled', () => {
    const days = [day(9, 'complete'), day(10, 'partial'), day(11, 'complete')];
    assert.equal(firstOpenDay(days, NOW, '2026-06-12'), '2026-06-10');
    assert.equal(firstOpenDay(days.slice(0, 1), NOW, '2026-06-12'), '2026-06-12');
  });

  it('become more for a node that wants more, and when a clock that was ahead has skipped some', () => {
    assert.equal(newSince(undefined, '2026-06-11', false, '2026-06-12'), '2026-06-11');
    assert.equal(newSince('2026-06-10', '2026-01-01', true, '2026-06-12'), '2026-01-01');
    assert.equal(newSince('2026-06-10', '2026-01-01', false, '2026-06-12'), null);
    assert.equal(newSince('2026-06-10', '2026-06-11', true, '2026-06-12'), null);
    assert.equal(newSince('2026-08-01', '2026-01-01', false, '2026-06-12'), '2026-01-01');
  });

  it('lack yesterday until it is complete', () => {
    assert.equal(lacksYesterday([day(11, 'partial')], '2026-06-11'), true);
    assert.equal(lacksYesterday([day(11, 'complete')], '2026-06-11'), false);
    assert.equal(lacksYesterday([], '2026-06-11'), false);
  });
});
