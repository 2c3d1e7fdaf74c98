/**
 * What can go wrong, as data: each reason has one of the contract's codes and says when trying again makes sense.
 * The sentences people read are in `nodes/config/locales/<language>/enedis-config.json` under `errors.<reason>`
 * (`what` happened and what `todo`), so that this file and everything below `lib/` stay free of any language.
 */

/** What a flow switches on (`error.code`): part of the contract, coarser than the reasons behind it. */
export type EnedisCode =
  | 'ENEDIS_CONFIG'
  | 'ENEDIS_CREDENTIALS'
  | 'ENEDIS_CONSENT'
  | 'ENEDIS_COLLECTION_OFF'
  | 'ENEDIS_NO_DATA'
  | 'ENEDIS_WRONG_DIRECTION'
  | 'ENEDIS_PERIOD'
  | 'ENEDIS_QUOTA'
  | 'ENEDIS_BANNED'
  | 'ENEDIS_UNAVAILABLE'
  | 'ENEDIS_RESPONSE'
  | 'ENEDIS_NETWORK'
  | 'ENEDIS_INPUT'
  | 'ENEDIS_STORAGE';

/**
 * When to try again by oneself:
 * `never` – the same request can't succeed (a setting or a message is wrong);
 * `daily` – only a person or Enedis can mend it: once a day, not more;
 * a number – not before that many minutes have passed.
 */
export type Retry = 'never' | 'daily' | number;

interface ReasonRule {
  code: EnedisCode;
  retry: Retry;
  /** True when the reason concerns the meter or its access as a whole, not one series: the others needn't be asked. */
  wholeMeter: boolean;
}

const rule = (code: EnedisCode, retry: Retry, wholeMeter: boolean): ReasonRule => ({
  code,
  retry,
  wholeMeter,
});

/** Every reason there is. Source of the retry rules: ENEDIS' error tables as observed in November 2026. */
export const REASONS = {
  configMissing: rule('ENEDIS_CONFIG', 'never', true),
  configUsagePoint: rule('ENEDIS_CONFIG', 'never', true),
  configBaseUrl: rule('ENEDIS_CONFIG', 'never', true),
  configProperty: rule('ENEDIS_CONFIG', 'never', true),
  /** A tariff's settings can't be used: `at` says where, `problem` what. */
  configTariff: rule('ENEDIS_CONFIG', 'never', false),
  /** The machine's clock can't be right: it says a year before this package. */
  configClock: rule('ENEDIS_CONFIG', 30, true),

  credentialsMissing: rule('ENEDIS_CREDENTIALS', 'daily', true),
  credentialsRefused: rule('ENEDIS_CREDENTIALS', 'daily', true),
  credentialsExpired: rule('ENEDIS_CREDENTIALS', 'daily', true),
  credentialsForeign: rule('ENEDIS_CREDENTIALS', 'daily', true),
  /** A test doesn't send a stored secret to another address than the one it was stored with. */
  credentialsElsewhere: rule('ENEDIS_CREDENTIALS', 'never', true),
  /** The secret is stored with a configuration that isn't running: disabled, or not deployed. */
  credentialsUndeployed: rule('ENEDIS_CREDENTIALS', 'never', true),

  consentMissing: rule('ENEDIS_CONSENT', 'daily', true),
  consentNotHolder: rule('ENEDIS_CONSENT', 'daily', true),
  consentService: rule('ENEDIS_CONSENT', 'daily', false),
  consentApplication: rule('ENEDIS_CONSENT', 'daily', false),
  /** On the way through Enedis' consent page and back. */
  consentRefused: rule('ENEDIS_CONSENT', 'never', true),
  consentFailed: rule('ENEDIS_CONSENT', 'never', true),
  consentState: rule('ENEDIS_CONSENT', 'never', true),
  consentReturn: rule('ENEDIS_CONSENT', 'never', true),
  consentEmpty: rule('ENEDIS_CONSENT', 1, true),
  /** The consent is given, and Enedis couldn't be asked yet for which PDL. */
  consentUnread: rule('ENEDIS_CONSENT', 1, true),
  consentSandbox: rule('ENEDIS_CONSENT', 'never', true),

  collectionOpposed: rule('ENEDIS_COLLECTION_OFF', 'daily', false),
  collectionOff: rule('ENEDIS_COLLECTION_OFF', 'daily', false),

  noData: rule('ENEDIS_NO_DATA', 30, false),
  wrongDirection: rule('ENEDIS_WRONG_DIRECTION', 'daily', false),

  periodBeforeActivation: rule('ENEDIS_PERIOD', 'daily', false),
  periodBeforeConsent: rule('ENEDIS_PERIOD', 'daily', false),
  periodTooOld: rule('ENEDIS_PERIOD', 'daily', false),
  periodTooLong: rule('ENEDIS_PERIOD', 'daily', false),
  periodTooLate: rule('ENEDIS_PERIOD', 60, false),
  periodRefused: rule('ENEDIS_PERIOD', 'daily', false),

  quotaGateway: rule('ENEDIS_QUOTA', 60, true),
  quotaDay: rule('ENEDIS_QUOTA', 'daily', true),
  quotaBudget: rule('ENEDIS_QUOTA', 30, true),
  banned: rule('ENEDIS_BANNED', 'daily', true),

  enedisFailing: rule('ENEDIS_UNAVAILABLE', 120, false),
  gatewayFailing: rule('ENEDIS_UNAVAILABLE', 60, true),

  responseNotJson: rule('ENEDIS_RESPONSE', 60, true),
  responseHtml: rule('ENEDIS_RESPONSE', 60, true),
  responseTruncated: rule('ENEDIS_RESPONSE', 60, true),
  responseTooLarge: rule('ENEDIS_RESPONSE', 'daily', true),
  responseShape: rule('ENEDIS_RESPONSE', 120, false),
  responseOtherMeter: rule('ENEDIS_RESPONSE', 'daily', true),
  responseOtherDirection: rule('ENEDIS_RESPONSE', 'daily', false),
  responseUnit: rule('ENEDIS_RESPONSE', 'daily', false),
  responseRedirect: rule('ENEDIS_RESPONSE', 'daily', true),
  responseStatus: rule('ENEDIS_RESPONSE', 120, true),
  /** To a test, which asks once: a relay doesn't know the names of 2026, the next request takes the older ones. */
  gatewayOlder: rule('ENEDIS_RESPONSE', 1, true),

  networkUnreachable: rule('ENEDIS_NETWORK', 30, true),
  networkTimeout: rule('ENEDIS_NETWORK', 30, true),
  networkInterrupted: rule('ENEDIS_NETWORK', 30, true),
  networkTls: rule('ENEDIS_NETWORK', 120, true),

  inputInvalid: rule('ENEDIS_INPUT', 'never', false),
  inputReading: rule('ENEDIS_INPUT', 'never', false),
  inputPeriod: rule('ENEDIS_INPUT', 'never', false),
  inputFunction: rule('ENEDIS_INPUT', 'never', false),

  /** A fault in this package, most likely brought to light by an answer nobody has seen before. */
  unexpected: rule('ENEDIS_RESPONSE', 120, true),

  storageRead: rule('ENEDIS_STORAGE', 60, true),
  storageWrite: rule('ENEDIS_STORAGE', 60, true),
  /** Written by a newer version of this package: left alone. */
  storageNewer: rule('ENEDIS_STORAGE', 60, true),
  /** Another process works in the data folder. */
  storageInUse: rule('ENEDIS_STORAGE', 1, true),
} as const satisfies Record<string, ReasonRule>;

/** One of `REASONS`: which sentences are shown, and what the archive notes of a series that was refused. */
export type Reason = keyof typeof REASONS;

/** What fills the blanks of a sentence: a field's name, a status, a short extract. Never a secret nor a full PDL. */
export type Params = Record<string, string | number>;

/**
 * The one error of this package. Made fresh where a failure is understood; it never carries the error that caused it,
 * because that one may hold headers, tokens and addresses.
 */
export class EnedisError extends Error {
  readonly code: EnedisCode;
  readonly retry: Retry;
  readonly wholeMeter: boolean;
  readonly reason: Reason;
  readonly params: Params;
  /** Epoch ms before which another try is pointless, when the other side said so. */
  readonly retryAt: number | undefined;

  constructor(reason: Reason, params: Params = {}, retryAt?: number) {
    const { code, retry, wholeMeter } = REASONS[reason];
    const details = Object.entries(params).map(([name, value]) => `${name}: ${value}`);
    super(`${code} ${reason}${details.length > 0 ? ` (${details.join(', ')})` : ''}`);
    this.name = 'EnedisError';
    this.code = code;
    this.retry = retry;
    this.wholeMeter = wholeMeter;
    this.reason = reason;
    this.params = params;
    this.retryAt = retryAt;
  }
}

/** Whatever was thrown, as one of ours: a fault in this package becomes `unexpected`, without what it was working on. */
export function asEnedisError(cause: unknown): EnedisError {
  if (cause instanceof EnedisError) return cause;
  return new EnedisError('unexpected', { name: cause instanceof Error ? cause.name : typeof cause });
}
