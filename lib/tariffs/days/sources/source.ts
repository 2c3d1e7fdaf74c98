/**
 * Somebody who publishes the days of a calendar: where it is asked, and what its answers say. A source is one file beside
 * this and a row of the index; who is asked when, and what is believed, isn't its business.
 */
import type { z } from 'zod';
import { EnedisError } from '../../../errors';
import type { PublishedCalendar, Season } from '../../calendars';

/** As `enedis.sources` of settings.js has them. */
export type SourceName = 'rte' | 'couleurTempo' | 'edf';

/** One source. Paths come below its address, without a slash before them. */
export interface DaySource {
  readonly name: SourceName;
  /** What people know it by. */
  readonly title: string;
  /** With a final slash. */
  readonly address: string;
  readonly calendars: readonly PublishedCalendar[];
  readonly headers: Readonly<Record<string, string>>;
  /** Today and tomorrow. @param today `YYYY-MM-DD` */
  latest(calendar: PublishedCalendar, today: string): string;
  /** All days of a season that are known. */
  season(calendar: PublishedCalendar, season: Season): string;
  /**
   * Kinds by date; days that it doesn't know yet are left out.
   * @throws EnedisError responseShape `{field}`
   */
  read(answer: unknown): Map<string, string>;
  /** How many days of each kind a season is to have, where the source tells. */
  readonly quota?: {
    path(calendar: PublishedCalendar, date: string): string;
    /** @throws EnedisError responseShape `{field}` */
    read(answer: unknown): Record<string, number>;
  };
}

/** An answer as its shape says. @throws EnedisError responseShape, naming the first field that is wrong. */
export function shaped<T>(shape: z.ZodType<T>, answer: unknown): T {
  const result = shape.safeParse(answer);
  if (result.success) return result.data;
  throw new EnedisError('responseShape', { field: result.error.issues[0]?.path.join('.') ?? '' });
}
