/** One direction's answer, what it is made with, and what `msg.enedis` says of it. */
import type { FigureId } from '../../lib/figures/aggregate';
import type { NamedTariff } from '../../lib/figures/cost';
import type { QueryDescription } from '../../lib/messages';
import type { Answer } from '../../lib/query/answer';
import type { Step, Value } from '../../lib/query/question';
import type { Source, ValueMaker } from '../../lib/query/values';
import { addDays } from '../../lib/readings/paris';
import type { Direction, Series } from '../../lib/readings/reading';
import type { Settings } from './settings';

/** One direction's answer, and what it was made with. */
export interface Answered {
  direction: Direction;
  source: Source;
  tariff: NamedTariff | null;
  answer: Answer;
}

/** What makes the figures of a direction, whatever they are of. */
export async function makerFor(
  { value, byTariff }: Settings,
  step: Step,
  source: Source,
  tariff: NamedTariff | null,
): Promise<ValueMaker> {
  const { EnergyValue, PowerValue, PricedValue } = await import('../../lib/query/values.js');
  if (byTariff && tariff) return new PricedValue(source, step, tariff, byTariff);
  if (value === 'power') return new PowerValue(source, step, 'loadCurve');
  if (value === 'maxPower') return new PowerValue(source, step, 'maxPower');
  return new EnergyValue(source, step);
}

/** What each value is told in, and the series that figures of it are of. */
const TOLD: Record<Value, { series: Series | 'energy'; unit: QueryDescription['unit'] }> = {
  energy: { series: 'energy', unit: 'kWh' },
  cost: { series: 'energy', unit: 'EUR' },
  power: { series: 'loadCurve', unit: 'kW' },
  maxPower: { series: 'maxPower', unit: 'kVA' },
};

/** `msg.enedis` of an answer. */
export function describe(
  { value, step, output, range, byTariff, days: asked }: Settings,
  { source, answer, tariff }: Answered,
  meter: string | undefined,
  gateway: string,
): QueryDescription {
  const { figures, days, expected, received, from, lacks, compare, known } = answer;
  const { series, unit } = TOLD[value];
  const id: FigureId = { ...source.id, series };
  const hasLacks = lacks && (Object.keys(lacks.reasons).length > 0 || lacks.withoutFixed.length > 0);
  return {
    ...id,
    ...(meter === undefined ? {} : { meter }),
    value,
    unit,
    range,
    period: step,
    ...(byTariff && tariff ? { tariff: tariff.id, tariffName: tariff.name } : {}),
    ...(from ? { from } : {}),
    ...(hasLacks ? { unpriced: lacks } : {}),
    output,
    start: days?.start ?? asked.first ?? asked.last,
    end: days?.end ?? addDays(asked.last, 1),
    count: figures.length,
    expected,
    received,
    coverage: expected === 0 ? 0 : received / expected,
    missing: days?.missing ?? [],
    ...(compare ? { compare } : {}),
    ...(known ? { archive: { start: known.start, end: addDays(known.end, -1) } } : {}),
    source: 'archive',
    gateway,
  };
}
