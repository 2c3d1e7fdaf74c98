/**
 * `enedis-query`: any message asks, the archive answers, in the shape that what comes next takes. What an answer is, is worked
 * out in `lib/query`; this file reads the question, opens meter and tariff, and sends.
 */
import type { Node, NodeAPI, NodeDef, NodeMessage } from 'node-red';
import { Lock } from '../../lib/async/lock';
import { asEnedisError, EnedisError } from '../../lib/errors';
import type { NamedTariff } from '../../lib/figures/cost';
import type { Aggregate } from '../../lib/figures/aggregate';
import type { ChartedFigures } from '../../lib/figures/shapes/bars';
import type { ChartOptions } from '../../lib/figures/shapes/options';
import type { ShapeWords } from '../../lib/figures/shapes/words';
import { realmOf } from '../../lib/gateways';
import type { Collector } from '../../lib/meter/collector';
import type { Answer } from '../../lib/query/answer';
import type { Question } from '../../lib/query/question';
import type { Source } from '../../lib/query/values';
import { addDays } from '../../lib/readings/paris';
import type { Direction } from '../../lib/readings/reading';
import { isDeleted } from '../shared/deleted';
import { FlowNode, timeOfDay } from '../shared/flow-node';
import { meterInChart } from '../shared/meters';
import { migrated } from '../shared/migrations';
import { runningMeters } from '../shared/running-meters';
import { clock, homeOf } from '../shared/services';
import { tariffFor } from '../shared/tariff-for';
import { typedDay } from '../shared/typed-day';
import { languageOf, textIn, type Language } from '../shared/words';
import { describe, makerFor, type Answered } from './answered';
import type { StatisticMetadata } from './home-assistant';
import { ruleOf } from './outputs';
import { leavesRest } from './pictures';
import type { Incoming, QueryProperties, Settings } from './settings';
import { pictureOf, shapedFigures } from './shaped';

type QueryDef = NodeDef & QueryProperties & { config?: string };
type Asking = NodeMessage & Incoming;
type SendMessage = (message: NodeMessage) => void;

/** So many figures go into one message. */
const FIGURES_A_MESSAGE = 10_000;

export = function (RED: NodeAPI): void {
  function EnedisQuery(this: Node, saved: QueryDef): void {
    RED.nodes.createNode(this, saved);
    const query = new QueryNode(RED, this, migrated('enedis-query', saved));
    this.on('input', (msg, send, done) => {
      void query.end(query.input(msg, send), done);
    });
    this.on('close', (removed: boolean, done: () => void) => {
      void query.close(removed).then(done, () => done());
    });
    query.start();
  }

  RED.nodes.registerType('enedis-query', EnedisQuery);
};

/** Everything that the answers of one message have in common. */
interface Task {
  settings: Settings;
  collector: Collector;
  language: Language;
  message: Asking;
  send: SendMessage;
}

class QueryNode extends FlowNode {
  readonly #def: QueryDef;
  /** One message after the other: two exports at once would each send what the other has. */
  readonly #turn = new Lock();
  #closed = false;

  constructor(RED: NodeAPI, node: Node, def: QueryDef) {
    super(RED, node, 'enedis-query', def.config);
    this.#def = def;
    this.followFolder();
  }

  start(): void {
    if (this.config()) this.show('grey', 'dot', this.say('status.ready'));
  }

  /** Rejects with the error the flow is to receive; whatever could be answered has been sent. */
  async input(message: Asking, send: SendMessage): Promise<void> {
    try {
      await this.#turn.run(() => this.#answer(message, send));
    } catch (error) {
      if (!this.#closed) throw this.fail(error);
    }
  }

  async close(removed: boolean): Promise<void> {
    // What is under way isn't waited for: it sends and keeps nothing any more.
    this.#closed = true;
    if (!removed || !isDeleted(this.RED, this.node)) return;
    const { SentStatistics } = await import('./home-assistant.js');
    await new SentStatistics((await homeOf(this.RED)).storage, this.node.id).remove();
  }

  async #answer(message: Asking, send: SendMessage): Promise<void> {
    const config = this.config();
    if (!config) throw new EnedisError('configMissing');
    const [collector, { settingsOf }] = await Promise.all([config.collector(), import('./settings.js')]);
    const typed = (property: 'start' | 'end'): unknown =>
      typedDay(
        this.RED,
        { property, value: this.#def[property], type: this.#def[`${property}Type`] ?? 'date' },
        message,
      );
    const settings = settingsOf(this.#def, message, typed, collector.today);
    const language = settings.language || languageOf(this.RED);
    const task: Task = { settings, collector, language, message, send };
    const answered: Answered[] = [];
    const failures: unknown[] = [];
    for (const direction of settings.directions)
      await this.#answerOne(task, direction).then(
        (one) => void answered.push(one),
        (error: unknown) => void failures.push(error),
      );
    if (this.#closed) return;
    if (settings.output === 'home-assistant') await this.#sendStatistics(task, answered);
    else await this.#send(task, answered);
    this.#tell(failures, message);
  }

  /** One failure ends the message, the one before it is told beside it. Throws that one. */
  #tell(failures: readonly unknown[], message: Asking): void {
    for (const failure of failures.slice(0, -1)) this.node.error(this.fail(failure), message);
    if (failures.length > 0) throw asEnedisError(failures.at(-1));
  }

  async #answerOne({ settings, collector }: Task, direction: Direction): Promise<Answered> {
    const { answer } = await import('../../lib/query/answer.js');
    const { usagePointId, gateway } = collector.settings;
    const { archive, daySums } = collector;
    const source: Source = { id: { usagePointId, direction }, archive, daySums };
    const { value, days, compare, byTariff } = settings;
    // Home Assistant's hours are made apart; here it is how complete they are.
    const step = settings.output === 'home-assistant' ? 'total' : settings.step;
    const tariff = byTariff
      ? await tariffFor(this.RED, byTariff.tariff, { usagePointId, direction, gateway: gateway.kind })
      : null;
    const question: Question = { value, direction, days, step, compare };
    const maker = await makerFor(settings, step, source, tariff);
    return {
      direction,
      source,
      tariff,
      answer: await answer(question, source, maker, clock().now()),
    };
  }

  async #send(task: Task, answered: readonly Answered[]): Promise<void> {
    const { output } = task.settings;
    if (ruleOf(output).isPicture) await this.#sendPictures(task, answered);
    else
      for (const one of answered) {
        const words = await this.#words(task, one);
        if (output === 'text') this.#sendMessage(task, one, await this.#sentence(task, one, words));
        else await this.#sendFigures(task, one, words);
      }
    this.#showAnswers(task, answered);
  }

  /** A chart has room for both directions, and each message brings all of it; of other pictures each has its own. */
  async #sendPictures(task: Task, answered: readonly Answered[]): Promise<void> {
    const { output } = task.settings;
    const charted: ChartedFigures[] = [];
    for (const one of answered) {
      const words = await this.#words(task, one);
      charted.push({ figures: one.answer.figures, meter: this.#inChart(one), words });
    }
    for (const [place, one] of answered.entries())
      await this.#sendPicture(task, one, await pictureOf(output, charted, place));
  }

  /** What would be left of an earlier one is taken away first: an empty list empties the browsers, the options what is kept. */
  async #sendPicture(task: Task, one: Answered, chartOptions: ChartOptions): Promise<void> {
    const { CLEARED } = await import('../../lib/figures/shapes/options.js');
    const { wires = [] } = this.node as unknown as { wires?: string[][] };
    if (leavesRest(wires[0] ?? [], chartOptions))
      this.#sendMessage(task, one, [], { ui_update: { chartOptions: CLEARED } });
    this.#sendMessage(task, one, undefined, { ui_update: { chartOptions } });
  }

  async #sendFigures(task: Task, one: Answered, words: ShapeWords): Promise<void> {
    const { output } = task.settings;
    const { figures } = one.answer;
    // Nothing to write is nothing to send; lists may be empty.
    if (figures.length === 0 && output === 'influxdb') return;
    const count = Math.max(1, Math.ceil(figures.length / FIGURES_A_MESSAGE));
    const id = this.RED.util.generateId();
    for (let index = 0; index < count; index++) {
      const page = figures.slice(index * FIGURES_A_MESSAGE, (index + 1) * FIGURES_A_MESSAGE);
      const parts = count === 1 ? {} : { parts: { id, index, count, type: 'array', len: 1 } };
      this.#sendMessage(task, one, await shapedFigures(output, page, words, index === 0), parts);
    }
  }

  async #sentence(task: Task, one: Answered, words: ShapeWords): Promise<string> {
    const { sentence } = await import('./sentence.js');
    const { settings, language } = task;
    const { direction, answer, tariff } = one;
    const isSplit = settings.byTariff?.split === true;
    // The sentence is about the whole; the parts are named in it.
    const whole = isSplit ? await this.#wholeOf(task, direction, tariff) : answer;
    return sentence({
      language,
      settings,
      direction,
      answer: whole,
      parts: isSplit ? answer.figures : [],
      periodOf: words.periodOf,
      meter: this.meterName(),
    });
  }

  async #wholeOf(task: Task, direction: Direction, tariff: NamedTariff | null): Promise<Answer> {
    const { byTariff, value } = task.settings;
    const unsplit = value === 'cost' && byTariff ? { ...byTariff, split: false, tariff: tariff!.id } : null;
    const settings = { ...task.settings, byTariff: unsplit };
    return (await this.#answerOne({ ...task, settings }, direction)).answer;
  }

  /** @param payload undefined: the message has none, and a picture is all it brings. */
  #sendMessage(
    { settings, collector, message, send }: Task,
    one: Answered,
    payload: unknown,
    more: Record<string, unknown> = {},
  ): void {
    const {
      parts: _parts,
      complete: _complete,
      ...rest
    } = message as NodeMessage & {
      parts?: unknown;
      complete?: unknown;
    };
    const { usagePointId, gateway } = collector.settings;
    const { direction } = one;
    const sent: NodeMessage = this.with(rest, {
      topic: `enedis/${usagePointId}/query/${direction}`,
      enedis: describe(settings, one, this.meterName(), gateway.kind),
      ...more,
    });
    if (payload === undefined) delete sent.payload;
    else sent.payload = payload;
    send(sent);
  }

  async #sendStatistics(task: Task, answered: readonly Answered[]): Promise<void> {
    const { dueStatistics, inMessages, SentStatistics } = await import('./home-assistant.js');
    const { settings } = task;
    const home = await homeOf(this.RED);
    const store = new SentStatistics(home.storage, this.node.id);
    const sent = await store.read();
    let count = 0;
    for (const one of answered) {
      const { source, answer, tariff } = one;
      if (!answer.known) continue;
      const metadata = await this.#metadata(task, one);
      const id = metadata.statistic_id;
      const makers = {
        days: await makerFor(settings, 'day', source, tariff),
        hours: await makerFor(settings, 'hour', source, tariff),
      };
      const from = settings.days.first ?? answer.known.start;
      const { hours, marks } = await dueStatistics(source, answer.known, makers, from, sent[id] ?? {});
      if (this.#closed) return;
      for (const payload of inMessages(metadata, hours)) this.#sendMessage(task, one, payload);
      sent[id] = marks;
      count += hours.length;
    }
    await store.write(sent);
    const time = timeOfDay(clock().now());
    if (count > 0) this.show('green', 'dot', this.say('status.sent', { count, time }));
    else this.show('grey', 'dot', this.say('status.nothingNew', { time }));
  }

  async #metadata(
    { settings, collector, language }: Task,
    { direction }: Answered,
  ): Promise<StatisticMetadata> {
    const { usagePointId, gateway } = collector.settings;
    const isCost = settings.value === 'cost';
    const name = this.meterName() ?? 'Linky';
    let id = settings.statisticId;
    if (id === '') {
      const home = await homeOf(this.RED);
      const meter = { realm: realmOf(gateway), usagePointId, name: this.meterName() ?? '' };
      const others = runningMeters(this.RED).map(({ node, settings: other }) => ({
        realm: realmOf(other.gateway),
        usagePointId: other.usagePointId,
        name: node.name?.trim() ?? '',
      }));
      const word = await home.statisticNames.nameOf(meter, others);
      id = `enedis:${word}_${direction}${isCost ? '_cost' : ''}`;
    } else if (settings.directions.length > 1) id = `${id}_${direction}`;
    const key = isCost ? (direction === 'production' ? 'earned' : 'cost') : 'energy';
    const say = (text: string, params = {}): string => textIn(language, 'enedis-query', text, params);
    return {
      source: id.slice(0, id.indexOf(':')),
      statistic_id: id,
      name: say(`shape.statistic.${key}`, { meter: name, direction: say(`shape.directions.${direction}`) }),
      unit_of_measurement: isCost ? 'EUR' : 'kWh',
      unit_class: isCost ? null : 'energy',
      has_sum: true,
      mean_type: 0,
    };
  }

  async #words({ settings, language }: Task, { tariff, answer }: Answered): Promise<ShapeWords> {
    const { shapeWords } = await import('./shape-words.js');
    const date = answer.known ? addDays(answer.known.end, -1) : settings.days.last;
    return shapeWords(language, settings.compare, tariff?.tariff ?? null, date);
  }

  #inChart({ source }: Answered): string | undefined {
    return meterInChart(this.RED, source.id.usagePointId, undefined);
  }

  #showAnswers({ language }: Task, answered: readonly Answered[]): void {
    const figures = answered.flatMap(({ answer }) => answer.figures);
    const time = timeOfDay(clock().now());
    const unpriced = answered
      .flatMap(({ answer }) => Object.values(answer.lacks?.reasons ?? {}))
      .reduce((sum, energy) => sum + energy, 0);
    const [first] = figures;
    if (!first) {
      if (answered.length > 0) this.show('yellow', 'ring', this.say('status.empty', { time }));
    } else if (unpriced > 0) {
      const kwh = Math.max(0.1, Math.round(unpriced * 10) / 10);
      this.show('yellow', 'dot', this.say('status.unpriced', { kwh, time }));
    } else if (figures.length === 1)
      this.show('green', 'dot', this.say('status.answer', { value: inWords(language, first), time }));
    else this.show('green', 'dot', this.say('status.sent', { count: figures.length, time }));
  }
}

function inWords(language: Language, { value, unit }: Aggregate): string {
  const written = value.toLocaleString(language, { maximumFractionDigits: unit === 'EUR' ? 2 : 3 });
  return `${written}\u00a0${unit === 'EUR' ? '€' : unit}`;
}
