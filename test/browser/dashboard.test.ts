/**
 * The Linky on a real FlowFuse Dashboard, both packages installed from their tarballs: read off the page, at a desk and
 * on a phone, with mouse, keyboard and finger; over a reload and a restart; the examples; the dialog in the editor.
 */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Page } from 'playwright-core';
import { needsChromium, type OpenBrowser, openBrowser, screenshot } from '../support/chromium';
import { BOTH, CONSUMPTION, dashboardWith, Face, NOW, sends, TAB } from '../support/dashboard';
import { Editor } from '../support/editor';
import { PACKAGE, ROOT, userDirWith, WIDGET } from '../support/installed';
import { type NodeRed, readFlow, sink, startNodeRed } from '../support/node-red';

const { power: _, ...WITHOUT_POWER } = CONSUMPTION;
const OLD = { upToDate: false };

const FLOWS = [
  ...dashboardWith([
    { id: 'linky' },
    { id: 'small', width: 2, height: 4, background: '#1d3b6f', mobileBackground: '#3a1d6f' },
    { id: 'large', width: 6, height: 10 },
    { id: 'wide', width: 6, height: 4, label: 'The meter of a house with a rather long name by the sea' },
    { id: 'empty', width: 3, height: 5 },
    { id: 'narrow', width: 3, height: 6 },
  ]),
  sends('send-both', BOTH, ['linky', 'small', 'large', 'wide']),
  // The most there is to say of each figure.
  sends(
    'send-worst',
    {
      consumption: Object.fromEntries(
        Object.entries(CONSUMPTION).map(([name, figure]) => [name, { ...figure, ...OLD, coverage: 0.96 }]),
      ),
      freshness: 'none',
    },
    ['linky', 'small', 'large', 'wide'],
  ),
  sends(
    'send-partial',
    {
      consumption: { ...CONSUMPTION, power: { ...CONSUMPTION.power, ...OLD } },
      freshness: 'partial',
    },
    ['linky'],
  ),
  sends(
    'send-old',
    {
      consumption: Object.fromEntries(
        Object.entries(CONSUMPTION).map(([name, figure]) => [name, { ...figure, ...OLD }]),
      ),
      freshness: 'none',
    },
    ['linky'],
  ),
  sends(
    'send-incomplete',
    {
      consumption: { ...WITHOUT_POWER, year: { ...CONSUMPTION.year, coverage: 0.9969 } },
      freshness: 'complete',
    },
    ['linky'],
  ),
  sends(
    'send-problem',
    {
      ...BOTH,
      freshness: 'none',
      meter: 'Maison',
      problem: {
        code: 'ENEDIS_CREDENTIALS',
        message: 'The token expired on November 3. Get a new one.',
        advice: 'Get a new one.',
        since: '2026-11-22T06:12:00+01:00',
      },
    },
    ['linky', 'small', 'large', 'wide'],
  ),
  sends(
    'send-french-problem',
    {
      consumption: CONSUMPTION,
      freshness: 'none',
      problem: {
        code: 'ENEDIS_NETWORK',
        message:
          'Impossible de joindre conso.boris.sh. Vérifiez la connexion internet de cette machine (et l’adresse des « Réglages avancés » si vous l’avez remplie).',
        since: '2026-11-21T07:12:00+01:00',
        retryAt: '2026-11-23T10:02:00+01:00',
      },
    },
    ['narrow'],
  ),
  sends(
    'send-only-problem',
    { freshness: 'none', problem: { code: 'ENEDIS_NETWORK', message: 'The gateway can’t be reached.' } },
    ['linky'],
  ),
  { id: 'catch', type: 'catch', z: TAB, scope: null, uncaught: false, wires: [['sink-errors']] },
  sink('errors', TAB),
];

describe('the Linky on the dashboard', needsChromium(), () => {
  let nodeRed: NodeRed;
  let browser: OpenBrowser;
  let page: Page;

  before(async () => {
    nodeRed = await startNodeRed({ userDir: await userDirWith([PACKAGE, WIDGET]), flows: FLOWS });
    browser = await openBrowser({ at: NOW });
    page = browser.page;
    await page.goto(`${nodeRed.url}dashboard/linky`);
  });
  after(async () => {
    await browser?.close();
    await nodeRed?.kill();
  });

  const linky = (): Face => new Face(page, 'linky');

  /** Presses an inject node and waits until the page shows what the message brought. */
  async function send(id: string, arrived: () => Promise<void>): Promise<void> {
    await nodeRed.inject(id);
    await arrived();
  }
  const light = (state: string) => () => linky().root.locator(`[data-light="${state}"]`).waitFor();

  /** A failure's picture says more than its words. */
  function pictured(name: string, test: () => Promise<void>): [string, () => Promise<void>] {
    return [
      name,
      async () => {
        try {
          await test();
        } catch (error) {
          await screenshot(page, `failed-dashboard-${name.replace(/\W+/g, '-')}`).catch(() => undefined);
          throw error;
        }
      },
    ];
  }

  it(
    ...pictured('says what to wire while nothing has come', async () => {
      const { root } = new Face(page, 'empty');
      await root.waitFor();
      const says = await root.innerText();
      assert.match(says, /output 2/);
      assert.match(says, /enedis-fetch-yesterday/);
      assert.equal(await root.locator('[data-figure], [data-key], [role="status"]').count(), 0);
    }),
  );

  it(
    ...pictured('shows the five figures with their units, and that all is up to date', async () => {
      await send('send-both', light('complete'));
      assert.deepEqual(await linky().rows(), [
        'Yesterday 34.26 kWh',
        'At 11:30 PM 3.096 kW',
        'Max power 3.669 kVA',
        'Month 605.6 kWh',
        'Year 8020 kWh',
      ]);
      assert.equal(await linky().direction.innerText(), 'CONSUMPTION');
      assert.equal(await linky().light.innerText(), 'Up to date');
      assert.match(await linky().root.innerText(), /PDL 22516•+4270/);
      await screenshot(page, 'dashboard-desktop');
    }),
  );

  it(
    ...pictured('shows the date of a figure under the pointer and the focus', async () => {
      const { date } = linky();
      const shown = async (): Promise<string> => (await date.innerText()).replace(/\s/g, ' ');
      assert.equal(await shown(), 'Readings up to November 22, 2026');
      const dates = {
        year: 'January 1 – November 22, 2026',
        month: 'November 1 – 22, 2026',
        day: 'Sunday, November 22, 2026',
        power: 'Nov 22, 2026, 11:30 PM – 12:00 AM',
        maxPower: 'Sunday, November 22, 2026 at 8:16 PM',
      };
      for (const [name, expected] of Object.entries(dates)) {
        await linky().row(name).hover();
        assert.equal(await shown(), expected);
      }
      await page.mouse.move(5, 5);
      assert.match(await shown(), /^Readings up to/);
      for (const [name, expected] of Object.entries(dates)) {
        await linky().row(name).focus();
        assert.equal(await shown(), expected);
        assert.equal(await date.evaluate((line) => line.scrollWidth <= line.clientWidth), true, name);
      }
      await page.keyboard.press('Escape');
      assert.match(await shown(), /^Readings up to/);
    }),
  );

  it(
    ...pictured('is read out in whole sentences', async () => {
      const { root } = linky();
      const region = page.getByRole('region', { name: 'Linky', exact: true }).first();
      await region.waitFor();
      const button = (name: string | RegExp) => root.getByRole('button', { name });
      for (const sentence of [
        'Year: 8,019.965 kWh, January 1 – November 22, 2026',
        'Mean power of 30 minutes: 3.096 kW, Sunday, November 22, 2026, 11:30 PM – 12:00 AM',
        'Maximum power: 3.669 kVA, Sunday, November 22, 2026 at 8:16 PM',
      ])
        assert.equal(await button(new RegExp(`^${sentence.replace(/ /g, '\\s')}$`)).count(), 1, sentence);
      assert.equal(await root.getByRole('group', { name: 'Consumption or production' }).count(), 1);
      // They had one name for both.
      for (const name of ['Previous: production', 'Next: production'])
        assert.equal(await button(name).count(), 1, name);
    }),
  );

  it(
    ...pictured('goes to production and back with - | +, by mouse and by keyboard', async () => {
      await linky().key('plus').click();
      assert.deepEqual(await linky().rows(), [
        'Yesterday 2.500 kWh',
        'Peak 12:30 PM 1.840 kW',
        'Month 61.20 kWh',
        'Year 12346 kWh',
      ]);
      assert.equal(await linky().direction.innerText(), 'PRODUCTION');
      await linky().key('minus').click();
      assert.equal(await linky().direction.innerText(), 'CONSUMPTION');
      await linky().row('year').focus();
      await page.keyboard.press('Tab');
      await page.keyboard.press('Enter');
      assert.equal(await linky().direction.innerText(), 'PRODUCTION');
      await page.keyboard.press('Tab');
      await page.keyboard.press('Space');
      assert.equal(await linky().direction.innerText(), 'CONSUMPTION');
      // The others are meters of their own.
      await linky().key('plus').click();
      assert.equal(await new Face(page, 'small').direction.innerText(), 'CONSUMPTION');
    }),
  );

  it(
    ...pictured('is the same after a reload, on the side it was left at', async () => {
      await page.reload();
      assert.equal((await linky().rows())[0], 'Yesterday 2.500 kWh');
      await linky().key('minus').click();
      assert.equal((await linky().rows())[0], 'Yesterday 34.26 kWh');
    }),
  );

  it(
    ...pictured('fits its tile, whatever its size', async () => {
      const sizes: number[] = [];
      for (const id of ['small', 'linky', 'large', 'wide']) {
        const face = new Face(page, id);
        const { height: tile } = (await face.root.boundingBox())!;
        for (const row of await face.root.locator('[data-figure]').all()) {
          const fits = await row.evaluate((element) => {
            const screen = element.closest('.enedis-linky-screen')!.getBoundingClientRect();
            const { left, right, top, bottom } = element.getBoundingClientRect();
            const inside =
              left >= screen.left && right <= screen.right && top >= screen.top && bottom <= screen.bottom;
            return inside && element.scrollWidth <= element.clientWidth;
          });
          assert.ok(fits, `${id}: ${await row.innerText()}`);
        }
        const heightOf = async (name: string): Promise<number> =>
          (await face.row(name).locator('.enedis-linky-value').boundingBox())!.height;
        const height = await heightOf('month');
        sizes.push(height);
        assert.ok(height >= 9, `${id}: figures of ${height} px`);
        assert.ok(height <= tile / 6, `${id}: figures of ${height} px`);
        assert.ok(
          (await heightOf('day')) >= 1.5 * height,
          `${id}: yesterday weighed as much as all the others`,
        );
        for (const key of await face.root.locator('[data-key]').all()) {
          const size = (await key.boundingBox())!;
          assert.ok(
            Math.min(size.width, size.height) >= 44,
            `${id}: a key of ${size.width} × ${size.height}`,
          );
        }
      }
      const [small, usual, large] = sizes as [number, number, number];
      assert.ok(small < usual && usual < large, sizes.join(', '));
    }),
  );

  it(
    ...pictured('can be read on any tile, with all there may be to say', async () => {
      await send('send-worst', light('none'));
      for (const id of ['small', 'linky', 'large', 'wide']) {
        const face = new Face(page, id);
        for (const row of await face.root.locator('[data-figure]').all()) {
          await row.hover();
          const what = `${id}: ${await face.date.innerText()}`;
          assert.match(what, /incomplete \(96%\)\s· not up to date$/);
          const { size, whole } = await face.date.evaluate((line) => ({
            size: parseFloat(getComputedStyle(line).fontSize),
            whole: line.scrollHeight <= line.clientHeight && line.scrollWidth <= line.clientWidth,
          }));
          assert.ok(size >= 9.5, `${what}: ${size} px`);
          assert.ok(whole, `${what} is cut`);
          const unit = await row.locator('.enedis-linky-unit').boundingBox();
          const screen = await face.root.locator('.enedis-linky-screen').boundingBox();
          assert.ok(unit!.x + unit!.width <= screen!.x + screen!.width, `${what}: the unit is outside`);
        }
      }
      // Where there is no room for the light's words, a sign says it beside the colour.
      const sign = new Face(page, 'small').root.locator('.enedis-linky-lamp');
      assert.equal(await sign.evaluate((lamp) => getComputedStyle(lamp, '::after').content), '"✕"');
      await screenshot(page, 'dashboard-worst');
      await page.mouse.move(5, 5);
    }),
  );

  it(
    ...pictured('lights orange and red, with the words for it, and says which figure is old', async () => {
      await send('send-partial', light('partial'));
      assert.equal(await linky().light.innerText(), 'Partly up to date');
      assert.equal((await linky().rows())[1], 'At 11:30 PM ! 3.096 kW');
      assert.equal(await linky().key('plus').count(), 0, 'one direction, no keys');
      await send('send-old', light('none'));
      assert.equal(await linky().light.innerText(), 'Not up to date');
      const colour = await linky()
        .root.locator('.enedis-linky-lamp')
        .evaluate((lamp) => {
          const [red = 0, green = 0] = (getComputedStyle(lamp).backgroundColor.match(/\d+/g) ?? []).map(
            Number,
          );
          return red > 200 && green < 120;
        });
      assert.ok(colour, 'red');
    }),
  );

  it(
    ...pictured('says why nothing comes: four reasons were four equal red screens', async () => {
      await send('send-problem', () => linky().root.locator('.enedis-linky-problem').waitFor());
      for (const id of ['small', 'linky', 'large', 'wide']) {
        const { root } = new Face(page, id);
        const problem = root.locator('.enedis-linky-problem');
        const text = (await problem.innerText()).replace(/\s/g, ' ');
        assert.match(text, /^The token expired on November 3\. Get a new one\. Since: Sun, Nov 22, /, id);
        const screen = (await root.locator('.enedis-linky-screen').boundingBox())!;
        const box = (await problem.boundingBox())!;
        assert.ok(box.height >= 12 && box.y + box.height <= screen.y + screen.height + 1, `${id} is cut`);
        for (const row of await root.locator('[data-figure]').all()) {
          // On a small tile yesterday alone is left beside the sentence.
          const { y, height } = (await row.boundingBox()) ?? { y: 0, height: 0 };
          assert.ok(y + height <= box.y + 1, `${id}: the sentence lies over a figure`);
        }
      }
      assert.match(await linky().root.innerText(), /Maison/);
      await screenshot(page, 'dashboard-problem');
      await send('send-only-problem', () => linky().root.getByText('can’t be reached').waitFor());
      assert.equal(await linky().root.locator('[data-figure]').count(), 0);
    }),
  );

  it(
    ...pictured('tells all of it on a phone: the next try was below the edge', async () => {
      const phone = await openBrowser({ locale: 'fr-FR', phone: true, at: NOW });
      try {
        await phone.page.setViewportSize({ width: 380, height: 800 });
        await phone.page.goto(`${nodeRed.url}dashboard/linky`);
        await nodeRed.inject('send-french-problem');
        const { root } = new Face(phone.page, 'narrow');
        const problem = root.locator('.enedis-linky-problem');
        await problem.filter({ hasText: /Prochain essai/ }).waitFor();
        const [whole = 0, seen = 0] = await problem.evaluate((box) => [box.scrollHeight, box.clientHeight]);
        assert.ok(whole <= seen, `${seen} of ${whole} pixels`);
        const rows = await root.locator('[data-figure]').all();
        const boxes = await Promise.all(rows.map(async (row) => (await row.boundingBox())!));
        for (const [place, { y, height }] of boxes.slice(0, -1).entries())
          assert.ok(y + height <= boxes[place + 1]!.y + 1, 'one figure lies over the next');
      } finally {
        await phone.close();
      }
    }),
  );

  it(
    ...pictured('has no half-hour where none is collected, and names what is missing', async () => {
      await send('send-incomplete', light('complete'));
      assert.deepEqual(await linky().rows(), [
        'Yesterday 34.26 kWh',
        'Max power 3.669 kVA',
        'Month 605.6 kWh',
        'Year 99% 8020 kWh',
      ]);
      await linky().row('year').hover();
      assert.match(await linky().date.innerText(), /incomplete \(99%\)$/);
    }),
  );

  it(
    ...pictured('grows old by itself when nothing comes any more', async () => {
      await page.clock.setFixedTime('2026-11-24T12:30:00+01:00');
      await page.reload();
      await light('none')();
      assert.equal((await linky().rows())[2], 'Month ! 605.6 kWh');
      assert.equal((await linky().rows())[0], 'Nov 22 ! 34.26 kWh', 'no longer yesterday');
      await page.clock.setFixedTime(NOW);
    }),
  );

  it(
    ...pictured('is on a phone what it is on a desk, with colours of its own, under a finger', async () => {
      await send('send-both', light('complete'));
      const small = new Face(page, 'small').root.locator('.enedis-linky-face');
      const background = () => small.evaluate((face) => getComputedStyle(face).backgroundColor);
      assert.equal(await background(), 'rgb(29, 59, 111)');
      const phone = await openBrowser({ locale: 'fr-FR', phone: true, at: NOW });
      const desk = page;
      try {
        page = phone.page;
        await page.goto(`${nodeRed.url}dashboard/linky`);
        assert.deepEqual(await linky().rows(), [
          'Hier 34,26 kWh',
          'À 23:30 3,096 kW',
          'Puiss. max 3,669 kVA',
          'Mois 605,6 kWh',
          'Année 8020 kWh',
        ]);
        assert.equal(await linky().light.innerText(), 'À jour');
        await linky().row('maxPower').tap();
        assert.equal(await linky().date.innerText(), 'dimanche 22 novembre 2026 à 20:16');
        await linky().key('plus').tap();
        assert.equal(await linky().direction.innerText(), 'PRODUCTION');
        const { width } = page.viewportSize()!;
        assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), width);
        const phoneFace = new Face(page, 'small').root.locator('.enedis-linky-face');
        const colours = await phoneFace.evaluate((face) => {
          const { backgroundColor, color } = getComputedStyle(face);
          return [backgroundColor, color];
        });
        assert.deepEqual(colours, ['rgb(58, 29, 111)', 'rgb(255, 255, 255)']);
        await screenshot(page, 'dashboard-phone');
        assert.deepEqual(phone.complaints, []);
      } finally {
        page = desk;
        await phone.close();
      }
    }),
  );

  it(
    ...pictured('keeps its figures over a restart of Node-RED', async () => {
      const { userDir } = nodeRed;
      // It would go on knocking, and complain.
      await page.goto('about:blank');
      await nodeRed.stop();
      nodeRed = await startNodeRed({ userDir });
      await page.goto(`${nodeRed.url}dashboard/linky`);
      assert.equal((await linky().rows())[0], 'Yesterday 34.26 kWh');
      await light('complete')();
      assert.match(await linky().root.innerText(), /PDL 22516•+4270/);
      assert.match(await new Face(page, 'empty').root.innerText(), /output 2/);
    }),
  );

  it(
    ...pictured('has a dialog that sets size and colours, in the editor', async () => {
      const desk = page;
      // The clock stands still in the other one: no double click would come of two.
      const other = await openBrowser({ locale: 'fr-FR' });
      try {
        page = other.page;
        const editor = new Editor(page);
        await editor.open(nodeRed.url);
        await editor.paletteNode('ui-enedis-linky').waitFor();
        await editor.edit(editor.node('linky'));
        const field = (name: string) => page.locator(`#node-input-${name}`);
        assert.equal((await field('size').innerText()).replace(/\s/g, ''), '4x7');
        assert.equal(await page.locator('#enedis-linky-no-dashboard').isVisible(), false);
        assert.equal(await page.locator('#enedis-linky-no-core').isVisible(), false);
        await field('background').fill('not a colour');
        await field('background').blur();
        await page.locator('#node-input-background.input-error').waitFor();
        await page.locator('[data-for="background"]').fill('#224466');
        assert.equal(await field('background').inputValue(), '#224466');
        await field('label').fill('Maison');
        await screenshot(page, 'dashboard-dialog');
        await editor.confirm();
        await editor.deploy();
        assert.deepEqual(other.complaints, []);
      } finally {
        page = desk;
        await other.close();
      }
      await linky().root.getByText('Maison').waitFor();
      const face = linky().root.locator('.enedis-linky-face');
      const colours = await face.evaluate((element) => {
        const { backgroundColor, color } = getComputedStyle(element);
        return [backgroundColor, color];
      });
      assert.deepEqual(colours, ['rgb(34, 68, 102)', 'rgb(255, 255, 255)']);
      // A changed widget is another node of the same name: it shows what the one before did.
      assert.equal((await linky().rows())[0], 'Yesterday 34.26 kWh');
    }),
  );

  it('has complained of nothing', () => {
    assert.deepEqual(browser.complaints, []);
    assert.deepEqual(nodeRed.arrived('errors'), []);
  });

  describe('the examples', () => {
    /** Deploys an example with a sink beside each node that the summary goes to; returns that summary. */
    async function run(
      file: string,
      path: string,
    ): Promise<Record<string, Record<string, { value: number }>>> {
      const flow = readFlow(join(ROOT, file));
      const tab = flow.find(({ type }) => type === 'tab')!.id;
      const fetch = flow.find(({ type }) => type === 'enedis-fetch-yesterday')!;
      fetch.wires = [fetch.wires?.[0] ?? [], [...(fetch.wires?.[1] ?? []), 'sink-summary']];
      const errors = flow.find(({ type }) => type === 'catch')!;
      errors.wires = [['sink-failures']];
      await nodeRed.deploy([...flow, sink('summary', tab), sink('failures', tab)]);
      const { payload } = await nodeRed.next('summary');
      await page.clock.setFixedTime(new Date());
      await page.goto(`${nodeRed.url}dashboard/${path}`);
      return payload as Record<string, Record<string, { value: number }>>;
    }

    interface Drawn {
      tooltip: { confine: boolean };
      xAxis: { data?: string[] };
      yAxis: { name: string; axisLabel: { formatter?: string } };
      series: {
        name: string;
        data: ({ name: string; value: unknown } | null)[];
      }[];
    }
    /** What a chart draws, as the function before it has sent it. */
    const drawn = async (id: string): Promise<Drawn> =>
      (await nodeRed.json<{ chartOptions: Drawn }>(`dashboard/_debug/statestore/${id}`)).chartOptions;
    const pointsOf = ({ data }: Drawn['series'][number]): { name: string; value: unknown }[] =>
      data.filter((point) => point !== null);
    const spaced = (text: string): string => text.replace(/\s/g, ' ');

    it(
      ...pictured('the dashboard: Linky, charts, and a history that a button fetches', async () => {
        const { consumption } = await run(
          'dashboard/examples/1 - Linky on the dashboard.json',
          'enedis-linky',
        );
        const face = new Face(page, 'enedisw1linky000');
        assert.ok((await face.rows()).some((row) => row.includes(consumption!.year!.value.toFixed(0))));
        assert.equal(await face.key('plus').count(), 1);
        const charts = page.locator('.nrdb-ui-chart canvas');
        await charts.nth(1).waitFor();
        await page.getByText('Tout l’historique').click();
        await page.locator('.nrdb-ui-progress', { hasText: /terminé.*100%/s }).waitFor({ timeout: 60_000 });
        const halfHours = await drawn('enedisw1chart000');
        assert.deepEqual(
          halfHours.series.map(({ name }) => name),
          ['Consommation', 'Production'],
        );
        for (const series of halfHours.series) {
          const points = pointsOf(series);
          const times = points.map(({ value }) => (value as [number, number])[0]);
          assert.ok(times.length > 4 * 46 && times.length <= 6 * 50, `${series.name}: ${times.length}`);
          assert.deepEqual(
            times,
            [...new Set(times)].sort((a, b) => a - b),
            'each once, in order',
          );
          assert.match(spaced(points[0]!.name), /^\w+\. \d+ [a-zéû]+\.?,? \d\d:\d\d · \w+ \d+(,\d+)? kW$/);
        }
        const months = await drawn('enedisw1chart001');
        const [lastYear, thisYear] = months.series as [Drawn['series'][number], Drawn['series'][number]];
        assert.equal(Number(thisYear.name), Number(lastYear.name) + 1);
        assert.deepEqual(
          [lastYear, thisYear].map((series) => pointsOf(series).length),
          [12, 12],
        );
        assert.deepEqual(
          pointsOf(lastYear).filter(({ value }) => !(Number(value) > 0)),
          [],
          'all months of last year',
        );
        const sum = pointsOf(thisYear).reduce((total, { value }) => total + Number(value), 0);
        assert.ok(Math.abs(sum - consumption!.year!.value) < 0.01, `${sum}`);
        // 24 days of November stood beside a whole November.
        const running = (series: Drawn['series'][number]): string =>
          spaced(pointsOf(series).find(({ name }) => name.includes('jusqu’au'))!.name);
        const until = /, jusqu’au \d+ : [\d ]+ kWh$/;
        assert.match(running(thisYear), until);
        assert.match(running(lastYear), until);
        // Numbers were written `1,236.237`, and half of a tooltip was beside the phone.
        for (const chart of [halfHours, months]) assert.equal(chart.tooltip.confine, true);
        assert.match(spaced(months.yAxis.name), /^Une ligne : [\d ]+ kWh$/);
        assert.equal(months.xAxis.data?.[0], 'janv.');
        assert.deepEqual(nodeRed.arrived('failures'), []);
        await screenshot(page, 'dashboard-example');
      }),
    );

    it(
      ...pictured('the chart of the days: dates and numbers as one reads them', async () => {
        const flow = readFlow(join(ROOT, 'examples', '3 - Daily energy to a chart.json'));
        const errors = flow.find(({ type }) => type === 'catch')!;
        errors.wires = [['sink-failures']];
        await nodeRed.deploy([...flow, sink('failures', flow.find(({ type }) => type === 'tab')!.id)]);
        await page.goto(`${nodeRed.url}dashboard/enedis-days`);
        // On a busy machine Dashboard may still tell of the base of the flow before, and then shows nothing.
        const twoBases = page.getByText('multiple', { exact: false });
        await page.locator('.nrdb-ui-chart canvas').or(twoBases).first().waitFor();
        if (await twoBases.first().isVisible()) await page.reload();
        await nodeRed.inject(flow.find(({ type }) => type === 'inject')!.id);
        await page.locator('.nrdb-ui-chart canvas').first().waitFor();
        const known = async (): Promise<Drawn | undefined> => {
          const chart = await drawn('enedis3chart0000').catch(() => undefined);
          return chart?.series?.length === 2 && pointsOf(chart.series[1]!).length >= 59 ? chart : undefined;
        };
        let chart = await known();
        for (let look = 0; look < 300 && chart === undefined; look++) chart = await known();
        const [first] = pointsOf(chart!.series[0]!);
        assert.match(spaced(first!.name), /^\w+\. \d+ [a-zéû]+\.? · Consommation \d+(,\d+)? kWh$/);
        assert.deepEqual(nodeRed.arrived('failures'), []);
        await screenshot(page, 'dashboard-days');
      }),
    );

    it(
      ...pictured('the dashboard without the widget: the same figures in a ui-template', async () => {
        const { consumption, production } = await run(
          'examples/7 - Dashboard without the widget.json',
          'enedis-figures',
        );
        const linky = page.locator('.linky');
        const digits = async (): Promise<string> => (await linky.innerText()).replace(/\s/g, '');
        const year = (value: number): string =>
          value.toLocaleString('fr', { maximumSignificantDigits: 6 }).replace(/\s/g, '');
        await linky.getByText('Consommation').waitFor();
        assert.ok((await digits()).includes(year(consumption!.year!.value)), await digits());
        await linky.getByRole('button').click();
        await linky.getByText('Production').waitFor();
        assert.ok((await digits()).includes(year(production!.year!.value)), await digits());
        assert.deepEqual(nodeRed.arrived('failures'), []);
        await screenshot(page, 'dashboard-template');
      }),
    );
  });
});
