/** What is learnt of a series, step by step: each answer's effect as a table. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  isBelieved,
  learntWindow,
  noteAnswer,
  noteHistoryStart,
  noteLoss,
  type SeriesState,
} from '../../lib/archive/series-state';

const DAY = 86_400_000;
const NOW = Date.parse('2026-06-10T08:00:00Z');
const REASON = 'periodBeforeActivation';
const refused = (before: string, at: number, until: number): SeriesState => ({
  refused: { before, reason: REASON, at, until },
});
const blocked: SeriesState = { blocked: { until: NOW + DAY, reason: 'noData', settings: 'x' } };

/** The state after a change of a copy. */
function changed(state: SeriesState, change: (state: SeriesState) => void): SeriesState {
  const copy = structuredClone(state);
  change(copy);
  return copy;
}

describe('an answer', () => {
  const cases: [what: string, before: SeriesState, start: string, fresh: number, after: SeriesState][] = [
    ['without anything new begins the quiet', {}, '2026-06-09', 0, { quietSince: NOW }],
    ['and lets it go on', { quietSince: 5 }, '2026-06-09', 0, { quietSince: 5 }],
    ['with something new ends it', { quietSince: 5 }, '2026-06-09', 1, {}],
    ['ends what kept it from being asked', blocked, '2026-06-09', 1, {}],
    [
      'for days that were refused puts that in doubt, and keeps it',
      refused('2026-06-01', NOW - DAY, NOW + DAY),
      '2026-05-31',
      1,
      refused('2026-06-01', NOW - DAY, 0),
    ],
    [
      'for days after it doesn’t',
      refused('2026-06-01', NOW - DAY, NOW + DAY),
      '2026-06-01',
      1,
      refused('2026-06-01', NOW - DAY, NOW + DAY),
    ],
  ];
  for (const [what, before, start, fresh, after] of cases) {
    it(what, () => {
      assert.deepEqual(
        changed(before, (state) => noteAnswer(state, start, fresh, NOW)),
        after,
      );
    });
  }
});

describe('a beginning of what Enedis has', () => {
  const known = refused('2026-06-01', NOW - DAY, NOW + DAY);
  const cases: [string, SeriesState, before: string, endOfDay: number | null, SeriesState][] = [
    ['is believed for a month', {}, '2026-06-01', null, refused('2026-06-01', NOW, NOW + 30 * DAY)],
    ['or until the day ends', {}, '2026-06-01', NOW + 5, refused('2026-06-01', NOW, NOW + 5)],
    ['moves on', known, '2026-06-02', null, refused('2026-06-02', NOW, NOW + 30 * DAY)],
    ['doesn’t move back while it is believed', known, '2026-05-01', null, known],
    [
      'moves back once it isn’t',
      refused('2026-06-01', NOW - DAY, NOW),
      '2026-05-01',
      null,
      refused('2026-05-01', NOW, NOW + 30 * DAY),
    ],
  ];
  for (const [what, state, before, endOfDay, after] of cases) {
    it(what, () => {
      assert.deepEqual(
        changed(state, (each) => noteHistoryStart(each, before, REASON, NOW, endOfDay)),
        after,
      );
    });
  }

  it('isn’t believed where a clock that was ahead has noted it', () => {
    const at = (time: number, until: number): boolean =>
      isBelieved({ before: '2026-06-01', reason: REASON, at: time, until }, NOW);
    assert.deepEqual([at(NOW, NOW + 1), at(NOW + 1, NOW + 2), at(NOW - 2, NOW)], [true, false, false]);
  });
});

describe('a damaged file', () => {
  const march = { start: '2026-03-01', end: '2026-04-01' };
  const cases: [string, SeriesState, since: string | undefined][] = [
    [
      'moves the first day answered for back to where it began',
      { first: '2026-01-01', since: '2026-05-20' },
      '2026-03-01',
    ],
    ['no further than ever', { first: '2026-03-10', since: '2026-05-20' }, '2026-03-10'],
    ['not where it was before all that', { first: '2026-04-01', since: '2026-05-20' }, '2026-05-20'],
    ['not forward', { first: '2026-01-01', since: '2026-02-01' }, '2026-02-01'],
    ['not where nothing was ever answered for', { since: '2026-05-20' }, '2026-05-20'],
    ['nor where nothing is known', {}, undefined],
  ];
  for (const [what, state, since] of cases) {
    it(what, () => {
      assert.equal(changed(state, (each) => noteLoss(each, march)).since, since);
    });
  }
});

it('a shorter window learnt from one refusal is believed for a month, and of that gateway', () => {
  const state: SeriesState = { windowDays: 6, windowLearnt: { gateway: 'conso-api', at: NOW } };
  assert.equal(learntWindow(state, 'conso-api', NOW), 6);
  assert.equal(learntWindow(state, 'conso-api', NOW + 30 * DAY), 6);
  assert.equal(learntWindow(state, 'conso-api', NOW + 31 * DAY), undefined);
  assert.equal(learntWindow(state, 'data-connect', NOW), undefined);
  assert.equal(learntWindow({ windowDays: 6 }, 'conso-api', NOW), undefined);
});
