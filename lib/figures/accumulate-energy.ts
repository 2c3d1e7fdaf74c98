/**
 * Which figures of energy, or of its cost, are due when readings arrive: those whose value is another than the one sent,
 * so that a better series, a price or a colour that comes later replaces a figure, and one that says the same again
 * doesn't disturb a flow.
 */
import type { Span } from '../readings/completeness';
import { isPlausible, parisDayAt } from '../readings/paris';
import { spanAt, type Period } from '../readings/periods';
import type { Measure } from '../readings/reading';
import type { Incomplete } from './accumulate';
import {
  ENERGY_SERIES,
  isWithinDay,
  type EnergyAggregate,
  type EnergyRule,
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
  /** The kind of their rule. */
  fn: string;
  /**
   * By the start of their period (epoch ms; 0 for a total) and, where they are split, the part (`0/HC`): as sent last. */
  sent: Record<string, Sent>;
  /** Starts of periods that are held back. */
  held: number[];
  /** `msg.parts.id` of the sequence whose readings were held back last. */
  sequence?: string;
  /** By civil year: what the figures sent depend on beside their readings. */
  conditions?: Record<string, string>;
}

/** A figure as sent: what of it a flow would notice. */
type Sent = [value: number, coverage: number, unpriced?: number];

/** Periods kept in mind: as many as the memory of a load curve has hours. */
const MOST_SENT = LONGEST_MEMORY / 2;

/** A figure that is due, or null after a piece of the work. */
export type EnergyStep = MadeEnergy | null;

/** For the readings of one direction of one meter in one message; what outlasts it changes in what it is given. */
export class EnergyAccumulator {
  readonly state: SentEnergy;
  /** Days that the memories had to forget, because they were full. */
  forgotten = 0;
  readonly #rule: EnergyRule;
  readonly #memories: Readonly<Record<EnergySeries, SeriesMemory>>;
  readonly #period: Period;
  readonly #incomplete: Incomplete;
  /** By start, the parts of the figures sent before this message. */
  #parts: Map<number, string[]> | undefined;

  /** @param state as `state` was before, or anything else, which then counts as nothing sent. */
  constructor(
    rule: EnergyRule,
    memories: Readonly<Record<EnergySeries, SeriesMemory>>,
    state: unknown,
    period: Period,
    incomplete: Incomplete,
  ) {
    this.#rule = rule;
    this.#memories = memories;
    this.#period = period;
    this.#incomplete = incomplete;
    this.state = isStateOf(state, period, rule.kind)
      ? state
      : { version: 1, period, fn: rule.kind, sent: {}, held: [] };
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
    for (const span of yield* this.#spansWithOtherConditions()) spans.set(span.start, span);
    const due = this.#period === 'total' ? this.#whole() : [...spans.values()];
    const [all] = this.#whole();
    for (const span of due.sort((a, b) => a.start - b.start)) {
      const made = yield* this.#of(span, all ?? span);
      if (!made) continue;
      // A total is never complete by itself: who knows what is still to come.
      const isComplete =
        made.missing.length === 0 && (this.#period !== 'total' || this.#incomplete !== 'hold');
      if (isComplete || this.#incomplete === 'emit') yield this.#send(span, made);
      else if (this.#incomplete === 'hold') this.#hold(span);
    }
    this.#forgetOldest();
    yield* this.#noteConditions();
    for (const series of ENERGY_SERIES) this.forgotten += this.#memories[series].forgetOldest();
  }

  /** What was held back, complete or not: nothing more will come. */
  *rest(): Generator<EnergyStep> {
    const { period } = this.state;
    const [all] = this.#whole();
    for (const start of [...this.state.held].sort((a, b) => a - b)) {
      for (const span of period === 'total' ? this.#whole() : [spanAt(period, start)]) {
        const made = yield* this.#of(span, all ?? span);
        if (made) yield this.#send(span, made);
      }
    }
    this.state.held = [];
    yield* this.#noteConditions();
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

  /** Periods whose figures were sent, and which a price, a colour or a setting that is another since may change. */
  *#spansWithOtherConditions(): Generator<null, Span[]> {
    const changed = new Set<number>();
    for (const [year, before] of Object.entries(this.state.conditions ?? {})) {
      if (this.#rule.conditions?.(Number(year)) !== before) changed.add(Number(year));
      yield null;
    }
    if (changed.size === 0) return [];
    for (const year of changed) delete this.state.conditions![year];
    return this.#spansSent().filter((span) => yearsOf(span).some((year) => changed.has(year)));
  }

  /** Keeps in mind what the figures sent depend on. */
  *#noteConditions(): Generator<null> {
    if (!this.#rule.conditions) return;
    const conditions: Record<string, string> = {};
    for (const year of this.#yearsSent()) {
      conditions[year] = this.state.conditions?.[year] ?? this.#rule.conditions(year);
      yield null;
    }
    this.state.conditions = conditions;
  }

  #spansSent(): Span[] {
    const period = this.#period;
    if (period === 'total') return this.#whole();
    return this.#startsSent().map((start) => spanAt(period, start));
  }

  /** From the first figure to the last: there may be thousands of hours in between. */
  #yearsSent(): number[] {
    const starts = this.#startsSent();
    if (starts.length === 0) return [];
    if (this.#period === 'total') return this.#whole().flatMap(yearsOf);
    const [first, last] = starts.reduce(
      ([a, b], start) => [Math.min(a, start), Math.max(b, start)],
      [Infinity, -Infinity],
    );
    return yearsOf({ start: first, end: spanAt(this.#period, last).end });
  }

  #startsSent(): number[] {
    const starts = new Set(Object.keys(this.state.sent).map((key) => Number.parseInt(key, 10)));
    return [...starts].filter((start) => start === 0 || isPlausible(start));
  }

  /** The figure, or those of its parts that are new, with what they correct; null where the same was sent before. */
  #send(span: Span, made: MadeEnergy): EnergyStep {
    const key = this.#keyOf(span);
    this.state.held = this.state.held.filter((each) => each !== key);
    if (!made.parts) return this.#isNew(String(key), made.aggregate) ? made : null;
    const parts = made.parts.filter((part) => this.#isNew(`${key}/${part.tariffPeriod}`, part));
    return parts.length === 0 ? null : { ...made, parts };
  }

  /** Notes a figure as sent, and in it what it corrects. */
  #isNew(key: string, figure: EnergyAggregate): boolean {
    const { sent } = this.state;
    const { value, coverage, unpriced } = figure;
    const before = sent[key];
    if (before?.[0] === value && before[1] === coverage && before[2] === unpriced) return false;
    // Taken out first, so that it comes last: the one heard of longest ago is forgotten first.
    delete sent[key];
    sent[key] = unpriced === undefined ? [value, coverage] : [value, coverage, unpriced];
    if (before && before[0] !== value) figure.corrects = before[0];
    return true;
  }

  /** The parts that a period's figure was sent in. */
  #partsSent(span: Span): string[] {
    if (!this.#parts) {
      this.#parts = new Map();
      for (const key of Object.keys(this.state.sent)) {
        const [start, part] = key.split('/');
        if (part !== undefined)
          this.#parts.set(Number(start), [...(this.#parts.get(Number(start)) ?? []), part]);
      }
    }
    return this.#parts.get(this.#keyOf(span)) ?? [];
  }

  #forgetOldest(): void {
    const { sent } = this.state;
    const keys = Object.keys(sent);
    for (const oldest of keys.slice(0, Math.max(0, keys.length - MOST_SENT))) delete sent[oldest];
  }

  *#of(span: Span, all: Span): Generator<null, MadeEnergy | null> {
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
    if (known.size === 0) return null;
    const days = [...known.keys()].sort((a, b) => a - b).map((start) => known.get(start)!);
    return yield* this.#rule.figure(span, days, all, this.#partsSent(span));
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

function isStateOf(state: unknown, period: Period, kind: string): state is SentEnergy {
  if (typeof state !== 'object' || state === null) return false;
  const found = state as Partial<Record<keyof SentEnergy, unknown>>;
  return (
    found.version === 1 &&
    found.period === period &&
    found.fn === kind &&
    typeof found.sent === 'object' &&
    found.sent !== null &&
    Object.values(found.sent).every(isSent) &&
    Array.isArray(found.held) &&
    found.held.every((start) => Number.isFinite(start))
  );
}

function isSent(value: unknown): boolean {
  return Array.isArray(value) && value.length >= 2 && value.every((each) => Number.isFinite(each));
}

/** The civil years (Paris) that a period touches. */
function yearsOf({ start, end }: Span): number[] {
  const first = Number(parisDayAt(start).date.slice(0, 4));
  const last = Number(parisDayAt(end - 1).date.slice(0, 4));
  return Array.from({ length: last - first + 1 }, (_, place) => first + place);
}
