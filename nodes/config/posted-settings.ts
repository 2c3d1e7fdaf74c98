/**
 * The settings that the dialog tries out before they are saved, with what stands for the secrets it doesn't know: the
 * stored ones, but never for another address than theirs.
 */
import type { NodeAPI } from 'node-red';
import type { CollectorSettings } from '../../lib/meter/collector';
import { EnedisError } from '../../lib/errors';
import { baseUrlOf } from '../../lib/gateways';
import { CREDENTIAL_FIELDS } from '../../lib/gateways/gateway';
import type { EnedisConfigNode } from '../shared/config-node';
import { settingsOf } from './config-settings';

/** What Node-RED's editor shows and sends in the place of a password it was never given. */
const UNTOUCHED = '__PWRD__';

/**
 * Settings as the open dialog has them. A password field that wasn't touched stands for the stored secret, and a test
 * sends that one nowhere but where it was stored for: nobody who opens a dialog has it sent to an address of their own.
 * (What is deployed is another matter: Node-RED keeps an untouched secret whatever else is changed beside it.)
 * @param body as posted: anything at all.
 * @throws EnedisError credentialsElsewhere, credentialsUndeployed, and as `settingsOf`.
 */
export function postedSettings(RED: NodeAPI, body: unknown): CollectorSettings {
  const posted = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>;
  const node = storedNode(RED, posted.id);
  const typed = (name: string): string => {
    const value = posted[name];
    return typeof value === 'string' ? value : typeof value === 'boolean' ? String(value) : '';
  };
  const resolved = (name: string): string => resolve(RED, typed(name), node);
  const open = Object.fromEntries(
    ['gateway', 'usagePointId', 'direction', 'loadCurve', 'environment', 'baseUrl'].map((name) => [
      name,
      resolved(name),
    ]),
  );
  const settings = settingsOf(
    open,
    Object.fromEntries(CREDENTIAL_FIELDS.map((field) => [field, typed(field)])),
  );
  const { gateway } = settings;
  for (const field of CREDENTIAL_FIELDS) {
    const value = gateway[field] ?? '';
    if (value === UNTOUCHED) {
      if (!node) throw new EnedisError('credentialsUndeployed');
      const stored = storedSettings(node)?.gateway;
      if (!stored || whereTo(stored) !== whereTo(gateway)) throw new EnedisError('credentialsElsewhere');
      gateway[field] = stored[field] ?? '';
    } else if (isReference(value)) {
      const stored = storedSettings(node)?.gateway;
      const isKnown = gateway.baseUrl === '' || (stored && whereTo(stored) === whereTo(gateway));
      if (!isKnown) throw new EnedisError('credentialsElsewhere');
      gateway[field] = resolve(RED, value, node).trim();
    }
  }
  return settings;
}

function storedNode(RED: NodeAPI, id: unknown): EnedisConfigNode | undefined {
  const node = typeof id === 'string' ? RED.nodes.getNode(id) : null;
  return (node as EnedisConfigNode | null)?.type === 'enedis-config' ? (node as EnedisConfigNode) : undefined;
}

function storedSettings(node: EnedisConfigNode | undefined): CollectorSettings | undefined {
  try {
    return node?.settings();
  } catch {
    // A saved value that isn't one of the choices: nothing is known to be stored for any address.
    return undefined;
  }
}

/** Dialect and address: the same address under another gateway is asked in other words, with the secret elsewhere. */
function whereTo(gateway: CollectorSettings['gateway']): string {
  return `${gateway.kind} ${baseUrlOf(gateway)}`;
}

/** Node-RED's own two ways to name an environment variable as a whole value. */
function isReference(value: string): boolean {
  return /^\$\{\S+\}$|^\$\(\S+\)$/.test(value.trim());
}

function resolve(RED: NodeAPI, value: string, node: EnedisConfigNode | undefined): string {
  if (!isReference(value)) return value;
  const name = value.trim().slice(2, -1);
  // The types want a node; the runtime looks at its flow and does without.
  return String(RED.util.evaluateNodeProperty(`\${${name}}`, 'env', node!, {}) ?? '');
}
