/**
 * What the nodes on a flow have in common: their meter, the messages they send, the status under the node, and how errors
 * reach the flow or the log.
 */
import type { Problem } from '../../lib/readings/reading';
import type { Node, NodeAPI, NodeMessage, NodeStatusFill, NodeStatusShape } from 'node-red';
import { asEnedisError } from '../../lib/errors';
import type { FigureId } from '../../lib/figures/aggregate';
import type { FlowError } from '../../lib/messages';
import { isoParis, parisDate } from '../../lib/readings/paris';
import { seriesKey } from '../../lib/readings/series-id';
import type { EnedisConfigNode } from './config-node';
import { flowError } from './failure';
import { clock, onFolderWaiting } from './services';
import type { NodeType } from './node-type';
import { hasText, text } from './words';

/** The part of a flow node that is ours: it has Node-RED's node rather than being one. */
export class FlowNode {
  protected readonly RED: NodeAPI;
  protected readonly node: Node;
  readonly #type: NodeType;
  readonly #configId: string;
  /** The last error that no message waited for: the same once more shows in the status only. */
  #complaint = '';
  /** The status as it is while nobody waits for the data folder. */
  #status: Parameters<Node['status']>[0] = {};
  #waitsForFolder = false;

  constructor(RED: NodeAPI, node: Node, type: NodeType, configId: string | undefined) {
    this.RED = RED;
    this.node = node;
    this.#type = type;
    this.#configId = configId ?? '';
  }

  /** The meter's node; looked up each time, for a deploy may have replaced it. Null where it is missing or disabled. */
  protected config(): EnedisConfigNode | null {
    return this.RED.nodes.getNode(this.#configId) as EnedisConfigNode | null;
  }

  /** The incoming message with our properties, a copy for each that is sent. */
  protected with(message: NodeMessage, properties: Record<string, unknown>): NodeMessage {
    return Object.assign(this.RED.util.cloneMessage(message), properties);
  }

  /**
   * The incoming message with readings of one series in it, their topic and their description.
   * @param payload readings, or what was made of them
   * @param enedis the description, for `msg.enedis`
   */
  protected withReadings(
    message: NodeMessage,
    payload: readonly unknown[],
    enedis: FigureId,
    more: Record<string, unknown> = {},
  ): NodeMessage {
    const meter = this.meterName();
    const described = meter === undefined ? enedis : { ...enedis, meter };
    return this.with(message, { topic: `enedis/${seriesKey(enedis)}`, payload, enedis: described, ...more });
  }

  /** The name that the meter was given; undefined where it has none. */
  protected meterName(): string | undefined {
    const name = this.config()?.name?.trim() ?? '';
    return name === '' ? undefined : name;
  }

  /**
   * Tells Node-RED how a message ended; never rejects. Node-RED reads the message in `done` and throws where it isn't an
   * ordinary object; from a promise that would end the whole process. The error is then told without the message.
   * @param work rejects with the error the flow is to receive.
   */
  async end(work: Promise<void>, done: (error?: Error) => void): Promise<void> {
    let failure: Error | undefined;
    await work.catch((error: Error) => (failure = error));
    try {
      if (failure) done(failure);
      else done();
    } catch (error) {
      this.node.error(failure ?? this.fail(error), {});
    }
  }

  /** Makes the error that a flow is to receive of whatever was thrown, and shows it in the status. */
  protected fail(cause: unknown): FlowError {
    const error = flowError(this.RED, cause);
    this.showFailure(statusOf(cause));
    return error;
  }

  /** Tells Catch nodes, or the log, of a failure that no message waits for; the same one only once in a row. */
  protected complain(cause: unknown): void {
    const error = this.fail(cause);
    if (this.#complaint !== error.message) this.node.error(error, {});
    this.#complaint = error.message;
  }

  /** Notes that it went well: the next failure is told even if it is the last one again. */
  protected content(): void {
    this.#complaint = '';
  }

  /** Warns in the log that values of a gateway's answer were left out, naming the first. */
  protected warnOf(problems: readonly Problem[]): void {
    const [first] = problems;
    if (!first) return;
    const { field, found } = first;
    this.node.warn(this.common('log.problems', { count: problems.length, field, found }));
  }

  /** Shows a failure in the status, in a few words: those of `statusOf`. */
  protected showFailure(words: string): void {
    this.show('red', 'ring', this.common(`status.${words}`));
  }

  /** Sets the status; while all is well it also says that the meter's token is about to end. */
  protected show(fill: NodeStatusFill, shape: NodeStatusShape, label: string): void {
    const isWell = fill === 'green' || fill === 'grey';
    const days = isWell ? this.config()?.tokenEndsIn() : undefined;
    this.#status =
      days === undefined
        ? { fill, shape, text: label }
        : { fill: 'yellow', shape, text: this.common('status.tokenEnds', { label, days }) };
    if (!this.#waitsForFolder) this.node.status(this.#status);
  }

  /** Shows, until the node closes, when another Node-RED works in the data folder: that is no failure, it is waited for. */
  protected followFolder(): void {
    const end = onFolderWaiting((isWaiting) => {
      this.#waitsForFolder = isWaiting;
      const waiting = { fill: 'yellow', shape: 'ring', text: this.common('status.storageInUse') } as const;
      this.node.status(isWaiting ? waiting : this.#status);
    });
    this.node.on('close', end);
  }

  /** A text of the node's own catalogue. */
  protected say(key: string, params?: Record<string, string | number>): string {
    return text(this.RED, this.#type, key, params);
  }

  /** A text that the nodes share: those are kept with the meter, which they have in common. */
  protected common(key: string, params?: Record<string, string | number>): string {
    return text(this.RED, 'enedis-config', key, params);
  }
}

/** Which words say a failure in the status: its reason's own where there are any, else its code's. */
export function statusOf(cause: unknown): string {
  const { reason, code } = asEnedisError(cause);
  return hasText('enedis-config', `status.${reason}`) ? reason : code;
}

/** An instant (epoch ms) as `HH:mm`, Paris. */
export function timeOfDay(instant: number): string {
  return isoParis(instant).slice(11, 16);
}

/** An instant (epoch ms) as `HH:mm`, Paris, with the day and month where it isn't today. */
export function moment(instant: number): string {
  const iso = isoParis(instant);
  const isToday = parisDate(instant) === parisDate(clock().now());
  return isToday ? timeOfDay(instant) : `${iso.slice(8, 10)}/${iso.slice(5, 7)} ${timeOfDay(instant)}`;
}
