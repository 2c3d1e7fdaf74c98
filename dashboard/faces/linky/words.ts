/** What is read on the meter's face, in the two languages it speaks. The browser's own language decides. */
import type { FigureName } from '../../lib/shown';
import type { Direction } from '../../../lib/readings/reading';
import type { Freshness } from '../../../lib/query/summary';

/** The figures that are shown beside earlier ones. */
export type ComparedName = 'day' | 'month' | 'year';

/** Everything the face says. Dates come in as text, written by the locale. */
export interface Words {
  language: 'fr' | 'en';
  yesterday: string;
  /** How a day that isn't yesterday is named in the room of a label. */
  shortDay: Intl.DateTimeFormatOptions;
  figures: Record<'month' | 'year' | 'maxPower', string> & Record<'power' | 'peak', (time: string) => string>;
  /** What a screen reader says instead of a label cut short; `minutes` is how long the figure's interval is. */
  spoken: Partial<Record<FigureName, (minutes: number) => string>>;
  directions: Record<Direction, string>;
  /** The two keys, each with a name of its own: back to, on to that direction. */
  previous: Record<Direction, string>;
  next: Record<Direction, string>;
  keys: string;
  light: Record<Freshness, string>;
  /** Days received of those there are, in per cent. Short: it stands behind a date. */
  incomplete: (percent: number) => string;
  stale: string;
  /** Beside a cost: the subscription isn't in it. */
  withoutFixed: string;
  /** Why there are no euros, and what they need. */
  noCost: (kwh: string) => string;
  /** What a figure is compared with: as it is read on the display, and for a voice. */
  compared: Record<'before' | 'lastYear', Record<ComparedName, { short: string; long: string }>>;
  /** On the display: by how much it is above or below that (`−8 %`), or that it is neither. */
  changed: (percent: string, than: string) => string;
  unchanged: (than: string) => string;
  /** For a voice: by how much it is above or below (`8 %`), or neither. */
  more: (percent: string, than: string) => string;
  less: (percent: string, than: string) => string;
  same: (than: string) => string;
  /** What the whole of it may come to: in the room of a line, and for a voice. */
  projected: Record<'month' | 'year', { short: (value: string) => string; long: (value: string) => string }>;
  at: (date: string, time: string) => string;
  between: (date: string, from: string, to: string) => string;
  upTo: (date: string) => string;
  empty: string;
  nothingYet: string;
  /** Before the moment of the next try. */
  nextTry: (moment: string) => string;
  since: (moment: string) => string;
}

const french: Words = {
  language: 'fr',
  yesterday: 'Hier',
  shortDay: { weekday: 'short', day: 'numeric' },
  figures: {
    year: 'Année',
    month: 'Mois',
    maxPower: 'Puiss. max',
    power: (time) => `À ${time}`,
    peak: (time) => `Pic à ${time}`,
  },
  spoken: {
    maxPower: () => 'Puissance maximale',
    power: (minutes) => `Puissance moyenne de ${minutes} minutes`,
    peak: (minutes) => `Puissance moyenne des ${minutes} meilleures minutes`,
  },
  directions: { consumption: 'Consommation', production: 'Production' },
  previous: { consumption: 'Précédent\u00a0: consommation', production: 'Précédent\u00a0: production' },
  next: { consumption: 'Suivant\u00a0: consommation', production: 'Suivant\u00a0: production' },
  keys: 'Consommation ou production',
  light: { complete: 'À jour', partial: 'En partie à jour', none: 'Pas à jour' },
  incomplete: (percent) => `incomplet (${percent}\u00a0%)`,
  stale: 'pas à jour',
  withoutFixed: 'hors abonnement',
  noCost: (kwh) => `${kwh}\u00a0kWh sans prix\u00a0: il manque la courbe de charge, un prix ou une couleur`,
  compared: {
    before: {
      day: { short: 'sur 7\u00a0jours', long: 'que le même jour de la semaine précédente' },
      month: { short: 'sur un mois', long: 'qu’aux mêmes jours du mois précédent' },
      year: { short: 'sur un an', long: 'qu’aux mêmes dates, l’an dernier' },
    },
    lastYear: {
      day: { short: 'sur un an', long: 'que le même jour de la semaine, l’an dernier' },
      month: { short: 'sur un an', long: 'qu’aux mêmes dates, l’an dernier' },
      year: { short: 'sur un an', long: 'qu’aux mêmes dates, l’an dernier' },
    },
  },
  changed: (percent, than) => `${percent} ${than}`,
  unchanged: (than) => `stable ${than}`,
  more: (percent, than) => `${percent} de plus ${than}`,
  less: (percent, than) => `${percent} de moins ${than}`,
  same: (than) => `à peu près autant ${than}`,
  projected: {
    month: {
      short: (value) => `≈\u00a0${value} en fin de mois`,
      long: (value) => `environ ${value} d’ici la fin du mois`,
    },
    year: {
      short: (value) => `≈\u00a0${value} en fin d’année`,
      long: (value) => `environ ${value} d’ici la fin de l’année`,
    },
  },
  at: (date, time) => `${date} à ${time}`,
  between: (date, from, to) => `${date}, ${from} – ${to}`,
  upTo: (date) => `Relevés jusqu’au ${date}`,
  empty: 'Reliez la sortie 2 de «\u00a0relevés d’hier\u00a0» (enedis-fetch-yesterday) à ce widget.',
  nothingYet: 'Aucun relevé pour l’instant.',
  nextTry: (moment) => `Prochain essai\u00a0: ${moment}.`,
  since: (moment) => `Depuis\u00a0: ${moment}.`,
};

const english: Words = {
  language: 'en',
  yesterday: 'Yesterday',
  shortDay: { month: 'short', day: 'numeric' },
  figures: {
    year: 'Year',
    month: 'Month',
    maxPower: 'Max power',
    power: (time) => `At ${time}`,
    peak: (time) => `Peak ${time}`,
  },
  spoken: {
    maxPower: () => 'Maximum power',
    power: (minutes) => `Mean power of ${minutes} minutes`,
    peak: (minutes) => `Mean power of the best ${minutes} minutes`,
  },
  directions: { consumption: 'Consumption', production: 'Production' },
  previous: { consumption: 'Previous: consumption', production: 'Previous: production' },
  next: { consumption: 'Next: consumption', production: 'Next: production' },
  keys: 'Consumption or production',
  light: { complete: 'Up to date', partial: 'Partly up to date', none: 'Not up to date' },
  incomplete: (percent) => `incomplete (${percent}%)`,
  stale: 'not up to date',
  withoutFixed: 'without the subscription',
  noCost: (kwh) => `${kwh}\u00a0kWh unpriced: the load curve, a price or a colour is missing`,
  compared: {
    before: {
      day: { short: 'last week', long: 'on the same day of the week before' },
      month: { short: 'last month', long: 'on the same days of the month before' },
      year: { short: 'last year', long: 'on the same dates last year' },
    },
    lastYear: {
      day: { short: 'last year', long: 'on the same weekday last year' },
      month: { short: 'last year', long: 'on the same dates last year' },
      year: { short: 'last year', long: 'on the same dates last year' },
    },
  },
  changed: (percent, than) => `${percent} vs ${than}`,
  unchanged: (than) => `same as ${than}`,
  more: (percent, than) => `${percent} more than ${than}`,
  less: (percent, than) => `${percent} less than ${than}`,
  same: (than) => `about the same as ${than}`,
  projected: {
    month: {
      short: (value) => `≈\u00a0${value} by month end`,
      long: (value) => `about ${value} by the end of the month`,
    },
    year: {
      short: (value) => `≈\u00a0${value} by year end`,
      long: (value) => `about ${value} by the end of the year`,
    },
  },
  at: (date, time) => `${date} at ${time}`,
  between: (date, from, to) => `${date}, ${from} – ${to}`,
  upTo: (date) => `Readings up to ${date}`,
  empty: 'Wire output 2 of “fetch yesterday” (enedis-fetch-yesterday) to this widget.',
  nothingYet: 'No reading so far.',
  nextTry: (moment) => `Next try: ${moment}.`,
  since: (moment) => `Since: ${moment}.`,
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
