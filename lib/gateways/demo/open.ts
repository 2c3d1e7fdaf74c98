/**
 * The simulated meter: works the day the package is installed, without an account. It speaks Conso API's dialect to a
 * simulated Enedis in this very process; no request leaves the machine, so nothing is counted against any budget.
 */
import { abortReason } from '../../async/clock';
import type { Send } from '../../http/http';
import { checkUsagePoint } from '../ask';
import { openConsoApi } from '../conso-api/open';
import type { GatewayDefinition } from '../definition';
import type { Gateway, GatewayTools } from '../gateway';

/** Loaded at the first request only: it is as big as the rest of the package. */
async function createSend(usagePointId: string, now: () => number): Promise<Send> {
  const { createSimulator, createToken, DEFAULT_USAGE_POINTS, OFFER_USAGE_POINTS } =
    await import('../../simulator/index.js');
  // Any PDL of one's own is a house with a roof that produces; the documented fictional ones keep their quirks.
  const usagePoints = {
    [usagePointId]: { consumption: true, production: true },
    ...DEFAULT_USAGE_POINTS,
    ...OFFER_USAGE_POINTS,
  };
  // Yesterday is there from midnight on: whoever tries the package at night is to see it work, too.
  const simulator = createSimulator({
    clock: { now },
    usagePoints,
    limits: { conso: false },
    publishAt: '00:00',
  });
  const Authorization = `Bearer ${createToken({ sub: [usagePointId], iat: Math.floor(now() / 1000) })}`;
  return async (request, signal) => {
    const headers = Object.entries({ ...request.headers, Authorization });
    const response = await simulator.handle({
      ...request,
      headers: Object.fromEntries(headers.map(([name, value]) => [name.toLowerCase(), value])),
    });
    if (signal?.aborted) throw abortReason(signal);
    const { status, headers: received, body } = response;
    return { status, headers: received, body: body.toString() };
  };
}

/** Each PDL gets a simulated Enedis of its own at its first request, kept for as long as this gateway is. */
export function openDemo(definition: GatewayDefinition, { now }: Pick<GatewayTools, 'now'>): Gateway {
  // The token is the simulator's affair; this one only stands where Conso API's would.
  const settings = { kind: definition.kind, token: 'simulated', baseUrl: definition.address };
  const opened = new Map<string, Promise<Gateway>>();
  const open = async (usagePointId: string): Promise<Gateway> =>
    openConsoApi(definition, settings, { send: await createSend(usagePointId, now), now });
  return {
    kind: definition.kind,
    check: checkUsagePoint,
    async measures(request, signal) {
      if (signal?.aborted) throw abortReason(signal);
      const { usagePointId } = request;
      const gateway = opened.get(usagePointId) ?? open(usagePointId);
      opened.set(usagePointId, gateway);
      return (await gateway).measures(request, signal);
    },
  };
}
