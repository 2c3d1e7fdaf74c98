/**
 * The choice of gateways, and what the dialog shows for the chosen one. Which gateways there are and what each needs comes
 * from the runtime, which makes it of the gateways' own definitions.
 */
import { current } from '../../shared/dialog/fields';
import { isEnvironment, type MeterDialog, type MeterNode, PREFIX } from './meter-dialog';

/** What the dialog has to know of a gateway, as the setting `enedisConfigGateways` says it. */
export interface Gateway {
  kind: string;
  /** The secrets it asks for. */
  credentials: string[];
  /** The page where one gets them. */
  link: string | null;
  /** How one gives one's consent: on that page, or on Enedis' own, which comes back here. */
  authorize: 'link' | 'consent' | null;
  /** False for the simulated meter, which nobody is asked about. */
  hasAddress: boolean;
  /** Whether it has a sandbox beside its production. */
  environments: boolean;
  /** Whether its token says whose it is and until when. */
  readsToken: boolean;
}

/** The fictional customer of Enedis' own sandbox whose data has no gaps. */
const DEMO_USAGE_POINT = '22516914714270';

/** All of them, in the order of the choice. */
function gateways(): Gateway[] {
  return (RED.settings.enedisConfigGateways ?? []) as Gateway[];
}

/** The one that is chosen in the open dialog, else the node's; undefined where a variable chooses it. */
export function gatewayOf(node: MeterNode): Gateway | undefined {
  const chosen = current(node, 'gateway', PREFIX);
  return gateways().find(({ kind }) => kind === chosen);
}

/** The words by which a part of the page says (in `data-when`) that it is for gateways that have this. */
function traitsOf({ credentials, authorize, environments, hasAddress }: Gateway): string[] {
  return [
    ...credentials,
    ...(authorize === null ? [] : [authorize]),
    ...(environments ? ['environments'] : []),
    ...(hasAddress ? ['address'] : []),
  ];
}

export class GatewayChoice {
  readonly #dialog: MeterDialog;
  /** The simulated meter's PDL came with the gateway and leaves with it. */
  #isSimulated: boolean;

  constructor(dialog: MeterDialog) {
    this.#dialog = dialog;
    this.#isSimulated = gateways().some(
      ({ kind, hasAddress }) => kind === dialog.node.gateway && !hasAddress,
    );
    const options = gateways().map(({ kind }) =>
      $('<option>', { value: kind }).text(dialog.say(`gateway.${kind}`)),
    );
    dialog
      .field('gateway')
      .append(options)
      .val(dialog.node.gateway ?? '');
  }

  /** Shows what the chosen gateway needs, and nothing else. */
  show(): void {
    const dialog = this.#dialog;
    const gateway = gatewayOf(dialog.node);
    const isAny = isEnvironment(dialog.textOf('gateway'));
    const traits = gateway ? traitsOf(gateway) : [];
    dialog.find('[data-when]').each((_place, element) => {
      const row = $(element);
      // Whichever it will be: its fields are there, its page isn't known.
      row.toggle(
        isAny ? row.find('.enedis-authorize').length === 0 : traits.includes(row.attr('data-when') ?? ''),
      );
    });
    dialog.find('.enedis-suits').text(gateway ? dialog.say(`suits.${gateway.kind}`) : '');
    const link = gateway?.link ?? '';
    dialog
      .find('.enedis-link')
      .toggle(link !== '')
      .attr('href', link === '' ? '#' : link)
      .text(link.replace('https://', ''));
    if (gateway?.authorize) {
      dialog
        .find('.enedis-authorize')
        .text(dialog.say(`button.authorize.${gateway.kind}`))
        .attr('title', dialog.say(`tooltip.authorize.${gateway.kind}`));
    }
    if (gateway) this.#fillUsagePoint(gateway);
  }

  #fillUsagePoint({ hasAddress }: Gateway): void {
    const usagePoint = this.#dialog.field('usagePointId');
    const typed = this.#dialog.textOf('usagePointId');
    if (!hasAddress && typed === '') {
      this.#isSimulated = true;
      usagePoint.val(DEMO_USAGE_POINT).trigger('change');
    } else if (hasAddress && this.#isSimulated) {
      this.#isSimulated = false;
      if (typed === DEMO_USAGE_POINT) usagePoint.val('').trigger('change');
    }
  }
}
