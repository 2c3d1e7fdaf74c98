/**
 * How saved nodes of earlier versions become today's, at both ends: the runtime starts from what was saved, the editor
 * shows and saves it. A step is data rather than code, so that both carry out the same ones (the editor gets them as a
 * setting of `enedis-config`). A node is saved with the `version` it was made by: 1 is the first, and each step leads to
 * the next.
 *
 * To rename a property: add a step here, write the new version and the new name in the node's .html, and the new name
 * in its .ts. Flows of any age go on working.
 */
import type { NodeType } from './node-type';

/** From one version of a node type to the next. */
export interface Step {
  /** Old name of a property → its new one. */
  rename: Record<string, string>;
}

/** By node type, oldest first: the first step leads from version 1 to 2. Empty: there was only one version so far. */
export const MIGRATIONS: Readonly<Record<NodeType, readonly Step[]>> = {
  'enedis-config': [],
  'enedis-tariff': [],
  'enedis-price': [],
  'enedis-fetch-yesterday': [],
  'enedis-backfill': [],
  'enedis-aggregate': [],
  'enedis-query': [],
  'ui-enedis-linky': [],
};

/**
 * A saved node as the current version has it; the node itself stays as it is. Saved before there were versions counts
 * as 1; what a later version saved is taken as it comes.
 */
export function migrated<T extends object>(
  type: NodeType,
  saved: T,
  migrations: Readonly<Record<string, readonly Step[]>> = MIGRATIONS,
): T {
  const node = { ...saved };
  bringUpToDate(node, migrations[type] ?? []);
  return node;
}

/** Does the same to the node itself. */
export function bringUpToDate(node: object, steps: readonly Step[]): void {
  const properties = node as Record<string, unknown>;
  const version = Number(properties.version) || 1;
  for (const { rename } of steps.slice(version - 1)) {
    for (const [from, to] of Object.entries(rename)) {
      // In the editor a property that a node was saved without is there, and undefined.
      if (properties[from] === undefined) continue;
      properties[to] = properties[from];
      delete properties[from];
    }
  }
  properties.version = Math.max(version, steps.length + 1);
}
