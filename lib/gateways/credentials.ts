/** Credentials as people paste them, as a gateway sends them, and as nothing may repeat them. */
import { EnedisError } from '../errors';
import { CREDENTIAL_FIELDS, type CredentialField, type GatewaySettings } from './gateway';

/** A credential without what comes along when pasting: blanks around it, the word Bearer. */
export function cleanCredential(text: string): string {
  return text.trim().replace(/^bearer\s+/i, '');
}

/**
 * A credential as it will be sent.
 * @throws EnedisError credentialsMissing `{field}`, or credentialsRefused `{field, problem}` for one that no header can carry.
 */
export function credential(settings: GatewaySettings, field: CredentialField): string {
  const text = cleanCredential(settings[field] ?? '');
  if (text === '') throw new EnedisError('credentialsMissing', { field });
  if (!/^[\x21-\x7e]+$/.test(text))
    throw new EnedisError('credentialsRefused', { field, problem: 'characters' });
  return text;
}

/** Everything in the settings that mustn't be repeated, in the forms it may come back in. */
export function secretsOf(settings: GatewaySettings): string[] {
  const { clientId, clientSecret } = settings;
  const basic = Buffer.from(`${clientId?.trim() ?? ''}:${clientSecret?.trim() ?? ''}`).toString('base64');
  return [...CREDENTIAL_FIELDS.map((field) => settings[field]), basic]
    .map((text) => cleanCredential(text ?? ''))
    .filter((text) => text.length > 3);
}
