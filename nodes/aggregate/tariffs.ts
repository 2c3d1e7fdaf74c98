/** Which tariff prices a meter's energy: the one chosen in the node, else the meter's own for that direction. */
import type { NodeAPI } from 'node-red';
import { EnedisError } from '../../lib/errors';
import type { NamedTariff } from '../../lib/figures/cost';
import type { Direction } from '../../lib/readings/reading';
import type { Realm } from '../../lib/storage/storage';
import type { EnedisConfigNode } from '../shared/config-node';
import type { EnedisTariffNode } from '../shared/tariff-node';

/** One direction of one meter, as a message tells of it. */
interface Whose {
  usagePointId: string;
  direction: Direction;
  /** Kind of the gateway that the readings came through, where it is said. */
  gateway: unknown;
}

/**
 * @param chosen the id of an `enedis-tariff`; empty: the meter's.
 * @returns the tariff, loaded. Rejects with an EnedisError: configNoTariff, configTariffDirection, configTariff.
 */
export async function tariffFor(RED: NodeAPI, chosen: string, whose: Whose): Promise<NamedTariff> {
  const { direction } = whose;
  const meter = await meterOf(RED, whose);
  const node =
    chosen === ''
      ? (meter?.node.tariffOf(direction) ?? null)
      : (RED.nodes.getNode(chosen) as EnedisTariffNode | null);
  if (!node) throw new EnedisError('configNoTariff', { direction });
  const tariff = await node.tariff(meter?.realm ?? (whose.gateway === 'demo' ? 'demo' : 'real'));
  if (tariff.direction !== direction)
    throw new EnedisError('configTariffDirection', { tariff: node.title(), direction });
  return { id: node.id, name: node.title(), tariff };
}

/** The meter's node, and where its data are kept; undefined where it isn't in this Node-RED, or its settings are no good. */
async function meterOf(
  RED: NodeAPI,
  { usagePointId, gateway }: Whose,
): Promise<{ node: EnedisConfigNode; realm: Realm } | undefined> {
  const { realmOf } = await import('../../lib/gateways/index.js');
  const ids: string[] = [];
  RED.nodes.eachNode(({ id, type }) => {
    if (type === 'enedis-config') ids.push(id);
  });
  for (const id of ids) {
    const node = RED.nodes.getNode(id) as EnedisConfigNode | null;
    try {
      const settings = node?.settings();
      const isIt = settings?.usagePointId === usagePointId;
      if (node && settings && isIt && (gateway === undefined || settings.gateway.kind === gateway))
        return { node, realm: realmOf(settings.gateway) };
    } catch {
      // Its settings are no good.
    }
  }
  return undefined;
}
