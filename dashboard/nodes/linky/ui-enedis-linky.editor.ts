/**
 * The dialog of the Linky on the dashboard. The page (`ui-enedis-linky.html`) takes these functions; the build puts them
 * into it.
 */
import { firstOf, textOf } from '../../../nodes/shared/dialog/fields';

export { labelStyle } from '../../../nodes/shared/dialog/fields';

interface LinkyNode extends EditorNode {
  name?: string;
  label?: string;
  z: string;
}

type Validator = (this: LinkyNode, value: string | number | undefined, options: unknown) => true | string;

const LINKY_GREEN = '#c3d82c';
const LINKY_INK = '#1f2a08';

export const checkGroup: Validator = function (value, _options) {
  return value ? true : this._('ui-enedis-linky.invalid.group');
};

/** Dashboard's own sizer shows the width: it is what is outlined in red. */
export function checkWidth(this: LinkyNode, value: unknown): boolean {
  const isValid = !(Number(value) < 0);
  $('#node-input-size').toggleClass('input-error', !isValid);
  return isValid;
}

export const checkColour: Validator = function (value, _options) {
  if (!value || /^#([0-9a-f]{3}|[0-9a-f]{6})$/i.test(String(value))) return true;
  return this._('ui-enedis-linky.invalid.colour', { colour: String(value) });
};

/** The name of the palette's category of nodes that draw on the dashboard, as Dashboard itself gives it. */
export function category(): string {
  return RED._('@flowfuse/node-red-dashboard/ui-base:ui-base.label.category', {
    defaultValue: 'dashboard 2',
  });
}

export function inputLabels(this: LinkyNode): string {
  return this._('ui-enedis-linky.port.input');
}

export function paletteLabel(this: LinkyNode): string {
  return this._('ui-enedis-linky.palette');
}

export function label(this: LinkyNode): string {
  return firstOf(this.name, this.label, this._('ui-enedis-linky.defaultName'));
}

/** The editor's `oneditprepare`. */
export function prepare(this: LinkyNode): void {
  $('#enedis-linky-no-dashboard').toggle(!RED.nodes.getType('ui-group'));
  $('#enedis-linky-no-core').toggle(!RED.nodes.getType('enedis-config'));
  couple('background', LINKY_GREEN);
  couple('titleColor', LINKY_INK);
  couple('mobileBackground', LINKY_GREEN);
  couple('mobileTitleColor', LINKY_INK);
  const inSubflow = Boolean(RED.nodes.subflow(this.z));
  $('.nr-db-ui-element-hide-in-subflow').toggle(!inSubflow);
  $('.nr-db-ui-element-show-in-subflow').toggle(inSubflow);
  if (inSubflow) {
    $('#node-input-width, #node-input-height').attr('type', 'text');
  } else if (RED.nodes.getType('ui-group')) {
    $('#node-input-size').elementSizer({
      width: '#node-input-width',
      height: '#node-input-height',
      group: '#node-input-group',
    });
  }
}

/** The little square shows the colour that the text says, and writes it. */
function couple(property: string, usual: string): void {
  const field = $(`#node-input-${property}`);
  const swatch = $(`[data-for="${property}"]`);
  const show = (): void => {
    const colour = textOf(field);
    swatch.val(/^#[0-9a-f]{6}$/i.test(colour) ? colour : usual);
  };
  field.attr('placeholder', usual).on('input change', show);
  swatch.on('input', () => field.val(textOf(swatch)).trigger('change'));
  show();
}
