/** A year of days, a square each in weeks from Monday, coloured by how much it was. */
import type { Aggregate } from '../aggregate';
import { amounts, colourKey, GREY, rounded, tooltip, unitOf, type ChartOptions } from './options';
import type { ShapeWords } from './words';

/** The picture of days, oldest first: of the years there are, one below the other. */
export function calendar(figures: readonly Aggregate[], { locale }: ShapeWords): ChartOptions {
  const years = [...new Set(figures.map(({ start }) => start.slice(0, 4)))];
  const written = amounts(figures[0]?.unit ?? '', locale);
  const date = new Intl.DateTimeFormat(locale, {
    timeZone: 'Europe/Paris',
    ...{ weekday: 'short', day: 'numeric', month: 'short' },
  });
  const monday = Date.UTC(2026, 0, 5);
  const dayName = new Intl.DateTimeFormat(locale, { weekday: 'narrow', timeZone: 'UTC' });
  // One letter each, which a phone has room for.
  const monthName = new Intl.DateTimeFormat(locale, { month: 'narrow', timeZone: 'UTC' });
  // From Sunday, as ECharts counts.
  const dayNames = [-1, 0, 1, 2, 3, 4, 5].map((day) => dayName.format(monday + day * 86_400_000));
  const monthNames = Array.from({ length: 12 }, (_, month) => monthName.format(Date.UTC(2026, month, 1)));
  return {
    tooltip: tooltip('item', 1),
    legend: { show: false },
    // The axes of a chart as it comes from the palette are of no use here.
    grid: { show: false },
    xAxis: { type: 'category', show: false, data: [] },
    yAxis: { type: 'value', show: false, min: null, max: null, name: '' },
    visualMap: colourKey(
      figures.map(({ value }) => value),
      unitOf(figures[0]?.unit),
      locale,
    ),
    calendar: years.map((year, place) => ({
      id: `calendar ${place}`,
      range: year,
      // As high as there is room, whatever the size of the chart; in per cent, with the colours' key below.
      top: `${16 + (place * 70) / years.length}%`,
      height: `${70 / years.length - 6}%`,
      left: years.length > 1 ? 48 : 32,
      right: 16,
      cellSize: ['auto', 'auto'],
      dayLabel: { firstDay: 1, nameMap: dayNames, color: GREY },
      monthLabel: { nameMap: monthNames, color: GREY },
      itemStyle: { color: 'transparent', borderColor: '#80808040' },
      splitLine: { lineStyle: { color: GREY } },
      yearLabel: { show: years.length > 1, color: GREY },
    })),
    series: years.map((year, place) => ({
      id: `calendar ${place}`,
      name: unitOf(figures[0]?.unit),
      type: 'heatmap',
      coordinateSystem: 'calendar',
      calendarIndex: place,
      data: figures
        .filter(({ start }) => start.startsWith(year))
        .map(({ start, value }) => ({
          value: [start.slice(0, 10), rounded(value)],
          name: `${date.format(Date.parse(start))} · ${written(value)}`,
        })),
    })),
  };
}
