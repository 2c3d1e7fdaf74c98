/**
 * What a Conso API token says of itself: a JWT whose `sub` lists the PDL it opens and whose `exp` is about three years off
 * (source: bokub/conso-api, bokub/linky). Only its payload is read; whether it is genuine is Conso API's business.
 */
import { isUsagePointId } from '../../readings/reading';
import { cleanCredential } from '../credentials';
import type { TokenClaims } from '../definition';

/** Reads the payload of a token; null for a text that isn't a JWT. */
export function readConsoToken(token: string): TokenClaims | null {
  const parts = cleanCredential(token).split('.');
  if (parts.length !== 3) return null;
  try {
    const payload: unknown = JSON.parse(Buffer.from(parts[1] ?? '', 'base64url').toString('utf8'));
    if (typeof payload !== 'object' || payload === null) return null;
    const { sub, iat, exp } = payload as Record<string, unknown>;
    const subjects: unknown[] = Array.isArray(sub) ? sub : [sub];
    return {
      usagePointIds: subjects.filter(isUsagePointId),
      issuedAt: fromSeconds(iat),
      expiresAt: fromSeconds(exp),
    };
  } catch {
    return null;
  }
}

/** The last second of the year 9999: a date beyond can't be written, and isn't meant. */
const LAST_SECOND = 253_402_300_799;

function fromSeconds(value: unknown): number | null {
  return typeof value === 'number' && value >= 0 && value <= LAST_SECOND ? value * 1000 : null;
}
