/**
 * Asks MyElectricalData, either generation: the token alone opens it, and one request is one answer. v2 answers in the 2026
 * format when asked to, wrapped in `{success, data, error}`; v1 in v5 bodies. Sources: MyElectricalData/myelectricaldata_new
 * and myelectricaldata_import with its other clients, November 2026.
 */
import type { HttpRequest } from '../../http/http';
import { ask, checkUsagePoint, type Source } from '../ask';
import { addressOf, joinUrl } from '../base-url';
import { credential, secretsOf } from '../credentials';
import type { GatewayDefinition } from '../definition';
import type { Gateway, GatewaySettings, GatewayTools, MeasureRequest } from '../gateway';
import { nameOf } from '../series-names';

/** Writes a question as one generation wants it. */
type Write = (asked: MeasureRequest, base: string, token: string) => HttpRequest;

const writeV2: Write = (asked, base, token) => {
  const { usagePointId, start, end } = asked;
  return {
    method: 'GET',
    url: joinUrl(base, `/enedis/${nameOf('my-electrical-data', asked)}/${usagePointId}`, { start, end }),
    headers: { Authorization: `Bearer ${token}`, Accept: 'application/json', 'X-MED-Format': '2026' },
  };
};

/** The token stands alone in `Authorization`, the days are in the path. */
const writeV1: Write = (asked, base, token) => {
  const { usagePointId, start, end } = asked;
  const path = `/${nameOf('my-electrical-data-v1', asked)}/${usagePointId}/start/${start}/end/${end}`;
  return {
    method: 'GET',
    url: joinUrl(base, path),
    headers: { Authorization: token, Accept: 'application/json' },
  };
};

type Open = (definition: GatewayDefinition, settings: GatewaySettings, tools: GatewayTools) => Gateway;

/** @throws EnedisError configBaseUrl */
export const openV2: Open = (...args) => open(writeV2, ...args);
/** @throws EnedisError configBaseUrl */
export const openV1: Open = (...args) => open(writeV1, ...args);

function open(
  write: Write,
  definition: GatewayDefinition,
  settings: GatewaySettings,
  tools: GatewayTools,
): Gateway {
  const base = addressOf(definition, settings);
  const source: Source = { gateway: definition, secrets: secretsOf(settings) };
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
