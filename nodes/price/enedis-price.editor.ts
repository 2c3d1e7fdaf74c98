/**
 * The dialog of the node that tells what a kWh costs now. The page (`enedis-price.html`) takes these functions; the build
 * puts them into it.
 */
import { firstOf } from '../shared/dialog/fields';

export { labelStyle } from '../shared/dialog/fields';

interface PriceNode extends EditorNode {
  name?: string;
  tariff?: string;
}

export function inputLabels(this: PriceNode): string {
  return this._('enedis-price.port.input');
}

export function outputLabels(this: PriceNode, place: number): string {
  return this._(`enedis-price.port.${place === 0 ? 'now' : 'ahead'}`);
}

export function paletteLabel(this: PriceNode): string {
  return this._('enedis-price.palette');
}

/** `Price of a kWh · Home`, by what is written on the tariff. */
export function label(this: PriceNode): string {
  const what = this._('enedis-price.defaultName');
  return firstOf(this.name, [what, tariffName(this.tariff)].filter((part) => part !== '').join(' · '));
}

function tariffName(id: string | undefined): string {
  const tariff = id === undefined || id === '' ? null : RED.nodes.node(id);
  return tariff ? RED.utils.getNodeLabel(tariff, '') : '';
}

/** The editor's `oneditprepare`. */
export function prepare(this: PriceNode): void {
  const ahead = $('#node-input-ahead');
  const show = (): void => {
    $('#enedis-hint-ahead').text(this._(`enedis-price.hint.${String(ahead.val())}`));
  };
  ahead.on('change', show);
  show();
}
