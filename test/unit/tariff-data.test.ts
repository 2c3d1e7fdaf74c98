/** Official prices and days: what ships, what sources and people say over it, and what is on disk in between. */
import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import type { Send } from '../../lib/http/http';
import { addDays, parisDay } from '../../lib/readings/paris';
import { createCre, type Cre } from '../../lib/simulator/neighbours/cre';
import { FileStorage } from '../../lib/storage/files';
import { Days } from '../../lib/tariffs/days/days';
import { ToldRates } from '../../lib/tariffs/days/told-rates';
import { readCreFile } from '../../lib/tariffs/prices/cre';
import { OfficialPrices } from '../../lib/tariffs/prices/official-prices';
import { shippedPrices } from '../../lib/tariffs/prices/published';
import { OFFERS } from '../../lib/tariffs/offers';
import { TariffData } from '../../lib/tariffs/tariff-data';
import { FakeClock } from '../support/fake-clock';

const OFFERS_DEPLOYED = ['base', 'hphc', 'tempo', 'ejp', 'custom'] as const;
const HOUR = 3_600_000;

const inMemory = (): FileStorage => new FileStorage(undefined, () => undefined);

describe('official prices', () => {
  let clock: FakeClock;
  let cre: Cre;
  let storage: FileStorage;
  let send: Send;

  beforeEach(() => {
    clock = new FakeClock('2026-11-25T10:00:00+01:00');
    cre = createCre({ clock });
    storage = inMemory();
    send = async ({ method, url }) => {
      const { status, headers, body } = await cre.handle({ method, url, headers: {} });
      return { status, headers, body: body.toString() };
    };
  });

  const open = async (): Promise<OfficialPrices> => {
    const prices = new OfficialPrices({ storage, realm: 'real', send, clock });
    await prices.load();
    return prices;
  };
  const inForce = (prices: OfficialPrices, offer: keyof typeof OFFERS, power: number, date: string) =>
    prices.versions(offer, power).findLast(({ from }) => from <= date)!;

  it('ship whole: every offer, every power that is sold has its prices of today', async () => {
    const rows = await shippedPrices();
    assert.equal(rows.length, 429);
    const prices = await open();
    for (const [offer, { powers, schedule }] of Object.entries(OFFERS) as [
      keyof typeof OFFERS,
      (typeof OFFERS)['base'],
    ][]) {
      assert.deepEqual(
        [...new Set(rows.filter((row) => row.offer === offer).map(({ power }) => power))].sort(
          (a, b) => a - b,
        ),
        powers,
      );
      for (const power of powers) {
        const version = inForce(prices, offer, power, '2026-11-25');
        assert.deepEqual(Object.keys(version.prices), Object.keys(schedule.periods), `${offer} ${power}`);
        assert.equal(version.from, '2026-08-01');
        assert.equal(version.isOfficial, false);
        assert.ok(version.subscription);
      }
    }
  });

  it('good without a network for ever: five years later the last known ones count', async () => {
    const offline = new OfficialPrices({
      storage,
      realm: 'real',
      clock: new FakeClock('2031-11-25T10:00:00+01:00'),
      send: () => Promise.reject(new Error('no network')),
    });
    const { problem } = await offline.renew(OFFERS_DEPLOYED);
    assert.ok(problem);
    assert.equal(inForce(offline, 'base', 6, '2031-11-25').prices.BASE, 20_010);
    assert.equal(offline.checkedAt('base'), null);
  });

  it('the file confirms what was second hand, and corrects it', async () => {
    const prices = await open();
    assert.deepEqual(
      [
        inForce(prices, 'base', 9, '2026-11-25').prices.BASE,
        inForce(prices, 'base', 9, '2026-11-25').isOfficial,
      ],
      [19_850, false],
    );
    const { changed, problem } = await prices.renew(OFFERS_DEPLOYED);
    assert.deepEqual([changed, problem], [['base', 'hphc', 'tempo'], null]);
    const version = inForce(prices, 'base', 9, '2026-11-25');
    assert.deepEqual([version.prices.BASE, version.isOfficial, version.source], [19_852, true, 'CRE']);
    assert.deepEqual(version.subscription, { amount: 23_860_000, per: 'year' });
    assert.equal(prices.checkedAt('base'), clock.now());
    // What the file doesn't have stays as it was.
    assert.equal(inForce(prices, 'base', 36, '2026-11-25').prices.BASE, 19_850);
    assert.equal(inForce(prices, 'ejp', 9, '2026-11-25').prices.PM, 43_240);
  });

  it('row dated in the future is not used before its day', async () => {
    cre.publishDaysBefore(90);
    const prices = await open();
    await prices.renew(['base']);
    assert.equal(inForce(prices, 'base', 6, '2027-01-31').prices.BASE, 20_012);
    assert.equal(inForce(prices, 'base', 6, '2027-02-01').prices.BASE, 21_015);
  });

  it('a file that is weeks late changes nothing, and is asked again the next day', async () => {
    clock.set('2027-02-10T10:00:00+01:00');
    cre.publishDaysBefore(-30);
    const prices = await open();
    await prices.renew(['base']);
    assert.equal(inForce(prices, 'base', 6, '2027-02-10').from, '2026-08-01');
    clock.set('2027-03-10T10:00:00+01:00');
    assert.deepEqual((await prices.renew(['base'])).changed, ['base']);
    assert.equal(inForce(prices, 'base', 6, '2027-02-10').from, '2027-02-01');
  });

  it('mirror date 2026-01-08 is 1 August', () => {
    const rows = readCreFile(
      'DATE_DEBUT;DATE_FIN;P_SOUSCRITE;PART_FIXE_HT;PART_FIXE_TTC;PART_VARIABLE_HT;PART_VARIABLE_TTC\n' +
        '2026-01-08;;6;142.68;189.98;0.13;0.20012\n2012-07-23;2013-07-31;6;70;82.98;0.1;0.1263\n2025-01-02;;6;1;165.17;0.1;0.2016\n',
      'base',
    );
    assert.deepEqual(
      rows.map(({ from }) => from),
      ['2026-08-01', '2012-07-23', '2025-02-01'],
    );
  });

  it('at most one request a day and file, over restarts, whoever asks; a failure is tried the next day', async () => {
    const prices = await open();
    await Promise.all([prices.renew(OFFERS_DEPLOYED), prices.renew(OFFERS_DEPLOYED)]);
    await prices.renew(OFFERS_DEPLOYED);
    clock.set('2026-11-26T09:59:00+01:00');
    await (await open()).renew(OFFERS_DEPLOYED);
    assert.deepEqual(cre.asked, ['Option_Base.csv', 'Option_HPHC.csv', 'Option_Tempo.csv']);
    cre.trouble('missing');
    clock.set('2026-11-26T10:01:00+01:00');
    const again = await open();
    assert.equal((await again.renew(['tempo'])).problem?.reason, 'responseStatus');
    await again.renew(['tempo']);
    assert.equal(cre.asked.length, 4);
    // A clock that was wrong once doesn't silence it for years.
    clock.set('2026-11-20T10:00:00+01:00');
    await again.renew(['tempo']);
    assert.equal(cre.asked.length, 4);
    clock.set('2020-01-01T10:00:00+01:00');
    await again.renew(['tempo']);
    assert.equal(cre.asked.length, 5);
  });

  it('only the files of the offers that are deployed are asked for', async () => {
    await (await open()).renew(['ejp', 'custom', 'tempo']);
    assert.deepEqual(cre.asked, ['Option_Tempo.csv']);
  });

  for (const [trouble, reason] of [
    ['page', 'responseHtml'],
    ['missing', 'responseStatus'],
    ['otherColumns', 'responseShape'],
  ] as const) {
    it(`an answer that can't be used (${trouble}) is told, and what was known stays`, async () => {
      const prices = await open();
      await prices.renew(['base']);
      clock.set('2026-11-27T10:00:00+01:00');
      cre.trouble(trouble);
      assert.equal((await prices.renew(['base'])).problem?.reason, reason);
      const restarted = await open();
      assert.equal(inForce(restarted, 'base', 6, '2026-11-27').prices.BASE, 20_012);
      assert.equal(restarted.checkedAt('base'), Date.parse('2026-11-25T10:00:00+01:00'));
    });
  }

  it('a row that was cut short or makes no sense is left out, the others count', async () => {
    for (const trouble of ['cut', 'nonsense'] as const) {
      storage = inMemory();
      cre.trouble(trouble);
      const prices = await open();
      assert.deepEqual((await prices.renew(['hphc'])).problem, null);
      assert.equal(inForce(prices, 'hphc', 6, '2026-11-25').isOfficial, true);
      assert.equal(inForce(prices, 'hphc', 9, '2026-11-25').prices.HP, 21_420);
      assert.ok(
        prices
          .versions('hphc', 9)
          .every((version) => Object.values(version.prices).every((price) => Number(price) < 100_000)),
      );
    }
  });

  it('Tempo at 6 kVA before 2023 has no row, and none is made up', async () => {
    const prices = await open();
    await prices.renew(['tempo']);
    assert.deepEqual(inForce(prices, 'tempo', 6, '2022-12-01').prices, {});
    assert.equal(inForce(prices, 'tempo', 9, '2022-12-01').prices.HPJR, 55_250);
  });

  it('a file that was tampered with loses what cannot be, and nothing else', async () => {
    await (await open()).renew(['base']);
    const content = (await storage.read('tariffs/real/prices.json', (each: unknown) => each)) as {
      files: { base: { rows: { prices: number[]; power: number; from: string }[] } };
    };
    content.files.base.rows.find(({ power, from }) => power === 6 && from === '2026-08-01')!.prices = [1e15];
    await storage.write('tariffs/real/prices.json', content);
    const prices = await open();
    assert.equal(inForce(prices, 'base', 6, '2026-11-25').prices.BASE, 20_010);
    assert.equal(inForce(prices, 'base', 9, '2026-11-25').prices.BASE, 19_852);
    await storage.write('tariffs/real/prices.json', { files: 7 });
    assert.equal(inForce(await open(), 'base', 9, '2026-11-25').prices.BASE, 19_850);
  });
});

/** What sources say of days at a time; the dates of which something else is known then. */
async function hear(days: Days, at: string, said: Record<string, Record<string, string>>): Promise<string[]> {
  const answers = Object.entries(said).map(
    ([source, words]) => [source, new Map(Object.entries(words))] as const,
  );
  return (await days.hear(new Map(answers), Date.parse(at))).changed;
}

describe('days', () => {
  it('ship: the colours of six seasons', async () => {
    const days = new Days(inMemory(), 'real', 'tempo');
    await days.load();
    const kinds = new Map<string, number>();
    for (let date = '2024-09-01'; date < '2025-09-01'; date = addDays(date, 1)) {
      const { kind = '' } = days.of(date)!;
      kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
    }
    assert.deepEqual(Object.fromEntries(kinds), { blue: 300, white: 43, red: 22 });
    assert.equal(days.of('2023-02-28')!.kind, 'white');
    assert.equal(days.of('2019-09-01')!.kind, 'blue');
    assert.equal(days.of('2020-02-29')?.kind, 'blue');
    for (const date of ['2019-08-31', '2025-09-30', '2026-01-12']) assert.equal(days.of(date), undefined);
  });

  it('what a person has said stays, over a source and over a restart, until it is taken back', async () => {
    const storage = inMemory();
    const days = new Days(storage, 'real', 'tempo');
    await days.load();
    assert.deepEqual((await days.tell({ '2026-11-26': 'red', '2025-01-01': 'white' })).changed, [
      '2026-11-26',
      '2025-01-01',
    ]);
    assert.deepEqual(await hear(days, '2026-11-26T12:00:00+01:00', { rte: { '2026-11-26': 'blue' } }), []);
    const restarted = new Days(storage, 'real', 'tempo');
    await restarted.load();
    assert.equal(restarted.of('2026-11-26')!.kind, 'red');
    assert.equal(restarted.of('2025-01-01')!.kind, 'white');
    assert.deepEqual((await restarted.tell({ '2026-11-26': null, '2025-01-01': null })).changed, [
      '2026-11-26',
      '2025-01-01',
    ]);
    assert.equal(restarted.of('2026-11-26')!.kind, 'blue');
    assert.equal(restarted.of('2025-01-01')!.kind, 'blue');
  });

  it('tomorrow’s colour is preliminary in the morning, final once it is confirmed after 11:20', async () => {
    const days = new Days(inMemory(), 'real', 'tempo');
    await days.load();
    const said = { rte: { '2026-11-26': 'white' } };
    assert.deepEqual(await hear(days, '2026-11-25T08:15:00+01:00', said), ['2026-11-26']);
    assert.deepEqual(days.of('2026-11-26'), { kind: 'white', state: 'preliminary' });
    assert.deepEqual(await hear(days, '2026-11-25T11:19:00+01:00', said), []);
    assert.deepEqual(await hear(days, '2026-11-25T11:20:00+01:00', said), ['2026-11-26']);
    assert.deepEqual(days.of('2026-11-26'), { kind: 'white', state: 'final' });
    assert.ok(days.isSettled('2026-11-26'));
  });

  it('a colour that was changed in the morning has to be said twice', async () => {
    const days = new Days(inMemory(), 'real', 'tempo');
    await hear(days, '2026-11-25T08:15:00+01:00', { rte: { '2026-11-26': 'white' } });
    await hear(days, '2026-11-25T11:20:00+01:00', { rte: { '2026-11-26': 'red' } });
    assert.deepEqual(days.of('2026-11-26'), { kind: 'red', state: 'preliminary' });
    await hear(days, '2026-11-25T12:40:00+01:00', { rte: { '2026-11-26': 'red' } });
    assert.deepEqual(days.of('2026-11-26'), { kind: 'red', state: 'final' });
  });

  it('where two sources say different colours nothing is decided, until they agree', async () => {
    const days = new Days(inMemory(), 'real', 'tempo');
    await hear(days, '2026-11-25T11:20:00+01:00', {
      rte: { '2026-11-26': 'red' },
      couleurTempo: { '2026-11-26': 'blue' },
    });
    assert.deepEqual(days.of('2026-11-26'), { state: 'preliminary', candidates: ['red', 'blue'] });
    assert.ok(!days.isSettled('2026-11-26'));
    await hear(days, '2026-11-26T08:15:00+01:00', { rte: { '2026-11-26': 'red' } });
    assert.deepEqual(days.of('2026-11-26')?.candidates, ['red', 'blue'], 'today as well');
    await hear(days, '2026-11-26T10:40:00+01:00', { couleurTempo: { '2026-11-26': 'red' } });
    assert.deepEqual(days.of('2026-11-26'), { kind: 'red', state: 'final' });
  });

  it('a source that lies is named, and not believed', async () => {
    const days = new Days(inMemory(), 'real', 'tempo');
    await days.load();
    const now = Date.parse('2026-11-28T12:00:00+01:00');
    const doubtsOf = async (words: Record<string, string>) =>
      (await days.hear(new Map([['rte', new Map(Object.entries(words))]]), now)).doubts;
    const doubt = (why: string, date: string, kind: string) => ({ source: 'rte', why, date, kind });
    assert.deepEqual(await doubtsOf({ '2026-11-29': 'red' }), [doubt('impossible', '2026-11-29', 'red')]);
    assert.deepEqual(await doubtsOf({ '2026-10-05': 'red' }), [doubt('impossible', '2026-10-05', 'red')]);
    assert.deepEqual(await doubtsOf({ '2026-11-22': 'white' }), [doubt('impossible', '2026-11-22', 'white')]);
    assert.deepEqual(await doubtsOf({ '2026-11-27': 'white' }), []);
    assert.deepEqual(await doubtsOf({ '2026-11-27': 'red' }), [doubt('changed', '2026-11-27', 'red')]);
    assert.equal(days.of('2026-11-27')?.kind, 'white');
    assert.deepEqual(await doubtsOf({ '2025-01-02': 'blue' }), [doubt('changed', '2025-01-02', 'blue')]);
    const everyDay: Record<string, string> = {};
    for (let date = '2025-09-01'; date < '2026-10-06'; date = addDays(date, 1)) everyDay[date] = 'red';
    assert.deepEqual(await doubtsOf(everyDay), [doubt('tooMany', '2026-10-05', 'red')]);
    assert.equal(days.of('2026-01-12'), undefined);
    assert.deepEqual(await doubtsOf({ '2026-12-01': 'red', '26/11/2026': 'red', '2026-11-26': 'green' }), []);
  });

  it('EJP: no alarm before it is announced is no announcement that there is none', async () => {
    const days = new Days(inMemory(), 'real', 'ejp');
    const normal = { edf: { '2026-12-02': 'normal' } };
    assert.deepEqual(await hear(days, '2026-12-01T10:00:00+01:00', normal), []);
    await hear(days, '2026-12-01T16:10:00+01:00', normal);
    assert.deepEqual(days.of('2026-12-02'), { kind: 'normal', state: 'preliminary' });
    await hear(days, '2026-12-01T20:10:00+01:00', normal);
    assert.deepEqual(days.of('2026-12-02'), { kind: 'normal', state: 'final' });
    assert.ok(days.isSettled('2026-07-14'), 'in summer nobody has to be asked');
  });

  it('what is wrong in a message is named, the rest counts', async () => {
    const days = new Days(inMemory(), 'real', 'ejp');
    await days.load();
    const { changed, problems } = await days.tell({
      '2026-11-26': 'ejp',
      '2026-02-30': 'ejp',
      '26/11/2026': 'ejp',
      '2026-11-27': 'red',
      '2026-11-28': 7,
    });
    assert.deepEqual(changed, ['2026-11-26']);
    assert.deepEqual(
      problems.map(({ code, params }) => [code, params.property]),
      ['2026-02-30', '26/11/2026', '2026-11-27', '2026-11-28'].map((date) => [
        'ENEDIS_INPUT',
        `msg.days.${date}`,
      ]),
    );
    for (const each of [null, 'red', [], 7]) {
      assert.equal((await days.tell(each)).problems[0]?.params.property, 'msg.days');
    }
  });

  it('Enedis’ fictional meters share what is published, so that no source is asked twice for them', async () => {
    const clock = new FakeClock('2026-11-25T10:00:00+01:00');
    const options = { storage: inMemory(), clock, send: () => Promise.reject(new Error('none')) };
    const real = new TariffData({ ...options, realm: 'real' });
    const sandbox = new TariffData({ ...options, realm: 'sandbox', published: real });
    assert.equal(sandbox.asking, real.asking);
    let changes = 0;
    real.watch(() => changes++);
    sandbox.watch(() => changes++);
    await sandbox.tellDays('tempo', 'a', { '2026-11-26': 'red' });
    assert.equal(real.facts('b').kindOf('tempo', '2026-11-26')?.kind, 'red');
    assert.equal(changes, 2);
    await sandbox.tellDays('own', 'a', { '2026-11-26': 'x' });
    assert.equal(real.facts('a').kindOf('own', '2026-11-26'), undefined);
  });

  it('a tariff whose id leads out of the folder, in a flow somebody shared, writes inside of it', async () => {
    const names: string[] = [];
    const storage = inMemory();
    const write = storage.write.bind(storage);
    storage.write = (name, content) => {
      names.push(name);
      return write(name, content);
    };
    const id = '../../../../escaped';
    await new Days(storage, 'real', 'own', id).tell({ '2026-11-26': 'x' });
    const rate = { start: '2026-11-25T11:00:00Z', end: '2026-11-25T12:00:00Z', value: 0.1 };
    await new ToldRates(storage, 'real', id).tell([rate], Date.parse(rate.start));
    assert.equal(names.length, 2);
    for (const name of names) assert.match(name, /^tariffs\/real\/[\w%-]+\.json$/);
  });

  it('own days are the tariff’s own and have any words; Tempo’s are everybody’s', async () => {
    const clock = new FakeClock('2026-11-25T10:00:00+01:00');
    const data = new TariffData({
      storage: inMemory(),
      realm: 'real',
      clock,
      send: () => Promise.reject(new Error('none')),
    });
    await Promise.all([data.load('a'), data.load('b')]);
    await data.days('own', 'a').tell({ '2026-11-26': 'sobriété' });
    await data.days('tempo', 'a').tell({ '2026-11-26': 'red' });
    assert.equal(data.facts('a').kindOf('own', '2026-11-26')?.kind, 'sobriété');
    assert.equal(data.facts('b').kindOf('own', '2026-11-26'), undefined);
    assert.equal(data.facts('b').kindOf('tempo', '2026-11-26')?.kind, 'red');
    assert.equal(data.facts('a').officialVersions('base', 6).length, 23);
  });
});

describe('rates told by hand', () => {
  const { start } = parisDay('2026-11-25');
  const now = start;
  const slot = (hour: number, value: number, hours = 1) => ({
    start: new Date(start + hour * HOUR).toISOString(),
    end: new Date(start + (hour + hours) * HOUR).toISOString(),
    value,
  });
  const shown = (rates: ToldRates) =>
    rates
      .slots(start, start + 24 * HOUR)
      .map((each) => [(each.start - start) / HOUR, (each.end - start) / HOUR, each.price]);

  it('later ones replace earlier ones, in part too, and outlast a restart', async () => {
    const storage = inMemory();
    const rates = new ToldRates(storage, 'real', 'spot');
    await rates.load();
    const { changed } = await rates.tell([slot(0, 0.1), slot(1, 0.08345), slot(2, -0.02)], now);
    assert.deepEqual(changed, { start, end: start + 3 * HOUR });
    await rates.tell([slot(1.5, 0.3)], now);
    const expected = [
      [0, 1, 10_000],
      [1, 1.5, 8345],
      [1.5, 2.5, 30_000],
      [2.5, 3, -2000],
    ];
    assert.deepEqual(shown(rates), expected);
    const restarted = new ToldRates(storage, 'real', 'spot');
    await restarted.load();
    assert.deepEqual(shown(restarted), expected);
  });

  it('are kept three years', async () => {
    const rates = new ToldRates(inMemory(), 'real', 'spot');
    await rates.tell([slot(0, 0.1), slot(-4 * 366 * 24, 0.2)], now);
    assert.equal(rates.slots(0, start + 24 * HOUR).length, 1);
  });

  it('what is wrong is named by its place, the rest counts', async () => {
    const rates = new ToldRates(inMemory(), 'real', 'spot');
    const { problems } = await rates.tell(
      [
        slot(0, 0.1),
        { ...slot(1, 0.1), start: '2026-11-25 01:00' },
        { ...slot(1, 0.1), end: slot(1, 0.1).start },
        { ...slot(1, 0.1), value: '0.1' },
        slot(1, 12.5),
        null,
      ],
      now,
    );
    assert.deepEqual(
      problems.map(({ params }) => params.property),
      ['[1].start', '[2].end', '[3].value', '[4].value', '[5].start'].map((place) => `msg.rates${place}`),
    );
    assert.equal(shown(rates).length, 1);
    assert.equal((await rates.tell({}, now)).problems[0]?.params.property, 'msg.rates');
  });
});
