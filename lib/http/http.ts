/**
 * One request to the outside: the only place that opens a socket. Whatever goes wrong becomes a fresh error naming the
 * host and the system's own code, because the HTTP library's errors carry headers, and headers carry tokens.
 */
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { Readable } from 'node:stream';
import { abortReason } from '../async/clock';
import { EnedisError, type Reason } from '../errors';
import { isLoopback } from './loopback';
import { packageUserAgent } from './user-agent';

/** Ready to go: the address is absolute, and the headers hold secrets (nothing here may be logged). */
export interface HttpRequest {
  method: 'GET' | 'POST';
  url: string;
  headers: Record<string, string>;
  body?: string;
}

/** Whatever arrived whole, of any status; a redirect isn't followed. */
export interface HttpResponse {
  status: number;
  /** Lower-case names. */
  headers: Record<string, string>;
  /** Decoded as UTF-8, byte-order mark removed. */
  body: string;
}

/** Carries one request to the outside and counts it. Rejects with an `EnedisError` (budget, network) or the signal's reason. */
export type Send = (request: HttpRequest, signal?: AbortSignal) => Promise<HttpResponse>;

/** Limits of each request, and the name it is made under. */
export interface HttpOptions {
  /** For the whole of it, last byte included (default 30 s). */
  timeoutMs?: number;
  /** Of the body once decompressed (default 4 MiB; a year of days is 60 kB). */
  maxBytes?: number;
  /** Default: this package's name and version. */
  userAgent?: string;
}

/**
 * Any status is an answer, except that no redirect is followed (a token mustn't travel to another host).
 * Rejects with an `EnedisError`: networkUnreachable, networkTimeout, networkInterrupted or networkTls `{host, cause}`,
 * responseTooLarge `{host, bytes}`, responseRedirect `{host, status, target}`; or with the signal's reason.
 */
export function createHttp(options: HttpOptions = {}): Send {
  const { timeoutMs = 30_000, maxBytes = 4 * 1024 * 1024 } = options;
  let userAgent = options.userAgent;
  // No keep-alive: a few requests a day don't deserve a socket left open, and `close` must leave none.
  const agents = {
    httpAgent: new HttpAgent({ keepAlive: false }),
    httpsAgent: new HttpsAgent({ keepAlive: false }),
  };

  return async (request, signal) => {
    if (signal?.aborted) throw abortReason(signal);
    const host = new URL(request.url).host;
    userAgent ??= packageUserAgent();
    const headers = { 'User-Agent': userAgent, 'Accept-Encoding': 'gzip, deflate, br', ...request.headers };
    const controller = new AbortController();
    let timedOut = false;
    const timer = setTimeout(() => {
      timedOut = true;
      controller.abort();
    }, timeoutMs);
    const onAbort = (): void => controller.abort();
    signal?.addEventListener('abort', onAbort, { once: true });
    try {
      // Rejects as soon as aborted, whatever the exchange is doing (resolving a name can't be interrupted).
      return await Promise.race([
        exchange({ ...request, headers }, host, controller.signal, agents, maxBytes),
        rejection(controller.signal),
      ]);
    } catch (error) {
      if (signal?.aborted) throw abortReason(signal);
      if (timedOut) throw new EnedisError('networkTimeout', { host, seconds: Math.ceil(timeoutMs / 1000) });
      throw error instanceof EnedisError ? error : networkError(error, host);
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      // Whatever is left of the exchange ends here: after an error, a body nobody will read.
      controller.abort();
    }
  };
}

interface Agents {
  httpAgent: HttpAgent;
  httpsAgent: HttpsAgent;
}

async function exchange(
  { method, url, headers, body }: HttpRequest,
  host: string,
  signal: AbortSignal,
  agents: Agents,
  maxBytes: number,
): Promise<HttpResponse> {
  // Loaded at the first request: Node-RED starts without paying for it.
  const { default: axios } = await import('axios');
  const response = await axios.request<Readable>({
    ...agents,
    method,
    url,
    headers,
    data: body,
    signal,
    // What goes in clear to this very machine mustn't be handed to another one by a proxy of the environment; through
    // https a proxy sees nothing.
    ...(isLoopback(new URL(url).hostname) ? { proxy: false as const } : {}),
    responseType: 'stream',
    maxRedirects: 0,
    maxContentLength: -1,
    timeout: 0,
    validateStatus: () => true,
  });
  const stream = response.data;
  // An error that comes once nobody reads any more must not end the process.
  stream.on('error', () => undefined);
  signal.addEventListener('abort', () => stream.destroy(), { once: true });
  const received = plainHeaders(response.headers);
  if (response.status >= 300 && response.status < 400) {
    stream.destroy();
    throw new EnedisError('responseRedirect', {
      host,
      status: response.status,
      target: hostOf(received.location, url),
    });
  }
  return { status: response.status, headers: received, body: await readText(stream, host, maxBytes) };
}

/** As UTF-8 whatever the content type says (Enedis has sent JSON as octet-stream), byte-order mark removed. */
async function readText(stream: Readable, host: string, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    size += chunk.length;
    // Counted after decompression, chunk by chunk, so that a small bomb never unfolds. Leaving the loop destroys the stream.
    if (size > maxBytes) throw new EnedisError('responseTooLarge', { host, bytes: maxBytes });
    chunks.push(chunk);
  }
  return new TextDecoder().decode(Buffer.concat(chunks, size));
}

function rejection(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(new Error('aborted')), { once: true });
  });
}

function plainHeaders(headers: object): Record<string, string> {
  const plain: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers) as [string, unknown][]) {
    if (typeof value === 'string' || typeof value === 'number') plain[name.toLowerCase()] = String(value);
    else if (Array.isArray(value)) plain[name.toLowerCase()] = value.join(', ');
  }
  return plain;
}

function hostOf(location: string | undefined, from: string): string {
  try {
    return new URL(location ?? '', from).host;
  } catch {
    return '?';
  }
}

/** Node's codes; what isn't listed is an exchange that broke off. TLS has dozens of names with a family likeness. */
const CAUSES: readonly [RegExp, Reason][] = [
  [/^(ETIMEDOUT|ESOCKETTIMEDOUT|UND_ERR_CONNECT_TIMEOUT)$/, 'networkTimeout'],
  [
    /^(ENOTFOUND|EAI_\w+|ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|EHOSTDOWN|ENETDOWN|EADDRNOTAVAIL|EACCES|EPERM)$/,
    'networkUnreachable',
  ],
  [
    /CERT|^ERR_TLS|^ERR_SSL|^EPROTO$|SELF_SIGNED|^UNABLE_TO_(GET|VERIFY|DECRYPT)|_CRL_|^HOSTNAME_MISMATCH$|^INVALID_(CA|PURPOSE)$|^PATH_LENGTH_EXCEEDED$/,
    'networkTls',
  ],
];

function networkError(error: unknown, host: string): EnedisError {
  const code: unknown = (error as { code?: unknown } | null)?.code;
  // Only a code of the usual look: anything else could be a text with an address in it.
  const cause = typeof code === 'string' && /^[A-Z][A-Z0-9_]{1,60}$/.test(code) ? code : 'UNKNOWN';
  const reason = CAUSES.find(([pattern]) => pattern.test(cause))?.[1] ?? 'networkInterrupted';
  return new EnedisError(reason, { host, cause });
}
