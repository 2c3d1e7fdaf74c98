/**
 * Asks Conso API. It passes Data Connect 2026 through unchanged under Enedis' names; its older types answer in v5 for as long
 * as Enedis does. A relay that doesn't know the 2026 names (an older copy of one's own) is asked by the older ones.
 * Source: bokub/conso-api, November 2026.
 */
import { abortReason } from '../../async/clock';
import { EnedisError } from '../../errors';
import type { HttpRequest, HttpResponse } from '../../http/http';
import { parisDate } from '../../readings/paris';
import { maskUsagePoint } from '../../readings/reading';
import type { Dialect } from '../../readings/series';
import { checkUsagePoint, readAnswer, type Source } from '../ask';
import { addressOf, joinUrl } from '../base-url';
import { credential, secretsOf } from '../credentials';
import type { GatewayDefinition } from '../definition';
import {
  sharedMemory,
  type Gateway,
  type GatewaySettings,
  type GatewayTools,
  type MeasureRequest,
} from '../gateway';
import { INVALID_PARAMETERS } from '../refusals';
import { nameOf } from '../series-names';
import { readConsoToken } from './token';

/** Enedis' names and parameters of Data Connect 2026, or Conso API's own older ones. */
type ConsoDialect = '2026' | 'v5';

/** By address, what a relay was found to understand, and when (epoch ms). */
const learntDialects = sharedMemory(() => new Map<string, { dialect: ConsoDialect; since: number }>());

/** Its `dialect` is `2026` until the relay turns out not to know it, and again a day later. */
export interface ConsoGateway extends Gateway {
  /** What this relay was last found to understand. */
  readonly dialect: ConsoDialect;
}

interface DialectRule {
  names: Dialect;
  query: (request: MeasureRequest) => Record<string, string>;
  other: ConsoDialect;
}

const DIALECTS: Readonly<Record<ConsoDialect, DialectRule>> = {
  '2026': {
    names: 'data-connect',
    query: ({ usagePointId, start, end }) => ({ pointId: usagePointId, dateDebut: start, dateFin: end }),
    other: 'v5',
  },
  v5: {
    names: 'conso-v5',
    query: ({ usagePointId, start, end }) => ({ prm: usagePointId, start, end }),
    other: '2026',
  },
};

/** The older names are a makeshift: once a day the newer ones are tried again, for a relay gets updated. */
const RETRY_NEWER = 24 * 3_600_000;

/**
 * Opens Conso API. A type the relay doesn't know is asked for by its other name at once: two requests. In a test of the access there is
 * no second one, but an EnedisError gatewayOlder where the newer name was unknown.
 * @throws EnedisError configBaseUrl
 */
export function openConsoApi(
  definition: GatewayDefinition,
  settings: GatewaySettings,
  tools: GatewayTools,
): ConsoGateway {
  const { send, now, once = false } = tools;
  const ownAddress = (settings.baseUrl ?? '').trim() !== '';
  const base = addressOf(definition, settings);
  const source: Source = { gateway: definition, secrets: secretsOf(settings) };
  const dialects = learntDialects(tools);

  const current = (): ConsoDialect => {
    const learnt = dialects.get(base);
    return learnt?.dialect === 'v5' && now() - learnt.since < RETRY_NEWER ? 'v5' : '2026';
  };
  const learn = (dialect: ConsoDialect): void => void dialects.set(base, { dialect, since: now() });

  const ask = (
    as: ConsoDialect,
    request: MeasureRequest,
    signal: AbortSignal | undefined,
  ): Promise<HttpResponse> => {
    const { names, query } = DIALECTS[as];
    const http: HttpRequest = {
      method: 'GET',
      url: joinUrl(base, `/api/${nameOf(names, request)}`, query(request)),
      headers: { Authorization: `Bearer ${credential(settings, 'token')}`, Accept: 'application/json' },
    };
    return send(http, signal);
  };

  return {
    kind: settings.kind,
    get dialect() {
      return current();
    },
    check(usagePointId) {
      checkUsagePoint(usagePointId);
      checkToken(credential(settings, 'token'), usagePointId, now(), ownAddress);
    },
    async measures(request, signal) {
      if (signal?.aborted) throw abortReason(signal);
      const dialect = current();
      let response = await ask(dialect, request, signal);
      if (await isUnknownType(response, definition)) {
        const { other } = DIALECTS[dialect];
        if (once) {
          learn(other);
          // Where the older names are no good either, that is no relay, and the refusal tells more.
          if (dialect === '2026') throw new EnedisError('gatewayOlder');
          return readAnswer(response, source, request, now());
        }
        const second = await ask(other, request, signal);
        // Where neither name is known the first refusal tells more, and nothing was learnt.
        if (!(await isUnknownType(second, definition))) {
          response = second;
          if (saysSomethingOfData(second)) learn(other);
        }
      }
      return readAnswer(response, source, request, now());
    },
  };
}

/** A relay that doesn't know the address or the type of data it was asked for (and so perhaps knows the older ones). */
export async function isUnknownType(response: HttpResponse, gateway: Source['gateway']): Promise<boolean> {
  const { status } = response;
  if (status !== 400 && status !== 404) return false;
  const [{ cluesOf }, { understood }] = await Promise.all([import('../clues.js'), import('../failures.js')]);
  if (status === 404) return understood(response, { gateway, now: 0, secrets: [] }) === null;
  const { texts, fields } = cluesOf(response, []);
  if (!texts.some((text) => INVALID_PARAMETERS.test(text))) return false;
  // Its checks name what is wrong where they can: `type` among others (the older names of the rest), or nothing at all.
  return fields.length === 0 || fields.includes('type');
}

/** An answer or a refusal about data shows that the name was understood; one about access or an outage shows nothing. */
function saysSomethingOfData({ status }: HttpResponse): boolean {
  return (status >= 200 && status < 300) || status === 400 || status === 404;
}

/** A relay of one's own may use tokens of its own: only what can be read is judged there. */
function checkToken(token: string, usagePointId: string, now: number, ownAddress: boolean): void {
  const content = readConsoToken(token);
  if (!content) {
    if (ownAddress) return;
    throw new EnedisError('credentialsRefused', { field: 'token', problem: 'format' });
  }
  const { expiresAt, usagePointIds } = content;
  if (expiresAt !== null && expiresAt <= now) {
    throw new EnedisError('credentialsExpired', { date: parisDate(expiresAt) });
  }
  if (usagePointIds.length > 0 && !usagePointIds.includes(usagePointId)) {
    throw new EnedisError('credentialsForeign', {
      usagePointId: maskUsagePoint(usagePointId),
      found: usagePointIds.slice(0, 3).map(maskUsagePoint).join(' '),
    });
  }
}
