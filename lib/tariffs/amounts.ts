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

/** Days of the civil years and months over which a subscription is shared: all divide this number. */
const SHARES = 4n * 3n * 5n * 7n * 29n * 31n * 61n * 73n;

/** What exact amounts are counted in: so many of them make 10⁻⁵ €. */
const EXACT = BigInt(KILOWATT_HOUR) * SHARES;

/** A number of euros, as whole 10⁻⁵ €; NaN for what isn't a number. */
export function units(euros: unknown): number {
  if (typeof euros !== 'number' || !Number.isFinite(euros)) return NaN;
  // The shortest text of a number is what a person has typed: 1.005 isn't half a unit less.
  const scaled = Number(`${euros}e5`);
  const value = Number.isNaN(scaled) ? euros * EURO : scaled;
  return Math.sign(value) * Math.round(Math.abs(value)) + 0;
}

/** Exact amount of energy times price. @param cost watt-minutes times 10⁻⁵ €/kWh, a whole number. */
export function exactCost(cost: number): bigint {
  return BigInt(cost) * SHARES;
}

/** Exact amount of one day's share. @param amount 10⁻⁵ € @param days of its year or month */
export function exactShare(amount: number, days: number): bigint {
  return (BigInt(amount) * EXACT) / BigInt(days);
}

/**
 * Euros of exact amounts, multiples of 0.00001 that add up to what their sum is rounded to: the largest remainders are
 * rounded up, the first of equal ones first.
 */
export function fitted(parts: readonly bigint[]): number[] {
  const floors = parts.map(floor);
  const wanted = rounded(parts.reduce((sum, part) => sum + part, 0n));
  const lacking = Number(wanted - floors.reduce((sum, part) => sum + part, 0n));
  const byRemainder = parts
    .map((part, place) => ({ place, remainder: part - floors[place]! * EXACT }))
    .sort((a, b) => (a.remainder === b.remainder ? a.place - b.place : a.remainder > b.remainder ? -1 : 1));
  const raised = new Set(byRemainder.slice(0, lacking).map(({ place }) => place));
  return floors.map((part, place) => euros(part + (raised.has(place) ? 1n : 0n)));
}

/** Euros of one exact amount, a multiple of 0.00001. */
export function roundedEuros(amount: bigint): number {
  return euros(rounded(amount));
}

function floor(amount: bigint): bigint {
  const whole = amount / EXACT;
  return amount % EXACT < 0n ? whole - 1n : whole;
}

/** Half a unit is rounded away from zero, as money is. */
function rounded(amount: bigint): bigint {
  const half = EXACT / 2n;
  return amount < 0n ? (amount - half) / EXACT : (amount + half) / EXACT;
}

function euros(amount: bigint): number {
  return Number(amount) / EURO;
}
