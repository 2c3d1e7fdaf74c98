/** What is known of each gateway beforehand: where it lives when the user gives no address, how far back it goes. */
import { parseBaseUrl } from './base-url';
import type { GatewayKind, GatewaySettings } from './gateway';

const BASE_URLS: Readonly<Record<GatewayKind, string>> = {
  'conso-api': 'https://conso.boris.sh',
  'my-electrical-data': 'https://www.v2.myelectricaldata.fr/api',
  'my-electrical-data-v1': 'https://www.myelectricaldata.fr',
  'data-connect': 'https://gw.ext.prod.api.enedis.fr',
  // Never asked: the simulated meter answers in process. RFC 6761 keeps the name from ever existing.
  demo: 'https://demo.invalid',
};

const SANDBOX = 'https://gw.ext.prod-sandbox.api.enedis.fr';

/** The gateway's own address, without a final slash. Only `data-connect` has a sandbox. */
export function defaultBaseUrl({ kind, environment }: Pick<GatewaySettings, 'kind' | 'environment'>): string {
  return kind === 'data-connect' && environment === 'sandbox' ? SANDBOX : BASE_URLS[kind];
}

/**
 * Where requests go: the user's own address, else the gateway's.
 * @throws EnedisError configBaseUrl
 */
export function baseUrlOf(settings: Pick<GatewaySettings, 'kind' | 'environment' | 'baseUrl'>): string {
  return settings.baseUrl?.trim() ? parseBaseUrl(settings.baseUrl) : defaultBaseUrl(settings);
}

/** For the dialog and the budget: `{host: 'conso.boris.sh', baseUrl: 'https://conso.boris.sh'}`. */
export function gatewayDefaults(
  kind: GatewayKind,
  environment: 'production' | 'sandbox' = 'production',
): { host: string; baseUrl: string } {
  const baseUrl = defaultBaseUrl({ kind, environment });
  return { host: new URL(baseUrl).host, baseUrl };
}

/**
 * Days beyond a series' whole months of history. Enedis keeps 15 (v5 and 2026 documentation); MyElectricalData v2's own
 * server refuses whatever lies before the calendar day (its source).
 */
export function historyGraceDays(kind: GatewayKind): number {
  return kind === 'my-electrical-data' ? 0 : 15;
}
