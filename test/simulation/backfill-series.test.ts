/**
 * A backfill of both directions while one series, or one direction, is refused, dead or broken: the others are complete,
 * what is wrong is told once, and the run ends.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { EnedisError } from '../../lib/errors';
import { addDays, addMonths, parisDate } from '../../lib/readings/paris';
import { faults, type Injection } from '../../lib/simulator';
import { BOTH_WAYS, WHICH, type Which } from '../support/failing-series';
import { Household } from '../support/household';

const NOW = '2026-06-15T08:00:00Z';
const TODAY = '2026-06-15';
const START = '2026-05-01';

function house(gateway: 'conso-api' | 'data-connect' = 'data-connect'): Household {
  return new Household({ start: NOW, gateway, direction: 'both' });
}

/** Those that work are complete, and nothing came of the others. */
function assertOnly(one: Household, isBroken: Which, start = START): void {
  for (const [direction, series] of BOTH_WAYS) {
    if (isBroken({ direction, series })) assert.equal(one.ledger(direction, series).size, 0);
    else one.assertHas(direction, series, start, TODAY);
  }
}

function codes({ errors }: Household): string[] {
  return errors.map((error) => (error as EnedisError).code);
}

/** Told once, on the day it is met. */
const REFUSED: Record<string, Injection['fault']> = {
  'without consent (ADAM-DC-0008)': faults.error('ADAM-DC-0008'),
  'without the direction (ADAM-DC-0007)': faults.error('ADAM-DC-0007'),
  '401': faults.respond(401, { message: 'nope' }),
  '403 in few words': faults.respond(403, { message: 'forbidden' }),
};
/** Tried again for hours, then told once. */
const DEAD: Record<string, Injection['fault']> = {
  '502 page': faults.respond(502, '<html><title>502 Bad Gateway</title></html>'),
  '504': faults.respond(504, { message: 'Endpoint request timed out' }),
  '404 without words': faults.respond(404, ''),
  '500': faults.respond(500, 'Internal Server Error'),
  'JSON cut off': faults.truncatedJson(),
  'JSON of another shape': faults.respond(200, { hello: ['world'] }),
};

describe('one series of many', () => {
  for (const [which, isBroken] of Object.entries<Which>(WHICH)) {
    for (const [how, fault] of Object.entries(REFUSED)) {
      it(`${which} refused, ${how}: the others come, it is told once, and the run is done`, async () => {
        const one = house();
        one.simulator.inject({ fault, when: (request) => isBroken(request) });
        await one.begin(await one.backfill(), { start: START });
        await one.until('2026-06-16T20:00:00Z');
        assertOnly(one, isBroken);
        assert.equal(one.progress.at(-1)?.state, 'done');
        assert.equal(one.errors.length, 1, String(codes(one)));
        assert.equal(one.deliveries.filter(({ complete }) => complete).length, 1);
        const refused = one.requests().filter(({ status }) => status !== 200);
        assert.ok(refused.length <= 6, `${refused.length} requests in vain`);
      });
    }
  }

  for (const which of ['daily energy', 'maximum power', 'production, all of it'] as const) {
    for (const [how, fault] of Object.entries(DEAD)) {
      it(`${which}, ${how}: the others come at once, it is told, and the run is done`, async () => {
        const isBroken = WHICH[which];
        const one = house();
        one.simulator.inject({ fault, when: (request) => isBroken(request) });
        await one.begin(await one.backfill(), { start: START });
        assertOnly(one, isBroken);
        assert.equal(one.progress.at(-1)?.state, 'waiting');
        await one.until('2026-06-18T20:00:00Z');
        assert.equal(one.progress.at(-1)?.state, 'done');
        assertOnly(one, isBroken);
        assert.equal(new Set(codes(one)).size, 1);
        const days = new Map<string, number>();
        for (const { time, series, direction } of one.requests()) {
          if (!isBroken({ series, direction })) continue;
          const key = `${time.slice(0, 10)} ${direction}/${series}`;
          days.set(key, (days.get(key) ?? 0) + 1);
        }
        assert.ok(Math.max(...days.values()) <= 12, JSON.stringify([...days]));
      });
    }
  }

  it('by Conso API, years of all while production is refused: the load curve isn’t held up', async () => {
    const one = house('conso-api');
    const isBroken = WHICH['production, all of it'];
    one.simulator.inject({
      fault: faults.error('ADAM-DC-0008'),
      when: (request) => isBroken(request),
    });
    await one.begin(await one.backfill());
    await one.until('2026-06-24T20:00:00Z');
    assert.equal(one.progress.at(-1)?.state, 'done');
    one.assertHas('consumption', 'loadCurve', addDays(addMonths(TODAY, -24), -15), TODAY);
    assert.deepEqual(codes(one), ['ENEDIS_CONSENT']);
  });

  it('two of three dead: the third comes at the next try, and in the end the run is done', async () => {
    const one = new Household({ start: NOW, gateway: 'data-connect' });
    one.simulator.inject({
      fault: faults.respond(502, ''),
      when: ({ series }) => series === 'daily' || series === 'maxPower',
    });
    await one.begin(await one.backfill(), { start: START });
    await one.until('2026-06-15T10:00:00Z');
    one.assertHas('consumption', 'loadCurve', START, TODAY);
    await one.until('2026-06-20T10:00:00Z');
    assert.equal(one.progress.at(-1)?.state, 'done');
  });
});

describe('the whole meter', () => {
  it('every series fails in its own way: two requests at first, told once, and all comes when it is over', async () => {
    const one = house();
    const ways = [
      faults.error('ADAM-DC-0008'),
      faults.respond(502, '<html><title>502 Bad Gateway</title></html>'),
      faults.respond(404, ''),
      faults.respond(401, { message: 'nope' }),
      faults.truncatedJson(),
    ];
    const ends = BOTH_WAYS.map(([direction, series], place) =>
      one.simulator.inject({ fault: ways[place]!, when: { direction, series } }),
    );
    await one.begin(await one.backfill(), { start: START });
    assert.equal(one.requests().length, 2);
    assert.equal(one.errors.length, 1);
    assert.equal(one.progress.at(-1)?.state, 'waiting');
    for (const end of ends) end();
    await one.until('2026-06-15T12:00:00Z');
    assertOnly(one, () => false);
  });

  it('without consent: two requests a day, told each day the same, given up after a week', async () => {
    const one = house();
    one.simulator.inject({
      fault: faults.error('ADAM-DC-0008'),
      when: ({ series }) => series !== undefined,
    });
    await one.begin(await one.backfill(), { start: START });
    await one.until('2026-06-30T10:00:00Z');
    const days = new Map<string, number>();
    for (const { time } of one.requests()) {
      const day = parisDate(Date.parse(time));
      days.set(day, (days.get(day) ?? 0) + 1);
    }
    assert.equal(Math.max(...days.values()), 2);
    assert.equal(days.size, 8);
    assert.equal(one.progress.at(-1)?.state, 'failed');
    assert.ok(codes(one).every((code) => code === 'ENEDIS_CONSENT'));
  });

  it('out of reach for two days in the middle of the last series: it waits, and all comes', async () => {
    const one = new Household({ start: NOW, gateway: 'conso-api' });
    let isDown = false;
    const collector = one.collector({}, undefined, (...asked) =>
      isDown ? Promise.reject(new EnedisError('networkUnreachable', { host: 'x' })) : one.send(...asked),
    );
    await one.begin(await one.backfill(collector), { start: '2025-06-01' });
    assert.equal(one.progress.at(-1)?.series, 'loadCurve');
    isDown = true;
    await one.until('2026-06-17T20:00:00Z');
    assert.equal(one.progress.at(-1)?.state, 'waiting');
    isDown = false;
    await one.until('2026-06-21T20:00:00Z');
    assert.equal(one.progress.at(-1)?.state, 'done');
    one.assertHas('consumption', 'loadCurve', '2025-06-01', TODAY);
  });
});
