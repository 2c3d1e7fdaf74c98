/**
 * The sites beside Enedis that tariffs ask (the regulator's prices), for simulated meters: answered in this very process,
 * so that a demonstration sends nothing to anybody.
 */
import { abortReason } from '../../async/clock';
import type { Send } from '../../http/http';

/** Carries requests to the simulated sites. @param now their clock, epoch ms. */
export function simulatedSites(now: () => number): Send {
  // Loaded with the first request: most Node-REDs have real meters.
  const open = async () => (await import('../../simulator/index.js')).createCre({ clock: { now } });
  let cre: ReturnType<typeof open> | undefined;
  return async ({ method, url }, signal) => {
    cre ??= open();
    const { status, headers, body } = await (await cre).handle({ method, url, headers: {} });
    if (signal?.aborted) throw abortReason(signal);
    return { status, headers, body: body.toString() };
  };
}
