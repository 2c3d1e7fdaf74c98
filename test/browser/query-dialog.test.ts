/** The query node with the hands: dropped, asked, deployed; only the fields that mean something for what is chosen. */
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import { needsChromium, type OpenBrowser, openBrowser, screenshot } from '../support/chromium';
import { Editor } from '../support/editor';
import { type FlowNode, type NodeRed, startNodeRed, startsAt } from '../support/node-red';

const FLOW: FlowNode[] = [
  { id: 'tab', type: 'tab', label: 'Test' },
  {
    id: 'meter',
    type: 'enedis-config',
    name: 'Maison',
    ...{ gateway: 'demo', usagePointId: '22516914714270', tariff: 'tariff', feedIn: '' },
  },
  {
    id: 'tariff',
    type: 'enedis-tariff',
    name: '',
    ...{
      direction: 'consumption',
      offer: 'base',
      prices: 'regulated',
      power: '9',
      windows: [],
      versions: [],
    },
    ...{ days: 'automatic', rules: '', earlier: [], version: 1 },
  },
  {
    id: 'keeper',
    type: 'enedis-fetch-yesterday',
    z: 'tab',
    config: 'meter',
    schedule: 'input',
    wires: [[], []],
  },
];

describe('the query node in the editor', { ...needsChromium(), timeout: 120_000 }, () => {
  let nodeRed: NodeRed;
  let browser: OpenBrowser;

  before(async () => {
    nodeRed = await startNodeRed({
      prologue: startsAt('2026-11-26T12:00:00+01:00'),
      settings: { lang: 'fr' },
    });
  });
  after(async () => {
    await nodeRed?.kill();
  });
  afterEach(async () => {
    await browser?.close();
  });

  // Pairwise: each language meets a theme and a width.
  for (const [locale, theme, width, words] of [
    ['fr-FR', 'light', 1300, { label: 'Le mois dernier · Maison' }],
    ['en-US', 'dark', 390, { label: 'Last month · Maison' }],
  ] as const)
    it(`drop, choose, deploy; fields come and go with what is chosen, ${locale}`, async () => {
      await nodeRed.deploy(FLOW);
      browser = await openBrowser({ locale });
      const { page } = browser;
      await page.addInitScript(`localStorage.setItem('view-dark-theme', '${theme}')`);
      const editor = new Editor(page);
      await editor.open(nodeRed.url);
      const node = await editor.drag('enedis-query', 400, 200);
      await editor.edit(node);
      const dialog = page.locator('.enedis-query');
      const field = (name: string) => page.locator(`#node-input-${name}`);
      const isShown = async (name: string, shown: boolean): Promise<void> => {
        await field(name).waitFor({ state: shown ? 'visible' : 'hidden' });
      };

      assert.doesNotMatch(
        (await dialog.textContent()) ?? '',
        /enedis-(query|config)\./,
        'every text has words',
      );
      for (const name of ['split', 'step', 'compare']) await isShown(name, true);
      for (const name of ['fixed', 'statisticId', 'language']) await isShown(name, false);
      await field('config').selectOption('meter');

      await field('value').selectOption('cost');
      await isShown('fixed', true);
      await field('output').selectOption('heatmap');
      for (const name of ['step', 'compare', 'split', 'fixed']) await isShown(name, false);
      await field('output').selectOption('home-assistant');
      await isShown('statisticId', true);
      await field('value').selectOption('maxPower');
      assert.equal(await field('output').inputValue(), 'readings', 'a peak isn’t a statistic');
      assert.equal(await field('direction').inputValue(), 'consumption');
      await field('value').selectOption('energy');

      await field('range').selectOption('dates');
      await page.locator('.enedis-of-dates').waitFor();
      const typed = page.locator('.enedis-of-dates .red-ui-typedInput-container input:visible');
      await typed.nth(0).fill('2026-11-20');
      await typed.nth(1).fill('2026-11-10');
      await typed.nth(1).blur();
      await page.locator('#node-input-end.input-error').waitFor({ state: 'attached' });
      await typed.nth(1).fill('2026-11-21');
      await typed.nth(1).blur();
      await page.locator('#node-input-end.input-error').waitFor({ state: 'detached' });

      await field('range').selectOption('lastMonth');
      await field('output').selectOption('text');
      await isShown('language', true);
      await isShown('step', false);
      await field('compare').selectOption('lastYear');
      if (width < 800 && (await page.locator('#red-ui-sidebar').isVisible()))
        await page.evaluate(`RED.actions.invoke('core:toggle-sidebar')`);
      await page.setViewportSize({ width, height: 1100 });
      await editor.settled();
      await screenshot(page, `query-dialog-${locale.slice(0, 2)}-${theme}-${width}`);
      await page.setViewportSize({ width: 1300, height: 900 });
      await editor.confirm();
      await page.locator('.red-ui-flow-node-label', { hasText: words.label }).first().waitFor();
      await editor.deploy();
      // Statuses are the runtime's, in its language.
      await page.locator('.red-ui-flow-node-status-label', { hasText: 'prêt' }).first().waitFor();
      const saved = (await nodeRed.flows()).find(({ type }) => type === 'enedis-query')!;
      const { value, range, output, compare, direction, version } = saved;
      assert.deepEqual(
        { value, range, output, compare, direction, version },
        {
          value: 'energy',
          range: 'lastMonth',
          output: 'text',
          compare: 'lastYear',
          direction: 'consumption',
          version: 1,
        },
      );
      assert.deepEqual(browser.complaints, []);
    });
});
