/** Every source of days, in the order in which they are asked: a new one is a file beside this and a row here. */
import { couleurTempo } from './couleur-tempo';
import { edf } from './edf';
import { rte } from './rte';
import type { DaySource } from './source';

/** Who draws the colours first, who relays them for everybody next, who has to be asked with another site's headers last. */
export const DAY_SOURCES: readonly DaySource[] = [rte, couleurTempo, edf];
