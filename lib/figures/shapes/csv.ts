/**
 * A table for a spreadsheet, as a French LibreOffice or Excel opens it: `;` between the columns, a decimal comma, the byte
 * order mark by which Excel knows UTF-8, and times that a spreadsheet takes for times.
 */
import { isoParis } from '../../readings/paris';
import type { Aggregate } from '../aggregate';
import type { ShapeWords } from './words';

type Column = keyof ShapeWords['columns'];
type Cell = string | number | undefined;

const MARK = '\uFEFF';
const LINE_END = '\r\n';

/** Lines written before others get their turn. */
const PAGE = 100;

/**
 * The lines of some figures; null after a piece of the work.
 * @param hasHeader false for what continues a table
 */
export function* csv(
  figures: readonly Aggregate[],
  words: ShapeWords,
  hasHeader = true,
): Generator<null, string> {
  const columns = columnsOf(figures);
  const lines = hasHeader ? [columns.map((column) => written(words.columns[column]))] : [];
  for (const [place, figure] of figures.entries()) {
    lines.push(columns.map((column) => written(cellOf(figure, column, words))));
    if (place % PAGE === 0) yield null;
  }
  return (hasHeader ? MARK : '') + lines.map((cells) => cells.join(';') + LINE_END).join('');
}

/** Those that say something of any of the figures. */
function columnsOf(figures: readonly Aggregate[]): Column[] {
  const has = (name: keyof Aggregate): boolean => figures.some((figure) => figure[name] !== undefined);
  const isShort = figures.some(({ period }) => period === 'hour' || period === 'interval');
  return [
    'start',
    'end',
    ...(isShort ? (['offset'] as const) : []),
    ...(has('tariffPeriod') ? (['period'] as const) : []),
    'value',
    'unit',
    'coverage',
    ...(['energy', 'fixed', 'unpriced'] as const).filter(has),
    ...(has('compare') ? (['compare', 'change'] as const) : []),
    ...(has('projected') ? (['projected'] as const) : []),
  ];
}

function cellOf(figure: Aggregate, column: Column, words: ShapeWords): Cell {
  switch (column) {
    case 'start':
      return local(figure.start);
    case 'end':
      return local(figure.end);
    case 'offset':
      // By which the two passages of October's repeated hour differ.
      return figure.start.slice(19);
    case 'period':
      return figure.tariffPeriod === undefined ? '' : words.periodOf(figure.tariffPeriod);
    case 'value':
      return figure.value;
    case 'unit':
      return figure.unit;
    case 'coverage':
      return figure.coverage;
    case 'energy':
      return figure.energy;
    case 'fixed':
      return figure.fixed;
    case 'unpriced':
      return figure.unpriced;
    case 'compare':
      return figure.compare?.value;
    case 'change':
      return figure.compare?.change;
    case 'projected':
      return figure.projected?.value;
  }
}

/** `2026-10-25 02:30`: taken for a time in every language of a spreadsheet. */
function local(iso: string): string {
  return isoParis(Date.parse(iso)).slice(0, 16).replace('T', ' ');
}

function written(cell: Cell): string {
  if (cell === undefined) return '';
  if (typeof cell === 'number') return String(Math.round(cell * 1e6) / 1e6).replace('.', ',');
  // A name that begins like a formula would be one.
  const text = /^[=+\-@\t]/.test(cell) && !/^[+-]\d\d:\d\d$/.test(cell) ? `'${cell}` : cell;
  return /[";\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
