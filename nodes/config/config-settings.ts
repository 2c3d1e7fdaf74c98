/** From what was typed into the dialog of a meter to the settings the collection works with. */
import type { CollectorSettings } from '../../lib/meter/collector';
import { EnedisError } from '../../lib/errors';
import { cleanToken } from '../../lib/gateways/conso-token';
import type { GatewayKind } from '../../lib/gateways/gateway';
import type { Credentials } from '../shared/config-node';

/** The properties as saved or as posted; a form sends texts, an environment variable arrives as text. */
export interface ConfigProperties {
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
  const kind = choice('gateway', def.gateway, GATEWAYS, 'conso-api');
  const isOwn = kind === 'data-connect';
  const secret = (field: keyof Credentials, isUsed: boolean): string =>
    isUsed ? cleanToken(credentials?.[field] ?? '') : '';
  return {
    // People copy their PDL from a bill, where it stands in groups.
    usagePointId: String(def.usagePointId ?? '').replace(/\s/g, ''),
    direction,
    loadCurve: def.loadCurve !== false && def.loadCurve !== 'false',
    gateway: {
      kind,
      // A choice of Data Connect's own, left over where another gateway was chosen since.
      environment: isOwn ? environment : 'production',
      baseUrl: kind === 'demo' ? '' : (def.baseUrl?.trim() ?? ''),
      token: secret('token', !isOwn && kind !== 'demo'),
      clientId: secret('clientId', isOwn),
      clientSecret: secret('clientSecret', isOwn),
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
