/** Everything that is kept of a meter as lines of a table, for its owner to take away. */
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

/** How a spreadsheet wants its tables, which its language decides: a French one has `;` and a decimal comma. */
export interface TableForm {
  separator: string;
  decimal: string;
}

/** What a French spreadsheet opens as it comes. */
export const FRENCH: TableForm = { separator: ';', decimal: ',' };

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
  form: TableForm = FRENCH,
): AsyncGenerator<string> {
  yield lineOf(
    COLUMNS.map((column) => titles[column]),
    form,
  );
  for (const { from, to, direction, series } of await archive.inventory()) {
    for (let start = from; start <= to; start = addDays(start, PAGE)) {
      const days = await archive.read(
        { direction, series },
        { start, end: earlier(addDays(start, PAGE), addDays(to, 1)) },
      );
      const id = { usagePointId, direction, series };
      const page = days.flat().map((measure) => lineOf(fieldsOf(toReading(id, measure), form), form));
      if (page.length > 0) yield page.join('');
    }
  }
}

function fieldsOf(reading: Reading, { decimal }: TableForm): string[] {
  const { direction, series, register, phase, start, end, value, unit, at, quality } = reading;
  const part = register ?? phase ?? '';
  return [
    direction,
    series,
    `${part}`,
    start,
    end,
    String(value).replace('.', decimal),
    unit,
    at ?? '',
    quality,
  ];
}

function lineOf(fields: readonly string[], { separator }: TableForm): string {
  return `${fields.map((field) => quoted(field, separator)).join(separator)}\r\n`;
}

function quoted(field: string, separator: string): string {
  return field.includes(separator) || /["\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;
}

function earlier(a: string, b: string): string {
  return a < b ? a : b;
}
