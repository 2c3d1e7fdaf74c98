/**
 * The regulated prices, once for all tariffs: those that ship with the package, and over them what the CRE's files have
 * said since. Asked for at most once a day, kept on disk, good without a network for ever.
 */
import { isAhead, type Clock } from '../../async/clock';
import { once } from '../../async/once';
import { asEnedisError, type EnedisError } from '../../errors';
import type { Send } from '../../http/http';
import type { Realm, Storage } from '../../storage/storage';
import { textOf } from '../answer';
import { OFFERS } from '../offers/index';
import type { OfferKind } from '../terms';
import { CRE_FILES, isPlausible, readCreFile } from './cre';
import {
  shippedPrices,
  versionsAt,
  type PublishedPrice,
  type PublishedVersion,
  type RegulatedOffer,
} from './published';

/** The CRE's folder; another one stands for it in tests. */
const CRE_ADDRESS = 'https://www.cre.fr/fileadmin/Documents/Open_data/Marches_de_detail/';

const DAY = 86_400_000;

/** What is kept of one option's file. Instants in epoch ms, of the last request and of the last good answer. */
interface Kept {
  askedAt: number;
  checkedAt: number | null;
  rows: PublishedPrice[];
}

type KeptFiles = Partial<Record<RegulatedOffer, Kept>>;

/** What the prices need of the house. */
export interface OfficialPricesOptions {
  storage: Pick<Storage, 'read' | 'write'>;
  realm: Realm;
  send: Send;
  clock: Pick<Clock, 'now'>;
  /** With a final slash; null: nobody is asked. */
  address?: string | null;
}

/** What asking anew came to. */
export interface Renewal {
  /** Options of which something is new. */
  changed: RegulatedOffer[];
  /** The first thing that went wrong; it is tried again tomorrow. */
  problem: EnedisError | null;
}

/** Answers at once what is known; `load` comes first. */
export class OfficialPrices {
  readonly #options: OfficialPricesOptions;
  readonly #file: string;
  #rows: readonly PublishedPrice[] = [];
  #kept: KeptFiles = {};
  #renewing: Promise<Renewal> | null = null;
  readonly #versions = new Map<string, PublishedVersion[]>();

  constructor(options: OfficialPricesOptions) {
    this.#options = options;
    this.#file = `tariffs/${options.realm}/prices.json`;
  }

  /** Reads what ships and what is kept, once. Rejects with `storageRead`; what ships counts all the same. */
  readonly load = once(() => this.#load());

  async #load(): Promise<void> {
    this.#show(await shippedPrices());
    this.#kept = (await this.#options.storage.read(this.#file, checkKept)) ?? {};
    this.#show(this.#rows);
  }

  /** Puts the rows that are kept over others: they are the regulator's own, and newer. */
  #show(others: readonly PublishedPrice[]): void {
    const rows = new Map(others.map((row) => [keyOf(row), row]));
    for (const file of Object.values(this.#kept)) for (const row of file.rows) rows.set(keyOf(row), row);
    this.#rows = [...rows.values()];
    this.#versions.clear();
  }

  /** Official versions of an offer at a power, the oldest first; those of the future among them. */
  versions(offer: OfferKind, power: number): readonly PublishedVersion[] {
    if (offer === 'custom') return [];
    const key = `${offer}/${power}`;
    let versions = this.#versions.get(key);
    if (!versions) {
      versions = versionsAt(this.#rows, offer, power);
      this.#versions.set(key, versions);
    }
    return versions;
  }

  /** When the CRE's file of an offer was last read, epoch ms; null: never, the prices are those that ship. */
  checkedAt(offer: OfferKind): number | null {
    return offer === 'custom' ? null : (this.#kept[offer]?.checkedAt ?? null);
  }

  /** When the first of these offers' files may be asked for again, epoch ms; null: there is nothing to ask for. */
  dueAt(offers: readonly OfferKind[]): number | null {
    const due = this.#askable(offers).map((offer) => {
      const kept = this.#kept[offer];
      return this.#isFresh(kept) ? kept!.askedAt + DAY : 0;
    });
    return due.length === 0 ? null : Math.min(...due);
  }

  /** Those of the offers that have a file, where one may be asked for. */
  #askable(offers: readonly OfferKind[]): RegulatedOffer[] {
    if (this.#options.address === null) return [];
    return (Object.keys(CRE_FILES) as RegulatedOffer[]).filter((offer) => offers.includes(offer));
  }

  /**
   * Asks the CRE for the files of these offers that weren't asked for within a day. What goes wrong is told, and nothing
   * that is known gets lost by it. Rejects only where the disk fails, or with the signal's reason.
   */
  renew(offers: readonly OfferKind[], signal?: AbortSignal): Promise<Renewal> {
    this.#renewing ??= this.#renew(offers, signal).finally(() => (this.#renewing = null));
    return this.#renewing;
  }

  async #renew(offers: readonly OfferKind[], signal?: AbortSignal): Promise<Renewal> {
    await this.load();
    const renewal: Renewal = { changed: [], problem: null };
    for (const offer of this.#askable(offers)) {
      const kept = this.#kept[offer];
      if (this.#isFresh(kept)) continue;
      try {
        if (await this.#ask(offer, CRE_FILES[offer]!, kept, signal)) renewal.changed.push(offer);
      } catch (error) {
        if (signal?.aborted) throw error;
        const problem = asEnedisError(error);
        if (problem.code === 'ENEDIS_STORAGE') throw problem;
        renewal.problem ??= problem;
      }
    }
    return renewal;
  }

  #isFresh(kept: Kept | undefined): boolean {
    return kept !== undefined && isAhead(kept.askedAt + DAY, this.#options.clock.now());
  }

  /** Whether something new came. That it was asked is on disk before the request leaves. */
  async #ask(
    offer: RegulatedOffer,
    file: string,
    kept: Kept = { askedAt: 0, checkedAt: null, rows: [] },
    signal?: AbortSignal,
  ): Promise<boolean> {
    const { send, clock, address } = this.#options;
    const asked = { ...kept, askedAt: clock.now() };
    await this.#keep({ ...this.#kept, [offer]: asked });
    const request = {
      method: 'GET',
      url: new URL(file, address ?? CRE_ADDRESS).href,
      headers: { Accept: 'text/csv' },
    } as const;
    const body = textOf(await send(request, signal));
    const rows = new Map(kept.rows.map((row) => [keyOf(row), row]));
    const before = JSON.stringify([...rows.values()]);
    for (const row of readCreFile(body, offer)) rows.set(keyOf(row), row);
    const all = [...rows.values()];
    await this.#keep({ ...this.#kept, [offer]: { ...asked, checkedAt: clock.now(), rows: all } });
    this.#show(this.#rows);
    return JSON.stringify(all) !== before;
  }

  async #keep(files: KeptFiles): Promise<void> {
    await this.#options.storage.write(this.#file, { files });
    this.#kept = files;
  }
}

function keyOf({ offer, power, from }: PublishedPrice): string {
  return `${offer}/${power}/${from}`;
}

/** Rows that can't be are left out. */
function checkKept(content: unknown): KeptFiles {
  const { files } = content as { files?: unknown };
  if (typeof files !== 'object' || files === null) throw new Error('not a file of prices');
  const kept: KeptFiles = {};
  for (const offer of Object.keys(OFFERS) as RegulatedOffer[]) {
    const file = (files as KeptFiles)[offer];
    if (!file) continue;
    const { askedAt, checkedAt, rows } = file;
    if (!Number.isFinite(askedAt) || !Array.isArray(rows)) throw new Error('not a file of prices');
    kept[offer] = {
      askedAt,
      checkedAt: Number.isFinite(checkedAt) ? checkedAt : null,
      rows: rows.filter((row) => row.offer === offer && isPlausible(row)),
    };
  }
  return kept;
}
