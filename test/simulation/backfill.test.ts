/**
 * Backfills against the simulated Enedis, request by request: as few as can be, none twice, never more than a gateway
 * allows; and a flow that ends up with what Enedis has, each reading once, whatever happens on the way.
 */
import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import type { Progress } from '../../lib/backfill/progress';
import type { BackfillRequest } from '../../lib/backfill/range';
import { EnedisError, type Reason } from '../../lib/errors';
import { FileStorage } from '../../lib/storage/files';
import { addDays, addMonths, daysBetween, parisDate } from '../../lib/readings/paris';
import { faults, type UsagePointSpec } from '../../lib/simulator';
import { Household, METER, type HouseholdOptions } from '../support/household';

const NOW = '2026-06-15T10:00:00Z';
const TODAY = '2026-06-15';
const YESTERDAY = '2026-06-14';
const CURVE_START = addDays(addMonths(TODAY, -24), -15);
const DAILY_START = addDays(addMonths(TODAY, -36), -15);
const HOUR = 3_600_000;

/** Data Connect allows 900 requests an hour: a whole backfill passes without a wait. */
function house(options: Partial<HouseholdOptions> = {}): Household {
  return new Household({ start: NOW, gateway: 'data-connect', ...options });
}

function meter(spec: Partial<UsagePointSpec>): Partial<HouseholdOptions> {
  return { simulator: { usagePoints: { [METER]: { consumption: true, ...spec } } } };
}

/** Index, id, count and the end are what Node-RED's join goes by. */
function assertSequence({ deliveries }: Household): void {
  const [first] = deliveries;
  assert.ok(first);
  for (const [index, { parts, complete }] of deliveries.entries()) {
    const isLast = index === deliveries.length - 1;
    assert.deepEqual(parts, {
      id: first.parts.id,
      index,
      ...(isLast ? { count: deliveries.length } : {}),
      type: 'array',
      len: 1,
    });
    assert.equal(complete, isLast);
  }
}

function state({ progress }: Household): string | undefined {
  return progress.at(-1)?.state;
}

describe('the number of requests', () => {
  const curveDays = daysBetween(CURVE_START, TODAY);
  const dailyDays = daysBetween(DAILY_START, TODAY);

  for (const order of ['newest', 'oldest'] as const) {
    it(`${order} first: everything there is, with the fewest requests the windows allow`, async () => {
      const one = house();
      const backfill = await one.backfill();
      await one.begin(backfill, { order });
      const counts: Record<string, number> = {};
      for (const { series } of one.requests()) counts[series] = (counts[series] ?? 0) + 1;
      assert.deepEqual(counts, {
        daily: Math.ceil(dailyDays / 365),
        maxPower: Math.ceil(dailyDays / 365),
        loadCurve: Math.ceil(curveDays / 7),
      });
      one.assertHas('consumption', 'daily', DAILY_START, TODAY);
      one.assertHas('consumption', 'maxPower', DAILY_START, TODAY);
      one.assertHas('consumption', 'loadCurve', CURVE_START, TODAY);
      assertSequence(one);
      assert.equal(state(one), 'done');
      assert.equal(one.progress.at(-1)?.percent, 100);
      const starts = one.deliveries
        .filter(({ description }) => description.series === 'loadCurve')
        .map(({ description }) => description.start);
      assert.deepEqual(starts, order === 'newest' ? [...starts].sort().reverse() : [...starts].sort());
      for (const { readings } of one.deliveries) {
        const inside = readings.map(({ start }) => Date.parse(start));
        assert.deepEqual(
          inside,
          [...inside].sort((a, b) => a - b),
        );
      }
    });
  }

  it('a gateway with a shorter memory than Enedis’ own isn’t asked for what it would refuse', async () => {
    const one = house({ gateway: 'my-electrical-data' });
    const backfill = await one.backfill();
    await one.begin(backfill, { series: ['daily'] });
    const asked = one.requests();
    assert.deepEqual(
      asked.map(({ status }) => status),
      asked.map(() => 200),
    );
    assert.equal(asked.length, Math.ceil(daysBetween(addMonths(TODAY, -36), TODAY) / 365));
    one.assertHas('consumption', 'daily', addMonths(TODAY, -36), TODAY);
    await one.stop();
  });

  it('the plan says so beforehand and asks for nothing', async () => {
    const one = house();
    const backfill = await one.backfill();
    const plan = await one.clock.finish(backfill.plan({ order: 'newest', force: false }));
    assert.equal(one.simulator.requests.length, 0);
    assert.deepEqual(one.progress, []);
    assert.equal(plan.requests, 2 * Math.ceil(dailyDays / 365) + Math.ceil(curveDays / 7));
    assert.equal(plan.from, DAILY_START);
    assert.equal(plan.to, YESTERDAY);
    assert.equal(plan.days, 1);
  });

  it('replays history from the archive with no request at all', async () => {
    const one = house({ direction: 'both' });
    const backfill = await one.backfill();
    await one.begin(backfill);
    const [first, messages] = [[...one.received], one.deliveries.length];
    one.requests();
    one.received.length = 0;
    one.deliveries.length = 0;
    assert.equal((await one.clock.finish(backfill.plan({ order: 'newest', force: false }))).requests, 0);
    await one.begin(backfill);
    assert.deepEqual(one.requests(), []);
    assert.equal(one.deliveries.length, messages);
    assert.deepEqual(one.received, first);
    assertSequence(one);
    assert.ok(one.deliveries.every(({ description }) => description.source === 'archive'));
  });

  it('asks only for the days that the archive lacks', async () => {
    const one = house();
    const backfill = await one.backfill();
    await one.begin(backfill, { start: '2026-05-04', end: '2026-05-10', series: 'loadCurve' });
    one.received.length = 0;
    one.requests();
    await one.begin(backfill, { start: '2026-04-27', end: '2026-05-17', series: 'loadCurve' });
    assert.equal(one.requests().length, 2);
    one.assertHas('consumption', 'loadCurve', '2026-04-27', '2026-05-18');
  });

  it('asks again for everything when forced, each day once', async () => {
    const one = house();
    const backfill = await one.backfill();
    const request = { start: '2026-05-01', end: '2026-05-21', series: ['loadCurve'] };
    await one.begin(backfill, request);
    one.clock.set('2026-06-15T10:01:00Z');
    one.simulator.correct({ date: '2026-05-10', factor: 2 });
    one.received.length = 0;
    one.requests();
    await one.begin(backfill, { ...request, force: true });
    assert.equal(one.requests().length, 3);
    one.assertHas('consumption', 'loadCurve', '2026-05-01', '2026-05-22');
  });

  it('hands over readings that are older than what Enedis keeps, too', async () => {
    const one = house({ loadCurve: false });
    await one.begin(await one.backfill(), { series: 'daily' });
    await one.stop();
    one.received.length = 0;
    one.requests();
    one.clock.set('2026-12-15T10:00:00Z');
    await one.begin(await one.backfill(), { series: 'daily' });
    assert.equal(one.requests().length, 1);
    one.assertHas('consumption', 'daily', DAILY_START, '2026-12-15');
  });
});

describe('what Enedis refuses', () => {
  for (const order of ['newest', 'oldest'] as const) {
    it(`${order} first: nothing before the activation is no failure, and learned once for all series`, async () => {
      const one = house(meter({ activatedOn: '2025-09-17' }));
      await one.begin(await one.backfill(), { order });
      one.assertHas('consumption', 'daily', '2025-09-17', TODAY);
      one.assertHas('consumption', 'maxPower', '2025-09-17', TODAY);
      one.assertHas('consumption', 'loadCurve', '2025-09-17', TODAY);
      const requests = one.requests();
      const curve = requests.filter(({ series }) => series === 'loadCurve');
      assert.equal(curve.length, Math.ceil(daysBetween('2025-09-17', TODAY) / 7));
      assert.ok(
        requests.length - curve.length < 25,
        `${requests.length - curve.length} to find the first day`,
      );
      assert.deepEqual(one.errors, []);
      assert.equal(state(one), 'done');
      assertSequence(one);
    });

    it(`${order} first: a load curve alone finds the consent’s first day`, async () => {
      const one = house(meter({ consentSince: '2026-02-04' }));
      await one.begin(await one.backfill(), { order, series: 'loadCurve' });
      one.assertHas('consumption', 'loadCurve', '2026-02-04', TODAY);
      const least = Math.ceil(daysBetween('2026-02-04', TODAY) / 7);
      const asked = one.requests().length;
      assert.ok(asked <= least + 14, `${asked} requests, ${least} at the least`);
      assert.equal(state(one), 'done');
    });
  }

  it('maximum power and load curve of a meter of two weeks: its first day is looked for once', async () => {
    const one = house(meter({ activatedOn: '2026-06-01' }));
    await one.begin(await one.backfill(), { series: ['maxPower', 'loadCurve'] });
    one.assertHas('consumption', 'maxPower', '2026-06-01', TODAY);
    one.assertHas('consumption', 'loadCurve', '2026-06-01', TODAY);
    const requests = one.requests();
    const refused = requests.filter(({ status }) => status !== 200).map(({ series }) => series);
    assert.ok(!refused.includes('loadCurve'), `${refused.length} refused`);
    assert.ok(requests.length <= 10, `${requests.length} requests`);
  });

  it('hourly collection opened later than the rest: the years of daily energy come all the same', async () => {
    const one = house();
    one.simulator.inject({
      fault: faults.error('ADAM-DC-0009'),
      when: ({ series, start }) => series === 'loadCurve' && start! < '2026-05-01',
    });
    const backfill = await one.backfill();
    await one.begin(backfill, { series: 'loadCurve' });
    one.assertHas('consumption', 'loadCurve', '2026-05-01', TODAY);
    await one.begin(backfill, { series: 'daily' });
    one.assertHas('consumption', 'daily', DAILY_START, TODAY);
  });

  it('a period wholly before the activation is one error, and nothing is asked once that is known', async () => {
    const one = house(meter({ activatedOn: '2026-03-01' }));
    const backfill = await one.backfill();
    const request = { start: '2025-01-01', end: '2025-01-10' };
    await one.begin(backfill, request);
    assert.equal(state(one), 'failed');
    assert.deepEqual(
      one.errors.map((error) => (error as EnedisError).reason),
      ['periodBeforeActivation'],
    );
    // The ten days, the last seven of them, the very last; what the daily figures teach holds for the others.
    assert.equal(one.requests().length, 3);
    for (let press = 0; press < 2; press++) {
      await assert.rejects(one.begin(backfill, request), { reason: 'periodBeforeActivation' });
    }
    assert.equal(one.requests().length, 0);
    assert.equal(one.errors.length, 1);
    assert.deepEqual(one.deliveries, []);
  });

  describe('for one day only, and everything', () => {
    const refuseAll = (one: Household, times?: number): (() => void) =>
      one.simulator.inject({
        fault: faults.error('ADAM-ERR0123'),
        ...(times === undefined ? {} : { times }),
      });

    for (const order of ['newest', 'oldest'] as const) {
      it(`${order} first: the next day’s start brings it all`, async () => {
        const one = house({ loadCurve: false });
        const backfill = await one.backfill();
        const end = refuseAll(one);
        await one.begin(backfill, { order });
        assert.equal(state(one), 'failed');
        one.requests();
        await assert.rejects(one.begin(backfill, { order }), { reason: 'periodBeforeActivation' });
        assert.equal(one.requests().length, 0);
        end();
        await one.until('2026-06-16T10:00:00Z');
        await one.begin(backfill, { order });
        assert.equal(state(one), 'done');
        one.assertHas('consumption', 'daily', addDays(DAILY_START, 1), '2026-06-16');
        one.assertHas('consumption', 'maxPower', addDays(DAILY_START, 1), '2026-06-16');
      });
    }

    it('the daily collection’s first round is made up for the next day', async () => {
      const one = house({ loadCurve: false });
      const end = refuseAll(one);
      const daily = await one.node();
      await one.ask(daily);
      end();
      await one.until('2026-06-16T10:00:00Z');
      one.assertHas('consumption', 'daily', '2026-01-01', '2026-06-16');
    });

    it('a single refusal that no other confirms isn’t believed', async () => {
      const one = house();
      refuseAll(one, 1);
      await one.begin(await one.backfill(), { series: 'daily' });
      one.assertHas('consumption', 'daily', DAILY_START, TODAY);
      assert.deepEqual(one.errors, []);
    });

    it('several are believed for a month, and not by who forces', async () => {
      for (const force of [true, false]) {
        const one = house({ loadCurve: false });
        const backfill = await one.backfill();
        refuseAll(one, 2);
        await one.begin(backfill, { series: 'daily' });
        assert.equal(one.ledger('consumption', 'daily').size, 6);
        one.requests();
        one.received.length = 0;
        if (force) one.clock.set('2026-06-15T10:01:00Z');
        else {
          await one.begin(backfill, { series: 'daily' });
          assert.equal(one.requests().length, 0);
          one.received.length = 0;
          one.clock.set('2026-07-16T10:00:00Z');
        }
        await one.begin(backfill, { series: 'daily', force });
        const today = parisDate(one.clock.now());
        one.assertHas('consumption', 'daily', addDays(addMonths(today, -36), -15), today);
      }
    });
  });

  it('a replay learns the activation anew once a month, by one request', async () => {
    const one = house(meter({ activatedOn: '2025-09-17' }));
    const backfill = await one.backfill();
    await one.begin(backfill);
    for (const [now, requests] of [
      ['2026-07-10T10:00:00Z', 0],
      ['2026-07-20T10:00:00Z', 1],
      ['2026-08-10T10:00:00Z', 0],
    ] as const) {
      one.requests();
      one.received.length = 0;
      one.clock.set(now);
      await one.begin(backfill, { end: YESTERDAY });
      one.assertHas('consumption', 'loadCurve', '2025-09-17', TODAY);
      assert.equal(one.requests().length, requests, now);
    }
  });

  it('a year of days refused: goes on by halves, nothing lost', async () => {
    const one = house();
    one.simulator.inject({
      fault: faults.error('ADAM-ERR0126'),
      when: ({ start = TODAY, end = TODAY }) => daysBetween(start, end) > 183,
    });
    await one.begin(await one.backfill(), { series: 'daily' });
    one.assertHas('consumption', 'daily', DAILY_START, TODAY);
    // One refused, its two halves, the rest by halves.
    const days = daysBetween(DAILY_START, TODAY) - 365;
    assert.equal(one.requests().length, 1 + 2 + Math.ceil(days / 182));
    assert.deepEqual(one.errors, []);
  });

  for (const minutes of [10, 15] as const) {
    it(`a meter that measures every ${minutes} minutes`, async () => {
      const one = house(meter({ loadCurve: true, stepMinutes: [{ from: '2026-05-20', minutes }] }));
      await one.begin(await one.backfill(), { series: 'loadCurve', start: '2026-05-01' });
      one.assertHas('consumption', 'loadCurve', '2026-05-01', TODAY);
      assert.equal(one.received.length, 19 * 48 + (26 * 24 * 60) / minutes);
      assertSequence(one);
    });
  }

  it('seven days of curve refused: goes on with six, nothing lost', async () => {
    const one = house();
    one.simulator.inject({ fault: faults.error('ADAM-ERR0126'), when: { series: 'loadCurve' }, times: 1 });
    await one.begin(await one.backfill(), { start: '2026-04-01', series: 'loadCurve' });
    one.assertHas('consumption', 'loadCurve', '2026-04-01', TODAY);
    // One refused, one for its seventh day, the rest by six.
    const days = daysBetween('2026-04-01', TODAY) - 7;
    assert.equal(one.requests().length, 1 + 2 + Math.ceil(days / 6));
  });

  it('a dead load curve stops nobody else, and the end is told all the same', async () => {
    const one = house(meter({ loadCurve: 'opposed' }));
    await one.begin(await one.backfill());
    one.assertHas('consumption', 'daily', DAILY_START, TODAY);
    one.assertHas('consumption', 'maxPower', DAILY_START, TODAY);
    assert.equal(one.requests().filter(({ series }) => series === 'loadCurve').length, 1);
    assert.deepEqual(
      one.errors.map((error) => (error as EnedisError).reason),
      ['collectionOpposed'],
    );
    assert.equal(state(one), 'done');
    assertSequence(one);
  });

  for (const order of ['newest', 'oldest'] as const) {
    it(`${order} first: what is archived of a series that was given up is handed over all the same`, async () => {
      const one = house(meter({ loadCurve: true }));
      await one.begin(await one.backfill(), { series: 'loadCurve', start: '2026-01-01' });
      await one.stop();
      one.clock.set('2026-06-20T10:00:00Z');
      one.received.length = 0;
      one.deliveries.length = 0;
      one.requests();
      one.simulator.inject({ fault: faults.error('ADAM-ERR0075'), when: { series: 'loadCurve' } });
      await one.begin(await one.backfill(), { order, series: 'loadCurve,daily', start: '2026-01-01' });
      one.assertHas('consumption', 'loadCurve', '2026-01-01', TODAY);
      one.assertHas('consumption', 'daily', '2026-01-01', '2026-06-20');
      assert.equal(one.requests().filter(({ series }) => series === 'loadCurve').length, 1);
      assert.deepEqual(
        one.errors.map((error) => (error as EnedisError).reason),
        ['collectionOpposed'],
      );
      assert.equal(state(one), 'done');
      assert.equal(one.progress.at(-1)?.percent, 100);
      assertSequence(one);
    });

    it(`${order} first: without consent, what is archived is handed over at once, the rest when it is back, nothing twice`, async () => {
      const one = house();
      await one.begin(await one.backfill(), { start: '2026-03-01', end: '2026-05-31' });
      const archived = one.received.length;
      await one.stop();
      one.received.length = 0;
      one.deliveries.length = 0;
      one.requests();
      const end = one.simulator.inject({ fault: faults.error('ADAM-DC-0008') });
      const backfill = await one.backfill();
      await one.begin(backfill, { order, start: '2026-02-01' });
      // A second series was asked, to know whether it is the meter's.
      assert.equal(one.requests().length, 2);
      assert.equal(one.received.length, archived);
      assert.equal(state(one), 'waiting');
      await one.stop();
      await one.backfill();
      await one.until('2026-06-17T20:00:00Z');
      assert.equal(one.received.length, archived);
      assert.ok(one.errors.every((error) => (error as EnedisError).code === 'ENEDIS_CONSENT'));
      end();
      one.requests();
      await one.until('2026-06-19T20:00:00Z');
      assert.equal(state(one), 'done');
      for (const series of ['daily', 'maxPower', 'loadCurve'] as const)
        one.assertHas('consumption', series, '2026-02-01', TODAY);
      assertSequence(one);
    });
  }

  it('an Enedis that fails on one series: the others go on, it is asked again at its pace', async () => {
    const one = house();
    one.simulator.inject({ fault: faults.error('technical_error'), when: { series: 'daily' }, times: 2 });
    await one.begin(await one.backfill(), { start: '2026-05-01' });
    one.assertHas('consumption', 'loadCurve', '2026-05-01', TODAY);
    assert.equal(one.ledger('consumption', 'daily').size, 0);
    assert.equal(state(one), 'waiting');
    await one.until('2026-06-15T16:00:00Z');
    one.assertHas('consumption', 'daily', '2026-05-01', TODAY);
    const times = one.requests().filter(({ series }) => series === 'daily');
    assert.equal(times.length, 3);
    for (const [place, { time }] of times.slice(1).entries())
      assert.ok(Date.parse(time) - Date.parse(times[place]!.time) >= 2 * HOUR);
    assertSequence(one);
  });

  it('without consent: tried once a day, told, and given up in the end; goes on when asked to', async () => {
    const one = house();
    one.simulator.inject({ fault: faults.error('ADAM-DC-0008') });
    const backfill = await one.backfill();
    await one.begin(backfill, { start: '2026-05-01', series: 'daily' });
    assert.equal(state(one), 'waiting');
    await one.until('2026-06-30T10:00:00Z');
    assert.equal(state(one), 'failed');
    assert.equal(one.requests().length, 8);
    assert.ok(one.errors.every((error) => (error as EnedisError).code === 'ENEDIS_CONSENT'));
    one.simulator.clearFaults();
    await one.clock.finish(backfill.resume());
    await one.clock.settle(() => backfill.idle());
    assert.equal(state(one), 'done');
    one.assertHas('consumption', 'daily', '2026-05-01', TODAY);
  });
});

describe('the budget', () => {
  it('two years of load curve by Conso API’s rules: days of waiting, never too much, the daily collection beside it', async () => {
    const one = house({ gateway: 'conso-api' });
    const collector = one.collector();
    const daily = await one.node({}, collector);
    await one.ask(daily);
    const backfill = await one.backfill(collector);
    const plan = await one.clock.finish(
      backfill.plan({ order: 'newest', force: false, series: 'loadCurve' }),
    );
    await one.begin(backfill, { series: 'loadCurve' });
    const waiting = one.progress.at(-1)!;
    assert.equal(waiting.state, 'waiting');
    assert.equal(waiting.budgetLeft, 0);
    assert.ok(Date.parse(waiting.resumesAt!) > one.clock.now());
    const expectedEnd = Date.parse(plan.endsAt);
    await one.until('2026-06-22T10:00:00Z');
    assert.equal(state(one), 'done');
    const times = one.simulator.requests.map(({ time }) => time);
    // The first week came with the daily collection.
    assert.equal(one.progress.at(-1)?.requests, Math.ceil((daysBetween(CURVE_START, TODAY) - 7) / 7));
    const most = (hours: number, among: readonly number[]): number =>
      Math.max(
        ...among.map((at) => among.filter((other) => other >= at && other < at + hours * HOUR).length),
      );
    assert.ok(most(12, times) <= 40, `${most(12, times)} in 12 hours`);
    assert.ok(most(24, times) <= 60, `${most(24, times)} in 24 hours`);
    const backfilled = one.simulator.requests
      .filter(
        ({ series, path }) => series === 'loadCurve' && !path.includes(`end=${parisDate(one.clock.now())}`),
      )
      .map(({ time }) => time);
    assert.ok(most(12, backfilled) <= 25 + 1, `${most(12, backfilled)} of the backfill in 12 hours`);
    assert.equal(one.simulator.isBanned(), false);
    const days = new Set(
      one.runs
        .filter(({ outcome }) => outcome === 'complete')
        .map(({ summary }) => summary.consumption?.day?.start),
    );
    assert.ok(days.size >= 7, `yesterday arrived on ${days.size} days`);
    const end = one.deliveries.at(-1);
    assert.equal(end?.complete, true);
    // The daily collection takes its own requests meanwhile: a day of grace.
    assert.ok(expectedEnd > one.clock.now() - 7 * 24 * HOUR + 36 * HOUR);
    const sent = one.deliveries.flatMap(({ readings }) => readings);
    const truth = one.truth('consumption', 'loadCurve', CURVE_START, TODAY);
    assert.equal(sent.length, truth.size);
    for (const { start, value } of sent) assert.equal(truth.get(Date.parse(start)), value);
    assert.deepEqual(one.errors, []);
  });

  it('a restart while it waits asks nobody, and it goes on at its time', async () => {
    const one = house({ gateway: 'conso-api' });
    await one.begin(await one.backfill(), { series: 'loadCurve', start: '2025-11-01' });
    const asked = one.simulator.requests.length;
    assert.equal(asked, 25);
    for (let restart = 0; restart < 5; restart++) {
      await one.stop();
      const backfill = await one.backfill();
      await one.clock.settle(() => backfill.idle());
    }
    assert.equal(one.simulator.requests.length, asked);
    await one.until('2026-06-16T10:00:00Z');
    assert.equal(state(one), 'done');
    one.assertHas('consumption', 'loadCurve', '2025-11-01', TODAY);
    assertSequence(one);
  });
});

describe('stopped and started', () => {
  it('at every message: what the flow gets is what an undisturbed run gives', async () => {
    const request: Partial<BackfillRequest> = { start: '2026-03-20' };
    const calm = house();
    await calm.begin(await calm.backfill(), request);
    const least = calm.requests().length;
    assert.ok(calm.deliveries.length > 12);
    for (let place = 1; place < calm.deliveries.length; place++) {
      const one = house();
      const backfill = await one.backfill();
      await one.clock.finish(backfill.begin({ order: 'newest', force: false, ...request }));
      await one.clock.settle(async () => {
        while (one.deliveries.length < place) await new Promise(setImmediate);
      });
      await one.stop();
      const again = await one.backfill();
      await one.clock.settle(() => again.idle());
      assert.deepEqual(one.received, calm.received, `stopped after ${place} messages`);
      assertSequence(one);
      // The request under way when it stopped is lost; nothing that came is asked again.
      assert.ok(one.requests().length <= least + 1);
    }
  });

  it('a second start is answered with the progress, not doubled', async () => {
    const one = house();
    const backfill = await one.backfill();
    const request: BackfillRequest = { order: 'newest', force: false, start: '2026-05-01' };
    await one.clock.finish(Promise.all([backfill.begin(request), backfill.begin(request)]));
    await one.clock.settle(() => backfill.idle());
    assertSequence(one);
    one.assertHas('consumption', 'loadCurve', '2026-05-01', TODAY);
  });

  it('another backfill, begun by the last message of one, is a backfill of its own', async () => {
    const one = house();
    const request: BackfillRequest = { order: 'newest', force: false, series: 'daily', start: '2026-05-01' };
    const backfill = await one.backfill();
    let begun = 0;
    one.onDelivery = ({ complete }) => {
      if (complete && begun++ === 0) void backfill.begin(request);
    };
    await one.begin(backfill, request);
    assert.equal(one.deliveries.filter(({ complete }) => complete).length, 2);
    assert.equal(new Set(one.deliveries.map(({ parts }) => parts.id)).size, 2);
    assert.equal(state(one), 'done');
  });

  it('pauses, tells how it stands, goes on after a restart only when told to, and cancels', async () => {
    const one = house({ gateway: 'conso-api' });
    const backfill = await one.backfill();
    await one.begin(backfill, { series: 'loadCurve' });
    await one.clock.finish(backfill.pause());
    assert.equal(state(one), 'paused');
    const messages = one.deliveries.length;
    await one.stop();
    const again = await one.backfill();
    await one.until('2026-06-17T10:00:00Z');
    assert.equal(one.deliveries.length, messages);
    await one.clock.finish(again.status());
    assert.equal(state(one), 'paused');
    assert.equal(one.progress.at(-1)?.readings, one.received.length);
    await one.clock.finish(again.resume());
    await one.clock.settle(() => again.idle());
    assert.ok(one.deliveries.length > messages);
    await one.clock.finish(again.cancel());
    const cancelled = one.deliveries.length;
    await one.until('2026-06-19T10:00:00Z');
    assert.equal(state(one), 'cancelled');
    assert.equal(one.deliveries.length, cancelled);
    assert.ok(one.deliveries.every(({ complete }) => !complete));
  });

  it('a removed node leaves nothing to go on with', async () => {
    const one = house({ gateway: 'conso-api' });
    const backfill = await one.backfill();
    await one.begin(backfill, { series: 'loadCurve' });
    await one.stop();
    await backfill.forget();
    await one.backfill();
    const asked = one.simulator.requests.length;
    await one.until('2026-06-18T10:00:00Z');
    assert.equal(one.simulator.requests.length, asked);
  });
});

describe('a disk that fails', () => {
  /** Its files can't be written, or read, while `fails` says so of their names. */
  function ill(
    { mock }: TestContext,
    act: 'read' | 'write',
    reason: Reason,
    fails: (name: string) => boolean,
  ): void {
    const works: unknown = Reflect.get(FileStorage.prototype, act);
    assert.ok(works instanceof Function);
    mock.method(FileStorage.prototype, act, function (this: FileStorage, name: string, ...rest: unknown[]) {
      if (fails(name)) return Promise.reject(new EnedisError(reason, { file: name }));
      return Reflect.apply(works, this, [name, ...rest]) as unknown;
    });
  }
  const request: Partial<BackfillRequest> = { start: '2026-05-01', series: 'daily' };

  it('at the start: nothing is begun, and the next start is one', async (t) => {
    const one = house();
    const backfill = await one.backfill();
    let isFull = true;
    ill(t, 'write', 'storageWrite', () => isFull);
    await assert.rejects(one.begin(backfill, request), { reason: 'storageWrite' });
    isFull = false;
    assert.equal(one.requests().length, 0);
    await one.begin(backfill, request);
    assert.equal(state(one), 'done');
    one.assertHas('consumption', 'daily', '2026-05-01', TODAY);
  });

  it('while Enedis fails for one series: the run waits and goes on by itself', async (t) => {
    const one = house();
    one.simulator.inject({ fault: faults.error('technical_error'), when: { series: 'daily' }, times: 1 });
    let isFull = false;
    const collector = one.collector({}, undefined, async (...asked) => {
      const answer = await one.send(...asked);
      isFull ||= answer.status >= 400;
      return answer;
    });
    ill(t, 'write', 'storageWrite', (name) => isFull && name.startsWith('nodes/'));
    await one.begin(await one.backfill(collector), request);
    assert.equal(state(one), 'waiting');
    isFull = false;
    await one.until('2026-06-15T16:00:00Z');
    assert.equal(state(one), 'done');
    one.assertHas('consumption', 'daily', '2026-05-01', TODAY);
  });

  it('when its wait is over: it wakes again later', async (t) => {
    const one = house({ gateway: 'conso-api' });
    const collector = one.collector();
    await one.begin(await one.backfill(collector), { series: 'loadCurve', start: '2025-11-01' });
    assert.equal(state(one), 'waiting');
    collector.archive.forget();
    let isTaken = true;
    ill(t, 'read', 'storageInUse', () => isTaken);
    await one.until('2026-06-16T03:00:00Z');
    isTaken = false;
    assert.ok(one.errors.length > 0);
    await one.until('2026-06-17T10:00:00Z');
    assert.equal(state(one), 'done');
    one.assertHas('consumption', 'loadCurve', '2025-11-01', TODAY);
  });

  it('when it is resumed: it stays paused, until it is resumed again', async (t) => {
    const one = house({ gateway: 'conso-api' });
    const backfill = await one.backfill();
    await one.begin(backfill, { series: 'loadCurve', start: '2025-11-01' });
    await one.clock.finish(backfill.pause());
    let isFull = true;
    ill(t, 'write', 'storageWrite', () => isFull);
    await assert.rejects(one.clock.finish(backfill.resume()), { reason: 'storageWrite' });
    await one.clock.finish(backfill.status());
    assert.equal(state(one), 'paused');
    isFull = false;
    await one.clock.finish(backfill.resume());
    await one.until('2026-06-17T10:00:00Z');
    assert.equal(state(one), 'done');
    assertSequence(one);
  });

  it('when it is paused: it goes on', async (t) => {
    const one = house({ gateway: 'conso-api' });
    const backfill = await one.backfill();
    await one.begin(backfill, { series: 'loadCurve', start: '2025-11-01' });
    let isFull = true;
    ill(t, 'write', 'storageWrite', () => isFull);
    await assert.rejects(one.clock.finish(backfill.pause()), { reason: 'storageWrite' });
    isFull = false;
    await one.until('2026-06-17T10:00:00Z');
    assert.equal(state(one), 'done');
  });

  it('at the very end: the end is told later, and nothing twice', async (t) => {
    const one = house();
    const backfill = await one.backfill();
    let isFull = false;
    let hasEnded = false;
    one.onDelivery = ({ complete }) => void (hasEnded ||= complete);
    // The last message is noted; that nothing follows can't be.
    ill(t, 'write', 'storageWrite', () => {
      const fails = isFull;
      isFull ||= hasEnded;
      return fails;
    });
    await one.begin(backfill, request);
    assert.notEqual(state(one), 'done');
    isFull = false;
    hasEnded = false;
    await one.until('2026-06-15T16:00:00Z');
    assert.equal(state(one), 'done');
    assertSequence(one);
    one.assertHas('consumption', 'daily', '2026-05-01', TODAY);
  });
});

describe('what can’t be meant', () => {
  const wrong: Record<string, { request: Partial<BackfillRequest>; property: string }> = {
    'a start after the end': { request: { start: '2026-05-02', end: '2026-05-01' }, property: 'start' },
    'a start in the future': { request: { start: '2026-07-01' }, property: 'start' },
    'an end in the future': { request: { end: '2026-06-16' }, property: 'end' },
    'a day that isn’t': { request: { start: '2026-02-30' }, property: 'start' },
    'a date of another country': { request: { start: '05/01/2026' }, property: 'start' },
    'not a number': { request: { start: NaN }, property: 'start' },
    'seconds for milliseconds': { request: { start: 1_777_000_000 }, property: 'start' },
    'an object': { request: { end: { day: 1 } }, property: 'end' },
    'an unknown series': { request: { series: ['daily', 'gas'] }, property: 'series' },
    'a series the meter hasn’t': { request: { series: 'loadCurve' }, property: 'series' },
  };
  for (const [name, { request, property }] of Object.entries(wrong)) {
    it(`${name}: one error, nothing asked, nothing remembered`, async () => {
      const one = house({ loadCurve: false });
      const backfill = await one.backfill();
      for (const act of ['begin', 'plan'] as const) {
        await assert.rejects(
          one.clock.finish<unknown>(backfill[act]({ order: 'newest', force: false, ...request })),
          (error) =>
            error instanceof EnedisError &&
            error.reason === 'inputInvalid' &&
            error.params.property === property,
        );
      }
      assert.equal(one.simulator.requests.length, 0);
      assert.deepEqual(one.progress, []);
    });
  }

  for (const [today, word] of [
    ['2026-06-15', 'thisWeek'],
    ['2026-06-01', 'thisMonth'],
    ['2027-01-01', 'thisYear'],
  ] as const)
    it(`but on ${today} “${word}” is a period of which there is nothing yet, and no mistake`, async () => {
      const one = house({ start: `${today}T06:00:00Z` });
      const backfill = await one.backfill();
      const answers: Progress[] = [];
      for (const end of [undefined, word, 'yesterday']) {
        const request: BackfillRequest = { order: 'newest', force: false, start: word, end };
        const { requests, total } = await one.clock.finish(backfill.plan(request));
        assert.deepEqual([requests, total], [0, 0]);
        await one.clock.finish(backfill.begin(request, undefined, (progress) => void answers.push(progress)));
      }
      assert.deepEqual(
        answers.map(({ state, total }) => [state, total]),
        Array.from({ length: 3 }, () => ['done', 0]),
      );
      assert.equal(one.simulator.requests.length, 0);
      assert.deepEqual(one.deliveries, []);
    });

  it('a period that Enedis has long forgotten', async () => {
    const one = house();
    const backfill = await one.backfill();
    const request: BackfillRequest = {
      order: 'newest',
      force: false,
      start: '2020-01-01',
      end: '2020-12-31',
    };
    await assert.rejects(
      one.clock.finish(backfill.begin(request)),
      (error) => error instanceof EnedisError && error.reason === 'periodTooOld',
    );
    assert.equal(one.simulator.requests.length, 0);
  });
});
