/** What stands in the way of readings, as the face tells it: the sentence, what to do, since when, and when it is tried again. */
import type { ShownProblem } from '../../lib/shown';
import type { Speech } from './display';

/** One text, in the order in which a person asks. */
export function toldOf({ message, advice, since, retryAt }: ShownProblem, { words, locale }: Speech): string {
  const moment = new Intl.DateTimeFormat(locale, {
    timeZone: 'Europe/Paris',
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
  });
  return [
    message,
    // Some errors end with their advice already.
    ...(advice === undefined || message.includes(advice) ? [] : [advice]),
    ...(since === undefined ? [] : [words.since(moment.format(new Date(since)))]),
    ...(retryAt === undefined ? [] : [words.nextTry(moment.format(new Date(retryAt)))]),
  ].join(' ');
}
