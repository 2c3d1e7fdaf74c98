/** A tariff in Node-RED: what other nodes get of it, what is said of one that can't be used, and what its dialog is told. */
import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import type { NodeAPI } from 'node-red';
import helper from 'node-red-node-test-helper';
import { instantAt, parisDay } from '../../lib/readings/paris';
import configNode from '../../nodes/config/enedis-config';
import type { EnedisConfigNode } from '../../nodes/shared/config-node';
import { homeOf, useServices } from '../../nodes/shared/services';
import type { EnedisTariffNode } from '../../nodes/shared/tariff-node';
import tariffNode from '../../nodes/tariff/enedis-tariff';
import type { Preview } from '../../nodes/tariff/preview';
import { FakeClock } from '../support/fake-clock';
import { curveOf } from '../support/tariffs';

const HPHC = {
  id: 'tariff',
  type: 'enedis-tariff',
  name: 'Maison',
  offer: 'hphc',
  prices: 'regulated',
  power: '9',
  windows: [{ from: '', winter: '22:38-06:38' }],
};

const ORIGIN = 'demo';

helper.init(require.resolve('node-red'));

describe('the tariff node', { timeout: 60_000 }, () => {
  before(() => new Promise<void>((resolve) => helper.startServer(resolve)));
  after(() => new Promise<void>((resolve) => helper.stopServer(resolve)));

  let clock: FakeClock;
  let userDir: string;

  beforeEach(() => {
    userDir = mkdtempSync(join(tmpdir(), 'enedis-tariff-'));
    clock = new FakeClock('2026-10-24T12:00:00+02:00');
    helper.settings({ userDir, lang: 'en-US' });
    useServices({
      clock,
      random: () => 0.5,
      http: () => Promise.reject(new Error('nothing is asked here')),
    });
  });

  afterEach(async () => {
    await helper.unload();
    useServices();
  });

  const preview = async (settings: object): Promise<Preview> => {
    const answer = await helper.request().post('/enedis-tariff/preview').send(settings);
    return answer.body as Preview;
  };

  const said = (): string[] => helper.log().args.map(([event]) => String((event as { msg: unknown }).msg));
  const METER = {
    id: 'config',
    type: 'enedis-config',
    name: 'Maison',
    ...{
      gateway: 'demo',
      usagePointId: '22516914714270',
      tariff: 'tariff',
      feedIn: '',
      subscribedPower: '9',
    },
  };

  it('gives its rates to whoever asks, and a meter names the one it is on', async () => {
    await helper.load([configNode, tariffNode], [HPHC, METER], {});
    const config = helper.getNode('config') as unknown as EnedisConfigNode;
    assert.equal(config.tariffOf('production'), null);
    assert.equal(config.subscribedPower(), 9);
    const tariff = await config.tariffOf('consumption')!.tariff('real');
    const at = instantAt('2026-10-24', '22:38');
    const [before, during] = tariff.rates(at - 60_000, at + 60_000);
    assert.deepEqual([before?.period, before?.price], ['HP', 21_420]);
    assert.deepEqual([during?.period, during?.price], ['HC', 15_890]);
  });

  it('says at once which rule of it is wrong, and refuses to be used', async () => {
    const rules = {
      periods: { HC: 'HC' },
      rules: [{ period: 'HC' }, { period: 'HC', time: ['25:00-06:00'] }],
    };
    const versions = [{ from: '2026-01-01', kwh: { HC: 0.1 } }];
    const wrong = { ...HPHC, offer: 'custom', prices: 'own', rules: JSON.stringify(rules), versions };
    await helper.load([tariffNode], [wrong], {});
    const node = helper.getNode('tariff') as unknown as EnedisTariffNode;
    await assert.rejects(node.tariff('real'), { code: 'ENEDIS_CONFIG', reason: 'configTariff' });
    const sentence = said().find((each) => each.includes('rules.rules[1].time'));
    assert.match(sentence ?? said().join('\n'), /“Maison”.*“25:00” isn't a time of the day/);
  });

  it('tells its dialog the rates of two days, the one on which the clocks change among them', async () => {
    await helper.load([tariffNode], [HPHC], {});
    const { days, problems, official } = await preview(HPHC);
    assert.deepEqual(problems, []);
    assert.deepEqual(
      days.map(({ date, minutes }) => [date, minutes]),
      [
        ['2026-10-24', 1440],
        ['2026-10-25', 1500],
      ],
    );
    assert.deepEqual(
      days[1]!.stretches.map(({ from, to, period, price }) => [from, to, period, price]),
      [
        [0, 458, 'HC', 0.1589],
        [458, 1418, 'HP', 0.2142],
        [1418, 1500, 'HC', 0.1589],
      ],
    );
    assert.deepEqual(official, { from: '2026-08-01', source: 'EDF', isOfficial: false, checkedAt: null });
  });

  it('tells its dialog all that is wrong, whatever is sent', async () => {
    await helper.load([tariffNode], [HPHC], {});
    const { problems, days } = await preview({ ...HPHC, power: '-9', windows: [{ winter: '25:00-06:00' }] });
    assert.deepEqual(
      problems.map(({ at, kind }) => [at, kind]),
      [
        ['power', 'power'],
        ['windows[0].winter', 'time'],
      ],
    );
    assert.deepEqual(days, []);
    for (const junk of [[], {}, { offer: 7, earlier: 'x' }]) {
      assert.ok((await preview(junk)).problems.length > 0);
    }
  });

  it('a Tempo day that nobody knows is shown without a price, and says why', async () => {
    const tempo = { ...HPHC, offer: 'tempo' };
    await helper.load([tariffNode], [tempo], {});
    const { days } = await preview(tempo);
    assert.deepEqual([...new Set(days.flatMap(({ stretches }) => stretches.map(({ why }) => why)))], ['day']);
  });

  it('says each thing that is wrong with it, and other tariffs go on', async () => {
    const windows = [{ winter: '25:00-06:00' }, { from: '2026-01-01', winter: '22:00-06:00;05:00-07:00' }];
    const wrong = { ...HPHC, id: 'wrong', power: '-9', windows, earlier: '[{' };
    await helper.load([tariffNode], [HPHC, wrong], {});
    await assert.rejects((helper.getNode('wrong') as unknown as EnedisTariffNode).tariff('real'), {
      code: 'ENEDIS_CONFIG',
    });
    for (const at of ['power', 'windows[0].winter', 'windows[1].winter', 'earlier'])
      assert.equal(
        said().filter((each) => each.includes(`“${at}”`)).length,
        1,
        `${at}: ${said().join('\n')}`,
      );
    const good = await (helper.getNode('tariff') as unknown as EnedisTariffNode).tariff('real');
    assert.ok(good.rates(clock.now(), clock.now() + 60_000)[0]?.price);
  });

  it('tells its dialog what the last year cost the meters that use it, to the cent, and what it doesn’t know', async () => {
    await helper.load([configNode, tariffNode], [HPHC, METER, { ...METER, id: 'other', tariff: '' }], {});
    assert.deepEqual(
      (await preview(HPHC)).year.map(({ meter, from }) => [meter, from]),
      [['Maison', null]],
    );
    const home = await homeOf({ settings: { userDir } } as unknown as NodeAPI);
    const gateway = { kind: 'demo', environment: 'production', baseUrl: '' } as const;
    const { archive } = home.meter('22516914714270', gateway);
    const consumed = { direction: 'consumption' } as const;
    await archive.merge(
      { ...consumed, series: 'loadCurve' },
      curveOf('2026-10-21', '2026-10-23', 1000),
      ORIGIN,
    );
    // A day of which only the whole is known, and one of which nothing is.
    const day = { ...parisDay('2026-10-20'), amount: 10_000, quality: 'raw' } as const;
    await archive.merge({ ...consumed, series: 'daily' }, [day], ORIGIN);

    const [year] = (await preview(HPHC)).year;
    assert.ok(year);
    const { byPeriod, ...rest } = year;
    assert.deepEqual(rest, {
      ...{ meter: 'Maison', from: '2026-10-20', to: '2026-10-23' },
      // 16 kWh at 15.89 cents, 32 at 21.42, and four days of a subscription of 19.88 a month.
      value: Number((16 * 0.1589 + 32 * 0.2142 + (4 * 19.88) / 31).toFixed(5)),
      energy: 48,
      fixed: Number(((4 * 19.88) / 31).toFixed(5)),
      unpriced: 10,
      reasons: { daily: 10 },
      missing: 1,
    });
    assert.deepEqual(
      byPeriod.map(({ period, energy }) => [period, energy]),
      [
        ['HC', 16],
        ['HP', 32],
      ],
    );
    // With other settings than the deployed ones; and of the other direction, for which no meter uses it.
    const base = (await preview({ ...HPHC, offer: 'base' })).year[0];
    assert.deepEqual([base?.energy, base?.unpriced], [58, 0]);
    const feedIn = {
      direction: 'production',
      prices: 'own',
      versions: [{ from: '2020-01-01', kwh: { BASE: 0.04 } }],
    };
    assert.deepEqual((await preview({ ...HPHC, ...feedIn, offer: 'base' })).year, []);
    assert.deepEqual((await preview({ ...HPHC, id: 'unknown' })).year, []);
  });

  it('tells its dialog whose prices count today: the later ones, on the same day those that are typed', async () => {
    await helper.load([tariffNode], [HPHC], {});
    const since = async (...dates: string[]): Promise<unknown[]> => {
      const versions = dates.map((from) => ({ from, kwh: { HC: 0.1, HP: 0.2 } }));
      const { official, ownSince } = await preview({ ...HPHC, versions });
      return [official?.from ?? null, ownSince];
    };
    assert.deepEqual(await since(), ['2026-08-01', null]);
    assert.deepEqual(await since('2026-07-31'), ['2026-08-01', null]);
    assert.deepEqual(await since('2026-08-01'), [null, '2026-08-01']);
    assert.deepEqual(await since('2026-09-01', '2026-12-01'), [null, '2026-09-01']);
  });

  it('of demo meters alone takes its prices from the simulator, soon after the flows have started', async () => {
    await helper.load([configNode, tariffNode], [HPHC, METER], {});
    assert.equal((await preview(HPHC)).official?.checkedAt, null);
    assert.equal(clock.appointments.length, 2, 'one for prices, one for days');
    await clock.runUntil('2026-10-24T12:15:00+02:00', () => Promise.resolve());
    while (!said().some((each) => each.includes('published new ones (hphc)')))
      await new Promise((resolve) => setImmediate(resolve));
    const { official, days } = await preview(HPHC);
    assert.deepEqual([official?.source, official?.isOfficial], ['CRE', true]);
    assert.equal(days[0]?.stretches[0]?.price, 0.1589);
    await helper.unload();
    assert.deepEqual(clock.appointments, []);
  });
});
