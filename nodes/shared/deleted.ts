/** Tells a node that was deleted from one that was only disabled, so that only the first throws away what it keeps on disk. */
import type { Node, NodeAPI } from 'node-red';

/**
 * Whether a node that is being closed is in the flows no more. Node-RED's own `removed` is also true where the node or
 * its tab is only disabled. While nodes are being closed, `eachNode` already gives the new flows.
 */
export function isDeleted(RED: NodeAPI, node: Node): boolean {
  let isThere = false;
  RED.nodes.eachNode(({ id }) => void (isThere ||= id === node.id));
  return !isThere;
}
