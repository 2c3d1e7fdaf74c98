/**
 * EDF, who sells Tempo and EJP: the private interface of its site, without a key. It refuses whoever doesn't send the two
 * headers of the site, and more than a year at once. `NON_DEFINI` is a day that isn't known; before EJP is announced it
 * says `NON_EJP` all the same.
 */
import { z } from 'zod';
import { addDays } from '../../../readings/paris';
import type { PublishedCalendar, Season } from '../../calendars';
import { shaped, type DaySource } from './source';

const ANSWER = z.object({
  content: z.object({
    options: z.array(
      z.object({ calendrier: z.array(z.object({ dateApplication: z.string(), statut: z.string() })) }),
    ),
  }),
});
const SEASONS = z.object({
  content: z.array(z.object({ typeJourEff: z.string(), nombreJours: z.number().int().min(0).max(366) })),
});
const KINDS: Readonly<Record<string, string>> = {
  TEMPO_BLEU: 'blue',
  TEMPO_BLANC: 'white',
  TEMPO_ROUGE: 'red',
  EJP: 'ejp',
  NON_EJP: 'normal',
};
const OPTIONS: Readonly<Record<PublishedCalendar, string>> = { tempo: 'TEMPO', ejp: 'EJP' };

/** The only one for EJP. */
export const edf: DaySource = {
  name: 'edf',
  title: 'EDF',
  address: 'https://api-commerce.edf.fr/',
  calendars: ['tempo', 'ejp'],
  headers: { 'application-origine-controlee': 'site_RC', 'situation-usage': 'Jours Effacement' },
  latest: (calendar, today) => days(calendar, today, addDays(today, 1)),
  season: (calendar, season) => days(calendar, ...boundsOf(calendar, season)),
  read(answer) {
    const { options } = shaped(ANSWER, answer).content;
    const all = options.flatMap(({ calendrier }) => calendrier);
    return new Map(
      all.flatMap(({ dateApplication, statut }): [string, string][] => {
        const kind = KINDS[statut];
        return kind === undefined ? [] : [[dateApplication, kind]];
      }),
    );
  },
  quota: {
    path: (calendar, date) =>
      `commerce/activet/v1/saisons/search?${new URLSearchParams({ option: OPTIONS[calendar], dateReference: date })}`,
    read: (answer) =>
      Object.fromEntries(
        shaped(SEASONS, answer).content.flatMap(({ typeJourEff, nombreJours }): [string, number][] => {
          const kind = KINDS[typeJourEff];
          return kind === undefined ? [] : [[kind, nombreJours]];
        }),
      ),
  },
};

function days(calendar: PublishedCalendar, from: string, to: string): string {
  const query = new URLSearchParams({
    option: OPTIONS[calendar],
    dateApplicationBorneInf: from,
    dateApplicationBorneSup: to,
    identifiantConsommateur: 'src',
  });
  return `commerce/activet/v1/calendrier-jours-effacement?${query}`;
}

/** Of EJP only the winter is worth asking for. */
function boundsOf(calendar: PublishedCalendar, { first, last }: Season): [string, string] {
  if (calendar === 'tempo') return [first, last];
  return [`${first.slice(0, 4)}-11-01`, `${last.slice(0, 4)}-03-31`];
}
