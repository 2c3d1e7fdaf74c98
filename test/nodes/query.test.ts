/** `enedis-query` on the canvas: what it answers in each shape, what a message may ask, and what it says of what it can't. */
import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import type { NodeMessage } from 'node-red';
import helper from 'node-red-node-test-helper';
import type { InfluxPoint, QueryDescription, Row } from '../../lib/messages';
import type { Aggregate } from '../../lib/figures/aggregate';
import type { Period } from '../../lib/archive/archive';
import type { Direction, Series } from '../../lib/readings/reading';
import configNode from '../../nodes/config/enedis-config';
import queryNode from '../../nodes/query/enedis-query';
import type { ImportStatistics } from '../../nodes/query/home-assistant';
import type { EnedisConfigNode } from '../../nodes/shared/config-node';
import { useServices } from '../../nodes/shared/services';
import tariffNode from '../../nodes/tariff/enedis-tariff';
import { PDL, truth } from '../support/archived';
import { FakeClock } from '../support/fake-clock';
import { checkStatistics } from '../support/neighbours';

const OTHER = '22516914714288';
const onCanvas = { z: 'tab', x: 0, y: 0 };
/** Two Octobers, so that a year can be beside the last. */
const KNOWN: Period = { start: '2025-10-01', end: '2026-11-26' };

const HPHC = {
  id: 'bleu',
  type: 'enedis-tariff',
  name: 'Tarif Bleu',
  ...{ offer: 'hphc', prices: 'own', windows: [{ from: '', winter: '22:00-06:00' }] },
  versions: [{ from: '2020-01-01', subscription: 15, per: 'month', kwh: { HC: 0.15, HP: 0.21 } }],
};

interface Sent extends NodeMessage {
  topic: string;
  payload: unknown;
  enedis: QueryDescription;
  parts?: { id: string; index: number; count: number };
  ui_update?: { chartOptions: Record<string, unknown> };
  [property: string]: unknown;
}

interface Caught {
  error: Error & { code: string };
  payload: unknown;
}

helper.init(require.resolve('node-red'));

describe('the query node', { timeout: 120_000 }, () => {
  let sent: Sent[];
  let caught: Caught[];
  let clock: FakeClock;
  let userDir: string;
  let requests = 0;

  before(() => new Promise<void>((resolve) => helper.startServer(resolve)));
  after(() => new Promise<void>((resolve) => helper.stopServer(resolve)));
  beforeEach(() => {
    userDir = mkdtempSync(join(tmpdir(), 'enedis-nodes-'));
    clock = new FakeClock('2026-11-26T09:30:00+01:00');
  });
  afterEach(async () => {
    await helper.unload();
    useServices();
  });

  interface Story {
    query?: object;
    meter?: object;
    others?: object[];
    lang?: string;
  }

  async function start({ query = {}, meter = {}, others = [], lang = 'en-US' }: Story = {}): Promise<void> {
    helper.settings({ userDir, lang });
    useServices({
      clock,
      random: () => 0.5,
      http: () => {
        requests++;
        return Promise.reject(new Error('nobody is asked for an answer'));
      },
    });
    await helper.load(
      [configNode, tariffNode, queryNode],
      [
        { id: 'tab', type: 'tab', label: 'flow' },
        HPHC,
        {
          id: 'meter',
          type: 'enedis-config',
          name: 'Maison',
          ...{ gateway: 'demo', usagePointId: PDL, direction: 'both', tariff: 'bleu' },
          ...meter,
        },
        ...(others as { id: string; type: string }[]),
        { id: 'query', ...onCanvas, type: 'enedis-query', config: 'meter', ...query, wires: [['sent']] },
        { id: 'sent', ...onCanvas, type: 'helper' },
        { id: 'complete', ...onCanvas, type: 'complete', scope: ['query'], wires: [['ended']] },
        { id: 'catch', ...onCanvas, type: 'catch', scope: ['query'], wires: [['caught', 'ended']] },
        { id: 'ended', ...onCanvas, type: 'helper' },
        { id: 'caught', ...onCanvas, type: 'helper' },
      ],
      {},
    );
    sent = [];
    caught = [];
    helper.getNode('sent').on('input', (msg: unknown) => void sent.push(msg as Sent));
    helper.getNode('caught').on('input', (msg: unknown) => void caught.push(msg as Caught));
  }

  async function archive(
    period: Period = KNOWN,
    {
      directions = ['consumption', 'production'],
      node = 'meter',
    }: { directions?: Direction[]; node?: string } = {},
  ): Promise<void> {
    const meter = helper.getNode(node) as unknown as EnedisConfigNode;
    const { archive: kept } = await meter.collector();
    for (const direction of directions)
      for (const series of ['daily', 'loadCurve', 'maxPower'] as Series[])
        if (direction === 'consumption' || series !== 'maxPower')
          await kept.merge(
            { direction, series },
            truth(direction, series, period).map((each) => ({ ...each, quality: 'raw' })),
            'demo',
          );
  }

  /** Until the node is done with it, be it by an error. What was sent. */
  async function ask(message: Record<string, unknown> = {}): Promise<Sent[]> {
    const place = sent.length;
    const ended = new Promise<void>((resolve) => helper.getNode('ended').once('input', () => resolve()));
    helper.getNode('query').receive({ payload: 'go', ...message });
    await ended;
    return sent.slice(place);
  }

  const figures = ({ payload }: Sent): Aggregate[] => payload as Aggregate[];
  const kwh = (first: string, end: string, direction: Direction = 'consumption'): number =>
    truth(direction, 'daily', { start: first, end }).reduce((sum, { amount }) => sum + amount, 0) / 1000;
  const nearly = (actual: number, expected: number): void =>
    assert.ok(Math.abs(actual - expected) < 1e-6, `${actual} isn't ${expected}`);

  describe('as values', () => {
    it('nobody is asked, be the archive ever so empty', async () => {
      await start({ meter: { gateway: 'conso-api' } });
      for (const output of ['readings', 'text', 'home-assistant']) await ask({ output, range: 'everything' });
      assert.deepEqual(caught, []);
      assert.equal(requests, 0);
    });

    it('any message asks; its properties are kept', async () => {
      await start();
      await archive();
      const [answer] = await ask({ mine: 1, complete: true, parts: { id: 'x', index: 0 } });
      assert.equal(answer!.topic, `enedis/${PDL}/query/consumption`);
      assert.equal(answer!.mine, 1);
      assert.equal(answer!.complete, undefined);
      assert.equal(answer!.parts, undefined);
      assert.equal(figures(answer!).length, 7);
      const {
        start: from,
        end,
        count,
        coverage,
        missing,
        value,
        range,
        period,
        meter,
        source,
        archive: known,
      } = answer!.enedis;
      assert.deepEqual(
        { from, end, count, coverage, missing, value, range, period, meter, source, known },
        {
          from: '2026-11-19T00:00:00+01:00',
          end: '2026-11-26T00:00:00+01:00',
          count: 7,
          coverage: 1,
          missing: [],
          value: 'energy',
          range: 'last7days',
          period: 'day',
          meter: 'Maison',
          source: 'archive',
          known: { start: '2025-10-01', end: '2026-11-25' },
        },
      );
      assert.deepEqual(caught, []);
    });

    it('a message overrides what the dialog says', async () => {
      await start({ query: { range: 'lastMonth', step: 'month' } });
      await archive();
      const [answer] = await ask({
        range: 'lastWeek',
        step: 'week',
        compare: 'before',
        direction: 'production',
      });
      const [figure] = figures(answer!);
      nearly(figure!.value, kwh('2026-11-16', '2026-11-23', 'production'));
      nearly(figure!.compare!.value, kwh('2026-11-09', '2026-11-16', 'production'));
      assert.equal(answer!.topic, `enedis/${PDL}/query/production`);
    });

    it('msg.start and msg.end are dates, whatever range is chosen; the end is included', async () => {
      await start({ query: { range: 'lastYear', step: 'total' } });
      await archive();
      const both = await ask({ start: '2026-11-03', end: '2026-11-04' });
      nearly(figures(both[0]!)[0]!.value, kwh('2026-11-03', '2026-11-05'));
      const since = await ask({ start: Date.parse('2026-11-20T12:00:00+01:00') });
      nearly(figures(since[0]!)[0]!.value, kwh('2026-11-20', '2026-11-26'));
      const until = await ask({ end: '2025-10-31' });
      nearly(figures(until[0]!)[0]!.value, kwh('2025-10-01', '2025-11-01'));
    });

    it('dates of the dialog may be typed, a word, or come with the message', async () => {
      const typed = {
        range: 'dates',
        step: 'total',
        start: '2026-11-01',
        startType: 'date',
        end: 'lastWeek',
        endType: 'range',
      };
      await start({ query: typed });
      await archive();
      nearly(figures((await ask())[0]!)[0]!.value, kwh('2026-11-01', '2026-11-23'));
    });

    it('both directions are two messages', async () => {
      await start({ query: { direction: 'both', step: 'total' } });
      await archive();
      const answers = await ask();
      assert.deepEqual(
        answers.map(({ topic }) => topic.split('/').at(-1)),
        ['consumption', 'production'],
      );
      nearly(figures(answers[1]!)[0]!.value, kwh('2026-11-19', '2026-11-26', 'production'));
    });

    it('more than 10,000 figures come in several messages, whose ids never repeat', async () => {
      await start({ query: { range: 'everything', step: 'interval', value: 'power' } });
      await archive();
      const answers = await ask();
      assert.deepEqual(
        answers.map(({ parts }) => [parts?.index, parts?.count]),
        [
          [0, 3],
          [1, 3],
          [2, 3],
        ],
      );
      const all = answers.flatMap(figures);
      assert.equal(all.length, truth('consumption', 'loadCurve', KNOWN).length);
      assert.equal(new Set(all.map(({ id }) => id)).size, all.length);
      assert.equal(answers[2]!.enedis.count, all.length);
    });

    it('cost, split and with the subscription, by the meter’s tariff', async () => {
      await start({ query: { value: 'cost', split: true, fixed: true, range: 'yesterday' } });
      await archive();
      const [answer] = await ask();
      const parts = figures(answer!);
      assert.deepEqual(parts.map(({ tariffPeriod }) => tariffPeriod).sort(), ['HC', 'HP', 'fixed']);
      assert.ok(parts.every(({ unit }) => unit === 'EUR'));
      assert.equal(answer!.enedis.tariffName, 'Tarif Bleu');
    });
  });

  describe('for a database', () => {
    it('as rows and as points: what its range cuts overwrites nobody’s figure', async () => {
      await start({ query: { output: 'rows', step: 'month' } });
      await archive();
      const [cut] = (await ask({ start: '2026-10-10', end: '2026-11-10' }))[0]!.payload as Row[];
      const [whole] = (await ask({ range: 'lastMonth' }))[0]!.payload as Row[];
      assert.notEqual(cut!.id, whole!.id);
      assert.equal(whole!.id, `${PDL}/consumption/energy/month/sum/2026-09-30T22:00:00Z`);
      const points = async (asked: object): Promise<InfluxPoint[]> =>
        (await ask({ output: 'influxdb', ...asked }))[0]!.payload as InfluxPoint[];
      const series = ({ tags, timestamp }: InfluxPoint): string => JSON.stringify([tags, timestamp]);
      const month = await points({ range: 'lastMonth', step: 'month' });
      const begun = await points({ start: '2026-10-01', end: '2026-10-15', step: 'month' });
      const totals = [
        ...(await points({ range: 'lastMonth', step: 'total' })),
        ...(await points({ range: 'last7days', step: 'total' })),
      ];
      assert.equal(new Set([...month, ...begun, ...totals].map(series)).size, 4);
    });
  });

  describe('as a table', () => {
    it('opens in a French spreadsheet: semicolons, decimal commas, times it takes for times', async () => {
      await start({ query: { output: 'csv', language: 'fr', compare: 'before' } });
      await archive();
      const [answer] = await ask({ start: '2026-11-23', end: '2026-11-24' });
      const lines = String(answer!.payload).split('\r\n');
      assert.equal(lines[0], '\uFEFFDébut;Fin;Valeur;Unité;Couverture;Comparé à;Évolution');
      assert.equal(lines.length, 4);
      const [from, to, value, unit, coverage, compared] = lines[1]!.split(';');
      assert.deepEqual([from, to, unit, coverage], ['2026-11-23 00:00', '2026-11-24 00:00', 'kWh', '1']);
      nearly(Number(value!.replace(',', '.')), kwh('2026-11-23', '2026-11-24'));
      nearly(Number(compared!.replace(',', '.')), kwh('2026-11-16', '2026-11-17'));
    });

    it('tells the two passages of October’s hour apart, and names the tariff’s periods', async () => {
      await start({ query: { output: 'csv', step: 'interval', value: 'cost', split: true, language: 'fr' } });
      await archive();
      const [answer] = await ask({ start: '2026-10-25', end: '2026-10-25' });
      const lines = String(answer!.payload).trim().split('\r\n');
      assert.equal(lines.length, 1 + 50);
      const twice = lines.filter((line) => line.startsWith('2026-10-25 02:30'));
      assert.deepEqual(
        twice.map((line) => line.split(';').slice(2, 4)),
        [
          ['+02:00', 'Heures creuses'],
          ['+01:00', 'Heures creuses'],
        ],
      );
    });
  });

  describe('as a sentence', () => {
    const plain = (text: unknown): string => String(text).replaceAll(/[\u00a0\u202f]/g, ' ');

    for (const [asked, french, english] of [
      [
        { range: 'yesterday', compare: 'before' },
        /^Maison : hier, vous avez consommé \d+(,\d+)? kWh, soit (\d+ % de (plus|moins)|à peu près autant) que le même jour de la semaine précédente\.$/,
        /^Maison: yesterday you used \d+(\.\d+)? kWh, (\d+% (more|less) than|about the same as) on the same day of the week before\.$/,
      ],
      [
        { range: 'thisMonth', compare: 'lastYear', value: 'cost', fixed: true },
        /^Maison : ce mois-ci, l’électricité a coûté \d+,\d\d € abonnement compris \(\d+(,\d+)? kWh\), soit \d+ % de (plus|moins) qu’aux mêmes dates, l’an dernier\. Le mois entier devrait atteindre environ \d+,\d\d €\.$/,
        /^Maison: this month electricity cost €\d+\.\d\d including the subscription \(\d+(\.\d+)? kWh\), \d+% (more|less) than on the same dates last year\. The whole month may come to about €\d+\.\d\d\.$/,
      ],
      [
        { range: 'lastWeek', split: true },
        /^Maison : la semaine dernière, vous avez consommé \d+(,\d+)? kWh, dont \d+(,\d+)? kWh en heures (creuses|pleines) \(\d+ %\) et \d+(,\d+)? kWh en heures (creuses|pleines) \(\d+ %\)\.$/,
        /^Maison: last week you used \d+(\.\d+)? kWh, of which \d+(\.\d+)? kWh in (off-)?peak \(\d+%\) and \d+(\.\d+)? kWh in (off-)?peak \(\d+%\)\.$/,
      ],
      [
        { range: 'lastMonth', value: 'maxPower' },
        /^Maison : le mois dernier, la puissance maximale a été de \d+(,\d+)? kVA, le (1er|\d+) octobre 2026 à \d+ h \d\d\.$/,
        /^Maison: last month the maximum power was \d+(\.\d+)? kVA, on (October \d+|\d+ October),? 2026 at \d\d:\d\d\.$/,
      ],
      [
        { range: 'yesterday', direction: 'production' },
        /^Maison : hier, vous avez injecté \d+(,\d+)? kWh dans le réseau\.$/,
        /^Maison: yesterday you fed \d+(\.\d+)? kWh into the grid\.$/,
      ],
      [
        { start: '2026-11-03', end: '2026-11-09', value: 'power', compare: 'before' },
        /^Maison : du 3 novembre 2026 au 9 novembre 2026, la puissance moyenne a été de \d+,\d+ kW, soit .* que les 7 jours précédents\.$/,
        /^Maison: from .* to .* the mean power was \d+\.\d+ kW, .* the 7 days before\.$/,
      ],
      [
        { start: '2019-01-01', end: '2019-12-31' },
        /^Maison : du 1er janvier 2019 au 31 décembre 2019, aucun relevé n’est archivé\. L’archive va du 1er octobre 2025 au 25 novembre 2026\.$/,
        /^Maison: from January 1, 2019 to December 31, 2019 no reading is archived\. The archive goes from October 1, 2025 to November 25, 2026\.$/,
      ],
    ] as const)
      it(`says what a person would write: ${JSON.stringify(asked)}`, async () => {
        await start({ query: { output: 'text', step: 'day' } });
        await archive();
        const [fr] = await ask({ ...asked, language: 'fr' });
        assert.match(plain(fr!.payload), french);
        const [en] = await ask({ ...asked, language: 'en' });
        assert.match(plain(en!.payload), english);
        assert.deepEqual(caught, []);
      });

    it('of a meter without a name begins with a capital, in the language of Node-RED', async () => {
      await start({ query: { output: 'text', range: 'yesterday' }, meter: { name: '' }, lang: 'fr' });
      await archive();
      assert.match(plain((await ask())[0]!.payload), /^Hier, vous avez consommé /);
    });

    it('of an empty archive says that it is empty, and what fills it', async () => {
      await start({ query: { output: 'text', language: 'fr', range: 'everything' } });
      const [answer] = await ask();
      assert.match(
        plain(answer!.payload),
        /^Maison : l’archive est vide : le nœud « .*historique conso » la remplit\.$/i,
      );
    });

    it('says that readings are missing, and what has no price', async () => {
      await start({ query: { output: 'text', language: 'fr', value: 'cost' } });
      await archive({ start: '2026-11-19', end: '2026-11-22' });
      const [answer] = await ask();
      assert.match(plain(answer!.payload), /Il manque des relevés \(4\d % reçus\)\.$/);
    });
  });

  describe('as a picture', () => {
    it('has no payload that a chart would draw, and no PDL in it; one message a direction', async () => {
      await start({ query: { output: 'chart', direction: 'both', compare: 'before' } });
      await archive();
      const answers = await ask();
      assert.deepEqual(
        answers.map((answer) => 'payload' in answer),
        [false, false],
      );
      assert.ok(answers.every(({ ui_update }) => !JSON.stringify(ui_update).includes(PDL)));
      // Each has both directions: the last one is what stays.
      const { series } = answers[1]!.ui_update!.chartOptions as {
        series: { name: string; data: unknown[] }[];
      };
      assert.deepEqual(
        series.map(({ name, data }) => [name, data.length]),
        [
          ['consumption', 7],
          ['consumption, before', 7],
          ['production', 7],
          ['production, before', 7],
        ],
      );
    });

    it('of fewer days than before takes away what would be left: 30 days stood behind 7 after a reload', async () => {
      await start({ query: { output: 'chart' } });
      await archive();
      await ask({ range: 'last30days' });
      const [cleared, picture, ...more] = await ask({ range: 'last7days' });
      assert.deepEqual(cleared!.payload, []);
      assert.equal(cleared!.ui_update!.chartOptions.series, null);
      assert.ok(picture!.ui_update!.chartOptions.series);
      assert.deepEqual(more, []);
      assert.equal((await ask({ range: 'last7days' })).length, 1);
      assert.equal((await ask({ range: 'last30days' })).length, 1);
    });

    it('of an empty answer is an empty picture', async () => {
      for (const output of ['chart', 'heatmap', 'calendar']) {
        await start({ query: { output, range: 'lastYear' } });
        await archive({ start: '2026-11-19', end: '2026-11-26' });
        const { series } = (await ask()).at(-1)!.ui_update!.chartOptions as { series: { data: unknown[] }[] };
        assert.ok(
          series.every(({ data }) => data.length === 0),
          output,
        );
        assert.deepEqual(caught, [], output);
        await helper.unload();
      }
    });
  });

  describe('for Home Assistant', () => {
    const stats = (answers: Sent[]): ImportStatistics[] =>
      answers.map(({ payload }) => {
        checkStatistics(payload);
        return payload as ImportStatistics;
      });
    const HA = { output: 'home-assistant', range: 'yesterday' };
    const WEEKS: Period = { start: '2026-10-20', end: '2026-11-26' };

    it('sends every hour once, a week a message, with sums from the first; then only what is new', async () => {
      await start({ query: HA });
      await archive(WEEKS);
      const first = stats(await ask());
      assert.ok(first.every(({ stats: hours }) => hours.length <= 168));
      const hours = first.flatMap(({ stats: each }) => each);
      assert.equal(hours.length, 37 * 24 + 1);
      assert.ok(hours.every(({ start: at }) => /T\d\d:00:00[+]0[12]:00$/.test(at)));
      assert.equal(new Set(hours.map(({ start: at }) => Date.parse(at))).size, hours.length);
      hours.reduce((before, { sum, state }) => {
        nearly(sum, before + state);
        return sum;
      }, 0);
      nearly(hours.at(-1)!.sum, kwh(WEEKS.start, WEEKS.end));
      assert.deepEqual(first[0]!.metadata, {
        source: 'enedis',
        statistic_id: 'enedis:maison_consumption',
        name: 'Maison, consumption',
        unit_of_measurement: 'kWh',
        unit_class: 'energy',
        has_sum: true,
        mean_type: 0,
      });
      assert.equal(first[0]!.type, 'recorder/import_statistics');
      assert.deepEqual(Object.keys(first[0]!), ['type', 'metadata', 'stats']);

      // Asked again: yesterday, because that was asked for. The next day: that day alone.
      assert.equal(stats(await ask()).flatMap(({ stats: each }) => each).length, 24);
      clock.set('2026-11-27T09:30:00+01:00');
      await archive({ start: '2026-11-26', end: '2026-11-27' });
      const next = stats(await ask()).flatMap(({ stats: each }) => each);
      assert.deepEqual([next.length, next[0]!.start], [24, '2026-11-26T00:00:00+01:00']);
      nearly(next.at(-1)!.sum, kwh(WEEKS.start, '2026-11-27'));
    });

    it('sends again from where older readings came, or one was corrected, on', async () => {
      await start({ query: HA });
      await archive(WEEKS);
      await ask();
      const meter = helper.getNode('meter') as unknown as EnedisConfigNode;
      const { archive: kept } = await meter.collector();
      const half = truth('consumption', 'loadCurve', { start: '2026-11-20', end: '2026-11-21' })[10]!;
      await kept.merge(
        { direction: 'consumption', series: 'loadCurve' },
        [{ ...half, amount: half.amount + 2000, quality: 'corrected' }],
        'demo',
      );
      const corrected = stats(await ask()).flatMap(({ stats: each }) => each);
      assert.equal(corrected[0]!.start, '2026-11-20T00:00:00+01:00');
      assert.equal(corrected.length, 6 * 24);
      nearly(corrected.at(-1)!.sum, kwh(WEEKS.start, WEEKS.end) + 1);
      await archive({ start: '2026-10-10', end: '2026-10-20' });
      const older = stats(await ask()).flatMap(({ stats: each }) => each);
      assert.equal(older[0]!.start, '2026-10-10T00:00:00+02:00');
      assert.equal(older.length, 47 * 24 + 1);
    });

    it('goes on after a restart, and a renamed meter keeps its past', async () => {
      await start({ query: HA });
      await archive(WEEKS);
      await ask();
      await helper.unload();
      await start({ query: HA, meter: { name: 'Chalet' } });
      const again = stats(await ask());
      assert.equal(again.flatMap(({ stats: each }) => each).length, 24);
      assert.equal(again[0]!.metadata.statistic_id, 'enedis:maison_consumption');
      assert.equal(again[0]!.metadata.name, 'Chalet, consumption');
    });

    it('tells two meters of one name apart, and one without a name by its last digits', async () => {
      const other = {
        id: 'other',
        type: 'enedis-config',
        name: 'maison',
        gateway: 'demo',
        usagePointId: OTHER,
      };
      await start({ query: HA, others: [other] });
      await archive(WEEKS);
      assert.equal(stats(await ask())[0]!.metadata.statistic_id, 'enedis:maison_4270_consumption');
      await helper.unload();
      userDir = mkdtempSync(join(tmpdir(), 'enedis-nodes-'));
      await start({ query: HA, meter: { name: '' } });
      await archive(WEEKS);
      assert.equal(stats(await ask())[0]!.metadata.statistic_id, 'enedis:linky_4270_consumption');
    });

    it('of cost: euros, without the subscription, under an id of its own', async () => {
      await start({ query: { ...HA, value: 'cost' } });
      await archive(WEEKS);
      const all = stats(await ask());
      const { statistic_id, unit_of_measurement, unit_class } = all[0]!.metadata;
      assert.deepEqual(
        [statistic_id, unit_of_measurement, unit_class],
        ['enedis:maison_consumption_cost', 'EUR', null],
      );
      const [total] = figures((await ask({ output: 'readings', range: 'everything', step: 'total' }))[0]!);
      const last = all.at(-1)!.stats.at(-1)!;
      assert.ok(Math.abs(last.sum - total!.value) < 0.005, `${last.sum} ${total!.value}`);
    });

    it('takes the id that is chosen; one that Home Assistant refuses is refused', async () => {
      await start({ query: { ...HA, direction: 'both', statisticId: 'linky:home' } });
      await archive(WEEKS);
      const ids = new Set(stats(await ask()).map(({ metadata }) => metadata.statistic_id));
      assert.deepEqual([...ids], ['linky:home_consumption', 'linky:home_production']);
      await ask({ statisticId: 'Linky Home' });
      assert.equal(caught.at(-1)!.error.code, 'ENEDIS_INPUT');
    });

    it('counts a day of which only the energy is known in its first hour', async () => {
      await start({ query: HA });
      const meter = helper.getNode('meter') as unknown as EnedisConfigNode;
      const { archive: kept } = await meter.collector();
      const period = { start: '2026-11-24', end: '2026-11-26' };
      await kept.merge(
        { direction: 'consumption', series: 'daily' },
        truth('consumption', 'daily', period).map((each) => ({ ...each, quality: 'raw' })),
        'demo',
      );
      const hours = stats(await ask()).flatMap(({ stats: each }) => each);
      assert.deepEqual(
        hours.map(({ start: at }) => at),
        ['2026-11-24T00:00:00+01:00', '2026-11-25T00:00:00+01:00'],
      );
      nearly(hours[1]!.sum, kwh(period.start, period.end));
      // Its half-hours come: the hour is another, and all after it.
      await archive(period);
      assert.equal(stats(await ask()).flatMap(({ stats: each }) => each).length, 48);
    });
  });

  describe('what can’t be answered', () => {
    const code = (): string => caught.at(-1)!.error.code;

    for (const [saved, asked, expected, named] of [
      [{}, { range: 'lastCentury' }, 'ENEDIS_INPUT', /msg\.range/],
      [{ range: 'lastCentury' }, {}, 'ENEDIS_CONFIG', /range/],
      [{}, { value: 'voltage' }, 'ENEDIS_INPUT', /msg\.value/],
      [{}, { step: 'minute' }, 'ENEDIS_INPUT', /msg\.step/],
      [{}, { output: 'pdf' }, 'ENEDIS_INPUT', /msg\.output/],
      [{}, { compare: 'friends' }, 'ENEDIS_INPUT', /msg\.compare/],
      [{}, { direction: 'sideways' }, 'ENEDIS_INPUT', /msg\.direction/],
      [{}, { split: 'perhaps' }, 'ENEDIS_INPUT', /msg\.split/],
      [{}, { language: 'tlh' }, 'ENEDIS_INPUT', /msg\.language/],
      [{}, { start: '2026-13-01' }, 'ENEDIS_INPUT', /start/],
      [{}, { start: '0001-01-01' }, 'ENEDIS_INPUT', /start/],
      [{}, { end: '9999-12-31' }, 'ENEDIS_INPUT', /end/],
      [{}, { start: '2026-11-20', end: '2026-11-10' }, 'ENEDIS_INPUT', /ends.*November 10.*November 20/],
      [{ range: 'dates' }, {}, 'ENEDIS_CONFIG', /start/],
      [{ value: 'maxPower', direction: 'production' }, {}, 'ENEDIS_CONFIG', /direction/],
      [{ value: 'maxPower', output: 'heatmap' }, {}, 'ENEDIS_CONFIG', /output/],
      [{ value: 'power', output: 'home-assistant' }, {}, 'ENEDIS_CONFIG', /output/],
      [{ value: 'maxPower', step: 'hour' }, {}, 'ENEDIS_INPUT', /hour/],
      [{ value: 'cost', fixed: true, step: 'hour' }, {}, 'ENEDIS_CONFIG', /fixed/],
      [{ value: 'power', split: true }, {}, 'ENEDIS_CONFIG', /split/],
    ] as const)
      it(`is one clear error: ${JSON.stringify({ ...saved, ...asked })}`, async () => {
        await start({ query: saved });
        await archive({ start: '2026-11-19', end: '2026-11-26' });
        assert.deepEqual(await ask(asked), []);
        assert.equal(code(), expected);
        assert.match(caught[0]!.error.message, named);
        assert.equal(caught[0]!.payload, 'go');
      });

    it('a meter without a tariff that is asked for cost; the direction that has one is answered', async () => {
      await start({ query: { value: 'cost', direction: 'both' } });
      await archive({ start: '2026-11-19', end: '2026-11-26' });
      const answers = await ask();
      assert.deepEqual(
        answers.map(({ topic }) => topic.split('/').at(-1)),
        ['consumption'],
      );
      assert.equal(code(), 'ENEDIS_CONFIG');
    });

    it('no meter', async () => {
      await start({ query: { config: 'nobody' } });
      await ask();
      assert.equal(code(), 'ENEDIS_CONFIG');
    });

    it('days outside the archive: an empty answer that says what there is', async () => {
      await start();
      await archive();
      const [answer] = await ask({ start: '2019-01-01', end: '2019-01-31' });
      assert.deepEqual(answer!.payload, []);
      const { count, coverage, archive: known, missing } = answer!.enedis;
      assert.deepEqual([count, coverage, known], [0, 0, { start: '2025-10-01', end: '2026-11-25' }]);
      assert.equal(missing.length, 1);
      assert.deepEqual(caught, []);
    });

    it('whatever a message holds, the node answers or refuses, and goes on', async () => {
      await start();
      await archive({ start: '2026-11-19', end: '2026-11-26' });
      const names = [
        'value',
        'direction',
        'range',
        'start',
        'end',
        'step',
        'split',
        'fixed',
        'tariff',
        'compare',
        'output',
        'language',
        'statisticId',
      ];
      const thrower = {
        toString: () => {
          throw new Error('no');
        },
      };
      for (const name of names)
        for (const hostile of [
          {},
          [],
          ['day'],
          42,
          NaN,
          -1,
          true,
          '__proto__',
          'constructor',
          'x'.repeat(1000),
          null,
          thrower,
        ])
          await ask({ [name]: hostile });
      assert.ok(caught.every(({ error }) => /^ENEDIS_(INPUT|CONFIG)$/.test(error.code)));
      assert.equal(figures((await ask())[0]!).length, 7);
    });
  });
});
