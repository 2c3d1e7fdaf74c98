/**
 * How a document is written down, so that damage shows: with a checksum. A document of entries has one for each entry
 * and one for all of them together, and each entry on a line of its own, so that a damaged one costs itself only.
 * This is format 2. Format 1 was plain JSON: it is taken as it is, and sealed when it is written again.
 */
import { createHash } from 'node:crypto';

const VERSION = 2;

/** The document needs a newer version of this package. */
export class NewerFormat extends Error {}

/** What can be told of a document of entries before anybody knows what its entries should hold. */
export interface OpenedEntries {
  entries: [name: string, content: unknown][];
  /** False where something is missing, or isn't what was written. */
  isWhole: boolean;
}

type Fields = Record<string, unknown>;

/** A document of one piece as text. */
export function seal(content: unknown): string {
  const text = JSON.stringify(content);
  return `{"version":${VERSION},"checksum":"${checksumOf(text)}","content":${text}}`;
}

/** A document of entries as text. */
export function sealEntries(entries: Readonly<Fields>): string {
  const lines: string[] = [];
  const checksums: string[] = [];
  for (const [name, content] of Object.entries(entries)) {
    const text = JSON.stringify(content);
    const checksum = checksumOfEntry(name, text);
    checksums.push(checksum);
    lines.push(`${JSON.stringify(name)}:{"checksum":"${checksum}","content":${text}}`);
  }
  const whole = checksumOf(checksums.join());
  return `{"version":${VERSION},"checksum":"${whole}","entries":{\n${lines.join(',\n')}\n}}`;
}

/**
 * The content of a document of one piece.
 * @throws NewerFormat; any other Error where it is damaged.
 */
export function open(text: string): unknown {
  const parsed: unknown = JSON.parse(text);
  if (!isFields(parsed)) return parsed;
  const { checksum, content } = parsed;
  if (parsed.version === VERSION && checksum === checksumOf(JSON.stringify(content))) return content;
  refuseNewer(parsed);
  // Nearly sealed: that isn't format 1, but damage.
  if ('checksum' in parsed || 'content' in parsed) throw new Error('damaged');
  return parsed;
}

/**
 * What there is of a document of entries.
 * @throws NewerFormat
 */
export function openEntries(text: string): OpenedEntries {
  const parsed = parseOrUndefined(text) ?? {};
  refuseNewer(parsed);
  if (isFields(parsed.entries)) return verified(Object.entries(parsed.entries), parsed.checksum);
  // Format 1 had days only.
  if (parsed.version === 1 && isFields(parsed.days))
    return { entries: Object.entries(parsed.days), isWhole: true };
  return verified(salvaged(text), undefined);
}

/** Keeps the entries whose checksum is right. */
function verified(sealed: [string, unknown][], whole: unknown): OpenedEntries {
  const entries: OpenedEntries['entries'] = [];
  const checksums: string[] = [];
  for (const [name, entry] of sealed) {
    const { checksum, content } = isFields(entry) ? entry : {};
    if (checksum !== checksumOfEntry(name, JSON.stringify(content))) continue;
    checksums.push(String(checksum));
    entries.push([name, content]);
  }
  return {
    entries,
    isWhole: entries.length === sealed.length && whole === checksumOf(checksums.join()),
  };
}

/** The entries of a text that isn't JSON any more: whatever lines still are. One may run into the next. */
function salvaged(text: string): [string, unknown][] {
  const lines = text.split(/\n|(?<=\},)[^{](?=")/);
  return lines.flatMap((line) => Object.entries(parseOrUndefined(`{${line.replace(/[^}]*$/, '')}}`) ?? {}));
}

function parseOrUndefined(text: string): Fields | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    return isFields(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

function refuseNewer({ version }: Fields): void {
  if (typeof version === 'number' && Number.isInteger(version) && version > VERSION) throw new NewerFormat();
}

/** An entry under another name is damage, too. */
function checksumOfEntry(name: string, text: string): string {
  return checksumOf(`${JSON.stringify(name)}:${text}`);
}

function checksumOf(text: string | undefined): string {
  return createHash('sha256').update(String(text)).digest('hex').slice(0, 12);
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
