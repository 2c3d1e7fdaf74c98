/**
 * What FlowFuse Dashboard's ui-chart takes as `msg.ui_update.chartOptions`: whole pictures, which any chart draws as it comes
 * from the palette. Options are those of Apache ECharts.
 *
 * The dashboard keeps what a chart was sent by merging lists place by place, so that of a longer list the end would stay
 * when a shorter one follows: `CLEARED` goes first, with an empty payload, at which browsers forget their series.
 */

/** Plain JSON. */
export type ChartOptions = Record<string, unknown>;

/** Takes everything away that a picture is made of. */
export const CLEARED: ChartOptions = {
  series: null,
  xAxis: null,
  yAxis: null,
  calendar: null,
  visualMap: null,
};

/** From little to much, told apart by those who see no red and green as well. */
const HEAT = ['#0d3b66', '#1b9aaa', '#f4d35e', '#ee964b', '#d1495b'];

/** Told apart by those who see no red and green as well (Okabe and Ito). */
export const COLOURS = [
  '#0072b2',
  '#e69f00',
  '#56b4e9',
  '#d55e00',
  '#009e73',
  '#cc79a7',
  '#f0e442',
  '#999999',
];

/** Of texts and lines: legible on light and dark pages, of which whoever sends knows nothing. */
export const GREY = '#808080';

/** A unit as people write it. */
export function unitOf(unit: string | undefined): string {
  return unit === 'EUR' ? '€' : (unit ?? '');
}

/** A hundredth of a unit is what an eye can tell. */
export function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}

/** So many points have a text of their own; of more of them each is below a pixel, and the message would be large. */
export const MOST_NAMED = 5_000;

/** Writes a value with its unit, as the language does. The format is made once: that takes a while. */
export function amounts(unit: string, locale: string): (value: number) => string {
  const format = new Intl.NumberFormat(locale, { maximumFractionDigits: 2 });
  return (value) => `${format.format(value)}\u00a0${unitOf(unit)}`;
}

/** What is said where one points at something: the names of what is there, which are written out. */
export function tooltip(trigger: 'item' | 'axis', names: number): ChartOptions {
  const places = Array.from({ length: names }, (_, place) => `{b${trigger === 'item' ? '' : place}}`);
  return { trigger, confine: true, show: names > 0, formatter: places.join('<br>') };
}

/** Between the lines of an axis: the smallest round number of which a few reach up to the highest value. */
export function interval(highest: number): number {
  const power = 10 ** Math.floor(Math.log10(highest > 0 ? highest / 5 : 0.2));
  return [1, 2, 2.5, 5, 10].map((each) => each * power).find((each) => each * 5 >= highest) ?? power;
}

/** The colours' key, below the picture. */
export function colourKey(values: readonly number[], unit: string, locale: string): ChartOptions {
  const highest = values.reduce((a, b) => Math.max(a, b), 0);
  const lowest = values.reduce((a, b) => Math.min(a, b), 0);
  const written = amounts(unit, locale);
  const [min, max] = [lowest, highest > lowest ? highest : lowest + 1];
  return {
    min,
    max,
    // Else the chart keeps what was chosen of the picture before.
    range: [min, max],
    text: [written(highest), written(lowest)],
    orient: 'horizontal',
    left: 'center',
    bottom: 0,
    textStyle: { color: GREY },
    itemHeight: 120,
    inRange: { color: HEAT },
  };
}
