/** The value of a field that may hold a date, a word for a period, or the name of a property of the message. */
import type { NodeAPI, NodeMessage } from 'node-red';
import { EnedisError } from '../../lib/errors';
import { isRangeWord } from '../../lib/readings/ranges';

/** A field and its kind, as saved. */
export interface TypedDay {
  property: string;
  value: string | undefined;
  type: string | undefined;
}

/**
 * What it says, of which a day is to be made; undefined where the kind itself says which (everything, yesterday).
 * @throws EnedisError `configProperty` where the dialog has nothing that could be meant, `inputInvalid` for a path through
 *   something that isn't in the message.
 */
export function typedDay(RED: NodeAPI, { property, value, type }: TypedDay, message: NodeMessage): unknown {
  if (type === 'date') {
    // To take everything for want of a date could cost days of requests.
    if (String(value ?? '').trim() === '') throw new EnedisError('configProperty', { property });
    return value;
  }
  if (type === 'range') {
    // One that a later version knows, or a slip in a flow written by hand.
    if (!isRangeWord(value)) throw new EnedisError('configProperty', { property });
    return value;
  }
  if (type !== 'msg') return undefined;
  try {
    return RED.util.getMessageProperty(message, value ?? '') as unknown;
  } catch {
    throw new EnedisError('inputInvalid', { property: `msg.${value}` });
  }
}
