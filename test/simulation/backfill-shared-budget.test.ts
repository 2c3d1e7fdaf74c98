/**
 * Backfills that share a gateway's budget: Enedis forgets a day each day, so what each would lose while it waits for the
 * others is fetched first, for both directions, several meters and several nodes.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Backfill } from '../../lib/backfill/commands';
import { Collector } from '../../lib/meter/collector';
import { Home } from '../../lib/meter/home';
import { addDays, addMonths } from '../../lib/readings/paris';
import { gatewaySettings, Household, METER } from '../support/household';

const OTHER = '22516914714270';
const TODAY = '2026-06-15';
const CURVE_START = addDays(addMonths(TODAY, -24), -15);
const DAILY_START = addDays(addMonths(TODAY, -36), -15);
const HOUR = 3_600_000;

/** The first day received of each series of each meter. */
function firstDays({ received }: Household): Record<string, string> {
  const first: Record<string, string> = {};
  for (const { usagePointId, direction, series, start } of received) {
    const key = `${usagePointId}/${direction}/${series}`;
    const day = start.slice(0, 10);
    if (first[key] === undefined || day < first[key]) first[key] = day;
  }
  return first;
}

/** Conso API's rules hold, whoever asks. */
function assertWithinRules({ simulator }: Household): void {
  const times = simulator.requests.map(({ time }) => time);
  for (const [most, hours] of [
    [40, 12],
    [60, 24],
  ] as const) {
    const busiest = Math.max(
      ...times.map((at) => times.filter((other) => other >= at && other < at + hours * HOUR).length),
    );
    assert.ok(busiest <= most, `${busiest} in ${hours} hours`);
  }
}

describe('backfills that share a budget', () => {
  for (const order of ['newest', 'oldest'] as const) {
    it(`${order} first, both directions: the second doesn’t lose its oldest days while the first is fetched`, async () => {
      const one = new Household({ start: `${TODAY}T08:00:00Z`, direction: 'both', keeps: false });
      await one.begin(await one.backfill(), { order });
      await one.until('2026-06-27T10:00:00Z');
      assert.equal(one.progress.at(-1)?.state, 'done');
      for (const direction of ['consumption', 'production'] as const)
        one.assertHas(direction, 'loadCurve', CURVE_START, TODAY);
      assertWithinRules(one);
    });
  }

  /** Two meters behind one address, and a backfill for each. */
  async function two(
    nodes: [string, string],
    order: 'newest' | 'oldest',
    time = '08:00',
  ): Promise<{ one: Household; backfills: Backfill[] }> {
    const meter = { consumption: true, loadCurve: true } as const;
    const one = new Household({
      start: `${TODAY}T${time}:00Z`,
      simulator: { usagePoints: { [METER]: meter, [OTHER]: meter } },
    });
    const home = new Home({
      dir: undefined,
      clock: one.clock,
      random: () => 0.5,
      http: one.send,
      onSetAside: () => undefined,
    });
    const backfills: Backfill[] = [];
    for (const [place, usagePointId] of nodes.entries()) {
      const gateway = gatewaySettings('conso-api', usagePointId);
      const collector = new Collector(home, { ...one.settings, usagePointId, gateway });
      backfills.push(await one.backfill(collector, `node-${place}`));
    }
    for (const backfill of backfills) await one.begin(backfill, { order });
    return { one, backfills };
  }

  for (const [order, time] of [
    ['newest', '08:00'],
    ['oldest', '08:00'],
    // The first has spent all that a backfill may until midnight, when the oldest day is gone.
    ['newest', '10:00'],
  ] as const) {
    it(`${order} first, two meters behind one address from ${time} on: neither loses a day of any series`, async () => {
      const { one, backfills } = await two([METER, OTHER], order, time);
      await one.until('2026-06-28T10:00:00Z');
      assert.deepEqual(
        firstDays(one),
        Object.fromEntries(
          [METER, OTHER].flatMap((meter) => [
            [`${meter}/consumption/daily`, DAILY_START],
            [`${meter}/consumption/maxPower`, DAILY_START],
            [`${meter}/consumption/loadCurve`, CURVE_START],
          ]),
        ),
      );
      assert.equal(one.deliveries.filter(({ complete }) => complete).length, backfills.length);
      assert.deepEqual(one.errors, []);
      assertWithinRules(one);
    });
  }

  it('two nodes on one meter: what one has rescued the other doesn’t ask for again', async () => {
    const { one } = await two([METER, METER], 'newest');
    await one.until('2026-06-28T10:00:00Z');
    assert.equal(one.deliveries.filter(({ complete }) => complete).length, 2);
    const least = 2 * 4 + Math.ceil((365 * 2 + 15) / 7);
    const asked = one.requests().length;
    assert.ok(asked <= least + 2, `${asked} requests, ${least} at the least`);
  });

  it('a paused backfill holds nobody up', async () => {
    const { one, backfills } = await two([METER, OTHER], 'newest');
    await one.clock.finish(backfills[1]!.pause());
    await one.until('2026-06-22T10:00:00Z');
    assert.equal(one.deliveries.filter(({ complete }) => complete).length, 1);
    assertWithinRules(one);
  });
});
