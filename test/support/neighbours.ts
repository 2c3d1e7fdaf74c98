/** What packages and programs beside us take and refuse, as it was measured with them: they can't all be installed here. */
import assert from 'node:assert/strict';

/** ISO 8601 with an offset, which both read; a number or a local time is refused. */
const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d([+-]\d\d:\d\d|Z)$/;
const HALF_HOUR = 30 * 60_000;

interface Slot {
  value: number;
  start: string;
  end?: string;
}

/** What node-red-contrib-power-saver is given. */
export interface PowerSaverPrices {
  priceData: Slot[];
  today: Slot[];
  tomorrow: Slot[];
}

function checkSlot(slot: unknown): asserts slot is Slot {
  const { value, start } = slot as Record<string, unknown>;
  // `null` counts as nothing there, `price` isn't looked at.
  assert.equal(typeof value, 'number', 'value');
  assert.match(String(start), ISO);
}

/** Of evcc's `forecast` over HTTP. @param body the text it reads */
export function checkEvcc(body: string): Slot[] {
  const list: unknown = JSON.parse(body);
  assert.ok(Array.isArray(list), 'a bare list');
  for (const slot of list as unknown[]) {
    checkSlot(slot);
    // Without an end no rate matches.
    assert.match(String(slot.end), ISO);
    assert.ok(Date.parse(slot.end!) > Date.parse(slot.start), 'end after start');
  }
  return list as Slot[];
}

/** Of a strategy node (`priceData`) and of ps-receive-price (`today`, `tomorrow`). */
export function checkPowerSaver(payload: unknown): PowerSaverPrices {
  const { priceData, today, tomorrow } = payload as PowerSaverPrices;
  assert.ok(Array.isArray(priceData) && priceData.length > 0, 'priceData');
  for (const slot of priceData) checkSlot(slot);
  assert.match(String(priceData.at(-1)?.end), ISO, 'the last one has an end');
  for (const day of [today, tomorrow]) {
    assert.ok(Array.isArray(day));
    for (const [place, slot] of day.entries()) {
      checkSlot(slot);
      // The last one is given the length of the one before: only steps of one length come out right.
      const before = day[place - 1];
      if (before) assert.equal(Date.parse(slot.start) - Date.parse(before.start), HALF_HOUR);
    }
  }
  return { priceData, today, tomorrow };
}
