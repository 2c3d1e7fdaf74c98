/**
 * Enedis Data Connect itself, for those who have a contract (or the sandbox): the 2026 measures, opened by an application
 * token that lasts three and a half hours. Parameters are exactly the Swagger's, for anything else is answered with a 500.
 */
import { abortReason } from '../clock';
import { EnedisError } from '../errors';
import { checkUsagePoint, credential, readAnswer, secretsOf, type Source } from './ask';
import { joinUrl, parseBaseUrl } from './base-url';
import { createTokenKeeper } from './data-connect-token';
import { defaultBaseUrl } from './defaults';
import type { Gateway, GatewaySettings, GatewayTools, HttpResponse, MeasureRequest } from './gateway';
import { NAMES_2026, nameOf } from './series-names';

export function openDataConnect(settings: GatewaySettings, tools: GatewayTools): Gateway {
  const base = parseBaseUrl(settings.baseUrl?.trim() ? settings.baseUrl : defaultBaseUrl(settings));
  const secrets = secretsOf(settings);
  const keeper = createTokenKeeper(base, settings, tools, secrets);

  const ask = (
    request: MeasureRequest,
    token: string,
    signal: AbortSignal | undefined,
  ): Promise<HttpResponse> => {
    const url = joinUrl(base, `/mesure_synchrone_auto/v2/${nameOf(NAMES_2026, request)}`, query(request));
    return tools.send(
      { method: 'GET', url, headers: { Authorization: `Bearer ${token}`, Accept: 'application/json' } },
      signal,
    );
  };

  return {
    kind: settings.kind,
    check(usagePointId) {
      checkUsagePoint(usagePointId);
      credential(settings, 'clientId');
      credential(settings, 'clientSecret');
    },
    async measures(request, signal) {
      if (signal?.aborted) throw abortReason(signal);
      let token = await keeper.token(signal);
      let response = await ask(request, token, signal);
      // A token may end before its time (revoked, clocks apart): one new one, then it is the application that is refused.
      if (response.status === 401) {
        keeper.forget(token);
        token = await keeper.token(signal);
        response = await ask(request, token, signal);
        if (response.status === 401) throw new EnedisError('credentialsRefused', { status: 401 });
      }
      const source: Source = { kind: settings.kind, stamps: 'end', secrets: [...secrets, token] };
      return readAnswer(response, source, request, tools.now());
    },
  };
}

/** The peak wants its step and quantity; the other series refuse them. */
function query({ usagePointId, series, start, end }: MeasureRequest): Record<string, string> {
  const period = { pointId: usagePointId, dateDebut: start, dateFin: end };
  return series === 'maxPower' ? { ...period, mesuresPas: 'P1D', grandeurPhysique: 'PMA' } : period;
}
