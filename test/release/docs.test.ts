/** The pages in docs/: what they show is accepted, their links lead somewhere, both languages say the same. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import jsonata from 'jsonata';
import { answer } from '../../lib/query/answer';
import { COMPARISONS, STEPS, VALUES, type Question } from '../../lib/query/question';
import { EnergyValue } from '../../lib/query/values';
import { instantAt } from '../../lib/readings/paris';
import { RANGES } from '../../lib/readings/ranges';
import { FileStorage } from '../../lib/storage/files';
import { Days } from '../../lib/tariffs/days/days';
import { ToldRates } from '../../lib/tariffs/days/told-rates';
import { momentOf } from '../../lib/tariffs/moment';
import { readTariff } from '../../lib/tariffs/settings/read-tariff';
import { priceNow } from '../../nodes/price/messages';
import { OUTPUTS } from '../../nodes/query/outputs';
import { archived, sourceOf } from '../support/archived';
import { ROOT } from '../support/installed';
import { loadShipped, tariffOf } from '../support/tariffs';

const DOCS = join(ROOT, 'docs');
const pages = readdirSync(join(DOCS, 'en'));
const read = (language: string, page: string): string => readFileSync(join(DOCS, language, page), 'utf8');

describe('the pages', () => {
  it('are there in both languages', () => {
    assert.deepEqual(readdirSync(join(DOCS, 'fr')), pages);
  });

  for (const page of pages) {
    it(`${page}: both languages have the same headings, samples and rows`, () => {
      const [english, french] = ['en', 'fr'].map((language) => read(language, page)) as [string, string];
      const outline = (text: string): string[] =>
        [...text.matchAll(/^(#+|```\w*|\| `\w+`|\d\.)/gm)].map(([mark]) => mark);
      assert.deepEqual(outline(french), outline(english));
    });

    for (const language of ['en', 'fr'])
      it(`${language}/${page}: links and pictures are there`, () => {
        const text = read(language, page);
        const links = [...text.matchAll(/\]\(([^)#]+)\)|src="([^"]+)"/g)].map(
          ([, link, picture]) => link ?? picture!,
        );
        assert.ok(links.length > 0);
        for (const link of links.filter((each) => !each.startsWith('http')))
          assert.ok(existsSync(join(dirname(join(DOCS, language, page)), link)), link);
      });
  }

  for (const language of ['en', 'fr'])
    it(`${language}/tariffs.md: each sample is a setting that a tariff takes`, () => {
      const samples = [...read(language, 'tariffs.md').matchAll(/```json\n([^]*?)```/g)].map(
        ([, json = '']) => JSON.parse(json) as unknown,
      );
      const [windows, versions, earlier, rules] = samples;
      const hphc = { offer: 'hphc', prices: 'own', windows, versions, earlier };
      assert.deepEqual(readTariff(hphc).problems, []);
      const kwh = { HSC: 0.12, HC: 0.16, HP: 0.21 };
      const custom = { offer: 'custom', windows, versions: [{ from: '2026-08-01', kwh }], rules };
      assert.deepEqual(readTariff(custom).problems, []);
      assert.equal(samples.length, 4);
    });

  for (const language of ['en', 'fr'])
    it(`${language}/price.md: the message is one, and days and rates are taken as they are shown`, async () => {
      const text = read(language, 'price.md');
      const [shown, days, rates] = [...text.matchAll(/```json\n([^]*?)```/g)].map(
        ([, json = '']) => JSON.parse(json) as unknown,
      );
      const knowing = { '2026-11-25': 'blue', '2026-11-26': 'white' };
      await loadShipped();
      const moment = momentOf(
        tariffOf({ offer: 'tempo', prices: 'regulated', power: 9 }, { days: knowing }),
        instantAt('2026-11-25', '22:00'),
      );
      const labels = { fr: 'Heures creuses, jours bleus', en: 'Off-peak, blue days' };
      const { daysLeft } = shown as { daysLeft: Record<string, number> };
      const real = priceNow(moment, {
        reason: 'period',
        labelOf: () => labels[language as 'en' | 'fr'],
        daysLeft,
      });
      assert.deepEqual(shown, JSON.parse(JSON.stringify(real)));
      const storage = new FileStorage(undefined, () => undefined);
      assert.deepEqual((await new Days(storage, 'real', 'tempo').tell(days)).problems, []);
      const now = instantAt('2026-11-25', '12:00');
      assert.deepEqual((await new ToldRates(storage, 'real', 'spot').tell(rates, now)).problems, []);
      const reasons = [...text.matchAll(/^\| `(\w+)`/gm)].map(([, reason]) => reason);
      assert.deepEqual(reasons, ['reason', 'period', 'price', 'day', 'start', 'asked']);
      const evcc = readFileSync(join(ROOT, 'examples', '13 - Prices for evcc.json'), 'utf8');
      const [, uri = ''] = /uri: http:\/\/nodered:1880(\S+)/.exec(text) ?? [];
      assert.ok(evcc.includes(`"url": "${uri}"`), uri);
    });

  for (const language of ['en', 'fr'])
    it(`${language}/query.md: the figure is what the node answers, and its words are those it understands`, async () => {
      const text = read(language, 'query.md');
      const [shown] = [...text.matchAll(/```json\n([^]*?)```/g)].map(
        ([, json = '']) => JSON.parse(json) as unknown,
      );
      const source = sourceOf(await archived({ start: '2025-11-01', end: '2026-11-26' }));
      const question: Question = {
        ...{ value: 'energy', direction: 'consumption', step: 'month', compare: 'lastYear' },
        days: { first: '2026-11-01', last: '2026-11-30' },
      };
      const now = instantAt('2026-11-26', '12:00');
      const { figures } = await answer(question, source, new EnergyValue(source, 'month'), now);
      assert.deepEqual(shown, JSON.parse(JSON.stringify(figures[0])));
      const row = (name: string): string => new RegExp(`^\\| \`${name}\`.*$`, 'm').exec(text)?.[0] ?? '';
      for (const [name, words] of [
        ['value', VALUES],
        ['range', [...RANGES, 'dates']],
        ['step', STEPS],
        ['compare', COMPARISONS],
        ['output', Object.keys(OUTPUTS)],
      ] as const)
        for (const word of words) assert.ok(row(name).includes(`\`${word}\``), `${name}: ${word}`);
      const [, expression = ''] = /```jsonata\n([^]*?)```/.exec(text) ?? [];
      const reckoned = (await jsonata(expression).evaluate({
        made: 12,
        payload: [{ value: 4.5 }],
      })) as object;
      assert.deepEqual(
        { ...reckoned },
        {
          usedAtOnce: 7.5,
          share: 0.625,
        },
      );
      const examples = readdirSync(join(ROOT, 'examples')).map((file) => Number.parseInt(file, 10));
      for (const [, number] of text.matchAll(/\((\d+)\)/g))
        assert.ok(examples.includes(Number(number)), number);
    });
});
