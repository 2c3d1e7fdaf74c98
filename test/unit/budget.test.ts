/** The budget can't be exceeded: not by bursts, restarts, crashes, clocks that jump or a full disk. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { Budget, isClosedBy, type Lane } from '../../lib/budget/budget';
import type { Account } from '../../lib/budget/ledger';
import type { GatewayRules } from '../../lib/gateways/definition';
import { GATEWAY_RULES } from '../support/gateway-rules';
import { Home } from '../../lib/meter/home';
import { EnedisError, type Reason } from '../../lib/errors';
import { FileStorage } from '../../lib/storage/files';
import type { Check } from '../../lib/storage/storage';
import { settingsOf } from '../../nodes/config/config-settings';
import { FakeClock } from '../support/fake-clock';

const SECOND = 1_000;
const MINUTE = 60_000;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const START = '2026-11-08T06:00:00Z';
const CONSO = GATEWAY_RULES['conso-api'];

const account = (name: string): Account => ({ realm: 'real', name });
const X = account('x');
const LEDGER = 'budgets/real/x.json';

const memory = (): FileStorage => new FileStorage(undefined, () => undefined);
const jump = (clock: FakeClock, ms: number): void => clock.set(new Date(clock.now() + ms).toISOString());

/** A disk that can be full, and on which the ledger can be looked at. */
class Disk extends FileStorage {
  full = false;
  writes = 0;
  readonly aside: string[];

  constructor() {
    const aside: string[] = [];
    super(undefined, (file) => aside.push(file));
    this.aside = aside;
  }

  override async write(name: string, content: unknown): Promise<void> {
    if (this.full) throw new EnedisError('storageWrite', { file: name, cause: 'ENOSPC' });
    this.writes++;
    await super.write(name, content);
  }

  get ledger(): Promise<{ spent: number[] } | undefined> {
    return this.read(LEDGER, ((content) => content) as Check<{ spent: number[] }>);
  }
}

/** A gateway's address with its programs: what left, when. */
class Story {
  readonly clock = new FakeClock(START);
  readonly left: { at: number; lane: Lane }[] = [];
  readonly disk = new Disk();
  readonly rules: GatewayRules;
  budget: Budget;

  constructor(rules: GatewayRules = CONSO) {
    this.rules = rules;
    this.budget = this.#open();
  }

  #open(): Budget {
    return new Budget(this.rules, this.disk, X, this.clock);
  }

  /** Node-RED starts again, at once. */
  restart(): void {
    this.budget = this.#open();
  }

  /** One request; the refusal where there is one. */
  async ask(lane: Lane = 'daily'): Promise<EnedisError | null> {
    try {
      await this.clock.finish(this.budget.take(lane));
      this.left.push({ at: this.clock.now(), lane });
      return null;
    } catch (error) {
      assert.ok(error instanceof EnedisError, String(error));
      return error;
    }
  }

  /** As many as leave before the first refusal. */
  async askAll(lane: Lane = 'daily'): Promise<{ count: number; refusal: EnedisError }> {
    for (let count = 0; ; count++) {
      const refusal = await this.ask(lane);
      if (refusal) return { count, refusal };
    }
  }

  /** The most that left in any window of this length, looking back from each request. */
  most(within: number): number {
    return Math.max(
      0,
      ...this.left.map(
        ({ at }, place) => this.left.slice(0, place + 1).filter((earlier) => earlier.at > at - within).length,
      ),
    );
  }
}

const isReason = (reason: Reason) => (error: unknown) => {
  assert.ok(error instanceof EnedisError);
  assert.equal(error.reason, reason);
  return true;
};

describe('no window is ever exceeded', () => {
  const action = fc.oneof(
    { weight: 6, arbitrary: fc.record({ burst: fc.integer({ min: 1, max: 40 }), lane: lanes() }) },
    { weight: 4, arbitrary: fc.record({ wait: fc.integer({ min: 0, max: 8 * HOUR }) }) },
    { weight: 2, arbitrary: fc.record({ wait: fc.integer({ min: 0, max: 2 * SECOND }) }) },
    { weight: 3, arbitrary: fc.constant({ restart: true as const }) },
    { weight: 2, arbitrary: fc.record({ untilNext: lanes() }) },
  );
  function lanes(): fc.Arbitrary<Lane> {
    return fc.constantFrom<Lane[]>('daily', 'daily', 'backfill');
  }

  for (const [kind, rules] of Object.entries(GATEWAY_RULES)) {
    it(`of ${kind}: whatever is asked, whenever, with restarts in between`, async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(action, { minLength: 5, maxLength: 40 }), async (actions) => {
          const story = new Story(rules);
          for (const step of actions) {
            if ('wait' in step) jump(story.clock, step.wait);
            else if ('restart' in step) story.restart();
            else if ('burst' in step) {
              for (let turn = 0; turn < step.burst; turn++) {
                const refusal = await story.ask(step.lane);
                if (refusal) assert.ok(refusal.retryAt! > story.clock.now());
              }
            } else {
              // What the forecast promises is kept: not a moment earlier than needed, and then it goes.
              const { next } = await story.budget.forecast(step.untilNext);
              if (next > story.clock.now()) jump(story.clock, next - story.clock.now());
              assert.equal(await story.ask(step.untilNext), null);
            }
          }
          for (const { requests, within } of rules.allowances) {
            assert.ok(story.most(within) <= requests, `${story.most(within)} in ${within} ms`);
          }
          for (const [place, { at, lane }] of story.left.entries()) {
            const before = story.left[place - 1];
            assert.ok(!before || at - before.at >= rules.spacing);
            if (lane === 'daily') continue;
            for (const { requests, within } of rules.allowances.filter((one) => one.within >= HOUR)) {
              const inWindow = story.left.slice(0, place + 1).filter((one) => one.at > at - within).length;
              assert.ok(inWindow <= requests - rules.keptForDaily, 'the backfill took the kept share');
            }
          }
        }),
        { numRuns: 30 },
      );
    });

    it(`of ${kind}: all of it can be used, and not one more`, async () => {
      const story = new Story(rules);
      const smallest = rules.allowances.find(({ within }) => within >= HOUR)!;
      const { count, refusal } = await story.askAll();
      assert.equal(count, smallest.requests);
      assert.equal(refusal.reason, 'quotaBudget');
      assert.equal(refusal.retryAt, story.left[0]!.at + smallest.within);
    });
  }

  it('of Conso API stays far below the 100 in 12 hours that ban an address for good', async () => {
    const story = new Story();
    for (let hour = 0; hour < 96; hour++) {
      await story.askAll();
      jump(story.clock, HOUR);
    }
    assert.equal(story.most(12 * HOUR), 40);
    assert.equal(story.most(DAY), 60);
    // Nor is it stingy: four days' worth has left in four days.
    assert.equal(story.left.length, 240);
  });

  it('of Data Connect: never more than four a second, and not four at once', async () => {
    const story = new Story(GATEWAY_RULES['data-connect']);
    for (let turn = 0; turn < 40; turn++) assert.equal(await story.ask(), null);
    assert.equal(story.most(SECOND), 4);
    assert.equal(story.clock.now() - Date.parse(START), 39 * 250);
  });
});

describe('restarts', () => {
  it('a loop of them spends no more than one process would', async () => {
    const story = new Story();
    for (let turn = 0; turn < 200; turn++) {
      story.restart();
      await story.ask();
      jump(story.clock, 10 * SECOND);
    }
    assert.equal(story.left.length, 40);
  });

  it('keep what a gateway asked for', async () => {
    const story = new Story();
    const until = story.clock.now() + 5 * HOUR;
    await story.budget.close(until, 'quotaGateway');
    story.restart();
    const refusal = await story.ask();
    assert.deepEqual([refusal?.reason, refusal?.retryAt], ['quotaGateway', until]);
  });
});

describe('the backfill', () => {
  it('leaves the share that is kept for every day', async () => {
    const story = new Story();
    const { count, refusal } = await story.askAll('backfill');
    assert.deepEqual([count, refusal.reason], [40 - 15, 'quotaBudget']);
    assert.equal((await story.askAll('daily')).count, 15);
  });

  it('gets nothing where the daily collection has used its own share and more', async () => {
    const story = new Story();
    for (let turn = 0; turn < 30; turn++) await story.ask('daily');
    assert.equal((await story.ask('backfill'))?.reason, 'quotaBudget');
    assert.equal(await story.ask('daily'), null);
  });
});

describe('the ledger', () => {
  it('is written before the request leaves', async () => {
    const story = new Story();
    let onDisk: number[] | undefined;
    await story.clock.finish(
      story.budget.take('daily').then(async () => (onDisk = (await story.disk.ledger)?.spent)),
    );
    assert.deepEqual(onDisk, [Date.parse(START)]);
  });

  it('that can’t be written refuses the request; what failed still counts', async () => {
    const story = new Story();
    story.disk.full = true;
    for (let turn = 0; turn < 3; turn++) {
      await assert.rejects(story.clock.finish(story.budget.take('daily')), isReason('storageWrite'));
    }
    story.disk.full = false;
    assert.equal((await story.askAll()).count, 37);
  });

  it('that can’t be read refuses the request, and is tried again the next time', async () => {
    class Broken extends FileStorage {
      broken = true;
      override read<T>(name: string, check: Check<T>): Promise<T | undefined> {
        if (this.broken) return Promise.reject(new EnedisError('storageRead', { file: name, cause: 'EIO' }));
        return super.read(name, check);
      }
    }
    const folder = new Broken(undefined, () => undefined);
    const clock = new FakeClock(START);
    const budget = new Budget(CONSO, folder, X, clock);
    await assert.rejects(budget.take('daily'), isReason('storageRead'));
    await assert.rejects(budget.forecast('daily'), isReason('storageRead'));
    folder.broken = false;
    await budget.take('daily');
  });

  it('that is damaged is set aside and said, and counts as all spent', async () => {
    for (const content of [{ spent: ['x'] }, { version: 1, spent: [] }, [], 'x', { spent: [-1] }]) {
      const disk = new Disk();
      await disk.write(LEDGER, content);
      const clock = new FakeClock(START);
      const budget = new Budget(CONSO, disk, X, clock);
      await assert.rejects(budget.take('daily'), isReason('quotaBudget'));
      assert.deepEqual(disk.aside, ['x.json']);
      assert.equal((await disk.ledger)?.spent.length, 60);
      // Nor does it when it is read anew.
      budget.forget();
      assert.equal((await budget.forecast('daily')).left, 0);
      jump(clock, DAY + SECOND);
      await budget.take('daily');
    }
  });

  for (const [kind, most, window] of [
    ['conso-api', 99, DAY],
    ['my-electrical-data', 50, DAY],
    ['my-electrical-data-v1', 50, DAY],
    ['data-connect', 1_000, HOUR],
  ] as const) {
    it(`of ${kind} may be damaged again and again: no more leaves than the gateway allows`, async () => {
      const story = new Story(GATEWAY_RULES[kind]);
      for (let time = 0; time < 5; time++) {
        await story.askAll();
        await story.disk.write(LEDGER, 'damaged');
        story.restart();
        jump(story.clock, window / 5);
      }
      const from = story.left[0]!.at;
      assert.ok(story.left.filter(({ at }) => at < from + window).length <= most);
    });
  }

  it('doesn’t grow', async () => {
    const story = new Story();
    for (let day = 0; day < 10; day++) {
      await story.askAll();
      jump(story.clock, DAY);
    }
    await story.ask();
    assert.ok((await story.disk.ledger)!.spent.length <= 60);
  });

  it('has one name for each account: they don’t share', async () => {
    const folder = memory();
    const clock = new FakeClock(START);
    const rules: GatewayRules = { ...CONSO, allowances: [{ requests: 1, within: DAY }], keptForDaily: 0 };
    await new Budget(rules, folder, account('a'), clock).take('daily');
    await new Budget(rules, folder, account('b'), clock).take('daily');
    await assert.rejects(
      new Budget(rules, folder, account('a'), clock).take('daily'),
      isReason('quotaBudget'),
    );
  });
});

describe('one account has one ledger', () => {
  const home = new Home({
    dir: undefined,
    clock: new FakeClock(START),
    random: () => 0.5,
    onSetAside: () => undefined,
  });
  const budget = (gateway: string, typed: { baseUrl?: string; token?: string; clientId?: string }) =>
    home.budget(settingsOf({ gateway, ...typed }, typed).gateway);

  it('however its token was pasted', () => {
    const own = budget('my-electrical-data', { token: 'tok12345' });
    for (const token of ['Bearer tok12345', ' bearer  tok12345\n', '\ttok12345 '])
      assert.equal(budget('my-electrical-data', { token }), own, token);
    assert.notEqual(budget('my-electrical-data', { token: 'tok12346' }), own);
    assert.equal(budget('data-connect', { clientId: ' app ' }), budget('data-connect', { clientId: 'app' }));
  });

  it('however its address was written', () => {
    const own = budget('conso-api', {});
    for (const baseUrl of [
      'https://conso.boris.sh',
      'https://Conso.Boris.sh./',
      'https://conso.boris.sh:443/x',
    ])
      assert.equal(budget('conso-api', { baseUrl }), own, baseUrl);
    assert.notEqual(budget('conso-api', { baseUrl: 'https://conso.example' }), own);
  });
});

describe('a gateway that asks to be left alone', () => {
  it('is, until then and for its reason, by every lane', async () => {
    const story = new Story();
    const until = story.clock.now() + HOUR;
    await story.budget.close(until, 'quotaDay');
    for (const lane of ['daily', 'backfill'] as const) {
      const refusal = await story.ask(lane);
      assert.deepEqual([refusal?.reason, refusal?.retryAt], ['quotaDay', until]);
      assert.deepEqual(await story.budget.forecast(lane), { left: 0, next: until });
    }
    jump(story.clock, HOUR);
    assert.equal(await story.ask(), null);
  });

  it('isn’t asked sooner because it said something milder since', async () => {
    const story = new Story();
    const until = story.clock.now() + DAY;
    await story.budget.close(until, 'banned');
    // The answer to a request that was under way at the time.
    await story.budget.close(story.clock.now() + HOUR, 'quotaGateway');
    jump(story.clock, 2 * HOUR);
    const refusal = await story.ask();
    assert.deepEqual([refusal?.reason, refusal?.retryAt], ['banned', until]);
  });

  it('is waited for where it is a matter of seconds', async () => {
    const story = new Story();
    await story.budget.close(story.clock.now() + 20 * SECOND, 'quotaGateway');
    assert.equal(await story.ask(), null);
    assert.equal(story.clock.now() - Date.parse(START), 20 * SECOND);
  });

  it('says so in three ways only', () => {
    assert.deepEqual(['quotaGateway', 'quotaDay', 'banned'].map(isClosedBy), [true, true, true]);
    assert.deepEqual(['quotaBudget', 'noData', ''].map(isClosedBy), [false, false, false]);
  });
});

describe('a clock that jumps', () => {
  it('set back an hour frees nothing, and blocks for a window by its own time at most', async () => {
    const story = new Story();
    await story.askAll();
    jump(story.clock, -HOUR);
    const { refusal } = await story.askAll();
    assert.equal(refusal.reason, 'quotaBudget');
    assert.ok(refusal.retryAt! <= story.clock.now() + 12 * HOUR);
    jump(story.clock, 13 * HOUR);
    assert.equal(await story.ask(), null);
  });

  it('that was years ahead, and is put right, blocks for one window at most', async () => {
    const story = new Story();
    jump(story.clock, 3 * 365 * DAY);
    await story.askAll();
    story.clock.set(START);
    assert.equal((await story.ask())?.reason, 'quotaBudget');
    jump(story.clock, DAY);
    assert.equal((await story.askAll()).count, 40);
  });

  it('that starts in 1970 and is put right (a Raspberry Pi) has forgotten nothing', async () => {
    const story = new Story();
    await story.askAll();
    const now = story.clock.now();
    for (let boot = 0; boot < 5; boot++) {
      story.clock.reboot('1970-01-01T00:00:10Z');
      story.restart();
      assert.equal((await story.ask())?.reason, 'quotaBudget');
      story.clock.jump(now + boot * MINUTE - story.clock.now());
      assert.equal((await story.ask())?.reason, 'quotaBudget', `boot ${boot}`);
    }
    assert.equal(story.left.length, 40);
  });

  it('set forward frees what its windows no longer hold', async () => {
    const story = new Story();
    await story.askAll();
    jump(story.clock, 3 * DAY);
    assert.deepEqual(await story.budget.forecast('daily'), { left: 40, next: story.clock.now() });
  });
});

describe('a gateway isn’t asked more often than it allows, by its own clock', () => {
  /** A disk that takes its time, by the clock of the test. */
  class SlowDisk extends FileStorage {
    delay = 0;
    readonly #clock: FakeClock;

    constructor(clock: FakeClock) {
      super(undefined, () => undefined);
      this.#clock = clock;
    }

    override async write(name: string, content: unknown): Promise<void> {
      if (this.delay > 0) await this.#clock.sleep(this.delay);
      await super.write(name, content);
    }
  }

  const action = fc.oneof(
    { weight: 6, arbitrary: fc.record({ burst: fc.integer({ min: 1, max: 45 }) }) },
    { weight: 3, arbitrary: fc.record({ wait: fc.integer({ min: 0, max: 8 * HOUR }) }) },
    {
      weight: 4,
      arbitrary: fc.record({
        jump: fc.oneof(
          fc.constantFrom(DAY, -DAY, 25 * HOUR, 365 * DAY, -365 * DAY),
          fc.integer({ min: -3 * DAY, max: 3 * DAY }),
        ),
      }),
    },
    { weight: 3, arbitrary: fc.record({ delay: fc.integer({ min: 0, max: 20 * SECOND }) }) },
    { weight: 2, arbitrary: fc.constant({ restart: true as const }) },
  );

  for (const [kind, rules] of Object.entries(GATEWAY_RULES)) {
    it(`${kind}: whatever the machine’s clock says, however slow the disk, with restarts`, async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(action, { minLength: 4, maxLength: 16 }), async (actions) => {
          const clock = new FakeClock(START);
          const disk = new SlowDisk(clock);
          let budget = new Budget(rules, disk, X, clock);
          const left: number[] = [];
          for (const step of actions) {
            if ('jump' in step) clock.jump(step.jump);
            else if ('delay' in step) disk.delay = step.delay;
            else if ('wait' in step) jump(clock, step.wait);
            else if ('restart' in step) {
              // As nodes do all the time: somebody looks before the process ends, and once the next one begins.
              await clock.finish(budget.forecast('daily'));
              budget = new Budget(rules, disk, X, clock);
              await clock.finish(budget.forecast('daily'));
            } else {
              const takes = Array.from({ length: step.burst }, () =>
                budget.take('daily').then(
                  () => left.push(clock.steady()),
                  (error: EnedisError) => assert.equal(error.reason, 'quotaBudget'),
                ),
              );
              await clock.finish(Promise.all(takes));
            }
          }
          for (const { requests, within } of rules.allowances) {
            for (const [place, at] of left.entries()) {
              const first = left[place + 1 - requests - 1];
              assert.ok(first === undefined || at - first >= within, `${requests + 1} in ${at - first!} ms`);
            }
          }
        }),
        { numRuns: 10 },
      );
    });
  }

  it('a clock that grows by a day each 30 s frees nothing', async () => {
    const story = new Story();
    for (let turn = 0; turn < 60; turn++) {
      await story.askAll();
      story.clock.jump(DAY);
      jump(story.clock, 30 * SECOND);
    }
    assert.equal(story.left.length, 40);
  });

  it('a day ahead and back, more than once; a year back', async () => {
    for (const jumps of [
      [DAY, -DAY],
      [25 * HOUR, 25 * HOUR, 25 * HOUR],
      [-365 * DAY],
      [-365 * DAY, 365 * DAY],
    ]) {
      const story = new Story();
      await story.askAll();
      for (const each of [...jumps, ...jumps]) {
        story.clock.jump(each);
        assert.equal((await story.ask())?.reason, 'quotaBudget', `${each / HOUR} h`);
      }
      story.restart();
      assert.equal((await story.ask())?.reason, 'quotaBudget');
    }
  });

  it('set between two processes, a day or a year ahead or back: a restart frees nothing, and blocks for a window', async () => {
    for (const ms of [25 * HOUR, 365 * DAY, -25 * HOUR, -200 * DAY]) {
      const story = new Story();
      await story.askAll();
      for (let restart = 0; restart < 4; restart++) {
        story.clock.jump(restart % 2 === 0 ? ms : -ms);
        story.restart();
        assert.equal((await story.ask())?.reason, 'quotaBudget', `${ms / HOUR} h, ${restart}`);
      }
      jump(story.clock, DAY);
      story.restart();
      assert.equal(await story.ask(), null, `${ms / HOUR} h`);
    }
  });

  it('started in 1970, restarted, put right, restarted: what was spent before counts for its time, and no longer', async () => {
    const story = new Story();
    await story.askAll();
    const now = story.clock.now();
    story.clock.reboot('1970-01-01T00:00:10Z');
    story.restart();
    await story.ask();
    story.clock.jump(now + MINUTE - story.clock.now());
    story.restart();
    assert.equal((await story.ask())?.reason, 'quotaBudget');
    jump(story.clock, DAY);
    for (let restart = 0; restart < 2; restart++) {
      story.restart();
      assert.equal(await story.ask(), null);
    }
  });

  for (const isRestarted of [false, true]) {
    it(`a time-out that a gateway asked for doesn’t outlive a start in 1970${isRestarted ? ', and another' : ''}`, async () => {
      const story = new Story();
      const until = story.clock.now() + HOUR;
      await story.budget.close(until, 'banned');
      story.clock.reboot('1970-01-01T00:00:10Z');
      story.restart();
      assert.equal((await story.ask())?.reason, 'banned');
      story.clock.jump(until - HOUR - story.clock.now());
      if (isRestarted) story.restart();
      assert.equal((await story.ask())?.reason, 'banned');
      jump(story.clock, 9 * DAY);
      assert.equal(await story.ask(), null);
    });
  }

  it('a time-out that a gateway asked for is kept, though the clock says it is over', async () => {
    const story = new Story();
    await story.budget.close(story.clock.now() + HOUR, 'quotaGateway');
    story.clock.jump(2 * HOUR);
    assert.equal((await story.ask())?.reason, 'quotaGateway');
    story.restart();
    assert.equal((await story.ask())?.reason, 'quotaGateway');
    jump(story.clock, HOUR + SECOND);
    assert.equal(await story.ask(), null);
  });

  it('twenty meters on a slow disk leave one by one, not in a heap', async () => {
    for (const delay of [0, 40, 700, 5 * SECOND]) {
      const clock = new FakeClock(START);
      const disk = new SlowDisk(clock);
      disk.delay = delay;
      const budget = new Budget(GATEWAY_RULES['data-connect'], disk, X, clock);
      const left: number[] = [];
      const takes = Array.from({ length: 20 }, () => budget.take('daily').then(() => left.push(clock.now())));
      await clock.finish(Promise.all(takes));
      for (const [place, at] of left.slice(1).entries())
        assert.ok(at - left[place]! >= 250, `${at - left[place]!}`);
    }
  });
});

describe('the forecast', () => {
  it('says how many may leave now, and when it goes on', async () => {
    const story = new Story();
    assert.equal((await story.budget.forecast('daily')).left, 40);
    assert.equal((await story.budget.forecast('backfill')).left, 25);
    for (let turn = 0; turn < 25; turn++) await story.ask();
    jump(story.clock, MINUTE);
    assert.deepEqual(await story.budget.forecast('daily'), { left: 15, next: story.clock.now() });
    assert.deepEqual(await story.budget.forecast('backfill'), {
      left: 0,
      next: story.left[0]!.at + 12 * HOUR,
    });
  });

  it('spends nothing and writes nothing', async () => {
    const story = new Story();
    for (let turn = 0; turn < 100; turn++) await story.budget.forecast('daily');
    assert.equal(story.disk.writes, 0);
    assert.equal((await story.budget.forecast('daily')).left, 40);
  });

  for (const [kind, rules] of Object.entries(GATEWAY_RULES)) {
    it(`of ${kind} says when the last of many may leave: when it does`, async () => {
      for (const [before, requests] of [
        [0, 1],
        [7, 12],
        [rules.allowances.at(-1)!.requests - rules.keptForDaily - 3, 70],
      ] as const) {
        const story = new Story(rules);
        for (let turn = 0; turn < before; turn++) {
          await story.ask('backfill');
          jump(story.clock, 20 * SECOND);
        }
        const last = await story.budget.lastOf(requests, 'backfill');
        for (let left = requests; left > 0;) {
          const refusal = await story.ask('backfill');
          if (refusal) story.clock.set(new Date(refusal.retryAt!).toISOString());
          else left--;
        }
        assert.equal(story.left.at(-1)?.at, last);
      }
    });
  }

  it('is never negative', async () => {
    const story = new Story();
    await story.askAll();
    assert.equal((await story.budget.forecast('backfill')).left, 0);
  });
});

describe('many at once', () => {
  it('get what there is and keep the distance; the others are refused', async () => {
    const story = new Story();
    const times: number[] = [];
    const takes = Array.from({ length: 70 }, () =>
      story.budget.take('daily').then(() => times.push(story.clock.now())),
    );
    const results = await story.clock.finish(Promise.allSettled(takes));
    const refused = results.filter(({ status }) => status === 'rejected');
    assert.equal(refused.length, 30);
    for (const result of refused) if (result.status === 'rejected') isReason('quotaBudget')(result.reason);
    assert.deepEqual(
      times.map((at) => (at - Date.parse(START)) / SECOND),
      Array.from({ length: 40 }, (_, place) => place),
    );
    assert.equal((await story.disk.ledger)!.spent.length, 40);
  });

  it('through several meters of one account as through one', async () => {
    const story = new Story(GATEWAY_RULES['data-connect']);
    const takes = Array.from({ length: 12 }, () => story.budget.take('daily'));
    await story.clock.finish(Promise.all(takes));
    assert.equal(story.clock.now() - Date.parse(START), 11 * 250);
  });
});

describe('an abort', () => {
  it('ends the waiting at once, with its reason, and spends nothing', async () => {
    const story = new Story();
    await story.ask();
    const controller = new AbortController();
    const waiting = story.budget.take('daily', controller.signal);
    const rejected = assert.rejects(waiting, /node closed/);
    while (story.clock.sleepers === 0) await new Promise(setImmediate);
    controller.abort(new Error('node closed'));
    await rejected;
    assert.equal(story.clock.sleepers, 0);
    assert.equal((await story.disk.ledger)!.spent.length, 1);
    assert.equal((await story.budget.forecast('daily')).left, 39);
  });

  it('that came before spends nothing either', async () => {
    const story = new Story();
    await assert.rejects(story.budget.take('daily', AbortSignal.abort(new Error('too late'))), /too late/);
    assert.equal((await story.budget.forecast('daily')).left, 40);
  });
});

it('the rules stay below what each gateway allows', () => {
  const allowed = (kind: keyof typeof GATEWAY_RULES, within: number): number | undefined =>
    GATEWAY_RULES[kind].allowances.find((one) => one.within === within)?.requests;
  // Conso API bans at 100 in 12 hours, in effect per UTC day; MyElectricalData 50 a day; Enedis 5/s and 1000/h.
  assert.ok(allowed('conso-api', 12 * HOUR)! < 100);
  assert.ok(allowed('conso-api', DAY)! < 100);
  assert.ok(allowed('my-electrical-data', DAY)! < 50);
  assert.ok(allowed('my-electrical-data-v1', DAY)! < 50);
  assert.ok(allowed('data-connect', SECOND)! < 5);
  assert.ok(allowed('data-connect', HOUR)! < 1000);
  for (const { allowances, keptForDaily } of Object.values(GATEWAY_RULES))
    for (const { requests, within } of allowances) if (within >= HOUR) assert.ok(keptForDaily < requests);
});
