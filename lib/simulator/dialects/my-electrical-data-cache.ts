/** What MyElectricalData remembers: a day it served is served again without Enedis, the two latest for three hours only. */
import { days, plusDays } from '../paris';
import type { Answer } from '../types';

const FRESH = 3 * 3_600_000;

/** Which days were served and when, not what was: `series` is `<PDL>/<direction>/<series>`, `now` epoch ms. */
export interface MedCache {
  /** Whether every day of `[start, end)` is known. */
  holds(series: string, start: string, end: string, now: number, today: string): boolean;
  /** Only the days that have points: a hole is asked for again. */
  keep(series: string, answer: Answer, now: number): void;
  /** All series of a usage point. */
  forget(usagePointId: string): void;
}

/** Beyond 20 000 days it starts afresh: a demo may run for years. */
export function createMedCache(): MedCache {
  const keptAt = new Map<string, number>();
  const LIMIT = 20_000;
  return {
    holds(series, start, end, now, today) {
      const recent = plusDays(today, -2);
      return days(start, end).every((date) => {
        const at = keptAt.get(`${series}/${date}`);
        return at !== undefined && (date < recent || now - at < FRESH);
      });
    },
    keep(series, answer, now) {
      if (keptAt.size > LIMIT) keptAt.clear();
      for (const { date } of answer.points) keptAt.set(`${series}/${date}`, now);
    },
    forget(usagePointId) {
      for (const key of keptAt.keys()) if (key.startsWith(`${usagePointId}/`)) keptAt.delete(key);
    },
  };
}
