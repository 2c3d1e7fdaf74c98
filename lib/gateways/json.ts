/**
 * From the text of a body to JSON, whatever its content type claims: gateways have sent JSON as octet-stream, and pages
 * (general terms to accept, Cloudflare, maintenance) as anything.
 */
import { EnedisError } from '../errors';
import { safeExtract, textOfPage } from './extract';

/** @throws EnedisError responseHtml, responseTruncated or responseNotJson, each `{status, text}`. */
export function parseJson(body: string, status: number, secrets: readonly string[]): unknown {
  const text = body.trim();
  if (text.startsWith('<'))
    throw new EnedisError('responseHtml', { status, text: safeExtract(textOfPage(text, secrets), secrets) });
  try {
    return JSON.parse(text) as unknown;
  } catch {
    const reason = endsEarly(text) ? 'responseTruncated' : 'responseNotJson';
    throw new EnedisError(reason, { status, text: safeExtract(text, secrets) });
  }
}

/** Whether it begins as JSON and stops inside a text, a list or an object. Nothing at all is the shortest such case. */
function endsEarly(text: string): boolean {
  if (text === '') return true;
  if (!/^[[{]/.test(text)) return false;
  let depth = 0;
  let quoted = false;
  for (let place = 0; place < text.length; place++) {
    const character = text[place]!;
    if (quoted) {
      if (character === '\\') place++;
      else if (character === '"') quoted = false;
    } else if (character === '"') quoted = true;
    else if ('[{'.includes(character)) depth++;
    else if (']}'.includes(character)) depth--;
  }
  return quoted || depth > 0;
}
