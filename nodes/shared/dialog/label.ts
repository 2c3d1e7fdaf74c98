/** What is written on the nodes: what they do, and with whose meter. */
import { firstOf } from './fields';

/** A meter as people call it: by the name they gave it, else by its PDL, masked, for labels end up in screenshots. */
export function meterName({
  name,
  usagePointId,
}: EditorNode & { name?: string; usagePointId?: string }): string {
  const id = usagePointId ?? '';
  return firstOf(name, `Linky ${/^\d{14}$/.test(id) ? `${id.slice(0, 5)}•••••${id.slice(-4)}` : id}`.trim());
}

/** `Yesterday · Home`: what a node does and the meter it is for, where one is chosen. */
export function withMeter(what: string, configId: string | undefined): string {
  const meter = configId === undefined || configId === '' ? null : RED.nodes.node(configId);
  return meter ? `${what} · ${meterName(meter)}` : `${what} · Linky`;
}
