/** What a closing node must know before it throws away what it has kept for later. */
import type { Node, NodeAPI } from 'node-red';

/**
 * Whether the node is in the flows no more. Node-RED calls it removed, too, where it or its tab is only disabled; while
 * nodes are being closed, the flows are the new ones already.
 */
export function isDeleted(RED: NodeAPI, node: Node): boolean {
  let isThere = false;
  RED.nodes.eachNode(({ id }) => void (isThere ||= id === node.id));
  return !isThere;
}
