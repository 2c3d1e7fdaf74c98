/**
 * `enedis-backfill`: a past period on any message, chunk by chunk (output 1), with its progress (output 2). The work is
 * done in `lib/collect`; this file is the wiring.
 */
import type { Node, NodeAPI, NodeDef, NodeMessage } from 'node-red';
import type { Backfill, Delivery, Plan, Request } from '../lib/collect/backfill';
import type { Progress } from '../lib/collect/backfill-progress';
import { EnedisError } from '../lib/errors';
import { FlowNode, moment, timeOfDay } from './flow-node';
import { migrated } from './migrations';
import { clock } from './services';

interface BackfillDef extends NodeDef {
  config?: string;
  series?: string[] | string;
  order?: string;
  start?: string;
  startType?: string;
  end?: string;
  endType?: string;
}

interface Command extends NodeMessage {
  start?: unknown;
  end?: unknown;
  series?: unknown;
  force?: unknown;
}

type SendMessages = (messages: (NodeMessage | null)[]) => void;

export = function (RED: NodeAPI): void {
  function EnedisBackfill(this: Node, saved: BackfillDef): void {
    RED.nodes.createNode(this, saved);
    const backfill = new BackfillNode(RED, this, migrated('enedis-backfill', saved));
    this.on('input', (msg, send, done) => {
      void backfill.end(backfill.input(msg, send), done);
    });
    this.on('close', (removed: boolean, done: () => void) => {
      void backfill.close(removed).then(done, () => done());
    });
    backfill.start();
  }

  RED.nodes.registerType('enedis-backfill', EnedisBackfill);
};

class BackfillNode extends FlowNode {
  readonly #def: BackfillDef;
  #backfill: Promise<Backfill> | undefined;
  #closed = false;
  /** The message of the run under way: its properties are kept on what is sent. Gone after a restart. */
  #message: NodeMessage = {};
  #shown = '';

  constructor(RED: NodeAPI, node: Node, def: BackfillDef) {
    super(RED, node, 'enedis-backfill', def.config);
    this.#def = def;
  }

  start(): void {
    this.show('grey', 'dot', this.say('status.ready'));
    this.#open().catch((error: unknown) => this.complain(error));
  }

  /** Rejects with the error the flow is to receive. */
  async input(message: NodeMessage, send: SendMessages): Promise<void> {
    try {
      await this.#obey(await this.#open(), message, send);
    } catch (error) {
      // A deploy ended it: that is nobody's failure.
      if (this.#closed) return;
      throw this.fail(error);
    }
  }

  async close(removed: boolean): Promise<void> {
    this.#closed = true;
    const backfill = await this.#backfill?.catch(() => undefined);
    await backfill?.close();
    if (removed) await backfill?.forget();
  }

  async #obey(backfill: Backfill, message: Command, send: SendMessages): Promise<void> {
    switch (message.payload) {
      case 'plan':
        return this.#sendPlan(await backfill.plan(this.#request(message)), message, send);
      case 'pause':
        return backfill.pause();
      case 'resume':
        return backfill.resume();
      case 'cancel':
        return backfill.cancel();
      case 'status':
        return backfill.status();
      default: {
        const request = this.#request(message);
        // One that can't be copied is refused now, before a run is under way that couldn't send anything.
        const kept = this.RED.util.cloneMessage(message);
        await backfill.begin(request, () => (this.#message = kept));
      }
    }
  }

  /** What the dialog says, unless the message says otherwise. */
  #request(message: Command): Request {
    const { order, series, start, startType, end, endType } = this.#def;
    if (order !== undefined && order !== '' && order !== 'newest' && order !== 'oldest')
      throw new EnedisError('configProperty', { property: 'order' });
    return {
      start: message.start ?? this.#typed(start, startType, message),
      end: message.end ?? this.#typed(end, endType, message),
      series: message.series ?? series,
      order: order === 'oldest' ? 'oldest' : 'newest',
      force: message.force === true,
    };
  }

  #typed(value: string | undefined, type: string | undefined, message: NodeMessage): unknown {
    if (type !== 'msg') return type === 'date' ? value : undefined;
    try {
      return this.RED.util.getMessageProperty(message, value ?? '') as unknown;
    } catch {
      // A path through something that isn't there.
      throw new EnedisError('inputInvalid', { property: `msg.${value}` });
    }
  }

  #open(): Promise<Backfill> {
    this.#backfill ??= this.#openBackfill();
    this.#backfill.catch(() => (this.#backfill = undefined));
    return this.#backfill;
  }

  async #openBackfill(): Promise<Backfill> {
    const config = this.config();
    if (!config) throw new EnedisError('configMissing');
    const [collector, { Backfill }] = await Promise.all([
      config.collector(),
      import('../lib/collect/backfill.js'),
    ]);
    const { usagePointId } = collector.settings;
    const backfill = new Backfill(collector, this.node.id, {
      deliver: (delivery) => this.#deliver(delivery),
      progress: (progress) => this.#progress(progress, usagePointId),
      failed: (error) => {
        this.#shown = '';
        this.complain(error);
      },
      problems: (problems) => this.warnOf(problems),
    });
    if (!this.#closed) await backfill.start();
    return backfill;
  }

  #deliver({ readings, description, parts, complete }: Delivery): void {
    this.content();
    const more = { parts, ...(complete ? { complete } : {}) };
    this.node.send([this.withReadings(this.#message, readings, description, more), null]);
  }

  #progress(progress: Progress, usagePointId: string): void {
    const topic = `enedis/${usagePointId}/backfill`;
    this.node.send([null, this.with(this.#message, { topic, payload: progress })]);
    this.#showProgress(progress);
  }

  async #sendPlan(plan: Plan, message: NodeMessage, send: SendMessages): Promise<void> {
    const collector = await this.config()?.collector();
    const topic = `enedis/${collector?.settings.usagePointId}/backfill`;
    send([null, this.with(message, { topic, payload: plan })]);
    const { requests, endsAt } = plan;
    const time = moment(Date.parse(endsAt));
    this.show('grey', 'ring', this.say('status.planned', { count: requests, time }));
  }

  #showProgress({ state, percent, readings, resumesAt, total }: Progress): void {
    const time = timeOfDay(clock().now());
    const until = resumesAt === undefined ? time : moment(Date.parse(resumesAt));
    const said = this.say(`status.${state}`, { percent, count: readings, time, until });
    // A replay makes more steps than anybody can see; and what failed has said more than "failed".
    if (said === this.#shown || state === 'failed') return;
    this.#shown = said;
    if (state === 'running') this.show('blue', 'dot', said);
    else if (state === 'waiting') this.show('yellow', 'ring', said);
    else if (state === 'done' && total > 0) this.show('green', 'dot', said);
    else this.show('grey', 'ring', total > 0 ? said : this.say('status.ready'));
  }
}
