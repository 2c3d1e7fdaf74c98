/** The way through Enedis' consent page: what it leads to, what may come back, and what a consent opens. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { EnedisError, type Reason } from '../../lib/errors';
import { dataConnect } from '../../lib/gateways/data-connect';
import { consentUrl, PendingConsents, readReturn, stateOf } from '../../lib/gateways/consent';
import { readServices } from '../../lib/gateways/subscribed-services';
import { serviceRow } from '../support/service-row';

const PDL = '22516914714270';
const OTHER = '32320647321714';
const SETTINGS = { kind: 'data-connect', clientId: 'the-client', clientSecret: 'the-secret' } as const;

function reasonOf(task: () => unknown): Reason | undefined {
  try {
    task();
  } catch (error) {
    if (error instanceof EnedisError) return error.reason;
    throw error;
  }
  return undefined;
}

describe('the consent page', () => {
  it('is Enedis’ own, unless a simulated Enedis is on this machine', () => {
    const host = (settings: object): string => new URL(consentUrl({ ...SETTINGS, ...settings }, 's')).host;
    assert.equal(host({}), 'mon-compte-particulier.enedis.fr');
    assert.equal(host({ baseUrl: 'https://proxy.example/enedis' }), 'mon-compte-particulier.enedis.fr');
    assert.equal(host({ baseUrl: 'http://127.0.0.1:1234' }), '127.0.0.1:1234');
    assert.equal(host({ baseUrl: 'http://localhost:1234', environment: 'sandbox' }), 'localhost:1234');
    assert.equal(
      reasonOf(() => consentUrl({ ...SETTINGS, environment: 'sandbox' }, 's')),
      'consentSandbox',
    );
  });

  it('learns the application and the state, never the secret', () => {
    const url = consentUrl(SETTINGS, 'the state');
    assert.ok(!url.includes('the-secret'));
    assert.equal(new URL(url).searchParams.get('state'), 'the state');
    assert.equal(
      reasonOf(() => consentUrl({ kind: 'data-connect' }, 's')),
      'credentialsMissing',
    );
  });
});

describe('the return from it', () => {
  const read = (query: string): ReturnType<typeof readReturn> => readReturn(new URLSearchParams(query));

  it('names a consent (2026) or the usage points (v5 era), with or without a left-over code', () => {
    assert.deepEqual(read('autorisation_id=4200001&state=x'), { autorisationId: 4200001 });
    assert.deepEqual(read('autorisation_id=4200001&code=abc'), { autorisationId: 4200001 });
    assert.deepEqual(read(`code=abc&usage_point_id=${PDL}`), { usagePointIds: [PDL] });
    assert.deepEqual(read(`usage_point_id=${PDL};${OTHER}`), { usagePointIds: [PDL, OTHER] });
    assert.deepEqual(read(`usage_point_id=${PDL},${OTHER},${PDL}`), { usagePointIds: [PDL, OTHER] });
  });

  it('finds the state however it is written', () => {
    assert.equal(stateOf(new URLSearchParams('state=a')), 'a');
    assert.equal(stateOf(new URLSearchParams('State=a')), 'a');
    assert.equal(stateOf(new URLSearchParams('')), '');
  });

  it('is one of ours or an error of ours, whatever it is', () => {
    const name = fc.constantFrom('error', 'code', 'autorisation_id', 'usage_point_id', 'x');
    const value = fc.oneof(fc.string(), fc.constantFrom(PDL, '1', '500', 'access_denied', `${PDL};x`));
    fc.assert(
      fc.property(fc.array(fc.tuple(name, value)), (pairs) => {
        const query = new URLSearchParams(pairs);
        let answer: ReturnType<typeof readReturn>;
        try {
          answer = readReturn(query);
        } catch (error) {
          return (
            error instanceof EnedisError &&
            ['consentRefused', 'consentFailed', 'consentReturn'].includes(error.reason) &&
            Object.keys(error.params).length === 0
          );
        }
        return 'autorisationId' in answer
          ? Number.isSafeInteger(answer.autorisationId)
          : answer.usagePointIds.length > 0 && answer.usagePointIds.every((id) => /^\d{14}$/.test(id));
      }),
    );
  });
});

describe('consents that are awaited', () => {
  it('are known by states nobody can guess, and pile up to a limit', () => {
    const consents = new PendingConsents<number, string>(() => 0);
    const states = Array.from({ length: 60 }, (_, index) => consents.begin(index));
    assert.equal(new Set(states).size, 60);
    assert.ok(states.every((state) => /^[\w-]{43}$/.test(state)));
    assert.equal(consents.redeem(states[0]!), undefined, 'the oldest gave way');
    assert.equal(consents.redeem(states[59]!), 59);
  });
});

describe('what a consent opens', () => {
  const context = { gateway: dataConnect, now: 0, secrets: [] };
  const read = (body: unknown, status = 200): ReturnType<typeof readServices> =>
    readServices({ status, headers: {}, body: JSON.stringify(body) }, context);

  it('is one entry a usage point, whatever the number of its services', () => {
    const rows = [
      serviceRow({}),
      serviceRow({ mesuresTypeCode: 'CDC', dateDebut: '2026-10-01T00:00:00' }),
      serviceRow({ mesuresTypeCode: 'CDC', dateDebut: '2026-10-03' }),
      serviceRow({ mesuresTypeCode: 'IDX', injection: true, dateDebut: '2020-01-01' }),
      serviceRow({ pointId: OTHER, soutirage: false, injection: true, dateDebut: null }),
    ];
    const consumption = { direction: 'consumption', isPending: false };
    assert.deepEqual(read({ nbTotalServices: rows.length, serviceSouscrit: rows }), [
      {
        usagePointId: PDL,
        services: [
          { ...consumption, series: 'daily', since: '2026-10-05' },
          { ...consumption, series: 'loadCurve', since: '2026-10-01' },
        ],
      },
      {
        usagePointId: OTHER,
        services: [{ direction: 'production', series: 'daily', since: null, isPending: false }],
      },
    ]);
  });

  it('is in force or asked for: what is in force counts', () => {
    const asked = serviceRow({ etatCode: 'DEMANDE', dateDebut: '2026-09-01' });
    const pendings = (rows: object[]): [boolean, string | null][] =>
      read({ nbTotalServices: rows.length, serviceSouscrit: rows })[0]!.services.map(
        ({ isPending, since }) => [isPending, since],
      );
    assert.deepEqual(pendings([asked]), [[true, '2026-09-01']]);
    assert.deepEqual(pendings([asked, serviceRow({})]), [[false, '2026-10-05']]);
    assert.deepEqual(pendings([serviceRow({}), asked]), [[false, '2026-10-05']]);
  });

  it('leaves out what is over, and what isn’t a usage point', () => {
    const rows = [
      serviceRow({ etatCode: 'TERMINE' }),
      serviceRow({ etatCode: 'SUPPRIME', pointId: OTHER }),
      serviceRow({ pointId: 'x' }),
      serviceRow({ pointId: OTHER, etatCode: 'DEMANDE' }),
    ];
    assert.deepEqual(
      read({ nbTotalServices: 4, serviceSouscrit: rows }).map(({ usagePointId }) => usagePointId),
      [OTHER],
    );
  });

  it('is nothing where Enedis lists nothing, and an error where it says something else', () => {
    assert.deepEqual(read({ nbTotalServices: 0, serviceSouscrit: null }), []);
    assert.deepEqual(read({ nbTotalServices: 0 }), []);
    for (const body of [
      {},
      [],
      'x',
      3,
      null,
      { serviceSouscrit: 'x' },
      { serviceSouscrit: [{ pointId: 'x' }] },
    ])
      assert.equal(
        reasonOf(() => read(body)),
        'responseShape',
        JSON.stringify(body),
      );
    const fault = { error: 'Bad request', error_description: 'Pas de services souscrits pour ce point.' };
    assert.equal(
      reasonOf(() => read(fault, 400)),
      'consentService',
    );
  });

  it('is a list or an error of ours, whatever comes', () => {
    fc.assert(
      fc.property(fc.json(), fc.integer({ min: 200, max: 599 }), (body, status) => {
        try {
          return Array.isArray(readServices({ status, headers: {}, body }, context));
        } catch (error) {
          return error instanceof EnedisError;
        }
      }),
    );
  });
});
