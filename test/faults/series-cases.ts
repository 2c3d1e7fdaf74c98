/** What the table of failing series goes through: each gateway, each way to fail, each choice of series. */
import { HOWS, WHICH, type How, type Which } from '../support/failing-series';
import type { HouseholdOptions } from '../support/household';

type Gateway = NonNullable<HouseholdOptions['gateway']>;

/** Some series of a meter fail in one way, by one gateway. */
export interface Case {
  name: string;
  gateway: Gateway;
  how: How;
  which: { name: string; isBroken: Which };
}

/** One line of the table. */
export interface SeriesCell {
  /** What is told while it lasts, each as often as it is. */
  codes: string;
  /** Requests of the day that had most, or of a backfill's nine hours / of them for the series that fail. */
  requests: string;
  recovered: string;
}

/** What became of a case. */
export interface SeriesFinding {
  name: string;
  cell?: SeriesCell;
  /** Why there is none. */
  problem?: string;
}

/** The choice where nothing is left that works. */
export const ALL_OF_IT = 'all of it';

const WHICHES = Object.entries<Which>({ ...WHICH, [ALL_OF_IT]: () => true }).map(([name, isBroken]) => ({
  name,
  isBroken,
}));
/** These two see every case; the others every way and every choice of series at least once. */
const THOROUGHLY: readonly Gateway[] = ['conso-api', 'data-connect'];
const BESIDES: readonly Gateway[] = ['my-electrical-data', 'my-electrical-data-v1'];
/** In the order of the table. */
export const GATEWAYS_TRIED: readonly Gateway[] = [...THOROUGHLY, ...BESIDES];

/** Every case, in the order of the table. */
export function casesOf(): Case[] {
  const cases = THOROUGHLY.flatMap((gateway) =>
    HOWS.flatMap((how) => WHICHES.map((which) => ({ gateway, how, which }))),
  );
  for (const [place, gateway] of BESIDES.entries()) {
    for (const [column, which] of WHICHES.entries())
      cases.push({ gateway, how: HOWS[(column + 3 * place) % HOWS.length]!, which });
  }
  return cases.map((each) => ({ ...each, name: `${each.gateway}: ${each.which.name}, ${each.how.name}` }));
}
