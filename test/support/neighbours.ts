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

/** Keys of metadata that Home Assistant wants, and those it takes besides. */
const METADATA = [
  'has_sum',
  'name',
  'source',
  'statistic_id',
  'unit_of_measurement',
  'mean_type',
  'unit_class',
];
/** Keys of one hour. */
const STATISTICS = ['start', 'state', 'sum', 'mean', 'min', 'max', 'last_reset'];

/** Of Home Assistant's `recorder/import_statistics`, as its API node sends it: what its schema refuses is refused here. */
export function checkStatistics(payload: unknown): void {
  const { type, metadata, stats, ...more } = payload as Record<string, unknown>;
  assert.deepEqual([type, more], ['recorder/import_statistics', {}]);
  const described = metadata as Record<string, unknown>;
  for (const key of METADATA) assert.ok(key in described, `${key} is demanded since 2026.11`);
  assert.deepEqual(
    Object.keys(described).filter((key) => !METADATA.includes(key)),
    [],
  );
  const { source, statistic_id: id } = described;
  // Two names with a colon: neither an entity nor anything with two underscores in a row.
  assert.match(String(id), /^(?!.+__)(?!_)[\da-z_]+(?<!_):(?!_)[\da-z_]+(?<!_)$/);
  assert.equal(String(id).split(':')[0], source);
  assert.ok(Array.isArray(stats) && stats.length > 0 && stats.length <= 168);
  for (const hour of stats as Record<string, unknown>[]) {
    assert.deepEqual(
      Object.keys(hour).filter((key) => !STATISTICS.includes(key)),
      [],
    );
    // From the top of the hour, with a zone.
    assert.match(String(hour.start), /T\d\d:00:00([+-]\d\d:\d\d|Z)$/);
    assert.equal(typeof hour.state, 'number');
    assert.equal(typeof hour.sum, 'number');
  }
}
