/**
 * What a Conso API token says of itself: a JWT whose `sub` lists the PDL it opens and whose `exp` is about three years off
 * (source: bokub/conso-api, bokub/linky). Only its payload is read; whether it is genuine is Conso API's business.
 */
import { isUsagePointId } from '../../readings/reading';
import type { TokenClaims } from '../definition';
import { cleanCredential } from '../pasted';

/** Reads the payload of a token; null for a text that isn't a JWT. */
export function readConsoToken(token: string): TokenClaims | null {
  const parts = cleanCredential(token).split('.');
  const payload = parts.length === 3 ? readPart(parts[1]) : null;
  if (payload === null) return null;
  const { sub, iat, exp } = payload;
  const subjects: unknown[] = Array.isArray(sub) ? sub : [sub];
  return {
    usagePointIds: subjects.filter(isUsagePointId),
    issuedAt: fromSeconds(iat),
    expiresAt: fromSeconds(exp),
  };
}

/** Characters of an HS256 signature, which is how Conso API signs. */
const SIGNATURE = 43;

/** Whether a token that can be read lacks part of its beginning or its end: it was cut when it was copied. */
export function isCutShort(token: string): boolean {
  const [header, , signature = ''] = cleanCredential(token).split('.');
  const start = readPart(header);
  return start === null || (start.alg === 'HS256' && signature.length !== SIGNATURE);
}

function readPart(part: string | undefined): Record<string, unknown> | null {
  try {
    const content: unknown = JSON.parse(Buffer.from(part ?? '', 'base64url').toString('utf8'));
    return typeof content === 'object' && content !== null ? (content as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

/** The last second of the year 9999: a date beyond can't be written, and isn't meant. */
const LAST_SECOND = 253_402_300_799;

function fromSeconds(value: unknown): number | null {
  return typeof value === 'number' && value >= 0 && value <= LAST_SECOND ? value * 1000 : null;
}
