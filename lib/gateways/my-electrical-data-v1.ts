/**
 * MyElectricalData, first generation: v5 bodies, the token alone in `Authorization`, days in the path.
 * Source: MyElectricalData/myelectricaldata_import and its other clients.
 */
import { ask, checkUsagePoint, credential, secretsOf, type Source } from './ask';
import { joinUrl } from './base-url';
import { baseUrlOf } from './defaults';
import type { Gateway, GatewaySettings, GatewayTools } from './gateway';
import { NAMES_MED_V1, nameOf } from './series-names';

export function openMyElectricalDataV1(settings: GatewaySettings, tools: GatewayTools): Gateway {
  const base = baseUrlOf(settings);
  const source: Source = { kind: settings.kind, stamps: 'end', secrets: secretsOf(settings) };
  return {
    kind: settings.kind,
    check(usagePointId) {
      checkUsagePoint(usagePointId);
      credential(settings, 'token');
    },
    async measures(request, signal) {
      const { usagePointId, start, end } = request;
      const url = joinUrl(
        base,
        `/${nameOf(NAMES_MED_V1, request)}/${usagePointId}/start/${start}/end/${end}`,
      );
      const headers = { Authorization: credential(settings, 'token'), Accept: 'application/json' };
      return ask(tools, source, { method: 'GET', url, headers }, request, signal);
    },
  };
}
