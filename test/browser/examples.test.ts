/**
 * Every example of both packages through the editor's own import menu, as a user takes it: known types only, no node that
 * the editor marks as unfinished, and a deployment without a question. What each then does is tested where its nodes are.
 */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { needsChromium, type OpenBrowser, openBrowser, screenshot } from '../support/chromium';
import { Editor } from '../support/editor';
import { PACKAGE, ROOT, userDirWith, WIDGET } from '../support/installed';
import { type NodeRed, readFlow, startNodeRed } from '../support/node-red';
import { addNodesOfExamples } from '../support/tools';

const EXAMPLES = [
  { name: PACKAGE, folder: join(ROOT, 'examples') },
  { name: WIDGET, folder: join(ROOT, 'dashboard', 'examples') },
].flatMap(({ name, folder }) =>
  readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .map((file) => ({ name, example: file.replace(/\.json$/, ''), path: join(folder, file) })),
);

describe('the import menu', needsChromium(), () => {
  let nodeRed: NodeRed;
  let browser: OpenBrowser;

  before(async () => {
    const userDir = await userDirWith([PACKAGE, WIDGET]);
    await addNodesOfExamples(userDir);
    nodeRed = await startNodeRed({ userDir });
    browser = await openBrowser({ locale: 'fr-FR' });
  });
  after(async () => {
    await browser?.close();
    await nodeRed?.kill();
  });

  for (const { name, example, path } of EXAMPLES) {
    it(`of ${name} has “${example}”, complete`, async () => {
      await nodeRed.deploy([]);
      const { page } = browser;
      const editor = new Editor(page);
      try {
        await editor.open(nodeRed.url);
        await editor.importExample(name, example);
        const unfinished = await page.evaluate<string[]>(`(() => {
          const found = [];
          const look = (node) => {
            if (node.type === 'unknown' || node.valid === false) found.push(node.type + ' ' + (node._orig?.type ?? node.name));
          };
          RED.nodes.eachNode(look);
          RED.nodes.eachConfig(look);
          return found;
        })()`);
        assert.deepEqual(unfinished, []);
        await editor.deploy();
      } catch (error) {
        await screenshot(page, `failed-import-${example.replace(/\W+/g, '-')}`).catch(() => undefined);
        throw error;
      }
      const types = (flow: { type: string }[]): string[] => flow.map(({ type }) => type).sort();
      const stored = (await nodeRed.flows()).filter(({ type }) => type !== 'global-config');
      const wanted = readFlow(path).filter(({ type }) => type !== 'global-config');
      // The editor opens with an empty tab of its own.
      assert.deepEqual(
        types(stored.filter(({ type }) => type !== 'tab')),
        types(wanted.filter(({ type }) => type !== 'tab')),
      );
    });
  }
});
