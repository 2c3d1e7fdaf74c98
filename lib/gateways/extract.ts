/**
 * A few words of what the other side said, fit for an error or a log: enough for a person to recognise the trouble, never
 * a token nor a full PDL. People paste their errors into public issues.
 */
import { maskUsagePoint } from '../readings/reading';

const LONGEST = 60;
/** Of a text that is shown; a body may be megabytes. */
const READ = 2000;
/** Of a web page, where the words begin after the scripts. */
const READ_OF_PAGE = 5000;

/** Fourteen or more digits, however they are spaced; what could be a key or a JWT, which is a long unbroken run. */
const NUMBER_OR_RUN = /\d(?:[ .\u00a0-]?\d){13,}|[\w+/=~-][\w+/=.~-]{23,}/g;
const LONG_NUMBER = /\d(?:[ .\u00a0-]?\d){13,}/g;
/** What a number or a run has to show to be recognised. */
const RECOGNISED = 64;

const NONE: readonly string[] = [];

/**
 * One line of at most 60 characters.
 * @param secrets texts that must not appear, in whatever form the other side echoes them.
 */
export function safeExtract(text: string, secrets: readonly string[] = NONE): string {
  const safe = withoutSecrets(text, secrets, READ)
    .replace(LONG_NUMBER, (run) => {
      const digits = run.replace(/\D/g, '');
      return digits.length === 14 ? maskUsagePoint(digits) : '•••';
    })
    .replace(NUMBER_OR_RUN, (run) => (/\d/.test(run) ? '•••' : run))
    .replace(/[\s\p{C}]+/gu, ' ')
    .trim();
  return safe.length > LONGEST ? `${safe.slice(0, LONGEST - 1)}…` : safe;
}

/**
 * About the first `most` characters, every secret masked. What is cut in two isn't recognised any more, so nothing is:
 * the cut is made before a secret, a number or a key that would be.
 */
export function withoutSecrets(text: string, secrets: readonly string[], most: number): string {
  const { pattern, longest } = formsOf(secrets);
  const start = text.slice(0, most + RECOGNISED + longest);
  const masked = pattern === null ? start : start.replace(pattern, '•••');
  // The end of what was looked at may be half a secret.
  let end = start.length === text.length ? most : masked.length - RECOGNISED - longest;
  if (end >= masked.length) return masked;
  for (const { index, 0: run } of masked.matchAll(NUMBER_OR_RUN)) {
    if (index < end && index + run.length > end) end = index;
  }
  return masked.slice(0, Math.max(0, end));
}

interface Forms {
  pattern: RegExp | null;
  /** Characters of the longest form. */
  longest: number;
}

const known = new WeakMap<readonly string[], Forms>();

/**
 * How secrets come back: in capitals, with `_` for `-`, percent-encoded once or again, escaped as in JSON (`\/`, `\u002f`).
 * Remembered for each list: a body may have thousands of rows to be named.
 */
function formsOf(secrets: readonly string[]): Forms {
  let forms = known.get(secrets);
  if (!forms) {
    const usable = secrets.filter(({ length }) => length > 3).sort((a, b) => b.length - a.length);
    const source = usable.map((secret) => Array.from(secret, formOf).join('')).join('|');
    const longest = Math.max(0, ...usable.map((secret) => secret.replace(/[^a-z\d]/gi, ESCAPED_MOST).length));
    forms = { pattern: source === '' ? null : new RegExp(source, 'gi'), longest };
    known.set(secrets, forms);
  }
  return forms;
}

const ESCAPED_MOST = '%25252f';

function formOf(character: string): string {
  if (/[a-z\d]/i.test(character)) return character;
  const same = /[-_]/.test(character) ? ['-', '_'] : [character];
  const plain = same.map((each) => `\\${each}`).join('|');
  const codes = same.map((each) => each.charCodeAt(0).toString(16).padStart(2, '0')).join('|');
  return `(?:\\\\?(?:${plain})|(?:%(?:25){0,2}|\\\\u00)(?:${codes}))`;
}

/** What is between the tags of a web page: its title if it has one, for nobody is helped by `<!DOCTYPE html>`. */
export function textOfPage(html: string, secrets: readonly string[]): string {
  const start = withoutSecrets(html, secrets, READ_OF_PAGE);
  const title = /<title[^>]*>([^<]*)/i.exec(start)?.[1]?.trim();
  if (title) return title;
  return start
    .replace(/<(script|style)\b[\s\S]*?<\/\1>/gi, ' ')
    .replace(/<[^>]*>/g, ' ')
    .trim();
}
