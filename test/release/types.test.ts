/** Users who write TypeScript: the messages' types, taken from the installed package, by the strictest compiler. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { PACKAGE, ROOT, userDirWithPackage } from '../support/installed';

const CONSUMER = `
import type { AggregateMessage, BackfillCommand, BackfillMessage, FlowError, Reading, ReadingsMessage, Row, SummaryMessage } from '${PACKAGE}';

export function energy({ payload, enedis }: ReadingsMessage): number {
  const daily: Reading[] = payload.filter(({ series }) => series === 'daily');
  return daily.reduce((sum, { value }) => sum + value, 0) * enedis.coverage;
}
export function light({ payload }: SummaryMessage): string {
  return payload.freshness === 'complete' ? 'green' : String(payload.consumption?.day?.value);
}
export const command: BackfillCommand = { payload: 'plan', start: '2024-11-20', series: ['loadCurve'] };
export const percent = ({ payload }: BackfillMessage): number => ('percent' in payload ? payload.percent : 0);
export const rows = ({ payload }: AggregateMessage): Row[] => payload as Row[];
export const isBanned = (error: FlowError): boolean => error.code === 'ENEDIS_BANNED';

// @ts-expect-error no such series
export const series: Reading['series'] = 'hourly';
// @ts-expect-error a number
export const value = (reading: Reading): string => reading.value;
// @ts-expect-error no such code
export const code: FlowError['code'] = 'ENEDIS_OOPS';
`;
describe('the types of messages', () => {
  it('are found in the package, and tell mistakes', async () => {
    const folder = await userDirWithPackage();
    const compilerOptions = { strict: true, noEmit: true, skipLibCheck: false, types: [], module: 'node16' };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['consumer.ts'] }));
    writeFileSync(join(folder, 'consumer.ts'), CONSUMER);
    const tsc = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
    const complaints = await new Promise<string>((resolve) => {
      execFile(process.execPath, [tsc, '-p', folder], (_error, stdout) => resolve(stdout));
    });
    assert.equal(complaints, '');
  });
});
