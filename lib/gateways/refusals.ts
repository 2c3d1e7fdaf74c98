/**
 * What refusals mean, as a table: a newly met one is a row here, or a row of its gateway's own file where only that gateway
 * means it so. Enedis, its WSO2 front, Cloudflare and each relay word theirs differently, and relays wrap those of the
 * others: a row is matched against all codes and sentences of a body, whatever they are wrapped in (`clues.ts`).
 * Sources: docs and Swaggers, issue threads of bokub/conso-api, bokub/ha-linky,
 * MyElectricalData, as of November 2026, and WSO2 API Manager's list of codes for 9008xx and 9009xx.
 */
import type { Params, Reason } from '../errors';

/** One row: the reason behind every response that meets all of its conditions. */
export interface Refusal {
  reason: Reason;
  /** Any of these codes, as written or as meant. */
  codes?: readonly string[];
  /** Any text that matches. */
  says?: RegExp;
  /** Statuses, singly or as `[from, to]`. */
  status?: readonly (number | readonly [number, number])[];
  /** Only where a relay stands between the user and Enedis. */
  relayed?: true;
  /** Only for a web page. */
  page?: true;
  /** What the sentence of this reason needs besides. */
  params?: Params;
}

/** Conso API's words for a question it can't read; its older copies know only the older names. */
export const INVALID_PARAMETERS = /param[èe]tres invalides/i;

/** Enedis' own codes, whoever passes them on and under whichever status (docs and captures disagree on those). */
export const ENEDIS_CODES: readonly Refusal[] = [
  { codes: ['ERR123'], reason: 'periodBeforeActivation' },
  { codes: ['ERR126', 'DC15'], reason: 'periodTooLong' },
  { codes: ['ERR125', 'DC16'], reason: 'periodTooOld' },
  { codes: ['ERR69'], reason: 'wrongDirection' },
  { codes: ['ERR61', 'DC7'], reason: 'consentNotHolder' },
  { codes: ['ERR75'], reason: 'collectionOpposed' },
  { codes: ['ERR191'], reason: 'consentService' },
  { codes: ['ERR2'], reason: 'periodRefused' },
  { codes: ['DC8', 'STM19'], reason: 'consentMissing' },
  { codes: ['DC9'], reason: 'periodBeforeConsent' },
  { codes: ['STM14', 'STM20', 'NO-DATA-FOUND', 'NO-DATA', 'PARTIAL-DATA'], reason: 'noData' },
  { codes: ['DC500', 'STM1', 'TECHNICAL-ERROR'], reason: 'enedisFailing' },

  // The door of Enedis' platform (WSO2): throttled, application not subscribed, its token refused, back end silent.
  {
    codes: ['900800', '900801', '900802', '900803', '900804', '900805', '900806', '900807'],
    reason: 'quotaGateway',
  },
  { says: /throttled out|quota q[34]/i, reason: 'quotaGateway' },
  { codes: ['900908', '900909', '900910', 'UNAUTHORIZED-USER'], reason: 'consentApplication' },
  { codes: ['900900', '900901', '900902', '900903', '900904'], relayed: true, reason: 'gatewayFailing' },
  { codes: ['900900', '900901', '900902', '900903', '900904'], reason: 'credentialsRefused' },
  {
    codes: ['101500', '101501', '101503', '101504', '101505', '101506', '101507', '101508', '303001'],
    reason: 'enedisFailing',
  },
];

/** Codes of relays and of the way to a token, then sentences, for bodies whose code says nothing or that have none. */
export const COMMON_WORDS: readonly Refusal[] = [
  // Cloudflare: one who is too fast.
  { codes: ['1015'], status: [403, 429], reason: 'quotaGateway' },

  // Relays' own codes and tags.
  { codes: ['DATE-TOO-OLD'], reason: 'periodTooOld' },
  { codes: ['INVALID-DATE-RANGE', 'INVALID-DATE-FORMAT'], reason: 'periodRefused' },
  { codes: ['ACCESS-DENIED'], status: [401], reason: 'credentialsRefused' },
  { codes: ['ACCESS-DENIED'], reason: 'consentMissing' },
  { codes: ['TOKEN-REFRESH-401'], reason: 'consentMissing' },
  { codes: ['CLIENT-NOT-FOUND'], reason: 'credentialsRefused' },
  { codes: ['USAGE-POINT-ID-BAD-FORMATTED'], reason: 'configUsagePoint' },
  { codes: ['SERVICE-OFFLINE'], reason: 'gatewayFailing' },
  { codes: ['ENEDIS-UNAVAILABLE', 'ENEDIS-RETURN-KO'], reason: 'enedisFailing' },

  // The application's credentials, on the way to a token. Through a relay they are the relay's.
  {
    codes: ['INVALID-CLIENT', 'UNAUTHORIZED-CLIENT', 'INVALID-GRANT'],
    relayed: true,
    reason: 'gatewayFailing',
  },
  { codes: ['INVALID-CLIENT', 'UNAUTHORIZED-CLIENT', 'INVALID-GRANT'], reason: 'credentialsRefused' },
  { says: /impossible de rafra[iî]chir le token/i, reason: 'gatewayFailing' },

  { says: /^Enedis message$/, reason: 'enedisFailing' },
  { says: /compteur incompatible/i, reason: 'collectionOff' },
  { says: /services? souscrits?|aucun service/i, status: [[400, 404]], reason: 'consentService' },
  {
    says: /earlier than (the )?current date|before (today|yesterday)|ant[ée]rieure? (à|a) (la )?date (du jour|courante|actuelle)|dans le futur/i,
    reason: 'periodTooLate',
  },
  {
    says: /last activation|derni[èe]re (date )?(de |d['’])?(mise en service|activation)/i,
    status: [[400, 404]],
    reason: 'periodBeforeActivation',
  },
  { says: /sens de la mesure/i, reason: 'wrongDirection' },
  { says: /(not|n['’]est pas) (the |le )?(holder|titulaire)/i, reason: 'consentNotHolder' },
  { says: /no consent (was )?found|aucun consentement/i, reason: 'consentMissing' },
  { says: /start of (the )?consent|d[ée]but du consentement/i, reason: 'periodBeforeConsent' },
  {
    says: /\b(24|36) (months|mois)\b|\b(2|3|two|three|deux|trois) (years|ans)\b|profondeur|history limit/i,
    status: [[400, 404]],
    reason: 'periodTooOld',
  },
  { says: /\b(7|sept|seven) (consecutive )?(days|jours)\b/i, status: [400], reason: 'periodTooLong' },
  {
    says: /no[_ -]?(data|measures?)\b|(pas de|aucune?) (mesure|donn[ée]e)|(mesures?|donn[ée]es?) (non trouv[ée]e|introuvable|inexistante)/i,
    status: [[200, 299], 400, 404],
    reason: 'noData',
  },
  { says: /quota (is )?reached|too many requests/i, reason: 'quotaGateway' },
  {
    says: /(usage_point_id|pointid|\bprm\b|point de livraison|usage point).*(14|digit|chiffre|format|invalid|incorrect|missing|manqu)/i,
    status: [400, 422],
    reason: 'configUsagePoint',
  },
  { codes: ['INVALID-REQUEST', 'INVALID-RESQUEST'], status: [400, 422], reason: 'periodRefused' },
  { says: INVALID_PARAMETERS, status: [400], reason: 'periodRefused' },
];

/** What a status means where the body didn't help. */
export const STATUSES: readonly Refusal[] = [
  { status: [429], reason: 'quotaGateway' },
  { status: [400, [402, 403], [405, 407]], page: true, reason: 'responseHtml' },
  { status: [401], reason: 'credentialsRefused' },
  { status: [403], reason: 'consentMissing' },
  { codes: ['ENEDIS-ERROR'], reason: 'enedisFailing' },
  { status: [408, [502, 504], [520, 530]], reason: 'gatewayFailing' },
  { status: [[500, 599]], reason: 'enedisFailing' },
];
