/**
 * "Does it work?", asked from the dialog before anything is saved: one question to the gateway, out of the same budget
 * as the nodes', and what its answer tells. Nothing is kept: these settings may never be.
 */
import type { SeriesKey } from '../archive/archive';
import { EnedisError } from '../errors';
import { openGateway } from '../gateways';
import { checkUsagePoint } from '../gateways/ask';
import { openDataConnect, type DataConnectGateway } from '../gateways/data-connect';
import type { GatewaySettings, GatewayTools } from '../gateways/gateway';
import type { OpenUsagePoint } from '../gateways/subscribed-services';
import { addDays, parisDate } from '../readings/paris';
import { ALL_DIRECTIONS } from '../readings/reading';
import { checkClock, isTooEarly, standBack, type CollectorSettings } from './collector';
import type { Home } from './home';

/** Something that the meter's holder has opened. */
export interface Opening extends SeriesKey {
  /** First and last day, `YYYY-MM-DD`, as far as the answer tells. */
  since: string | null;
  until: string | null;
  /** `since` is where the question began: there may be earlier ones. */
  andBefore: boolean;
}

export interface AccessReport {
  open: Opening[];
  /** Wanted by the settings, not allowed by the holder. */
  shut: SeriesKey[];
  /** Wanted, and left for another question; `direction/series`. */
  unchecked: string[];
}

/** Days asked for: enough to tell since when; a load curve allows a week. */
const WINDOW = { daily: 365, loadCurve: 7 } as const;

/**
 * One question (and a token where the gateway wants one first), never a second: what a client would ask next upon an
 * answer, it is told again what was answered.
 * @param checked what earlier questions settled (`direction/series`): the next is asked, all are started over.
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
  if (settings.gateway.kind === 'data-connect') {
    const pointId = [settings.usagePointId];
    const points = await askServices(home, settings.gateway, { pointId }, signal);
    return report(points, settings);
  }
  const wanted = wantedOf(settings);
  const left = wanted.filter((key) => !checked.includes(nameOfKey(key)));
  const [key, ...rest] = left.length > 0 ? left : wanted;
  if (!key) throw new EnedisError('configProperty', { property: 'direction' });
  const opening = await askOnce(home, settings, key, signal);
  return { open: [opening], shut: [], unchecked: rest.map(nameOfKey) };
}

/**
 * What a consent has opened, or what is open at a usage point (data-connect).
 * @throws EnedisError as `testAccess`.
 */
export async function askServices(
  home: Home,
  settings: GatewaySettings,
  filter: Parameters<DataConnectGateway['services']>[0],
  signal?: AbortSignal,
): Promise<OpenUsagePoint[]> {
  return within(home, settings, 2, async (tools) =>
    openDataConnect(settings, tools).services(filter, signal),
  );
}

async function askOnce(
  home: Home,
  { usagePointId, gateway: settings }: CollectorSettings,
  key: Wanted,
  signal: AbortSignal | undefined,
): Promise<Opening> {
  const today = parisDate(home.clock.now());
  const start = addDays(today, -WINDOW[key.series]);
  const nothing = { ...key, since: null, until: null, andBefore: false };
  try {
    const { measures } = await within(home, settings, 1, async (tools) => {
      const gateway = await openGateway(settings, tools);
      gateway.check(usagePointId);
      return gateway.measures({ usagePointId, ...key, start, end: today }, signal);
    });
    const [first, last] = [measures[0], measures.at(-1)];
    if (!first || !last) throw new EnedisError('noData');
    const since = parisDate(first.start);
    return { ...key, since, until: parisDate(last.start), andBefore: since <= start };
  } catch (error) {
    if (!(error instanceof EnedisError)) throw error;
    // Refused for reaching back too far: the access is there, the readings are young.
    if (isTooEarly(error)) return nothing;
    // Everything before was said to be there: what is missing is the hourly collection.
    if (error.reason === 'noData' && key.series === 'loadCurve') throw new EnedisError('collectionOff');
    throw error;
  }
}

/** Lets at most `most` requests out, each through the account's budget. */
async function within<T>(
  home: Home,
  settings: GatewaySettings,
  most: number,
  task: (tools: GatewayTools) => Promise<T>,
): Promise<T> {
  const budget = home.budget(settings);
  let last: ReturnType<GatewayTools['send']> | undefined;
  let sent = 0;
  const tools: GatewayTools = {
    now: () => home.clock.now(),
    tokens: home.tokens,
    send: (request, signal) => {
      if (last && sent >= most) return last;
      sent++;
      last = (async () => {
        await budget?.take('daily', signal);
        return home.http(request, signal);
      })();
      return last;
    },
  };
  try {
    return await task(tools);
  } catch (error) {
    await standBack(budget, error, home.clock.now());
    throw error;
  }
}

type Wanted = SeriesKey & { series: keyof typeof WINDOW };

/** The day's energy first: it is there whatever else is. The day's peak comes with it. */
function wantedOf({ direction, loadCurve }: CollectorSettings): Wanted[] {
  const directions = direction === 'both' ? ALL_DIRECTIONS : [direction];
  const series = loadCurve ? (['daily', 'loadCurve'] as const) : (['daily'] as const);
  return series.flatMap((each) => directions.map((way) => ({ direction: way, series: each })));
}

function nameOfKey({ direction, series }: SeriesKey): string {
  return `${direction}/${series}`;
}

/** @throws EnedisError consentMissing when nothing of what the settings want is open there. */
function report(points: readonly OpenUsagePoint[], settings: CollectorSettings): AccessReport {
  const point = points.find(({ usagePointId }) => usagePointId === settings.usagePointId);
  if (!point) throw new EnedisError('consentMissing');
  const isOpen = ({ direction, series }: Wanted): boolean =>
    point[direction] && (series !== 'loadCurve' || point.loadCurve);
  const wanted = wantedOf(settings);
  const open = wanted
    .filter(isOpen)
    .map((key) => ({ ...key, since: point.since, until: null, andBefore: false }));
  return { open, shut: wanted.filter((key) => !isOpen(key)), unchecked: [] };
}
