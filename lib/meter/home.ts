/**
 * What all nodes of one Node-RED share: one owner for each meter's archive and one budget for each gateway account, so
 * that two nodes on one meter neither ask twice nor spend separately.
 */
import { createHash } from 'node:crypto';
import { MeterArchive } from '../archive/archive';
import { Budget } from '../budget/budget';
import type { Clock } from '../async/clock';
import { JsonFolder, removeHalfWritten, type OnSetAside } from '../storage/files';
import { baseUrlOf, gatewayOf, realmOf } from '../gateways';
import type { GatewaySettings } from '../gateways/gateway';
import { createHttp, type Send } from '../http/http';
import { Lease, type Holder, type LeaseEvents } from '../storage/lease';
import { Lock } from '../async/lock';

/** What of the outside differs between one Node-RED, another and a test. */
export interface HomeOptions {
  /** Where the archive and the ledgers live (absolute); undefined keeps them in memory. */
  dir: string | undefined;
  clock: Clock;
  /** In [0, 1). */
  random: () => number;
  onSetAside: OnSetAside;
  /** Carries requests to the outside; axios unless a test brings its own. */
  http?: Send;
  /** Who works in the folder: this process, unless a test plays another one. */
  holder?: Holder;
}

/** A meter's archive, and the lock that lets one collection at a time work on it. */
export interface Meter {
  archive: MeterArchive;
  lock: Lock;
}

/**
 * One for each data folder in a process. When another process takes the folder, archives and ledgers are read afresh.
 */
export class Home {
  readonly clock: Clock;
  readonly random: () => number;
  readonly http: Send;
  /** By it gateways share what they learn. */
  readonly gatewayMemory: object = {};
  /** False where readings are lost with the process. */
  readonly onDisk: boolean;
  readonly #folder: JsonFolder;
  readonly #meters = new Map<string, Meter>();
  readonly #budgets = new Map<string, Budget>();

  constructor({ dir, clock, random, onSetAside, http, holder }: HomeOptions) {
    this.clock = clock;
    this.random = random;
    this.http = http ?? createHttp();
    this.onDisk = dir !== undefined;
    this.#folder = new JsonFolder(dir, onSetAside, dir === undefined ? undefined : this.#lease(dir, holder));
  }

  #lease(dir: string, holder: Holder | undefined): Lease {
    const events: LeaseEvents = {
      taken: () => removeHalfWritten(dir),
      lost: () => {
        for (const { archive } of this.#meters.values()) archive.forget();
        for (const budget of this.#budgets.values()) budget.forget();
      },
    };
    return new Lease(dir, events, holder);
  }

  meter(usagePointId: string, gateway: GatewaySettings): Meter {
    // Simulated readings must never mix with a real meter's.
    const realm = realmOf(gateway);
    const name = realm === 'real' ? usagePointId : `${realm}-${usagePointId}`;
    let meter = this.#meters.get(name);
    if (!meter) {
      meter = { archive: new MeterArchive(this.#folder, name), lock: new Lock() };
      this.#meters.set(name, meter);
    }
    return meter;
  }

  /** Null for a gateway that has no rules: nobody is asked anything. */
  budget(gateway: GatewaySettings): Budget | null {
    const { rules } = gatewayOf(gateway.kind);
    if (rules === null) return null;
    const { host } = new URL(baseUrlOf(gateway));
    const account =
      rules.countedBy === 'credentials'
        ? `-${fingerprint([gateway.token ?? '', gateway.clientId ?? '']).slice(0, 8)}`
        : '';
    const name = `${gateway.kind}-${host.replace(/[^a-z0-9.-]/gi, '_')}${account}`;
    let budget = this.#budgets.get(name);
    if (!budget) {
      budget = new Budget(rules, this.#folder, name, this.clock);
      this.#budgets.set(name, budget);
    }
    return budget;
  }
}

/** Tells one set of values from another without revealing any. */
export function fingerprint(values: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(values)).digest('hex').slice(0, 16);
}
