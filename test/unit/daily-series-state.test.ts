/** Where a series stands in the daily collection: its days and what was learnt on one side, what is due on the other. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { DayStatus } from '../../lib/archive/archive';
import type { Attempt } from '../../lib/daily/attempt';
import {
  blockedUntil,
  comparedFrom,
  firstOpenDay,
  isCollectionOff,
  isLeftBehind,
  lacksYesterday,
  newSince,
  targetOf,
  type View,
} from '../../lib/daily/series-state';

/** Paris, in summer. */
const at = (time: string, day = '12'): number => Date.parse(`2026-06-${day}T${time}+02:00`);
const NOW = at('08:00:00');
const ATTEMPT: Attempt = {
  now: NOW,
  yesterday: '2026-06-11',
  midnight: at('00:00:00'),
  lastTry: at('20:00:00'),
  manual: false,
  unlessAskedSince: at('07:33:00'),
  settings: 'as they are',
};

const KEY = { direction: 'consumption', series: 'loadCurve' } as const;
const VIEW: View = { state: {}, days: [], addsUp: () => undefined, dormant: false };

/** A day of June, never asked for unless something else is said. */
function day(date: number, state: DayStatus['state'], more: Partial<DayStatus> = {}): DayStatus {
  const asked = more.askedAt !== undefined;
  return { date: `2026-06-${String(date).padStart(2, '0')}`, state, again: undefined, asked, ...more };
}

describe('what of a series is due', () => {
  const rows: { name: string; view: Partial<View>; attempt?: Partial<Attempt>; due: string[] | null }[] = [
    { name: 'settled', view: { days: [day(10, 'complete'), day(11, 'complete')] }, due: null },
    { name: 'yesterday was never asked for', view: { days: [day(11, 'unknown')] }, due: ['2026-06-11'] },
    {
      name: 'asked for yesterday in vain: at every attempt',
      view: { days: [day(11, 'notPublished', { askedAt: at('07:00:00'), again: at('07:00:00') })] },
      due: ['2026-06-11'],
    },
    {
      name: 'an older day whose time hasn’t come',
      view: {
        days: [
          day(9, 'partial', { askedAt: at('07:00:00'), again: at('00:00:00', '13') }),
          day(11, 'complete'),
        ],
      },
      due: null,
    },
    {
      name: 'an older day whose time has come',
      view: { days: [day(9, 'partial', { askedAt: at('07:00:00', '11'), again: at('00:00:00') })] },
      due: ['2026-06-09'],
    },
    {
      name: 'a day that never comes again',
      view: { days: [day(9, 'notCollected', { askedAt: at('07:00:00'), again: null }), day(11, 'complete')] },
      due: null,
    },
    {
      name: 'a day ruled out by a clock that was ahead',
      view: {
        days: [day(9, 'notCollected', { askedAt: at('07:00:00', '30'), again: null }), day(11, 'complete')],
      },
      due: ['2026-06-09'],
    },
    {
      name: 'late for two days: both at every look',
      view: {
        days: [
          day(10, 'notPublished', { askedAt: at('07:00:00'), again: at('00:00:00', '13') }),
          day(11, 'notPublished', { askedAt: at('07:00:00'), again: at('07:00:00') }),
        ],
      },
      due: ['2026-06-10', '2026-06-11'],
    },
    {
      name: 'half-hours that add up to the day: nothing is missing',
      view: {
        days: [day(11, 'partial', { askedAt: at('07:00:00'), again: at('07:00:00') })],
        addsUp: () => true,
      },
      due: null,
    },
    {
      name: 'a whole day that doesn’t add up: tomorrow again',
      view: { days: [day(10, 'complete', { askedAt: at('07:00:00', '11') })], addsUp: () => false },
      due: ['2026-06-10'],
    },
    {
      name: 'a whole day that doesn’t add up, asked today',
      view: { days: [day(10, 'complete', { askedAt: at('07:00:00') })], addsUp: () => false },
      due: null,
    },
    {
      name: 'a whole day that doesn’t add up after more than a week: left as it is',
      view: { days: [day(4, 'complete', { askedAt: at('07:00:00', '11') })], addsUp: () => false },
      due: null,
    },
    {
      name: 'a day that is there in part for days: left in peace',
      view: {
        days: [
          day(7, 'partial', { askedAt: at('07:00:00', '11'), again: at('00:00:00') }),
          day(11, 'complete'),
        ],
      },
      due: null,
    },
    {
      name: 'a day that is there in part, a week later',
      view: {
        days: [
          day(2, 'partial', { askedAt: at('07:00:00', '05'), again: at('00:00:00') }),
          day(11, 'complete'),
        ],
      },
      due: ['2026-06-02'],
    },
    {
      name: 'dormant and asked today: not again',
      view: {
        days: [day(11, 'notPublished', { askedAt: at('06:10:00'), again: at('06:10:00') })],
        dormant: true,
      },
      due: null,
    },
    {
      name: 'dormant, and a person asks',
      view: {
        days: [day(11, 'notPublished', { askedAt: at('06:10:00'), again: at('06:10:00') })],
        dormant: true,
      },
      attempt: { manual: true, unlessAskedSince: NOW },
      due: ['2026-06-11'],
    },
  ];
  for (const { name, view, attempt, due } of rows) {
    it(name, () => {
      const target = targetOf(KEY, { ...VIEW, ...view }, { ...ATTEMPT, ...attempt });
      assert.deepEqual(target?.due ?? null, due);
    });
  }

  it('is late for days, or there in part without growing: stuck', () => {
    const stuck = (view: Partial<View>): boolean | undefined =>
      targetOf(KEY, { ...VIEW, ...view }, ATTEMPT)?.isStuck;
    const missing = day(11, 'notPublished', { askedAt: at('07:00:00') });
    assert.equal(stuck({ days: [day(10, 'complete'), missing] }), false);
    assert.equal(
      stuck({ days: [day(10, 'notPublished', { askedAt: at('19:00:00', '11') }), missing] }),
      true,
    );
    assert.equal(stuck({ days: [day(10, 'unknown'), missing] }), false, 'nobody has asked');
    const partial = day(11, 'partial', { askedAt: at('07:00:00') });
    assert.equal(stuck({ days: [partial] }), false);
    assert.equal(stuck({ days: [partial], state: { quietSince: at('07:00:00') } }), true);
  });
});

describe('a series that failed', () => {
  const blocked = (reason: string, until: number, settings = 'as they are'): View['state'] => ({
    blocked: { reason, until, settings },
  });
  const rows: { name: string; state: View['state']; manual?: boolean; until: number | null }[] = [
    {
      name: 'waits until tomorrow',
      state: blocked('consentService', at('00:00:00', '13')),
      until: at('00:00:00', '13'),
    },
    { name: 'waits until now', state: blocked('consentService', NOW), until: null },
    {
      name: 'with other settings doesn’t',
      state: blocked('consentService', at('00:00:00', '13'), 'as they were'),
      until: null,
    },
    {
      name: 'by a clock that was ahead doesn’t',
      state: blocked('consentService', at('00:00:00', '30')),
      until: null,
    },
    {
      name: 'and that a person asks for doesn’t',
      state: blocked('consentService', at('00:00:00', '13')),
      manual: true,
      until: null,
    },
    {
      name: 'because the meter lacks its direction waits for nobody',
      state: blocked('wrongDirection', at('00:00:00', '13')),
      manual: true,
      until: at('00:00:00', '13'),
    },
  ];
  for (const { name, state, manual = false, until } of rows)
    it(name, () => assert.equal(blockedUntil(state, { ...ATTEMPT, manual }), until));
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
    assert.equal(firstOpenDay(days, VIEW.addsUp, NOW, '2026-06-12'), '2026-06-10');
    assert.equal(firstOpenDay(days.slice(0, 1), VIEW.addsUp, NOW, '2026-06-12'), '2026-06-12');
  });

  it('become more for a node that wants more, and when a clock that was ahead has skipped some', () => {
    assert.equal(newSince(undefined, '2026-06-11', false, '2026-06-12'), '2026-06-11');
    assert.equal(newSince('2026-06-10', '2026-01-01', true, '2026-06-12'), '2026-01-01');
    assert.equal(newSince('2026-06-10', '2026-01-01', false, '2026-06-12'), null);
    assert.equal(newSince('2026-06-10', '2026-06-11', true, '2026-06-12'), null);
    assert.equal(newSince('2026-08-01', '2026-01-01', false, '2026-06-12'), '2026-01-01');
  });

  it('lack yesterday until it is complete', () => {
    assert.equal(lacksYesterday([day(11, 'partial')], VIEW.addsUp, '2026-06-11'), true);
    assert.equal(lacksYesterday([day(11, 'complete')], VIEW.addsUp, '2026-06-11'), false);
    assert.equal(lacksYesterday([], VIEW.addsUp, '2026-06-11'), false);
  });
});
