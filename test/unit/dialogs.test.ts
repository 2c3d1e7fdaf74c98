/** The dialogs' pages and the scripts beside them: each takes what the other has, and nothing else. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { OFFERS } from '../../lib/tariffs/offers';
import { readTariff } from '../../lib/tariffs/settings/read-tariff';
import { placeInWords } from '../../nodes/tariff/dialog/places';
import {
  periodInWords,
  periodsOf,
  powersOf,
  rowOfVersion,
  versionOfRow,
} from '../../nodes/tariff/dialog/settings';
import { TEMPLATES } from '../../nodes/tariff/dialog/templates';

const ROOT = join(__dirname, '..', '..');
const PAGES = [
  'nodes/config/enedis-config',
  'nodes/tariff/enedis-tariff',
  'nodes/price/enedis-price',
  'nodes/fetch-yesterday/enedis-fetch-yesterday',
  'nodes/backfill/enedis-backfill',
  'nodes/aggregate/enedis-aggregate',
  'nodes/query/enedis-query',
  'dashboard/nodes/linky/ui-enedis-linky',
];

/** As the build names what it puts into the page. */
const globalOf = (path: string): string =>
  path.replace(/^.*\//, '').replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());

describe('the dialogs', () => {
  for (const path of PAGES) {
    it(`${path}.html takes from its script what is there, and all of it`, async () => {
      const page = readFileSync(join(ROOT, `${path}.html`), 'utf8');
      const used = [...page.matchAll(new RegExp(`\\b${globalOf(path)}\\.(\\w+)`, 'g'))].map(
        ([, name]) => name,
      );
      const script = (await import(join(ROOT, `${path}.editor.ts`))) as object;
      const exported = Object.keys(script).filter((name) => name !== 'default');
      assert.deepEqual([...new Set(used)].sort(), exported.sort());
    });

    it(`${path}.editor.ts: a validator that gives a reason has two parameters, or it would count as right`, async () => {
      const script = (await import(join(ROOT, `${path}.editor.ts`))) as Record<string, unknown>;
      for (const [name, check] of Object.entries(script))
        if (typeof check === 'function' && name.startsWith('check') && name !== 'checkWidth') {
          // What makes a validator takes the property it is for.
          const made = check.length === 1 ? (check as (property: string) => unknown)('start') : check;
          assert.equal((made as () => void).length, 2, name);
        }
    });
  }
});

describe('the dialog of a tariff', () => {
  it('knows the offers as the runtime does', () => {
    for (const [offer, { schedule, powers }] of Object.entries(OFFERS)) {
      assert.deepEqual(periodsOf(offer, ''), Object.keys(schedule.periods), offer);
      assert.deepEqual(powersOf(offer), powers, offer);
    }
  });

  it('has words for each period of an offer, and leaves a person’s own', () => {
    const say = (key: string): string => `words of ${key}`;
    assert.equal(periodInWords('HCJB', 'HCJB', say), 'words of period.HCJB');
    assert.equal(periodInWords('HC', 'Creuses', say), 'Creuses');
    assert.equal(periodInWords('NUIT', 'NUIT', say), 'NUIT');
  });

  it('offers examples that can be read, but for the prices', () => {
    for (const [name, rules] of Object.entries(TEMPLATES)) {
      const { problems } = readTariff({ offer: 'custom', rules: JSON.stringify(rules) });
      assert.deepEqual(
        problems.map(({ at }) => at),
        ['versions'],
        name,
      );
    }
  });

  it('keeps prices while rules can’t be read for the moment', () => {
    const saved = { from: '2026-08-01', subscription: 15, per: 'month', kwh: { HC: 0.1, HP: 0.2 } };
    const row = rowOfVersion(saved);
    assert.deepEqual(versionOfRow(row, ['HC', 'HP']), saved);
    assert.deepEqual(versionOfRow(row, []), saved);
    assert.deepEqual(versionOfRow({ ...row, HC: '0,15' }, ['HC']).kwh, { HC: 0.15 });
  });

  it('names a fault by its field and its line', () => {
    const say = (key: string, { number = 0 }: { number?: unknown } = {}): string =>
      number === 0 ? key.replace('label.', '') : `${key.replace('place.', '')} ${String(number)}`;
    for (const [at, words] of [
      ['power', 'power'],
      ['windows[1].summer', 'windows, line 2, summer'],
      ['versions[0].kwh.HC', 'versions, line 1, HC'],
      ['rules.rules[2].time', 'rules, rule 3, time'],
      ['rules.periods.fixed', 'rules, periods, fixed'],
      ['earlier[0].versions[1].from', 'earlier, contract 1, versions, line 2, from'],
      ['earlier[0].rules.rules[1].day[0]', 'earlier, contract 1, rules, rule 2, day, line 1'],
    ] as const)
      assert.equal(placeInWords(at, false, say), words, at);
    assert.equal(placeInWords('windows[0].winter', true, say), 'hours');
  });
});
