/** Lists with a date in each line: prices and off-peak hours, added to and taken from with two buttons. */

/** One column of a list: a field of the saved object. */
export interface Column {
  field: string;
  label: string;
  /** What stands above it, where its label is too long for that. */
  title?: string;
  kind: 'date' | 'text' | 'number' | 'choice';
  placeholder?: string;
  /** Of a choice: what is saved, and what is shown. */
  choices?: readonly (readonly [value: string, label: string])[];
}

/** What a line holds, by field: as typed. */
export type Row = Record<string, string>;

/** The words of the buttons. */
export interface RowWords {
  add: string;
  remove: string;
}

/** A table of inputs. */
export class Rows {
  readonly #place: JQuery;
  readonly #words: RowWords;
  readonly #onChange: () => void;
  #columns: readonly Column[] = [];

  constructor(place: JQuery, words: RowWords, onChange: () => void) {
    this.#place = place;
    this.#words = words;
    this.#onChange = onChange;
    place.on('change input', onChange);
  }

  /** Shows lines in these columns. What they hold for other columns is kept: those may come back. */
  show(columns: readonly Column[], rows: readonly Row[]): void {
    this.#columns = columns;
    const body = $('<div>', { class: 'enedis-rows' });
    const add = $('<button>', { type: 'button', class: 'red-ui-button red-ui-button-small' })
      .append($('<i>', { class: 'fa fa-plus' }), ` ${this.#words.add}`)
      .on('click', () => {
        this.#line({}).appendTo(body).find('input').first().trigger('focus');
        this.#onChange();
      });
    this.#place.empty().append(body.append(rows.map((row) => this.#line(row))), add);
  }

  #line(row: Row): JQuery {
    const line = $('<div>', { class: 'enedis-row' }).data('row', row);
    for (const { field, label, title, kind, placeholder, choices } of this.#columns) {
      const shared = { 'data-field': field, 'aria-label': label, title: label };
      const input =
        kind === 'choice'
          ? $('<select>', shared).append(
              (choices ?? []).map(([value, text]) => $('<option>', { value }).text(text)),
            )
          : $('<input>', {
              ...shared,
              type: kind === 'date' ? 'date' : 'text',
              inputmode: kind === 'number' ? 'decimal' : 'text',
              placeholder: placeholder ?? '',
            });
      if (row[field] !== undefined) input.val(row[field]);
      line.append($('<label>', { class: `enedis-${kind}` }).append($('<span>').text(title ?? label), input));
    }
    const remove = $('<button>', {
      type: 'button',
      class: 'red-ui-button red-ui-button-small',
      title: this.#words.remove,
      'aria-label': this.#words.remove,
    })
      .append($('<i>', { class: 'fa fa-times' }))
      .on('click', () => {
        line.remove();
        this.#onChange();
      });
    return line.append(remove);
  }

  /** What is typed, line by line. */
  rows(): Row[] {
    return this.#place
      .find('.enedis-row')
      .toArray()
      .map((line) => ({
        ...($(line).data('row') as Row),
        ...Object.fromEntries(
          $(line)
            .find('[data-field]')
            .toArray()
            .map((input) => {
              const value = $(input).val();
              return [input.dataset.field ?? '', typeof value === 'string' ? value.trim() : ''];
            }),
        ),
      }));
  }
}
