/** From what was typed into the dialog of a meter to the settings the collection works with. */
import type { CollectorSettings } from '../../lib/meter/collector';
import { EnedisError } from '../../lib/errors';
import { gatewayOf } from '../../lib/gateways';
import { cleanCredential } from '../../lib/gateways/credentials';
import { CREDENTIAL_FIELDS } from '../../lib/gateways/gateway';
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
 * What was typed, without the blanks (and the word Bearer) that come along when pasting, and of the credentials only those
 * that the gateway uses: one account is one budget, however its token was pasted.
 * @throws EnedisError configProperty `{property}` for a value that isn't one of the choices.
 */
export function settingsOf(
  def: ConfigProperties,
  credentials: Partial<Credentials> | undefined,
): CollectorSettings {
  const direction = choice('direction', def.direction, DIRECTIONS, 'consumption');
  const environment = choice('environment', def.environment, ENVIRONMENTS, 'production');
  const gateway = gatewayOf(def.gateway);
  const secrets = CREDENTIAL_FIELDS.map((field) => {
    const isUsed = gateway.credentials.includes(field);
    return [field, isUsed ? cleanCredential(credentials?.[field] ?? '') : ''];
  });
  return {
    // People copy their PDL from a bill, where it stands in groups.
    usagePointId: String(def.usagePointId ?? '').replace(/\s/g, ''),
    direction,
    loadCurve: def.loadCurve !== false && def.loadCurve !== 'false',
    gateway: {
      kind: gateway.kind,
      // Left over where a gateway without a sandbox, or without an address, was chosen since.
      environment: gateway.sandbox === undefined ? 'production' : environment,
      baseUrl: gateway.isSimulated ? '' : (def.baseUrl?.trim() ?? ''),
      ...(Object.fromEntries(secrets) as Credentials),
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
