/**
 * What the nodes on a flow have in common: their meter, the messages they make, and how they show and tell what goes
 * well or wrong.
 */
import type { Problem } from '../../lib/readings/reading';
import type { Node, NodeAPI, NodeMessage, NodeStatusFill, NodeStatusShape } from 'node-red';
import type { FlowError } from '../../lib/messages';
import { isoParis, parisDate } from '../../lib/readings/paris';
import { seriesKey, type SeriesId } from '../../lib/readings/series-id';
import type { EnedisConfigNode } from './config-node';
import { flowError } from './failure';
import { clock } from './services';
import { text, type NodeType } from './words';

/**
 * Holds Node-RED's node rather than being one. The meter's node is looked up each time: a deploy may have replaced it.
 */
export class FlowNode {
  protected readonly RED: NodeAPI;
  protected readonly node: Node;
  readonly #type: NodeType;
  readonly #configId: string;
  /** What was last complained of by itself: the same again is for the status, not for the log. */
  #complaint = '';

  constructor(RED: NodeAPI, node: Node, type: NodeType, configId: string | undefined) {
    this.RED = RED;
    this.node = node;
    this.#type = type;
    this.#configId = configId ?? '';
  }

  protected config(): EnedisConfigNode | null {
    return this.RED.nodes.getNode(this.#configId) as EnedisConfigNode | null;
  }

  /** The incoming message with our properties, a copy for each that is sent. */
  protected with(message: NodeMessage, properties: Record<string, unknown>): NodeMessage {
    return Object.assign(this.RED.util.cloneMessage(message), properties);
  }

  /** @param payload readings, or what was made of them */
  protected withReadings(
    message: NodeMessage,
    payload: readonly unknown[],
    enedis: SeriesId,
    more: Record<string, unknown> = {},
  ): NodeMessage {
    return this.with(message, { topic: `enedis/${seriesKey(enedis)}`, payload, enedis, ...more });
  }

  /**
   * Tells Node-RED how a message ended. It takes up the message itself then and stumbles over one that isn't as messages
   * are; out of a promise that would end the whole process. So the flow is told all the same, without that message.
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

  /** The error a flow is to receive; the status shows it as well. */
  protected fail(cause: unknown): FlowError {
    const error = flowError(this.RED, cause);
    this.showFailure(error.code);
    return error;
  }

  /** Nobody's message waits for an answer: a failure is told to Catch nodes, or to the log, when it is new. */
  protected complain(cause: unknown): void {
    const error = this.fail(cause);
    if (this.#complaint !== error.message) this.node.error(error, {});
    this.#complaint = error.message;
  }

  /** It goes well again: the next failure is new. */
  protected content(): void {
    this.#complaint = '';
  }

  /** Says in the log that something of an answer was left out. */
  protected warnOf(problems: readonly Problem[]): void {
    const [first] = problems;
    if (!first) return;
    const { field, found } = first;
    this.node.warn(this.#common('log.problems', { count: problems.length, field, found }));
  }

  protected showFailure(code: string): void {
    this.show('red', 'ring', this.#common(`errors.${code}`));
  }

  /** Where the meter's token is about to end, that is said beside whatever goes well. */
  protected show(fill: NodeStatusFill, shape: NodeStatusShape, label: string): void {
    const isWell = fill === 'green' || fill === 'grey';
    const days = isWell ? this.config()?.tokenEndsIn() : undefined;
    if (days === undefined) this.node.status({ fill, shape, text: label });
    else this.node.status({ fill: 'yellow', shape, text: this.#common('status.tokenEnds', { label, days }) });
  }

  protected say(key: string, params?: Record<string, string | number>): string {
    return text(this.RED, this.#type, key, params);
  }

  /** Words that all nodes share are kept once, with the first of them. */
  #common(key: string, params?: Record<string, string | number>): string {
    return text(this.RED, 'enedis-fetch-yesterday', key, params);
  }
}

/** `HH:mm`, Paris. */
export function timeOfDay(instant: number): string {
  return isoParis(instant).slice(11, 16);
}

/** The time of day, with the date where it isn't today's. */
export function moment(instant: number): string {
  const iso = isoParis(instant);
  const isToday = parisDate(instant) === parisDate(clock().now());
  return isToday ? timeOfDay(instant) : `${iso.slice(8, 10)}/${iso.slice(5, 7)} ${timeOfDay(instant)}`;
}
