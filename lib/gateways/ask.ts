/**
 * What all gateways do with a request once it is written: send it, tell an answer from a refusal, and read it.
 */
import type { HttpRequest, HttpResponse } from '../http/http';
import { abortReason } from '../async/clock';
import { EnedisError } from '../errors';
import { isUsagePointId } from '../readings/reading';
import { cleanToken } from './conso-token';
import type { GatewayKind, GatewaySettings, GatewayTools, MeasureRequest } from './gateway';
import type { MeasureAnswer } from './points/stamped';

/** What the reading of an answer needs to know of who gave it. */
export interface Source {
  kind: GatewayKind;
  /** Which end of its interval a load-curve point is labelled with. */
  stamps: 'end' | 'start';
  /** Never repeated in an error. */
  secrets: readonly string[];
}

/** @throws EnedisError for everything that isn't measures; the signal's reason once aborted. */
export async function ask(
  { send, now }: GatewayTools,
  source: Source,
  request: HttpRequest,
  asked: MeasureRequest,
  signal?: AbortSignal,
): Promise<MeasureAnswer> {
  if (signal?.aborted) throw abortReason(signal);
  return readAnswer(await send(request, signal), source, asked, now());
}

/**
 * For those who send by themselves.
 * @param now epoch ms: what a refusal says of waiting counts from here.
 * @throws EnedisError for everything that isn't measures.
 */
export async function readAnswer(
  response: HttpResponse,
  { kind, stamps, secrets }: Source,
  asked: MeasureRequest,
  now: number,
): Promise<MeasureAnswer> {
  // Loaded with the first answer: zod is only needed from here on.
  const [{ isMeasureBody, readBody }, { failureOf, understood }, { parseJson }] = await Promise.all([
    import('./body.js'),
    import('./failures.js'),
    import('./json.js'),
  ]);
  const context = { kind, now, secrets };
  if (response.status < 200 || response.status >= 300) throw failureOf(response, context);
  const json = parseJson(response.body, response.status, secrets);
  if (isMeasureBody(json)) return readBody(json, asked, stamps, secrets, now);
  // MyElectricalData v2 refuses with status 200; others have been seen to.
  throw (
    understood(response, context) ??
    new EnedisError('responseShape', { field: 'body', status: response.status })
  );
}

/** @throws EnedisError configUsagePoint `{digits}`: how many there are instead of 14. */
export function checkUsagePoint(usagePointId: string): void {
  if (isUsagePointId(usagePointId)) return;
  throw new EnedisError('configUsagePoint', { digits: String(usagePointId).replace(/\D/g, '').length });
}

/**
 * A credential as it will be sent: without the blanks (and the word Bearer) that come along when pasting.
 * @throws EnedisError credentialsMissing `{field}`, or credentialsRefused `{field, problem}` for one that no header can carry.
 */
export function credential(settings: GatewaySettings, field: 'token' | 'clientId' | 'clientSecret'): string {
  const text = cleanToken(settings[field] ?? '');
  if (text === '') throw new EnedisError('credentialsMissing', { field });
  if (!/^[\x21-\x7e]+$/.test(text))
    throw new EnedisError('credentialsRefused', { field, problem: 'characters' });
  return text;
}

/** Everything in the settings that mustn't be repeated, in the forms it may come back in. */
export function secretsOf({ token, clientId, clientSecret }: GatewaySettings): string[] {
  const basic = Buffer.from(`${clientId?.trim() ?? ''}:${clientSecret?.trim() ?? ''}`).toString('base64');
  return [token, clientSecret, clientId, basic]
    .map((text) => cleanToken(text ?? ''))
    .filter((text) => text.length > 3);
}
