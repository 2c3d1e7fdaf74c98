/** What energy costs over a period, message by message: chosen, split, corrected, priced again. */
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import fc from 'fast-check';
import type { Incomplete } from '../../lib/figures/accumulate';
import { EnergyAccumulator } from '../../lib/figures/accumulate-energy';
import { TariffRule, type CostOptions } from '../../lib/figures/cost';
import type { EnergyAggregate, KnownEnergy, MadeEnergy } from '../../lib/figures/energy';
import { SeriesMemory } from '../../lib/figures/memory';
import { chartPoint } from '../../lib/figures/shapes/chart';
import { influxPoint } from '../../lib/figures/shapes/influxdb';
import { row } from '../../lib/figures/shapes/rows';
import { addDays, instantAt, parisDay } from '../../lib/readings/paris';
import type { Period } from '../../lib/readings/periods';
import type { Measure } from '../../lib/readings/reading';
import type { Tariff } from '../../lib/tariffs/tariff';
import { curveOf, loadShipped, tariffOf } from '../support/tariffs';

const ID = { usagePointId: '22516914714270', direction: 'consumption' } as const;
const HPHC = {
  offer: 'hphc',
  prices: 'own',
  windows: [{ from: '', winter: '22:00-06:00' }],
  versions: [{ from: '2026-01-01', subscription: 365, per: 'year', kwh: { HC: 0.1, HP: 0.2 } }],
};
const BASE = { offer: 'base', prices: 'own', versions: [{ from: '2026-01-01', kwh: { BASE: 0.2 } }] };

/** A day's energy in Wh. */
function daily(date: string, amount: number, count = 1): Measure[] {
  return Array.from({ length: count }, (_, day) => {
    const { start, end } = parisDay(addDays(date, day));
    return { start, end, amount, quality: 'raw' };
  });
}

/** A node's life: what outlasts a message stays between `take`s; the tariff may be another each time. */
function node(period: Period, options: Partial<CostOptions> = {}, incomplete: Incomplete = 'emit') {
  const memories = { daily: new SeriesMemory(), loadCurve: new SeriesMemory() };
  let state: unknown;
  return {
    take(known: KnownEnergy, tariff: Tariff): EnergyAggregate[] {
      const all = { fn: 'cost', split: false, fixed: false, ...options } as const;
      const rule = new TariffRule(ID, period, { id: 'bleu', name: 'Tarif Bleu', tariff }, all);
      const kept: unknown = state === undefined ? undefined : JSON.parse(JSON.stringify(state));
      const accumulator = new EnergyAccumulator(rule, memories, kept, period, incomplete);
      const made = [...accumulator.take(known)].filter((step): step is MadeEnergy => step !== null);
      ({ state } = accumulator);
      return made.flatMap(({ aggregate, parts }) => parts ?? [aggregate]);
    },
  };
}

const values = (figures: readonly EnergyAggregate[]): Record<string, number> =>
  Object.fromEntries(figures.map(({ tariffPeriod = 'all', value }) => [tariffPeriod, value]));

describe('what energy costs', () => {
  before(loadShipped);

  it('a day by its load curve, in euros, with the kWh behind it and an id of its own', () => {
    const curve = curveOf('2026-03-02', '2026-03-03', 1000);
    const [figure] = node('day').take({ loadCurve: curve }, tariffOf(HPHC));
    assert.deepEqual(figure, {
      id: '22516914714270/consumption/energy/day/cost/bleu/2026-03-01T23:00:00Z',
      fn: 'cost',
      usagePointId: '22516914714270',
      direction: 'consumption',
      series: 'energy',
      period: 'day',
      start: '2026-03-02T00:00:00+01:00',
      end: '2026-03-03T00:00:00+01:00',
      expected: 48,
      received: 48,
      coverage: 1,
      from: ['loadCurve'],
      tariff: 'bleu',
      tariffName: 'Tarif Bleu',
      exactness: 'aligned',
      value: 4,
      unit: 'EUR',
      energy: 24,
    });
  });

  it('daily readings and the curve of a day are never paid twice', () => {
    const known = {
      daily: daily('2026-03-02', 24_000),
      loadCurve: curveOf('2026-03-02', '2026-03-03', 1000),
    };
    assert.deepEqual(values(node('day').take(known, tariffOf(HPHC))), { all: 4 });
    assert.deepEqual(values(node('day').take(known, tariffOf(BASE))), { all: 4.8 });
  });

  it('a daily reading alone is priced where the day has one price, and says what is needed where it has two', () => {
    const known = { daily: daily('2026-03-02', 24_000) };
    const [base] = node('day').take(known, tariffOf(BASE));
    assert.deepEqual([base?.value, base?.unpriced, base?.from], [4.8, undefined, ['daily']]);
    const [two] = node('day').take(known, tariffOf(HPHC));
    assert.deepEqual([two?.value, two?.unpriced, two?.energy, two?.coverage], [0, 24, 0, 1]);
  });

  it('the day’s energy above an incomplete curve has no price', () => {
    const curve = curveOf('2026-03-02', '2026-03-03', 1000).slice(0, 40);
    const [figure] = node('day').take(
      { daily: daily('2026-03-02', 24_000), loadCurve: curve },
      tariffOf(HPHC),
    );
    assert.deepEqual([figure?.energy, figure?.unpriced, figure?.coverage], [20, 4, 40 / 48]);
  });

  it('a split adds up to its whole, subscription and energy without a price included', () => {
    const curve = curveOf('2026-03-02', '2026-03-03', (place) => 700 + 13 * place);
    const known = { loadCurve: curve.slice(0, 47), daily: daily('2026-03-02', 30_000) };
    const options = { fixed: true };
    const [whole] = node('day', options).take(known, tariffOf(HPHC));
    const parts = node('day', { ...options, split: true }).take(known, tariffOf(HPHC));
    assert.deepEqual(
      parts.map(({ tariffPeriod }) => tariffPeriod),
      ['HC', 'HP', 'fixed', 'unpriced'],
    );
    const sum = parts.reduce((units, { value }) => units + Math.round(value * 100_000), 0);
    assert.equal(sum, Math.round(whole!.value * 100_000));
    assert.equal(parts.find(({ tariffPeriod }) => tariffPeriod === 'fixed')?.value, 1);
    assert.equal(whole?.fixed, 1);
    assert.equal(parts.at(-1)?.unpriced, whole?.unpriced);
    assert.ok(parts.every(({ coverage }) => coverage === whole?.coverage));
    assert.equal(new Set(parts.map(({ id }) => id)).size, parts.length);
    assert.match(parts[0]!.id, /\/energy\/day\/cost\/bleu\/HC\/2026-03-01T23:00:00Z$/);
  });

  it('kWh are split by the tariff’s periods, and add up to the day', () => {
    const parts = node('day', { fn: 'sum', split: true }).take(
      { loadCurve: curveOf('2026-03-02', '2026-03-03', 1500) },
      tariffOf(HPHC),
    );
    assert.deepEqual(values(parts), { HC: 12, HP: 24 });
    assert.deepEqual([parts[0]?.unit, parts[0]?.fn], ['kWh', 'sum']);
  });

  it('a price that comes late is priced again once, with what it corrects', () => {
    const later = { ...BASE, versions: [...BASE.versions, { from: '2026-03-02', kwh: { BASE: 0.25 } }] };
    const flow = node('day');
    flow.take({ daily: daily('2026-03-01', 10_000, 3) }, tariffOf(BASE));
    assert.deepEqual(flow.take({ daily: daily('2026-03-04', 10_000) }, tariffOf(BASE)).length, 1);
    const again = flow.take({ daily: daily('2026-03-05', 10_000) }, tariffOf(later));
    assert.deepEqual(
      again.map(({ start, value, corrects }) => [start.slice(8, 10), value, corrects]),
      [
        ['02', 2.5, 2],
        ['03', 2.5, 2],
        ['04', 2.5, 2],
        ['05', 2.5, undefined],
      ],
    );
    assert.equal(flow.take({ daily: daily('2026-03-06', 10_000) }, tariffOf(later)).length, 1);
  });

  it('a colour that comes late takes the energy out of what has no price', () => {
    const tempo = {
      offer: 'tempo',
      prices: 'own',
      versions: [
        { from: '2026-01-01', kwh: { HCJB: 0.1, HPJB: 0.2, HCJW: 0.1, HPJW: 0.2, HCJR: 0.1, HPJR: 0.7 } },
      ],
    };
    const before = { '2026-03-01': 'blue' };
    const flow = node('day', { split: true });
    const known = { loadCurve: curveOf('2026-03-02', '2026-03-03', 1000) };
    assert.deepEqual(values(flow.take(known, tariffOf(tempo, { days: before }))), { HCJB: 0.6, unpriced: 0 });
    const after = flow.take({}, tariffOf(tempo, { days: { ...before, '2026-03-02': 'red' } }));
    assert.deepEqual(values(after), { HCJR: 0.2, HPJR: 11.2, unpriced: 0 });
    const unpriced = after.find(({ tariffPeriod }) => tariffPeriod === 'unpriced');
    assert.equal(unpriced?.unpriced, undefined);
  });

  it('the subscription is due on days without a reading, but for none before the first that is known', () => {
    const readings = [...daily('2026-03-10', 10_000, 5), ...daily('2026-03-20', 10_000, 1)];
    const priced = { ...BASE, versions: [{ ...BASE.versions[0]!, subscription: 31, per: 'month' }] };
    const [figure] = node('month', { fixed: true }).take({ daily: readings }, tariffOf(priced));
    assert.deepEqual([figure?.fixed, figure?.value], [11, 11 + 12]);
  });

  it('an hour is told by the curve alone; a shared half-hour says by how much it may be off', () => {
    const odd = { ...HPHC, windows: [{ from: '', winter: '22:38-06:38' }] };
    const known = {
      daily: daily('2026-03-02', 24_000),
      loadCurve: curveOf('2026-03-02', '2026-03-03', 1000),
    };
    const hours = node('hour').take(known, tariffOf(odd));
    assert.equal(hours.length, 24);
    const cut = hours[22]!;
    assert.deepEqual([cut.exactness, cut.value], ['prorata', 0.16333]);
    assert.ok(cut.plusMinus! > 0 && cut.plusMinus! < 0.05);
    assert.deepEqual([hours[21]!.exactness, hours[21]!.plusMinus], ['aligned', undefined]);
  });

  it('each interval of a curve with its price; a correction names what it replaces', () => {
    const rule = new TariffRule(
      ID,
      'interval',
      { id: 'bleu', name: '', tariff: tariffOf(HPHC) },
      {
        fn: 'cost',
        split: false,
        fixed: false,
      },
    );
    const start = instantAt('2026-03-02', '05:30');
    const measures = [
      { start, end: start + 1_800_000, amount: 1000, quality: 'corrected' as const, corrects: 3000 },
      { start: start + 1_800_000, end: start + 3_600_000, amount: 1000, quality: 'raw' as const },
    ];
    const made = [...rule.intervals(measures)].map((step) => step!.aggregate);
    assert.deepEqual(
      made.map(({ value, corrects, period }) => [value, corrects, period]),
      [
        [0.05, 0.15, 'interval'],
        [0.1, undefined, 'interval'],
      ],
    );
  });

  it('a total replaces itself as older readings come', () => {
    const flow = node('total');
    const [first] = flow.take({ daily: daily('2026-03-02', 10_000) }, tariffOf(BASE));
    const [second] = flow.take({ daily: daily('2026-03-01', 10_000) }, tariffOf(BASE));
    assert.equal(first?.id, second?.id);
    assert.deepEqual([second?.value, second?.corrects], [4, 2]);
  });

  it('money goes to a chart, to InfluxDB and into a table under names of its own', () => {
    const known = { loadCurve: curveOf('2026-03-02', '2026-03-03', 1000) };
    const [hc] = node('day', { split: true }).take(known, tariffOf(HPHC));
    assert.equal(chartPoint(hc!).series, 'consumption/cost/HC');
    const { tags, fields } = influxPoint(hc!);
    assert.deepEqual([tags.tariff, tags.tariffPeriod, tags.unit, tags.fn], ['bleu', 'HC', 'EUR', 'cost']);
    assert.deepEqual(fields, { value: 0.8, coverage: 1, energy: 8 });
    const { tariff, tariff_period, energy, fixed, unpriced, unit } = row(hc!);
    assert.deepEqual(
      [tariff, tariff_period, energy, fixed, unpriced, unit],
      ['bleu', 'HC', 8, null, null, 'EUR'],
    );
  });

  it('however messages are cut, the days’ costs end up the same', () => {
    const curve = curveOf('2026-03-27', '2026-03-31', (place) => (place * 7919) % 4001);
    const whole = node('day').take({ loadCurve: curve }, tariffOf(HPHC));
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: curve.length - 1 }), { maxLength: 6 }), (cuts) => {
        const flow = node('day');
        const last = new Map<string, number>();
        const ends = [...cuts.sort((a, b) => a - b), curve.length];
        for (const [place, end] of ends.entries())
          for (const { id, value } of flow.take(
            { loadCurve: curve.slice(place === 0 ? 0 : ends[place - 1], end) },
            tariffOf(HPHC),
          ))
            last.set(id, value);
        assert.deepEqual(last, new Map(whole.map(({ id, value }) => [id, value])));
      }),
      { numRuns: 30 },
    );
  });
});
