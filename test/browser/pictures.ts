/**
 * `npm run pictures`: takes the README's pictures anew from the demonstration flow, so that they show the editor as it
 * is. They lie flat beside the example they show: Node-RED's import menu passes over what isn't .json, but would list
 * a sub-folder.
 */
import { join } from 'node:path';
import { openBrowser } from '../support/chromium';
import { Editor } from '../support/editor';
import { ROOT } from '../support/installed';
import { readFlow, startNodeRed } from '../support/node-red';

const FLOW = join(ROOT, 'examples', '1 - Yesterday to debug.json');
const PICTURES = [
  { locale: 'en-US', file: 'editor.png' },
  { locale: 'fr-FR', file: 'editor.fr.png' },
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

void (async () => {
  for (const { locale, file } of PICTURES) await take(locale, file);
})().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
