/** Every form in which what comes is told: a new one is a file beside this and a row here. */
import { evcc } from './evcc';
import { powerSaver } from './power-saver';
import { ratesAhead } from './rates';
import type { AheadShape } from './shape';

/** By the word that is saved in `ahead`. */
export const AHEAD_SHAPES = {
  rates: ratesAhead,
  'power-saver': powerSaver,
  evcc,
} as const satisfies Readonly<Record<string, AheadShape>>;

/** What `ahead` of a node may be. */
export type AheadName = keyof typeof AHEAD_SHAPES;
