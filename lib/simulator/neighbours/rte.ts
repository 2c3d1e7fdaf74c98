/**
 * The open data behind RTE's own page of the Tempo calendar, as clients meet it: no key, days as the keys of an object
 * with a second key beside each, and no key at all for a day that isn't out.
 */
import type { SimulatorResponse } from '../types';
import { dateAt, plusDays } from '../paris';
import { daysOfSeason } from './days';
import { type DayQuestion, json, reported, said, seasonError } from './said';

/** RTE's answer. */
export function answerRte(question: DayQuestion): SimulatorResponse {
  const today = dateAt(question.now);
  const tomorrow = plusDays(today, 1);
  switch (question.path) {
    case '/cms/open_data/v1/tempoLight':
      return values([today, tomorrow], question);
    case '/cms/open_data/v1/tempo': {
      if (question.trouble === 'seasonError') return seasonError();
      const season = daysOfSeason(question.query.get('season') ?? '');
      if (season.length === 0) return json({ error: 'season' }, 400);
      return values(
        season.filter((date) => date <= tomorrow),
        question,
      );
    }
    default:
      return json({ error: 'not found' }, 404);
  }
}

function values(dates: readonly string[], question: DayQuestion): SimulatorResponse {
  const today = dateAt(question.now);
  const list: Record<string, string> = {};
  for (const date of reported(dates, question)) {
    const isDefault = question.trouble === 'fallback' && date >= today;
    const kind = isDefault ? 'blue' : said('tempo', date, question);
    if (!kind) continue;
    list[date] = kind.toUpperCase();
    list[`${date}-fallback`] = String(isDefault);
  }
  return json({ values: list });
}
