/**
 * What the last year would have cost: the readings that the archive has of the meters that use a tariff, priced with the
 * settings as they are typed. Nothing is guessed: what has no price, and days without readings, are counted apart.
 */
import type { NodeAPI } from 'node-red';
import { Turns } from '../../lib/async/turns';
import { realmOf } from '../../lib/gateways';
import type { Home } from '../../lib/meter/home';
import { daysToPrice } from '../../lib/query/cost';
import { addDays } from '../../lib/readings/paris';
import { maskUsagePoint } from '../../lib/readings/reading';
import { Bill, type Unpriced } from '../../lib/tariffs/bill';
import { priceDay } from '../../lib/tariffs/pricing';
import { Tariff } from '../../lib/tariffs/tariff';
import type { TariffTerms } from '../../lib/tariffs/terms';
import { metersOn, type RunningMeter } from '../shared/running-meters';

/** An installer's tariff may have thousands of meters: the first ones show what is to be seen. */
const MOST_METERS = 3;
const DAYS = 365;

/** One meter's year; figures in € and kWh. */
export interface MeterYear {
  /** Its name, else its PDL, masked. */
  meter: string;
  /** First and last day; null where the archive has nothing of it. */
  from: string | null;
  to: string;
  /** With the subscription, where that is known. */
  value: number;
  energy: number;
  fixed: number | null;
  byPeriod: { period: string; label: string; energy: number; value: number }[];
  unpriced: number;
  /** `unpriced` by its reason. */
  reasons: Partial<Record<Unpriced, number>>;
  /** Days without a reading. */
  missing: number;
}

/** @param today the first day that doesn't count, `YYYY-MM-DD`. Empty: no meter uses the tariff for its direction. */
export async function yearOf(
  RED: NodeAPI,
  home: Home,
  id: string,
  terms: TariffTerms,
  today: string,
): Promise<MeterYear[]> {
  const { direction } = terms;
  const meters = metersOn(RED, id).filter(({ node }) => node.tariffOf(direction)?.id === id);
  const years: MeterYear[] = [];
  for (const meter of meters.slice(0, MOST_METERS))
    years.push(await meterYear(home, id, terms, meter, today));
  return years;
}

async function meterYear(
  home: Home,
  id: string,
  terms: TariffTerms,
  { node, settings }: RunningMeter,
  today: string,
): Promise<MeterYear> {
  const { usagePointId, gateway } = settings;
  const { direction } = terms;
  const data = home.tariffData(realmOf(gateway));
  await data.load(id);
  const tariff = new Tariff(terms, data.facts(id));
  const { archive } = home.meter(usagePointId, gateway);
  const bill = new Bill();
  let first: string | null = null;
  let missing = 0;
  const turns = new Turns();
  const period = { start: addDays(today, -DAYS), end: today };
  for await (const day of daysToPrice(archive, direction, tariff, period)) {
    await turns.take();
    const isThere = priceDay(day, day.rates, tariff, bill) !== null;
    if (isThere) first ??= day.date;
    else if (first !== null) missing++;
    if (first !== null) bill.addFixed(day.date, tariff.subscriptionOn(day.date));
  }
  const isNamed = (node.name ?? '').trim() !== '';
  const labels = labelsOf(terms);
  const { value, energy, fixed, byPeriod, unpriced, reasons } = bill.total(Object.keys(labels));
  return {
    meter: isNamed ? node.name! : maskUsagePoint(usagePointId),
    from: first,
    to: addDays(today, -1),
    ...{ value, energy, fixed, unpriced, reasons, missing },
    byPeriod: byPeriod.map((each) => ({ ...each, label: labels[each.period] ?? each.period })),
  };
}

/** What people call the periods; today's contract has the last word. */
function labelsOf({ contracts }: TariffTerms): Record<string, string> {
  return Object.assign({}, ...contracts.map(({ schedule }) => schedule.periods)) as Record<string, string>;
}
