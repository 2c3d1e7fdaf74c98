/**
 * The dialog of the node that brings a past period. The page (`enedis-backfill.html`) takes these functions; the build
 * puts them into it.
 */
import { checkDay, offerTypes } from '../shared/dialog/days';
import { firstOf, textOf } from '../shared/dialog/fields';
import { withMeter } from '../shared/dialog/label';
import { rangeType } from '../shared/dialog/ranges';
import { seriesInWords, seriesNames } from '../shared/dialog/series';

export { labelStyle } from '../shared/dialog/fields';

interface BackfillNode extends EditorNode {
  name?: string;
  /** The meter's node. */
  config?: string;
}

/** A first day that is typed in. */
export const checkStart = checkDay('enedis-backfill', 'start');
/** A last day that is typed in. */
export const checkEnd = checkDay('enedis-backfill', 'end');

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
  offerTypes('start', this._('enedis-backfill.label.start'), [fixed('all'), range, date, 'msg'], 'all');
  const ends = [fixed('yesterday'), range, date, 'msg'];
  offerTypes('end', this._('enedis-backfill.label.end'), ends, 'yesterday');
  offerSeries();
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
