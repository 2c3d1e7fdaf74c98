/**
 * What the daily collection learns of its meter, and what that spares: when its days appear, where its history begins, of
 * which nothing is missing although something isn't there.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { addDays, parisDay } from '../../lib/readings/paris';
import { faults } from '../../lib/simulator';
import { Household, METER, type HouseholdOptions } from '../support/household';

const HOUR = 3_600_000;

/** When each day's energy came to the flow, in hours after it was published. */
function delays(
  house: Household,
  seen: ReadonlyMap<string, number>,
  published: (date: string) => number,
): number[] {
  return house.received
    .filter(({ series, direction }) => series === 'daily' && direction === 'consumption')
    .map(({ start, id }) => ((seen.get(id) ?? Infinity) - published(start.slice(0, 10))) / HOUR)
    .filter((each) => Number.isFinite(each));
}

function watch(house: Household): Map<string, number> {
  const seen = new Map<string, number>();
  const take = house.take;
  Object.assign(house, {
    take: (run: Parameters<typeof take>[0]) => {
      take(run);
      for (const { readings } of run.batches)
        for (const { id } of readings) if (!seen.has(id)) seen.set(id, house.clock.now());
    },
  });
  return seen;
}

describe('a meter whose days always come late', () => {
  for (const direction of ['consumption', 'both'] as const) {
    for (const [name, hours] of [
      ['in the afternoon', 14.2],
      ['24 hours late, in the morning', 24 + 8],
      ['24 hours late, in the afternoon', 24 + 14.2],
      ['48 hours late', 48 + 9.5],
      ['72 hours late', 72 + 15.7],
    ] as const) {
      it(`${name}, ${direction}: at most six requests a day once that is known, and the days come within the hour`, async () => {
        const house = new Household({ start: '2026-06-10T12:00:00Z', direction, random: drawn() });
        const published = (date: string): number => parisDay(date).end + hours * HOUR;
        for (let date = '2026-06-05'; date < '2026-07-05'; date = addDays(date, 1))
          house.simulator.publish({ date, at: published(date) });
        const seen = watch(house);
        await house.node();
        await house.until('2026-06-12T22:00:00Z');
        for (let date = '2026-06-13'; date < '2026-07-01'; date = addDays(date, 1)) {
          house.requests();
          await house.until(`${date}T22:00:00Z`);
          const asked = house.requests().length;
          assert.ok(asked <= 6, `${date}: ${asked} requests`);
        }
        const late = delays(house, seen, published).slice(-8);
        assert.ok(
          late.every((each) => each >= 0 && each <= 1.05),
          late.map((each) => each.toFixed(2)).join(' '),
        );
        await house.stop();
      });
    }
  }

  it('is asked in the morning again once its days come as they used to', async () => {
    const house = new Household({ start: '2026-06-10T12:00:00Z' });
    for (let date = '2026-06-05'; date < '2026-06-20'; date = addDays(date, 1))
      house.simulator.publish({ date, at: parisDay(date).end + 38 * HOUR });
    await house.node();
    await house.until('2026-06-22T22:00:00Z');
    house.requests();
    for (const day of ['23', '24', '25']) {
      await house.until(`2026-06-${day}T10:30:00Z`);
      assert.equal(house.requests().length, 3, day);
      await house.until(`2026-06-${day}T22:00:00Z`);
      assert.equal(house.requests().length, 0, day);
    }
    house.assertHas('consumption', 'loadCurve', '2026-06-03', '2026-06-25');
  });
});

function drawn(): () => number {
  let draws = 0;
  return () => (++draws * 0.137) % 1;
}

describe('production at night', () => {
  const night = {
    fault: faults.zerosMissing(),
    when: { series: 'loadCurve', direction: 'production' },
  } as const;
  it('without values at night, in the half-hours that add up to the day: five requests a day, and green', async () => {
    const house = new Household({ start: '2026-06-10T12:00:00Z', direction: 'both' });
    house.simulator.inject(night);
    await house.node();
    await house.until('2026-06-11T22:00:00Z');
    for (let date = '2026-06-12'; date < '2026-06-18'; date = addDays(date, 1)) {
      house.requests();
      house.runs.length = 0;
      await house.until(`${date}T22:00:00Z`);
      assert.equal(house.requests().length, 5, date);
      assert.deepEqual(
        house.runs.map(({ outcome, summary }) => [outcome, summary.freshness]),
        [['complete', 'complete']],
      );
    }
  });

  it('a day that is there in part and doesn’t grow: no more than six requests a day', async () => {
    const house = new Household({ start: '2026-06-10T12:00:00Z', direction: 'both' });
    for (let date = '2026-06-01'; date < '2026-07-01'; date = addDays(date, 1))
      house.simulator.inject({
        fault: faults.partialDay(date, 20),
        when: { series: 'loadCurve', direction: 'production' },
      });
    await house.node();
    await house.until('2026-06-11T22:00:00Z');
    for (let date = '2026-06-12'; date < '2026-06-24'; date = addDays(date, 1)) {
      house.requests();
      await house.until(`${date}T22:00:00Z`);
      const asked = house.requests().length;
      assert.ok(asked <= 7, `${date}: ${asked}`);
    }
  });
});

describe('where history begins', () => {
  const young: Partial<HouseholdOptions> = {
    simulator: {
      usagePoints: { [METER]: { consumption: true, loadCurve: true, activatedOn: '2026-06-01' } },
    },
  };
  it('activation on 1 June, first run on 16 June: about ten requests', async () => {
    const house = new Household({ start: '2026-06-16T12:00:00Z', ...young });
    await house.node();
    await house.until('2026-06-16T13:00:00Z');
    const asked = house.requests();
    assert.ok(asked.length <= 11, `${asked.length}`);
    house.assertHas('consumption', 'daily', '2026-06-01', '2026-06-16');
    house.assertHas('consumption', 'maxPower', '2026-06-01', '2026-06-16');
    assert.equal(house.runs.at(-1)!.summary.consumption?.year?.coverage, 1);
  });

  it('a production contract of four weeks: its year is whole', async () => {
    const house = new Household({ start: '2026-06-16T12:00:00Z', direction: 'both' });
    house.simulator.inject({ fault: faults.nothingBefore('2026-05-19'), when: { direction: 'production' } });
    await house.node();
    await house.until('2026-06-16T13:00:00Z');
    const { year, month } = house.runs.at(-1)!.summary.production!;
    assert.deepEqual([year?.coverage, month?.coverage], [1, 1]);
    assert.equal(house.runs.at(-1)!.summary.consumption?.year?.coverage, 1);
  });
});
