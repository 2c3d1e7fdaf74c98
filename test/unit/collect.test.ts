/**
 * Days of collecting, where the machine's own time zone could matter: in all of them a flow ends up with what Enedis has.
 * What lives through more days is among the simulations.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { addDays } from '../../lib/readings/paris';
import { ALL_SERIES } from '../../lib/readings/reading';
import { Household, REAL_GATEWAYS } from '../support/household';

describe('an ordinary week', () => {
  it('one request a series a day, in the morning of Paris, and the flow has every reading once', async () => {
    const house = new Household({ start: '2026-06-10T12:00:00Z' });
    await house.node();
    await house.until('2026-06-10T13:00:00Z');
    house.requests();
    for (let day = 1; day <= 6; day++) {
      await house.until(`2026-06-1${day}T20:00:00Z`);
      const asked = house.requests();
      assert.equal(asked.length, 3);
      // Four in the morning in UTC is six in Paris.
      const [from, to] = [`2026-06-1${day}T04:00:00.000Z`, `2026-06-1${day}T08:01:00.000Z`];
      for (const { time } of asked) assert.ok(time >= from && time <= to, time);
    }
    house.assertHas('consumption', 'daily', '2026-01-01', '2026-06-16');
    house.assertHas('consumption', 'maxPower', '2026-01-01', '2026-06-16');
    house.assertHas('consumption', 'loadCurve', '2026-06-03', '2026-06-16');
    assert.deepEqual(house.errors, []);
    assert.equal(house.runs.at(-1)?.summary.freshness, 'complete');
    await house.stop();
  });
});

describe('clock changes', () => {
  for (const gateway of REAL_GATEWAYS) {
    it(`${gateway}: 50 half-hours in October, 46 in March, each adding up to the day’s energy`, async () => {
      for (const [day, halfHours] of [
        ['2026-10-25', 50],
        ['2026-03-29', 46],
      ] as const) {
        const house = new Household({ start: `${addDays(day, 2)}T11:00:00Z`, gateway, direction: 'both' });
        await house.node();
        await house.until(`${addDays(day, 2)}T12:00:00Z`);
        for (const direction of ['consumption', 'production'] as const) {
          house.assertHas(direction, 'loadCurve', addDays(day, -5), addDays(day, 2));
          const curve = house.received.filter(
            (each) => each.series === 'loadCurve' && each.direction === direction,
          );
          assert.equal(curve.filter(({ start }) => start.startsWith(day)).length, halfHours);
        }
        const curves = house.runs[0]!.batches.filter(({ description }) => description.series === 'loadCurve');
        for (const { description } of curves)
          assert.deepEqual(description.reconciled, { days: 7, offBy: [] });
      }
    });
  }
});

describe('a backfill', () => {
  it('over both clock changes gives every reading once', async () => {
    for (const [start, end, after] of [
      ['2026-03-20', '2026-04-05', '2026-04-06'],
      ['2025-10-20', '2025-11-02', '2025-11-03'],
    ] as const) {
      const house = new Household({ start: '2026-06-15T10:00:00Z' });
      await house.begin(await house.backfill(), { start, end });
      for (const series of ALL_SERIES) house.assertHas('consumption', series, start, after);
      assert.equal(house.progress.at(-1)?.state, 'done');
    }
  });

  it('days come in many forms', async () => {
    const forms: unknown[] = [
      '2026-05-04',
      '2026-05-04T12:30:00+02:00',
      '2026-05-03T22:30:00Z',
      '2026-05-04 00:00:00',
      new Date('2026-05-03T22:00:00Z'),
      Date.parse('2026-05-04T10:00:00Z'),
    ];
    for (const form of forms) {
      const one = new Household({ start: '2026-06-15T10:00:00Z' });
      await one.begin(await one.backfill(), { start: form, end: form, series: 'daily' });
      assert.deepEqual(
        one.received.map(({ start }) => start),
        ['2026-05-04T00:00:00+02:00'],
        String(form),
      );
    }
  });
});
