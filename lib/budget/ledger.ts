/**
 * What was spent of a budget, as it is kept: a document for each account. It replaces that of format 1 before the first
 * request leaves; where both are there, what either counts is counted.
 */
import { z } from 'zod';
import { instant } from '../storage/values';
import type { Realm, Storage } from '../storage/storage';

/** Why a gateway asks to be left alone. */
const CLOSED_BY = ['quotaGateway', 'quotaDay', 'banned'] as const;
/** One of these: what everybody who shares the budget is refused with until the gateway's time is over. */
export type ClosedBy = (typeof CLOSED_BY)[number];

/** False for `quotaBudget`, which is our own count: there is nobody to stay away from. */
export function isClosedBy(reason: string): reason is ClosedBy {
  return (CLOSED_BY as readonly string[]).includes(reason);
}

const ledger = z.strictObject({
  /** Epoch ms of each request in the longest window, oldest first. */
  spent: z.array(instant),
  /** The gateway itself said not before `until`. */
  closed: z.object({ until: instant, reason: z.enum(CLOSED_BY) }).optional(),
  /**
   * By which clock all that is: what it said when this was written, the start of the system, and how far (ms) that clock
   * was ahead of the time since.
   */
  clock: z.strictObject({ now: instant, start: z.string(), ahead: z.number() }).optional(),
});

/** See above. */
export type Ledger = z.infer<typeof ledger>;

/** Whose requests are counted together; `name` tells one account from another and holds no secret. */
export interface Account {
  realm: Realm;
  name: string;
}

const checkLedger = (content: unknown): Ledger => ledger.parse(content);
const checkLedger1 = (content: unknown): Ledger => {
  const { spent, closed } = ledger.extend({ version: z.literal(1).optional() }).parse(content);
  return closed ? { spent, closed } : { spent };
};

/** Reads and writes the ledger of one account. */
export class LedgerFile {
  readonly #storage: Storage;
  readonly #name: string;
  readonly #name1: string;

  constructor(storage: Storage, { realm, name }: Account) {
    this.#storage = storage;
    this.#name = `budgets/${realm}/${name}.json`;
    this.#name1 = `budget-${name}.json`;
  }

  /**
   * @param allSpent what counts where one can't be understood any more.
   * @throws EnedisError ENEDIS_STORAGE
   */
  async read(allSpent: Ledger): Promise<Ledger> {
    const kept = await this.#storage.read(this.#name, checkLedger, allSpent);
    const old = await this.#storage.read(this.#name1, checkLedger1, allSpent);
    if (!old) return kept ?? { spent: [] };
    const both = kept ? together(kept, old) : old;
    await this.write(both);
    await this.#storage.remove(this.#name1);
    return both;
  }

  /** @throws EnedisError ENEDIS_STORAGE */
  write(content: Ledger): Promise<void> {
    return this.#storage.write(this.#name, content);
  }
}

/** What both count is counted once; several requests of one instant are as many as one of them says. */
function together(a: Ledger, b: Ledger): Ledger {
  const spent = [...a.spent];
  for (const at of new Set(b.spent)) {
    const missing = countOf(at, b.spent) - countOf(at, a.spent);
    for (let count = 0; count < missing; count++) spent.push(at);
  }
  const closed = (a.closed?.until ?? 0) >= (b.closed?.until ?? 0) ? a.closed : b.closed;
  const { clock } = a;
  return {
    spent: spent.sort((one, other) => one - other),
    ...(closed ? { closed } : {}),
    ...(clock ? { clock } : {}),
  };
}

function countOf(instant: number, instants: readonly number[]): number {
  return instants.filter((each) => each === instant).length;
}
