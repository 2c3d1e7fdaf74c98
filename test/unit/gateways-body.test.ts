/** Both families of bodies, dressed in every way a gateway may, and the wrong ones. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { EnedisError, type Params, type Reason } from '../../lib/errors';
import { isMeasureBody, readBody } from '../../lib/gateways/body';
import { safeExtract } from '../../lib/gateways/extract';
import type { MeasureRequest } from '../../lib/gateways/gateway';
import { parseJson } from '../../lib/gateways/json';

const PDL = '22516914714270';
const OTHER = '11453290002823';
const NOW = Date.parse('2026-04-20T10:00Z');

const daily: MeasureRequest = {
  usagePointId: PDL,
  direction: 'consumption',
  series: 'daily',
  start: '2026-04-01',
  end: '2026-04-03',
};
const curve: MeasureRequest = { ...daily, series: 'loadCurve' };
const peak: MeasureRequest = { ...daily, series: 'maxPower' };

const DAYS_2026 = [
  { v: '9271', d: '2026-04-01' },
  { v: '8100', d: '2026-04-02' },
];
const DAYS_V5 = [
  { value: '9271', date: '2026-04-01' },
  { value: '8100', date: '2026-04-02' },
];

const grandeur = (changes: object = {}): object => ({
  grandeurMetier: 'CONS',
  grandeurPhysique: 'EA',
  unite: 'Wh',
  points: DAYS_2026,
  calendrier: [],
  ...changes,
});
const body2026 = (changes: object = {}, inner: object = {}): object => ({
  idPrm: PDL,
  etapeMetier: 'BRUT',
  periode: { dateDebut: '2026-04-01', dateFin: '2026-04-03' },
  modeCalcul: 'DIFF.INDEX',
  grandeur: [grandeur(inner)],
  contexte: [],
  ...changes,
});
const bodyV5 = (changes: object = {}): object => ({
  usage_point_id: PDL,
  start: '2026-04-01',
  end: '2026-04-03',
  quality: 'BRUT',
  reading_type: { unit: 'Wh', measurement_kind: 'energy', aggregate: 'sum', measuring_period: 'P1D' },
  interval_reading: DAYS_V5,
  ...changes,
});

const read = (json: unknown, asked = daily, stamps: 'end' | 'start' = 'end') =>
  readBody(json, asked, stamps, [], NOW);
const amounts = (json: unknown, asked = daily): number[] =>
  read(json, asked).measures.map(({ amount }) => amount);

function failure(action: () => unknown): { reason: Reason; params: Params } {
  try {
    action();
  } catch (error) {
    assert.ok(error instanceof EnedisError, String(error));
    return { reason: error.reason, params: error.params };
  }
  return assert.fail('nothing was thrown');
}

describe('body: every dress of the same two days', () => {
  const dresses: Record<string, unknown> = {
    '2026': body2026(),
    '2026 in MyElectricalData v2': { success: true, data: body2026(), error: null, timestamp: 'x' },
    '2026 without anything optional': { grandeur: [{ points: DAYS_2026 }] },
    '2026 with nulls for what is optional': body2026(
      { idPrm: null, etapeMetier: null },
      { grandeurMetier: null, grandeurPhysique: null, unite: null },
    ),
    '2026 in lower case': body2026({}, { grandeurMetier: 'cons', grandeurPhysique: 'ea', unite: 'WH' }),
    '2026 with numbers for texts': body2026(
      { idPrm: Number(PDL) },
      { points: DAYS_2026.map(({ v, d }) => ({ v: Number(v), d })) },
    ),
    '2026 in kWh': body2026(
      {},
      {
        unite: 'kWh',
        points: [
          { v: '9.271', d: '2026-04-01' },
          { v: '8,1', d: '2026-04-02' },
        ],
      },
    ),
    '2026 with production beside': body2026({
      grandeur: [grandeur({ grandeurMetier: 'PROD', points: [{ v: '1', d: '2026-04-01' }] }), grandeur()],
    }),
    'v5 with its envelope': { meter_reading: bodyV5() },
    'v5 without': bodyV5(),
    'v5 in MyElectricalData v2': { success: true, data: { meter_reading: bodyV5() }, error: null },
    'v5 without a reading type': bodyV5({ reading_type: undefined }),
    'v5 without a meter or quality': bodyV5({ usage_point_id: undefined, quality: undefined }),
    "v5 with MyElectricalData v2's wrong default unit": bodyV5({
      reading_type: { unit: 'W', measurement_kind: 'power' },
    }),
  };
  for (const [name, json] of Object.entries(dresses)) {
    it(name, () => {
      assert.equal(isMeasureBody(json), true);
      const { measures, blanks, problems } = read(json);
      assert.deepEqual(measures, [
        {
          start: Date.parse('2026-03-31T22:00Z'),
          end: Date.parse('2026-04-01T22:00Z'),
          amount: 9271,
          quality: 'raw',
        },
        {
          start: Date.parse('2026-04-01T22:00Z'),
          end: Date.parse('2026-04-02T22:00Z'),
          amount: 8100,
          quality: 'raw',
        },
      ]);
      assert.deepEqual([blanks, problems], [[], []]);
    });
  }
});

describe('body: series', () => {
  const point = { v: '412', d: '2026-04-01 00:30:00', p: 'PT30M', n: 'B', iv: '0', ec: '0' };
  it('a load curve stamped at its ends, in both families', () => {
    const expected = [Date.parse('2026-03-31T22:00Z'), Date.parse('2026-03-31T22:30Z'), 412];
    const new2026 = body2026({}, { grandeurPhysique: 'PA', unite: 'W', points: [point] });
    const v5 = bodyV5({
      reading_type: { unit: 'W' },
      interval_reading: [{ value: '412', date: point.d, interval_length: 'PT30M', measure_type: 'B' }],
    });
    for (const json of [new2026, v5]) {
      assert.deepEqual(
        read(json, curve).measures.map(({ start, end, amount }) => [start, end, amount]),
        [expected],
      );
    }
  });

  it('a load curve stamped at its starts', () => {
    const json = body2026(
      {},
      { grandeurPhysique: 'PA', unite: 'W', points: [{ ...point, d: '2026-04-01 00:00:00' }] },
    );
    assert.equal(read(json, curve, 'start').measures[0]?.start, Date.parse('2026-03-31T22:00Z'));
  });

  it('kW become W', () => {
    assert.deepEqual(
      amounts(
        body2026({}, { grandeurPhysique: 'PA', unite: 'kW', points: [{ ...point, v: '0.412' }] }),
        curve,
      ),
      [412],
    );
  });

  for (const [unite, v] of [
    ['VA', '3533'],
    ['W', '3533'],
    ['kVA', '3.533'],
  ] as const) {
    it(`a peak in ${unite}`, () => {
      const points = [{ v, d: '2026-04-01 04:18:59' }];
      const { measures } = read(body2026({}, { grandeurPhysique: 'PMA', unite, points }), peak);
      assert.equal(measures[0]?.amount, 3533);
      assert.equal(measures[0]?.at, Date.parse('2026-04-01T02:18:59Z'));
    });
  }

  it('with TOUT only PMA counts, wherever it stands', () => {
    const of = (grandeurPhysique: string, v: string): object =>
      grandeur({ grandeurPhysique, unite: 'VA', points: [{ v, d: '2026-04-01 04:18:59' }] });
    const json = body2026({ grandeur: [of('PMA1', '1'), of('PMA', '3533'), of('PMA2', '2')] });
    assert.deepEqual(amounts(json, peak), [3533]);
    assert.equal(failure(() => read(body2026({ grandeur: [of('PMA1', '1')] }), peak)).reason, 'responseUnit');
  });

  it('what is not there is no zero', () => {
    const points = [
      { v: null, d: '2026-04-01 00:30:00', p: 'PT30M' },
      { v: 'null', d: '2026-04-01 01:00:00', p: 'PT30M' },
      { v: '', d: '2026-04-01 01:30:00', p: 'PT30M' },
      { d: '2026-04-01 02:00:00', p: 'PT30M' },
      { v: '0', d: '2026-04-01 02:30:00', p: 'PT30M' },
    ];
    const { measures, blanks } = read(body2026({}, { grandeurPhysique: 'PA', unite: 'kW', points }), curve);
    assert.deepEqual(
      measures.map(({ amount }) => amount),
      [0],
    );
    assert.equal(blanks.length, 4);
  });
});

describe('body: quality', () => {
  for (const [etape, n, quality] of [
    ['BRUT', 'B', 'raw'],
    ['BRUT', 'R', 'raw'],
    ['BRUT', undefined, 'raw'],
    [undefined, undefined, 'raw'],
    ['BEST', 'B', 'corrected'],
    ['BEST', undefined, 'corrected'],
    ['best', undefined, 'corrected'],
    ['BRUT', 'C', 'corrected'],
    ['BRUT', 'c', 'corrected'],
    ['BRUT', 'E', 'estimated'],
    ['BEST', 'P', 'estimated'],
    ['AUTRE', undefined, 'estimated'],
  ] as const) {
    it(`${etape} ${n}: ${quality}`, () => {
      const json = body2026({ etapeMetier: etape }, { points: [{ ...DAYS_2026[0], n }] });
      assert.equal(read(json).measures[0]?.quality, quality);
      const v5 = bodyV5({ quality: etape, interval_reading: [{ ...DAYS_V5[0], measure_type: n }] });
      assert.equal(read(v5).measures[0]?.quality, quality);
    });
  }
});

describe('body: wrong rows are named, the rest is kept', () => {
  it('2026', () => {
    const points = [
      null,
      DAYS_2026[0],
      'x',
      { v: 'abc', d: '2026-04-02' },
      { v: '1', d: 'soon' },
      { v: true, d: '2026-04-02' },
    ];
    const { measures, problems } = read(
      body2026({ grandeur: [grandeur({ grandeurMetier: 'PROD' }), grandeur({ points })] }),
    );
    assert.deepEqual(
      measures.map(({ amount }) => amount),
      [9271],
    );
    assert.deepEqual(
      problems.map(({ field, kind }) => `${field} ${kind}`),
      [0, 2, 3, 4, 5].map(
        (index) => `grandeur[1].points[${index}] ${index === 3 || index === 5 ? 'value' : 'stamp'}`,
      ),
    );
  });
  it('v5', () => {
    const { measures, problems } = read(
      bodyV5({ interval_reading: [...DAYS_V5, { value: '-5', date: '2026-04-01' }, 7] }),
    );
    assert.equal(measures.length, 2);
    assert.ok(
      problems.every(({ field }) => /^interval_reading\[[23]\]$/.test(field)),
      JSON.stringify(problems),
    );
  });
  it('an extract holds no PDL', () => {
    const { problems } = read(bodyV5({ interval_reading: [{ value: PDL, date: `${PDL} x` }] }));
    assert.equal(problems.length, 1);
    assert.ok(!JSON.stringify(problems).includes(PDL));
  });
});

describe('body: what wasn’t asked for is left out, and named', () => {
  const days = (...dates: string[]): object => body2026({}, { points: dates.map((d) => ({ v: '9271', d })) });
  const halfHours = (...stamps: string[]): object =>
    body2026(
      {},
      { grandeurPhysique: 'PA', unite: 'W', points: stamps.map((d) => ({ v: '412', d, p: 'PT30M' })) },
    );
  const kept = (json: unknown, asked: MeasureRequest, stamps: 'end' | 'start' = 'end', now = NOW) => {
    const { measures, blanks, problems } = readBody(json, asked, stamps, [], now);
    assert.deepEqual(blanks, []);
    assert.ok(problems.every(({ kind }) => kind === 'stamp'));
    return {
      kept: measures.map(({ start }) => new Date(start).toISOString().slice(0, 16)),
      named: problems.map(({ field, found }) => `${field} ${found}`),
    };
  };

  it('days before, after, and of other centuries', () => {
    const far = ['2001-01-01', '2026-03-31', '2026-04-01', '2026-04-02', '2026-04-03', '2099-01-01'];
    assert.deepEqual(kept(days(...far), daily), {
      kept: ['2026-03-31T22:00', '2026-04-01T22:00'],
      named: [
        'grandeur[0].points[0] 2001-01-01',
        'grandeur[0].points[1] 2026-03-31',
        'grandeur[0].points[4] 2026-04-03',
        'grandeur[0].points[5] 2099-01-01',
      ],
    });
  });

  it('a day that isn’t over, though it was asked for', () => {
    const { kept: left, named } = kept(
      days('2026-04-01', '2026-04-02'),
      daily,
      'end',
      Date.parse('2026-04-02T10:00Z'),
    );
    assert.deepEqual(left, ['2026-03-31T22:00']);
    assert.deepEqual(named, ['grandeur[0].points[1] 2026-04-02']);
  });

  it('end stamps: the first midnight is the day’s before, the last one the asked day’s', () => {
    const json = halfHours(
      '2026-04-01 00:00:00',
      '2026-04-01 00:30:00',
      '2026-04-03 00:00:00',
      '2026-04-03 00:30:00',
    );
    assert.deepEqual(kept(json, curve), {
      kept: ['2026-03-31T22:00', '2026-04-02T21:30'],
      named: ['grandeur[0].points[0] 2026-04-01 00:00:00', 'grandeur[0].points[3] 2026-04-03 00:30:00'],
    });
  });

  it('start stamps: the other way round', () => {
    const json = halfHours(
      '2026-03-31 23:30:00',
      '2026-04-01 00:00:00',
      '2026-04-02 23:30:00',
      '2026-04-03 00:00:00',
    );
    assert.deepEqual(kept(json, curve, 'start'), {
      kept: ['2026-03-31T22:00', '2026-04-02T21:30'],
      named: ['grandeur[0].points[0] 2026-03-31 23:30:00', 'grandeur[0].points[3] 2026-04-03 00:00:00'],
    });
  });

  it('stamps with an offset, by the instant they mean', () => {
    assert.deepEqual(kept(days('2026-03-31T22:00:00Z', '2026-04-02T22:00:00Z'), daily), {
      kept: ['2026-03-31T22:00'],
      named: ['grandeur[0].points[1] 2026-04-02T22:00:00Z'],
    });
  });
});

describe('body: what is named of a row', () => {
  it('is short, and shows neither a secret nor half of one', () => {
    const secret = 'my-secret-of-letters';
    for (const wrong of [secret, PDL, secret.toUpperCase()]) {
      for (let before = 0; before <= 60; before++) {
        const v = `${' '.repeat(before)}a ${wrong} ${'b'.repeat(500)}`;
        const json = body2026({}, { points: [{ v, d: '2026-04-01' }] });
        const [problem] = readBody(json, daily, 'end', [secret], NOW).problems;
        assert.match(problem!.found, /^a (•••|22516•••••4270) b/);
        assert.ok(problem!.found.length <= 60);
      }
    }
  });

  it('nor is the direction', () => {
    const json = body2026({}, { grandeurMetier: 'my-secret' });
    const { params } = failure(() => readBody(json, daily, 'end', ['my-secret'], NOW));
    assert.equal(params.found, '•••');
  });
});

describe('body: too much to be an answer', () => {
  const quickly = <T>(action: () => T): T => {
    const begun = performance.now();
    const result = action();
    assert.ok(performance.now() - begun < 2_000);
    return result;
  };
  const date = (place: number): string => new Date(Date.UTC(2000, 0, 1 + place)).toISOString().slice(0, 10);

  it('blocks', () => {
    const blocks = Array.from({ length: 45_000 }, () => grandeur({ points: [{ v: 'x', d: '2026-04-01' }] }));
    const { reason, params } = quickly(() => failure(() => read(body2026({ grandeur: blocks }))));
    assert.deepEqual([reason, params], ['responseShape', { field: 'grandeur' }]);
  });

  it('rows', () => {
    const points = Array.from({ length: 50_000 }, () => ({ v: '1', d: '2026-04-01' }));
    const { reason, params } = quickly(() => failure(() => read(body2026({}, { points }))));
    assert.deepEqual([reason, params], ['responseShape', { field: 'grandeur[0].points' }]);
  });

  it('days of every century, as many as are let in', () => {
    const points = Array.from({ length: 36_000 }, (_, place) => ({ v: '1', d: date(place) }));
    for (const asked of [daily, curve]) {
      const changes = asked === curve ? { grandeurPhysique: 'PA', unite: 'W', points } : { points };
      const { measures, problems } = quickly(() => read(body2026({}, changes), asked));
      assert.equal(measures.length, 2);
      assert.equal(problems.length, 36_000 - 2);
    }
  });
});

describe('body: refused', () => {
  const cases: Record<string, readonly [unknown, MeasureRequest, Reason, Params]> = {
    'another meter (2026)': [
      body2026({ idPrm: OTHER }),
      daily,
      'responseOtherMeter',
      { asked: '22516•••••4270', found: '11453•••••2823' },
    ],
    'another meter (v5)': [
      bodyV5({ usage_point_id: OTHER }),
      daily,
      'responseOtherMeter',
      { asked: '22516•••••4270', found: '11453•••••2823' },
    ],
    'the other direction': [
      body2026({}, { grandeurMetier: 'PROD' }),
      daily,
      'responseOtherDirection',
      { asked: 'CONS', found: 'PROD' },
    ],
    'the other direction, back': [
      body2026(),
      { ...daily, direction: 'production' },
      'responseOtherDirection',
      { asked: 'PROD', found: 'CONS' },
    ],
    'another unit': [
      body2026({}, { unite: 'VArh' }),
      daily,
      'responseUnit',
      { expected: 'Wh', found: 'VArh' },
    ],
    'another unit (v5)': [bodyV5(), curve, 'responseUnit', { expected: 'W', found: 'Wh' }],
    'another quantity': [body2026(), peak, 'responseUnit', { expected: 'PMA', found: 'EA' }],
    'no list': [body2026({ grandeur: {} }), daily, 'responseShape', { field: 'grandeur' }],
    'points that are no list': [
      body2026({}, { points: 'x' }),
      daily,
      'responseShape',
      { field: 'grandeur.0.points' },
    ],
    'an envelope field of the wrong kind': [
      body2026({ idPrm: {} }),
      daily,
      'responseShape',
      { field: 'idPrm' },
    ],
    'v5 rows that are no list': [
      bodyV5({ interval_reading: null }),
      daily,
      'responseShape',
      { field: 'interval_reading' },
    ],
    'something else': [{ hello: 1 }, daily, 'responseShape', { field: 'grandeur' }],
    'a list': [[], daily, 'responseShape', { field: 'body' }],
    null: [null, daily, 'responseShape', { field: 'body' }],
    'no points': [body2026({}, { points: [] }), daily, 'noData', {}],
    'points absent': [body2026({}, { points: undefined }), daily, 'noData', {}],
    'no grandeur': [body2026({ grandeur: [] }), daily, 'noData', {}],
    'no v5 rows': [bodyV5({ interval_reading: [] }), daily, 'noData', {}],
  };
  for (const [name, [json, asked, reason, params]] of Object.entries(cases)) {
    it(name, () =>
      assert.deepEqual(
        failure(() => read(json, asked)),
        { reason, params },
      ),
    );
  }

  it('a number that lost its leading zero is still the meter', () => {
    const usagePointId = '01234567890123';
    assert.equal(read(body2026({ idPrm: 1234567890123 }), { ...daily, usagePointId }).measures.length, 2);
  });

  for (const json of [null, [], 'x', 3, {}, { success: false, data: null }, { detail: 'x' }]) {
    it(`${JSON.stringify(json)} holds no measures`, () => assert.equal(isMeasureBody(json), false));
  }
});

describe('json', () => {
  const text = JSON.stringify(body2026());
  const cases: Record<string, readonly [string, Reason]> = {
    'a page': [
      '<!DOCTYPE html><html><head><title>Conditions générales</title></head></html>',
      'responseHtml',
    ],
    'a page after blanks': ['\n\n <html></html>', 'responseHtml'],
    'cut in a list': [text.slice(0, -20), 'responseTruncated'],
    'cut in a text': [text.slice(0, 10), 'responseTruncated'],
    'cut after an escape': ['{"a":"b\\', 'responseTruncated'],
    nothing: ['', 'responseTruncated'],
    words: ['OK, but this is no JSON', 'responseNotJson'],
    'too much': [`${text}}`, 'responseNotJson'],
    'wrong inside': ['{"a":,}', 'responseNotJson'],
  };
  for (const [name, [body, reason]] of Object.entries(cases)) {
    it(name, () => assert.equal(failure(() => parseJson(body, 200, [])).reason, reason));
  }
  it('says the title of a page', () => {
    const { params } = failure(() => parseJson(cases['a page']![0], 200, []));
    assert.deepEqual(params, { status: 200, text: 'Conditions générales' });
  });
  it('reads JSON with blanks around', () => assert.deepEqual(parseJson(' {"a":1}\n', 200, []), { a: 1 }));
});

describe('safeExtract', () => {
  const jwt = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOlsiMjI1MTY5MTQ3MTQyNzAiXX0.c2lnbmF0dXJlLW9mLXRoZS10b2tlbg';
  for (const [text, expected] of [
    [`PRM ${PDL} inconnu`, 'PRM 22516•••••4270 inconnu'],
    ['PRM 22516 914 714 270', 'PRM 22516•••••4270'],
    [`x${PDL}99`, 'x•••'],
    [`token ${jwt} refused`, 'token ••• refused'],
    ['my-secret here', '••• here'],
    ['my%2Dsecret a&b=c', '••• a&b=c'],
    ['MY_SECRET here', '••• here'],
    ['a\n\tb\u0000c', 'a b c'],
    ['2026-04-01 00:30:00', '2026-04-01 00:30:00'],
  ] as const) {
    it(text.slice(0, 30), () => assert.equal(safeExtract(text, ['my-secret']), expected));
  }
  const slashed = 'abc/def+g';
  for (const form of [
    slashed,
    'ABC/DEF+G',
    'abc\\/def+g',
    'abc%2Fdef%2Bg',
    'abc%2fdef%2bg',
    'abc%252Fdef%252bg',
    'abc\\u002fdef\\u002Bg',
  ]) {
    it(`knows a secret again as ${form}`, () =>
      assert.equal(safeExtract(`is ${form}!`, [slashed]), 'is •••!'));
  }
  it('never shows half of what it would have masked', () => {
    const secret = 'my-secret-of-letters';
    for (const [kept, found] of [
      [secret, 'my-sec'],
      [PDL, '2251691'],
      ['22516 914 714 270', '22516 9'],
      [jwt, 'eyJ'],
    ] as const) {
      // Blanks come down to one: whatever is cut, it is cut where it would show.
      for (let before = 1960; before <= 2010; before++) {
        const shown = safeExtract(`a${' '.repeat(before)}${kept} ${'b '.repeat(5_000)}`, [secret]);
        assert.ok(!shown.includes(found), shown);
      }
    }
  });
  it('is at most 60 characters', () => assert.equal(safeExtract('words '.repeat(100)).length, 60));
  it('stays quick on a hostile text', () => {
    const start = process.hrtime.bigint();
    safeExtract('a'.repeat(4_000_000));
    safeExtract('1 '.repeat(2_000_000));
    for (let time = 0; time < 2_000; time++) safeExtract('_'.repeat(2_000));
    assert.ok(process.hrtime.bigint() - start < 5_000_000_000n);
  });
});
