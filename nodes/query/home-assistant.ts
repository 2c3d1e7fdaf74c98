/**
 * Messages for Home Assistant's `recorder/import_statistics`: a week of hours each, from the first one that is asked for, or
 * from where on the past is another than what this node has sent before.
 */
import { z } from 'zod';
import type { Period } from '../../lib/archive/archive';
import { hourlySums, type HourlySum } from '../../lib/query/statistics';
import type { Source, ValueMaker } from '../../lib/query/values';
import { fileName } from '../../lib/storage/file-name';
import type { Storage } from '../../lib/storage/storage';

/** A week: as much as goes into one message. */
const HOURS_A_MESSAGE = 168;

/** What Home Assistant is told of a statistic. Those it demands since 2026.11 are all there. */
export interface StatisticMetadata {
  source: string;
  statistic_id: string;
  name: string;
  unit_of_measurement: 'kWh' | 'EUR';
  unit_class: 'energy' | null;
  has_sum: true;
  mean_type: 0;
}

/** `msg.payload` of one message. */
export interface ImportStatistics {
  type: 'recorder/import_statistics';
  metadata: StatisticMetadata;
  stats: HourlySum[];
}

const kept = z.object({ sent: z.record(z.string(), z.record(z.string(), z.string())) });

/** What one node has sent, by statistic and day. Rejects with an EnedisError ENEDIS_STORAGE. */
export class SentStatistics {
  readonly #storage: Storage;
  readonly #file: string;

  constructor(storage: Storage, node: string) {
    this.#storage = storage;
    this.#file = `statistics/${fileName(node)}.json`;
  }

  async read(): Promise<Record<string, Record<string, string>>> {
    return (await this.#storage.read(this.#file, (content) => kept.parse(content)))?.sent ?? {};
  }

  write(sent: Record<string, Record<string, string>>): Promise<void> {
    return this.#storage.write(this.#file, { sent });
  }

  remove(): Promise<void> {
    return this.#storage.remove(this.#file);
  }
}

/** What is due of a statistic, and the mark of each of its days. */
export interface DueStatistics {
  hours: HourlySum[];
  marks: Record<string, string>;
}

/**
 * Works out what is to be sent.
 * @param known the days of the archive
 * @param from the first day that is asked for
 * @param sent the marks of the days that were sent before
 */
export async function dueStatistics<D, H>(
  source: Source,
  known: Period,
  makers: { days: ValueMaker<D>; hours: ValueMaker<H> },
  from: string,
  sent: Readonly<Record<string, string>>,
): Promise<DueStatistics> {
  const due: DueStatistics = { hours: [], marks: {} };
  let isDue = false;
  for await (const { date, hours, mark } of hourlySums(source, known, makers.days, makers.hours)) {
    isDue ||= date >= from || sent[date] !== mark;
    due.marks[date] = mark;
    if (isDue) for (const hour of hours) due.hours.push(hour);
  }
  return due;
}

/** The messages' payloads. */
export function inMessages(metadata: StatisticMetadata, hours: readonly HourlySum[]): ImportStatistics[] {
  const messages: ImportStatistics[] = [];
  for (let from = 0; from < hours.length; from += HOURS_A_MESSAGE)
    messages.push({
      type: 'recorder/import_statistics',
      metadata,
      stats: hours.slice(from, from + HOURS_A_MESSAGE),
    });
  return messages;
}
