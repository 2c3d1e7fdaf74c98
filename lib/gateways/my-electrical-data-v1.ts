/**
 * MyElectricalData, first generation: v5 bodies, the token alone in `Authorization`, days in the path.
 * Source: MyElectricalData/myelectricaldata_import and its other clients.
 */
import { joinUrl } from './base-url';
import type { Gateway, GatewaySettings, GatewayTools } from './gateway';
import { openGeneration } from './my-electrical-data';
import { nameOf } from './series-names';

/** @throws EnedisError configBaseUrl */
export function openMyElectricalDataV1(settings: GatewaySettings, tools: GatewayTools): Gateway {
  return openGeneration(settings, tools, {
    stamps: 'end',
    write: (asked, base, token) => {
      const { usagePointId, start, end } = asked;
      const path = `/${nameOf('my-electrical-data-v1', asked)}/${usagePointId}/start/${start}/end/${end}`;
      return {
        method: 'GET',
        url: joinUrl(base, path),
        headers: { Authorization: token, Accept: 'application/json' },
      };
    },
  });
}
