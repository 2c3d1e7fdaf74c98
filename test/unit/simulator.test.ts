// The simulated Enedis against its specification: what every other test of collection leans on.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { DateTime } from 'luxon';
import {
  createSimulator,
  createToken,
  FAILURE_NAMES,
  faults,
  listen,
  type Simulator,
  type SimulatorOptions,
  type SimulatorResponse,
} from '../../lib/simulator';

const PDL = '22516914714270';
const paris = (text: string): number => DateTime.fromISO(text, { zone: 'Europe/Paris' }).toMillis();

interface Bench {
  simulator: Simulator;
  clock: { time: number; now(): number };
}

function bench(now = '2026-11-10T12:00', options: Partial<SimulatorOptions> = {}): Bench {
  const clock = { time: paris(now), now: () => clock.time };
  return { clock, simulator: createSimulator({ clock, ...options }) };
}

function parsed(response: SimulatorResponse): unknown {
  return JSON.parse(response.body.toString());
}

interface Body2026 {
  idPrm: string;
  periode: { dateDebut: string; dateFin: string };
  grandeur: [
    { grandeurMetier: string; unite: string; points: { v: string | null; d: string; p?: string }[] },
  ];
}

interface ConsoQuery {
  type?: string;
  pointId?: string;
  start: string;
  end: string;
  token?: string;
}

async function conso(simulator: Simulator, query: ConsoQuery): Promise<SimulatorResponse> {
  const { type = 'consommation_quotidienne', pointId = PDL, start, end, token = 'any' } = query;
  return simulator.handle({
    method: 'GET',
    url: `/api/${type}?pointId=${pointId}&dateDebut=${start}&dateFin=${end}`,
    headers: { authorization: `Bearer ${token}` },
  });
}

async function points(simulator: Simulator, query: ConsoQuery): Promise<Body2026['grandeur'][0]['points']> {
  const response = await conso(simulator, query);
  assert.equal(response.status, 200, response.body.toString());
  return (parsed(response) as Body2026).grandeur[0].points;
}

/** The code Enedis gave, through Conso's wrapper. */
async function enedisError(simulator: Simulator, query: ConsoQuery): Promise<string> {
  const response = await conso(simulator, query);
  const body = parsed(response) as { status: number; error: { error?: string; code?: string } };
  assert.equal(body.status, response.status);
  return `${response.status} ${body.error.error ?? body.error.code}`;
}

const CURVE = 'courbe_de_charge_consommation';

describe('the household', () => {
  it('has 46, 48 or 50 even half-hours a day that add up to the day, below the peak', () => {
    const { simulator } = bench();
    const sum = (list: { amount: number }[]): number => list.reduce((total, { amount }) => total + amount, 0);
    const dates = fc.oneof(
      fc
        .integer({ min: 0, max: 1000 })
        .map((n) => DateTime.utc(2024, 1, 1).plus({ days: n }).toFormat('yyyy-MM-dd')),
      fc.constantFrom('2024-03-31', '2025-03-30', '2026-03-29', '2024-10-27', '2025-10-26', '2026-10-25'),
    );
    fc.assert(
      fc.property(dates, fc.constantFrom('consumption', 'production'), (date, direction) => {
        const day = DateTime.fromISO(date, { zone: 'Europe/Paris' });
        const next = day.plus({ days: 1 });
        const end = next.toFormat('yyyy-MM-dd');
        const curve = simulator.truth(PDL, direction, 'loadCurve', date, end);
        const [daily] = simulator.truth(PDL, direction, 'daily', date, end);
        assert.equal(curve.length, next.diff(day, 'hours').hours * 2);
        assert.equal(curve[0]?.start, day.toMillis());
        assert.equal(curve.at(-1)?.end, next.toMillis());
        for (const { amount } of curve) assert.ok(amount >= 0 && amount % 2 === 0);
        assert.equal(daily?.amount, sum(curve) / 2);
        if (direction === 'consumption') {
          const [peak] = simulator.truth(PDL, direction, 'maxPower', date, end);
          assert.ok((peak?.amount ?? 0) >= Math.max(...curve.map(({ amount }) => amount)));
          assert.ok(Number.isInteger(peak?.amount));
          assert.ok((peak?.at ?? 0) >= day.toMillis() && (peak?.at ?? 0) < next.toMillis());
        }
      }),
      { numRuns: 150, seed: 7 },
    );
  });

  it('holds the same energy whatever the step, each a whole number of watt-hours', () => {
    const total = (minutes: 5 | 10 | 15 | 30 | 60): number => {
      const { simulator } = bench(undefined, { usagePoints: { [PDL]: { stepMinutes: minutes } } });
      const curve = simulator.truth(PDL, 'consumption', 'loadCurve', '2026-10-25', '2026-10-26');
      assert.equal(curve.length, (25 * 60) / minutes);
      for (const { amount } of curve) assert.equal(amount % (60 / minutes), 0);
      return curve.reduce((sum, { amount }) => sum + (amount * minutes) / 60, 0);
    };
    assert.equal(new Set(([5, 10, 15, 30, 60] as const).map(total)).size, 1);
  });

  it('is believable: dark nights, sunny summers, cold winters, lively evenings', () => {
    const { simulator } = bench();
    const sum = (from: string, to: string, direction: 'consumption' | 'production'): number =>
      simulator.truth(PDL, direction, 'daily', from, to).reduce((total, { amount }) => total + amount, 0);
    assert.ok(
      sum('2026-01-01', '2026-02-01', 'consumption') > 1.8 * sum('2026-07-01', '2026-08-01', 'consumption'),
    );
    assert.ok(
      sum('2026-07-01', '2026-08-01', 'production') > 2 * sum('2026-01-01', '2026-02-01', 'production'),
    );
    const year = sum('2025-01-01', '2026-01-01', 'consumption') / 1000;
    assert.ok(year > 3000 && year < 15_000, `${year} kWh a year`);
    const night = simulator
      .truth(PDL, 'production', 'loadCurve', '2026-06-01', '2026-06-30')
      .filter(({ start }) =>
        [23, 0, 1, 2, 3].includes(DateTime.fromMillis(start, { zone: 'Europe/Paris' }).hour),
      );
    assert.ok(night.length > 200 && night.every(({ amount }) => amount === 0));
  });

  it('depends on the seed and the usage point, not on the order of the questions', () => {
    const ask = (seed: number, id = PDL): string => {
      const { simulator } = bench(undefined, { seed });
      if (seed === 1) simulator.truth(id, 'consumption', 'daily', '2025-01-01', '2025-02-01');
      return JSON.stringify(simulator.truth(id, 'consumption', 'loadCurve', '2026-05-01', '2026-05-03'));
    };
    assert.equal(ask(1), ask(1));
    const { simulator } = bench();
    assert.equal(
      ask(1),
      JSON.stringify(simulator.truth(PDL, 'consumption', 'loadCurve', '2026-05-01', '2026-05-03')),
    );
    assert.notEqual(ask(1), ask(2));
    assert.notEqual(ask(1), ask(1, '12345678901234'));
  });

  it('nets self-consumption: never both directions in one interval', () => {
    const { simulator } = bench();
    const curve = (direction: 'consumption' | 'production') =>
      simulator.truth('12655648759651', direction, 'loadCurve', '2026-06-01', '2026-06-08');
    const [drawn, injected] = [curve('consumption'), curve('production')];
    assert.ok(drawn.every(({ amount }, index) => amount === 0 || injected[index]?.amount === 0));
    assert.ok(injected.some(({ amount }) => amount > 0));
  });
});

describe('measures', () => {
  it('stamps a load curve at the end of each interval, in naive local time, through both clock changes', async () => {
    const { simulator } = bench();
    const stamps = async (start: string, end: string): Promise<string[]> =>
      (await points(simulator, { type: CURVE, start, end })).map(({ d }) => d);

    const ordinary = await stamps('2026-11-02', '2026-11-03');
    assert.equal(ordinary.length, 48);
    assert.equal(ordinary[0], '2026-11-02 00:30:00');
    assert.equal(ordinary.at(-1), '2026-11-03 00:00:00');

    const spring = await stamps('2026-03-29', '2026-03-30');
    assert.equal(spring.length, 46);
    assert.deepEqual(
      spring.slice(2, 5).map((d) => d.slice(11, 16)),
      ['01:30', '03:00', '03:30'],
    );

    const autumn = await stamps('2026-10-25', '2026-10-26');
    assert.equal(autumn.length, 50);
    assert.deepEqual(
      autumn.slice(2, 8).map((d) => d.slice(11, 16)),
      ['01:30', '02:00', '02:30', '02:00', '02:30', '03:00'],
    );
  });

  it('sends strings only, in the shape of each generation, equal to the truth', async () => {
    const { simulator } = bench();
    const period = { start: '2026-11-02', end: '2026-11-04' };
    const body = parsed(await conso(simulator, { type: CURVE, ...period })) as Body2026;
    assert.deepEqual(Object.keys(body), [
      'idPrm',
      'etapeMetier',
      'periode',
      'modeCalcul',
      'grandeur',
      'contexte',
    ]);
    assert.deepEqual(body.periode, { dateDebut: '2026-11-02', dateFin: '2026-11-04' });
    const truth = simulator.truth(PDL, 'consumption', 'loadCurve', period.start, period.end);
    assert.deepEqual(
      body.grandeur[0].points.map(({ v }) => v),
      truth.map(({ amount }) => String(amount)),
    );
    assert.deepEqual(body.grandeur[0].points[0], {
      v: String(truth[0]?.amount),
      d: '2026-11-02 00:30:00',
      p: 'PT30M',
      n: 'B',
      iv: '0',
      ec: '0',
    });

    const peaks = await points(simulator, { type: 'puissance_conso_max_quotidienne', ...period });
    const [peak] = simulator.truth(PDL, 'consumption', 'maxPower', period.start, period.end);
    assert.equal(paris((peaks[0]?.d ?? '').replace(' ', 'T')), peak?.at);

    const old = parsed(await conso(simulator, { type: 'daily_consumption', ...period }));
    const [first, second] = simulator.truth(PDL, 'consumption', 'daily', period.start, period.end);
    assert.deepEqual(old, {
      usage_point_id: PDL,
      ...period,
      quality: 'BRUT',
      reading_type: { unit: 'Wh', measurement_kind: 'energy', aggregate: 'sum', measuring_period: 'P1D' },
      interval_reading: [
        { value: String(first?.amount), date: '2026-11-02' },
        { value: String(second?.amount), date: '2026-11-03' },
      ],
    });
  });

  it('refuses the periods Enedis refuses', async () => {
    const { simulator } = bench('2026-11-10T12:00', {
      usagePoints: {
        [PDL]: {},
        '10000000000001': { activatedOn: '2026-09-01', consentSince: '2026-08-01' },
        '10000000000002': { consumption: false, production: true },
        '10000000000003': { loadCurve: 'opposed' },
        '10000000000004': { loadCurve: false },
        '10000000000005': { consentUntil: '2026-11-10' },
      },
    });
    const refused = (query: ConsoQuery): Promise<string> => enedisError(simulator, query);
    const week = { start: '2026-11-02', end: '2026-11-09' };
    assert.equal(await refused({ start: '2026-11-02', end: '2026-11-02' }), '400 ADAM-ERR0002');
    assert.equal(await refused({ start: '2026-11-02', end: '2026-11-11' }), '400 invalid_request');
    assert.equal(await refused({ pointId: '1234567890123X', ...week }), '400 invalid_request');
    assert.equal(await refused({ type: CURVE, start: '2026-11-01', end: '2026-11-09' }), '400 ADAM-ERR0126');
    assert.equal((await points(simulator, { type: CURVE, ...week })).length, 336);
    assert.equal(await refused({ type: CURVE, start: '2024-10-25', end: '2024-10-26' }), '400 ADAM-ERR0125');
    assert.equal(
      (await conso(simulator, { type: CURVE, start: '2024-10-26', end: '2024-10-27' })).status,
      200,
    );
    assert.equal(await refused({ start: '2023-10-25', end: '2023-10-27' }), '400 ADAM-ERR0125');
    assert.equal((await conso(simulator, { start: '2023-10-26', end: '2023-10-27' })).status, 200);
    assert.equal(
      await refused({ pointId: '10000000000001', start: '2026-08-15', end: '2026-11-01' }),
      '400 ADAM-ERR0123',
    );
    assert.equal(
      await refused({ pointId: '10000000000001', start: '2026-07-31', end: '2026-11-01' }),
      '403 ADAM-DC-0009',
    );
    assert.equal(await refused({ pointId: '10000000000002', ...week }), '400 ADAM-ERR0069');
    assert.equal(await refused({ pointId: '10000000000003', type: CURVE, ...week }), '400 ADAM-ERR0075');
    assert.equal(await refused({ pointId: '10000000000004', type: CURVE, ...week }), '404 no_data_found');
    assert.equal(await refused({ pointId: '10000000000005', ...week }), '403 ADAM-DC-0008');
    assert.equal(await refused({ pointId: '99999999999998', ...week }), '403 ADAM-DC-0008');
  });

  it('publishes yesterday at the hour, and another day when told to', async () => {
    const { simulator, clock } = bench('2026-11-10T07:59');
    const one = { start: '2026-11-09', end: '2026-11-10' };
    const two = { start: '2026-11-08', end: '2026-11-10' };
    assert.equal(await enedisError(simulator, one), '404 no_data_found');
    assert.deepEqual(
      (await points(simulator, two)).map(({ d }) => d),
      ['2026-11-08'],
    );
    clock.time = paris('2026-11-10T08:00');
    assert.equal((await points(simulator, one)).length, 1);
    simulator.publish({ date: '2026-11-09', at: 'never', series: 'loadCurve' });
    assert.equal(await enedisError(simulator, { type: CURVE, ...one }), '404 no_data_found');
    assert.equal((await points(simulator, one)).length, 1);
    simulator.publish({ date: '2026-11-09', at: paris('2026-11-12T10:00') });
    assert.equal(await enedisError(simulator, one), '404 no_data_found');
    clock.time = paris('2026-11-12T10:00');
    assert.equal((await points(simulator, { type: CURVE, ...one })).length, 48);
  });

  it('corrects a day from a moment on, curve and daily alike', async () => {
    const { simulator, clock } = bench();
    const day = { start: '2026-11-08', end: '2026-11-09' };
    simulator.correct({ date: '2026-11-08', factor: 1.1, at: clock.time + 1000 });
    const before = await points(simulator, day);
    clock.time += 1000;
    const after = await points(simulator, day);
    assert.ok(Number(after[0]?.v) > Number(before[0]?.v));
    const curve = await points(simulator, { type: CURVE, ...day });
    assert.equal(curve.reduce((sum, { v }) => sum + Number(v), 0) / 2, Number(after[0]?.v));
  });

  it('shows what each fictional usage point is there to show', async () => {
    const { simulator } = bench();
    const of = (pointId: string, date: number): Promise<unknown[]> =>
      points(simulator, { type: CURVE, pointId, start: `2026-11-0${date}`, end: `2026-11-0${date + 1}` });
    assert.equal((await of('42900589957123', 2)).length, 48);
    assert.equal((await of('42900589957123', 3)).length, 40, 'Tuesday');
    assert.equal((await of('42900589957123', 4)).length, 40, 'Wednesday');
    const week = { start: '2026-11-02', end: '2026-11-03' };
    assert.equal(
      await enedisError(simulator, { type: CURVE, pointId: '32320647321714', ...week }),
      '404 no_data_found',
    );
    assert.equal(await enedisError(simulator, { pointId: '24880057139941', ...week }), '400 ADAM-ERR0069');
    assert.equal(await enedisError(simulator, { pointId: '26584978546985', ...week }), '403 ADAM-DC-0008');
    simulator.setStep(PDL, '2026-11-04', 60);
    const mixed = await points(simulator, { type: CURVE, start: '2026-11-03', end: '2026-11-05' });
    assert.deepEqual(
      mixed.map(({ p }) => p),
      [...Array<string>(48).fill('PT30M'), ...Array<string>(24).fill('PT60M')],
    );
  });
});

describe('Conso API', () => {
  const day = { start: '2026-11-02', end: '2026-11-03' };

  it('checks the token: there, for this usage point, not expired', async () => {
    const { simulator, clock } = bench();
    const now = clock.time / 1000;
    const status = async (token: string): Promise<number> =>
      (await conso(simulator, { ...day, token })).status;
    assert.equal(await status(createToken({ sub: [PDL], exp: now + 60 })), 200);
    assert.equal(await status(createToken({ sub: [PDL], exp: now - 1 })), 401);
    assert.equal(await status(createToken({ sub: ['12345678901234'], exp: now + 60 })), 401);
    assert.equal(await status(''), 400);
    const strict = bench(undefined, { tokens: ['good'] }).simulator;
    assert.equal((await conso(strict, { ...day, token: 'bad' })).status, 401);
    assert.equal((await conso(strict, { ...day, token: 'good' })).status, 200);
  });

  it('as an old relay knows neither the new types nor the new parameters', async () => {
    const { simulator } = bench(undefined, { generations: ['v5'] });
    const refused = parsed(await conso(simulator, day)) as { message: string; error: { issues: unknown[] } };
    assert.equal(refused.message, 'Paramètres invalides');
    assert.ok(refused.error.issues.length > 0);
    const ask = (query: string): Promise<SimulatorResponse> =>
      simulator.handle({
        method: 'GET',
        url: `/api/daily_consumption?${query}`,
        headers: { authorization: 'Bearer any' },
      });
    assert.equal((await ask(`pointId=${PDL}&dateDebut=2026-11-02&dateFin=2026-11-03`)).status, 400);
    assert.equal((await ask(`prm=${PDL}&start=2026-11-02&end=2026-11-03`)).status, 200);
  });

  it('bans an address for good after 100 requests in 12 hours, and no other', async () => {
    const { simulator, clock } = bench();
    for (let count = 0; count < 99; count++) await conso(simulator, day);
    clock.time += 12 * 3_600_000;
    await conso(simulator, day);
    assert.equal(simulator.isBanned(), false, '100 requests, but over more than 12 hours');
    for (let count = 1; count < 100; count++) assert.equal((await conso(simulator, day)).status, 200);
    const banned = await conso(simulator, day);
    assert.equal(banned.status, 403);
    assert.match(banned.headers['content-type'] ?? '', /html/);
    clock.time += 365 * 86_400_000;
    assert.equal((await conso(simulator, day)).status, 403);
    assert.equal(simulator.isBanned('another'), false);
    assert.equal(simulator.count({ dialect: 'conso-api', status: 403 }), 2);
  });
});

describe('MyElectricalData', () => {
  const v2 = (
    simulator: Simulator,
    route: string,
    headers: Record<string, string> = {},
  ): Promise<SimulatorResponse> =>
    simulator.handle({
      method: 'GET',
      url: `/api/enedis/${route}`,
      headers: { authorization: 'Bearer x', ...headers },
    });
  const v1 = (simulator: Simulator, path: string, authorization = 'raw'): Promise<SimulatorResponse> =>
    simulator.handle({ method: 'GET', url: path, headers: { authorization } });

  it('v2 wraps everything, answers 200 to errors, and moves stamps naively to the start', async () => {
    const { simulator } = bench();
    const route = `consumption/detail/${PDL}?start=2026-10-25&end=2026-10-26`;
    const current = await v2(simulator, route, { 'x-med-format': '2026' });
    const body = parsed(current) as { success: boolean; data: Body2026; error: null; timestamp: string };
    assert.equal(body.success, true);
    const labels = body.data.grandeur[0].points.map(({ d }) => d.slice(11, 16));
    assert.equal(labels.length, 50);
    assert.deepEqual(labels.slice(2, 8), ['01:00', '01:30', '02:00', '01:30', '02:00', '02:30']);
    assert.equal(current.headers.deprecation, undefined);

    const old = await v2(simulator, route);
    assert.equal(old.headers.deprecation, 'true');
    assert.ok('meter_reading' in (parsed(old) as { data: object }).data);

    const failed = await v2(simulator, `production/daily/12345678901234?start=2026-11-01&end=2026-11-02`);
    assert.equal(failed.status, 200);
    assert.equal((parsed(failed) as { error: { code: string } }).error.code, 'ENEDIS_ERROR');
    const tooOld = await v2(simulator, `consumption/detail/${PDL}?start=2024-11-09&end=2024-11-10`);
    assert.equal((parsed(tooOld) as { error: { code: string } }).error.code, 'DATE_TOO_OLD');
    const capped = await v2(simulator, `consumption/daily/${PDL}?start=2026-11-08&end=2027-01-01`, {
      'x-med-format': '2026',
    });
    assert.equal((parsed(capped) as { data: Body2026 }).data.periode.dateFin, '2026-11-10');
  });

  it('allows 50 uncached calls a day, and more from the cache', async () => {
    const { simulator, clock } = bench();
    const route = `consumption/daily/${PDL}?start=2026-10-01&end=2026-10-10`;
    const code = async (query = ''): Promise<string | undefined> => {
      clock.time += 1000;
      const body = parsed(await v2(simulator, route + query)) as { error: { code: string } | null };
      return body.error?.code;
    };
    for (let count = 0; count < 50; count++) assert.equal(await code(), undefined);
    assert.equal(await code(), 'RATE_LIMIT_EXCEEDED');
    assert.equal(await code('&use_cache=true'), undefined);
    assert.equal(simulator.count({ cached: true }), 1);
    clock.time = paris('2026-11-11T00:00');
    assert.equal(await code(), undefined);
  });

  it('v1 wants a raw token, sends v5 with its envelope, and 409 beyond its quota', async () => {
    const { simulator } = bench();
    const path = `/daily_consumption_max_power/${PDL}/start/2026-11-02/end/2026-11-04`;
    const body = parsed(await v1(simulator, path)) as { meter_reading: { reading_type: { unit: string } } };
    assert.equal(body.meter_reading.reading_type.unit, 'VA');
    assert.equal((await v1(simulator, path, 'Bearer raw')).status, 403);
    const none = await v1(simulator, `/daily_consumption/${PDL}/start/2026-11-10/end/2026-11-10`);
    assert.ok('detail' in (parsed(none) as object));
    for (let count = 2; count < 50; count++) assert.equal((await v1(simulator, path)).status, 200);
    assert.equal((await v1(simulator, path)).status, 409);
    assert.equal((await v1(simulator, `${path}/cache`)).status, 200);
    const access = parsed(await v1(simulator, `/valid_access/${PDL}`)) as Record<string, unknown>;
    assert.deepEqual(
      [access.valid, access.call_number, access.quota_limit, access.quota_reached],
      [true, 50, 50, true],
    );
  });
});

describe('Data Connect', () => {
  const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

  async function token(simulator: Simulator): Promise<string> {
    const body = 'grant_type=client_credentials&client_id=id&client_secret=secret';
    const response = await simulator.handle({ method: 'POST', url: '/oauth2/v3/token', headers: FORM, body });
    return (parsed(response) as { access_token: string }).access_token;
  }

  function measure(simulator: Simulator, bearer: string, path: string): Promise<SimulatorResponse> {
    const url = `https://gw.ext.prod.api.enedis.fr/mesure_synchrone_auto/v2/${path}`;
    return simulator.handle({ method: 'GET', url, headers: { authorization: `Bearer ${bearer}` } });
  }

  const DAILY = `consommation_quotidienne?pointId=${PDL}&dateDebut=2026-11-02&dateFin=2026-11-04`;

  it('gives a token for credentials in the body or Basic, never in the query, and lets it die', async () => {
    const { simulator, clock } = bench(undefined, { clients: { id: 'secret' } });
    const ask = (url: string, headers: Record<string, string>, body: string): Promise<SimulatorResponse> =>
      simulator.handle({ method: 'POST', url, headers: { ...FORM, ...headers }, body });
    const grant = 'grant_type=client_credentials';
    const basic = `Basic ${Buffer.from('id:secret').toString('base64')}`;
    assert.equal((await ask('/oauth2/v3/token', { authorization: basic }, grant)).status, 200);
    assert.equal((await ask('/oauth2/v3/token?client_id=id&client_secret=secret', {}, grant)).status, 401);
    assert.equal((await ask('/oauth2/v3/token', {}, `${grant}&client_id=id&client_secret=no`)).status, 401);

    const bearer = await token(simulator);
    clock.time += 12_599_000;
    assert.equal((await measure(simulator, bearer, DAILY)).status, 200);
    clock.time += 1000;
    assert.equal((await measure(simulator, bearer, DAILY)).status, 401);
    const second = await token(simulator);
    simulator.revokeTokens();
    assert.equal((await measure(simulator, second, DAILY)).status, 401);
    assert.ok(!JSON.stringify(simulator.requests).includes('secret'));
  });

  it('answers 500 to whatever the Swagger does not list', async () => {
    const { simulator } = bench();
    const bearer = await token(simulator);
    const peak = `puissance_conso_max_quotidienne?pointId=${PDL}&dateDebut=2026-11-02&dateFin=2026-11-04`;
    assert.equal((await measure(simulator, bearer, peak)).status, 500);
    assert.equal(
      (await measure(simulator, bearer, `${peak}&mesuresPas=P1D&grandeurPhysique=PMA`)).status,
      200,
    );
    assert.equal((await measure(simulator, bearer, `${DAILY}&use_cache=1`)).status, 500);
  });

  it('throttles at 5 a second and 1000 an hour for each API, saying when to come back', async () => {
    const { simulator, clock } = bench('2026-11-10T12:10');
    const bearer = await token(simulator);
    for (let count = 0; count < 5; count++)
      assert.equal((await measure(simulator, bearer, DAILY)).status, 200);
    const rushed = await measure(simulator, bearer, DAILY);
    assert.equal((parsed(rushed) as { fault: { code: number } }).fault.code, 900807);
    for (let count = 5; count < 1000; count++) {
      clock.time += 1000;
      assert.equal((await measure(simulator, bearer, DAILY)).status, 200);
    }
    clock.time += 1000;
    const body = parsed(await measure(simulator, bearer, DAILY)) as { code: string; nextAccessTime: string };
    assert.equal(body.code, '900804');
    assert.equal(body.nextAccessTime, '2026-Nov-10 12:00:00+0000 UTC');
    clock.time = Date.parse('2026-11-10T12:00:00Z');
    assert.equal((await measure(simulator, bearer, DAILY)).status, 200);
  });

  it('shares a usage point once with an application: a second time, the page fails and leads nowhere', async () => {
    const { simulator } = bench(undefined, { redirectUri: 'http://127.0.0.1:1880/enedis/callback' });
    const consent = (application: string): string =>
      `/dataconnect/v2/oauth2/authorize?client_id=${application}&response_type=code&duration=P3Y&pointId=${PDL}`;
    const share = async (application = 'id'): Promise<[number, string | null]> => {
      const { status, headers } = await simulator.handle({
        method: 'GET',
        url: consent(application),
        headers: {},
      });
      const { location } = headers;
      return [status, location === undefined ? null : new URL(location).searchParams.get('autorisation_id')];
    };
    const [status, authorisation] = await share();
    assert.equal(status, 302);
    assert.deepEqual(await share(), [200, null]);
    assert.equal((await share('another'))[0], 302);
    simulator.endSharing(PDL);
    assert.deepEqual(await share(), [302, authorisation], 'the same holder, the same number');
    simulator.setConsentReturn('v5');
    assert.equal((await share())[0], 302, 'the v5 era shared as often as one liked');
  });

  it('leads from consent to usage point', async () => {
    const { simulator } = bench(undefined, { redirectUri: 'http://127.0.0.1:1880/enedis/callback' });
    const consent = '/dataconnect/v2/oauth2/authorize?client_id=id&response_type=code&duration=P3Y&state=abc';
    const html = (await simulator.handle({ method: 'GET', url: consent, headers: {} })).body.toString();
    assert.ok(html.includes(`id="pdl-${PDL}"`));
    const agreed = await simulator.handle({
      method: 'GET',
      url: `${consent}&pointId=12345678901234`,
      headers: {},
    });
    const back = new URL(agreed.headers.location ?? '');
    assert.equal(back.searchParams.get('state'), 'abc');
    assert.equal(back.searchParams.has('code'), false);
    const bearer = await token(simulator);
    const autorisationId = Number(back.searchParams.get('autorisation_id'));
    const services = await simulator.handle({
      method: 'POST',
      url: '/subscribed_services/v1/',
      headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' },
      body: JSON.stringify({ autorisationId, comptage: false }),
    });
    const { serviceSouscrit } = parsed(services) as { serviceSouscrit: { pointId: string }[] };
    assert.deepEqual([...new Set(serviceSouscrit.map(({ pointId }) => pointId))], ['12345678901234']);
    const tooLong = await simulator.handle({
      method: 'GET',
      url: consent.replace('P3Y', 'P4Y'),
      headers: {},
    });
    assert.equal(tooLong.status, 400);
    const contract = await simulator.handle({
      method: 'GET',
      url: `/situation_contrat_auto/v1/${PDL}`,
      headers: { authorization: `Bearer ${bearer}` },
    });
    assert.deepEqual(
      (parsed(contract) as { segment: string }[]).map(({ segment }) => segment),
      ['C5', 'P4'],
    );
  });
});

describe('faults', () => {
  const two = { start: '2026-11-02', end: '2026-11-04' };

  it('relays every error of the table, and stops when told', async () => {
    const { simulator } = bench(undefined, { limits: { conso: false } });
    for (const name of FAILURE_NAMES) {
      simulator.inject({ fault: faults.error(name), times: 1 });
      const response = await conso(simulator, two);
      assert.ok(response.status >= 400, name);
      assert.equal((await conso(simulator, two)).status, 200, `after ${name}`);
    }
    const end = simulator.inject({
      fault: faults.error('ADAM-DC-0008', { shape: 'codeMessageList', code: 'ADAM_DC_0008' }),
    });
    const body = parsed(await conso(simulator, two)) as { error: { code: string }[] };
    assert.equal(body.error[0]?.code, 'ADAM_DC_0008');
    end();
    assert.equal((await conso(simulator, two)).status, 200);
  });

  it('bends the data of the requests it is meant for', async () => {
    const { simulator } = bench();
    const curve = { type: CURVE, ...two };
    const under = async (fault: faults.Fault): Promise<Body2026['grandeur'][0]['points']> => {
      const end = simulator.inject({ fault, when: { series: 'loadCurve' } });
      const list = await points(simulator, curve);
      end();
      return list;
    };
    const straight = await points(simulator, curve);
    assert.equal((await under(faults.nullDay('2026-11-03'))).filter(({ v }) => v === null).length, 48);
    assert.equal((await under(faults.nullText('2026-11-03'))).filter(({ v }) => v === 'null').length, 48);
    assert.equal((await under(faults.partialDay('2026-11-03', 10))).length, 58);
    assert.equal((await under(faults.absentDay('2026-11-03'))).length, 48);
    assert.deepEqual(await under(faults.duplicates()), [...straight, ...straight]);
    assert.deepEqual(await under(faults.descending()), [...straight].reverse());
    const stepped = await under(faults.stepChange('2026-11-03'));
    const energy = (list: typeof straight): number =>
      list.reduce((sum, { v, p }) => sum + (Number(v) * Number(p?.slice(2, 4))) / 60, 0);
    assert.equal(stepped.length, 48 + 24 + 12);
    assert.equal(energy(stepped), energy(straight));
    simulator.inject({ fault: faults.nullDay(), when: { series: 'loadCurve' } });
    assert.notEqual((await points(simulator, two))[0]?.v, null);
    simulator.inject({ fault: faults.truncatedJson(), when: { series: 'daily' }, times: 1 });
    const cut = await conso(simulator, two);
    assert.throws(() => parsed(cut));
  });

  it('breaks connections over real HTTP, and closes at once', async () => {
    const { simulator } = bench();
    const server = await listen(simulator);
    const url = `${server.url}/api/consommation_quotidienne?pointId=${PDL}&dateDebut=2026-11-02&dateFin=2026-11-04`;
    const ask = (signal?: AbortSignal): Promise<Response> =>
      fetch(url, { headers: { authorization: 'Bearer any' }, redirect: 'manual', ...(signal && { signal }) });
    const once = (fault: faults.Fault): void => void simulator.inject({ fault, times: 1 });
    try {
      assert.equal(((await (await ask()).json()) as Body2026).idPrm, PDL);
      once(faults.reset());
      await assert.rejects(ask());
      once(faults.resetMidBody());
      await assert.rejects(async () => (await ask()).text());
      once(faults.oversize(3_000_000));
      assert.equal((await (await ask()).text()).length, 3_000_000);
      once(faults.gzipBomb(4 * 2 ** 20));
      assert.equal((await (await ask()).text()).length, 4 * 2 ** 20);
      once(faults.slowDrip(40, 1));
      assert.equal(((await (await ask()).json()) as Body2026).idPrm, PDL);
      once(faults.redirect('http://127.0.0.1:9/'));
      assert.equal((await ask()).status, 302);

      once(faults.stallMidBody());
      const stalled = await ask();
      const reading = assert.rejects(stalled.text());
      once(faults.stall());
      const waiting = assert.rejects(ask());
      while (simulator.requests.length < 9) await new Promise((resolve) => setImmediate(resolve));
      await server.close();
      await Promise.all([reading, waiting]);
    } finally {
      await server.close();
    }
  });
});
