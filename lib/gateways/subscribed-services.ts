/**
 * What a holder has opened to an application, as Enedis lists it (`subscribed_services/v1`, new with Data Connect 2026): the
 * step from the `autorisation_id` of a consent to a PDL, and the one request that tells what is allowed there. It has a
 * row for each kind of data, so the same PDL comes several times. Source: Enedis' Swagger "Services souscrits".
 */
import type { HttpResponse } from '../http/http';
import { z } from 'zod';
import { EnedisError } from '../errors';
import {
  ALL_DIRECTIONS,
  ALL_SERIES,
  isUsagePointId,
  SERIES,
  type Direction,
  type Series,
} from '../readings/reading';
import { failureOf, understood, type FailureContext } from './failures';
import type { OpenService, OpenUsagePoint } from './gateway';
import { parseJson } from './json';

/** The series that Enedis has a word for; other kinds of data, such as the supply (`ITC`), aren't read here. */
function seriesOf(service: string): Series | undefined {
  return ALL_SERIES.find((series) => SERIES[series].service === service.toUpperCase());
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

/** Services that are over open nothing; one that is asked for opens nothing yet. */
const OVER = ['TERMINE', 'SUPPRIME'];
const PENDING = 'DEMANDE';

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
  return points.map((usagePointId) => ({
    usagePointId,
    services: merged(open.filter(({ pointId }) => pointId === usagePointId).flatMap(servicesOf)),
  }));
}

/** What a row opens: one kind of data, in the directions it names. */
function servicesOf(row: z.infer<typeof SERVICE>): OpenService[] {
  const series = seriesOf(row.mesuresTypeCode ?? '');
  if (series === undefined) return [];
  const day = row.dateDebut?.slice(0, 10) ?? '';
  const isPending = row.etatCode?.toUpperCase() === PENDING;
  const isNamed: Record<Direction, unknown> = { consumption: row.soutirage, production: row.injection };
  return ALL_DIRECTIONS.filter((direction) => isNamed[direction]).map((direction) => ({
    direction,
    series,
    since: isDay(day) ? day : null,
    isPending,
  }));
}

/** The same kind of data may come under several steps or consents: what is in force counts, from its oldest day. */
function merged(services: readonly OpenService[]): OpenService[] {
  const kinds = new Map<string, OpenService>();
  for (const service of services) {
    const kind = `${service.direction}/${service.series}`;
    const known = kinds.get(kind);
    const isBetter =
      !known ||
      (known.isPending === service.isPending
        ? service.since !== null && (known.since === null || service.since < known.since)
        : known.isPending);
    if (isBetter) kinds.set(kind, service);
  }
  return [...kinds.values()];
}

function isDay(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text);
}
