/**
 * `enedis-aggregate`: readings in, of any meters, directions and series; sums, means and extremes over periods out, in the
 * shape that what comes next takes. The arithmetic is in `lib/figures`; this file is the wiring: one message at a time,
 * in pages, with what must outlive a message in the node's context.
 */
import type { Node, NodeAPI, NodeDef, NodeMessage } from 'node-red';
import { EnedisError } from '../../lib/errors';
import type { Group } from '../../lib/readings/from-readings';
import { partKey, readPartKey, type SeriesId } from '../../lib/readings/series-id';
import { FlowNode, timeOfDay } from '../shared/flow-node';
import { migrated } from '../shared/migrations';
import { coverageOf, inPages, readReadings } from '../shared/readings-input';
import { clock } from '../shared/services';
import { type Batch, describe, gather, join, shaped } from './batch';
import { ContextStore } from './context-store';
import { type AggregateProperties, type Settings, settingsOf } from './settings';

type AggregateDef = NodeDef & AggregateProperties;

interface Incoming extends NodeMessage {
  complete?: unknown;
  reset?: unknown;
  parts?: unknown;
  enedis?: unknown;
}

type SendMessage = (message: NodeMessage) => void;

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
    const { groups, problem } = await readReadings(message.payload);
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
      return { id, figures, coverage: await coverageOf(id, measures, enedis) };
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
    else join(batch, rest);
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
      this.show('yellow', 'ring', this.say(`status.${reason}`, { series: this.common(`series.${series}`) }));
    return !known;
  }
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

/**
 * One message for one keeps its place in a sequence; several for one are a sequence of their own within it, as Node-RED's
 * split node does it.
 */
function partsOf({ parts, _msgid }: Incoming, index: number, count: number): Record<string, unknown> {
  if (count === 1 || parts === undefined) return {};
  return { parts: { id: `${_msgid}-enedis`, type: 'array', len: 1, index, count, parts } };
}
