/**
 * Enedis Data Connect itself, for those who have a contract (or the sandbox): the 2026 measures, opened by an application
 * token that lasts three and a half hours. Parameters are exactly the Swagger's, for anything else is answered with a 500.
 */
import { abortReason } from '../clock';
import { EnedisError } from '../errors';
import { checkUsagePoint, credential, readAnswer, secretsOf, type Source } from './ask';
import { joinUrl } from './base-url';
import { TokenKeepers } from './data-connect-token';
import { baseUrlOf } from './defaults';
import type { FailureContext } from './failures';
import type {
  Gateway,
  GatewaySettings,
  GatewayTools,
  HttpRequest,
  HttpResponse,
  MeasureRequest,
} from './gateway';
import { NAMES_2026, nameOf } from './series-names';
import type { OpenUsagePoint } from './subscribed-services';

export interface DataConnectGateway extends Gateway {
  /**
   * What is open to the application: under one consent, or at some usage points. One request (and a token where none is
   * held).
   * @throws EnedisError for every failure; the signal's reason once aborted.
   */
  services(
    filter: { autorisationId: number } | { pointId: string[] },
    signal?: AbortSignal,
  ): Promise<OpenUsagePoint[]>;
}

/** Sources disagree on whether it ends with a slash: most clients ask without, the Swagger reads as if it had one. */
const SERVICES = '/subscribed_services/v1';

export function openDataConnect(settings: GatewaySettings, tools: GatewayTools): DataConnectGateway {
  const base = baseUrlOf(settings);
  const secrets = secretsOf(settings);
  const keeper = (tools.tokens ?? new TokenKeepers()).keeperOf(base, settings, secrets);

  /** Asks with the application's token. It may end before its time (revoked, clocks apart): one new one, then that's it. */
  const authorized = async (
    request: HttpRequest,
    signal: AbortSignal | undefined,
  ): Promise<{ response: HttpResponse; token: string }> => {
    if (signal?.aborted) throw abortReason(signal);
    const ask = (token: string): Promise<HttpResponse> => {
      const headers = { ...request.headers, Authorization: `Bearer ${token}`, Accept: 'application/json' };
      return tools.send({ ...request, headers }, signal);
    };
    let token = await keeper.token(tools, signal);
    let response = await ask(token);
    if (response.status === 401) {
      keeper.forget(token);
      token = await keeper.token(tools, signal);
      response = await ask(token);
      if (response.status === 401) throw new EnedisError('credentialsRefused', { status: 401 });
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
      const url = joinUrl(base, `/mesure_synchrone_auto/v2/${nameOf(NAMES_2026, asked)}`, query(asked));
      const { response, token } = await authorized({ method: 'GET', url, headers: {} }, signal);
      const source: Source = { kind: settings.kind, stamps: 'end', secrets: [...secrets, token] };
      return readAnswer(response, source, asked, tools.now());
    },
    async services(filter, signal) {
      const post = (path: string): ReturnType<typeof authorized> =>
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
        import('./subscribed-services.js'),
        import('./failures.js'),
      ]);
      const contextOf = (token: string): FailureContext => ({
        kind: settings.kind,
        now: tools.now(),
        secrets: [...secrets, token],
      });
      let answer = await post(SERVICES).catch(unlessRedirected);
      const isNowhere =
        answer?.response.status === 404 && understood(answer.response, contextOf(answer.token)) === null;
      if (!answer || isNowhere) answer = await post(`${SERVICES}/`);
      return readServices(answer.response, contextOf(answer.token));
    },
  };
}

function unlessRedirected(error: unknown): null {
  if (error instanceof EnedisError && error.reason === 'responseRedirect') return null;
  throw error;
}

/** The peak wants its step and quantity; the other series refuse them. */
function query({ usagePointId, series, start, end }: MeasureRequest): Record<string, string> {
  const period = { pointId: usagePointId, dateDebut: start, dateFin: end };
  return series === 'maxPower' ? { ...period, mesuresPas: 'P1D', grandeurPhysique: 'PMA' } : period;
}
