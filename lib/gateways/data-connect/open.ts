/**
 * Asks Enedis Data Connect: the 2026 measures, opened by an application token that lasts three and a half hours. Parameters
 * are exactly the Swagger's, for anything else is answered with a 500.
 */
import { abortReason } from '../../async/clock';
import { EnedisError } from '../../errors';
import type { HttpRequest, HttpResponse } from '../../http/http';
import { SERIES } from '../../readings/series';
import { checkUsagePoint, readAnswer, type Source } from '../ask';
import { addressOf, joinUrl } from '../base-url';
import { credential, secretsOf } from '../credentials';
import type { GatewayDefinition } from '../definition';
import type { FailureContext } from '../failures';
import {
  sharedMemory,
  type Gateway,
  type GatewaySettings,
  type GatewayTools,
  type MeasureRequest,
  type OpenUsagePoint,
} from '../gateway';
import { nameOf } from '../series-names';
import { TokenKeepers } from './token-keepers';

/** The applications' tokens, one for each application and address. */
const tokenKeepers = sharedMemory(() => new TokenKeepers());
/** By address, where the subscribed services were looked for in vain, and are to be looked for instead. */
const servicesPaths = sharedMemory(() => new Map<string, string>());

interface Answer {
  response: HttpResponse;
  /** That it was asked with: no text of ours may repeat it. */
  token: string;
}

/** Sources disagree on whether it ends with a slash: most clients ask without, the Swagger reads as if it had one. */
const SERVICES = '/subscribed_services/v1';

/**
 * Opens Data Connect. A request may be preceded by one for a token, and is made once more, with a new token, after a 401.
 * @throws EnedisError configBaseUrl
 */
export function openDataConnect(
  definition: GatewayDefinition,
  settings: GatewaySettings,
  tools: GatewayTools,
): Gateway {
  const base = addressOf(definition, settings);
  const secrets = secretsOf(settings);
  const paths = servicesPaths(tools);
  const keeper = tokenKeepers(tools).keeperOf(base, settings, { gateway: definition, secrets });

  /** Asks with the application's token. It may end before its time (revoked, clocks apart): one new one, then that's it. */
  const authorized = async (request: HttpRequest, signal: AbortSignal | undefined): Promise<Answer> => {
    if (signal?.aborted) throw abortReason(signal);
    const ask = (token: string): Promise<HttpResponse> => {
      const headers = { ...request.headers, Authorization: `Bearer ${token}`, Accept: 'application/json' };
      return tools.send({ ...request, headers }, signal);
    };
    // A token issued a moment ago isn't stale: a test doesn't ask for a second one.
    let isNew = false;
    const issue: typeof tools.send = (...args) => {
      isNew = true;
      return tools.send(...args);
    };
    let token = await keeper.token({ ...tools, send: issue }, signal);
    let response = await ask(token);
    if (response.status === 401 && !(tools.once && isNew)) {
      keeper.forget(token);
      token = await keeper.token(tools, signal);
      response = await ask(token);
    }
    if (response.status === 401) {
      keeper.forget(token);
      throw new EnedisError('credentialsRefused', { status: 401 });
    }
    return { response, token };
  };

  return {
    kind: settings.kind,
    check(usagePointId) {
      checkUsagePoint(usagePointId);
      credential(settings, 'clientId');
      credential(settings, 'clientSecret');
    },
    async measures(asked, signal) {
      const url = joinUrl(base, `/mesure_synchrone_auto/v2/${nameOf('data-connect', asked)}`, query(asked));
      const { response, token } = await authorized({ method: 'GET', url, headers: {} }, signal);
      const source: Source = { gateway: definition, secrets: [...secrets, token] };
      return readAnswer(response, source, asked, tools.now());
    },
    async services(filter, signal) {
      const post = (path: string): Promise<Answer> =>
        authorized(
          {
            method: 'POST',
            url: joinUrl(base, path),
            headers: { 'Content-Type': 'application/json' },
            body: JSON.stringify({ ...filter, comptage: false }),
          },
          signal,
        );
      const [{ readServices }, { understood }] = await Promise.all([
        import('../subscribed-services.js'),
        import('../failures.js'),
      ]);
      const contextOf = (token: string): FailureContext => ({
        gateway: definition,
        now: tools.now(),
        secrets: [...secrets, token],
      });
      const isNowhere = ({ response, token }: Answer): boolean =>
        response.status === 404 && understood(response, contextOf(token)) === null;
      const read = ({ response, token }: Answer): OpenUsagePoint[] =>
        readServices(response, contextOf(token));
      const path = paths.get(base) ?? SERVICES;
      const first = await post(path).catch(ifRedirected);
      if (!(first instanceof EnedisError) && !isNowhere(first)) return read(first);
      const other = path === SERVICES ? `${SERVICES}/` : SERVICES;
      paths.set(base, other);
      if (!tools.once) return read(await post(other));
      // The next press finds it there.
      if (first instanceof EnedisError) throw first;
      return read(first);
    },
  };
}

function ifRedirected(error: unknown): EnedisError {
  if (error instanceof EnedisError && error.reason === 'responseRedirect') return error;
  throw error;
}

/** Only some series want parameters of their own; the others refuse them. */
function query({ usagePointId, series, start, end }: MeasureRequest): Record<string, string> {
  return { pointId: usagePointId, dateDebut: start, dateFin: end, ...SERIES[series].parameters };
}
