/**
 * MyElectricalData, second generation. It answers in the 2026 format when asked to, wrapped in `{success, data, error}`, and
 * moves load-curve labels to the start of their interval. Source: MyElectricalData/myelectricaldata_new, November 2026.
 */
import { ask, checkUsagePoint, credential, secretsOf, type Source } from './ask';
import { joinUrl } from './base-url';
import { baseUrlOf } from './defaults';
import type { Gateway, GatewaySettings, GatewayTools } from './gateway';
import { NAMES_MED_V2, nameOf } from './series-names';

export function openMyElectricalData(settings: GatewaySettings, tools: GatewayTools): Gateway {
  const base = baseUrlOf(settings);
  const source: Source = { kind: settings.kind, stamps: 'start', secrets: secretsOf(settings) };
  return {
    kind: settings.kind,
    check(usagePointId) {
      checkUsagePoint(usagePointId);
      credential(settings, 'token');
    },
    async measures(request, signal) {
      const { usagePointId, start, end } = request;
      const url = joinUrl(base, `/enedis/${nameOf(NAMES_MED_V2, request)}/${usagePointId}`, { start, end });
      const headers = {
        Authorization: `Bearer ${credential(settings, 'token')}`,
        Accept: 'application/json',
        'X-MED-Format': '2026',
      };
      return ask(tools, source, { method: 'GET', url, headers }, request, signal);
    },
  };
}
