/**
 * api-couleur-tempo.fr, a volunteer's service that asks RTE a few times a day so that others needn't. Its colour of a day
 * is that from 06:00 on, whatever the hour of the question; 0 is a colour that isn't known yet.
 */
import { z } from 'zod';
import { addDays } from '../../../readings/paris';
import { shaped, type DaySource } from './source';

const ANSWER = z.array(z.object({ dateJour: z.string(), codeJour: z.number() }));
const COLOURS = [undefined, 'blue', 'white', 'red'];

/** Tempo only. */
export const couleurTempo: DaySource = {
  name: 'couleurTempo',
  title: 'api-couleur-tempo.fr',
  // Without www it only redirects.
  address: 'https://www.api-couleur-tempo.fr/',
  calendars: ['tempo'],
  headers: {},
  latest: (_calendar, today) =>
    `api/joursTempo?${new URLSearchParams([
      ['dateJour[]', today],
      ['dateJour[]', addDays(today, 1)],
    ])}`,
  season: (_calendar, { name }) => `api/joursTempo?${new URLSearchParams({ 'periode[]': name })}`,
  read(answer) {
    const kinds = new Map<string, string>();
    for (const { dateJour, codeJour } of shaped(ANSWER, answer)) {
      const kind = COLOURS[codeJour];
      if (kind !== undefined) kinds.set(dateJour, kind);
    }
    return kinds;
  },
};
