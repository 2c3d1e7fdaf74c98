/** What holds of any tariff and any curve: parts add up to the whole, and where one cuts changes nothing. */
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import fc from 'fast-check';
import { addDays, datesBetween, parisDay } from '../../lib/readings/paris';
import type { Measure } from '../../lib/readings/reading';
import { exactCost, exactShare, fitted, units } from '../../lib/tariffs/amounts';
import { Bill } from '../../lib/tariffs/bill';
import { priceCurve } from '../../lib/tariffs/pricing';
import type { Tariff } from '../../lib/tariffs/tariff';
import { loadShipped, tariffOf } from '../support/tariffs';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Half-hours, quarters, ten minutes and hours, zero and holes among them, over both clock changes. */
const curves = fc
  .record({
    from: fc.constantFrom('2026-03-27', '2026-10-23', '2025-01-30', '2026-12-30', '2024-02-27'),
    steps: fc.array(
      fc.record({
        minutes: fc.constantFrom(10, 15, 30, 60),
        watts: fc.oneof({ weight: 1, arbitrary: fc.constant(0) }, { weight: 5, arbitrary: fc.nat(36_000) }),
        hole: fc.integer({ min: 0, max: 8 }),
      }),
      { minLength: 1, maxLength: 150 },
    ),
  })
  .map(({ from, steps }) => {
    const curve: Measure[] = [];
    let at = parisDay(from).start;
    for (const { minutes, watts, hole } of steps) {
      if (hole === 0) at += HOUR;
      curve.push({ start: at, end: at + minutes * MINUTE, amount: watts, quality: 'raw' });
      at += minutes * MINUTE;
    }
    return curve;
  });

const time = fc.nat(24 * 60 - 1).map((minute) => {
  return `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
});
const window = fc
  .tuple(time, time)
  .filter(([from, to]) => from !== to)
  .map((ends) => ends.join('-'));
const price = fc.integer({ min: -30_000, max: 80_000 }).map((amount) => amount / 100_000);

const days = (letters: readonly string[]): Record<string, string> =>
  Object.fromEntries(
    ['2024-02-20', '2025-01-20', '2026-03-20', '2026-10-20', '2026-12-20'].flatMap((from) =>
      datesBetween(from, addDays(from, 30)).flatMap((date, place) => {
        const kind = letters[place % letters.length]!;
        return kind === '' ? [] : [[date, kind]];
      }),
    ),
  );

const tariffs = fc.oneof(
  fc.tuple(window, window, price, price).map(([winter, summer, HC, HP]) =>
    tariffOf({
      offer: 'hphc',
      prices: 'own',
      windows: [{ winter, summer }],
      versions: [
        { from: '2020-01-01', kwh: { HC, HP } },
        { from: '2025-02-01', kwh: { HC: HP, HP: HC } },
      ],
    }),
  ),
  fc
    .array(fc.constantFrom('blue', 'white', 'red', ''), { minLength: 1, maxLength: 7 })
    .map((letters) => tariffOf({ offer: 'tempo', power: 9 }, { days: days(letters) })),
  fc
    .record({ dayStartsAt: time, window, zero: price, other: price })
    .map(({ dayStartsAt, window: hours, zero, other }) =>
      tariffOf({
        offer: 'custom',
        prices: 'own',
        rules: {
          periods: { A: 'A', B: 'B', C: 'C' },
          dayStartsAt,
          rules: [
            { period: 'A', weekdays: ['sat', 'sun'], season: 'winter' },
            { period: 'B', time: [hours] },
            { period: 'C' },
          ],
        },
        versions: [{ from: '2000-01-01', kwh: { A: zero, B: other, C: 0.2 } }],
      }),
    ),
);

const spanOf = (curve: readonly Measure[]): [number, number] => [curve[0]!.start, curve.at(-1)!.end];

function billOf(curve: readonly Measure[], tariff: Tariff, from = 0, to = curve.length): Bill {
  const bill = new Bill();
  if (from < to) {
    const rates = tariff.rates(curve[from]!.start, curve[to - 1]!.end);
    priceCurve(curve, rates, bill, from, to);
  }
  return bill;
}

before(loadShipped);

describe('of any tariff and any curve', () => {
  it('rates follow each other without a hole, none is like the one before it', () => {
    fc.assert(
      fc.property(tariffs, curves, (tariff, curve) => {
        const [from, to] = spanOf(curve);
        const rates = tariff.rates(from, to);
        assert.equal(rates[0]!.start, from);
        assert.equal(rates.at(-1)!.end, to);
        for (const [place, rate] of rates.entries()) {
          assert.ok(rate.end > rate.start);
          assert.equal((rate.start - from) % MINUTE, 0);
          assert.equal(rate.price === null, rate.why !== null);
          const next = rates[place + 1];
          if (!next) continue;
          assert.equal(next.start, rate.end);
          assert.ok(
            next.period !== rate.period ||
              next.price !== rate.price ||
              next.why !== rate.why ||
              next.day !== rate.day,
          );
        }
      }),
    );
  });

  it('parts add up to the whole exactly: energy, and euros to the last digit', () => {
    fc.assert(
      fc.property(tariffs, curves, fc.boolean(), (tariff, curve, isFixed) => {
        const bill = billOf(curve, tariff);
        if (isFixed) bill.addFixed('2026-02-03', { amount: 1_586_000, per: 'month' });
        const { value, energy, byPeriod, fixed, unpriced } = bill.total();
        const all = curve.reduce((sum, { start, end, amount }) => sum + (amount * (end - start)) / MINUTE, 0);
        assert.equal(Math.round((energy + unpriced) * 60_000), all);
        assert.equal(
          byPeriod.reduce((sum, part) => sum + Math.round(part.energy * 60_000), 0),
          Math.round(energy * 60_000),
        );
        const euros = [...byPeriod.map((part) => part.value), ...(fixed === null ? [] : [fixed])];
        for (const each of [...euros, value]) assert.equal(each, Math.round(each * 1e5) / 1e5);
        assert.equal(
          euros.reduce((sum, each) => sum + units(each), 0),
          units(value),
        );
      }),
    );
  });

  it('splitting a period anywhere changes nothing', () => {
    fc.assert(
      fc.property(tariffs, curves, fc.nat(), (tariff, curve, cut) => {
        const place = cut % (curve.length + 1);
        const halves = billOf(curve, tariff, 0, place);
        halves.add(billOf(curve, tariff, place));
        const whole = billOf(curve, tariff);
        assert.deepEqual(halves.total(['HC', 'HP']), whole.total(['HC', 'HP']));
      }),
    );
  });

  it('asking for the rates of two parts is asking for those of the whole', () => {
    fc.assert(
      fc.property(tariffs, curves, fc.nat(), (tariff, curve, cut) => {
        const [from, to] = spanOf(curve);
        const middle = from + (cut % ((to - from) / MINUTE)) * MINUTE;
        const whole = tariff.rates(from, to);
        const parts = [...tariff.rates(from, middle), ...tariff.rates(middle, to)];
        const merged = parts.reduce<typeof parts>((list, rate) => {
          const last = list.at(-1);
          const isSame =
            last?.period === rate.period &&
            last.price === rate.price &&
            last.why === rate.why &&
            last.day === rate.day;
          return isSame ? [...list.slice(0, -1), { ...last, end: rate.end }] : [...list, rate];
        }, []);
        assert.deepEqual(merged, whole);
      }),
    );
  });

  it('a curve told minute by minute costs the same, and is off by nothing', () => {
    fc.assert(
      fc.property(tariffs, curves, (tariff, curve) => {
        const short = curve.slice(0, 20);
        const minutes = short.flatMap(({ start, end, amount, quality }) =>
          Array.from({ length: (end - start) / MINUTE }, (_, place) => ({
            start: start + place * MINUTE,
            end: start + (place + 1) * MINUTE,
            amount,
            quality,
          })),
        );
        const coarse = billOf(short, tariff).total(['A', 'B', 'C']);
        const fine = billOf(minutes, tariff).total(['A', 'B', 'C']);
        assert.equal(fine.plusMinus, 0);
        assert.deepEqual({ ...fine, exactness: 0, plusMinus: 0 }, { ...coarse, exactness: 0, plusMinus: 0 });
      }),
      { numRuns: 60 },
    );
  });

  it('what an interval may be off by its cut is never exceeded, however its power was spread', () => {
    fc.assert(
      fc.property(tariffs, curves, fc.infiniteStream(fc.nat(100)), (tariff, curve, shares) => {
        const short = curve.slice(0, 20);
        const minutes = short.flatMap(({ start, end, amount, quality }) => {
          // The same energy, put into one minute of the interval.
          const count = (end - start) / MINUTE;
          const peak = (shares.next().value as number) % count;
          return Array.from({ length: count }, (_, place) => ({
            start: start + place * MINUTE,
            end: start + (place + 1) * MINUTE,
            amount: place === peak ? amount * count : 0,
            quality,
          }));
        });
        const told = billOf(short, tariff).total();
        const real = billOf(minutes, tariff).total();
        if (told.unpriced > 0 || real.unpriced > 0) return;
        assert.ok(
          Math.abs(told.value - real.value) <= told.plusMinus + 0.000015,
          `${told.value} ${real.value} ${told.plusMinus}`,
        );
      }),
      { numRuns: 60 },
    );
  });

  it('rounded parts are never further off than one unit, and their sum no more than half of one', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -1e12, max: 1e12 }), { maxLength: 9 }), (costs) => {
        // In units of 1/(60 000 × 365): both kinds of fractions are whole numbers of it.
        const exact = [...costs.map((cost) => BigInt(cost) * 365n), 18_820_000n * 60_000n];
        const unit = 60_000n * 365n;
        const { total, parts } = fitted([...costs.map(exactCost), exactShare(18_820_000, 365)]);
        const off = (value: number, amount: bigint): bigint => {
          const difference = BigInt(units(value)) * unit - amount;
          return difference < 0n ? -difference : difference;
        };
        assert.ok(
          off(
            total,
            exact.reduce((sum, part) => sum + part, 0n),
          ) *
            2n <=
            unit,
        );
        for (const [place, value] of parts.entries()) assert.ok(off(value, exact[place]!) < unit);
        assert.equal(
          parts.reduce((sum, value) => sum + units(value), 0),
          units(total),
        );
      }),
    );
  });
});
