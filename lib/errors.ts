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

/**
 * Whom a failure concerns: the one `series` (or direction) that was asked for; the `meter`, or everything behind its access,
 * so that nobody else needs to be asked; or the meter as is `suspected`, until another series shows whether it is so
 * (`lib/meter/series-rule.ts`).
 */
export type Concern = 'series' | 'suspected' | 'meter';

interface ReasonRule {
  code: EnedisCode;
  retry: Retry;
  concerns: Concern;
}

const rule = (code: EnedisCode, retry: Retry, concerns: Concern): ReasonRule => ({ code, retry, concerns });

/** Every reason there is. Source of the retry rules: ENEDIS' error tables as observed in November 2026. */
export const REASONS = {
  configMissing: rule('ENEDIS_CONFIG', 'never', 'meter'),
  configUsagePoint: rule('ENEDIS_CONFIG', 'never', 'meter'),
  configBaseUrl: rule('ENEDIS_CONFIG', 'never', 'meter'),
  configProperty: rule('ENEDIS_CONFIG', 'never', 'meter'),
  /** A variable of the environment that a setting or a credential stands for isn't set. */
  configVariable: rule('ENEDIS_CONFIG', 'never', 'meter'),
  /** A tariff's settings can't be used: `at` says where, `problem` what. */
  configTariff: rule('ENEDIS_CONFIG', 'never', 'series'),
  /** Nothing says what this `direction` costs. */
  configNoTariff: rule('ENEDIS_CONFIG', 'never', 'series'),
  /** A tariff prices one direction, and not this one. */
  configTariffDirection: rule('ENEDIS_CONFIG', 'never', 'series'),
  /** The machine's clock can't be right: it says a year before this package. */
  configClock: rule('ENEDIS_CONFIG', 30, 'meter'),

  credentialsMissing: rule('ENEDIS_CREDENTIALS', 'daily', 'meter'),
  credentialsRefused: rule('ENEDIS_CREDENTIALS', 'daily', 'suspected'),
  credentialsExpired: rule('ENEDIS_CREDENTIALS', 'daily', 'suspected'),
  credentialsForeign: rule('ENEDIS_CREDENTIALS', 'daily', 'suspected'),
  /** A test doesn't send a stored secret to another address than the one it was stored with. */
  credentialsElsewhere: rule('ENEDIS_CREDENTIALS', 'never', 'meter'),
  /** The secret is stored with a configuration that isn't running: disabled, or not deployed. */
  credentialsUndeployed: rule('ENEDIS_CREDENTIALS', 'never', 'meter'),

  consentMissing: rule('ENEDIS_CONSENT', 'daily', 'suspected'),
  consentNotHolder: rule('ENEDIS_CONSENT', 'daily', 'suspected'),
  consentService: rule('ENEDIS_CONSENT', 'daily', 'series'),
  consentApplication: rule('ENEDIS_CONSENT', 'daily', 'series'),
  /** On the way through Enedis' consent page and back. */
  consentRefused: rule('ENEDIS_CONSENT', 'never', 'meter'),
  consentFailed: rule('ENEDIS_CONSENT', 'never', 'meter'),
  consentState: rule('ENEDIS_CONSENT', 'never', 'meter'),
  consentReturn: rule('ENEDIS_CONSENT', 'never', 'meter'),
  consentEmpty: rule('ENEDIS_CONSENT', 1, 'meter'),
  /** The consent is given, and Enedis couldn't be asked yet for which PDL. */
  consentUnread: rule('ENEDIS_CONSENT', 1, 'meter'),
  consentSandbox: rule('ENEDIS_CONSENT', 'never', 'meter'),

  collectionOpposed: rule('ENEDIS_COLLECTION_OFF', 'daily', 'series'),
  collectionOff: rule('ENEDIS_COLLECTION_OFF', 'daily', 'series'),

  noData: rule('ENEDIS_NO_DATA', 30, 'series'),
  wrongDirection: rule('ENEDIS_WRONG_DIRECTION', 'daily', 'series'),

  periodBeforeActivation: rule('ENEDIS_PERIOD', 'daily', 'series'),
  periodBeforeConsent: rule('ENEDIS_PERIOD', 'daily', 'series'),
  periodTooOld: rule('ENEDIS_PERIOD', 'daily', 'series'),
  periodTooLong: rule('ENEDIS_PERIOD', 'daily', 'series'),
  periodTooLate: rule('ENEDIS_PERIOD', 60, 'series'),
  periodRefused: rule('ENEDIS_PERIOD', 'daily', 'series'),

  /** No tariff is chosen, or the chosen one is gone or disabled. */
  configTariffMissing: rule('ENEDIS_CONFIG', 'never', 'series'),
  quotaGateway: rule('ENEDIS_QUOTA', 60, 'meter'),
  quotaDay: rule('ENEDIS_QUOTA', 'daily', 'meter'),
  quotaBudget: rule('ENEDIS_QUOTA', 30, 'meter'),
  banned: rule('ENEDIS_BANNED', 'daily', 'meter'),

  enedisFailing: rule('ENEDIS_UNAVAILABLE', 120, 'suspected'),
  gatewayFailing: rule('ENEDIS_UNAVAILABLE', 60, 'suspected'),

  responseNotJson: rule('ENEDIS_RESPONSE', 60, 'suspected'),
  responseHtml: rule('ENEDIS_RESPONSE', 60, 'suspected'),
  responseTruncated: rule('ENEDIS_RESPONSE', 60, 'suspected'),
  responseTooLarge: rule('ENEDIS_RESPONSE', 'daily', 'suspected'),
  responseShape: rule('ENEDIS_RESPONSE', 120, 'suspected'),
  responseOtherMeter: rule('ENEDIS_RESPONSE', 'daily', 'suspected'),
  responseOtherDirection: rule('ENEDIS_RESPONSE', 'daily', 'series'),
  responseUnit: rule('ENEDIS_RESPONSE', 'daily', 'series'),
  responseRedirect: rule('ENEDIS_RESPONSE', 'daily', 'suspected'),
  responseStatus: rule('ENEDIS_RESPONSE', 120, 'suspected'),
  /** To a test, which asks once: a relay doesn't know the names of 2026, the next request takes the older ones. */
  gatewayOlder: rule('ENEDIS_RESPONSE', 1, 'meter'),

  networkUnreachable: rule('ENEDIS_NETWORK', 30, 'suspected'),
  networkTimeout: rule('ENEDIS_NETWORK', 30, 'suspected'),
  networkInterrupted: rule('ENEDIS_NETWORK', 30, 'suspected'),
  networkTls: rule('ENEDIS_NETWORK', 120, 'suspected'),

  inputInvalid: rule('ENEDIS_INPUT', 'never', 'series'),
  /** A `property` of a message that means nothing to the `tariff`. */
  inputUnwanted: rule('ENEDIS_INPUT', 'never', 'series'),
  inputReading: rule('ENEDIS_INPUT', 'never', 'series'),
  inputPeriod: rule('ENEDIS_INPUT', 'never', 'series'),
  inputFunction: rule('ENEDIS_INPUT', 'never', 'series'),
  /** The days asked for end (`end`) before they begin (`start`). */
  inputRange: rule('ENEDIS_INPUT', 'never', 'series'),

  /** A fault in this package, most likely brought to light by an answer nobody has seen before. */
  unexpected: rule('ENEDIS_RESPONSE', 120, 'suspected'),

  storageRead: rule('ENEDIS_STORAGE', 60, 'meter'),
  storageWrite: rule('ENEDIS_STORAGE', 60, 'meter'),
  /** Written by a newer version of this package: left alone. */
  storageNewer: rule('ENEDIS_STORAGE', 60, 'meter'),
  /** Another process works in the data folder. */
  storageInUse: rule('ENEDIS_STORAGE', 1, 'meter'),
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
  readonly concerns: Concern;
  readonly reason: Reason;
  readonly params: Params;
  /** Epoch ms before which another try is pointless, when the other side said so. */
  readonly retryAt: number | undefined;

  constructor(reason: Reason, params: Params = {}, retryAt?: number) {
    const { code, retry, concerns } = REASONS[reason];
    const details = Object.entries(params).map(([name, value]) => `${name}: ${value}`);
    super(`${code} ${reason}${details.length > 0 ? ` (${details.join(', ')})` : ''}`);
    this.name = 'EnedisError';
    this.code = code;
    this.retry = retry;
    this.concerns = concerns;
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
