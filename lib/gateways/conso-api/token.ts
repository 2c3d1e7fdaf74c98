/**
 * What a Conso API token says of itself: a JWT whose `sub` lists the PDL it opens and whose `exp` is about three years off
 * (source: bokub/conso-api, bokub/linky). Only its payload is read; whether it is genuine is Conso API's business.
 */
import { isUsagePointId } from '../../readings/reading';
import type { TokenClaims } from '../definition';
import { cleanCredential } from '../pasted';
import { readJwt } from './jwt';

/** Reads what a token says; null for a text that isn't a JWT. */
export function readConsoToken(token: string): TokenClaims | null {
  const jwt = readJwt(cleanCredential(token));
  if (jwt === null) return null;
  const { sub, iat, exp } = jwt.claims;
  const subjects: unknown[] = Array.isArray(sub) ? sub : [sub];
  return {
    usagePointIds: subjects.filter(isUsagePointId),
    issuedAt: fromSeconds(iat),
    expiresAt: fromSeconds(exp),
  };
}

/** The last second of the year 9999: a date beyond can't be written, and isn't meant. */
const LAST_SECOND = 253_402_300_799;

function fromSeconds(value: unknown): number | null {
  return typeof value === 'number' && value >= 0 && value <= LAST_SECOND ? value * 1000 : null;
}
