/**
 * The dialog of the node that brings yesterday's readings. The page (`enedis-fetch-yesterday.html`) takes these
 * functions; the build puts them into it.
 */
import { current, firstOf, textOf } from '../shared/dialog/fields';
import { withMeter } from '../shared/dialog/label';

export { labelStyle } from '../shared/dialog/fields';

interface FetchNode extends EditorNode {
  name?: string;
  /** The meter's node. */
  config?: string;
}

type Validator = (this: FetchNode, value: string | number | undefined, options: unknown) => true | string;

const TIME = /^([01]\d|2[0-3]):[0-5]\d$/;

/** The window begins at a time, `HH:mm`. */
export const checkStart: Validator = function (value, _options) {
  if (current(this, 'schedule') === 'input' || TIME.test(String(value))) return true;
  return this._('enedis-fetch-yesterday.invalid.time', { time: String(value) });
};

/** It ends at a later one. */
export const checkEnd: Validator = function (value, _options) {
  const end = String(value);
  if (current(this, 'schedule') === 'input') return true;
  if (!TIME.test(end)) return this._('enedis-fetch-yesterday.invalid.time', { time: end });
  const start = String(current(this, 'windowStart'));
  // Written alike, times compare as text; an environment variable is left to the runtime.
  if (!TIME.test(start) || end > start) return true;
  return this._('enedis-fetch-yesterday.invalid.order', { start });
};

/** A whole number of minutes, 30 at least. */
export const checkRetry: Validator = function (value, _options) {
  if (current(this, 'schedule') === 'input') return true;
  if (/^\d+$/.test(String(value)) && Number(value) >= 30) return true;
  return this._('enedis-fetch-yesterday.invalid.retryEvery');
};

export function inputLabels(this: FetchNode): string {
  return this._('enedis-fetch-yesterday.port.input');
}

export function outputLabels(this: FetchNode, index: number): string {
  return this._(index === 0 ? 'enedis-fetch-yesterday.port.readings' : 'enedis-fetch-yesterday.port.summary');
}

export function paletteLabel(this: FetchNode): string {
  return this._('enedis-fetch-yesterday.palette');
}

export function label(this: FetchNode): string {
  return firstOf(this.name, withMeter(this._('enedis-fetch-yesterday.defaultName'), this.config));
}

/** The editor's `oneditprepare`. */
export function prepare(this: FetchNode): void {
  const schedule = $('#node-input-schedule');
  const replay = $('#node-input-replay');
  const show = (): void => {
    const chosen = textOf(schedule) || 'automatic';
    // What a message brings again, it brings with the summary.
    const once = chosen === 'automatic' ? '' : replay.is(':checked') ? 'Replay' : 'Input';
    $('.enedis-fetch-yesterday .enedis-automatic').toggle(chosen === 'automatic');
    $('.enedis-fetch-yesterday .enedis-summary-says').text(
      this._(`enedis-fetch-yesterday.hint.summaryOnce${once}`),
    );
    $('.enedis-fetch-yesterday .enedis-schedule-says').text(this._(`enedis-fetch-yesterday.hint.${chosen}`));
  };
  schedule.on('change', show);
  replay.on('change', show);
  // "6:00" and "6h30" are what people type.
  $('#node-input-windowStart, #node-input-windowEnd').on('change', (event) => {
    const field = $(event.target);
    const [, hour, minute = '00'] = /^\s*(\d{1,2})\s*[:hH]\s*(\d{2})?\s*$/.exec(textOf(field)) ?? [];
    const time = hour === undefined ? undefined : `${hour.padStart(2, '0')}:${minute}`;
    if (time !== undefined && time !== field.val()) field.val(time).trigger('change');
  });
}
