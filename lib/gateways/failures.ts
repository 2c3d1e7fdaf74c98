/**
 * From a refusal to the reason behind it: what the body says (`clues.ts`) is looked up in the table (`refusals.ts`). What
 * Enedis says comes before what a status may mean.
 */
import type { HttpResponse } from '../http/http';
import { EnedisError, type Params } from '../errors';
import { cluesOf, type Clues } from './clues';
import type { GatewayDefinition } from './definition';
import { safeExtract } from './extract';
import { COMMON_WORDS, ENEDIS_CODES, STATUSES, type Refusal } from './refusals';
import { nextHour, retryTime } from './retry-time';

/** What a response doesn't say itself: whose it is, when it came, and what mustn't be quoted of it. */
export interface FailureContext {
  gateway: Pick<GatewayDefinition, 'isRelay' | 'refusals'>;
  /** Epoch ms. */
  now: number;
  /** Never repeated in an error. */
  secrets: readonly string[];
}

/**
 * The reason behind a response that brings no measures.
 * Params: `status`, and where there are any `code` (Enedis' or the relay's) and `text` (a short safe extract).
 */
export function failureOf(response: HttpResponse, context: FailureContext): EnedisError {
  const clues = cluesOf(response, context.secrets);
  return errorOf(meaningOf(clues, context) ?? { reason: 'responseStatus' }, response, clues, context);
}

/** As `failureOf`, but null when the body says nothing we know: for an answer of success that holds no measures. */
export function understood(response: HttpResponse, context: FailureContext): EnedisError | null {
  const clues = cluesOf(response, context.secrets);
  const row = meaningOf(clues, context);
  return row ? errorOf(row, response, clues, context) : null;
}

/** The first row that applies. */
function meaningOf(clues: Clues, { gateway }: FailureContext): Refusal | undefined {
  const { marks, words } = gateway.refusals;
  for (const rows of [ENEDIS_CODES, marks, COMMON_WORDS, words, STATUSES]) {
    const found = rows.find((row) => applies(row, clues, gateway.isRelay));
    if (found) return found;
  }
  return undefined;
}

function applies(row: Refusal, { status, page, codes, texts }: Clues, isRelay: boolean): boolean {
  return (
    (row.status?.some((s) => (typeof s === 'number' ? s === status : s[0] <= status && status <= s[1])) ??
      true) &&
    (!row.relayed || isRelay) &&
    (!row.page || page) &&
    (row.codes === undefined ||
      codes.some(({ written, meant }) => [written, ...meant].some((code) => row.codes!.includes(code)))) &&
    (row.says === undefined || texts.some((text) => row.says!.test(text)))
  );
}

function errorOf(
  { reason, params: own = {} }: Refusal,
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
  const told = retryTime(clues.texts, response.headers['retry-after'], now);
  return new EnedisError(reason, params, told ?? (reason === 'quotaGateway' ? nextHour(now) : undefined));
}
