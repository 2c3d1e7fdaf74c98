/**
 * A few words of what the other side said, fit for an error or a log: enough for a person to recognise the trouble, never
 * a token nor a full PDL. People paste their errors into public issues.
 */
import { maskUsagePoint } from '../readings/reading';

const LONGEST = 60;

/** Fourteen or more digits, however they are spaced. */
const LONG_NUMBER = /\d(?:[ .\u00a0-]?\d){13,}/g;
/** What looks like a key or a JWT: a long unbroken run with a digit in it. */
const KEY_LIKE = /(?=[\w+/=.~-]*\d)[\w+/=~-][\w+/=.~-]{23,}/g;

/**
 * One line of at most 60 characters.
 * @param secrets texts that must not appear, in whatever form the other side echoes them.
 */
export function safeExtract(text: string, secrets: readonly string[] = []): string {
  // Cut first, generously: a body may be megabytes. What the cut halves still looks like a key.
  let safe = text.slice(0, 2000);
  for (const secret of secrets) {
    if (secret.length > 3)
      safe = safe.replaceAll(secret, '•••').replaceAll(encodeURIComponent(secret), '•••');
  }
  safe = safe
    .replace(LONG_NUMBER, (run) => {
      const digits = run.replace(/\D/g, '');
      return digits.length === 14 ? maskUsagePoint(digits) : '•••';
    })
    .replace(KEY_LIKE, '•••')
    .replace(/[\s\p{C}]+/gu, ' ')
    .trim();
  return safe.length > LONGEST ? `${safe.slice(0, LONGEST - 1)}…` : safe;
}

/** What is between the tags of a web page: its title if it has one, for nobody is helped by `<!DOCTYPE html>`. */
export function textOfPage(html: string): string {
  const start = html.slice(0, 5000);
  const title = /<title[^>]*>([^<]*)/i.exec(start)?.[1]?.trim();
  if (title) return title;
  return start
    .replace(/<(script|style)\b[\s\S]*?<\/\1>/gi, ' ')
    .replace(/<[^>]*>/g, ' ')
    .trim();
}
