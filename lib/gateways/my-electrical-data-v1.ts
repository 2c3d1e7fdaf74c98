/** MyElectricalData, first generation. Source: MyElectricalData/myelectricaldata_import and its other clients. */
import type { GatewayDefinition } from './definition';
import { REFUSALS, RULES } from './my-electrical-data';

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
  open: async (...args) => (await import('./my-electrical-data/open.js')).openV1(...args),
};
