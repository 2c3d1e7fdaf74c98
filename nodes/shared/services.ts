/** What all nodes of one Node-RED share: the clock and the data folder. Tests bring a clock and a transport of their own. */
import type { Send } from '../../lib/http/http';
import { join } from 'node:path';
import type { NodeAPI } from 'node-red';
import { systemClock, type Clock } from '../../lib/async/clock';
import type { Home } from '../../lib/meter/home';
import { sourcesOf } from './sources';
import { text } from './words';

/** What of the outside a test may replace; the data folder is Node-RED's. */
export interface Services {
  clock: Clock;
  /** In [0, 1). */
  random: () => number;
  /** Undefined: axios. */
  http?: Send;
}

const real: Services = { clock: systemClock, random: Math.random };
let services = real;
const homes = new Map<string | undefined, Promise<Home>>();

/** Told whether another process works in the data folder, and this one waits for it. */
type FolderListener = (isWaiting: boolean) => void;
const folderListeners = new Set<FolderListener>();
let folderIsWaitedFor = false;

/** Tells from now on, and at once where it is so, that the data folder is waited for. Returns what ends it. */
export function onFolderWaiting(listener: FolderListener): () => void {
  folderListeners.add(listener);
  if (folderIsWaitedFor) listener(true);
  return () => void folderListeners.delete(listener);
}

/** Replaces the services, for tests; without an argument the real ones are back. Homes made before are forgotten. */
export function useServices(replacement: Services = real): void {
  services = replacement;
  homes.clear();
  folderIsWaitedFor = false;
}

/** The clock in force; ask each time, for a test may have replaced it. */
export function clock(): Clock {
  return services.clock;
}

/** A number in [0, 1) by the randomness in force. */
export function random(): number {
  return services.random();
}

/** The data folder; undefined where Node-RED is embedded without a user directory. */
export function folderOf(RED: NodeAPI): string | undefined {
  const { userDir } = RED.settings;
  return userDir === undefined ? undefined : join(userDir, 'enedis');
}

/** The one Home of this Node-RED; its code is loaded with the first node that needs it, not when Node-RED starts. */
export function homeOf(RED: NodeAPI): Promise<Home> {
  const dir = folderOf(RED);
  let home = homes.get(dir);
  if (!home) {
    home = openHome(RED, dir);
    homes.set(dir, home);
  }
  return home;
}

async function openHome(RED: NodeAPI, dir: string | undefined): Promise<Home> {
  const { Home } = await import('../../lib/meter/home.js');
  if (dir === undefined) RED.log.warn(text(RED, 'enedis-config', 'log.memoryOnly'));
  return new Home({
    ...services,
    dir,
    sources: sourcesOf(RED),
    onWaiting: (isWaiting) => {
      folderIsWaitedFor = isWaiting;
      RED.log.info(text(RED, 'enedis-config', isWaiting ? 'log.folderInUse' : 'log.folderFree'));
      for (const listener of folderListeners) listener(isWaiting);
    },
    onSetAside: (file, aside, room) => {
      const isLedger = room === 'budgets' || file.startsWith('budget-');
      const words = isLedger ? 'log.ledgerSetAside' : 'log.setAside';
      RED.log.warn(text(RED, 'enedis-config', words, { file, aside }));
    },
  });
}
