/** Days side by side, the half-hours of each from midnight down, coloured by how much it was. */
import { parisDate, wallClock } from '../../readings/paris';
import type { Aggregate } from '../aggregate';
import { amounts, colourKey, GREY, MOST_NAMED, rounded, tooltip, unitOf, type ChartOptions } from './options';
import type { ShapeWords } from './words';

const HALF_HOUR = 30;

/** Cells placed before others get their turn. */
const PAGE = 200;

/** The picture of intervals, oldest first; null after a piece of the work. */
export function* heatmap(
  figures: readonly Aggregate[],
  { locale }: ShapeWords,
): Generator<null, ChartOptions> {
  const date = new Intl.DateTimeFormat(locale, {
    timeZone: 'Europe/Paris',
    day: 'numeric',
    month: 'short',
  });
  const days: string[] = [];
  const columns = new Map<string, number>();
  const rows = yield* rowsOf(figures);
  const isNamed = figures.length <= MOST_NAMED;
  const written = amounts(figures[0]?.unit ?? '', locale);
  const data: { value: number[]; name?: string }[] = [];
  for (const [place, figure] of figures.entries()) {
    const start = Date.parse(figure.start);
    const day = parisDate(start);
    let column = columns.get(day);
    if (column === undefined) {
      column = days.push(date.format(start)) - 1;
      columns.set(day, column);
    }
    const row = rowOf(start);
    const name = isNamed ? { name: `${days[column]} ${labelOf(row)} · ${written(figure.value)}` } : {};
    data.push({ value: [column, rows.get(row)!, rounded(figure.value)], ...name });
    if (place % PAGE === 0) yield null;
  }
  return {
    tooltip: tooltip('item', isNamed ? 1 : 0),
    legend: { show: false },
    grid: { containLabel: true, left: 8, right: 16, bottom: 40 },
    xAxis: { type: 'category', axisLabel: { color: GREY, hideOverlap: true }, data: days },
    yAxis: {
      type: 'category',
      inverse: true,
      // Every fourth row: left to itself, a chart that was reloaded on a phone wrote all of them over each other.
      axisLabel: { color: GREY, interval: 3 },
      min: null,
      max: null,
      name: '',
      data: [...rows.keys()].map(labelOf),
    },
    visualMap: colourKey(
      figures.map(({ value }) => value),
      unitOf(figures[0]?.unit),
      locale,
    ),
    series: [{ id: 'heat', type: 'heatmap', progressive: 0, data, name: unitOf(figures[0]?.unit) }],
  };
}

/**
 * The rows by their place on the clock, from midnight: 48 half-hours, two more where a day repeats an hour, and finer ones
 * where the meter tells them.
 */
function* rowsOf(figures: readonly Aggregate[]): Generator<null, Map<string, number>> {
  const places = new Set<string>();
  for (let minute = 0; minute < 24 * 60; minute += HALF_HOUR) places.add(placeAt(minute, false));
  for (const [place, { start }] of figures.entries()) {
    places.add(rowOf(Date.parse(start)));
    if (place % PAGE === 0) yield null;
  }
  return new Map([...places].sort().map((place, row) => [place, row]));
}

function rowOf(start: number): string {
  const { minute, isAgain } = wallClock(start);
  return placeAt(minute, isAgain);
}

/** Sorts as the day goes: the second passage of an hour behind all of the first. */
function placeAt(minute: number, isAgain: boolean): string {
  const hour = String(Math.floor(minute / 60)).padStart(2, '0');
  return `${hour}${isAgain ? '+' : ' '}${String(minute % 60).padStart(2, '0')}`;
}

/** `02:30`, and `02:30 +1 h` in the second passage. */
function labelOf(place: string): string {
  return `${place.slice(0, 2)}:${place.slice(3)}${place[2] === '+' ? ' +1 h' : ''}`;
}
