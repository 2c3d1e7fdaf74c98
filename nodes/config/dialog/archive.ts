/**
 * What is kept of the meter on this machine: shown by series, taken away as a table, erased (asked twice). The runtime
 * does it; the dialog only says of which meter.
 */
import { dateInWords, type Failure, isUsagePointId, type MeterDialog } from './meter-dialog';

const PLACE = '.enedis-archive-says';

/** One series of one direction: first and last day (`YYYY-MM-DD`), and how many readings. */
interface Kept {
  direction: string;
  series: string;
  from: string;
  to: string;
  readings: number;
}

interface Meter {
  id: string;
  gateway: string;
  usagePointId: string;
  environment: string;
}

type Answer<T> = { failure: Failure } | ({ failure?: undefined } & T);

/** The lines, the buttons and the second question. */
export class ArchivePanel {
  readonly #dialog: MeterDialog;
  /** The meter whose archive is shown: an answer to an earlier question is no longer of interest. */
  #shown = '';

  constructor(dialog: MeterDialog) {
    this.#dialog = dialog;
    dialog.find('.enedis-export').on('click', () => this.#export());
    dialog.find('.enedis-erase').on('click', () => this.#ask(true));
    dialog.find('.enedis-erase-cancel').on('click', () => this.#ask(false));
    dialog.find('.enedis-erase-really').on('click', () => this.#erase());
  }

  /** Shows what is kept of the meter that is typed in; asks the runtime only where that has changed. */
  show(): void {
    const meter = this.#meter();
    const wanted = JSON.stringify(meter);
    if (wanted === this.#shown) return;
    this.#shown = wanted;
    const isMeter = isUsagePointId(meter.usagePointId);
    this.#dialog.find('.enedis-archive').toggle(isMeter);
    if (isMeter) this.#load(meter, []);
  }

  /** Of the fields only those that say which archive it is: no secret is needed. */
  #meter(): Meter {
    const dialog = this.#dialog;
    return {
      id: dialog.node.id,
      gateway: dialog.textOf('gateway'),
      usagePointId: dialog.textOf('usagePointId').replace(/\s/g, ''),
      environment: dialog.textOf('environment'),
    };
  }

  /** @param before lines to show before those of the series */
  #load(meter: Meter, before: string[]): void {
    const dialog = this.#dialog;
    const wanted = this.#shown;
    this.#ask(false);
    this.#enable(false);
    dialog.tell(PLACE, before);
    dialog.post<Answer<{ series: Kept[] }>>('archive', meter).then(
      (answer) => {
        if (this.#shown !== wanted) return;
        const lines = answer.failure ? dialog.linesOf(answer.failure) : this.#linesOf(answer.series);
        this.#enable(!answer.failure && answer.series.length > 0);
        dialog.tell(PLACE, [...before, ...lines]);
      },
      (request: JQuery.jqXHR) => dialog.tellLost(PLACE, request),
    );
  }

  #linesOf(series: readonly Kept[]): string[] {
    const dialog = this.#dialog;
    if (series.length === 0) return [dialog.say('archive.none')];
    return series.map(({ direction, series, from, to, readings }) =>
      dialog.say('archive.line', {
        direction: dialog.say(`direction.${direction}`),
        series: dialog.say(`series.${series}`),
        from: dateInWords(from),
        to: dateInWords(to),
        readings: readings.toLocaleString(RED.i18n.lang()),
      }),
    );
  }

  #enable(isThere: boolean): void {
    this.#dialog.find('.enedis-export, .enedis-erase').prop('disabled', !isThere);
  }

  /** The table comes as text: a link would go without the permission that the editor adds. */
  #export(): void {
    const dialog = this.#dialog;
    const meter = this.#meter();
    this.#enable(false);
    dialog
      .post<string>('archive/export', { ...meter, language: RED.i18n.lang() }, 'text')
      .then(
        (table, _status, request) => {
          if ((request.getResponseHeader('Content-Type') ?? '').includes('json')) {
            const { failure } = JSON.parse(table) as { failure: Failure };
            dialog.tell(PLACE, dialog.linesOf(failure));
          } else save(table, `linky-${meter.usagePointId.slice(-4)}-${today()}.csv`);
        },
        (request: JQuery.jqXHR) => dialog.tellLost(PLACE, request),
      )
      .always(() => this.#enable(true));
  }

  /** The second question: nothing is erased by one press. */
  #ask(isAsked: boolean): void {
    const dialog = this.#dialog;
    dialog.find('.enedis-sure').toggle(isAsked);
    dialog.find('.enedis-sure-says').text(dialog.say('archive.sure', { pdl: dialog.textOf('usagePointId') }));
    if (isAsked) dialog.find('.enedis-erase-cancel').trigger('focus');
  }

  #erase(): void {
    const dialog = this.#dialog;
    const meter = this.#meter();
    this.#ask(false);
    this.#enable(false);
    dialog.post<Answer<object>>('archive/erase', { ...meter, erase: meter.usagePointId }).then(
      (answer) => {
        if (!answer.failure) this.#load(meter, [dialog.say('archive.erased')]);
        else {
          this.#enable(true);
          dialog.tell(PLACE, dialog.linesOf(answer.failure));
        }
      },
      (request: JQuery.jqXHR) => dialog.tellLost(PLACE, request),
    );
  }
}

function today(): string {
  return new Date().toLocaleDateString('sv-SE');
}

/** Has the browser keep a text as a file. */
function save(text: string, name: string): void {
  // By this mark a spreadsheet knows that it is UTF-8; the browser takes it off what it receives.
  const address = URL.createObjectURL(new Blob(['\ufeff', text], { type: 'text/csv;charset=utf-8' }));
  const link = $('<a>', { href: address, download: name }).appendTo(document.body);
  link[0]?.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
