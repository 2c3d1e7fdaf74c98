/**
 * MyElectricalData, second generation. It answers in the 2026 format when asked to, wrapped in `{success, data, error}`, and
 * moves load-curve labels to the start of their interval. Source: MyElectricalData/myelectricaldata_new, November 2026.
 */
import type { HttpRequest } from '../http/http';
import { ask, checkUsagePoint, credential, secretsOf, type Source } from './ask';
import { joinUrl } from './base-url';
import { baseUrlOf } from './defaults';
import type { Gateway, GatewaySettings, GatewayTools, MeasureRequest } from './gateway';
import { nameOf } from './series-names';

/** What the two generations differ in: the labels of the load curve, and how a question is put. */
interface Generation {
  stamps: Source['stamps'];
  write: (asked: MeasureRequest, base: string, token: string) => HttpRequest;
}

/** @throws EnedisError configBaseUrl */
export function openMyElectricalData(settings: GatewaySettings, tools: GatewayTools): Gateway {
  return openGeneration(settings, tools, {
    stamps: 'start',
    write: (asked, base, token) => {
      const { usagePointId, start, end } = asked;
      return {
        method: 'GET',
        url: joinUrl(base, `/enedis/${nameOf('my-electrical-data', asked)}/${usagePointId}`, { start, end }),
        headers: {
          Authorization: `Bearer ${token}`,
          Accept: 'application/json',
          'X-MED-Format': '2026',
        },
      };
    },
  });
}

/**
 * Either generation: the token alone opens it, and one request is one answer.
 * @throws EnedisError configBaseUrl
 */
export function openGeneration(
  settings: GatewaySettings,
  tools: GatewayTools,
  { stamps, write }: Generation,
): Gateway {
  const base = baseUrlOf(settings);
  const source: Source = { kind: settings.kind, stamps, secrets: secretsOf(settings) };
  return {
    kind: settings.kind,
    check(usagePointId) {
      checkUsagePoint(usagePointId);
      credential(settings, 'token');
    },
    async measures(asked, signal) {
      const request = write(asked, base, credential(settings, 'token'));
      return ask(tools, source, request, asked, signal);
    },
  };
}
