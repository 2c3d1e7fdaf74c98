/** Typed off-peak hours: dated, and for two seasons where they differ. */
import type { Problems } from '../problems';
import { readWindows as readText, type DatedWindows, type Stretch } from '../windows';
import { isEmpty, readDate, readList, readObject } from './fields';

/** The date of the first may be empty, `summer` where it is as winter. */
export function readDatedWindows(value: unknown, at: string, problems: Problems): DatedWindows[] {
  const dated: DatedWindows[] = [];
  for (const [place, each] of readList(value, at, problems).entries()) {
    const here = `${at}[${place}]`;
    const fields = readObject(each, here, problems, ['from', 'winter', 'summer']);
    if (!fields) continue;
    const isFirst = place === 0 && isEmpty(fields.from);
    const from = isFirst ? '' : readDate(fields.from, `${here}.from`, problems);
    const before = dated.at(-1)?.from;
    if (from !== null && before !== undefined && from <= before) {
      problems.add(`${here}.from`, 'order', from, [before]);
    }
    const winter = readStretches(fields.winter, `${here}.winter`, problems);
    const summer = isEmpty(fields.summer) ? winter : readStretches(fields.summer, `${here}.summer`, problems);
    dated.push({ from: from ?? before ?? '', winter, summer });
  }
  return dated;
}

/** Windows in one text. */
function readStretches(value: unknown, at: string, problems: Problems): Stretch[] {
  if (isEmpty(value) || typeof value !== 'string') {
    problems.add(at, isEmpty(value) ? 'emptyWindow' : 'window', value);
    return [];
  }
  const read = readText(value);
  if (Array.isArray(read)) return read;
  problems.add(at, read.kind, read.found);
  return [];
}

/** Windows in a list of texts, as rules have them: `["06:00-22:00"]`. */
export function readTimes(value: unknown, at: string, problems: Problems): Stretch[] {
  const texts = Array.isArray(value) ? (value as unknown[]) : null;
  if (!texts || texts.some((text) => typeof text !== 'string')) {
    problems.add(at, 'list', value);
    return [];
  }
  return readStretches(texts.join(';'), at, problems);
}
