/**
 * What charts were sent since this process began. A dashboard merges a picture into the one before, list by list and place by
 * place: where the new one has less, the rest of the old would come back with the next reload, so it is to be cleared first.
 * Dashboards forget with the process as well.
 */
import type { ChartOptions } from '../../lib/figures/shapes/options';

/** How long each list of a picture is. */
type Extent = Record<string, number>;

/** By the id of the node that pictures go to: several query nodes may be wired to one chart. */
const sent = new Map<string, Extent>();

/** Whether something of an earlier picture would be left in one of the nodes that this one goes to. It is noted as sent. */
export function leavesRest(targets: readonly string[], options: ChartOptions): boolean {
  const extent = extentOf(options);
  let leaves = false;
  for (const target of targets) {
    const before = sent.get(target) ?? {};
    leaves ||= Object.entries(before).some(([list, length]) => (extent[list] ?? 0) < length);
    sent.set(target, extent);
  }
  return leaves;
}

function extentOf(options: ChartOptions): Extent {
  const extent: Extent = {};
  for (const [name, value] of Object.entries(options)) {
    if (Array.isArray(value)) extent[name] = value.length;
    else if (Array.isArray((value as { data?: unknown } | null)?.data))
      extent[`${name}.data`] = (value as { data: unknown[] }).data.length;
  }
  for (const { id, data } of (options.series ?? []) as { id: string; data: unknown[] }[])
    extent[`series ${id}`] = data.length;
  return extent;
}
