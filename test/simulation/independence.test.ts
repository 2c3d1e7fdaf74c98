/**
 * One series or direction is refused, dead, late or broken for days: the others go on as if nothing were the matter, what is
 * wrong is told, and the requests stay few.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { addDays } from '../../lib/readings/paris';
import type { Direction, Series } from '../../lib/readings/reading';
import { faults, type Injection } from '../../lib/simulator';
import { BOTH_WAYS } from '../support/failing-series';
import { Household } from '../support/household';

type Name = `${Direction}/${Series}`;
const ALL = BOTH_WAYS.map(([direction, series]): Name => `${direction}/${series}`);

const FAULTS: Record<string, () => Injection['fault']> = {
  'no consent (403 ADAM-DC-0008)': () => faults.error('ADAM-DC-0008'),
  'not the holder (400 ADAM-DC-0007)': () => faults.error('ADAM-DC-0007'),
  'a failure of Enedis (500)': () => faults.error('ADAM-DC-0500'),
  '502': () => faults.respond(502, '<html><title>502 Bad Gateway</title></html>'),
  '504': () => faults.respond(504, { message: 'Endpoint request timed out' }),
  '404 without words': () => faults.respond(404, ''),
  '401': () => faults.respond(401, { message: 'nope' }),
  '403': () => faults.respond(403, { message: 'forbidden' }),
  'cut-off JSON': () => faults.truncatedJson(),
  'a page in place of data': () => faults.html200(),
  'nothing published': () => faults.error('no_data_found'),
};

const MOST = 12;

function split(name: Name): [Direction, Series] {
  return name.split('/') as [Direction, Series];
}

describe('what works goes on, whatever else fails', { concurrency: false }, () => {
  const broken: readonly Name[][] = [
    ...ALL.map((name) => [name]),
    ['production/daily', 'production/loadCurve'],
    ['consumption/daily', 'consumption/maxPower'],
    ['consumption/daily', 'consumption/maxPower', 'consumption/loadCurve'],
  ];
  // Every fault somewhere, two of them everywhere: what differs is the series, or what is wrong, seldom both.
  const everywhere = new Set(['no consent (403 ADAM-DC-0008)', '502']);
  const cells = Object.keys(FAULTS).flatMap((name, row) =>
    broken
      .filter((_names, column) => everywhere.has(name) || column === row % broken.length)
      .map((names) => ({ name, names })),
  );
  for (const { name, names } of cells) {
    it(`${name} for ${names.join(' and ')}`, async () => {
      const house = new Household({ start: '2026-06-10T12:00:00Z', direction: 'both' });
      house.simulator.inject({
        fault: FAULTS[name]!(),
        when: ({ direction, series }) => names.includes(`${direction}/${series}` as Name),
      });
      await house.node();
      await house.until('2026-06-10T22:00:00Z');
      house.requests();
      for (const date of ['2026-06-11', '2026-06-12', '2026-06-13']) {
        await house.until(`${date}T22:00:00Z`);
        const asked = house.requests();
        assert.ok(asked.length <= MOST, `${date}: ${asked.length} requests`);
      }
      for (const works of ALL.filter((each) => !names.includes(each))) {
        const [direction, series] = split(works);
        house.assertHas(
          direction,
          series,
          series === 'loadCurve' ? '2026-06-03' : '2026-01-01',
          '2026-06-13',
        );
      }
      await house.stop();
    });
  }

  it('a refused direction is told once', async () => {
    const house = new Household({ start: '2026-06-10T12:00:00Z', direction: 'both' });
    house.simulator.inject({ fault: faults.error('ADAM-DC-0008'), when: { direction: 'production' } });
    await house.node();
    await house.until('2026-06-14T22:00:00Z');
    const told = house.runs.flatMap(({ failures }) => failures.map(({ error }) => error.code));
    assert.deepEqual(told, ['ENEDIS_CONSENT']);
    assert.equal(house.runs.at(-1)!.summary.freshness, 'complete');
  });

  it('a direction is dead: the summary says so all day, also after a try that was only about the others', async () => {
    const house = new Household({ start: '2026-06-10T12:00:00Z', direction: 'both', keeps: false });
    await house.node({ firstCollect: false });
    await house.until('2026-06-10T22:00:00Z');
    house.simulator.inject({ fault: FAULTS['502']!(), when: { direction: 'consumption' } });
    house.runs.length = 0;
    await house.until('2026-06-11T18:00:00Z');
    assert.ok(house.runs.some(({ failures }) => failures.length === 0));
    const obstacles = house.runs.map(({ obstacle }) => [obstacle?.error.code, obstacle?.since]);
    assert.deepEqual(
      obstacles,
      house.runs.map(() => ['ENEDIS_UNAVAILABLE', obstacles[0]![1]]),
    );
    assert.ok(house.runs.every(({ isWell }) => !isWell));
  });

  it('a consent that is gone costs two requests a day at most', async () => {
    const house = new Household({ start: '2026-06-10T12:00:00Z', direction: 'both' });
    await house.node();
    await house.until('2026-06-11T22:00:00Z');
    house.simulator.inject({ fault: faults.error('ADAM-DC-0008') });
    house.requests();
    for (let date = '2026-06-12'; date < '2026-06-20'; date = addDays(date, 1)) {
      house.runs.length = 0;
      await house.until(`${date}T22:00:00Z`);
      assert.ok(house.requests().length <= 2, date);
      assert.deepEqual(
        house.runs.map(({ failures }) => failures.length),
        [1],
      );
      assert.equal(house.runs[0]!.outcome, 'refused');
    }
  });

  it('the whole gateway is down: few requests, and all is there the day after', async () => {
    for (const fault of [FAULTS['502'], FAULTS['a failure of Enedis (500)']]) {
      const house = new Household({ start: '2026-06-10T12:00:00Z', direction: 'both' });
      await house.node();
      await house.until('2026-06-11T22:00:00Z');
      const remove = house.simulator.inject({ fault: fault!() });
      house.requests();
      for (const day of ['12', '13', '14']) {
        await house.until(`2026-06-${day}T22:00:00Z`);
        const asked = house.requests().length;
        assert.ok(asked <= MOST && asked >= 2, `${asked}`);
      }
      remove();
      await house.until('2026-06-15T22:00:00Z');
      house.assertHas('consumption', 'daily', '2026-01-01', '2026-06-15');
      house.assertHas('production', 'loadCurve', '2026-06-03', '2026-06-15');
    }
  });
});
