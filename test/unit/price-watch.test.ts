/** Prices as time passes: each change once and on the second, over clock changes, restarts, sleep and clocks that jump. */
import assert from 'node:assert/strict';
import { before, beforeEach, describe, it } from 'node:test';
import fc from 'fast-check';
import { datesBetween, instantAt, isoParis, parisDate, parisDay } from '../../lib/readings/paris';
import { truthOf } from '../../lib/simulator';
import type { DayKind } from '../../lib/tariffs/calendars';
import { momentOf } from '../../lib/tariffs/moment';
import type { ToldDays } from '../../lib/tariffs/news';
import { PriceWatch, type PriceEvent } from '../../lib/tariffs/price-watch';
import type { Tariff } from '../../lib/tariffs/tariff';
import { FakeClock } from '../support/fake-clock';
import { loadShipped, tariffKnowing, tariffOf } from '../support/tariffs';

const HPHC = { offer: 'hphc', prices: 'regulated', power: 9, windows: [{ from: '', winter: '22:38-06:38' }] };
const TEMPO = { offer: 'tempo', prices: 'regulated', power: 9 };
const EJP = { offer: 'ejp', prices: 'regulated', power: 9 };
const still = (): Promise<void> => Promise.resolve();

describe('prices as time passes', () => {
  let clock: FakeClock;
  let events: PriceEvent[];
  let kept: ToldDays | null;
  let watch: PriceWatch;

  before(loadShipped);
  beforeEach(() => {
    events = [];
    kept = null;
  });

  const begin = (tariff: Tariff, at?: string): void => {
    if (at !== undefined) clock = new FakeClock(at);
    watch = new PriceWatch({
      clock,
      tariff,
      told: kept,
      onLook: (event) => void events.push(event),
      onTold: (told) => void (kept = told),
      onFailure: (error) => assert.fail(String(error)),
    });
    watch.start();
  };
  const live = (until: string): Promise<void> => clock.runUntil(until, still);
  /** `2026-11-25T22:38:00+01:00 period HC`, of events with a reason. */
  const told = (): string[] =>
    events
      .filter(({ reason }) => reason !== null)
      .map(({ reason, moment }) => `${isoParis(moment.at)} ${reason} ${moment.period ?? '?'}`);

  it('starts with what is, then tells each change on its second', async () => {
    begin(tariffOf(HPHC), '2026-11-25T12:00:00+01:00');
    await live('2026-11-27T00:00:00+01:00');
    assert.deepEqual(told(), [
      '2026-11-25T12:00:00+01:00 start HP',
      '2026-11-25T22:38:00+01:00 period HC',
      '2026-11-26T06:38:00+01:00 period HP',
      '2026-11-26T22:38:00+01:00 period HC',
    ]);
    assert.deepEqual(
      events.filter(({ isMidnight }) => isMidnight).map(({ moment }) => isoParis(moment.at)),
      ['2026-11-26T00:00:00+01:00', '2026-11-27T00:00:00+01:00'],
    );
  });

  it('a price that changes inside a period is told as a price', async () => {
    const versions = [
      { from: '2026-01-01', kwh: { HC: 0.1, HP: 0.2 } },
      { from: '2026-11-26', kwh: { HC: 0.15, HP: 0.2 } },
    ];
    begin(tariffOf({ ...HPHC, prices: 'own', versions }), '2026-11-25T23:00:00+01:00');
    await live('2026-11-26T01:00:00+01:00');
    assert.deepEqual(told().slice(1), ['2026-11-26T00:00:00+01:00 price HC']);
    assert.equal(isoParis(events.at(-1)!.moment.start!), '2026-11-26T00:00:00+01:00');
  });

  for (const [name, from, to, expected] of [
    ['October', '2026-10-24T12:00:00+02:00', '2026-10-26T12:00:00+01:00', 2],
    ['March', '2027-03-27T12:00:00+01:00', '2027-03-29T12:00:00+02:00', 2],
  ] as const)
    it(`the night of the clock change in ${name}: by the clock on the wall, nothing twice`, async () => {
      begin(tariffOf({ ...HPHC, windows: [{ from: '', winter: '02:30-06:38' }] }), from);
      await live(to);
      const changes = told().filter((each) => each.includes('period'));
      const nights = changes.map((each) => each.slice(11, 25));
      assert.equal(nights.filter((each) => each.startsWith('06:38:00')).length, expected);
      if (name === 'March')
        assert.ok(changes.includes('2027-03-28T03:00:00+02:00 period HC'), 'half past two is skipped');
      else
        assert.deepEqual(
          changes.filter((each) => each.startsWith('2026-10-25')),
          [
            '2026-10-25T02:30:00+02:00 period HC',
            '2026-10-25T02:00:00+01:00 period HP',
            '2026-10-25T02:30:00+01:00 period HC',
            '2026-10-25T06:38:00+01:00 period HP',
          ],
          'the repeated hour is on the clock twice',
        );
    });

  it('a season of Tempo: every change of every day, none twice, none missed; each colour is news twice', async () => {
    const known = new Map<string, DayKind>();
    begin(
      tariffKnowing(TEMPO, (_calendar, date) => known.get(date)),
      '2026-09-01T05:00:00+02:00',
    );
    const dates = datesBetween('2026-08-31', '2027-08-31');
    for (const date of dates.slice(0, 2)) known.set(date, { kind: truthOf('tempo', date), state: 'final' });
    watch.look();
    events.length = 0;
    for (const date of dates.slice(1)) {
      const tomorrow = datesBetween(date, '2027-09-02')[1]!;
      for (const [time, state] of [
        ['8:17', 'preliminary'],
        ['11:24', 'final'],
      ] as const) {
        await live(isoParis(instantAt(date, time)));
        known.set(tomorrow, { kind: truthOf('tempo', tomorrow), state });
        watch.look();
        watch.look();
      }
      await live(isoParis(parisDay(date).end - 1000));
    }
    const changes = told().filter((each) => each.includes('period'));
    const expected = dates.slice(1).flatMap((date) => {
      const colour = { blue: 'JB', white: 'JW', red: 'JR' }[
        truthOf('tempo', date) as 'blue' | 'white' | 'red'
      ];
      return [
        `${isoParis(instantAt(date, '6:00'))} period HP${colour}`,
        `${isoParis(instantAt(date, '22:00'))} period HC${colour}`,
      ];
    });
    assert.deepEqual(changes, expected);
    const news = events.filter(({ reason }) => reason === 'day');
    assert.equal(news.length, 2 * (dates.length - 1));
    assert.deepEqual(
      [...new Set(news.map(({ moment }) => isoParis(moment.at).slice(11, 16)))],
      ['08:17', '11:24'],
    );
  });

  it('tomorrow isn’t known at 20:00: told once, then when it is', async () => {
    const known = new Map<string, DayKind>([
      ['2026-11-24', { kind: 'blue', state: 'final' }],
      ['2026-11-25', { kind: 'blue', state: 'final' }],
    ]);
    const tariff = tariffKnowing(TEMPO, (_calendar, date) => known.get(date));
    begin(tariff, '2026-11-25T12:00:00+01:00');
    await live('2026-11-25T20:30:00+01:00');
    assert.deepEqual(told(), ['2026-11-25T12:00:00+01:00 start HPJB', '2026-11-25T20:00:00+01:00 day HPJB']);
    watch.stop();
    events.length = 0;
    begin(tariff);
    assert.deepEqual(told(), ['2026-11-25T20:30:00+01:00 start HPJB'], 'a restart doesn’t tell it again');
    known.set('2026-11-26', { kind: 'red', state: 'final' });
    watch.look();
    assert.deepEqual(told().slice(1), ['2026-11-25T20:30:00+01:00 day HPJB']);
  });

  it('without a colour the period ends where knowledge ends', async () => {
    const known = new Map<string, DayKind>([['2026-11-25', { kind: 'blue', state: 'final' }]]);
    const tariff = tariffKnowing(TEMPO, (_calendar, date) => known.get(date));
    const moment = momentOf(tariff, instantAt('2026-11-25', '23:00'));
    assert.deepEqual(
      [moment.period, isoParis(moment.end!), moment.next],
      ['HCJB', '2026-11-26T06:00:00+01:00', null],
    );
    begin(tariff, '2026-11-25T23:00:00+01:00');
    await live('2026-11-26T07:00:00+01:00');
    assert.deepEqual(told().slice(1), ['2026-11-26T06:00:00+01:00 period ?']);
    known.set('2026-11-26', { kind: 'red', state: 'final' });
    watch.look();
    assert.equal(told().at(-1), '2026-11-26T07:00:00+01:00 period HPJR', 'period comes before day');
  });

  it('EJP: the day begins at 01:00, the peak at 07:00, and summer brings no news', async () => {
    const tariff = tariffKnowing(EJP, (_calendar, date) =>
      date > '2026-10-31' && date < '2027-04-01'
        ? { kind: date === '2026-12-02' ? 'ejp' : 'normal', state: 'final' }
        : undefined,
    );
    begin(tariff, '2026-12-01T23:00:00+01:00');
    await live('2026-12-03T12:00:00+01:00');
    assert.deepEqual(
      told().filter((each) => each.includes('period')),
      ['2026-12-02T07:00:00+01:00 period PM', '2026-12-03T01:00:00+01:00 period HN'],
    );
    assert.equal(momentOf(tariff, instantAt('2026-12-03', '0:30')).day?.date, '2026-12-02');
    events.length = 0;
    watch.stop();
    begin(tariff, '2027-04-02T12:00:00+02:00');
    await live('2027-04-10T12:00:00+02:00');
    assert.equal(told().length, 1);
  });

  it('a machine that sleeps over changes tells what is when it wakes, once', async () => {
    begin(tariffOf(HPHC), '2026-11-25T12:00:00+01:00');
    clock.set('2026-11-28T23:00:00+01:00');
    await live('2026-11-28T23:00:01+01:00');
    assert.deepEqual(told().slice(1), ['2026-11-28T23:00:00+01:00 period HC']);
  });

  it('a clock that was wrong and is put right tells what really is', async () => {
    begin(tariffOf(HPHC), '2026-11-25T23:00:00+01:00');
    clock.putRight('2026-11-25T12:00:00+01:00');
    await live('2026-11-25T12:00:01+01:00');
    assert.deepEqual(told().slice(1), ['2026-11-25T12:00:00+01:00 period HP']);
    await live('2026-11-25T22:38:00+01:00');
    assert.equal(told().at(-1), '2026-11-25T22:38:00+01:00 period HC');
  });

  it('a clock that is put back by seconds undoes nothing', async () => {
    begin(tariffOf(HPHC), '2026-11-25T22:00:00+01:00');
    await live('2026-11-25T22:38:00+01:00');
    clock.set('2026-11-25T22:37:50+01:00');
    watch.look();
    assert.equal(told().length, 2);
    assert.equal(watch.now().period, 'HC');
  });

  it('whatever the windows, what is told is what the rates say, once', async () => {
    const minute = fc.integer({ min: 0, max: 24 * 60 - 1 });
    const time = (at: number): string =>
      `${String(Math.floor(at / 60)).padStart(2, '0')}:${String(at % 60).padStart(2, '0')}`;
    await fc.assert(
      fc.asyncProperty(
        minute,
        minute,
        fc.constantFrom('2026-10-24', '2026-11-25', '2027-03-27'),
        async (from, to, date) => {
          fc.pre(from !== to);
          events = [];
          const tariff = tariffOf({ ...HPHC, windows: [{ from: '', winter: `${time(from)}-${time(to)}` }] });
          const start = instantAt(date, '12:00');
          const end = start + 48 * 3_600_000;
          begin(tariff, isoParis(start));
          await live(isoParis(end));
          watch.stop();
          const expected = tariff.rates(start, end + 1).slice(1);
          assert.deepEqual(
            events
              .filter(({ reason }) => reason === 'period')
              .map(({ moment }) => [moment.at, moment.period]),
            expected.map((rate) => [rate.start, rate.period]),
          );
        },
      ),
      { numRuns: 60 },
    );
  });

  it('a price that no change is known of has no end', () => {
    const moment = momentOf(
      tariffOf({ offer: 'base', prices: 'regulated', power: 6 }),
      instantAt('2026-11-25', '12:00'),
    );
    assert.deepEqual([moment.end, moment.next], [null, null]);
    assert.equal(parisDate(moment.start!), '2026-08-01');
    const own = { prices: 'own', versions: [{ from: '2022-03-04', kwh: { BASE: 0.2 } }] };
    const old = momentOf(tariffOf({ offer: 'base', ...own }), instantAt('2026-11-25', '12:00'));
    assert.equal(parisDate(old.start!), '2022-03-04', 'a price of years ago');
  });
});
