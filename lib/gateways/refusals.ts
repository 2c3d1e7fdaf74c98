/**
 * What refusals mean, as a table: a newly met one is a row here, or a row of its gateway's own file where only that gateway
 * means it so. Enedis, its WSO2 front, Cloudflare and each relay word theirs differently, and relays wrap those of the
 * others: a row is matched against all codes and sentences of a body, whatever they are wrapped in (`clues.ts`). The lists
 * are read in the order in which they stand here, a gateway's own marks after the first, its words after the second.
 * Sources: docs and Swaggers, issue threads of bokub/conso-api, bokub/ha-linky,
 * MyElectricalData, as of November 2026, and WSO2 API Manager's list of codes for 9008xx and 9009xx.
 */
import type { Params, Reason } from '../errors';

/** Statuses, singly or as `[from, to]`. */
export type Statuses = readonly (number | readonly [number, number])[];

/** One row: the reason behind every response that meets all of its conditions. */
export interface Refusal {
  reason: Reason;
  /** Any of these codes, as written or as meant. */
  codes?: readonly string[];
  /** Any text that matches. */
  says?: RegExp;
  status?: Statuses;
  /** Any of these is told of in the body as the status of another answer. */
  inside?: Statuses;
  /** Only where a relay stands between the user and Enedis. */
  relayed?: true;
  /** Only for a web page, or only for anything else. */
  page?: boolean;
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
  { says: /throttled out|quota q[34]|exceeded your quota/i, reason: 'quotaGateway' },
  { codes: ['900908', '900909', '900910', 'UNAUTHORIZED-USER'], reason: 'consentApplication' },
  { codes: ['900900', '900901', '900902', '900903', '900904'], relayed: true, reason: 'gatewayFailing' },
  { codes: ['900900', '900901', '900902', '900903', '900904'], reason: 'credentialsRefused' },
  {
    codes: ['101500', '101501', '101503', '101504', '101505', '101506', '101507', '101508', '303001'],
    reason: 'enedisFailing',
  },
];

/** Statuses of answers that may say anything; 401 and 403 are about access, 429 about quotas. */
const OF_DATA: Statuses = [[200, 299], 400, 404, 422, [500, 599]];

/** Sentences of Enedis and of those who pass them on, for bodies whose code says nothing or that have none. */
export const SENTENCES: readonly Refusal[] = [
  // Cloudflare: one who is too fast.
  { codes: ['1015'], status: [403, 429], reason: 'quotaGateway' },

  // Credentials: the application's, on the way to a token, which through a relay are the relay's; then the user's token.
  {
    codes: ['INVALID-CLIENT', 'UNAUTHORIZED-CLIENT', 'INVALID-GRANT'],
    relayed: true,
    reason: 'gatewayFailing',
  },
  { codes: ['INVALID-CLIENT', 'UNAUTHORIZED-CLIENT', 'INVALID-GRANT'], reason: 'credentialsRefused' },
  {
    says: /(refresh|rafra[iî]chir|obtain|obtenir).{0,30}token|token (d['’])?enedis/i,
    reason: 'gatewayFailing',
  },
  {
    says: /(?=.*\b(token|jeton))(?=.*(point de livraison|\bpdl\b|\bprm\b|usage.?point)).*(correspond|match|belong|appartien|(pas|not) (valide?|valable|authori[sz]ed|autoris[ée]e?) (pour|for))/i,
    relayed: true,
    reason: 'credentialsForeign',
  },
  {
    says: /\b(invalid|missing|unknown|expired|wrong)\b.{0,20}\btoken|\b(token|jeton)\b.{0,30}(invalid|missing|unknown|inconnu|incorrect|expir|manqu|(pas|non) valide|not valid|not found|introuvable)/i,
    status: [[200, 299], 400, 401, 403],
    relayed: true,
    page: false,
    reason: 'credentialsRefused',
  },

  { says: /^Enedis message$/, reason: 'enedisFailing' },
  {
    says: /erreur technique|technical (error|problem)|probl[èe]me (technique|a [ée]t[ée] rencontr[ée])|erreur lors de la r[ée]cup[ée]ration des donn[ée]es/i,
    page: false,
    reason: 'enedisFailing',
  },
  {
    says: /enedis.{0,40}(unavailable|indisponible|ne r[ée]pond pas|timed? ?out)/i,
    page: false,
    reason: 'enedisFailing',
  },

  { says: /compteur incompatible/i, reason: 'collectionOff' },
  { says: /oppos[ée].{0,40}(courbe|collecte|enregistre|record|load curve)/i, reason: 'collectionOpposed' },
  { says: /services? .{0,20}souscrits?|aucun service/i, page: false, reason: 'consentService' },
  {
    says: /application.{0,20}(not|n['’]est pas) (authori[sz]ed|autoris[ée]e)|subscription validation failed/i,
    reason: 'consentApplication',
  },
  {
    says: /earlier than (the )?(current date|today)|before (today|yesterday)|in the future|dans le futur|(after|later than|greater than) (today|yesterday|the current date)|(ant[ée]rieure?|inf[ée]rieure?) (à|a) (la )?(date (du jour|courante|actuelle)|aujourd)|(post[ée]rieure?|sup[ée]rieure?) (à|a) (la )?(date (du jour|courante|actuelle)|aujourd|hier)/i,
    reason: 'periodTooLate',
  },
  {
    says: /last activation|derni[èe]re (date )?(de |d['’])?(mise en service|activation)/i,
    page: false,
    reason: 'periodBeforeActivation',
  },
  { says: /sens de la mesure/i, reason: 'wrongDirection' },
  { says: /(not|n['’]est pas)\b.{0,25}(holder|titulaire)/i, reason: 'consentNotHolder' },
  {
    says: /no consent\b.{0,20}found|consent (was )?not found|aucun consentement|consentement .{0,20}(introuvable|inexistant|expir|r[ée]voqu)|consent .{0,15}(expired|revoked)|utilisateur (inconnu|non autoris)/i,
    reason: 'consentMissing',
  },
  { says: /start of (the )?consent|d[ée]but du consentement/i, reason: 'periodBeforeConsent' },
  {
    says: /\b(24|36) (months|mois)\b|\b(2|3|two|three|deux|trois) (years|ans)\b|profondeur|history (limit|deadline)/i,
    page: false,
    reason: 'periodTooOld',
  },
  { says: /\b(7|sept|seven) (consecutive )?(days|jours)\b/i, page: false, reason: 'periodTooLong' },
  {
    says: /\bstart\b.{0,30}\b(before|earlier than)\b.{0,15}\bend\b|\bend\b.{0,30}\b(after|later than|greater than)\b.{0,15}\bstart\b|date de fin.{0,30}post[ée]rieure|date de d[ée]but.{0,30}ant[ée]rieure.{0,10}fin/i,
    page: false,
    reason: 'periodRefused',
  },
  {
    says: /no[_ -]?(data|measures?)\b|(pas de|aucune?) (mesure|donn[ée]e)|(mesures?|donn[ée]es?) (non trouv[ée]e|introuvable|inexistante)/i,
    status: OF_DATA,
    page: false,
    reason: 'noData',
  },
  {
    says: /(quota|limit).{0,40}(reached|exceeded|atteint|d[ée]pass[ée])|(atteint|d[ée]pass[ée]|reached|exceeded).{0,30}quota|too many requests|trop de requ[êe]tes/i,
    reason: 'quotaGateway',
  },
  {
    says: /(usage_point_id|pointid|\bprm\b|point de livraison|usage point).*(\b14\b|digit|chiffre|format|invalid|incorrect|missing|manqu)/i,
    status: OF_DATA,
    page: false,
    reason: 'configUsagePoint',
  },
];

/** Tags that relays put on whatever they pass on, and statuses they tell of: where no sentence was understood. */
export const TAGS: readonly Refusal[] = [
  { codes: ['INVALID-REQUEST', 'INVALID-RESQUEST'], status: OF_DATA, reason: 'periodRefused' },
  { says: INVALID_PARAMETERS, status: [400], reason: 'periodRefused' },
  { codes: ['DATE-TOO-OLD'], reason: 'periodTooOld' },
  { codes: ['INVALID-DATE-RANGE', 'INVALID-DATE-FORMAT'], reason: 'periodRefused' },
  { codes: ['ACCESS-DENIED'], status: [401], reason: 'credentialsRefused' },
  { codes: ['ACCESS-DENIED'], reason: 'consentMissing' },
  { codes: ['TOKEN-REFRESH-401'], reason: 'consentMissing' },
  { codes: ['CLIENT-NOT-FOUND'], reason: 'credentialsRefused' },
  { codes: ['USAGE-POINT-ID-BAD-FORMATTED'], reason: 'configUsagePoint' },
  { codes: ['SERVICE-OFFLINE'], reason: 'gatewayFailing' },

  { inside: [429], reason: 'quotaGateway' },
  // Enedis has refused the relay's own credentials.
  { inside: [401], status: [[400, 599]], relayed: true, reason: 'gatewayFailing' },
  { inside: [401], reason: 'credentialsRefused' },
  { inside: [403], reason: 'consentMissing' },
  { inside: [[500, 599]], reason: 'enedisFailing' },

  { codes: ['ENEDIS-UNAVAILABLE', 'ENEDIS-RETURN-KO'], reason: 'enedisFailing' },
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
