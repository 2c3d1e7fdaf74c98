/**
 * What a Conso API token says of itself: a JWT whose `sub` lists the PDL it opens and whose `exp` is about three years off
 * (source: bokub/conso-api, bokub/linky). Only its payload is read; whether it is genuine is Conso API's business.
 */
import { isUsagePointId } from '../readings/reading';

/** Null is a date that isn't given, or can't be one. */
export interface ConsoToken {
  /** The PDL it opens; empty when it doesn't say. */
  usagePointIds: string[];
  /** Epoch ms. */
  issuedAt: number | null;
  /** Epoch ms. */
  expiresAt: number | null;
}

/** Null for a text that isn't a JWT. */
export function readConsoToken(token: string): ConsoToken | null {
  const parts = cleanToken(token).split('.');
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

/** A token as people paste it: with blanks around, or with the word Bearer. */
export function cleanToken(token: string): string {
  return token.trim().replace(/^bearer\s+/i, '');
}

/** The last second of the year 9999: a date beyond can't be written, and isn't meant. */
const LAST_SECOND = 253_402_300_799;

function fromSeconds(value: unknown): number | null {
  return typeof value === 'number' && value >= 0 && value <= LAST_SECOND ? value * 1000 : null;
}
