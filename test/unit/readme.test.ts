/** What the README shows of an aggregate is what the code makes, in both languages. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { runInNewContext } from 'node:vm';
import { aggregate } from '../../lib/readings/aggregate';
import { SHAPES } from '../../lib/readings/output-shapes';
import { instantAt } from '../../lib/readings/paris';
import { toReading, type SeriesId } from '../../lib/readings/to-readings';

const ROOT = join(__dirname, '..', '..');
const ID: SeriesId = { usagePointId: '22516914714270', direction: 'consumption', series: 'daily' };
const DAY = {
  start: instantAt('2026-11-22', '00:00:00'),
  end: instantAt('2026-11-23', '00:00:00'),
  amount: 34_261,
  quality: 'raw',
} as const;

for (const file of ['README.md', 'README.fr.md']) {
  const text = readFileSync(join(ROOT, file), 'utf8');
  /** The code block in which a text occurs. */
  const block = (language: string, within: string): string => {
    const found = [...text.matchAll(new RegExp(`\`\`\`${language}\n([^]*?)\`\`\``, 'g'))]
      .map(([, code = '']) => code)
      .filter((code) => code.includes(within));
    assert.equal(found.length, 1, within);
    return found[0]!;
  };
  const payload = (code: string): unknown => {
    const msg: { payload?: unknown } = {};
    runInNewContext(code, { msg });
    return JSON.parse(JSON.stringify(msg.payload));
  };

  describe(file, () => {
    it('shows a reading as it is', () => {
      assert.deepEqual(payload(block('js', "quality: 'raw'")), [toReading(ID, DAY)]);
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

    it('shows the table that the example makes, with the columns of a row', () => {
      const table = block('sql', 'CREATE TABLE').trim();
      const example = JSON.parse(
        readFileSync(join(ROOT, 'examples', '5 - Readings into SQLite.json'), 'utf8'),
      ) as { sql?: string }[];
      assert.ok(example.some(({ sql }) => sql?.trim() === table));
      const columns = [...table.matchAll(/^ {2}(\w+) /gm)].map(([, name]) => name);
      assert.deepEqual(columns, Object.keys(SHAPES.rows(toReading(ID, DAY))));
    });
  });
}
