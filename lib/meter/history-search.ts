/**
 * The search for the first day that Enedis has of a meter, once a request was refused for reaching back too far: before
 * the activation, the consent or the history kept. Each accepted try brings readings, so nothing is asked twice.
 */
import type { Period } from '../archive/archive';
import type { Absence } from '../archive/format';
import type { EnedisError, Reason } from '../errors';
import { addDays, daysBetween } from '../readings/paris';

/** Refusals that mean "not that far back", and what they make of the days refused. */
export const ABSENCE_OF_REFUSAL: Partial<Record<Reason, Absence>> = {
  periodBeforeActivation: 'beforeActivation',
  periodBeforeConsent: 'notCollected',
  periodTooOld: 'notCollected',
};

/** Refused because it reaches back too far: there is nothing earlier. */
export function isTooEarly({ reason }: EnedisError): boolean {
  return ABSENCE_OF_REFUSAL[reason] !== undefined;
}

/**
 * Tries the newest week, else its last day, then goes by halves.
 * @param period was refused as a whole.
 * @param isConfirmed the same was learned before: there is nothing to look for.
 * @param isAccepted asks for a period; false when it is refused for the same kind of reason.
 * @returns the first day accepted; the period's end where even its last day is refused.
 */
export async function firstAcceptedDay(
  period: Period,
  isConfirmed: boolean,
  isAccepted: (period: Period) => Promise<boolean>,
): Promise<string> {
  let refused = period.start;
  let accepted = period.end;
  const tryFrom = async (start: string): Promise<void> => {
    if (await isAccepted({ start, end: accepted })) accepted = start;
    else refused = start;
  };
  for (const days of isConfirmed ? [] : [7, 1]) {
    const start = addDays(period.end, -days);
    if (accepted === period.end && start > refused) await tryFrom(start);
  }
  while (accepted !== period.end && daysBetween(refused, accepted) > 1) {
    await tryFrom(addDays(refused, Math.floor(daysBetween(refused, accepted) / 2)));
  }
  // A refusal that no other confirms is asked about once more.
  if (accepted !== period.end && refused === period.start) await tryFrom(period.start);
  return accepted;
}
