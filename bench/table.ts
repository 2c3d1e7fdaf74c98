/** What a figure prints: a Markdown table, so that the README can quote it as it is. */
export interface Figure {
  title: string;
  columns: string[];
  rows: (string | number)[][];
  /** What the numbers don't say by themselves. */
  note?: string;
}

export function print({ title, columns, rows, note }: Figure): void {
  console.log(`\n## ${title}\n`);
  const lines = [columns, columns.map(() => '---'), ...rows];
  for (const line of lines) console.log(`| ${line.join(' | ')} |`);
  if (note !== undefined) console.log(`\n${note}`);
}

export function median(values: readonly number[]): number {
  return percentile(values, 50);
}

/** The value that `percent` of them don't exceed. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * percent) / 100))] ?? NaN;
}

/** `1.2 ms`, `340 µs`, `2.1 s` */
export function duration(ms: number): string {
  if (ms >= 1000) return `${(ms / 1000).toPrecision(2)} s`;
  return ms >= 1 ? `${ms.toPrecision(2)} ms` : `${Math.round(ms * 1000)} µs`;
}

export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
