/** Conso API's tokens: signed like the real ones, with a secret that guards nothing. */
import { createHmac } from 'node:crypto';

/** All that is in a token of the simulator's. */
export interface TokenClaims {
  /** The usage points it gives access to. */
  sub: readonly string[] | string;
  /** Seconds since the epoch. */
  iat?: number;
  exp?: number;
}

const LIFE = 1094 * 86_400;

/** A JSON Web Token, HS256. Without `exp` it lasts 1094 days from `iat`; without `iat` it was issued on 1 October 2026. */
export function createToken({ sub, iat = 1_790_812_800, exp = iat + LIFE }: TokenClaims): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const signed = `${part({ alg: 'HS256', typ: 'JWT' })}.${part({ sub, iat, exp })}`;
  return `${signed}.${createHmac('sha256', 'simulator').update(signed).digest('base64url')}`;
}

/** The claims of a token that looks like one. */
export function readToken(token: string): { sub: string[]; exp: number } | undefined {
  const parts = token.split('.');
  if (parts.length !== 3) return undefined;
  try {
    const claims: unknown = JSON.parse(Buffer.from(parts[1] ?? '', 'base64url').toString('utf8'));
    if (typeof claims !== 'object' || claims === null) return undefined;
    const { sub, exp } = claims as { sub?: unknown; exp?: unknown };
    const list: unknown[] = Array.isArray(sub) ? sub : [sub];
    return {
      sub: list.filter((one) => typeof one === 'string'),
      exp: typeof exp === 'number' ? exp : Infinity,
    };
  } catch {
    return undefined;
  }
}
