/** The open dialog of a tariff: shows what the offer needs, and holds its lists. */
import { textOf } from '../../shared/dialog/fields';
import type { Say } from './places';
import { TariffPreview } from './preview';
import { Rows, type Column, type Row } from './rows';
import {
  periodInWords,
  periodsOf,
  powersOf,
  rowOfVersion,
  versionOfRow,
  type DatedHours,
  type Version,
} from './settings';
import type { TariffNode } from './tariff-node';
import { TEMPLATES } from './templates';

const FIELDS = ['name', 'direction', 'offer', 'prices', 'power', 'days', 'rules'] as const;
type Field = (typeof FIELDS)[number];

/** One for each time it is opened. */
export class TariffForm {
  readonly #node: TariffNode;
  readonly #root: JQuery;
  readonly #windows: Rows;
  readonly #versions: Rows;
  readonly #preview: TariffPreview;
  readonly #say: Say;
  #shownPeriods: string | undefined;
  #powerShown = false;

  constructor(node: TariffNode) {
    this.#node = node;
    this.#root = $('.enedis-tariff').last();
    this.#say = (key, params) => node._(`enedis-tariff.${key}`, params);
    this.#preview = new TariffPreview(
      { root: this.#root, typed: () => this.typed(), hasPlainHours: () => this.#windows.rows().length === 0 },
      this.#say,
    );
    const words = { add: node._('enedis-tariff.button.add'), remove: node._('enedis-tariff.button.remove') };
    const changed = (): void => this.#preview.refresh();
    this.#windows = new Rows(this.#root.find('.enedis-windows'), words, changed);
    this.#versions = new Rows(this.#root.find('.enedis-versions'), words, changed);
    this.#fill();
    this.#root.on('change', 'select, textarea, input', () => this.#arrange());
    this.#root.on('input', 'textarea, input', changed);
    this.#arrange();
  }

  #field(name: Field): JQuery {
    return $(`#node-config-input-${name}`);
  }

  #text(name: Field): string {
    return textOf(this.#field(name));
  }

  #fill(): void {
    const [first, ...later] = this.#node.windows ?? [];
    // What most people have, the same hours all year and no date, is one field; the rest is a list.
    const isPlain = later.length === 0 && !first?.summer && !first?.from;
    this.#root.find('#enedis-hours').val(isPlain ? (first?.winter ?? '') : '');
    this.#windows.show(this.#windowColumns(), isPlain ? [] : (this.#node.windows ?? []).map(rowOfHours));
    this.#root.find('.enedis-dated').attr('open', isPlain ? null : '');
    this.#showPrices((this.#node.versions ?? []).map(rowOfVersion), true);
    const earlier = this.#node.earlier ?? [];
    this.#root.find('#enedis-earlier').val(earlier.length > 0 ? JSON.stringify(earlier, null, 2) : '');
    const template = this.#root.find('#enedis-template');
    template.append(
      Object.keys(TEMPLATES).map((name) =>
        $('<option>', { value: name }).text(this.#node._(`enedis-tariff.template.${name}`)),
      ),
    );
    template.on('change', () => {
      const chosen = TEMPLATES[textOf(template)];
      if (chosen)
        this.#field('rules')
          .val(JSON.stringify(chosen, null, 2))
          .trigger('change');
    });
  }

  /** Shows what the choices need, and asks for the strip anew. */
  #arrange(): void {
    const offer = this.#text('offer');
    const isCustom = offer === 'custom';
    const isOwn = isCustom || this.#text('direction') === 'production';
    if (isOwn) this.#field('prices').val('own');
    this.#field('prices').prop('disabled', isOwn);
    this.#showPowers();
    const needs = {
      windows: offer === 'hphc' || isCustom,
      rules: isCustom,
      days: offer === 'tempo' || offer === 'ejp' || isCustom,
    };
    this.#root.find('[data-when]').each((_, element) => {
      $(element).toggle(needs[element.dataset.when as keyof typeof needs]);
    });
    const isRegulated = this.#text('prices') === 'regulated';
    this.#root.find('.enedis-own-hint').toggle(!isRegulated);
    this.#root.find('.enedis-override-hint').toggle(isRegulated);
    if (!isRegulated) this.#root.find('.enedis-prices').attr('open', '');
    this.#showPrices(this.#versions.rows(), isRegulated);
    this.#preview.refresh();
  }

  /** Those in which the offer is sold; one that was saved and isn't among them stays, and is told of. */
  #showPowers(): void {
    const field = this.#field('power');
    const chosen = this.#powerShown ? textOf(field) : String(this.#node.power ?? '');
    this.#powerShown = true;
    const sold = powersOf(this.#text('offer')).map(String);
    const all = sold.includes(chosen) || chosen === '' ? sold : [...sold, chosen];
    const isNeeded = this.#text('prices') === 'regulated';
    const none = isNeeded && chosen !== '' ? [] : [$('<option>', { value: '' }).text('–')];
    field.empty().append(
      none,
      all.map((power) => $('<option>', { value: power }).text(`${power} kVA`)),
    );
    field.val(chosen);
  }

  /** Anew where the periods are others, or prices are needed: whoever is typing keeps the place. */
  #showPrices(rows: readonly Row[], isOptional: boolean): void {
    const isEmpty = rows.length === 0 && !isOptional;
    const periods = this.#periods().join();
    if (periods === this.#shownPeriods && !isEmpty) return;
    this.#shownPeriods = periods;
    this.#versions.show(this.#versionColumns(), isEmpty ? [{}] : rows);
  }

  #windowColumns(): Column[] {
    const placeholder = this.#node._('enedis-tariff.placeholder.hours');
    return [
      { field: 'from', label: this.#node._('enedis-tariff.label.from'), kind: 'date' },
      { field: 'winter', label: this.#node._('enedis-tariff.label.winter'), kind: 'text', placeholder },
      {
        field: 'summer',
        label: this.#node._('enedis-tariff.label.summer'),
        kind: 'text',
        placeholder: this.#node._('enedis-tariff.placeholder.summer'),
      },
    ];
  }

  #versionColumns(): Column[] {
    const unit = this.#node._('enedis-tariff.label.kwh');
    return [
      { field: 'from', label: this.#node._('enedis-tariff.label.from'), kind: 'date' },
      ...this.#periods().map((period): Column => ({
        field: period,
        label: `${periodInWords(period, period, this.#say)} (${unit})`,
        title: period,
        kind: 'number',
      })),
      { field: 'subscription', label: this.#node._('enedis-tariff.label.subscription'), kind: 'number' },
      {
        field: 'per',
        label: this.#node._('enedis-tariff.label.per'),
        kind: 'choice',
        choices: [
          ['month', this.#node._('enedis-tariff.per.month')],
          ['year', this.#node._('enedis-tariff.per.year')],
        ],
      },
    ];
  }

  #periods(): readonly string[] {
    return periodsOf(this.#text('offer'), this.#text('rules'));
  }

  /** The lists as they are saved. */
  lists(): { windows: DatedHours[]; versions: Version[]; earlier: unknown } {
    const hours = textOf(this.#root.find('#enedis-hours')).trim();
    const dated = this.#windows.rows();
    const text = textOf(this.#root.find('#enedis-earlier')).trim();
    const periods = this.#periods();
    return {
      windows: dated.length > 0 ? dated : hours === '' ? [] : [{ from: '', winter: hours }],
      versions: this.#versions.rows().map((row) => versionOfRow(row, periods)),
      earlier: text === '' ? [] : parsed(text),
    };
  }

  /** All that is typed, saved or not. */
  typed(): object {
    const fields = FIELDS.map((name) => [name, this.#field(name).val()] as const);
    return { id: this.#node.id, ...Object.fromEntries(fields), ...this.lists() };
  }
}

function rowOfHours({ from = '', winter = '', summer = '' }: DatedHours): Row {
  return { from, winter, summer };
}

/** What isn't JSON is sent and saved as it is typed: the runtime says what is wrong with it. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
