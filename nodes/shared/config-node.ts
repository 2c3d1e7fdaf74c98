/** What flow nodes may rely on in an `enedis-config` node. */
import type { Node } from 'node-red';
import type { Collector, CollectorSettings } from '../../lib/meter/collector';
import type { Direction } from '../../lib/readings/reading';
import type { EnedisTariffNode } from './tariff-node';

/** Each is absent where it was never typed in, whatever Node-RED's own types say. */
export interface Credentials {
  token: string;
  clientId: string;
  clientSecret: string;
}

/** One meter and the way to it. Neither wrong properties nor missing credentials keep the node from being made. */
export interface EnedisConfigNode extends Node<Credentials> {
  /** Throws an EnedisError (ENEDIS_CONFIG) where a property is wrong. */
  settings(): CollectorSettings;
  /** Rejects with an EnedisError (ENEDIS_CONFIG) where a property is wrong. */
  collector(): Promise<Collector>;
  /** What a direction of it costs or earns; null where no tariff is chosen, or it isn't there. */
  tariffOf(direction: Direction): EnedisTariffNode | null;
  /** kVA as typed; null: the contract's, else the tariff's. */
  subscribedPower(): number | null;
  /** Days (0 to 30) until the token ends; undefined while there is time, where it doesn't say, and once it is over. */
  tokenEndsIn(): number | undefined;
}
