/**
 * Who is asked for the days of Tempo and EJP, when, and what is believed: a whole season with its clock changes, machines
 * that are off, sites that fail, lie or disagree.
 */
import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import type { Send } from '../../lib/http/http';
import { addDays, datesBetween, isoParis, parisDate } from '../../lib/readings/paris';
import { createDaySites, truthOf, type DaySites } from '../../lib/simulator';
import { FileStorage } from '../../lib/storage/files';
import type { NeededDays } from '../../lib/tariffs/days/asking';
import { DayRenewal } from '../../lib/tariffs/days/renewal';
import type { SourceAddresses } from '../../lib/tariffs/days/asking';
import { TariffData } from '../../lib/tariffs/tariff-data';
import { FakeClock } from '../support/fake-clock';

describe('the sources of days', () => {
  let clock: FakeClock;
  let sites: DaySites;
  let storage: FileStorage;
  let data: TariffData;
  let needed: NeededDays[];
  let sources: SourceAddresses;
  let said: string[];
  let drawn: number;
  let renewal: DayRenewal;
  let send: Send;

  const begin = (): void => {
    data = new TariffData({ storage, realm: 'real', send: (...asked) => send(...asked), clock, sources });
    data.watch(() => said.push('news'));
    renewal = new DayRenewal({
      clock,
      random: () => drawn,
      needed: () =>
        Promise.resolve(
          needed.length === 0 ? [] : [{ asking: data.asking, days: needed, onChanged: () => data.changed() }],
        ),
      onDoubt: ({ source, why, date, kind }) => said.push(`${source} ${why} ${date} ${kind}`),
      onDisagreement: ({ date, said: words }) => said.push(`${date} ${JSON.stringify(words)}`),
      onProblem: ({ reason }) => said.push(reason),
    });
    renewal.start();
  };
  const live = (until: string): Promise<void> => clock.runUntil(until, () => renewal.idle());
  const restart = async (): Promise<void> => {
    await renewal.stop();
    begin();
  };
  const tempo = (date: string) => data.days('tempo', '').of(date);
  const asked = (): string[] => sites.asked.map(({ site, path }) => `${site} ${path.split('/').at(-1)}`);
  const sitesAsked = (): string[] => sites.asked.map(({ site }) => site);

  beforeEach(() => {
    clock = new FakeClock('2026-11-25T00:10:00+01:00');
    sites = createDaySites({ clock });
    storage = new FileStorage(undefined, () => undefined);
    send = async ({ method, url, headers }) => {
      const { status, headers: answered, body } = await sites.handle({ method, url, headers });
      return { status, headers: answered, body: body.toString() };
    };
    needed = [{ calendar: 'tempo', from: '2026-11-25', until: null }];
    sources = {};
    said = [];
    drawn = 0.5;
    begin();
  });

  it('a colour is preliminary after 8, final after 11:20, and then nobody is asked before the next morning', async () => {
    await live('2026-11-25T08:18:00+01:00');
    assert.equal(tempo('2026-11-26'), undefined);
    await live('2026-11-25T08:20:00+01:00');
    assert.deepEqual(tempo('2026-11-26'), { kind: truthOf('tempo', '2026-11-26'), state: 'preliminary' });
    await live('2026-11-25T11:30:00+01:00');
    assert.deepEqual(tempo('2026-11-26'), { kind: truthOf('tempo', '2026-11-26'), state: 'final' });
    const calls = sites.asked.length;
    await live('2026-11-26T08:14:00+01:00');
    assert.equal(sites.asked.length, calls);
  });

  it('a whole season: every colour final on its eve, every day right, and never more than six calls to a site', async () => {
    clock = new FakeClock('2026-08-31T12:00:00+02:00');
    sites = createDaySites({ clock });
    needed = [
      { calendar: 'tempo', from: '2026-09-01', until: null },
      { calendar: 'ejp', from: '2026-09-01', until: null },
    ];
    await restart();
    const perDay = new Map<string, number>();
    let counted = 0;
    for (const date of datesBetween('2026-08-31', '2027-09-01')) {
      const evening = `${date}T${date > '2026-10-25' && date < '2027-03-28' ? '20:30:00+01:00' : '20:30:00+02:00'}`;
      await live(evening);
      const tomorrow = addDays(date, 1);
      assert.deepEqual(tempo(tomorrow), { kind: truthOf('tempo', tomorrow), state: 'final' }, tomorrow);
      const ejp = data.days('ejp', '').of(tomorrow);
      assert.equal(ejp?.kind ?? 'normal', truthOf('ejp', tomorrow), tomorrow);
      assert.ok(data.days('ejp', '').isSettled(tomorrow), tomorrow);
      for (const { site } of sites.asked.slice(counted)) {
        const key = `${date} ${site}`;
        perDay.set(key, (perDay.get(key) ?? 0) + 1);
      }
      counted = sites.asked.length;
    }
    assert.ok(Math.max(...perDay.values()) <= 6);
    const total = (site: string): number => sitesAsked().filter((each) => each === site).length;
    assert.ok(total('rte') <= 366 * 3 + 2, `${total('rte')} calls to RTE`);
    assert.ok(total('couleur-tempo') <= 366 + 2, 'one more word a day');
    assert.ok(total('edf') <= 151 * 3 + 4, 'EJP in winter, and the quotas');
    assert.deepEqual(
      said.filter((each) => each !== 'news'),
      [],
    );
    const agents = sites.asked.filter(({ headers }) => headers.accept !== 'application/json');
    assert.deepEqual(agents, []);
  });

  it('days left are the season’s quota without the days it has had', async () => {
    needed = [{ calendar: 'tempo', from: '', until: null }];
    await restart();
    await live('2026-11-26T12:00:00+01:00');
    const counts: Record<string, number> = { blue: 300, white: 43, red: 22 };
    for (const date of datesBetween('2026-09-01', '2026-11-28')) counts[truthOf('tempo', date)]!--;
    assert.deepEqual(data.asking.daysLeft('tempo', '2026-11-26'), counts);
    assert.equal(data.asking.daysLeft('ejp', '2026-11-26'), null);
  });

  it('a season that has passed is fetched once, and kept', async () => {
    needed = [{ calendar: 'tempo', from: '', until: null }];
    await restart();
    const seasons = (): string[] =>
      asked().filter((each) => /season=|periode|BorneInf=202\d-09-01/.test(each));
    await live('2026-11-25T07:00:00+01:00');
    assert.deepEqual(seasons().length, 2, asked().join());
    for (const date of datesBetween('2025-09-30', '2026-11-25'))
      assert.deepEqual(tempo(date), { kind: truthOf('tempo', date), state: 'final' }, date);
    await restart();
    await live('2026-12-25T12:00:00+01:00');
    assert.equal(seasons().length, 2);
  });

  it('days during which the machine was off are fetched when it is on again', async () => {
    await live('2026-11-26T12:00:00+01:00');
    await renewal.stop();
    clock.set('2026-12-03T21:00:00+01:00');
    begin();
    await live('2026-12-03T21:02:00+01:00');
    for (const date of datesBetween('2026-11-25', '2026-12-05'))
      assert.equal(tempo(date)?.kind, truthOf('tempo', date), date);
  });

  it('restarts, as many as one likes, ask for nothing twice', async () => {
    await live('2026-11-25T08:30:00+01:00');
    const calls = sites.asked.length;
    for (let minute = 31; minute < 60; minute++) {
      await restart();
      await live(`2026-11-25T08:${minute}:50+01:00`);
    }
    assert.equal(sites.asked.length, calls);
  });

  it('a clock that jumps about makes no more than six calls a day to a site', async () => {
    for (const kind of ['rte', 'couleur-tempo', 'edf'] as const) sites.trouble(kind, 'unknown');
    for (let jump = 0; jump < 12; jump++) {
      await live('2026-11-25T21:00:00+01:00');
      clock.putRight('2026-11-25T00:10:00+01:00');
      await restart();
    }
    for (const site of ['rte', 'couleur-tempo', 'edf'])
      assert.ok(sitesAsked().filter((each) => each === site).length <= 6, site);
  });

  for (const trouble of [
    'page',
    'down',
    'tooMany',
    'forbidden',
    'nonsense',
    'cut',
    'unknown',
    'fallback',
  ] as const)
    it(`RTE answers with “${trouble}”: the next source is asked, and nobody is bothered`, async () => {
      sites.trouble('rte', trouble);
      await live('2026-11-25T21:00:00+01:00');
      assert.deepEqual(tempo('2026-11-26'), { kind: truthOf('tempo', '2026-11-26'), state: 'final' });
      assert.deepEqual(
        said.filter((each) => each !== 'news'),
        [],
      );
    });

  it('nobody answers: told once, asked again at the next hours, and known as soon as one does', async () => {
    for (const site of ['rte', 'couleur-tempo', 'edf'] as const) sites.trouble(site, 'down');
    await live('2026-11-25T17:00:00+01:00');
    assert.deepEqual(said, ['responseStatus']);
    assert.equal(tempo('2026-11-25'), undefined);
    sites.trouble('edf', 'none');
    await live('2026-11-25T21:00:00+01:00');
    assert.equal(tempo('2026-11-26')?.kind, truthOf('tempo', '2026-11-26'));
  });

  it('unknown all day: each source six times, and the morning after it is there', async () => {
    for (const site of ['rte', 'couleur-tempo', 'edf'] as const) sites.trouble(site, 'unknown');
    await live('2026-11-25T23:59:00+01:00');
    assert.equal(tempo('2026-11-26'), undefined);
    assert.ok(sitesAsked().filter((each) => each === 'rte').length <= 6);
    assert.deepEqual(
      said.filter((each) => each !== 'news'),
      [],
      'that it isn’t out is no failure',
    );
    for (const site of ['rte', 'couleur-tempo', 'edf'] as const) sites.trouble(site, 'none');
    await live('2026-11-26T08:30:00+01:00');
    assert.equal(tempo('2026-11-26')?.kind, truthOf('tempo', '2026-11-26'));
  });

  it('sources that disagree: told once, nothing decided, until they agree', async () => {
    sites.trouble('couleur-tempo', 'otherTomorrow');
    await live('2026-11-25T21:00:00+01:00');
    const day = tempo('2026-11-26');
    assert.equal(day?.kind, undefined);
    assert.equal(day?.candidates?.length, 2);
    assert.deepEqual(said.filter((each) => each.startsWith('2026-11-26')).length, 1, said.join());
    sites.trouble('couleur-tempo', 'none');
    await live('2026-11-26T12:00:00+01:00');
    assert.deepEqual(tempo('2026-11-26'), { kind: truthOf('tempo', '2026-11-26'), state: 'final' });
  });

  it('a colour that changes at 10:30 is preliminary with the first, final with the last', async () => {
    const truth = truthOf('tempo', '2026-11-26');
    const early = truth === 'blue' ? 'white' : 'blue';
    sites.presignal('2026-11-26', early);
    await live('2026-11-25T08:30:00+01:00');
    assert.deepEqual(tempo('2026-11-26'), { kind: early, state: 'preliminary' });
    await live('2026-11-25T13:00:00+01:00');
    assert.deepEqual(tempo('2026-11-26'), { kind: truth, state: 'final' });
  });

  for (const [trouble, why] of [
    ['redSunday', 'impossible'],
    ['yesterdayChanged', 'changed'],
    ['allRed', 'tooMany'],
  ] as const)
    it(`a source that lies (${trouble}) is told once and not believed`, async () => {
      needed = [{ calendar: 'tempo', from: '', until: null }];
      clock.set('2026-11-27T00:10:00+01:00');
      await restart();
      await live('2026-11-27T12:00:00+01:00');
      const before = datesBetween('2026-11-01', '2026-11-28').map((date) => tempo(date)?.kind);
      sites.trouble('rte', trouble);
      // A season fetched anew tells of yesterday as well.
      await renewal.stop();
      clock.set('2026-11-29T21:00:00+01:00');
      begin();
      await live('2026-11-30T21:00:00+01:00');
      assert.deepEqual(
        datesBetween('2026-11-01', '2026-11-28').map((date) => tempo(date)?.kind),
        before,
      );
      const told = said.filter((each) => each.startsWith('rte '));
      if (trouble !== 'yesterdayChanged') assert.ok(told.length > 0);
      assert.ok(told.every((each) => each.startsWith(`rte ${why}`)));
      assert.equal(new Set(told).size, told.length);
    });

  it('nothing is asked that no tariff needs, and of nobody whom settings.js silences', async () => {
    await live('2026-11-25T00:20:00+01:00');
    const calls = sites.asked.length;
    needed = [];
    await restart();
    await live('2026-11-30T12:00:00+01:00');
    assert.equal(sites.asked.length, calls);
    needed = [{ calendar: 'tempo', from: '2026-11-29', until: null }];
    sources = { rte: null, edf: null };
    await restart();
    await live('2026-12-02T12:00:00+01:00');
    assert.deepEqual(new Set(sitesAsked().slice(calls)), new Set(['couleur-tempo']));
    assert.equal(
      tempo('2026-12-03')?.kind,
      truthOf('tempo', '2026-12-03'),
      'one alone is believed when it says so twice',
    );
    assert.equal(tempo('2026-12-03')?.state, 'final');
  });

  it('a contract that is over asks for its own days, and for no others', async () => {
    needed = [{ calendar: 'tempo', from: '2025-09-01', until: '2025-12-01' }];
    await restart();
    await live('2026-11-27T12:00:00+01:00');
    assert.equal(tempo('2025-11-30')?.kind, truthOf('tempo', '2025-11-30'));
    assert.equal(sites.asked.length, 1);
  });

  it('what was told by hand is asked of nobody, and no source replaces it', async () => {
    await data.tellDays('tempo', 'a', { '2026-11-25': 'red', '2026-11-26': 'red' });
    await live('2026-11-25T23:00:00+01:00');
    assert.equal(tempo('2026-11-26')?.kind, 'red');
    assert.ok(!asked().some((each) => each.includes('tempoLight')));
  });

  it('that a source is asked is on disk before it is', async () => {
    const order: string[] = [];
    const write = storage.write.bind(storage);
    storage.write = (name, content) => {
      order.push(`written ${name.split('/').at(-1)}`);
      return write(name, content);
    };
    const through = send;
    send = (...request) => {
      order.push('asked');
      return through(...request);
    };
    await live('2026-11-25T00:12:00+01:00');
    assert.equal(order[order.indexOf('asked') - 1], 'written asked.json');
    assert.ok(isoParis(clock.now()) > parisDate(clock.now()));
  });
});
