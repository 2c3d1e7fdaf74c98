/**
 * MyElectricalData, first generation: v5 bodies, the token alone in `Authorization`, days in the path.
 * Source: MyElectricalData/myelectricaldata_import and its other clients.
 */
import { joinUrl } from './base-url';
import type { GatewayDefinition } from './definition';
import { openGeneration, REFUSALS, RULES } from './my-electrical-data';
import { NAMES_MED_V1, nameOf } from './series-names';

/** MyElectricalData v1. */
export const myElectricalDataV1: GatewayDefinition<'my-electrical-data-v1'> = {
  kind: 'my-electrical-data-v1',
  address: 'https://www.myelectricaldata.fr',
  credentials: ['token'],
  link: 'https://www.myelectricaldata.fr',
  authorize: 'link',
  stamps: 'end',
  historyGraceDays: 15,
  isRelay: true,
  refusals: { marks: REFUSALS.marks, words: [...REFUSALS.words, { status: [409], reason: 'quotaDay' }] },
  rules: RULES,
  open: (settings, tools) =>
    openGeneration(myElectricalDataV1, settings, tools, (asked, base, token) => {
      const { usagePointId, start, end } = asked;
      const path = `/${nameOf(NAMES_MED_V1, asked)}/${usagePointId}/start/${start}/end/${end}`;
      return {
        method: 'GET',
        url: joinUrl(base, path),
        headers: { Authorization: token, Accept: 'application/json' },
      };
    }),
};
