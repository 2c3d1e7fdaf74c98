/**
 * A program, run by soak.test.ts in a process of its own because the test runner's bookkeeping would cost more than the
 * days themselves.
 *
 * Four hundred days of the daily collection while everything goes wrong at random: Enedis refuses, is late and corrects,
 * connections break, the disk refuses, clocks are off, Node-RED is killed. In the end the flow has exactly the readings
 * that Enedis has, each once; what was asked stays near what days without trouble cost. The seed is fixed: a failure comes again.
 */
import type { HttpRequest, Send } from '../../lib/http/http';
import promises from 'node:fs/promises';
import assert from 'node:assert/strict';
import { EnedisError } from '../../lib/errors';
import { addDays } from '../../lib/readings/paris';
import { ALL_SERIES } from '../../lib/readings/reading';
import { FAILURE_NAMES, faults, type Injection } from '../../lib/simulator';
import { Household } from '../support/household';
import { randomFrom } from '../support/random';

const DAYS = Number(process.argv[2]);
const FIRST = '2026-02-01';

/** Refusals that a meter with consent and history doesn't get by chance: they are about what was asked. */
const ABOUT_THE_QUESTION =
  /^(ADAM-ERR0123|ADAM-ERR0125|ADAM-DC-0016|ADAM-DC-0009|ADAM-ERR0126|ADAM-DC-0015)$/;

async function main(): Promise<void> {
  const random = randomFrom(20_260_201);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  const house = new Household({ start: `${FIRST}T09:00:00Z`, random });
  let broken: (() => EnedisError) | null = null;
  const send: Send = async (request: HttpRequest, signal) => {
    if (broken) throw broken();
    return house.send(request, signal);
  };
  const transports = [
    () => new EnedisError('networkUnreachable', { host: 'x' }),
    () => new EnedisError('networkTimeout', { host: 'x' }),
    () => new EnedisError('networkInterrupted', { host: 'x' }),
    () => new EnedisError('responseTooLarge', { host: 'x', bytes: 1 }),
  ];
  const names = FAILURE_NAMES.filter((name) => !ABOUT_THE_QUESTION.test(name));
  const bends = (date: string): Injection['fault'] =>
    pick([
      faults.nullDay(date),
      faults.nullText(date),
      faults.absentDay(date),
      faults.partialDay(date, 20),
      faults.scatteredNulls(5, date),
      faults.missingPoints(4, date),
      faults.truncatedJson(),
      faults.html200(),
      faults.duplicates(),
      faults.descending(),
      faults.byteOrderMark(),
      faults.otherUsagePoint('12345678901234'),
      faults.value('999999999999', date),
    ]);
  const { open } = promises;
  const refusing = ((...args: Parameters<typeof open>) =>
    args[1] === 'wx'
      ? Promise.reject(Object.assign(new Error('full'), { code: 'ENOSPC' }))
      : open(...args)) as typeof open;

  let troubles = 0;
  try {
    await house.node({}, house.collector({}, undefined, send));
    let date = FIRST;
    for (let day = 1; day <= DAYS; day++) {
      const yesterday = date;
      date = addDays(date, 1);
      house.simulator.clearFaults();
      broken = null;
      promises.open = open;
      // The last days are quiet: what was late has its time to come.
      const luck = day > DAYS - 10 ? 1 : random();
      if (luck < 0.6) troubles++;
      if (luck < 0.15)
        house.simulator.inject({ fault: faults.error(pick(names)), times: 1 + Math.floor(random() * 9) });
      else if (luck < 0.25) house.simulator.inject({ fault: bends(yesterday) });
      else if (luck < 0.33) broken = pick(transports);
      else if (luck < 0.38) promises.open = refusing;
      else if (luck < 0.46)
        house.simulator.publish({ date: yesterday, at: `${12 + Math.floor(random() * 11)}:30` });
      else if (luck < 0.52)
        house.simulator.correct({ date: yesterday, factor: 1.25, at: Date.parse(`${date}T20:00:00Z`) });
      else if (luck < 0.6) {
        await house.until(`${date}T0${Math.floor(random() * 10)}:30:00Z`);
        await house.stop();
        if (random() < 0.3) house.clock.set(new Date(house.clock.now() + 3_600_000).toISOString());
        await house.node({}, house.collector({}, undefined, send));
      }
      await house.until(`${date}T${random() < 0.5 ? '13' : '22'}:00:00Z`);
      // Some troubles end in the middle of the day.
      if (random() < 0.5) {
        house.simulator.clearFaults();
        broken = null;
        promises.open = open;
      }
      await house.until(`${date}T22:59:00Z`);
    }
    await house.stop();
  } finally {
    promises.open = open;
  }

  // A load curve of the week before the first day, and the daily figures since 1 January.
  const today = addDays(FIRST, DAYS);
  for (const series of ALL_SERIES) {
    const from = series === 'loadCurve' ? addDays(FIRST, -7) : '2026-01-01';
    assert.deepEqual(
      [...house.ledger('consumption', series)].sort(([a], [b]) => a - b),
      [...house.truth('consumption', series, from, today)],
      series,
    );
  }
  const asked = house.requests().length;
  const least = ALL_SERIES.length * (DAYS + 1);
  const isBanned = house.simulator.isBanned();
  console.log(JSON.stringify({ days: DAYS, troubles, asked, least, isBanned }));
}

void main();
