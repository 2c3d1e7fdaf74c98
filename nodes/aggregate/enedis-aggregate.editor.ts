/**
 * The dialog of the node that adds readings up. The page (`enedis-aggregate.html`) takes these functions; the build puts
 * them into it.
 */
import { firstOf } from '../shared/dialog/fields';
import { seriesInWords, seriesNames } from '../shared/dialog/series';

export { labelStyle } from '../shared/dialog/fields';

interface AggregateNode extends EditorNode {
  name?: string;
  period?: string;
  output?: string;
  series?: string;
  store?: string;
  fn?: string;
  split?: boolean | string;
}

export function inputLabels(this: AggregateNode): string {
  return this._('enedis-aggregate.port.input');
}

export function outputLabels(this: AggregateNode): string {
  return this._('enedis-aggregate.port.output');
}

export function paletteLabel(this: AggregateNode): string {
  return this._('enedis-aggregate.palette');
}

export function label(this: AggregateNode): string {
  const isCost = this.fn === 'cost';
  const what = isCost ? 'costName' : isSplit(this) ? 'splitName' : 'defaultName';
  if (this.period === 'reading')
    return firstOf(
      this.name,
      `${this._(`enedis-aggregate.${isCost ? what : 'readingName'}`)} · ${this._(`enedis-aggregate.output.${this.output ?? 'readings'}`)}`,
    );
  return firstOf(
    this.name,
    `${this._(`enedis-aggregate.${what}`)} · ${this._(`enedis-aggregate.period.${this.period ?? 'day'}`)}`,
  );
}

function isSplit({ split }: AggregateNode): boolean {
  return split === true || split === 'true';
}

/** The editor's `oneditprepare`. */
export function prepare(this: AggregateNode): void {
  offerStores(this);
  offerSeries(this);
  const dialog = $('.enedis-aggregate');
  const period = $('#node-input-period');
  const fn = $('#node-input-fn');
  const split = $('#node-input-split');
  const fixed = $('#node-input-fixed');
  const series = $('#node-input-series');
  const show = (): void => {
    const isAdding = period.val() !== 'reading';
    offerFunctions(isAdding);
    const isCost = fn.val() === 'cost';
    const canSplit = isCost || (isAdding && (fn.val() === 'auto' || fn.val() === 'sum'));
    const canFix = isCost && isAdding && period.val() !== 'hour';
    // What isn't shown isn't saved: a box that was ticked for something else would be an error.
    if (!canSplit) split.prop('checked', false);
    if (!canFix) fixed.prop('checked', false);
    const byTariff = isCost || split.is(':checked');
    dialog.find('.enedis-of-periods').toggle(isAdding);
    dialog.find('.enedis-of-split').toggle(canSplit);
    dialog.find('.enedis-of-fixed').toggle(canFix);
    dialog.find('.enedis-of-tariff').toggle(byTariff);
    // By a tariff it is energy whatever is chosen.
    dialog.find('.enedis-of-series').toggle(!byTariff);
    if (byTariff) series.val('all');
    offerEnergy(isAdding);
    $('#enedis-hint-hour').toggle(period.val() === 'hour' && !byTariff);
    $('#enedis-hint-fn').toggle(fn.val() === 'auto' && isAdding);
    const hasPeaks = ['all', 'maxPower'].includes(String(series.val()));
    $('#enedis-hint-sum').toggle(fn.val() === 'sum' && !byTariff && hasPeaks);
    $('#enedis-hint-intervals').toggle(isCost && !isAdding);
  };
  for (const field of [period, fn, split, series]) field.on('change', show);
  show();
}

/** Readings as they come aren't added up: they may have their cost, and else stay what they are. */
function offerFunctions(isAdding: boolean): void {
  const fn = $('#node-input-fn');
  if (!isAdding && fn.val() !== 'cost') fn.val('auto');
  fn.children('[value="sum"], [value="mean"], [value="max"], [value="min"]').prop('disabled', !isAdding);
}

/** Energy is one figure a period: there is none of readings as they come. */
function offerEnergy(isPossible: boolean): void {
  const series = $('#node-input-series');
  // First: a choice that is disabled counts as none.
  if (!isPossible && series.val() === 'energy') series.val('all');
  series.children('[value="energy"]').prop('disabled', !isPossible);
}

/** All series, the energy or one of them; a node saved without a choice takes all. */
function offerSeries(node: AggregateNode): void {
  $('#node-input-series')
    .append(
      ...['all', 'energy'].map((value) =>
        $('<option>', { value, text: node._(`enedis-aggregate.series.${value}`) }),
      ),
      ...seriesNames().map((value) => $('<option>', { value, text: seriesInWords(value) })),
    )
    .val(firstOf(node.series, 'all'));
}

/** The context stores of Node-RED's settings; one that was removed from them stays to be seen. */
function offerStores(node: AggregateNode): void {
  const chosen = node.store ?? '';
  const stores = RED.settings.context?.stores ?? [];
  const names = chosen !== '' && !stores.includes(chosen) ? [...stores, chosen] : stores;
  $('#node-input-store')
    .append(
      $('<option>', { value: '', text: node._('enedis-aggregate.store.default') }),
      ...names.map((name) => $('<option>', { value: name, text: name })),
    )
    .val(chosen);
}
