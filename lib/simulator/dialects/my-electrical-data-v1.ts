/** www.myelectricaldata.fr: v5 bodies with their envelope, a raw token, `{detail}` errors and 50 calls a day. */
import { bodyOf } from '../bodies';
import { contractV5 } from '../contract';
import { json, type Description, type Dialect, type Exchange, type Incoming } from '../exchange';
import type { Failure } from '../failures';
import { dateAt, isDate } from '../paris';
import { resourceNamed } from '../resources';
import type { SimulatorResponse } from '../types';
import { createMedCache, type MedCache } from './my-electrical-data-cache';

const MEASURE = /^\/([a-z_]+)\/([^/]+)\/start\/([^/]+)\/end\/([^/]+?)(\/cache)?\/?$/;
const OTHER = /^\/(valid_access|contracts|addresses|identity|contact|cache)\/([^/]+?)(\/cache)?\/?$/;

function describe(incoming: Incoming): Description | undefined {
  if (incoming.path === '/ping') return { resource: 'ping' };
  const measure = MEASURE.exec(incoming.path);
  const resource = measure && resourceNamed('medV1', measure[1] ?? '');
  if (measure && resource) {
    const [, name = '', usagePointId = '', start = '', end = ''] = measure;
    const { series, direction } = resource;
    return { resource: name, usagePointId, start, end, series, direction, generation: 'v5' };
  }
  const other = OTHER.exec(incoming.path);
  if (!other) return undefined;
  const [, name = '', usagePointId = ''] = other;
  return { resource: name === 'valid_access' ? 'access' : name, usagePointId };
}

function detail(status: number, text: unknown): SimulatorResponse {
  return json(status, { detail: text });
}

function relay({ status, code, message }: Failure): SimulatorResponse {
  if (status >= 500) return detail(status, [[message, `Code d'erreur : ${status} - ${code}`]]);
  return detail(status, `${code}: ${message}`);
}

/** The token stands alone: a client that writes `Bearer` before it isn't understood. */
function unauthorised({ incoming, tokens, enedis, described }: Exchange): SimulatorResponse | undefined {
  const token = incoming.headers.authorization ?? '';
  if (token === '') return detail(401, 'Authorization header is missing.');
  const isKnown = tokens('my-electrical-data-v1')?.includes(token) ?? !/^Bearer\s/i.test(token);
  if (!isKnown) return detail(403, 'Token does not match this usage point.');
  const { usagePointId = '' } = described;
  if (!/^\d{14}$/.test(usagePointId)) return detail(400, 'usage_point_id_bad_formatted');
  if (enedis.spec(usagePointId) === undefined) return detail(403, 'client_not_found');
  return undefined;
}

function validAccess(exchange: Exchange): SimulatorResponse {
  const { described, limits, enedis } = exchange;
  const { usagePointId = '' } = described;
  const now = exchange.now();
  const calls = limits.medCalls(usagePointId, now);
  const valid = enedis.hasConsent(usagePointId);
  return json(200, {
    valid,
    ...(!valid && { information: 'Consent not found.' }),
    consent_expiration_date: `${dateAt(now + 365 * 86_400_000)}T15:32:38`,
    call_number: calls,
    quota_limit: limits.medPerDay(),
    quota_reached: calls >= limits.medPerDay(),
    quota_reset_at: `${dateAt(now)}T23:59:59.999999`,
    last_call: calls > 0 ? `${dateAt(now)}T06:12:45.123456` : null,
    ban: false,
  });
}

function measure(exchange: Exchange, cache: MedCache): SimulatorResponse {
  const { described, limits, incoming, enedis } = exchange;
  const { series, direction, usagePointId = '', start = '', end = '' } = described;
  if (series === undefined || direction === undefined) return detail(404, 'Not Found');
  if (!isDate(start) || !isDate(end)) {
    return detail(422, [{ loc: ['path', 'start'], msg: 'invalid date format', type: 'value_error.date' }]);
  }
  const now = exchange.now();
  const key = `${usagePointId}/${direction}/${series}`;
  const isCached = /\/cache\/?$/.test(incoming.path) && cache.holds(key, start, end, now, enedis.today());
  if (isCached) exchange.markCached();
  else if (limits.medRefuses(usagePointId, false, now)) {
    return detail(409, 'The daily quota of calls is reached for this usage point.');
  }
  const question = { usagePointId, direction, series, start, end, generation: 'v5' } as const;
  const outcome = isCached ? enedis.ask(question) : exchange.ask(question);
  if ('failure' in outcome) return relay(outcome.failure);
  cache.keep(key, outcome.answer, now);
  return json(200, bodyOf(outcome.answer, 'v5'));
}

/** With a cache of its own, read only by routes that end in `/cache`. */
export function createMedV1(): Dialect {
  const cache = createMedCache();
  return {
    name: 'my-electrical-data-v1',
    describe,
    answer(exchange) {
      const { described, incoming, enedis } = exchange;
      if (described.resource === 'ping') return json(200, { status: 'ok' });
      const refused = unauthorised(exchange);
      if (refused) return refused;
      const { usagePointId = '' } = described;
      if (described.resource === 'cache') {
        if (incoming.method !== 'DELETE') return detail(405, 'Method Not Allowed');
        cache.forget(usagePointId);
        return json(200, { detail: 'Cache deleted.' });
      }
      if (incoming.method !== 'GET') return detail(405, 'Method Not Allowed');
      const broken = described.series === undefined ? exchange.injected() : undefined;
      if (broken && 'failure' in broken) return relay(broken.failure);
      if (described.resource === 'access') return validAccess(exchange);
      if (described.resource === 'contracts') {
        return json(200, contractV5(usagePointId, enedis.spec(usagePointId) ?? {}));
      }
      return measure(exchange, cache);
    },
  };
}
