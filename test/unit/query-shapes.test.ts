/** Answers as pictures and as tables: what a person reads off them, in the language that person reads. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Aggregate } from '../../lib/figures/aggregate';
import { chartOptions } from '../../lib/figures/shapes/bars';
import { calendar } from '../../lib/figures/shapes/calendar';
import { csv } from '../../lib/figures/shapes/csv';
import { heatmap } from '../../lib/figures/shapes/heatmap';
import { interval } from '../../lib/figures/shapes/options';
import { isoParis } from '../../lib/readings/paris';
import { shapeWords } from '../../nodes/query/shape-words';

const HALF_HOUR = 1_800_000;
const french = shapeWords('fr', 'lastYear', null, '2026-11-25');
const english = shapeWords('en-US', 'lastYear', null, '2026-11-25');
const spaced = (text: unknown): string => String(text).replace(/[\u00a0\u202f]/g, ' ');

function figure(start: string, value: number, more: Partial<Aggregate> = {}): Aggregate {
  const from = Date.parse(start);
  return {
    id: start,
    usagePointId: '22516914714270',
    direction: 'consumption',
    series: 'energy',
    period: 'month',
    fn: 'sum',
    start,
    end: isoParis(from + HALF_HOUR),
    value,
    unit: 'kWh',
    ...{ expected: 1, received: 1, coverage: 1 },
    ...more,
  };
}

interface Picture {
  xAxis: { data: string[] };
  yAxis: {
    name: string;
    interval: number;
    max: number;
    min: number;
    data: string[];
    axisLabel: { show: boolean };
  };
  tooltip: { show: boolean; formatter: string; confine: boolean };
  series: { name: string; data: ({ value: number | number[] | null; name: string } | null)[] }[];
}

function made<T>(work: Generator<null, T>): Picture {
  for (;;) {
    const step = work.next();
    if (step.done) return step.value as unknown as Picture;
  }
}

const bars = (figures: Aggregate[], words = french): Picture =>
  made(chartOptions([{ figures, meter: undefined, words }]));

describe('bars', () => {
  const months = [
    figure('2026-09-01T00:00:00+02:00', 1236.237),
    figure('2026-11-01T00:00:00+01:00', 711.149),
  ];

  it('of more than a thousand: an axis wrote 1,000, which a French reader takes for one', () => {
    const { yAxis, series, tooltip } = bars(months);
    assert.equal(yAxis.axisLabel.show, false);
    assert.equal(spaced(yAxis.name), 'Une ligne : 250 kWh');
    assert.deepEqual([yAxis.min, yAxis.max, yAxis.interval], [0, 1250, 250]);
    assert.equal(spaced(series[0]!.data[0]!.name), 'sept. 2026 · consommation : 1 236,24 kWh');
    assert.deepEqual([tooltip.formatter, tooltip.confine], ['{b0}', true]);
    assert.equal(spaced(bars(months, english).yAxis.name), 'A line: 250 kWh');
  });

  it('of whole numbers below a thousand have them on the axis; of less than one they are said above it', () => {
    const { yAxis } = bars([figure('2026-11-01T00:00:00+01:00', 38)]);
    assert.deepEqual([yAxis.axisLabel.show, yAxis.name, yAxis.interval, yAxis.max], [true, 'kWh', 10, 40]);
    const small = bars([figure('2026-11-01T00:00:00+01:00', 0.42)]).yAxis;
    assert.deepEqual([small.axisLabel.show, spaced(small.name)], [false, 'Une ligne : 0,1 kWh']);
  });

  it('beside last year’s: a hole where there is none, not zero', () => {
    const compare = { value: 600, start: '', end: '', coverage: 1 };
    const { series, tooltip } = bars([months[0]!, { ...months[1]!, compare }]);
    assert.deepEqual(
      series.map(({ name }) => name),
      ['consommation', 'consommation, l’an dernier'],
    );
    assert.deepEqual(
      series[1]!.data.map((each) => each!.value),
      [null, 600],
    );
    assert.equal(spaced(series[1]!.data[0]!.name), 'consommation, l’an dernier : –');
    assert.equal(tooltip.formatter, '{b0}<br>{b1}');
  });

  it('of nothing draw nothing, and of negative amounts reach below nought', () => {
    assert.deepEqual(bars([]).series, []);
    const { yAxis } = bars([
      figure('2026-11-01T00:00:00+01:00', -3, { unit: 'EUR', fn: 'cost' }),
      figure('2026-12-01T00:00:00+01:00', 12, { unit: 'EUR', fn: 'cost' }),
    ]);
    assert.ok(yAxis.min <= -3 && yAxis.max >= 12);
  });

  it('have at most five lines between nought and the highest', () => {
    for (let highest = 0.001; highest < 100_000; highest *= 1.37) {
      const lines = highest / interval(highest);
      assert.ok(lines < 5.001 && lines > 1.9, `${highest}: ${lines}`);
    }
  });
});

describe('the heat map', () => {
  const day = (start: string, count: number): Aggregate[] =>
    Array.from({ length: count }, (_, place) =>
      figure(isoParis(Date.parse(start) + place * HALF_HOUR), 0.5 + place / 100, {
        period: 'interval',
        unit: 'kW',
      }),
    );

  it('has 50 rows where October repeats an hour, and leaves them empty on other days', () => {
    const figures = [...day('2026-10-24T00:00:00+02:00', 48), ...day('2026-10-25T00:00:00+02:00', 50)];
    const { xAxis, yAxis, series } = made(heatmap(figures, french));
    assert.deepEqual(xAxis.data, ['24 oct.', '25 oct.']);
    assert.equal(yAxis.data.length, 50);
    assert.deepEqual(yAxis.data.slice(3, 9), [
      '01:30',
      '02:00',
      '02:30',
      '02:00 +1 h',
      '02:30 +1 h',
      '03:00',
    ]);
    const rows = series[0]!.data.map((each) => each!.value as number[]);
    assert.equal(rows.filter(([column]) => column === 0).length, 48);
    assert.equal(new Set(rows.map(([column, row]) => `${column} ${row}`)).size, 98);
    assert.equal(spaced(series[0]!.data[0]!.name), '24 oct. 00:00 · 0,5 kW');
  });

  it('leaves March’s hour empty', () => {
    const { yAxis, series } = made(heatmap(day('2026-03-29T00:00:00+01:00', 46), french));
    assert.equal(yAxis.data.length, 48);
    const rows = series[0]!.data.map((each) => (each!.value as number[])[1]);
    assert.ok(!rows.includes(4) && !rows.includes(5) && rows.includes(6));
  });

  it('of a year names no cell: the message would be a megabyte, and a cell is below a pixel', () => {
    const { tooltip, series } = made(heatmap(day('2026-01-01T00:00:00+01:00', 6000), french));
    assert.equal(tooltip.show, false);
    assert.equal(series[0]!.data[0]!.name, undefined);
  });
});

describe('the calendar', () => {
  it('has a square a day, years one below the other, and says each in words', () => {
    const picture = calendar(
      [figure('2025-12-31T00:00:00+01:00', 9), figure('2026-01-01T00:00:00+01:00', 41.26)],
      french,
    ) as unknown as Picture & { calendar: { range: string }[] };
    assert.deepEqual(
      picture.calendar.map(({ range }) => range),
      ['2025', '2026'],
    );
    assert.equal(spaced(picture.series[1]!.data[0]!.name), 'jeu. 1 janv. · 41,26 kWh');
  });
});

describe('the table', () => {
  const text = (figures: Aggregate[], hasHeader = true): string => {
    const work = csv(figures, { ...french, periodOf: (period) => period }, hasHeader);
    for (;;) {
      const step = work.next();
      if (step.done) return step.value;
    }
  };

  it('writes no name as a formula, and quotes what holds a semicolon', () => {
    const lines = text([
      figure('2026-11-01T00:00:00+01:00', 1.5, { tariffPeriod: '=HYPERLINK("x")' }),
      figure('2026-11-01T00:00:00+01:00', 2, { tariffPeriod: 'a;b' }),
    ]).split('\r\n');
    assert.match(lines[1]!, /;"'=HYPERLINK\(""x""\)";1,5;/);
    assert.match(lines[2]!, /;"a;b";2;/);
  });

  it('goes on without a header, and has a byte order mark once', () => {
    const more = text([figure('2026-11-01T00:00:00+01:00', 1)], false);
    assert.ok(!more.startsWith('\uFEFF'));
    assert.equal(more.split('\r\n').length, 2);
  });
});
