/**
 * The one gate every request goes through: is it allowed, and when? What was spent is kept on disk and written down
 * *before* a request leaves, so that no restart loop, redeploy or crash can spend more than a gateway allows.
 */
import { isAhead, type Clock } from '../async/clock';
import { EnedisError } from '../errors';
import type { GatewayRules } from '../gateways/definition';
import type { Storage } from '../storage/storage';
import { LedgerFile, type Account, type ClosedBy, type Ledger } from './ledger';

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
 * let out, whatever becomes of it. Calls that read or write may reject with an EnedisError ENEDIS_STORAGE.
 */
export class Budget {
  readonly #rules: GatewayRules;
  readonly #file: LedgerFile;
  readonly #clock: Clock;
  #ledger: Promise<Ledger> | undefined;
  /** For requests that the ledger has in the future, what the clock said when that was noticed. */
  readonly #noticed = new Map<number, number>();

  constructor(rules: GatewayRules, storage: Storage, account: Account, clock: Clock) {
    this.#rules = rules;
    this.#file = new LedgerFile(storage, account);
    this.#clock = clock;
  }

  /**
   * Takes one request out of the budget, waiting out the pace (seconds).
   * @throws EnedisError `quotaBudget` with `retryAt` when it would take longer; the signal's reason when aborted.
   */
  async take(lane: Lane, signal?: AbortSignal): Promise<void> {
    const ledger = await this.#read();
    for (;;) {
      signal?.throwIfAborted();
      const now = this.#clock.now();
      const next = this.#nextAllowed(ledger, lane, now);
      if (next <= now) break;
      if (next - now > PATIENCE) throw this.#refusal(ledger, next, now);
      await this.#clock.sleep(next - now, signal);
    }
    ledger.spent.push(this.#clock.now());
    await this.#file.write(ledger);
  }

  /** The gateway said to stay away until then (throttled, quota reached, banned). */
  async close(until: number, reason: ClosedBy): Promise<void> {
    const ledger = await this.#read();
    // Answers to requests that crossed may ask for less; the longest holds.
    if (ledger.closed && ledger.closed.until > until && isAhead(ledger.closed.until, this.#clock.now()))
      return;
    ledger.closed = { until, reason };
    await this.#file.write(ledger);
  }

  /** What could be asked now, and when it goes on. */
  async forecast(lane: Lane): Promise<Forecast> {
    const ledger = await this.#read();
    const now = this.#clock.now();
    const closed = (ledger.closed?.until ?? 0) > now;
    const spent = this.#spent(ledger, now);
    const left = this.#limits(lane).map(
      ({ requests, within }) => requests - spent.filter((at) => at > now - within).length,
    );
    return { left: closed ? 0 : Math.max(0, Math.min(...left)), next: this.#nextAllowed(ledger, lane, now) };
  }

  /** Epoch ms at which the last of `requests` may leave, if nobody else asks meanwhile. */
  async lastOf(requests: number, lane: Lane): Promise<number> {
    const now = this.#clock.now();
    const ledger = await this.#read();
    // Told at each step of a backfill: the ledger is gone through once, not for each request.
    const spent = this.#spent(ledger, now);
    let at = now;
    for (let left = requests; left > 0; left--) {
      at = Math.max(at, this.#nextAfter(spent, ledger.closed, lane, at));
      spent.push(at);
    }
    return at;
  }

  /** Reads the ledger afresh from here on: another process may have written it. */
  forget(): void {
    this.#ledger = undefined;
  }

  #refusal(ledger: Ledger, next: number, now: number): EnedisError {
    const { closed } = ledger;
    if (closed && closed.until > now) return new EnedisError(closed.reason, {}, closed.until);
    return new EnedisError('quotaBudget', {}, next);
  }

  #limits(lane: Lane): { requests: number; within: number }[] {
    const kept = lane === 'backfill' ? this.#rules.keptForDaily : 0;
    return this.#rules.allowances
      .filter(({ within }) => within >= HOUR)
      .map(({ requests, within }) => ({ requests: requests - kept, within }));
  }

  #nextAllowed(ledger: Ledger, lane: Lane, now: number): number {
    const spent = this.#spent(ledger, now);
    // Read after #spent, which ends what has had its time.
    return this.#nextAfter(spent, ledger.closed, lane, now);
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

  /**
   * When each request counts as made, oldest first; drops what no window counts any more. A clock that was ahead and is
   * set back must neither free nor block anything: a request in the future counts from when that was noticed. Its own
   * time is kept, because it may be the clock of now that is wrong: a machine without one starts in 1970.
   */
  #spent(ledger: Ledger, now: number): number[] {
    const longest = Math.max(...this.#rules.allowances.map(({ within }) => within));
    ledger.spent = ledger.spent.filter((at) => this.#countsFrom(at, now) > now - longest);
    if (ledger.closed && !isAhead(ledger.closed.until, now)) delete ledger.closed;
    return ledger.spent.map((at) => this.#countsFrom(at, now)).sort((a, b) => a - b);
  }

  #countsFrom(at: number, now: number): number {
    if (at <= now) return at;
    const noticed = Math.min(now, this.#noticed.get(at) ?? now);
    this.#noticed.set(at, noticed);
    return noticed;
  }

  #read(): Promise<Ledger> {
    const ledger = (this.#ledger ??= this.#file.read(this.#allSpent()));
    // A disk that fails now may work at the next try.
    ledger.catch(() => {
      if (this.#ledger === ledger) this.#ledger = undefined;
    });
    return ledger;
  }

  /** Where a ledger can't be read any more, all may have been spent a moment ago, and so it counts. */
  #allSpent(): Ledger {
    const most = Math.max(...this.#rules.allowances.map(({ requests }) => requests));
    return { spent: Array<number>(most).fill(this.#clock.now()) };
  }
}
