/**
 * Money and energy as whole numbers, so that nothing drifts however much is added up: a price is a whole number of
 * 10⁻⁵ €/kWh, energy is watts times minutes, a cost the product of both. Rounding happens once, at output.
 */

/** A price of one euro per kWh. */
export const EURO = 100_000;

/** Watt-minutes of a kilowatt-hour. */
export const KILOWATT_HOUR = 60_000;

/** No price of electricity in France is outside of ± 10 €/kWh: one typed in cents mostly is. */
export const HIGHEST_PRICE = 10 * EURO;

/** Divisible by the days of every year and month, over which a subscription is shared. */
const SHARES = 4 * 3 * 5 * 7 * 29 * 31 * 61 * 73;

/** So many fractions make 10⁻⁵ €: enough for minutes of a watt and for shares of a year, both exactly. */
const WHOLE = KILOWATT_HOUR * SHARES;

/** An amount without any rounding: whole 10⁻⁵ €, and fractions of one, from 0 up to `WHOLE`, excluded. */
export interface Exact {
  whole: number;
  fractions: number;
}

/** A number of euros, as whole 10⁻⁵ €; NaN for what isn't a number. */
export function units(euros: unknown): number {
  if (typeof euros !== 'number' || !Number.isFinite(euros)) return NaN;
  // The shortest text of a number is what a person has typed: 1.005 isn't half a unit less.
  const scaled = Number(`${euros}e5`);
  const value = Number.isNaN(scaled) ? euros * EURO : scaled;
  return Math.sign(value) * Math.round(Math.abs(value)) + 0;
}

/** @param cost watt-minutes times 10⁻⁵ €/kWh, a whole number. */
export function exactCost(cost: number): Exact {
  const rest = ((cost % KILOWATT_HOUR) + KILOWATT_HOUR) % KILOWATT_HOUR;
  return { whole: (cost - rest) / KILOWATT_HOUR, fractions: rest * SHARES };
}

/** One day's share. @param amount 10⁻⁵ €, not negative. @param days of its year or month. */
export function exactShare(amount: number, days: number): Exact {
  const rest = amount % days;
  return { whole: (amount - rest) / days, fractions: rest * (WHOLE / days) };
}

/** The sum of two amounts. */
export function sumOf(a: Exact, b: Exact): Exact {
  const fractions = a.fractions + b.fractions;
  return fractions < WHOLE
    ? { whole: a.whole + b.whole, fractions }
    : { whole: a.whole + b.whole + 1, fractions: fractions - WHOLE };
}

/**
 * Amounts in euros, multiples of 0.00001, and their sum rounded once. The parts add up to it: those with the largest
 * remainders are rounded up, the first of equal ones first.
 */
export function fitted(parts: readonly Exact[]): { total: number; parts: number[] } {
  let sum: Exact = { whole: 0, fractions: 0 };
  for (const part of parts) sum = sumOf(sum, part);
  const units = sum.whole + (isRoundedUp(sum) ? 1 : 0);
  const wholes = parts.map(({ whole }) => whole);
  let lacking = units;
  for (const whole of wholes) lacking -= whole;
  if (lacking > 0) {
    const byRemainder = [...parts.keys()].sort((a, b) => parts[b]!.fractions - parts[a]!.fractions || a - b);
    for (const place of byRemainder.slice(0, lacking)) wholes[place]!++;
  }
  return { total: units / EURO, parts: wholes.map((whole) => whole / EURO) };
}

/** Half a unit is rounded away from zero, as money is. */
function isRoundedUp({ whole, fractions }: Exact): boolean {
  return whole < 0 ? fractions * 2 > WHOLE : fractions * 2 >= WHOLE;
}
