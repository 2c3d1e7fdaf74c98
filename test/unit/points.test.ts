/** Whatever the reader of points accepts, the archive keeps: what it writes is what it reads back after a restart. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { MeterArchive } from '../../lib/archive/archive';
import { understandPoints } from '../../lib/gateways/points/understand';
import type { StampedPoint } from '../../lib/gateways/points/stamped';
import { addDays, isoParis, parisDate, parisDay } from '../../lib/readings/paris';
import { ALL_SERIES, type Measure } from '../../lib/readings/reading';
import { FileStorage } from '../../lib/storage/files';

const PDL = '22516914714270';
const MINUTE = 60_000;
const ORIGIN = 'demo';

const dates = fc.constantFrom('2026-04-01', '2026-03-29', '2026-10-25', '2025-12-31', '2024-02-29');
const two = (count: number): string => String(count).padStart(2, '0');
/** Labels as bodies have them and as nobody has seen them yet. */
const stamps = fc.oneof(
  fc
    .tuple(dates, fc.nat(47), fc.constantFrom('', ':00', ':07', ':00.5'))
    .map(([date, half, tail]) => `${date} ${two(half >> 1)}:${half % 2 ? '30' : '00'}${tail || ':00'}`),
  fc
    .tuple(dates, fc.nat(24), fc.nat(59), fc.constantFrom(0, 0, 0, 7))
    .map(([date, h, m, s]) => `${date}T${two(h)}:${two(m)}:${two(s)}`),
  fc
    .tuple(
      dates,
      fc.nat(24 * 60).map((minute) => minute * 60),
      fc.constantFrom('Z', '+02:00', '+01:00', '-03:30', '+05:45', '+00:17'),
    )
    .map(
      ([date, s, offset]) =>
        `${date}T${two(Math.floor(s / 3600) % 24)}:${two(Math.floor(s / 60) % 60)}:${two(s % 60)}${offset}`,
    ),
  dates,
  fc.constantFrom('', 'x', '2026-04-01 24:00:00', '2026-02-30 10:00:00'),
);
const points = fc.array(
  fc.record({
    stamp: stamps,
    value: fc.oneof(
      fc.nat(9000),
      fc.nat(9000).map(String),
      fc.constantFrom(null, 'null', '-0.2', '12.5', '0,4'),
    ),
    step: fc.constantFrom('PT30M', 'PT10M', 'PT5M', 'PT15M', 'PT60M', 'PT1H', undefined, 'PT7M'),
    quality: fc.constantFrom<StampedPoint['quality'][]>('raw', 'corrected', 'estimated'),
  }),
  { maxLength: 30 },
);

async function keptAfterRestart(
  series: (typeof ALL_SERIES)[number],
  measures: Measure[],
): Promise<Measure[]> {
  const storage = new FileStorage(undefined, (file) => assert.fail(`${file} was set aside`));
  const key = { direction: 'consumption', series } as const;
  await new MeterArchive(storage, 'real', PDL).merge(key, measures, ORIGIN);
  const archive = new MeterArchive(storage, 'real', PDL);
  const [first, last] = [measures[0], measures.at(-1)];
  if (!first || !last) return [];
  const days = { start: parisDate(first.start), end: addDays(parisDate(last.start), 1) };
  return (await archive.read(key, days)).flat().map(({ start, end, amount, quality, at }) => ({
    start,
    end,
    amount,
    quality,
    ...(at === undefined ? {} : { at }),
  }));
}

describe('a label nobody expects', () => {
  for (const series of ALL_SERIES)
    it(`costs its point, never a file: ${series}`, async () => {
      await fc.assert(
        fc.asyncProperty(points, fc.constantFrom<('end' | 'start')[]>('end', 'start'), async (body, edge) => {
          const { measures } = understandPoints(series, body, edge);
          assert.deepEqual(await keptAfterRestart(series, measures), measures);
        }),
        { numRuns: 200 },
      );
    });

  for (const stamp of [
    '2026-04-01 10:30:07',
    '2026-04-01T10:30:07',
    '2026-04-01T10:30:07+02:00',
    '2026-04-01 10:30:00.5',
  ])
    it(`${stamp} is no half-hour: the point is named and the others are kept`, () => {
      const body = ['10:00:00', '', '11:30:00'].map((time): StampedPoint => ({
        stamp: time ? `2026-04-01 ${time}` : stamp,
        value: '100',
        step: 'PT30M',
        quality: 'raw',
      }));
      for (const edge of ['end', 'start'] as const) {
        const { measures, problems } = understandPoints('loadCurve', body, edge);
        assert.equal(measures.length, 2);
        assert.deepEqual(problems, [{ field: 'points[1]', found: stamp, kind: 'stamp' }]);
      }
    });

  it('seconds stay where they mean something: the peak of a day', () => {
    const body = [{ stamp: '2026-04-01 10:30:07', value: '3533', quality: 'raw' as const }];
    const { measures } = understandPoints('maxPower', body, 'end');
    assert.equal(isoParis(measures[0]!.at!), '2026-04-01T10:30:07+02:00');
  });
});

describe('a step that its neighbours’ labels contradict', () => {
  const day = parisDay('2026-04-01');
  const label = (instant: number): string => isoParis(instant).slice(0, 19).replace('T', ' ');
  /** Half-hours of a day, of which one says another step. */
  const halfHours = (odd: number, step: string, edge: 'end' | 'start'): StampedPoint[] =>
    Array.from({ length: 48 }, (_, place) => ({
      stamp: label(day.start + (place + (edge === 'end' ? 1 : 0)) * 30 * MINUTE),
      value: String(100 + place),
      step: place === odd ? step : 'PT30M',
      quality: 'raw',
    }));
  const minutes = (measures: readonly Measure[]): number[] =>
    measures.map(({ start, end }) => (end - start) / MINUTE);

  for (const step of ['PT10M', 'PT60M', 'PT5M', 'PT15M'])
    for (const odd of [0, 1, 20, 46, 47])
      it(`isn’t believed: ${step} at place ${odd} of 48`, () => {
        const { measures, problems } = understandPoints('loadCurve', halfHours(odd, step, 'end'), 'end', {
          start: day.start,
          end: day.end,
        });
        assert.deepEqual(problems, []);
        assert.deepEqual(
          minutes(measures),
          Array.from({ length: 48 }, () => 30),
        );
        assert.equal(measures[odd]!.amount, 100 + odd);
      });

  it('is believed where the labels agree: what is missing before an hour isn’t a half-hour', () => {
    const body = halfHours(20, 'PT60M', 'end').filter((_, place) => place !== 19);
    assert.deepEqual(
      minutes(understandPoints('loadCurve', body, 'end').measures).filter((each) => each !== 30),
      [60],
    );
  });
});
