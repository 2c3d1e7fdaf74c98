/**
 * api-couleur-tempo.fr, the volunteers' copy of RTE's colours, as its source documents it: it asks RTE a few times a
 * day, so it learns of a day, and of a changed pre-signal, later than RTE says it; and a day it knows nothing of yet is
 * there all the same, with code 0.
 */
import type { SimulatorResponse } from '../types';
import { dateAt, days, instantAt, isDate, plusDays, stampAt } from '../paris';
import { daysOfSeason, seasonOf } from './days';
import { type DayQuestion, json, reported, said, seasonError } from './said';

/** When its server asks RTE. */
const ASKS_AT = ['06:40', '08:10', '09:10', '10:10', '11:15', '17:05'];
const FIRST_DAY = '2019-01-01';
const MINUTE = 60_000;

const COLOURS: Readonly<Record<string, readonly [codeJour: number, libCouleur: string]>> = {
  blue: [1, 'Bleu'],
  white: [2, 'Blanc'],
  red: [3, 'Rouge'],
};

interface Row {
  dateJour: string;
  codeJour: number;
  periode: string;
  libCouleur: string;
}

/** The site's answer. */
export function answerCouleurTempo(question: DayQuestion): SimulatorResponse {
  const { path, query, now, trouble } = question;
  if (path === '/api/joursTempo') {
    if (trouble === 'seasonError') return seasonError();
    return json(
      reported(rowsNamed(query) ?? days(FIRST_DAY, plusDays(lastDay(now), 1)), question)
        .filter((date) => trouble === 'allRed' || (date >= FIRST_DAY && date <= lastDay(now)))
        .map((date) => row(date, question))
        .filter((each) => trouble === 'allRed' || fits(each, query)),
    );
  }
  const name = /^\/api\/jourTempo\/([^/]+)$/.exec(path)?.[1];
  const today = dateAt(now);
  const date = name === 'today' ? today : name === 'tomorrow' ? plusDays(today, 1) : (name ?? '');
  // What it answers about a day that it has no row for isn't documented.
  if (!isDate(date) || date < FIRST_DAY || date > lastDay(now)) return json({ detail: 'Not Found' }, 404);
  return json(row(date, question));
}

/** Tomorrow has its row from one minute past midnight on. */
function lastDay(now: number): string {
  return plusDays(dateAt(now - MINUTE), 1);
}

function row(date: string, question: DayQuestion): Row {
  const kind = said('tempo', date, { ...question, now: lastAsk(question.now) });
  const [codeJour, libCouleur] = COLOURS[kind ?? ''] ?? [0, 'Inconnu'];
  return { dateJour: date, codeJour, periode: seasonOf(date), libCouleur };
}

/** When its server last asked RTE today; before the first time it knows what was out at midnight. */
function lastAsk(now: number): number {
  const stamp = stampAt(now);
  const time = ASKS_AT.findLast((each) => `${stamp.slice(0, 10)} ${each}` <= stamp);
  return instantAt(stamp.slice(0, 10), time ?? '00:00');
}

/** Of which dates a query can be, oldest first, so that not every row there is has to be made. */
function rowsNamed(query: URLSearchParams): string[] | undefined {
  const named = (name: string): string[] => [...query.getAll(name), ...query.getAll(`${name}[]`)];
  const dates = [...named('dateJour').filter(isDate), ...named('periode').flatMap(daysOfSeason)];
  return dates.length === 0 ? undefined : [...new Set(dates)].sort();
}

function fits(each: Row, query: URLSearchParams): boolean {
  const allows = (name: string, value: string): boolean => {
    const wanted = [...query.getAll(name), ...query.getAll(`${name}[]`)];
    return wanted.length === 0 || wanted.includes(value);
  };
  return (
    allows('periode', each.periode) &&
    allows('dateJour', each.dateJour) &&
    allows('codeJour', String(each.codeJour))
  );
}
