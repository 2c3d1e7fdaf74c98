/** Paris time: days of 23, 24 and 25 hours, whatever zone the machine is in. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { DateTime, Settings } from 'luxon';
import {
  addDays,
  addMonths,
  datesBetween,
  daysBetween,
  instantAt,
  isDate,
  isoParis,
  isoUtc,
  isRepeated,
  parisDate,
  parisDay,
  parisDayAt,
  wallToInstant,
} from '../../lib/readings/paris';

const HOUR = 3_600_000;
const MARCH = '2026-03-29';
const OCTOBER = '2026-10-25';
const at = (iso: string): number => Date.parse(iso);
const wall = (time: string): number => {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return (hours * 60 + minutes) * 60;
};

/** Any date Enedis may still have, the difficult ones often. */
const dates = fc.oneof(
  fc.integer({ min: 0, max: 8_000 }).map((count) => addDays('2015-01-01', count)),
  fc.constantFrom(MARCH, OCTOBER, '2025-03-30', '2025-10-26', '2024-02-29', '2025-12-31', '2026-01-01'),
);

describe('the civil day', () => {
  it('lasts 24 hours, 23 in March and 25 in October', () => {
    assert.deepEqual(parisDay('2026-07-14'), {
      date: '2026-07-14',
      start: at('2026-07-13T22:00:00Z'),
      end: at('2026-07-14T22:00:00Z'),
      offset: 120,
      change: null,
    });
    assert.deepEqual(parisDay(MARCH), {
      date: MARCH,
      start: at('2026-03-28T23:00:00Z'),
      end: at('2026-03-29T22:00:00Z'),
      offset: 60,
      change: { at: at('2026-03-29T01:00:00Z'), by: 60 },
    });
    assert.deepEqual(parisDay(OCTOBER), {
      date: OCTOBER,
      start: at('2026-10-24T22:00:00Z'),
      end: at('2026-10-25T23:00:00Z'),
      offset: 120,
      change: { at: at('2026-10-25T01:00:00Z'), by: -60 },
    });
  });

  it('is what luxon says it is, for any date, and days follow each other without a hole', () => {
    fc.assert(
      fc.property(dates, (date) => {
        const midnight = DateTime.fromISO(date, { zone: 'Europe/Paris' });
        const day = parisDay(date);
        assert.equal(day.start, midnight.toMillis());
        assert.equal(day.end, midnight.plus({ days: 1 }).toMillis());
        assert.equal(day.end, parisDay(addDays(date, 1)).start);
      }),
    );
  });

  it('knows which one an instant is in, to the millisecond, around midnight', () => {
    fc.assert(
      fc.property(dates, (date) => {
        const { start, end } = parisDay(date);
        assert.equal(parisDate(start), date);
        assert.equal(parisDate(end - 1), date);
        assert.equal(parisDate(start - 1), addDays(date, -1));
        assert.equal(parisDayAt(end).date, addDays(date, 1));
      }),
    );
  });

  it('does not depend on when the process started', () => {
    const before = Settings.now;
    try {
      for (const frozen of ['2026-01-15T12:00:00Z', '2026-07-15T12:00:00Z']) {
        Settings.now = () => at(frozen);
        // Days that no other test has put into the cache.
        assert.equal(isoParis(at('2031-07-01T00:00:00Z')), '2031-07-01T02:00:00+02:00');
        assert.equal(isoParis(at('2031-01-01T00:00:00Z')), '2031-01-01T01:00:00+01:00');
      }
    } finally {
      Settings.now = before;
    }
  });

  it('refuses what is no date', () => {
    for (const text of ['2026-02-29', '2026-13-01', '2026-00-10', '2026-4-1', '20260401', '', 'yesterday'])
      assert.throws(() => parisDay(text), RangeError, text);
    assert.equal(isDate('2024-02-29'), true);
    assert.equal(isDate('2023-02-29'), false);
    assert.equal(isDate(20240229), false);
    assert.equal(isDate(undefined), false);
  });
});

describe('dates', () => {
  it('add and subtract days over months, years and clock changes', () => {
    assert.equal(addDays('2026-03-28', 1), MARCH);
    assert.equal(addDays(MARCH, 1), '2026-03-30');
    assert.equal(addDays(OCTOBER, 1), '2026-10-26');
    assert.equal(addDays('2026-01-01', -1), '2025-12-31');
    assert.equal(addDays('2024-02-28', 1), '2024-02-29');
    fc.assert(
      fc.property(dates, fc.integer({ min: -2_000, max: 2_000 }), (date, count) => {
        assert.equal(daysBetween(date, addDays(date, count)), count);
        if (count >= 0) assert.equal(datesBetween(date, addDays(date, count)).length, count);
      }),
    );
  });

  it('list a period without its end', () => {
    assert.deepEqual(datesBetween('2025-12-30', '2026-01-02'), ['2025-12-30', '2025-12-31', '2026-01-01']);
    assert.deepEqual(datesBetween('2026-01-02', '2026-01-02'), []);
    assert.deepEqual(datesBetween('2026-01-02', '2026-01-01'), []);
  });

  it('add months, to the last day of the month where it is shorter', () => {
    assert.equal(addMonths('2026-01-31', 1), '2026-02-28');
    assert.equal(addMonths('2024-03-31', -1), '2024-02-29');
    assert.equal(addMonths('2024-02-29', 12), '2025-02-28');
    assert.equal(addMonths('2026-01-15', -36), '2023-01-15');
    assert.equal(addMonths('2026-12-31', 2), '2027-02-28');
    assert.equal(addMonths('2026-05-31', 0), '2026-05-31');
  });
});

describe('the clock on the wall', () => {
  it('skips 02:00–03:00 in March: only the change itself has an instant', () => {
    const day = parisDay(MARCH);
    assert.equal(wallToInstant(day, wall('01:30')), at('2026-03-29T00:30:00Z'));
    assert.equal(wallToInstant(day, wall('02:00')), at('2026-03-29T01:00:00Z'));
    assert.equal(wallToInstant(day, wall('02:00') + 1), null);
    assert.equal(wallToInstant(day, wall('02:30')), null);
    assert.equal(wallToInstant(day, wall('03:00')), at('2026-03-29T01:00:00Z'));
    assert.equal(wallToInstant(day, wall('03:30')), at('2026-03-29T01:30:00Z'));
    assert.equal(wallToInstant(day, wall('23:30')), at('2026-03-29T21:30:00Z'));
    assert.equal(isRepeated(day, wall('02:30')), false);
  });

  it('shows 02:00–03:00 twice in October', () => {
    const day = parisDay(OCTOBER);
    assert.equal(wallToInstant(day, wall('01:59')), at('2026-10-24T23:59:00Z'));
    assert.equal(wallToInstant(day, wall('02:00')), at('2026-10-25T00:00:00Z'));
    assert.equal(wallToInstant(day, wall('02:00'), 'second'), at('2026-10-25T01:00:00Z'));
    assert.equal(wallToInstant(day, wall('02:59'), 'first'), at('2026-10-25T00:59:00Z'));
    assert.equal(wallToInstant(day, wall('02:59'), 'second'), at('2026-10-25T01:59:00Z'));
    assert.equal(wallToInstant(day, wall('03:00')), at('2026-10-25T02:00:00Z'));
    assert.equal(wallToInstant(day, wall('01:30'), 'second'), wallToInstant(day, wall('01:30')));
    assert.deepEqual(
      ['01:59', '02:00', '02:59', '03:00'].map((time) => isRepeated(day, wall(time))),
      [false, true, true, false],
    );
  });

  it('gives every instant of any day a wall time that leads back to it', () => {
    fc.assert(
      fc.property(dates, fc.nat({ max: 25 * 60 - 1 }), (date, minute) => {
        const day = parisDay(date);
        const instant = day.start + minute * 60_000;
        if (instant >= day.end) return;
        const iso = isoParis(instant);
        assert.equal(Date.parse(iso), instant);
        assert.equal(iso.slice(0, 10), date);
        const seconds = wall(iso.slice(11, 16));
        const found = [wallToInstant(day, seconds, 'first'), wallToInstant(day, seconds, 'second')];
        assert.ok(found.includes(instant), iso);
      }),
    );
  });

  it('is written with the offset in force, to the second', () => {
    const change = at('2026-10-25T01:00:00Z');
    assert.equal(isoParis(change - 1000), '2026-10-25T02:59:59+02:00');
    assert.equal(isoParis(change), '2026-10-25T02:00:00+01:00');
    assert.equal(isoParis(at('2026-03-29T00:59:59Z')), '2026-03-29T01:59:59+01:00');
    assert.equal(isoParis(at('2026-03-29T01:00:00Z')), '2026-03-29T03:00:00+02:00');
    assert.equal(isoParis(at('2025-12-31T23:00:00Z')), '2026-01-01T00:00:00+01:00');
    assert.equal(isoUtc(at('2025-12-31T23:00:00Z')), '2025-12-31T23:00:00Z');
  });

  it('moves an appointment in the March gap to just after it', () => {
    assert.equal(instantAt(MARCH, '02:30'), at('2026-03-29T01:00:00Z'));
    assert.equal(instantAt(MARCH, '02:00'), at('2026-03-29T01:00:00Z'));
    assert.equal(instantAt(MARCH, '03:00'), at('2026-03-29T01:00:00Z'));
    assert.equal(instantAt('2026-07-14', '06:15'), at('2026-07-14T04:15:00Z'));
    assert.equal(instantAt(OCTOBER, '02:30'), at('2026-10-25T00:30:00Z'));
    assert.equal(instantAt(OCTOBER, '10:00') - instantAt(OCTOBER, '01:00'), 10 * HOUR);
  });
});
