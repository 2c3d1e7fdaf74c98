/**
 * www.v2.myelectricaldata.fr: everything in `{success, data, error, timestamp}`, status 200 even for errors, the
 * generation of the body chosen by a header, and load-curve stamps moved to the start of their interval.
 */
import { bodyOf } from '../bodies';
import { contractSituation, contractSynthesis, contractV5, metering } from '../contract';
import type { Outcome } from '../enedis';
import { bearer, json, type Description, type Dialect, type Exchange, type Incoming } from '../exchange';
import type { Failure } from '../failures';
import { countDays, isDate, plusDays, plusMonths, shiftStamp } from '../paris';
import { resourceNamed, type Resource } from '../resources';
import type { Answer, Generation, SimulatorResponse } from '../types';
import { createMedCache, type MedCache } from './my-electrical-data-cache';

const MEASURE =
  /^(?:\/api)?\/enedis\/(power|(?:consumption|production)\/(?:daily|detail))(\/batch)?\/([^/]+?)\/?$/;
const OTHER = /^(?:\/api)?\/enedis\/(contract|address|customer|contact|cache)\/([^/]+?)\/?$/;
const LIST = /^(?:\/api)?\/pdl\/?$/;

function generationOf(incoming: Incoming): Generation {
  return incoming.headers['x-med-format'] === '2026' ? '2026' : 'v5';
}

function describe(incoming: Incoming): Description | undefined {
  if (LIST.test(incoming.path)) return { resource: 'pdl' };
  const measure = MEASURE.exec(incoming.path);
  if (measure) {
    const [, name = '', batch = '', usagePointId = ''] = measure;
    const resource = resourceNamed('medV2', name);
    if (resource === undefined) return undefined;
    return {
      resource: `${name}${batch}`,
      usagePointId,
      start: incoming.query.get('start') ?? '',
      end: incoming.query.get('end') ?? '',
      series: resource.series,
      direction: resource.direction,
      generation: generationOf(incoming),
    };
  }
  const other = OTHER.exec(incoming.path);
  if (!other) return undefined;
  const [, name = '', usagePointId = ''] = other;
  return { resource: name, usagePointId, generation: generationOf(incoming) };
}

function wrapped(exchange: Exchange, data: unknown): SimulatorResponse {
  const timestamp = new Date(exchange.now()).toISOString();
  const isOld = exchange.described.generation === 'v5';
  return json(200, { success: true, data, error: null, timestamp }, isOld ? { deprecation: 'true' } : {});
}

function refused(exchange: Exchange, code: string, message: string, status = 200): SimulatorResponse {
  const timestamp = new Date(exchange.now()).toISOString();
  return json(status, { success: false, data: null, error: { code, message }, timestamp });
}

/** Enedis' errors in the gateway's own words. */
function relay(exchange: Exchange, { status, code, message }: Failure): SimulatorResponse {
  return refused(exchange, codeFor(status, code), `${code}: ${message}`);
}

function codeFor(status: number, code: string): string {
  if (/0125|0016$/.test(code)) return 'DATE_TOO_OLD';
  if (status === 403) return 'ACCESS_DENIED';
  if (status === 404) return 'NO_DATA';
  if (status === 429) return 'RATE_LIMIT_EXCEEDED';
  return status >= 500 ? 'ENEDIS_UNAVAILABLE' : 'ENEDIS_ERROR';
}

/** The text of the stamp minus the step: as naive as the gateway is around clock changes. */
function startStamped(answer: Answer): Answer {
  const points = answer.points.map((point) =>
    point.minutes === undefined ? point : { ...point, stamp: shiftStamp(point.stamp, -point.minutes) },
  );
  return { ...answer, points };
}

/** `detail/batch` asks Enedis week by week. */
function askBatch(exchange: Exchange, resource: Resource, start: string, end: string): Outcome {
  const { usagePointId = '', generation = 'v5' } = exchange.described;
  const question = { ...resource, usagePointId, generation };
  let whole: Outcome | undefined;
  for (let from = start; from < end; from = plusDays(from, 7)) {
    const until = countDays(from, end) > 7 ? plusDays(from, 7) : end;
    const week = exchange.ask({ ...question, start: from, end: until });
    if ('failure' in week) {
      if (week.failure.status !== 404) return week;
      whole ??= week;
    } else if (whole && 'answer' in whole) whole.answer.points.push(...week.answer.points);
    else whole = { answer: { ...week.answer, start, end } };
  }
  return whole ?? exchange.ask({ ...question, start, end });
}

function measure(exchange: Exchange, cache: MedCache): SimulatorResponse {
  const { described, enedis, limits, incoming } = exchange;
  const { usagePointId = '', start = '', generation = 'v5' } = described;
  const isBatch = described.resource.endsWith('/batch');
  const resource = resourceNamed('medV2', described.resource.replace('/batch', ''));
  if (resource === undefined) return refused(exchange, 'INVALID_DATE_RANGE', 'Unknown route.', 404);
  const asked = described.end ?? '';
  if (!isDate(start) || !isDate(asked)) {
    return refused(exchange, 'INVALID_DATE_FORMAT', 'Dates must be written YYYY-MM-DD.');
  }
  const capped = asked > enedis.today() ? enedis.today() : asked;
  const end = start >= capped ? plusDays(start, 1) : capped;
  const oldest = plusMonths(enedis.today(), resource.series === 'loadCurve' ? -24 : -36);
  if (start < oldest) return refused(exchange, 'DATE_TOO_OLD', `No data before ${oldest}.`);

  const now = exchange.now();
  const key = `${usagePointId}/${resource.direction}/${resource.series}`;
  const isCached =
    incoming.query.get('use_cache') === 'true' && cache.holds(key, start, end, now, enedis.today());
  if (isCached) exchange.markCached();
  if (limits.medRushes(incoming.client, now) || limits.medRefuses(usagePointId, isCached, now)) {
    return refused(exchange, 'RATE_LIMIT_EXCEEDED', 'Too many calls for this usage point.');
  }
  const outcome = isBatch
    ? askBatch(exchange, resource, start, end)
    : exchange.ask({ ...resource, usagePointId, generation, start, end });
  if ('failure' in outcome) return relay(exchange, outcome.failure);
  cache.keep(key, outcome.answer, now);
  return wrapped(exchange, bodyOf(startStamped(outcome.answer), generation));
}

function contract(exchange: Exchange): SimulatorResponse {
  const { usagePointId = '', generation } = exchange.described;
  const spec = exchange.enedis.spec(usagePointId) ?? {};
  if (generation !== '2026') return wrapped(exchange, contractV5(usagePointId, spec));
  return wrapped(exchange, {
    situation_contrat: contractSituation(usagePointId, spec),
    synthese_contrat: contractSynthesis(spec),
    comptage: metering(spec),
  });
}

/** With a cache of its own, read only with `use_cache=true`. An end in the future is taken for today. */
export function createMedV2(): Dialect {
  const cache = createMedCache();
  return {
    name: 'my-electrical-data',
    describe,
    answer(exchange) {
      const { incoming, described, enedis } = exchange;
      const token = bearer(incoming);
      const isKnown = token !== undefined && (exchange.tokens('my-electrical-data')?.includes(token) ?? true);
      if (!isKnown) return refused(exchange, 'ACCESS_DENIED', 'Invalid or missing token.', 401);
      if (described.resource === 'pdl') {
        const list = enedis.usagePointIds().map((usage_point_id) => ({ usage_point_id }));
        return wrapped(exchange, list);
      }
      const { usagePointId = '' } = described;
      if (enedis.spec(usagePointId) === undefined) {
        return refused(exchange, 'ACCESS_DENIED', 'This usage point is not yours.');
      }
      if (described.resource === 'cache') {
        if (incoming.method === 'DELETE') cache.forget(usagePointId);
        return wrapped(exchange, null);
      }
      if (described.series !== undefined) return measure(exchange, cache);
      const broken = exchange.injected();
      if (broken && 'failure' in broken) return relay(exchange, broken.failure);
      if (described.resource === 'contract') return contract(exchange);
      return refused(exchange, 'NO_DATA', 'Not simulated.');
    },
  };
}
