/**
 * A program, run by series.test.ts: a meter with both directions of which some series fail and the others work, for each
 * gateway, each way to fail and both nodes that collect. What is told, what does it cost, and is all complete in the end?
 */
import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import type { EnedisError } from '../../lib/errors';
import { instantAt, parisDate } from '../../lib/readings/paris';
import { BOTH_WAYS, type How, type Which } from '../support/failing-series';
import { Household } from '../support/household';
import { ALL_OF_IT, casesOf, type Case, type SeriesCell, type SeriesFinding } from './series-cases';

const DAYS_OF_TROUBLE = ['2026-06-11', '2026-06-12', '2026-06-13', '2026-06-14'];
/** The first day a node that begins on 10 June collects. */
const FIRST = '2026-06-09';
const BACKFILL = { start: '2026-05-20', today: '2026-06-10' };
const HOUR = 3_600_000;
/** A meter's requests a day, whatever is broken or refused. */
const MOST = 12;
/** Where nothing can be had. */
const MOST_IN_VAIN = 2;

/** The daily collection, for four days of trouble and as many after. */
async function collected({ gateway, how, which: { name, isBroken } }: Case): Promise<SeriesCell> {
  const house = new Household({ start: '2026-06-10T12:00:00Z', gateway, direction: 'both', keeps: false });
  try {
    await house.node({ firstCollect: false });
    await house.until('2026-06-10T22:30:00Z');
    assert.deepEqual(lackingIn({ house, from: FIRST, until: '2026-06-10' }), []);
    house.requests();
    house.runs.length = 0;

    const isMeant: Which = (request) => !isBroken(request);
    const over = instantAt('2026-06-15', '00:30');
    const end = how.begin(house, isBroken, over);
    let [most, mostInVain] = [0, 0];
    for (const date of DAYS_OF_TROUBLE) {
      const before = house.runs.length;
      await house.until(`${date}T21:00:00Z`);
      const asked = house.requests();
      const inVain = asked.filter((request) => isBroken(request));
      assert.ok(inVain.length > 0, `${date}: nobody came upon it`);
      most = Math.max(most, asked.length);
      mostInVain = Math.max(mostInVain, inVain.length);
      assert.deepEqual(lackingIn({ house, isMeant, from: FIRST, until: date }), []);
      // The first try, with all that is there; then one after the other, until it looks as if it lasted.
      const tries = house.runs.length - before;
      const isUnusual = how.kind === 'late' && date === DAYS_OF_TROUBLE[0];
      const allowed = isUnusual ? BOTH_WAYS.length + tries - 1 : MOST;
      assert.ok(asked.length <= allowed, `${asked.length} requests on ${date}, in ${tries} tries`);
    }
    if (how.kind === 'refused' && name === ALL_OF_IT) assert.ok(most <= MOST_IN_VAIN, `${most} requests`);
    const telling = house.runs.filter(({ failures, isWell }) => failures.length > 0 || isWell);
    const codes = toldOf(telling.map(({ failures }) => failures[0]?.error));
    assertToldOnce(codes, how);
    end();

    const isComplete = (): boolean =>
      lackingIn({ house, from: FIRST, until: parisDate(house.clock.now()) }).length === 0;
    const recovered = await recovery(house, over, isComplete);
    assert.notEqual(recovered, null, 'something is missing four days later');
    // Throws where something came twice.
    for (const [direction, series] of BOTH_WAYS) house.ledger(direction, series);
    return { codes: listed(codes), requests: `${most} / ${mostInVain}`, recovered: recovered! };
  } finally {
    await house.stop();
  }
}

/** A backfill of three weeks, for nine hours of trouble and four days after. */
async function backfilled({ gateway, how, which: { name, isBroken } }: Case): Promise<SeriesCell> {
  const house = new Household({ start: '2026-06-10T12:00:00Z', gateway, direction: 'both', keeps: false });
  const { start, today } = BACKFILL;
  const over = house.clock.now() + 9 * HOUR;
  const isMeant: Which = (request) => !isBroken(request);
  const end = how.begin(house, isBroken, over);
  try {
    const backfill = await house.backfill();
    await house.begin(backfill, { start });
    await house.until(iso(house.clock.now() + HOUR));
    // At once, but for a gateway that has given out its day's requests.
    assert.deepEqual(lackingIn({ house, isMeant, from: start, until: today }), []);
    await house.until(iso(over));
    const asked = house.requests();
    const inVain = asked.filter((request) => isBroken(request)).length;
    assert.ok(inVain > 0, 'nobody came upon it');
    if (how.kind === 'refused' && name === ALL_OF_IT) assert.ok(asked.length <= MOST_IN_VAIN);
    const codes = toldOf(house.errors as EnedisError[]);
    assertToldOnce(codes, how);
    end();
    const cell = { codes: listed(codes), requests: `${asked.length} / ${inVain}` };
    const lacking = (): string[] => lackingIn({ house, from: start, until: today });
    const recovered = await recovery(house, over, () => lacking().length === 0);
    if (recovered !== null) return { ...cell, recovered };
    await house.begin(backfill, { start });
    await house.until(iso(house.clock.now() + HOUR));
    assert.deepEqual(lacking(), [], 'after a new start');
    return { ...cell, recovered: 'on a new start' };
  } finally {
    await house.stop();
  }
}

/** Lives on until all is there, for four days; null where it isn't. */
async function recovery(house: Household, over: number, isThere: () => boolean): Promise<string | null> {
  if (isThere()) return 'nothing was missing';
  for (let hours = 1, seen = house.received.length; hours <= 96; hours++) {
    await house.until(iso(over + hours * HOUR));
    if (seen === house.received.length) continue;
    seen = house.received.length;
    if (isThere())
      return hours <= 24 ? 'by itself, within a day' : `by itself, within ${Math.ceil(hours / 24)} days`;
  }
  return null;
}

/** What the flow lacks of those that are meant, with what it has of another value. */
function lackingIn({ house, isMeant = () => true, from, until }: Look): string[] {
  return BOTH_WAYS.filter(([direction, series]) => isMeant({ direction, series })).flatMap(
    ([direction, series]) => {
      const own = house.received.filter((one) => one.direction === direction && one.series === series);
      const got = new Map(own.map(({ start, value }) => [Date.parse(start), value]));
      const truth = [...house.truth(direction, series, from, until)];
      assert.ok(truth.length > 0, 'the comparison must compare something');
      const lacking = truth.filter(([at, value]) => got.get(at) !== value);
      return lacking.map(([at]) => `${direction}/${series} ${iso(at)}`);
    },
  );
}

interface Look {
  house: Household;
  isMeant?: Which;
  from: string;
  until: string;
}

/** What a node tells: the same failure once in a row, and again after something that went well (undefined). */
function toldOf(failures: readonly (EnedisError | undefined)[]): string[] {
  const news = failures.filter((failure, place) => failure && failure.reason !== failures[place - 1]?.reason);
  return news.map((failure) => failure!.code);
}

function assertToldOnce(codes: readonly string[], { kind }: How): void {
  assert.equal(codes.length, kind === 'late' ? 0 : 1, `told ${inspect(codes)}`);
}

function listed(codes: readonly string[]): string {
  return codes.map((code) => `\`${code}\``).join(' ') || 'none';
}

const iso = (instant: number): string => new Date(instant).toISOString();

async function main(node: string): Promise<void> {
  const findings: SeriesFinding[] = [];
  for (const each of casesOf()) {
    const finding: SeriesFinding = { name: each.name };
    findings.push(finding);
    try {
      finding.cell = await (node === 'backfill' ? backfilled(each) : collected(each));
    } catch (error) {
      finding.problem = inspect(error);
    }
  }
  process.stdout.write(`${JSON.stringify(findings)}\n`, () => process.exit(0));
}

void main(process.argv[2]!);
