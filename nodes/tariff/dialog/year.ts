/** What the last year would have cost with the tariff as it is typed, for the meters that use it. */
import type { Say } from './places';
import { periodInWords } from './settings';

/** `MeterYear` of nodes/tariff/year.ts, as JSON. */
export interface MeterYear {
  meter: string;
  from: string | null;
  to: string;
  value: number;
  energy: number;
  fixed: number | null;
  byPeriod: { period: string; label: string; energy: number; value: number }[];
  unpriced: number;
  reasons: Record<string, number>;
  missing: number;
}

/** A table for each meter: its periods, its subscription, their sum; and what isn't in it. */
export function yearsInWords(years: readonly MeterYear[], say: Say): JQuery[] {
  if (years.length === 0) return [$('<p>').text(say('year.none'))];
  return years.map((year) => {
    if (year.from === null) return $('<p>').text(say('year.empty', { meter: year.meter }));
    const { meter, from, to } = year;
    const caption = say('year.caption', { meter, from: dayInWords(from), to: dayInWords(to) });
    return $('<div>').append(
      $('<p>').text(caption),
      table(year, say).attr('aria-label', caption),
      ...notes(year, say),
    );
  });
}

function table({ value, energy, fixed, byPeriod }: MeterYear, say: Say): JQuery {
  const row = (name: string, kwh: number | null, euros: number): JQuery =>
    $('<tr>').append(
      $('<th>', { scope: 'row' }).text(name),
      $('<td>').text(kwh === null ? '' : energyInWords(kwh)),
      $('<td>').text(eurosInWords(euros)),
    );
  return $('<table>').append(
    ...byPeriod.map(({ period, label, ...each }) =>
      row(periodInWords(period, label, say), each.energy, each.value),
    ),
    ...(fixed === null ? [] : [row(say('year.fixed'), null, fixed)]),
    row(say('year.total'), energy, value).addClass('enedis-total'),
  );
}

function notes({ fixed, unpriced, reasons, missing }: MeterYear, say: Say): JQuery[] {
  const lines: string[] = [];
  if (fixed === null) lines.push(say('year.noFixed'));
  if (missing > 0) lines.push(say('year.missing', { days: missing.toLocaleString(RED.i18n.lang()) }));
  if (unpriced > 0) {
    const why = Object.keys(reasons).map((reason) => say(`why.${reason}`));
    lines.push(say('year.unpriced', { energy: energyInWords(unpriced), why: why.join(' ') }));
  }
  return lines.map((line) => $('<p>', { class: 'enedis-warning' }).text(line));
}

/** A date as people write it: in French the first of a month is le 1er. */
export function dayInWords(date: string): string {
  const day = new Date(date).toLocaleDateString(RED.i18n.lang(), {
    dateStyle: 'long',
    timeZone: 'Europe/Paris',
  });
  return RED.i18n.lang().startsWith('fr') ? day.replace(/^1 /, '1er ') : day;
}

function energyInWords(kwh: number): string {
  const digits = kwh < 10 ? 2 : 0;
  return `${kwh.toLocaleString(RED.i18n.lang(), { maximumFractionDigits: digits })}\u00a0kWh`;
}

function eurosInWords(euros: number): string {
  return euros.toLocaleString(RED.i18n.lang(), { style: 'currency', currency: 'EUR' });
}
