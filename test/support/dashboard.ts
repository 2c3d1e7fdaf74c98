/**
 * A dashboard under test: the nodes that FlowFuse Dashboard wants around a widget, summaries as output 2 of the Enedis
 * nodes sends them, and what a person reads off the page.
 */
import type { Locator, Page } from 'playwright-core';
import type { DirectionSummary, Figure, Summary } from '../../lib/query/summary';
import type { FlowNode } from './node-red';

/** The moment the browsers of these tests live in: the morning after the day that `summary` ends with. */
export const NOW = '2026-11-23T09:30:00+01:00';
export const TOPIC = 'enedis/22516914714270/summary';
export const TAB = 'tab-of-the-test';
/** A widget's size in Dashboard's grid. */
export interface Tile {
  id: string;
  width?: number;
  height?: number;
  [property: string]: unknown;
}

/** A page `/dashboard/linky` with a group for each widget. */
export function dashboardWith(tiles: Tile[]): FlowNode[] {
  return [
    { id: TAB, type: 'tab', label: 'Linky' },
    {
      id: 'test-base',
      type: 'ui-base',
      name: 'Dashboard',
      path: '/dashboard',
      includeClientData: true,
      acceptsClientConfig: [],
      headerContent: 'page',
      navigationStyle: 'default',
      titleBarStyle: 'default',
      // It would lie over the widgets of a phone.
      allowInstall: false,
    },
    {
      id: 'test-theme',
      type: 'ui-theme',
      name: 'Theme',
      colors: {
        surface: '#ffffff',
        primary: '#5b7300',
        bgPage: '#eeeeee',
        groupBg: '#ffffff',
        groupOutline: '#cccccc',
      },
      sizes: {
        density: 'default',
        pagePadding: '12px',
        groupGap: '12px',
        groupBorderRadius: '4px',
        widgetGap: '12px',
      },
    },
    {
      id: 'test-page',
      type: 'ui-page',
      name: 'Meter',
      ui: 'test-base',
      path: '/linky',
      icon: 'flash',
      layout: 'grid',
      theme: 'test-theme',
      breakpoints: [
        { name: 'Default', px: '0', cols: '3' },
        { name: 'Tablet', px: '576', cols: '6' },
        { name: 'Small Desktop', px: '768', cols: '9' },
        { name: 'Desktop', px: '1024', cols: '12' },
      ],
      order: 1,
      className: '',
      visible: 'true',
      disabled: 'false',
    },
    ...tiles.flatMap(({ id, width = 4, height = 7, ...rest }, index) => [
      {
        id: `group-of-${id}`,
        type: 'ui-group',
        name: id,
        page: 'test-page',
        width: String(width),
        height: '1',
        order: index + 1,
        showTitle: false,
        className: '',
        visible: 'true',
        disabled: 'false',
        groupType: 'default',
      },
      {
        id,
        type: 'ui-enedis-linky',
        version: 1,
        z: TAB,
        name: '',
        group: `group-of-${id}`,
        order: 1,
        width: String(width),
        height: String(height),
        label: 'Linky',
        background: '',
        titleColor: '',
        mobileBackground: '',
        mobileTitleColor: '',
        className: '',
        wires: [],
        ...rest,
      },
    ]),
  ];
}

/** An inject node that sends a payload to widgets. */
export function sends(id: string, payload: unknown, to: string[], topic = TOPIC): FlowNode {
  return {
    id,
    type: 'inject',
    z: TAB,
    // Without these the editor takes the node for one that isn't filled in.
    ...{ repeat: '', crontab: '', once: false, onceDelay: 0.1, topic: '' },
    props: [
      { p: 'topic', v: topic, vt: 'str' },
      { p: 'payload', v: JSON.stringify(payload), vt: 'json' },
    ],
    wires: [to],
  };
}

const DAY = { start: '2026-11-22T00:00:00+01:00', end: '2026-11-23T00:00:00+01:00' };

function figure(value: number, unit: Figure['unit'], more: Partial<Figure> = {}): Figure {
  return { value, unit, ...DAY, upToDate: true, coverage: 1, ...more };
}

export const CONSUMPTION = {
  day: figure(34.261, 'kWh'),
  month: figure(605.643, 'kWh', { start: '2026-11-01T00:00:00+01:00' }),
  year: figure(8019.965, 'kWh', { start: '2026-01-01T00:00:00+01:00' }),
  power: figure(3.096, 'kW', { start: '2026-11-22T23:30:00+01:00' }),
  maxPower: { ...figure(3.669, 'kVA'), at: '2026-11-22T20:16:44+01:00' },
} as const satisfies DirectionSummary;

export const PRODUCTION = {
  day: figure(2.5, 'kWh'),
  month: figure(61.2, 'kWh', { start: '2026-11-01T00:00:00+01:00' }),
  year: figure(12345.678, 'kWh', { start: '2026-01-01T00:00:00+01:00' }),
  power: figure(0, 'kW', { start: '2026-11-22T23:30:00+01:00' }),
  peak: figure(1.84, 'kW', { start: '2026-11-22T12:30:00+01:00', end: '2026-11-22T13:00:00+01:00' }),
} as const satisfies DirectionSummary;

export const BOTH: Summary = { consumption: CONSUMPTION, production: PRODUCTION, freshness: 'complete' };

/** The face of one widget, as eyes and hands meet it. */
export class Face {
  readonly root: Locator;

  constructor(page: Page, id: string) {
    this.root = page.locator(`#nrdb-ui-widget-${id} .enedis-linky`);
  }

  row(name: string): Locator {
    return this.root.locator(`[data-figure="${name}"]`);
  }

  key(name: 'minus' | 'plus'): Locator {
    return this.root.locator(`[data-key="${name}"]`);
  }

  get light(): Locator {
    return this.root.getByRole('status');
  }

  get direction(): Locator {
    return this.root.locator('.enedis-linky-direction');
  }

  get date(): Locator {
    return this.root.locator('.enedis-linky-date');
  }

  /** Each row as it reads: label, marks, figure, unit. */
  async rows(): Promise<string[]> {
    await this.row('day').waitFor();
    const texts = await this.root.locator('[data-figure]').allInnerTexts();
    return texts.map((text) => text.replace(/\s+/g, ' ').trim());
  }
}
