/** The pages in docs/: what they show is accepted, their links lead somewhere, both languages say the same. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { readTariff } from '../../lib/tariffs/settings/read-tariff';
import { ROOT } from '../support/installed';

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
});
