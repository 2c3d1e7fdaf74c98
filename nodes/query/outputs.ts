/** The shapes of an answer, one row each: which step it is of where it is of one alone, and what it can't show. */
import type { Step, Value } from '../../lib/query/question';

/** What is to be known of a shape before it is made. */
export interface OutputRule {
  /** Of one step, whatever is chosen; `range`: of the whole range as one figure. Absent: of any. */
  step?: Step | 'range';
  /** Neither compared with anything nor split by the tariff's periods: it has no room for a second figure. */
  isPlain?: true;
  /** A picture for a ui-chart, sent without a payload. */
  isPicture?: true;
  values: readonly Value[];
}

const ALL: readonly Value[] = ['energy', 'cost', 'power', 'maxPower'];

/** As flows save them; the first is what a node does where nothing is chosen. */
export const OUTPUTS = {
  readings: { values: ALL },
  chart: { values: ALL, isPicture: true },
  heatmap: { step: 'interval', isPlain: true, isPicture: true, values: ['energy', 'cost', 'power'] },
  calendar: { step: 'day', isPlain: true, isPicture: true, values: ALL },
  influxdb: { values: ALL },
  rows: { values: ALL },
  csv: { values: ALL },
  'home-assistant': { step: 'hour', isPlain: true, values: ['energy', 'cost'] },
  text: { step: 'range', values: ALL },
} as const satisfies Record<string, OutputRule>;

/** One of `OUTPUTS`. */
export type Output = keyof typeof OUTPUTS;

/** The row of a shape. */
export function ruleOf(output: Output): OutputRule {
  return OUTPUTS[output];
}
