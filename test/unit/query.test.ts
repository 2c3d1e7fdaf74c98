/**
 * What the archive answers. Every sum is worked out again from what the simulated household has used, by the test's own
 * arithmetic: dates by UTC, months and hours by `Intl`, prices by whole numbers.
 */
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import fc from 'fast-check';
import type { MeterArchive, Period } from '../../lib/archive/archive';
import { aggregate, type Aggregate } from '../../lib/figures/aggregate';
import { TariffRule, type CostOptions, type NamedTariff } from '../../lib/figures/cost';
import { EnergyChoice } from '../../lib/figures/energy';
import { answer, type Answer } from '../../lib/query/answer';
import { STEPS, type Question, type Step } from '../../lib/query/question';
import { EnergyValue, PowerValue, PricedValue, type Source } from '../../lib/query/values';
import { parisDay } from '../../lib/readings/paris';
import { daysOfRange, RANGES } from '../../lib/readings/ranges';
import type { Direction } from '../../lib/readings/reading';
import { archived, dates, PDL, sourceOf, truth } from '../support/archived';
import { tariffKnowing, tariffOf } from '../support/tariffs';

/** Both clock changes of three years, and 29 February 2024. */
const KNOWN: Period = { start: '2023-12-01', end: '2026-11-26' };
const NOW = Date.parse('2026-11-26T09:30:00+01:00');

const HPHC: NamedTariff = {
  id: 'bleu',
  name: 'Tarif Bleu',
  tariff: tariffOf({
    offer: 'hphc',
    prices: 'own',
    windows: [{ from: '', winter: '22:00-06:00' }],
    versions: [{ from: '2023-01-01', subscription: 10, per: 'month', kwh: { HC: 0.15, HP: 0.21 } }],
  }),
};

const WALL = new Intl.DateTimeFormat('sv-SE', {
  timeZone: 'Europe/Paris',
  dateStyle: 'short',
  timeStyle: 'short',
});
/** `2026-10-25 02:30` */
const wall = (instant: number): string => WALL.format(instant);

/** kWh of days, each by its daily reading. */
function kwh(days: readonly string[], direction: Direction = 'consumption'): number {
  return days.reduce((sum, date) => sum + truth(direction, 'daily', dayOf(date))[0]!.amount, 0) / 1000;
}

function dayOf(date: string): Period {
  return { start: date, end: plus(date, 1) };
}

function plus(date: string, days: number): string {
  return new Date(Date.parse(date) + days * 86_400_000).toISOString().slice(0, 10);
}

/** From the first to the last, which is included. */
function days(first: string, last: string): string[] {
  return dates({ start: first, end: plus(last, 1) });
}

let archive: MeterArchive;
let consumption: Source;
let production: Source;

type Asked = Partial<Omit<Question, 'days'>> & { first?: string | null; last?: string; now?: number };

function questionOf({ first = null, last = '2026-11-25', now: _now, ...rest }: Asked): Question {
  return {
    value: 'energy',
    direction: 'consumption',
    step: 'day',
    compare: 'none',
    days: { first, last },
    ...rest,
  };
}

function energy(asked: Asked, source = consumption): Promise<Answer> {
  const question = questionOf(asked);
  return answer(question, source, new EnergyValue(source, question.step), asked.now ?? NOW);
}

function priced(asked: Asked, options: Partial<CostOptions> = {}, source = consumption): Promise<Answer> {
  const question = questionOf({ value: 'cost', ...asked });
  const all: CostOptions = { fn: 'cost', split: false, fixed: false, ...options };
  const maker = new PricedValue(source, question.step, HPHC, all);
  return answer(question, source, maker, asked.now ?? NOW);
}

const values = ({ figures }: Answer): number[] => figures.map(({ value }) => value);
const nearly = (actual: number, expected: number, what = ''): void =>
  assert.ok(Math.abs(actual - expected) < 1e-6, `${what}: ${actual} isn't ${expected}`);

before(async () => {
  archive = await archived(KNOWN, { directions: ['consumption', 'production'] });
  consumption = sourceOf(archive);
  production = sourceOf(archive, 'production');
});

describe('a question of energy', () => {
  it('by month: each is the sum of its days, 29 February and both clock changes among them', async () => {
    const { figures } = await energy({ step: 'month', first: '2024-01-01', last: '2025-12-31' });
    assert.equal(figures.length, 24);
    for (const figure of figures) {
      const month = figure.start.slice(0, 7);
      const own = days('2024-01-01', '2025-12-31').filter((date) => date.startsWith(month));
      nearly(figure.value, kwh(own), month);
      assert.equal(figure.coverage, 1, month);
      assert.equal(figure.expected, own.length, month);
      assert.deepEqual(figure.from, ['daily']);
    }
    assert.equal(figures[1]!.expected, 29);
  });

  it('by hour: 25 on the last Sunday of October, 23 on that of March, each of its half-hours', async () => {
    for (const [date, count] of [
      ['2025-10-26', 25],
      ['2025-03-30', 23],
      ['2025-11-02', 24],
    ] as const) {
      const { figures } = await energy({ step: 'hour', first: date, last: date });
      assert.equal(figures.length, count);
      const halves = truth('consumption', 'loadCurve', dayOf(date));
      for (const { start, end, value } of figures) {
        const [from, to] = [Date.parse(start), Date.parse(end)];
        assert.equal(to - from, 3_600_000);
        const own = halves.filter((half) => half.start >= from && half.start < to);
        nearly(value, own.reduce((sum, { amount }) => sum + amount / 2, 0) / 1000, start);
      }
      nearly(
        values({ figures } as Answer).reduce((a, b) => a + b, 0),
        kwh([date]),
        date,
      );
    }
  });

  it('by the meter’s interval: kWh, not kW, and 50 of them in October', async () => {
    const { figures, from } = await energy({ step: 'interval', first: '2025-10-26', last: '2025-10-26' });
    const halves = truth('consumption', 'loadCurve', dayOf('2025-10-26'));
    assert.equal(figures.length, 50);
    assert.deepEqual(
      values({ figures } as Answer),
      halves.map(({ amount }) => amount / 2000),
    );
    assert.equal(new Set(figures.map(({ id }) => id)).size, 50);
    assert.ok(figures.every(({ period, unit }) => period === 'interval' && unit === 'kWh'));
    assert.equal(from, undefined);
  });

  it('by week: from Monday to Sunday', async () => {
    const { figures } = await energy({ step: 'week', first: '2026-10-19', last: '2026-11-01' });
    assert.deepEqual(
      figures.map(({ start, end }) => [start.slice(0, 10), end.slice(0, 10)]),
      [
        ['2026-10-19', '2026-10-26'],
        ['2026-10-26', '2026-11-02'],
      ],
    );
    nearly(figures[0]!.value, kwh(days('2026-10-19', '2026-10-25')));
  });

  it('of production, and of everything there is', async () => {
    const { figures, known } = await energy({ step: 'total', direction: 'production' }, production);
    assert.equal(figures.length, 1);
    nearly(figures[0]!.value, kwh(dates(KNOWN), 'production'));
    assert.deepEqual(known, KNOWN);
  });

  it('is told by the load curve where a day has no daily reading, and says so', async () => {
    const without = await archived(
      { start: '2026-11-01', end: '2026-11-08' },
      { has: (date, series) => !(series === 'daily' && date === '2026-11-03') },
    );
    const { figures, from } = await energy(
      { step: 'total', first: '2026-11-01', last: '2026-11-07' },
      sourceOf(without),
    );
    nearly(figures[0]!.value, kwh(days('2026-11-01', '2026-11-07')));
    assert.deepEqual(from, ['daily', 'loadCurve']);
    assert.equal(figures[0]!.coverage, 1);
  });

  it('names the days that are missing', async () => {
    const holes = await archived(
      { start: '2026-11-01', end: '2026-11-08' },
      { has: (date) => date !== '2026-11-03' && date !== '2026-11-04' },
    );
    const {
      figures,
      days: about,
      expected,
      received,
    } = await energy({ step: 'week', first: '2026-11-02', last: '2026-11-08' }, sourceOf(holes));
    assert.deepEqual(about?.missing, [
      { start: '2026-11-03T00:00:00+01:00', end: '2026-11-05T00:00:00+01:00' },
      { start: '2026-11-08T00:00:00+01:00', end: '2026-11-09T00:00:00+01:00' },
    ]);
    assert.equal(figures[0]!.coverage, 4 / 7);
    assert.deepEqual([expected, received], [7, 4]);
  });
});

describe('ids', () => {
  it('of whole periods are those that the totals node gives the same figures', async () => {
    const { figures } = await energy({ step: 'month', first: '2026-09-01', last: '2026-10-31' });
    const rule = new EnergyChoice({ usagePointId: PDL, direction: 'consumption' }, 'month', 'sum');
    const october = { start: parisDay('2026-10-01').start, end: parisDay('2026-11-01').start };
    const known = days('2026-10-01', '2026-10-31').map((date) => ({
      daily: truth('consumption', 'daily', dayOf(date)).map((each) => ({ ...each, quality: 'raw' as const })),
    }));
    const steps = [...rule.figure(october, known)];
    assert.ok(steps.every((step) => step === null));
    const made = last(rule.figure(october, known));
    assert.deepEqual(figures[1], made!.aggregate);
  });

  it('of a period that the days asked for cut, and of every total, end with start and end', async () => {
    const cut = await energy({ step: 'month', first: '2026-10-20', last: '2026-11-05' });
    assert.deepEqual(
      cut.figures.map(({ id }) => id),
      [
        `${PDL}/consumption/energy/month/sum/2026-10-19T22:00:00Z/2026-10-31T23:00:00Z`,
        `${PDL}/consumption/energy/month/sum/2026-10-31T23:00:00Z/2026-11-05T23:00:00Z`,
      ],
    );
    const total = await energy({ step: 'total', first: '2026-10-01', last: '2026-10-31' });
    assert.equal(
      total.figures[0]!.id,
      `${PDL}/consumption/energy/total/sum/2026-09-30T22:00:00Z/2026-10-31T23:00:00Z`,
    );
    const running = await energy({ step: 'month', first: '2026-11-01', last: '2026-11-30' });
    assert.equal(running.figures[0]!.id, `${PDL}/consumption/energy/month/sum/2026-10-31T23:00:00Z`);
  });

  it('never repeat, whatever is asked', async () => {
    for (const step of STEPS)
      for (const split of [false, true]) {
        const { figures } = await priced({ step, first: '2026-10-20', last: '2026-11-05' }, { split });
        assert.equal(new Set(figures.map(({ id }) => id)).size, figures.length, step);
      }
  });
});

function last<T>(steps: Generator<null, T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/** Cents and watts as whole numbers: 10⁻⁵ €, W × 30 minutes. */
function cost(of: readonly string[]): { value: number; HC: number; HP: number } {
  const sums = { HC: 0, HP: 0 };
  for (const date of of)
    for (const { start, amount } of truth('consumption', 'loadCurve', dayOf(date))) {
      const hour = Number(wall(start).slice(11, 13));
      sums[hour >= 22 || hour < 6 ? 'HC' : 'HP'] += amount * 30;
    }
  const euros = (sum: number, price: number): number => (sum * price) / 60_000 / 100_000;
  const [HC, HP] = [euros(sums.HC, 15_000), euros(sums.HP, 21_000)];
  return { value: HC + HP, HC, HP };
}

describe('a question of cost', () => {
  it('by month over two years: every half-hour at its price, to the hundred-thousandth of a euro', async () => {
    const { figures } = await priced({ step: 'month', first: '2024-01-01', last: '2025-12-31' });
    assert.equal(figures.length, 24);
    for (const { start, value, unit, tariff, from } of figures) {
      const month = start.slice(0, 7);
      const own = days('2024-01-01', '2025-12-31').filter((date) => date.startsWith(month));
      assert.ok(Math.abs(value - cost(own).value) <= 0.000005 + 1e-9, `${month}: ${value}`);
      assert.deepEqual([unit, tariff, from], ['EUR', 'bleu', ['loadCurve']]);
    }
  });

  it('split: the parts of a day add up to it, its subscription among them', async () => {
    const [whole] = (await priced({ first: '2026-11-20', last: '2026-11-20' }, { fixed: true })).figures;
    const { figures } = await priced(
      { first: '2026-11-20', last: '2026-11-20' },
      { split: true, fixed: true },
    );
    assert.deepEqual(figures.map(({ tariffPeriod }) => tariffPeriod).sort(), ['HC', 'HP', 'fixed']);
    nearly(
      values({ figures } as Answer).reduce((a, b) => a + b, 0),
      whole!.value,
    );
    nearly(whole!.fixed!, 0.33333, 'a thirtieth of a November');
    const own = cost(['2026-11-20']);
    nearly(figures.find(({ tariffPeriod }) => tariffPeriod === 'HC')!.value, Math.round(own.HC * 1e5) / 1e5);
  });

  it('is the figure that the totals node makes of the same readings', async () => {
    const { figures } = await priced(
      { step: 'month', first: '2026-10-01', last: '2026-10-31' },
      { fixed: true },
    );
    const options: CostOptions = { fn: 'cost', split: false, fixed: true };
    const rule = new TariffRule({ usagePointId: PDL, direction: 'consumption' }, 'month', HPHC, options);
    const october = { start: parisDay('2026-10-01').start, end: parisDay('2026-11-01').start };
    const known = days('2026-10-01', '2026-10-31').map((date) => ({
      daily: truth('consumption', 'daily', dayOf(date)).map((each) => ({ ...each, quality: 'raw' as const })),
      loadCurve: truth('consumption', 'loadCurve', dayOf(date)).map((each) => ({
        ...each,
        quality: 'raw' as const,
      })),
    }));
    const all = { start: parisDay(KNOWN.start).start, end: parisDay(KNOWN.end).start };
    assert.deepEqual(figures[0], last(rule.figure(october, known, all, []))!.aggregate);
  });

  it('with a subscription that no price tells says for which days', async () => {
    const bare: NamedTariff = {
      id: 'bare',
      name: 'bare',
      tariff: tariffOf({
        offer: 'base',
        prices: 'own',
        versions: [{ from: '2020-01-01', kwh: { BASE: 0.2 } }],
      }),
    };
    const maker = new PricedValue(consumption, 'total', bare, { fn: 'cost', split: false, fixed: true });
    const question = questionOf({ value: 'cost', step: 'total', first: '2026-11-20', last: '2026-11-21' });
    const { figures, lacks } = await answer(question, consumption, maker, NOW);
    assert.equal(figures[0]!.fixed, undefined);
    assert.deepEqual(lacks!.withoutFixed, ['2026-11-20', '2026-11-21']);
  });

  it('of a day that has only its energy says how many kWh have no price', async () => {
    const without = await archived(
      { start: '2026-11-01', end: '2026-11-08' },
      { has: (date, series) => !(series === 'loadCurve' && date === '2026-11-03') },
    );
    const { figures, lacks } = await priced(
      { step: 'total', first: '2026-11-01', last: '2026-11-07' },
      {},
      sourceOf(without),
    );
    nearly(figures[0]!.unpriced!, kwh(['2026-11-03']));
    nearly(lacks!.reasons.daily!, kwh(['2026-11-03']));
  });
});

describe('a question of power', () => {
  it('is the mean of the half-hours, weighted by how long they last', async () => {
    const source = consumption;
    const question = questionOf({ value: 'power', step: 'month', first: '2026-10-01', last: '2026-10-31' });
    const { figures } = await answer(question, source, new PowerValue(source, 'month', 'loadCurve'), NOW);
    const halves = truth('consumption', 'loadCurve', { start: '2026-10-01', end: '2026-11-01' });
    const mean = halves.reduce((sum, { amount }) => sum + amount, 0) / halves.length;
    assert.equal(figures[0]!.value, Math.round(mean) / 1000);
    assert.deepEqual([figures[0]!.unit, figures[0]!.received], ['kW', 31 * 48 + 2]);
  });

  it('maximum: the highest day, and its second', async () => {
    const question = questionOf({
      value: 'maxPower',
      step: 'month',
      first: '2026-10-01',
      last: '2026-10-31',
    });
    const maker = new PowerValue(consumption, 'month', 'maxPower');
    const { figures } = await answer(question, consumption, maker, NOW);
    const peaks = truth('consumption', 'maxPower', { start: '2026-10-01', end: '2026-11-01' });
    const highest = peaks.reduce((a, b) => (b.amount > a.amount ? b : a));
    assert.equal(figures[0]!.value, highest.amount / 1000);
    assert.equal(Date.parse(figures[0]!.at!), highest.at);
    const byDay = questionOf({
      value: 'maxPower',
      step: 'interval',
      first: '2026-10-01',
      last: '2026-10-31',
    });
    const each = await answer(byDay, consumption, new PowerValue(consumption, 'interval', 'maxPower'), NOW);
    assert.deepEqual(
      values(each),
      peaks.map(({ amount }) => amount / 1000),
    );
  });

  it('has no hours where it has one value a day: a clear error', () => {
    assert.throws(() => new PowerValue(consumption, 'hour', 'maxPower'), { reason: 'inputPeriod' });
  });
});

describe('a comparison', () => {
  const compared = (figure: Aggregate | undefined) => figure!.compare!;

  it('of a day is with the same weekday, a week or 364 days before', async () => {
    const [before] = (await energy({ first: '2026-11-24', last: '2026-11-24', compare: 'before' })).figures;
    nearly(compared(before).value, kwh(['2026-11-17']));
    assert.equal(compared(before).start, '2026-11-17T00:00:00+01:00');
    nearly(compared(before).change!, Math.round((kwh(['2026-11-24']) / kwh(['2026-11-17']) - 1) * 1e4) / 1e4);
    const [lastYear] = (await energy({ first: '2026-11-24', last: '2026-11-24', compare: 'lastYear' }))
      .figures;
    nearly(compared(lastYear).value, kwh(['2025-11-25']));
  });

  it('of a week is with the one before, or the one 52 weeks before', async () => {
    const asked = { step: 'week', first: '2026-11-16', last: '2026-11-22' } as const;
    nearly(
      compared((await energy({ ...asked, compare: 'before' })).figures[0]).value,
      kwh(days('2026-11-09', '2026-11-15')),
    );
    nearly(
      compared((await energy({ ...asked, compare: 'lastYear' })).figures[0]).value,
      kwh(days('2025-11-17', '2025-11-23')),
    );
  });

  it('of a month is with the same day numbers: a 31st without a partner drops out', async () => {
    const october = { step: 'month', first: '2026-10-01', last: '2026-10-31' } as const;
    const { figures, compare } = await energy({ ...october, compare: 'before' });
    const { value, start, end, change, coverage } = compared(figures[0]);
    nearly(value, kwh(days('2026-09-01', '2026-09-30')));
    assert.deepEqual([start.slice(0, 10), end.slice(0, 10), coverage], ['2026-09-01', '2026-10-01', 1]);
    // 30 days on both sides, although October's own value is of 31.
    nearly(figures[0]!.value, kwh(days('2026-10-01', '2026-10-31')));
    const thirty = kwh(days('2026-10-01', '2026-10-30')) / kwh(days('2026-09-01', '2026-09-30')) - 1;
    nearly(change!, Math.round(thirty * 1e4) / 1e4);
    assert.deepEqual(compare?.missing, []);
  });

  it('with last year leaves 29 February out on both sides', async () => {
    const leap = { step: 'month', first: '2024-12-01', last: '2024-12-31' } as const;
    nearly(
      compared((await energy({ ...leap, compare: 'lastYear' })).figures[0]).value,
      kwh(days('2023-12-01', '2023-12-31')),
    );
    const february = await energy({
      step: 'month',
      first: '2025-02-01',
      last: '2025-02-28',
      compare: 'lastYear',
    });
    const { value, coverage } = compared(february.figures[0]);
    nearly(value, kwh(days('2024-02-01', '2024-02-28')));
    assert.equal(coverage, 1);
    const year = await energy({ step: 'year', first: '2025-01-01', last: '2025-12-31', compare: 'before' });
    nearly(
      compared(year.figures[0]).value,
      kwh(days('2024-01-01', '2024-12-31').filter((date) => date !== '2024-02-29')),
    );
    assert.equal(compared(year.figures[0]).coverage, 1);
    assert.deepEqual(year.compare?.missing, []);
  });

  it('of what is still running counts the same days only', async () => {
    const { figures } = await energy({
      step: 'month',
      first: '2026-11-01',
      last: '2026-11-30',
      compare: 'lastYear',
    });
    nearly(figures[0]!.value, kwh(days('2026-11-01', '2026-11-25')));
    nearly(compared(figures[0]).value, kwh(days('2025-11-01', '2025-11-25')));
    assert.equal(compared(figures[0]).end, '2025-11-26T00:00:00+01:00');
  });

  it('of a total is with as many days just before, or the same dates of last year', async () => {
    const asked = { step: 'total', first: '2026-11-11', last: '2026-11-20' } as const;
    nearly(
      compared((await energy({ ...asked, compare: 'before' })).figures[0]).value,
      kwh(days('2026-11-01', '2026-11-10')),
    );
    nearly(
      compared((await energy({ ...asked, compare: 'lastYear' })).figures[0]).value,
      kwh(days('2025-11-11', '2025-11-20')),
    );
    const running = await energy({
      step: 'total',
      first: '2026-11-01',
      last: '2026-11-30',
      compare: 'before',
    });
    nearly(compared(running.figures[0]).value, kwh(days('2026-10-07', '2026-10-31')), '25 days so far');
  });

  it('of half-hours is by the clock on the wall: the second 02:00 of October has no partner', async () => {
    const october = await energy({
      step: 'interval',
      first: '2026-10-25',
      last: '2026-10-25',
      compare: 'before',
    });
    const partners = new Map(
      truth('consumption', 'loadCurve', dayOf('2026-10-18')).map(({ start, amount }) => [
        wall(start).slice(11),
        amount / 2000,
      ]),
    );
    assert.equal(october.figures.length, 50);
    const withPartner = october.figures.filter(({ compare }) => compare !== undefined);
    assert.equal(withPartner.length, 48);
    for (const { start, compare } of withPartner)
      assert.equal(compare!.value, partners.get(wall(Date.parse(start)).slice(11)), start);
    const march = await energy({ step: 'hour', first: '2026-04-05', last: '2026-04-05', compare: 'before' });
    assert.deepEqual(
      march.figures.filter(({ compare }) => compare === undefined).map(({ start }) => start.slice(11, 16)),
      ['02:00'],
    );
  });

  it('counts a day that is missing on one side for neither, and names it', async () => {
    const holes = await archived(
      { start: '2026-10-01', end: '2026-11-15' },
      { has: (date) => date !== '2026-11-05' && date !== '2026-10-07' },
    );
    const {
      figures,
      compare,
      days: about,
    } = await energy(
      {
        step: 'month',
        first: '2026-11-01',
        last: '2026-11-30',
        compare: 'before',
        now: Date.parse('2026-11-15T12:00:00+01:00'),
      },
      sourceOf(holes),
    );
    const own = days('2026-11-01', '2026-11-14').filter(
      (date) => !['2026-11-05', '2026-11-07'].includes(date),
    );
    const theirs = days('2026-10-01', '2026-10-14').filter(
      (date) => !['2026-10-05', '2026-10-07'].includes(date),
    );
    nearly(compared(figures[0]).change!, Math.round((kwh(own) / kwh(theirs) - 1) * 1e4) / 1e4);
    nearly(
      compared(figures[0]).value,
      kwh(days('2026-10-01', '2026-10-14').filter((date) => date !== '2026-10-07')),
    );
    assert.deepEqual(
      about?.missing.map(({ start }) => start.slice(0, 10)),
      ['2026-11-05'],
    );
    assert.deepEqual(
      compare?.missing.map(({ start }) => start.slice(0, 10)),
      ['2026-10-07'],
    );
    assert.ok(Math.abs(compared(figures[0]).coverage - 13 / 14) < 1e-9);
  });

  it('is left out where nothing is known of the other side', async () => {
    const { figures, compare } = await energy({
      step: 'month',
      first: '2023-12-01',
      last: '2023-12-31',
      compare: 'before',
    });
    assert.equal(figures[0]!.compare, undefined);
    assert.deepEqual(compare?.missing, [
      { start: '2023-11-01T00:00:00+01:00', end: '2023-12-01T00:00:00+01:00' },
    ]);
  });

  it('of a split compares each period with itself', async () => {
    const asked = { step: 'day', first: '2026-11-24', last: '2026-11-24', compare: 'before' } as const;
    const { figures } = await priced(asked, { split: true });
    for (const { tariffPeriod, compare } of figures)
      nearly(
        compare!.value,
        Math.round(cost(['2026-11-17'])[tariffPeriod as 'HC' | 'HP'] * 1e5) / 1e5,
        tariffPeriod,
      );
  });

  it('of a cost with its subscription counts that of a day without a reading: it was due', async () => {
    const holes = await archived(
      { start: '2026-11-01', end: '2026-11-15' },
      { has: (date) => date !== '2026-11-04' },
    );
    const asked = { step: 'week', first: '2026-11-09', last: '2026-11-15', compare: 'before' } as const;
    const now = Date.parse('2026-11-15T12:00:00+01:00');
    const { figures } = await priced({ ...asked, now }, { fixed: true }, sourceOf(holes));
    const six = cost(days('2026-11-02', '2026-11-07').filter((date) => date !== '2026-11-04')).value;
    assert.ok(Math.abs(compared(figures[0]).value - (six + (6 * 10) / 30)) < 1e-5);
  });

  it('of euros leaves out days that have no price on one side', async () => {
    const without = await archived(
      { start: '2026-11-01', end: '2026-11-15' },
      { has: (date, series) => !(series === 'loadCurve' && date === '2026-11-03') },
    );
    const asked = { step: 'week', first: '2026-11-09', last: '2026-11-15', compare: 'before' } as const;
    const { figures } = await priced(
      { ...asked, now: Date.parse('2026-11-15T12:00:00+01:00') },
      {},
      sourceOf(without),
    );
    const own = cost(days('2026-11-09', '2026-11-14').filter((date) => date !== '2026-11-10')).value;
    const theirs = cost(days('2026-11-02', '2026-11-07').filter((date) => date !== '2026-11-03')).value;
    nearly(compared(figures[0]).change!, Math.round((own / theirs - 1) * 1e4) / 1e4);
  });
});

describe('a projection', () => {
  it('of this month is last year’s remaining days, by how this year compares so far', async () => {
    const { figures } = await energy({ step: 'month', first: '2026-11-01', last: '2026-11-30' });
    const [toDate, same] = [kwh(days('2026-11-01', '2026-11-25')), kwh(days('2025-11-01', '2025-11-25'))];
    const expected = toDate + kwh(days('2025-11-26', '2025-11-30')) * (toDate / same);
    assert.deepEqual(figures[0]!.projected, {
      value: Math.round(expected * 1000) / 1000,
      unit: 'kWh',
      method: 'lastYear',
    });
  });

  it('of a meter without last year is the mean of the days so far', async () => {
    const young = await archived({ start: '2026-11-05', end: '2026-11-26' });
    const { figures } = await energy(
      { step: 'year', first: '2026-01-01', last: '2026-12-31' },
      sourceOf(young),
    );
    const toDate = kwh(days('2026-11-05', '2026-11-25'));
    const { value, method } = figures[0]!.projected!;
    assert.equal(method, 'average');
    nearly(value, Math.round((toDate / 21) * 365 * 1000) / 1000);
  });

  it('of a cost adds the subscription as it is, in cents', async () => {
    const { figures } = await priced(
      { step: 'month', first: '2026-11-01', last: '2026-11-30' },
      { fixed: true },
    );
    const [toDate, same] = [
      cost(days('2026-11-01', '2026-11-25')).value,
      cost(days('2025-11-01', '2025-11-25')).value,
    ];
    const expected = toDate + cost(days('2025-11-26', '2025-11-30')).value * (toDate / same) + 10;
    assert.deepEqual(figures[0]!.projected, {
      value: Math.round(expected * 100) / 100,
      unit: 'EUR',
      method: 'lastYear',
    });
  });

  it('is nothing that a month that is over, a part of one or a week carries', async () => {
    for (const asked of [
      { step: 'month', first: '2026-10-01', last: '2026-10-31' },
      { step: 'month', first: '2026-11-10', last: '2026-11-25' },
      { step: 'week', first: '2026-11-23', last: '2026-11-29' },
    ] as const)
      assert.equal((await energy(asked)).figures[0]!.projected, undefined, asked.first);
  });
});

describe('nothing to answer with', () => {
  it('outside the archive: no figure, and what there is instead', async () => {
    const {
      figures,
      known,
      days: about,
      received,
    } = await energy({ step: 'month', first: '2019-01-01', last: '2019-12-31' });
    assert.deepEqual(figures, []);
    assert.deepEqual(known, KNOWN);
    assert.equal(about?.missing.length, 1);
    assert.equal(received, 0);
  });

  it('an empty archive, a period that hasn’t begun', async () => {
    const empty = sourceOf(await archived({ start: '2026-01-01', end: '2026-01-01' }));
    assert.deepEqual((await energy({ step: 'total' }, empty)).figures, []);
    assert.equal((await energy({ step: 'total' }, empty)).known, null);
    const ahead = await energy({ step: 'month', first: '2027-01-01', last: '2027-01-31' });
    assert.deepEqual([ahead.figures, ahead.days], [[], null]);
  });

  it('a range of centuries costs no more than what there is', async () => {
    const { figures } = await energy({ step: 'day', first: '1900-01-01', last: '2999-12-31' });
    assert.equal(figures.length, dates(KNOWN).length);
  });
});

describe('whatever is asked', () => {
  const anyDay = fc.integer({ min: 0, max: dates(KNOWN).length - 1 }).map((place) => dates(KNOWN)[place]!);
  const anyPeriod = fc.tuple(anyDay, fc.integer({ min: 0, max: 60 })).map(([first, count]) => ({
    first,
    last: plus(first, count) < KNOWN.end ? plus(first, count) : plus(KNOWN.end, -1),
  }));
  const anyStep = fc.constantFrom<Step>('hour', 'day', 'week', 'month', 'year', 'interval');

  it('the steps add up to the total, to the watt-hour', async () => {
    await fc.assert(
      fc.asyncProperty(anyPeriod, anyStep, async (period, step) => {
        const [total] = values(await energy({ step: 'total', ...period }));
        const sum = values(await energy({ step, ...period })).reduce((a, b) => a + b, 0);
        nearly(sum, total!, step);
      }),
      { numRuns: 60 },
    );
  });

  it('the parts of a cost add up to it, to the hundred-thousandth', async () => {
    await fc.assert(
      fc.asyncProperty(
        anyPeriod,
        fc.constantFrom<Step>('day', 'week', 'month', 'total'),
        async (period, step) => {
          const whole = await priced({ step, ...period }, { fixed: true });
          const parts = await priced({ step, ...period }, { split: true, fixed: true });
          for (const { start, value } of whole.figures) {
            const own = parts.figures.filter((part) => part.start === start);
            nearly(
              own.reduce((sum, part) => sum + part.value, 0),
              value,
              start,
            );
          }
        },
      ),
      { numRuns: 30 },
    );
  });

  it('every word for a range has a figure whose days are those of the word', async () => {
    for (const word of RANGES) {
      const range = daysOfRange(word, '2026-11-26');
      const { figures } = await energy({ step: 'total', first: range.first, last: range.last });
      const first = range.first ?? KNOWN.start;
      const end = range.last < KNOWN.end ? range.last : plus(KNOWN.end, -1);
      nearly(figures[0]!.value, kwh(days(first, end)), word);
    }
  });
});

describe('the days kept in memory', () => {
  it('are read again once a reading of theirs is another', async () => {
    const own = await archived({ start: '2026-11-01', end: '2026-11-08' });
    const source = sourceOf(own);
    const asked = { step: 'total', first: '2026-11-01', last: '2026-11-07' } as const;
    const [before] = values(await energy(asked, source));
    const [day] = truth('consumption', 'daily', dayOf('2026-11-03'));
    await own.merge(
      { direction: 'consumption', series: 'daily' },
      [{ ...day!, amount: day!.amount + 5000, quality: 'corrected' }],
      'demo',
    );
    const [after] = values(await energy(asked, source));
    nearly(after!, before! + 5);
    await own.erase('2026-11-08');
    assert.deepEqual(values(await energy(asked, source)), []);
  });

  it('are priced again once their tariff says something else', async () => {
    const source = sourceOf(await archived({ start: '2026-11-01', end: '2026-11-08' }));
    let revision = 0;
    let kind = 'blue';
    const settings = {
      offer: 'custom',
      rules: {
        periods: { A: 'A', B: 'B' },
        calendar: 'own',
        rules: [{ period: 'B', day: ['red'] }, { period: 'A' }],
      },
      versions: [{ from: '2023-01-01', kwh: { A: 0.1, B: 0.5 } }],
    };
    const tariff = knowing(
      settings,
      () => kind,
      () => revision,
    );
    const named = { id: 't', name: 't', tariff };
    const asked = questionOf({ value: 'cost', step: 'total', first: '2026-11-01', last: '2026-11-07' });
    const ask = async (): Promise<number> => {
      const maker = new PricedValue(source, 'total', named, { fn: 'cost', split: false, fixed: false });
      return values(await answer(asked, source, maker, NOW))[0]!;
    };
    const blue = await ask();
    kind = 'red';
    revision++;
    nearly(await ask(), blue * 5);
  });
});

function knowing(settings: object, kindOf: () => string, revision: () => number): NamedTariff['tariff'] {
  const tariff = tariffKnowing(settings, () => ({ kind: kindOf(), state: 'final' }));
  Object.defineProperty(tariff, 'revision', { get: revision });
  return tariff;
}

it('the totals node still has the figures it had: sums of one series by itself', () => {
  const measures = truth('consumption', 'daily', { start: '2026-10-01', end: '2026-11-01' }).map((each) => ({
    ...each,
    quality: 'raw' as const,
  }));
  const id = { usagePointId: PDL, direction: 'consumption', series: 'daily' } as const;
  nearly(aggregate(id, measures, 'month', 'sum')[0]!.value, kwh(days('2026-10-01', '2026-10-31')));
});
