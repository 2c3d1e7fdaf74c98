/**
 * What a refusal means. Enedis, its WSO2 front, Cloudflare and each relay word theirs differently, and relays wrap those of
 * the others: here every code and every sentence is first gathered from the body, however deep, and then one table,
 * read from the top, says which of our reasons it is. A newly met refusal is a row of that table.
 * Sources: docs and Swaggers, issue threads of bokub/conso-api, bokub/ha-linky,
 * MyElectricalData, as of November 2026, and WSO2 API Manager's list of codes for 9008xx and 9009xx.
 */
import type { HttpResponse } from '../http/http';
import { EnedisError, type Params, type Reason } from '../errors';
import { safeExtract, textOfPage, withoutSecrets } from './extract';
import type { GatewayKind } from './gateway';

/** What a response doesn't say itself: whose it is, when it came, and what mustn't be quoted of it. */
export interface FailureContext {
  kind: GatewayKind;
  /** Epoch ms. */
  now: number;
  /** Never repeated in an error. */
  secrets: readonly string[];
}

/** What a body says, taken out of its wrappers. */
interface Clues {
  status: number;
  kind: GatewayKind;
  page: boolean;
  codes: Code[];
  texts: string[];
  /** Fields a validation error complains of. */
  fields: string[];
}

interface Code {
  /** `ADAM-ERR0123`, `ADAM-DC-0008`, `STM-ERR-0000014`, `900804`, `INVALID-CLIENT`. */
  written: string;
  /** Enedis' own by their letters and their number: `ERR123`, `DC8`, `STM14`. */
  meant: string[];
}

interface Rule {
  reason: Reason;
  /** Any of these codes, as written or as meant. */
  codes?: readonly string[];
  /** Any text that matches. */
  says?: RegExp;
  /** Statuses, singly or as `[from, to]`. */
  status?: readonly (number | readonly [number, number])[];
  kinds?: readonly GatewayKind[];
  page?: boolean;
  /** What the sentence of this reason needs besides. */
  params?: Params;
}

const MED = ['my-electrical-data', 'my-electrical-data-v1'] as const;
const RELAYS = ['conso-api', 'demo', ...MED] as const;
const CONSO = ['conso-api', 'demo'] as const;

/** Cloudflare's own numbers (its documentation of 1xxx errors): an address that is shut out, one that is too fast. */
const CLOUDFLARE_BANS = ['1005', '1006', '1007', '1008', '1009', '1010', '1012', '1020', '1106'];

const INVALID_PARAMETERS = /param[èe]tres invalides/i;

/** Read from the top, the first rule whose every condition holds. What Enedis says comes before what a status may mean. */
const RULES: readonly Rule[] = [
  // Enedis' own codes, whoever passes them on and under whichever status (docs and captures disagree on those).
  { codes: ['ERR123'], reason: 'periodBeforeActivation' },
  { codes: ['ERR126', 'DC15'], reason: 'periodTooLong' },
  { codes: ['ERR125', 'DC16'], reason: 'periodTooOld' },
  { codes: ['ERR69'], reason: 'wrongDirection' },
  { codes: ['ERR61', 'DC7'], reason: 'consentNotHolder' },
  { codes: ['ERR75'], reason: 'collectionOpposed' },
  { codes: ['ERR191'], reason: 'consentService' },
  { codes: ['ERR2'], reason: 'periodRefused' },
  { codes: ['DC8', 'STM19'], reason: 'consentMissing' },
  { codes: ['DC9'], reason: 'periodBeforeConsent' },
  { codes: ['STM14', 'STM20', 'NO-DATA-FOUND', 'NO-DATA', 'PARTIAL-DATA'], reason: 'noData' },
  { codes: ['DC500', 'STM1', 'TECHNICAL-ERROR'], reason: 'enedisFailing' },

  // The door of Enedis' platform (WSO2): throttled, application not subscribed, its token refused, back end silent.
  {
    codes: ['900800', '900801', '900802', '900803', '900804', '900805', '900806', '900807'],
    reason: 'quotaGateway',
  },
  { codes: ['900908', '900909', '900910', 'UNAUTHORIZED-USER'], reason: 'consentApplication' },
  { codes: ['900900', '900901', '900902', '900903', '900904'], kinds: RELAYS, reason: 'gatewayFailing' },
  { codes: ['900900', '900901', '900902', '900903', '900904'], reason: 'credentialsRefused' },
  {
    codes: ['101500', '101501', '101503', '101504', '101505', '101506', '101507', '101508', '303001'],
    reason: 'enedisFailing',
  },

  // Cloudflare in front of a relay.
  { codes: CLOUDFLARE_BANS, status: [403], kinds: CONSO, reason: 'banned' },
  { page: true, status: [403], kinds: CONSO, reason: 'banned' },
  { says: /^Cloudflare ray$/, status: [403], kinds: CONSO, reason: 'banned' },
  { codes: ['1015'], status: [403, 429], reason: 'quotaGateway' },

  // MyElectricalData's own words: v2's codes, v1's tags. What it says of Enedis' quotas isn't about its own.
  { says: /throttled out|quota q[34]/i, reason: 'quotaGateway' },
  { codes: ['RATE-LIMIT-EXCEEDED', 'LIMIT-REACHED'], kinds: MED, reason: 'quotaDay' },
  { codes: ['DATE-TOO-OLD'], reason: 'periodTooOld' },
  { codes: ['INVALID-DATE-RANGE', 'INVALID-DATE-FORMAT'], reason: 'periodRefused' },
  { codes: ['ACCESS-DENIED'], status: [401], reason: 'credentialsRefused' },
  { codes: ['ACCESS-DENIED'], reason: 'consentMissing' },
  { says: /token.*(match|correspond)/i, status: [401, 403], kinds: MED, reason: 'credentialsForeign' },
  { codes: ['TOKEN-REFRESH-401'], reason: 'consentMissing' },
  { codes: ['CLIENT-NOT-FOUND'], reason: 'credentialsRefused' },
  { codes: ['USAGE-POINT-ID-BAD-FORMATTED'], reason: 'configUsagePoint' },
  { codes: ['SERVICE-OFFLINE'], reason: 'gatewayFailing' },
  { codes: ['ENEDIS-UNAVAILABLE', 'ENEDIS-RETURN-KO'], reason: 'enedisFailing' },

  // The application's credentials, on the way to a token. Through a relay they are the relay's.
  {
    codes: ['INVALID-CLIENT', 'UNAUTHORIZED-CLIENT', 'INVALID-GRANT'],
    kinds: RELAYS,
    reason: 'gatewayFailing',
  },
  { codes: ['INVALID-CLIENT', 'UNAUTHORIZED-CLIENT', 'INVALID-GRANT'], reason: 'credentialsRefused' },
  { says: /impossible de rafra[iî]chir le token/i, reason: 'gatewayFailing' },

  // Sentences, for bodies whose code says nothing or that have none.
  { says: /^Enedis message$/, reason: 'enedisFailing' },
  { says: /compteur incompatible/i, reason: 'collectionOff' },
  { says: /services? souscrits?|aucun service/i, status: [[400, 404]], reason: 'consentService' },
  {
    says: /earlier than (the )?current date|before (today|yesterday)|ant[ée]rieure? (à|a) (la )?date (du jour|courante|actuelle)|dans le futur/i,
    reason: 'periodTooLate',
  },
  {
    says: /last activation|derni[èe]re (date )?(de |d['’])?(mise en service|activation)/i,
    status: [[400, 404]],
    reason: 'periodBeforeActivation',
  },
  { says: /sens de la mesure/i, reason: 'wrongDirection' },
  { says: /(not|n['’]est pas) (the |le )?(holder|titulaire)/i, reason: 'consentNotHolder' },
  { says: /no consent (was )?found|aucun consentement/i, reason: 'consentMissing' },
  { says: /start of (the )?consent|d[ée]but du consentement/i, reason: 'periodBeforeConsent' },
  {
    says: /\b(24|36) (months|mois)\b|\b(2|3|two|three|deux|trois) (years|ans)\b|profondeur|history limit/i,
    status: [[400, 404]],
    reason: 'periodTooOld',
  },
  { says: /\b(7|sept|seven) (consecutive )?(days|jours)\b/i, status: [400], reason: 'periodTooLong' },
  {
    says: /no[_ -]?(data|measures?)\b|(pas de|aucune?) (mesure|donn[ée]e)|(mesures?|donn[ée]es?) (non trouv[ée]e|introuvable|inexistante)/i,
    status: [[200, 299], 400, 404],
    reason: 'noData',
  },
  {
    says: /quota (is )?reached|too many requests/i,
    kinds: ['data-connect', ...CONSO],
    reason: 'quotaGateway',
  },

  // Conso API's own checks.
  {
    status: [401],
    says: /\bprms?\b|\bpdl\b|point de livraison|usage.?point/i,
    kinds: CONSO,
    reason: 'credentialsForeign',
  },
  {
    status: [400],
    says: /authorization|bearer|en-?t[êe]te/i,
    kinds: CONSO,
    reason: 'credentialsMissing',
    params: { field: 'token' },
  },
  { says: /^type invalid$/, status: [400], kinds: CONSO, reason: 'responseStatus' },
  {
    says: /(usage_point_id|pointid|\bprm\b|point de livraison|usage point).*(14|digit|chiffre|format|invalid|incorrect|missing|manqu)/i,
    status: [400, 422],
    reason: 'configUsagePoint',
  },
  { codes: ['INVALID-REQUEST', 'INVALID-RESQUEST'], status: [400, 422], reason: 'periodRefused' },
  { says: INVALID_PARAMETERS, status: [400], reason: 'periodRefused' },

  // What a status means where the body didn't help.
  { status: [409], kinds: ['my-electrical-data-v1'], reason: 'quotaDay' },
  { status: [429], reason: 'quotaGateway' },
  { status: [422], kinds: MED, reason: 'periodRefused' },
  { status: [400, [402, 403], [405, 407]], page: true, reason: 'responseHtml' },
  { status: [401], reason: 'credentialsRefused' },
  { status: [403], reason: 'consentMissing' },
  { codes: ['ENEDIS-ERROR'], reason: 'enedisFailing' },
  { status: [408, [502, 504], [520, 530]], reason: 'gatewayFailing' },
  { status: [[500, 599]], reason: 'enedisFailing' },
];

/**
 * The reason behind a response that brings no measures.
 * Params: `status`, and where there are any `code` (Enedis' or the relay's) and `text` (a short safe extract).
 */
export function failureOf(response: HttpResponse, context: FailureContext): EnedisError {
  return (
    understood(response, context) ??
    made({ reason: 'responseStatus' }, response, cluesOf(response, context), context)
  );
}

/** As `failureOf`, but null when the body says nothing we know: for an answer of success that holds no measures. */
export function understood(response: HttpResponse, context: FailureContext): EnedisError | null {
  const clues = cluesOf(response, context);
  const rule = RULES.find((candidate) => applies(candidate, clues));
  return rule ? made(rule, response, clues, context) : null;
}

/** A relay that doesn't know the address or the type of data it was asked for (and so perhaps knows the older ones). */
export function knowsNoSuchType(response: HttpResponse): boolean {
  const context: FailureContext = { kind: 'conso-api', now: 0, secrets: [] };
  const { status, texts, fields } = cluesOf(response, context);
  if (status === 404) return understood(response, context) === null;
  if (status !== 400 || !texts.some((text) => INVALID_PARAMETERS.test(text))) return false;
  // Its checks name what is wrong where they can: `type` among others (the older names of the rest), or nothing at all.
  return fields.length === 0 || fields.includes('type');
}

function applies(rule: Rule, { status, kind, page, codes, texts }: Clues): boolean {
  return (
    (rule.status?.some((s) => (typeof s === 'number' ? s === status : s[0] <= status && status <= s[1])) ??
      true) &&
    (rule.kinds?.includes(kind) ?? true) &&
    (rule.page === undefined || rule.page === page) &&
    (rule.codes === undefined ||
      codes.some(({ written, meant }) => [written, ...meant].some((code) => rule.codes!.includes(code)))) &&
    (rule.says === undefined || texts.some((text) => rule.says!.test(text)))
  );
}

function made(
  { reason, params: own = {} }: Rule,
  response: HttpResponse,
  clues: Clues,
  { now, secrets }: FailureContext,
): EnedisError {
  const params: Params = { ...own, status: response.status };
  const code = clues.codes.find(({ meant }) => meant.length > 0) ?? clues.codes[0];
  if (code !== undefined) params.code = safeExtract(code.written, secrets);
  const text = safeExtract(
    clues.texts.find((candidate) => candidate.includes(' ')) ?? clues.texts[0] ?? '',
    secrets,
  );
  if (text !== '') params.text = text;
  const told = nextAccess(clues.texts, now) ?? retryAfter(response.headers['retry-after'], now);
  return new EnedisError(reason, params, told ?? (reason === 'quotaGateway' ? nextHour(now) : undefined));
}

// ---- gathering -------------------------------------------------------------------------------------------------

/** Deep enough for a relay's wrapper round a wrapper, and long enough for its words; a hostile body doesn't send us further. */
const DEEPEST = 8;
const MOST = 50;
const MOST_VALUES = 300;
const LONGEST = 500;

function cluesOf({ status, body }: HttpResponse, { kind, secrets }: FailureContext): Clues {
  const text = body.trim();
  const page = text.startsWith('<');
  const clues: Clues = { status, kind, page, codes: [], texts: [], fields: [] };
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

// ---- when to come back -----------------------------------------------------------------------------------------

const HOUR = 3_600_000;
/** What is further off is a mistake of theirs, or a trap. */
const FURTHEST = 7 * 24 * HOUR;

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const ACCESS_TIME =
  /(20\d\d)-([A-Z]{3})-(\d\d) (\d\d):(\d\d)(?::(\d\d))?(?:\.\d+)?\s*(?:([+-])(\d\d)(\d\d))?/i;

/** WSO2's `2026-Jul-22 05:00:00+0000 UTC`. */
function nextAccess(texts: readonly string[], now: number): number | undefined {
  for (const text of texts) {
    const match = ACCESS_TIME.exec(text);
    const month = MONTHS.indexOf(match?.[2]?.toLowerCase() ?? '');
    if (!match || month < 0) continue;
    const [, year, , day, hours, minutes, seconds = '0', sign, offsetHours = '0', offsetMinutes = '0'] =
      match;
    const utc = Date.UTC(Number(year), month, Number(day), Number(hours), Number(minutes), Number(seconds));
    const offset = (Number(offsetHours) * 60 + Number(offsetMinutes)) * 60_000 * (sign === '-' ? -1 : 1);
    return ahead(utc - offset, now);
  }
  return undefined;
}

/** `Retry-After`: seconds or an HTTP date. */
function retryAfter(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  const text = header.trim();
  return ahead(/^\d+$/.test(text) ? now + Number(text) * 1000 : Date.parse(text), now);
}

function ahead(when: number, now: number): number | undefined {
  return when > now && when - now <= FURTHEST ? when : undefined;
}

/** Enedis' hourly quotas start again on the hour, UTC (bodies pasted in bokub/conso-api #92). */
function nextHour(now: number): number {
  return (Math.floor(now / HOUR) + 1) * HOUR;
}
