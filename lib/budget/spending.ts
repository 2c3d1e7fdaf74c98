/**
 * What was spent of a budget, by two clocks. The one on the wall may be wrong and be put right at any time; the steady one
 * of the process can't, but knows nothing of the time before it. So each request counts from the later of what both say:
 * whatever the wall's clock does, nothing is free again before its real time is over. From one process to the next the time
 * since the system's start takes the place of the steady one, where the system tells it.
 */
import { isAhead, LONGEST_WAIT, type Clock } from '../async/clock';
import type { ClosedBy, Ledger } from './ledger';

/** A clock that is kept right by small steps isn't set. */
const STEP = 10_000;
/** One request may be kept with slightly different times. */
const SAME = 500;

/** One request: when it left (or was noted, as long as it hasn't), by each clock. */
interface Departure {
  /** Epoch ms, as it is kept. */
  at: number;
  /** Ms by the steady clock. */
  steady: number;
}

/** Until when the gateway wants to be left alone, by each clock. */
interface Closing extends NonNullable<Ledger['closed']> {
  steadyUntil: number;
}

/** Made from a ledger as it was read; `toLedger` is what to keep of it. */
export class Spending {
  readonly #clock: Clock;
  /** Ms after which nothing counts any more. */
  readonly #longest: number;
  #departures: Departure[];
  #closing: Closing | undefined;
  /** How far the steady clock was behind the wall's when this was last written down. */
  #distance: number;

  constructor(ledger: Ledger, longest: number, clock: Clock) {
    const { spent, closed } = byClockOfNow(ledger, clock);
    this.#clock = clock;
    this.#longest = longest;
    const [now, steady] = [clock.now(), clock.steady()];
    this.#distance = now - steady;
    this.#departures = spent
      .toSorted((a, b) => a - b)
      // The last one may have left only now: it was noted before, and the process may have ended meanwhile.
      .map((at, place, all) => ({
        at,
        steady: steady - (place === all.length - 1 ? 0 : Math.max(0, now - at)),
      }));
    if (closed)
      this.#closing = {
        ...closed,
        steadyUntil: steady + Math.min(LONGEST_WAIT, Math.max(0, closed.until - now)),
      };
  }

  /** Counts one more request. @returns what is to be called when it leaves. */
  add(): () => void {
    const departure: Departure = { at: this.#clock.now(), steady: this.#clock.steady() };
    this.#departures.push(departure);
    return () => {
      departure.at = Math.max(departure.at, this.#clock.now());
      departure.steady = this.#clock.steady();
    };
  }

  /** When each request counts as made, epoch ms by the wall's clock of now, oldest first. */
  times(): number[] {
    const now = this.#clock.now();
    this.#departures = this.#departures.filter((each) => this.#countsFrom(each) > now - this.#longest);
    return this.#departures.map((each) => this.#countsFrom(each)).sort((a, b) => a - b);
  }

  #countsFrom({ at, steady }: Departure): number {
    const now = this.#clock.now();
    const byProcess = Math.ceil(now - (this.#clock.steady() - steady));
    // Later than now was noted by a clock that was ahead.
    return at <= now ? Math.max(at, byProcess) : byProcess;
  }

  /** Counts what was spent elsewhere on the same account; what is here already counts once. */
  include(ledger: Ledger): void {
    const { spent, closed } = byClockOfNow(ledger, this.#clock);
    const [now, steady] = [this.#clock.now(), this.#clock.steady()];
    const known = this.#departures.map((each) => this.#countsFrom(each));
    for (const at of spent) {
      const same = known.findIndex((each) => Math.abs(each - at) < SAME);
      if (same >= 0) known.splice(same, 1);
      else this.#departures.push({ at, steady: steady - Math.max(0, now - at) });
    }
    if (closed) this.close(closed.until, closed.reason);
  }

  close(until: number, reason: ClosedBy): void {
    // Answers to requests that crossed may ask for less; the longest holds.
    const known = this.closed();
    if (known && known.until > until) return;
    this.#closing = { until, reason, steadyUntil: this.#clock.steady() + until - this.#clock.now() };
  }

  /** What the gateway asked for, as long as that is so. */
  closed(): Ledger['closed'] {
    if (!this.#closing) return undefined;
    const { until, reason, steadyUntil } = this.#closing;
    const now = this.#clock.now();
    const byProcess = now + steadyUntil - this.#clock.steady();
    const latest = isAhead(until, now) ? Math.max(until, byProcess) : byProcess;
    if (latest > now) return { until: latest, reason };
    this.#closing = undefined;
    return undefined;
  }

  /** Whether the wall's clock was set since this was last written down: the times in it mean something else now. */
  isOutdated(): boolean {
    return Math.abs(this.#clock.now() - this.#clock.steady() - this.#distance) > STEP;
  }

  /** A time that lies ahead is kept: it may be the clock of now that is wrong, as on a machine that starts in 1970. */
  toLedger(): Ledger {
    this.#distance = this.#clock.now() - this.#clock.steady();
    const closed = this.closed();
    const spent = this.#departures.map((each) => Math.round(Math.max(each.at, this.#countsFrom(each))));
    const clock = clockOf(this.#clock);
    return {
      spent: spent.sort((a, b) => a - b),
      ...(closed ? { closed } : {}),
      ...(clock ? { clock } : {}),
    };
  }
}

function clockOf(clock: Clock): Ledger['clock'] {
  const since = clock.sinceStart();
  return since
    ? { now: clock.now(), start: since.start, ahead: Math.round(clock.now() - since.ms) }
    : undefined;
}

/** A ledger with its times as the clock of now would have said them, where it was set since they were written down. */
function byClockOfNow(ledger: Ledger, clock: Clock): Ledger {
  const { spent, closed, clock: then } = ledger;
  const now = clockOf(clock);
  if (then?.start !== now?.start || !then || !now) return ledger;
  const set = now.ahead - then.ahead;
  if (Math.abs(set) <= STEP) return ledger;
  return {
    // What lay ahead of that clock wasn't said by it.
    spent: spent.map((at) => (at <= then.now ? at + set : at)),
    ...(closed
      ? { closed: { ...closed, until: isAhead(closed.until, then.now) ? closed.until + set : closed.until } }
      : {}),
  };
}
