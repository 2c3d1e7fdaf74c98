/** Typed prices: versions with a date each, complete for all periods of their offer. */
import { EURO, HIGHEST_PRICE, units } from '../amounts';
import type { Problems } from '../problems';
import type { Price, Subscription, Version } from '../terms';
import { isEmpty, readChoice, readDate, readList, readObject, readUnits, type Fields } from './fields';

/** A year of the largest connection is a few hundred euros a month; past this it isn't a household's. */
const HIGHEST_SUBSCRIPTION = 100_000 * EURO;

/** @param periods those of the offer; null where they couldn't be read, and prices aren't held against them. */
export function readVersions(
  value: unknown,
  at: string,
  problems: Problems,
  periods: readonly string[] | null,
): Version[] {
  const versions: Version[] = [];
  for (const [place, each] of readList(value, at, problems).entries()) {
    const here = `${at}[${place}]`;
    const fields = readObject(each, here, problems, ['from', 'subscription', 'per', 'kwh']);
    if (!fields) continue;
    const from = readDate(fields.from, `${here}.from`, problems);
    const before = versions.at(-1)?.from;
    if (from !== null && before !== undefined && from <= before) {
      problems.add(`${here}.from`, 'order', from, [before]);
    }
    const prices = readPrices(fields.kwh, `${here}.kwh`, problems, periods);
    const subscription = readSubscription(fields, here, problems);
    versions.push({ from: from ?? before ?? '', prices, subscription });
  }
  return versions;
}

function readPrices(
  value: unknown,
  at: string,
  problems: Problems,
  periods: readonly string[] | null,
): Record<string, Price> {
  const fields = readObject(value, at, problems);
  const prices: Record<string, Price> = {};
  if (!fields) return prices;
  for (const name of Object.keys(fields)) {
    if (periods && !periods.includes(name)) problems.add(`${at}.${name}`, 'period', name, periods);
  }
  for (const period of periods ?? Object.keys(fields)) {
    const price = readPrice(fields[period], `${at}.${period}`, problems);
    if (price !== null) prices[period] = price;
  }
  return prices;
}

/** A number, or `{"rates": true, "times": 1.2, "plus": 0.05}`: the rate that a message tells, times and plus. */
function readPrice(value: unknown, at: string, problems: Problems): Price | null {
  if (typeof value !== 'object' || value === null) return readUnits(value, at, problems);
  const fields = readObject(value, at, problems, ['rates', 'times', 'plus']);
  if (!fields) return null;
  if (fields.rates !== true) {
    problems.add(`${at}.rates`, 'choice', fields.rates, ['true']);
    return null;
  }
  const times = isEmpty(fields.times) ? 1 : fields.times;
  if (typeof times !== 'number' || !(Math.abs(times) <= 100)) {
    problems.add(`${at}.times`, 'price', times);
    return null;
  }
  const plus = isEmpty(fields.plus) ? 0 : units(fields.plus);
  if (!(Math.abs(plus) <= HIGHEST_PRICE)) {
    problems.add(`${at}.plus`, 'price', fields.plus);
    return null;
  }
  return { times, plus };
}

function readSubscription(fields: Fields, at: string, problems: Problems): Subscription | null {
  if (isEmpty(fields.subscription)) return null;
  const bounds = { lowest: 0, highest: HIGHEST_SUBSCRIPTION };
  const amount = readUnits(fields.subscription, `${at}.subscription`, problems, bounds);
  const per = readChoice(fields.per, `${at}.per`, problems, ['month', 'year'] as const);
  return amount === null || per === null ? null : { amount, per };
}
