/** The words of shapes that people read, in the language that was asked for. */
import type { ShapeWords } from '../../lib/figures/shapes/words';
import type { Comparison } from '../../lib/query/question';
import type { Tariff } from '../../lib/tariffs/tariff';
import { hasText, tariffWord, textIn, type Language } from '../shared/words';

/** What a tariff's period is called: as the tariff calls it, else as people call those of the known offers. */
function periodName(language: Language, tariff: Tariff | null, period: string, date: string): string {
  if (hasText('enedis-query', `shape.part.${period}`))
    return textIn(language, 'enedis-query', `shape.part.${period}`);
  return tariffWord(language, 'period', tariff?.nameOf(period, date) ?? period);
}

/** @param date the last day of the answer: tariffs change their periods' names with their contracts. */
export function shapeWords(
  language: Language,
  compare: Comparison,
  tariff: Tariff | null,
  date: string,
): ShapeWords {
  const say = (key: string): string => textIn(language, 'enedis-query', `shape.${key}`);
  const columns = [
    'start',
    'end',
    'offset',
    'period',
    'value',
    'unit',
    'coverage',
    'energy',
    'fixed',
    'unpriced',
    'compare',
    'change',
    'projected',
  ] as const;
  return {
    locale: localeOf(language),
    directions: { consumption: say('directions.consumption'), production: say('directions.production') },
    compared: compare === 'none' ? '' : say(`compared.${compare}`),
    valued: (name, value) => textIn(language, 'enedis-query', 'shape.valued', { name, value }),
    line: (value) => textIn(language, 'enedis-query', 'shape.line', { value }),
    periodOf: (period) => periodName(language, tariff, period, date),
    columns: Object.fromEntries(
      columns.map((column) => [column, say(`columns.${column}`)]),
    ) as ShapeWords['columns'],
  };
}

/** English as it is written in Europe, with days before months. */
export function localeOf(language: Language): string {
  return language === 'fr' ? 'fr-FR' : 'en-GB';
}
