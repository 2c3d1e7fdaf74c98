/**
 * Days that would be missed by a schedule alone: a machine that is on when nobody asks, settings that change after the
 * day's attempt, a series that comes back, one that is there while another is late, values that Enedis puts right.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parisDate, parisDay } from '../../lib/readings/paris';
import { faults } from '../../lib/simulator';
import { Household } from '../support/household';

describe('a computer that is on from 20:15 to 23:30 only', () => {
  it('has yesterday each evening', async () => {
    const house = new Household({ start: '2026-06-15T18:15:00Z' });
    for (let day = 15; day <= 22; day++) {
      house.clock.set(`2026-06-${day}T18:15:00Z`);
      await house.node();
      await house.until(`2026-06-${day}T21:30:00Z`);
      await house.stop();
      const last = Math.max(...house.ledger('consumption', 'daily').keys());
      assert.equal(parisDate(last), `2026-06-${day - 1}`);
    }
  });
});

describe('a setting that changes once the day is complete', () => {
  it('adding production is worth an attempt at once', async () => {
    const house = new Household({ start: '2026-06-15T10:00:00Z' });
    await house.node();
    await house.until('2026-06-15T11:00:00Z');
    assert.equal(house.requests().length, 3);
    await house.stop();
    await house.node({}, house.collector({ direction: 'both' }));
    await house.until('2026-06-15T11:10:00Z');
    assert.equal(house.requests().length, 2, 'both series of production');
    house.assertHas('production', 'daily', '2026-01-01', '2026-06-15');
    await house.until('2026-06-15T22:00:00Z');
    assert.equal(house.requests().length, 0, 'once');
  });

  it('so is the load curve, late in the evening as well', async () => {
    const house = new Household({ start: '2026-06-15T10:00:00Z', loadCurve: false });
    await house.node();
    await house.until('2026-06-15T20:30:00Z');
    await house.stop();
    house.requests();
    await house.node({}, house.collector({ loadCurve: true }));
    await house.until('2026-06-15T20:40:00Z');
    assert.deepEqual(
      house.requests().map(({ series }) => series),
      ['loadCurve'],
    );
  });
});

describe('hourly collection', () => {
  it('that has come back is no error on that very day, and its power is there', async () => {
    const house = new Household({
      start: '2026-06-10T12:00:00Z',
      simulator: {
        usagePoints: {
          '32320647321714': { consumption: true, loadCurve: true, loadCurveSince: '2026-06-14' },
        },
      },
    });
    await house.node();
    await house.until('2026-06-14T22:00:00Z');
    house.runs.length = 0;
    await house.until('2026-06-15T22:00:00Z');
    const [run] = house.runs;
    assert.deepEqual(run!.failures, []);
    assert.equal(run!.summary.consumption?.power?.upToDate, true);
    assert.equal(
      run!.batches.find(({ description }) => description.series === 'loadCurve')?.readings.length,
      48,
    );
  });
});

describe('a late daily reading', () => {
  it('doesn’t hold back the load curve that is there', async () => {
    const house = new Household({ start: '2026-06-10T12:00:00Z' });
    await house.node();
    await house.until('2026-06-11T22:00:00Z');
    house.simulator.publish({ date: '2026-06-11', at: '18:00', series: 'daily' });
    house.requests();
    await house.until('2026-06-12T07:15:00Z');
    const [end] = [...house.ledger('consumption', 'loadCurve').keys()].slice(-1);
    assert.equal(parisDate(end!), '2026-06-11', 'within two tries');
    await house.until('2026-06-12T22:00:00Z');
    house.assertHas('consumption', 'daily', '2026-01-01', '2026-06-12');
  });
});

describe('a day that doesn’t add up', () => {
  it('is asked for again until it does, for a week at most', async () => {
    const house = new Household({ start: '2026-06-10T12:00:00Z' });
    await house.node();
    await house.until('2026-06-11T22:00:00Z');
    const wrong = faults.value('1', '2026-06-11');
    const remove = house.simulator.inject({ fault: wrong, when: { series: 'daily' } });
    await house.until('2026-06-17T22:00:00Z');
    assert.equal(house.ledger('consumption', 'daily').get(parisDay('2026-06-11').start), 0.001);
    remove();
    house.requests();
    await house.until('2026-06-18T22:00:00Z');
    assert.equal(house.requests().length, 3, 'it costs nothing');
    house.assertHas('consumption', 'daily', '2026-01-01', '2026-06-18');
  });
});

describe('a window that one gateway refused once', () => {
  it('is believed for a month, and of that gateway only', async () => {
    const house = new Household({ start: '2026-06-15T03:00:00Z', gateway: 'data-connect' });
    house.simulator.inject({ fault: faults.error('ADAM-ERR0126'), when: { series: 'daily' }, times: 1 });
    const key = { direction: 'consumption', series: 'daily' } as const;
    const collector = house.collector();
    await house.clock.finish(collector.ask(key, { start: '2025-06-20', end: '2026-06-15' }, 'backfill'));
    assert.equal(await collector.windowDays(key), 180);
    const other = house.collector({
      gateway: { kind: 'my-electrical-data', token: 'a-token-of-the-gateway' },
    });
    assert.equal(await other.windowDays(key), 365);
    house.clock.set('2026-07-14T03:00:00Z');
    assert.equal(await collector.windowDays(key), 180);
    house.clock.set('2026-07-16T03:00:00Z');
    assert.equal(await collector.windowDays(key), 365);
  });
});
