/** A tariff in Node-RED: what other nodes get of it, what is said of one that can't be used, and what its dialog is told. */
import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import helper from 'node-red-node-test-helper';
import { instantAt } from '../../lib/readings/paris';
import configNode from '../../nodes/config/enedis-config';
import type { EnedisConfigNode } from '../../nodes/shared/config-node';
import { useServices } from '../../nodes/shared/services';
import type { EnedisTariffNode } from '../../nodes/shared/tariff-node';
import tariffNode from '../../nodes/tariff/enedis-tariff';
import type { Preview } from '../../nodes/tariff/preview';
import { FakeClock } from '../support/fake-clock';

const HPHC = {
  id: 'tariff',
  type: 'enedis-tariff',
  name: 'Maison',
  offer: 'hphc',
  prices: 'regulated',
  power: '9',
  windows: [{ from: '', winter: '22:38-06:38' }],
};

helper.init(require.resolve('node-red'));

describe('the tariff node', { timeout: 60_000 }, () => {
  before(() => new Promise<void>((resolve) => helper.startServer(resolve)));
  after(() => new Promise<void>((resolve) => helper.stopServer(resolve)));

  beforeEach(() => {
    helper.settings({ userDir: mkdtempSync(join(tmpdir(), 'enedis-tariff-')), lang: 'en-US' });
    useServices({
      clock: new FakeClock('2026-10-24T12:00:00+02:00'),
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

  it('gives its rates to whoever asks, and a meter names the one it is on', async () => {
    const meter = {
      id: 'config',
      type: 'enedis-config',
      gateway: 'demo',
      usagePointId: '22516914714270',
      tariff: 'tariff',
      feedIn: '',
      subscribedPower: '9',
    };
    await helper.load([configNode, tariffNode], [HPHC, meter], {});
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
    const said = helper
      .log()
      .args.map(([event]) => event as { level: number; msg: unknown })
      .map(({ msg }) => String(msg));
    const sentence = said.find((each) => each.includes('rules.rules[1].time'));
    assert.match(sentence ?? said.join('\n'), /“Maison”.*“25:00” isn't a time of the day/);
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
});
