/**
 * Enedis' own front: one application token for everything, the 2026 measures (and v5 while it lives), contracts, and
 * the consent page whose answer is an `autorisation_id` to turn into a usage point.
 */
import { bodyOf } from '../bodies';
import { contractSituation, contractSynthesis, metering } from '../contract';
import type { Outcome } from '../enedis';
import {
  bearer,
  json,
  page,
  type Description,
  type Dialect,
  type Exchange,
  type Incoming,
} from '../exchange';
import { failure, htmlPage, type Failure, type FailureName } from '../failures';
import { measures } from '../meter';
import { INDEX_RESOURCES, resourceNamed } from '../resources';
import type { Generation, SimulatorResponse } from '../types';

/** What the application agreed on with Enedis. The two functions are asked at each visit of the consent page. */
export interface DataConnectOptions {
  /** Secrets by client id. Default: any pair that isn't empty. */
  clients: Record<string, string> | undefined;
  /** Usage points by authorisation id, beside the ones the consent page gives. */
  authorisations: Record<number, readonly string[]>;
  /** Whether the subscribed services are found only with, or only without, a last slash. */
  servicesSlash: boolean | undefined;
  /** Where the application registered to be called back. */
  redirectUri(): string | undefined;
  /** How a return from the v2 page says what was agreed to; v1 knows only its own. */
  consentReturn(): Generation;
}

/** With what only this dialect has: tokens that it issues itself. */
export interface DataConnect extends Dialect {
  /** Before their time, all of them. */
  revokeTokens(): void;
  /** The holder deletes what is shared from this usage point, with whichever application. */
  endSharing(usagePointId: string): void;
}

const TOKEN_LIFE = 12_600;
const MEASURE = '/mesure_synchrone_auto/v2/';
const CONTRACT =
  /^\/(situation_contrat_auto|synth_contrat_auto|comptage_auto|donnees_generales_auto|alimentation_auto)\/v1(?:\/([^/]+))?\/?$/;
const AUTHORIZE = /^\/dataconnect\/v[12]\/oauth2\/authorize\/?$/;
const SERVICES = /^\/subscribed_services\/v1\/?$/;
/** The first of the ids the consent page hands out; the same holder always gets the same. */
const FIRST_AUTHORISATION = 4_200_001;

const PARAMETERS: Record<Generation, readonly string[]> = {
  '2026': ['pointId', 'dateDebut', 'dateFin'],
  v5: ['usage_point_id', 'start', 'end', 'person_id'],
};

function describe(incoming: Incoming): Description | undefined {
  const { path, query } = incoming;
  if (path === '/oauth2/v3/token') return { resource: 'token' };
  if (path === '/oauth2/v3/revoke') return { resource: 'revoke' };
  if (AUTHORIZE.test(path)) return { resource: 'authorize' };
  if (SERVICES.test(path)) return { resource: 'subscribed_services' };
  const contract = CONTRACT.exec(path);
  if (contract) {
    const [, resource = '', usagePointId] = contract;
    return { resource, ...(usagePointId !== undefined && { usagePointId }) };
  }
  const generation = path.startsWith(MEASURE) ? '2026' : 'v5';
  const name = generation === '2026' ? path.slice(MEASURE.length).replace(/\/$/, '') : path;
  const resource = resourceNamed(generation === '2026' ? 'name2026' : 'pathV5', name);
  if (resource === undefined) return INDEX_RESOURCES.includes(name) ? { resource: name } : undefined;
  const [pointId = '', start = '', end = ''] = PARAMETERS[generation];
  return {
    resource: generation === '2026' ? name : (name.split('/').at(-1) ?? name),
    generation,
    series: resource.series,
    direction: resource.direction,
    usagePointId: query.get(pointId) ?? '',
    start: query.get(start) ?? '',
    end: query.get(end) ?? '',
  };
}

/** Rate rules count for each API apart. */
function apiOf(path: string): string {
  return path.split('/')[1] ?? '';
}

function sent({ status, contentType, payload }: Failure): SimulatorResponse {
  const body = typeof payload === 'string' ? payload : JSON.stringify(payload);
  return { status, headers: { 'content-type': contentType }, body };
}

function refused(exchange: Exchange, name: FailureName, message?: string): SimulatorResponse {
  return sent(failure(name, exchange.now(), message === undefined ? {} : { message }));
}

/** A failure injected for a route that isn't a measure. */
function broken(exchange: Exchange): SimulatorResponse | undefined {
  const outcome: Outcome | undefined = exchange.injected();
  return outcome && 'failure' in outcome ? sent(outcome.failure) : undefined;
}

function credentials(incoming: Incoming, form: URLSearchParams): [string, string] | undefined {
  const basic = /^Basic\s+(\S+)$/i.exec(incoming.headers.authorization ?? '')?.[1];
  if (basic !== undefined) {
    const text = Buffer.from(basic, 'base64').toString('utf8');
    const colon = text.indexOf(':');
    return colon < 0 ? undefined : [text.slice(0, colon), text.slice(colon + 1)];
  }
  const [id, secret] = [form.get('client_id'), form.get('client_secret')];
  return id === null || secret === null ? undefined : [id, secret];
}

/** Tokens last 12 600 s and are kept in memory. A parameter that the Swagger doesn't list is answered with a 500. */
export function createDataConnect(options: DataConnectOptions): DataConnect {
  const issued = new Map<string, { application: string; expires: number }>();
  /** By usage point, the applications that its holder shares with. */
  const shared = new Map<string, Set<string>>();
  let count = 0;

  const knows = (id: string, secret: string): boolean =>
    options.clients === undefined
      ? id !== '' && secret !== ''
      : options.clients[id] === secret && secret !== '';

  const issue = (exchange: Exchange): SimulatorResponse => {
    const { incoming } = exchange;
    if (incoming.method !== 'POST') return refused(exchange, 'invalid_request', 'Only POST is allowed.');
    if (!(incoming.headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded')) {
      return refused(exchange, 'unsupported_media_type');
    }
    const form = new URLSearchParams(incoming.body);
    const pair = credentials(incoming, form);
    if (pair === undefined || !knows(...pair)) return refused(exchange, 'missing_credentials');
    const grant = form.get('grant_type');
    if (grant === null) return refused(exchange, 'invalid_request', 'grant_type is missing.');
    if (grant !== 'client_credentials') return refused(exchange, 'unsupported_grant_type');
    for (const [token, { expires }] of issued) if (expires <= exchange.now()) issued.delete(token);
    const access_token = `simulated-${++count}`;
    issued.set(access_token, { application: pair[0], expires: exchange.now() + TOKEN_LIFE * 1000 });
    return json(200, {
      access_token,
      token_type: 'Bearer',
      expires_in: TOKEN_LIFE,
      scope: 'am_application_scope default',
    });
  };

  const applicationOf = (exchange: Exchange): string | undefined => {
    const token = bearer(exchange.incoming);
    if (token === undefined) return undefined;
    const known = issued.get(token);
    if (known && known.expires > exchange.now()) return known.application;
    return exchange.tokens('data-connect')?.includes(token) ? token : undefined;
  };

  const services = (exchange: Exchange): SimulatorResponse => {
    const failed = broken(exchange);
    if (failed) return failed;
    const { servicesSlash: slash } = options;
    if (slash !== undefined && exchange.incoming.path.endsWith('/') !== slash)
      return refused(exchange, '404_route');
    if (exchange.incoming.method !== 'POST') return refused(exchange, '404_route');
    const body = parseObject(exchange.incoming.body);
    if (typeof body?.comptage !== 'boolean')
      return refused(exchange, 'invalid_request', 'comptage is required.');
    const rows = askedFor(exchange, body).flatMap(({ point, id }) => serviceRows(exchange, point, id));
    return json(200, {
      nbTotalServices: rows.length,
      serviceSouscrit: body.comptage || rows.length === 0 ? null : rows,
    });
  };

  /** By the id of an authorisation, or by usage points: then under the id that the consent page gives each. */
  const askedFor = (
    { enedis }: Exchange,
    { autorisationId, pointId }: Record<string, unknown>,
  ): { point: string; id: number }[] => {
    const all = enedis.usagePointIds().map((point, index) => ({ point, id: FIRST_AUTHORISATION + index }));
    if (Array.isArray(pointId)) return all.filter(({ point }) => pointId.includes(point));
    const id = Number(autorisationId);
    return options.authorisations[id]?.map((point) => ({ point, id })) ?? all.filter((one) => one.id === id);
  };

  const measure = (exchange: Exchange): SimulatorResponse => {
    const { described, incoming } = exchange;
    const { series, direction, generation = '2026' } = described;
    if (incoming.method !== 'GET' || !exchange.generations.includes(generation))
      return refused(exchange, '404_route');
    if (series === undefined || direction === undefined) return refused(exchange, '900908');
    const allowed = [
      ...PARAMETERS[generation],
      ...(generation === '2026' && series === 'maxPower' ? ['mesuresPas', 'grandeurPhysique'] : []),
    ];
    // Whatever the Swagger doesn't list is an internal error, not a bad request.
    if ([...incoming.query.keys()].some((name) => !allowed.includes(name)))
      return refused(exchange, 'technical_error');
    const step = incoming.query.get('mesuresPas');
    if (generation === '2026' && series === 'maxPower') {
      const isKnown =
        ['P1D', 'P1M'].includes(step ?? '') &&
        ['PMA', 'TOUT'].includes(incoming.query.get('grandeurPhysique') ?? '');
      if (!isKnown) return refused(exchange, 'technical_error');
    }
    const { usagePointId = '', start = '', end = '' } = described;
    const period = step === 'P1M' ? 'P1M' : 'P1D';
    const outcome = exchange.ask({ usagePointId, direction, series, start, end, period, generation });
    return 'failure' in outcome ? sent(outcome.failure) : json(200, bodyOf(outcome.answer, generation));
  };

  return {
    name: 'data-connect',
    describe,
    revokeTokens: () => issued.clear(),
    endSharing: (usagePointId) => void shared.delete(usagePointId),
    admit(exchange) {
      const application = applicationOf(exchange);
      if (application === undefined) return undefined;
      const over = exchange.limits.enedisRefuses(application, apiOf(exchange.incoming.path), exchange.now());
      if (over === undefined) return undefined;
      return refused(exchange, over === 'hour' ? '900804' : '900807');
    },
    answer(exchange) {
      const { resource } = exchange.described;
      if (resource === 'token') return broken(exchange) ?? issue(exchange);
      if (resource === 'authorize') return consentPage(exchange, options, shared);
      if (resource === 'revoke') {
        issued.delete(new URLSearchParams(exchange.incoming.body).get('token') ?? '');
        return json(200, {});
      }
      if (applicationOf(exchange) === undefined) return refused(exchange, '900901');
      if (resource === 'subscribed_services') return services(exchange);
      if (CONTRACT.test(exchange.incoming.path)) return broken(exchange) ?? contract(exchange);
      return measure(exchange);
    },
  };
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** One row for each kind of data: the same usage point several times. */
function serviceRows({ enedis }: Exchange, pointId: string, autorisationId: number): object[] {
  const spec = enedis.spec(pointId);
  if (spec === undefined || !enedis.hasConsent(pointId)) return [];
  const [soutirage, injection] = [measures(spec, 'consumption'), measures(spec, 'production')];
  const hasCurve = spec.loadCurve === undefined || spec.loadCurve === true;
  const kinds: [string, string][] = [
    ...(hasCurve ? ([['CDC', 'PT30M']] as [string, string][]) : []),
    ['IDX', 'P1D'],
    ...(soutirage ? ([['PMAX', 'P1D']] as [string, string][]) : []),
    ['ENERGIE', 'P1D'],
    ['ITC', 'NA'],
  ];
  return kinds.map(([mesuresTypeCode, mesuresPas], index) => ({
    id: autorisationId * 10 + index,
    pointId,
    serviceCode: 'ACCES',
    etatCode: 'ACTIF',
    etatLibelle: 'Actif',
    dateDebut: spec.consentSince ?? '2026-10-01',
    dateFin: '2029-09-30',
    mesuresTypeCode,
    mesuresPas,
    mesuresCorrigees: false,
    soutirage: mesuresTypeCode === 'PMAX' ? true : soutirage,
    injection: mesuresTypeCode === 'PMAX' ? false : injection,
    espaceDynamique: false,
    publicationDonnees: false,
    autorisation: {
      autorisationId,
      autorisationLibelle: 'Data Connect',
      autorisationType: 'CONSENTEMENT',
      autorisationStatut: 'ACTIF',
    },
  }));
}

function contract(exchange: Exchange): SimulatorResponse {
  const { described, incoming, enedis } = exchange;
  const { usagePointId, resource } = described;
  // The usage point belongs in the path; as a parameter it is an internal error.
  if (usagePointId === undefined || incoming.query.size > 0) return refused(exchange, 'technical_error');
  const spec = enedis.spec(usagePointId);
  if (spec === undefined || !enedis.hasConsent(usagePointId))
    return refused(exchange, 'no_subscribed_service');
  if (resource === 'situation_contrat_auto') return json(200, contractSituation(usagePointId, spec));
  if (resource === 'synth_contrat_auto') return json(200, contractSynthesis(spec));
  if (resource === 'comptage_auto') return json(200, metering(spec));
  return refused(exchange, '900908');
}

/** Longest consent, and the shortest way to count: days, weeks, months, years. */
function durationDays(duration: string): number | undefined {
  const parts = /^P(?=\d)(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?$/.exec(duration);
  if (!parts) return undefined;
  const [years, months, weeks, days] = parts.slice(1).map((part) => Number(part ?? 0)) as [
    number,
    number,
    number,
    number,
  ];
  return years * 365 + (months * 365) / 12 + weeks * 7 + days;
}

/**
 * The page where the holder agrees: a link for each usage point (for several at once where the return is of the v5 era),
 * one that refuses and one that fails. The links lead to the page itself with `pointId` (`a;b` for several), `refuse` or
 * `fail` in the query, which a test may ask for at once. Since 2026 a usage point that is shared already with the
 * application isn't shared again: the page says that something went wrong, and leads nowhere.
 */
function consentPage(
  exchange: Exchange,
  options: DataConnectOptions,
  shared: Map<string, Set<string>>,
): SimulatorResponse {
  const { query, path } = exchange.incoming;
  const length = durationDays(query.get('duration') ?? '');
  const hasAll = ['client_id', 'response_type', 'duration'].every((name) => query.get(name));
  if (!hasAll) return refused(exchange, 'invalid_request', 'missing_parameter');
  if (length === undefined) return refused(exchange, 'invalid_request', 'invalid_duration_format');
  if (length > 3 * 365 + 1) return refused(exchange, 'invalid_request', 'maximum_duration_exceeded');
  if ((query.get('state') ?? '').length > 100)
    return refused(exchange, 'invalid_request', 'state is too long');
  const redirectUri = options.redirectUri();
  if (redirectUri === undefined)
    return page(200, htmlPage('No redirect URI is registered for this application'));

  const state = query.get('state');
  const back = (parameters: Record<string, string>): string => {
    const url = new URL(redirectUri);
    for (const [name, text] of Object.entries(parameters)) url.searchParams.set(name, text);
    if (state !== null) url.searchParams.set('state', state);
    return url.href;
  };
  const ids = exchange.enedis.usagePointIds();
  const generation = path.startsWith('/dataconnect/v1/') ? 'v5' : options.consentReturn();
  const application = query.get('client_id') ?? '';
  if (query.has('refuse')) {
    const refusal = { error: 'access_denied', error_description: 'The holder refused.' };
    return page(302, '', { location: back(refusal) });
  }
  if (query.has('fail')) {
    const code: Record<string, string> = generation === 'v5' ? { code: '500' } : {};
    const failed = { ...code, error: 'server_error', error_description: 'lincs-internal-server-error' };
    return page(302, '', { location: back(failed) });
  }
  const chosen = (query.get('pointId') ?? '').split(';').filter((id) => ids.includes(id));
  const [first] = chosen;
  if (first !== undefined) {
    if (generation === '2026' && shared.get(first)?.has(application))
      return page(200, htmlPage('Une erreur est survenue'));
    for (const id of generation === '2026' ? [first] : chosen)
      shared.set(id, (shared.get(id) ?? new Set()).add(application));
    const parameters: Record<string, string> =
      generation === 'v5'
        ? { code: 'simulated-code', usage_point_id: chosen.join(';') }
        : { autorisation_id: String(FIRST_AUTHORISATION + ids.indexOf(first)) };
    return page(302, '', { location: back(parameters) });
  }
  const link = (id: string, choice: Record<string, string>, text: string): string => {
    const address = new URLSearchParams([...query, ...Object.entries(choice)]).toString();
    return `<a id="${id}" href="?${address.replaceAll('&', '&amp;')}">${text}</a>`;
  };
  const links = ids.map((id) => `<li>${link(`pdl-${id}`, { pointId: id }, id)}</li>`);
  const three = { pointId: ids.slice(0, 3).join(';') };
  const several = generation === 'v5' ? `<li>${link('several', three, 'Trois PDL')}</li>` : '';
  const ends = `${link('refuse', { refuse: '1' }, 'Je refuse')} ${link('fail', { fail: '1' }, 'Panne')}`;
  const list = `<ul>${links.join('')}${several}</ul>${ends}`;
  return page(200, htmlPage('Partager mes données').replace('</body>', `${list}</body>`));
}
