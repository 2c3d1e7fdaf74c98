/**
 * Chance that always falls the same way: every draw is a function of a key and a position, so any instant of any year
 * can be computed alone, in any order, on any machine.
 */

/** Folds a text into 32 bits, to tell usage points and purposes apart. */
export function keyOf(seed: number, ...words: string[]): number {
  let hash = mix(seed ^ 0x5bd1e995);
  for (const letter of words.join('/')) hash = mix(hash ^ letter.charCodeAt(0));
  return hash;
}

function mix(bits: number): number {
  let h = bits | 0;
  h = Math.imul(h ^ (h >>> 16), 0x45d9f3b);
  h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d);
  return (h ^ (h >>> 16)) >>> 0;
}

/** A number in [0, 1) for a whole position. */
export function draw(key: number, position: number): number {
  return mix(mix(position ^ key) + Math.imul(key, 0x27d4eb2d)) / 2 ** 32;
}

/** A number of [low, high) that belongs to the key. */
export function between(key: number, low: number, high: number): number {
  return low + (high - low) * draw(key, 0);
}

/** A number in [-1, 1) that changes slowly: one draw at every whole position, eased in between. */
export function drift(key: number, position: number): number {
  const knot = Math.floor(position);
  const along = position - knot;
  const from = draw(key, knot);
  return 2 * (from + (draw(key, knot + 1) - from) * along * along * (3 - 2 * along)) - 1;
}
