/** What is read on the meter's face, in the two languages it speaks. The browser's own language decides. */
import type { FigureName } from '../../lib/shown';
import type { Direction } from '../../../lib/readings/reading';
import type { Freshness } from '../../../lib/query/summary';

/** Everything the face says. Dates come in as text, written by the locale. */
export interface Words {
  language: 'fr' | 'en';
  figures: Record<Exclude<FigureName, 'power'>, string>;
  /** The label of the latest interval by its length in minutes. */
  interval: (minutes: number) => string;
  /** What a screen reader says instead of a label cut short. */
  spoken: Partial<Record<FigureName, string>>;
  directions: Record<Direction, string>;
  show: Record<Direction, string>;
  keys: string;
  light: Record<Freshness, string>;
  /** Days received of those there are, in per cent. Short: it stands behind a date. */
  incomplete: (percent: number) => string;
  stale: string;
  at: (date: string, time: string) => string;
  between: (date: string, from: string, to: string) => string;
  upTo: (date: string) => string;
  empty: string;
  nothingYet: string;
}

const french: Words = {
  language: 'fr',
  figures: { year: 'Année', month: 'Mois', day: 'Jour', maxPower: 'Puiss. max' },
  interval: (minutes) => (minutes === 30 ? 'Demi-heure' : minutes === 60 ? 'Heure' : `${minutes} minutes`),
  spoken: { maxPower: 'Puissance maximale' },
  directions: { consumption: 'Consommation', production: 'Production' },
  show: { consumption: 'Afficher la consommation', production: 'Afficher la production' },
  keys: 'Consommation ou production',
  light: { complete: 'À jour', partial: 'En partie à jour', none: 'Pas à jour' },
  incomplete: (percent) => `incomplet (${percent}\u00a0%)`,
  stale: 'pas à jour',
  at: (date, time) => `${date} à ${time}`,
  between: (date, from, to) => `${date}, ${from} – ${to}`,
  upTo: (date) => `Relevés jusqu’au ${date}`,
  empty: 'Reliez la sortie 2 de «\u00a0relevés d’hier\u00a0» (enedis-fetch-yesterday) à ce widget.',
  nothingYet: 'Aucun relevé pour l’instant.',
};

const english: Words = {
  language: 'en',
  figures: { year: 'Year', month: 'Month', day: 'Day', maxPower: 'Max power' },
  interval: (minutes) => (minutes === 30 ? 'Half-hour' : minutes === 60 ? 'Hour' : `${minutes} minutes`),
  spoken: { maxPower: 'Maximum power' },
  directions: { consumption: 'Consumption', production: 'Production' },
  show: { consumption: 'Show consumption', production: 'Show production' },
  keys: 'Consumption or production',
  light: { complete: 'Up to date', partial: 'Partly up to date', none: 'Not up to date' },
  incomplete: (percent) => `incomplete (${percent}%)`,
  stale: 'not up to date',
  at: (date, time) => `${date} at ${time}`,
  between: (date, from, to) => `${date}, ${from} – ${to}`,
  upTo: (date) => `Readings up to ${date}`,
  empty: 'Wire output 2 of “fetch yesterday” (enedis-fetch-yesterday) to this widget.',
  nothingYet: 'No reading so far.',
};

/**
 * English for everybody who doesn't read French.
 * @param locale the browser's, such as `fr-CA`
 * @returns the words, and the locale that numbers and dates are written in to go with them.
 */
export function wordsFor(locale: string): { words: Words; locale: string } {
  if (/^fr\b/i.test(locale)) return { words: french, locale };
  return { words: english, locale: /^en\b/i.test(locale) ? locale : 'en-GB' };
}
