/**
 * What EDF's own site asks EDF for the days of Tempo and EJP, as clients meet it: no key, but two headers without which
 * it refuses; a year at most; and a tomorrow that isn't EJP until, in the afternoon, it is.
 */
import type { SimulatorResponse } from '../types';
import { dateAt, days, isDate, plusDays, plusMonths } from '../paris';
import { type DayCalendar, type DayKind, daysOfSeason, QUOTAS, seasonOf } from './days';
import { type DayQuestion, json, reported, said, seasonError } from './said';

const ROOT = '/commerce/activet/v1';
const REQUIRED = { 'application-origine-controlee': 'site_RC', 'situation-usage': 'Jours Effacement' };
const FIRST_DAY = '2020-11-01';
const CALENDARS: Readonly<Record<string, DayCalendar>> = { TEMPO: 'tempo', EJP: 'ejp' };
const STATUSES: Readonly<Record<DayKind, string>> = {
  blue: 'TEMPO_BLEU',
  white: 'TEMPO_BLANC',
  red: 'TEMPO_ROUGE',
  ejp: 'EJP',
  normal: 'NON_EJP',
};

/** EDF's answer. */
export function answerEdf(question: DayQuestion): SimulatorResponse {
  const { path, query, headers } = question;
  if (Object.entries(REQUIRED).some(([name, value]) => headers[name] !== value)) return refused('header');
  const option = query.get('option') ?? '';
  const calendar = CALENDARS[option];
  if (!calendar) return refused('option');
  if (path === `${ROOT}/calendrier-jours-effacement`) return calendarOf(option, calendar, question);
  if (path === `${ROOT}/saisons/search`) return quotasOf(calendar, question);
  return json({ error: 'not found' }, 404);
}

function calendarOf(option: string, calendar: DayCalendar, question: DayQuestion): SimulatorResponse {
  const { query, trouble } = question;
  const first = query.get('dateApplicationBorneInf') ?? '';
  const last = query.get('dateApplicationBorneSup') ?? '';
  if (query.get('identifiantConsommateur') !== 'src') return refused('identifiantConsommateur');
  if (!isDate(first) || !isDate(last) || last < first) return refused('dates');
  if (last > plusMonths(first, 12)) return refused('more than a year');
  const dates = days(first, plusDays(last, 1));
  // Two days are what one asks for today's sake; there is no other route for them.
  if (trouble === 'seasonError' && dates.length > 2) return seasonError();
  const calendrier = reported(dates, question).map((date) => ({
    dateApplication: date,
    statut: statusOf(calendar, date, question),
  }));
  return json({ content: { options: [{ option, calendrier }] } });
}

function statusOf(calendar: DayCalendar, date: string, question: DayQuestion): string {
  const kind = date < FIRST_DAY ? undefined : said(calendar, date, question);
  if (kind) return STATUSES[kind];
  const isTomorrow = date === plusDays(dateAt(question.now), 1);
  const isSaidTooSoon = calendar === 'ejp' && isTomorrow && question.trouble !== 'unknown';
  return isSaidTooSoon ? STATUSES.normal : 'NON_DEFINI';
}

function quotasOf(calendar: DayCalendar, question: DayQuestion): SimulatorResponse {
  const reference = question.query.get('dateReference') ?? '';
  if (!isDate(reference)) return refused('dateReference');
  if (question.trouble === 'seasonError') return seasonError();
  const season = daysOfSeason(seasonOf(reference));
  const blue = season.length - QUOTAS.white - QUOTAS.red;
  const quotas: readonly (readonly [DayKind, number])[] =
    calendar === 'ejp'
      ? [['ejp', QUOTAS.ejp]]
      : [
          ['blue', blue],
          ['white', QUOTAS.white],
          ['red', QUOTAS.red],
        ];
  const tomorrow = plusDays(dateAt(question.now), 1);
  const drawn = season.filter((date) => date <= tomorrow).map((date) => said(calendar, date, question));
  return json({
    content: quotas.map(([kind, count]) => ({
      typeJourEff: STATUSES[kind],
      nombreJours: count,
      nombreJoursTires: drawn.filter((each) => each === kind).length,
    })),
  });
}

function refused(what: string): SimulatorResponse {
  return json({ errors: [{ code: '400', description: what }] }, 400);
}
