/**
 * The one gate every request goes through: is it allowed, and when? What was spent is kept on disk and written down
 * *before* a request leaves, so that no restart loop, redeploy or crash can spend more than a gateway allows.
 */
import type { Clock } from '../async/clock';
import { Lock } from '../async/lock';
import { EnedisError } from '../errors';
import type { GatewayRules } from '../gateways/definition';
import type { Storage } from '../storage/storage';
import { LedgerFile, type Account, type ClosedBy, type Ledger } from './ledger';
import type { MeterAccounts } from './meter-accounts';
import { Spending } from './spending';

export { isClosedBy, type ClosedBy } from './ledger';

/** Who asks: the daily collection and people (all of the allowance), or a backfill (all but the share kept for them). */
export type Lane = 'daily' | 'backfill';

/** Waiting longer than this is the planner's business, not something to hold a request open for. */
const PATIENCE = 30_000;
/** A window this long or longer keeps a share for the daily collection; shorter ones only set the pace. */
const HOUR = 3_600_000;

/** For one lane. A pace of seconds delays `next`, and takes nothing from `left`. */
export interface Forecast {
  /** Requests that may leave now. */
  left: number;
  /** Epoch ms at which the next one may leave; but for that pace not in the future where `left` is positive. */
  next: number;
}

/**
 * One for each account in a process, since it believes the ledger it has in memory. A request counts from when it is
 * noted, then from when it leaves, whatever becomes of it. Calls that read or write may reject with an EnedisError
 * ENEDIS_STORAGE.
 */
export class Budget {
  readonly #rules: GatewayRules;
  readonly #file: LedgerFile;
  readonly #clock: Clock;
  /** Requests are noted and leave one after the other: a slow disk would let go several at once. */
  readonly #door = new Lock();
  readonly #name: string;
  #spending: Promise<Spending> | undefined;
  /** Meters whose other accounts are still to be looked at. */
  readonly #joining = new Map<string, MeterAccounts>();
  readonly #join = new Lock();

  constructor(rules: GatewayRules, storage: Storage, account: Account, clock: Clock) {
    this.#rules = rules;
    this.#file = new LedgerFile(storage, account);
    this.#name = account.name;
    this.#clock = clock;
  }

  /** Before anything else is let out, what this meter has spent under other accounts lately is counted here as well. */
  join(meter: MeterAccounts): void {
    this.#joining.set(meter.name, meter);
  }

  /**
   * Takes one request out of the budget, waiting out the pace (seconds); it is to leave as soon as this resolves.
   * @throws EnedisError `quotaBudget` with `retryAt` when it would take longer; the signal's reason when aborted.
   */
  async take(lane: Lane, signal?: AbortSignal): Promise<void> {
    for (;;) {
      const wait = await this.#door.run(() => this.#takeNow(lane), signal);
      if (wait <= 0) return;
      await this.#clock.sleep(wait, signal);
    }
  }

  /** @returns how many ms are to be waited before the next try; 0 where it may leave. */
  async #takeNow(lane: Lane): Promise<number> {
    const spending = await this.#current();
    const now = this.#clock.now();
    const closed = spending.closed();
    const next = this.#nextAfter(spending.times(), closed, lane, now);
    if (next - now > PATIENCE) {
      throw closed
        ? new EnedisError(closed.reason, {}, closed.until)
        : new EnedisError('quotaBudget', {}, next);
    }
    if (next > now) return next - now;
    const leaves = spending.add();
    await this.#file.write(spending.toLedger());
    leaves();
    return 0;
  }

  /** The gateway said to stay away until then (throttled, quota reached, banned). */
  async close(until: number, reason: ClosedBy): Promise<void> {
    const spending = await this.#read();
    spending.close(until, reason);
    await this.#file.write(spending.toLedger());
  }

  /** What could be asked now, and when it goes on. */
  async forecast(lane: Lane): Promise<Forecast> {
    const spending = await this.#current();
    const now = this.#clock.now();
    const closed = spending.closed();
    const spent = spending.times();
    const left = this.#limits(lane).map(
      ({ requests, within }) => requests - spent.filter((at) => at > now - within).length,
    );
    return {
      left: closed ? 0 : Math.max(0, Math.min(...left)),
      next: this.#nextAfter(spent, closed, lane, now),
    };
  }

  /** Epoch ms at which the last of `requests` may leave, if nobody else asks meanwhile. */
  async lastOf(requests: number, lane: Lane): Promise<number> {
    const spending = await this.#current();
    const closed = spending.closed();
    // Told at each step of a backfill: what was spent is gone through once, not for each request.
    const spent = spending.times();
    let at = this.#clock.now();
    for (let left = requests; left > 0; left--) {
      at = Math.max(at, this.#nextAfter(spent, closed, lane, at));
      spent.push(at);
    }
    return at;
  }

  /** Reads the ledger afresh from here on: another process may have written it. */
  forget(): void {
    this.#spending = undefined;
  }

  #limits(lane: Lane): { requests: number; within: number }[] {
    const kept = lane === 'backfill' ? this.#rules.keptForDaily : 0;
    return this.#rules.allowances
      .filter(({ within }) => within >= HOUR)
      .map(({ requests, within }) => ({ requests: requests - kept, within }));
  }

  /** @param spent when each request counts as made, oldest first. */
  #nextAfter(spent: readonly number[], closed: Ledger['closed'], lane: Lane, now: number): number {
    const pace = this.#rules.allowances.filter(({ within }) => within < HOUR);
    const times = [...this.#limits(lane), ...pace].map(({ requests, within }) => {
      // With the last `requests` of them inside the window, the oldest of those has to leave it first.
      const blocking = spent.at(-requests);
      return spent.length < requests || blocking === undefined ? now : blocking + within;
    });
    const last = spent.at(-1);
    return Math.max(closed?.until ?? 0, last === undefined ? 0 : last + this.#rules.spacing, ...times);
  }

  /** What was spent, on disk as it is counted now: the next process has nothing else to go by. */
  async #current(): Promise<Spending> {
    const spending = await this.#read();
    await this.#join.run(() => this.#includeOthers(spending));
    if (spending.isOutdated()) await this.#file.write(spending.toLedger());
    return spending;
  }

  async #includeOthers(spending: Spending): Promise<void> {
    for (const [name, meter] of this.#joining) {
      const others = await meter.others(this.#name, this.#allSpent());
      for (const other of others) spending.include(other);
      if (others.length > 0) await this.#file.write(spending.toLedger());
      await meter.note(this.#name);
      // Not before: a disk that fails now may work at the next try.
      this.#joining.delete(name);
    }
  }

  #read(): Promise<Spending> {
    const { allowances } = this.#rules;
    const longest = Math.max(...allowances.map(({ within }) => within));
    const spending = (this.#spending ??= this.#file
      .read(this.#allSpent())
      .then((ledger) => new Spending(ledger, longest, this.#clock)));
    // A disk that fails now may work at the next try.
    spending.catch(() => {
      if (this.#spending === spending) this.#spending = undefined;
    });
    return spending;
  }

  /** Where a ledger can't be read any more, all may have been spent a moment ago, and so it counts. */
  #allSpent(): Ledger {
    const most = Math.max(...this.#rules.allowances.map(({ requests }) => requests));
    return { spent: Array<number>(most).fill(this.#clock.now()) };
  }
}
