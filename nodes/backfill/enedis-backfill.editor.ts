/**
 * The dialog of the node that brings a past period. The page (`enedis-backfill.html`) takes these functions; the build
 * puts them into it.
 */
import { current, firstOf, textOf } from '../shared/dialog/fields';
import { withMeter } from '../shared/dialog/label';
import { rangeType } from '../shared/dialog/ranges';
import { seriesInWords, seriesNames } from '../shared/dialog/series';

export { labelStyle } from '../shared/dialog/fields';

interface BackfillNode extends EditorNode {
  name?: string;
  /** The meter's node. */
  config?: string;
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
  return firstOf(this.name, withMeter(this._('enedis-backfill.defaultName'), this.config));
}

/** The editor's `oneditprepare`. */
export function prepare(this: BackfillNode): void {
  const range = rangeType(this._('enedis-backfill.type.range'));
  const date = { value: 'date', label: this._('enedis-backfill.type.date'), icon: 'fa fa-calendar' };
  const fixed = (value: 'all' | 'yesterday'): TypedInputType => ({
    value,
    label: this._(`enedis-backfill.type.${value}`),
    hasValue: false,
  });
  $('#node-input-start').typedInput({
    default: 'all',
    types: [fixed('all'), range, date, 'msg'],
    typeField: '#node-input-startType',
  });
  $('#node-input-end').typedInput({
    default: 'yesterday',
    types: [fixed('yesterday'), range, date, 'msg'],
    typeField: '#node-input-endType',
  });
  nameTypedInput('start', this._('enedis-backfill.label.start'));
  nameTypedInput('end', this._('enedis-backfill.label.end'));
  offerSeries();
}

/** A typed input makes fields of its own, which no label is for. */
function nameTypedInput(property: string, name: string): void {
  const container = $(`#node-input-${property}`).next('.red-ui-typedInput-container');
  container.find('input').attr('aria-label', name);
  container
    .find('.red-ui-typedInput-type-select, .red-ui-typedInput-option-trigger')
    .attr('aria-label', name);
}

/** A tick for each series. Saved is what is ticked; empty for the usual ones, which are those that the meter has. */
function offerSeries(): void {
  const field = $('#node-input-series');
  const saved = textOf(field).split(',').filter(Boolean);
  const boxes = seriesNames().map((series) =>
    $('<input>', { type: 'checkbox', value: series }).prop(
      'checked',
      saved.length === 0 ? isUsual(series) : saved.includes(series),
    ),
  );
  const ticks = boxes.map((box) => $('<label>').append(box, ` ${seriesInWords(textOf(box))}`));
  const save = (): void => {
    const ticked = boxes.filter((box) => box.prop('checked')).map(textOf);
    const isAll = seriesNames().every((series) => ticked.includes(series) === isUsual(series));
    field.val(isAll ? '' : ticked.join(',')).trigger('change');
  };
  $('.enedis-backfill .enedis-ticks')
    .append(...ticks)
    .on('change', save);
}

/** Registers come only where they are named. */
function isUsual(series: string): boolean {
  return series !== 'registers';
}
