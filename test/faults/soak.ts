/**
 * A program, run by soak.test.ts in a process of its own because the test runner's bookkeeping would cost more than the
 * days themselves.
 *
 * Four hundred days of the daily collection while everything goes wrong at random: Enedis refuses, is late and corrects,
 * for all of a meter or for one series or direction, be it for days on end; connections break, the disk refuses, clocks are
 * off, Node-RED is killed. In the end the flow has exactly the readings
 * that Enedis has, each once; what was asked stays near what days without trouble cost. The seed is fixed: a failure comes again.
 */
import type { HttpRequest, Send } from '../../lib/http/http';
import promises from 'node:fs/promises';
import assert from 'node:assert/strict';
import { EnedisError } from '../../lib/errors';
import { addDays, instantAt } from '../../lib/readings/paris';
import { FAILURE_NAMES, faults, type Injection } from '../../lib/simulator';
import { BOTH_WAYS, HOWS, WHICH, type Which } from '../support/failing-series';
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
  const house = new Household({ start: `${FIRST}T09:00:00Z`, random, direction: 'both' });
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

  let [troubles, standing, asked, most] = [0, 0, 0, 0];
  /** Puts a failure of some series back in place, as long as it lasts. */
  let lasting: { begin: () => void; until: number } | undefined;
  /** All of the meter, or some series of it. */
  const some = (): Which => (random() < 0.5 ? () => true : pick(Object.values<Which>(WHICH)));
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
      const isQuiet = day > DAYS - 10;
      if (lasting && day >= lasting.until) lasting = undefined;
      if (!lasting && !isQuiet && random() < 0.06) {
        const [how, which] = [pick(HOWS), pick(Object.values<Which>(WHICH))];
        const until = Math.min(day + 2 + Math.floor(random() * 5), DAYS - 9);
        const over = instantAt(addDays(FIRST, until), '09:30');
        const begin = (): unknown => how.begin(house, which, over);
        if (how.kind === 'late') begin();
        lasting = { begin: () => void (how.kind === 'late' || begin()), until };
      }
      lasting?.begin();
      standing += Number(lasting !== undefined);
      const luck = isQuiet ? 1 : random();
      if (luck < 0.6) troubles++;
      if (luck < 0.15)
        house.simulator.inject({
          fault: faults.error(pick(names)),
          times: 1 + Math.floor(random() * 9),
          when: isOf(some()),
        });
      else if (luck < 0.25) house.simulator.inject({ fault: bends(yesterday), when: isOf(some()) });
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
        lasting?.begin();
        broken = null;
        promises.open = open;
      }
      await house.until(`${date}T22:59:00Z`);
      const times = house.simulator.requests.map(({ time }) => time);
      asked += times.length;
      // The first collection is apart.
      if (day > 1) most = Math.max(most, times.length);
      house.simulator.clearRequests();
    }
    await house.stop();
  } finally {
    promises.open = open;
  }

  // A load curve of the week before the first day, and the daily figures since 1 January.
  const today = addDays(FIRST, DAYS);
  for (const [direction, series] of BOTH_WAYS) {
    const from = series === 'loadCurve' ? addDays(FIRST, -7) : '2026-01-01';
    const got = house.ledger(direction, series);
    const truth = house.truth(direction, series, from, today);
    const wrong = [...truth].filter(([at, value]) => got.get(at) !== value);
    const what = wrong.map(([at, value]) => [new Date(at).toISOString(), value, got.get(at)]);
    assert.deepEqual(what.slice(0, 20), [], `${direction}/${series}: ${what.length}`);
    assert.equal(got.size, truth.size, `${direction}/${series}`);
  }
  const least = BOTH_WAYS.length * (DAYS + 1);
  const isBanned = house.simulator.isBanned();
  console.log(JSON.stringify({ days: DAYS, troubles, standing, asked, most, least, isBanned }));
}

/** A request for measures of those. */
function isOf(which: Which): (request: { direction?: string; series?: string }) => boolean {
  return (request) => request.series !== undefined && which(request);
}

void main();
