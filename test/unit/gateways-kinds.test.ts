/** Each gateway: what it asks, what it checks beforehand, how it recovers; and all of them against the simulated Enedis. */
import type { HttpRequest, HttpResponse, Send } from '../../lib/http/http';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { inspect } from 'node:util';
import { EnedisError, type Reason } from '../../lib/errors';
import { parseBaseUrl } from '../../lib/gateways/base-url';
import { consoApi } from '../../lib/gateways/conso-api';
import { openConsoApi } from '../../lib/gateways/conso-api/open';
import { readConsoToken } from '../../lib/gateways/conso-api/token';
import type {
  GatewaySettings,
  GatewayTools,
  MeasureRequest,
  OpenUsagePoint,
} from '../../lib/gateways/gateway';
import { baseUrlOf, GATEWAYS, openGateway, type GatewayKind } from '../../lib/gateways';
import { createSimulator, createToken, faults, type Fault } from '../../lib/simulator/index';

const PDL = '22516914714270';
const NOW = Date.parse('2026-11-10T12:00:00Z');
const now = (): number => NOW;
const SECRETS = {
  token: createToken({ sub: [PDL] }),
  clientId: 'client-id-0001',
  clientSecret: 'client-secret-0001',
};
const KINDS = GATEWAYS.map(({ kind }) => kind);

const daily: MeasureRequest = {
  usagePointId: PDL,
  direction: 'consumption',
  series: 'daily',
  start: '2026-11-01',
  end: '2026-11-03',
};
const curve: MeasureRequest = { ...daily, series: 'loadCurve' };
const peak: MeasureRequest = { ...daily, series: 'maxPower' };
const production: MeasureRequest = { ...daily, direction: 'production' };

const settings = (kind: GatewayKind, changes: Partial<GatewaySettings> = {}): GatewaySettings => ({
  kind,
  ...SECRETS,
  ...changes,
});
const json = (status: number, body: unknown): HttpResponse => ({
  status,
  headers: {},
  body: JSON.stringify(body),
});
const DAYS_2026 = json(200, {
  idPrm: PDL,
  etapeMetier: 'BRUT',
  grandeur: [
    { grandeurMetier: 'CONS', grandeurPhysique: 'EA', unite: 'Wh', points: [{ v: '1', d: '2026-11-01' }] },
  ],
});
const DAYS_V5 = json(200, {
  usage_point_id: PDL,
  quality: 'BRUT',
  reading_type: { unit: 'Wh' },
  interval_reading: [{ value: '1', date: '2026-11-01' }],
});
const TOKEN_ANSWER = json(200, { access_token: 'app-token-1', token_type: 'Bearer', expires_in: '12600' });

/** Answers in turn (the last one for ever) and remembers what was asked. */
function recorder(...answers: (HttpResponse | ((request: HttpRequest) => HttpResponse))[]): {
  send: Send;
  asked: HttpRequest[];
} {
  const asked: HttpRequest[] = [];
  const send: Send = (request) => {
    const answer = answers[Math.min(asked.length, answers.length - 1)]!;
    asked.push(request);
    return Promise.resolve(typeof answer === 'function' ? answer(request) : answer);
  };
  return { send, asked };
}

async function reasonOf(action: () => unknown): Promise<EnedisError> {
  try {
    await action();
  } catch (error) {
    assert.ok(error instanceof EnedisError, inspect(error));
    const everything = inspect(error, { depth: null, showHidden: true }) + JSON.stringify(error);
    for (const secret of [PDL, ...Object.values(SECRETS)])
      assert.ok(!everything.includes(secret), everything);
    return error;
  }
  return assert.fail('nothing was thrown');
}

describe('gateways: what is asked', () => {
  const cases: readonly (readonly [GatewayKind, MeasureRequest, string])[] = [
    [
      'conso-api',
      daily,
      `https://conso.boris.sh/api/consommation_quotidienne?pointId=${PDL}&dateDebut=2026-11-01&dateFin=2026-11-03`,
    ],
    [
      'conso-api',
      curve,
      `https://conso.boris.sh/api/courbe_de_charge_consommation?pointId=${PDL}&dateDebut=2026-11-01&dateFin=2026-11-03`,
    ],
    [
      'conso-api',
      peak,
      `https://conso.boris.sh/api/puissance_conso_max_quotidienne?pointId=${PDL}&dateDebut=2026-11-01&dateFin=2026-11-03`,
    ],
    [
      'conso-api',
      production,
      `https://conso.boris.sh/api/production_quotidienne?pointId=${PDL}&dateDebut=2026-11-01&dateFin=2026-11-03`,
    ],
    [
      'my-electrical-data',
      daily,
      `https://www.v2.myelectricaldata.fr/api/enedis/consumption/daily/${PDL}?start=2026-11-01&end=2026-11-03`,
    ],
    [
      'my-electrical-data',
      curve,
      `https://www.v2.myelectricaldata.fr/api/enedis/consumption/detail/${PDL}?start=2026-11-01&end=2026-11-03`,
    ],
    [
      'my-electrical-data',
      peak,
      `https://www.v2.myelectricaldata.fr/api/enedis/power/${PDL}?start=2026-11-01&end=2026-11-03`,
    ],
    [
      'my-electrical-data',
      production,
      `https://www.v2.myelectricaldata.fr/api/enedis/production/daily/${PDL}?start=2026-11-01&end=2026-11-03`,
    ],
    [
      'my-electrical-data-v1',
      daily,
      `https://www.myelectricaldata.fr/daily_consumption/${PDL}/start/2026-11-01/end/2026-11-03`,
    ],
    [
      'my-electrical-data-v1',
      peak,
      `https://www.myelectricaldata.fr/daily_consumption_max_power/${PDL}/start/2026-11-01/end/2026-11-03`,
    ],
    [
      'my-electrical-data-v1',
      { ...curve, direction: 'production' },
      `https://www.myelectricaldata.fr/production_load_curve/${PDL}/start/2026-11-01/end/2026-11-03`,
    ],
    [
      'data-connect',
      daily,
      `https://gw.ext.prod.api.enedis.fr/mesure_synchrone_auto/v2/consommation_quotidienne?pointId=${PDL}&dateDebut=2026-11-01&dateFin=2026-11-03`,
    ],
    [
      'data-connect',
      peak,
      `https://gw.ext.prod.api.enedis.fr/mesure_synchrone_auto/v2/puissance_conso_max_quotidienne?pointId=${PDL}&dateDebut=2026-11-01&dateFin=2026-11-03&mesuresPas=P1D&grandeurPhysique=PMA`,
    ],
  ];
  const AUTHORIZATION: Partial<Record<GatewayKind, string>> = {
    'conso-api': `Bearer ${SECRETS.token}`,
    'my-electrical-data': `Bearer ${SECRETS.token}`,
    'my-electrical-data-v1': SECRETS.token,
    'data-connect': 'Bearer app-token-1',
  };
  for (const [kind, request, url] of cases) {
    it(`${kind} ${request.series} ${request.direction}`, async () => {
      const { send, asked } = recorder((http) =>
        http.method === 'POST' ? TOKEN_ANSWER : json(404, { error: 'no_data_found' }),
      );
      const gateway = await openGateway(settings(kind), { send, now });
      assert.equal(gateway.kind, kind);
      assert.equal((await reasonOf(() => gateway.measures(request))).reason, 'noData');
      const last = asked.at(-1)!;
      assert.equal(last.url, url);
      assert.equal(last.method, 'GET');
      assert.equal(last.headers.Authorization, AUTHORIZATION[kind]);
      assert.equal(last.headers['X-MED-Format'], kind === 'my-electrical-data' ? '2026' : undefined);
    });
  }

  it('an address of one’s own keeps its path; credentials lose the blanks of pasting', async () => {
    for (const kind of KINDS.slice(0, 3)) {
      const { send, asked } = recorder(json(404, { error: 'no_data_found' }));
      const gateway = await openGateway(
        settings(kind, { baseUrl: ' http://127.0.0.1:1880/relay/ ', token: '  Bearer abc.def.ghi\n' }),
        { send, now },
      );
      await reasonOf(() => gateway.measures(daily));
      assert.match(asked[0]!.url, /^http:\/\/127\.0\.0\.1:1880\/relay\/[a-z]/);
      assert.match(asked[0]!.headers.Authorization!, /^(Bearer )?abc\.def\.ghi$/);
    }
  });

  it('the sandbox is another host', async () => {
    const { send, asked } = recorder(TOKEN_ANSWER, DAYS_2026);
    const gateway = await openGateway(settings('data-connect', { environment: 'sandbox' }), { send, now });
    await gateway.measures(daily);
    assert.ok(asked.every(({ url }) => url.startsWith('https://gw.ext.prod-sandbox.api.enedis.fr/')));
  });

  it('a peak of production is not asked for', async () => {
    for (const kind of KINDS) {
      const { send, asked } = recorder(TOKEN_ANSWER);
      const gateway = await openGateway(settings(kind), { send, now });
      const error = await reasonOf(() => gateway.measures({ ...peak, direction: 'production' }));
      assert.equal(error.reason, 'wrongDirection');
      assert.ok(asked.every(({ method }) => method === 'POST'));
    }
  });

  it('without an address, at the gateway’s own', () => {
    assert.equal(baseUrlOf({ kind: 'conso-api' }), 'https://conso.boris.sh');
    const { host } = new URL(baseUrlOf({ kind: 'data-connect', environment: 'sandbox' }));
    assert.equal(host, 'gw.ext.prod-sandbox.api.enedis.fr');
  });

  it('an answer of success that is none', async () => {
    const page: HttpResponse = {
      status: 200,
      headers: {},
      body: '<html><title>Conditions générales</title></html>',
    };
    const cases: readonly (readonly [HttpResponse, Reason])[] = [
      [page, 'responseHtml'],
      [json(200, { hello: 1 }), 'responseShape'],
      [
        json(200, { success: false, data: null, error: { code: 'NO_DATA', message: 'Nothing here.' } }),
        'noData',
      ],
    ];
    for (const [answer, reason] of cases) {
      const gateway = await openGateway(settings('my-electrical-data'), { ...recorder(answer), now });
      assert.equal((await reasonOf(() => gateway.measures(daily))).reason, reason);
    }
  });

  it('an aborted signal rejects with its reason and asks nothing', async () => {
    for (const kind of KINDS) {
      const { send, asked } = recorder(DAYS_2026);
      const reason = new Error('closing');
      const gateway = await openGateway(settings(kind), { send, now });
      await assert.rejects(gateway.measures(daily, AbortSignal.abort(reason)), reason);
      assert.equal(asked.length, 0);
    }
  });
});

describe('gateways: check', () => {
  const check = async (
    kind: GatewayKind,
    changes: Partial<GatewaySettings>,
    usagePointId = PDL,
  ): Promise<EnedisError> => {
    const gateway = await openGateway(settings(kind, changes), { ...recorder(DAYS_2026), now });
    return reasonOf(() => gateway.check(usagePointId));
  };

  it('passes what is right', async () => {
    for (const kind of KINDS) (await openGateway(settings(kind), { ...recorder(DAYS_2026), now })).check(PDL);
  });
  it('a PDL has 14 digits', async () => {
    for (const kind of KINDS) assert.equal((await check(kind, {}, '123')).reason, 'configUsagePoint');
  });
  for (const [kind, field] of [
    ['conso-api', 'token'],
    ['my-electrical-data', 'token'],
    ['my-electrical-data-v1', 'token'],
    ['data-connect', 'clientId'],
    ['data-connect', 'clientSecret'],
  ] as const) {
    it(`${kind} wants its ${field}`, async () => {
      const error = await check(kind, { [field]: ' ' });
      assert.deepEqual([error.reason, error.params], ['credentialsMissing', { field }]);
      for (const text of ['a\nb', 'é€', 'a b']) {
        assert.equal((await check(kind, { [field]: text })).reason, 'credentialsRefused');
      }
    });
  }
  it('conso-api: expired', async () => {
    const error = await check('conso-api', {
      // Past midnight in Paris.
      token: createToken({ sub: [PDL], iat: 1, exp: Date.parse('2026-11-08T23:30Z') / 1000 }),
    });
    assert.deepEqual([error.reason, error.params], ['credentialsExpired', { date: '2026-11-09' }]);
  });
  it('conso-api: for another meter', async () => {
    const error = await check('conso-api', { token: createToken({ sub: ['11453290002823'] }) });
    assert.deepEqual(
      [error.reason, error.params],
      ['credentialsForeign', { usagePointId: '22516•••••4270', found: '11453•••••2823' }],
    );
  });
  it('conso-api: not a token of Conso API, unless the relay is one’s own', async () => {
    assert.equal((await check('conso-api', { token: 'just-some-text' })).reason, 'credentialsRefused');
    const own = settings('conso-api', { token: 'just-some-text', baseUrl: 'http://localhost:3000' });
    (await openGateway(own, { ...recorder(DAYS_2026), now })).check(PDL);
  });
});

describe('gateways: readConsoToken', () => {
  it('reads who and when', () => {
    const token = createToken({ sub: [PDL, '11453290002823'], iat: 1_790_812_800, exp: 1_885_000_000 });
    const expected = {
      usagePointIds: [PDL, '11453290002823'],
      issuedAt: 1_790_812_800_000,
      expiresAt: 1_885_000_000_000,
    };
    assert.deepEqual(readConsoToken(token), expected);
    assert.deepEqual(readConsoToken(` Bearer ${token}\n`), expected);
    assert.deepEqual(readConsoToken(createToken({ sub: PDL }))?.usagePointIds, [PDL]);
  });
  it('takes no end that is no date', () => {
    for (const exp of [-1e20, 1e20, -1, NaN, '1885000000'])
      assert.equal(readConsoToken(createToken({ sub: PDL, exp: exp as number }))?.expiresAt, null, `${exp}`);
  });
  for (const text of [
    '',
    'x',
    'a.b',
    'a.b.c',
    'a.bnVsbA.c',
    `a.${Buffer.from('[]').toString('base64url')}`,
  ]) {
    it(`null for ${text}`, () => assert.equal(readConsoToken(text), null));
  }
  it('says nothing it does not know', () => {
    const bare = `a.${Buffer.from('{"sub":"me","exp":"soon"}').toString('base64url')}.c`;
    assert.deepEqual(readConsoToken(bare), { usagePointIds: [], issuedAt: null, expiresAt: null });
  });
});

describe('gateways: base addresses', () => {
  for (const [text, expected] of [
    ['https://example.org', 'https://example.org'],
    ['https://example.org/', 'https://example.org'],
    ['https://Example.org:8443/a/b/', 'https://example.org:8443/a/b'],
    ['https://example.org./a', 'https://example.org/a'],
    ['http://localhost:3000', 'http://localhost:3000'],
    ['http://127.0.0.53/x', 'http://127.0.0.53/x'],
    ['http://[::1]:80/', 'http://[::1]'],
  ] as const) {
    it(text, () => assert.equal(parseBaseUrl(text), expected));
  }
  for (const [text, problem] of [
    ['', 'address'],
    ['example.org', 'address'],
    ['http://example.org', 'scheme'],
    ['http://127.0.0.1.example.org', 'scheme'],
    ['http://192.168.1.2', 'scheme'],
    ['ftp://localhost', 'scheme'],
    ['javascript:alert(1)', 'scheme'],
    ['https://me:secret@example.org', 'credentials'],
    ['https://example.org/?token=1', 'extra'],
    ['https://example.org/#x', 'extra'],
  ] as const) {
    it(`${text} is refused: ${problem}`, async () => {
      const error = await reasonOf(() => parseBaseUrl(text));
      assert.deepEqual([error.reason, error.params], ['configBaseUrl', { problem }]);
    });
  }
  it('a gateway can’t be opened on a wrong one', async () => {
    for (const kind of KINDS.slice(0, 4)) {
      const error = await reasonOf(() =>
        openGateway(settings(kind, { baseUrl: 'http://example.org' }), { ...recorder(DAYS_2026), now }),
      );
      assert.equal(error.reason, 'configBaseUrl');
    }
  });
});

describe('conso-api: a relay that only knows the older names', () => {
  const invalid = json(400, {
    status: 400,
    message: 'Paramètres invalides',
    error: { issues: [{ path: ['type'] }, { path: ['prm'] }] },
  });
  const old = (request: HttpRequest): HttpResponse => (request.url.includes('?prm=') ? DAYS_V5 : invalid);
  const open = (tools: { send: Send }, clock = now) =>
    openConsoApi(consoApi, settings('conso-api'), { ...tools, now: clock });

  it('is asked by them, and from then on at once', async () => {
    const { send, asked } = recorder(old);
    const gateway = open({ send });
    assert.equal(gateway.dialect, '2026');
    assert.equal((await gateway.measures(daily)).measures.length, 1);
    assert.equal(gateway.dialect, 'v5');
    assert.equal((await gateway.measures(daily)).measures.length, 1);
    assert.deepEqual(
      asked.map(({ url }) => new URL(url).pathname),
      ['/api/consommation_quotidienne', '/api/daily_consumption', '/api/daily_consumption'],
    );
    assert.equal(new URL(asked[1]!.url).search, `?prm=${PDL}&start=2026-11-01&end=2026-11-03`);
  });

  it('is tried by the newer ones again a day later', async () => {
    let time = NOW;
    const { send, asked } = recorder(old);
    const gateway = open({ send }, () => time);
    await gateway.measures(daily);
    time += 24 * 3_600_000;
    await gateway.measures(daily);
    assert.equal(asked.length, 4);
  });

  it('is known to all who share what was learnt', async () => {
    const { send, asked } = recorder(old);
    const memory = {};
    const opened = () => openConsoApi(consoApi, settings('conso-api'), { send, now, memory });
    await opened().measures(daily);
    await opened().measures(daily);
    assert.equal(asked.length, 3);
    const elsewhere = openConsoApi(consoApi, settings('conso-api', { baseUrl: 'https://relay.example' }), {
      send,
      now,
      memory,
    });
    assert.equal(elsewhere.dialect, '2026');
  });

  it('once updated, is asked by the newer ones', async () => {
    let updated = false;
    const { send } = recorder((request) => (request.url.includes('?prm=') !== updated ? DAYS_2026 : invalid));
    const gateway = open({ send });
    await gateway.measures(daily);
    updated = true;
    await gateway.measures(daily);
    assert.equal(gateway.dialect, '2026');
  });

  it('a refusal about data teaches too', async () => {
    const gateway = open(recorder(invalid, json(404, { error: 'no_data_found' })));
    assert.equal((await reasonOf(() => gateway.measures(daily))).reason, 'noData');
    assert.equal(gateway.dialect, 'v5');
  });

  it('where neither is known nothing is learnt, and an outage teaches nothing', async () => {
    const neither = open(recorder(invalid));
    assert.equal((await reasonOf(() => neither.measures(daily))).reason, 'responseStatus');
    assert.equal(neither.dialect, '2026');
    const failing = open(recorder(invalid, json(502, {})));
    assert.equal((await reasonOf(() => failing.measures(daily))).reason, 'gatewayFailing');
    assert.equal(failing.dialect, '2026');
  });

  it('any other refusal costs one request', async () => {
    for (const answer of [
      json(404, { error: 'no_data_found' }),
      json(401, {}),
      json(429, {}),
      json(500, {}),
    ]) {
      const { send, asked } = recorder(answer);
      await reasonOf(() => open({ send }).measures(daily));
      assert.equal(asked.length, 1);
    }
  });
});

describe('data-connect: the application’s token', () => {
  const tokenServer = (measures: (token: string) => HttpResponse, life: unknown = 12_600) => {
    let issued = 0;
    return recorder((request) =>
      request.method === 'POST'
        ? json(200, { access_token: `app-token-${++issued}`, expires_in: life })
        : measures(request.headers.Authorization!.slice(7)),
    );
  };
  const posts = (asked: readonly HttpRequest[]): number =>
    asked.filter(({ method }) => method === 'POST').length;

  it('is asked for by POST, Basic and form, never in the address', async () => {
    const { send, asked } = tokenServer(() => DAYS_2026);
    await (await openGateway(settings('data-connect'), { send, now })).measures(daily);
    const basic = Buffer.from(`${SECRETS.clientId}:${SECRETS.clientSecret}`).toString('base64');
    assert.deepEqual(asked[0], {
      method: 'POST',
      url: 'https://gw.ext.prod.api.enedis.fr/oauth2/v3/token',
      headers: {
        Authorization: `Basic ${basic}`,
        'Content-Type': 'application/x-www-form-urlencoded',
        Accept: 'application/json',
      },
      body: 'grant_type=client_credentials',
    });
  });

  for (const life of [12_600, '12600']) {
    it(`is kept until shortly before its end (${typeof life})`, async () => {
      let time = NOW;
      const { send, asked } = tokenServer(() => DAYS_2026, life);
      const gateway = await openGateway(settings('data-connect'), { send, now: () => time });
      await gateway.measures(daily);
      time += 12_000_000;
      await gateway.measures(daily);
      assert.equal(posts(asked), 1);
      time += 400_000;
      await gateway.measures(daily);
      assert.equal(posts(asked), 2);
    });
  }

  it('is one for all who wait', async () => {
    const { send, asked } = tokenServer(() => DAYS_2026);
    const gateway = await openGateway(settings('data-connect'), { send, now });
    await Promise.all([1, 2, 3].map(() => gateway.measures(daily)));
    assert.equal(posts(asked), 1);
  });

  it('is one for all meters of an application, and not for another’s', async () => {
    const { send, asked } = tokenServer(() => DAYS_2026);
    const tools = { send, now, memory: {} };
    const one = await openGateway(settings('data-connect'), tools);
    const other = await openGateway(settings('data-connect'), tools);
    await Promise.all([one.measures(daily), other.measures(daily)]);
    assert.equal(posts(asked), 1);
    const stranger = await openGateway({ ...settings('data-connect'), clientSecret: 'another' }, tools);
    await stranger.measures(daily);
    assert.equal(posts(asked), 2);
  });

  it('is kept for the applications opened last: those that were only tried out don’t pile up', async () => {
    const { send, asked } = tokenServer(() => DAYS_2026);
    const tools = { send, now, memory: {} };
    const ask = async (clientId: string): Promise<void> => {
      await (await openGateway({ ...settings('data-connect'), clientId }, tools)).measures(daily);
    };
    await ask('tried');
    await ask('used');
    for (let other = 0; other < 18; other++) await ask(`other-${other}`);
    await ask('used');
    await ask('one-more');
    const before = posts(asked);
    await ask('used');
    assert.equal(posts(asked), before);
    await ask('tried');
    assert.equal(posts(asked), before + 1);
  });

  it('is renewed once when refused, even for several at a time', async () => {
    const { send, asked } = tokenServer((token) =>
      token === 'app-token-1' ? json(401, { code: '900901' }) : DAYS_2026,
    );
    const gateway = await openGateway(settings('data-connect'), { send, now });
    await Promise.all([1, 2, 3].map(() => gateway.measures(daily)));
    assert.equal(posts(asked), 2);
  });

  it('refused twice, it is the application that is refused', async () => {
    const { send, asked } = tokenServer(() => json(401, {}));
    const gateway = await openGateway(settings('data-connect'), { send, now });
    assert.equal((await reasonOf(() => gateway.measures(daily))).reason, 'credentialsRefused');
    assert.equal(asked.length, 4);
  });

  const refusals: readonly (readonly [HttpResponse, Reason])[] = [
    [json(400, { error: 'invalid_client', error_description: 'x y' }), 'credentialsRefused'],
    [json(400, { error: 'invalid_request', error_description: 'x y' }), 'credentialsRefused'],
    [json(401, {}), 'credentialsRefused'],
    [json(403, {}), 'credentialsRefused'],
    [json(429, {}), 'quotaGateway'],
    [json(500, {}), 'enedisFailing'],
    [json(503, {}), 'gatewayFailing'],
    [json(200, { hello: 1 }), 'responseShape'],
    [json(200, { access_token: 'a\nb' }), 'responseShape'],
    [{ status: 200, headers: {}, body: '<html>' }, 'responseHtml'],
  ];
  for (const [answer, reason] of refusals) {
    it(`${answer.status} ${answer.body}: ${reason}`, async () => {
      const gateway = await openGateway(settings('data-connect'), { ...recorder(answer), now });
      assert.equal((await reasonOf(() => gateway.measures(daily))).reason, reason);
    });
  }

  it('one who leaves doesn’t spoil it for the others; the last one leaving ends the request', async () => {
    let give: (response: HttpResponse) => void = () => undefined;
    const signals: AbortSignal[] = [];
    const send: Send = (request, signal) => {
      if (request.method !== 'POST') return Promise.resolve(DAYS_2026);
      signals.push(signal!);
      return new Promise((resolve, reject) => {
        give = resolve;
        signal!.addEventListener('abort', () => reject(new Error('aborted')));
      });
    };
    const gateway = await openGateway(settings('data-connect'), { send, now });
    const [first, second] = [new AbortController(), new AbortController()];
    const reason = new Error('closing');
    const left = gateway.measures(daily, first.signal);
    const stayed = gateway.measures(daily, second.signal);
    first.abort(reason);
    await assert.rejects(left, reason);
    give(TOKEN_ANSWER);
    assert.equal((await stayed).measures.length, 1);
    assert.equal(signals.length, 1);

    const alone = await openGateway(settings('data-connect'), { send, now });
    const third = new AbortController();
    const gone = alone.measures(daily, third.signal);
    third.abort(reason);
    await assert.rejects(gone, reason);
    assert.equal(signals.length, 2);
    assert.equal(signals[1]!.aborted, true);
  });
});

describe('data-connect: the subscribed services', () => {
  const ask = (servicesSlash: boolean | undefined, fault?: Fault, tools: Partial<GatewayTools> = {}) => {
    const simulator = createSimulator({
      clock: { now },
      usagePoints: { [PDL]: { consumption: true } },
      ...(servicesSlash === undefined ? {} : { servicesSlash }),
    });
    if (fault) simulator.inject({ fault, when: { resource: 'subscribed_services' } });
    const asked: string[] = [];
    const send: Send = async (request) => {
      asked.push(new URL(request.url).pathname);
      const headers = Object.fromEntries(
        Object.entries(request.headers).map(([name, value]) => [name.toLowerCase(), value]),
      );
      const answer = await simulator.handle({ ...request, headers });
      // As over HTTP, where no redirect is followed.
      if (answer.headers.location !== undefined) throw new EnedisError('responseRedirect');
      return { ...answer, body: answer.body.toString() };
    };
    const list = async (): Promise<OpenUsagePoint[]> => {
      const gateway = await openGateway(settings('data-connect'), { send, now, ...tools });
      return gateway.services?.({ pointId: [PDL] }) ?? assert.fail('it lists no services');
    };
    return { asked, points: list(), pressAgain: list };
  };
  const TOKEN = '/oauth2/v3/token';
  const PLAIN = '/subscribed_services/v1';

  for (const [servicesSlash, expected] of [
    [undefined, [TOKEN, PLAIN]],
    [false, [TOKEN, PLAIN]],
    [true, [TOKEN, PLAIN, `${PLAIN}/`]],
  ] as const) {
    it(`are found where the last slash is ${servicesSlash === undefined ? 'either' : servicesSlash ? 'needed' : 'wrong'}`, async () => {
      const { asked, points } = ask(servicesSlash);
      assert.deepEqual(
        (await points).map(({ usagePointId }) => usagePointId),
        [PDL],
      );
      assert.deepEqual(asked, expected);
    });
  }

  it('are found by a test with its second press, where the last slash is needed', async () => {
    const tools = { once: true, memory: {} };
    const first = ask(true, undefined, tools);
    assert.equal((await reasonOf(() => first.points)).reason, 'responseStatus');
    assert.deepEqual(first.asked, [TOKEN, PLAIN]);
    assert.equal((await first.pressAgain()).length, 1);
    // The token of the first press is still good.
    assert.deepEqual(first.asked.slice(2), [`${PLAIN}/`]);
  });

  it('are asked for once more where a redirect is the answer, and no more', async () => {
    const { asked, points } = ask(undefined, faults.redirect('https://elsewhere.example/'));
    assert.equal((await reasonOf(() => points)).reason, 'responseRedirect');
    assert.deepEqual(asked, [TOKEN, PLAIN, `${PLAIN}/`]);
  });

  it('aren’t asked for again where a refusal says why', async () => {
    for (const name of ['STM-ERR-0000019', 'no_data_found', 'ADAM-DC-0008', 'technical_error'] as const) {
      const { asked, points } = ask(undefined, faults.error(name));
      await reasonOf(() => points);
      assert.deepEqual(asked, [TOKEN, PLAIN], name);
    }
  });
});

describe('gateways against the simulated Enedis', () => {
  /** The October change lies inside; 48 half-hours a day but 50 on the 25th. */
  const period = { start: '2026-10-23', end: '2026-10-28' };
  for (const kind of KINDS) {
    for (const [direction, series] of [
      ['consumption', 'daily'],
      ['consumption', 'loadCurve'],
      ['consumption', 'maxPower'],
      ['production', 'daily'],
      ['production', 'loadCurve'],
    ] as const) {
      it(`${kind} ${direction} ${series}`, async () => {
        const simulator = createSimulator({ clock: { now } });
        const send: Send = async (request) => {
          const headers = Object.fromEntries(
            Object.entries(request.headers).map(([name, value]) => [name.toLowerCase(), value]),
          );
          const { status, headers: received, body } = await simulator.handle({ ...request, headers });
          return { status, headers: received, body: body.toString() };
        };
        const gateway = await openGateway(settings(kind), { send, now });
        const { measures, blanks, problems } = await gateway.measures({
          usagePointId: PDL,
          direction,
          series,
          ...period,
        });
        assert.deepEqual([blanks, problems], [[], []]);
        const truth = simulator.truth(PDL, direction, series, period.start, period.end);
        assert.deepEqual(
          measures.map(({ start, end, amount }) => [start, end, amount]),
          truth.map(({ start, end, amount }) => [start, end, amount]),
        );
      });
    }
  }

  it('the demo makes no request and knows any PDL', async () => {
    const send: Send = () => assert.fail('a request to the outside');
    const gateway = await openGateway({ kind: 'demo' }, { send, now });
    gateway.check('98765432109876');
    for (let request = 0; request < 120; request++) {
      const { measures } = await gateway.measures({ ...daily, usagePointId: '98765432109876' });
      assert.equal(measures.length, 2);
    }
  });
});
