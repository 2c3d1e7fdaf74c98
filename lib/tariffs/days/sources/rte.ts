/**
 * RTE, who draws Tempo's colours: the open data behind the calendar on its own site, without a key and undocumented. The
 * colour of tomorrow is absent until it is published; a `…-fallback` of `"true"` beside a day means that its colour is a
 * stopgap, and so not known.
 */
import { z } from 'zod';
import { shaped, type DaySource } from './source';

const ANSWER = z.object({ values: z.record(z.string(), z.unknown()) });
const COLOURS: Readonly<Record<string, string>> = { BLUE: 'blue', WHITE: 'white', RED: 'red' };

/** Tempo only: EJP isn't RTE's. */
export const rte: DaySource = {
  name: 'rte',
  title: 'RTE',
  address: 'https://www.services-rte.com/',
  calendars: ['tempo'],
  headers: {},
  latest: () => 'cms/open_data/v1/tempoLight',
  season: (_calendar, { name }) => `cms/open_data/v1/tempo?season=${name}`,
  read(answer) {
    const { values } = shaped(ANSWER, answer);
    const kinds = new Map<string, string>();
    for (const [date, colour] of Object.entries(values)) {
      const kind = typeof colour === 'string' ? COLOURS[colour] : undefined;
      const isStopgap = String(values[`${date}-fallback`]) === 'true';
      if (/^\d{4}-\d\d-\d\d$/.test(date) && kind !== undefined && !isStopgap) kinds.set(date, kind);
    }
    return kinds;
  },
};
