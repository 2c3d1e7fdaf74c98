/**
 * From wall times to instants. The 25 hours of October's day wear 24 hours' labels, and nothing marks which passage of the
 * repeated hour is meant: only the order of the labels tells the two apart.
 */
import { isRepeated, parisDay, wallToInstant, type ParisDay } from '../../readings/paris';
import { groupByDate, type Labelled } from './labels';

/** The instant of each label of one date, in the order they came; null for a wall time that never was. */
export function instantsOf(day: ParisDay, group: readonly Labelled[]): (number | null)[] {
  const passages = isRepeatingDay(day) ? passagesOf(day, group) : null;
  return group.map(
    ({ label }, place) => label.instant ?? wallToInstant(day, label.wallSeconds, passages?.[place]),
  );
}

function isRepeatingDay({ change }: ParisDay): boolean {
  return change !== null && change.by < 0;
}

type Passage = 'first' | 'second';

/**
 * Which passage of October's repeated hour each label belongs to: where the labels fall back once, the second passage
 * begins; where they are merely listed twice each (02:00 02:00 02:30 02:30), the second of each pair is it.
 */
function passagesOf(day: ParisDay, group: readonly Labelled[]): Passage[] {
  const passages: Passage[] = group.map(() => 'first');
  for (const run of runsOfRepeatedHour(day, group)) {
    const walls = run.map((place) => group[place]!.label.wallSeconds);
    const fallsBack = walls.flatMap((wall, k) => (k > 0 && wall <= walls[k - 1]! ? [k] : []));
    const seen = new Set<number>();
    for (const [k, place] of run.entries()) {
      const second = fallsBack.length > 1 ? seen.has(walls[k]!) : k >= (fallsBack[0] ?? Infinity);
      if (second) passages[place] = 'second';
      seen.add(walls[k]!);
    }
  }
  return passages;
}

/** Places of the labels in the repeated hour, one list for each time the body goes through the night (blocks do get repeated). */
function runsOfRepeatedHour(day: ParisDay, group: readonly Labelled[]): number[][] {
  const runs: number[][] = [[]];
  for (const [place, { label }] of group.entries()) {
    if (isRepeated(day, label.wallSeconds)) runs.at(-1)!.push(place);
    else if (label.wallSeconds < 7200 && runs.at(-1)!.length > 0) runs.push([]);
  }
  return runs;
}

/**
 * Whether start labels are true local starts. MyElectricalData makes its starts by taking the step from Enedis' end label
 * without regard to clock changes; on the October day the two differ: of true starts the last label before 03:00 stands
 * twice and the last before 02:00 once, of the others it is the other way round. Both are counted and compared, so that a
 * body that repeats its blocks doesn't look like the one when it is the other.
 */
export function areTrueStarts(labelled: readonly Labelled[]): boolean {
  for (const [date, group] of groupByDate(labelled)) {
    const day = parisDay(date);
    if (!isRepeatingDay(day)) continue;
    let inHour = 0;
    let before = 0;
    for (const { label, minutes } of group) {
      if (label.instant !== null) continue;
      const starts = isRepeated(day, label.wallSeconds);
      const ends = isRepeated(day, label.wallSeconds + minutes * 60);
      if (starts && !ends) inHour++;
      else if (ends && !starts) before++;
    }
    if (inHour > 1 && inHour > before) return true;
  }
  return false;
}
