/**
 * What the dialog of a meter asks the runtime for, over the admin API as the editor asks it: the test of what is typed in,
 * and the way through Enedis' consent page. Gateways and consent page are simulated, over HTTP; the clock is ours.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import helper from 'node-red-node-test-helper';
import type { AccessReport } from '../../lib/meter/access';
import { createHttp } from '../../lib/http/http';
import { createSimulator, createToken, faults, listen, type Simulator } from '../../lib/simulator';
import configNode from '../../nodes/config/enedis-config';
import fetchNode from '../../nodes/fetch-yesterday/enedis-fetch-yesterday';
import { useServices } from '../../nodes/shared/services';
import { FakeClock } from '../support/fake-clock';
import { serviceRow } from '../support/service-row';

const PDL = '22516914714270';
/** Its load curve isn't collected. */
const NO_CURVE = '32320647321714';
const TOKEN = createToken({ sub: [PDL, NO_CURVE], exp: 4_102_444_800 });
const CLIENT = { clientId: 'client-id-of-the-test', clientSecret: 'client-secret-of-the-test' };
const SECRETS = [TOKEN, CLIENT.clientSecret, 'simulated-1'];
const UNTOUCHED = '__PWRD__';

interface Failed {
  failure: {
    reason: string;
    code: string;
    params: object;
    retryAt?: string;
    because?: { reason: string; params: object };
  };
}
type Answered<T> = T & Partial<Failed>;

helper.init(require.resolve('node-red'));

describe('the dialog of a meter', { timeout: 60_000 }, () => {
  let clock: FakeClock;
  let simulator: Simulator;
  let server: Awaited<ReturnType<typeof listen>>;
  let userDir: string;
  /** Every body and page that left Node-RED. */
  let left: string[];

  before(() => new Promise<void>((resolve) => helper.startServer(resolve)));
  after(() => new Promise<void>((resolve) => helper.stopServer(resolve)));

  beforeEach(async () => {
    clock = new FakeClock('2026-11-10T12:00:00Z');
    simulator = createSimulator({
      clock,
      tokens: { 'conso-api': [TOKEN] },
      clients: { [CLIENT.clientId]: CLIENT.clientSecret },
      redirectUri: 'http://127.0.0.1:1880/enedis-config/callback',
    });
    server = await listen(simulator);
    userDir = mkdtempSync(join(tmpdir(), 'enedis-dialog-'));
    helper.settings({ userDir });
    useServices({ clock, random: () => 0.5, http: createHttp({ timeoutMs: 20_000 }) });
    left = [];
  });

  afterEach(async () => {
    const said = inspect(helper.log().args, { depth: 8, maxStringLength: null }) + left.join('\n');
    await helper.unload();
    await server.close();
    useServices();
    for (const secret of SECRETS) assert.ok(!said.includes(secret), `${secret} came out`);
  });

  const stored = (config: object = {}): Record<string, unknown> => ({
    id: 'config',
    type: 'enedis-config',
    gateway: 'conso-api',
    usagePointId: PDL,
    direction: 'consumption',
    loadCurve: true,
    baseUrl: server.url,
    ...config,
  });
  const typed = (values: object = {}): object => ({ ...stored(), id: 'new', token: TOKEN, ...values });
  const ownContract = (values: object = {}): object =>
    typed({ gateway: 'data-connect', token: '', ...CLIENT, ...values });

  async function load(
    flow: object[] = [stored()],
    credentials: Record<string, unknown> = { config: { token: TOKEN } },
  ): Promise<void> {
    await helper.load([configNode, fetchNode], flow, credentials);
  }

  async function post<T>(path: string, body: object): Promise<Answered<T>> {
    const call = helper.request().post(`/enedis-config/${path}`).send(body);
    const answer = await clock.finish(Promise.resolve(call));
    left.push(answer.text);
    assert.equal(answer.status, 200, answer.text);
    return answer.body as Answered<T>;
  }

  type Report = AccessReport & { key?: object };
  const test = (body: object): Promise<Answered<Report>> => post<Report>('test', body);
  const reasonOf = async (body: object): Promise<string | undefined> => (await test(body)).failure?.reason;

  describe('Test access', () => {
    it('says since when, with one request a press; the next press asks for what is left', async () => {
      await load();
      const first = await test(typed({ direction: 'both' }));
      assert.deepEqual(first.open, [
        {
          direction: 'consumption',
          series: 'daily',
          since: '2025-11-10',
          until: '2026-11-09',
          andBefore: true,
        },
      ]);
      assert.deepEqual(first.unchecked, [
        'production/daily',
        'consumption/loadCurve',
        'production/loadCurve',
      ]);
      assert.equal(simulator.count(), 1);

      const second = await test(
        typed({ direction: 'both', checked: ['consumption/daily', 'production/daily'] }),
      );
      assert.deepEqual(
        second.open.map(({ series, since, until }) => [series, since, until]),
        [['loadCurve', '2026-11-03', '2026-11-09']],
      );
      assert.equal(simulator.count(), 2);
    });

    it('counts in the ledger of the nodes', async () => {
      await load();
      await test(typed());
      const budgets = join(userDir, 'enedis', 'budgets', 'real');
      const [ledger] = readdirSync(budgets);
      const { content } = JSON.parse(readFileSync(join(budgets, ledger!), 'utf8')) as {
        content: { spent: number[] };
      };
      assert.equal(content.spent.length, 1);
      const { failure } = await exhausted();
      assert.equal(failure?.reason, 'quotaBudget');
      // 40 requests in 12 hours: the first of them leaves the window at midnight, UTC.
      assert.equal(failure?.retryAt?.slice(0, 16), '2026-11-11T01:00');
      assert.equal(simulator.count(), 40);
    });

    async function exhausted(): Promise<Answered<Report>> {
      for (;;) {
        const answer = await test(typed());
        if (answer.failure) return answer;
      }
    }

    it('leaves a gateway alone that asked for it', async () => {
      await load();
      simulator.inject({ fault: faults.error('900804') });
      assert.equal(await reasonOf(typed()), 'quotaGateway');
      simulator.clearFaults();
      const { failure } = await test(typed());
      assert.equal(failure?.reason, 'quotaGateway');
      assert.equal(failure.retryAt, '2026-11-10T14:00:00+01:00');
      assert.equal(simulator.count(), 1);
    });

    it('pressed twice asks once', async () => {
      await load();
      const answers = await Promise.all([test(typed()), test(typed())]);
      assert.deepEqual(answers[0], answers[1]);
      assert.equal(simulator.count(), 1);
    });

    it('asks each gateway in its own words', async () => {
      await load();
      for (const gateway of ['my-electrical-data', 'my-electrical-data-v1']) {
        simulator.clearRequests();
        const baseUrl = gateway === 'my-electrical-data' ? `${server.url}/api` : server.url;
        const { open } = await test(typed({ gateway, baseUrl, token: 'of-my-electrical-data' }));
        assert.equal(open[0]?.until, '2026-11-09', gateway);
        assert.equal(simulator.count(), 1, gateway);
      }
    });

    it('works on the simulated meter, without any request', async () => {
      await load();
      const { open } = await test({ gateway: 'demo', usagePointId: PDL, direction: 'production' });
      assert.deepEqual([open[0]?.direction, open[0]?.until], ['production', '2026-11-09']);
      assert.equal(simulator.count(), 0);
    });

    it('with a contract of one’s own asks what is allowed, all at once', async () => {
      await load();
      const { open, shut, unchecked } = await test(ownContract({ direction: 'both' }));
      assert.deepEqual(
        open.map(({ direction, series, since }) => [direction, series, since]),
        [
          ['consumption', 'daily', '2026-10-01'],
          ['production', 'daily', '2026-10-01'],
          ['consumption', 'loadCurve', '2026-10-01'],
          ['production', 'loadCurve', '2026-10-01'],
        ],
      );
      assert.deepEqual([shut, unchecked], [[], []]);
      assert.deepEqual(
        simulator.requests.map(({ resource }) => resource),
        ['token', 'subscribed_services'],
      );
      const other = await test(ownContract({ usagePointId: NO_CURVE, direction: 'both' }));
      assert.deepEqual(
        other.shut.map(({ direction, series }) => `${direction}/${series}`),
        ['production/daily', 'consumption/loadCurve', 'production/loadCurve'],
      );
      assert.equal(await reasonOf(ownContract({ usagePointId: '11111111111111' })), 'consentMissing');
    });

    it('says what stands in the way, with the advice of the error', async () => {
      await load();
      const expired = createToken({ sub: [PDL], exp: clock.now() / 1000 - 86_400 });
      const foreign = createToken({ sub: ['11453290002823'], exp: 4_102_444_800 });
      assert.equal(await reasonOf(typed({ token: expired })), 'credentialsExpired');
      assert.equal(await reasonOf(typed({ token: foreign })), 'credentialsForeign');
      assert.equal(await reasonOf(typed({ token: '' })), 'credentialsMissing');
      assert.equal(await reasonOf(typed({ usagePointId: '123' })), 'configUsagePoint');
      assert.equal(await reasonOf(typed({ baseUrl: 'http://example.com' })), 'configBaseUrl');
      assert.equal(await reasonOf(typed({ gateway: 'linky' })), 'configProperty');
      assert.equal(simulator.count(), 0, 'what can be known without a request is');
      const noCurve = typed({ usagePointId: NO_CURVE, checked: ['consumption/daily'] });
      assert.equal(await reasonOf(noCurve), 'collectionOff');
      simulator.inject({ fault: faults.error('ADAM-DC-0008') });
      assert.equal(await reasonOf(typed()), 'consentMissing');
    });

    it('says what was refused, and goes on to the rest', async () => {
      await load();
      simulator.inject({ fault: faults.error('ADAM-DC-0008'), when: { direction: 'production' } });
      const checked = ['consumption/daily'];
      const report = await test(typed({ direction: 'both', checked }));
      assert.equal(report.failure?.reason, 'consentMissing');
      assert.deepEqual(report.key, { direction: 'production', series: 'daily' });
      assert.deepEqual(report.unchecked, ['consumption/loadCurve', 'production/loadCurve']);
      const next = await test(typed({ direction: 'both', checked: [...checked, 'production/daily'] }));
      assert.deepEqual(
        next.open.map(({ direction, series }) => [direction, series]),
        [['consumption', 'loadCurve']],
      );
      // What is wrong with the gateway is wrong for all of it.
      simulator.inject({ fault: faults.conso('token') });
      const { key, failure } = await test(typed({ direction: 'both', checked }));
      assert.deepEqual([key, failure?.reason], [undefined, 'credentialsRefused']);
    });

    it('comes to a relay’s older names with the second press, and leaves them to the nodes', async () => {
      await load();
      const old = createSimulator({ clock, tokens: { 'conso-api': [TOKEN] }, generations: ['v5'] });
      const relay = await listen(old);
      try {
        const values = typed({ baseUrl: relay.url });
        assert.equal(await reasonOf(values), 'gatewayOlder');
        assert.equal(old.count(), 1);
        assert.equal((await test(values)).open.length, 1);
        assert.equal((await test({ ...values, checked: ['consumption/daily'] })).open.length, 1);
        assert.deepEqual(
          old.requests.map(({ generation }) => generation),
          ['2026', 'v5', 'v5'],
        );
      } finally {
        await relay.close();
      }
    });

    it('tells a gateway that knows neither from an older one', async () => {
      await load();
      const nothing = respondedWith([404, '{}']);
      assert.equal(await reasonOf(typed()), 'gatewayOlder');
      assert.equal(await reasonOf(typed()), 'responseStatus');
      assert.equal(nothing.length, 2);
    });

    /** A gateway that always answers the same, token requests aside; returns the addresses asked. */
    function respondedWith([status, body]: readonly [number, string]): string[] {
      const urls: string[] = [];
      useServices({
        clock,
        random: () => 0.5,
        http: ({ url }) => {
          if (url.endsWith('/oauth2/v3/token')) {
            const token = '{"access_token":"simulated-1","expires_in":12600}';
            return Promise.resolve({ status: 200, headers: {}, body: token });
          }
          urls.push(url);
          return Promise.resolve({ status, headers: {}, body });
        },
      });
      return urls;
    }

    it('takes a new token where the one it holds was withdrawn', async () => {
      await load();
      assert.equal((await test(ownContract())).open.length, 2);
      simulator.revokeTokens();
      simulator.clearRequests();
      assert.equal((await test(ownContract())).open.length, 2);
      assert.deepEqual(
        simulator.requests.map(({ resource }) => resource),
        ['subscribed_services', 'token', 'subscribed_services'],
      );
    });

    it('tells each kind of data apart, and what is only asked for', async () => {
      await load();
      const rows = [
        serviceRow({ dateDebut: '2026-01-15' }),
        serviceRow({ soutirage: false, injection: true, mesuresTypeCode: 'CDC', dateDebut: '2024-05-01' }),
        serviceRow({ mesuresTypeCode: 'CDC', etatCode: 'DEMANDE', dateDebut: '2026-11-20' }),
        serviceRow({ mesuresTypeCode: 'PMAX', soutirage: false, injection: true }),
      ];
      respondedWith([200, JSON.stringify({ nbTotalServices: rows.length, serviceSouscrit: rows })]);
      const { open, shut, pending } = await test(ownContract({ direction: 'both' }));
      const names = (keys: { direction: string; series: string }[]): string[] =>
        keys.map(({ direction, series }) => `${direction}/${series}`);
      assert.deepEqual(
        open.map(({ since }, index) => [names(open)[index], since]),
        [
          ['consumption/daily', '2026-01-15'],
          ['production/loadCurve', '2024-05-01'],
        ],
      );
      assert.deepEqual(names(shut), ['production/daily']);
      assert.deepEqual(names(pending), ['consumption/loadCurve']);
    });

    it('takes a refusal to look back that far for an access that works', async () => {
      await load();
      simulator.inject({ fault: faults.error('ADAM-ERR0123') });
      const { open } = await test(typed());
      assert.deepEqual([open[0]?.since, open[0]?.until], [null, null]);
      assert.equal(simulator.count(), 1);
    });

    it('explains a gateway that answers nonsense, asks it once, and keeps nothing', async () => {
      await load();
      const bodies: [number, string][] = [
        [200, '<html><title>Maintenance</title></html>'],
        [200, '{"hello": 1}'],
        [200, '[]'],
        [404, `{"nothing": "${TOKEN}"}`],
        [500, ''],
        [401, '{}'],
      ];
      for (const body of [typed(), ownContract()]) {
        for (const [status, text] of bodies) {
          const asked = respondedWith([status, text]);
          const { failure } = await test(body);
          assert.ok(failure, `${status} ${text}`);
          assert.equal(asked.length, 1, `${status} ${text}`);
        }
      }
      const written = readdirSync(join(userDir, 'enedis')).filter((file) => file !== 'in-use.lock');
      assert.deepEqual(written, ['budgets'], 'only what was spent is written down');
    });

    it('sends a stored secret only where it was stored for', async () => {
      await load();
      const untouched = stored({ token: UNTOUCHED });
      assert.equal((await test(untouched)).open.length, 1);
      assert.equal(simulator.count(), 1);

      const elsewhere = await listen(simulator);
      try {
        // Not deployed, or disabled: nothing is known of it.
        assert.equal(await reasonOf({ ...untouched, id: 'another' }), 'credentialsUndeployed');
        for (const changed of [{ baseUrl: elsewhere.url }, { gateway: 'my-electrical-data' }]) {
          assert.equal(
            await reasonOf({ ...untouched, ...changed }),
            'credentialsElsewhere',
            inspect(changed),
          );
        }
        process.env.ENEDIS_TEST_SECRET = TOKEN;
        const variable = { token: '${ENEDIS_TEST_SECRET}' };
        assert.equal(
          await reasonOf({ ...untouched, ...variable, baseUrl: elsewhere.url }),
          'credentialsElsewhere',
        );
        assert.equal(simulator.count(), 1);
        assert.equal((await test({ ...untouched, ...variable })).open.length, 1);
      } finally {
        delete process.env.ENEDIS_TEST_SECRET;
        await elsewhere.close();
      }
    });

    it('is no form: a page elsewhere can’t have the reader’s browser press the button', async () => {
      await load();
      const answer = await helper
        .request()
        .post('/enedis-config/test')
        .type('form')
        .send({ gateway: 'conso-api', usagePointId: PDL, token: TOKEN, baseUrl: server.url });
      assert.equal((answer.body as Failed).failure.reason, 'inputInvalid');
      assert.equal(simulator.count(), 0);
    });
  });

  describe('Authorize', () => {
    interface Begun {
      state: string;
      url: string;
    }
    interface Page {
      status: number;
      headers: Record<string, string>;
      text: string;
    }
    type Result = Answered<{ waiting?: boolean; usagePointIds?: string[] }>;

    const begin = (values: object = {}): Promise<Answered<Begun>> =>
      post<Begun>('authorize', ownContract(values));

    /** What the consent page leads back to. */
    async function agree(url: string, choice: Record<string, string>): Promise<URLSearchParams> {
      const page = await fetch(`${url}&${new URLSearchParams(choice)}`, { redirect: 'manual' });
      return new URL(page.headers.get('location') ?? '').searchParams;
    }

    async function comeBack(query: URLSearchParams, language = 'fr'): Promise<Page> {
      const call = helper.request().get(`/enedis-config/callback?${query}`).set('Accept-Language', language);
      const page = await clock.finish(Promise.resolve(call));
      left.push(page.text);
      return page;
    }

    async function look(state: string): Promise<Result> {
      const call = helper.request().get(`/enedis-config/authorize/${state}`);
      const answer = await clock.finish(Promise.resolve(call));
      left.push(answer.text);
      return answer.body as Result;
    }

    it('leads to the consent page and back to the PDL', async () => {
      await load();
      const { state, url } = await begin();
      assert.match(state, /^[\w-]{43}$/);
      assert.deepEqual(Object.fromEntries(new URL(url).searchParams), {
        client_id: CLIENT.clientId,
        response_type: 'code',
        duration: 'P3Y',
        state,
      });
      assert.ok(url.startsWith(`${server.url}/dataconnect/v2/oauth2/authorize?`));
      assert.deepEqual(await look(state), { waiting: true });

      const page = await comeBack(await agree(url, { pointId: PDL }));
      assert.equal(page.status, 200, page.text);
      assert.ok(page.text.includes(PDL) && page.text.includes('lang="fr"'));
      assert.deepEqual(await look(state), { usagePointIds: [PDL] });
      assert.deepEqual(
        simulator.requests.filter(({ method }) => method === 'POST').map(({ resource }) => resource),
        ['token', 'subscribed_services'],
      );
    });

    it('takes the return of the v5 era, with one PDL or several', async () => {
      await load();
      simulator.setConsentReturn('v5');
      for (const [list, expected] of [
        [PDL, [PDL]],
        [`${PDL};${NO_CURVE}`, [PDL, NO_CURVE]],
      ] as const) {
        const { state, url } = await begin();
        const page = await comeBack(await agree(url, { pointId: list }));
        assert.equal(page.status, 200);
        assert.deepEqual(await look(state), { usagePointIds: expected });
      }
      const { state } = await begin();
      await comeBack(new URLSearchParams({ State: state, usage_point_id: `${PDL}, ${NO_CURVE},${PDL}` }));
      assert.deepEqual(await look(state), { usagePointIds: [PDL, NO_CURVE] });
      assert.equal(simulator.count({ resource: 'subscribed_services' }), 0);
    });

    it('explains a refusal and a failure', async () => {
      await load();
      for (const [choice, reason] of [
        ['refuse', 'consentRefused'],
        ['fail', 'consentFailed'],
      ] as const) {
        const { state, url } = await begin();
        const page = await comeBack(await agree(url, { [choice]: '1' }));
        assert.equal(page.status, 400);
        assert.equal((await look(state)).failure?.reason, reason);
      }
    });

    it('lets a state in once, for half an hour, and none that it didn’t make', async () => {
      await load();
      const { state, url } = await begin();
      const query = await agree(url, { pointId: PDL });
      assert.equal((await comeBack(query)).status, 200);
      const asked = simulator.count();
      const poisoned = new URLSearchParams({ state, usage_point_id: '11111111111111' });
      for (const again of [query, poisoned]) {
        const { status, text } = await comeBack(again);
        assert.equal(status, 200);
        assert.match(text, /déjà été reçu/);
        assert.ok(!text.includes(PDL) && !text.includes('11111111111111'), text);
      }
      assert.equal(simulator.count(), asked, 'replayed, it asks for nothing');
      assert.deepEqual(await look(state), { usagePointIds: [PDL] }, 'what the first return brought stays');

      const forged = new URLSearchParams({ state: 'a'.repeat(43), usage_point_id: PDL });
      assert.equal((await comeBack(forged)).status, 400);
      assert.equal((await comeBack(new URLSearchParams({ usage_point_id: PDL }))).status, 400);
      assert.equal((await look('a'.repeat(43))).failure?.reason, 'consentState');

      simulator.endSharing(PDL);
      const late = await begin();
      const lateQuery = await agree(late.url, { pointId: PDL });
      clock.set('2026-11-10T12:30:01Z');
      const before = simulator.count();
      assert.equal((await comeBack(lateQuery)).status, 400);
      assert.equal((await look(late.state)).failure?.reason, 'consentState');
      assert.equal(simulator.count(), before, 'nobody is asked for a state that is no good');
    });

    it('explains a return without a PDL, with nonsense, or that leads nowhere', async () => {
      await load();
      const cases: [Record<string, string>, string][] = [
        [{}, 'consentReturn'],
        [{ usage_point_id: '' }, 'consentReturn'],
        [{ usage_point_id: '123' }, 'consentReturn'],
        [{ usage_point_id: `${PDL};<script>` }, 'consentReturn'],
        [{ autorisation_id: 'x' }, 'consentReturn'],
        // The sandbox's authorisation without services, and one nobody gave.
        [{ autorisation_id: '10' }, 'consentEmpty'],
        [{ autorisation_id: '99' }, 'consentEmpty'],
        [{ code: '500' }, 'consentFailed'],
      ];
      for (const [query, reason] of cases) {
        const { state } = await begin();
        const page = await comeBack(new URLSearchParams({ ...query, state }));
        assert.equal(page.status, reason === 'consentEmpty' ? 200 : 400);
        assert.equal((await look(state)).failure?.reason, reason, inspect(query));
      }
      const { state } = await begin({ clientSecret: 'a-wrong-secret' });
      const page = await comeBack(new URLSearchParams({ autorisation_id: '11', state }));
      assert.equal(page.status, 200);
      const { failure, waiting } = await look(state);
      assert.deepEqual([failure?.reason, failure?.because?.reason], ['consentUnread', 'credentialsRefused']);
      assert.equal(waiting, false, 'asking again mends no secret');
    });

    it('keeps a consent whose PDL couldn’t be had, and asks for it again at leisure', async () => {
      await load();
      const down = simulator.inject({
        fault: faults.error('technical_error'),
        when: { resource: 'subscribed_services' },
      });
      const { state, url } = await begin();
      const query = await agree(url, { pointId: PDL });
      const { status, text } = await comeBack(query);
      assert.equal(status, 200);
      assert.match(text, /bien enregistré.*Ne le redonnez pas/s);
      const unread = await look(state);
      assert.deepEqual(
        [unread.failure?.reason, unread.failure?.because?.reason, unread.waiting],
        ['consentUnread', 'enedisFailing', true],
      );
      const asked = (): number => simulator.count({ resource: 'subscribed_services' });
      assert.equal(asked(), 1, 'a look or a reload asks nothing before its time');
      assert.match((await comeBack(query)).text, /bien enregistré/);
      assert.equal(asked(), 1);

      clock.set('2026-11-10T12:01:01Z');
      await Promise.all([look(state), look(state)]);
      assert.equal(asked(), 2);
      down();
      clock.set('2026-11-10T12:03:02Z');
      assert.deepEqual(await look(state), { usagePointIds: [PDL] });
      assert.equal(asked(), 3);
    });

    it('keeps it for a reload of the page, too, and for a budget that is spent', async () => {
      await load();
      const { state, url } = await begin();
      const query = await agree(url, { pointId: PDL });
      simulator.inject({
        fault: faults.error('900804'),
        when: { resource: 'subscribed_services' },
        times: 1,
      });
      assert.match((await comeBack(query)).text, /bien enregistré/);
      clock.set('2026-11-10T12:01:00Z');
      await comeBack(query);
      assert.equal(
        simulator.count({ resource: 'subscribed_services' }),
        1,
        'the budget is closed for an hour',
      );
      assert.equal((await look(state)).waiting, false, 'which is longer than a consent is kept');

      const other = await begin();
      const again = await agree(other.url, { pointId: NO_CURVE });
      clock.set('2026-11-10T13:00:01Z');
      assert.equal((await comeBack(again)).status, 400, 'too old');
      const third = await begin();
      simulator.inject({ fault: faults.reset(), when: { resource: 'subscribed_services' }, times: 1 });
      const query3 = new URLSearchParams({
        autorisation_id: query.get('autorisation_id')!,
        state: third.state,
      });
      assert.match((await comeBack(query3)).text, /bien enregistré/);
      clock.set('2026-11-10T13:01:01Z');
      const page = await comeBack(query3);
      assert.ok(page.text.includes(PDL), page.text);
    });

    it('gives up asking before the consent is forgotten', async () => {
      await load();
      const { state } = await begin();
      const asked = (): number => simulator.count({ resource: 'subscribed_services' });
      await comeBack(new URLSearchParams({ autorisation_id: '10', state }));
      for (let minute = 1; minute < 29; minute++) {
        clock.set(`2026-11-10T12:${String(minute).padStart(2, '0')}:00Z`);
        await look(state);
      }
      assert.equal(asked(), 5);
      const { failure, waiting } = await look(state);
      assert.deepEqual([failure?.reason, waiting], ['consentEmpty', false]);
    });

    it('lands on a page of its own: in the reader’s language, repeating nothing, running nothing', async () => {
      await load();
      const evil = '<img src=x onerror=alert(1)>';
      const query = new URLSearchParams({ error: evil, error_description: evil, state: evil });
      for (const [language, lang] of [
        ['en-GB,en;q=0.9', 'en-US'],
        ['fr-CA', 'fr'],
        ['de, en;q=0.3, fr;q=0.7', 'fr'],
        ['de', 'fr'],
      ] as const) {
        const { headers, text } = await comeBack(query, language);
        assert.ok(text.includes(`<html lang="${lang}">`), language);
        assert.ok(!text.includes('<img') && !text.includes('onerror'), text);
        assert.match(headers['content-security-policy'] ?? '', /^default-src 'none'; style-src 'sha256-/);
        assert.match(headers['content-type'] ?? '', /^text\/html; charset=utf-8/);
        assert.equal(headers['cache-control'], 'no-store');
        assert.equal(headers['referrer-policy'], 'no-referrer');
      }
      // The editor's language, where the return belongs to one.
      const { state } = await begin({ language: 'en-US' });
      const { text } = await comeBack(new URLSearchParams({ error: 'access_denied', state }), 'fr');
      assert.ok(text.includes('<html lang="en-US">'));
    });

    it('writes a forged return down once a minute, not at every knock', async () => {
      await load();
      clock.set('2026-12-01T00:00:00Z');
      for (let knock = 0; knock < 20; knock++) await comeBack(new URLSearchParams({ state: `${knock}` }));
      const warned = helper
        .log()
        .args.filter(([entry]) => /Retour de la page|Return from/.test(inspect(entry)));
      assert.equal(warned.length, 1);
    });

    it('begins nothing without what it takes', async () => {
      await load();
      assert.equal((await begin({ clientId: '' })).failure?.reason, 'credentialsMissing');
      assert.equal((await begin({ environment: 'sandbox', baseUrl: '' })).failure?.reason, 'consentSandbox');
      assert.equal((await begin({ gateway: 'conso-api' })).failure?.reason, 'configProperty');
      const { url } = await begin({ baseUrl: '' });
      assert.ok(url.startsWith('https://mon-compte-particulier.enedis.fr/dataconnect/v2/oauth2/authorize?'));
    });
  });

  describe('a token that ends soon', () => {
    const onCanvas = { z: 'tab', x: 0, y: 0 };
    const flow = (): object[] => [
      { id: 'tab', type: 'tab', label: 'flow' },
      stored(),
      {
        id: 'fetch',
        ...onCanvas,
        type: 'enedis-fetch-yesterday',
        config: 'config',
        schedule: 'input',
        wires: [],
      },
      {
        id: 'other',
        ...onCanvas,
        type: 'enedis-fetch-yesterday',
        config: 'config',
        schedule: 'input',
        wires: [],
      },
    ];
    const endingIn = (days: number): string =>
      createToken({ sub: [PDL], exp: clock.now() / 1000 + days * 86_400 + 60 });

    async function said(days: number): Promise<{ statuses: string[]; warnings: string[] }> {
      const token = endingIn(days);
      await load(flow(), { config: { token } });
      // The helper watches all nodes with one spy.
      const { status } = helper.getNode('fetch') as unknown as {
        status: { args: [{ fill: string; text: string }][] };
      };
      const warnings = helper
        .log()
        .args.map(([entry]) => entry as { level: number; msg: string; type?: string })
        .filter(({ level, type }) => level === 30 && type === 'enedis-config')
        .map(({ msg }) => msg);
      assert.ok(!inspect(helper.log().args).includes(token));
      return { statuses: status.args.map(([{ fill, text }]) => `${fill} ${text}`), warnings };
    }

    it('is told 30 days ahead: beside each node’s status, and once in the log with the PDL masked', async () => {
      const { statuses, warnings } = await said(30);
      assert.deepEqual(
        statuses.map((status) => /^yellow .*30/.test(status)),
        [true, true],
        inspect(statuses),
      );
      assert.equal(warnings.length, 1);
      assert.match(warnings[0]!, /22516•••••4270.*30.*(10 décembre 2026|December 10, 2026)/s);
      assert.ok(!warnings[0]!.includes(PDL));
    });

    it('counts days as Paris does: what ends in the last hours of the day ends today', async () => {
      clock.set('2026-11-10T12:00:00Z');
      const today = await said(10 / 24);
      assert.match(today.warnings[0]!, /(aujourd’hui|today) \((10 novembre 2026|November 10, 2026)\)/);
      await helper.unload();
      // 23:01 in London.
      const tomorrow = await said(11 / 24);
      assert.match(tomorrow.warnings.at(-1)!, /1 (jour|day).*(11 novembre 2026|November 11, 2026)/s);
    });

    for (const [when, days] of [
      ['before', 31],
      ['once it is over, which is an error', -1],
    ] as const) {
      it(`is not told ${when}`, async () => {
        const { statuses, warnings } = await said(days);
        assert.equal(statuses.length, 2);
        assert.ok(
          statuses.every((status) => status.startsWith('grey ')),
          inspect(statuses),
        );
        assert.deepEqual(warnings, []);
      });
    }
  });
});
