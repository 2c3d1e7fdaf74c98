/**
 * Turns our errors into what leaves the package. A flow receives a fresh `Error` with a sentence in the user's language,
 * its `code`, what to do (`advice`) and when it goes on (`retryAt`), and nothing of the request. The dialog receives
 * data, and finds the sentence in the editor's language.
 */
import type { NodeAPI } from 'node-red';
import { asEnedisError, type EnedisCode, type Params, type Reason } from '../../lib/errors';
import type { FlowError } from '../../lib/messages';
import { isoParis } from '../../lib/readings/paris';
import { text } from './words';

/** Makes the error for a flow of whatever was thrown. `retryAt` is ISO 8601, Paris; absent where it isn't known. */
export function flowError(RED: NodeAPI, cause: unknown): FlowError {
  const error = asEnedisError(cause);
  const params = withProblem(RED, error.params);
  const advice = text(RED, 'enedis-config', `errors.${error.reason}.todo`, params);
  const what = text(RED, 'enedis-config', `errors.${error.reason}.what`, params);
  const flow = new Error(`${what} ${advice}`) as FlowError;
  flow.code = error.code;
  flow.advice = advice;
  if (error.retryAt !== undefined) flow.retryAt = isoParis(error.retryAt);
  return flow;
}

/** What is wrong with a tariff's settings is one of many things, each with a sentence of its own. */
function withProblem(RED: NodeAPI, params: Params): Params {
  if (params.problem === undefined) return params;
  return { ...params, problem: text(RED, 'enedis-tariff', `problem.${params.problem}`, params) };
}

/** A failure as the dialog puts it into words, in the editor's language. */
export interface Failure {
  reason: Reason;
  code: EnedisCode;
  params: Params;
  /** ISO 8601, Paris: not before. */
  retryAt?: string;
  /** What lies behind it. */
  because?: { reason: Reason; params: Params };
}

/** Makes the data for the dialog of whatever was thrown; nothing of its message or stack goes along. */
export function failureOf(cause: unknown): Failure {
  const { reason, code, params, retryAt } = asEnedisError(cause);
  return { reason, code, params, ...(retryAt === undefined ? {} : { retryAt: isoParis(retryAt) }) };
}
