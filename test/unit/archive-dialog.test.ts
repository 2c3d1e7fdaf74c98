/** What is kept of a meter, as its dialog shows it, takes it away and erases it. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { NodeAPI } from 'node-red';
import { datesBetween, parisDay } from '../../lib/readings/paris';
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

type Route = 'archive' | 'exportArchive' | 'eraseArchive';

/** A server of Node's own, with what Express adds to it: it refuses a header after the first word, and readers may be slow. */
const server = createServer((incoming, outgoing) => {
  const response: Response = Object.assign(outgoing, {
    set: (headers: Record<string, string>) => {
      for (const [name, value] of Object.entries(headers)) outgoing.setHeader(name, value);
      return response;
    },
    json: (body: unknown) =>
      response.set({ 'Content-Type': 'application/json' }) && outgoing.end(JSON.stringify(body)),
    status: (code: number) => Object.assign(response, { statusCode: code }),
    send: (body: string) => outgoing.end(body),
  });
  void (async () => {
    const parts: Buffer[] = [];
    for await (const part of incoming) parts.push(part as Buffer);
    const { url = '', headers } = incoming;
    const body: unknown = JSON.parse(Buffer.concat(parts).toString());
    const is = (type: string): string | false => headers['content-type'] === type && type;
    await dialog[url.slice(1) as Route]({ body, is, headers, params: {}, url }, response);
  })();
});
before(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));
after(() => server.close());

async function ask(route: Route, body: object, site = 'same-origin'): Promise<Answered> {
  const { port } = server.address() as AddressInfo;
  const response = await fetch(`http://127.0.0.1:${port}/${route}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'sec-fetch-site': site, connection: 'close' },
    body: JSON.stringify(body),
  });
  // `text()` would take the mark off with which a table begins.
  const text = Buffer.from(await response.arrayBuffer()).toString();
  const isJson = response.headers.get('content-type') === 'application/json';
  return isJson ? { json: JSON.parse(text), text } : { text };
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

  it('a year of half-hours leave as they are taken, and Node-RED’s log has no warning of a leak', async () => {
    const warnings: string[] = [];
    const note = ({ name }: Error): void => void warnings.push(name);
    process.on('warning', note);
    const home = await homeOf(RED);
    const { archive } = home.meter(PDL, { kind: 'demo', environment: 'production' });
    const days = datesBetween('2026-01-01', '2026-11-26').map((date) => parisDay(date));
    const half = 1_800_000;
    const curve = days.flatMap(({ start, end }) =>
      Array.from({ length: (end - start) / half }, (_, place) => ({
        start: start + place * half,
        end: start + (place + 1) * half,
        amount: 500,
        quality: 'raw' as const,
      })),
    );
    await archive.merge({ direction: 'consumption', series: 'loadCurve' }, curve, 'demo');
    const { text } = await ask('exportArchive', { ...METER, language: 'fr' });
    assert.equal(text.trimEnd().split('\r\n').length, 1 + curve.length);
    await new Promise(setImmediate);
    process.off('warning', note);
    assert.deepEqual(warnings, []);
  });
});
