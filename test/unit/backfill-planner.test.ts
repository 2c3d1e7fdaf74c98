/** What a backfill asks for next, as tables: days of an archive in, requests out. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { DayStatus } from '../../lib/archive/archive';
import {
  chunkOf,
  expiringPart,
  isEmpty,
  isLacking,
  nextAfter,
  requestsFor,
  restOf,
  windowOf,
  type LackCriteria,
  type Order,
} from '../../lib/backfill/planner';
import { addDays, daysBetween } from '../../lib/readings/paris';

const FIRST = '2026-06-01';
const NOW = Date.parse('2026-06-20T10:00:00Z');
const DAY = 86_400_000;
const ANYTHING: LackCriteria = { now: NOW, floor: '2000-01-01', forcedSince: null, doubted: undefined };
const ORDERS: readonly Order[] = ['newest', 'oldest'];

/** A day a letter: `.` lacking, `x` complete. */
function daysOf(pattern: string): DayStatus[] {
  return [...pattern].map((letter, place) => ({
    date: addDays(FIRST, place),
    state: letter === 'x' ? 'complete' : 'unknown',
    again: undefined,
    asked: letter === 'x',
  }));
}

/** A period in the same letters: `-` outside of it. */
function drawn(period: { start: string; end: string } | null, length: number): string {
  return Array.from({ length }, (_, place) => {
    const date = addDays(FIRST, place);
    return period && date >= period.start && date < period.end ? '#' : '-';
  }).join('');
}

describe('the next chunk of a window', () => {
  const cases: { days: string; order: Order; chunk: string; ask: string }[] = [
    { days: '.......', order: 'newest', chunk: '#######', ask: '#######' },
    { days: 'xxxxxxx', order: 'newest', chunk: '#######', ask: '-------' },
    // Known days at the near end go alone: the request behind them reaches further.
    { days: '....xxx', order: 'newest', chunk: '----###', ask: '-------' },
    { days: 'xxx....', order: 'newest', chunk: '#######', ask: '---####' },
    { days: 'xx.x.x.', order: 'newest', chunk: '#######', ask: '--#####' },
    { days: '....xxx', order: 'oldest', chunk: '#######', ask: '####---' },
    { days: 'xxx....', order: 'oldest', chunk: '###----', ask: '-------' },
    { days: '.x.x.xx', order: 'oldest', chunk: '#######', ask: '#####--' },
    { days: '.', order: 'oldest', chunk: '#', ask: '#' },
  ];
  for (const { days, order, chunk, ask } of cases) {
    it(`${days} ${order} first: ${chunk}, asks ${ask}`, () => {
      const found = chunkOf(daysOf(days), ANYTHING, order);
      assert.equal(drawn(found, days.length), chunk);
      assert.equal(drawn(found.ask, days.length), ask);
    });
  }
});

describe('a day is worth a request', () => {
  const day: DayStatus = { date: '2026-06-10', state: 'unknown', again: undefined, asked: false };
  const asked = { ...day, asked: true, askedAt: NOW - DAY };
  const refused = { before: '2026-06-12', reason: 'periodTooOld', at: NOW - DAY, until: 0 };
  const cases: [string, DayStatus, Partial<LackCriteria>, boolean][] = [
    ['never asked', day, {}, true],
    ['complete', { ...asked, state: 'complete' }, {}, false],
    ['before Enedis has anything', day, { floor: '2026-06-11' }, false],
    ['the first that Enedis has', day, { floor: '2026-06-10' }, true],
    ['asked in vain, its time not come', { ...asked, state: 'notPublished', again: NOW + 1 }, {}, false],
    ['asked in vain, its time come', { ...asked, state: 'notPublished', again: NOW }, {}, true],
    ['never again by itself', { ...asked, state: 'notCollected', again: null }, {}, false],
    ['partial, its time come', { ...asked, state: 'partial', again: NOW - 1 }, {}, true],
    ['complete, forced', { ...asked, state: 'complete' }, { forcedSince: NOW }, true],
    [
      'complete, asked since it was forced',
      { ...asked, state: 'complete' },
      { forcedSince: NOW - DAY },
      false,
    ],
    ['forced, before Enedis has anything', day, { forcedSince: NOW, floor: '2026-06-11' }, false],
    ['asked by a clock ahead', { ...asked, askedAt: NOW + DAY, state: 'allNull', again: null }, {}, true],
    ['complete by a clock ahead', { ...asked, askedAt: NOW + DAY, state: 'complete' }, {}, false],
    [
      'refused, and that is doubted',
      { ...asked, state: 'notCollected', again: null },
      { doubted: refused },
      true,
    ],
    [
      'refused, asked since the doubted refusal',
      { ...asked, askedAt: NOW, state: 'notCollected', again: null },
      { doubted: refused },
      false,
    ],
  ];
  for (const [name, status, criteria, expected] of cases) {
    it(`${name}: ${expected ? 'yes' : 'no'}`, () => {
      assert.equal(isLacking(status, { ...ANYTHING, ...criteria }), expected);
    });
  }
});

describe('the number of requests', () => {
  const cases: [days: string, windowDays: number, newest: number, oldest: number][] = [
    ['', 7, 0, 0],
    ['xxxxx', 7, 0, 0],
    ['.......', 7, 1, 1],
    ['........', 7, 2, 2],
    ['.xxxxx.', 7, 1, 1],
    ['.xxxxxx.', 7, 2, 2],
    ['..x..x.', 3, 3, 3],
    ['.x...x.', 3, 3, 3],
    ['...x..x', 3, 2, 2],
    ['.......', 1, 7, 7],
  ];
  for (const [days, windowDays, ...expected] of cases) {
    it(`${days || 'no day'} by ${windowDays}: ${expected.join(' or ')}`, () => {
      const found = ORDERS.map((order) => requestsFor(daysOf(days), ANYTHING, order, windowDays));
      assert.deepEqual(found, expected);
    });
  }

  it('is what the chunks one after the other ask for, whatever is known', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('.', 'x'), { minLength: 1, maxLength: 60 }),
        fc.integer({ min: 1, max: 9 }),
        fc.constantFrom(...ORDERS),
        (letters, windowDays, order) => {
          const days = daysOf(letters.join(''));
          const until = addDays(FIRST, days.length);
          const track = { from: FIRST, until, next: order === 'newest' ? until : FIRST };
          let requests = 0;
          for (let rest = restOf(track, order); !isEmpty(rest); rest = restOf(track, order)) {
            const window = windowOf(rest, order, windowDays);
            const among = days.filter(({ date }) => date >= window.start && date < window.end);
            const chunk = chunkOf(among, ANYTHING, order);
            if (chunk.ask) {
              requests++;
              assert.ok(daysBetween(chunk.ask.start, chunk.ask.end) <= windowDays);
            }
            track.next = nextAfter(chunk, order);
          }
          assert.equal(requestsFor(days, ANYTHING, order, windowDays), requests);
        },
      ),
    );
  });
});

describe('days that Enedis is about to forget', () => {
  const rest = { start: '2024-06-01', end: '2026-06-10' };
  const cases: [string, { rest?: typeof rest; floor?: string; daysToGo: number }, string | null][] = [
    ['none, where the run ends today', { daysToGo: 0 }, null],
    ['from the oldest on, where it takes a day', { daysToGo: 1 }, '2024-06-01'],
    ['none, where the rest begins after what is lost meanwhile', { floor: '2024-05-01', daysToGo: 30 }, null],
    ['from the oldest on, a day in reserve', { floor: '2024-05-01', daysToGo: 31 }, '2024-06-01'],
    ['from what Enedis still has', { floor: '2024-07-01', daysToGo: 3 }, '2024-07-01'],
    ['none, where all is forgotten', { floor: '2026-06-10', daysToGo: 3 }, null],
  ];
  for (const [name, { floor = rest.start, daysToGo }, start] of cases) {
    it(name, () => {
      assert.deepEqual(expiringPart(rest, floor, daysToGo), start === null ? null : { start, end: rest.end });
    });
  }
});
