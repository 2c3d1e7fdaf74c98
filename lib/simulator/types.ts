/** The words the parts of the simulator share: what is asked, what is answered, what is written down about it. */

/** What is drawn from the grid (`soutirage`), and what is fed into it (`injection`). */
export type Direction = 'consumption' | 'production';
/** What the simulated meter measures: energy a day, mean power an interval, the day's peak. */
export type Series = 'daily' | 'loadCurve' | 'maxPower';
/** The gateways there are, by the names the product has for them. */
export type DialectName = 'conso-api' | 'my-electrical-data' | 'my-electrical-data-v1' | 'data-connect';
/** Of Enedis' interfaces: the one of 2026, and the older one that it replaces. */
export type Generation = '2026' | 'v5';

/** As it came over HTTP, or as a client in this process hands it over. */
export interface SimulatorRequest {
  method: string;
  /** Absolute, or path and query. */
  url: string;
  /** Lower-case names. */
  headers: Record<string, string | undefined>;
  body?: string | undefined;
  /** Whom rate rules are counted for (an address). Default: everybody is the same client. */
  client?: string;
}

/** What the HTTP server does instead of answering properly. In-process callers see it as `transport`, beside a normal answer. */
export type Transport =
  | { kind: 'reset' }
  | { kind: 'resetMidBody' }
  | { kind: 'stall' }
  | { kind: 'stallMidBody' }
  | { kind: 'slowDrip'; bytes: number; everyMs: number }
  | { kind: 'oversize'; bytes: number }
  | { kind: 'gzipBomb'; bytes: number };

/** What goes back, whole; nothing is compressed unless `transport` says so. */
export interface SimulatorResponse {
  status: number;
  /** Lower-case names. */
  headers: Record<string, string>;
  body: string | Buffer;
  transport?: Transport;
}

/** One request as the simulator understood it; never a token, a secret or a query. */
export interface LoggedRequest {
  /** Epoch ms by the simulator's clock. */
  time: number;
  dialect: DialectName | 'unknown';
  client: string;
  method: string;
  path: string;
  /** `token`, `subscribed_services`, `contract`, `access`, … or the measure's own name in the URL. */
  resource: string;
  generation?: Generation;
  series?: Series;
  direction?: Direction;
  usagePointId?: string;
  start?: string;
  end?: string;
  userAgent?: string;
  /** MyElectricalData answered from its cache. */
  cached?: boolean;
  /** HTTP status answered; 0 while the answer is being made. */
  status: number;
}

/** Every field given must be equal, or the function must agree. */
export type RequestFilter = Partial<LoggedRequest> | ((request: Readonly<LoggedRequest>) => boolean);

/** An empty filter matches every request; a field that a request doesn't have equals only undefined. */
export function matches(filter: RequestFilter, request: LoggedRequest): boolean {
  if (typeof filter === 'function') return filter(request);
  return (Object.keys(filter) as (keyof LoggedRequest)[]).every((name) => filter[name] === request[name]);
}

/** One value on its way out, still without a format: tests bend it here. */
export interface Point {
  /** Text as sent: usually digits; `null` or anything else when something is wrong. */
  value: string | null;
  /** As sent: a date, the end of the interval, or the second of the peak. */
  stamp: string;
  /** Load curve only. */
  minutes?: number;
  /** The Paris day it belongs to. */
  date: string;
}

/** What Enedis answers to a good question, still without a format. */
export interface Answer {
  usagePointId: string;
  direction: Direction;
  series: Series;
  start: string;
  end: string;
  /** Max power: one a day or one a month. */
  period: 'P1D' | 'P1M';
  points: Point[];
}
