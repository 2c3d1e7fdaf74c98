/**
 * The figures of a summary beside those before: yesterday and the same weekday a week and a year ago, the month and the year so
 * far and the same days before; and what these two may come to. By the rules of a query, as everything that is compared.
 */
import { addDays, datesBetween, parisDate, parisDay } from '../readings/paris';
import { spanAt } from '../readings/periods';
import { comparison, pairsOf, partnersFor } from './comparison';
import { daysOf, PRICED } from './cost';
import { isRunning, lastYearOf, projection } from './projection';
import type { DirectionSummary, Figure, Summary } from './summary';
import { EnergyValue, sourceOf, type MeterSource } from './values';

/** Adds to each figure of energy what it is beside. @param now epoch ms */
export async function withComparisons(summary: Summary, meter: MeterSource, now: number): Promise<Summary> {
  const compared: Summary = { ...summary };
  for (const direction of ['consumption', 'production'] as const) {
    const figures = summary[direction];
    if (!figures) continue;
    const maker = new EnergyValue(sourceOf(meter, direction), 'day');
    const made: DirectionSummary = { ...figures };
    for (const name of PRICED)
      if (figures[name])
        made[name] = { ...figures[name], ...(await beside(name, figures[name], maker, now)) };
    compared[direction] = made;
  }
  return compared;
}

async function beside(
  step: (typeof PRICED)[number],
  figure: Figure,
  maker: EnergyValue,
  now: number,
): Promise<Pick<Figure, 'before' | 'lastYear' | 'projected'>> {
  const period = daysOf(figure);
  const dates = datesBetween(period.start, period.end);
  const own = await maker.days(period);
  const found: Pick<Figure, 'before' | 'lastYear' | 'projected'> = {};
  for (const compare of ['before', 'lastYear'] as const) {
    const pairs = pairsOf(dates, partnersFor(step, compare, dates.length));
    if (pairs.length === 0) continue;
    const other = await maker.days({ start: pairs[0]!.partner, end: addDays(pairs.at(-1)!.partner, 1) });
    const value = comparison(pairs, { maker, own, other, isKnownDay: () => true })({});
    if (value) found[compare] = value;
  }
  if (step === 'day') return found;
  const span = spanAt(step, parisDay(period.start).start);
  if (!isRunning(span, now)) return found;
  const last = await maker.days(lastYearOf({ start: parisDate(span.start), end: parisDate(span.end) }));
  const projected = projection({ span, own, last, maker, since: period.start })({ unit: 'kWh' });
  return { ...found, ...(projected && { projected }) };
}
