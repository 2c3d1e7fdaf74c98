/**
 * Everything that is kept of a meter as lines of a table, for its owner to take away: what a French spreadsheet opens as
 * it comes, with `;` between the fields and a decimal comma.
 */
import { addDays } from '../readings/paris';
import type { Reading } from '../readings/reading';
import { toReading } from '../readings/to-readings';
import type { MeterArchive } from './archive';

/** In the order of the fields; `part` is a register or a phase. */
export const COLUMNS = [
  'direction',
  'series',
  'part',
  'start',
  'end',
  'value',
  'unit',
  'at',
  'quality',
] as const;

/** Days made into lines at once. */
const PAGE = 7;

/**
 * Lines with their ends, a page at a time, so that years never lie in memory; the first page is the header.
 * @param titles of the columns, in the reader's language.
 * @throws EnedisError ENEDIS_STORAGE
 */
export async function* csvOf(
  archive: MeterArchive,
  usagePointId: string,
  titles: Readonly<Record<(typeof COLUMNS)[number], string>>,
): AsyncGenerator<string> {
  yield lineOf(COLUMNS.map((column) => titles[column]));
  for (const { from, to, direction, series } of await archive.inventory()) {
    for (let start = from; start <= to; start = addDays(start, PAGE)) {
      const days = await archive.read(
        { direction, series },
        { start, end: earlier(addDays(start, PAGE), addDays(to, 1)) },
      );
      const id = { usagePointId, direction, series };
      const page = days.flat().map((measure) => lineOf(fieldsOf(toReading(id, measure))));
      if (page.length > 0) yield page.join('');
    }
  }
}

function fieldsOf({
  direction,
  series,
  register,
  phase,
  start,
  end,
  value,
  unit,
  at,
  quality,
}: Reading): string[] {
  const part = register ?? phase ?? '';
  return [direction, series, `${part}`, start, end, String(value).replace('.', ','), unit, at ?? '', quality];
}

function lineOf(fields: readonly string[]): string {
  return `${fields.map(quoted).join(';')}\r\n`;
}

function quoted(field: string): string {
  return /[;"\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;
}

function earlier(a: string, b: string): string {
  return a < b ? a : b;
}
