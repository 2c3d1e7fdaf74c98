/** Which of a meter's series fail, and how: what the tables of failing series are made of. */
import { addDays, parisDate } from '../../lib/readings/paris';
import type { Direction, Series } from '../../lib/readings/reading';
import { faults, type Injection } from '../../lib/simulator';
import type { Household } from './household';

/** Every series of a meter with both directions, in the order of asking. */
export const BOTH_WAYS = [
  ['consumption', 'daily'],
  ['production', 'daily'],
  ['consumption', 'maxPower'],
  ['consumption', 'loadCurve'],
  ['production', 'loadCurve'],
] as const satisfies readonly (readonly [Direction, Series])[];

/** True for those that fail. */
export type Which = (request: { direction?: string | undefined; series?: string | undefined }) => boolean;

/** By the words of a test's name. */
export const WHICH = {
  'daily energy': ({ direction, series }) => direction === 'consumption' && series === 'daily',
  'maximum power': ({ series }) => series === 'maxPower',
  'load curve': ({ direction, series }) => direction === 'consumption' && series === 'loadCurve',
  'production’s daily energy': ({ direction, series }) => direction === 'production' && series === 'daily',
  'production’s load curve': ({ direction, series }) => direction === 'production' && series === 'loadCurve',
  'production, all of it': ({ direction }) => direction === 'production',
  'consumption, all of it': ({ direction }) => direction === 'consumption',
} as const satisfies Record<string, Which>;

/** Refused: only a person can mend it. Dead or broken: that may pass. Late: Enedis hasn't got it yet. */
export type Kind = 'refused' | 'dead' | 'late' | 'broken';

/** One way to fail, of some series, from now on. */
export interface How {
  name: string;
  kind: Kind;
  /** @param until when it is over at the latest (epoch ms): what is late appears then. @returns what ends it before. */
  begin: (house: Household, which: Which, until: number) => () => void;
}

/** Every kind, at least once. */
export const HOWS: readonly How[] = [
  injected('refused', '403 `ADAM-DC-0008`', faults.error('ADAM-DC-0008')),
  injected('refused', '400 `ADAM-DC-0007`', faults.error('ADAM-DC-0007')),
  injected('dead', 'a 502 page', faults.respond(502, '<html><title>502 Bad Gateway</title></html>')),
  injected('dead', '404 without words', faults.respond(404, '')),
  { name: 'days late', kind: 'late', begin: beginLate },
  injected('broken', 'JSON cut off', faults.truncatedJson()),
  injected('broken', 'JSON of another shape', faults.respond(200, { hello: ['world'] })),
];

function injected(kind: Kind, name: string, fault: Injection['fault']): How {
  return {
    kind,
    name,
    begin: ({ simulator }, which) =>
      simulator.inject({ fault, when: (request) => request.series !== undefined && which(request) }),
  };
}

/** Enedis has yesterday, and the days up to `until`, only then. */
function beginLate({ clock, simulator }: Household, which: Which, until: number): () => void {
  const failing = BOTH_WAYS.filter(([direction, series]) => which({ direction, series }));
  const first = addDays(parisDate(clock.now()), -1);
  for (let date = first; date < parisDate(until); date = addDays(date, 1)) {
    for (const [direction, series] of failing) simulator.publish({ date, at: until, direction, series });
  }
  return () => undefined;
}
