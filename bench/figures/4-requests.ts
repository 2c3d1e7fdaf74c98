/** How many requests things cost, beside the fewest that Enedis' windows allow, and how long that takes under each gateway's rules. */
import { SERIES, type Series } from '../../lib/readings/reading';
import { addDays, daysBetween } from '../../lib/readings/paris';
import { Household, REAL_GATEWAYS } from '../../test/support/household';
import type { Figure } from '../table';

const START = '2026-03-05T12:00:00+01:00';
const TODAY = '2026-03-05';
/** A day late in the year: the first collection goes back to 1 January. */
const NOVEMBER = '2026-11-20T12:00:00+01:00';

export async function measure(): Promise<Figure> {
  const rows = [await firstInstall(), await normalDay()];
  for (const gateway of REAL_GATEWAYS) {
    rows.push(await history('three years of daily readings', ['daily'], gateway));
    rows.push(await history('two years of load curve', ['loadCurve'], gateway));
  }
  return {
    title: 'Requests',
    columns: ['what', 'gateway', 'requests', 'the fewest possible', 'takes'],
    rows,
  };
}

async function firstInstall(): Promise<string[]> {
  const house = new Household({ start: NOVEMBER });
  await house.node();
  await house.until('2026-11-21T00:00:00+01:00');
  await house.stop();
  return ['first day (since 1 January, three series)', 'any', String(house.requests().length), '3', '1 day'];
}

async function normalDay(): Promise<string[]> {
  const house = new Household({ start: NOVEMBER });
  await house.node();
  await house.until('2026-11-21T00:00:00+01:00');
  house.requests();
  await house.until('2026-11-22T00:00:00+01:00');
  await house.stop();
  return ['a normal day (three series)', 'any', String(house.requests().length), '3', '1 day'];
}

async function history(
  what: string,
  series: Series[],
  gateway: (typeof REAL_GATEWAYS)[number],
): Promise<string[]> {
  const house = new Household({ start: START, gateway });
  const backfill = await house.backfill();
  await house.begin(backfill, { series });
  const begun = Date.parse(START);
  let ended = begun;
  for (let date = TODAY; house.progress.at(-1)?.state !== 'done'; date = addDays(date, 1)) {
    await house.until(`${addDays(date, 1)}T12:00:00+01:00`);
  }
  for (const { time } of house.simulator.requests) ended = Math.max(ended, Number(time));
  const asked = house.requests().length;
  const { from, to } = house.progress.at(-1)!;
  const days = daysBetween(from!, addDays(to!, 1));
  const least = Math.ceil(days / SERIES[series[0]!].windowDays);
  await house.stop();
  const hours = (ended - begun) / 3_600_000;
  const takes = hours < 1 ? `${Math.ceil(hours * 60)} min` : `${hours.toFixed(0)} h`;
  return [what, gateway, String(asked), String(least), takes];
}
