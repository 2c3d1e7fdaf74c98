/**
 * Which rules can ever be the first to match. Whatever rules ask about is tried in all its combinations: a rule behind
 * one that takes everything, or with conditions that exclude each other, is a mistake better told than kept.
 */
import { CALENDARS } from './calendars';
import { holdsAt, holdsOn, seasonHolds } from './rules';
import type { Rule, Schedule } from './terms';

const MIDNIGHT = 24 * 60;
/** Months without a public holiday, in Alsace-Moselle either. */
const WITHOUT_HOLIDAY = [2, 9, 10];

/** Places of the rules that are the first to match at some moment. */
export function reachedRules({ rules, calendar }: Schedule): Set<number> {
  const reached = new Set<number>();
  const uses = (condition: keyof Rule): boolean => rules.some((rule) => rule[condition] !== undefined);
  const weekdays = uses('weekdays') ? [0, 1, 2, 3, 4, 5, 6] : [0];
  const holidays = uses('holiday') ? [true, false] : [false];
  const windows = uses('windows') ? [true, false] : [false];
  const kinds = uses('day') ? kindsOf(rules, calendar) : [null];
  const ends = rules.flatMap(({ time = [] }) => time.flatMap(({ from, to }) => [from, to]));
  const minutes = new Set([0, ...ends.filter((minute) => minute < MIDNIGHT)]);
  for (const date of typicalDates(rules)) {
    for (const holiday of holidays) {
      if (holiday && WITHOUT_HOLIDAY.includes(Number(date.slice(5, 7)))) continue;
      for (const weekday of weekdays) {
        for (const kind of kinds) {
          for (const isOffPeak of windows) {
            for (const minute of minutes) {
              const day = { date, weekday, holiday };
              const moment = { minute, isOffPeak, kind };
              reached.add(rules.findIndex((rule) => holdsOn(rule, day) && holdsAt(rule, moment) === true));
              if (rules.every((_rule, place) => reached.has(place))) return reached;
            }
          }
        }
      }
    }
  }
  return reached;
}

/** Any words may be told of own days: those no rule names are one more kind. */
function kindsOf(rules: readonly Rule[], calendar: Schedule['calendar']): string[] {
  if (calendar !== null && calendar !== 'own') return [...CALENDARS[calendar].kinds];
  return [...new Set(rules.flatMap(({ day = [] }) => day)), ' '];
}

/** A date for each combination of months and seasons that the rules tell apart. */
function typicalDates(rules: readonly Rule[]): string[] {
  const byKind = new Map<string, string>();
  for (let day = 0; day < 366; day++) {
    const date = new Date(Date.UTC(2024, 0, 1 + day)).toISOString().slice(0, 10);
    const kind = rules.map(({ season }) => (season === undefined || seasonHolds(season, date) ? '1' : '0'));
    byKind.set(`${date.slice(5, 7)}${kind.join('')}`, date);
  }
  return [...byKind.values()];
}
