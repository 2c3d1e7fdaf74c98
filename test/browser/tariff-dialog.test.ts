/**
 * The dialog of a tariff, with the hands: an offer in three clicks, what is wrong told where it stands, the strip of two
 * days, and a year in euros of the meter that uses it.
 */
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import type { Locator, Page } from 'playwright-core';
import { needsChromium, type OpenBrowser, openBrowser, screenshot } from '../support/chromium';
import { Editor } from '../support/editor';
import { type FlowNode, type NodeRed, sink, startNodeRed } from '../support/node-red';

const PDL = '22516914714270';
const FIELDS = '#node-config-input-';
const WINDOWS = [{ from: '', winter: '22:38-06:38' }];

/** For the page: what of the dialog lies outside of the window, to the right. */
const CUT_OFF = `[...document.querySelectorAll('.enedis-tariff *')]
  .filter((each) => each.checkVisibility() && each.getBoundingClientRect().right > window.innerWidth)
  .map((each) => each.tagName + ' ' + each.className + ' ' + each.textContent.trim().slice(0, 40))`;

const meter = (tariff: string): FlowNode => ({
  id: 'meter',
  type: 'enedis-config',
  name: 'Maison',
  ...{ gateway: 'demo', usagePointId: PDL, direction: 'consumption', loadCurve: true },
  ...{ environment: 'production', tariff, feedIn: '', subscribedPower: '' },
});
const tariff = (settings: object): FlowNode => ({
  id: 'tariff',
  type: 'enedis-tariff',
  name: '',
  ...{ direction: 'consumption', offer: 'hphc', prices: 'regulated', power: '9', windows: WINDOWS },
  ...{ versions: [], days: 'automatic', rules: '', earlier: [], version: 1 },
  ...settings,
});
const FLOW: FlowNode[] = [
  { id: 'tab', type: 'tab', label: 'Test' },
  {
    id: 'fetch',
    type: 'enedis-fetch-yesterday',
    z: 'tab',
    ...{ config: 'meter', schedule: 'input', firstCollect: true },
    wires: [[], ['summary']],
  },
  {
    id: 'ask',
    type: 'inject',
    z: 'tab',
    ...{ props: [{ p: 'payload' }], payload: '', payloadType: 'date', repeat: '', crontab: '' },
    wires: [['fetch']],
  },
  sink('summary', 'tab', 'summary'),
];

describe('the dialog of a tariff', { ...needsChromium(), timeout: 240_000 }, () => {
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
    await nodeRed.deploy([...FLOW, meter('tariff'), tariff({})]);
  });
  afterEach(async () => {
    await browser?.close();
  });

  /** Opens the dialog of the meter's tariff, or of a new one. */
  async function open(locale: string, { theme = 'light', isNew = false, width = 1400 } = {}): Promise<void> {
    browser = await openBrowser({ locale });
    page = browser.page;
    await page.addInitScript(`localStorage.setItem('view-dark-theme', '${theme}')`);
    editor = new Editor(page);
    await editor.open(nodeRed.url);
    await editor.edit(editor.node('fetch'));
    await page.locator('#node-input-btn-config-edit').click();
    await page.locator('#node-config-dialog-ok').waitFor();
    await editor.settled();
    if (!(await page.locator('.enedis-costs').evaluate((e) => (e as unknown as { open: boolean }).open)))
      await page.locator('.enedis-costs > summary').click();
    await page.locator(`#node-config-input-btn-tariff-${isNew ? 'add' : 'edit'}`).click();
    await page.locator('.enedis-tariff').waitFor();
    // The editor keeps on the server whether it is shown.
    if (width < 800 && (await page.locator('#red-ui-sidebar').isVisible()))
      await page.evaluate(`RED.actions.invoke('core:toggle-sidebar')`);
    // Tall, so that a picture shows all of it.
    await page.setViewportSize({ width, height: 1300 });
    await editor.settled();
  }

  /** Keeps the picture of a failure, which says more than its words. */
  function pictured(name: string, test: () => Promise<void>): () => Promise<void> {
    return async () => {
      try {
        await test();
      } catch (error) {
        if (browser) await screenshot(page, `failed-tariff-${name}`).catch(() => undefined);
        throw error;
      }
    };
  }

  const field = (name: string): Locator => page.locator(`.enedis-tariff ${FIELDS}${name}`);
  const preview = (words: RegExp): Promise<void> =>
    page.locator('.enedis-preview').filter({ hasText: words }).waitFor();

  it(
    'an offer in three clicks: offer, power, done',
    pictured('clicks', async () => {
      await open('fr-FR', { isNew: true });
      await field('offer').selectOption('tempo');
      await field('power').selectOption('9');
      await preview(/La nature du jour n’est pas encore connue/);
      await preview(/Aucun compteur n’utilise encore ce tarif/);
      await page.locator('#node-config-dialog-ok').last().click();
      await editor.settled();
      await editor.confirmConfig();
      await editor.confirm();
      await editor.deploy();
      const saved = (await nodeRed.flows()).find(
        ({ id, type }) => type === 'enedis-tariff' && id !== 'tariff',
      );
      assert.deepEqual(
        [saved?.offer, saved?.power, saved?.prices, saved?.windows, saved?.versions],
        ['tempo', '9', 'regulated', [], []],
      );
      assert.deepEqual(browser.complaints, []);
    }),
  );

  // Pairwise: each language meets both themes and both widths.
  for (const [locale, words, pictures] of [
    [
      'fr-FR',
      {
        empty: /rien n’est archivé/,
        since: /en vigueur depuis le 1er août 2026, tel que connu/,
        unsure: /pas encore confirmé/,
        year: /Maison, du .* au .*Heures creuses.*kWh.*€.*Heures pleines.*Abonnement.*Total/s,
      },
      [
        ['light', 1400],
        ['dark', 380],
      ],
    ],
    [
      'en-US',
      {
        empty: /nothing is archived/,
        since: /valid since August 1, 2026, as known/,
        unsure: /hasn't confirmed/,
        year: /Maison, from .* to .*Off-peak.*kWh.*€.*Peak.*Subscription.*Total/s,
      },
      [
        ['dark', 1400],
        ['light', 380],
      ],
    ],
  ] as const)
    it(
      `shows two days, since when its prices are valid, and a year in euros, ${locale}`,
      pictured('year', async () => {
        await open(locale);
        await preview(words.since);
        await preview(words.unsure);
        assert.equal(await page.locator('.enedis-strip').count(), 2);
        const spoken = await page.locator('.enedis-strip').first().getAttribute('aria-label');
        assert.match(spoken ?? '', /06:38 .*€\/kWh.*; 22:38 /);
        await browser.close();

        await nodeRed.inject('ask');
        await nodeRed.next('summary');
        for (const [theme, width] of pictures) {
          await open(locale, { theme, width });
          await preview(words.year);
          await page.locator('.enedis-preview').scrollIntoViewIfNeeded();
          const cutOff = await page.evaluate<string[]>(CUT_OFF);
          assert.deepEqual(cutOff, [], `${theme} ${width}`);
          await screenshot(page, `tariff-${locale.slice(0, 2)}-${theme}-${width}`);
          assert.deepEqual(browser.complaints, []);
          await browser.close();
        }
      }),
    );

  it(
    'each fault is named where it stands, and its field is marked',
    pictured('faults', async () => {
      await open('fr-FR');
      const faulty = page.locator('.enedis-tariff [aria-invalid="true"]');
      const hours = page.locator('#enedis-hours');
      for (const [typed, says] of [
        ['25:00-06:00', /Heures creuses\s: «\s25:00\s» n’est pas une heure/],
        ['22:00-06:00;05:30-07:00', /Heures creuses\s: «\s05:30-07:00\s» recouvre une autre plage/],
        ['06:00-06:00', /Heures creuses\s: une plage est vide/],
      ] as const) {
        await hours.fill(typed);
        await preview(says);
        assert.equal(await faulty.getAttribute('id'), 'enedis-hours');
      }
      await screenshot(page, 'tariff-faults-fr');
      await hours.fill('22:38-06:38');
      await preview(/en vigueur/);
      assert.equal(await faulty.count(), 0);

      await page.locator('.enedis-prices > summary').click();
      const add = page.locator('.enedis-versions button', { hasText: 'Ajouter' });
      // A line as it is to be: it counts in the place of the regulated price of that day.
      await add.click();
      const first = page.locator('.enedis-versions .enedis-row').first();
      await first.locator('[data-field="from"]').fill('2026-08-01');
      await first.locator('[data-field="HC"]').fill('0,15');
      await first.locator('[data-field="HP"]').fill('0,2');
      await preview(/0,15\s€\/kWh.*Vos propres prix, depuis le 1er août 2026/s);
      await first.locator('button').click();
      for (const [line, date, price] of [
        [0, '2026-08-01', '0,15'],
        [1, '2026-02-01', 'cher'],
      ] as const) {
        await add.click();
        const row = page.locator('.enedis-versions .enedis-row').nth(line);
        await row.locator('[data-field="from"]').fill(date);
        await row.locator('[data-field="HC"]').fill(price);
        await row.locator('[data-field="HP"]').fill('0,2');
      }
      await preview(
        /Prix datés, ligne 2, Depuis le\s: .*doit venir après.*Prix datés, ligne 2, HC\s: «\scher\s»/s,
      );
      assert.deepEqual(
        await faulty.evaluateAll((all) =>
          all.map((each) => (each as unknown as { dataset: { field: string } }).dataset.field),
        ),
        ['from', 'HC'],
      );
      await screenshot(page, 'tariff-prices-fr');
      assert.deepEqual(browser.complaints, []);
    }),
  );

  it(
    'rules that can’t be say which one, and an example is a start',
    pictured('rules', async () => {
      await open('fr-FR');
      await field('offer').selectOption('custom');
      await page.locator('#enedis-template').selectOption('nights');
      await preview(/Prix datés, ligne 1, HC\s: il manque/);
      const list = (rules: unknown[]): string => JSON.stringify({ periods: { HC: 'Creuses' }, rules });
      for (const [typed, says] of [
        [list([{ period: 'HC' }, { period: 'HC', holiday: true }]), /Règles, règle 2\s: .*jamais atteinte/],
        [
          list([{ period: 'HSC' }]),
          /Règles, règle 1, period\s: «\sHSC\s» n’est pas l’une des périodes\s: HC/,
        ],
        ['{"periods": {,}', /Règles\s: ce n’est pas du JSON/],
      ] as const) {
        await field('rules').fill(typed);
        await field('rules').blur();
        await preview(says);
      }
      await screenshot(page, 'tariff-rules-fr');
      assert.deepEqual(browser.complaints, []);
    }),
  );
});
