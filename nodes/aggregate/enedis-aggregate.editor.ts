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
  if (this.period === 'reading')
    return firstOf(
      this.name,
      `${this._('enedis-aggregate.readingName')} · ${this._(`enedis-aggregate.output.${this.output ?? 'readings'}`)}`,
    );
  return firstOf(
    this.name,
    `${this._('enedis-aggregate.defaultName')} · ${this._(`enedis-aggregate.period.${this.period ?? 'day'}`)}`,
  );
}

/** The editor's `oneditprepare`. */
export function prepare(this: AggregateNode): void {
  offerStores(this);
  offerSeries(this);
  const period = $('#node-input-period');
  const fn = $('#node-input-fn');
  const series = $('#node-input-series');
  const show = (): void => {
    const isAdding = period.val() !== 'reading';
    $('.enedis-aggregate .enedis-of-periods').toggle(isAdding);
    offerEnergy(isAdding);
    $('#enedis-hint-hour').toggle(period.val() === 'hour');
    $('#enedis-hint-fn').toggle(fn.val() === 'auto');
    $('#enedis-hint-sum').toggle(fn.val() === 'sum' && ['all', 'maxPower'].includes(String(series.val())));
  };
  period.on('change', show);
  fn.on('change', show);
  series.on('change', show);
  show();
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
