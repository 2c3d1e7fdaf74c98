/**
 * Watches what a tariff's prices do as time passes: each change once, when it comes; what was slept through isn't told
 * late, only what is. What it has told of days is handed over to be kept, so that a restart rings no alarm again.
 */
import type { Clock } from '../async/clock';
import { parisDate } from '../readings/paris';
import { momentOf, nextEventAfter, type Moment } from './moment';
import { newsOf, type ToldDays } from './news';
import type { Tariff } from './tariff';

/** Why a moment is told; where several things change at once, the first of them that is in this order. */
export type PriceReason = 'period' | 'price' | 'day';

/** What there is to tell of a moment. */
export interface PriceEvent {
  moment: Moment;
  reason: PriceReason | 'start' | null;
  /** A day has begun: what comes is another list, even where nothing has changed. */
  isMidnight: boolean;
}

/** What the watch needs of the house. */
export interface PriceWatchOptions {
  clock: Pick<Clock, 'now' | 'at'>;
  tariff: Tariff;
  /** What was told before; null: nothing, ever. */
  told: ToldDays | null;
  /** Called at each look, with or without a reason. */
  onLook: (event: PriceEvent) => void;
  /** To be kept. */
  onTold: (told: ToldDays) => void;
  /** A look that failed; there is another a minute later. */
  onFailure: (error: unknown) => void;
}

/** Prices change on the second, whatever the clock has been through. */
const LOOK = 1000;
/** A clock that is put right by less doesn't undo what was told. */
const STEP = 30_000;
const RETRY = 60_000;

/** Runs from `start` to `stop`. */
export class PriceWatch {
  readonly #options: PriceWatchOptions;
  #told: ToldDays;
  #last: Moment | null = null;
  #cancel: () => void = () => undefined;

  constructor(options: PriceWatchOptions) {
    this.#options = options;
    this.#told = options.told ?? {};
  }

  /** Tells what is, and then what has become news since it was told last. */
  start(): void {
    const { onLook, onTold, told } = this.#options;
    const moment = this.now();
    this.#last = moment;
    onLook({ moment, reason: 'start', isMidnight: false });
    if (told === null) {
      // The first time, all that is known is told by that.
      this.#told = newsOf(moment, {}).told;
      onTold(this.#told);
    }
    this.look();
  }

  stop(): void {
    this.#cancel();
  }

  /** What is in force now. */
  now(): Moment {
    const { clock, tariff } = this.#options;
    const now = clock.now();
    const last = this.#last?.at ?? now;
    const isSetBackALittle = now < last && last - now < STEP;
    return momentOf(tariff, isSetBackALittle ? last : now);
  }

  /** Looks what has changed, because it is time or because something else is known now. Doesn't throw. */
  look(): void {
    const { clock, onFailure } = this.#options;
    this.#cancel();
    let next: number;
    try {
      next = this.#tellChanges();
    } catch (error) {
      onFailure(error);
      next = clock.now() + RETRY;
    }
    this.#cancel = clock.at(next, () => this.look(), LOOK);
  }

  /** @returns when to look again, epoch ms. */
  #tellChanges(): number {
    const { onLook, onTold } = this.#options;
    const moment = this.now();
    const last = this.#last ?? moment;
    this.#last = moment;
    const { isNews, told } = newsOf(moment, this.#told);
    this.#told = told;
    if (isNews) onTold(told);
    const reason = changeOf(last, moment) ?? (isNews ? 'day' : null);
    onLook({ moment, reason, isMidnight: parisDate(last.at) !== parisDate(moment.at) });
    return nextEventAfter(moment);
  }
}

function changeOf(before: Moment, now: Moment): PriceReason | null {
  if (before.period !== now.period) return 'period';
  return before.price === now.price ? null : 'price';
}
