/** What the Linky's face makes of a summary: digits, dates and light, in both languages, at a given moment; its colours. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { coloursOf, isDarkTheme } from '../../dashboard/faces/linky/colours';
import { directionsOf, formatValue, latestOf, lightOf, rowsOf } from '../../dashboard/faces/linky/display';
import { toldOf } from '../../dashboard/faces/linky/problem';
import { wordsFor } from '../../dashboard/faces/linky/words';
import { readMessage, readShown } from '../../dashboard/lib/shown';
import type { DirectionSummary, Summary } from '../../lib/query/summary';
import { BOTH, CONSUMPTION, NOW, PRODUCTION, TOPIC } from '../support/dashboard';

const now = Date.parse(NOW);
const french = wordsFor('fr-FR');
const english = wordsFor('en-GB');
const spaced = (text: string): string => text.replace(/[\u00a0\u202f\u2009]/g, ' ');

describe('the digits', () => {
  it('are four, at the decimals that leaves, and never grouped', () => {
    const cases: [number, string, string][] = [
      [0, '0,000', '0.000'],
      [0.0004, '0,000', '0.000'],
      [3.0964, '3,096', '3.096'],
      [9.9994, '9,999', '9.999'],
      [9.9996, '10,00', '10.00'],
      [34.261, '34,26', '34.26'],
      [99.996, '100,0', '100.0'],
      [605.643, '605,6', '605.6'],
      [999.96, '1000', '1000'],
      [8019.965, '8020', '8020'],
      [12345.6, '12346', '12346'],
    ];
    for (const [value, fr, en] of cases)
      assert.deepEqual([formatValue(value, 'fr'), formatValue(value, 'en')], [fr, en]);
  });

  it('stand before as many dark segments as the display has', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 99_999, noNaN: true }), (value) => {
        const { value: digits, segments } = rowsOf({ day: { ...CONSUMPTION.day, value } }, french, now)[0]!;
        assert.equal(segments.replace(',', '').length, 5);
        assert.ok(segments.endsWith(digits.replace(/\d/g, '8')));
      }),
    );
  });
});

describe('what a figure is beside', () => {
  const compared = (change?: number) => ({
    value: 30,
    start: '2026-11-15T00:00:00+01:00',
    end: '2026-11-16T00:00:00+01:00',
    coverage: 1,
    ...(change === undefined ? {} : { change }),
  });
  const projected = { value: 812.34, unit: 'kWh', method: 'lastYear' } as const;
  const of: DirectionSummary = {
    day: { ...CONSUMPTION.day, before: compared(-0.083), lastYear: compared(0.002) },
    month: { ...CONSUMPTION.month, before: compared(0.05), lastYear: compared(), projected },
    year: { ...CONSUMPTION.year, before: compared(-0.021), lastYear: compared(-0.021) },
  };
  const row = (name: string, speech = french) => rowsOf(of, speech, now).find((each) => each.name === name)!;

  const changes = (name: string, speech = french): string[] => row(name, speech).changes.map(spaced);

  it('yesterday beside last week and last year, for the eye and for a voice', () => {
    assert.deepEqual(changes('day'), ['−8 % sur 7 jours', 'stable sur un an']);
    assert.deepEqual(changes('day', english), ['−8% vs last week', 'same as last year']);
    assert.match(
      spaced(row('day').spoken),
      /8 % de moins que le même jour de la semaine précédente, à peu près autant que le même jour de la semaine, l’an dernier$/,
    );
    assert.match(
      row('day', english).spoken,
      /8% less than on the same day of the week before, about the same as on the same weekday last year$/,
    );
    assert.equal(row('day').remarks, '');
    assert.equal(
      spaced(row('day').date),
      'dimanche 22 novembre 2026',
      'in full: its changes stand elsewhere',
    );
  });

  it('the month and the year with their dates, and what the whole may come to', () => {
    assert.deepEqual(changes('month'), ['+5 % sur un mois', '≈ 812 kWh en fin de mois']);
    assert.deepEqual(changes('month', english), ['+5% vs last month', '≈ 812 kWh by month end']);
    // The year before is last year: said once.
    assert.deepEqual(changes('year'), ['−2 % sur un an']);
    assert.match(
      spaced(row('month', english).spoken),
      /5% more than on the same days of the month before, about 812 kWh by the end of the month$/,
    );
    assert.match(
      spaced(row('month').spoken),
      /5 % de plus qu’aux mêmes jours du mois précédent, environ 812 kWh d’ici la fin du mois$/,
    );
  });

  it('of production is said in the same words', () => {
    const day = { ...PRODUCTION.day, before: compared(1.214), lastYear: compared(-0.5) };
    const year = {
      ...PRODUCTION.year,
      lastYear: compared(0.07),
      projected: { ...projected, value: 13_123.4 },
    };
    const [first, second] = rowsOf({ day, year }, french, now);
    assert.deepEqual(first!.changes.map(spaced), ['+121 % sur 7 jours', '−50 % sur un an']);
    assert.deepEqual(second!.changes.map(spaced), ['+7 % sur un an', '≈ 13 123 kWh en fin d’année']);
  });

  it('of which nothing is known is not spoken of, and the other figures are beside nothing', () => {
    const { before, lastYear } = { before: compared(), lastYear: compared(0.03) };
    const [day] = rowsOf({ day: { ...CONSUMPTION.day, before, lastYear } }, french, now);
    assert.deepEqual(day!.changes.map(spaced), ['+3 % sur un an']);
    assert.doesNotMatch(day!.spoken, /semaine précédente/);
    for (const each of rowsOf(CONSUMPTION, french, now)) assert.deepEqual(each.changes, [], each.name);
    const power = { ...CONSUMPTION.power, before: compared(0.5), projected };
    assert.deepEqual(rowsOf({ power }, french, now)[0]!.changes, []);
  });

  it('−0.4 % was neither “−0 %” nor more nor less: it is stable', () => {
    for (const change of [0, -0, 0.0049, -0.0049]) {
      const [day] = rowsOf({ day: { ...CONSUMPTION.day, before: compared(change) } }, french, now);
      assert.deepEqual(day!.changes.map(spaced), ['stable sur 7 jours'], String(change));
      assert.match(day!.spoken, /à peu près autant/);
    }
  });

  it('in euros may come to euros', () => {
    const month = {
      ...CONSUMPTION.month,
      projected: { value: 163.6, unit: 'EUR', method: 'average' },
    } as const;
    const { summary } = readMessage(TOPIC, { consumption: { month }, freshness: 'complete' });
    const told = (speech = french) => rowsOf(summary.consumption!, speech, now)[0]!.changes.map(spaced);
    assert.deepEqual([...told(), ...told(english)], ['≈ 164 € en fin de mois', '≈ €164 by month end']);
  });

  it('leaves room for neither euros’ parts nor their remark, but a voice says them', () => {
    const cost = { value: 112.4, unit: 'EUR', fixed: null, unpriced: 0 } as const;
    const month = { ...of.month!, cost };
    const [shown] = rowsOf({ month }, french, now);
    assert.equal(shown!.remarks, '');
    assert.deepEqual(shown!.changes.map(spaced), ['+5 % sur un mois', '≈ 812 kWh en fin de mois']);
    assert.match(spaced(shown!.spoken), /hors abonnement/);
    const [dear] = rowsOf({ month: { ...month, cost: { ...cost, unpriced: 400 } } }, french, now);
    assert.match(spaced(dear!.remarks), /400 kWh sans prix/);
  });

  it('comes through the door as it was sent, and what isn’t so is named', () => {
    const payload = { consumption: of, freshness: 'complete' };
    assert.deepEqual(readMessage(TOPIC, payload).summary.consumption, of);
    const more = {
      ...of.month,
      before: { ...of.month!.before, days: 22 },
      projected: { ...projected, by: 'me' },
    };
    const { summary } = readMessage(TOPIC, { consumption: { month: more }, freshness: 'complete' });
    assert.deepEqual(summary.consumption?.month, of.month, 'without what isn’t known');
    for (const [wrong, named] of [
      [{ before: 8 }, 'before'],
      [{ before: { ...compared(0.1), value: '30' } }, 'before.value'],
      [{ before: { ...compared(0.1), start: 'lundi' } }, 'before.start'],
      [{ before: { ...compared(0.1), end: compared().start } }, 'before.end'],
      [{ lastYear: { ...compared(NaN) } }, 'lastYear.change'],
      [{ projected: { ...projected, value: null } }, 'projected.value'],
      [{ projected: { ...projected, unit: 'MWh' } }, 'projected.unit'],
      [{ lastYear: { ...compared(0.1), coverage: 2 } }, 'lastYear.coverage'],
      [{ before: { ...compared(), change: '8 %' } }, 'before.change'],
      [{ projected: { ...projected, method: 'guess' } }, 'projected.method'],
    ] as const)
      assert.throws(
        () => readMessage(TOPIC, { consumption: { day: { ...of.day, ...wrong } }, freshness: 'complete' }),
        (error: { params: { property: string } }) =>
          error.params.property === `msg.payload.consumption.day.${named}`,
      );
  });
});

describe('euros', () => {
  const priced = (cost: object, more: object = {}): DirectionSummary => ({
    day: {
      ...CONSUMPTION.day,
      cost: { value: 6.28401, unit: 'EUR', fixed: null, unpriced: 0, ...cost },
      byPeriod: { HC: { value: 14.2, cost: 2.25638 }, HP: { value: 20.061, cost: 4.02763 } },
      ...more,
    },
  });
  const shown = (of: DirectionSummary, speech = french): string[] => {
    const { cost, remarks } = rowsOf(of, speech, now)[0]!;
    return [cost, remarks].map(spaced);
  };

  it('are as the reader’s language writes them, with their parts, and say what isn’t in them', () => {
    assert.deepEqual(shown(priced({})), ['6,28 €', 'HC 2,26 € · HP 4,03 € · hors abonnement']);
    assert.deepEqual(shown(priced({}), english), ['€6.28', 'HC €2.26 · HP €4.03 · without the subscription']);
    assert.deepEqual(shown(CONSUMPTION), ['', '']);
  });

  it('aren’t there where days are missing, or more than a two-hundredth has no price: then what is missing is said', () => {
    assert.deepEqual(shown(priced({}, { coverage: 0.9 })), ['', 'incomplet (90 %)']);
    assert.equal(shown(priced({ unpriced: 0.171 }))[0], '6,28 €');
    assert.deepEqual(shown(priced({ unpriced: 0.18 })), [
      '',
      '0,2 kWh sans prix : il manque la courbe de charge, un prix ou une couleur',
    ]);
  });

  it('come in by the door, and what can’t be a cost is named', () => {
    const summary = { consumption: priced({}), freshness: 'complete' };
    assert.deepEqual(readMessage(TOPIC, summary).summary.consumption, summary.consumption);
    for (const [property, cost] of [
      ['cost.value', { value: '6' }],
      ['cost.fixed', { fixed: 'x' }],
      ['cost.unpriced', { unpriced: NaN }],
    ] as const)
      assert.throws(() => readMessage(TOPIC, { ...summary, consumption: priced(cost) }), {
        params: { property: `msg.payload.consumption.day.${property}` },
      });
  });
});

describe('the dates', () => {
  const dates = (locale: string): string[] =>
    rowsOf(CONSUMPTION, wordsFor(locale), now).map(({ date }) => spaced(date));

  it('are days and moments of Paris, wherever the browser is', () => {
    assert.deepEqual(dates('fr-FR'), [
      'dimanche 22 novembre 2026',
      '22 nov. 2026, 23:30 – 00:00',
      'dimanche 22 novembre 2026 à 20:16',
      '1–22 novembre 2026',
      '1 janvier – 22 novembre 2026',
    ]);
    assert.match(dates('en-GB')[2]!, /^Sunday,? 22 November 2026 at 20:16$/);
    // English where we don't speak the language.
    assert.match(dates('de-DE')[0]!, /^Sunday,? 22 November 2026$/);
  });

  it('of the night the clock goes back, half an hour is half an hour', () => {
    const power = {
      ...CONSUMPTION.power,
      start: '2026-10-25T02:30:00+02:00',
      end: '2026-10-25T02:00:00+01:00',
    };
    const [row] = rowsOf({ power }, french, now);
    assert.equal(row!.label, 'À 02:30');
    assert.match(spaced(row!.date), /02:30 – 02:00$/);
    assert.equal(row!.remarks, french.words.stale);
  });

  it('without one asked for, say up to when there are readings', () => {
    assert.equal(spaced(latestOf(CONSUMPTION, french)), 'Relevés jusqu’au 22 novembre 2026');
    assert.equal(latestOf({ day: PRODUCTION.day }, english), 'Readings up to 22 November 2026');
  });
});

describe('the rows', () => {
  it('are those there are figures for, in the meter’s order', () => {
    assert.deepEqual(
      rowsOf(PRODUCTION, french, now).map(({ name }) => name),
      ['day', 'peak', 'month', 'year'],
    );
    assert.deepEqual(rowsOf({}, french, now), []);
    assert.deepEqual(directionsOf({ consumption: {}, production: PRODUCTION, freshness: 'complete' }), [
      'production',
    ]);
    assert.deepEqual(directionsOf({ freshness: 'none' }), []);
  });

  it('“Day” and “Half-hour” were read as today and now: they say which day and which half-hour', () => {
    const labels = (at: string, locale = 'fr-FR'): string[] =>
      rowsOf(CONSUMPTION, wordsFor(locale), Date.parse(at)).map(({ label }) => spaced(label));
    assert.deepEqual(labels(NOW), ['Hier', 'À 23:30', 'Puiss. max', 'Mois', 'Année']);
    assert.deepEqual(labels(NOW, 'en-GB').slice(0, 2), ['Yesterday', 'At 23:30']);
    assert.deepEqual(labels('2026-11-24T00:10:00+01:00').slice(0, 2), ['dim. 22', 'À 23:30']);
    assert.equal(labels('2026-11-24T00:10:00+01:00', 'en-GB')[0], '22 Nov');
    // At 23:50 in Paris it still is yesterday, whatever day it is where the browser is.
    assert.equal(labels('2026-11-23T23:50:00+01:00')[0], 'Hier');
  });

  it('of production show the day’s best half-hour: the last one of a day is always nothing', () => {
    const rows = rowsOf(PRODUCTION, french, now);
    const peak = rows.find(({ name }) => name === 'peak')!;
    assert.deepEqual([peak.label, peak.value, peak.unit], ['Pic à 12:30', '1,840', 'kW']);
    assert.match(spaced(peak.spoken), /^Puissance moyenne des 30 meilleures minutes : 1,84 kW/);
    const { peak: _, ...older } = PRODUCTION;
    assert.deepEqual(
      rowsOf(older, french, now).map(({ name }) => name),
      ['day', 'power', 'month', 'year'],
    );
  });

  it('say for a voice how long the interval is', () => {
    const spoken = (minutes: number): string =>
      rowsOf(
        {
          power: {
            ...CONSUMPTION.power,
            start: new Date(Date.parse(CONSUMPTION.power.end) - minutes * 60_000).toISOString(),
          },
        },
        french,
        now,
      )[0]!.spoken;
    for (const minutes of [10, 30, 60])
      assert.ok(spoken(minutes).startsWith(`Puissance moyenne de ${minutes} minutes`), spoken(minutes));
  });

  it('say how incomplete they are, and never that 99.9 % is all', () => {
    const [row] = rowsOf({ year: { ...CONSUMPTION.year, coverage: 0.9999 } }, french, now);
    assert.equal(spaced(row!.coverage), '99 %');
    assert.equal(spaced(row!.remarks), 'incomplet (99 %)');
    assert.equal(
      spaced(row!.spoken),
      'Année : 8 019,965 kWh, 1 janvier – 22 novembre 2026, incomplet (99 %)',
    );
  });
});

describe('the problem', () => {
  const problem = {
    code: 'ENEDIS_CREDENTIALS',
    message: 'Le jeton a expiré le 3 novembre.',
    advice: 'Obtenez-en un nouveau.',
    since: '2026-11-22T06:12:00+01:00',
    retryAt: '2026-11-24T06:40:00+01:00',
  };

  it('no network, an expired, a wrong and a missing token were four equal red screens: the sentence is shown', () => {
    const { problem: shown, name } = readMessage(TOPIC, { ...BOTH, meter: 'Maison', problem, news: [] });
    assert.equal(name, 'Maison');
    assert.equal(
      spaced(toldOf(shown!, french)),
      'Le jeton a expiré le 3 novembre. Obtenez-en un nouveau. Depuis : dim. 22 nov., 06:12. Prochain essai : mar. 24 nov., 06:40.',
    );
    assert.deepEqual(
      readShown(JSON.parse(JSON.stringify({ summary: BOTH, meter: '', problem: shown }))).problem,
      shown,
    );
  });

  it('is shown with as much as is known of it, its advice once', () => {
    const told = (of: object): string =>
      toldOf(readMessage(TOPIC, { ...BOTH, problem: of }).problem!, english);
    assert.equal(told({ message: 'No network.' }), 'No network.');
    assert.equal(
      told({ message: 'No network. Look at the cable.', advice: 'Look at the cable.' }),
      'No network. Look at the cable.',
    );
    assert.equal(told({ message: 'No network.', retryAt: 'soon' }), 'No network.');
    assert.equal(told({ message: 'x'.repeat(5000) }).length, 600);
    for (const wrong of ['text', 7, [], {}, { message: 7 }, { message: ' ' }])
      assert.throws(() => readMessage(TOPIC, { ...BOTH, problem: wrong }), { code: 'ENEDIS_INPUT' });
    assert.equal(readMessage(TOPIC, { ...BOTH, problem: null }).problem, undefined);
  });
});

describe('the light', () => {
  const at = (iso: string, summary: Summary = BOTH): string => lightOf(summary, Date.parse(iso));
  const stale = { ...CONSUMPTION.power, upToDate: false };

  it('is what the summary says', () => {
    assert.equal(at(NOW), 'complete');
    assert.equal(at(NOW, { consumption: { ...CONSUMPTION, power: stale }, freshness: 'partial' }), 'partial');
    assert.equal(at(NOW, { freshness: 'none' }), 'none');
  });

  it('turns red by itself once the next day’s readings are overdue', () => {
    assert.equal(at('2026-11-24T11:59:00+01:00'), 'complete');
    assert.equal(at('2026-11-24T12:01:00+01:00'), 'none');
  });

  it('turns orange where only some are', () => {
    const day = { ...CONSUMPTION.day, start: '2026-11-21T00:00:00+01:00', end: '2026-11-22T00:00:00+01:00' };
    const summary: Summary = { consumption: { ...CONSUMPTION, day }, freshness: 'complete' };
    assert.equal(at('2026-11-23T11:00:00+01:00', summary), 'complete');
    assert.equal(at('2026-11-23T13:00:00+01:00', summary), 'partial');
  });
});

describe('the colours', () => {
  it('are a Linky’s unless others are chosen, and readable on each other', () => {
    const usual = coloursOf({});
    assert.equal(usual['--enedis-desktop-background'], '#c3d82c');
    assert.equal(usual['--enedis-mobile-background'], '#c3d82c');
    assert.equal(coloursOf({ background: '#000' })['--enedis-desktop-title'], '#ffffff');
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0xffffff }), (number) => {
        const background = `#${number.toString(16).padStart(6, '0')}`;
        const title = coloursOf({ background })['--enedis-desktop-title']!;
        assert.ok(contrast(background, title) >= 4.5, `${title} on ${background}`);
      }),
    );
  });

  it('glared on a dark dashboard: there they are subdued, unless they were chosen', () => {
    assert.deepEqual(['33,33,33', 'rgb(18, 18, 18)', '0,0,0'].map(isDarkTheme), [true, true, true]);
    assert.deepEqual(['255,255,255', '238,240,234', '', 'none'].map(isDarkTheme), [
      false,
      false,
      false,
      false,
    ]);
    const dark = coloursOf({}, true);
    assert.ok(luminance(dark['--enedis-desktop-background']!) < 0.05);
    assert.ok(contrast(dark['--enedis-desktop-background']!, dark['--enedis-desktop-title']!) >= 4.5);
    assert.deepEqual(coloursOf({ background: '#c3d82c' }, true), coloursOf({}));
  });

  it('of the phone follow the desk’s until they are its own', () => {
    const desk = { background: '#123456', titleColor: '#ffee00' };
    const colours = coloursOf(desk);
    assert.equal(colours['--enedis-mobile-background'], '#123456');
    assert.equal(colours['--enedis-mobile-title'], '#ffee00');
    const own = coloursOf({ ...desk, mobileBackground: '#ffffff' });
    assert.equal(own['--enedis-mobile-title'], '#1f2a08', 'not yellow on white');
    assert.equal(coloursOf({ ...desk, mobileTitleColor: '#0f0' })['--enedis-mobile-title'], '#00ff00');
  });

  it('that are none are passed over', () => {
    for (const background of ['red;}', 'url(x)', '#12', '', undefined])
      assert.deepEqual(coloursOf(background === undefined ? {} : { background }), coloursOf({}));
  });
});

describe('the words', () => {
  it('are spaced in French as French is', () => {
    const { words } = french;
    const compared = Object.values(words.compared).flatMap((than) => Object.values(than));
    const said = [
      words.empty,
      words.nothingYet,
      words.keys,
      ...Object.values(words.light),
      ...compared.flatMap(({ short, long }) => [
        words.changed('+5\u00a0%', short),
        words.unchanged(short),
        words.more('5\u00a0%', long),
        words.less('5\u00a0%', long),
        words.same(long),
      ]),
      ...Object.values(words.projected).flatMap(({ short, long }) => [short('8'), long('8')]),
    ];
    for (const text of [
      ...said,
      words.incomplete(95),
      words.upTo('22 novembre'),
      words.at('le 22', '20:16'),
    ]) {
      assert.doesNotMatch(text, /[^\u00a0\u202f\d][:;?!»%]/);
      assert.doesNotMatch(text, /«[^\u00a0\u202f]/);
    }
  });
});

describe('what comes in', () => {
  it('is passed on without what isn’t a summary’s, and is the same from the file', () => {
    const extra = { ...BOTH, secret: 1, consumption: { ...CONSUMPTION, secret: 2 } };
    const shown = readMessage(TOPIC, extra);
    assert.deepEqual(shown, { summary: BOTH, meter: '22516•••••4270' });
    assert.deepEqual(readShown(JSON.parse(JSON.stringify(shown))), shown);
  });

  it('is refused, never drawn, where it is anything else', () => {
    fc.assert(
      fc.property(fc.anything(), (payload) => {
        assert.throws(() => readMessage(TOPIC, payload), { code: 'ENEDIS_INPUT' });
      }),
    );
  });
});

/** As WCAG 2 defines it, written anew. */
function contrast(one: string, other: string): number {
  const [light, dark] = [one, other].map(luminance).sort((a, b) => b - a) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

function luminance(colour: string): number {
  const value = parseInt(colour.slice(1), 16);
  const [red, green, blue] = [value >> 16, (value >> 8) & 255, value & 255].map((part) => {
    const share = part / 255;
    return share <= 0.03928 ? share / 12.92 : Math.pow((share + 0.055) / 1.055, 2.4);
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
