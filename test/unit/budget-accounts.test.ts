/** MyElectricalData counts by account and UTC day: a new token of the same account doesn't start at zero. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EnedisError } from '../../lib/errors';
import { gatewayOf } from '../../lib/gateways';
import { Home } from '../../lib/meter/home';
import { FakeClock } from '../support/fake-clock';

const HOUR = 3_600_000;
const METER = '22516914714270';
const OTHER_METER = '11453290002823';
const clockOf = ({ clock }: Home): FakeClock => clock as FakeClock;
const KINDS = ['my-electrical-data', 'my-electrical-data-v1'] as const;

describe('a token of MyElectricalData is renewed', () => {
  for (const kind of KINDS) {
    const most = gatewayOf(kind).rules!.allowances[0]!.requests;

    /** Asks until it is refused; how many requests left. */
    const askAll = async (home: Home, token: string, meter = METER): Promise<number> => {
      const budget = home.budget({ kind, token }, meter)!;
      for (let count = 0; ; count++) {
        try {
          await clockOf(home).finish(budget.take('daily'));
        } catch (error) {
          assert.ok(error instanceof EnedisError && error.reason === 'quotaBudget', String(error));
          return count;
        }
      }
    };
    const ask = async (home: Home, token: string, times: number, meter = METER): Promise<void> => {
      for (let time = 0; time < times; time++)
        await clockOf(home).finish(home.budget({ kind, token }, meter)!.take('daily'));
    };
    const open = (clock: FakeClock, dir = mkdtempSync(join(tmpdir(), 'enedis-accounts-'))) => {
      const home = (): Home => new Home({ dir, clock, random: () => 0.5, onSetAside: () => undefined });
      return { home: home(), restarted: home };
    };

    it(`${kind}: what its meter has asked for today still counts`, async () => {
      const { home } = open(new FakeClock('2026-11-10T08:00:00Z'));
      await ask(home, 'old-token', 30);
      assert.equal(await askAll(home, 'new-token'), most - 30);
    });

    it(`${kind}: after a restart as well`, async () => {
      const { home, restarted } = open(new FakeClock('2026-11-10T08:00:00Z'));
      await ask(home, 'old-token', 30);
      assert.equal(await askAll(restarted(), 'new-token'), most - 30);
    });

    it(`${kind}: tried out in the dialog first, while the old one goes on`, async () => {
      const { home } = open(new FakeClock('2026-11-10T08:00:00Z'));
      await ask(home, 'old-token', 10);
      await ask(home, 'new-token', 1);
      await ask(home, 'old-token', 10);
      assert.equal(await askAll(home, 'new-token'), most - 21);
    });

    it(`${kind}: again and again`, async () => {
      const { home, restarted } = open(new FakeClock('2026-11-10T08:00:00Z'));
      let left = await askAll(home, 'token-0');
      for (let time = 1; time < 8; time++)
        left += await askAll(time % 2 ? restarted() : home, `token-${time}`);
      assert.equal(left, most);
    });

    it(`${kind}: and no request is counted twice for it`, async () => {
      const clock = new FakeClock('2026-11-10T08:00:00Z');
      const { home, restarted } = open(clock);
      await ask(home, 'old-token', 10);
      for (const token of ['new-token', 'old-token', 'new-token', 'old-token', 'new-token'])
        await ask(restarted(), token, 1);
      assert.equal(await askAll(home, 'last-token'), most - 15);
    });

    it(`${kind}: a day later all is free again`, async () => {
      const clock = new FakeClock('2026-11-10T08:00:00Z');
      const { home } = open(clock);
      await askAll(home, 'old-token');
      clock.set('2026-11-11T09:00:00Z');
      assert.equal(await askAll(home, 'new-token'), most);
    });

    it(`${kind}: the gateway's own “enough for today” goes along`, async () => {
      const clock = new FakeClock('2026-11-10T08:00:00Z');
      const { home } = open(clock);
      await ask(home, 'old-token', 1);
      const until = clock.now() + 10 * HOUR;
      await home.budget({ kind, token: 'old-token' }, METER)!.close(until, 'quotaDay');
      await assert.rejects(
        home.budget({ kind, token: 'new-token' }, METER)!.take('daily'),
        (error) => error instanceof EnedisError && error.reason === 'quotaDay' && error.retryAt === until,
      );
    });

    it(`${kind}: another meter with a token of its own is another account, as far as anybody can tell`, async () => {
      const { home } = open(new FakeClock('2026-11-10T08:00:00Z'));
      await askAll(home, 'a-token');
      assert.equal(await askAll(home, 'token-of-others', OTHER_METER), most);
    });
  }
});
