/**
 * Euros on the Linky, and what its figures are beside: of a meter that has a tariff and a past, in both languages and themes
 * and on small tiles.
 */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Summary } from '../../lib/query/summary';
import { needsChromium, openBrowser, screenshot } from '../support/chromium';
import { CONSUMPTION, dashboardWith, Face, NOW, sends } from '../support/dashboard';
import { PACKAGE, userDirWith, WIDGET } from '../support/installed';
import { startNodeRed, type FlowNode, type NodeRed } from '../support/node-red';

const cost = (value: number, unpriced = 0) => ({ value, unit: 'EUR', fixed: 0.53, unpriced }) as const;
const compared = (change: number) =>
  ({
    value: 30,
    start: '2026-11-15T00:00:00+01:00',
    end: '2026-11-16T00:00:00+01:00',
    coverage: 1,
    change,
  }) as const;
const PRICED: Summary = {
  consumption: {
    ...CONSUMPTION,
    day: {
      ...CONSUMPTION.day,
      before: compared(-0.083),
      lastYear: compared(0.03),
      cost: cost(6.28401),
      byPeriod: { HC: { value: 14.2, cost: 2.25638 }, HP: { value: 20.061, cost: 4.02763 } },
    },
    month: {
      ...CONSUMPTION.month,
      before: compared(0.05),
      lastYear: compared(-0.12),
      projected: { value: 812.34, unit: 'kWh', method: 'lastYear' },
      cost: cost(112.4),
    },
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

const TILES = [
  { id: 'linky', width: 4, height: 7 },
  { id: 'small', width: 3, height: 4 },
  { id: 'wide', width: 6, height: 4 },
  { id: 'large', width: 6, height: 10 },
];

function flows(isDark: boolean): FlowNode[] {
  const nodes = [
    ...dashboardWith(TILES),
    sends(
      'send',
      PRICED,
      TILES.map(({ id }) => id),
    ),
  ];
  return isDark ? nodes.map((node) => (node.type === 'ui-theme' ? { ...node, colors: DARK } : node)) : nodes;
}

/** Yesterday is the large figure, and no text of the display is outside it, nor lies over another. */
async function assertLegible({ root }: Face, id: string): Promise<void> {
  const sizeOf = async (name: string): Promise<number> =>
    root
      .locator(`[data-figure="${name}"] .enedis-linky-value`)
      .evaluate((value) => parseFloat(getComputedStyle(value).fontSize));
  const ratio = (await sizeOf('day')) / (await sizeOf('month'));
  assert.ok(ratio >= 1.8 && ratio <= 2.2, `${id}: yesterday is ${ratio} times as large`);
  const screen = (await root.locator('.enedis-linky-screen').boundingBox())!;
  const parts = ['label', 'cost', 'value', 'unit', 'changes', 'direction', 'date'];
  const texts = root.locator(parts.map((part) => `.enedis-linky-${part}`).join());
  const boxes: { text: string; x: number; y: number; width: number; height: number }[] = [];
  for (const text of await texts.all()) {
    const box = await text.boundingBox();
    if (box) boxes.push({ text: `${id}: ${await text.innerText()}`, ...box });
  }
  for (const [place, one] of boxes.entries()) {
    const { text, x, y, width, height } = one;
    const isInside =
      x >= screen.x - 1 &&
      y >= screen.y - 1 &&
      x + width <= screen.x + screen.width + 1 &&
      y + height <= screen.y + screen.height + 1;
    assert.ok(isInside, `${text} is outside`);
    for (const other of boxes.slice(place + 1)) {
      const across = Math.min(x + width, other.x + other.width) - Math.max(x, other.x);
      const down = Math.min(y + height, other.y + other.height) - Math.max(y, other.y);
      // Lines of text have a pixel or two of air.
      assert.ok(across <= 1 || down <= 2, `${text} lies over ${other.text}`);
    }
  }
}

describe(
  'euros on the Linky, and what its figures are beside',
  { ...needsChromium(), timeout: 240_000 },
  () => {
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
        [
          'Hier 6,28 € 34,26 kWh −8 % sur 7 jours +3 % sur un an',
          'HC 2,26 € · HP 4,03 € · hors abonnement',
          '612,5 kWh sans prix',
        ],
      ],
      [
        'en-GB',
        true,
        false,
        [
          'Yesterday €6.28 34.26 kWh −8% vs last week +3% vs last year',
          'HC €2.26 · HP €4.03 · without',
          '612.5 kWh unpriced',
        ],
      ],
      [
        'fr-FR',
        true,
        true,
        ['Hier 6,28 € 34,26 kWh −8 % sur 7 jours +3 % sur un an', 'HC 2,26 €', '612,5 kWh sans prix'],
      ],
    ] as const)
      it(`stand beside what they are of, and what is missing is said: ${locale}, ${isDark ? 'dark' : 'light'}, ${isPhone ? 'phone' : 'desktop'}`, async () => {
        await nodeRed.deploy(flows(isDark));
        const isEnglish = locale === 'en-GB';
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
          await linky.row('month').focus();
          const line = isEnglish
            ? /Nov 2026 · \+5% vs last month · −12% vs last year · ≈ 812 kWh by month end$/
            : /nov\. 2026 · \+5 % sur un mois · −12 % sur un an · ≈ 812 kWh en fin de mois$/;
          assert.match(await said(), line);
          // A small tile has no room for yesterday's changes beside its figures: they stand with its date.
          const small = new Face(page, 'small');
          assert.equal(await small.root.locator('.enedis-linky-changes').isVisible(), false);
          await small.row('day').focus();
          assert.match(await small.date.innerText(), isEnglish ? /−8% vs last week/ : /−8\s% sur 7\sjours/);
          const [lineBox, changeBox] = [
            (await small.date.boundingBox())!,
            (await small.date.locator('.enedis-linky-whole').first().boundingBox())!,
          ];
          const isSeen = changeBox.y + changeBox.height <= lineBox.y + lineBox.height + 1;
          // In English the parts of the euros leave no line for them: they are said, and left out whole.
          assert.equal(isSeen, !isEnglish);
          for (const id of TILES.map((tile) => tile.id)) await assertLegible(new Face(page, id), id);
          // Nothing is cut off, on no tile.
          for (const label of await page.locator('.enedis-linky-label').all())
            assert.ok(
              await label.evaluate((element) => element.scrollWidth <= element.clientWidth),
              await label.innerText(),
            );
          // Nor written over the digits, those that are off included.
          for (const row of await page.locator('.enedis-linky-row').all()) {
            const [label, value] = [
              (await row.locator('.enedis-linky-label').boundingBox())!,
              (await row.locator('.enedis-linky-value').boundingBox())!,
            ];
            const isBeside = label.x + label.width <= value.x;
            const isAbove = label.y + label.height <= value.y + 1;
            assert.ok(isBeside || isAbove, await row.innerText());
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
  },
);
