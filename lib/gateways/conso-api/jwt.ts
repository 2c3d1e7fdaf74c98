/** A JSON Web Token, as far as it can be read without its secret. Imports nothing: the editor reads tokens, too. */

/** What a token says, and whether it is whole. Nothing is verified. */
export interface Jwt {
  claims: Record<string, unknown>;
  /** Part of its beginning or its end is missing: it was cut when it was copied. */
  isCutShort: boolean;
}

/** Characters of an HS256 signature. */
const SIGNATURE = 43;

/** Reads a token; null for a text that isn't one, or whose middle is damaged. */
export function readJwt(token: string): Jwt | null {
  const [header = '', payload = '', signature, ...more] = token.split('.');
  const claims = readPart(payload);
  if (signature === undefined || more.length > 0 || claims === null) return null;
  const start = readPart(header);
  const isCutShort = start === null || (start.alg === 'HS256' && signature.length !== SIGNATURE);
  return { claims, isCutShort };
}

function readPart(part: string): Record<string, unknown> | null {
  try {
    const bytes = atob(part.replace(/-/g, '+').replace(/_/g, '/'));
    const text = new TextDecoder().decode(Uint8Array.from(bytes, (byte) => byte.charCodeAt(0)));
    const content: unknown = JSON.parse(text);
    return typeof content === 'object' && content !== null ? (content as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
