/**
 * Whose turn is it? Which of a meter's series an attempt asks for, in which order, and when to look for what is left.
 * While yesterday isn't published a try costs one request: the missing series take turns at it, and the first that comes
 * opens the way for the others. Days that are late for longer are looked for when they were seen to come, with few requests
 * a day. Pure.
 */
import type { SeriesKey } from '../archive/archive';
import { parisDay } from '../readings/paris';
import { halfWay, isLate, isWide, type Appearance } from './lateness';
import type { Attempt } from './attempt';

/** A series of which something is due, as the attempt finds it. Instants are epoch ms. */
export interface Target {
  key: SeriesKey;
  /** Days (`YYYY-MM-DD`), rising. */
  due: readonly string[];
  /** When a request last covered yesterday; 0: none has. */
  yesterdayAskedAt: number;
  /** Neither the others nor the day wait for it. */
  dormant: boolean;
  /** Nothing of it was ever asked for: a first collection waits for nobody. */
  isNew: boolean;
  /** It failed today. */
  hasFailed: boolean;
  /** It is late for more than a day, or yesterday is there in part and doesn't grow. */
  isStuck: boolean;
  /** When its days appear; null where that isn't known. */
  expected: Appearance | null;
}

/** Of a meter that is late for days: at most so many requests a day. */
const LATE_REQUESTS = 6;
/** Where something is broken: at most so many. */
const FAILING_REQUESTS = 12;
/** What one try may cost: some gateways are asked a second time by another name. */
const REQUESTS_A_TRY = 2;
const HOUR = 3_600_000;
/** The last look is this long before the day is given up: it takes a moment. */
const LAST_LOOK = HOUR / 6;
/** The least time between two looks. */
const SHORTEST_GAP = HOUR / 2;

/** Those to be asked now, in this order. @param requests made for this meter by itself today. */
export function turnsOf(all: readonly Target[], attempt: Attempt, requests: number): Target[] {
  const { now, yesterday, manual, unlessAskedSince } = attempt;
  const probedAt = lastProbe(all, yesterday);
  const isProbed = probedAt >= unlessAskedSince && probedAt <= now;
  const look = manual ? null : nextLook(all, attempt, requests);
  // Those that failed today are tried again as long as the day's requests last.
  const triesLeft = Math.floor((FAILING_REQUESTS - requests) / REQUESTS_A_TRY);
  const givenUp = manual ? [] : all.filter(({ hasFailed }) => hasFailed).slice(Math.max(0, triesLeft));
  const isAsked = (target: Target): boolean => {
    if (givenUp.includes(target)) return false;
    if (!isWaiting(target, yesterday)) return true;
    if (!manual && isLateTarget(target)) return look !== null && look <= now;
    return !isProbed || target.due.some((date) => date !== yesterday);
  };
  // Those that wait take turns: it begins with the one that was asked for longest ago.
  const rank = (target: Target): number =>
    isWaiting(target, yesterday) ? target.yesterdayAskedAt : Infinity;
  return all.filter(isAsked).sort((a, b) => Math.sign(rank(a) - rank(b)) || 0);
}

/** Whether a series is expected to have yesterday, and hasn't. */
export function isWaiting({ due, dormant, isNew }: Target, yesterday: string): boolean {
  return !dormant && !isNew && due.includes(yesterday);
}

/** Whether it is asked when its days are seen to come, and not at every try. */
export function isLateTarget({ isStuck, expected }: Target): boolean {
  return isStuck || (expected !== null && isLate(expected));
}

/** Whether nothing is to be learnt of a series that another of the same attempt, asked in vain, hasn't shown. */
export function isHeldBack(target: Target, inVain: readonly string[], yesterday: string): boolean {
  return isWaiting(target, yesterday) && target.due.every((date) => inVain.includes(date));
}

/** When one of those that wait for yesterday was last asked for it, epoch ms; 0: none was. */
export function lastProbe(targets: readonly Target[], yesterday: string): number {
  const waiting = targets.filter((target) => isWaiting(target, yesterday));
  return Math.max(0, ...waiting.map(({ yesterdayAskedAt }) => yesterdayAskedAt));
}

/** When to look for days that are late: epoch ms, now where that is past. Null: no more today. */
export function nextLook(
  all: readonly Target[],
  { now, yesterday, lastTry, midnight }: Attempt,
  requests: number,
): number | null {
  const late = all.filter((target) => isWaiting(target, yesterday) && isLateTarget(target));
  if (late.length === 0) return null;
  const probedAt = Math.min(now, lastProbe(late, yesterday));
  // Looks in vain that can still be afforded, when what comes in the end is to be asked for as well.
  const spare = LATE_REQUESTS - requests - late.length;
  const isSure = spare >= 0 || requests === 0;
  const due: number[] = [];
  const closer: { middle: number; by: number }[] = [];
  let isOverdue = false;
  for (const { due: dates, expected } of late) {
    for (const date of dates) {
      if (!expected) isOverdue = true;
      if (!expected) continue;
      const { end } = parisDay(date);
      const [middle, by] = [end + halfWay(expected), end + expected.by];
      if (isUnclear(expected) && middle > probedAt && spare >= 1) closer.push({ middle, by });
      // What is to be tomorrow doesn't count today.
      if (by > probedAt && (isSure || by > lastTry)) due.push(by);
      if (by <= probedAt) isOverdue = true;
    }
  }
  // Each morning one, should all be as usual again.
  const kept = late.some(({ expected }) => expected !== null && isUnclear(expected)) ? 1 : 0;
  // Where there is enough for one round only, it is made when the last of today's days are expected: the others come then.
  const today = due.filter((at) => at <= lastTry);
  const isOneRound = spare < late.length && today.length > 0;
  const round = isOneRound ? Math.max(...today) : -Infinity;
  const looks = isOneRound ? [round] : due;
  looks.push(...closer.filter(({ by }) => by > round - HOUR).map(({ middle }) => middle));
  if (probedAt < midnight && (isOverdue ? !isOneRound : spare > kept)) looks.push(midnight);
  if (isOverdue && probedAt >= midnight && isSure) {
    const even = (lastTry - LAST_LOOK - probedAt) / Math.max(1, spare + 1);
    const isKnown = late.every(({ expected }) => expected !== null && isLate(expected));
    const gap = isKnown && spare >= 1 ? Math.min(even, HOUR) : even;
    looks.push(probedAt + Math.max(SHORTEST_GAP, gap));
  }
  return looks.length > 0 ? Math.min(...looks) : null;
}

/** Late, and the hour isn't known yet. */
function isUnclear(expected: Appearance): boolean {
  return isLate(expected) && isWide(expected);
}
