/**
 * The sites beside Enedis that tariffs ask (the regulator's prices, the days of Tempo and EJP), for simulated meters:
 * answered in this very process, so that a demonstration sends nothing to anybody.
 */
import { abortReason } from '../../async/clock';
import type { Send } from '../../http/http';

/** Carries requests to the simulated sites. @param now their clock, epoch ms. */
export function simulatedSites(now: () => number): Send {
  // Loaded with the first request: most Node-REDs have real meters.
  const open = async () => {
    const { createCre, createDaySites } = await import('../../simulator/index.js');
    return { cre: createCre({ clock: { now } }), days: createDaySites({ clock: { now } }) };
  };
  let sites: ReturnType<typeof open> | undefined;
  return async ({ method, url, headers: sent }, signal) => {
    const { cre, days } = await (sites ??= open());
    const site = new URL(url).hostname === 'www.cre.fr' ? cre : days;
    const { status, headers, body } = await site.handle({ method, url, headers: sent });
    if (signal?.aborted) throw abortReason(signal);
    return { status, headers, body: body.toString() };
  };
}
