/**
 * Where a gateway is asked. A token travels to that address at each request, so it has to be https; http only to
 * this very machine (a relay of one's own, a test).
 */
import { EnedisError } from '../errors';
import { isLoopback } from '../http/loopback';
import type { GatewayDefinition } from './definition';
import type { GatewaySettings } from './gateway';

/**
 * Where a gateway is asked: the user's own address, else the gateway's (its sandbox's where that is chosen).
 * @throws EnedisError configBaseUrl
 */
export function addressOf(
  { address, sandbox }: Pick<GatewayDefinition, 'address' | 'sandbox'>,
  { baseUrl, environment }: Pick<GatewaySettings, 'baseUrl' | 'environment'>,
): string {
  if (baseUrl?.trim()) return parseBaseUrl(baseUrl);
  return (environment === 'sandbox' ? sandbox : undefined) ?? address;
}

/**
 * The address without its last slash, ready for `joinUrl`.
 * @throws EnedisError configBaseUrl; `problem` is `address`, `scheme`, `credentials` or `extra` (a query or a fragment).
 */
export function parseBaseUrl(text: string): string {
  let url: URL;
  try {
    url = new URL(text.trim());
  } catch {
    throw refused('address');
  }
  // `example.org.` is the same host: two names would have two budgets.
  url.hostname = url.hostname.replace(/\.$/, '');
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback(url.hostname)))
    throw refused('scheme');
  if (url.username !== '' || url.password !== '') throw refused('credentials');
  if (url.search !== '' || url.hash !== '') throw refused('extra');
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
}

/** @param path from the base's own path on, with its leading slash, already encoded. */
export function joinUrl(base: string, path: string, query: Record<string, string> = {}): string {
  const search = new URLSearchParams(query).toString();
  return `${base}${path}${search === '' ? '' : `?${search}`}`;
}

/** The address itself isn't repeated: it may hold what it mustn't. */
function refused(problem: 'address' | 'scheme' | 'credentials' | 'extra'): EnedisError {
  return new EnedisError('configBaseUrl', { problem });
}
