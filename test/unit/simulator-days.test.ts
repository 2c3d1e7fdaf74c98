/**
 * The simulated sites that publish the days of Tempo and EJP: their truth heeds the documented rules in every season, each
 * says it in its own words at its own hours, and each breaks as asked.
 */
import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import {
  createDaySites,
  type DaySite,
  type DaySites,
  type DayTrouble,
  OFFER_USAGE_POINTS,
  type SimulatorResponse,
  truthOf,
} from '../../lib/simulator';

const DAY = 86_400_000;
const plus = (date: string, days: number): string =>
  new Date(Date.parse(date) + days * DAY).toISOString().slice(0, 10);
/** Both included. */
const range = (first: string, last: string): string[] => {
  const dates: string[] = [];
  for (let date = first; date <= last; date = plus(date, 1)) dates.push(date);
  return dates;
};
/** 0 is Sunday. */
const weekday = (date: string): number => new Date(date).getUTCDay();
const monthDay = (date: string): string => date.slice(5);

describe('the truth of the days', () => {
  for (let year = 2019; year < 2100; year += year < 2030 ? 1 : 10)
    it(`the season from ${year} on keeps the rules`, () => {
      const season = range(`${year}-09-01`, `${year + 1}-08-31`);
      const of = (kind: string, calendar: 'tempo' | 'ejp' = 'tempo') =>
        season.filter((date) => truthOf(calendar, date) === kind);
      const isWinter = (date: string) => monthDay(date) >= '11-01' || monthDay(date) <= '03-31';

      const red = of('red');
      assert.equal(red.length, 22);
      assert.ok(red.every((date) => isWinter(date) && weekday(date) >= 1 && weekday(date) <= 5));
      assert.ok(!red.some((date) => [1, 2, 3, 4, 5].every((days) => red.includes(plus(date, days)))));

      const white = of('white');
      assert.equal(white.length, 43);
      assert.ok(white.every((date) => weekday(date) !== 0));
      const late = white.filter((date) => !isWinter(date));
      assert.ok(late.length >= 1 && late.length < 10, `${late.length} late`);
      assert.ok(late.every((date) => monthDay(date) >= '04-01' && monthDay(date) <= '06-30'));
      assert.equal(of('blue').length, season.length - 65);

      const ejp = of('ejp', 'ejp');
      assert.equal(ejp.length, 22);
      assert.ok(ejp.every((date) => isWinter(date) && weekday(date) !== 0));
      assert.ok(ejp.filter((date) => weekday(date) === 6).length <= 1);
      assert.equal(of('normal', 'ejp').length, season.length - 22);
    });

  it('has the dear days of the simulated households', () => {
    for (const { offer } of Object.values(OFFER_USAGE_POINTS))
      for (const date of offer?.dearDays ?? [])
        assert.equal(
          truthOf(offer?.kind === 'ejp' ? 'ejp' : 'tempo', date),
          offer?.kind === 'ejp' ? 'ejp' : 'red',
        );
    assert.equal(truthOf('ejp', '2026-03-14'), 'ejp', 'a Saturday');
  });
});

const LIGHT = 'https://www.services-rte.com/cms/open_data/v1/tempoLight';
const SEASON = 'https://www.services-rte.com/cms/open_data/v1/tempo?season=';
const COPY = 'https://www.api-couleur-tempo.fr/api';
const EDF = 'https://api-commerce.edf.fr/commerce/activet/v1';
const EDF_HEADERS = {
  'Application-Origine-Controlee': 'site_RC',
  'Situation-Usage': 'Jours Effacement',
};

let now = 0;
let sites: DaySites;
const at = (text: string): void => {
  now = Date.parse(text);
};
const ask = (url: string, headers: Record<string, string> = {}): Promise<SimulatorResponse> =>
  sites.handle({ method: 'GET', url, headers });
/** The body of a good answer. */
async function get<T>(url: string, headers?: Record<string, string>): Promise<T> {
  const { status, body } = await ask(url, headers);
  assert.equal(status, 200, `${url}: ${body.toString()}`);
  return JSON.parse(body.toString()) as T;
}

interface Row {
  dateJour: string;
  codeJour: number;
  periode: string;
  libCouleur: string;
}
const rte = async (url = LIGHT) => (await get<{ values: Record<string, string> }>(url)).values;
const copy = (path: string) => get<Row>(`${COPY}/jourTempo/${path}`);
const copies = (query: string) => get<Row[]>(`${COPY}/joursTempo?${query}`);
const calendarUrl = (option: string, first: string, last: string, root = EDF) =>
  `${root}/calendrier-jours-effacement?option=${option}&dateApplicationBorneInf=${first}&dateApplicationBorneSup=${last}&identifiantConsommateur=src`;
async function edf(option: 'TEMPO' | 'EJP', first: string, last = first): Promise<Record<string, string>> {
  const { content } = await get<{
    content: { options: { option: string; calendrier: { dateApplication: string; statut: string }[] }[] };
  }>(calendarUrl(option, first, last), EDF_HEADERS);
  assert.deepEqual(
    content.options.map((each) => each.option),
    [option],
  );
  return Object.fromEntries(
    content.options[0]!.calendrier.map(({ dateApplication, statut }) => [dateApplication, statut]),
  );
}
const CODES: Record<string, number> = { blue: 1, white: 2, red: 3 };
const STATUSES: Record<string, string> = {
  blue: 'TEMPO_BLEU',
  white: 'TEMPO_BLANC',
  red: 'TEMPO_ROUGE',
  ejp: 'EJP',
  normal: 'NON_EJP',
};
const upper = (date: string): string => truthOf('tempo', date).toUpperCase();
const code = (date: string): number => CODES[truthOf('tempo', date)]!;
const status = (date: string): string => STATUSES[truthOf('tempo', date)]!;

beforeEach(() => {
  at('2026-11-25T12:00:00+01:00');
  sites = createDaySites({ clock: { now: () => now } });
});

describe('RTE’s open data', () => {
  it('says today, and tomorrow from half past six on', async () => {
    at('2026-11-25T06:29:59+01:00');
    assert.deepEqual(await rte(), {
      '2026-11-25': upper('2026-11-25'),
      '2026-11-25-fallback': 'false',
    });
    at('2026-11-25T06:30:00+01:00');
    assert.deepEqual(Object.entries(await rte()), [
      ['2026-11-25', upper('2026-11-25')],
      ['2026-11-25-fallback', 'false'],
      ['2026-11-26', upper('2026-11-26')],
      ['2026-11-26-fallback', 'false'],
    ]);
  });

  for (const [today, before, after] of [
    ['2026-10-25', '2026-10-25T06:29:00+01:00', '2026-10-25T06:30:00+01:00'],
    ['2027-03-28', '2027-03-28T06:29:00+02:00', '2027-03-28T06:30:00+02:00'],
  ] as const)
    it(`publishes by the clock in Paris where it changed that night: ${today}`, async () => {
      at(before);
      assert.equal((await rte())[plus(today, 1)], undefined);
      at(after);
      assert.equal((await rte())[plus(today, 1)], upper(plus(today, 1)));
      assert.ok((await rte())[today]);
    });

  it('says a season so far, with tomorrow once it is out', async () => {
    const dates = (values: Record<string, string>) => Object.keys(values).filter((key) => key.length === 10);
    at('2026-11-25T06:00:00+01:00');
    assert.deepEqual(dates(await rte(`${SEASON}2026-2027`)), range('2026-09-01', '2026-11-25'));
    at('2026-11-25T07:00:00+01:00');
    assert.deepEqual(dates(await rte(`${SEASON}2026-2027`)), range('2026-09-01', '2026-11-26'));
    const past = await rte(`${SEASON}2024-2025`);
    assert.equal(dates(past).length, 365);
    assert.equal(dates(past).filter((date) => past[date] === 'RED').length, 22);
    assert.deepEqual(await rte(`${SEASON}2027-2028`), {});
    assert.equal((await ask(`${SEASON}2026-2028`)).status, 400);
  });

  it('the new season’s first day is in its own season on the last of the old', async () => {
    at('2026-08-31T12:00:00+02:00');
    assert.equal((await rte(`${SEASON}2025-2026`))['2026-09-01'], undefined);
    assert.equal((await rte(`${SEASON}2026-2027`))['2026-09-01'], 'BLUE');
  });
});

describe('api-couleur-tempo.fr', () => {
  it('has tomorrow as unknown from 00:01 until its server has asked', async () => {
    at('2026-11-25T00:00:30+01:00');
    assert.equal((await ask(`${COPY}/jourTempo/tomorrow`)).status, 404);
    for (const time of ['00:01', '06:39']) {
      at(`2026-11-25T${time}:00+01:00`);
      assert.deepEqual(await copy('tomorrow'), {
        dateJour: '2026-11-26',
        codeJour: 0,
        periode: '2026-2027',
        libCouleur: 'Inconnu',
      });
    }
    at('2026-11-25T06:40:00+01:00');
    assert.equal((await copy('tomorrow')).codeJour, code('2026-11-26'));
    assert.equal((await copy('today')).codeJour, code('2026-11-25'));
    assert.deepEqual(await copy('2025-01-14'), {
      dateJour: '2025-01-14',
      codeJour: 3,
      periode: '2024-2025',
      libCouleur: 'Rouge',
    });
    assert.equal((await ask(`${COPY}/jourTempo/2026-11-27`)).status, 404);
    assert.equal((await ask(`${COPY}/jourTempo/2026-02-30`)).status, 404);
  });

  it('lists a season, or days, the oldest first', async () => {
    const season = await copies('periode[]=2024-2025');
    assert.deepEqual(
      season.map((row) => row.dateJour),
      range('2024-09-01', '2025-08-31'),
    );
    assert.equal((await copies('periode%5B%5D=2024-2025&codeJour=3')).length, 22);
    const days = await copies('dateJour[]=2026-11-26&dateJour[]=2026-11-25');
    assert.deepEqual(
      days.map((row) => [row.dateJour, row.codeJour]),
      ['2026-11-25', '2026-11-26'].map((date) => [date, code(date)]),
    );
    assert.equal((await copies('periode[]=2026-2027')).at(-1)?.dateJour, '2026-11-26');
  });

  it('sends the bare host on to www', async () => {
    const { status: redirect, headers } = await ask('https://api-couleur-tempo.fr/api/jourTempo/today?x=1');
    assert.deepEqual(
      [redirect, headers.location],
      [301, 'https://www.api-couleur-tempo.fr/api/jourTempo/today?x=1'],
    );
  });
});

describe('EDF', () => {
  it('says Tempo days, those not out as not defined', async () => {
    at('2026-11-25T06:00:00+01:00');
    assert.deepEqual(await edf('TEMPO', '2026-11-25', '2026-11-26'), {
      '2026-11-25': status('2026-11-25'),
      '2026-11-26': 'NON_DEFINI',
    });
    at('2026-11-25T10:30:00+01:00');
    assert.equal((await edf('TEMPO', '2026-11-26', '2026-11-27'))['2026-11-26'], status('2026-11-26'));
    assert.equal((await edf('TEMPO', '2026-11-27'))['2026-11-27'], 'NON_DEFINI');
    assert.deepEqual(await edf('TEMPO', '2020-10-31', '2020-11-01'), {
      '2020-10-31': 'NON_DEFINI',
      '2020-11-01': status('2020-11-01'),
    });
  });

  it('denies tomorrow’s EJP until it announces it in the afternoon', async () => {
    at('2026-01-07T15:29:00+01:00');
    assert.deepEqual(await edf('EJP', '2026-01-08', '2026-01-09'), {
      '2026-01-08': 'NON_EJP',
      '2026-01-09': 'NON_DEFINI',
    });
    at('2026-01-07T15:30:00+01:00');
    assert.equal((await edf('EJP', '2026-01-08'))['2026-01-08'], 'EJP');
    sites.trouble('edf', 'unknown');
    assert.equal((await edf('EJP', '2026-01-08'))['2026-01-08'], 'NON_DEFINI');
  });

  it('refuses a question without its headers, of more than a year, or without sense', async () => {
    const url = calendarUrl('TEMPO', '2026-11-25', '2026-11-26');
    const { 'Situation-Usage': _, ...one } = EDF_HEADERS;
    for (const [asked, headers] of [
      [url, {}],
      [url, one],
      [calendarUrl('TEMPO', '2025-11-25', '2026-11-26'), EDF_HEADERS],
      [calendarUrl('TEMPO', '2026-11-26', '2026-11-25'), EDF_HEADERS],
      [calendarUrl('BASE', '2026-11-25', '2026-11-26'), EDF_HEADERS],
      [url.replace('identifiantConsommateur=src', ''), EDF_HEADERS],
      [`${EDF}/saisons/search?option=TEMPO`, EDF_HEADERS],
    ] as const)
      assert.equal((await ask(asked, headers)).status, 400, asked);
    assert.equal(Object.keys(await edf('TEMPO', '2025-11-26', '2026-11-25')).length, 365);
  });

  it('counts what a season has and has had', async () => {
    const search = async (option: string, date: string) =>
      (
        await get<{ content: Record<string, unknown>[] }>(
          `${EDF}/saisons/search?option=${option}&dateReference=${date}`,
          EDF_HEADERS,
        )
      ).content;
    assert.deepEqual(await search('TEMPO', '2025-01-01'), [
      { typeJourEff: 'TEMPO_BLEU', nombreJours: 300, nombreJoursTires: 300 },
      { typeJourEff: 'TEMPO_BLANC', nombreJours: 43, nombreJoursTires: 43 },
      { typeJourEff: 'TEMPO_ROUGE', nombreJours: 22, nombreJoursTires: 22 },
    ]);
    at('2025-12-31T12:00:00+01:00');
    const used = range('2025-09-01', '2025-12-31').filter((date) => truthOf('ejp', date) === 'ejp').length;
    assert.ok(used >= 2);
    assert.deepEqual(await search('EJP', '2025-12-31'), [
      { typeJourEff: 'EJP', nombreJours: 22, nombreJoursTires: used },
    ]);
  });
});

describe('a pre-signal', () => {
  it('holds until half past ten; the copy has it until it asks again', async () => {
    const wrong = truthOf('tempo', '2026-11-26') === 'red' ? 'white' : 'red';
    sites.presignal('2026-11-26', wrong);
    const seen = async (time: string) => {
      at(`2026-11-25T${time}:00+01:00`);
      return [
        (await rte())['2026-11-26'],
        (await copy('tomorrow')).codeJour,
        (await edf('TEMPO', '2026-11-26'))['2026-11-26'],
      ];
    };
    const early = [wrong.toUpperCase(), CODES[wrong], STATUSES[wrong]];
    const final = [upper('2026-11-26'), code('2026-11-26'), status('2026-11-26')];
    assert.deepEqual(await seen('06:29'), [undefined, 0, 'NON_DEFINI']);
    assert.deepEqual(await seen('06:45'), early);
    assert.deepEqual(await seen('10:29'), early);
    assert.deepEqual(await seen('10:30'), [final[0], early[1], final[2]]);
    assert.deepEqual(await seen('11:15'), final);
  });
});

describe('trouble', () => {
  const URLS: Record<DaySite, string> = {
    rte: LIGHT,
    'couleur-tempo': `${COPY}/jourTempo/today`,
    edf: calendarUrl('TEMPO', '2026-11-25', '2026-11-26'),
  };
  const HISTORY: Record<DaySite, string> = {
    rte: `${SEASON}2026-2027`,
    'couleur-tempo': `${COPY}/joursTempo?periode[]=2026-2027`,
    edf: calendarUrl('TEMPO', '2026-09-01', '2026-11-25'),
  };
  const ALL: readonly DaySite[] = ['rte', 'couleur-tempo', 'edf'];
  const trouble = (kind: DayTrouble) => ALL.forEach((site) => sites.trouble(site, kind));
  /** What each site says of a day, as the truth is written; undefined: it says it doesn't know, or nothing. */
  async function heard(date: string): Promise<(string | undefined)[]> {
    const nameOf = (words: object, word: unknown) =>
      Object.entries(words).find(([, each]) => each === word)?.[0];
    return [
      (await rte(`${SEASON}2026-2027`))[date]?.toLowerCase(),
      nameOf(CODES, (await copies(`dateJour[]=${date}`))[0]?.codeJour),
      nameOf(STATUSES, (await edf('TEMPO', date))[date]),
    ];
  }
  const thrice = (kind: string | undefined) => [kind, kind, kind];

  it('of a whole site', async () => {
    for (const site of ALL) {
      const seen = async (kind: DayTrouble) => {
        sites.trouble(site, kind);
        return ask(URLS[site], EDF_HEADERS);
      };
      for (const [kind, expected] of [
        ['page', 200],
        ['forbidden', 403],
        ['down', 503],
      ] as const) {
        const { status: got, headers, body } = await seen(kind);
        assert.deepEqual([got, headers['content-type']], [expected, 'text/html']);
        assert.match(body.toString(), /^<!DOCTYPE/);
      }
      const tooMany = await seen('tooMany');
      assert.deepEqual([tooMany.status, tooMany.headers['retry-after']], [429, '120']);
      const nonsense = JSON.parse((await seen('nonsense')).body.toString()) as object;
      for (const name of ['values', 'dateJour', 'content']) assert.ok(!(name in nonsense));
      const cut = await seen('cut');
      assert.equal(cut.status, 200);
      assert.throws(() => JSON.parse(cut.body.toString()));
      const fine = await seen('none');
      assert.doesNotThrow(() => JSON.parse(fine.body.toString()));
    }
  });

  it('one site’s is no other’s', async () => {
    sites.trouble('rte', 'down');
    assert.equal((await ask(LIGHT)).status, 503);
    assert.equal((await copy('today')).codeJour, code('2026-11-25'));
  });

  it('tomorrow doesn’t come out, then does', async () => {
    trouble('unknown');
    assert.deepEqual(await heard('2026-11-26'), thrice(undefined));
    assert.deepEqual(await heard('2026-11-25'), thrice(truthOf('tempo', '2026-11-25')));
    trouble('none');
    assert.deepEqual(await heard('2026-11-26'), thrice(truthOf('tempo', '2026-11-26')));
  });

  it('RTE falls back on blue', async () => {
    sites.trouble('rte', 'fallback');
    at('2026-11-25T05:00:00+01:00');
    assert.deepEqual(await rte(), {
      '2026-11-25': 'BLUE',
      '2026-11-25-fallback': 'true',
      '2026-11-26': 'BLUE',
      '2026-11-26-fallback': 'true',
    });
  });

  it('a Sunday is red, before and on the day', async () => {
    trouble('redSunday');
    for (const day of ['28', '29']) {
      at(`2026-11-${day}T12:00:00+01:00`);
      assert.deepEqual(await heard('2026-11-29'), thrice('red'));
      assert.deepEqual(await heard('2026-11-22'), thrice('blue'));
    }
  });

  it('all days are red, 400 of them', async () => {
    trouble('allRed');
    const values = Object.entries(await rte()).filter(([key]) => key.length === 10);
    assert.deepEqual([values.length, new Set(values.map(([, value]) => value))], [400, new Set(['RED'])]);
    const rows = await copies('periode[]=2026-2027');
    assert.deepEqual([rows.length, new Set(rows.map((row) => row.codeJour))], [400, new Set([3])]);
    const statuses = Object.values(await edf('EJP', '2026-11-25'));
    assert.deepEqual([statuses.length, new Set(statuses)], [400, new Set(['EJP'])]);
  });

  it('yesterday was something else; tomorrow is', async () => {
    for (const [kind, date] of [
      ['yesterdayChanged', '2026-11-24'],
      ['otherTomorrow', '2026-11-26'],
    ] as const) {
      trouble(kind);
      for (const colour of await heard(date)) {
        assert.ok(colour);
        assert.notEqual(colour, truthOf('tempo', date));
      }
      assert.deepEqual(await heard('2026-11-25'), thrice(truthOf('tempo', '2026-11-25')));
    }
  });

  it('a season can’t be had, today can', async () => {
    trouble('seasonError');
    for (const site of ALL) {
      assert.equal((await ask(HISTORY[site], EDF_HEADERS)).status, 500);
      assert.equal((await ask(URLS[site], EDF_HEADERS)).status, 200);
    }
  });
});

describe('the sites together', () => {
  it('are found by a prefix too, and note what they were asked', async () => {
    const port = 'http://127.0.0.1:4711';
    const headers = { 'User-Agent': 'us' };
    assert.equal((await ask(`${port}/rte/cms/open_data/v1/tempoLight`, headers)).status, 200);
    assert.equal((await ask('/couleur-tempo/api/joursTempo?periode[]=2024-2025')).status, 200);
    const root = `${port}/edf/commerce/activet/v1`;
    assert.equal((await ask(calendarUrl('EJP', '2026-11-25', '2026-11-25', root), EDF_HEADERS)).status, 200);
    assert.equal((await ask(`${port}/elsewhere`)).status, 404);
    assert.equal((await ask(`${port}/rte/elsewhere`)).status, 404);
    assert.deepEqual(
      sites.asked.map(({ site }) => site),
      ['rte', 'couleur-tempo', 'edf', 'rte'],
    );
    assert.deepEqual(sites.asked[0], {
      site: 'rte',
      path: '/cms/open_data/v1/tempoLight',
      headers: { 'user-agent': 'us' },
    });
    assert.equal(sites.asked[1]?.path, '/api/joursTempo?periode[]=2024-2025');
  });
});
