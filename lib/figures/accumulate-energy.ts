/**
 * Which figures of energy are due when readings arrive: those whose value is another than the one sent, so that a better
 * series that comes later replaces a figure, and one that says the same again doesn't disturb a flow.
 */
import type { Span } from '../readings/completeness';
import { parisDayAt } from '../readings/paris';
import { spanAt, type Period } from '../readings/periods';
import type { Measure } from '../readings/reading';
import type { Incomplete } from './accumulate';
import type { Fn } from './aggregate';
import {
  chooseEnergy,
  ENERGY_SERIES,
  energyFigure,
  isWithinDay,
  type ChosenEnergy,
  type EnergyId,
  type EnergySeries,
  type KnownEnergy,
  type MadeEnergy,
} from './energy';
import { LONGEST_MEMORY, type SeriesMemory } from './memory';

/** What is remembered of the figures, as plain JSON; the readings are in the memories of their series. */
export interface SentEnergy {
  version: 1;
  /** Of which the figures are; with others nothing was sent yet. */
  period: Period;
  fn: Fn;
  /** By the start of their period (epoch ms): value and coverage as sent last. Of a total one, at 0. */
  sent: Record<string, [value: number, coverage: number]>;
  /** Starts of periods that are held back. */
  held: number[];
  /** `msg.parts.id` of the sequence whose readings were held back last. */
  sequence?: string;
}

/** Periods kept in mind: as many as the memory of a load curve has hours. */
const MOST_SENT = LONGEST_MEMORY / 2;

/** A figure that is due, or null after a piece of the work. */
export type EnergyStep = MadeEnergy | null;

/** For the readings of one direction of one meter in one message; what outlasts it changes in what it is given. */
export class EnergyAccumulator {
  readonly state: SentEnergy;
  /** Days that the memories had to forget, because they were full. */
  forgotten = 0;
  readonly #id: EnergyId;
  readonly #memories: Readonly<Record<EnergySeries, SeriesMemory>>;
  readonly #period: Period;
  readonly #fn: Fn;
  readonly #incomplete: Incomplete;

  /** @param state as `state` was before, or anything else, which then counts as nothing sent. */
  constructor(
    id: EnergyId,
    memories: Readonly<Record<EnergySeries, SeriesMemory>>,
    state: unknown,
    period: Period,
    fn: Fn | 'auto',
    incomplete: Incomplete,
  ) {
    this.#id = id;
    this.#memories = memories;
    this.#period = period;
    this.#fn = fn === 'auto' ? 'sum' : fn;
    this.#incomplete = incomplete;
    this.state = isStateOf(state, period, this.#fn)
      ? state
      : { version: 1, period, fn: this.#fn, sent: {}, held: [] };
  }

  /** Remembers measures (sorted), by series, and gives the figures that they change. */
  *take(measures: KnownEnergy): Generator<EnergyStep> {
    const spans = new Map<number, Span>();
    for (const series of ENERGY_SERIES) {
      const added = measures[series] ?? [];
      yield* this.#memories[series].add(added);
      // Of a value a day, hours learn nothing.
      if (this.#period === 'total' || (series === 'daily' && isWithinDay(this.#period))) continue;
      for (const span of this.#memories[series].spansOf(this.#period, added)) spans.set(span.start, span);
    }
    const due = this.#period === 'total' ? this.#whole() : [...spans.values()];
    for (const span of due.sort((a, b) => a.start - b.start)) {
      const made = yield* this.#of(span);
      if (!made) continue;
      // A total is never complete by itself: who knows what is still to come.
      const isComplete =
        made.missing.length === 0 && (this.#period !== 'total' || this.#incomplete !== 'hold');
      if (isComplete || this.#incomplete === 'emit') yield this.#send(span, made);
      else if (this.#incomplete === 'hold') this.#hold(span);
    }
    this.#forgetOldest();
    for (const series of ENERGY_SERIES) this.forgotten += this.#memories[series].forgetOldest();
  }

  /** What was held back, complete or not: nothing more will come. */
  *rest(): Generator<EnergyStep> {
    const { period } = this.state;
    for (const start of [...this.state.held].sort((a, b) => a - b)) {
      for (const span of period === 'total' ? this.#whole() : [spanAt(period, start)]) {
        const made = yield* this.#of(span);
        if (made) yield this.#send(span, made);
      }
    }
    this.state.held = [];
  }

  #hold(span: Span): void {
    const { held } = this.state;
    const key = this.#keyOf(span);
    if (!held.includes(key)) held.push(key);
  }

  /** The start of a total moves as older readings come. */
  #keyOf({ start }: Span): number {
    return this.#period === 'total' ? 0 : start;
  }

  /** The figure with what it corrects; null where the same was sent before. */
  #send(span: Span, made: MadeEnergy): EnergyStep {
    const { sent } = this.state;
    const key = this.#keyOf(span);
    this.state.held = this.state.held.filter((each) => each !== key);
    const { value, coverage } = made.aggregate;
    const before = sent[key];
    if (before?.[0] === value && before[1] === coverage) return null;
    // Taken out first, so that it comes last: the one heard of longest ago is forgotten first.
    delete sent[key];
    sent[key] = [value, coverage];
    if (before && before[0] !== value) made.aggregate.corrects = before[0];
    return made;
  }

  #forgetOldest(): void {
    const { sent } = this.state;
    const keys = Object.keys(sent);
    for (const oldest of keys.slice(0, Math.max(0, keys.length - MOST_SENT))) delete sent[oldest];
  }

  *#of(span: Span): Generator<null, MadeEnergy | null> {
    const known = new Map<number, Partial<Record<EnergySeries, Measure[]>>>();
    for (const series of ENERGY_SERIES) {
      for (const measures of this.#memories[series].measures(span)) {
        yield null;
        const [first] = measures;
        if (!first) continue;
        const start = isWithinDay(this.#period) ? span.start : parisDayAt(first.start).start;
        known.set(start, { ...known.get(start), [series]: measures });
      }
    }
    const chosen: ChosenEnergy[] = [];
    for (const start of [...known.keys()].sort((a, b) => a - b)) {
      const choice = chooseEnergy(known.get(start)!, isWithinDay(this.#period));
      if (choice) chosen.push(choice);
    }
    return chosen.length === 0 ? null : energyFigure(this.#id, this.#period, this.#fn, span, chosen);
  }

  /** From the first day that is known to the last. */
  #whole(): Span[] {
    const spans = ENERGY_SERIES.flatMap((series) => this.#memories[series].spansOf('total', []));
    if (spans.length === 0) return [];
    return [
      { start: Math.min(...spans.map(({ start }) => start)), end: Math.max(...spans.map(({ end }) => end)) },
    ];
  }
}

function isStateOf(state: unknown, period: Period, fn: Fn): state is SentEnergy {
  if (typeof state !== 'object' || state === null) return false;
  const found = state as Partial<Record<keyof SentEnergy, unknown>>;
  return (
    found.version === 1 &&
    found.period === period &&
    found.fn === fn &&
    typeof found.sent === 'object' &&
    found.sent !== null &&
    Object.values(found.sent).every(isSent) &&
    Array.isArray(found.held) &&
    found.held.every((start) => Number.isFinite(start))
  );
}

function isSent(value: unknown): boolean {
  return Array.isArray(value) && value.length === 2 && value.every((each) => Number.isFinite(each));
}
