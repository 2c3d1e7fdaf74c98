/** What is wrong with a tariff's settings, as data: where it stands and what it is. The sentences are the catalogues'. */
import { EnedisError } from '../errors';

/** What can be wrong; each has a sentence in the catalogues of the tariff node. */
export type ProblemKind =
  /** Something that must be there isn't. */
  | 'required'
  /** JSON that isn't. */
  | 'json'
  /** Not a list, or an empty one. */
  | 'list'
  /** Not an object. */
  | 'object'
  /** A name that means nothing here, such as `weekday`. */
  | 'field'
  /** None of the `known` values. */
  | 'choice'
  /** Not a date, `YYYY-MM-DD` (of a season `MM-DD`). */
  | 'date'
  /** Not later than the one before it. */
  | 'order'
  /** Not a time of the day: `25:00`. */
  | 'time'
  /** Not `22:38-06:38`. */
  | 'window'
  /** A window that ends where it begins, or none at all. */
  | 'emptyWindow'
  /** Two windows that cover the same minutes. */
  | 'overlap'
  /** Not a power in kVA. */
  | 'power'
  /** Not a price in €/kWh, nor an amount in €. */
  | 'price'
  /** A period that isn't among the tariff's `known` ones. */
  | 'period'
  /** A name that a period can't have. */
  | 'periodName'
  /** A rule asks for a day kind, and the tariff has no calendar. */
  | 'calendar'
  /** A rule that is never reached, whatever the day and the time. */
  | 'neverMatches';

/** Where it stands, as a path into the settings: `windows[1].summer`, `rules.rules[2].time`. */
export interface Problem {
  at: string;
  kind: ProblemKind;
  /** What stands there, shortened. */
  found?: string;
  /** What may stand there. */
  known?: string;
}

const LONGEST = 60;

/** Collects what is wrong, so that a person sees all of it at once. */
export class Problems {
  readonly list: Problem[] = [];

  add(at: string, kind: ProblemKind, found?: unknown, known?: readonly (string | number)[]): void {
    this.list.push({
      at,
      kind,
      ...(found === undefined || kind === 'required' ? {} : { found: shown(found) }),
      ...(known === undefined ? {} : { known: known.join(', ') }),
    });
  }
}

function shown(found: unknown): string {
  const text = typeof found === 'string' ? found : (JSON.stringify(found) ?? typeof found);
  return text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text;
}

/** The first problem as the error of whoever wants to use the tariff: `configTariff {tariff, at, problem, found?, known?}`. */
export function tariffError(tariff: string, { at, kind, ...rest }: Problem): EnedisError {
  return new EnedisError('configTariff', { tariff, at, problem: kind, ...rest });
}
