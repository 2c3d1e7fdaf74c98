/**
 * Says in the log what this package needs and doesn't find. Without Dashboard 2 its one node can't be placed anywhere,
 * without the readings' package there is nothing to wire to it; Node-RED itself only says which types are unknown.
 */
import type { NodeAPI } from 'node-red';
import { text } from '../../../nodes/shared/words';

const NEEDED = [
  { module: '@flowfuse/node-red-dashboard', key: 'log.noDashboard' },
  { module: 'node-red-contrib-enedis', key: 'log.noCore' },
] as const;

interface RuntimeEvent {
  id?: string;
}

/** Once, when all packages are loaded and flows are about to start. */
export function announceMissing(RED: NodeAPI): void {
  const onRuntimeEvent = (event: RuntimeEvent): void => {
    if (event.id !== 'runtime-state') return;
    RED.events.off('runtime-event', onRuntimeEvent);
    const installed = installedModules(RED);
    for (const { module, key } of installed ? NEEDED : []) {
      if (installed && !(module in installed)) RED.log.warn(text(RED, 'ui-enedis-linky', key, { module }));
    }
  };
  RED.events.on('runtime-event', onRuntimeEvent);
}

/** What Node-RED itself remembers of its packages; undefined where it remembers nothing (no user directory). */
function installedModules(RED: NodeAPI): object | undefined {
  const settings = RED.settings as { get?: (name: string) => unknown };
  try {
    const modules = settings.get?.('nodes');
    return typeof modules === 'object' && modules !== null ? modules : undefined;
  } catch {
    // The settings aren't there yet, or not at all: better silent than wrong.
    return undefined;
  }
}
