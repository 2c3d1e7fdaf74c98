/**
 * `enedis-aggregate`: readings in, of any meters, directions and series; sums, means and extremes over periods out, in the
 * shape that what comes next takes. The arithmetic is in `lib/readings`; this file is the wiring: one message at a time,
 * in pages, with what must outlive a message in the node's context.
 */
import type { Node, NodeAPI, NodeDef, NodeMessage } from 'node-red';
import { EnedisError } from '../../lib/errors';
import type { AggregateDescription, Description } from '../../lib/messages';
import type { Fn } from '../../lib/figures/aggregate';
import type { Incomplete, Step } from '../../lib/figures/accumulate';
import type { Group, InputProblem } from '../../lib/readings/from-readings';
import type { Output } from '../../lib/figures/shapes';
import type { Figure } from '../../lib/figures/shapes/figure';
import type { Period } from '../../lib/readings/periods';
import type { Measure } from '../../lib/readings/reading';
import { partKey, readPartKey, type SeriesId } from '../../lib/readings/series-id';
import { Turns } from '../../lib/async/turns';
import { ContextStore } from './context-store';
import { FlowNode, timeOfDay } from '../shared/flow-node';
import { migrated } from '../shared/migrations';
import { clock } from '../shared/services';
import { text } from '../shared/words';

interface AggregateDef extends NodeDef {
  period?: string;
  fn?: string;
  incomplete?: string;
  output?: string;
  store?: string;
}

interface Incoming extends NodeMessage {
  complete?: unknown;
  reset?: unknown;
  parts?: unknown;
  enedis?: unknown;
}

type SendMessage = (message: NodeMessage) => void;

/** What is said of figures beside what they say themselves. */
type Said = Pick<AggregateDescription, 'expected' | 'received' | 'missing'> &
  Partial<Pick<AggregateDescription, 'start' | 'end' | 'coverage' | 'reconciled'>>;

/** Figures of one series, on their way to one message. */
interface Batch {
  id: SeriesId;
  figures: Figure[];
  said: Said;
}

/** Readings, or figures, handled at once: a millisecond or less of work. */
const PAGE = 500;

export = function (RED: NodeAPI): void {
  function EnedisAggregate(this: Node, saved: AggregateDef): void {
    RED.nodes.createNode(this, saved);
    const aggregate = new AggregateNode(RED, this, migrated('enedis-aggregate', saved));
    this.on('input', (msg, send, done) => {
      void aggregate.end(aggregate.input(msg, send), done);
    });
    this.on('close', (_removed: boolean, done: () => void) => {
      void aggregate.close().then(done, () => done());
    });
    aggregate.start();
  }

  RED.nodes.registerType('enedis-aggregate', EnedisAggregate);
};

class AggregateNode extends FlowNode {
  readonly #def: AggregateDef;
  readonly #context: ContextStore;
  /** The message being worked on and those behind it: two at once would race for what is remembered. */
  #turn: Promise<unknown> = Promise.resolve();
  /** Series that don't go with the settings, once told: a flow brings them every day. */
  readonly #toldOf = new Set<string>();

  constructor(RED: NodeAPI, node: Node, def: AggregateDef) {
    super(RED, node, 'enedis-aggregate', undefined);
    this.#def = def;
    this.#context = new ContextStore(node, def.store);
  }

  start(): void {
    this.show('grey', 'dot', this.say('status.ready'));
  }

  /** Rejects with the error the flow is to receive; whatever could be sent has been. */
  async input(message: Incoming, send: SendMessage): Promise<void> {
    const mine = this.#turn.then(() => this.#handle(message, send));
    this.#turn = mine.catch(() => undefined);
    try {
      await mine;
    } catch (error) {
      throw this.fail(error);
    }
  }

  /** Nothing is left half remembered. */
  async close(): Promise<void> {
    await this.#turn;
  }

  async #handle(message: Incoming, send: SendMessage): Promise<void> {
    const settings = settingsOf(this.#def);
    if (isReset(message)) await this.#forget();
    // Whatever fails, the rest is sent.
    const failures: unknown[] = [];
    const attempt = async (work: () => Promise<void>): Promise<void> => {
      await work().catch((error: unknown) => void failures.push(error));
    };
    const { groups, problem } = await readPayload(message.payload);
    if (problem && !(groups.length === 0 && needsNoReadings(message))) failures.push(problem);
    const batches: Batch[] = [];
    for (const group of groups)
      await attempt(async () => void batches.push(await this.#batchOf(group, settings, message)));
    if (message.complete === true && settings.incomplete === 'hold')
      await attempt(async () => {
        for (const key of await this.#ownKeys()) await attempt(() => this.#addHeld(key, batches, settings));
      });
    await this.#send(batches, settings, message, send);
    await this.#tell(failures, message);
  }

  /** One failure ends the message, those before it are told beside it. Throws that one. */
  async #tell(failures: readonly unknown[], message: Incoming): Promise<void> {
    const news = failures.filter((failure) => this.#isNews(failure));
    for (const failure of news.slice(0, -1))
      await this.end(Promise.reject(this.fail(failure)), (error) => this.node.error(error, message));
    if (news.length > 0) throw news.at(-1);
  }

  /** The figures that a message's readings of one series make due. */
  async #batchOf({ id, measures }: Group, settings: Settings, { enedis }: Incoming): Promise<Batch> {
    const { period, fn, incomplete } = settings;
    if (period === 'reading') {
      const { toReadings } = await import('../../lib/readings/to-readings.js');
      const figures = await inPages(measures, (page) => toReadings(id, page));
      return { id, figures, said: await saidOf(id, measures, enedis) };
    }
    const { Accumulator } = await import('../../lib/figures/accumulate.js');
    const { SeriesMemory } = await import('../../lib/figures/memory.js');
    const key = contextKey(id);
    const memory = new SeriesMemory(await this.#context.get(key));
    if (memory.damaged > 0) this.node.warn(this.say('log.damaged', { count: memory.damaged }));
    const accumulator = new Accumulator(id, memory, period, fn, incomplete);
    const batch = await gather(id, accumulator.take(measures));
    await this.#context.set(key, memory.state);
    const { forgotten } = accumulator;
    if (forgotten > 0) this.node.warn(this.say('log.forgotten', { count: forgotten }));
    return batch;
  }

  /** The stream has ended: what was held back of a series goes out as it is. */
  async #addHeld(key: string, batches: Batch[], { period, fn, incomplete }: Settings): Promise<void> {
    if (period === 'reading') return;
    const { Accumulator } = await import('../../lib/figures/accumulate.js');
    const { SeriesMemory } = await import('../../lib/figures/memory.js');
    const memory = new SeriesMemory(await this.#context.get(key));
    if (memory.state.held.length === 0) return;
    const id = idOf(key)!;
    const rest = await gather(id, new Accumulator(id, memory, period, fn, incomplete).rest());
    await this.#context.set(key, memory.state);
    const batch = batches.find((each) => contextKey(each.id) === key);
    if (!batch) batches.push(rest);
    else {
      batch.figures = [...batch.figures, ...rest.figures].sort(byStart);
      batch.said = {
        expected: batch.said.expected + rest.said.expected,
        received: batch.said.received + rest.said.received,
        missing: [...batch.said.missing, ...rest.said.missing].sort(byStart),
      };
    }
  }

  async #send(batches: Batch[], settings: Settings, message: Incoming, send: SendMessage): Promise<void> {
    const filled = batches.filter(({ figures }) => figures.length > 0);
    const { payload: _payload, complete, ...rest } = message;
    for (const [index, batch] of filled.entries()) {
      const payload = await shaped(batch.figures, settings.output);
      const isLast = index === filled.length - 1;
      const more = {
        ...partsOf(message, index, filled.length),
        ...(isLast && complete !== undefined ? { complete } : {}),
      };
      send(this.withReadings(rest, payload, describe(batch, settings, message.enedis), more));
    }
    // What waits for the end of the stream is told of it; an empty payload would clear a chart, and is no points.
    const canBeEmpty = settings.output === 'readings' || settings.output === 'rows';
    if (filled.length === 0 && complete === true && canBeEmpty)
      send(this.with(rest, { payload: [], complete }));
    const count = filled.reduce((sum, { figures }) => sum + figures.length, 0);
    const time = timeOfDay(clock().now());
    if (count > 0) this.show('green', 'dot', this.say('status.sent', { count, time }));
    else if (batches.length > 0)
      this.show('blue', 'ring', this.say(`status.${settings.incomplete}`, { time }));
  }

  async #forget(): Promise<void> {
    for (const key of await this.#ownKeys()) await this.#context.set(key, undefined);
    this.#toldOf.clear();
    this.show('grey', 'dot', this.say('status.ready'));
  }

  async #ownKeys(): Promise<string[]> {
    return (await this.#context.keys()).filter((key) => idOf(key) !== null);
  }

  /** False for a series whose unfitness was told before; the status shows it all the same. */
  #isNews(failure: unknown): boolean {
    if (!(failure instanceof EnedisError)) return true;
    const { reason, params } = failure;
    if (reason !== 'inputPeriod' && reason !== 'inputFunction') return true;
    const series = String(params.series);
    const known = this.#toldOf.has(series);
    this.#toldOf.add(series);
    if (known)
      this.show(
        'yellow',
        'ring',
        this.say(`status.${reason}`, { series: text(this.RED, 'enedis-config', `series.${series}`) }),
      );
    return !known;
  }
}

interface Settings {
  period: Period | 'reading';
  fn: Fn | 'auto';
  incomplete: Incomplete;
  output: Output;
}

const CHOICES: { readonly [K in keyof Settings]: readonly Settings[K][] } = {
  // The first is what a node does where nothing is said.
  period: ['day', 'reading', 'hour', 'week', 'month', 'year', 'total'],
  fn: ['auto', 'sum', 'mean', 'max', 'min'],
  incomplete: ['emit', 'drop', 'hold'],
  output: ['readings', 'chart', 'influxdb', 'rows'],
};

/** @throws EnedisError configProperty `{property}` */
function settingsOf(def: AggregateDef): Settings {
  const choose = <K extends keyof Settings>(property: K): Settings[K] => {
    const value = def[property];
    const choices: readonly Settings[K][] = CHOICES[property];
    const found = choices.find(
      (choice) => choice === (value === undefined || value === '' ? choices[0] : value),
    );
    if (found === undefined) throw new EnedisError('configProperty', { property });
    return found;
  };
  return {
    period: choose('period'),
    fn: choose('fn'),
    incomplete: choose('incomplete'),
    output: choose('output'),
  };
}

/** No character that means something in Node-RED's property paths. */
function contextKey(id: SeriesId): string {
  return `enedis_${partKey(id).replaceAll('/', '_')}`;
}

/** The series that a key of `contextKey` stands for; null for a key of somebody else. */
function idOf(key: string): SeriesId | null {
  const [prefix, ...words] = key.split('_');
  return prefix === 'enedis' ? readPartKey(words.join('/')) : null;
}

function isReset({ reset }: Incoming): boolean {
  return reset !== undefined && reset !== false;
}

/** What only forgets or ends a sequence mostly comes from an inject or a change node, with whatever payload that has. */
function needsNoReadings(message: Incoming): boolean {
  const { payload, complete } = message;
  if (isReset(message)) return !Array.isArray(payload);
  // The number is the time that an inject node sends.
  const isNothing =
    payload === undefined || payload === null || payload === '' || typeof payload === 'number';
  return complete === true && isNothing;
}

/** The readings of a payload, and what is wrong with it. */
async function readPayload(payload: unknown): Promise<{ groups: Group[]; problem?: EnedisError }> {
  if (typeof payload !== 'object' || payload === null)
    return { groups: [], problem: new EnedisError('inputInvalid', { property: 'msg.payload' }) };
  const { Intake } = await import('../../lib/readings/from-readings.js');
  // A split node makes one reading of each.
  const elements: unknown[] = Array.isArray(payload) ? payload : [payload];
  const intake = new Intake();
  const turns = new Turns();
  for (let from = 0; from < elements.length; from += PAGE) {
    intake.take(elements, from, Math.min(from + PAGE, elements.length));
    await turns.take();
  }
  const groups: Group[] = [];
  for (const group of intake.groups()) {
    if (group) groups.push(group);
    await turns.take();
  }
  return intake.problems.length === 0 ? { groups } : { groups, problem: problemOf(payload, intake.problems) };
}

function problemOf(payload: unknown, problems: readonly InputProblem[]): EnedisError {
  const [{ index, field }] = problems as [InputProblem];
  const element = Array.isArray(payload) ? `msg.payload[${index}]` : 'msg.payload';
  return new EnedisError('inputReading', {
    count: problems.length,
    property: field === '' ? element : `${element}.${field}`,
  });
}

async function gather(id: SeriesId, steps: Iterable<Step>): Promise<Batch> {
  const said: Said = { expected: 0, received: 0, missing: [] };
  const batch: Batch = { id, figures: [], said };
  const turns = new Turns();
  for (const made of steps) {
    if (made) {
      batch.figures.push(made.aggregate);
      said.expected += made.aggregate.expected;
      said.received += made.aggregate.received;
      for (const span of made.missing) said.missing.push(span);
    }
    await turns.take();
  }
  return batch;
}

async function shaped(figures: readonly Figure[], output: Output): Promise<unknown[]> {
  const { SHAPES } = await import('../../lib/figures/shapes/index.js');
  const shape: (figure: Figure) => unknown = SHAPES[output];
  return inPages(figures, (page) => page.map(shape));
}

async function inPages<T, U>(items: readonly T[], work: (page: readonly T[]) => U[]): Promise<U[]> {
  const done: U[] = [];
  const turns = new Turns();
  for (let from = 0; from < items.length; from += PAGE) {
    for (const item of work(items.slice(from, from + PAGE))) done.push(item);
    await turns.take();
  }
  return done;
}

/** What the message says of the figures it carries. */
function describe(
  { id, figures, said }: Batch,
  { period, output }: Settings,
  incoming: unknown,
): AggregateDescription {
  const first = figures[0]!;
  const last = figures.at(-1)!;
  const isAggregate = 'fn' in first;
  return {
    ...id,
    unit: first.unit,
    period,
    ...(isAggregate ? { fn: first.fn } : {}),
    output,
    start: first.start,
    end: last.end,
    count: figures.length,
    coverage: said.received / said.expected,
    ...said,
    ...originOf(incoming),
  };
}

/**
 * What is said of readings that leave as they came: what their message said of them, where they still are the very
 * readings that it was sent with, else what lacks between the first and the last.
 */
async function saidOf(id: SeriesId, measures: readonly Measure[], enedis: unknown): Promise<Said> {
  const { missingIn } = await import('../../lib/figures/aggregate.js');
  const { SERIES } = await import('../../lib/readings/reading.js');
  const { tally } = await import('../../lib/readings/completeness.js');
  const { perDay } = SERIES[id.series];
  const span = { start: measures[0]!.start, end: measures.at(-1)!.end };
  if (describes(enedis, id, measures.length)) {
    const { start, end, coverage, missing, reconciled } = enedis;
    const described = { start: Date.parse(start), end: Date.parse(end) };
    if (described.start <= span.start && described.end >= span.end) {
      const { expected } = tally(perDay, measures, described);
      // Of a correction alone the rest is known as well.
      const received = Math.round(coverage * expected);
      const kept = { start, end, expected, received, coverage, missing };
      return reconciled === undefined ? kept : { ...kept, reconciled };
    }
  }
  const { expected, received } = tally(perDay, measures, span);
  return { expected, received, missing: missingIn(span, measures) };
}

/** Whether it is what our nodes say of that many readings of a series. */
function describes(enedis: unknown, id: SeriesId, count: number): enedis is Description {
  if (typeof enedis !== 'object' || enedis === null) return false;
  const said = enedis as Partial<Record<keyof Description, unknown>>;
  return (
    said.usagePointId === id.usagePointId &&
    said.direction === id.direction &&
    said.series === id.series &&
    said.count === count &&
    typeof said.start === 'string' &&
    typeof said.end === 'string' &&
    typeof said.coverage === 'number' &&
    Array.isArray(said.missing)
  );
}

/** Who relayed the readings, where the message says so. */
function originOf(enedis: unknown): Pick<AggregateDescription, 'source' | 'gateway'> {
  if (typeof enedis !== 'object' || enedis === null) return {};
  const { source, gateway } = enedis as Record<string, unknown>;
  return { ...(source === undefined ? {} : { source }), ...(gateway === undefined ? {} : { gateway }) };
}

/**
 * One message for one keeps its place in a sequence; several for one are a sequence of their own within it, as Node-RED's
 * split node does it.
 */
function partsOf({ parts, _msgid }: Incoming, index: number, count: number): Record<string, unknown> {
  if (count === 1 || parts === undefined) return {};
  return { parts: { id: `${_msgid}-enedis`, type: 'array', len: 1, index, count, parts } };
}

function byStart(a: { start: string }, b: { start: string }): number {
  return Date.parse(a.start) - Date.parse(b.start);
}
