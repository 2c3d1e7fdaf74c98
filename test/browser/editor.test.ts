/**
 * What a user does in the first five minutes, with the hands: from the palette to readings in the debug panel, and from
 * the import menu to the same. The editor's own code is the only judge of the nodes' HTML.
 */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { needsChromium, type OpenBrowser, openBrowser, screenshot } from '../support/chromium';
import { Editor } from '../support/editor';
import { PACKAGE, ROOT } from '../support/installed';
import { type FlowNode, type NodeRed, readFlow, startNodeRed } from '../support/node-red';

const PDL = '22516914714270';
const EXAMPLE = '1 - Yesterday to debug';

describe('the editor', needsChromium(), () => {
  let nodeRed: NodeRed;
  let browser: OpenBrowser;

  before(async () => {
    nodeRed = await startNodeRed();
  });
  after(async () => {
    await nodeRed?.kill();
  });
  beforeEach(async () => {
    await nodeRed.deploy([{ id: 'tab', type: 'tab', label: 'Test' }]);
  });
  afterEach(async () => {
    await browser?.close();
  });

  async function open(locale: string): Promise<Editor> {
    browser = await openBrowser({ locale });
    const editor = new Editor(browser.page);
    await editor.open(nodeRed.url);
    return editor;
  }

  /** Keeps the picture of a failure, which says more than its words. */
  function pictured(name: string, test: () => Promise<void>): () => Promise<void> {
    return async () => {
      try {
        await test();
      } catch (error) {
        if (browser) await screenshot(browser.page, `failed-${name}`).catch(() => undefined);
        throw error;
      }
    };
  }

  it(
    'leads from the palette to readings, in English',
    pictured('palette', async () => {
      const editor = await open('en-US');
      const { page } = editor;

      const inject = await editor.drag('inject', 160, 160);
      const fetch = await editor.drag('enedis-fetch-yesterday', 420, 160);
      // Below: the node's label grows with the meter's name.
      const debug = await editor.drag('debug', 680, 260);

      await editor.edit(fetch);
      await editor.addConfig('config');
      await page.locator('#node-config-input-gateway').selectOption('demo');
      await page.locator('#node-config-input-usagePointId').fill(PDL);
      await page.locator('#node-config-input-direction').selectOption('both');
      await screenshot(page, 'config-en');
      await editor.confirmConfig();
      await screenshot(page, 'fetch-yesterday-en');
      await editor.confirm();

      await editor.wire(inject, 0, fetch);
      await editor.wire(fetch, 0, debug);
      await editor.deploy();
      await editor.showDebug();
      await editor.press(inject);
      await editor.debugMessages(`enedis/${PDL}/consumption/daily`).first().waitFor();
      await editor.debugMessages(`enedis/${PDL}/production/daily`).first().waitFor();
      await screenshot(page, 'palette-to-debug-en');

      const stored = await nodeRed.flows();
      const config = stored.find((node) => node.type === 'enedis-config');
      assert.equal(config?.gateway, 'demo');
      assert.equal(config.usagePointId, PDL);
      assert.equal(config.direction, 'both');
      const node = stored.find((one) => one.type === 'enedis-fetch-yesterday');
      // What a node dropped on the canvas does unless told otherwise is part of the contract.
      assert.deepEqual(
        [node?.config, node?.schedule, node?.windowStart, node?.windowEnd, Number(node?.retryEvery)],
        [config.id, 'automatic', '06:00', '10:00', 30],
      );
      assert.equal(node?.firstCollect, true);
      assert.deepEqual(browser.complaints, []);
    }),
  );

  it(
    'imports the example and runs it, in French',
    pictured('example', async () => {
      const editor = await open('fr-FR');
      const { page } = editor;

      await editor.importExample(PACKAGE, EXAMPLE);
      await editor.openTab('Linky (démo)');
      const inject = editor.labelled('Demander / Ask now');
      await inject.waitFor();

      const fetchId = await page.evaluate<string>(
        `RED.nodes.filterNodes({ type: 'enedis-fetch-yesterday' })[0].id`,
      );
      const fetch = editor.node(fetchId);
      // No red triangle: the node as imported is complete.
      assert.equal(await page.evaluate(`RED.nodes.node('${fetchId}').valid`), true);

      await editor.edit(fetch);
      const dialog = page.locator('.red-ui-editor');
      await dialog.getByText('Nom', { exact: true }).first().waitFor();
      await dialog.getByText('Compteur', { exact: true }).first().waitFor();
      await screenshot(page, 'fetch-yesterday-fr');
      await editor.confirm();

      await editor.deploy();
      await editor.showDebug();
      await editor.press(inject);
      await editor.debugMessages(`enedis/${PDL}/consumption/daily`).first().waitFor();
      await editor.debugMessages(`enedis/${PDL}/summary`).first().waitFor();
      // A status in words: a text missing from the catalogue would show as its key.
      const status = fetch.locator('.red-ui-flow-node-status-label');
      await status.filter({ hasText: /\S/ }).waitFor();
      assert.doesNotMatch((await status.textContent()) ?? '', /[a-z]\.[a-z]/i);
      await screenshot(page, 'example-fr');
      assert.deepEqual(browser.complaints, []);

      // What the editor sends is what the file says: nothing lost by the nodes' own definitions.
      const wanted = readFlow(join(ROOT, 'examples', `${EXAMPLE}.json`));
      const stored = await nodeRed.flows();
      for (const type of ['enedis-config', 'enedis-fetch-yesterday']) {
        // The import gives nodes new ids.
        const properties = (flow: FlowNode[]): object => ({
          // What the file is older than, as old flows are: off.
          ...(type === 'enedis-fetch-yesterday' ? { replay: false, summaryOnce: false } : {}),
          ...flow.find((node) => node.type === type),
          ...{ id: '', z: '', wires: [], config: '' },
        });
        assert.deepEqual(properties(stored), properties(wanted), type);
      }
    }),
  );

  for (const [locale, name] of [
    ['fr-FR', 'fr'],
    ['en-US', 'en'],
  ] as const) {
    it(
      `shows what can be aggregated, and saves what is chosen, ${name}`,
      pictured(`aggregate-${name}`, async () => {
        const editor = await open(locale);
        const { page } = editor;
        const node = await editor.drag('enedis-aggregate', 320, 160);
        await editor.edit(node);
        const dialog = page.locator('.enedis-aggregate');
        // Every text is there: one that a catalogue lacks would show as its key.
        assert.doesNotMatch((await dialog.textContent()) ?? '', /enedis-aggregate\./);
        const hint = (id: string) => page.locator(`#enedis-hint-${id}`);
        assert.deepEqual(
          [await hint('fn').isVisible(), await hint('hour').isVisible(), await hint('sum').isVisible()],
          [true, false, false],
        );
        await screenshot(page, `aggregate-${name}`);
        await page.locator('#node-input-period').selectOption('hour');
        await page.locator('#node-input-fn').selectOption('sum');
        await page.locator('#node-input-incomplete').selectOption('hold');
        await page.locator('#node-input-output').selectOption('rows');
        assert.deepEqual(
          [await hint('fn').isVisible(), await hint('hour').isVisible(), await hint('sum').isVisible()],
          [false, true, true],
        );
        const overflows = await dialog.evaluate((element) => element.scrollWidth > element.clientWidth);
        assert.equal(overflows, false, 'a line past the dialog’s edge');
        await page.locator('#node-input-period').selectOption('reading');
        // A reading as it comes is added to nothing: it may have its cost, or stay what it is.
        const functions = page.locator('#node-input-fn');
        assert.deepEqual(
          [
            await functions.inputValue(),
            await functions
              .locator('option:enabled')
              .evaluateAll((all) => all.map((option) => option.getAttribute('value'))),
          ],
          ['auto', ['auto', 'cost']],
        );
        await page.locator('#node-input-period').selectOption('week');
        await functions.selectOption('sum');
        await editor.confirm();
        await editor.deploy();
        const stored = (await nodeRed.flows()).find(({ type }) => type === 'enedis-aggregate');
        assert.ok(stored);
        const { version, period, fn, incomplete, output, store } = stored;
        assert.deepEqual(
          { version, period, fn, incomplete, output, store },
          { version: 1, period: 'week', fn: 'sum', incomplete: 'hold', output: 'rows', store: '' },
        );
        assert.deepEqual(browser.complaints, []);
      }),
    );
  }
});
