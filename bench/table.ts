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
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}

/** `1.2 ms`, `340 µs`, `2.1 s` */
export function duration(ms: number): string {
  if (ms >= 1000) return `${rounded(ms / 1000)} s`;
  return ms >= 1 ? `${rounded(ms)} ms` : `${Math.round(ms * 1000)} µs`;
}

export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

/** Two digits, without an exponent. */
function rounded(value: number): string {
  return value >= 10 ? String(Math.round(value)) : value.toFixed(1);
}
