/**
 * Two years of half-hours priced and split by Tempo's periods, against adding the same half-hours up, by day and month: as
 * the aggregate node does both (goal: at most twice the time), and the bare loops; and ten tariffs over three years, as an
 * offer is looked for (goal: under two seconds).
 */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type * as accumulators from '../../lib/figures/accumulate-energy';
import type * as aggregates from '../../lib/figures/aggregate';
import type * as costs from '../../lib/figures/cost';
import type * as energies from '../../lib/figures/energy';
import type * as memories from '../../lib/figures/memory';
import type * as paris from '../../lib/readings/paris';
import type { Measure } from '../../lib/readings/reading';
import type * as periods from '../../lib/readings/periods';
import type * as bills from '../../lib/tariffs/bill';
import type * as published from '../../lib/tariffs/prices/published';
import type * as pricing from '../../lib/tariffs/pricing';
import type * as settings from '../../lib/tariffs/settings/read-tariff';
import type * as tariffs from '../../lib/tariffs/tariff';
import { duration, median, type Figure } from '../table';

// As it is installed: compiled, without what a loader of TypeScript adds to each call.
const load = createRequire(join(__dirname, '..', '..', 'dist', 'lib', 'x.js'));
const { EnergyAccumulator } = load('./figures/accumulate-energy') as typeof accumulators;
const { TariffRule } = load('./figures/cost') as typeof costs;
const { EnergyChoice } = load('./figures/energy') as typeof energies;
const { SeriesMemory } = load('./figures/memory') as typeof memories;
const { aggregate } = load('./figures/aggregate') as typeof aggregates;
const { addDays, datesBetween, parisDay } = load('./readings/paris') as typeof paris;
const { spanAt } = load('./readings/periods') as typeof periods;
const { Bill } = load('./tariffs/bill') as typeof bills;
const { shippedPrices, versionsAt } = load('./tariffs/prices/published') as typeof published;
const { priceCurve, priceDay } = load('./tariffs/pricing') as typeof pricing;
const { readTariff } = load('./tariffs/settings/read-tariff') as typeof settings;
const { Tariff } = load('./tariffs/tariff') as typeof tariffs;

const START = '2023-11-20';
const END = '2026-11-20';
const HALF_HOUR = 1_800_000;
const ID = { usagePointId: '22516914714270', direction: 'consumption', series: 'loadCurve' } as const;
const KINDS = ['blue', 'blue', 'blue', 'blue', 'white', 'white', 'red'];
const PERIODS = ['day', 'month'] as const;
const ROUNDS = 41;
const WARM_UP = 15;

export async function measure(): Promise<Figure> {
  const rows = await shippedPrices();
  const kinds = new Map(
    datesBetween(addDays(START, -1), END).map((date, place) => [date, KINDS[place % 7]!]),
  );
  const open = (each: object): tariffs.Tariff =>
    new Tariff(readTariff(each).terms!, {
      officialVersions: (offer, power) => (offer === 'custom' ? [] : versionsOf(rows, offer, power)),
      kindOf: (_calendar, date) => ({ kind: kinds.get(date) ?? 'blue', state: 'final' }),
      slots: () => [],
      revision: () => 0,
    });
  const twoYears = days(addDays(START, 365));
  const measures = twoYears.flatMap(({ curve }) => curve);
  const tempo = open({ offer: 'tempo', power: 9 });
  const named = { id: 'tempo', name: 'Tempo', tariff: tempo };
  const split = { fn: 'cost', split: true, fixed: false } as const;
  const ways = [
    (period: Adding) => accumulated(new EnergyChoice(ID, period, 'sum'), period, measures),
    (period: Adding) => accumulated(new TariffRule(ID, period, named, split), period, measures),
    (period: Adding) => aggregate(ID, measures, period, 'auto'),
    (period: Adding) => priceBy(period, measures, tempo),
  ];
  const times = ways.map((): number[] => []);
  for (let round = -WARM_UP; round < ROUNDS; round++) {
    for (const [place, way] of ways.entries()) {
      const begun = performance.now();
      for (const period of PERIODS) way(period);
      if (round >= 0) times[place]!.push(performance.now() - begun);
    }
  }
  const ten = Array.from({ length: 10 }, (_, place) => open(OFFERS[place % OFFERS.length]!));
  const threeYears = days(START);
  const begun = performance.now();
  for (const tariff of ten) price(threeYears, tariff);
  const comparing = performance.now() - begun;
  const [added, priced, loopAdded, loopPriced] = times.map(median) as [number, number, number, number];
  return {
    title: 'Pricing half-hours',
    columns: ['', 'median', '× adding up'],
    rows: [
      ['two years added up, as the node does', duration(added), 1],
      ['two years priced and split by Tempo’s periods', duration(priced), (priced / added).toFixed(1)],
      ['the loop that adds up alone', duration(loopAdded), (loopAdded / added).toFixed(2)],
      ['the loop that prices alone', duration(loopPriced), (loopPriced / added).toFixed(2)],
      ['ten tariffs over three years, once', duration(comparing), ''],
    ],
    note: 'By day and month. Goals: pricing takes at most twice the time of adding up; ten tariffs over three years under 2 s.',
  };
}

type Adding = (typeof PERIODS)[number];

/** The figures of a message with all of it, in a node that remembers nothing yet. */
function accumulated(rule: energies.EnergyRule, period: Adding, loadCurve: readonly Measure[]): unknown {
  const empty = { daily: new SeriesMemory(), loadCurve: new SeriesMemory() };
  return [...new EnergyAccumulator(rule, empty, undefined, period, 'emit').take({ loadCurve })];
}

const OFFERS = [
  { offer: 'base', power: 9 },
  { offer: 'tempo', power: 9 },
  { offer: 'ejp', power: 9 },
  { offer: 'hphc', power: 9, windows: [{ winter: '22:38-06:38' }] },
  {
    offer: 'custom',
    rules: {
      periods: { HC: 'HC', HP: 'HP' },
      rules: [
        { period: 'HC', weekdays: ['sat', 'sun'] },
        { period: 'HC', holiday: true },
        { period: 'HC', time: ['23:00-06:00'] },
        { period: 'HP' },
      ],
    },
    versions: [{ from: '2000-01-01', kwh: { HC: 0.17, HP: 0.21 } }],
  },
];

const known = new Map<string, published.PublishedVersion[]>();

function versionsOf(
  rows: readonly published.PublishedPrice[],
  offer: published.RegulatedOffer,
  power: number,
): published.PublishedVersion[] {
  const key = `${offer}/${power}`;
  const versions = known.get(key) ?? versionsAt(rows, offer, power);
  known.set(key, versions);
  return versions;
}

interface Day {
  date: string;
  curve: Measure[];
}

function days(from: string): Day[] {
  return datesBetween(from, END).map((date) => {
    const { start, end } = parisDay(date);
    const curve: Measure[] = [];
    for (let at = start; at < end; at += HALF_HOUR) {
      curve.push({
        start: at,
        end: at + HALF_HOUR,
        amount: 200 + ((curve.length * 7919) % 3000),
        quality: 'raw',
      });
    }
    return { date, curve };
  });
}

/** A figure a day, each split by period and rounded. */
function price(all: readonly Day[], tariff: tariffs.Tariff): bills.Cost[] {
  const rates = tariff.rates(parisDay(all[0]!.date).start, parisDay(addDays(all.at(-1)!.date, 1)).start);
  return all.map((day) => {
    const bill = new Bill();
    priceDay(day, rates, tariff, bill);
    return bill.total();
  });
}

/** A figure for each period, each split and rounded. */
function priceBy(period: Adding, curve: readonly Measure[], tariff: tariffs.Tariff): bills.Cost[] {
  const rates = tariff.rates(curve[0]!.start, curve.at(-1)!.end);
  const costs: bills.Cost[] = [];
  for (let from = 0; from < curve.length;) {
    const { end } = spanAt(period, curve[from]!.start);
    let to = from + 1;
    while (to < curve.length && curve[to]!.start < end) to++;
    const bill = new Bill();
    priceCurve(curve, rates, bill, from, to);
    costs.push(bill.total());
    from = to;
  }
  return costs;
}
