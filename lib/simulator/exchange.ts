/** What a dialect is: one gateway's way of being asked and of answering, over the same Enedis. */
import type { Enedis, MeasureQuery, Outcome } from './enedis';
import type { Limits } from './limits';
import type { DialectName, Generation, LoggedRequest, SimulatorRequest, SimulatorResponse } from './types';

/** A request taken apart. */
export interface Incoming {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: Record<string, string | undefined>;
  body: string;
  client: string;
  /** Where the simulator itself is reached, as far as the request tells. */
  origin: string;
}

/** What the request is about, for the log and for faults. */
export type Description = Pick<LoggedRequest, 'resource'> &
  Partial<Pick<LoggedRequest, 'generation' | 'series' | 'direction' | 'usagePointId' | 'start' | 'end'>>;

/** What one simulator lends to its dialects; `now` is epoch ms. */
export interface Services {
  enedis: Enedis;
  limits: Limits;
  now: () => number;
  generations: readonly Generation[];
  /** Tokens this dialect accepts; undefined: any. */
  tokens: (dialect: DialectName) => readonly string[] | undefined;
}

/** One request on its way through a dialect. */
export interface Exchange extends Services {
  incoming: Incoming;
  described: Description;
  /** Puts the question to Enedis, faults included. */
  ask(query: MeasureQuery): Outcome;
  /** A failure of Enedis injected for this request, for routes that aren't measures. */
  injected(): Outcome | undefined;
  /** For the log: Enedis wasn't asked. */
  markCached(): void;
}

/** What `admit` refuses goes out as it is: injected faults are for what `answer` says. */
export interface Dialect {
  name: DialectName;
  /** Undefined: not one of its routes. */
  describe(incoming: Incoming): Description | undefined;
  /** Rate rules, before anything else. */
  admit?(exchange: Exchange): SimulatorResponse | undefined;
  answer(exchange: Exchange): SimulatorResponse;
}

/** `headers` (lower-case names) come last: they may change the content type. */
export function json(status: number, body: unknown, headers: Record<string, string> = {}): SimulatorResponse {
  return { status, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) };
}

/** As `json`, for a page; an empty one goes with a redirect. */
export function page(status: number, html: string, headers: Record<string, string> = {}): SimulatorResponse {
  return { status, headers: { 'content-type': 'text/html; charset=UTF-8', ...headers }, body: html };
}

/** The token of `Authorization: Bearer …`. */
export function bearer(incoming: Incoming): string | undefined {
  return /^Bearer\s+(\S+)$/i.exec(incoming.headers.authorization ?? '')?.[1];
}

/** Where the address is only a path, the Host header says whose it is. Throws for one that can't be an address. */
export function parseIncoming(request: SimulatorRequest): { url: URL; incoming: Incoming } {
  const host = request.headers.host ?? '127.0.0.1';
  const url = new URL(request.url, `http://${host}`);
  const incoming: Incoming = {
    method: request.method.toUpperCase(),
    path: url.pathname,
    query: url.searchParams,
    headers: request.headers,
    body: request.body ?? '',
    client: request.client ?? 'local',
    origin: url.origin,
  };
  return { url, incoming };
}
