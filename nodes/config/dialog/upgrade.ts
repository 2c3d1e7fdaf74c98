/**
 * Brings saved nodes of earlier versions up to date as the editor loads them, all types of ours, by the steps that the
 * runtime goes through (nodes/shared/migrations.ts).
 */
import { bringUpToDate, type Step } from '../../shared/migrations';

type Migrations = Record<string, Step[]>;

/** To be called once, when the editor loads the page of the meter's node. */
export function upgradeSavedNodes(): void {
  const migrations = (RED.settings.enedisConfigMigrations ?? {}) as Migrations;
  /** The editor drops properties it doesn't know, before anybody could rename them. */
  const keepOldNames = (type: string): void => {
    const definition = RED.nodes.getType(type);
    if (!definition) return;
    for (const { rename } of migrations[type] ?? []) {
      for (const from of Object.keys(rename)) definition.defaults[from] ??= { value: undefined };
    }
  };
  RED.events.on('registry:node-type-added', keepOldNames);
  Object.keys(migrations).forEach(keepOldNames);
  RED.events.on('nodes:add', (node) => {
    const steps = migrations[node.type];
    if (steps) bringUpToDate(node, steps);
  });
}
