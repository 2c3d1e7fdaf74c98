/** What every shape is made from: a reading or an aggregate. */
import type { Period } from '../../readings/periods';
import type { Reading } from '../../readings/reading';
import type { Aggregate } from '../aggregate';

/** Told apart by `fn` and `period`, which only an aggregate has. */
export type Figure = Reading | Aggregate;

/** The period of an aggregate; `reading` for a reading. */
export function periodOf(figure: Figure): Period | 'reading' {
  return 'period' in figure ? figure.period : 'reading';
}
