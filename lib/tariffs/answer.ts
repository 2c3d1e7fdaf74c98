/** The text of a site's answer, where it can be one: sites answer errors and maintenance with pages, and with any status. */
import { EnedisError } from '../errors';
import type { HttpResponse } from '../http/http';

/** @throws EnedisError responseStatus, responseHtml `{status}` */
export function textOf({ status, body }: HttpResponse): string {
  if (status !== 200) throw new EnedisError('responseStatus', { status });
  if (/^\s*</.test(body)) throw new EnedisError('responseHtml', { status });
  return body;
}
