/** What happens to a backfill's run, as tables: its states, and how far each of its series is. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { BackfillRun, Track } from '../../lib/archive/format';
import type { Order } from '../../lib/backfill/planner';
import {
  advanced,
  commanded,
  daysLeft,
  deliveredUpTo,
  failedOnce,
  finished,
  isDelivered,
  isEmptyFailure,
  isOver,
  isUnchanged,
  isUnderWay,
  newRun,
  refusedOnce,
  totalDays,
  unaskedOf,
  waitingUntil,
  withHistoryStart,
  type Command,
} from '../../lib/backfill/run';
import { parisDay } from '../../lib/readings/paris';

type State = BackfillRun['state'];
const STATES: readonly State[] = ['running', 'paused', 'done', 'failed', 'cancelled'];

const DAILY: Track = {
  direction: 'consumption',
  series: 'daily',
  from: '2026-06-01',
  until: '2026-06-11',
  next: '2026-06-11',
  failures: 0,
};
const CURVE: Track = { ...DAILY, series: 'loadCurve' };

function runOf(more: Partial<BackfillRun> = {}): BackfillRun {
  const begun = newRun({ id: 'run', startedAt: 1, order: 'newest', force: false, tracks: [DAILY, CURVE] });
  return structuredClone({ ...begun, ...more });
}

/** Nothing that is given is changed. */
function unchanged<T>(run: BackfillRun, change: (run: BackfillRun) => T): T {
  const before = structuredClone(run);
  const after = change(run);
  assert.deepEqual(run, before);
  return after;
}

describe('a command', () => {
  const next: Record<Command, Record<State, State | null>> = {
    pause: { running: 'paused', paused: null, done: null, failed: null, cancelled: null },
    resume: { running: 'running', paused: 'running', done: null, failed: 'running', cancelled: null },
    cancel: { running: 'cancelled', paused: 'cancelled', done: null, failed: null, cancelled: null },
  };
  for (const command of ['pause', 'resume', 'cancel'] as const) {
    for (const state of STATES) {
      it(`${command} while ${state}: ${next[command][state] ?? 'nothing'}`, () => {
        const run = waitingUntil(runOf({ state }), 5, 'settings');
        const after = unchanged(run, (each) => commanded(each, command));
        assert.equal(after?.state ?? null, next[command][state]);
        assert.equal(after?.waiting, undefined);
      });
    }
  }

  it('resume tries again at once what was given up, refused or had to wait', () => {
    const broken = { ...CURVE, failures: 3, ended: 'collectionOpposed', notBefore: 5 };
    const run = runOf({ state: 'failed', refusals: 8, tracks: [DAILY, broken] });
    assert.deepEqual(commanded(run, 'resume'), runOf());
  });

  it('another run begins once this one is over', () => {
    assert.deepEqual(
      STATES.filter((state) => isUnderWay(runOf({ state }))),
      ['running', 'paused'],
    );
    assert.equal(isUnderWay(undefined), false);
  });
});

describe('the end', () => {
  const cases: [string, Partial<BackfillRun>, State][] = [
    ['with readings', { readings: 3 }, 'done'],
    ['without any, nothing refused', {}, 'done'],
    ['without any, a series given up', { tracks: [{ ...DAILY, ended: 'noData' }] }, 'failed'],
    ['without any, its period refused', { tracks: [{ ...DAILY, refused: 'periodTooOld' }] }, 'failed'],
    ['with readings, a series given up', { readings: 3, tracks: [{ ...DAILY, ended: 'noData' }] }, 'done'],
  ];
  for (const [name, more, state] of cases) {
    it(`${name}: ${state}`, () => {
      const run = runOf(more);
      assert.equal(unchanged(run, finished).state, state);
      assert.equal(isEmptyFailure(run), state === 'failed');
    });
  }
});

describe('one chunk', () => {
  const tired = { ...CURVE, failures: 2, notBefore: 5 };
  const waiting = { until: 5, settings: 'x' };

  it('asked for and sent: goes on, counts, forgets failures', () => {
    const run = runOf({ tracks: [DAILY, tired], refusals: 2, waiting });
    const step = { asked: true, next: '2026-06-04', rev: 9, sent: 336 };
    const expected = runOf({ tracks: [DAILY, { ...CURVE, next: '2026-06-04' }], messages: 1, readings: 336 });
    assert.deepEqual(
      unchanged(run, (each) => advanced(each, tired, step)),
      expected,
    );
  });

  it('without a message: goes on, counts nothing', () => {
    const step = { asked: true, next: '2026-06-04', rev: 9, sent: undefined };
    const { messages, readings } = advanced(runOf(), CURVE, step);
    assert.deepEqual({ messages, readings }, { messages: 0, readings: 0 });
  });

  it('handed over from the archive: still to be asked for', () => {
    const run = runOf({ tracks: [DAILY, tired], refusals: 2, waiting });
    const step = { asked: false, next: '2026-06-04', rev: 9, sent: 336 };
    const ahead = { ...tired, ahead: { next: '2026-06-04', rev: 9 } };
    const expected = { ...run, tracks: [DAILY, ahead], messages: 1, readings: 336 };
    assert.deepEqual(advanced(run, CURVE, step), expected);
  });
});

describe('what goes wrong', () => {
  it('a failure of one series leaves the others alone', () => {
    const run = runOf();
    assert.deepEqual(unchanged(run, (each) => failedOnce(each, CURVE, 77)).tracks, [
      DAILY,
      { ...CURVE, failures: 1, notBefore: 77 },
    ]);
    assert.deepEqual(failedOnce(run, CURVE, 'noData').tracks, [
      DAILY,
      { ...CURVE, failures: 1, ended: 'noData' },
    ]);
  });

  it('a refusal of the meter is counted', () => {
    assert.equal(unchanged(runOf(), refusedOnce).refusals, 1);
  });

  it('where the history begins is noted with its series', () => {
    const found = unchanged(runOf(), (run) => withHistoryStart(run, DAILY, '2026-06-03', 'periodTooOld'));
    assert.deepEqual(found.tracks, [{ ...DAILY, floor: '2026-06-03', refused: 'periodTooOld' }, CURVE]);
  });
});

describe('how far a series is', () => {
  const at = (next: string, more: Partial<Track> = {}): Track => ({ ...DAILY, next, ...more });
  const ahead = (next: string): Partial<Track> => ({ ahead: { next, rev: 4 } });
  const ended = { ended: 'noData' };
  const cases: [string, Order, Track, { left: number; upTo: string; unasked: number; over: boolean }][] = [
    ['newest', 'newest', at('2026-06-11'), { left: 10, upTo: '2026-06-11', unasked: 10, over: false }],
    [
      'newest, on its way',
      'newest',
      at('2026-06-04'),
      { left: 3, upTo: '2026-06-04', unasked: 3, over: false },
    ],
    [
      'newest, at its end',
      'newest',
      at('2026-06-01'),
      { left: 0, upTo: '2026-06-01', unasked: 0, over: true },
    ],
    [
      'oldest, on its way',
      'oldest',
      at('2026-06-04'),
      { left: 7, upTo: '2026-06-04', unasked: 7, over: false },
    ],
    [
      'handed over further than asked for',
      'newest',
      at('2026-06-09', ahead('2026-06-03')),
      { left: 8, upTo: '2026-06-03', unasked: 2, over: false },
    ],
    [
      'asked for further than handed over ahead',
      'newest',
      at('2026-06-02', ahead('2026-06-03')),
      { left: 1, upTo: '2026-06-02', unasked: 1, over: false },
    ],
    [
      'oldest, handed over further than asked for',
      'oldest',
      at('2026-06-02', ahead('2026-06-09')),
      { left: 9, upTo: '2026-06-09', unasked: 2, over: false },
    ],
    [
      'given up, archived days still to be handed over',
      'newest',
      at('2026-06-09', { ...ended, ...ahead('2026-06-03') }),
      { left: 2, upTo: '2026-06-03', unasked: 2, over: false },
    ],
    [
      'given up, all handed over',
      'newest',
      at('2026-06-09', { ...ended, ...ahead('2026-06-01') }),
      { left: 0, upTo: '2026-06-01', unasked: 0, over: true },
    ],
  ];
  for (const [name, order, track, { left, upTo, unasked, over }] of cases) {
    it(name, () => {
      assert.equal(daysLeft(track, order), left);
      assert.equal(deliveredUpTo(track, order), upTo);
      const { start, end } = unaskedOf(track, order);
      assert.equal((Date.parse(end) - Date.parse(start)) / 86_400_000, unasked);
      assert.equal(isOver(track, { order }), over);
    });
  }

  it('counts the days of all its series', () => {
    assert.equal(totalDays(runOf()), 20);
  });

  it('knows what was handed over ahead, and what came to those days since', () => {
    const track = at('2026-06-09', ahead('2026-06-05'));
    const reading = (date: string, rev: number): Parameters<typeof isDelivered>[0] => {
      const { start, end } = parisDay(date);
      return { start, end, amount: 1, quality: 'raw', rev };
    };
    assert.equal(isDelivered(reading('2026-06-05', 4), track, 'newest'), true);
    assert.equal(isDelivered(reading('2026-06-05', 5), track, 'newest'), false);
    assert.equal(isDelivered(reading('2026-06-04', 4), track, 'newest'), false);
    assert.equal(isDelivered(reading('2026-06-04', 4), track, 'oldest'), true);
    assert.equal(isDelivered(reading('2026-06-04', 4), at('2026-06-09'), 'oldest'), false);
  });

  it('is no longer what it was once it is paused, begun anew or has gone on', () => {
    const run = runOf();
    const moved = advanced(run, CURVE, { asked: true, next: '2026-06-04', rev: 1, sent: 1 });
    assert.equal(isUnchanged(run, { ...run, requests: 9 }, CURVE), true);
    assert.equal(isUnchanged(run, undefined, CURVE), false);
    assert.equal(isUnchanged(run, { ...run, id: 'other' }, CURVE), false);
    assert.equal(isUnchanged(run, { ...run, state: 'paused' }, CURVE), false);
    assert.equal(isUnchanged(run, moved, CURVE), false);
    assert.equal(isUnchanged(run, moved, DAILY), true);
  });
});
