/** conso.boris.sh: Enedis' bodies passed through, a wrapper around its errors, and a ban for whoever asks too much. */
import { htmlPage, type Failure } from '../failures';
import { bodyOf, meterReading } from '../bodies';
import { consoBody, type ConsoErrorName } from '../faults';
import {
  bearer,
  json,
  page,
  type Description,
  type Dialect,
  type Exchange,
  type Incoming,
} from '../exchange';
import { INDEX_RESOURCES, RESOURCES, resourceNamed, type Resource } from '../resources';
import { readToken } from '../token';
import type { Generation, SimulatorResponse } from '../types';

const ROUTE = /^\/api\/([^/]+)\/?$/;

function typed(type: string): { resource: Resource; generation: Generation } | undefined {
  const current = resourceNamed('name2026', type);
  if (current) return { resource: current, generation: '2026' };
  const old = resourceNamed('consoV5', type);
  return old && { resource: old, generation: 'v5' };
}

/** A relay that only knows v5 never heard of the French names. */
function parameter(
  incoming: Incoming,
  generations: readonly Generation[],
  name: string,
  old: string,
): string {
  const current = generations.includes('2026') ? incoming.query.get(name) : null;
  return current ?? incoming.query.get(old) ?? '';
}

function describe(incoming: Incoming): Description | undefined {
  const type = ROUTE.exec(incoming.path)?.[1];
  if (type === undefined) return undefined;
  const found = typed(type);
  const either = (name: string, old: string): string => parameter(incoming, ['2026', 'v5'], name, old);
  return {
    resource: type,
    usagePointId: either('pointId', 'prm'),
    start: either('dateDebut', 'start'),
    end: either('dateFin', 'end'),
    ...(found && {
      generation: found.generation,
      series: found.resource.series,
      direction: found.resource.direction,
    }),
  };
}

function own(name: ConsoErrorName, detail?: unknown): SimulatorResponse {
  const { status, body } = consoBody(name, detail);
  return json(status, body);
}

function relay(failed: Failure): SimulatorResponse {
  if (typeof failed.payload === 'string') return own('unknown', failed.payload);
  return json(failed.status, {
    status: failed.status,
    message: 'The Enedis API returned an error',
    error: failed.payload,
  });
}

/** Conso checks little: what gets through is for Enedis to refuse. */
function invalid(exchange: Exchange): SimulatorResponse | undefined {
  const { incoming, generations, described } = exchange;
  const known = RESOURCES.flatMap((one) => [
    ...(generations.includes('2026') ? [one.name2026] : []),
    one.consoV5,
  ]).concat(generations.includes('2026') ? INDEX_RESOURCES : []);
  const has = (name: string, old: string): string => parameter(incoming, generations, name, old);
  const issues: object[] = [];
  const flaw = (path: string, code: string, message: string): void =>
    void issues.push({ code, path: [path], message });

  if (!known.includes(described.resource)) {
    issues.push({ code: 'invalid_value', values: known, path: ['type'], message: 'Invalid option' });
  }
  if (has('pointId', 'prm').length !== 14) flaw('prm', 'invalid_format', 'Invalid PRM');
  if (!/20\d\d-\d\d-\d\d/.test(has('dateDebut', 'start'))) flaw('start', 'invalid_format', 'Invalid date');
  if (!/20\d\d-\d\d-\d\d/.test(has('dateFin', 'end'))) flaw('end', 'invalid_format', 'Invalid date');
  return issues.length > 0 ? own('parameters', { name: 'ZodError', issues }) : undefined;
}

function unauthorised(exchange: Exchange): SimulatorResponse | undefined {
  const token = bearer(exchange.incoming);
  if (token === undefined) return own('authorization');
  const claims = readToken(token);
  const isListed = exchange.tokens('conso-api')?.includes(token) ?? true;
  const isExpired = claims !== undefined && claims.exp * 1000 <= exchange.now();
  const isForPoint = claims?.sub.includes(exchange.described.usagePointId ?? '') ?? true;
  return isListed && !isExpired && isForPoint ? undefined : own('token');
}

function answer(exchange: Exchange): SimulatorResponse {
  const { incoming, described, enedis } = exchange;
  if (incoming.method === 'OPTIONS') return { status: 200, headers: {}, body: '' };
  if (incoming.method !== 'GET') return own('method');
  const refused = invalid(exchange) ?? unauthorised(exchange);
  if (refused) return refused;
  const found = typed(described.resource);
  if (found === undefined) return outcomeOf(enedis.fail('900908'));
  if (!exchange.generations.includes(found.generation)) return outcomeOf(enedis.fail('404_route'));

  const { usagePointId = '', start = '', end = '' } = described;
  const { series, direction } = found.resource;
  const period = incoming.query.get('mesuresPas') === 'P1M' ? 'P1M' : 'P1D';
  const outcome = exchange.ask({
    series,
    direction,
    usagePointId,
    start,
    end,
    period,
    generation: found.generation,
  });
  if ('failure' in outcome) return relay(outcome.failure);
  return json(
    200,
    found.generation === '2026' ? bodyOf(outcome.answer, '2026') : meterReading(outcome.answer),
  );
}

function outcomeOf(outcome: ReturnType<Exchange['ask']>): SimulatorResponse {
  return 'failure' in outcome ? relay(outcome.failure) : own('unknown');
}

/** Has nothing to remember: bans are counted in the simulator's `Limits`. */
export const consoApi: Dialect = {
  name: 'conso-api',
  describe,
  admit({ limits, incoming, now }) {
    if (!limits.consoBans(incoming.client, now())) return undefined;
    return page(403, htmlPage('Access denied | conso.boris.sh used Cloudflare to restrict access'), {
      server: 'cloudflare',
    });
  },
  answer,
};
