/** A series with several values at one instant, one for each register of the meter: nothing of one gets into another. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { aggregate } from '../../lib/figures/aggregate';
import { Describer } from '../../lib/figures/describe';
import { SHAPES } from '../../lib/figures/shapes';
import { Intake, type Group } from '../../lib/readings/from-readings';
import { parisDay } from '../../lib/readings/paris';
import { SERIES, type Measure, type Series } from '../../lib/readings/reading';
import { partKey, readPartKey, type SeriesId } from '../../lib/readings/series-id';
import { toReading, toReadings } from '../../lib/readings/to-readings';

const PDL = '22516914714270';
const MADE_UP = 'counters' as Series;
const ID: SeriesId = { usagePointId: PDL, direction: 'consumption', series: MADE_UP };
const DATES = ['2026-11-20', '2026-11-21'];
const rows = SERIES as Record<string, unknown>;

/** Off-peak 1 kWh a day, peak 10, the total 11: sorted by their start. */
const measures = (): Measure[] =>
  DATES.flatMap((date) => {
    const { start, end } = parisDay(date);
    return Object.entries({ F1: 1000, F2: 10_000, T: 11_000 }).map(([register, amount]): Measure => ({
      start,
      end,
      amount,
      quality: 'raw',
      register,
    }));
  });

function groupsOf(elements: unknown[]): { groups: Group[]; problems: unknown[] } {
  const intake = new Intake();
  intake.take(elements);
  return { groups: [...intake.groups()].filter((group) => group !== null), problems: intake.problems };
}

describe('several values at one instant', () => {
  before(() => (rows[MADE_UP] = { ...SERIES.daily, parts: 'register', reconciledWith: null }));
  after(() => delete rows[MADE_UP]);

  it('have each their id', () => {
    const ids = toReadings(ID, measures()).map(({ id }) => id);
    assert.equal(new Set(ids).size, 6);
    assert.equal(ids[0], `${PDL}/consumption/counters/F1/2026-11-19T23:00:00Z`);
  });

  it('come back from a message as they were, one group for each register', () => {
    const { groups, problems } = groupsOf(toReadings(ID, measures()));
    assert.deepEqual(problems, []);
    assert.deepEqual(
      groups.map(({ id }) => id.register),
      ['F1', 'F2', 'T'],
    );
    for (const { id, measures: own } of groups)
      assert.deepEqual(
        own,
        measures().filter(({ register }) => register === id.register),
      );
  });

  it('are added up apart, and leave apart in every shape', () => {
    const { groups } = groupsOf(toReadings(ID, measures()));
    const figures = groups.flatMap(({ id, measures: own }) => aggregate(id, own, 'month', 'auto'));
    assert.deepEqual(
      figures.map(({ register, value }) => [register, value]),
      [
        ['F1', 2],
        ['F2', 20],
        ['T', 22],
      ],
    );
    assert.equal(new Set(figures.map(({ id }) => id)).size, 3);
    assert.equal(figures[0]!.id, `${PDL}/consumption/counters/F1/month/sum/2026-10-31T23:00:00Z`);
    for (const figure of [figures[0]!, toReading(ID, measures()[0]!)]) {
      assert.equal(SHAPES.rows(figure).register, 'F1');
      assert.equal(SHAPES.influxdb(figure).tags.register, 'F1');
      assert.equal(SHAPES.chart(figure).series, 'consumption/counters/F1');
    }
  });

  it('are counted apart in what a message says of them', () => {
    const describer = new Describer(ID);
    for (const date of DATES) {
      const day = parisDay(date);
      describer.add(
        day,
        measures().filter(({ start }) => start === day.start),
        [],
      );
    }
    const { coverage, missing } = describer.description(6, { source: 'network', gateway: 'demo' });
    assert.deepEqual([coverage, missing], [1, []]);
  });

  it('are known again by the key they are remembered under', () => {
    const { groups } = groupsOf(toReadings(ID, measures()));
    for (const { id } of groups) assert.deepEqual(readPartKey(partKey(id)), id);
    for (const other of [
      `${PDL}/consumption/daily/F1`,
      `${PDL}/consumption/counters/f!`,
      'x',
      `${PDL}/x/daily`,
    ])
      assert.equal(readPartKey(other), null, other);
  });

  it('are refused where the register is missing or none', () => {
    const [reading] = toReadings(ID, measures());
    for (const register of [undefined, '', 'x/y', 7])
      assert.deepEqual(groupsOf([{ ...reading, register }]).problems, [{ index: 0, field: 'register' }]);
  });

  it('a register beside a reading that has none is nothing to us', () => {
    const { groups } = groupsOf([
      { ...toReading({ ...ID, series: 'daily' }, measures()[0]!), id: 'x', register: 'F1' },
    ]);
    assert.deepEqual(groups[0]!.id, { ...ID, series: 'daily' });
    assert.equal(groups[0]!.measures[0]!.register, undefined);
  });
});
