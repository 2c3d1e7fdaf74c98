/**
 * The CRE's open files of the regulated prices, one for each option but EJP: `;` between columns, decimal commas, a row
 * for each power and version since 2012. Rows may lie in the future (the file is published up to a month early), the
 * newest may be missing for weeks, the last lines are empty, and copies of it swap the day and the month of a date.
 * Which row counts is decided by its date, never by its place.
 */
import { EnedisError } from '../../errors';
import { isDate } from '../../readings/paris';
import { units } from '../amounts';
import { OFFERS } from '../offers/index';
import type { PublishedPrice, RegulatedOffer } from './published';

/** Where the files are, below an address. */
export const CRE_FILES: Readonly<Partial<Record<RegulatedOffer, string>>> = {
  base: 'Option_Base.csv',
  hphc: 'Option_HPHC.csv',
  tempo: 'Option_Tempo.csv',
};

/** How the file names the periods of an offer: `PART_VARIABLE_HPBleu_TTC`. */
const COLUMNS: Readonly<Record<string, string>> = {
  BASE: 'PART_VARIABLE_TTC',
  HC: 'PART_VARIABLE_HC_TTC',
  HP: 'PART_VARIABLE_HP_TTC',
  HCJB: 'PART_VARIABLE_HCBleu_TTC',
  HPJB: 'PART_VARIABLE_HPBleu_TTC',
  HCJW: 'PART_VARIABLE_HCBlanc_TTC',
  HPJW: 'PART_VARIABLE_HPBlanc_TTC',
  HCJR: 'PART_VARIABLE_HCRouge_TTC',
  HPJR: 'PART_VARIABLE_HPRouge_TTC',
};

/** Regulated prices have been between 6 and 80 cents: what is outside of this is a broken file. */
const PLAUSIBLE = { lowest: units(0.01), highest: units(5) };

/**
 * The rows of a file; what can't be read is left out, an option's row without prices as well (Tempo at 6 kVA before 2023).
 * @throws EnedisError responseShape `{field}` where a column is missing, or no row is left.
 */
export function readCreFile(text: string, offer: RegulatedOffer): PublishedPrice[] {
  const [header = [], ...lines] = text.split(/\r\n|[\r\n]/).map(cells);
  const column = (name: string): number => {
    const place = header.findIndex((title) => title.toLowerCase() === name.toLowerCase());
    if (place < 0) throw new EnedisError('responseShape', { field: name });
    return place;
  };
  const from = column('DATE_DEBUT');
  const power = column('P_SOUSCRITE');
  const subscription = column('PART_FIXE_TTC');
  const prices = Object.keys(OFFERS[offer].schedule.periods).map((period) =>
    column(COLUMNS[period] ?? period),
  );
  const rows = lines.flatMap((line): PublishedPrice[] => {
    const row: PublishedPrice = {
      offer,
      from: dateOf(line[from] ?? ''),
      power: numberOf(line[power]),
      prices: prices.map((place) => units(numberOf(line[place]))),
      subscription: subscriptionOf(line[subscription]),
      source: 'CRE',
      isOfficial: true,
    };
    // A line that was cut short may have lost digits of its last number.
    return line.length >= header.length && isPlausible(row) ? [row] : [];
  });
  if (rows.length === 0) throw new EnedisError('responseShape', { field: 'DATE_DEBUT' });
  return rows;
}

/** Whether a row can be one, wherever it comes from: as bounds for what is kept on disk as well. */
export function isPlausible({ from, power, prices, subscription }: PublishedPrice): boolean {
  return (
    isDate(from) &&
    from >= '2000-01-01' &&
    from < '2100-01-01' &&
    power > 0 &&
    power <= 250 &&
    prices.length > 0 &&
    prices.every((price) => price >= PLAUSIBLE.lowest && price <= PLAUSIBLE.highest) &&
    (subscription === null || (subscription.amount > 0 && subscription.amount < units(100_000)))
  );
}

function cells(line: string): string[] {
  return line.split(';').map((cell) => cell.replaceAll(/^[\uFEFF\s"]+|[\s"]+$/g, ''));
}

function numberOf(cell: string | undefined): number {
  return cell && /^\d+([.,]\d+)?$/.test(cell) ? Number(cell.replace(',', '.')) : NaN;
}

function subscriptionOf(cell: string | undefined): PublishedPrice['subscription'] {
  const amount = units(numberOf(cell));
  return Number.isNaN(amount) ? null : { amount, per: 'year' };
}

/**
 * `YYYY-MM-DD` of `01/08/2026`. data.gouv's copies have `2026-01-08` for that day: prices change on the first of a month,
 * so that a first month there is a day. Anything else gives an empty text.
 */
function dateOf(cell: string): string {
  const [, day = '', month = '', year = ''] = /^(\d{2})\/(\d{2})\/(\d{4})$/.exec(cell) ?? [];
  if (year !== '') return `${year}-${month}-${day}`;
  const [, isoYear = '', second = '', third = ''] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(cell) ?? [];
  if (isoYear === '') return '';
  return second === '01' ? `${isoYear}-${third}-01` : cell;
}
