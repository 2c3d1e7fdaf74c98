/** How single fields of a tariff's settings are read: each says what is wrong where it stands and then gives nothing. */
import { isDate } from '../../readings/paris';
import { HIGHEST_PRICE, units } from '../amounts';
import type { Problems } from '../problems';

/** Settings as they were saved: anything. */
export type Fields = Readonly<Record<string, unknown>>;

/** Whether a field was left empty, as a dialog or a person leaves it. */
export function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || value === '';
}

/** An object, of which other names than the `known` ones are told: a slip of a pen would be a condition that is lost. */
export function readObject(
  value: unknown,
  at: string,
  problems: Problems,
  known?: readonly string[],
): Fields | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    problems.add(at, 'object', value);
    return null;
  }
  for (const name of Object.keys(value)) {
    if (known && !known.includes(name)) problems.add(`${at}.${name}`, 'field', name, known);
  }
  return value as Fields;
}

/** A list; an empty field is an empty one. */
export function readList(value: unknown, at: string, problems: Problems): readonly unknown[] {
  if (isEmpty(value)) return [];
  if (Array.isArray(value)) return value as unknown[];
  problems.add(at, 'list', value);
  return [];
}

/** A list with at least one in it. */
export function readFilledList(value: unknown, at: string, problems: Problems): readonly unknown[] | null {
  if (Array.isArray(value) && value.length > 0) return value as unknown[];
  problems.add(at, 'list', value);
  return null;
}

/** One of the `known` words; `usual` where the field is empty. */
export function readChoice<T extends string>(
  value: unknown,
  at: string,
  problems: Problems,
  known: readonly T[],
  usual?: T,
): T | null {
  if (isEmpty(value) && usual !== undefined) return usual;
  const found = known.find((each) => each === value);
  if (found === undefined) problems.add(at, isEmpty(value) ? 'required' : 'choice', value, known);
  return found ?? null;
}

/** A date `YYYY-MM-DD`. */
export function readDate(value: unknown, at: string, problems: Problems): string | null {
  if (isDate(value)) return value;
  problems.add(at, isEmpty(value) ? 'required' : 'date', value);
  return null;
}

/** A price or an amount: euros, as 10⁻⁵ €. */
export function readUnits(
  value: unknown,
  at: string,
  problems: Problems,
  { lowest, highest } = { lowest: -HIGHEST_PRICE, highest: HIGHEST_PRICE },
): number | null {
  const amount = units(value);
  if (amount >= lowest && amount <= highest) return amount;
  problems.add(at, isEmpty(value) ? 'required' : 'price', value);
  return null;
}

/** Kilovolt-amperes, as a number or as a dialog saves it; null where the field is empty. */
export function readPower(value: unknown, at: string, problems: Problems): number | null {
  if (isEmpty(value)) return null;
  const power = typeof value === 'string' ? Number(value.trim().replace(',', '.') || NaN) : value;
  // 250 kVA is the largest connection these meters are on.
  if (typeof power === 'number' && power > 0 && power <= 250) return power;
  problems.add(at, 'power', value);
  return null;
}

/** Content that may have been saved as its text; null where that isn't JSON. */
export function readJson(value: unknown, at: string, problems: Problems): unknown {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value) as unknown;
  } catch (error) {
    problems.add(at, 'json', placeOf(String(error), value));
    return null;
  }
}

/** What stands where the text stops to be JSON: engines tell either the place, or what is around it. */
function placeOf(message: string, text: string): string {
  const around = /, (?:\.\.\.)?"([^]*)"(?:\.\.\.)? is not valid JSON$/.exec(message)?.[1];
  if (around !== undefined) return around.trim();
  const place = Number(/position (\d+)/.exec(message)?.[1] ?? text.length);
  return text.slice(Math.max(0, place - 20), place + 10).trim();
}
