/**
 * How Enedis says no: every documented error by name, in every body shape seen. A gateway then relays
 * it in its own way, which is the gateway's business.
 */

/** The bodies a refusal was ever seen in. `pair` unless a rule says otherwise. */
export type FailureShape =
  /** `{error, error_description}`: what Enedis really sends. */
  | 'pair'
  /** The same with `error_uri`, as in v4. */
  | 'pairUri'
  /** `{code, message}`: what the 2026 Swagger promises. */
  | 'codeMessage'
  | 'codeMessageList'
  /** WSO2 gateway, flat: `{code, message, description}`. */
  | 'wso2'
  /** WSO2 gateway, `{fault: {code: number, …}}`. */
  | 'wso2Fault'
  | 'text'
  | 'html'
  /** The gateway of autumn 2023: `{reasons, details}`. */
  | 'reasons'
  /** Cloudflare's JSON. */
  | 'cloudflareJson';

interface FailureRule {
  status: number;
  /** Spelled as sent, where that isn't the name. */
  code?: string;
  message: string;
  shape?: FailureShape;
}

const rules = {
  'ADAM-ERR0002': { status: 400, message: 'La date de fin doit être postérieure à la date de début.' },
  invalid_request: { status: 400, message: 'The request is malformed or one of its parameters is invalid.' },
  'ADAM-ERR0123': {
    status: 400,
    message: 'La période demandée commence avant la dernière mise en service du point.',
  },
  'ADAM-ERR0126': { status: 400, message: 'La période demandée pour une courbe ne peut excéder 7 jours.' },
  'ADAM-DC-0015': { status: 400, message: 'The load curve period must not exceed 7 days.' },
  'ADAM-ERR0125': {
    status: 400,
    message: 'La date de début est antérieure à la profondeur de l’historique.',
  },
  'ADAM-DC-0016': { status: 400, message: 'The start date is beyond the history limit.' },
  'ADAM-ERR0069': {
    status: 400,
    message: 'Le sens de la mesure ne correspond pas à celui du point demandé.',
  },
  'ADAM-ERR0061': { status: 400, message: 'Le demandeur n’est pas reconnu comme titulaire du point.' },
  'ADAM-ERR0075': {
    status: 400,
    message: 'Le titulaire s’est opposé à l’enregistrement de sa courbe de charge.',
  },
  'ADAM-ERR0191': {
    status: 403,
    message: 'Aucun service ACCES souscrit pour cette donnée et cette période.',
  },
  no_subscribed_service: {
    status: 400,
    code: 'Bad request',
    message: 'Pas de services souscrits pour ce point.',
  },
  // 403 in the documentation, 400 in every report of 2026.
  'ADAM-DC-0007': { status: 400, message: 'The customer is not the holder of this usage point.' },
  'ADAM-DC-0008': { status: 403, message: 'No consent was found for this customer and this usage point.' },
  'ADAM-DC-0009': { status: 403, message: 'The start date is earlier than the start of the consent.' },
  unauthorized_user: { status: 403, message: 'The application is not authorised to make this request.' },
  '900908': {
    status: 403,
    message: 'Resource forbidden',
    shape: 'wso2',
  },
  '900901': { status: 401, message: 'Invalid Credentials', shape: 'wso2' },
  no_data_found: { status: 404, message: 'Pas de mesure trouvée pour ce point.' },
  'STM-ERR-0000014': { status: 404, message: 'Aucune donnée pour cette période.' },
  'STM-ERR-0000020': { status: 404, message: 'Aucune donnée pour ce point.' },
  'STM-ERR-0000019': { status: 404, message: 'Utilisateur inconnu ou non autorisé.' },
  quota_q3: { status: 429, code: '429', message: 'Quota Q3 reached', shape: 'codeMessage' },
  quota_q4: { status: 429, code: '429', message: 'Quota Q4 reached', shape: 'codeMessage' },
  '900807': { status: 429, message: 'Message throttled out', shape: 'wso2Fault' },
  '900804': { status: 429, message: 'Message throttled out', shape: 'wso2' },
  technical_error: { status: 500, message: 'Un problème a été rencontré. Veuillez réessayer plus tard.' },
  'ADAM-DC-0500': { status: 500, message: 'Un problème a été rencontré.' },
  'STM-ERR-0000001': { status: 500, message: 'Une erreur technique est survenue.' },
  '500': { status: 500, message: 'Internal Server Error', shape: 'text' },
  '502': { status: 502, message: 'Bad Gateway', shape: 'html' },
  '503': { status: 503, message: 'Service Unavailable', shape: 'html' },
  '404_route': { status: 404, code: '404', message: 'Not Found', shape: 'wso2' },
  // Table 4c: the token's own.
  invalid_client: { status: 400, message: 'Client authentication failed.' },
  invalid_grant: { status: 400, message: 'The grant is invalid.' },
  invalid_scope: { status: 400, message: 'The scope is invalid.' },
  unauthorized_client: { status: 400, message: 'The client may not use this grant type.' },
  unsupported_grant_type: { status: 400, message: 'This grant type is not supported.' },
  missing_credentials: {
    status: 401,
    code: 'invalid_client',
    message: 'Client credentials are missing or invalid.',
  },
  unsupported_media_type: {
    status: 415,
    code: '415',
    message: 'Unsupported Media Type',
    shape: 'codeMessage',
  },
} as const satisfies Record<string, FailureRule>;

/** Enedis' own code; a name of ours where it shares one code among several refusals, or sends none. */
export type FailureName = keyof typeof rules;
/** Every documented one, for tests that leave none out. */
export const FAILURE_NAMES = Object.keys(rules) as readonly FailureName[];

/** What is to differ from the documented refusal. */
export interface FailureOptions {
  status?: number;
  shape?: FailureShape;
  /** Another spelling of the code, e.g. `ADAM_DC_0008`. */
  code?: string;
  message?: string;
}

/** What leaves Enedis when it doesn't answer: not yet what the user's gateway makes of it. */
export interface Failure {
  status: number;
  code: string;
  message: string;
  contentType: string;
  /** Sent as JSON, unless it is text. */
  payload: unknown;
}

/** @param now epoch ms: a throttled body says when the next full hour begins. */
export function failure(name: FailureName, now: number, options: FailureOptions = {}): Failure {
  const rule: FailureRule = rules[name];
  const code = options.code ?? rule.code ?? name;
  const message = options.message ?? rule.message;
  const status = options.status ?? rule.status;
  const shape = options.shape ?? rule.shape ?? 'pair';
  const contentType = shape === 'html' ? 'text/html' : shape === 'text' ? 'text/plain' : 'application/json';
  return { status, code, message, contentType, payload: payloadOf(shape, status, code, message, now) };
}

function payloadOf(shape: FailureShape, status: number, code: string, message: string, now: number): unknown {
  switch (shape) {
    case 'pair':
      return { error: code, error_description: message };
    case 'pairUri':
      return { error: code, error_description: message, error_uri: 'https://datahub-enedis.fr/' };
    case 'codeMessage':
      return { code, message };
    case 'codeMessageList':
      return [{ code, message }];
    case 'wso2':
      return code === '900804'
        ? {
            code,
            message,
            description: 'You have exceeded your quota.',
            nextAccessTime: nextAccessTime(now),
          }
        : { code, message, description: `${message}.` };
    case 'wso2Fault':
      return {
        fault: { code: Number(code) || status, message, description: 'You have exceeded your quota.' },
      };
    case 'text':
      return `${status} ${message}`;
    case 'html':
      return htmlPage(`${status} ${message}`);
    case 'reasons':
      return { reasons: [], details: { msgId: 'Id-5f0c9a651a2b3c4d5e6f7081' } };
    case 'cloudflareJson':
      return {
        type: `https://developers.cloudflare.com/errors/${status}`,
        title: message,
        status,
        detail: message,
        error_code: status,
        ray_id: '8f00ba4f00ba4f00',
      };
  }
}

const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

/** `2026-Jul-22 05:00:00+0000 UTC`: the next full hour, when the quota starts afresh. */
function nextAccessTime(now: number): string {
  const hour = 3_600_000;
  const next = new Date((Math.floor(now / hour) + 1) * hour);
  const month = MONTHS[next.getUTCMonth()] ?? '';
  const iso = next.toISOString();
  return `${iso.slice(0, 4)}-${month}-${iso.slice(8, 10)} ${iso.slice(11, 19)}+0000 UTC`;
}

/** The title is all there is to read on it, and isn't escaped. */
export function htmlPage(title: string): string {
  return `<!DOCTYPE html>\n<html lang="en"><head><title>${title}</title></head><body><h1>${title}</h1></body></html>\n`;
}
