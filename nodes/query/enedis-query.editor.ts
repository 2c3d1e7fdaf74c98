/**
 * The dialog of the node that answers from the archive. The page (`enedis-query.html`) takes these functions; the build puts
 * them into it.
 */
import { checkDay, isDay, offerTypes } from '../shared/dialog/days';
import { current, firstOf, textOf } from '../shared/dialog/fields';
import { withMeter } from '../shared/dialog/label';
import { rangeType, rangesInWords } from '../shared/dialog/ranges';

export { labelStyle } from '../shared/dialog/fields';

interface QueryNode extends EditorNode {
  name?: string;
  config?: string;
  value?: string;
  range?: string;
}

const isDayOf = { start: checkDay('enedis-query', 'start'), end: checkDay('enedis-query', 'end') };

/** Dates count only where dates are asked for. */
export function checkStart(this: QueryNode, value: string | undefined, options: unknown): true | string {
  return current(this, 'range') === 'dates' ? isDayOf.start.call(this, value, options) : true;
}

/** The same for the last day, which can't be before the first. */
export function checkEnd(this: QueryNode, value: string | undefined, options: unknown): true | string {
  if (current(this, 'range') !== 'dates') return true;
  const said = isDayOf.end.call(this, value, options);
  if (said !== true) return said;
  const start = String(current(this, 'start'));
  const areDates = current(this, 'startType') === 'date' && current(this, 'endType') === 'date';
  return areDates && isDay(start) && String(value) < start ? this._('enedis-query.invalid.order') : true;
}

/** As Home Assistant wants it; empty where it is made of the meter's name. */
export function checkStatisticId(
  this: QueryNode,
  value: string | undefined,
  _options: unknown,
): true | string {
  const id = String(value ?? '').trim();
  const isFit = id === '' || /^[a-z\d]+(_[a-z\d]+)*:[a-z\d]+(_[a-z\d]+)*$/.test(id);
  return isFit || this._('enedis-query.invalid.statisticId');
}

export function inputLabels(this: QueryNode): string {
  return this._('enedis-query.port.input');
}

export function outputLabels(this: QueryNode): string {
  return this._('enedis-query.port.output');
}

export function paletteLabel(this: QueryNode): string {
  return this._('enedis-query.palette');
}

/** `Last 7 days · Home`: which days, and whose. */
export function label(this: QueryNode): string {
  const range = firstOf(this.range, 'last7days');
  const words = range === 'dates' ? this._('enedis-query.range.dates') : rangesInWords([range])[0]!.label;
  return firstOf(this.name, withMeter(words.charAt(0).toUpperCase() + words.slice(1), this.config));
}

/** Shapes that are of one step alone, and neither compared nor split but for the sentence. */
const WHOLE = ['heatmap', 'calendar', 'home-assistant'];

/** The editor's `oneditprepare`. */
export function prepare(this: QueryNode): void {
  offerRanges(this);
  offerDays(this);
  const dialog = $('.enedis-query');
  const field = (name: string): JQuery => $(`#node-input-${name}`);
  const show = (): void => {
    const [value, output, step] = ['value', 'output', 'step'].map((name) => textOf(field(name)));
    const isMoney = value === 'cost';
    const isPicture = WHOLE.includes(output!);
    const canSplit = (isMoney || value === 'energy') && !isPicture;
    const canFix =
      isMoney && (!['interval', 'hour'].includes(step!) || output === 'calendar' || output === 'text');
    const hidesStep = isPicture || output === 'text';
    const fixes = canFix && output !== 'heatmap' && output !== 'home-assistant';
    // What isn't shown isn't saved: a box that was ticked for something else would be an error.
    if (!canSplit) field('split').prop('checked', false);
    if (!fixes) field('fixed').prop('checked', false);
    dialog.find('.enedis-of-dates').toggle(field('range').val() === 'dates');
    dialog.find('.enedis-of-step').toggle(!hidesStep);
    dialog.find('.enedis-of-compare').toggle(!isPicture);
    dialog.find('.enedis-of-split').toggle(canSplit);
    dialog.find('.enedis-of-fixed').toggle(fixes);
    dialog.find('.enedis-of-tariff').toggle(isMoney || (canSplit && field('split').is(':checked')));
    dialog.find('.enedis-of-language').toggle(!['readings', 'influxdb', 'rows'].includes(output!));
    dialog.find('.enedis-of-statistic').toggle(output === 'home-assistant');
    $('#enedis-hint-maxPower').toggle(value === 'maxPower');
    $('#enedis-hint-output').text(this._(`enedis-query.hint.${output}`));
    offerOutputs(value!);
    offerDirections(value!);
  };
  for (const name of ['value', 'output', 'step', 'range', 'split']) field(name).on('change', show);
  show();
}

/** Home Assistant takes what adds up; a peak has no half-hours. */
function offerOutputs(value: string): void {
  const output = $('#node-input-output');
  const isPeak = value === 'maxPower';
  const isSummed = value === 'energy' || value === 'cost';
  output.children('[value="heatmap"]').prop('disabled', isPeak);
  output.children('[value="home-assistant"]').prop('disabled', !isSummed);
  if (output.val() === null) output.val('readings').trigger('change');
  $('#node-input-step').children('[value="hour"]').prop('disabled', isPeak);
  if ($('#node-input-step').val() === null) $('#node-input-step').val('day').trigger('change');
}

/** Enedis tells the maximum power of consumption alone. */
function offerDirections(value: string): void {
  const direction = $('#node-input-direction');
  const isPeak = value === 'maxPower';
  direction.children('[value="production"], [value="both"]').prop('disabled', isPeak);
  if (direction.val() === null) direction.val('consumption');
}

function offerRanges(node: QueryNode): void {
  $('#node-input-range')
    .append(
      ...rangesInWords().map(({ value, label: text }) => $('<option>', { value, text })),
      $('<option>', { value: 'dates', text: node._('enedis-query.range.dates') }),
    )
    .val(firstOf(node.range, 'last7days'));
}

function offerDays(node: QueryNode): void {
  const date = { value: 'date', label: node._('enedis-query.type.date'), icon: 'fa fa-calendar' };
  const range = rangeType(node._('enedis-query.type.range'));
  offerTypes('start', node._('enedis-query.label.start'), [date, range, 'msg'], 'date');
  offerTypes('end', node._('enedis-query.label.end'), [date, range, 'msg'], 'date');
}
