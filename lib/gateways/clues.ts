/**
 * What the body of a refusal says: every code and every sentence in it, however deep, whatever it is wrapped in. What they
 * mean is the affair of `refusals.ts`.
 */
import type { HttpResponse } from '../http/http';
import { textOfPage, withoutSecrets } from './extract';

/** What a body says, taken out of its wrappers. */
export interface Clues {
  status: number;
  /** The body is a web page (or XML). */
  page: boolean;
  codes: Code[];
  texts: string[];
  /** Fields a validation error complains of. */
  fields: string[];
}

/** A code, as it came and as Enedis means it. */
export interface Code {
  /** `ADAM-ERR0123`, `ADAM-DC-0008`, `STM-ERR-0000014`, `900804`, `INVALID-CLIENT`. */
  written: string;
  /** Enedis' own by their letters and their number: `ERR123`, `DC8`, `STM14`. */
  meant: string[];
}

/** Deep enough for a relay's wrapper round a wrapper, and long enough for its words; a hostile body doesn't send us further. */
const DEEPEST = 8;
const MOST = 50;
const MOST_VALUES = 300;
const LONGEST = 500;

/**
 * Gathers what a response says.
 * @param secrets never in a code or a text.
 */
export function cluesOf({ status, body }: HttpResponse, secrets: readonly string[]): Clues {
  const text = body.trim();
  const page = text.startsWith('<');
  const clues: Clues = { status, page, codes: [], texts: [], fields: [] };
  if (page) {
    // WSO2 also writes its faults in XML: <ams:code>900902</ams:code>.
    addCodes(clues, text.slice(0, 4000).match(/(?<=code>)\d{6}(?=<)/g) ?? []);
    clues.texts.push(textOfPage(text, secrets));
    return clues;
  }
  const json = parsed(text);
  new Gathering(clues, secrets).take(json === undefined ? text : json, '', 0);
  return clues;
}

/** Goes through a body for what it says. */
class Gathering {
  readonly #clues: Clues;
  readonly #secrets: readonly string[];
  #taken = 0;

  constructor(clues: Clues, secrets: readonly string[]) {
    this.#clues = clues;
    this.#secrets = secrets;
  }

  take(value: unknown, key: string, depth: number): void {
    if (depth > DEEPEST || this.#taken++ > MOST_VALUES) return;
    if (typeof value === 'number' || typeof value === 'string') this.#takeWords(String(value), key, depth);
    else if (Array.isArray(value)) {
      // FastAPI's and zod's validation errors say where: ["path", "start"].
      if (key === 'loc' || key === 'path') {
        this.#addFields(value.filter((part) => typeof part === 'string' || typeof part === 'number'));
      } else for (const item of value.slice(0, MOST)) this.take(item, key, depth + 1);
    } else if (typeof value === 'object' && value !== null) {
      if (key === 'fieldErrors') this.#addFields(Object.keys(value));
      for (const [name, inner] of Object.entries(value).slice(0, MOST)) this.take(inner, name, depth + 1);
    }
  }

  #addFields(path: readonly (string | number)[]): void {
    const names = path.slice(0, MOST).map(String);
    this.#clues.fields.push(...names);
    this.#addText(`${withoutSecrets(names.join('.'), this.#secrets, LONGEST)} invalid`);
  }

  #addText(text: string): void {
    if (this.#clues.texts.length < MOST) this.#clues.texts.push(text);
  }

  #takeWords(words: string, key: string, depth: number): void {
    const inner = /^\s*[[{]/.test(words) ? parsed(words) : undefined;
    if (inner !== undefined) return this.take(inner, key, depth + 1);
    // Before anything is cut or written otherwise: what is masked later has to be recognised.
    const text = withoutSecrets(words, this.#secrets, LONGEST);
    const mark = MARKS.get(key);
    if (mark !== undefined) this.#addText(mark);
    else if (key === 'nextAccessTime') this.#addText(`${key} ${text}`);
    else if (CODE_KEYS.has(key.toLowerCase()) && /^[\w-]{2,60}$/.test(text))
      return addCodes(this.#clues, [text]);
    else if (/\s/.test(text) || key === '') this.#addText(text);
    addCodes(
      this.#clues,
      TAGS.flatMap((tag) => tag.exec(text)?.slice(1) ?? []),
    );
    addCodes(this.#clues, text.match(ENEDIS_CODES) ?? []);
  }
}

/** Keys whose short values are codes. */
const CODE_KEYS = new Set(['code', 'error', 'error_code', 'errorcode', 'tag', 'detail']);

/** Codes inside sentences, as MyElectricalData v1 writes them: `no_data_found: …`, `Code d'erreur : 404 - no_data_found`. */
const TAGS = [/^((?=\w+?[_-][\w-])[\w-]+|\d{6})(?=\s*:)/, /code d['’]erreur\s*:\s*\d{3}\s*-\s*([\w-]+)/i];

/** Keys that give away who wrote a body without words. A Map: the keys are a stranger's, `toString` among them. */
const MARKS: ReadonlyMap<string, string> = new Map([
  ['ray_id', 'Cloudflare ray'],
  ['msgId', 'Enedis message'],
]);

function addCodes(clues: Clues, codes: readonly string[]): void {
  for (const code of codes.slice(0, MOST - clues.codes.length)) {
    const written = code.toUpperCase().replaceAll('_', '-');
    clues.codes.push({ written, meant: canonical(written) });
  }
}

/** `ADAM-ERR0123`, `ADAM_ADAM-ERR0191`, `ADAM_DC_0008`, `STM-ERR-0000014`, even without its first word. */
const ENEDIS_CODES = /(?<![a-z])(?:(?:adam|stm)[-_ ]*)*(?:dc|err)[-_]*\d{2,8}(?!\d)/gi;

/** The number counts and the word before it, not the zeros nor what is repeated in front: `ERR123`, `DC8`, `STM14`. */
function canonical(code: string): string[] {
  return [...code.matchAll(ENEDIS_CODES)].map(([found]) => {
    const family = /stm/i.test(found) ? 'STM' : /dc[-_]*\d+$/i.test(found) ? 'DC' : 'ERR';
    return `${family}${Number(/\d+$/.exec(found)?.[0])}`;
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
