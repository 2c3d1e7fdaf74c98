/**
 * The dialog of the node that brings a past period. The page (`enedis-backfill.html`) takes these functions; the build
 * puts them into it.
 */
import { current, firstOf } from '../shared/dialog/fields';
import { seriesInWords, seriesNames } from '../shared/dialog/series';

export { labelStyle } from '../shared/dialog/fields';

interface BackfillNode extends EditorNode {
  name?: string;
}

type Validator = (this: BackfillNode, value: string | number | undefined, options: unknown) => true | string;

/** A date typed in is checked; what a message brings is for the runtime. */
export function checkDay(property: 'start' | 'end'): Validator {
  return function (value, _options) {
    if (current(this, `${property}Type`) !== 'date' || isDay(String(value))) return true;
    return this._('enedis-backfill.invalid.date', { date: String(value) });
  };
}

function isDay(text: string): boolean {
  const date = /^\d{4}-\d{2}-\d{2}$/.test(text) ? new Date(`${text}T00:00:00Z`) : undefined;
  // The 31st of a month that has none would become the 1st of the next.
  return date !== undefined && !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}

export function inputLabels(this: BackfillNode): string {
  return this._('enedis-backfill.port.input');
}

export function outputLabels(this: BackfillNode, index: number): string {
  return this._(index === 0 ? 'enedis-backfill.port.readings' : 'enedis-backfill.port.progress');
}

export function paletteLabel(this: BackfillNode): string {
  return this._('enedis-backfill.palette');
}

export function label(this: BackfillNode): string {
  return firstOf(this.name, this._('enedis-backfill.defaultName'));
}

/** The editor's `oneditprepare`. */
export function prepare(this: BackfillNode): void {
  const date = { value: 'date', label: this._('enedis-backfill.type.date'), icon: 'fa fa-calendar' };
  const fixed = (value: 'all' | 'yesterday'): TypedInputType => ({
    value,
    label: this._(`enedis-backfill.type.${value}`),
    hasValue: false,
  });
  $('#node-input-start').typedInput({
    default: 'all',
    types: [fixed('all'), date, 'msg'],
    typeField: '#node-input-startType',
  });
  $('#node-input-end').typedInput({
    default: 'yesterday',
    types: [fixed('yesterday'), date, 'msg'],
    typeField: '#node-input-endType',
  });
  const options = seriesNames().map((value) => ({ value, label: seriesInWords(value) }));
  $('#node-input-series').typedInput({ types: [{ value: 'series', multiple: true, options }] });
}
