/** The meters of this Node-RED that run, and which of them use a tariff: whose prices it needs follows from them. */
import type { NodeAPI } from 'node-red';
import { realmOf } from '../../lib/gateways';
import type { CollectorSettings } from '../../lib/meter/collector';
import type { Direction } from '../../lib/readings/reading';
import type { Realm } from '../../lib/storage/storage';
import type { EnedisConfigNode } from './config-node';

/** A meter that runs, and its settings. */
export interface RunningMeter {
  node: EnedisConfigNode;
  settings: CollectorSettings;
}

const DIRECTIONS: readonly Direction[] = ['consumption', 'production'];

/** All meters that run; one whose settings are wrong is left out. */
export function runningMeters(RED: NodeAPI): RunningMeter[] {
  const found: RunningMeter[] = [];
  RED.nodes.eachNode(({ id, type }) => {
    // Null where it is disabled.
    const node = type === 'enedis-config' ? RED.nodes.getNode(id) : null;
    if (!node) return;
    const meter = node as EnedisConfigNode;
    try {
      found.push({ node: meter, settings: meter.settings() });
    } catch {
      // The meter's own nodes say what is wrong with it.
    }
  });
  return found;
}

/** The meters that use a tariff for one of their directions. */
export function metersOn(RED: NodeAPI, tariff: string): RunningMeter[] {
  return runningMeters(RED).filter(({ node }) => {
    return DIRECTIONS.some((direction) => node.tariffOf(direction)?.id === tariff);
  });
}

/**
 * Whose prices and days a tariff needs: those of its meters' realms. One that no meter names may be used by any that
 * there are; without meters it is a real one.
 */
export function realmsOf(RED: NodeAPI, tariff: string): Set<Realm> {
  const own = metersOn(RED, tariff);
  const meters = own.length > 0 ? own : runningMeters(RED);
  const realms = meters.map(({ settings }) => realmOf(settings.gateway));
  return new Set(realms.length > 0 ? realms : ['real']);
}

/** The one of these realms that counts where only one can: a real meter's before a simulated one's. */
export function realmOfTariff(RED: NodeAPI, tariff: string): Realm {
  const realms = realmsOf(RED, tariff);
  return realms.has('real') ? 'real' : [...realms][0]!;
}
