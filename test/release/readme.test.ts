/** What the READMEs show is what the code does, in both languages: messages, lines, tables, recipes, error codes, properties. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, it } from 'node:test';
import { runInNewContext } from 'node:vm';
import jsonata from 'jsonata';
import { GATEWAY_RULES } from '../support/gateway-rules';
import { REASONS } from '../../lib/errors';
import { aggregate } from '../../lib/figures/aggregate';
import { Describer } from '../../lib/figures/describe';
import { SHAPES } from '../../lib/figures/shapes';
import { instantAt, parisDay } from '../../lib/readings/paris';
import { ALL_SERIES, type Measure } from '../../lib/readings/reading';
import { summarize, type DirectionSummary, type Summary } from '../../lib/query/summary';
import type { SeriesId } from '../../lib/readings/series-id';
import { toReading } from '../../lib/readings/to-readings';
import { Household } from '../support/household';
import { ROOT } from '../support/installed';
import { library } from '../support/tools';

const ID: SeriesId = { usagePointId: '22516914714270', direction: 'consumption', series: 'daily' };
const DAY = {
  start: instantAt('2026-11-22', '00:00:00'),
  end: instantAt('2026-11-23', '00:00:00'),
  amount: 34_261,
  quality: 'raw',
} as const;
const HALF_HOUR = 1_800_000;

interface Example {
  type: string;
  sql?: string;
}

const examples = readdirSync(join(ROOT, 'examples'))
  .filter((file) => file.endsWith('.json'))
  .flatMap((file) => JSON.parse(readFileSync(join(ROOT, 'examples', file), 'utf8')) as Example[]);

const { nodes } = (
  JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
    'node-red': { nodes: Record<string, string> };
  }
)['node-red'];
const nodeTypes = Object.keys(nodes);

/** The half-hours of a November day, of which the n-th has n hundred watts. */
function halfHours(date: string): Measure[] {
  const midnight = instantAt(date, '00:00:00');
  return Array.from({ length: 48 }, (_, place) => ({
    start: midnight + place * HALF_HOUR,
    end: midnight + (place + 1) * HALF_HOUR,
    amount: place * 100,
    quality: 'raw',
  }));
}

for (const file of ['README.md', 'README.fr.md']) {
  const text = readFileSync(join(ROOT, file), 'utf8');
  /** The one code block in which a text occurs. */
  const block = (language: string, within: string): string => {
    const found = [...text.matchAll(new RegExp(`\`\`\`${language}\n([^]*?)\`\`\``, 'g'))]
      .map(([, code = '']) => code)
      .filter((code) => code.includes(within));
    assert.equal(found.length, 1, within);
    return found[0]!;
  };
  /** What a block of code leaves in a property of `msg`. */
  const property = (code: string, name: string): unknown => {
    const msg: Record<string, unknown> = {};
    runInNewContext(code, { msg });
    return JSON.parse(JSON.stringify(msg[name]));
  };
  const payload = (code: string): unknown => property(code, 'payload');

  describe(file, () => {
    it('shows a reading as it is', () => {
      assert.deepEqual(payload(block('js', "quality: 'raw'")), [toReading(ID, DAY)]);
    });

    it('shows what is said of readings as it is', () => {
      const describer = new Describer(ID);
      const day = parisDay('2026-11-22');
      const curve = halfHours('2026-11-22');
      const daily = { ...DAY, amount: curve.reduce((wh, { amount }) => wh + amount / 2, 0) };
      describer.add(day, [daily], curve);
      const said = property(block('js', 'reconciled:'), 'enedis');
      assert.deepEqual(said, describer.description(1, { source: 'network', gateway: 'conso-api' }));
    });

    it('shows the summary in its form', () => {
      const shown = property(block('js', 'freshness:'), 'payload') as Summary;
      const known = {
        daily: [DAY],
        loadCurve: halfHours('2026-11-22'),
        maxPower: [{ ...DAY, at: DAY.start }],
      };
      const wanted = ALL_SERIES.map((series) => ({ direction: 'consumption' as const, series }));
      const real = summarize({ consumption: known }, wanted, DAY.end);
      assert.equal(shown.freshness, real.freshness);
      assert.deepEqual(Object.keys(shown), Object.keys(real));
      assert.deepEqual(Object.keys(shown.consumption!), Object.keys(real.consumption!));
      assert.deepEqual(shown.consumption!.day, real.consumption!.day);
      for (const [name, figure] of Object.entries(shown.consumption!) as [keyof DirectionSummary, object][]) {
        const whole = real.consumption![name]!;
        for (const field of Object.keys(figure)) assert.ok(field in whole, `${name}.${field}`);
        assert.equal((figure as { unit: string }).unit, whole.unit);
      }
    });

    it('shows the plan and the progress of a backfill as they are', async () => {
      const house = new Household({ start: '2026-11-23T12:00:00+01:00', gateway: 'conso-api' });
      try {
        const backfill = await house.backfill();
        const wish = { series: ['loadCurve'], order: 'newest', force: false } as const;
        assert.deepEqual(property(block('js', "state: 'planned'"), 'payload'), await backfill.plan(wish));
        await house.begin(backfill, { series: ['loadCurve'] });
        await house.until('2026-11-23T12:30:00+01:00');
        assert.deepEqual(property(block('js', 'resumesAt:'), 'payload'), house.progress.at(-1));
      } finally {
        await house.stop();
      }
    });

    it('shows an aggregate as it is', () => {
      assert.deepEqual(payload(block('js', 'expected: 30')), aggregate(ID, [DAY], 'month', 'auto'));
    });

    it('shows a point of InfluxDB as it leaves', () => {
      const { measurement, tags, fields, timestamp } = SHAPES.influxdb(toReading(ID, DAY));
      const key = Object.entries(tags).map(([name, value]) => `,${name}=${value}`);
      const line = `${measurement}${key.join('')} value=${fields.value} ${timestamp.getTime()}000000`;
      assert.equal(block('text', 'enedis,').trim(), line);
    });

    it('shows the table that the SQLite example makes, with the columns of a row', () => {
      const table = block('sql', 'value REAL').trim();
      assert.ok(examples.some(({ sql }) => sql?.trim() === table));
      const columns = [...table.matchAll(/^ {2}(\w+) /gm)].map(([, name]) => name);
      assert.deepEqual(columns, Object.keys(SHAPES.rows(toReading(ID, DAY))));
    });

    it('PostgreSQL: rows sent twice are there once, and a correction replaces', async () => {
      const { PGlite } = (await library('@electric-sql/pglite', '0.5.16')) as {
        PGlite: new () => {
          exec(sql: string): Promise<unknown>;
          query(sql: string, params?: unknown[]): Promise<{ rows: unknown[] }>;
          close(): Promise<void>;
        };
      };
      const [, expression = ''] = /`(\[\$string\(payload\)\])`/.exec(text) ?? [];
      const params = (rows: unknown[]): Promise<unknown[]> =>
        jsonata(expression).evaluate({ payload: rows }) as Promise<unknown[]>;
      const database = new PGlite();
      try {
        await database.exec(block('sql', 'timestamptz'));
        const insert = block('sql', 'ON CONFLICT');
        const month = aggregate(ID, [DAY], 'month', 'auto')[0]!;
        const rows = [SHAPES.rows(toReading(ID, DAY)), SHAPES.rows(month)];
        await database.query(insert, await params(rows));
        await database.query(insert, await params(rows));
        await database.query(insert, await params([{ ...rows[0], value: 35, quality: 'corrected' }]));
        const byMonth = await database.query(block('sql', 'ORDER BY start_local'));
        assert.deepEqual(
          byMonth.rows.map((row) => (row as { value: number }).value),
          [34.261],
        );
        // An older day comes: the total begins earlier, and is still one row.
        const total = SHAPES.rows(aggregate(ID, [DAY], 'total', 'auto')[0]!);
        const moved = { ...total, start_utc: '2026-11-20T23:00:00.000Z', value: 70 };
        for (const row of [total, moved]) await database.query(insert, await params([row]));
        const totals = await database.query("DELETE FROM linky WHERE period = 'total' RETURNING value");
        assert.deepEqual(totals.rows, [{ value: 70 }]);
        const { rows: found } = await database.query(
          'SELECT period, value, quality, start_utc, start_local::text, received FROM linky ORDER BY period',
        );
        const common = { received: 1 };
        assert.deepEqual(found, [
          {
            ...common,
            ...{ period: 'month', value: 34.261, quality: null },
            ...{ start_utc: new Date(month.start), start_local: '2026-11-01 00:00:00' },
          },
          {
            ...common,
            ...{ period: 'reading', value: 35, quality: 'corrected' },
            ...{ start_utc: new Date(DAY.start), start_local: '2026-11-22 00:00:00' },
          },
        ]);
      } finally {
        await database.close();
      }
    });

    it('names every error code once, with what to do', () => {
      for (const code of new Set(Object.values(REASONS).map(({ code }) => code)))
        assert.equal(text.match(new RegExp(`^\\| \`${code}\` +\\|`, 'gm'))?.length, 1, code);
    });

    it('names the limits that are kept', () => {
      const HOUR = 3_600_000;
      for (const [name, kind] of [
        ['Conso API', 'conso-api'],
        ['MyElectricalData, v1, v2', 'my-electrical-data'],
        ['Data Connect', 'data-connect'],
      ] as const) {
        // A second or an hour is a word, longer windows are numbers.
        const numbers = GATEWAY_RULES[kind].allowances.flatMap(({ requests, within }) =>
          within > HOUR ? [requests, within / HOUR] : [requests],
        );
        const [, kept = ''] = new RegExp(`^\\| ${name} +\\|[^|]*\\|([^|]*)\\|$`, 'm').exec(text) ?? [];
        assert.deepEqual(kept.match(/\d+/g)?.map(Number), numbers, `${name}: ${kept}`);
      }
    });

    it('names every property of every node', () => {
      for (const type of nodeTypes) {
        const from = text.indexOf(`### ${type}`);
        assert.ok(from >= 0, `no section ${type}`);
        const section = text.slice(from, text.indexOf('\n##', from + 3));
        const built = nodes[type]!.replace(/\.js$/, '.html');
        const page = readFileSync(join(ROOT, relative('dist', built)), 'utf8');
        const [, defaults = ''] = /^ {4}defaults: \{\n([^]*?)^ {4}\},$/m.exec(page) ?? [];
        const names = [...defaults.matchAll(/^ {6}(\w+):/gm)].map(([, name = '']) => name);
        assert.ok(names.length > 3, type);
        for (const name of names.filter((each) => each !== 'version'))
          assert.ok(section.includes(`\`${name}\``), `${type}: ${name}`);
        // Defaults that are words or numbers are shown as such; others in words.
        for (const [, name = '', value = ''] of defaults.matchAll(
          /^ {6}(\w+): \{\s*value: ['"]?([\w:-]+)/gm,
        )) {
          const [row = ''] = new RegExp(`^\\|[^|]*\`${name}\`[^|]*\\|[^|]*\\|`, 'm').exec(section) ?? [];
          const [, shown = ''] = /\|([^|]*)\|$/.exec(row) ?? [];
          const written = [...shown.matchAll(/`([^`]+)`/g)].map(([, each]) => each);
          assert.ok(written.length === 0 || written.includes(value), `${type}: ${name} is ${value}: ${row}`);
        }
      }
    });
  });
}

describe('both languages', () => {
  /** What is set in code within the prose: properties, codes, texts, files. */
  const named = (file: string): string[] => {
    const prose = readFileSync(join(ROOT, file), 'utf8')
      .replace(/```[^]*?```/g, '')
      .replace(/\s+/g, ' ');
    return [...new Set([...prose.matchAll(/`([^`]+)`/g)].map(([, term = '']) => term))].sort();
  };
  // French needs no setting.
  const ENGLISH_ONLY = ["lang: 'en-US'", 'LANGUAGE'];
  for (const [folder, more] of [
    ['', []],
    ['dashboard/', ['en']],
  ] as const) {
    it(`of ${folder}README name the same things`, () => {
      const only: readonly string[] = [...ENGLISH_ONLY, ...more];
      const english = named(`${folder}README.md`).filter((term) => !only.includes(term));
      assert.deepEqual(named(`${folder}README.fr.md`), english);
    });
  }
});

/** They are made in the dialogs of others. */
const NOT_IN_PALETTE = ['enedis-config', 'enedis-tariff'];

describe('a node is called as the palette calls it', () => {
  const widget = 'ui-enedis-linky';
  const folderOf = (type: string): string =>
    type === widget ? 'dashboard/nodes/linky' : `nodes/${type.replace('enedis-', '')}`;
  const palette = (type: string, language: string): string => {
    const file = join(ROOT, folderOf(type), 'locales', language, `${type}.json`);
    const catalogue = JSON.parse(readFileSync(file, 'utf8')) as Record<string, { palette: string }>;
    return catalogue[type]!.palette;
  };
  const types = [...nodeTypes, widget];
  const flat = (text: string): string => text.replace(/\s+/g, ' ');

  for (const [language, ending] of [
    ['en-US', '.md'],
    ['fr', '.fr.md'],
  ] as const) {
    const labels = types.map((type) => flat(palette(type, language)));
    const readmes = ['README', 'dashboard/README'].map((file) =>
      flat(readFileSync(join(ROOT, `${file}${ending}`), 'utf8')),
    );

    it(`where the READMEs send a reader to the palette, ${language}`, () => {
      for (const type of nodeTypes.filter((each) => !NOT_IN_PALETTE.includes(each))) {
        const [, section = ''] = readmes[0]!.split(`### ${type}`);
        assert.ok(section.slice(0, 120).includes(`_${flat(palette(type, language))}_`), type);
      }
      assert.ok(readmes[1]!.includes(`_${flat(palette(widget, language))}_`));
      for (const [, named = ''] of readmes.join(' ').matchAll(/(?:node|nœud) _([^_]+)_/g))
        assert.ok(labels.includes(named), `no node is called “${named}”`);
    });

    it(`where a text of a node names another, ${language}`, () => {
      // Node-RED's own, and a node of somebody else's.
      const others = /^(inject|debug|join|catch|influxdb batch|ps-.*|chart|write file|API)$/i;
      const texts = types.flatMap((type) =>
        ['html', 'json'].map((kind) =>
          readFileSync(join(ROOT, folderOf(type), 'locales', language, `${type}.${kind}`), 'utf8'),
        ),
      );
      let count = 0;
      for (const [, named = ''] of flat(texts.join(' ')).matchAll(
        /(?:node|nœud) (?:“|«\s?|\\?")([^”»"\\]+?)(?:”|\s?»|\\?")/g,
      )) {
        if (others.test(named)) continue;
        count++;
        assert.ok(labels.includes(named), `no node is called “${named}”`);
      }
      assert.ok(count >= 4, `${count} found`);
    });
  }
});

describe('the examples', () => {
  it('use every type of node', () => {
    for (const type of nodeTypes)
      assert.ok(
        examples.some((node) => node.type === type),
        type,
      );
  });
});
