/**
 * `enedis-aggregate`: readings in, of any meters, directions and series; sums, means and extremes over periods out, in the
 * shape that what comes next takes. The arithmetic is in `lib/figures`; this file is the wiring: one message at a time,
 * in pages, with what must outlive a message in the node's context.
 */
import type { Node, NodeAPI, NodeDef, NodeMessage } from 'node-red';
import { EnedisError, type Reason } from '../../lib/errors';
import type { Group } from '../../lib/readings/from-readings';
import type { SeriesId } from '../../lib/readings/series-id';
import { isDeleted } from '../shared/deleted';
import { FlowNode, timeOfDay } from '../shared/flow-node';
import { migrated } from '../shared/migrations';
import { readReadings } from '../shared/readings-input';
import { clock } from '../shared/services';
import { type Batch, describe, join, shaped, unpricedIn } from './batch';
import { ContextStore } from './context-store';
import { FigureMaker, sequenceOf } from './figures';
import { idOf, keyOf, type FigureStore } from './keys';
import { meterInChart, meterName } from '../shared/meters';
import { OwnStore } from './own-store';
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
    this.on('close', (removed: boolean, done: () => void) => {
      void aggregate.close(removed).then(done, () => done());
    });
    aggregate.start();
  }

  RED.nodes.registerType('enedis-aggregate', EnedisAggregate);
};

/** Why a series or a direction doesn't go with the settings: nothing of what comes later changes that. */
const UNFIT: readonly Reason[] = ['inputPeriod', 'inputFunction', 'configNoTariff', 'configTariffDirection'];

class AggregateNode extends FlowNode {
  readonly #def: AggregateDef;
  readonly #store: FigureStore;
  readonly #maker: FigureMaker;
  /** The message being worked on and those behind it: two at once would race for what is remembered. */
  #turn: Promise<unknown> = Promise.resolve();
  /** Series that don't go with the settings, once told: a flow brings them every day. */
  readonly #toldOf = new Set<string>();

  constructor(RED: NodeAPI, node: Node, def: AggregateDef) {
    super(RED, node, 'enedis-aggregate', undefined);
    this.#def = def;
    const { store = '' } = def;
    this.#store = store === '' ? new OwnStore(RED, node) : new ContextStore(node, store);
    this.#maker = new FigureMaker(RED, this.#store, (key, count) => node.warn(this.say(key, { count })));
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

  /** Nothing is left half remembered, nor anything of a node that was deleted. */
  async close(removed: boolean): Promise<void> {
    await this.#turn;
    if (removed && isDeleted(this.RED, this.node)) await this.#store.clear();
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
    for (const chosen of await chosenGroups(groups, settings))
      await attempt(async () => void batches.push(await this.#batchOf(chosen, settings, message)));
    if (message.complete === true && settings.incomplete === 'hold')
      await attempt(async () => {
        for (const key of await this.#keysEndedBy(message, groups))
          await attempt(() => this.#addHeld(key, batches, settings, message));
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

  /** The figures that a message's readings make due: of one series, or of all that tell one energy. */
  async #batchOf(groups: readonly Group[], settings: Settings, message: Incoming): Promise<Batch> {
    const { period, series, byTariff } = settings;
    if (period === 'reading')
      return byTariff
        ? this.#maker.priced(groups[0]!, byTariff, message)
        : this.#maker.passedOn(groups[0]!, message);
    return byTariff || series === 'energy'
      ? this.#maker.ofEnergy(groups, { ...settings, period }, message)
      : this.#maker.ofSeries(groups[0]!, { ...settings, period }, message);
  }

  /**
   * Of which series a message ends the stream: those whose readings came in the same sequence; without one, those of the
   * meters it is about, and where it is about none, all.
   */
  async #keysEndedBy({ parts, enedis }: Incoming, groups: readonly Group[]): Promise<string[]> {
    const keys = await this.#store.keys();
    const sequence = sequenceOf(parts);
    if (sequence !== undefined) {
      const own = new Set(groups.map(({ id }) => keyOf(id)));
      const ended: string[] = [];
      for (const key of keys)
        if (own.has(key) || (await this.#sequenceHeld(key)) === sequence) ended.push(key);
      if (ended.length > 0) return ended;
    }
    const meters = new Set([...groups.map(({ id }) => id.usagePointId), ...meterOf(enedis)]);
    return meters.size === 0 ? keys : keys.filter((key) => meters.has(idOf(key)!.usagePointId));
  }

  /** The sequence whose readings were held back last. */
  async #sequenceHeld(key: string): Promise<unknown> {
    const state = await this.#store.get(key);
    return typeof state === 'object' && state !== null
      ? (state as { sequence?: unknown }).sequence
      : undefined;
  }

  /** The stream has ended: what was held back of a series goes out as it is. */
  async #addHeld(key: string, batches: Batch[], settings: Settings, message: Incoming): Promise<void> {
    const { period } = settings;
    if (period === 'reading') return;
    const held = await this.#maker.held(key, { ...settings, period }, message);
    if (!held) return;
    const batch = batches.find((each) => keyOf(each.id) === key);
    if (!batch) batches.push(held);
    else join(batch, held);
  }

  async #send(batches: Batch[], settings: Settings, message: Incoming, send: SendMessage): Promise<void> {
    const filled = batches.filter(({ figures }) => figures.length > 0);
    // A reset is for this node: the next one isn't meant.
    const { payload: _payload, complete, reset: _reset, ...rest } = message;
    for (const [index, batch] of filled.entries()) {
      const { usagePointId } = batch.id;
      const inChart = meterInChart(this.RED, usagePointId, message.enedis);
      const payload = await shaped(batch.figures, settings.output, inChart);
      const isLast = index === filled.length - 1;
      const more = {
        ...partsOf(message, index, filled.length),
        ...(isLast && complete !== undefined ? { complete } : {}),
      };
      const meter = meterName(this.RED, usagePointId, message.enedis);
      send(this.withReadings(rest, payload, describe(batch, settings, message.enedis, meter), more));
    }
    // What waits for the end of the stream is told of it; an empty payload would clear a chart, and is no points.
    const canBeEmpty = settings.output === 'readings' || settings.output === 'rows';
    if (filled.length === 0 && complete === true && canBeEmpty)
      send(this.with(rest, { payload: [], complete }));
    const count = filled.reduce((sum, { figures }) => sum + figures.length, 0);
    const time = timeOfDay(clock().now());
    this.#tellWithoutFixed(filled);
    const unpriced = unpricedIn(filled);
    if (unpriced) {
      // A tenth is written, however little it is.
      const kwh = Math.max(0.1, Math.round(unpriced.kwh * 10) / 10);
      const why = this.say(`unpriced.${unpriced.why}`);
      this.show('yellow', 'dot', this.say('status.unpriced', { kwh, why, time }));
    } else if (count > 0) this.show('green', 'dot', this.say('status.sent', { count, time }));
    else if (batches.length > 0)
      this.show('blue', 'ring', this.say(`status.${settings.incomplete}`, { time }));
  }

  /** Prices without a subscription give no share of it: said once. */
  #tellWithoutFixed(batches: readonly Batch[]): void {
    const date = batches.flatMap(({ lacks }) => lacks?.withoutFixed ?? []).sort()[0];
    if (date === undefined || this.#toldOf.has('withoutFixed')) return;
    this.#toldOf.add('withoutFixed');
    this.node.warn(this.say('log.withoutFixed', { date }));
  }

  async #forget(): Promise<void> {
    await this.#store.clear();
    this.#toldOf.clear();
    this.show('grey', 'dot', this.say('status.ready'));
  }

  /** False for a series or direction whose unfitness was told before; the status shows it all the same. */
  #isNews(failure: unknown): boolean {
    if (!(failure instanceof EnedisError)) return true;
    const { reason, params } = failure;
    if (!UNFIT.includes(reason)) return true;
    const what = params.series === undefined ? `direction.${params.direction}` : `series.${params.series}`;
    const known = this.#toldOf.has(what);
    this.#toldOf.add(what);
    if (known) this.show('yellow', 'ring', this.say(`status.${reason}`, { what: this.common(what) }));
    return !known;
  }
}

/** What figures are made of together: each series for itself, or, for energy, those of one direction of a meter. */
async function chosenGroups(
  groups: readonly Group[],
  { series, period, byTariff }: Settings,
): Promise<Group[][]> {
  const chosen = groups.filter(({ id }) => series === 'all' || series === 'energy' || id.series === series);
  if (!byTariff && series !== 'energy') return chosen.map((group) => [group]);
  const { tellsEnergy } = await import('../../lib/figures/energy.js');
  const whose = ({ id }: Group): string => `${id.usagePointId}/${id.direction}`;
  // Each interval by itself: a value a day has none.
  const ofEnergy = chosen.filter(({ id }) =>
    period === 'reading' ? id.series === 'loadCurve' : tellsEnergy(id.series),
  );
  const meters = new Set(ofEnergy.map(whose));
  return [...meters].map((meter) => ofEnergy.filter((group) => whose(group) === meter));
}

/** The meter that `msg.enedis` speaks of, if it does. */
function meterOf(enedis: unknown): string[] {
  const id =
    typeof enedis === 'object' && enedis !== null ? (enedis as Partial<SeriesId>).usagePointId : undefined;
  return typeof id === 'string' ? [id] : [];
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
