/**
 * Node-RED has one event loop, shared with people's lights and heating. Work that goes through years of readings takes
 * turns: a slice of a few milliseconds, then everybody else.
 */
import { setImmediate as turn } from 'node:timers/promises';

/** Milliseconds of work before others get their turn; a year of days or a week of half-hours takes a few slices. */
const SLICE = 3;

/** One for each piece of work, made as it begins: it counts the milliseconds since that piece last gave way. */
export class Turns {
  #since = performance.now();

  /** To be awaited between two steps of the work, each well below a millisecond. Gives way only once a slice is used up. */
  async take(): Promise<void> {
    if (performance.now() - this.#since < SLICE) return;
    await turn();
    this.#since = performance.now();
  }
}

/** Does work that pauses by itself (a null after each piece, well below a millisecond), and gives what it comes to. */
export async function inTurns<T>(work: Generator<null, T>): Promise<T> {
  const turns = new Turns();
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
    await turns.take();
  }
}
