/**
 * `enedis-fetch-yesterday`: every day, by itself or when a message comes in, the readings the flow doesn't have yet
 * (output 1) and the meter's five figures (output 2). The work is done in `lib/daily`; this file is the wiring.
 */
import type { Node, NodeAPI, NodeDef, NodeMessage } from 'node-red';
import type { Daily, DailyOptions } from '../../lib/daily/daily';
import type { Obstacle, Run } from '../../lib/daily/yesterday';
import { EnedisError } from '../../lib/errors';
import { realmOf } from '../../lib/gateways';
import type { SentSummary, SummaryProblem } from '../../lib/query/summary';
import { isoParis } from '../../lib/readings/paris';
import { isDeleted } from '../shared/deleted';
import { flowError } from '../shared/failure';
import { FlowNode, moment, statusOf, timeOfDay } from '../shared/flow-node';
import { migrated } from '../shared/migrations';
import { clock } from '../shared/services';

interface FetchDef extends NodeDef {
  config?: string;
  schedule?: string;
  windowStart?: string;
  windowEnd?: string;
  retryEvery?: number | string;
  firstCollect?: boolean | string;
  summaryOnce?: boolean | string;
  replay?: boolean | string;
}

type SendMessages = (messages: (NodeMessage | null)[]) => void;

export = function (RED: NodeAPI): void {
  function EnedisFetchYesterday(this: Node, saved: FetchDef): void {
    RED.nodes.createNode(this, saved);
    const yesterday = new YesterdayNode(RED, this, migrated('enedis-fetch-yesterday', saved));
    this.on('input', (msg, send, done) => {
      void yesterday.end(yesterday.input(msg, send), done);
    });
    this.on('close', (removed: boolean, done: () => void) => {
      void yesterday.close(removed).then(done, () => done());
    });
    yesterday.start();
  }

  RED.nodes.registerType('enedis-fetch-yesterday', EnedisFetchYesterday);
};

class YesterdayNode extends FlowNode {
  readonly #def: FetchDef;
  #daily: Promise<Daily> | undefined;
  #closed = false;
  /** How the last attempt ended, while this process has made one; a plan that came to nothing counts as well. */
  #last: 'failed' | 'waiting' | 'done' | undefined;
  /** Whether what was refused before has been mentioned. */
  #reminded = false;
  /** Whether it has been said why the summary is without costs. */
  #saidUnpriced = false;

  constructor(RED: NodeAPI, node: Node, def: FetchDef) {
    super(RED, node, 'enedis-fetch-yesterday', def.config);
    this.#def = def;
    this.followFolder();
  }

  start(): void {
    if (!this.#isAutomatic && this.config()) this.show('grey', 'dot', this.say('status.ready'));
    this.#open().catch((error: unknown) => this.#tell(error));
  }

  get #isAutomatic(): boolean {
    return this.#def.schedule !== 'input';
  }

  /** What nobody's message waits for; a node that is only to work on a message shows it, and tells whoever asks. */
  #tell(error: unknown): void {
    if (this.#isAutomatic) this.complain(error);
    else this.fail(error);
  }

  /** Rejects with the error the flow is to receive. */
  async input(message: NodeMessage, send: SendMessages): Promise<void> {
    try {
      const daily = await this.#open();
      const run = await daily.runNow((each) => this.#deliver(each, message, send), isOn(this.#def.replay));
      const failed = run.failures[0];
      if (failed) throw failed.error;
    } catch (error) {
      // A deploy ended the request: that is nobody's failure.
      if (this.#closed) return;
      throw this.fail(error);
    }
  }

  async close(removed: boolean): Promise<void> {
    this.#closed = true;
    const daily = await this.#daily?.catch(() => undefined);
    await daily?.close();
    if (removed && isDeleted(this.RED, this.node)) await daily?.forget();
  }

  #open(): Promise<Daily> {
    this.#daily ??= this.#openDaily();
    this.#daily.catch(() => (this.#daily = undefined));
    return this.#daily;
  }

  async #openDaily(): Promise<Daily> {
    const config = this.config();
    if (!config) throw new EnedisError('configMissing');
    const [collector, { Daily }] = await Promise.all([
      config.collector(),
      import('../../lib/daily/daily.js'),
    ]);
    const realm = realmOf(collector.settings.gateway);
    const options: DailyOptions = {
      ...optionsOf(this.node.id, this.#def),
      pricedBy: {
        tariffOf: async (direction) => (await this.config()?.tariffOf(direction)?.tariff(realm)) ?? null,
        subscribedPower: config.subscribedPower(),
      },
    };
    const daily = new Daily(collector, options, {
      asking: () => this.show('blue', 'ring', this.say('status.asking')),
      deliver: (run) => this.#deliverByItself(run),
      failed: (error) => this.#tell(error),
      planned: (at) => this.#showPlan(at),
    });
    if (!this.#closed) await daily.start();
    return daily;
  }

  #deliver(run: Run, message: NodeMessage, send: SendMessages): void {
    for (const { readings, description } of [...run.batches, ...run.replays]) {
      send([this.withReadings(message, readings, description), null]);
    }
    const topic = `enedis/${run.usagePointId}/summary`;
    if (run.isSummaryDue) send([null, this.with(message, { topic, payload: this.#summaryOf(run) })]);
    this.warnOf(run.problems);
    this.#remind(run);
    this.#tellUnpriced(run);
    this.#showRun(run);
  }

  #summaryOf({ summary, news, obstacle }: Run): SentSummary {
    const meter = this.meterName();
    return {
      ...summary,
      ...(meter === undefined ? {} : { meter }),
      news,
      ...(obstacle ? { problem: this.#problemOf(obstacle) } : {}),
    };
  }

  #problemOf({ error, since, retryAt }: Obstacle): SummaryProblem {
    const { code, message, advice } = flowError(this.RED, error);
    const when = retryAt === undefined ? {} : { retryAt: isoParis(retryAt) };
    return { code, message, advice, since: isoParis(since), ...when };
  }

  /** Nobody's message waits for an answer: failures are told to Catch nodes, or to the log, when they are new. */
  #deliverByItself(run: Run): void {
    this.#deliver(run, {}, (messages) => this.node.send(messages));
    const failed = run.failures[0];
    if (failed) this.complain(failed.error);
    else if (run.isWell) this.content();
  }

  #showRun(run: Run): void {
    this.#last = run.outcome === 'waiting' ? 'waiting' : 'done';
    const failed = run.failures[0];
    const time = timeOfDay(clock().now());
    const count = run.batches.reduce((sum, { readings }) => sum + readings.length, 0);
    if (failed) this.showFailure(statusOf(failed.error));
    else if (run.outcome === 'waiting') this.show('yellow', 'ring', this.say('status.waiting', { time }));
    // What may never come is asked for in its own time; that doesn't make the day complete.
    else if (run.summary.freshness !== 'complete')
      this.show('yellow', 'ring', this.say('status.incomplete', { time }));
    else if (count > 0) this.show('green', 'dot', this.say('status.received', { count, time }));
    else this.show('green', 'dot', this.say('status.upToDate', { time }));
  }

  #remind({ reminders: [reminder] }: Run): void {
    if (reminder && !this.#reminded) this.node.warn(flowError(this.RED, reminder.error).message);
    this.#reminded ||= reminder !== undefined;
  }

  /** The summary comes all the same: that there are no euros in it is told once. */
  #tellUnpriced({ unpriced }: Run): void {
    if (unpriced && !this.#saidUnpriced) this.node.error(flowError(this.RED, unpriced), {});
    this.#saidUnpriced = unpriced !== undefined;
  }

  /** However it comes to be known: a plan made afterwards doesn't hide it. */
  protected override showFailure(code: string): void {
    this.#last = 'failed';
    super.showFailure(code);
  }

  /** When it goes on matters before the first attempt and while yesterday isn't there; a result stays in sight. */
  #showPlan(at: number): void {
    const time = moment(at);
    if (this.#last === undefined) this.show('grey', 'ring', this.say('status.next', { time }));
    else if (this.#last === 'waiting') this.show('yellow', 'ring', this.say('status.waitingUntil', { time }));
  }
}

const SHORTEST_RETRY = 30;

function optionsOf(node: string, def: FetchDef): DailyOptions {
  const firstCollect = def.firstCollect !== false && def.firstCollect !== 'false';
  const summaryOnce = isOn(def.summaryOnce);
  if (def.schedule === 'input') return { node, firstCollect, summaryOnce, schedule: null };
  const windowStart = timeOf('windowStart', def.windowStart, '06:00');
  const windowEnd = timeOf('windowEnd', def.windowEnd, '10:00');
  if (windowEnd <= windowStart) throw new EnedisError('configProperty', { property: 'windowEnd' });
  const retryEvery = Number(def.retryEvery ?? SHORTEST_RETRY);
  if (!(Number.isInteger(retryEvery) && retryEvery >= SHORTEST_RETRY))
    throw new EnedisError('configProperty', { property: 'retryEvery' });
  return { node, firstCollect, summaryOnce, schedule: { windowStart, windowEnd, retryEvery } };
}

/** An environment variable (${…}) arrives as text. */
function isOn(ticked: boolean | string | undefined): boolean {
  return ticked === true || ticked === 'true';
}

function timeOf(property: string, value: string | undefined, usual: string): string {
  const time = value === undefined || value.trim() === '' ? usual : value.trim();
  if (!/^([01]\d|2[0-3]):[0-5]\d$/.test(time)) throw new EnedisError('configProperty', { property });
  return time;
}
