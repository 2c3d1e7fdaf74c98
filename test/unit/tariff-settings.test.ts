/** Settings of a tariff that can't be used: each fault is named where it stands, and nothing else is. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { tariffError } from '../../lib/tariffs/problems';
import { readTariff } from '../../lib/tariffs/settings/read-tariff';

const version = (rest: object = {}) => ({ from: '2026-08-01', kwh: { BASE: 0.2 }, ...rest });
const base = (...versions: unknown[]) => ({ offer: 'base', prices: 'own', versions });
const hphc = (...windows: unknown[]) => ({ offer: 'hphc', power: 6, windows });
const rules = (content: unknown) => ({
  offer: 'custom',
  rules: content,
  versions: [{ from: '2026-01-01', kwh: { HC: 0.1, HP: 0.2 } }],
});
const periods = { HC: 'Creuses', HP: 'Pleines' };
const custom = (list: unknown[], rest: object = {}) => rules({ periods, rules: list, ...rest });
const LAST = { period: 'HP' };

/** Where, what, and what was found. */
const problemsOf = (settings: unknown): unknown[] =>
  readTariff(settings).problems.map(({ at, kind, found }) =>
    found === undefined ? [at, kind] : [at, kind, found],
  );

const FAULTS: Record<string, [settings: unknown, ...problems: unknown[]]> = {
  'settings that are none': [null, ['settings', 'object', 'null'], ['offer', 'required']],
  'no offer': [{}, ['offer', 'required']],
  'an unknown offer': [{ ...base(version()), offer: 'zen' }, ['offer', 'choice', 'zen']],
  'an unknown direction': [{ ...base(version()), direction: 'both' }, ['direction', 'choice', 'both']],
  'official prices of a custom offer': [
    { ...custom([LAST]), prices: 'regulated' },
    ['prices', 'choice', 'regulated'],
  ],
  'official prices of what is fed in': [
    { direction: 'production', offer: 'base', power: 6, prices: 'regulated', versions: [version()] },
    ['prices', 'choice', 'regulated'],
  ],
  'official prices without a power': [{ offer: 'base' }, ['power', 'required']],
  'a power that Tempo is not sold in': [{ offer: 'tempo', power: 24 }, ['power', 'choice', '24']],
  'a negative power': [{ offer: 'base', power: -6 }, ['power', 'power', '-6']],
  'a power that is a word': [{ offer: 'base', power: 'six' }, ['power', 'power', 'six']],
  'own prices without any': [{ offer: 'base', prices: 'own' }, ['versions', 'required']],
  'prices that are no list': [
    { offer: 'base', prices: 'own', versions: { a: 1 } },
    ['versions', 'list', '{"a":1}'],
  ],
  'a price that is a text': [
    base(version({ kwh: { BASE: '0.2' } })),
    ['versions[0].kwh.BASE', 'price', '0.2'],
  ],
  'a price in cents': [base(version({ kwh: { BASE: 20.01 } })), ['versions[0].kwh.BASE', 'price', '20.01']],
  'a price that is missing': [
    { ...hphc({ winter: '22:00-06:00' }), versions: [{ from: '2026-08-01', kwh: { HC: 0.1 } }] },
    ['versions[0].kwh.HP', 'required'],
  ],
  'a price of an unknown period': [
    base(version({ kwh: { BASE: 0.2, HP: 0.3 } })),
    ['versions[0].kwh.HP', 'period', 'HP'],
  ],
  'no prices in a version': [base({ from: '2026-08-01' }), ['versions[0].kwh', 'object']],
  'a negative subscription': [
    base(version({ subscription: -1, per: 'month' })),
    ['versions[0].subscription', 'price', '-1'],
  ],
  'a subscription per nothing': [base(version({ subscription: 15 })), ['versions[0].per', 'required']],
  'a subscription per week': [
    base(version({ subscription: 15, per: 'week' })),
    ['versions[0].per', 'choice', 'week'],
  ],
  'a version without a date': [base({ kwh: { BASE: 0.2 } }), ['versions[0].from', 'required']],
  'a version of 31 February': [
    base(version({ from: '2026-02-31' })),
    ['versions[0].from', 'date', '2026-02-31'],
  ],
  'versions out of order': [
    base(version(), version({ from: '2026-02-01' })),
    ['versions[1].from', 'order', '2026-02-01'],
  ],
  'two versions of one day': [base(version(), version()), ['versions[1].from', 'order', '2026-08-01']],
  'a field that means nothing': [base(version({ kWh: 1 })), ['versions[0].kWh', 'field', 'kWh']],
  'spot times a word': [
    base(version({ kwh: { BASE: { rates: true, times: 'x' } } })),
    ['versions[0].kwh.BASE.times', 'price', 'x'],
  ],
  'spot without rates': [
    base(version({ kwh: { BASE: { times: 2 } } })),
    ['versions[0].kwh.BASE.rates', 'choice'],
  ],
  '25:00': [
    hphc({ winter: '22:00-06:00' }, { from: '2026-12-01', winter: '23:00-07:00', summer: '25:00-05:00' }),
    ['windows[1].summer', 'time', '25:00'],
  ],
  '22:60': [hphc({ winter: '22:60-06:00' }), ['windows[0].winter', 'time', '22:60']],
  'a window that begins at 24:00': [hphc({ winter: '24:00-06:00' }), ['windows[0].winter', 'time', '24:00']],
  'an empty window': [hphc({ winter: '06:00-06:00' }), ['windows[0].winter', 'emptyWindow', '06:00-06:00']],
  'no windows': [hphc({ winter: '' }), ['windows[0].winter', 'emptyWindow', '']],
  'separators alone': [hphc({ winter: ' ; ' }), ['windows[0].winter', 'emptyWindow', ' ; ']],
  'overlapping windows': [
    hphc({ winter: '22:00-06:00;05:30-07:00' }),
    ['windows[0].winter', 'overlap', '05:30-07:00'],
  ],
  'windows that overlap behind midnight': [
    hphc({ winter: '01:00-02:00;23:00-01:30' }),
    ['windows[0].winter', 'overlap', '23:00-01:30'],
  ],
  'a window with one end': [hphc({ winter: '22:00' }), ['windows[0].winter', 'window', '22:00']],
  'windows out of order': [
    hphc({ from: '2026-01-01', winter: '22:00-06:00' }, { from: '2025-01-01', winter: '22:00-06:00' }),
    ['windows[1].from', 'order', '2025-01-01'],
  ],
  'second windows without a date': [
    hphc({ winter: '22:00-06:00' }, { winter: '22:00-06:00' }),
    ['windows[1].from', 'required'],
  ],
  'JSON that is not': [rules('{"periods": {"HC": "x"},, }'), ['rules', 'json', 'riods": {"HC": "x"},, }']],
  'JSON that is not, in the middle of a long text': [
    rules(`{"periods": {"HC": "x"}, "rules": [{"period": "HC"}}${' '.repeat(200)}]}`),
    ['rules', 'json', '": [{"period": "HC"}}'],
  ],
  'JSON that is cut short': [rules('{"periods": {"HC": "x"}'), ['rules', 'json', 'eriods": {"HC": "x"}']],
  'JSON of nothing': [rules('null'), ['rules', 'object', 'null']],
  'former contracts that are no JSON': [
    { offer: 'base', power: 6, earlier: '[{"until": }]' },
    ['earlier', 'json', '[{"until": }]'],
  ],
  'former contracts as their text': [
    { offer: 'base', power: 6, earlier: '[{"until": "2025-01-01", "offer": "tempo", "power": 24}]' },
    ['earlier[0].power', 'choice', '24'],
  ],
  'JSON of a list': [rules('[]'), ['rules', 'object', '[]']],
  'no rules': [rules(''), ['rules', 'required']],
  'an empty list of rules': [custom([]), ['rules.rules', 'list', '[]']],
  'no periods': [
    rules({ periods: {}, rules: [LAST] }),
    ['rules.periods', 'required'],
    ['rules.rules[0].period', 'period', 'HP'],
    ['versions[0].kwh.HC', 'period', 'HC'],
    ['versions[0].kwh.HP', 'period', 'HP'],
  ],
  'an unknown period in a rule': [
    custom([{ period: 'HSC', time: ['02:00-06:00'] }, LAST]),
    ['rules.rules[0].period', 'period', 'HSC'],
  ],
  'a period named as a part of every figure': [
    {
      offer: 'custom',
      rules: { periods: { fixed: 'Fixe' }, rules: [{ period: 'fixed' }] },
      versions: [{ from: '2026-01-01', kwh: { fixed: 0.1 } }],
    },
    ['rules.periods.fixed', 'periodName', 'fixed'],
  ],
  'a time of a rule': [
    custom([
      { period: 'HC', holiday: true },
      { period: 'HC', windows: true },
      { period: 'HC', time: ['25:00-06:00'] },
      LAST,
    ]),
    ['rules.rules[2].time', 'time', '25:00'],
  ],
  'a time that is no list': [
    custom([{ period: 'HC', time: '22:00-06:00' }, LAST]),
    ['rules.rules[0].time', 'list', '22:00-06:00'],
  ],
  'an unknown weekday': [
    custom([{ period: 'HC', weekdays: ['sam'] }, LAST]),
    ['rules.rules[0].weekdays[0]', 'choice', 'sam'],
  ],
  'no weekday': [custom([{ period: 'HC', weekdays: [] }, LAST]), ['rules.rules[0].weekdays', 'list', '[]']],
  'month 13': [
    custom([{ period: 'HC', months: [1, 13] }, LAST]),
    ['rules.rules[0].months[1]', 'choice', '13'],
  ],
  'an unknown season': [
    custom([{ period: 'HC', season: 'été' }, LAST]),
    ['rules.rules[0].season', 'choice', 'été'],
  ],
  'a season of a day that is none': [
    custom([{ period: 'HC', season: 'hot' }, LAST], { seasons: { hot: ['06-01', '08-32'] } }),
    ['rules.seasons.hot[1]', 'date', '08-32'],
    ['rules.rules[0].season', 'choice', 'hot'],
  ],
  'a day kind without a calendar': [
    custom([{ period: 'HC', day: ['red'] }, LAST]),
    ['rules.rules[0].day', 'calendar', '["red"]'],
  ],
  'a day kind that Tempo does not have': [
    custom([{ period: 'HC', day: ['rouge'] }, LAST], { calendar: 'tempo' }),
    ['rules.rules[0].day[0]', 'choice', 'rouge'],
  ],
  'an unknown calendar': [custom([LAST], { calendar: 'zen' }), ['rules.calendar', 'choice', 'zen']],
  'a day that starts at 24:00': [
    custom([LAST], { dayStartsAt: '24:00' }),
    ['rules.dayStartsAt', 'time', '24:00'],
  ],
  'an unknown condition, as a slip of the pen makes it': [
    custom([{ period: 'HC', weekday: ['sat'] }, LAST]),
    ['rules.rules[0].weekday', 'field', 'weekday'],
  ],
  'a rule behind one that takes everything': [
    custom([{ period: 'HP' }, { period: 'HC', time: ['22:00-06:00'] }]),
    ['rules.rules[1]', 'neverMatches'],
  ],
  'a rule whose conditions exclude each other': [
    custom([{ period: 'HC', season: 'summer', months: [1, 2] }, LAST]),
    ['rules.rules[0]', 'neverMatches'],
  ],
  'a rule that others have taken piece by piece': [
    custom([
      { period: 'HC', time: ['00:00-12:00'] },
      { period: 'HP', time: ['12:00-24:00'] },
      { period: 'HC', weekdays: ['sun'] },
    ]),
    ['rules.rules[2]', 'neverMatches'],
  ],
  'a colour that an earlier rule takes': [
    custom(
      [{ period: 'HP', day: ['red', 'white'] }, { period: 'HC', day: ['red'], time: ['22:00-06:00'] }, LAST],
      {
        calendar: 'tempo',
      },
    ),
    ['rules.rules[1]', 'neverMatches'],
  ],
  'a holiday in a month without any': [
    custom([{ period: 'HC', holiday: true, months: [2, 9] }, LAST]),
    ['rules.rules[0]', 'neverMatches'],
  ],
  'former contracts out of order': [
    {
      offer: 'base',
      power: 6,
      earlier: [
        { until: '2025-01-01', offer: 'base', power: 6 },
        { until: '2024-01-01', offer: 'base', power: 6 },
      ],
    },
    ['earlier[1].until', 'order', '2024-01-01'],
  ],
  'a former contract without an end': [
    { offer: 'base', power: 6, earlier: [{ offer: 'base', power: 6 }] },
    ['earlier[0].until', 'required'],
  ],
  'a fault in a former contract': [
    {
      offer: 'base',
      power: 6,
      earlier: [
        { until: '2025-01-01', ...hphc({ winter: '22:00-06:00' }, { from: '2024-06-01', winter: '1-2;x' }) },
      ],
    },
    ['earlier[0].windows[1].winter', 'window', 'x'],
  ],
};

describe('settings of a tariff', () => {
  for (const [name, [settings, ...problems]] of Object.entries(FAULTS)) {
    it(`named where it stands: ${name}`, () => {
      assert.deepEqual(problemsOf(settings), problems);
      assert.equal(readTariff(settings).terms, null);
    });
  }

  it('everything that is wrong is told at once', () => {
    const settings = {
      ...hphc({ winter: '25:00-06:00', summer: '06:00-06:00' }),
      versions: [{ from: 'soon', kwh: { HC: null } }],
    };
    assert.deepEqual(
      problemsOf(settings).map((problem) => (problem as string[])[0]),
      [
        'windows[0].winter',
        'windows[0].summer',
        'versions[0].from',
        'versions[0].kwh.HC',
        'versions[0].kwh.HP',
      ],
    );
  });

  it('whoever uses such a tariff gets a stable code, and what a sentence needs', () => {
    const [problem] = readTariff(hphc({ winter: '25:00-06:00' })).problems;
    const { code, reason, params } = tariffError('Maison', problem!);
    assert.deepEqual([code, reason], ['ENEDIS_CONFIG', 'configTariff']);
    assert.deepEqual(params, { tariff: 'Maison', at: 'windows[0].winter', problem: 'time', found: '25:00' });
  });

  it('the contract’s own example of rules is read, as an object and as its text', () => {
    const example = {
      periods: { HC: 'Heures creuses', HP: 'Heures pleines' },
      calendar: 'own',
      dayStartsAt: '00:00',
      seasons: { summer: ['04-01', '10-31'] },
      rules: [
        { period: 'HC', weekdays: ['sat', 'sun'] },
        { period: 'HC', holiday: true },
        { period: 'HC', time: ['23:00-06:00'] },
        { period: 'HP', season: 'summer', day: ['red'] },
        { period: 'HP' },
      ],
    };
    for (const content of [example, JSON.stringify(example)]) {
      const { terms } = readTariff(rules(content));
      assert.equal(terms?.contracts[0]?.schedule.rules.length, 5);
    }
  });

  it('windows are understood in all the ways they are written', () => {
    for (const text of [
      'HC (22H00-6H00)',
      'HC (22H-6H)',
      '22:00-06:00',
      '22h00-6h00',
      '22-6',
      ' 22:00 – 06:00 ; ',
      'hc(22H00-6H00)',
      '22:00-24:00,0:00-6:00',
    ]) {
      const windows = readTariff(hphc({ winter: text })).terms?.contracts[0]?.windows[0];
      assert.deepEqual(
        windows?.winter,
        [
          { from: 0, to: 360 },
          { from: 1320, to: 1440 },
        ],
        text,
      );
      assert.deepEqual(windows.summer, windows.winter);
    }
    const three = readTariff(hphc({ winter: 'HC (2H30-6H30;13H00-15H00;21H30-23H30)' }));
    assert.equal(three.terms?.contracts[0]?.windows[0]?.winter.length, 3);
  });

  it('what the dialog leaves empty is absent, and a power may be a text', () => {
    const { problems } = readTariff({
      id: 'a1b2',
      type: 'enedis-tariff',
      name: '',
      direction: 'consumption',
      offer: 'hphc',
      prices: 'regulated',
      power: '9',
      windows: [{ from: '', winter: '22:00-06:00', summer: '' }],
      versions: [{ from: '2026-09-01', subscription: '', per: '', kwh: { HC: 0.1, HP: 0.2 } }],
      days: 'automatic',
      rules: '',
      earlier: [],
    });
    assert.deepEqual(problems, []);
  });

  it('nothing that can be saved throws', () => {
    const junk = fc.anything({ maxDepth: 4, maxKeys: 6 });
    const settings = fc.record(
      {
        offer: fc.oneof(fc.constantFrom('base', 'hphc', 'tempo', 'ejp', 'custom'), junk),
        direction: junk,
        prices: fc.oneof(fc.constantFrom('own', 'regulated'), junk),
        power: junk,
        windows: fc.oneof(fc.array(fc.record({ from: junk, winter: junk, summer: junk })), junk),
        versions: fc.oneof(
          fc.array(fc.record({ from: junk, kwh: junk, subscription: junk, per: junk })),
          junk,
        ),
        rules: fc.oneof(
          fc.record({ periods: junk, calendar: junk, seasons: junk, rules: fc.oneof(fc.array(junk), junk) }),
          fc.json(),
          junk,
        ),
        earlier: fc.oneof(fc.array(fc.record({ until: junk, offer: junk })), junk),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.oneof(settings, junk), (each) => {
        const { terms, problems } = readTariff(each);
        assert.equal(terms === null, problems.length > 0);
        for (const { at, found } of problems) {
          assert.equal(typeof at, 'string');
          assert.ok((found ?? '').length <= 60);
        }
      }),
      { numRuns: 500 },
    );
  });
});
