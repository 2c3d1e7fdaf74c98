/** Figures over time as bars, or as a line where they are powers: those they are compared with beside them. */
import { nameOf } from '../../readings/periods';
import type { Aggregate } from '../aggregate';
import {
  amounts,
  COLOURS,
  GREY,
  interval,
  MOST_NAMED,
  rounded,
  tooltip,
  unitOf,
  type ChartOptions,
} from './options';
import type { ShapeWords } from './words';

/** The figures of one direction, and the words for them. */
export interface ChartedFigures {
  figures: readonly Aggregate[];
  /** What tells the meter from the others; undefined for the only one. */
  meter: string | undefined;
  words: ShapeWords;
}

/** A figure's place along the axis, which sorts: the two passages of October's hour are two. */
type Place = number;

/** Figures placed before others get their turn. */
const PAGE = 100;

/** One picture of several directions; null after a piece of the work. */
export function* chartOptions(all: readonly ChartedFigures[]): Generator<null, ChartOptions> {
  const figures = all.flatMap((each) => each.figures);
  const labels = new Map<Place, string>();
  const labelOf = labeller(all[0]!.words.locale);
  for (const [place, figure] of figures.entries()) {
    const at = Date.parse(figure.start);
    if (!labels.has(at)) labels.set(at, labelOf(figure));
    if (place % PAGE === 0) yield null;
  }
  const places = [...labels.keys()].sort((a, b) => a - b);
  const series: BarSeries[] = [];
  for (const each of all) series.push(...(yield* seriesOf(each, places, series.length)));
  const isNamed = series.length * places.length <= MOST_NAMED;
  if (isNamed)
    yield* nameEach(
      series,
      places.map((place) => labels.get(place)!),
      all[0]!,
      figures[0]?.unit,
    );
  return {
    tooltip: tooltip('axis', isNamed ? series.length : 0),
    legend: { show: series.length > 1, type: 'scroll', top: 22, textStyle: { color: GREY } },
    grid: { containLabel: true, left: 8, right: 16, bottom: 8 },
    xAxis: {
      type: 'category',
      boundaryGap: true,
      axisLabel: { color: GREY, hideOverlap: true },
      data: places.map((place) => labels.get(place)!),
    },
    yAxis: axis(series, all[0]!, figures[0]?.unit ?? ''),
    series,
  };
}

/** One value of each place; a hole where there is none. */
interface BarSeries {
  name: string;
  stack: string | null;
  data: ({ value: number | null; name?: string } | null)[];
  [option: string]: unknown;
}

/** Writes what is said of each value; the first series says where it is as well. */
function* nameEach(
  series: readonly BarSeries[],
  labels: readonly string[],
  { words }: ChartedFigures,
  unit = '',
): Generator<null> {
  const written = amounts(unit, words.locale);
  for (const [row, { name, data }] of series.entries())
    for (const [place, label] of labels.entries()) {
      const value = data[place]?.value ?? null;
      const said = words.valued(name, value === null ? '–' : written(value));
      data[place] = { value, name: row === 0 ? `${label} · ${said}` : said };
      if (place % PAGE === 0) yield null;
    }
}

/**
 * From nought to above the highest. A chart writes its own numbers as English does: where that would be read otherwise, what a
 * line stands for is said above it instead.
 */
function axis(series: readonly BarSeries[], { words }: ChartedFigures, unit: string): ChartOptions {
  const sums = new Map<string, number>();
  let [highest, lowest] = [0, 0];
  for (const [row, { stack, data }] of series.entries())
    for (const [place, each] of data.entries()) {
      const key = `${stack ?? row} ${place}`;
      const sum = (sums.get(key) ?? 0) + (each?.value ?? 0);
      sums.set(key, sum);
      highest = Math.max(highest, sum);
      lowest = Math.min(lowest, sum);
    }
  const step = interval(highest);
  const isPlain = Number.isInteger(step) && highest < 1000;
  return {
    type: 'value',
    min: Math.floor(lowest / step) * step,
    max: Math.max(1, Math.ceil(highest / step)) * step,
    interval: step,
    name: isPlain ? unitOf(unit) : words.line(amounts(unit, words.locale)(step)),
    nameLocation: 'end',
    nameTextStyle: { align: 'left', color: GREY },
    axisLabel: { show: isPlain, color: GREY },
  };
}

/** @param before how many series there are already: each group has a colour of its own */
function* seriesOf(
  { figures, meter, words }: ChartedFigures,
  places: readonly Place[],
  before: number,
): Generator<null, BarSeries[]> {
  const groups = new Map<string, Aggregate[]>();
  for (const figure of figures) {
    const { tariffPeriod = '' } = figure;
    const group = groups.get(tariffPeriod);
    if (group) group.push(figure);
    else groups.set(tariffPeriod, [figure]);
  }
  const isSplit = groups.size > 1 || !groups.has('');
  const series: BarSeries[] = [];
  for (const [place, [period, of]] of [...groups].entries()) {
    const { direction, fn, series: kind } = of[0]!;
    const name = [meter, words.directions[direction], period === '' ? undefined : words.periodOf(period)]
      .filter((part) => part !== undefined)
      .join(' · ');
    const isLine = fn === 'mean' || kind === 'maxPower';
    const look = (
      id: string,
      stack: string,
    ): Omit<BarSeries, 'name' | 'data'> & { stack: string | null } => ({
      id: `${direction} ${place} ${id}`,
      type: isLine ? 'line' : 'bar',
      color: COLOURS[(before + place) % COLOURS.length],
      ...(isLine ? { showSymbol: false } : {}),
      stack: isSplit && !isLine ? stack : null,
    });
    series.push({
      ...look('own', direction),
      name,
      data: yield* valuesAt(of, places, ({ value }) => value),
    });
    if (of.some(({ compare }) => compare !== undefined))
      series.push({
        ...look('compared', `${direction} compared`),
        name: `${name}, ${words.compared}`,
        itemStyle: { opacity: 0.4 },
        lineStyle: { opacity: 0.4 },
        data: yield* valuesAt(of, places, ({ compare }) => compare?.value),
      });
  }
  return series;
}

/** Null where there is none: a hole, not zero. */
function* valuesAt(
  figures: readonly Aggregate[],
  places: readonly Place[],
  valueOf: (figure: Aggregate) => number | undefined,
): Generator<null, BarSeries['data']> {
  const values = new Map<Place, number>();
  for (const [place, figure] of figures.entries()) {
    const value = valueOf(figure);
    if (value !== undefined) values.set(Date.parse(figure.start), rounded(value));
    if (place % PAGE === 0) yield null;
  }
  return places.map((place) => {
    const value = values.get(place);
    return value === undefined ? null : { value };
  });
}

/** Writes what stands under a bar. Formats are made once: each takes a while. */
function labeller(locale: string): (figure: Aggregate) => string {
  const format = (options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat =>
    new Intl.DateTimeFormat(locale, { timeZone: 'Europe/Paris', ...options });
  const formats = {
    year: format({ year: 'numeric' }),
    month: format({ month: 'short', year: 'numeric' }),
    day: format({ weekday: 'short', day: 'numeric', month: 'short' }),
    time: format({ day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' }),
    total: format({ dateStyle: 'short' }),
  };
  return ({ period, start, end }) => {
    const instant = Date.parse(start);
    switch (period) {
      case 'year':
      case 'month':
      case 'day':
        return formats[period].format(instant);
      case 'week':
        return nameOf('week', instant, Date.parse(end));
      case 'total':
        return `${formats.total.format(instant)} – ${formats.total.format(Date.parse(end) - 1)}`;
      case 'hour':
      case 'interval':
        return formats.time.format(instant);
    }
  };
}
