/**
 * The PDL: what its token or the consent offer to choose from, how it is typed in, and what a token says of itself.
 */
import { textOf } from '../../shared/dialog/fields';
import { gatewayOf } from './gateways';
import { dayInWords, isEnvironment, isUsagePointId, type MeterDialog } from './meter-dialog';

/** As the runtime warns. */
const TOKEN_NOTICE_DAYS = 30;
const DAY = 86_400_000;

interface Token {
  usagePointIds: string[];
  expires: Date | undefined;
}

/** What a token (a JWT) says of itself, undefined for anything else. Nothing is verified: it is only read. */
function readToken(token: string): Token | undefined {
  try {
    const body = (token.split('.')[1] ?? '').replace(/-/g, '+').replace(/_/g, '/');
    const { sub, exp } = JSON.parse(atob(body)) as { sub?: unknown; exp?: unknown };
    const subjects: unknown[] = Array.isArray(sub) ? sub : [sub];
    const usagePointIds = subjects.map(String).filter(isUsagePointId);
    const expires = new Date(Number(exp) * 1000);
    return { usagePointIds, expires: Number.isNaN(expires.getTime()) ? undefined : expires };
  } catch {
    return undefined;
  }
}

export class UsagePointField {
  readonly #dialog: MeterDialog;
  /** The PDL that Enedis' consent has just opened. */
  #consented: readonly string[] = [];

  constructor(dialog: MeterDialog) {
    this.#dialog = dialog;
    const usagePoint = dialog.field('usagePointId');
    const token = dialog.field('token');
    dialog.find('.enedis-choice').on('change', (event) => {
      const chosen = textOf($(event.target));
      if (chosen !== '') usagePoint.val(chosen).trigger('change');
    });
    token.on('change keyup paste', () => setTimeout(() => this.showToken(), 0));
    usagePoint.on('input change', () => this.showDigits());
    // Bills print the PDL in groups; a copied token brings along its line break, sometimes the word Bearer.
    usagePoint.add(token).on('change', (event) => {
      const field = $(event.target);
      const typed = textOf(field);
      const bare = typed.replace(/^\s*bearer\s+/i, '').replace(/\s/g, '');
      if (bare !== typed) field.val(bare).trigger('change');
      else if (field.is(usagePoint)) this.showToken();
    });
  }

  /** Takes the PDL that a consent has opened; none: there is no consent any more. */
  offer(usagePointIds: readonly string[]): void {
    this.#consented = usagePointIds;
  }

  /** Says whose the token is and until when, and offers the PDL there are to choose from. */
  showToken(): void {
    const dialog = this.#dialog;
    const token = gatewayOf(dialog.node)?.readsToken ? readToken(dialog.textOf('token')) : undefined;
    const lines: string[] = [];
    let look = '';
    if (token?.expires) {
      const days = Math.floor((token.expires.getTime() - Date.now()) / DAY);
      const state = days < 0 ? 'expired' : days <= TOKEN_NOTICE_DAYS ? 'soon' : 'valid';
      look = { expired: 'enedis-wrong', soon: 'enedis-soon', valid: '' }[state];
      lines.push(dialog.say(`token.${state}`, { date: dayInWords(token.expires), days }));
    }
    const offered = token ? token.usagePointIds : this.#consented;
    if (offered.length === 1 && dialog.textOf('usagePointId') === '')
      dialog.field('usagePointId').val(offered[0]!).trigger('change');
    const typed = dialog.textOf('usagePointId');
    if (token && offered.length > 0 && !offered.includes(typed) && !isEnvironment(typed)) {
      if (offered.length > 1 && !isUsagePointId(typed)) lines.push(dialog.say('token.several'));
      else {
        look = 'enedis-wrong';
        lines.push(dialog.say('token.foreign', { list: offered.join(', ') }));
      }
    }
    dialog
      .find('.enedis-token-says')
      .text(lines.join(' '))
      .removeClass('enedis-wrong enedis-soon')
      .addClass(look)
      .toggle(lines.length > 0);
    this.#showChoice(offered);
  }

  /** Several PDL: one is chosen, none is guessed. */
  #showChoice(offered: readonly string[]): void {
    const dialog = this.#dialog;
    dialog.find('.enedis-choose').toggle(offered.length > 1);
    const choices = [
      $('<option>', { value: '' }).text(dialog.say('choose')),
      ...offered.map((id) => $('<option>', { value: id }).text(id)),
    ];
    const typed = dialog.textOf('usagePointId');
    dialog
      .find('.enedis-choice')
      .empty()
      .append(choices)
      .val(offered.includes(typed) ? typed : '');
  }

  /** How many digits there are, while they are typed. */
  showDigits(): void {
    const dialog = this.#dialog;
    const typed = dialog.textOf('usagePointId').replace(/\s/g, '');
    const digits = typed.replace(/\D/g, '').length;
    const isRight = isUsagePointId(typed);
    const isSilent = typed === '' || isEnvironment(typed);
    dialog
      .find('.enedis-typing')
      .text(isSilent ? '' : dialog.say(isRight ? 'typing.right' : 'typing.missing', { digits }))
      .toggleClass('enedis-right', isRight)
      .toggleClass('enedis-wrong', typed.length > 14 || digits < typed.length);
  }
}
