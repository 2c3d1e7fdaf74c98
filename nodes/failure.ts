/**
 * From an error of the house to the one a flow receives: a fresh `Error` with a sentence in the user's language, its
 * `code`, what to do (`advice`) and when it goes on (`retryAt`); nothing else of the request.
 */
import type { NodeAPI } from 'node-red';
import { asEnedisError } from '../lib/errors';
import type { FlowError } from '../lib/messages';
import { isoParis } from '../lib/readings/paris';
import { text } from './words';

/** Takes whatever was thrown. `retryAt` is ISO 8601, Paris, and only there where the error knows it. */
export function flowError(RED: NodeAPI, cause: unknown): FlowError {
  const error = asEnedisError(cause);
  const advice = text(RED, 'enedis-config', `errors.${error.reason}.todo`, error.params);
  const what = text(RED, 'enedis-config', `errors.${error.reason}.what`, error.params);
  const flow = new Error(`${what} ${advice}`) as FlowError;
  flow.code = error.code;
  flow.advice = advice;
  if (error.retryAt !== undefined) flow.retryAt = isoParis(error.retryAt);
  return flow;
}
