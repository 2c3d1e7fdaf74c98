/** When a refusal says to come back: in its body (WSO2's `nextAccessTime`) or in the header `Retry-After`. */

const HOUR = 3_600_000;
/** What is further off is a mistake of theirs, or a trap. */
const FURTHEST = 7 * 24 * HOUR;

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const ACCESS_TIME =
  /(20\d\d)-([A-Z]{3})-(\d\d) (\d\d):(\d\d)(?::(\d\d))?(?:\.\d+)?\s*(?:([+-])(\d\d)(\d\d))?/i;

/**
 * Epoch ms, not in the past and at most a week off; undefined where nothing is said.
 * @param texts of the body. @param header `Retry-After`, if there is one.
 */
export function retryTime(
  texts: readonly string[],
  header: string | undefined,
  now: number,
): number | undefined {
  return nextAccess(texts, now) ?? retryAfter(header, now);
}

/** As WSO2 writes it: `2026-Jul-22 05:00:00+0000 UTC`. */
function nextAccess(texts: readonly string[], now: number): number | undefined {
  for (const text of texts) {
    const match = ACCESS_TIME.exec(text);
    const month = MONTHS.indexOf(match?.[2]?.toLowerCase() ?? '');
    if (!match || month < 0) continue;
    const [, year, , day, hours, minutes, seconds = '0', sign, offsetHours = '0', offsetMinutes = '0'] =
      match;
    const utc = Date.UTC(Number(year), month, Number(day), Number(hours), Number(minutes), Number(seconds));
    const offset = (Number(offsetHours) * 60 + Number(offsetMinutes)) * 60_000 * (sign === '-' ? -1 : 1);
    return ahead(utc - offset, now);
  }
  return undefined;
}

/** Seconds or an HTTP date. */
function retryAfter(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  const text = header.trim();
  return ahead(/^\d+$/.test(text) ? now + Number(text) * 1000 : Date.parse(text), now);
}

function ahead(when: number, now: number): number | undefined {
  return when > now && when - now <= FURTHEST ? when : undefined;
}

/** Epoch ms of the next full hour: Enedis' hourly quotas start again on the hour, UTC (bodies pasted in bokub/conso-api #92). */
export function nextHour(now: number): number {
  return (Math.floor(now / HOUR) + 1) * HOUR;
}
