/**
 * The dialog of a tariff: an offer, a power, its hours; what else there may be, on demand. The page
 * (`enedis-tariff.html`) takes these functions; the build puts them into it.
 */
import { current } from '../shared/dialog/fields';
import { TariffForm } from './dialog/form';
import type { TariffNode } from './dialog/tariff-node';

export { labelStyle } from '../shared/dialog/fields';

const PREFIX = 'node-config-input-';

/** Validators say why a value can't be. The editor counts their parameters: with one less, a reason counts as "right". */
type Validator = (this: TariffNode, value: string | number | undefined, options: unknown) => true | string;

/** Regulated prices depend on the power. */
export const checkPower: Validator = function (value, _options) {
  const isRegulated =
    current(this, 'prices', PREFIX) === 'regulated' && current(this, 'offer', PREFIX) !== 'custom';
  return !isRegulated || Number(value) > 0 || this._('enedis-tariff.invalid.power');
};

/** Rules are JSON; what they say is for the runtime to judge. */
export const checkRules: Validator = function (value, _options) {
  if (current(this, 'offer', PREFIX) !== 'custom') return true;
  try {
    JSON.parse(String(value));
    return true;
  } catch {
    return this._('enedis-tariff.invalid.rules');
  }
};

/** Peak and off-peak hours without hours can't be priced. */
export function checkWindows(this: TariffNode, value: unknown, _options: unknown): true | string {
  const isNeeded = this.offer === 'hphc' && !(Array.isArray(value) && value.length > 0);
  return isNeeded ? this._('enedis-tariff.invalid.hours') : true;
}

export function paletteLabel(this: TariffNode): string {
  return this._('enedis-tariff.palette');
}

export function label(this: TariffNode): string {
  const offer = this._(`enedis-tariff.offer.${this.offer ?? 'base'}`);
  if (this.name) return this.name;
  return this.power ? `${offer}, ${this.power} kVA` : offer;
}

let form: TariffForm | undefined;

/** The editor's `oneditprepare`. */
export function prepare(this: TariffNode): void {
  form = new TariffForm(this);
}

/** The editor's `oneditsave`: lists aren't fields, so the editor wouldn't find them. */
export function save(this: TariffNode): void {
  if (form) Object.assign(this, form.lists());
}
