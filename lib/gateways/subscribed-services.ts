/**
 * What a holder has opened to an application, as Enedis lists it (`subscribed_services/v1`, new with Data Connect 2026): the
 * step from the `autorisation_id` of a consent to a PDL, and the one request that tells what is allowed there. It has a
 * row for each kind of data, so the same PDL comes several times. Source: Enedis' Swagger "Services souscrits".
 */
import { z } from 'zod';
import { EnedisError } from '../errors';
import { isUsagePointId } from '../readings/reading';
import { failureOf, understood, type FailureContext } from './failures';
import type { HttpResponse } from './gateway';
import { parseJson } from './json';

/** One usage point and what is open there. */
export interface OpenUsagePoint {
  usagePointId: string;
  consumption: boolean;
  production: boolean;
  /** The load curve (Enedis' `CDC`) of at least one direction. */
  loadCurve: boolean;
  /** First day of the oldest service, `YYYY-MM-DD`; null where Enedis doesn't say. */
  since: string | null;
}

const SERVICE = z.looseObject({
  pointId: z.string().trim().refine(isUsagePointId),
  etatCode: z.string().nullish(),
  mesuresTypeCode: z.string().nullish(),
  soutirage: z.boolean().nullish(),
  injection: z.boolean().nullish(),
  dateDebut: z.string().nullish(),
});

/** No service at all is `null`, or a list left out beside a count of zero. */
const ANSWER = z.looseObject({
  nbTotalServices: z.number().nullish(),
  serviceSouscrit: z.array(z.unknown()).nullish(),
});

/** Services that are over open nothing. */
const OVER = ['TERMINE', 'SUPPRIME'];

/**
 * In the order Enedis lists them; empty when nothing is open.
 * @throws EnedisError the refusal's reason, or responseShape `{field}` for an answer of another kind.
 */
export function readServices(response: HttpResponse, context: FailureContext): OpenUsagePoint[] {
  if (response.status < 200 || response.status >= 300) throw failureOf(response, context);
  const json = parseJson(response.body, response.status, context.secrets);
  const answer = ANSWER.safeParse(json);
  const isAnswer =
    answer.success && (answer.data.nbTotalServices != null || answer.data.serviceSouscrit != null);
  if (!isAnswer) {
    throw understood(response, context) ?? new EnedisError('responseShape', { field: 'serviceSouscrit' });
  }
  const rows = answer.data.serviceSouscrit ?? [];
  const services = rows.flatMap((row) => SERVICE.safeParse(row).data ?? []);
  if (rows.length > 0 && services.length === 0)
    throw new EnedisError('responseShape', { field: 'serviceSouscrit[].pointId' });
  const open = services.filter(({ etatCode }) => !OVER.includes(etatCode?.toUpperCase() ?? ''));
  const points = [...new Set(open.map(({ pointId }) => pointId))];
  return points.map((usagePointId) => {
    const own = open.filter(({ pointId }) => pointId === usagePointId);
    const days = own.map(({ dateDebut }) => dateDebut?.slice(0, 10) ?? '').filter(isDay);
    return {
      usagePointId,
      consumption: own.some(({ soutirage }) => soutirage),
      production: own.some(({ injection }) => injection),
      loadCurve: own.some(({ mesuresTypeCode }) => mesuresTypeCode?.toUpperCase() === 'CDC'),
      since: days.sort()[0] ?? null,
    };
  });
}

function isDay(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text);
}
