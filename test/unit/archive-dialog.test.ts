/** What is kept of a meter, as its dialog shows it, takes it away and erases it. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import type { NodeAPI } from 'node-red';
import { parisDay } from '../../lib/readings/paris';
import { ArchiveDialog } from '../../nodes/config/archive-dialog';
import type { Response } from '../../nodes/config/config-dialog';
import { homeOf } from '../../nodes/shared/services';

const PDL = '22516914714270';
const METER = { id: 'meter', gateway: 'demo', usagePointId: PDL, environment: 'production' };

const userDir = mkdtempSync(join(tmpdir(), 'enedis-archive-dialog-'));
after(() => rmSync(userDir, { recursive: true, force: true }));

const logged: string[] = [];
const RED = {
  settings: { userDir, lang: 'fr' },
  log: { info: (line: string) => logged.push(line), warn: (line: string) => logged.push(line) },
  nodes: { getNode: () => null },
} as unknown as NodeAPI;
const dialog = new ArchiveDialog(RED);

interface Answered {
  json?: unknown;
  text: string;
}

async function ask(
  route: 'archive' | 'exportArchive' | 'eraseArchive',
  body: object,
  site = 'same-origin',
): Promise<Answered> {
  const answered: Answered = { text: '' };
  const response = {
    destroyed: false,
    set: () => response,
    json: (json: unknown) => (answered.json = json),
    write: (chunk: string) => {
      answered.text += chunk;
      return true;
    },
    end: () => undefined,
  };
  const request = { body, is: () => 'json', headers: { 'sec-fetch-site': site }, params: {}, url: '/' };
  await dialog[route](request, response as unknown as Response);
  return answered;
}

describe('what is kept of a meter, in its dialog', () => {
  it('is shown, taken away in the reader’s language, and erased after a second yes', async () => {
    assert.deepEqual((await ask('archive', METER)).json, { series: [] });
    const home = await homeOf(RED);
    const { archive } = home.meter(PDL, { kind: 'demo', environment: 'production' });
    const { start, end } = parisDay('2026-11-25');
    const measure = { start, end, amount: 12_345, quality: 'raw' as const };
    await archive.merge({ direction: 'consumption', series: 'daily' }, [measure], 'demo');
    const kept = { from: '2026-11-25', to: '2026-11-25', readings: 1 };
    assert.deepEqual((await ask('archive', METER)).json, {
      series: [{ direction: 'consumption', series: 'daily', ...kept }],
    });
    const french = (await ask('exportArchive', { ...METER, language: 'fr' })).text;
    assert.match(french, /^\ufeffsens;série;.*;12,345;kWh;/s);
    const english = (await ask('exportArchive', { ...METER, language: 'en-US' })).text;
    assert.match(english, /^\ufeffdirection,series,.*,12\.345,kWh,/s);

    // Without the second yes, and for a page elsewhere, nothing is erased.
    for (const refused of [
      await ask('eraseArchive', METER),
      await ask('eraseArchive', { ...METER, erase: PDL }, 'cross-site'),
    ])
      assert.match(JSON.stringify(refused.json), /"failure"/);
    assert.notDeepEqual((await ask('archive', METER)).json, { series: [] });
    assert.deepEqual((await ask('eraseArchive', { ...METER, erase: PDL })).json, {});
    assert.deepEqual((await ask('archive', METER)).json, { series: [] });
    assert.equal(logged.length, 1);
    assert.ok(!logged.join('').includes(PDL), 'the PDL is masked in the log');
  });
});
