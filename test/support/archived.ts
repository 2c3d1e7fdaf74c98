/** An archive for tests of what it answers: years of a simulated household, in memory or in a folder, and their truth. */
import { MeterArchive, type Period } from '../../lib/archive/archive';
import { DaySums } from '../../lib/query/day-sums';
import type { Source } from '../../lib/query/values';
import type { Direction, Series } from '../../lib/readings/reading';
import { createMeter, type TrueReading } from '../../lib/simulator/meter';
import { FileStorage } from '../../lib/storage/files';
import './unflushed';

export const PDL = '22516914714270';
const SERIES = ['daily', 'loadCurve', 'maxPower'] as const;

/** What a household uses and feeds in, whatever anybody has stored of it. */
export const household = createMeter(PDL, { consumption: true, production: true, loadCurve: true }, 1);

/** Civil days by arithmetic on UTC alone. */
export function dates({ start, end }: Period): string[] {
  const found: string[] = [];
  for (let at = Date.parse(start); at < Date.parse(end); at += 86_400_000)
    found.push(new Date(at).toISOString().slice(0, 10));
  return found;
}

/** What the meter has metered over days. */
export function truth(direction: Direction, series: Series, period: Period): TrueReading[] {
  return dates(period).flatMap((date) => household.day(direction, series as 'daily', date));
}

export interface ArchivedOptions {
  /** Undefined keeps it in memory. */
  dir?: string;
  directions?: readonly Direction[];
  /** Whether a day of a series is there. */
  has?: (date: string, series: Series, direction: Direction) => boolean;
}

/** An archive that knows a period. */
export async function archived(period: Period, options: ArchivedOptions = {}): Promise<MeterArchive> {
  const archive = archiveIn(options.dir);
  for (const direction of options.directions ?? ['consumption'])
    for (const series of SERIES) await fill(archive, direction, series, period, options.has);
  return archive;
}

export function archiveIn(dir: string | undefined): MeterArchive {
  return new MeterArchive(new FileStorage(dir, () => undefined), 'real', PDL);
}

async function fill(
  archive: MeterArchive,
  direction: Direction,
  series: (typeof SERIES)[number],
  period: Period,
  has: ArchivedOptions['has'],
): Promise<void> {
  if (direction === 'production' && series === 'maxPower') return;
  const measures = dates(period)
    .filter((date) => has?.(date, series, direction) ?? true)
    .flatMap((date) => household.day(direction, series, date))
    .map((reading) => ({ ...reading, quality: 'raw' as const }));
  await archive.merge({ direction, series }, measures, 'demo');
}

/** Whose answers they are. */
export function sourceOf(archive: MeterArchive, direction: Direction = 'consumption'): Source {
  return { id: { usagePointId: PDL, direction }, archive, daySums: new DaySums(archive) };
}
