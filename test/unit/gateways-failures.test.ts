/** Every documented refusal, in every shape it was seen in, and what it comes down to. */
import type { HttpResponse } from '../../lib/http/http';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { inspect } from 'node:util';
import type { EnedisError, Reason } from '../../lib/errors';
import { gatewayOf, type GatewayKind } from '../../lib/gateways';
import { consoApi } from '../../lib/gateways/conso-api';
import { isUnknownType } from '../../lib/gateways/conso-api/open';
import { failureOf, understood, type FailureContext } from '../../lib/gateways/failures';

const PDL = '22516914714270';
const TOKEN = 'tok-1';
const NOW = Date.parse('2026-07-22T04:12:30Z');
const NEXT_HOUR = Date.parse('2026-07-22T05:00:00Z');

const response = (status: number, body: unknown, headers: Record<string, string> = {}): HttpResponse => ({
  status,
  headers,
  body: typeof body === 'string' ? body : JSON.stringify(body),
});
const contextOf = (kind: GatewayKind, secrets: readonly string[] = [], now = NOW): FailureContext => ({
  gateway: gatewayOf(kind),
  now,
  secrets,
});
const fail = (kind: GatewayKind, ...args: Parameters<typeof response>): EnedisError =>
  failureOf(response(...args), contextOf(kind, [TOKEN]));

/** How each gateway passes on what Enedis said. */
const RELAYED: Record<
  string,
  readonly [GatewayKind, (status: number, code: string, text: string) => unknown]
> = {
  'pair, straight': ['data-connect', (_s, error, error_description) => ({ error, error_description })],
  'pair with uri': [
    'data-connect',
    (_s, error, d) => ({ error, error_description: d, error_uri: 'https://x.fr/' }),
  ],
  'code and message': ['data-connect', (_s, code, message) => ({ code, message })],
  'a list of them': ['data-connect', (_s, code, message) => [{ code, message }]],
  fault: ['data-connect', (_s, code, message) => ({ fault: { code, message, description: message } })],
  'Conso round a pair': [
    'conso-api',
    (status, error, error_description) => ({
      status,
      message: 'The Enedis API returned an error',
      error: { error, error_description },
    }),
  ],
  'Conso round a text of JSON': [
    'conso-api',
    (status, error, d) => ({
      status,
      message: 'x y',
      error: JSON.stringify({ error, error_description: d }),
    }),
  ],
  'Conso round Conso': [
    'conso-api',
    (status, code, message) => ({ status, message: 'x y', error: { status, error: [{ code, message }] } }),
  ],
  'MyElectricalData v1, text': [
    'my-electrical-data-v1',
    (_s, code, message) => ({ detail: `${code}: ${message}` }),
  ],
  'MyElectricalData v1, lists': [
    'my-electrical-data-v1',
    (s, code, message) => ({ detail: [[message, `Code d'erreur : ${s} - ${code}`]] }),
  ],
  'MyElectricalData v2': [
    'my-electrical-data',
    (_s, code, message) => ({
      success: false,
      data: null,
      error: { code: 'ENEDIS_ERROR', message: `${code}: ${message}` },
    }),
  ],
};

/** Table 4d. */
const ENEDIS: readonly (readonly [number, string, string, Reason])[] = [
  [400, 'ADAM-ERR0002', 'La date de fin doit être postérieure à la date de début.', 'periodRefused'],
  [400, 'ADAM-ERR0123', 'La période commence avant la dernière mise en service.', 'periodBeforeActivation'],
  [400, 'adam_err0123', 'x y', 'periodBeforeActivation'],
  [400, 'ADAM-ERR0126', 'x y', 'periodTooLong'],
  [400, 'ADAM-DC-0015', 'x y', 'periodTooLong'],
  [400, 'ADAM-ERR0125', 'x y', 'periodTooOld'],
  [400, 'ADAM-DC-0016', 'x y', 'periodTooOld'],
  [400, 'ADAM-ERR0069', 'Le sens de la mesure ne correspond pas', 'wrongDirection'],
  [400, 'ADAM-ERR0061', 'x y', 'consentNotHolder'],
  [400, 'ADAM-ERR0075', 'x y', 'collectionOpposed'],
  [403, 'ADAM-ERR0191', 'x y', 'consentService'],
  [400, 'ADAM_ADAM-ERR0191', 'x y', 'consentService'],
  [400, 'ADAM-DC-0007', 'x y', 'consentNotHolder'],
  [403, 'ADAM-DC-0007', 'x y', 'consentNotHolder'],
  [403, 'ADAM-DC-0008', 'x y', 'consentMissing'],
  [403, 'ADAM_DC_0008', 'x y', 'consentMissing'],
  [403, 'ADAM-DC-0009', 'x y', 'periodBeforeConsent'],
  [403, 'unauthorized_user', 'x y', 'consentApplication'],
  [403, '900908', 'Resource forbidden', 'consentApplication'],
  [404, 'no_data_found', 'x y', 'noData'],
  [404, 'STM-ERR-0000014', 'x y', 'noData'],
  [404, 'STM-ERR-0000020', 'x y', 'noData'],
  [404, 'STM-ERR-0000019', 'Utilisateur inconnu ou non autorisé.', 'consentMissing'],
  [429, '900804', 'Message throttled out', 'quotaGateway'],
  [429, '900807', 'Message throttled out', 'quotaGateway'],
  [500, 'technical_error', 'Un problème a été rencontré.', 'enedisFailing'],
  [500, 'ADAM-DC-0500', 'x y', 'enedisFailing'],
  [500, 'STM-ERR-0000001', 'x y', 'enedisFailing'],
];

describe('failures: what Enedis says, through each gateway', () => {
  for (const [shape, [kind, dress]] of Object.entries(RELAYED)) {
    for (const [status, code, text, reason] of ENEDIS) {
      it(`${shape}: ${status} ${code}`, () => {
        assert.equal(fail(kind, status, dress(status, code, text)).reason, reason);
      });
    }
  }
});

/** Sentences without a usable code, other shapes, and what gateways say themselves. */
const OTHERS: readonly (readonly [GatewayKind, number, unknown, Reason])[] = [
  [
    'data-connect',
    400,
    { error: 'invalid_request', error_description: 'end must be earlier than the current date' },
    'periodTooLate',
  ],
  [
    'data-connect',
    400,
    { error: 'Invalid_request', error_description: 'start must be before end' },
    'periodRefused',
  ],
  ['data-connect', 400, { error: 'invalid_resquest', error_description: 'wrong dates' }, 'periodRefused'],
  [
    'data-connect',
    400,
    { error: 'invalid_request', error_description: 'usage_point_id must have 14 digits' },
    'configUsagePoint',
  ],
  [
    'data-connect',
    400,
    { error: 'Bad request', error_description: 'Pas de services souscrits pour ce point.' },
    'consentService',
  ],
  ['data-connect', 404, { code: '404', message: 'Pas de mesure trouvée pour ce point' }, 'noData'],
  ['data-connect', 404, { code: '404', type: 'Status report', message: 'Not Found' }, 'responseStatus'],
  ['data-connect', 403, {}, 'consentMissing'],
  ['data-connect', 429, { code: '429', message: 'Quota Q3 reached' }, 'quotaGateway'],
  ['data-connect', 429, '', 'quotaGateway'],
  ['data-connect', 500, '500 Internal Server Error', 'enedisFailing'],
  ['data-connect', 500, '<html><title>Oops</title></html>', 'enedisFailing'],
  ['data-connect', 503, '<html><title>Maintenance</title></html>', 'gatewayFailing'],
  ['data-connect', 400, { reasons: [], details: { msgId: 'Id-5f0c9a65' } }, 'enedisFailing'],
  ['data-connect', 401, { fault: { code: 900901, message: 'Invalid Credentials' } }, 'credentialsRefused'],
  ['data-connect', 401, '<ams:fault><ams:code>900902</ams:code></ams:fault>', 'credentialsRefused'],
  ['data-connect', 400, { error: 'invalid_client', error_description: 'x y' }, 'credentialsRefused'],
  ['data-connect', 415, { code: '415', message: 'Unsupported Media Type' }, 'responseStatus'],
  ['data-connect', 400, '<html><title>Bad</title></html>', 'responseHtml'],

  [
    'conso-api',
    401,
    { status: 401, message: "Votre token n'est pas valide pour ce PRM" },
    'credentialsForeign',
  ],
  ['conso-api', 401, { status: 401, message: 'Token invalide' }, 'credentialsRefused'],
  ['conso-api', 400, { status: 400, message: "L'en-tête Authorization est manquant" }, 'credentialsMissing'],
  [
    'conso-api',
    400,
    { status: 400, message: 'Paramètres invalides', error: { issues: [] } },
    'periodRefused',
  ],
  ['conso-api', 500, { status: 500, message: 'Impossible de rafraîchir le token Enedis' }, 'gatewayFailing'],
  ['conso-api', 500, { status: 500, message: 'Erreur inconnue', error: '<html>' }, 'enedisFailing'],
  [
    'conso-api',
    401,
    { status: 401, message: 'x y', error: { code: '900901', message: 'Invalid Credentials' } },
    'gatewayFailing',
  ],
  ['conso-api', 403, '<!DOCTYPE html><title>Access denied | Cloudflare</title>', 'banned'],
  ['conso-api', 403, { title: 'Error 1006: banned', status: 403, error_code: 1006, ray_id: '8f0' }, 'banned'],
  ['conso-api', 403, { title: 'Forbidden here', status: 403, ray_id: '8f0' }, 'banned'],
  [
    'conso-api',
    429,
    { title: 'Error 1015: limited', status: 429, error_code: 1015, ray_id: '8f0' },
    'quotaGateway',
  ],
  [
    'conso-api',
    502,
    { type: 'https://x', title: 'Bad gateway', status: 502, detail: 'a b', error_code: 502, ray_id: '8f' },
    'gatewayFailing',
  ],
  ['conso-api', 502, '<html>', 'gatewayFailing'],
  ['conso-api', 522, 'error code: 522', 'gatewayFailing'],
  ['conso-api', 405, { status: 405, message: 'Method not allowed' }, 'responseStatus'],
  ['conso-api', 404, '<html><title>404</title></html>', 'responseStatus'],
  ['conso-api', 418, 'teapot', 'responseStatus'],

  ['my-electrical-data-v1', 409, { detail: 'The daily quota is reached' }, 'quotaDay'],
  ['my-electrical-data-v1', 403, { detail: 'Token does not match this usage point.' }, 'credentialsForeign'],
  ['my-electrical-data-v1', 403, { detail: 'forbidden thing' }, 'consentMissing'],
  ['my-electrical-data-v1', 403, { detail: 'client_not_found' }, 'credentialsRefused'],
  ['my-electrical-data-v1', 401, { detail: 'x y' }, 'credentialsRefused'],
  ['my-electrical-data-v1', 400, { detail: 'usage_point_id_bad_formatted' }, 'configUsagePoint'],
  ['my-electrical-data-v1', 400, { detail: 'x y', tag: 'enedis_return_ko' }, 'enedisFailing'],
  ['my-electrical-data-v1', 409, { detail: 'x y', tag: 'limit_reached' }, 'quotaDay'],
  ['my-electrical-data-v1', 400, { detail: 'x y', tag: 'token_refresh_401' }, 'consentMissing'],
  ['my-electrical-data-v1', 503, { detail: 'service_offline' }, 'gatewayFailing'],
  [
    'my-electrical-data-v1',
    422,
    { detail: [{ loc: ['path', 'start'], msg: 'invalid date format' }] },
    'periodRefused',
  ],
  [
    'my-electrical-data-v1',
    422,
    { detail: [{ loc: ['path', 'usage_point_id'], msg: 'too long' }] },
    'configUsagePoint',
  ],
  ['my-electrical-data-v1', 404, { detail: 'Not Found' }, 'responseStatus'],
  ['my-electrical-data-v1', 404, { detail: 'Aucune donnée trouvée' }, 'noData'],
  ['my-electrical-data-v1', 500, { detail: [['x y', "Code d'erreur : 500"]] }, 'enedisFailing'],
];

describe('failures: what gateways say', () => {
  for (const [kind, status, body, reason] of OTHERS) {
    it(`${kind} ${status} ${JSON.stringify(body).slice(0, 70)}`, () => {
      assert.equal(fail(kind, status, body).reason, reason);
    });
  }

  const MED_V2: readonly (readonly [string, string, Reason])[] = [
    ['ACCESS_DENIED', 'Not yours.', 'consentMissing'],
    ['ENEDIS_UNAVAILABLE', 'x y', 'enedisFailing'],
    ['RATE_LIMIT_EXCEEDED', 'Too many calls today.', 'quotaDay'],
    ['RATE_LIMIT_EXCEEDED', 'Message throttled out', 'quotaGateway'],
    ['DATE_TOO_OLD', 'x y', 'periodTooOld'],
    ['INVALID_DATE_RANGE', 'x y', 'periodRefused'],
    ['INVALID_DATE_FORMAT', 'x y', 'periodRefused'],
    ['ENEDIS_ERROR', 'x y', 'enedisFailing'],
    ['NO_DATA', 'x y', 'noData'],
    ['PARTIAL_DATA', 'x y', 'noData'],
  ];
  for (const [code, message, reason] of MED_V2) {
    it(`my-electrical-data 200 ${code} ${message}`, () => {
      const body = { success: false, data: null, error: { code, message }, timestamp: '2026-07-22T04:12:30' };
      assert.equal(understood(response(200, body), contextOf('my-electrical-data'))?.reason, reason);
    });
  }
  it('my-electrical-data 401 ACCESS_DENIED is about the token', () => {
    const body = { success: false, data: null, error: { code: 'ACCESS_DENIED', message: 'Invalid token.' } };
    assert.equal(fail('my-electrical-data', 401, body).reason, 'credentialsRefused');
  });
  it('an unknown answer of success is nobody’s failure', () => {
    assert.equal(understood(response(200, { hello: 'you there' }), contextOf('conso-api')), null);
  });
});

describe('failures: when to come back', () => {
  const throttled = { code: '900804', message: 'Message throttled out' };
  const cases: Record<string, readonly [number, unknown, Record<string, string>, string | undefined]> = {
    'nextAccessTime, straight': [
      429,
      { ...throttled, nextAccessTime: '2026-Jul-22 06:00:00+0000 UTC' },
      {},
      '2026-07-22T06:00:00Z',
    ],
    'nextAccessTime, wrapped': [
      429,
      {
        status: 429,
        message: 'x y',
        error: { ...throttled, nextAccessTime: '2026-Jul-22 06:00:00+0000 UTC' },
      },
      {},
      '2026-07-22T06:00:00Z',
    ],
    'nextAccessTime, with an offset': [
      429,
      { ...throttled, nextAccessTime: '2026-Jul-22 08:00:00+0200 CEST' },
      {},
      '2026-07-22T06:00:00Z',
    ],
    'in a sentence': [
      429,
      { ...throttled, description: 'You can access API after 2026-Jul-22 05:30' },
      {},
      '2026-07-22T05:30:00Z',
    ],
    'nextAccessTime before Retry-After': [
      429,
      { ...throttled, nextAccessTime: '2026-Jul-22 06:00:00+0000 UTC' },
      { 'retry-after': '5' },
      '2026-07-22T06:00:00Z',
    ],
    'Retry-After in seconds': [429, throttled, { 'retry-after': '90' }, '2026-07-22T04:14:00Z'],
    'Retry-After as a date': [
      429,
      throttled,
      { 'retry-after': 'Wed, 22 Jul 2026 07:00:00 GMT' },
      '2026-07-22T07:00:00Z',
    ],
    'Retry-After of an outage': [503, '<html>', { 'retry-after': '120' }, '2026-07-22T04:14:30Z'],
    'an outage without': [503, '<html>', {}, undefined],
    neither: [429, throttled, {}, '2026-07-22T05:00:00Z'],
    'in the past': [
      429,
      { ...throttled, nextAccessTime: '2026-Jul-22 04:00:00+0000 UTC' },
      {},
      '2026-07-22T05:00:00Z',
    ],
    'too far': [429, throttled, { 'retry-after': '99999999999' }, '2026-07-22T05:00:00Z'],
    nonsense: [
      429,
      { ...throttled, nextAccessTime: '2026-Foo-22 06:00:00' },
      { 'retry-after': 'soon' },
      '2026-07-22T05:00:00Z',
    ],
  };
  for (const [name, [status, body, headers, when]] of Object.entries(cases)) {
    it(name, () => {
      const { retryAt } = fail('conso-api', status, body, headers);
      assert.equal(retryAt, when === undefined ? undefined : Date.parse(when));
    });
  }
  it('exactly on the hour it is the next one', () => {
    const { retryAt } = failureOf(response(429, ''), contextOf('conso-api', [], NEXT_HOUR));
    assert.equal(retryAt, NEXT_HOUR + 3_600_000);
  });
});

describe('failures: a relay that knows no such type', () => {
  const zod = (path: string): object => ({
    name: 'ZodError',
    issues: [{ code: 'invalid_value', path: [path], message: 'Invalid option' }],
  });
  const invalid = (error?: unknown): HttpResponse =>
    response(400, { status: 400, message: 'Paramètres invalides', error });
  const cases: Record<string, readonly [HttpResponse, boolean]> = {
    'names the type': [invalid(zod('type')), true],
    'names the type in a text': [
      invalid({ name: 'ZodError', message: JSON.stringify([{ path: ['type'], message: 'x y' }], null, 2) }),
      true,
    ],
    'names the type in fieldErrors': [
      invalid({ formErrors: [], fieldErrors: { type: ['Invalid option'] } }),
      true,
    ],
    'names nothing': [invalid(), true],
    'names the dates only': [invalid(zod('start')), false],
    'an unknown address': [response(404, { message: 'Not Found' }), true],
    'an unknown address, as a page': [response(404, '<html>'), true],
    'no data': [response(404, { error: 'no_data_found', error_description: 'x' }), false],
    'a refusal of Enedis': [response(400, { error: 'ADAM-ERR0123' }), false],
    'an outage': [response(502, '<html>'), false],
    'an answer': [response(200, '{}'), false],
  };
  for (const [name, [answer, expected]] of Object.entries(cases)) {
    it(name, async () => assert.equal(await isUnknownType(answer, consoApi), expected));
  }
});

describe('failures: words that every object of JavaScript knows', () => {
  const names = ['toString', 'constructor', '__proto__', 'hasOwnProperty', 'valueOf'];
  // As text, since a literal's `__proto__` would be no property.
  const bodies = names.flatMap((name) => [
    `{"${name}":""}`,
    `{"${name}":"two words"}`,
    `{"path":[{"${name}":""}]}`,
    `{"error":"${name}"}`,
    `{"fieldErrors":{"${name}":1}}`,
  ]);
  for (const body of bodies) {
    it(body, async () => {
      for (const kind of ['conso-api', 'data-connect', 'my-electrical-data'] as const) {
        const error = fail(kind, 400, body);
        assert.equal(error.reason, 'responseStatus');
        assert.ok(Object.values(error.params).every((value) => ['string', 'number'].includes(typeof value)));
      }
      assert.equal(await isUnknownType(response(400, body), consoApi), false);
    });
  }
});

describe('failures: a body made to hold others up', () => {
  /** Any list, in lists of fifty. */
  const nested = (items: unknown[]): unknown => {
    let list = items;
    while (list.length > 50) {
      list = Array.from({ length: Math.ceil(list.length / 50) }, (_, k) => list.slice(k * 50, k * 50 + 50));
    }
    return list;
  };
  const many = (count: number, text: (place: number) => string): object => ({
    a: nested(Array.from({ length: count }, (_, place) => text(place))),
  });
  const bodies: Record<string, unknown> = {
    underscores: many(3_900, () => '_'.repeat(1_000)),
    codes: many(120_000, (place) => `ADAM-DC-${20 + (place % 70)}`),
    'codes in a row': many(3_900, () => 'dc20_'.repeat(200)),
    'the first words of codes': many(3_900, () => 'adam_'.repeat(200)),
    'JSON in texts': many(3_900, () => '['.repeat(1_000)),
    'one long text': { a: '{'.repeat(4_000_000) },
    'one long word': `${'_'.repeat(4_000_000)}`,
    fields: { detail: [{ loc: Array.from({ length: 400_000 }, () => 'usage_point') }] },
    'names of fields': {
      fieldErrors: Object.fromEntries(Array.from({ length: 200_000 }, (_, k) => [`f${k}`, 1])),
    },
  };
  for (const [name, body] of Object.entries(bodies)) {
    it(name, async () => {
      const answer = response(400, body);
      const begun = performance.now();
      await isUnknownType(answer, consoApi);
      fail('conso-api', 400, answer.body);
      assert.ok(performance.now() - begun < 2_000);
    });
  }
});

describe('failures: nothing leaks', () => {
  const bodies = [
    { error: 'invalid_client', error_description: `token ${TOKEN} for ${PDL} refused` },
    { error: TOKEN, error_description: PDL },
    { code: PDL, message: `usage point ${PDL}` },
    `Bearer ${TOKEN} ${PDL}`,
    `<html><title>${TOKEN} ${PDL}</title></html>`,
    { detail: [[`${PDL}: x y`, TOKEN]] },
  ];
  for (const body of bodies) {
    for (const status of [200, 400, 401, 403, 404, 429, 500]) {
      it(`${status} ${JSON.stringify(body).slice(0, 40)}`, () => {
        const error = fail('conso-api', status, body, { 'retry-after': TOKEN, location: TOKEN });
        const everything = inspect(error, { depth: null, showHidden: true }) + JSON.stringify(error);
        assert.ok(!everything.includes(TOKEN) && !everything.includes(PDL), everything);
      });
    }
  }
  const SECRET = 'app-secret_of/letters';
  const forms = [
    SECRET,
    SECRET.toUpperCase(),
    SECRET.replaceAll('_', '-'),
    SECRET.replace('/', '\\/'),
    SECRET.replace('/', '%2f'),
  ];
  /** Without what writing it differently changes. */
  const bare = (text: string): string => text.toLowerCase().replace(/[^a-z0-9]|2f/g, '');
  for (const form of forms) {
    for (const [name, body] of Object.entries({
      'as a code': { error: form, error_description: 'x y' },
      'as the first word of a sentence': { detail: `${form}: x y` },
      'as the code of a sentence': { detail: [[`x y`, `Code d'erreur : 404 - ${form}`]] },
      'as a field': { detail: [{ loc: ['path', form], msg: 'x' }] },
      'as the text': form,
      'in a page': `<html><title>${form}</title></html>`,
      'where texts are cut': { message: `${' '.repeat(490)}${form} x` },
      'where pages are cut': `<html>${'<p>'.repeat(1660)}${form}</html>`,
    })) {
      it(`${form} ${name}`, () => {
        const context = contextOf('data-connect', [SECRET]);
        const { params, message } = failureOf(response(400, body), context);
        const shown = bare(Object.values(params).join(' ') + message);
        assert.ok(!shown.includes(bare(SECRET).slice(0, 6)), message);
      });
    }
  }
  it('half a PDL', () => {
    for (let before = 480; before <= 500; before++) {
      const { message } = fail('conso-api', 400, { message: `${' '.repeat(before)}${PDL} x` });
      assert.ok(!message.includes(PDL.slice(0, 7)), message);
    }
  });
  it('params are short', () => {
    const error = fail('conso-api', 500, { message: 'word '.repeat(100_000), code: 'x'.repeat(59) });
    for (const value of Object.values(error.params)) assert.ok(String(value).length <= 60);
  });
});
