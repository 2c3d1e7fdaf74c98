/** The price node with the hands: dropped, given a tariff, deployed; what it then says, in the editor's colours and words. */
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import { needsChromium, type OpenBrowser, openBrowser, screenshot } from '../support/chromium';
import { Editor } from '../support/editor';
import { type FlowNode, type NodeRed, startNodeRed, startsAt } from '../support/node-red';

const METER: FlowNode = {
  id: 'meter',
  type: 'enedis-config',
  name: 'Maison',
  ...{ gateway: 'demo', usagePointId: '22516914714270', tariff: 'tariff', feedIn: '' },
};
const TARIFF: FlowNode = {
  id: 'tariff',
  type: 'enedis-tariff',
  name: '',
  ...{ direction: 'consumption', offer: 'tempo', prices: 'regulated', power: '9', windows: [], versions: [] },
  ...{ days: 'automatic', rules: '', earlier: [], version: 1 },
};
const CONFIG = { id: 'keeper', type: 'enedis-fetch-yesterday', z: 'tab', config: 'meter', schedule: 'input' };

describe('the price node in the editor', { ...needsChromium(), timeout: 120_000 }, () => {
  let nodeRed: NodeRed;
  let browser: OpenBrowser;

  // The simulated sites are asked, and at once: what is drawn at random is nought.
  before(async () => {
    const prologue = startsAt('2026-11-27T12:00:00+01:00');
    nodeRed = await startNodeRed({ prologue, settings: { lang: 'fr', enedis: { sources: { cre: false } } } });
  });
  after(async () => {
    await nodeRed?.kill();
  });
  afterEach(async () => {
    await browser?.close();
  });

  // Pairwise: each language meets a theme and a width.
  for (const [locale, theme, width, words] of [
    ['fr-FR', 'light', 1300, { day: /jour (bleu|blanc|rouge)/, left: /Jours qui restent de la saison/ }],
    ['en-US', 'dark', 390, { day: /(blue|white|red) day/, left: /Days left of the season/ }],
  ] as const)
    it(`drop, choose a tariff, deploy; the tariff says what today and tomorrow are, ${locale}`, async () => {
      await nodeRed.deploy([
        { id: 'tab', type: 'tab', label: 'Test' },
        { ...CONFIG, wires: [[], []] },
        METER,
        TARIFF,
      ]);
      browser = await openBrowser({ locale });
      const { page } = browser;
      await page.addInitScript(`localStorage.setItem('view-dark-theme', '${theme}')`);
      const editor = new Editor(page);
      await editor.open(nodeRed.url);
      const price = await editor.drag('enedis-price', 320, 200);
      await editor.edit(price);
      const dialog = page.locator('.enedis-price');
      await page.locator('#node-input-tariff').selectOption('tariff');
      await page.locator('#node-input-ahead').selectOption('evcc');
      assert.match((await page.locator('#enedis-hint-ahead').textContent()) ?? '', /evcc/);
      assert.doesNotMatch((await dialog.textContent()) ?? '', /enedis-price\./);
      await screenshot(page, `price-${locale.slice(0, 2)}-${theme}`);
      await editor.confirm();
      await editor.deploy();
      // Statuses are the runtime's, in its language.
      const status = page.locator('.red-ui-flow-node-status-label', {
        hasText: /demain\s: (bleu|blanc|rouge)/,
      });
      await status.waitFor();
      assert.match((await status.textContent()) ?? '', /^H[CP]J[BWR] · 0,\d+\s€ · jusqu’à 22:00 · demain/);
      await screenshot(page, `price-canvas-${locale.slice(0, 2)}-${theme}`);

      // The editor is still busy with the deployment, and a double click would get lost.
      await page.evaluate(`RED.editor.edit(RED.nodes.filterNodes({ type: 'enedis-price' })[0])`);
      await page.locator('#node-dialog-ok').waitFor();
      await editor.settled();
      await page.locator('#node-input-btn-tariff-edit').click();
      const preview = page.locator('.enedis-preview');
      await preview.filter({ hasText: words.day }).waitFor();
      if (width < 800 && (await page.locator('#red-ui-sidebar').isVisible()))
        await page.evaluate(`RED.actions.invoke('core:toggle-sidebar')`);
      await page.setViewportSize({ width, height: 1100 });
      await editor.settled();
      assert.equal(await preview.locator('.enedis-colour').count(), 2);
      for (const kind of await preview.locator('.enedis-kind').allTextContents())
        assert.match(kind, words.day, 'a word beside each colour');
      assert.match((await preview.textContent()) ?? '', words.left);
      await preview.scrollIntoViewIfNeeded();
      await screenshot(page, `price-tariff-${locale.slice(0, 2)}-${theme}-${width}`);
      assert.deepEqual(browser.complaints, []);
    });
});
