/**
 * What all nodes of one Node-RED share: one owner for each meter's archive and one budget for each gateway account, so
 * that two nodes on one meter neither ask twice nor spend separately.
 */
import { createHash } from 'node:crypto';
import { MeterArchive } from '../archive/archive';
import type { Clock } from '../async/clock';
import { Lock } from '../async/lock';
import { Budget } from '../budget/budget';
import { MeterAccounts } from '../budget/meter-accounts';
import { baseUrlOf, gatewayOf, realmOf } from '../gateways';
import { simulatedSites } from '../gateways/demo/sites';
import type { GatewayRules } from '../gateways/definition';
import type { GatewaySettings } from '../gateways/gateway';
import { createHttp, type Send } from '../http/http';
import { DaySums } from '../query/day-sums';
import { StatisticNames } from '../query/statistic-names';
import { FileStorage } from '../storage/files';
import type { Holder } from '../storage/holder';
import { Lease, type LeaseEvents } from '../storage/lease';
import { removeHalfWritten } from '../storage/places';
import type { OnSetAside, Realm, Storage } from '../storage/storage';
import type { SourceAddresses } from '../tariffs/days/asking';
import { TariffData } from '../tariffs/tariff-data';

/** Addresses of those who publish for everybody, with a final slash; null: nobody is asked; undefined: the usual one. */
export interface Sources extends SourceAddresses {
  /** The energy regulator's files of the regulated prices. */
  cre?: string | null;
}

/** What of the outside differs between one Node-RED, another and a test. */
export interface HomeOptions {
  /** Where the archive and the ledgers are kept (absolute); undefined keeps them in memory. */
  dir: string | undefined;
  clock: Clock;
  /** In [0, 1). */
  random: () => number;
  onSetAside: OnSetAside;
  /** Carries requests to the outside; axios unless a test brings its own. */
  http?: Send;
  /** Where others than gateways are asked. */
  sources?: Sources;
  /** Told when another process works in the folder and this one waits for it (true), and when that is over. */
  onWaiting?: (isWaiting: boolean) => void;
  /** Who works in the folder: this process, unless a test plays another one. */
  holder?: Holder;
}

/** A meter's archive, its days added up, and the lock that lets one collection at a time work on it. */
export interface Meter {
  archive: MeterArchive;
  daySums: DaySums;
  lock: Lock;
}

/** One for each data folder in a process. When another process takes the folder, archives and ledgers are read afresh. */
export class Home {
  readonly clock: Clock;
  readonly random: () => number;
  readonly http: Send;
  /** By it gateways share what they learn. */
  readonly gatewayMemory: object = {};
  /** False where readings are lost with the process. */
  readonly onDisk: boolean;
  /** Of meters and budgets, and of what nodes remember. */
  readonly storage: Storage;
  readonly statisticNames: StatisticNames;
  readonly #lease: Lease | undefined;
  readonly #meters = new Map<string, Meter>();
  readonly #budgets = new Map<string, Budget>();
  readonly #tariffData = new Map<Realm, TariffData>();
  readonly #sources: Sources;

  constructor({ dir, clock, random, onSetAside, http, holder, onWaiting, sources = {} }: HomeOptions) {
    this.clock = clock;
    this.random = random;
    this.http = http ?? createHttp();
    this.#sources = sources;
    this.onDisk = dir !== undefined;
    if (dir !== undefined) this.#lease = new Lease(dir, this.#events(dir, onWaiting), clock, holder);
    this.storage = new FileStorage(dir, onSetAside, this.#lease);
    this.statisticNames = new StatisticNames(this.storage);
  }

  #events(dir: string, onWaiting: HomeOptions['onWaiting']): LeaseEvents {
    return {
      taken: () => removeHalfWritten(dir),
      lost: () => this.#readAfresh(),
      waiting: (isWaiting) => onWaiting?.(isWaiting),
    };
  }

  /** Whoever waits for the folder is refused with `storageInUse`: to be called by a node that closes. */
  stopWaiting(): void {
    this.#lease?.stopWaiting();
  }

  /**
   * For those who can't wait.
   * @throws EnedisError `storageInUse` where another process works in the folder.
   */
  async refuseWhileInUse(): Promise<void> {
    await this.#lease?.refuseWhileInUse();
  }

  #readAfresh(): void {
    for (const { archive } of this.#meters.values()) archive.forget();
    for (const budget of this.#budgets.values()) budget.forget();
  }

  /** The one of this usage point and realm. */
  meter(usagePointId: string, gateway: GatewaySettings): Meter {
    const realm = realmOf(gateway);
    const id = `${realm}/${usagePointId}`;
    let meter = this.#meters.get(id);
    if (!meter) {
      const archive = new MeterArchive(this.storage, realm, usagePointId);
      meter = { archive, daySums: new DaySums(archive), lock: new Lock() };
      this.#meters.set(id, meter);
    }
    return meter;
  }

  /** Official prices, days and rates, which all tariffs of a realm share. */
  tariffData(realm: Realm): TariffData {
    let data = this.#tariffData.get(realm);
    if (!data) {
      const isDemo = realm === 'demo';
      const { cre, ...sources } = isDemo ? silenced(this.#sources) : this.#sources;
      data = new TariffData({
        storage: this.storage,
        realm,
        send: isDemo ? simulatedSites(() => this.clock.now()) : this.http,
        clock: this.clock,
        ...(cre === undefined ? {} : { address: cre }),
        sources,
        // What is published is the same for Enedis' fictional meters, and asked for once.
        ...(realm === 'sandbox' ? { published: this.tariffData('real') } : {}),
      });
      this.#tariffData.set(realm, data);
    }
    return data;
  }

  /**
   * The one of this gateway account; null for a gateway without rules: nobody is asked anything.
   * @param usagePointId the meter that is to be asked for, where it is known.
   */
  budget(gateway: GatewaySettings, usagePointId?: string): Budget | null {
    const { rules } = gatewayOf(gateway.kind);
    if (rules === null) return null;
    const account = { realm: realmOf(gateway), name: accountName(gateway, rules.countedBy) };
    const id = `${account.realm}/${account.name}`;
    let budget = this.#budgets.get(id);
    if (!budget) {
      budget = new Budget(rules, this.storage, account, this.clock);
      this.#budgets.set(id, budget);
    }
    if (rules.countedBy === 'account' && usagePointId !== undefined) {
      const name = `${accountName(gateway, 'address')}-meter-${fingerprint([usagePointId]).slice(0, 8)}`;
      budget.join(new MeterAccounts(this.storage, account.realm, name));
    }
    return budget;
  }
}

/** Simulated sites have no address of their own; whoever is to ask nobody doesn't ask them either. */
function silenced(sources: Sources): Sources {
  return Object.fromEntries(Object.entries(sources).filter(([, address]) => address === null));
}

/** Tells one account from another without revealing a secret. */
function accountName(gateway: GatewaySettings, countedBy: GatewayRules['countedBy']): string {
  const host = new URL(baseUrlOf(gateway)).host.replace(/[^a-z0-9.-]/gi, '_');
  if (countedBy === 'address') return `${gateway.kind}-${host}`;
  const { token = '', clientId = '' } = gateway;
  return `${gateway.kind}-${host}-${fingerprint([token, clientId]).slice(0, 8)}`;
}

/** Tells one set of values from another without revealing any. */
export function fingerprint(values: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(values)).digest('hex').slice(0, 16);
}
