/**
 * Whatever comes in: messages of any shape, bodies of any content from every gateway, archive and ledger files of any
 * content. Never a crash nor a promise left unhandled; always a result that is valid, or an error with one of our codes.
 */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import fc from 'fast-check';
import { MeterArchive } from '../../lib/archive/archive';
import { Budget } from '../../lib/budget/budget';
import { GATEWAY_RULES } from '../support/gateway-rules';
import { rangeOf } from '../../lib/backfill/range';
import { EnedisError, REASONS } from '../../lib/errors';
import { FileStorage } from '../../lib/storage/files';
import { seal, sealEntries } from '../../lib/storage/sealed';
import { openGateway } from '../../lib/gateways';
import type { MeasureRequest } from '../../lib/gateways/gateway';
import { ALL_SERIES } from '../../lib/readings/reading';
import { FakeClock } from '../support/fake-clock';
import { gatewaySettings, METER, REAL_GATEWAYS } from '../support/household';

const NOW = '2026-06-10T12:00:00Z';
const unhandled: unknown[] = [];
const note = (reason: unknown): void => void unhandled.push(reason);
before(() => void process.on('unhandledRejection', note));
after(() => {
  process.off('unhandledRejection', note);
  assert.deepEqual(unhandled, []);
});

/** Rejections must be ours and speak; anything else that is thrown is a fault of ours. */
async function settled<T>(promise: Promise<T>): Promise<T | undefined> {
  try {
    return await promise;
  } catch (error) {
    assert.ok(error instanceof EnedisError, String(error));
    assert.ok(error.reason in REASONS && error.code.startsWith('ENEDIS_'));
    return undefined;
  }
}

/** Words that answers are made of, so that arbitrary ones get past the first glance. */
const WORDS = [
  ...[
    'meter_reading',
    'interval_reading',
    'value',
    'date',
    'interval_length',
    'usage_point_id',
    'reading_type',
    'unit',
  ],
  ...[
    'start',
    'end',
    'quality',
    'success',
    'data',
    'error',
    'code',
    'message',
    'fault',
    'detail',
    'tag',
    'status',
  ],
  ...[
    'mesures',
    'grandeur',
    'points',
    'v',
    'd',
    'p',
    'n',
    'pointId',
    'modeCalcul',
    'access_token',
    'expires_in',
  ],
  // What points into a request, and what every object of JavaScript has without being asked.
  ...['loc', 'path', 'fieldErrors', 'ray_id', 'serviceSouscrit', 'toString', 'constructor', '__proto__'],
];
const scalar = fc.oneof(
  fc.constantFrom(
    null,
    true,
    0,
    -1,
    1e308,
    '',
    'null',
    'PT30M',
    'P1D',
    'W',
    'Wh',
    METER,
    NOW,
    '2026-06-09',
    '2026-06-09 00:30:00',
  ),
  fc.integer(),
  fc.double(),
  fc.string({ maxLength: 30 }),
);
const { answer } = fc.letrec<{ answer: unknown }>((tie) => ({
  answer: fc.oneof(
    { maxDepth: 5 },
    scalar,
    fc.array(tie('answer'), { maxLength: 5 }),
    fc.dictionary(fc.constantFrom(...WORDS), tie('answer'), { maxKeys: 6 }),
  ),
}));
const body = fc.oneof(
  answer.map((value) => JSON.stringify(value)),
  fc.json(),
  fc.string(),
  fc.string().map((text) => `<html><title>${text}</title>${text}`),
  fc.tuple(answer, fc.nat(400)).map(([value, keep]) => JSON.stringify(value).slice(0, keep)),
);
const response = fc.record({
  status: fc.oneof(fc.constant(200), fc.integer({ min: 200, max: 599 })),
  headers: fc.dictionary(
    fc.constantFrom('retry-after', 'content-type', 'date'),
    fc.string({ maxLength: 20 }),
  ),
  body,
});
const request = fc.record({
  usagePointId: fc.constant(METER),
  direction: fc.constantFrom('consumption' as const, 'production' as const),
  series: fc.constantFrom(...ALL_SERIES),
  start: fc.constant('2026-06-03'),
  end: fc.constant('2026-06-10'),
}) as fc.Arbitrary<MeasureRequest>;

describe('any body', () => {
  for (const kind of REAL_GATEWAYS) {
    it(`of ${kind} is readings or a refusal`, async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(response, { minLength: 1, maxLength: 3 }),
          request,
          async (responses, asked) => {
            let place = 0;
            const send = (): Promise<(typeof responses)[number]> =>
              Promise.resolve(responses[place++ % responses.length]!);
            const gateway = await openGateway(gatewaySettings(kind, METER), {
              send,
              now: () => Date.parse(NOW),
            });
            const answered = await settled(gateway.measures(asked));
            for (const { start, end, amount } of answered?.measures ?? []) {
              assert.ok(start < end && Number.isInteger(amount) && amount >= 0);
            }
          },
        ),
        { numRuns: 400 },
      );
    });
  }
});

/** What a file may hold after anything happened to it: anything, or nearly what it should. */
const nearly = (text: string): fc.Arbitrary<string> => {
  return fc.oneof(
    fc.string(),
    answer.map((value) => JSON.stringify(value)),
    fc.nat(text.length).map((keep) => text.slice(0, keep)),
    fc
      .tuple(fc.nat(text.length - 1), fc.constantFrom('0', '9', '-', '"', '}', '.', 'e', ' '))
      .map(([place, mark]) => text.slice(0, place) + mark + text.slice(place + 1)),
  );
};
const DAYS = {
  '2026-06-08': {
    segments: [{ rev: 1, from: 0, step: 1440, values: [8000], quality: 'raw' }],
    asked: 1,
    again: null,
  },
  '2026-06-09': { segments: [], absence: 'notPublished', asked: 2, again: 3 },
};
const STATE = {
  rev: 7,
  files: { 'consumption-daily-2026.json': 1 },
  series: {
    'consumption/daily': { since: '2026-06-01', blocked: { until: 9, reason: 'noData', settings: 'x' } },
  },
};
const NODES = { one: { cursor: 3, schedule: { date: '2026-06-09', firstAt: 5, settings: 'x' } } };
const FOLDER = `meters/real/${METER}`;

function isNewer(text: string): boolean {
  try {
    return Number((JSON.parse(text) as { version?: unknown } | null)?.version) > 2;
  } catch {
    return false;
  }
}

function withFile(name: string, text: string): { folder: FileStorage; dir: string } {
  const dir = mkdtempSync(join(tmpdir(), 'enedis-fuzz-'));
  mkdirSync(dirname(join(dir, name)), { recursive: true });
  writeFileSync(join(dir, name), text);
  return { folder: new FileStorage(dir, () => undefined), dir };
}

describe('any file', () => {
  const key = { direction: 'consumption', series: 'daily' } as const;
  const period = { start: '2026-06-01', end: '2026-06-10' };
  const now = Date.parse(NOW);

  const daily = 'consumption-daily-2026.json';
  for (const [what, name, good] of [
    ['a series', `${FOLDER}/${daily}`, sealEntries(DAYS)],
    ['a meter', `${FOLDER}/state.json`, seal(STATE)],
    ['a node', `nodes/real/${METER}/one.json`, seal(NODES.one)],
    ['a series in format 1', `${METER}/${daily}`, JSON.stringify({ version: 1, days: DAYS })],
    ['a meter in format 1', `${METER}/state.json`, JSON.stringify({ version: 1, ...STATE, nodes: NODES })],
  ] as const) {
    it(`of ${what} leaves an archive that works; nothing is thrown away`, async () => {
      await fc.assert(
        fc.asyncProperty(nearly(good), async (text) => {
          const { folder, dir } = withFile(name, text);
          const archive = new MeterArchive(folder, 'real', METER);
          await settled(archive.days(key, period));
          await settled(archive.changes(key, 0, ''));
          await settled(archive.updateNode('one', (node) => (node.cursor = 0)));
          const start = Date.parse('2026-06-08T22:00:00Z');
          const measure = { start, end: start + 86_400_000, amount: 9000, quality: 'raw' as const };
          await settled(archive.merge(key, [measure], 'conso-api'));
          await settled(archive.noteAsked(key, period, [], now));
          if (isNewer(text)) return assert.equal(readFileSync(join(dir, name), 'utf8'), text);
          const measures = (await settled(archive.read(key, period)))?.flat() ?? [];
          assert.ok(measures.some((each) => each.start === start && each.amount === 9000));
          // Kept where it was, set aside, or carried over.
          const left = readdirSync(dir, { recursive: true, encoding: 'utf8' });
          assert.ok(
            left.some((each) => each === name || each.startsWith(`${name}.damaged-`)) ||
              name.startsWith(METER),
          );
        }),
        { numRuns: 80 },
      );
    });
  }

  it('of a budget leaves one that counts', async () => {
    const ledger = {
      spent: [now - 5_000, now - 1_000],
      closed: { until: now + 1_000, reason: 'banned' },
    };
    const rules = {
      ...GATEWAY_RULES['conso-api'],
      allowances: [{ requests: 5, within: 43_200_000 }],
      keptForDaily: 2,
    };
    await fc.assert(
      fc.asyncProperty(nearly(seal(ledger)), async (text) => {
        const { folder } = withFile('budgets/real/x.json', text);
        const clock = new FakeClock(NOW);
        const budget = new Budget(rules, folder, { realm: 'real', name: 'x' }, clock);
        let taken = 0;
        for (let asked = 0; asked < 8; asked++) {
          await clock.finish(settled(budget.take('daily').then(() => taken++)));
        }
        assert.ok(taken <= 5, `${taken}`);
        if (isNewer(text)) return assert.equal(taken, 0);
        const { left, next } = await budget.forecast('daily');
        assert.ok(left >= 0 && Number.isFinite(next));
      }),
      { numRuns: 100 },
    );
  });
});

describe('any message', () => {
  it('to a backfill means a period, or is refused', () => {
    const keys = ALL_SERIES.map((series) => ({ direction: 'consumption' as const, series }));
    const anything = fc.oneof(fc.anything({ withDate: true, withBigInt: true }), scalar);
    fc.assert(
      fc.property(anything, anything, anything, (start, end, series) => {
        try {
          const range = rangeOf({ start, end, series }, keys, '2026-06-10');
          assert.ok(range.start === null || range.start < range.end);
          assert.ok(range.end <= '2026-06-10' && range.keys.length > 0);
        } catch (error) {
          assert.ok(error instanceof EnedisError && error.reason === 'inputInvalid', String(error));
        }
      }),
      { numRuns: 3000 },
    );
  });
});
