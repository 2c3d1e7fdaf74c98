/** What flow nodes may rely on in an `enedis-config` node. */
import type { Node } from 'node-red';
import type { Collector } from '../lib/collect/collector';

/** Each is absent where it was never typed in, whatever Node-RED's own types say. */
export interface Credentials {
  token: string;
  clientId: string;
  clientSecret: string;
}

export interface EnedisConfigNode extends Node<Credentials> {
  /** Rejects with an EnedisError (ENEDIS_CONFIG) where a property is wrong. */
  collector(): Promise<Collector>;
}
