/**
 * The nodes' dialogs as a user finds and fills them in: by a word in the palette's search, by name for those who hear
 * the editor, periods that move with the calendar, series that are ticked, and what is kept of a meter.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import type { Locator, Page } from 'playwright-core';
import { needsChromium, type OpenBrowser, openBrowser, screenshot } from '../support/chromium';
import { Editor } from '../support/editor';
import { type FlowNode, type NodeRed, sink, startNodeRed } from '../support/node-red';

const PDL = '22516914714270';
const onCanvas = { z: 'tab', x: 200 };
const FLOW: FlowNode[] = [
  { id: 'tab', type: 'tab', label: 'Test' },
  {
    id: 'meter',
    type: 'enedis-config',
    name: 'Maison',
    gateway: 'demo',
    usagePointId: PDL,
    direction: 'consumption',
    loadCurve: true,
    environment: 'production',
  },
  {
    id: 'bleu',
    type: 'enedis-tariff',
    name: 'Tarif Bleu',
    offer: 'hphc',
    prices: 'regulated',
    power: '6',
    windows: [{ from: '', winter: '22:30-06:30' }],
  },
  {
    id: 'fetch',
    type: 'enedis-fetch-yesterday',
    ...onCanvas,
    y: 80,
    config: 'meter',
    schedule: 'input',
    firstCollect: true,
    wires: [['readings'], ['summary']],
  },
  {
    id: 'backfill',
    type: 'enedis-backfill',
    ...onCanvas,
    y: 160,
    config: 'meter',
    order: 'newest',
    wires: [[], []],
  },
  // As one of before there were series to choose.
  {
    id: 'aggregate',
    type: 'enedis-aggregate',
    ...onCanvas,
    y: 240,
    ...{ period: 'day', fn: 'auto', incomplete: 'emit', output: 'readings', store: '' },
    wires: [[]],
  },
  {
    id: 'ask',
    type: 'inject',
    ...onCanvas,
    y: 320,
    ...{ props: [{ p: 'payload' }], payload: '', payloadType: 'date', repeat: '', crontab: '' },
    wires: [['fetch']],
  },
  sink('readings', 'tab', 'readings'),
  sink('summary', 'tab', 'summary'),
];

describe('the dialogs', { ...needsChromium(), timeout: 240_000 }, () => {
  let nodeRed: NodeRed;
  let browser: OpenBrowser;
  let page: Page;
  let editor: Editor;

  before(async () => {
    nodeRed = await startNodeRed();
  });
  after(async () => {
    await nodeRed?.kill();
  });
  beforeEach(async () => {
    await nodeRed.deploy(FLOW);
  });
  afterEach(async () => {
    await browser?.close();
  });

  async function open(locale: string): Promise<void> {
    browser = await openBrowser({ locale });
    page = browser.page;
    editor = new Editor(page);
    await editor.open(nodeRed.url);
  }

  /** Keeps the picture of a failure, which says more than its words. */
  function pictured(name: string, test: () => Promise<void>): () => Promise<void> {
    return async () => {
      try {
        await test();
      } catch (error) {
        if (browser) await screenshot(page, `failed-${name}`).catch(() => undefined);
        throw error;
      }
    };
  }

  const saved = async (id: string): Promise<FlowNode> =>
    (await nodeRed.flows()).find((node) => node.id === id)!;

  async function openMeter(): Promise<void> {
    await editor.edit(editor.node('fetch'));
    await page.locator('#node-input-btn-config-edit').click();
    await page.locator('#node-config-dialog-ok').waitFor();
    await editor.settled();
  }

  for (const [locale, words] of [
    ['fr-FR', { linky: 5, compteur: 5, conso: 3, prix: 1, historique: 1, hier: 1, totaux: 1, questions: 1 }],
    ['en-US', { linky: 5, meter: 5, price: 1, yesterday: 1, history: 1, totals: 1, questions: 1, enedis: 5 }],
  ] as const)
    it(
      `are found by the word people think of, ${locale}`,
      pictured('search', async () => {
        await open(locale);
        const search = page.locator('#red-ui-palette-search input');
        const found = page.locator('.red-ui-palette-node[data-palette-type^="enedis-"]:visible');
        const type = async (word: string, count: number): Promise<void> => {
          // A category that is still closing would close for good.
          await editor.settled();
          await search.fill('');
          await search.pressSequentially(word);
          // The list is filtered a moment after the last key.
          await page
            .waitForFunction(
              `$('.red-ui-palette-node[data-palette-type^="enedis-"]:visible').length === ${count}`,
            )
            .catch(() => undefined);
          assert.equal(await found.count(), count, word);
        };
        for (const [word, count] of Object.entries(words)) {
          await type('no node is called so', 0);
          await type(word, count);
        }
        assert.deepEqual(browser.complaints, []);
      }),
    );

  it(
    'and nodes say what they do and whose meter it is',
    pictured('labels', async () => {
      await open('fr-FR');
      await editor.labelled('Hier · Maison').waitFor();
      await editor.labelled('Historique · Maison').waitFor();
      await browser.close();
      await open('en-US');
      await editor.labelled('Yesterday · Maison').waitFor();
      await editor.labelled('History · Maison').waitFor();
    }),
  );

  for (const locale of ['fr-FR', 'en-US'])
    it(
      `have a name for each control, ${locale}`,
      pictured('names', async () => {
        await open(locale);
        const nameless = async (dialog: Locator): Promise<string[]> =>
          (await dialog.ariaSnapshot())
            .split('\n')
            .filter((line) => /- (textbox|combobox|checkbox|button|spinbutton|radio)(?! ")/.test(line));
        for (const id of ['fetch', 'backfill', 'aggregate']) {
          await editor.edit(editor.node(id));
          if (id === 'fetch') await page.locator('#node-input-schedule').selectOption('automatic');
          // A typed input has other fields for a date, a message and a period.
          const options = id === 'backfill' ? ['date', 'msg', 'range'] : ['as it is'];
          for (const type of options) {
            if (id === 'backfill')
              await page.evaluate(
                `$('#node-input-start').typedInput('type', '${type}'), $('#node-input-end').typedInput('type', '${type}')`,
              );
            const dialog = page.locator('.enedis-dialog');
            assert.ok((await dialog.ariaSnapshot()).includes('textbox'), id);
            assert.deepEqual(await nameless(dialog), [], `${id}, ${type}`);
          }
          await page.locator('#node-dialog-cancel').click();
          await editor.settled();
        }
        await openMeter();
        for (const gateway of ['conso-api', 'data-connect', 'demo']) {
          await page.locator('#node-config-input-gateway').selectOption(gateway);
          assert.deepEqual(await nameless(page.locator('.enedis-config')), [], gateway);
        }
      }),
    );

  it(
    'take periods that move with the calendar',
    pictured('periods', async () => {
      await open('fr-FR');
      await editor.edit(editor.node('backfill'));
      const choose = async (field: 'start' | 'end', period: string): Promise<void> => {
        const row = page.locator(`#node-input-${field} + .red-ui-typedInput-container`);
        const menu = page.locator('.red-ui-typedInput-options:visible');
        await row.locator('.red-ui-typedInput-type-select').click();
        await menu.getByText('période', { exact: false }).click();
        // On a busy machine a menu that is still closing takes the next one's click.
        await menu.waitFor({ state: 'hidden' });
        await row.locator('.red-ui-typedInput-option-trigger').click();
        await menu.getByText(period, { exact: true }).click();
        await menu.waitFor({ state: 'hidden' });
      };
      await choose('start', 'l’année dernière');
      await choose('end', 'le mois dernier');
      await screenshot(page, 'backfill-periods-fr');
      await editor.confirm();
      await editor.deploy();
      const { start, startType, end, endType } = await saved('backfill');
      assert.deepEqual([start, startType, end, endType], ['lastYear', 'range', 'lastMonth', 'range']);
      assert.deepEqual(browser.complaints, []);
    }),
  );

  it(
    'have every series ticked, which is saved as all; one taken away leaves the others',
    pictured('series', async () => {
      await open('en-US');
      const boxes = page.locator('.enedis-ticks input');
      await editor.edit(editor.node('backfill'));
      assert.deepEqual(
        await boxes.evaluateAll((all) => all.map((box) => (box as unknown as { checked: boolean }).checked)),
        [true, true, true],
      );
      await page.getByLabel('load curve').uncheck();
      await editor.confirm();
      await editor.deploy();
      assert.equal((await saved('backfill')).series, 'daily,maxPower');
      // The news of the deployment lies over the nodes.
      await page.locator('.red-ui-notification').first().waitFor({ state: 'detached' });
      await editor.edit(editor.node('backfill'));
      assert.equal(await page.getByLabel('load curve').isChecked(), false);
      await page.getByLabel('load curve').check();
      await editor.confirm();
      await editor.deploy();
      assert.equal((await saved('backfill')).series, '');
    }),
  );

  it(
    'say what a message does to a summary that is wanted once a day',
    pictured('once', async () => {
      await open('en-US');
      await editor.edit(editor.node('fetch'));
      const says = page.locator('.enedis-summary-says');
      assert.match((await says.textContent()) ?? '', /first message of the day/);
      await page.locator('#node-input-replay').check();
      assert.match((await says.textContent()) ?? '', /untick the box below/);
      await page.locator('#node-input-schedule').selectOption('automatic');
      assert.match((await says.textContent()) ?? '', /made for a notification/);
    }),
  );

  it(
    'have one energy of daily readings and load curve, where there is a period for it',
    pictured('energy', async () => {
      await open('fr-FR');
      await editor.edit(editor.node('aggregate'));
      const series = page.locator('#node-input-series');
      assert.equal(await series.inputValue(), 'all', 'a node of before has all');
      await page.locator('#node-input-period').selectOption('month');
      await series.selectOption('energy');
      await page.locator('#node-input-period').selectOption('reading');
      assert.equal(await series.inputValue(), 'all', 'without a period there is none');
      await page.locator('#node-input-period').selectOption('month');
      // Maximum power has no sum, which is no warning for who doesn't take it.
      const warning = page.locator('#enedis-hint-sum');
      await page.locator('#node-input-fn').selectOption('sum');
      assert.equal(await warning.isVisible(), true);
      await series.selectOption('energy');
      assert.equal(await warning.isVisible(), false);
      await editor.confirm();
      await editor.deploy();
      assert.equal((await saved('aggregate')).series, 'energy');
    }),
  );

  it(
    'ask for a tariff where there are euros to add up, and for its parts only where they mean something',
    pictured('cost', async () => {
      await open('fr-FR');
      await editor.edit(editor.node('aggregate'));
      const [period, fn] = [page.locator('#node-input-period'), page.locator('#node-input-fn')];
      const tariff = page.locator('#node-input-tariff');
      const split = page.getByLabel('Une valeur par période tarifaire');
      const fixed = page.getByLabel('Avec la part d’abonnement');
      assert.deepEqual([await tariff.isVisible(), await fixed.isVisible()], [false, false]);
      await fn.selectOption('max');
      assert.equal(await split.isVisible(), false, 'a maximum has no parts');
      await fn.selectOption('cost');
      await split.check();
      await fixed.check();
      await tariff.selectOption('bleu');
      await screenshot(page, 'aggregate-cost-fr');
      await period.selectOption('hour');
      assert.equal(await fixed.isVisible(), false, 'an hour has no subscription');
      await period.selectOption('month');
      assert.equal(await fixed.isChecked(), false);
      await fixed.check();
      await editor.confirm();
      await editor.deploy();
      const { fn: kept, split: isSplit, fixed: isFixed, tariff: chosen } = await saved('aggregate');
      assert.deepEqual([kept, isSplit, isFixed, chosen], ['cost', true, true, 'bleu']);
      assert.match((await editor.node('aggregate').textContent()) ?? '', /Coût · mois/);
    }),
  );

  it(
    'show what is kept of a meter, give it away as a table, and erase it after a second yes',
    pictured('archive', async () => {
      await open('fr-FR');
      await editor.press(editor.node('ask'));
      await nodeRed.next('summary');
      await openMeter();
      const says = page.locator('.enedis-archive-says');
      await says.filter({ hasText: /relevés quotidiens/ }).waitFor();
      await screenshot(page, 'archive-fr');

      const download = page.waitForEvent('download');
      await page.locator('.enedis-export').click();
      const file = await download;
      assert.match(file.suggestedFilename(), /^linky-4270-\d{4}-\d\d-\d\d\.csv$/);
      // With the mark by which a spreadsheet knows that it is UTF-8.
      const table = readFileSync(await file.path(), 'utf8');
      const [titles = '', ...rows] = table.trimEnd().split(/\r?\n/);
      assert.match(titles, /^\ufeffsens;série;/);
      assert.ok(rows.length > 300, `${rows.length} rows`);
      assert.ok(rows.every((row) => row.split(';').length === titles.split(';').length));

      const sure = page.locator('.enedis-sure');
      assert.equal(await sure.isVisible(), false);
      await page.locator('.enedis-erase').click();
      await sure.filter({ hasText: PDL }).waitFor();
      await page.locator('.enedis-erase-cancel').click();
      assert.equal(await sure.isVisible(), false);
      assert.doesNotMatch((await says.textContent()) ?? '', /effacé/);
      await page.locator('.enedis-erase').click();
      await screenshot(page, 'archive-erase-fr');
      await page.locator('.enedis-erase-really').click();
      await says.filter({ hasText: /C’est effacé.*Rien n’est/s }).waitFor();
      assert.equal(await page.locator('.enedis-export').isDisabled(), true);
      assert.deepEqual(browser.complaints, []);
    }),
  );
});
