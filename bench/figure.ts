/** What every figure of `npm run bench` is measured and shown with. */

/** One measurement, a file of its own beside this one. */
export interface Figure {
  name: string;
  /** Measures, and tells the lines to show. */
  run(): Promise<string[]> | string[];
}

export interface Timing {
  name: string;
  /** Milliseconds. */
  median: number;
}

/**
 * Times ways of doing things against each other: each round runs every one of them once, so that whatever else the
 * machine does in the meantime slows all alike. The first rounds, in which the engine learns, don't count.
 */
export function race(ways: Readonly<Record<string, () => unknown>>, rounds = 41, warmUp = 15): Timing[] {
  const times = Object.keys(ways).map((): number[] => []);
  for (let round = -warmUp; round < rounds; round++) {
    for (const [place, way] of Object.values(ways).entries()) {
      const begun = performance.now();
      way();
      if (round >= 0) times[place]!.push(performance.now() - begun);
    }
  }
  return Object.keys(ways).map((name, place) => ({ name, median: median(times[place]!) }));
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

export function ms(value: number): string {
  return `${value.toFixed(1)} ms`;
}

/** Columns of equal width, the first to the left, the others to the right. */
export function table(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!)))
      .join('  '),
  );
}
