/** Answers in the shapes that what comes next takes; each is loaded with the first answer of its kind. */
import { inTurns } from '../../lib/async/turns';
import type { Aggregate } from '../../lib/figures/aggregate';
import type { ChartedFigures } from '../../lib/figures/shapes/bars';
import type { ChartOptions } from '../../lib/figures/shapes/options';
import type { ShapeWords } from '../../lib/figures/shapes/words';
import { inPages } from '../shared/readings-input';
import type { Settings } from './settings';

/** A picture for a ui-chart: of all directions where one has room for them, else of the one at `place`. */
export async function pictureOf(
  output: Settings['output'],
  charted: readonly ChartedFigures[],
  place: number,
): Promise<ChartOptions> {
  if (output === 'chart')
    return inTurns((await import('../../lib/figures/shapes/bars.js')).chartOptions(charted));
  const { figures, words } = charted[place]!;
  if (output === 'heatmap')
    return inTurns((await import('../../lib/figures/shapes/heatmap.js')).heatmap(figures, words));
  return (await import('../../lib/figures/shapes/calendar.js')).calendar(figures, words);
}

/** Figures for a flow, a database or a spreadsheet. @param isFirst of several messages: a table's header is in it */
export async function shapedFigures(
  output: Settings['output'],
  figures: readonly Aggregate[],
  words: ShapeWords,
  isFirst: boolean,
): Promise<unknown> {
  if (output === 'csv') {
    const { csv } = await import('../../lib/figures/shapes/csv.js');
    return inTurns(csv(figures, words, isFirst));
  }
  const { SHAPES } = await import('../../lib/figures/shapes/index.js');
  const shape: (figure: Aggregate) => unknown = SHAPES[output as 'readings' | 'influxdb' | 'rows'];
  return inPages(figures, (page) => page.map((figure) => shape(figure)));
}
