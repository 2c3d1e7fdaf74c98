/**
 * The dialog of a meter: which gateway relays its data, and how to get in. One dialog serves all gateways and shows only
 * what the chosen one needs. The page (`enedis-config.html`) takes these functions; the build puts them into it.
 */
import { cleanAddress, cleanUsagePoint } from '../../lib/gateways/pasted';
import { AccessTest } from './dialog/access-test';
import { ArchivePanel } from './dialog/archive';
import { Consent } from './dialog/consent';
import { GatewayChoice, gatewayOf } from './dialog/gateways';
import { isEnvironment, isUsagePointId, MeterDialog, type MeterNode } from './dialog/meter-dialog';
import { meterName } from '../shared/dialog/label';
import { UsagePointField } from './dialog/usage-point';

export { labelStyle } from '../shared/dialog/fields';
export { upgradeSavedNodes } from './dialog/upgrade';

/** Validators say why a value can't be. The editor counts their parameters: with one less, a reason counts as "right". */
type Validator = (this: MeterNode, value: string | number | undefined, options: unknown) => true | string;

/** A PDL has 14 digits. */
export const checkUsagePoint: Validator = function (value, _options) {
  const text = cleanUsagePoint(String(value ?? ''));
  if (isUsagePointId(text)) return true;
  if (text === '') return this._('enedis-config.invalid.usagePointMissing');
  if (/\D/.test(text)) return this._('enedis-config.invalid.usagePointCharacters');
  return this._('enedis-config.invalid.usagePointLength', { digits: text.length });
};

/** As the runtime's `parseBaseUrl`. */
export const checkAddress: Validator = function (value, _options) {
  if (!value || gatewayOf(this)?.hasAddress === false) return true;
  try {
    const url = new URL(cleanAddress(String(value)));
    const isLoopback = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(url.hostname);
    const isSafe = url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback);
    if (isSafe && !url.username && !url.password && !url.search && !url.hash) return true;
  } catch {
    // Told below, like an address of the wrong kind.
  }
  return this._('enedis-config.invalid.baseUrl');
};

/** Kilovolt-amperes; empty where the contract or the tariff says it. */
export const checkSubscribedPower: Validator = function (value, _options) {
  const text = String(value ?? '').trim();
  const power = Number(text.replace(',', '.'));
  return text === '' || (power > 0 && power <= 250) || this._('enedis-config.invalid.subscribedPower');
};

/** A credential must be there for the gateways that use it. */
export function needed(credential: string): Validator {
  return function (value, _options) {
    const isUsed = gatewayOf(this)?.credentials.includes(credential) ?? false;
    if (!isUsed || (typeof value === 'string' && value.trim() !== '')) return true;
    return this._(`enedis-config.invalid.${credential}`);
  };
}

export function paletteLabel(this: MeterNode): string {
  return this._('enedis-config.palette');
}

export function label(this: MeterNode): string {
  return meterName(this);
}

/** The editor's `oneditprepare`. */
export function prepare(this: MeterNode): void {
  const dialog = new MeterDialog(this);
  const gateways = new GatewayChoice(dialog);
  const usagePoint = new UsagePointField(dialog);
  new Consent(dialog, usagePoint);
  new AccessTest(dialog);
  const archive = new ArchivePanel(dialog);
  keepEnvironmentChoices(dialog);
  dialog.field('gateway').on('change', () => {
    gateways.show();
    dialog.find('.enedis-said').empty().hide();
    usagePoint.offer([]);
    usagePoint.showToken();
    archive.show();
  });
  dialog
    .field('usagePointId')
    .add(dialog.field('environment'))
    .on('change', () => archive.show());
  if (this.baseUrl) dialog.find('details[data-when]').attr('open', '');
  if (this.tariff || this.feedIn) dialog.find('.enedis-costs').attr('open', '');
  usagePoint.showDigits();
}

/** A choice left to a variable of the environment is none of those offered: it would be lost with OK. */
function keepEnvironmentChoices(dialog: MeterDialog): void {
  for (const property of ['gateway', 'direction', 'environment'] as const) {
    const value = dialog.node[property];
    if (!value || !isEnvironment(value)) continue;
    dialog.field(property).append($('<option>', { value }).text(value)).val(value);
  }
}
