/**
 * `npm run pictures`: takes the README's pictures anew, from the demonstration flow and from the dialog of a meter beside
 * a simulated gateway, so that they show the editor as it is. They lie flat beside the example they show: Node-RED's import menu passes over what isn't .json, but would list
 * a sub-folder.
 */
import { join } from 'node:path';
import { createSimulator, createToken, listen } from '../../lib/simulator';
import { openBrowser } from '../support/chromium';
import { Editor } from '../support/editor';
import { ROOT } from '../support/installed';
import { readFlow, startNodeRed } from '../support/node-red';

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
    const advanced = page.locator('.enedis-config summary');
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

void (async () => {
  for (const { locale, suffix } of LOCALES) {
    await take(locale, `editor${suffix}.png`);
    await takeDialog(locale, `dialog${suffix}.png`);
  }
})().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
