/**
 * `npm run pictures`: takes the READMEs' pictures anew, from the examples, from the dialog of a meter beside a simulated
 * gateway and from the Linky in its states, so that they show things as they are. They lie flat beside the example they show: Node-RED's import menu passes over what isn't .json, but would list
 * a sub-folder.
 */
import { join, relative } from 'node:path';
import { inOneLanguage } from '../../scripts/in-one-language.cjs';
import { createSimulator, createToken, listen } from '../../lib/simulator';
import type { Page } from 'playwright-core';
import type { Summary } from '../../lib/query/summary';
import { closeChromium, openBrowser } from '../support/chromium';
import { BOTH, CONSUMPTION, dashboardWith, Face, NOW, sends } from '../support/dashboard';
import { Editor } from '../support/editor';
import { ROOT } from '../support/installed';
import { readFlow, sink, startNodeRed } from '../support/node-red';

const FLOW = join(ROOT, 'examples', '1 - Yesterday to debug.json');
const LOCALES = [
  { locale: 'en-US', suffix: '' },
  { locale: 'fr-FR', suffix: '.fr' },
];

async function take(locale: string, file: string): Promise<void> {
  const nodeRed = await startNodeRed({
    nodesDir: [ROOT],
    // Nothing but what the press brings.
    flows: readFlow(FLOW).map((node) => ('schedule' in node ? { ...node, schedule: 'input' } : node)),
    // Statuses are written by the runtime, in its own language.
    settings: { lang: locale },
  });
  const browser = await openBrowser({ locale });
  try {
    const { page } = browser;
    await page.setViewportSize({ width: 1280, height: 620 });
    const editor = new Editor(page);
    await editor.open(nodeRed.url);
    await editor.showDebug();
    await editor.press(editor.labelled('Demander / Ask now'));
    const summary = editor.debugMessages(/\/summary/).last();
    await summary.waitFor();
    for (const property of [undefined, 'payload', 'consumption', 'day']) {
      const parent =
        property === undefined
          ? summary
          : summary.locator('.red-ui-debug-msg-object-entry', { hasText: property }).last();
      await parent.locator('.red-ui-debug-msg-object-handle').first().click();
    }
    await summary.evaluate((element) => element.scrollIntoView({ block: 'end' }));
    // Away from what it points at, which lights up.
    await page.mouse.move(600, 500);
    // News of the deployment and the press fade by themselves.
    await page.locator('.red-ui-notification').first().waitFor({ state: 'detached' });
    await editor.settled();
    await page.screenshot({ path: join(ROOT, 'examples', file) });
    console.log(`examples/${file}`);
  } finally {
    await browser.close();
    await nodeRed.stop();
  }
}

/** The dialog of a meter through Conso API, tested. */
async function takeDialog(locale: string, file: string): Promise<void> {
  const simulator = createSimulator({ clock: { now: Date.now }, publishAt: '00:00' });
  const server = await listen(simulator);
  const nodeRed = await startNodeRed({
    nodesDir: [ROOT],
    flows: [
      { id: 'tab', type: 'tab', label: 'Linky' },
      {
        id: 'fetch',
        type: 'enedis-fetch-yesterday',
        z: 'tab',
        schedule: 'input',
        config: '',
        wires: [[], []],
      },
    ],
    settings: { lang: locale },
  });
  const browser = await openBrowser({ locale });
  try {
    const { page } = browser;
    await page.setViewportSize({ width: 1100, height: 940 });
    const editor = new Editor(page);
    await editor.open(nodeRed.url);
    await editor.edit(editor.node('fetch'));
    await editor.addConfig('config');
    const advanced = page.locator('.enedis-config details[data-when] summary');
    await advanced.click();
    await page.locator('#node-config-input-baseUrl').fill(server.url);
    await advanced.click();
    const token = createToken({
      sub: ['22516914714270'],
      exp: Math.floor(Date.now() / 1000) + 1094 * 86_400,
    });
    await page.locator('#node-config-input-token').fill(token);
    await page.locator('#node-config-input-token').blur();
    // The daily readings first, then the load curve as well.
    for (let press = 0; press < 2; press++) {
      await page.locator('.enedis-test:enabled').click();
      await page.locator('.enedis-test-says', { hasText: /:.*:/s }).waitFor();
    }
    await page.mouse.move(5, 500);
    await editor.settled();
    await page
      .locator('.red-ui-tray')
      .last()
      .screenshot({ path: join(ROOT, 'examples', file) });
    console.log(`examples/${file}`);
  } finally {
    await browser.close();
    await nodeRed.stop();
    await server.close();
  }
}

const WIDGET_FOLDER = join(ROOT, 'dashboard');

/** The dialog of each node that is dragged, in a window just high enough for it. */
async function takeNodes(locale: string, suffix: string): Promise<void> {
  const places = [
    { type: 'enedis-fetch-yesterday', file: join(ROOT, 'examples', 'fetch-yesterday') },
    { type: 'enedis-backfill', file: join(ROOT, 'examples', 'backfill') },
    { type: 'enedis-aggregate', file: join(ROOT, 'examples', 'aggregate') },
    { type: 'enedis-query', file: join(ROOT, 'docs', 'pictures', 'query') },
    { type: 'ui-enedis-linky', file: join(WIDGET_FOLDER, 'examples', 'widget') },
  ];
  const nodeRed = await startNodeRed({
    nodesDir: [ROOT, WIDGET_FOLDER],
    flows: [
      ...readFlow(FLOW).map((node) => ('schedule' in node ? { ...node, schedule: 'automatic' } : node)),
      ...readFlow(join(ROOT, 'examples', '2 - Backfill on inject.json')),
      ...readFlow(join(ROOT, 'examples', '3 - Daily energy to a chart.json')),
      ...readFlow(join(ROOT, 'examples', '16 - Cost of the month and projection.json')),
      ...readFlow(join(WIDGET_FOLDER, 'examples', '1 - Linky on the dashboard.json')),
    ],
    settings: { lang: locale },
  });
  const browser = await openBrowser({ locale });
  try {
    const { page } = browser;
    const editor = new Editor(page);
    for (const { type, file } of places) {
      await page.setViewportSize({ width: 1100, height: 1000 });
      await editor.open(nodeRed.url);
      await page.evaluate(`RED.editor.edit(RED.nodes.filterNodes({ type: '${type}' })[0])`);
      await page.locator('#node-dialog-ok').waitFor();
      await editor.settled();
      const tray = page.locator('.red-ui-tray').last();
      const last = (await tray.locator('#dialog-form > div').boundingBox())!;
      await page.setViewportSize({ width: 1100, height: Math.ceil(last.y + last.height) + 60 });
      await editor.settled();
      const path = `${file}${suffix}.png`;
      await tray.screenshot({ path });
      console.log(relative(ROOT, path));
    }
  } finally {
    await browser.close();
    await nodeRed.stop();
  }
}

/** The dialog of a tariff that a simulated meter uses, with its last year in euros. */
async function takeTariff(locale: string, file: string): Promise<void> {
  const flow = readFlow(join(ROOT, 'examples', '8 - What yesterday cost.json'));
  const z = flow.find(({ type }) => type === 'tab')!.id;
  const nodeRed = await startNodeRed({
    nodesDir: [ROOT],
    flows: [
      ...flow,
      {
        id: 'history',
        type: 'enedis-backfill',
        z,
        config: flow.find(({ type }) => type === 'enedis-config')!.id,
        ...{ series: [], order: 'newest', start: '', startType: 'all', end: '', endType: 'yesterday' },
        wires: [[], ['sink-progress']],
      },
      { id: 'all', type: 'inject', z, props: [], repeat: '', crontab: '', wires: [['history']] },
      sink('progress', z),
    ],
    settings: { lang: locale },
  });
  const browser = await openBrowser({ locale });
  try {
    await nodeRed.inject('all');
    await nodeRed.next('progress', ({ payload }) => (payload as { state: string }).state === 'done', 120_000);
    const { page } = browser;
    await page.setViewportSize({ width: 1100, height: 1000 });
    const editor = new Editor(page);
    await editor.open(nodeRed.url);
    const tariff = flow.find(({ type }) => type === 'enedis-tariff')!.id;
    await page.evaluate(`RED.editor.editConfig('', 'enedis-tariff', '${tariff}')`);
    await page.locator('#node-config-dialog-ok').waitFor();
    await page.locator('.enedis-preview table').first().waitFor();
    await editor.settled();
    await page
      .locator('.red-ui-tray')
      .last()
      .screenshot({ path: join(ROOT, 'docs', 'pictures', file) });
    console.log(`docs/pictures/${file}`);
  } finally {
    await browser.close();
    await nodeRed.stop();
  }
}

/** The demonstration's dashboard at a desk and on a phone, its history fetched. */
async function takeDashboard(locale: string, suffix: string): Promise<void> {
  const example = readFlow(join(WIDGET_FOLDER, 'examples', '1 - Linky on the dashboard.json'));
  const nodeRed = await startNodeRed({
    nodesDir: [ROOT, WIDGET_FOLDER],
    flows: inOneLanguage(example, locale.startsWith('fr')),
    settings: { lang: locale },
  });
  try {
    for (const phone of [false, true]) {
      const browser = await openBrowser({ locale, phone });
      try {
        const { page } = browser;
        if (!phone) await page.setViewportSize({ width: 1280, height: 1110 });
        await page.goto(`${nodeRed.url}dashboard`);
        await page.locator('[data-figure="year"]').waitFor();
        if (!phone) {
          await page.getByRole('button', { name: locale.startsWith('fr') ? 'Tout' : 'Everything' }).click();
          await page.locator('.nrdb-ui-progress', { hasText: '100%' }).waitFor();
        }
        await withoutNews(page);
        if (!phone) await page.locator('[data-figure="maxPower"]').hover();
        const file = `${phone ? 'phone' : 'dashboard'}${suffix}.png`;
        await page.screenshot({ path: join(WIDGET_FOLDER, 'examples', file) });
        console.log(`dashboard/examples/${file}`);
      } finally {
        await browser.close();
      }
    }
  } finally {
    await nodeRed.stop();
  }
}

/** Four Linkys: green with production in front, orange, red, and one that nothing is wired to. */
async function takeStates(locale: string, file: string): Promise<void> {
  const old = { upToDate: false };
  const states: [string, Summary | undefined][] = [
    ['green', BOTH],
    [
      'orange',
      {
        consumption: { ...CONSUMPTION, power: { ...CONSUMPTION.power, ...old } },
        freshness: 'partial',
      },
    ],
    [
      'red',
      {
        consumption: {
          day: { ...CONSUMPTION.day, ...old },
          month: { ...CONSUMPTION.month, ...old },
          year: { ...CONSUMPTION.year, ...old, coverage: 0.96 },
          maxPower: { ...CONSUMPTION.maxPower, ...old },
        },
        freshness: 'none',
      },
    ],
    ['empty', undefined],
  ];
  const background: Record<string, string> = { orange: '#1d4f73', red: '#f2f2ee' };
  const nodeRed = await startNodeRed({
    nodesDir: [ROOT, WIDGET_FOLDER],
    flows: [
      ...dashboardWith(states.map(([id]) => ({ id, width: 3, height: 6, background: background[id] ?? '' }))),
      ...states.flatMap(([id, summary]) => (summary ? [sends(`send-${id}`, summary, [id])] : [])),
    ],
  });
  const browser = await openBrowser({ locale });
  try {
    const { page } = browser;
    await page.setViewportSize({ width: 1280, height: 460 });
    await page.clock.setFixedTime(NOW);
    await page.goto(`${nodeRed.url}dashboard/linky`);
    for (const [id, summary] of states) {
      if (!summary) continue;
      await nodeRed.inject(`send-${id}`);
      await new Face(page, id).row('day').waitFor();
    }
    await new Face(page, 'green').key('plus').click();
    await withoutNews(page);
    await new Face(page, 'orange').row('power').hover();
    const { y } = (await page.locator('.enedis-linky').first().boundingBox())!;
    await page.screenshot({
      path: join(WIDGET_FOLDER, 'examples', file),
      clip: { x: 0, y: y - 24, width: 1280, height: 396 },
    });
    console.log(`dashboard/examples/${file}`);
  } finally {
    await browser.close();
    await nodeRed.stop();
  }
}

/** Dashboard's own word about working offline lies over the page until it is closed. */
async function withoutNews(page: Page): Promise<void> {
  const close = page.getByRole('button', { name: 'Close', exact: true });
  await close.click({ timeout: 5_000 }).catch(() => undefined);
  await page.waitForTimeout(1_000);
}

void (async () => {
  for (const { locale, suffix } of LOCALES) {
    await take(locale, `editor${suffix}.png`);
    await takeDialog(locale, `dialog${suffix}.png`);
    await takeNodes(locale, suffix);
    await takeTariff(locale, `tariff${suffix}.png`);
    await takeDashboard(locale, suffix);
    await takeStates(locale, `linky${suffix}.png`);
  }
})()
  .catch((error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  })
  .finally(closeChromium);
