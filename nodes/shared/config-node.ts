/** What flow nodes may rely on in an `enedis-config` node. */
import type { Node } from 'node-red';
import type { Collector, CollectorSettings } from '../../lib/meter/collector';

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
  /** Days (0 to 30) until the token ends; undefined while there is time, where it doesn't say, and once it is over. */
  tokenEndsIn(): number | undefined;
}
