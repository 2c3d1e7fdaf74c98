/** Which tariff prices a meter's energy: the one chosen in the node, else the meter's own for that direction. */
import type { NodeAPI } from 'node-red';
import { EnedisError } from '../../lib/errors';
import type { NamedTariff } from '../../lib/figures/cost';
import { realmOf } from '../../lib/gateways';
import type { Direction } from '../../lib/readings/reading';
import type { Realm } from '../../lib/storage/storage';
import { runningMeters, type RunningMeter } from './running-meters';
import type { EnedisTariffNode } from './tariff-node';

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
  const meter = meterOf(RED, whose);
  const node =
    chosen === ''
      ? (meter?.node.tariffOf(direction) ?? null)
      : (RED.nodes.getNode(chosen) as EnedisTariffNode | null);
  if (!node) throw new EnedisError('configNoTariff', { direction });
  const tariff = await node.tariff(realmFor(meter, whose));
  if (tariff.direction !== direction)
    throw new EnedisError('configTariffDirection', { tariff: node.title(), direction });
  return { id: node.id, name: node.title(), tariff };
}

/** The meter, where it is in this Node-RED. */
function meterOf(RED: NodeAPI, { usagePointId, gateway }: Whose): RunningMeter | undefined {
  return runningMeters(RED).find(
    ({ settings }) =>
      settings.usagePointId === usagePointId && (gateway === undefined || settings.gateway.kind === gateway),
  );
}

/** Where the prices and days of its tariff are kept. */
function realmFor(meter: RunningMeter | undefined, { gateway }: Whose): Realm {
  if (meter) return realmOf(meter.settings.gateway);
  return gateway === 'demo' ? 'demo' : 'real';
}
