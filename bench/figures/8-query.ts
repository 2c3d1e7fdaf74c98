/**
 * What an answer costs with three years on disk: each question to an archive opened afresh in a warm process, and asked again;
 * beside it how long the event loop was held meanwhile.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import type { NamedTariff } from '../../lib/figures/cost';
import { answer } from '../../lib/query/answer';
import type { Question } from '../../lib/query/question';
import { EnergyValue, PowerValue, PricedValue, type Source, type ValueMaker } from '../../lib/query/values';
import { archived, archiveIn, sourceOf } from '../../test/support/archived';
import { tariffOf } from '../../test/support/tariffs';
import { duration, median, type Figure } from '../table';

const TIMES = 15;
const NOW = Date.parse('2026-11-26T12:00:00+01:00');
const YEAR = { first: '2025-01-01', last: '2025-12-31' };
const TARIFF: NamedTariff = {
  id: 'bleu',
  name: 'Tarif Bleu',
  tariff: tariffOf({
    offer: 'hphc',
    prices: 'own',
    windows: [{ from: '', winter: '22:00-06:00' }],
    versions: [{ from: '2020-01-01', subscription: 15, per: 'month', kwh: { HC: 0.15, HP: 0.21 } }],
  }),
};

const QUESTIONS: Record<string, Omit<Question, 'direction'>> = {
  'a day by half-hour': {
    value: 'power',
    step: 'interval',
    compare: 'none',
    days: { first: '2026-11-20', last: '2026-11-20' },
  },
  'a day, by tariff period': {
    value: 'cost',
    step: 'day',
    compare: 'none',
    days: { first: '2026-11-20', last: '2026-11-20' },
  },
  'a month by day, priced': {
    value: 'cost',
    step: 'day',
    compare: 'none',
    days: { first: '2026-10-01', last: '2026-10-31' },
  },
  'a year by month, daily readings': { value: 'energy', step: 'month', compare: 'none', days: YEAR },
  'a year by month, half-hours priced': { value: 'cost', step: 'month', compare: 'none', days: YEAR },
  'that beside the year before': { value: 'cost', step: 'month', compare: 'lastYear', days: YEAR },
  'a year of half-hours': { value: 'power', step: 'interval', compare: 'none', days: YEAR },
};

export async function measure(): Promise<Figure> {
  const parent = join(__dirname, '..', '..', '.tmp');
  mkdirSync(parent, { recursive: true });
  const dir = mkdtempSync(join(parent, 'bench-query-'));
  try {
    await archived({ start: '2023-12-01', end: '2026-11-26' }, { dir });
    const rows = [];
    for (const [name, question] of Object.entries(QUESTIONS)) rows.push(await asked(name, question, dir));
    return {
      title: 'Questions',
      columns: ['question', 'archive opened afresh', 'asked again', 'event loop held at most'],
      rows,
      note: 'Goals: a year by month from half-hours under 100 ms, a day under 20 ms, no hold over 10 ms.',
    };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

async function asked(name: string, question: Omit<Question, 'direction'>, dir: string): Promise<string[]> {
  const [fresh, again, held]: [number[], number[], number[]] = [[], [], []];
  const all: Question = { ...question, direction: 'consumption' };
  for (let time = 0; time < TIMES; time++) {
    const source = sourceOf(archiveIn(dir));
    const work = (): Promise<unknown> => answer(all, source, makerOf(all, source), NOW);
    fresh.push(await timed(work));
    again.push(await timed(work));
    held.push(await longestHold(() => answer(all, sourceOf(archiveIn(dir)), makerOf(all, source), NOW)));
  }
  return [name, duration(median(fresh)), duration(median(again)), duration(median(held))];
}

function makerOf({ value, step }: Question, source: Source): ValueMaker {
  if (value === 'cost')
    return new PricedValue(source, step, TARIFF, { fn: 'cost', split: false, fixed: true });
  return value === 'power' ? new PowerValue(source, step, 'loadCurve') : new EnergyValue(source, step);
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** The longest time in which nobody else had a turn. */
async function longestHold(work: () => Promise<unknown>): Promise<number> {
  let isOver = false;
  let longest = 0;
  const watch = (async () => {
    let last = performance.now();
    while (!isOver) {
      await turn();
      const now = performance.now();
      longest = Math.max(longest, now - last);
      last = now;
    }
  })();
  await work();
  isOver = true;
  await watch;
  return longest;
}
