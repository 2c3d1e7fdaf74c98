/**
 * Which aggregates are due when readings arrive, message by message: all that they change, only what is complete, or,
 * held back, what has become complete.
 */
import { aggregator, missingIn, type Aggregate, type Fn, type MakeAggregate } from './aggregate';
import type { Span } from '../readings/completeness';
import type { SeriesMemory } from './memory';
import type { Period } from '../readings/periods';
import type { Measure } from '../readings/reading';
import type { SeriesId } from '../readings/series-id';

/**
 * What becomes of a period that lacks intervals: `emit` sends it as it is, again with each message that adds to it;
 * `drop` doesn't send it until it is complete; `hold` neither, but sends what is left when the stream ends.
 */
export type Incomplete = 'emit' | 'drop' | 'hold';

/** An aggregate and its gaps: ISO 8601 with the Paris offset, `end` excluded; none where it is complete. */
export interface Made {
  aggregate: Aggregate;
  missing: { start: string; end: string }[];
}

/** An aggregate that is due, or null after a piece of the work, a day's readings: the caller may pause at each. */
export type Step = Made | null;

/**
 * For the readings of one series in one message; what outlasts the message is in the memory it is given, and changes
 * there.
 */
export class Accumulator {
  /** Days that the memory had to forget, because it was full. */
  forgotten = 0;
  readonly #memory: SeriesMemory;
  readonly #period: Period;
  readonly #incomplete: Incomplete;
  readonly #make: MakeAggregate;

  /** @throws EnedisError inputPeriod, inputFunction where the series doesn't go with the period or the function. */
  constructor(id: SeriesId, memory: SeriesMemory, period: Period, fn: Fn | 'auto', incomplete: Incomplete) {
    this.#memory = memory;
    this.#period = period;
    this.#incomplete = incomplete;
    this.#make = aggregator(id, period, fn);
  }

  /** Remembers measures (sorted) and gives what is due for them. What there is no room for is forgotten after that. */
  *take(measures: readonly Measure[]): Generator<Step> {
    yield* this.#memory.add(measures);
    for (const span of this.#memory.spansOf(this.#period, measures)) {
      const made = yield* this.#of(span);
      if (!made) continue;
      // A total is never complete by itself: who knows what is still to come.
      const complete = made.missing.length === 0 && (this.#period !== 'total' || this.#incomplete !== 'hold');
      if (complete || this.#incomplete === 'emit') {
        this.#memory.release(span);
        yield made;
      } else if (this.#incomplete === 'hold') this.#memory.hold(span);
    }
    this.forgotten = this.#memory.forgetOldest();
  }

  /** What was held back, complete or not: nothing more will come. */
  *rest(): Generator<Step> {
    for (const span of this.#memory.heldSpans(this.#period)) {
      const made = yield* this.#of(span);
      this.#memory.release(span);
      if (made) yield made;
    }
  }

  *#of(span: Span): Generator<null, Made | null> {
    const measures: Measure[] = [];
    for (const day of this.#memory.measures(span)) {
      for (const measure of day) measures.push(measure);
      yield null;
    }
    // Forgotten, because the memory is full.
    if (measures.length === 0) return null;
    const aggregate = this.#make(measures, span);
    return { aggregate, missing: aggregate.coverage < 1 ? missingIn(span, measures) : [] };
  }
}
