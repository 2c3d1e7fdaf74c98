/**
 * A simulated Enedis with its gateways in front: asked as one asks the real ones, it answers as they do, counts what
 * they count, and goes wrong on demand. Written from what is documented of Enedis alone, so that it can disagree with our clients.
 */
import { consoApi } from './dialects/conso-api';
import { createDataConnect } from './dialects/data-connect';
import { createMedV1 } from './dialects/my-electrical-data-v1';
import { createMedV2 } from './dialects/my-electrical-data';
import { createEnedis, type Enedis, type Outcome } from './enedis';
import {
  json,
  parseIncoming,
  type Description,
  type Dialect,
  type Exchange,
  type Incoming,
} from './exchange';
import { failure } from './failures';
import type { Fault, Injection } from './faults';
import { createLimits, type LimitOptions } from './limits';
import {
  matches,
  type Answer,
  type DialectName,
  type Generation,
  type LoggedRequest,
  type RequestFilter,
  type SimulatorRequest,
  type SimulatorResponse,
} from './types';
import { DEFAULT_USAGE_POINTS, type UsagePointSpec } from './usage-points';

/** Only the clock (epoch ms) has to be given; the rest is by default as documented of the real ones. */
export interface SimulatorOptions {
  clock: { now(): number };
  /** Default 1. */
  seed?: number;
  /** When yesterday becomes available, `HH:mm` in Paris. Default `08:00`. */
  publishAt?: string;
  /** Default: the documented fictional ones, `DEFAULT_USAGE_POINTS`. */
  usagePoints?: Record<string, UsagePointSpec>;
  /** Valid tokens, for all dialects or for each. Default: any that isn't empty (data-connect: the ones it issued). */
  tokens?: readonly string[] | Partial<Record<DialectName, readonly string[]>>;
  /** data-connect: secrets by client id. Default: any pair. */
  clients?: Record<string, string>;
  /** data-connect: usage points by authorisation id. Default: the sandbox's 11 and 10. */
  authorisations?: Record<number, readonly string[]>;
  /** data-connect: whether the subscribed services are found only with, or only without, a last slash. Default: either way. */
  servicesSlash?: boolean;
  /** Where the consent page leads back to; `simulator.setRedirectUri` changes it. */
  redirectUri?: string;
  /** How its return says what was agreed to (an `autorisation_id`, or the usage points). Default 2026. */
  consentReturn?: Generation;
  /** What Conso and data-connect know. Default both. */
  generations?: readonly Generation[];
  limits?: LimitOptions;
  /** Default `paris`; `utc`: between midnight and 1 or 2 o'clock, today is still refused as an end. */
  serverDay?: 'paris' | 'utc';
}

/** In process; `listen` puts it on a port. Dates are Paris days `YYYY-MM-DD`. */
export interface Simulator extends Pick<Enedis, 'truth' | 'publish' | 'correct' | 'setStep'> {
  /** 404 where no gateway has such a route. Rejects for what can't be an address. */
  handle(request: SimulatorRequest): Promise<SimulatorResponse>;
  /** Every request so far (the latest 20 000), oldest first. */
  readonly requests: readonly LoggedRequest[];
  count(filter?: RequestFilter): number;
  clearRequests(): void;
  /** Makes something go wrong; returns what ends it. Later injections come first. */
  inject(injection: Injection): () => void;
  /** Ends every injection. */
  clearFaults(): void;
  /** data-connect: all tokens issued so far stop working. */
  revokeTokens(): void;
  /** data-connect: the holder deletes what is shared from this usage point, which may then be shared anew. */
  endSharing(usagePointId: string): void;
  /** From the next visit of the consent page on. */
  setRedirectUri(uri: string): void;
  /** From the next visit of the consent page on. */
  setConsentReturn(generation: Generation): void;
  /** Conso: whether an address is banned. */
  isBanned(client?: string): boolean;
}

const HOSTS: Record<string, DialectName> = {
  'conso.boris.sh': 'conso-api',
  'www.v2.myelectricaldata.fr': 'my-electrical-data',
  'v2.myelectricaldata.fr': 'my-electrical-data',
  'www.myelectricaldata.fr': 'my-electrical-data-v1',
  'myelectricaldata.fr': 'my-electrical-data-v1',
  'gw.ext.prod.api.enedis.fr': 'data-connect',
  'ext.prod.api.enedis.fr': 'data-connect',
  'gw.ext.prod-sandbox.api.enedis.fr': 'data-connect',
  'ext.prod-sandbox.api.enedis.fr': 'data-connect',
  'mon-compte-particulier.enedis.fr': 'data-connect',
};
const LOG_LENGTH = 20_000;

interface ActiveInjection extends Injection {
  left: number;
}

/** No timer runs: whatever depends on time is worked out from the clock when it is asked for. */
export function createSimulator(options: SimulatorOptions): Simulator {
  const { clock } = options;
  const enedis = createEnedis({
    clock,
    seed: options.seed ?? 1,
    publishAt: options.publishAt ?? '08:00',
    usagePoints: { ...(options.usagePoints ?? DEFAULT_USAGE_POINTS) },
    serverDay: options.serverDay ?? 'paris',
  });
  const limits = createLimits(options.limits);
  const requests: LoggedRequest[] = [];
  let injections: ActiveInjection[] = [];
  let redirectUri = options.redirectUri;
  let consentReturn = options.consentReturn ?? '2026';

  const dataConnect = createDataConnect({
    clients: options.clients,
    authorisations: options.authorisations ?? { 10: [], 11: ['14000000000001'] },
    servicesSlash: options.servicesSlash,
    redirectUri: () => redirectUri,
    consentReturn: () => consentReturn,
  });
  // The order decides who gets a path two of them could claim: `/api/enedis/…` before `/api/:type`.
  const dialects: readonly Dialect[] = [createMedV2(), consoApi, dataConnect, createMedV1()];

  const tokens = (dialect: DialectName): readonly string[] | undefined => {
    const list = options.tokens;
    return isList(list) ? list : list?.[dialect];
  };

  const note = (entry: LoggedRequest): void => {
    if (requests.length >= LOG_LENGTH) requests.splice(0, LOG_LENGTH / 10);
    requests.push(entry);
  };

  /** The faults meant for a request, each counted as used. */
  const faultsFor = (entry: LoggedRequest): Fault[] => {
    const isMeant = ({ when }: Injection): boolean =>
      when === undefined ? entry.series !== undefined : matches(when, entry);
    const used = injections.filter((injection) => injection.left > 0 && isMeant(injection));
    for (const injection of used) injection.left -= 1;
    injections = injections.filter((injection) => injection.left > 0);
    return used.map(({ fault }) => fault);
  };

  const respond = (dialect: Dialect, incoming: Incoming, described: Description): SimulatorResponse => {
    const entry: LoggedRequest = {
      time: clock.now(),
      dialect: dialect.name,
      client: incoming.client,
      method: incoming.method,
      path: incoming.path,
      ...described,
      ...(incoming.headers['user-agent'] !== undefined && { userAgent: incoming.headers['user-agent'] }),
      status: 0,
    };
    note(entry);
    const faults = faultsFor(entry);
    const injected = (): Outcome | undefined => {
      const fault = faults.find((one) => one.at === 'enedis');
      return fault && { failure: failure(fault.name, clock.now(), fault.options) };
    };
    const exchange: Exchange = {
      enedis,
      limits,
      now: () => clock.now(),
      generations: options.generations ?? ['2026', 'v5'],
      tokens,
      incoming,
      described,
      injected,
      ask: (query) => injected() ?? bend(enedis.ask(query), faults),
      markCached: () => void (entry.cached = true),
    };
    const admitted = dialect.admit?.(exchange);
    const response = admitted ?? spoil(() => dialect.answer(exchange), faults);
    entry.status = response.status;
    return response;
  };

  const handle = (request: SimulatorRequest): SimulatorResponse => {
    const { url, incoming } = parseIncoming(request);
    for (const [dialect, path] of candidates(dialects, url)) {
      const turned = { ...incoming, path };
      const described = dialect.describe(turned);
      if (described) return respond(dialect, turned, described);
    }
    const { client, method, path } = incoming;
    note({ time: clock.now(), dialect: 'unknown', client, method, path, resource: 'unknown', status: 404 });
    return json(404, { message: 'No such route in the simulator.' });
  };

  return {
    // One turn later, as a network would: nobody may rely on an answer in the same turn.
    handle: async (request) => {
      await Promise.resolve();
      return handle(request);
    },
    requests,
    count: (filter = {}) => requests.filter((entry) => matches(filter, entry)).length,
    clearRequests: () => void requests.splice(0),
    inject(injection) {
      const active: ActiveInjection = { ...injection, left: injection.times ?? Infinity };
      injections.unshift(active);
      return () => {
        injections = injections.filter((one) => one !== active);
      };
    },
    clearFaults: () => {
      injections = [];
    },
    publish: (publication) => enedis.publish(publication),
    correct: (correction) => enedis.correct(correction),
    setStep: (usagePointId, from, minutes) => enedis.setStep(usagePointId, from, minutes),
    truth: (...question) => enedis.truth(...question),
    revokeTokens: () => dataConnect.revokeTokens(),
    endSharing: (usagePointId) => dataConnect.endSharing(usagePointId),
    setRedirectUri: (uri) => {
      redirectUri = uri;
    },
    setConsentReturn: (generation) => {
      consentReturn = generation;
    },
    isBanned: (client = 'local') => limits.isBanned(client),
  };
}

function isList(value: SimulatorOptions['tokens']): value is readonly string[] {
  return Array.isArray(value);
}

/**
 * Which dialects a request may be meant for, and the path each would see. A known host decides; so does a first
 * segment that is a dialect's name (`/conso-api/api/…`); otherwise the real paths tell them apart.
 */
function candidates(dialects: readonly Dialect[], url: URL): [Dialect, string][] {
  const [, first = '', ...rest] = url.pathname.split('/');
  const named = dialects.find(({ name }) => name === (HOSTS[url.hostname] ?? ''));
  if (named) return [[named, url.pathname]];
  const prefixed = dialects.find(({ name }) => name === first);
  if (prefixed) return [[prefixed, `/${rest.join('/')}`]];
  return dialects.map((dialect) => [dialect, url.pathname]);
}

function bend(outcome: Outcome, faults: readonly Fault[]): Outcome {
  if ('failure' in outcome) return outcome;
  let answer: Answer = outcome.answer;
  for (const fault of faults) if (fault.at === 'data') answer = fault.change(answer);
  return { answer };
}

/** The answer of the gateway, or what a fault makes of it. */
function spoil(answer: () => SimulatorResponse, faults: readonly Fault[]): SimulatorResponse {
  const replaced = faults.find((fault) => fault.at === 'reply');
  let response = replaced ? replaced.response : answer();
  for (const fault of faults) {
    if (fault.at === 'mangle') response = fault.change(response);
    if (fault.at === 'transport') response = { ...response, transport: fault.transport };
  }
  return response;
}
