/**
 * Who holds a data folder, and whether that process still runs. A process number alone says little: it is 1 in every
 * container, and numbers come again. So it counts only where machine, start of the system and process namespace are the
 * same, together with the start of that process.
 */
import { randomUUID } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** Who holds the folder, as far as a system lets one know. */
export interface Holder {
  /** Drawn by each process. */
  id: string;
  host: string;
  /** Changes with every start of the system, and with every container. Linux only. */
  boot?: string;
  namespace?: string;
  pid: number;
  /** When the process started, by the system's own count. Linux only. */
  started?: string;
}

const OWN_ID = randomUUID();

/** Whether the holder described by `text` runs; undefined where that can't be known from here. */
export function isRunning(text: string, here: Holder): boolean | undefined {
  const there = holderOf(text);
  if (there?.host !== here.host) return undefined;
  if (there.boot !== here.boot || there.namespace !== here.namespace) return undefined;
  if (!exists(there.pid)) return false;
  const started = startOf(there.pid);
  // The number is in use: by the holder or, where the system doesn't say since when, perhaps by somebody else.
  return started === undefined || there.started === undefined ? undefined : started === there.started;
}

function holderOf(text: string): Omit<Holder, 'id'> | undefined {
  try {
    const { host, boot, namespace, pid, started } = JSON.parse(text) as Record<string, unknown>;
    if (typeof host !== 'string' || typeof pid !== 'number' || !Number.isInteger(pid) || pid <= 0)
      return undefined;
    return {
      host,
      pid,
      ...(typeof boot === 'string' ? { boot } : {}),
      ...(typeof namespace === 'string' ? { namespace } : {}),
      ...(typeof started === 'string' ? { started } : {}),
    };
  } catch {
    // Half-written, or nothing of ours.
    return undefined;
  }
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Not permitted: it is there, and somebody else's.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** This process, as another one may have to recognise it. */
export function thisProcess(): Holder {
  const boot = attempt(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim());
  const namespace = attempt(() => readlinkSync('/proc/self/ns/pid'));
  const started = startOf(process.pid);
  return {
    id: OWN_ID,
    host: hostname(),
    pid: process.pid,
    ...(boot === undefined ? {} : { boot }),
    ...(namespace === undefined ? {} : { namespace }),
    ...(started === undefined ? {} : { started }),
  };
}

/** Field 22 of proc(5)'s stat: clock ticks from the start of the system. The name before may hold anything. */
function startOf(pid: number): string | undefined {
  return attempt(() => readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\)/s, '').trim().split(' ')[19]);
}

function attempt<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch {
    return undefined;
  }
}
