/**
 * Refusals as people pasted them, in every wrapping that a relay was seen to put around them: what is said inside decides.
 * Sources: threads of bokub/conso-api, bokub/linky, bokub/ha-linky, MyElectricalData/myelectricaldata_import,
 * saniho/apiEnedis; recorded answers of MyElectricalData.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Reason } from '../../lib/errors';
import { gatewayOf, openGateway, type GatewayKind } from '../../lib/gateways';
import { failureOf } from '../../lib/gateways/failures';
import type { MeasureRequest } from '../../lib/gateways/gateway';
import type { HttpResponse } from '../../lib/http/http';
import { EnedisError } from '../../lib/errors';
import { createToken } from '../../lib/simulator/index';

const PDL = '22516914714270';
const NOW = Date.parse('2026-11-10T12:00:00Z');
const URL_OF_ENEDIS = `https://gw.ext.prod.api.enedis.fr/metering_data_dc/v5/daily_consumption?usage_point_id=${PDL}&start=2026-11-01&end=2026-11-09`;
const RELAYS = ['conso-api', 'my-electrical-data', 'my-electrical-data-v1'] as const;
const KINDS = [...RELAYS, 'data-connect'] as const;

const response = (status: number, body: unknown): HttpResponse => ({
  status,
  headers: {},
  body: typeof body === 'string' ? body : JSON.stringify(body),
});
const reasonOf = (kind: GatewayKind, status: number, body: unknown): Reason =>
  failureOf(response(status, body), { gateway: gatewayOf(kind), now: NOW, secrets: [] }).reason;

/** What Enedis said, with its own status, and what it means. */
const SAID: readonly (readonly [number, string, string, Reason])[] = [
  [400, 'Invalid_request', 'usage_point_id parameter must be 14 digits long.', 'configUsagePoint'],
  [400, 'Invalid_request', 'The end date must be earlier than the current date.', 'periodTooLate'],
  [400, 'invalid_request', 'La date de fin doit être antérieure à la date du jour.', 'periodTooLate'],
  [400, 'invalid_request', 'The end date cannot be in the future.', 'periodTooLate'],
  [400, 'Invalid_request', 'Start date should be before end date.', 'periodRefused'],
  [400, 'Bad request', 'La date de fin doit être postérieure à la date de début.', 'periodRefused'],
  [
    400,
    'Invalid_request',
    "The requested period cannot be anterior to the meter's last activation date",
    'periodBeforeActivation',
  ],
  [400, 'Invalid_request', 'The start date must be greater than the history deadline.', 'periodTooOld'],
  [400, 'ADAM-ERR0069', 'Le sens de la mesure ne correspond pas à celui du point demandé.', 'wrongDirection'],
  [400, 'Bad request', 'Le sens de la mesure ne correspond pas à celui du point demandé.', 'wrongDirection'],
  [400, 'ADAM-DC-0007', "Le client n'est pas titulaire du point demandé.", 'consentNotHolder'],
  [400, 'Forbidden', "Le client n'est pas titulaire du point demandé.", 'consentNotHolder'],
  [400, 'Forbidden', 'Le demandeur n’est pas reconnu comme titulaire du point.', 'consentNotHolder'],
  [403, 'Forbidden', 'No consent can be found for this customer and this usage point.', 'consentMissing'],
  [403, 'ADAM-DC-0008', 'No consent can be found for this customer and this usage point.', 'consentMissing'],
  [
    400,
    'Bad request',
    'Le titulaire s’est opposé à l’enregistrement de sa courbe de charge.',
    'collectionOpposed',
  ],
  [404, 'no_data_found', 'no measure found for this usage point', 'noData'],
  [404, 'Not found', 'no measure found for this usage point', 'noData'],
  [404, 'Not found', 'Pas de mesure trouvée pour ce point', 'noData'],
  [429, '900804', 'Message throttled out', 'quotaGateway'],
  [429, 'Too many', 'You have exceeded your quota', 'quotaGateway'],
  [500, 'technical_error', 'Technical error. Please try later.', 'enedisFailing'],
  [500, 'Internal Server error', 'Un problème a été rencontré lors du traitement.', 'enedisFailing'],
  [500, 'Internal', 'Une erreur technique est survenue. Aucune donnée n’a pu être lue.', 'enedisFailing'],
];

type Wrap = (status: number, code: string, text: string) => unknown;

/** How others put it. */
const WRAPPINGS: Record<string, Wrap> = {
  straight: (_s, error, error_description) => ({ error, error_description }),
  'a tag of MyElectricalData': (_s, error_code, description) => ({
    tag: 'enedis_return_ko',
    error_code,
    description,
  }),
  'an error and a description': (_s, code, description) => ({ error: true, code, description }),
  'the first MyElectricalData': (status, error, error_description) => ({
    error: `result_${status}`,
    enedis_return: { error, error_description },
  }),
  'a detail': (_s, code, text) => ({ detail: `${code}: ${text}` }),
  'a detail of lists': (status, code, text) => ({
    detail: [[`${text} - ${code}`, `Code d'erreur : ${status} (cf. F.A.Q pour les codes d'erreurs)`]],
  }),
  'a detail that is JSON in a text': (_s, error, error_description) => ({
    detail: JSON.stringify({ error, error_description }),
  }),
  'a fault that is JSON in a text': (_s, code, message) => ({
    detail: JSON.stringify({ fault: { code, message, description: message } }),
  }),
  'JSON after a sentence': (status, error, error_description) => ({
    message: `Enedis API error ${status}: ${JSON.stringify({ error, error_description })}`,
  }),
  'Python’s way of writing it': (_s, code, text) => ({
    detail: `Enedis: {'error': '${code.replaceAll("'", '’')}', 'error_description': "${text}"}`,
  }),
  'Python’s HTTP library': (status, code, text) => ({
    detail: `${status} Client Error: Bad Request for url: ${URL_OF_ENEDIS} ${code} ${text}`,
  }),
  'JavaScript’s HTTP library': (status, code, message) => ({
    message: `Request failed with status code ${status}`,
    response: { status, data: { code, message } },
  }),
  'Conso API': (status, error, error_description) => ({
    status,
    message: 'The Enedis API returned an error',
    error: { error, error_description },
  }),
  'the second MyElectricalData': (_s, code, message) => ({
    success: false,
    data: null,
    error: { code: 'ENEDIS_ERROR', message: `${code}: ${message}` },
  }),
  'the second MyElectricalData, unsure': (_s, code, message) => ({
    success: false,
    data: null,
    error: { code: 'ENEDIS_UNAVAILABLE', message: `Enedis API error: ${code} ${message}` },
  }),
  'an XML fault': (_s, code, text) => `Enedis said: ${code}, ${text}`,
};

describe('a refusal is understood by what it says inside', () => {
  for (const [name, wrap] of Object.entries(WRAPPINGS)) {
    for (const [status, code, text, reason] of SAID) {
      it(`${name}: ${code}, ${text}`, () => {
        for (const kind of KINDS) {
          // A relay's own status says less than what it passes on: as Enedis', as a failure of its own, as a success.
          for (const outer of [status, 400, 500, 502, 200]) {
            assert.equal(reasonOf(kind, outer, wrap(status, code, text)), reason, `${kind} ${outer}`);
          }
        }
      });
    }
  }
});

/** As pasted by users: status, body, meaning, through which relays. */
const PASTED: readonly (readonly [string, readonly GatewayKind[], readonly number[], unknown, Reason])[] = [
  [
    'the token of another meter',
    ['my-electrical-data', 'my-electrical-data-v1'],
    [200, 400, 401, 403, 404, 500],
    {
      detail:
        'Le point de livraison ne correspond au token fournis, pour le réinitialiser il vous suffit de refaire un consentement',
    },
    'credentialsForeign',
  ],
  [
    'the token of another meter, as an error with a description',
    ['my-electrical-data', 'my-electrical-data-v1'],
    [200, 400, 403, 500],
    {
      error: true,
      description:
        'Le point de livraison ne correspond au token fournis, pour le réinitialiser il vous suffit de refaire un consentement',
    },
    'credentialsForeign',
  ],
  [
    'the token of another meter, in the second generation’s words',
    ['my-electrical-data'],
    [200, 401, 403],
    {
      success: false,
      data: null,
      error: { code: 'ACCESS_DENIED', message: 'Token does not match this usage point' },
    },
    'credentialsForeign',
  ],
  [
    'a token of another meter, in Conso API’s words',
    ['conso-api'],
    [401],
    { status: 401, message: "Votre token n'est pas valide pour ce PRM" },
    'credentialsForeign',
  ],
  [
    'a PDL of the wrong length',
    RELAYS,
    [200, 400, 422, 500],
    { detail: 'Votre point de livraison doit être composé de 14 chiffres uniquement' },
    'configUsagePoint',
  ],
  [
    'an outage of Enedis told by MyElectricalData',
    ['my-electrical-data-v1'],
    [200, 400, 500],
    {
      detail: [
        [
          "Erreur lors de la récupération des données d'Enedis, merci de réessayer plus tard - ",
          "Code d'erreur : 500 (cf. F.A.Q pour les codes d'erreurs)",
        ],
      ],
    },
    'enedisFailing',
  ],
  [
    'the relay’s own token refused by Enedis',
    RELAYS,
    [400, 401, 500],
    {
      detail:
        '{"fault":{"code":900901,"message":"Invalid Credentials","description":"Invalid Credentials. Make sure you have provided the correct security credentials"}}',
    },
    'gatewayFailing',
  ],
  [
    'the relay’s own token refused, in an HTTP library’s words',
    RELAYS,
    [400, 500, 502],
    { message: 'Request failed with status code 401' },
    'gatewayFailing',
  ],
  [
    'no token to be had',
    RELAYS,
    [500],
    { message: 'Impossible de rafraîchir le token Enedis' },
    'gatewayFailing',
  ],
  [
    'throttled, in an HTTP library’s words',
    RELAYS,
    [400, 500, 502],
    { detail: `Client error '429 Too Many Requests' for url '${URL_OF_ENEDIS}'` },
    'quotaGateway',
  ],
  [
    'an outage of Enedis in an HTTP library’s words',
    RELAYS,
    [400, 200],
    { detail: `503 Server Error: Service Unavailable for url: ${URL_OF_ENEDIS}` },
    'enedisFailing',
  ],
  [
    'the day’s quota',
    ['my-electrical-data', 'my-electrical-data-v1'],
    [200, 400, 403, 409, 500],
    { detail: 'Vous avez atteint votre quota journalier' },
    'quotaDay',
  ],
  [
    'the day’s quota, as a tag',
    ['my-electrical-data', 'my-electrical-data-v1'],
    [200, 409],
    { tag: 'limit_reached', description: 'Quota limit reached.' },
    'quotaDay',
  ],
  [
    'a plain text of Enedis behind Conso API',
    ['conso-api'],
    [500],
    { status: 500, message: 'The Enedis API returned an error', error: '500 Internal Server Error' },
    'enedisFailing',
  ],
  [
    'a token that isn’t known',
    ['my-electrical-data', 'my-electrical-data-v1'],
    [200, 400, 401],
    { success: false, error: { code: 'ACCESS_DENIED', message: 'Invalid or missing token.' } },
    'credentialsRefused',
  ],
];

describe('a refusal as users pasted it', () => {
  for (const [name, kinds, statuses, body, reason] of PASTED) {
    it(name, () => {
      for (const kind of kinds)
        for (const status of statuses)
          assert.equal(reasonOf(kind, status, body), reason, `${kind} ${status}`);
    });
  }
});

describe('what isn’t known', () => {
  const cases: readonly (readonly [number, unknown, string])[] = [
    [418, { detail: `The kettle of ${PDL} is on` }, 'HTTP 418 The kettle of 22516•••••4270 is on'],
    [400, { message: 'Something new' }, 'HTTP 400 Something new'],
    [404, { message: 'Request failed with status code 404' }, 'HTTP 404 Request failed with status code 404'],
    [418, '', 'HTTP 418'],
  ];
  for (const [status, body, answer] of cases) {
    it(`says so, with the status and the first words: ${answer}`, () => {
      const context = { gateway: gatewayOf('my-electrical-data-v1'), now: NOW, secrets: [] };
      const error = failureOf(response(status, body), context);
      assert.deepEqual([error.reason, error.params.answer], ['responseStatus', answer]);
    });
  }
});

describe('an answer of success', () => {
  const daily: MeasureRequest = {
    usagePointId: PDL,
    direction: 'consumption',
    series: 'daily',
    start: '2026-11-01',
    end: '2026-11-03',
  };
  const ask = async (kind: GatewayKind, body: unknown, token?: string): Promise<EnedisError> => {
    const settings = {
      kind,
      token: token ?? createToken({ sub: [PDL] }),
      clientId: 'app-1',
      clientSecret: 's-1',
    };
    const gateway = await openGateway(settings, {
      now: () => NOW,
      send: ({ method }) =>
        Promise.resolve(response(200, method === 'POST' ? { access_token: 'app-token' } : body)),
    });
    return gateway.measures(daily).then(
      ({ measures }) => assert.fail(`${measures.length} measures`),
      (error: unknown) => (error instanceof EnedisError ? error : assert.fail(String(error))),
    );
  };
  const v5 = { usage_point_id: PDL, start: '2026-11-01', end: '2026-11-03', quality: 'BRUT' };
  const of2026 = {
    idPrm: PDL,
    etapeMetier: 'BRUT',
    periode: { dateDebut: '2026-11-01', dateFin: '2026-11-03' },
  };
  const block = { grandeurMetier: 'CONS', grandeurPhysique: 'EA', unite: 'Wh' };
  const NOTHING: Record<string, unknown> = {
    'meter_reading null': { meter_reading: null },
    'meter_reading empty': { meter_reading: {} },
    'interval_reading null': { meter_reading: { ...v5, interval_reading: null } },
    'interval_reading absent': { meter_reading: v5 },
    'interval_reading empty': { meter_reading: { ...v5, interval_reading: [] } },
    'interval_reading null without its envelope': { ...v5, interval_reading: null },
    'interval_reading absent without its envelope': { ...v5, reading_type: { unit: 'Wh' } },
    'the inside of an absent envelope': 'null',
    'grandeur null': { ...of2026, grandeur: null },
    'grandeur absent': of2026,
    'grandeur empty': { ...of2026, grandeur: [] },
    'points null': { ...of2026, grandeur: [{ ...block, points: null }] },
    'points absent': { ...of2026, grandeur: [block] },
    'points empty': { ...of2026, grandeur: [{ ...block, points: [] }] },
    'data null': { success: true, data: null, error: null },
    'data empty': { success: true, data: {} },
    'meter_reading null in data': { success: true, data: { meter_reading: null } },
    'grandeur null in data': { success: true, data: { ...of2026, grandeur: null } },
  };
  for (const [name, body] of Object.entries(NOTHING)) {
    it(`that has nothing is no broken body: ${name}`, async () => {
      for (const kind of KINDS) assert.equal((await ask(kind, body)).reason, 'noData', kind);
    });
  }

  it('that says why it has nothing is a refusal', async () => {
    const body = { meter_reading: null, error: 'ADAM-DC-0008', error_description: 'No consent can be found' };
    for (const kind of KINDS) assert.equal((await ask(kind, body)).reason, 'consentMissing', kind);
  });

  it('of another kind says what it says', async () => {
    const error = await ask('conso-api', { message: 'Hello you there' });
    assert.equal(error.code, 'ENEDIS_RESPONSE');
    assert.match(JSON.stringify(error.params), /Hello you there/);
  });
});

describe('conso-api: 401 for a token that names this very PDL', () => {
  const daily: MeasureRequest = {
    usagePointId: PDL,
    direction: 'consumption',
    series: 'daily',
    start: '2026-11-01',
    end: '2026-11-03',
  };
  const refusedWith = async (sub: string[]): Promise<EnedisError> => {
    const gateway = await openGateway(
      { kind: 'conso-api', token: createToken({ sub }) },
      {
        now: () => NOW,
        send: () =>
          Promise.resolve(
            response(401, { status: 401, message: "Votre token n'est pas valide pour ce PRM" }),
          ),
      },
    );
    return gateway.measures(daily).then(
      () => assert.fail('it was answered'),
      (error: unknown) => (error instanceof EnedisError ? error : assert.fail(String(error))),
    );
  };
  it('is one to copy again in full, not one of another meter', async () => {
    assert.equal((await refusedWith([PDL])).reason, 'credentialsRefused');
  });
  it('is of another meter where it names only others', async () => {
    assert.equal((await refusedWith(['11453290002823'])).reason, 'credentialsForeign');
  });
});
