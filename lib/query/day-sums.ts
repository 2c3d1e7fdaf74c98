/**
 * The days of a direction's energy, added up and kept in memory: who looks at a year, and then at it beside the last, would
 * otherwise read 35,000 half-hours with each press. A month's days are good as long as its files have the revision that
 * they were read at, and as long as the tariff they were priced by says the same.
 */
import type { MeterArchive, Period } from '../archive/archive';
import { Turns } from '../async/turns';
import type { KnownEnergy } from '../figures/energy';
import { addMonths, datesBetween, parisDay } from '../readings/paris';
import type { Span } from '../readings/completeness';
import type { Direction } from '../readings/reading';

/** How a day is added up. */
export interface DayRule<D> {
  /** What days are kept by: those of one are of no use to another. */
  readonly key: object;
  /** Another number once the same readings come to something else. */
  readonly revision: number;
  /** Null where nothing is known of the day. */
  part(known: KnownEnergy, day: Span): D | null;
}

/** A month's days by date, and what they were made of. */
interface Month {
  made: string;
  days: ReadonlyMap<string, unknown>;
}

/** One for each meter, beside its archive. */
export class DaySums {
  readonly #archive: MeterArchive;
  /** Those of a tariff that is gone are forgotten with it. */
  readonly #kept = new WeakMap<object, Map<string, Month>>();

  constructor(archive: MeterArchive) {
    this.#archive = archive;
  }

  /** What there is of the days of a period, by date, in their order. */
  async days<D>(direction: Direction, { start, end }: Period, rule: DayRule<D>): Promise<Map<string, D>> {
    const found = new Map<string, D>();
    for (let first = `${start.slice(0, 7)}-01`; first < end; first = addMonths(first, 1))
      for (const [date, day] of await this.#month(direction, first, rule))
        if (date >= start && date < end) found.set(date, day);
    return found;
  }

  async #month<D>(direction: Direction, first: string, rule: DayRule<D>): Promise<ReadonlyMap<string, D>> {
    const kept = this.#kept.get(rule.key) ?? new Map<string, Month>();
    this.#kept.set(rule.key, kept);
    const name = `${direction}/${first}`;
    const [curves, dailies] = [
      { direction, series: 'loadCurve' },
      { direction, series: 'daily' },
    ] as const;
    // Before the readings: what comes in between is of a later revision, and read once more.
    const revisions = [
      await this.#archive.revisionOf(curves, first),
      await this.#archive.revisionOf(dailies, first),
    ];
    const made = [...revisions, rule.revision].join(' ');
    const known = kept.get(name);
    if (known?.made === made) return known.days as ReadonlyMap<string, D>;
    const days = new Map<string, D>();
    if (revisions.some((revision) => revision > 0)) {
      const month = { start: first, end: addMonths(first, 1) };
      const curve = await this.#archive.read(curves, month);
      const daily = await this.#archive.read(dailies, month);
      const turns = new Turns();
      for (const [place, date] of datesBetween(month.start, month.end).entries()) {
        const day = rule.part({ daily: daily[place]!, loadCurve: curve[place]! }, parisDay(date));
        if (day) days.set(date, day);
        await turns.take();
      }
    }
    kept.set(name, { made, days });
    return days;
  }
}
