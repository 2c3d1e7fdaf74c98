/**
 * The dialog of the node that adds readings up. The page (`enedis-aggregate.html`) takes these functions; the build puts
 * them into it.
 */
import { firstOf } from '../shared/dialog/fields';

export { labelStyle } from '../shared/dialog/fields';

interface AggregateNode extends EditorNode {
  name?: string;
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
  return firstOf(this.name, this._('enedis-aggregate.defaultName'));
}

/** The editor's `oneditprepare`. */
export function prepare(this: AggregateNode): void {
  offerStores(this);
  const period = $('#node-input-period');
  const fn = $('#node-input-fn');
  const show = (): void => {
    $('.enedis-aggregate .enedis-of-periods').toggle(period.val() !== 'reading');
    $('#enedis-hint-hour').toggle(period.val() === 'hour');
    $('#enedis-hint-fn').toggle(fn.val() === 'auto');
    $('#enedis-hint-sum').toggle(fn.val() === 'sum');
  };
  period.on('change', show);
  fn.on('change', show);
  show();
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
