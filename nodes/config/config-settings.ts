/** From what was typed into the dialog of a meter to the settings the collection works with. */
import type { CollectorSettings } from '../../lib/meter/collector';
import { EnedisError } from '../../lib/errors';
import { gatewayOf } from '../../lib/gateways';
import { CREDENTIAL_FIELDS } from '../../lib/gateways/gateway';
import { cleanAddress, cleanCredential, cleanUsagePoint, unsetVariable } from '../../lib/gateways/pasted';
import type { Credentials } from '../shared/config-node';

/** The properties as saved or as posted; a form sends texts, an environment variable arrives as text. */
export interface ConfigProperties {
  gateway?: string;
  usagePointId?: string;
  direction?: string;
  loadCurve?: boolean | string;
  environment?: string;
  baseUrl?: string;
  /** Ids of `enedis-tariff` nodes: what consumption costs, what feeding in earns. */
  tariff?: string;
  feedIn?: string;
  /** kVA; empty: the contract's, else the tariff's. */
  subscribedPower?: string | number;
}

const DIRECTIONS = ['consumption', 'production', 'both'] as const;
const ENVIRONMENTS = ['production', 'sandbox'] as const;

/**
 * What was typed, without what comes along when pasting, and of the credentials only those that the gateway uses: one account
 * is one budget, however its token was pasted.
 * @throws EnedisError configProperty `{property}` for a value that isn't one of the choices, configVariable `{variable}` where
 * a variable of the environment isn't set.
 */
export function settingsOf(
  def: ConfigProperties,
  credentials: Partial<Credentials> | undefined,
): CollectorSettings {
  const gateway = gatewayOf(set(def.gateway));
  const secrets = CREDENTIAL_FIELDS.map((field) => {
    const isUsed = gateway.credentials.includes(field);
    return [field, isUsed ? cleanCredential(set(credentials?.[field])) : ''];
  });
  return {
    usagePointId: cleanUsagePoint(set(def.usagePointId)),
    direction: choice('direction', set(def.direction), DIRECTIONS, 'consumption'),
    loadCurve: def.loadCurve !== false && def.loadCurve !== 'false',
    gateway: {
      kind: gateway.kind,
      // Left over where a gateway without a sandbox, or without an address, was chosen since.
      environment:
        gateway.sandbox === undefined
          ? 'production'
          : choice('environment', set(def.environment), ENVIRONMENTS, 'production'),
      baseUrl: gateway.isSimulated ? '' : cleanAddress(set(def.baseUrl)),
      ...(Object.fromEntries(secrets) as Credentials),
    },
  };
}

/** Node-RED puts in the values of variables, and leaves the names of those that aren't set. */
function set(value: unknown): string {
  const text = typeof value === 'string' || typeof value === 'number' ? String(value) : '';
  const variable = unsetVariable(text);
  if (variable !== undefined) throw new EnedisError('configVariable', { variable });
  return text;
}

function choice<T extends string>(property: string, value: string, choices: readonly T[], usual: T): T {
  if (value === '') return usual;
  const found = choices.find((each) => each === value);
  if (found === undefined) throw new EnedisError('configProperty', { property });
  return found;
}
