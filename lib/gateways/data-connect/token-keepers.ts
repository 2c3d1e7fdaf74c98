/**
 * Keeps one application token for Data Connect: asked for once however many wait for it and for however many meters the
 * application reads, kept until shortly before its end.
 * Credentials go as HTTP Basic with a form body; in the query string Enedis has refused them since July 2026
 * (bokub/conso-api #147).
 */
import { abortReason } from '../../async/clock';
import { EnedisError } from '../../errors';
import type { Source } from '../ask';
import { joinUrl } from '../base-url';
import { credential } from '../credentials';
import type { GatewaySettings, GatewayTools } from '../gateway';

/** One application's token, in memory only: a restart asks for another. */
export interface TokenKeeper {
  /**
   * @param tools carry the request, where one is needed.
   * @throws EnedisError credentialsRefused, enedisFailing, …; the signal's reason once aborted.
   */
  token(tools: Pick<GatewayTools, 'send' | 'now'>, signal?: AbortSignal): Promise<string>;
  /** Drops this token, unless another has taken its place already. */
  forget(token: string): void;
}

/** A token this near to its end could end under way. */
const MARGIN = 5 * 60_000;
/** Where Enedis doesn't say (it says 12 600 s). */
const USUAL_LIFE = 30 * 60_000;

interface Flight {
  promise: Promise<string>;
  controller: AbortController;
  waiting: number;
}

/** More applications than this are secrets tried out in the dialog: the one not opened for longest gives way. */
const MOST_KEEPERS = 20;

/** The keepers of one Node-RED, one for each application and address. */
export class TokenKeepers {
  readonly #keepers = new Map<string, TokenKeeper>();

  keeperOf(base: string, settings: GatewaySettings, source: Source): TokenKeeper {
    const key = JSON.stringify([base, settings.clientId, settings.clientSecret]);
    const keeper = this.#keepers.get(key) ?? createTokenKeeper(base, settings, source);
    // The latest last.
    this.#keepers.delete(key);
    this.#keepers.set(key, keeper);
    const [oldest] = this.#keepers.keys();
    if (oldest !== undefined && this.#keepers.size > MOST_KEEPERS) this.#keepers.delete(oldest);
    return keeper;
  }
}

function createTokenKeeper(
  base: string,
  settings: GatewaySettings,
  { gateway, secrets }: Source,
): TokenKeeper {
  let held: { token: string; until: number } | null = null;
  let flight: Flight | null = null;

  const request = async (
    { send, now }: Pick<GatewayTools, 'send' | 'now'>,
    signal: AbortSignal,
  ): Promise<string> => {
    const pair = `${credential(settings, 'clientId')}:${credential(settings, 'clientSecret')}`;
    const response = await send(
      {
        method: 'POST',
        url: joinUrl(base, '/oauth2/v3/token'),
        headers: {
          Authorization: `Basic ${Buffer.from(pair).toString('base64')}`,
          'Content-Type': 'application/x-www-form-urlencoded',
          Accept: 'application/json',
        },
        body: 'grant_type=client_credentials',
      },
      signal,
    );
    const [{ failureOf }, { parseJson }] = await Promise.all([
      import('../failures.js'),
      import('../json.js'),
    ]);
    if (response.status !== 200) {
      const failure = failureOf(response, { gateway, now: now(), secrets });
      throw isAboutData(failure) ? new EnedisError('credentialsRefused', failure.params) : failure;
    }
    const { token, life } = readToken(parseJson(response.body, response.status, secrets));
    held = { token, until: now() + Math.max(life - MARGIN, life / 2) };
    return token;
  };

  /** Ends with its last waiter: one caller's abort mustn't fail the others', nor leave a request nobody wants. */
  const take = (tools: Pick<GatewayTools, 'send' | 'now'>): Flight => {
    if (flight) return flight;
    const controller = new AbortController();
    const mine: Flight = { controller, waiting: 0, promise: request(tools, controller.signal) };
    const landed = (): void => {
      if (flight === mine) flight = null;
    };
    mine.promise.then(landed, landed);
    return (flight = mine);
  };

  return {
    async token(tools, signal) {
      if (signal?.aborted) throw abortReason(signal);
      if (held && tools.now() < held.until) return held.token;
      const mine = take(tools);
      mine.waiting++;
      try {
        return await orAborted(mine.promise, signal);
      } finally {
        if (--mine.waiting === 0) {
          if (flight === mine) flight = null;
          mine.controller.abort();
        }
      }
    },
    forget(token) {
      if (held?.token === token) held = null;
    },
  };
}

/** Where no meter and no period is in question yet, `invalid_request` or a bare 403 can only mean the application. */
function isAboutData({ reason }: EnedisError): boolean {
  return /^(period|consentMissing|configUsagePoint)/.test(reason);
}

/** `expires_in` is a number of seconds, or that number as a text, depending on the source. */
function readToken(json: unknown): { token: string; life: number } {
  const { access_token: token, expires_in: expires } = (json ?? {}) as Record<string, unknown>;
  if (typeof token !== 'string' || !/^[\x21-\x7e]+$/.test(token)) {
    throw new EnedisError('responseShape', { field: 'access_token' });
  }
  const seconds = typeof expires === 'string' || typeof expires === 'number' ? Number(expires) : NaN;
  return { token, life: seconds > 0 && Number.isFinite(seconds) ? seconds * 1000 : USUAL_LIFE };
}

function orAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise;
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(abortReason(signal));
    signal.addEventListener('abort', onAbort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
