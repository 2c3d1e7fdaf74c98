/**
 * The daily collection over simulated days: what it asks, when, how often; and that a flow ends up with exactly what
 * Enedis has, each reading once, whatever happens on the way.
 */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { EnedisError } from '../../lib/errors';
import { addDays, parisDate } from '../../lib/readings/paris';
import { SERIES, type Series } from '../../lib/readings/reading';
import { faults } from '../../lib/simulator';
import { Household, METER, REAL_GATEWAYS, type HouseholdOptions } from '../support/household';

const CONSUMPTION: readonly Series[] = ['daily', 'maxPower', 'loadCurve'];

/** A house that was set up some days ago and has everything up to the evening before `date`. */
async function settledHouse(date: string, options: Partial<HouseholdOptions> = {}): Promise<Household> {
  const house = new Household({ start: `${addDays(date, -2)}T11:00:00Z`, ...options });
  await house.node();
  await house.until(`${addDays(date, -1)}T22:00:00Z`);
  house.requests();
  house.runs.length = 0;
  return house;
}

function paris(iso: string): string {
  return new Date(iso).toLocaleTimeString('fr-FR', { timeZone: 'Europe/Paris', hour12: false });
}

describe('an ordinary week', () => {
  for (const gateway of REAL_GATEWAYS) {
    it(`${gateway}: one request a series a day, inside the window, and the flow has every reading once`, async () => {
      const house = new Household({ start: '2026-06-10T12:00:00Z', gateway, direction: 'both' });
      await house.node();
      await house.until('2026-06-10T13:00:00Z');
      assert.deepEqual(
        house.requests().map(({ direction, series }) => `${direction} ${series}`),
        [
          'consumption daily',
          'production daily',
          'consumption maxPower',
          'consumption loadCurve',
          'production loadCurve',
        ],
        'the first collection is one request a series',
      );
      for (let day = 0; day < 6; day++) {
        await house.until(`2026-06-1${day + 1}T20:00:00Z`);
        const asked = house.requests();
        assert.equal(asked.length, 5);
        for (const { time } of asked)
          assert.ok(paris(time) >= '06:00:00' && paris(time) <= '10:01:00', paris(time));
      }
      for (const direction of ['consumption', 'production'] as const) {
        house.assertHas(direction, 'daily', '2026-01-01', '2026-06-16');
        house.assertHas(direction, 'loadCurve', '2026-06-03', '2026-06-16');
      }
      house.assertHas('consumption', 'maxPower', '2026-01-01', '2026-06-16');
      assert.deepEqual(house.errors, []);
      assert.equal(house.runs.at(-1)?.summary.freshness, 'complete');
    });
  }

  for (const [name, from, change] of [
    ['winter time begins', '2026-10-20', '2026-10-25'],
    ['summer time begins', '2027-03-23', '2027-03-28'],
  ] as const) {
    it(`${name} (${change}): as in any other week, every day complete`, async () => {
      const end = addDays(change, 5);
      let draws = 0;
      const random = (): number => (++draws * 0.137) % 1;
      const simulator = { publishAt: '05:30' };
      const house = new Household({ start: `${from}T12:00:00Z`, direction: 'both', random, simulator });
      await house.node();
      await house.until(`${from}T20:00:00Z`);
      for (let date = addDays(from, 1); date < end; date = addDays(date, 1)) {
        house.requests();
        house.runs.length = 0;
        await house.until(`${date}T20:00:00Z`);
        const asked = house.requests();
        assert.equal(asked.length, 5, date);
        for (const { time } of asked) {
          assert.ok(paris(time) >= '06:00:00' && paris(time) <= '10:01:00', time);
        }
        assert.deepEqual(
          house.runs.map(({ outcome, summary }) => [outcome, summary.freshness]),
          [['complete', 'complete']],
        );
        for (const { description } of house.runs[0]!.batches) {
          assert.deepEqual([description.coverage, description.missing], [1, []]);
          assert.deepEqual(description.reconciled?.offBy ?? [], []);
        }
      }
      for (const direction of ['consumption', 'production'] as const) {
        house.assertHas(direction, 'daily', `${from.slice(0, 4)}-01-01`, addDays(end, -1));
        house.assertHas(direction, 'loadCurve', addDays(from, -7), addDays(end, -1));
      }
      assert.deepEqual(house.errors, []);
    });
  }

  it('draws the minute once a day: a restart neither draws again nor asks again', async () => {
    let draws = 0;
    const house = await settledHouse('2026-06-12', { random: () => (++draws * 0.137) % 1 });
    const planned = house.clock.appointments;
    await house.stop();
    await house.node();
    assert.deepEqual(house.clock.appointments, planned);
    await house.until('2026-06-12T09:00:00Z');
    assert.equal(house.requests().length, 3);
    await house.stop();
    await house.node();
    await house.until('2026-06-12T21:00:00Z');
    assert.deepEqual(house.requests(), []);
  });

  it('two nodes on one meter: each flow gets everything, Enedis is asked once', async () => {
    const house = new Household({ start: '2026-06-10T12:00:00Z' });
    const collector = house.collector();
    const [one, two] = [await house.node({}, collector), await house.node({ node: 'node-2' }, collector)];
    assert.ok(one !== two);
    await house.until('2026-06-13T20:00:00Z');
    assert.equal(house.requests().length, 4 * 3);
    const ids = house.received.map(({ id }) => id);
    assert.equal(ids.length, 2 * new Set(ids).size);
  });
});

describe('yesterday is late', () => {
  for (const gateway of REAL_GATEWAYS) {
    it(`${gateway}: one request a try, at least 30 minutes apart, and the rest as soon as it is there`, async () => {
      const house = await settledHouse('2026-06-12', { gateway, direction: 'both' });
      house.simulator.publish({ date: '2026-06-11', at: '14:10' });
      await house.until('2026-06-12T12:09:59Z');
      const tries = house.requests();
      assert.ok(tries.length >= 8, `${tries.length} tries from about 8:00 to 14:00`);
      assert.ok(tries.every(({ series, direction }) => series === 'daily' && direction === 'consumption'));
      for (const [place, { time }] of tries.slice(1).entries()) {
        assert.ok(Date.parse(time) - Date.parse(tries[place]!.time) >= 30 * 60_000);
      }
      assert.equal(house.runs.at(-1)?.outcome, 'waiting');
      await house.until('2026-06-12T22:00:00Z');
      assert.equal(house.requests().length, 5, 'when it is there, one request for each series');
      house.assertHas('production', 'loadCurve', '2026-06-03', '2026-06-12');
      assert.deepEqual(house.errors, []);
    });
  }

  it('two nodes on one meter, and three messages at once: still one request a try', async () => {
    const house = await settledHouse('2026-06-12');
    await house.stop();
    house.simulator.publish({ date: '2026-06-11', at: '14:10' });
    const collector = house.collector();
    const one = await house.node({}, collector);
    await house.node(
      { node: 'node-2', schedule: { windowStart: '08:15', windowEnd: '08:20', retryEvery: 30 } },
      collector,
    );
    await house.until('2026-06-12T11:40:00Z');
    const tries = house.requests();
    assert.ok(tries.length >= 9, `${tries.length} tries from 8:00 to 13:30`);
    for (const [place, { time }] of tries.slice(1).entries()) {
      const apart = Date.parse(time) - Date.parse(tries[place]!.time);
      assert.ok(apart >= 27 * 60_000, `${apart / 60_000} minutes`);
    }
    assert.equal(house.runs.at(-1)!.outcome, 'waiting');
    await house.clock.finish(Promise.all([1, 2, 3].map(() => one.runNow(house.take))));
    assert.equal(house.requests().length, 1);
    await house.until('2026-06-12T21:00:00Z');
    assert.equal(house.requests().length, 3);
    for (const series of CONSUMPTION) {
      const ids = house.received.filter((each) => each.series === series && each.start >= '2026-06-11');
      assert.equal(ids.length, series === 'loadCurve' ? 2 * 48 : 2, 'each node has it');
    }
  });

  it('gives up at 20:00 and gets it with the next morning’s requests', async () => {
    const house = await settledHouse('2026-06-12');
    house.simulator.publish({ date: '2026-06-11', at: '21:30' });
    await house.until('2026-06-12T22:30:00Z');
    const tries = house.requests();
    assert.ok(paris(tries.at(-1)!.time) <= '20:00:30', paris(tries.at(-1)!.time));
    assert.ok(paris(tries.at(-1)!.time) >= '19:00:00');
    await house.until('2026-06-13T12:00:00Z');
    assert.equal(house.requests().length, 3, 'both days in one request a series');
    for (const series of CONSUMPTION) {
      house.assertHas(
        'consumption',
        series,
        series === 'loadCurve' ? '2026-06-03' : '2026-01-01',
        '2026-06-13',
      );
    }
  });

  it('for a week, all of it: waited for at the same pace, every day, and never taken for complete', async () => {
    const house = await settledHouse('2026-06-12', { direction: 'both' });
    for (let date = '2026-06-11'; date < '2026-06-18'; date = addDays(date, 1)) {
      house.simulator.publish({ date, at: Date.parse('2026-06-18T09:00:00Z') });
      house.simulator.publish({ date, at: Date.parse('2026-06-18T10:30:00Z'), series: 'loadCurve' });
    }
    for (let date = '2026-06-12'; date < '2026-06-18'; date = addDays(date, 1)) {
      await house.until(`${date}T21:00:00Z`);
      const tries = house.requests();
      // The first of the day asks for the days before as well, each series once or, the curve, in two windows.
      assert.ok(tries.length >= 15 && tries.length <= 35, `${date}: ${tries.length} requests`);
      assert.ok(paris(tries.at(-1)!.time) > '19:00:00', paris(tries.at(-1)!.time));
      assert.deepEqual([...new Set(house.runs.map(({ outcome }) => outcome))], ['waiting'], date);
      house.runs.length = 0;
    }
    await house.until('2026-06-18T21:00:00Z');
    assert.equal(house.runs.at(-1)!.summary.freshness, 'complete', 'yesterday as soon as it is there');
    await house.until('2026-06-19T21:00:00Z');
    for (const direction of ['consumption', 'production'] as const) {
      house.assertHas(direction, 'daily', '2026-01-01', '2026-06-19');
      house.assertHas(direction, 'loadCurve', '2026-06-03', '2026-06-19');
    }
    assert.deepEqual(house.errors, []);
  });

  it('a series that never comes is asked once a day after some days, and the others aren’t held up by it', async () => {
    const house = await settledHouse('2026-06-12');
    for (let date = '2026-06-11'; date < '2026-06-20'; date = addDays(date, 1)) {
      house.simulator.publish({ date, at: Date.parse('2026-07-01T09:00:00Z'), series: 'daily' });
    }
    await house.until('2026-06-16T22:00:00Z');
    house.requests();
    await house.until('2026-06-17T22:00:00Z');
    assert.equal(house.requests().length, 3);
    assert.deepEqual(
      [house.runs.at(-1)!.outcome, house.runs.at(-1)!.summary.freshness],
      ['complete', 'partial'],
    );
    house.assertHas('consumption', 'loadCurve', '2026-06-03', '2026-06-17');
  });

  it('a load curve that comes days after its daily energy holds up nothing else', async () => {
    const house = await settledHouse('2026-06-12');
    house.simulator.publish({
      date: '2026-06-11',
      at: Date.parse('2026-06-15T05:00:00Z'),
      series: 'loadCurve',
    });
    await house.until('2026-06-12T22:30:00Z');
    const tries = house.requests();
    assert.equal(tries.filter(({ series }) => series !== 'loadCurve').length, 2);
    await house.until('2026-06-16T12:00:00Z');
    for (const series of CONSUMPTION) {
      house.assertHas(
        'consumption',
        series,
        series === 'loadCurve' ? '2026-06-03' : '2026-01-01',
        '2026-06-16',
      );
    }
    assert.deepEqual(house.errors, []);
  });

  it('a day of nulls, and a "null" peak, are days to come, not zeros', async () => {
    const house = await settledHouse('2026-06-12');
    const remove = house.simulator.inject({ fault: faults.nullDay('2026-06-11') });
    await house.until('2026-06-12T11:00:00Z');
    assert.equal(house.ledger('consumption', 'daily').has(Date.parse('2026-06-10T22:00:00Z')), false);
    assert.equal(house.runs.at(-1)?.outcome, 'waiting');
    remove();
    await house.until('2026-06-12T22:00:00Z');
    house.assertHas('consumption', 'loadCurve', '2026-06-03', '2026-06-12');
  });

  it('a partial day is emitted as it is and completed later', async () => {
    const house = await settledHouse('2026-06-12');
    const remove = house.simulator.inject({
      fault: faults.partialDay('2026-06-11', 20),
      when: { series: 'loadCurve' },
    });
    await house.until('2026-06-12T11:00:00Z');
    const batch = house.runs
      .flatMap(({ batches }) => batches)
      .find(({ description }) => description.series === 'loadCurve')!;
    assert.equal(batch.description.count, 20);
    assert.equal(batch.description.coverage, 20 / 48);
    assert.equal(batch.description.missing.length, 1);
    assert.equal(house.runs.at(-1)?.outcome, 'waiting');
    remove();
    await house.until('2026-06-12T22:00:00Z');
    house.assertHas('consumption', 'loadCurve', '2026-06-03', '2026-06-12');
  });
});

describe('the window', () => {
  const schedule = { windowStart: '14:00', windowEnd: '15:00', retryEvery: 30 };

  it('is another one: the next attempt is in it, be it today’s or tomorrow’s', async () => {
    for (const [changed, expected] of [
      ['2026-06-12T03:00:00Z', '2026-06-12'],
      ['2026-06-12T10:00:00Z', '2026-06-13'],
    ] as const) {
      const house = await settledHouse('2026-06-12');
      await house.until(changed);
      await house.stop();
      house.requests();
      await house.node({ schedule });
      await house.until(`${expected}T22:30:00Z`);
      const asked = house.requests();
      assert.equal(asked.length, 3);
      for (const { time } of asked) {
        assert.ok(time.startsWith(expected) && paris(time) >= '14:00:00' && paris(time) <= '15:01:00', time);
      }
    }
  });

  it('is slept through: made up for before the evening only, and never at night', async () => {
    for (const [wakes, asks] of [
      ['2026-06-12T10:00:00Z', /^2026-06-12T10:0[0-2]/],
      ['2026-06-12T20:30:00Z', /^2026-06-13T06:00/],
      ['2026-06-13T00:30:00Z', /^2026-06-13T06:00/],
    ] as const) {
      const house = await settledHouse('2026-06-12');
      house.clock.set(wakes);
      await house.until('2026-06-13T05:30:00Z');
      if (wakes > '2026-06-12T12') assert.deepEqual(house.requests(), []);
      await house.until('2026-06-13T21:00:00Z');
      const [first] = house.requests();
      assert.match(first!.time, asks);
    }
  });
});

describe('days that were missed', () => {
  it('Node-RED was off for five days: they arrive by themselves, in one request a series', async () => {
    const house = await settledHouse('2026-06-12');
    await house.stop();
    house.clock.set('2026-06-17T09:30:00Z');
    await house.node();
    await house.until('2026-06-17T20:00:00Z');
    assert.equal(house.requests().length, 3);
    for (const series of CONSUMPTION) {
      house.assertHas(
        'consumption',
        series,
        series === 'loadCurve' ? '2026-06-03' : '2026-01-01',
        '2026-06-17',
      );
    }
  });

  it('off for three weeks: the load curve takes as many windows of seven days as it needs', async () => {
    const house = await settledHouse('2026-06-12');
    await house.stop();
    house.clock.set('2026-07-03T09:30:00Z');
    await house.node();
    await house.until('2026-07-03T20:00:00Z');
    const asked = house.requests();
    assert.equal(asked.filter(({ series }) => series === 'loadCurve').length, 4, '22 days');
    assert.equal(asked.length, 6);
    house.assertHas('consumption', 'loadCurve', '2026-06-03', '2026-07-03');
  });

  it('31 December published on 2 January isn’t lost (Jeedom’s FAQ)', async () => {
    const house = await settledHouse('2026-12-31');
    house.simulator.publish({ date: '2026-12-31', at: Date.parse('2027-01-02T04:00:00Z') });
    await house.until('2027-01-02T20:00:00Z');
    house.assertHas('consumption', 'daily', '2026-01-01', '2027-01-02');
    const { consumption } = house.runs.at(-1)!.summary;
    assert.equal(consumption?.year?.start, '2027-01-01T00:00:00+01:00');
    assert.equal(consumption?.month?.end, '2027-01-02T00:00:00+01:00');
  });

  it('the first collection on 1 January is the whole year before', async () => {
    const house = new Household({ start: '2027-01-01T11:00:00Z' });
    await house.node();
    await house.until('2027-01-01T12:00:00Z');
    house.assertHas('consumption', 'daily', '2026-01-01', '2027-01-01');
    assert.equal(house.requests().length, 3);
    assert.equal(house.runs.at(-1)!.summary.consumption?.year?.start, '2026-01-01T00:00:00+01:00');
  });

  it('a damaged file is asked for again, as far as it was this collection’s, and not handed over again', async () => {
    const house = await settledHouse('2026-06-12');
    await house.begin(await house.backfill(), { start: '2025-03-01', end: '2025-03-31' });
    await house.until('2026-07-15T22:00:00Z');
    await house.stop();
    const before = house.runs.at(-1)!.summary.consumption!.year!;
    const damaged = ['daily-2026', 'maxPower-2025', 'loadCurve-2025-03', 'loadCurve-2026-06'];
    for (const name of damaged) {
      writeFileSync(join(house.dir, 'meters/real', METER, `consumption-${name}.json`), '{"version":1,"da');
    }
    house.received.length = 0;
    house.requests();
    await house.node();
    await house.until('2026-07-16T22:00:00Z');
    const { year } = house.runs.at(-1)!.summary.consumption!;
    assert.deepEqual([year?.start, year?.coverage], [before.start, 1]);
    assert.ok(year!.value > before.value);
    const again = house.received.filter(({ start }) => start < '2026-07-15');
    assert.deepEqual(
      again.map(({ series, start }) => `${series} ${start.slice(0, 10)}`),
      ['daily 2026-07-12', 'daily 2026-07-13', 'daily 2026-07-14'],
      'what may have been corrected lately',
    );
    await house.until('2026-07-17T12:00:00Z');
    const curve = await house
      .collector()
      .archive.days(
        { direction: 'consumption', series: 'loadCurve' },
        { start: '2026-06-04', end: '2026-07-17' },
      );
    assert.ok(curve.every(({ state }) => state === 'complete'));
  });

  it('a direction and a load curve that are wanted later start like those that were from the beginning', async () => {
    const house = new Household({ start: '2026-06-10T12:00:00Z', loadCurve: false });
    await house.node();
    await house.until('2026-06-12T20:00:00Z');
    await house.stop();
    await house.node({}, house.collector({ direction: 'both', loadCurve: true }));
    await house.until('2026-06-14T20:00:00Z');
    for (const direction of ['consumption', 'production'] as const) {
      house.assertHas(direction, 'daily', '2026-01-01', '2026-06-14');
      house.assertHas(direction, 'loadCurve', '2026-06-06', '2026-06-14');
    }
    assert.equal(house.runs.at(-1)!.summary.production?.year?.coverage, 1);
  });

  it('without firstCollect it starts with yesterday', async () => {
    const house = new Household({ start: '2026-06-10T12:00:00Z' });
    await house.node({ firstCollect: false });
    await house.until('2026-06-11T12:00:00Z');
    const days = [...house.ledger('consumption', 'daily').keys()].map((start) => parisDate(start));
    assert.equal(days.at(-1), '2026-06-10');
    assert.ok(days.length <= 4, 'yesterday, and the days Enedis may still correct');
  });
});

describe('a backfill beside it', () => {
  it('isn’t handed over again, neither the next morning nor to a node that was asked long ago', async () => {
    const house = await settledHouse('2026-06-12');
    await house.stop();
    const collector = house.collector();
    await house.node({}, collector);
    const seldom = await house.node({ node: 'seldom', schedule: null }, collector);
    await house.ask(seldom);
    house.received.length = 0;
    const backfill = await house.backfill(collector);
    await house.begin(backfill, { start: '2025-03-01', end: '2025-10-31', series: 'daily' });
    await house.begin(backfill, { start: '2026-04-06', end: '2026-04-19', series: 'loadCurve' });
    assert.equal(house.received.length, 245 + 14 * 48);
    house.received.length = 0;
    await house.until('2026-06-16T20:00:00Z');
    for (const series of CONSUMPTION) house.assertHas('consumption', series, '2026-06-11', '2026-06-16');
    house.received.length = 0;
    await house.ask(seldom);
    for (const series of CONSUMPTION) house.assertHas('consumption', series, '2026-06-11', '2026-06-16');
  });
});

describe('corrections', () => {
  it('a value Enedis corrects the day after replaces the old one and says which', async () => {
    const house = await settledHouse('2026-06-12');
    house.simulator.correct({ date: '2026-06-11', factor: 1.5, at: Date.parse('2026-06-12T20:00:00Z') });
    await house.until('2026-06-13T20:00:00Z');
    const corrected = house.received.filter(({ corrects }) => corrects !== undefined);
    assert.ok(corrected.length > 40);
    house.assertHas('consumption', 'daily', '2026-01-01', '2026-06-13');
    house.assertHas('consumption', 'loadCurve', '2026-06-03', '2026-06-13');
  });
});

describe('a permanent refusal', () => {
  const refusals = {
    'the consent is gone': () => faults.error('ADAM-DC-0008'),
    'the customer isn’t the holder': () => faults.error('ADAM-DC-0007'),
  };
  for (const gateway of REAL_GATEWAYS) {
    for (const [name, fault] of Object.entries(refusals)) {
      it(`${gateway}: ${name}: one request a day, and all is caught up once it is mended`, async () => {
        const house = await settledHouse('2026-06-12', { gateway, direction: 'both' });
        const remove = house.simulator.inject({ fault: fault() });
        for (const day of ['12', '13', '14']) {
          await house.until(`2026-06-${day}T21:00:00Z`);
          assert.equal(house.requests().length, 1, `on ${day} June`);
        }
        const failure = house.runs.at(-1)!.failures[0]!;
        assert.equal(failure.error.code, 'ENEDIS_CONSENT');
        remove();
        await house.until('2026-06-15T21:00:00Z');
        house.assertHas('consumption', 'daily', '2026-01-01', '2026-06-15');
        house.assertHas('production', 'loadCurve', '2026-06-03', '2026-06-15');
      });
    }

    it(`${gateway}: wrong credentials: no more than one round a day; the right ones are tried at once`, async () => {
      const house = new Household({
        start: '2026-06-10T12:00:00Z',
        gateway,
        simulator: { tokens: ['the-right-one'], clients: { client: 'the-right-one' } },
      });
      await house.node();
      await house.until('2026-06-10T21:00:00Z');
      assert.equal(house.simulator.requests.length, 1);
      await house.until('2026-06-12T21:00:00Z');
      assert.equal(house.simulator.requests.length, 3, 'one a day');
      assert.ok(house.runs.every(({ failures }) => failures[0]?.error.code === 'ENEDIS_CREDENTIALS'));
      await house.stop();
      const right = { ...house.settings.gateway, token: 'the-right-one', clientSecret: 'the-right-one' };
      // A relay of one's own may hand out any kind of token.
      const baseUrl = gateway === 'conso-api' ? 'https://conso.example' : '';
      house.requests();
      await house.node({}, house.collector({ gateway: { ...right, baseUrl } }));
      await house.until('2026-06-12T21:05:00Z');
      house.assertHas('consumption', 'daily', '2026-01-01', '2026-06-12');
    });
  }

  it('a first collection that is refused is made up for in full', async () => {
    const house = new Household({ start: '2026-06-10T12:00:00Z' });
    const remove = house.simulator.inject({ fault: faults.error('ADAM-DC-0008') });
    await house.node();
    await house.until('2026-06-10T22:00:00Z');
    assert.equal(house.requests().length, 1);
    remove();
    await house.until('2026-06-11T12:00:00Z');
    house.assertHas('consumption', 'daily', '2026-01-01', '2026-06-11');
    house.assertHas('consumption', 'loadCurve', '2026-06-03', '2026-06-11');
  });

  it('mended settings are tried at once, not tomorrow', async () => {
    const house = await settledHouse('2026-06-12');
    const remove = house.simulator.inject({ fault: faults.error('ADAM-DC-0008') });
    await house.until('2026-06-12T12:00:00Z');
    assert.equal(house.requests().length, 1);
    remove();
    await house.stop();
    await house.node(
      {},
      house.collector({ gateway: { ...house.settings.gateway, baseUrl: 'https://conso.boris.sh' } }),
    );
    await house.until('2026-06-12T12:05:00Z');
    assert.equal(house.requests().length, 3);
  });

  it('production asked of a meter that has none costs one request a day and hides nothing of the consumption', async () => {
    const house = new Household({
      start: '2026-06-10T12:00:00Z',
      direction: 'both',
      simulator: { usagePoints: { [METER]: { consumption: true, loadCurve: true } } },
    });
    await house.node();
    await house.until('2026-06-10T20:00:00Z');
    assert.deepEqual(
      house.runs.flatMap(({ failures }) => failures.map(({ error }) => error.code)),
      ['ENEDIS_WRONG_DIRECTION'],
      'said when it is news',
    );
    for (const day of ['11', '12']) {
      house.requests();
      house.runs.length = 0;
      await house.until(`2026-06-${day}T20:00:00Z`);
      const asked = house.requests().map(({ direction }) => direction);
      assert.equal(asked.filter((direction) => direction === 'consumption').length, 3);
      assert.equal(asked.filter((direction) => direction === 'production').length, 1);
      const [run] = house.runs;
      assert.deepEqual([run!.failures, run!.reminders.length, run!.outcome], [[], 1, 'complete']);
      assert.deepEqual(Object.keys(run!.summary).sort(), ['consumption', 'freshness']);
      assert.equal(run!.summary.freshness, 'complete');
    }
    house.assertHas('consumption', 'loadCurve', '2026-06-03', '2026-06-12');
    await house.stop();
    const daily = await house.node({ schedule: null });
    const run = await house.ask(daily);
    assert.deepEqual([run.failures, run.reminders, house.requests()], [[], [], []], 'a message the same day');
    house.clock.set('2026-06-13T06:00:00Z');
    house.simulator.inject({ when: { direction: 'consumption' }, fault: faults.error('ADAM-ERR0069') });
    assert.equal((await house.ask(daily)).failures.length, 2, 'neither the one nor the other is a failure');
  });

  it('hourly collection is off: said once a day, the daily figures go on', async () => {
    const house = new Household({
      start: '2026-06-10T12:00:00Z',
      simulator: { usagePoints: { [METER]: { consumption: true, loadCurve: false } } },
    });
    await house.node();
    await house.until('2026-06-10T22:00:00Z');
    assert.deepEqual(
      house.runs.flatMap(({ failures }) => failures.map(({ error }) => error.code)),
      ['ENEDIS_COLLECTION_OFF'],
    );
    house.requests();
    await house.until('2026-06-11T22:00:00Z');
    assert.equal(house.requests().filter(({ series }) => series === 'loadCurve').length, 1);
    house.assertHas('consumption', 'daily', '2026-01-01', '2026-06-11');
    assert.equal(house.runs.at(-1)!.summary.freshness, 'complete');
  });

  it('hourly collection was switched off: the figures go on without the last half-hour there was', async () => {
    const house = await settledHouse('2026-06-12');
    const remove = house.simulator.inject({
      when: { series: 'loadCurve' },
      fault: faults.error('ADAM-ERR0075'),
    });
    await house.until('2026-06-12T20:00:00Z');
    const { consumption, freshness } = house.runs.at(-1)!.summary;
    assert.deepEqual(Object.keys(consumption!).sort(), ['day', 'maxPower', 'month', 'year']);
    assert.equal(freshness, 'complete');
    remove();
    await house.until('2026-06-13T20:00:00Z');
    assert.ok(house.runs.at(-1)!.summary.consumption?.power?.upToDate, 'and is there again');
  });
});

describe('trouble that passes', () => {
  it('Enedis fails (500): no more than a few tries a day, two hours apart; then all is caught up', async () => {
    const house = await settledHouse('2026-06-12');
    const remove = house.simulator.inject({ fault: faults.error('ADAM-DC-0500') });
    await house.until('2026-06-12T21:00:00Z');
    const tries = house.requests().filter(({ series }) => series === 'daily');
    assert.ok(tries.length >= 2 && tries.length <= 7, `${tries.length}`);
    remove();
    await house.until('2026-06-13T21:00:00Z');
    house.assertHas('consumption', 'maxPower', '2026-01-01', '2026-06-13');
  });

  it('throttled: nothing before the time the gateway names', async () => {
    const house = await settledHouse('2026-06-12', { gateway: 'data-connect' });
    house.simulator.inject({ fault: faults.throttled(), times: 1 });
    await house.until('2026-06-12T21:00:00Z');
    const [first, second] = house.requests();
    const failure = house.runs[0]!.failures[0]!.error;
    assert.equal(failure.code, 'ENEDIS_QUOTA');
    assert.ok(failure.retryAt !== undefined && Date.parse(second!.time) >= failure.retryAt);
    assert.equal(first!.status, 429);
    house.assertHas('consumption', 'daily', '2026-01-01', '2026-06-12');
  });

  it('throttled: those who were told the same time don’t all come back in that second', async () => {
    const comeBack = async (chance: number): Promise<number> => {
      let random = 0.5;
      const house = await settledHouse('2026-06-12', { gateway: 'data-connect', random: () => random });
      house.simulator.inject({ fault: faults.throttled(), times: 1 });
      await house.until('2026-06-12T05:59:59Z');
      random = chance;
      await house.until('2026-06-12T21:00:00Z');
      const [first, second] = house.requests();
      assert.equal(first!.status, 429);
      return Date.parse(second!.time);
    };
    assert.equal((await comeBack(0.9)) - (await comeBack(0.1)), 48_000);
  });

  it('a banned address stays away until the next day', async () => {
    const house = await settledHouse('2026-06-12');
    house.simulator.inject({ fault: faults.cloudflarePage(403) });
    await house.until('2026-06-12T21:00:00Z');
    assert.equal(house.requests().length, 1);
    assert.equal(house.runs.at(-1)!.failures[0]!.error.code, 'ENEDIS_BANNED');
  });

  it('a crash between storing and sending loses nothing: the next run hands it over from the archive', async () => {
    const house = await settledHouse('2026-06-12');
    await house.stop();
    house.clock.set('2026-06-12T08:00:00Z');
    const daily = await house.node({ schedule: null });
    await assert.rejects(
      house.clock.finish(
        daily.runNow(() => {
          throw new Error('the process dies here');
        }),
      ),
    );
    assert.equal(house.requests().length, 3);
    await house.stop();
    await house.ask(await house.node({ schedule: null }));
    assert.equal(house.requests().length, 0);
    assert.deepEqual(
      house.runs.at(-1)!.batches.map(({ description }) => description.source),
      ['archive', 'archive', 'archive'],
    );
    house.assertHas('consumption', 'loadCurve', '2026-06-03', '2026-06-12');
  });

  it('somebody’s loop of messages can’t exceed the budget: 40 requests in 12 hours, then ENEDIS_QUOTA', async () => {
    const house = new Household({ start: '2026-06-10T12:00:00Z', simulator: { publishAt: '23:59' } });
    const daily = await house.node({ schedule: null });
    let quota: EnedisError | undefined;
    for (let message = 0; message < 120; message++) {
      house.clock.set(new Date(house.clock.now() + 1_000).toISOString());
      const run = await house.ask(daily);
      quota = run.failures.map(({ error }) => error).find(({ code }) => code === 'ENEDIS_QUOTA') ?? quota;
    }
    assert.equal(house.requests().length, 40);
    assert.ok(quota?.retryAt !== undefined && quota.retryAt > house.clock.now());
    assert.equal(house.simulator.isBanned(), false);
  });
});

describe('how far back', () => {
  it('a meter put in service in spring: its first day is found with few requests, nothing before is asked again', async () => {
    const house = new Household({
      start: '2026-06-10T12:00:00Z',
      loadCurve: false,
      simulator: {
        usagePoints: { [METER]: { consumption: true, loadCurve: true, activatedOn: '2026-04-17' } },
      },
    });
    await house.node();
    await house.until('2026-06-10T13:00:00Z');
    assert.ok(house.requests().length <= 2 * 10);
    house.assertHas('consumption', 'daily', '2026-04-17', '2026-06-10');
    await house.until('2026-06-11T13:00:00Z');
    assert.equal(house.requests().length, 2);
  });

  it('seven days refused (ADAM-ERR0126): six from then on', async () => {
    const house = new Household({ start: '2026-06-10T12:00:00Z' });
    house.simulator.inject({
      fault: faults.error('ADAM-ERR0126'),
      when: (request) =>
        request.series === 'loadCurve' &&
        Date.parse(String(request.end)) - Date.parse(String(request.start)) >=
          SERIES.loadCurve.windowDays * 86_400_000,
    });
    await house.node();
    await house.until('2026-06-10T13:00:00Z');
    assert.deepEqual(
      house
        .requests()
        .filter(({ series }) => series === 'loadCurve')
        .map(({ status }) => status),
      [400, 200, 200],
    );
    house.assertHas('consumption', 'loadCurve', '2026-06-03', '2026-06-10');
    await house.stop();
    house.clock.set('2026-06-20T09:00:00Z');
    await house.node();
    await house.until('2026-06-20T20:00:00Z');
    assert.ok(house.requests().every(({ status }) => status === 200));
    house.assertHas('consumption', 'loadCurve', '2026-06-03', '2026-06-20');
  });
});

describe('on the way out', () => {
  it('closing ends a request at once and leaves no appointment', async () => {
    const house = new Household({ start: '2026-06-10T12:00:00Z' });
    await house.node();
    assert.equal(house.clock.appointments.length, 1);
    await house.stop();
    assert.deepEqual(house.clock.appointments, []);
  });

  it('no file name but the folder bears the PDL, and none holds a secret', async () => {
    const house = await settledHouse('2026-06-12', { gateway: 'data-connect' });
    const { readdirSync, readFileSync } = await import('node:fs');
    const files = readdirSync(house.dir, { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('.json'),
    );
    assert.ok(files.some((name) => name.startsWith('budgets/')));
    for (const name of files) {
      assert.ok(!readFileSync(`${house.dir}/${name}`, 'utf8').includes('secret-of-the-client'), name);
    }
  });
});
