/** Euros on the Linky: beside the figures of a meter that has a tariff, in both languages, themes and on small tiles. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Summary } from '../../lib/query/summary';
import { needsChromium, openBrowser, screenshot } from '../support/chromium';
import { CONSUMPTION, dashboardWith, Face, NOW, sends } from '../support/dashboard';
import { PACKAGE, userDirWith, WIDGET } from '../support/installed';
import { startNodeRed, type FlowNode, type NodeRed } from '../support/node-red';

const cost = (value: number, unpriced = 0) => ({ value, unit: 'EUR', fixed: 0.53, unpriced }) as const;
const PRICED: Summary = {
  consumption: {
    ...CONSUMPTION,
    day: {
      ...CONSUMPTION.day,
      cost: cost(6.28401),
      byPeriod: { HC: { value: 14.2, cost: 2.25638 }, HP: { value: 20.061, cost: 4.02763 } },
    },
    month: { ...CONSUMPTION.month, cost: cost(112.4) },
    year: { ...CONSUMPTION.year, cost: cost(1234.5, 612.5) },
  },
  freshness: 'complete',
};
const DARK = {
  surface: '#222222',
  primary: '#8bc34a',
  bgPage: '#111111',
  groupBg: '#333333',
  groupOutline: '#444444',
};

function flows(isDark: boolean): FlowNode[] {
  const tiles = [
    { id: 'linky', width: 4, height: 7 },
    { id: 'small', width: 3, height: 4 },
    { id: 'wide', width: 6, height: 4 },
  ];
  const nodes = [
    ...dashboardWith(tiles),
    sends(
      'send',
      PRICED,
      tiles.map(({ id }) => id),
    ),
  ];
  return isDark ? nodes.map((node) => (node.type === 'ui-theme' ? { ...node, colors: DARK } : node)) : nodes;
}

describe('euros on the Linky', { ...needsChromium(), timeout: 240_000 }, () => {
  let nodeRed: NodeRed;

  before(async () => {
    nodeRed = await startNodeRed({ userDir: await userDirWith([PACKAGE, WIDGET]) });
  });
  after(async () => {
    await nodeRed?.kill();
  });

  for (const [locale, isDark, isPhone, words] of [
    [
      'fr-FR',
      false,
      false,
      ['Hier 6,28 € 34,26 kWh', 'HC 2,26 € · HP 4,03 € · hors abonnement', '612,5 kWh sans prix'],
    ],
    [
      'en-GB',
      true,
      false,
      ['Yesterday €6.28 34.26 kWh', 'HC €2.26 · HP €4.03 · without', '612.5 kWh unpriced'],
    ],
    ['fr-FR', true, true, ['Hier 6,28 € 34,26 kWh', 'HC 2,26 €', '612,5 kWh sans prix']],
  ] as const)
    it(`stand beside what they are of, and what is missing is said: ${locale}, ${isDark ? 'dark' : 'light'}, ${isPhone ? 'phone' : 'desktop'}`, async () => {
      await nodeRed.deploy(flows(isDark));
      const browser = await openBrowser({ at: NOW, locale });
      try {
        const { page } = browser;
        if (isPhone) await page.setViewportSize({ width: 380, height: 800 });
        await page.goto(`${nodeRed.url}dashboard/linky`);
        await nodeRed.inject('send');
        const linky = new Face(page, 'linky');
        const [day, parts, missing] = words;
        const rows = await linky.rows();
        assert.equal(rows[0], day);
        assert.match(rows[4]!, /^\S+ 8020 kWh$/, 'a year with a twelfth unpriced shows no euros');
        await linky.row('year').focus();
        const said = async (): Promise<string> => (await linky.date.innerText()).replace(/\s/g, ' ');
        assert.ok((await said()).includes(missing), await said());
        await linky.row('day').focus();
        assert.ok((await said()).includes(parts), await said());
        const spoken = (await linky.row('day').getAttribute('aria-label')) ?? '';
        assert.match(spoken.replace(/\s/g, ' '), /34[.,]261 kWh, (6,28 €|€6\.28)/);
        // Nothing is cut off, on no tile.
        for (const label of await page.locator('.enedis-linky-label').all())
          assert.ok(
            await label.evaluate((element) => element.scrollWidth <= element.clientWidth),
            await label.innerText(),
          );
        // Nor written over the digits, those that are off included.
        for (const row of await page.locator('.enedis-linky-row').all()) {
          const edges = [
            await row.locator('.enedis-linky-label').boundingBox(),
            await row.locator('.enedis-linky-value').boundingBox(),
          ];
          assert.ok(edges[0]!.x + edges[0]!.width <= edges[1]!.x, await row.innerText());
        }
        await linky.row('month').focus();
        await screenshot(
          page,
          `dashboard-cost-${locale}-${isDark ? 'dark' : 'light'}-${isPhone ? 'phone' : 'desktop'}`,
        );
      } finally {
        await browser.close();
      }
    });
});
