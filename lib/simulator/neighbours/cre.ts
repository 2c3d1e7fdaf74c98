/**
 * The energy regulator's open files of the regulated prices, as they are met: CRLF, decimal commas, a row for each power
 * and version, trailing empty rows; published weeks before they count or weeks after; Tempo without 24 kVA, and at 6 kVA
 * without figures before 2023. There is none for EJP. Copies of the files swap the day and the month of a date.
 */
import type { SimulatorRequest, SimulatorResponse } from '../types';

/** What may be wrong with the next answers. */
export type CreTrouble = 'none' | 'page' | 'missing' | 'cut' | 'otherColumns' | 'nonsense' | 'swappedDates';

/** In process; no timer runs. */
export interface Cre {
  handle(request: SimulatorRequest): Promise<SimulatorResponse>;
  /** Names of the files asked for, the oldest first. */
  readonly asked: readonly string[];
  /** How many days before (or, negative, after) its date a version is in the file. */
  publishDaysBefore(days: number): void;
  /** From the next answer on. */
  trouble(kind: CreTrouble): void;
}

/** A version of an option: its first day, then for each power the subscription in €/year and the prices in €/kWh. */
type Version = readonly [
  from: string,
  rows: readonly (readonly [power: number, ...figures: (number | null)[]])[],
];

const FILES: Readonly<Record<string, { columns: readonly string[]; versions: readonly Version[] }>> = {
  'Option_Base.csv': {
    columns: ['PART_VARIABLE'],
    versions: [
      [
        '2012-07-23',
        [
          [3, 69.37, 0.1256],
          [6, 82.98, 0.1263],
          [9, 96.97, 0.1287],
        ],
      ],
      [
        '2025-02-01',
        [
          [3, 117.66, 0.2016],
          [6, 165.17, 0.2016],
          [9, 208.55, 0.2016],
        ],
      ],
      [
        '2025-08-01',
        [
          [3, 140.77, 0.1952],
          [6, 185.94, 0.1952],
          [9, 233.7, 0.1952],
        ],
      ],
      [
        '2026-02-01',
        [
          [6, 188.2, 0.19398],
          [9, 235.9, 0.19266],
        ],
      ],
      [
        '2026-08-01',
        [
          [6, 190.3, 0.20012],
          [9, 238.6, 0.19852],
        ],
      ],
      [
        '2027-02-01',
        [
          [6, 195.1, 0.21015],
          [9, 244.2, 0.20844],
        ],
      ],
    ],
  },
  'Option_HPHC.csv': {
    columns: ['PART_VARIABLE_HC', 'PART_VARIABLE_HP'],
    versions: [
      [
        '2012-07-23',
        [
          [6, 99.54, 0.0964, 0.1391],
          [9, 118.5, 0.0964, 0.1391],
        ],
      ],
      [
        '2025-08-01',
        [
          [6, 189.99, 0.1635, 0.2081],
          [9, 239.84, 0.1635, 0.2081],
        ],
      ],
      [
        '2026-08-01',
        [
          [6, 190.32, 0.1589, 0.2142],
          [9, 238.56, 0.1589, 0.2142],
        ],
      ],
      [
        '2027-02-01',
        [
          [6, 195.2, 0.16642, 0.22451],
          [9, 244.31, 0.16642, 0.22451],
        ],
      ],
    ],
  },
  'Option_Tempo.csv': {
    columns: ['HCBleu', 'HPBleu', 'HCBlanc', 'HPBlanc', 'HCRouge', 'HPRouge'].map(
      (name) => `PART_VARIABLE_${name}`,
    ),
    versions: [
      [
        '2022-08-01',
        [
          [6, null, null, null, null, null, null, null],
          [9, 179.52, 0.0902, 0.1312, 0.1151, 0.1692, 0.1262, 0.5525],
        ],
      ],
      [
        '2025-08-01',
        [
          [6, 186.46, 0.1232, 0.1494, 0.1391, 0.173, 0.146, 0.6468],
          [9, 235.12, 0.1232, 0.1494, 0.1391, 0.173, 0.146, 0.6468],
        ],
      ],
      [
        '2026-08-01',
        [
          [6, 189.9802924, 0.1356, 0.1654, 0.1536, 0.1921, 0.1615, 0.7295],
          [9, 236.4, 0.1356, 0.1654, 0.1536, 0.1921, 0.1615, 0.7295],
        ],
      ],
    ],
  },
};

const DAY = 86_400_000;

/** @param clock whose day decides which versions are in the files yet. */
export function createCre({ clock }: { clock: { now(): number } }): Cre {
  const asked: string[] = [];
  let daysBefore = 0;
  let trouble: CreTrouble = 'none';

  const answer = (name: string): SimulatorResponse => {
    const file = FILES[name];
    if (!file || trouble === 'missing') return page(404);
    if (trouble === 'page') return page(200);
    const today = new Date(clock.now() + daysBefore * DAY).toISOString().slice(0, 10);
    const body = written(
      file.columns,
      file.versions.filter(([from]) => from <= today),
      trouble,
    );
    return { status: 200, headers: { 'content-type': 'text/csv' }, body };
  };

  return {
    handle: async ({ url }) => {
      await Promise.resolve();
      const name = new URL(url, 'https://www.cre.fr').pathname.split('/').at(-1) ?? '';
      asked.push(name);
      return answer(name);
    },
    asked,
    publishDaysBefore: (days) => {
      daysBefore = days;
    },
    trouble: (kind) => {
      trouble = kind;
    },
  };
}

function page(status: number): SimulatorResponse {
  return {
    status,
    headers: { 'content-type': 'text/html' },
    body: '<!DOCTYPE html><html><body>Maintenance</body></html>',
  };
}

function written(columns: readonly string[], versions: readonly Version[], trouble: CreTrouble): string {
  const titles = ['DATE_DEBUT', 'DATE_FIN', 'P_SOUSCRITE', 'PART_FIXE_HT', 'PART_FIXE_TTC'];
  for (const column of columns) titles.push(`${column}_HT`, `${column}_TTC`);
  if (trouble === 'otherColumns') titles[0] = 'DEBUT';
  const rows = versions.flatMap(([from, powers], place) => {
    const next = versions[place + 1]?.[0];
    return powers.map(([power, ...figures]) => {
      const figuresOfBoth = figures.flatMap((figure) => [beforeTax(figure), decimal(figure)]);
      return [date(from, trouble), next ? date(dayBefore(next), 'none') : '', power, ...figuresOfBoth].join(
        ';',
      );
    });
  });
  if (trouble === 'nonsense') rows.push(rows.at(-1)!.replaceAll(/;0,\d+/g, ';1993,98'));
  const empty = ';'.repeat(titles.length - 1);
  const text = [titles.join(';'), ...rows, empty, empty, ''].join('\r\n');
  return trouble === 'cut' ? text.slice(0, text.lastIndexOf(rows.at(-1)!) + rows.at(-1)!.length - 8) : text;
}

/** `01/08/2026`; in a copy `2026-01-08`. */
function date(day: string, trouble: CreTrouble): string {
  const [year, month, number] = day.split('-');
  return trouble === 'swappedDates' ? `${year}-${number}-${month}` : `${number}/${month}/${year}`;
}

function dayBefore(day: string): string {
  return new Date(Date.parse(day) - DAY).toISOString().slice(0, 10);
}

function decimal(figure: number | null): string {
  return figure === null ? '' : String(figure).replace('.', ',');
}

function beforeTax(figure: number | null): string {
  return figure === null ? '' : decimal(Math.round((figure / 1.2) * 10_000) / 10_000);
}
