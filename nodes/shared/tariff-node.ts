/** What other nodes may rely on in an `enedis-tariff` node. */
import type { Node } from 'node-red';
import type { Realm } from '../../lib/storage/storage';
import type { Tariff } from '../../lib/tariffs/tariff';

/** What a kWh costs. Wrong settings don't keep the node from being made. */
export interface EnedisTariffNode extends Node {
  /** Its name, or the offer's where it has none. */
  title(): string;
  /** Rejects with an EnedisError: `configTariff` where the settings are wrong, `storageRead`. */
  tariff(realm: Realm): Promise<Tariff>;
}
