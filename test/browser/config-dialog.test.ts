/**
 * Getting connected, with the hands: the dialog of a meter from the choice of a gateway to readings that may be had, with
 * Enedis' consent page and gateway simulated beside it; then saved, opened again, and searched for secrets.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import type { Locator, Page } from 'playwright-core';
import {
  createSimulator,
  createToken,
  faults,
  listen,
  type ListeningSimulator,
  type Simulator,
} from '../../lib/simulator';
import { needsChromium, type OpenBrowser, openBrowser, screenshot } from '../support/chromium';
import { Editor } from '../support/editor';
import { type FlowNode, type NodeRed, startNodeRed } from '../support/node-red';

const PDL = '22516914714270';
const OTHER = '32320647321714';
const CLIENT = { clientId: 'client-id-of-the-test', clientSecret: 'client-secret-of-the-test' };
const DAY = 86_400;
const FIELDS = '#node-config-input-';

interface Legible {
  text: string;
  /** As WCAG counts it: 4.5 is what text of this size takes. */
  ratio: number;
}
/** For the page: the contrast of every text of the dialog and of what its fields hold. */
const LEGIBILITY = `(() => {
  const channels = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const luminance = ([...rgb]) => {
    const [r, g, b] = rgb.map((c) => c / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  /** Without what shines through: a background that is there is there altogether. */
  const behind = (element) => {
    for (let one = element; one; one = one.parentElement) {
      const [r, g, b, alpha = 1] = channels(getComputedStyle(one).backgroundColor);
      if (alpha > 0.5) return [r, g, b];
    }
    return [255, 255, 255];
  };
  // Buttons are the editor's own.
  const shown = [...document.querySelectorAll('.enedis-config *:not(button, button *)')].filter((element) => {
    const isField = element.matches('input:not([type=checkbox]), select');
    const hasText = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== '');
    return element.checkVisibility() && (isField || (hasText && !element.matches('option')));
  });
  return shown.map((element) => {
    const [r, g, b] = channels(getComputedStyle(element).color);
    const [one, other] = [luminance([r, g, b]), luminance(behind(element))].sort((x, y) => y - x);
    const text = (element.id || element.className) + ': ' + element.textContent.trim().slice(0, 40);
    return { text, ratio: Math.round(((one + 0.05) / (other + 0.05)) * 100) / 100 };
  });
})()`;

describe('the dialog of a meter', { ...needsChromium(), timeout: 240_000 }, () => {
  let simulator: Simulator;
  let server: ListeningSimulator;
  let nodeRed: NodeRed;
  let browser: OpenBrowser;
  let page: Page;
  let editor: Editor;

  const now = (): number => Math.floor(Date.now() / 1000);
  const token = (sub: string[], days = 900): string => createToken({ sub, exp: now() + days * DAY });

  before(async () => {
    simulator = createSimulator({
      clock: { now: Date.now },
      // Yesterday is there whatever the hour of the test.
      publishAt: '00:00',
      clients: { [CLIENT.clientId]: CLIENT.clientSecret },
    });
    server = await listen(simulator);
    nodeRed = await startNodeRed();
    simulator.setRedirectUri(new URL('enedis-config/callback', nodeRed.url).href);
  });
  after(async () => {
    await nodeRed?.kill();
    await server?.close();
  });
  beforeEach(async () => {
    await nodeRed.deploy([
      { id: 'tab', type: 'tab', label: 'Test' },
      {
        id: 'fetch',
        type: 'enedis-fetch-yesterday',
        z: 'tab',
        schedule: 'input',
        config: '',
        wires: [[], []],
      },
    ]);
    simulator.clearRequests();
    simulator.setConsentReturn('2026');
    simulator.clearFaults();
    simulator.endSharing(PDL);
  });
  afterEach(async () => {
    await browser?.close();
  });

  async function open(locale: string): Promise<void> {
    browser = await openBrowser({ locale });
    page = browser.page;
    editor = new Editor(page);
    await editor.open(nodeRed.url);
    await editor.edit(editor.node('fetch'));
    await editor.addConfig('config');
  }

  /** Keeps the picture of a failure, which says more than its words. */
  function pictured(name: string, test: () => Promise<void>): () => Promise<void> {
    return async () => {
      try {
        await test();
      } catch (error) {
        if (browser) await screenshot(page, `failed-${name}`).catch(() => undefined);
        throw error;
      }
    };
  }

  const field = (name: string): Locator => page.locator(`${FIELDS}${name}`);
  const choose = async (gateway: string): Promise<void> => {
    await field('gateway').selectOption(gateway);
  };

  async function ownAddress(path = ''): Promise<void> {
    if (!(await field('baseUrl').isVisible()))
      await page.locator('.enedis-config [data-when="address"] > summary').click();
    await field('baseUrl').fill(`${server.url}${path}`);
    await field('baseUrl').blur();
  }

  async function typeOwnContract(): Promise<void> {
    await choose('data-connect');
    await field('clientId').fill(CLIENT.clientId);
    await field('clientSecret').fill(CLIENT.clientSecret);
    await ownAddress();
  }

  /** Presses the button of the consent; returns the window it opens. */
  async function pressAuthorize(): Promise<Page> {
    const popup = browser.context.waitForEvent('page');
    await page.locator('.enedis-authorize:visible').click();
    return popup;
  }

  /** The lines under a button, once they are there. */
  async function says(place: 'test' | 'authorize', words: RegExp): Promise<string> {
    const box = page.locator(`.enedis-${place}-says`);
    await box.filter({ hasText: words }).waitFor();
    return (await box.textContent()) ?? '';
  }

  async function visibleFields(): Promise<string[]> {
    const names = [
      'token',
      'clientId',
      'clientSecret',
      'environment',
      'usagePointId',
      'direction',
      'loadCurve',
    ];
    const seen = await Promise.all(names.map((name) => field(name).isVisible()));
    return names.filter((_, index) => seen[index]);
  }

  /** Nothing typed as a secret may be in what is saved, but encrypted. */
  function assertNoSecret(secrets: string[]): void {
    for (const file of ['flows.json', 'flows_cred.json']) {
      const content = readFileSync(join(nodeRed.userDir, file), 'utf8');
      for (const secret of secrets) assert.ok(!content.includes(secret), `${file} has ${secret}`);
    }
    for (const secret of secrets) assert.ok(!nodeRed.log().includes(secret), `the log has ${secret}`);
  }

  async function saved(): Promise<FlowNode> {
    await editor.confirmConfig();
    await editor.confirm();
    await editor.deploy();
    const config = (await nodeRed.flows()).find(({ type }) => type === 'enedis-config');
    assert.ok(config);
    return config;
  }

  async function reopen(): Promise<void> {
    await page.locator('.red-ui-notification').first().waitFor({ state: 'detached' });
    await editor.edit(editor.node('fetch'));
    await page.locator('#node-input-btn-config-edit').click();
    await page.locator('#node-config-dialog-ok').waitFor();
    await editor.settled();
  }

  it(
    'shows each gateway’s own fields and opens its own page',
    pictured('gateways', async () => {
      await open('fr-FR');
      const always = ['usagePointId', 'direction', 'loadCurve'];
      const own: Record<string, string[]> = {
        'conso-api': ['token'],
        'my-electrical-data': ['token'],
        'my-electrical-data-v1': ['token'],
        'data-connect': ['clientId', 'clientSecret', 'environment'],
        demo: [],
      };
      // Nothing leaves: the pages of the gateways are answered here.
      await browser.context.route(/^https:/, (route) => route.fulfill({ body: 'a gateway' }));
      for (const [gateway, expected] of Object.entries(own)) {
        await choose(gateway);
        assert.deepEqual((await visibleFields()).sort(), [...expected, ...always].sort(), gateway);
        const button = page.locator('.enedis-authorize:visible');
        assert.equal(await button.count(), gateway === 'demo' ? 0 : 1, gateway);
        assert.equal(await page.locator('#enedis-callback').isVisible(), gateway === 'data-connect');
        if (gateway === 'demo' || gateway === 'data-connect') continue;
        const opened = await pressAuthorize();
        await opened.waitForURL(/^https:/);
        const link = await page.locator('.enedis-link').getAttribute('href');
        assert.equal(new URL(opened.url()).host, new URL(link ?? '').host);
        await opened.close();
      }
      assert.equal(
        await page.locator('#enedis-callback').inputValue(),
        new URL('enedis-config/callback', nodeRed.url).href,
      );
      assert.deepEqual(browser.complaints, []);
    }),
  );

  it(
    'takes a Conso API token: the PDL, the end of it, the test; saves it and opens again',
    pictured('conso-api', async () => {
      await open('en-US');
      const secret = token([PDL]);
      await ownAddress();
      await field('token').fill(secret);
      await field('token').blur();
      assert.equal(await field('usagePointId').inputValue(), PDL);
      await page.locator('.enedis-token-says', { hasText: /valid until/ }).waitFor();
      assert.equal(await page.locator('.enedis-typing').textContent(), '14 digits.');

      const button = page.locator('.enedis-test');
      await button.dblclick();
      assert.match(await says('test', /works/), /daily readings: since .* at least, up to /);
      assert.equal(simulator.count(), 1, 'a double click is one request');
      assert.match(await says('test', /Not checked yet/), /load curve/);
      await button.click();
      await says('test', /works.*daily readings.*load curve: since/s);
      assert.equal(simulator.count(), 2);
      await screenshot(page, 'config-conso-api-en');

      const config = await saved();
      assert.equal(config.version, 1);
      assert.equal(config.usagePointId, PDL);
      assertNoSecret([secret]);

      await reopen();
      assert.equal(await field('token').inputValue(), '__PWRD__');
      await button.click();
      await says('test', /works/);
      assert.equal(simulator.count(), 3, 'tested with the stored token');
      // Another address: the stored token stays here.
      await field('baseUrl').fill(`${server.url}/elsewhere`);
      await field('baseUrl').blur();
      await button.click();
      await says('test', /saved secret was not sent/);
      assert.equal(simulator.count(), 3);
      assert.deepEqual(browser.complaints, []);
    }),
  );

  it(
    'has several PDL chosen from, and says what is wrong with a token or a PDL',
    pictured('several', async () => {
      await open('fr-FR');
      await field('token').fill(token([OTHER, PDL], 12));
      await field('token').blur();
      assert.equal(await field('usagePointId').inputValue(), '', 'none is guessed');
      await page.locator('.enedis-token-says.enedis-soon', { hasText: /jours restants\s: 1[12]/ }).waitFor();
      await page.locator('.enedis-choice').selectOption(PDL);
      assert.equal(await field('usagePointId').inputValue(), PDL);

      await field('usagePointId').fill('');
      await field('usagePointId').pressSequentially('123 45x');
      await page.locator('.enedis-typing.enedis-wrong', { hasText: '5 chiffres sur 14' }).waitFor();
      await page.locator(`${FIELDS}usagePointId.input-error`).waitFor();
      await field('usagePointId').hover();
      await page
        .locator('.red-ui-popover', { hasText: /14 chiffres/ })
        .first()
        .waitFor();
      await field('token').fill(token([PDL], -3));
      await field('token').blur();
      await page.locator('.enedis-token-says.enedis-wrong', { hasText: /a expiré/ }).waitFor();
      await page.locator('.enedis-test').click();
      await says('test', /PDL n’est pas valable/);
      assert.equal(simulator.count(), 0);
      assert.deepEqual(browser.complaints, []);
    }),
  );

  it(
    'goes through Enedis’ consent page and back, and tests what it opened',
    pictured('data-connect', async () => {
      await open('fr-FR');
      await typeOwnContract();

      const enedis = await pressAuthorize();
      await enedis.locator(`#pdl-${PDL}`).click();
      await enedis.getByRole('heading', { name: 'Votre accord est enregistré' }).waitFor();
      assert.ok((await enedis.locator('main').textContent())?.includes(PDL));
      await screenshot(enedis, 'consent-fr');
      await enedis.close();

      await says('authorize', /Accord reçu/);
      assert.equal(await field('usagePointId').inputValue(), PDL);
      await field('direction').selectOption('both');
      simulator.clearRequests();
      await page.locator('.enedis-test').click();
      const report = await says('test', /fonctionne/);
      assert.match(
        report,
        /Consommation, relevés quotidiens\s: depuis le .*Production, courbe de charge\s: /,
      );
      assert.deepEqual(
        simulator.requests.map(({ resource }) => resource),
        ['subscribed_services'],
        'the application’s token that the consent took is still good',
      );
      await screenshot(page, 'config-data-connect-fr');

      const config = await saved();
      assert.equal(config.usagePointId, PDL);
      assertNoSecret(Object.values(CLIENT));
      await reopen();
      assert.equal(await field('clientSecret').inputValue(), '__PWRD__');
      assert.deepEqual(browser.complaints, []);
    }),
  );

  it(
    'keeps a consent whose PDL Enedis doesn’t tell yet, and warns of giving it twice',
    pictured('unread', async () => {
      await open('fr-FR');
      await typeOwnContract();
      simulator.inject({
        fault: faults.error('technical_error'),
        when: { resource: 'subscribed_services' },
        times: 1,
      });
      const enedis = await pressAuthorize();
      await says('authorize', /En attente.*supprimez d’abord/);
      await enedis.locator(`#pdl-${PDL}`).click();
      await enedis.getByRole('heading', { name: 'le PDL manque encore' }).waitFor();
      assert.match((await enedis.locator('main').textContent()) ?? '', /Ne le redonnez pas/);
      await screenshot(enedis, 'consent-unread-fr');
      await enedis.close();
      await says('authorize', /bien enregistré.*Enedis a un problème.*saisissez le PDL.*redemande le PDL/s);
      assert.equal(simulator.count({ resource: 'subscribed_services' }), 1);

      // By hand, as it says.
      await field('usagePointId').fill(PDL);
      await field('usagePointId').blur();
      await page.locator('.enedis-test').click();
      await says('test', /fonctionne/);
      assert.deepEqual(browser.complaints, []);
    }),
  );

  it(
    'explains a refusal, and takes a return with several PDL',
    pictured('refusal', async () => {
      await open('en-US');
      await typeOwnContract();
      let enedis = await pressAuthorize();
      await enedis.locator('#refuse').click();
      await enedis.getByText('The sharing was refused').waitFor();
      await enedis.close();
      await says('authorize', /refused on Enedis' page/);

      simulator.setConsentReturn('v5');
      enedis = await pressAuthorize();
      await enedis.locator('#several').click();
      await enedis.getByText('several PDLs').waitFor();
      await enedis.close();
      await says('authorize', /choose yours/);
      assert.equal(await field('usagePointId').inputValue(), '');
      await page.locator('.enedis-choice').selectOption(OTHER);
      assert.equal(await field('usagePointId').inputValue(), OTHER);
      await page.locator('.enedis-test').click();
      await says('test', /load curve: not covered by the consent/);
      assert.deepEqual(browser.complaints, []);
    }),
  );

  it(
    'keeps choices that are left to the environment',
    pictured('environment', async () => {
      const variables = {
        gateway: '${LINKY_GATEWAY}',
        direction: '${LINKY_DIRECTION}',
        environment: '$(WHERE)',
      };
      await nodeRed.deploy([
        { id: 'tab', type: 'tab', label: 'Test' },
        { id: 'meter', type: 'enedis-config', usagePointId: PDL, loadCurve: true, ...variables },
        {
          id: 'fetch',
          type: 'enedis-fetch-yesterday',
          z: 'tab',
          schedule: 'input',
          config: 'meter',
          wires: [[], []],
        },
      ]);
      browser = await openBrowser({ locale: 'fr-FR' });
      page = browser.page;
      editor = new Editor(page);
      await editor.open(nodeRed.url);
      await editor.edit(editor.node('fetch'));
      await page.locator('#node-input-btn-config-edit').click();
      await page.locator('#node-config-dialog-ok').waitFor();
      await editor.settled();
      assert.equal(await field('gateway').inputValue(), variables.gateway);
      assert.deepEqual((await visibleFields()).length, 7, 'whichever gateway it is, its fields are there');
      assert.equal(await page.locator('.enedis-authorize:visible').count(), 0);
      await field('name').fill('Maison');
      const config = await saved();
      const { gateway, direction, environment } = config;
      assert.deepEqual({ gateway, direction, environment }, variables);
      assert.deepEqual(browser.complaints, []);
    }),
  );

  it(
    'can be read, in the light and in Node-RED 5’s dark',
    pictured('contrast', async () => {
      for (const scheme of ['light', 'dark']) {
        browser = await openBrowser({ locale: 'fr-FR' });
        page = browser.page;
        // As the editor keeps the choice made in its settings.
        await page.addInitScript(`localStorage.setItem('view-dark-theme', '${scheme}')`);
        editor = new Editor(page);
        await editor.open(nodeRed.url);
        const isDark = await page.evaluate<boolean>(
          `document.documentElement.classList.contains('nr-theme-dark')`,
        );
        const hasDark = await page.evaluate<boolean>(`parseInt(RED.settings.version) >= 5`);
        assert.equal(isDark, hasDark && scheme === 'dark');
        await editor.edit(editor.node('fetch'));
        await editor.addConfig('config');
        // With something of every kind on it: what is right, wrong, soon to end, and plain.
        await field('token').fill(token([OTHER, PDL], 12));
        await field('token').blur();
        await page.locator('.enedis-token-says.enedis-soon').waitFor();
        await page.locator('.enedis-choice').selectOption(PDL);
        await ownAddress();
        await page.locator('.enedis-test').click();
        await says('test', /fonctionne/);
        simulator.inject({ fault: faults.error('ADAM-ERR0075'), when: { series: 'loadCurve' }, times: 1 });
        await page.locator('.enedis-test').click();
        const report = await says('test', /opposé/);
        assert.match(report, /fonctionne.*relevés quotidiens.*courbe de charge\s: La courbe .* opposé/s);
        await screenshot(page, `config-${isDark ? 'dark' : 'light'}`);
        const texts = await page.evaluate<Legible[]>(LEGIBILITY);
        assert.ok(texts.length > 20, `${texts.length} texts`);
        await choose('data-connect');
        await page.locator('#enedis-callback').waitFor();
        const more = await page.evaluate<Legible[]>(LEGIBILITY);
        assert.ok(
          more.some(({ text }) => text.startsWith('enedis-callback')),
          'the return URL is looked at',
        );
        assert.deepEqual(
          [...texts, ...more].filter(({ ratio }) => ratio < 4.5),
          [],
          scheme,
        );
        assert.deepEqual(browser.complaints, []);
        await browser.close();
      }
    }),
  );

  it(
    'brings nodes of an earlier version up to date, in the editor as in the runtime',
    pictured('migration', async () => {
      // A step as a later version will bring one: `series` was once called `kinds`.
      browser = await openBrowser({ locale: 'en-US' });
      page = browser.page;
      editor = new Editor(page);
      await page.route(/\/settings(\?|$)/, async (route) => {
        const answer = await route.fetch();
        const settings = (await answer.json()) as Record<string, unknown>;
        settings.enedisConfigMigrations = {
          ...(settings.enedisConfigMigrations as object),
          'enedis-backfill': [{ rename: { kinds: 'series' } }],
        };
        await route.fulfill({ json: settings });
      });
      await nodeRed.deploy([
        { id: 'tab', type: 'tab', label: 'Test' },
        { id: 'old', type: 'enedis-backfill', z: 'tab', kinds: 'daily', config: '', wires: [[], []] },
        { id: 'fetch', type: 'enedis-fetch-yesterday', z: 'tab', config: '', wires: [[], []] },
      ]);
      await editor.open(nodeRed.url);
      await editor.node('old').waitFor();
      const [old, fetch] = await page.evaluate<FlowNode[]>(
        `['old', 'fetch'].map((id) => RED.nodes.convertNode(RED.nodes.node(id)))`,
      );
      assert.deepEqual([old?.series, old?.version, old?.kinds], ['daily', 2, undefined]);
      assert.equal(fetch?.version, 1);
    }),
  );
});
