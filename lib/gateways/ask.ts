/**
 * What all gateways do with a request once it is written: send it, tell an answer from a refusal, and read it.
 */
import type { HttpRequest, HttpResponse } from '../http/http';
import { abortReason } from '../async/clock';
import { EnedisError } from '../errors';
import { isUsagePointId } from '../readings/reading';
import type { GatewayDefinition } from './definition';
import type { GatewayTools, MeasureRequest } from './gateway';
import type { MeasureAnswer } from './points/stamped';

/** What the reading of an answer needs to know of who gave it. */
export interface Source {
  gateway: Pick<GatewayDefinition, 'stamps' | 'isRelay' | 'refusals'>;
  /** Never repeated in an error. */
  secrets: readonly string[];
}

/**
 * Sends a request for measures and reads the answer.
 * @throws EnedisError for everything that isn't measures; the signal's reason once aborted.
 */
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
 * Reads the answer to a request for measures.
 * @param now epoch ms: what a refusal says of waiting counts from here.
 * @throws EnedisError for everything that isn't measures.
 */
export async function readAnswer(
  response: HttpResponse,
  { gateway, secrets }: Source,
  asked: MeasureRequest,
  now: number,
): Promise<MeasureAnswer> {
  // Loaded with the first answer: zod is only needed from here on.
  const [{ isMeasureBody, readBody }, { failureOf, understood }, { parseJson }] = await Promise.all([
    import('./body.js'),
    import('./failures.js'),
    import('./json.js'),
  ]);
  const context = { gateway, now, secrets };
  if (response.status < 200 || response.status >= 300) throw failureOf(response, context);
  const json = parseJson(response.body, response.status, secrets);
  if (isMeasureBody(json)) return readBody(json, asked, gateway.stamps, secrets, now);
  // MyElectricalData v2 refuses with status 200; others have been seen to.
  throw (
    understood(response, context) ??
    new EnedisError('responseShape', { field: 'body', status: response.status })
  );
}

/**
 * Checks that a PDL is one.
 * @throws EnedisError configUsagePoint `{digits}`: how many there are instead of 14.
 */
export function checkUsagePoint(usagePointId: string): void {
  if (isUsagePointId(usagePointId)) return;
  throw new EnedisError('configUsagePoint', { digits: String(usagePointId).replace(/\D/g, '').length });
}
