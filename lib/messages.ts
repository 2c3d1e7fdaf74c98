/**
 * The types of what the nodes send and accept, for flows and nodes written in TypeScript:
 * `import type { ReadingsMessage } from 'node-red-contrib-enedis'`. Types only; nothing is loaded.
 */
import type { Plan } from './backfill/plan';
import type { Progress } from './backfill/progress';
import type { EnedisCode } from './errors';
import type { Aggregate, FigureFn, FigureId, Fn } from './figures/aggregate';
import type { Lacks } from './figures/energy';
import type { Description } from './figures/describe';
import type { Output } from './figures/shapes';
import type { ChartPoint } from './figures/shapes/chart';
import type { Figure } from './figures/shapes/figure';
import type { InfluxPoint } from './figures/shapes/influxdb';
import type { Row } from './figures/shapes/rows';
import type { Period } from './readings/periods';
import type { Direction, Reading, Unit } from './readings/reading';
import type { AnswerDays } from './query/answer';
import type { Step, Value } from './query/question';
import type { SentSummary } from './query/summary';
import type { RangeWord } from './readings/ranges';

export type {
  Aggregate,
  ChartPoint,
  Description,
  Direction,
  EnedisCode,
  Fn,
  InfluxPoint,
  Period,
  Plan,
  Progress,
  Reading,
  Row,
  Unit,
};
export type { Series, Quality } from './readings/reading';
export type {
  DirectionSummary,
  Figure as SummaryFigure,
  Freshness,
  SentSummary as Summary,
  SummaryProblem,
} from './query/summary';

/** Output 1 of `enedis-fetch-yesterday` and `enedis-backfill`. */
export interface ReadingsMessage {
  /** `enedis/<usagePointId>/<direction>/<series>` */
  topic: string;
  /** Sorted. */
  payload: Reading[];
  enedis: Description;
  /** Backfill: what a join node goes by; `count` on the last only. */
  parts?: { id: string; index: number; count?: number; type: 'array'; len: 1 };
  /** Backfill: the last message of its run. */
  complete?: true;
}

/** Output 2 of `enedis-fetch-yesterday`. */
export interface SummaryMessage {
  /** `enedis/<usagePointId>/summary` */
  topic: string;
  payload: SentSummary;
}

/** Output 2 of `enedis-backfill`; a `Plan` where the incoming payload was `plan`. */
export interface BackfillMessage {
  /** `enedis/<usagePointId>/backfill` */
  topic: string;
  payload: Progress | Plan;
}

/** What `enedis-backfill` understands; all of it is optional, and overrides the dialog. */
export interface BackfillCommand {
  /** Anything else starts. */
  payload?: 'plan' | 'status' | 'pause' | 'resume' | 'cancel';
  /** A day: `2024-11-20`, an ISO date-time, a Date or epoch ms. */
  start?: string | number | Date;
  /** The last day, included. */
  end?: string | number | Date;
  /** Names, separated by commas or in an array. */
  series?: string | string[];
  /** Ask again also for what is known. */
  force?: boolean;
}

/** What `msg.enedis` says of figures, whichever node has made them. */
interface FiguresDescription extends FigureId {
  /** The meter's name, where it has one. */
  meter?: string;
  unit: Unit | 'EUR';
  /** The tariff's node, and its name, where one was asked for. */
  tariff?: string;
  tariffName?: string;
  /** What has no price by it: kWh by reason, days whose kind isn't known, days without a known subscription. */
  unpriced?: Lacks;
  start: string;
  /** Excluded. */
  end: string;
  /** Figures in the message; of an answer in several messages, in all of them. */
  count: number;
  /** Intervals. */
  expected: number;
  received: number;
  coverage: number;
  missing: { start: string; end: string }[];
}

/** What `msg.enedis` says of the figures that `enedis-aggregate` sends. */
export interface AggregateDescription extends FiguresDescription {
  /** `reading`: the readings themselves, only shaped; `interval`: each of them priced. */
  period: Period | 'reading' | 'interval';
  /** Absent where the period is `reading`. */
  fn?: FigureFn;
  output: Output;
  /** As the incoming message said it; `reconciled` where the period is `reading`. */
  reconciled?: unknown;
  source?: unknown;
  gateway?: unknown;
}

/** What `msg.enedis` says of an answer of `enedis-query`: `start` to `end` are the days asked for, as far as they are over. */
export interface QueryDescription extends FiguresDescription {
  value: Value;
  /** The word that was asked for, or `dates`. */
  range: RangeWord | 'dates';
  /** The step of the figures. */
  period: Step;
  /** Of energy and its cost: the series that the days were made of. */
  from?: Aggregate['from'];
  output: string;
  /** The days they were compared with, and what is missing of those. */
  compare?: AnswerDays;
  /** The first and the last day (included) of which the archive has anything of it; absent where it has nothing. */
  archive?: { start: string; end: string };
  source: 'archive';
  gateway: string;
}

/** The output of `enedis-query`: one message for each direction, more where there are more than 10,000 figures. */
export interface QueryMessage {
  /** `enedis/<usagePointId>/query/<direction>` */
  topic: string;
  /**
   * By the node's output: figures, points of InfluxDB, rows; text of a CSV or a sentence; what Home Assistant imports. Absent
   * where it is a picture.
   */
  payload?: Aggregate[] | InfluxPoint[] | Row[] | string | object;
  /** A picture for a ui-chart. */
  ui_update?: { chartOptions: Record<string, unknown> };
  enedis: QueryDescription;
}

/** The output of `enedis-aggregate`: one message for each meter, direction and series. */
export interface AggregateMessage {
  topic: string;
  /** By the node's output: figures, points of a chart, of InfluxDB, or rows. */
  payload: Figure[] | ChartPoint[] | InfluxPoint[] | Row[];
  enedis: AggregateDescription;
}

/** What a Catch node finds in `msg.error`, beside `source`. */
export interface FlowError extends Error {
  code: EnedisCode;
  /** What to do, in the language of Node-RED. */
  advice: string;
  /** ISO 8601, Paris, where it goes on by itself. */
  retryAt?: string;
}
