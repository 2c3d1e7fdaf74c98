/**
 * `enedis-config`: which meter, through which gateway, with which credentials. Flow nodes get their collector here;
 * all nodes of one meter share what is behind it.
 */
import type { NodeAPI, NodeDef } from 'node-red';
import type { Collector, CollectorSettings } from '../lib/collect/collector';
import { EnedisError } from '../lib/errors';
import type { GatewayKind } from '../lib/gateways/gateway';
import type { Credentials, EnedisConfigNode } from './config-node';
import { homeOf } from './services';

interface ConfigDef extends NodeDef {
  gateway?: string;
  usagePointId?: string;
  direction?: string;
  loadCurve?: boolean | string;
  environment?: string;
  baseUrl?: string;
}

const GATEWAYS: readonly GatewayKind[] = [
  'conso-api',
  'my-electrical-data',
  'my-electrical-data-v1',
  'data-connect',
  'demo',
];
const DIRECTIONS = ['consumption', 'production', 'both'] as const;
const ENVIRONMENTS = ['production', 'sandbox'] as const;

export = function (RED: NodeAPI): void {
  function EnedisConfig(this: EnedisConfigNode, def: ConfigDef): void {
    RED.nodes.createNode(this, def);
    let collector: Promise<Collector> | undefined;
    this.collector = () => (collector ??= open(RED, def, this.credentials));
  }

  RED.nodes.registerType<EnedisConfigNode, ConfigDef, object, Credentials>('enedis-config', EnedisConfig, {
    credentials: {
      token: { type: 'password' },
      clientId: { type: 'password' },
      clientSecret: { type: 'password' },
    },
  });
};

async function open(
  RED: NodeAPI,
  def: ConfigDef,
  credentials: Partial<Credentials> | undefined,
): Promise<Collector> {
  const settings = settingsOf(def, credentials);
  const [home, { Collector }] = await Promise.all([homeOf(RED), import('../lib/collect/collector.js')]);
  return new Collector(home, settings);
}

/** What was typed, with blanks removed; a value that isn't one of the choices names its property. */
function settingsOf(def: ConfigDef, credentials: Partial<Credentials> | undefined): CollectorSettings {
  const direction = choice('direction', def.direction, DIRECTIONS, 'consumption');
  const environment = choice('environment', def.environment, ENVIRONMENTS, 'production');
  return {
    // People copy their PDL from a bill, where it stands in groups.
    usagePointId: String(def.usagePointId ?? '').replace(/\s/g, ''),
    direction,
    // An environment variable (${…}) arrives as text.
    loadCurve: def.loadCurve !== false && def.loadCurve !== 'false',
    gateway: {
      kind: choice('gateway', def.gateway, GATEWAYS, 'conso-api'),
      environment,
      baseUrl: def.baseUrl?.trim() ?? '',
      token: credentials?.token?.trim() ?? '',
      clientId: credentials?.clientId?.trim() ?? '',
      clientSecret: credentials?.clientSecret?.trim() ?? '',
    },
  };
}

function choice<T extends string>(
  property: string,
  value: string | undefined,
  choices: readonly T[],
  usual: T,
): T {
  if (value === undefined || value === '') return usual;
  const found = choices.find((each) => each === value);
  if (found === undefined) throw new EnedisError('configProperty', { property });
  return found;
}
