/**
 * The open dialog of a meter: its node, its fields, the texts it shows and what it asks the runtime for. Each part of the
 * dialog (gateway, token, consent, test of the access) works on this.
 */
import { textOf } from '../../shared/dialog/fields';

/** The prefix of the ids that the editor gives to the fields of config nodes. */
export const PREFIX = 'node-config-input-';

/** A meter's node as the editor holds it. */
export interface MeterNode extends EditorNode {
  name?: string;
  gateway?: string;
  usagePointId?: string;
  direction?: string;
  environment?: string;
  baseUrl?: string;
  tariff?: string;
  feedIn?: string;
}

/** A line under a button; `look` is a class of the dialog's style. */
export type Line = string | { text: string; look: 'enedis-wrong' | 'enedis-soon' | 'enedis-right' };

/** Why the runtime couldn't do what it was asked for: `Failure` of nodes/shared/failure.ts, as JSON. */
export interface Failure {
  reason: string;
  params: Record<string, string | number>;
  /** ISO 8601. */
  retryAt?: string;
  because?: { reason: string; params: Record<string, string | number> };
}

/** What is saved as text; `loadCurve` is a tick, and the secrets are the gateways' credentials. */
const TEXTS = ['gateway', 'usagePointId', 'direction', 'environment', 'baseUrl'] as const;
const SECRETS = ['token', 'clientId', 'clientSecret'] as const;

type Property = (typeof TEXTS)[number] | (typeof SECRETS)[number] | 'loadCurve';

/** What each part of the open dialog works on. */
export class MeterDialog {
  readonly node: MeterNode;
  readonly root: JQuery;

  constructor(node: MeterNode) {
    this.node = node;
    this.root = $('.enedis-config').last();
  }

  field(property: Property): JQuery {
    return $(`#${PREFIX}${property}`);
  }

  textOf(property: Property): string {
    return textOf(this.field(property));
  }

  find(selector: string): JQuery {
    return this.root.find(selector);
  }

  /** Closed dialogs are taken out of the page. */
  isOpen(): boolean {
    return this.root[0] !== undefined && document.body.contains(this.root[0]);
  }

  /** A text of the meter's catalogue. */
  say(key: string, params?: Record<string, unknown>): string {
    return this.node._(`enedis-config.${key}`, params);
  }

  /** What is typed in, saved or not. A password that wasn't touched stays with the runtime. */
  typed(): Record<string, unknown> {
    const texts = [...TEXTS, ...SECRETS].map((property) => [property, this.field(property).val()] as const);
    return {
      id: this.node.id,
      loadCurve: this.field('loadCurve').prop('checked') as boolean,
      ...Object.fromEntries(texts),
    };
  }

  /** Asks the runtime. A relative address: that is how the editor adds its root and the user's permission. */
  post<Answer>(path: string, values: object, dataType: 'json' | 'text' = 'json'): JQuery.jqXHR<Answer> {
    return $.ajax({
      url: `enedis-config/${path}`,
      method: 'POST',
      contentType: 'application/json',
      data: JSON.stringify(values),
      dataType,
    }) as JQuery.jqXHR<Answer>;
  }

  /** Shows lines under a button, in the place of those that were there. */
  tell(place: string, lines: readonly Line[]): JQuery {
    const shown = lines.map((line) =>
      typeof line === 'string' ? $('<div>').text(line) : $('<div>', { class: line.look }).text(line.text),
    );
    return this.find(place)
      .empty()
      .append(shown)
      .toggle(lines.length > 0);
  }

  /** Node-RED didn't answer, or the user may not ask. */
  tellLost(place: string, request: JQuery.jqXHR): void {
    const isForbidden = request.status === 401 || request.status === 403;
    this.tell(place, [
      { text: this.say(isForbidden ? 'test.forbidden' : 'test.lost'), look: 'enedis-wrong' },
    ]);
  }

  /**
   * A failure in lines: what happened, what lies behind it, what to do and when it may be tried again.
   * @param about names the series, where the failure is one's only.
   */
  linesOf(failure: Failure, about?: string): Line[] {
    const here = this.say('place.here');
    const part = (of: { reason: string; params: Failure['params'] }, name: 'what' | 'todo'): string =>
      this.say(`errors.${of.reason}.${name}`, { in: here, into: here, ...withDay(of.params) });
    const what = part(failure, 'what');
    const text = about === undefined ? what : this.say('test.refused', { series: about, what });
    const lines: Line[] = [{ text, look: 'enedis-wrong' }];
    if (failure.because) lines.push(part(failure.because, 'what'));
    lines.push(part(failure, 'todo'));
    if (failure.retryAt !== undefined) {
      const when = new Date(failure.retryAt).toLocaleString(RED.i18n.lang(), {
        dateStyle: 'long',
        timeStyle: 'short',
      });
      lines.push(this.say('test.retryAt', { when }));
    }
    return lines;
  }
}

/** A variable of the environment, which may stand for any value. */
export function isEnvironment(text: string): boolean {
  return /^\$\{[^}]+\}$|^\$\([^)]+\)$/.test(text);
}

/** Whether a text is a PDL. */
export function isUsagePointId(text: string): boolean {
  return /^\d{14}$/.test(text);
}

/** A day in words. Days are those of Paris, wherever the browser is: as the runtime tells them. */
export function dayInWords(date: Date): string {
  const language = RED.i18n.lang();
  const text = date.toLocaleDateString(language, { dateStyle: 'long', timeZone: 'Europe/Paris' });
  // In French the first of a month is le 1er.
  return language.startsWith('fr') ? text.replace(/^1 /, '1er ') : text;
}

/** The same of `YYYY-MM-DD`. */
export function dateInWords(date: string): string {
  return dayInWords(new Date(`${date}T12:00:00Z`));
}

function withDay(params: Failure['params']): Failure['params'] {
  return typeof params.date === 'string' ? { ...params, date: dateInWords(params.date) } : params;
}
