/**
 * `enedis-backfill`: a past period on any message, chunk by chunk (output 1), with its progress (output 2). The work is
 * done in `lib/backfill`; this file is the wiring.
 */
import type { Node, NodeAPI, NodeDef, NodeMessage } from 'node-red';
import type { Answer, Backfill } from '../../lib/backfill/commands';
import type { Plan } from '../../lib/backfill/plan';
import type { Progress } from '../../lib/backfill/progress';
import type { BackfillRequest } from '../../lib/backfill/range';
import type { Delivery } from '../../lib/backfill/listener';
import { EnedisError } from '../../lib/errors';
import { isDeleted } from '../shared/deleted';
import { FlowNode, moment, timeOfDay } from '../shared/flow-node';
import { migrated } from '../shared/migrations';
import { clock } from '../shared/services';
import { typedDay } from '../shared/typed-day';

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
  /** Of a message that another node's readings came with. */
  complete?: unknown;
  parts?: unknown;
  enedis?: unknown;
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
  /** Of all that output 2 sends. */
  #topic = '';
  /** How the run stands, as far as it was told. */
  #last: Progress | undefined;
  /** What the status says of it; empty where it says something else. */
  #shown = '';

  constructor(RED: NodeAPI, node: Node, def: BackfillDef) {
    super(RED, node, 'enedis-backfill', def.config);
    this.#def = def;
    this.followFolder();
  }

  start(): void {
    this.show('grey', 'dot', this.say('status.ready'));
    this.#open().catch((error: unknown) => this.complain(error));
  }

  /** Rejects with the error the flow is to receive. */
  async input(message: NodeMessage, send: SendMessages): Promise<void> {
    try {
      await this.#obey(await this.#open(), this.#plain(message), send);
    } catch (error) {
      // A deploy ended it: that is nobody's failure.
      if (this.#closed) return;
      const failure = this.fail(error);
      this.#shown = '';
      // A message that is no use stops no run: the status is the run's again.
      if (this.#last && isUnderWay(this.#last)) this.#showProgress(this.#last);
      throw failure;
    }
  }

  async close(removed: boolean): Promise<void> {
    this.#closed = true;
    const backfill = await this.#backfill?.catch(() => undefined);
    await backfill?.close();
    if (removed && isDeleted(this.RED, this.node)) await backfill?.forget();
  }

  /**
   * A copy with values alone: what can't be copied, or fails when it is looked at, is refused here and not in the middle
   * of a run that couldn't send anything.
   */
  #plain(message: NodeMessage): Command {
    try {
      return { ...this.RED.util.cloneMessage(message) };
    } catch {
      throw new EnedisError('inputInvalid', { property: 'msg' });
    }
  }

  async #obey(backfill: Backfill, message: Command, send: SendMessages): Promise<void> {
    const { payload } = message;
    const answer = this.#answer(message, send);
    switch (typeof payload === 'string' ? payload.trim().toLowerCase() : '') {
      case 'plan':
        return this.#sendPlan(await backfill.plan(this.#request(message)), message, send);
      case 'pause':
        return backfill.pause(answer);
      case 'resume':
        return backfill.resume(answer);
      case 'cancel':
        return backfill.cancel(answer);
      case 'status':
        return backfill.status(answer);
      default: {
        const request = this.#request(message);
        // Another backfill's last message may start this one: its place in a sequence isn't that of what is sent here.
        delete message.complete;
        delete message.parts;
        delete message.enedis;
        await backfill.begin(request, () => (this.#message = message), this.#answer(message, send));
      }
    }
  }

  /** Whoever asks is answered: with the message that asked, by the way it came. */
  #answer(message: NodeMessage, send: SendMessages): Answer {
    return (progress) => {
      send([null, this.with(message, { topic: this.#topic, payload: progress })]);
      this.#showProgress(progress);
    };
  }

  /** What the dialog says, unless the message says otherwise. */
  #request(message: Command): BackfillRequest {
    const { order, series, start, startType, end, endType } = this.#def;
    if (order !== undefined && order !== '' && order !== 'newest' && order !== 'oldest')
      throw new EnedisError('configProperty', { property: 'order' });
    return {
      start:
        message.start ?? typedDay(this.RED, { property: 'start', value: start, type: startType }, message),
      end: message.end ?? typedDay(this.RED, { property: 'end', value: end, type: endType }, message),
      series: message.series ?? series,
      order: order === 'oldest' ? 'oldest' : 'newest',
      force: message.force === true,
    };
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
      import('../../lib/backfill/commands.js'),
    ]);
    this.#topic = `enedis/${collector.settings.usagePointId}/backfill`;
    const backfill = new Backfill(collector, this.node.id, {
      deliver: (delivery) => this.#deliver(delivery),
      progress: (progress) => this.#answer(this.#message, (messages) => this.node.send(messages))(progress),
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

  #sendPlan(plan: Plan, message: NodeMessage, send: SendMessages): void {
    send([null, this.with(message, { topic: this.#topic, payload: plan })]);
    if (this.#last && isUnderWay(this.#last)) return;
    const { requests, endsAt } = plan;
    const time = moment(Date.parse(endsAt));
    this.#shown = '';
    this.show('grey', 'ring', this.say('status.planned', { count: requests, time }));
  }

  #showProgress(progress: Progress): void {
    this.#last = progress;
    const { state, percent, readings, resumesAt, total } = progress;
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

function isUnderWay({ state }: Progress): boolean {
  return state === 'running' || state === 'waiting' || state === 'paused';
}
