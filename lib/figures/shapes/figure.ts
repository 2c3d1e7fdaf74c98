/** What every shape is made from: a reading or an aggregate. */
import type { Period } from '../../readings/periods';
import type { Reading } from '../../readings/reading';
import type { Aggregate } from '../aggregate';

/** Told apart by `fn` and `period`, which only an aggregate has. */
export type Figure = Reading | Aggregate;

/** The period of an aggregate; `reading` for a reading, `interval` for one that was priced. */
export function periodOf(figure: Figure): Period | 'reading' | 'interval' {
  return 'period' in figure ? figure.period : 'reading';
}

/** Whether it was made with a tariff. */
export function isPriced(figure: Figure): figure is Aggregate & { tariff: string } {
  return 'tariff' in figure && figure.tariff !== undefined;
}
