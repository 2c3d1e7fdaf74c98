/**
 * The dialog's test of an access, made before anything is saved: one request to the gateway, out of the same budget as the
 * nodes', and what its answer tells. Nothing is kept, because these settings may never be saved.
 */
import type { SeriesKey } from '../archive/archive';
import { EnedisError } from '../errors';
import { gatewayOf, openGateway } from '../gateways';
import { checkUsagePoint } from '../gateways/ask';
import type { Gateway, GatewaySettings, OpenUsagePoint, ServicesFilter } from '../gateways/gateway';
import { addDays, parisDate } from '../readings/paris';
import { ALL_DIRECTIONS, ALL_SERIES, SERIES } from '../readings/reading';
import { checkClock, closeBudget, type CollectorSettings } from './collector';
import { isTooEarly } from './history-search';
import type { Home } from './home';

/** A series that the meter's holder has opened, and the days of which there are readings. */
export interface Opening extends SeriesKey {
  /** First and last day, `YYYY-MM-DD`, as far as the answer tells. */
  since: string | null;
  until: string | null;
  /** `since` is the first day asked for: there may be earlier ones. */
  andBefore: boolean;
}

/**
 * What a test has found, by direction and series, of those the settings want. The day's peak comes with the day's energy
 * and has no line of its own. Where only one can be asked at a time, that one is here and the rest are `unchecked`.
 */
export interface AccessReport {
  open: Opening[];
  /** Wanted by the settings, not allowed by the holder. */
  shut: SeriesKey[];
  /** Wanted, and about to be allowed. */
  pending: SeriesKey[];
  /** What was asked for and refused, while another direction or series may still be had. */
  refused?: { key: SeriesKey; error: EnedisError };
  /** Wanted, and left for another question; `direction/series`. */
  unchecked: string[];
}

/**
 * Tests an access with one request (and one for a token where the gateway wants one, or the one held turns out stale).
 * @param checked what earlier tests settled (`direction/series`): the next is asked for; where all are, the first again.
 * @throws EnedisError the gateway's refusal; quotaBudget and the like with `retryAt` when it isn't to be asked now.
 */
export async function testAccess(
  home: Home,
  settings: CollectorSettings,
  checked: readonly string[] = [],
  signal?: AbortSignal,
): Promise<AccessReport> {
  checkUsagePoint(settings.usagePointId);
  checkClock(home.clock);
  if (gatewayOf(settings.gateway.kind).authorize === 'consent') {
    const pointId = [settings.usagePointId];
    const points = await askServices(home, settings.gateway, { pointId }, signal);
    return report(points, settings);
  }
  const wanted = wantedOf(settings);
  const left = wanted.filter((key) => !checked.includes(nameOfKey(key)));
  const [key, ...rest] = left.length > 0 ? left : wanted;
  if (!key) throw new EnedisError('configProperty', { property: 'direction' });
  const answered = { open: [], shut: [], pending: [], unchecked: rest.map(nameOfKey) };
  try {
    return { ...answered, open: [await askOnce(home, settings, key, signal)] };
  } catch (error) {
    if (!isOfOneSeries(error)) throw error;
    return { ...answered, refused: { key, error } };
  }
}

/** Enedis says of a direction that isn't shared that there is no consent, as if for the whole meter. */
function isOfOneSeries(error: unknown): error is EnedisError {
  return error instanceof EnedisError && (!error.wholeMeter || error.code === 'ENEDIS_CONSENT');
}

/**
 * What a consent has opened, or what is open at a usage point, where Enedis itself is asked.
 * @throws EnedisError as `testAccess`.
 */
export async function askServices(
  home: Home,
  settings: GatewaySettings,
  filter: ServicesFilter,
  signal?: AbortSignal,
): Promise<OpenUsagePoint[]> {
  return asked(home, settings, async (gateway) => {
    if (!gateway.services) throw new EnedisError('configProperty', { property: 'gateway' });
    return gateway.services(filter, signal);
  });
}

async function askOnce(
  home: Home,
  { usagePointId, gateway: settings }: CollectorSettings,
  key: SeriesKey,
  signal: AbortSignal | undefined,
): Promise<Opening> {
  const today = parisDate(home.clock.now());
  const start = addDays(today, -SERIES[key.series].accessDays!);
  const nothing = { ...key, since: null, until: null, andBefore: false };
  try {
    const { measures } = await asked(home, settings, async (gateway) => {
      gateway.check(usagePointId);
      return gateway.measures({ usagePointId, ...key, start, end: today }, signal);
    });
    const [first, last] = [measures[0], measures.at(-1)];
    if (!first || !last) throw new EnedisError('noData');
    const since = parisDate(first.start);
    return { ...key, since, until: parisDate(last.start), andBefore: since <= start };
  } catch (error) {
    if (!(error instanceof EnedisError)) throw error;
    // Refused for reaching back too far: the access is there, and the meter or the consent is young.
    if (isTooEarly(error)) return nothing;
    // Everything before was said to be there: what is missing is the hourly collection.
    if (error.reason === 'noData' && SERIES[key.series].needsHourlyCollection)
      throw new EnedisError('collectionOff');
    throw error;
  }
}

/** Sends one request through the account's budget. */
async function asked<T>(
  home: Home,
  settings: GatewaySettings,
  task: (gateway: Gateway) => Promise<T>,
): Promise<T> {
  const budget = home.budget(settings);
  const gateway = await openGateway(settings, {
    now: () => home.clock.now(),
    memory: home.gatewayMemory,
    once: true,
    send: async (request, signal) => {
      await budget?.take('daily', signal);
      return home.http(request, signal);
    },
  });
  try {
    return await task(gateway);
  } catch (error) {
    await closeBudget(budget, error, home.clock.now());
    throw error;
  }
}

/** The day's energy first: it is there whatever else is. */
function wantedOf({ direction, loadCurve }: CollectorSettings): SeriesKey[] {
  const ways = direction === 'both' ? ALL_DIRECTIONS : [direction];
  const wanted = ALL_SERIES.filter(
    (series) => SERIES[series].accessDays !== null && (loadCurve || !SERIES[series].needsHourlyCollection),
  );
  return wanted.flatMap((series) =>
    ways.filter((way) => SERIES[series].directions.includes(way)).map((way) => ({ direction: way, series })),
  );
}

function nameOfKey({ direction, series }: SeriesKey): string {
  return `${direction}/${series}`;
}

/** @throws EnedisError consentMissing when nothing of what the settings want is open there. */
function report(points: readonly OpenUsagePoint[], settings: CollectorSettings): AccessReport {
  const point = points.find(({ usagePointId }) => usagePointId === settings.usagePointId);
  if (!point) throw new EnedisError('consentMissing');
  const wanted = wantedOf(settings).map((key) => ({
    key,
    service: point.services.find(
      ({ direction, series }) => nameOfKey({ direction, series }) === nameOfKey(key),
    ),
  }));
  const keysOf = (state: boolean | undefined): SeriesKey[] =>
    wanted.filter(({ service }) => service?.isPending === state).map(({ key }) => key);
  const open = wanted.flatMap(({ key, service }) =>
    service && !service.isPending ? [{ ...key, since: service.since, until: null, andBefore: false }] : [],
  );
  return { open, shut: keysOf(undefined), pending: keysOf(true), unchecked: [] };
}
