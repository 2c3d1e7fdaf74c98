/** When the official prices are asked for anew: days that pass, machines that sleep, disks and sites that fail. */
import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { EnedisError } from '../../lib/errors';
import type { Send } from '../../lib/http/http';
import { createCre, type Cre } from '../../lib/simulator';
import { FileStorage } from '../../lib/storage/files';
import { OfficialPrices } from '../../lib/tariffs/prices/official-prices';
import { DailyRenewal } from '../../lib/tariffs/prices/renewal';
import type { OfferKind } from '../../lib/tariffs/terms';
import { FakeClock } from '../support/fake-clock';

const MINUTE = 60_000;

describe('the renewal of official prices', () => {
  let clock: FakeClock;
  let cre: Cre;
  let send: Send;
  let storage: FileStorage;
  let offers: OfferKind[];
  let said: string[];
  let drawn: number;
  let renewal: DailyRenewal;

  const renewed = (): DailyRenewal => {
    const prices = new OfficialPrices({ storage, realm: 'real', send: (...asked) => send(...asked), clock });
    return new DailyRenewal({
      clock,
      random: () => drawn,
      needed: () => Promise.resolve([{ prices, offers }]),
      onChanged: (changed) => said.push(`new: ${changed.join()}`),
      onProblem: ({ reason }) => said.push(reason),
    });
  };
  const live = (until: string): Promise<void> => clock.runUntil(until, () => renewal.idle());

  beforeEach(() => {
    clock = new FakeClock('2026-11-25T10:00:00+01:00');
    cre = createCre({ clock });
    storage = new FileStorage(undefined, () => undefined);
    send = async ({ method, url }) => {
      const { status, headers, body } = await cre.handle({ method, url, headers: {} });
      return { status, headers, body: body.toString() };
    };
    offers = ['base'];
    said = [];
    drawn = 0.5;
    renewal = renewed();
  });

  it('begins some minutes after a start, and asks for each file once a day', async () => {
    renewal.start();
    await live('2026-11-25T10:07:00+01:00');
    assert.equal(cre.asked.length, 0);
    await live('2026-11-25T10:08:00+01:00');
    assert.deepEqual(cre.asked, ['Option_Base.csv']);
    assert.deepEqual(said, ['new: base']);
    await live('2026-12-05T10:00:00+01:00');
    assert.equal(cre.asked.length, 10);
    assert.deepEqual(said, ['new: base'], 'what is known already is no news');
  });

  it('looks again soon after each deployment, for what is needed since, and for nothing else', async () => {
    renewal.start();
    await live('2026-11-25T11:00:00+01:00');
    offers = ['base', 'tempo', 'custom', 'ejp'];
    renewal.start();
    renewal.start();
    assert.equal(clock.appointments.length, 1);
    await live('2026-11-25T12:00:00+01:00');
    assert.deepEqual(cre.asked, ['Option_Base.csv', 'Option_Tempo.csv']);
    await live('2026-11-26T12:00:00+01:00');
    assert.equal(cre.asked.length, 4);
  });

  it('asks nobody where no offer has a file', async () => {
    offers = ['custom', 'ejp'];
    renewal.start();
    await live('2026-12-25T10:00:00+01:00');
    assert.deepEqual(cre.asked, []);
  });

  it('a restart asks for nothing before a day is over', async () => {
    renewal.start();
    await live('2026-11-25T10:30:00+01:00');
    await renewal.stop();
    renewal = renewed();
    drawn = 0.1;
    renewal.start();
    await live('2026-11-26T10:07:00+01:00');
    assert.equal(cre.asked.length, 1);
    await live('2026-11-26T10:10:00+01:00');
    assert.equal(cre.asked.length, 2);
  });

  it('a machine that slept for a week asks once when it wakes', async () => {
    renewal.start();
    await live('2026-11-25T11:00:00+01:00');
    clock.set('2026-12-02T09:00:00+01:00');
    await live('2026-12-02T10:00:00+01:00');
    assert.equal(cre.asked.length, 2);
  });

  it('a clock that was years ahead doesn’t silence it', async () => {
    clock.set('2031-01-01T10:00:00+01:00');
    renewal.start();
    await live('2031-01-01T11:00:00+01:00');
    clock.putRight('2026-11-25T10:00:00+01:00');
    await live('2026-11-25T11:00:00+01:00');
    assert.equal(cre.asked.length, 2);
  });

  it('a failure is told once, tried the next day, and told again only after it went well', async () => {
    cre.trouble('page');
    renewal.start();
    await live('2026-11-28T12:00:00+01:00');
    assert.deepEqual(said, ['responseHtml']);
    assert.equal(cre.asked.length, 4);
    cre.trouble('none');
    await live('2026-11-29T12:00:00+01:00');
    cre.trouble('missing');
    await live('2026-12-01T12:00:00+01:00');
    assert.deepEqual(said, ['responseHtml', 'new: base', 'responseStatus']);
  });

  it('goes on the next day where the disk fails', async () => {
    const write = storage.write.bind(storage);
    storage.write = () => Promise.reject(new EnedisError('storageWrite', { file: 'prices.json' }));
    renewal.start();
    await live('2026-11-26T09:00:00+01:00');
    assert.deepEqual(said, ['storageWrite']);
    assert.equal(cre.asked.length, 0, 'nothing leaves that isn’t on disk');
    storage.write = write;
    await live('2026-11-26T11:00:00+01:00');
    assert.deepEqual(said, ['storageWrite', 'new: base']);
  });

  it('ends at once, whatever is under way, and says nothing of it', async () => {
    let asked = 0;
    send = () => new Promise(() => asked++);
    renewal.start();
    clock.set(new Date(clock.now() + 20 * MINUTE).toISOString());
    const looking = live('2026-11-25T11:00:00+01:00');
    while (asked === 0) await new Promise(setImmediate);
    await renewal.stop();
    await looking;
    assert.deepEqual(said, []);
    assert.deepEqual(clock.appointments, []);
    await renewal.stop();
  });
});
