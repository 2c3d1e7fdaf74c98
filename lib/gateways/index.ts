/**
 * The way to a gateway from its settings. Only the chosen one's file is loaded.
 */
import type { Gateway, GatewayKind, GatewaySettings, GatewayTools } from './gateway';

export { gatewayDefaults } from './defaults';
export { createHttp, type HttpOptions } from '../http/http';

type Open = (settings: GatewaySettings, tools: GatewayTools) => Promise<Gateway>;

/** A new gateway is one file and one row. (A dynamic import names the emitted file: TypeScript keeps it as written.) */
const GATEWAYS: Readonly<Record<GatewayKind, Open>> = {
  'conso-api': async (...args) => (await import('./conso-api.js')).openConsoApi(...args),
  'my-electrical-data': async (...args) =>
    (await import('./my-electrical-data.js')).openMyElectricalData(...args),
  'my-electrical-data-v1': async (...args) =>
    (await import('./my-electrical-data-v1.js')).openMyElectricalDataV1(...args),
  'data-connect': async (...args) => (await import('./data-connect.js')).openDataConnect(...args),
  demo: async (_settings, tools) => (await import('./demo.js')).openDemo(tools),
};

/** @throws EnedisError configBaseUrl `{problem}`. */
export function openGateway(settings: GatewaySettings, tools: GatewayTools): Promise<Gateway> {
  return GATEWAYS[settings.kind](settings, tools);
}
