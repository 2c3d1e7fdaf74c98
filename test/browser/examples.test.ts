/**
 * Every example of both packages through the editor's own import menu, as a user takes it, one after the other, into a
 * Node-RED that has a dashboard of the user's own: known types only, no node that the editor marks as unfinished, a
 * deployment without a question, and every page works. What each then does is tested where its nodes are.
 */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { needsChromium, type OpenBrowser, openBrowser, screenshot } from '../support/chromium';
import { Editor } from '../support/editor';
import { PACKAGE, ROOT, userDirWith, WIDGET } from '../support/installed';
import { type FlowNode, type NodeRed, readFlow, startNodeRed } from '../support/node-red';
import { addNodesOfExamples } from '../support/tools';

const EXAMPLES = [
  { name: PACKAGE, folder: join(ROOT, 'examples') },
  { name: WIDGET, folder: join(ROOT, 'dashboard', 'examples') },
].flatMap(({ name, folder }) =>
  readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .map((file) => ({ name, example: file.replace(/\.json$/, ''), path: join(folder, file) })),
);
/** Nodes that the editor makes one of, where there is one already: the base of all dashboards, the list of modules. */
const SHARED = ['ui-base', 'global-config'];

/** A dashboard as people have it who read their Linky otherwise until today. */
const MINE: FlowNode[] = [
  { id: 'mine', type: 'tab', label: 'Mine' },
  {
    id: 'my-base',
    type: 'ui-base',
    name: 'My home',
    path: '/dashboard',
    appIcon: '',
    navigationStyle: 'icon',
  },
  {
    id: 'my-theme',
    type: 'ui-theme',
    name: 'Mine',
    colors: {
      surface: '#222222',
      primary: '#0094ce',
      bgPage: '#111111',
      groupBg: '#333333',
      groupOutline: '#444444',
    },
    sizes: { pagePadding: '12px', groupGap: '12px', groupBorderRadius: '4px', widgetGap: '12px' },
  },
  {
    id: 'my-page',
    type: 'ui-page',
    name: 'Linky',
    ui: 'my-base',
    path: '/linky',
    icon: 'home',
    layout: 'grid',
    theme: 'my-theme',
    order: 1,
    className: '',
    visible: 'true',
    disabled: 'false',
  },
  {
    id: 'my-group',
    type: 'ui-group',
    name: 'Mine',
    page: 'my-page',
    width: '6',
    height: '1',
    order: 1,
    showTitle: true,
    className: '',
    visible: 'true',
    disabled: 'false',
    groupType: 'default',
  },
  {
    id: 'my-text',
    type: 'ui-template',
    z: 'mine',
    group: 'my-group',
    page: '',
    ui: '',
    name: 'mine',
    order: 1,
    width: '0',
    height: '0',
    head: '',
    format: '<template><p>What I had before</p></template>',
    storeOutMessages: true,
    passthru: true,
    resendOnRefresh: true,
    templateScope: 'local',
    className: '',
    wires: [[]],
  },
];

describe('the import menu', needsChromium(), () => {
  let nodeRed: NodeRed;
  let browser: OpenBrowser;

  before(async () => {
    const userDir = await userDirWith([PACKAGE, WIDGET]);
    await addNodesOfExamples(userDir);
    nodeRed = await startNodeRed({ userDir, flows: MINE });
    browser = await openBrowser({ locale: 'fr-FR' });
    await new Editor(browser.page).open(nodeRed.url);
  });
  after(async () => {
    await browser?.close();
    await nodeRed?.kill();
  });

  /** A failure's picture says more than its words. */
  async function pictured(name: string, test: () => Promise<void>): Promise<void> {
    try {
      await test();
    } catch (error) {
      await screenshot(browser.page, `failed-import-${name.replace(/\W+/g, '-')}`).catch(() => undefined);
      throw error;
    }
  }

  /** The types of all nodes in the editor, each as often as it is there. */
  const typesInEditor = (): Promise<string[]> =>
    browser.page.evaluate(`(() => {
      const found = [];
      RED.nodes.eachNode(({ type }) => { found.push(type); });
      RED.nodes.eachConfig(({ type }) => { found.push(type); });
      return found;
    })()`);

  for (const { name, example, path } of EXAMPLES) {
    it(`of ${name} has “${example}”, complete`, () =>
      pictured(example, async () => {
        const { page } = browser;
        const before = await typesInEditor();
        await new Editor(page).importExample(name, example);
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
        const added = await typesInEditor();
        for (const type of before) {
          // What is shared may have been merged with what came.
          const place = added.indexOf(type);
          if (place >= 0) added.splice(place, 1);
        }
        const own = (types: string[]): string[] =>
          types.filter((type) => !SHARED.includes(type) && type !== 'tab').sort();
        assert.deepEqual(own(added), own(readFlow(path).map(({ type }) => type)));
      }));
  }

  it('broke every page of the dashboard by two examples: all of them together, on top of a page called Linky, work', () =>
    pictured('together', async () => {
      const { page } = browser;
      await new Editor(page).deploy();
      const flows = await nodeRed.flows();
      assert.equal(flows.filter(({ type }) => type === 'ui-base').length, 1);
      const pages = flows.filter(({ type }) => type === 'ui-page');
      assert.equal(pages.length, 8);
      for (const property of ['name', 'path'] as const)
        assert.equal(new Set(pages.map((one) => one[property])).size, pages.length, property);
      const shown: [string, string][] = [
        ['linky', 'text=What I had before'],
        ['enedis-days', '.nrdb-ui-chart canvas'],
        ['enedis-figures', '.linky'],
        ['enedis-comparison', '.nrdb-ui-chart canvas'],
        ['enedis-off-peak', '.nrdb-ui-chart canvas'],
        ['enedis-heat-map', '.nrdb-ui-chart canvas'],
        ['enedis-calendar', '.nrdb-ui-chart canvas'],
        ['enedis-linky', '.enedis-linky'],
      ];
      for (const [path, content] of shown) {
        await page.goto(`${nodeRed.url}dashboard/${path}`);
        await page.locator(content).first().waitFor();
        assert.equal(
          await page.getByText(/multiple (pages|ui-base)|Please add and configure/).count(),
          0,
          path,
        );
      }
      await page.locator('.enedis-linky [data-figure="day"]').waitFor();
      await screenshot(page, 'examples-together');
    }));
});
