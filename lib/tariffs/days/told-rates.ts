/** The market's rates of one tariff, told by hand in messages: later ones replace earlier ones, and are kept three years. */
import { once } from '../../async/once';
import { EnedisError } from '../../errors';
import { isPlausible } from '../../readings/paris';
import { fileName } from '../../storage/file-name';
import type { Realm, Storage } from '../../storage/storage';
import { HIGHEST_PRICE, units } from '../amounts';
import type { Slot } from '../tariff';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const KEPT = 3 * 366 * DAY;
const DATE_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:?\d\d)$/;

/** Slots of one length that follow each other, as they are written. */
interface Run {
  start: number;
  minutes: number;
  prices: number[];
}

/** What telling rates came to. */
export interface RatesTold {
  /** What has changed, epoch ms; null: nothing. */
  changed: { start: number; end: number } | null;
  /** What couldn't be used; the rest was. */
  problems: EnedisError[];
}

/** Answers at once what is known; `load` comes first. */
export class ToldRates {
  readonly #storage: Pick<Storage, 'read' | 'write'>;
  readonly #file: string;
  #slots: readonly Slot[] = [];

  constructor(storage: Pick<Storage, 'read' | 'write'>, realm: Realm, tariff: string) {
    this.#storage = storage;
    this.#file = `tariffs/${realm}/rates-${fileName(tariff)}.json`;
  }

  /** Reads what is kept, once. Rejects with `storageRead`. */
  readonly load = once(async () => {
    this.#slots = (await this.#storage.read(this.#file, checkRuns)) ?? [];
  });

  /** Those that overlap `[from, to)`, sorted. */
  slots(from: number, to: number): readonly Slot[] {
    const first = placeAfter(this.#slots, from);
    let last = first;
    while (last < this.#slots.length && this.#slots[last]!.start < to) last++;
    return this.#slots.slice(first, last);
  }

  /** `msg.rates`: `[{start, end, value}]`, €/kWh. Rejects where the disk fails: nothing has changed then. */
  async tell(told: unknown, now: number): Promise<RatesTold> {
    if (!Array.isArray(told)) {
      return { changed: null, problems: [new EnedisError('inputInvalid', { property: 'msg.rates' })] };
    }
    const problems: EnedisError[] = [];
    const read: Slot[] = [];
    for (const [place, each] of (told as unknown[]).entries()) {
      const slot = slotOf(each);
      if (typeof slot !== 'string') read.push(slot);
      else problems.push(new EnedisError('inputInvalid', { property: `msg.rates[${place}].${slot}` }));
    }
    if (read.length === 0) return { changed: null, problems };
    const slots = replaced(this.#slots, inOrder(read)).filter(({ end }) => end > now - KEPT);
    await this.#storage.write(this.#file, { runs: runsOf(slots) });
    this.#slots = slots;
    const start = Math.min(...read.map((slot) => slot.start));
    return { changed: { start, end: read.reduce((end, slot) => Math.max(end, slot.end), start) }, problems };
  }
}

/** Place of the first slot that ends after an instant. */
function placeAfter(slots: readonly Slot[], instant: number): number {
  let low = 0;
  let high = slots.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (slots[middle]!.end <= instant) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** A slot, or the name of the field that is wrong. */
function slotOf(each: unknown): Slot | string {
  if (typeof each !== 'object' || each === null) return 'start';
  const { start, end, value } = each as Record<string, unknown>;
  const from = instantOf(start);
  const to = instantOf(end);
  if (Number.isNaN(from)) return 'start';
  if (!(to > from && to - from <= DAY)) return 'end';
  const price = units(value);
  return Math.abs(price) <= HIGHEST_PRICE ? { start: from, end: to, price } : 'value';
}

/** Of ISO 8601 with an offset, epoch ms or a date: to the minute; else NaN. */
function instantOf(value: unknown): number {
  const isText = typeof value === 'string' && DATE_TIME.test(value);
  const instant = isText ? Date.parse(value) : value instanceof Date ? value.getTime() : value;
  return typeof instant === 'number' && isPlausible(instant) && instant % MINUTE === 0 ? instant : NaN;
}

/** Sorted; where two overlap the later start, or of equal starts the later in the message, counts. */
function inOrder(slots: Slot[]): Slot[] {
  const sorted: Slot[] = [];
  for (const slot of slots.sort((a, b) => a.start - b.start)) {
    while (sorted.length > 0 && sorted.at(-1)!.start >= slot.start) sorted.pop();
    const last = sorted.at(-1);
    if (last && last.end > slot.start) last.end = slot.start;
    sorted.push(slot);
  }
  return sorted;
}

/** The old ones with the new ones in their place; what sticks out of an old one stays. */
function replaced(old: readonly Slot[], told: readonly Slot[]): Slot[] {
  const slots: Slot[] = [...told];
  let place = 0;
  for (const slot of old) {
    while (place < told.length && told[place]!.end <= slot.start) place++;
    let at = slot.start;
    for (let next = place; next < told.length && told[next]!.start < slot.end; next++) {
      if (told[next]!.start > at) slots.push({ ...slot, start: at, end: told[next]!.start });
      at = Math.max(at, told[next]!.end);
    }
    if (at < slot.end) slots.push({ ...slot, start: at });
  }
  return slots.sort((a, b) => a.start - b.start);
}

function runsOf(slots: readonly Slot[]): Run[] {
  const runs: Run[] = [];
  let next = NaN;
  for (const { start, end, price } of slots) {
    const last = runs.at(-1);
    const minutes = (end - start) / MINUTE;
    if (last && start === next && last.minutes === minutes) last.prices.push(price);
    else runs.push({ start, minutes, prices: [price] });
    next = end;
  }
  return runs;
}

function checkRuns(content: unknown): Slot[] {
  const { runs } = content as { runs?: Run[] };
  if (!Array.isArray(runs)) throw new Error('not a file of rates');
  const slots: Slot[] = [];
  for (const { start, minutes, prices } of runs) {
    if (!isPlausible(start) || !(minutes > 0 && minutes <= DAY / MINUTE))
      throw new Error('not a run of rates');
    for (const [place, price] of prices.entries()) {
      if (!(Math.abs(price) <= HIGHEST_PRICE)) throw new Error('not a rate');
      const from = start + place * minutes * MINUTE;
      slots.push({ start: from, end: from + minutes * MINUTE, price });
    }
  }
  return slots;
}
