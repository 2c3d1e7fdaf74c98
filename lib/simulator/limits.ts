/** The rules a client of each gateway must not break, counted as the gateways count them, so that tests can prove it doesn't. */
import { dateAt } from './paris';

/** Left out: 100 requests in 12 hours; 50 and 1000 a day, 5 a second; 5 a second and 1000 an hour. */
export interface LimitOptions {
  /** An address that makes this many requests in this many hours is banned for good. `false`: never. */
  conso?: { requests: number; hours: number } | false;
  /** Per usage point and Paris day, uncached and (v2) cached, and (v2) per second. */
  myElectricalData?: { perDay: number; cachedPerDay: number; perSecond: number } | false;
  /** Per application and API. */
  dataConnect?: { perSecond: number; perHour: number } | false;
}

const HOUR = 3_600_000;

/** Asking whether a request is refused counts it; `isBanned`, `medCalls`, `medPerDay` only look. `now`: epoch ms. */
export interface Limits {
  /** Counts a request to Conso. True: the address was banned before it. */
  consoBans(client: string, now: number): boolean;
  /** Conso: true once the count is reached, although that request was still served. */
  isBanned(client: string): boolean;
  /** True: over the quota. */
  medRefuses(usagePointId: string, isCached: boolean, now: number): boolean;
  /** True: more than allowed within a second, by address. */
  medRushes(client: string, now: number): boolean;
  /** Uncached calls so far this Paris day. */
  medCalls(usagePointId: string, now: number): number;
  /** Uncached calls a Paris day; Infinity where there is no rule. */
  medPerDay(): number;
  /** Which of the two quotas is used up, if any. */
  enedisRefuses(application: string, api: string, now: number): 'second' | 'hour' | undefined;
}

/** Counts are kept in memory: a new simulator has forgotten every ban. */
export function createLimits(options: LimitOptions = {}): Limits {
  const conso = options.conso ?? { requests: 100, hours: 12 };
  const med = options.myElectricalData ?? { perDay: 50, cachedPerDay: 1000, perSecond: 5 };
  const enedis = options.dataConnect ?? { perSecond: 5, perHour: 1000 };
  const banned = new Set<string>();
  const recent = createWindows();
  const medCount = createCounters();
  const enedisCount = createCounters();

  const medKey = (usagePointId: string, isCached: boolean): string =>
    `${usagePointId}/${isCached ? 'cached' : 'uncached'}`;

  return {
    consoBans(client, now) {
      if (banned.has(client)) return true;
      if (conso !== false && recent.add(`conso/${client}`, now, conso.hours * HOUR) >= conso.requests) {
        // Served all the same: the ban comes from a job that looks at the counts afterwards.
        banned.add(client);
      }
      return false;
    },
    isBanned: (client) => banned.has(client),
    medRefuses(usagePointId, isCached, now) {
      if (med === false) return false;
      const most = isCached ? med.cachedPerDay : med.perDay;
      const key = medKey(usagePointId, isCached);
      if (medCount.read(key, dateAt(now)) >= most) return true;
      medCount.add(key, dateAt(now));
      return false;
    },
    medRushes: (client, now) => med !== false && recent.add(`med/${client}`, now, 1000) > med.perSecond,
    medCalls: (usagePointId, now) => medCount.read(medKey(usagePointId, false), dateAt(now)),
    medPerDay: () => (med === false ? Infinity : med.perDay),
    enedisRefuses(application, api, now) {
      if (enedis === false) return undefined;
      const key = `${application}/${api}`;
      if (enedisCount.read(key, String(Math.floor(now / HOUR))) >= enedis.perHour) return 'hour';
      if (recent.add(`enedis/${key}`, now, 1000) > enedis.perSecond) return 'second';
      enedisCount.add(key, String(Math.floor(now / HOUR)));
      return undefined;
    },
  };
}

/** How many events of a kind happened in the last `span` ms. */
function createWindows(): { add(key: string, now: number, span: number): number } {
  const times = new Map<string, number[]>();
  return {
    add(key, now, span) {
      const kept = (times.get(key) ?? []).filter((time) => time > now - span);
      kept.push(now);
      times.set(key, kept);
      return kept.length;
    },
  };
}

/** Counts that start afresh with each period (a day, an hour). */
function createCounters(): {
  add(key: string, period: string): void;
  read(key: string, period: string): number;
} {
  const counts = new Map<string, { period: string; count: number }>();
  const read = (key: string, period: string): number => {
    const known = counts.get(key);
    return known?.period === period ? known.count : 0;
  };
  return { read, add: (key, period) => void counts.set(key, { period, count: read(key, period) + 1 }) };
}
