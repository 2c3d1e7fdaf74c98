/**
 * The way to a consent: a link to the gateway's page, or Enedis' own consent page and the return from it, which the
 * runtime receives while the dialog waits.
 */
import { firstOf } from '../../shared/dialog/fields';
import { gatewayOf } from './gateways';
import type { Failure, MeterDialog } from './meter-dialog';
import type { UsagePointField } from './usage-point';

const PLACE = '.enedis-authorize-says';
const POLL_MS = 1500;

type Begun = { failure: Failure } | { failure?: undefined; url: string; state: string };
type Outcome = { waiting?: boolean } & (
  { failure: Failure } | { failure?: undefined; usagePointIds?: string[] }
);

export class Consent {
  readonly #dialog: MeterDialog;
  readonly #usagePoint: UsagePointField;
  /** The consent that is waited for: another press, another gateway or the end of the dialog ends that. */
  #awaited = '';

  constructor(dialog: MeterDialog, usagePoint: UsagePointField) {
    this.#dialog = dialog;
    this.#usagePoint = usagePoint;
    // Beside the editor, under whatever path it is served.
    const root = new URL(firstOf(RED.settings.apiRootUrl, '.'), location.origin + location.pathname);
    const callback = new URL('enedis-config/callback', root).href;
    dialog.find('#enedis-callback').val(callback);
    dialog.find('.enedis-copy-button').on('click', (event) => {
      RED.clipboard.copyText(callback, $(event.currentTarget), 'clipboard.copyMessageValue');
    });
    dialog.find('.enedis-authorize').on('click', () => this.#begin());
  }

  #begin(): void {
    const dialog = this.#dialog;
    const gateway = gatewayOf(dialog.node);
    if (gateway?.authorize !== 'consent') {
      const own = /^https?:\/\/[^/]+/.exec(dialog.textOf('baseUrl'));
      window.open(own?.[0] ?? gateway?.link ?? '', '_blank', 'noopener');
      return;
    }
    // Opened by the press itself: a window that opens later is taken for an advertisement.
    const page = window.open('', '_blank');
    if (page) page.opener = null;
    dialog.post<Begun>('authorize', { ...dialog.typed(), language: RED.i18n.lang() }).then(
      (begun) => {
        if (begun.failure) {
          page?.close();
          dialog.tell(PLACE, dialog.linesOf(begun.failure));
          return;
        }
        if (page) page.location.href = begun.url;
        const box = dialog.tell(PLACE, [dialog.say(page ? 'authorize.waiting' : 'authorize.blocked')]);
        if (!page) {
          const link = $('<a>', { href: begun.url, target: '_blank', rel: 'noopener' });
          box.append(link.text(new URL(begun.url).host));
        }
        this.#await(begun.state);
      },
      (request: JQuery.jqXHR) => {
        page?.close();
        dialog.tellLost(PLACE, request);
      },
    );
  }

  #await(state: string): void {
    this.#awaited = state;
    let told = '';
    const look = (): void => {
      const isWanted = this.#awaited === state && gatewayOf(this.#dialog.node)?.authorize === 'consent';
      if (!isWanted || !this.#dialog.isOpen()) return;
      $.getJSON(`enedis-config/authorize/${state}`).then(
        (outcome: Outcome) => {
          if (outcome.waiting) setTimeout(look, POLL_MS);
          const news = JSON.stringify(outcome);
          const isNews = news !== told && (outcome.failure !== undefined || !outcome.waiting);
          if (isNews && this.#awaited === state) this.#take(outcome);
          told = news;
        },
        () => void setTimeout(look, POLL_MS),
      );
    };
    setTimeout(look, POLL_MS);
  }

  #take(outcome: Outcome): void {
    const dialog = this.#dialog;
    if (outcome.failure) {
      const again = outcome.waiting ? [dialog.say('authorize.again')] : [];
      dialog.tell(PLACE, [...dialog.linesOf(outcome.failure), ...again]);
      return;
    }
    const { usagePointIds = [] } = outcome;
    this.#usagePoint.offer(usagePointIds);
    const isOne = usagePointIds.length === 1;
    const list = usagePointIds.join(', ');
    const text = dialog.say(isOne ? 'authorize.done' : 'authorize.several', { list });
    dialog.tell(PLACE, [{ text, look: 'enedis-right' }]);
    const field = dialog.field('usagePointId');
    if (isOne) field.val(usagePointIds[0]!).trigger('change');
    else if (!usagePointIds.includes(dialog.textOf('usagePointId'))) field.val('').trigger('change');
  }
}
