/**
 * Answers on a dashboard: a ui-chart as it comes from the palette draws what the query node sends it, and draws it again
 * after a reload. What is drawn is read from the chart itself.
 */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Page } from 'playwright-core';
import { needsChromium, openBrowser, screenshot } from '../support/chromium';
import { dashboardWith, TAB } from '../support/dashboard';
import { PACKAGE, userDirWith } from '../support/installed';
import { sink, startNodeRed, startsAt, type FlowNode, type NodeRed } from '../support/node-red';

const NOW = '2026-11-26T09:30:00+01:00';
const METER: FlowNode = {
  id: 'meter',
  type: 'enedis-config',
  name: 'Maison',
  ...{ gateway: 'demo', usagePointId: '22516914714270', direction: 'both', tariff: 'tariff' },
};
const TARIFF: FlowNode = {
  id: 'tariff',
  type: 'enedis-tariff',
  ...{
    direction: 'consumption',
    offer: 'hphc',
    prices: 'own',
    windows: [{ from: '', winter: '22:00-06:00' }],
  },
  versions: [{ from: '2020-01-01', kwh: { HC: 0.15, HP: 0.21 } }],
};

/** What the editor gives a chart that is dropped from the palette; only its group is chosen. */
function chart(id: string, order: number): FlowNode[] {
  return [
    {
      id: `group-${id}`,
      type: 'ui-group',
      name: id,
      page: 'test-page',
      ...{
        width: '12',
        height: '1',
        order,
        showTitle: false,
        className: '',
        visible: 'true',
        disabled: 'false',
      },
      groupType: 'default',
    },
    {
      id,
      type: 'ui-chart',
      z: TAB,
      group: `group-${id}`,
      ...{ name: '', label: 'chart', order: 1, chartType: 'line', category: 'topic', categoryType: 'msg' },
      ...{ xAxisLabel: '', xAxisProperty: '', xAxisPropertyType: 'timestamp', xAxisType: 'time' },
      ...{ xAxisFormat: '', xAxisFormatType: 'auto', xmin: '', xmax: '', yAxisLabel: '' },
      ...{
        yAxisProperty: 'payload',
        yAxisPropertyType: 'msg',
        ymin: '',
        ymax: '',
        bins: 10,
        action: 'append',
      },
      ...{ stackSeries: false, pointShape: 'circle', pointRadius: 4, showLegend: true, removeOlder: 1 },
      ...{ removeOlderUnit: '3600', removeOlderPoints: '', textColor: ['#666666'], textColorDefault: true },
      colors: [
        '#0095FF',
        '#FF0000',
        '#FF7F0E',
        '#2CA02C',
        '#A347E1',
        '#D62728',
        '#FF9896',
        '#9467BD',
        '#C5B0D5',
      ],
      ...{ gridColor: ['#e5e5e5'], gridColorDefault: true, width: 12, height: 8, className: '' },
      interpolation: 'linear',
      wires: [[]],
    },
  ];
}

const inject = (id: string, to: string, props: FlowNode['props'] = []): FlowNode => ({
  id,
  type: 'inject',
  z: TAB,
  ...{ repeat: '', crontab: '', once: false, onceDelay: 0.1, topic: '' },
  props,
  wires: [[to]],
});

const query = (id: string, properties: object, to: string): FlowNode => ({
  id,
  type: 'enedis-query',
  z: TAB,
  config: 'meter',
  ...properties,
  wires: [[to]],
});

const FLOW: FlowNode[] = [
  ...dashboardWith([]),
  METER,
  TARIFF,
  {
    id: 'fill',
    type: 'enedis-backfill',
    z: TAB,
    config: 'meter',
    start: '2025-09-01',
    startType: 'date',
    endType: 'yesterday',
    order: 'oldest',
    wires: [[], ['sink-progress']],
  },
  sink('progress', TAB),
  inject('begin', 'fill'),
  ...chart('months', 1),
  ...chart('heat', 2),
  ...chart('squares', 3),
  query(
    'by-month',
    {
      value: 'cost',
      range: 'last12months',
      step: 'month',
      split: true,
      compare: 'lastYear',
      output: 'chart',
    },
    'months',
  ),
  query(
    'by-half-hour',
    { value: 'power', range: 'dates', start: '2026-10-19', end: '2026-11-01', output: 'heatmap' },
    'heat',
  ),
  query('by-day', { range: 'thisYear', output: 'calendar' }, 'squares'),
  inject('ask-months', 'by-month'),
  inject('ask-both', 'by-month', [
    { p: 'value', v: 'energy', vt: 'str' },
    { p: 'direction', v: 'both', vt: 'str' },
    { p: 'range', v: 'last7days', vt: 'str' },
    { p: 'step', v: 'day', vt: 'str' },
    { p: 'split', v: 'false', vt: 'bool' },
  ]),
  inject('ask-heat', 'by-half-hour'),
  inject('ask-november', 'by-half-hour', [
    { p: 'start', v: '2026-11-10', vt: 'str' },
    { p: 'end', v: '2026-11-12', vt: 'str' },
  ]),
  inject('ask-squares', 'by-day'),
];

/** What a chart on the page draws, from its own options. */
interface Drawn {
  series: { name: string; type: string; data: unknown[] }[];
  x: unknown[];
  y: unknown[];
}

async function drawn(page: Page, id: string): Promise<Drawn> {
  return page.evaluate((widget) => {
    interface Shown {
      getOption(): Record<string, { data?: unknown[] }[]>;
    }
    const charts = (window as unknown as { uiCharts: Record<string, { chart: Shown }> }).uiCharts;
    const { series = [], xAxis = [], yAxis = [] } = charts[widget]!.chart.getOption();
    return {
      series: (series as unknown as Drawn['series']).map(({ name, type, data = [] }) => ({
        name,
        type,
        data,
      })),
      x: xAxis[0]?.data ?? [],
      y: yAxis[0]?.data ?? [],
    };
  }, id);
}

async function shows(page: Page, id: string, isSo: (of: Drawn) => boolean): Promise<Drawn> {
  const end = Date.now() + 15_000;
  for (;;) {
    const of = await drawn(page, id);
    if (isSo(of)) return of;
    assert.ok(
      Date.now() < end,
      JSON.stringify({ ...of, series: of.series.map(({ data, ...rest }) => ({ ...rest, n: data.length })) }),
    );
    await page.waitForTimeout(50);
  }
}

describe(
  'answers in a ui-chart as it comes from the palette',
  { ...needsChromium(), timeout: 240_000 },
  () => {
    let nodeRed: NodeRed;

    before(async () => {
      const prologue = startsAt(NOW);
      nodeRed = await startNodeRed({
        userDir: await userDirWith([PACKAGE]),
        prologue,
        flows: FLOW,
        settings: { lang: 'fr' },
      });
      await nodeRed.inject('begin');
      await nodeRed.until(
        () =>
          nodeRed.arrived('progress').some(({ payload }) => (payload as { state: string }).state === 'done'),
        'the archive is filled',
        60_000,
      );
    });
    after(async () => {
      await nodeRed?.kill();
    });

    for (const [locale, phone] of [
      ['fr-FR', false],
      ['en-GB', true],
    ] as const)
      it(`months beside last year’s, half-hours, a year of days; the same after a reload, ${phone ? 'phone' : 'desktop'}`, async () => {
        const browser = await openBrowser({ at: NOW, locale, phone });
        try {
          const { page } = browser;
          // By this Dashboard hands out its charts to whoever tests them.
          await page.addInitScript('window.Cypress = true');
          await page.goto(`${nodeRed.url}dashboard/linky`);
          await page.locator('#nrdb-ui-widget-months canvas, .nrdb-ui-chart canvas').first().waitFor();
          for (const ask of ['ask-months', 'ask-heat', 'ask-squares']) await nodeRed.inject(ask);
          const areMonths = ({ series, x }: Drawn): boolean => series.length === 4 && x.length === 12;
          const months = await shows(page, 'months', areMonths);
          assert.deepEqual(
            months.series.map(({ name }) => name),
            [
              'consommation · Heures creuses',
              'consommation · Heures creuses, l’an dernier',
              'consommation · Heures pleines',
              'consommation · Heures pleines, l’an dernier',
            ],
          );
          assert.equal(months.x[0], 'nov. 2025');
          assert.ok(months.series.every(({ type, data }) => type === 'bar' && data.length === 12));
          const isOctober = ({ x, y, series }: Drawn): boolean =>
            x.length === 14 && y.length === 50 && series.length === 1;
          const heat = await shows(page, 'heat', isOctober);
          assert.equal(heat.series[0]!.data.length, 14 * 48 + 2);
          assert.equal(heat.y[6], '02:00 +1 h');
          const isYear = ({ series }: Drawn): boolean =>
            series.length === 1 && series[0]!.data.length === 329;
          await shows(page, 'squares', isYear);
          await page.waitForTimeout(300);
          await screenshot(page, `query-${locale}`);
          await page.locator('.nrdb-ui-chart').last().scrollIntoViewIfNeeded();
          await page.waitForTimeout(200);
          await screenshot(page, `query-calendar-${locale}`);

          // Fewer of everything: nothing of the longer ones is left, not even for who opens the page afterwards.
          await nodeRed.inject('ask-november');
          const isNovember = ({ x, y, series }: Drawn): boolean =>
            x.length === 3 && y.length === 48 && series[0]?.data.length === 3 * 48;
          await shows(page, 'heat', isNovember);
          await nodeRed.inject('ask-both');
          const areBoth = ({ series, x }: Drawn): boolean =>
            x.length === 7 && series.filter(({ data }) => data.length > 0).length === 4;
          await shows(page, 'months', areBoth);
          await page.reload();
          await page.locator('.nrdb-ui-chart canvas').first().waitFor();
          await shows(page, 'heat', isNovember);
          const both = await shows(page, 'months', areBoth);
          assert.deepEqual(
            both.series.map(({ name }) => name),
            ['consommation', 'consommation, l’an dernier', 'production', 'production, l’an dernier'],
          );
          await page.waitForTimeout(300);
          await screenshot(page, `query-after-${locale}`);
          const said = await page.locator('body').innerText();
          assert.ok(!said.includes('22516914714270'));
          assert.deepEqual(browser.complaints, []);
        } finally {
          await browser.close();
        }
      });
  },
);
