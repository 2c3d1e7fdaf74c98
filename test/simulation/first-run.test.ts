/**
 * A first collection that is cut off anywhere: nothing that was archived for the node's days is lost to its flow, with
 * `firstCollect` or without, for a node that is new and for a series that is new to it.
 */
import promises from 'node:fs/promises';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Send } from '../../lib/http/http';
import type { Series } from '../../lib/readings/reading';
import { Household } from '../support/household';

const SERIES: readonly Series[] = ['daily', 'maxPower', 'loadCurve'];

/** So many requests are answered; the next one hangs, and that is told. */
function hangingAfter(house: Household, answered: number, onHang: () => void): Send {
  let requests = 0;
  return (request, signal) => {
    if (++requests <= answered) return house.send(request, signal);
    onHang();
    return new Promise((_resolve, reject) => {
      signal?.addEventListener('abort', () => reject(new Error('closed')), { once: true });
    });
  };
}

/** The days of each series that came to the flow, first to last. */
function came(house: Household): Record<string, [string, string]> {
  return Object.fromEntries(
    SERIES.map((series) => {
      const days = [...house.ledger('consumption', series).keys()].sort((a, b) => a - b).map((at) => iso(at));
      return [series, [days[0] ?? '', days.at(-1) ?? '']];
    }),
  );
}

function iso(at: number): string {
  return new Date(at + 2 * 3_600_000).toISOString().slice(0, 10);
}

/** Starts the node, and stops it while it asks. */
async function cutOff(house: Household, answered: number, firstCollect: boolean): Promise<void> {
  let onHang: () => void = () => undefined;
  const hung = new Promise<void>((resolve) => (onHang = resolve));
  const http = hangingAfter(house, answered, onHang);
  const daily = await house.node({ firstCollect, schedule: null }, house.collector({}, undefined, http));
  const cut = assert.rejects(daily.runNow(house.take));
  await house.clock.settle(() => hung);
  await house.stop();
  await cut;
}

describe('a first collection that is cut off', () => {
  for (const answered of [0, 1, 2]) {
    it(`without firstCollect, after ${answered} answers: the next press brings all of yesterday`, async () => {
      const house = new Household({ start: '2026-06-10T12:00:00Z' });
      await cutOff(house, answered, false);
      const daily = await house.node({ firstCollect: false, schedule: null });
      for (let press = 0; press < 3; press++) await house.ask(daily);
      for (const series of SERIES) {
        const yesterday = house.truth('consumption', series, '2026-06-09', '2026-06-10');
        const got = house.ledger('consumption', series);
        assert.ok(
          [...yesterday].every(([start, value]) => got.get(start) === value),
          series,
        );
      }
    });

    it(`with firstCollect, after ${answered} answers, and two days later: nothing is lacking`, async () => {
      const house = new Household({ start: '2026-06-10T12:00:00Z' });
      await cutOff(house, answered, true);
      house.clock.set('2026-06-12T12:00:00Z');
      await house.ask(await house.node({ schedule: null }));
      house.assertHas('consumption', 'daily', '2026-01-01', '2026-06-12');
      house.assertHas('consumption', 'maxPower', '2026-01-01', '2026-06-12');
      house.assertHas('consumption', 'loadCurve', '2026-06-03', '2026-06-12');
    });
  }

  it('a series that is new to the node, cut off: it comes with the next press', async () => {
    const house = new Household({ start: '2026-06-10T12:00:00Z', loadCurve: false });
    await house.ask(await house.node({ firstCollect: false, schedule: null }));
    await house.stop();
    const collector = house.collector({ loadCurve: true });
    const daily = await house.node({ firstCollect: false, schedule: null }, collector);
    await assert.rejects(
      house.clock.finish(
        daily.runNow(() => {
          throw new Error('the process dies here');
        }),
      ),
    );
    await house.stop();
    await house.ask(
      await house.node({ firstCollect: false, schedule: null }, house.collector({ loadCurve: true })),
    );
    const yesterday = house.truth('consumption', 'loadCurve', '2026-06-09', '2026-06-10');
    const got = house.ledger('consumption', 'loadCurve');
    assert.ok([...yesterday].every(([start, value]) => got.get(start) === value));
  });

  for (const firstCollect of [true, false]) {
    it(`killed at each of its writes, firstCollect ${firstCollect ? 'on' : 'off'}: the next run brings what it would have`, async () => {
      const whole = new Household({ start: '2026-06-10T12:00:00Z' });
      await whole.ask(await whole.node({ firstCollect, schedule: null }));
      const { open } = promises;
      let writes = Infinity;
      for (let allowed = 0; allowed < writes; allowed++) {
        const house = new Household({ start: '2026-06-10T12:00:00Z' });
        let written = 0;
        promises.open = (...args: Parameters<typeof open>) =>
          args[1] === 'wx' && ++written > allowed
            ? Promise.reject(Object.assign(new Error('killed'), { code: 'EIO' }))
            : open(...args);
        try {
          const daily = await house.node({ firstCollect, schedule: null });
          await house.clock.finish(daily.runNow(() => undefined)).catch(() => undefined);
          await house.stop();
        } finally {
          promises.open = open;
        }
        // It went through: what it had was delivered, before it was killed or after.
        if (written <= allowed) writes = allowed;
        else {
          house.clock.set('2026-06-10T12:30:00Z');
          const daily = await house.node({ firstCollect, schedule: null });
          await house.ask(daily);
          await house.ask(daily);
          assert.deepEqual(came(house), came(whole), `killed at write ${allowed + 1}`);
        }
      }
      assert.ok(writes > 5 && Number.isFinite(writes), `${writes} writes`);
    });
  }
});
