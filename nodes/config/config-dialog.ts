/**
 * What the dialog of a meter asks the runtime for: a test of what is typed in, and the way through Enedis' consent page
 * and back.
 */
import type { NodeAPI } from 'node-red';
import type { AccessReport } from '../../lib/meter/access';
import type { CollectorSettings } from '../../lib/meter/collector';
import { EnedisError } from '../../lib/errors';
import { gatewayOf } from '../../lib/gateways';
import { consentUrl, stateOf } from '../../lib/gateways/consent';
import { maskUsagePoint } from '../../lib/readings/reading';
import { ConsentOutcomes } from './consent-outcome';
import { consentPage, preferredLanguage, type ConsentPage } from './consent-page';
import { failureOf, flowError } from '../shared/failure';
import { postedSettings } from './posted-settings';
import { clock, homeOf } from '../shared/services';
import { text, textIn, type Language } from '../shared/words';

/** The parts of Express' request and response used here. */
export interface Request {
  body?: unknown;
  url: string;
  params: Record<string, string | string[] | undefined>;
  headers: Record<string, string | string[] | undefined>;
  is(type: string): string | false | null;
}

/** `json`, `send` or `end` ends it: what else there is comes before. */
export interface Response {
  status(code: number): Response;
  set(headers: Record<string, string>): Response;
  json(body: unknown): unknown;
  send(body: string): unknown;
  /** False: wait for `drain`. */
  write(chunk: string): boolean;
  end(): unknown;
  destroy(): unknown;
  on(event: 'drain' | 'close', listener: () => void): unknown;
  off(event: 'drain' | 'close', listener: () => void): unknown;
  /** The other side has gone. */
  readonly destroyed: boolean;
}

/** Answers what the dialog asks; none of its methods rejects. */
export class ConfigDialog {
  readonly #RED: NodeAPI;
  readonly #consents: ConsentOutcomes;
  readonly #tests = new Map<string, Promise<AccessReport>>();

  constructor(RED: NodeAPI) {
    this.#RED = RED;
    this.#consents = new ConsentOutcomes(RED);
  }

  /**
   * POST: an `AccessReport` of what is typed in, or why there is none. What was refused of one series is a `failure`
   * beside its `key`.
   */
  test(request: Request, response: Response): Promise<void> {
    return answer(response, async () => {
      const settings = postedSettings(this.#RED, bodyOf(request));
      // For the record only: whoever pressed has the same before them.
      const note = (error: unknown): void => {
        const meter = maskUsagePoint(settings.usagePointId);
        const params = { meter, error: flowError(this.#RED, error).message };
        this.#RED.log.info(text(this.#RED, 'enedis-config', 'log.test', params));
      };
      try {
        const { refused, ...report } = await test(this.#RED, this.#tests, settings, checkedOf(request.body));
        if (!refused) return report;
        note(refused.error);
        return { ...report, key: refused.key, failure: failureOf(refused.error) };
      } catch (error) {
        note(error);
        throw error;
      }
    });
  }

  /** POST: where to send the person, and the state to ask for the outcome with. */
  authorize(request: Request, response: Response): Promise<void> {
    return answer(response, () => {
      const { gateway } = postedSettings(this.#RED, bodyOf(request));
      if (gatewayOf(gateway.kind).authorize !== 'consent')
        throw new EnedisError('configProperty', { property: 'gateway' });
      const language = languageOf((request.body as Record<string, unknown>).language);
      // Checked before anything is kept.
      consentUrl(gateway, '');
      const state = this.#consents.begin({ gateway, language });
      return { state, url: consentUrl(gateway, state) };
    });
  }

  /**
   * GET: what became of a consent: `{waiting: true}`, `{usagePointIds}` or why there is none; `waiting` beside a failure
   * means that it may still turn out well.
   */
  outcome(request: Request, response: Response): Promise<void> {
    return answer(response, async () => {
      const outcome = await this.#consents.outcomeOf(String(request.params.state));
      if (outcome === undefined) throw new EnedisError('consentState');
      if (outcome === 'waiting') return { waiting: true };
      if ('usagePointIds' in outcome) return { usagePointIds: outcome.usagePointIds };
      return { failure: outcome.failure, waiting: outcome.unread !== undefined };
    });
  }

  /** GET: the return from Enedis; a page for the person. */
  async callback(request: Request, response: Response): Promise<void> {
    const { status, headers, html } = await comeBack(this.#RED, this.#consents, request);
    response.status(status).set(headers).send(html);
  }
}

/** JSON, or the failure as JSON: either way an answer. */
export async function answer(response: Response, work: () => unknown): Promise<void> {
  response.set({ 'Cache-Control': 'no-store' });
  try {
    response.json(await work());
  } catch (error) {
    response.json({ failure: failureOf(error) });
  }
}

/**
 * From the editor only. A form on somebody else's page can't be sent as JSON; a script there could send it, for Node-RED
 * answers every origin, but not without its browser telling where it comes from. (Proxies pass that on, while many put
 * their own name in the place of `Host`. Browsers leave it out towards another machine without https.)
 */
export function bodyOf(request: Request): unknown {
  if (!request.is('application/json')) throw new EnedisError('inputInvalid', { property: 'Content-Type' });
  const site = request.headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin')
    throw new EnedisError('inputInvalid', { property: 'Sec-Fetch-Site' });
  return request.body;
}

function checkedOf(body: unknown): string[] {
  const { checked } = body as { checked?: unknown };
  return Array.isArray(checked) ? checked.filter((each) => typeof each === 'string') : [];
}

/** Pressed twice, asked once. */
async function test(
  RED: NodeAPI,
  tests: Map<string, Promise<AccessReport>>,
  settings: CollectorSettings,
  checked: string[],
): Promise<AccessReport> {
  const key = JSON.stringify([settings, checked]);
  const running = tests.get(key);
  if (running) return running;
  const mine = (async () => {
    const [home, { testAccess }] = await Promise.all([homeOf(RED), import('../../lib/meter/access.js')]);
    return testAccess(home, settings, checked);
  })();
  tests.set(key, mine);
  try {
    return await mine;
  } finally {
    tests.delete(key);
  }
}

/** The return from Enedis: whatever it says, a page that tells where things stand. */
async function comeBack(RED: NodeAPI, consents: ConsentOutcomes, request: Request): Promise<ConsentPage> {
  const query = new URL(request.url, 'http://localhost').searchParams;
  const { outcome, isOld } = await consents.comeBack(stateOf(query), query);
  const language = outcome?.language ?? preferredLanguage(String(request.headers['accept-language'] ?? ''));
  const say = (key: string, params: Record<string, string | number> = {}): string =>
    textIn(language, 'enedis-config', key, params);
  if (outcome === undefined) {
    const stray = new EnedisError('consentState');
    if (mayTell())
      RED.log.warn(text(RED, 'enedis-config', 'log.consent', { error: flowError(RED, stray).message }));
    return consentPage(language, 'wrong', [say('errors.consentState.what'), say('errors.consentState.todo')]);
  }
  if ('usagePointIds' in outcome) {
    const { usagePointIds } = outcome;
    // Whoever finds the address later, in a browser's history, learns nothing by it.
    if (isOld) return consentPage(language, 'agreed', [say('consent.known')]);
    const agreed = say('consent.agreed', { count: usagePointIds.length, list: usagePointIds.join(', ') });
    return consentPage(language, 'agreed', [agreed, say('consent.goBack')]);
  }
  const { reason, params, because } = outcome.failure;
  const isGiven = reason === 'consentUnread' || reason === 'consentEmpty';
  return consentPage(language, isGiven ? 'unread' : 'wrong', [
    say(`errors.${reason}.what`, params),
    ...(because ? [say(`errors.${because.reason}.what`, because.params)] : []),
    say(`errors.${reason}.todo`, params),
    ...(outcome.unread ? [say('authorize.again')] : []),
  ]);
}

const MINUTE = 60_000;
let lastTold = -Infinity;

/** Anybody may come here without a state: that mustn't fill a disk with log lines. */
function mayTell(): boolean {
  const now = clock().now();
  if (Math.abs(now - lastTold) < MINUTE) return false;
  lastTold = now;
  return true;
}

/** The editor names its language as `fr`, `fr-FR`, `en-US`, …; another than ours says nothing. */
export function languageOf(name: unknown): Language | undefined {
  if (typeof name !== 'string') return undefined;
  return /^fr\b/i.test(name) ? 'fr' : /^en\b/i.test(name) ? 'en-US' : undefined;
}
