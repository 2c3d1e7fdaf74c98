/** What people call the meters whose figures go through a node: by the name they gave them, never by a whole PDL. */
import type { NodeAPI } from 'node-red';
import { runningMeters } from './running-meters';

/** A meter of this Node-RED. */
interface KnownMeter {
  usagePointId: string;
  /** Empty where it was given none. */
  name: string;
}

/**
 * The name of a meter: as its own node has it, else as the message says.
 * @param enedis `msg.enedis`: anything at all
 */
export function meterName(RED: NodeAPI, usagePointId: string, enedis: unknown): string | undefined {
  const known = metersOf(RED).find((meter) => meter.usagePointId === usagePointId)?.name;
  return known === undefined || known === '' ? nameSaid(usagePointId, enedis) : known;
}

/**
 * What tells a meter from others in the legend of a chart: its name, with the last digits of the PDL where another bears
 * the same, or those alone. Undefined for the only meter of this Node-RED, whose charts need to tell nothing apart.
 */
export function meterInChart(RED: NodeAPI, usagePointId: string, enedis: unknown): string | undefined {
  const meters = metersOf(RED);
  const ids = new Set(meters.map((meter) => meter.usagePointId));
  if (ids.size === 1 && ids.has(usagePointId)) return undefined;
  const digits = usagePointId.slice(-4);
  const name = meterName(RED, usagePointId, enedis);
  if (name === undefined) return `Linky ${digits}`;
  const isShared = meters.some((meter) => meter.name === name && meter.usagePointId !== usagePointId);
  return isShared ? `${name} ${digits}` : name;
}

function metersOf(RED: NodeAPI): KnownMeter[] {
  return runningMeters(RED).map(({ node, settings }) => ({
    usagePointId: settings.usagePointId,
    name: node.name?.trim() ?? '',
  }));
}

function nameSaid(usagePointId: string, enedis: unknown): string | undefined {
  if (typeof enedis !== 'object' || enedis === null) return undefined;
  const said = enedis as { usagePointId?: unknown; meter?: unknown };
  return said.usagePointId === usagePointId && typeof said.meter === 'string' ? said.meter : undefined;
}
