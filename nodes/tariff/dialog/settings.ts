/** From what is typed in lists to what is saved, and back. */
import type { Say } from './places';
import type { Row } from './rows';

/** Prices from a date on, as saved. */
export interface Version {
  from?: string;
  subscription?: unknown;
  per?: string;
  kwh?: Record<string, unknown>;
}

/** Off-peak hours from a date on, as saved. */
export interface DatedHours {
  from?: string;
  winter?: string;
  summer?: string;
}

/** As in lib/tariffs/offers, which the editor's types can't reach; a test holds them together. */
const OFFERS: Readonly<Record<string, { periods: readonly string[]; powers: readonly number[] }>> = {
  base: { periods: ['BASE'], powers: [3, 6, 9, 12, 15, 18, 24, 30, 36] },
  hphc: { periods: ['HC', 'HP'], powers: [6, 9, 12, 15, 18, 24, 30, 36] },
  tempo: { periods: ['HCJB', 'HPJB', 'HCJW', 'HPJW', 'HCJR', 'HPJR'], powers: [6, 9, 12, 15, 18, 30, 36] },
  ejp: { periods: ['HN', 'PM'], powers: [9, 12, 15, 18, 36] },
};

/** The periods of an offer; of a custom one those that its rules name, as far as they can be read. */
export function periodsOf(offer: string, rules: string): readonly string[] {
  const known = OFFERS[offer];
  if (known) return known.periods;
  try {
    const { periods } = JSON.parse(rules) as { periods?: object };
    return Object.keys(periods ?? {});
  } catch {
    return [];
  }
}

/** What people call a period: a custom offer's own words, else those for the meter's abbreviations. */
export function periodInWords(period: string, label: string, say: Say): string {
  const isOfficial = Object.values(OFFERS).some(({ periods }) => periods.includes(period));
  return isOfficial && label === period ? say(`period.${period}`) : label;
}

/** Powers (kVA) in which an offer is sold at the regulated price; of others all there are. */
export function powersOf(offer: string): readonly number[] {
  return (OFFERS[offer] ?? OFFERS.base)!.powers;
}

/** A line of the list of prices. What isn't a plain number (a market's rate) is shown as it is saved. */
export function rowOfVersion({ from, subscription, per, kwh = {} }: Version): Row {
  const row: Row = { from: from ?? '', subscription: textOf(subscription), per: per ?? 'month' };
  for (const [period, price] of Object.entries(kwh)) row[period] = textOf(price);
  return row;
}

/** The other way round; what isn't a number stays as it was typed, and the runtime says what is wrong. */
export function versionOfRow(row: Row, periods: readonly string[]): Version {
  const { from = '', subscription = '', per = '', ...prices } = row;
  // Of rules that can't be read for the moment no period is known: the prices aren't thrown away for that.
  const kept = periods.length > 0 ? periods : Object.keys(prices);
  return {
    from,
    ...(subscription === '' ? {} : { subscription: valueOf(subscription), per }),
    kwh: Object.fromEntries(kept.map((period) => [period, valueOf(prices[period] ?? '')])),
  };
}

function textOf(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function valueOf(text: string): unknown {
  if (text === '') return null;
  const number = Number(text.replace(',', '.'));
  if (!Number.isNaN(number)) return number;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
